"""The claims about ranks: the matrices, validated, and the statements (SPEC.md, section 2)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .activations import Activation, activation
from .claims import MAX_INPUTS, MAX_SAMPLES, MAX_WIDTH, Inputs, parse_inputs
from .reader import Rejected, array, fields, integer_between

MAX_POWER = 200
MAX_LAYERS = 30
MAX_LAYER_WIDTH = 10**6
BLOCKS = (["W"], ["b"], ["v"], ["W", "b"], ["W", "v"], ["b", "v"], ["W", "b", "v"])


@dataclass(frozen=True)
class Entrywise:
    """f(<u_i, v_j>) for u_1, ..., u_rows and v_1, ..., v_columns in R^inner."""

    f: Activation
    inner: int
    rows: int
    columns: int

    inputs = None

    def text(self) -> str:
        factors = f"U {self.rows} x {self.inner} and V {self.columns} x {self.inner} generic"
        return f"{self.f.text()} applied to the entries of U V^T, {factors}"


@dataclass(frozen=True)
class Shallow:
    """The columns psi'(z_j) x_c (block W), psi'(z_j) (block b), psi(z_j) (block v) at the inputs; z_j = <w_j, x> + b_j.

    Without bias b = 0. A Khatri-Rao matrix is, up to the factor power + 1, the block W of psi = x^(power + 1).
    """

    psi: Activation
    has_bias: bool
    blocks: tuple[str, ...]
    inputs: Inputs
    width: int
    power: int | None = None

    def text(self) -> str:
        if self.power is not None:
            product = f"the row-wise Khatri-Rao product (XW)^({self.power}) * X"
            return f"{product}, W {self.inputs.n_inputs} x {self.width} generic ({self.inputs.text()})"
        bias = "" if "b" in self.blocks else " with fixed biases" if self.has_bias else " without bias"
        network = f"a two-layer {self.psi.text()} network of width {self.width}{bias}"
        return f"the Jacobian in {', '.join(self.blocks)} of {network}, generic parameters ({self.inputs.text()})"


@dataclass(frozen=True)
class Network:
    """The Jacobian in all parameters of x -> W_h psi_{h-1}(W_{h-1} ... psi_1(W_1 x + b_1) ...) + b_h at the inputs.

    widths = (d_0, ..., d_h); bias "none", "hidden" (all layers but the last) or "all".
    """

    activations: tuple[Activation, ...]
    bias: str
    inputs: Inputs
    widths: tuple[int, ...]

    def has_bias(self, layer: int) -> bool:
        """Whether layer 1 <= layer <= h has a bias vector."""
        return self.bias == "all" or (self.bias == "hidden" and layer < len(self.widths) - 1)

    def n_parameters(self, low: int, high: int) -> int:
        """The number of parameters of the layers low + 1, ..., high."""
        return sum(self.widths[i] * (self.widths[i - 1] + int(self.has_bias(i))) for i in range(low + 1, high + 1))

    def text(self) -> str:
        bias = {"none": "", "hidden": ", biases in the hidden layers", "all": ", biases in all layers"}[self.bias]
        names = ", ".join(psi.text() for psi in self.activations) or "none"
        widths = ", ".join(map(str, self.widths))
        network = f"a network of widths {widths} with activations {names}{bias}"
        return f"the Jacobian of {network}, generic parameters ({self.inputs.text()})"


Matrix = Entrywise | Shallow | Network


@dataclass(frozen=True)
class RankClaim:
    """The generic rank of the matrix is at least, at most, or equals ``rank``."""

    matrix: Matrix
    rank: int
    relation: str

    family = "rank"

    @property
    def inputs(self) -> Inputs | None:
        return self.matrix.inputs

    def statement(self) -> str:
        word = "dimension" if self.inputs is not None and self.inputs.n_samples == 0 else "rank"
        how = {"at-least": "at least ", "at-most": "at most ", "equals": ""}[self.relation]
        return f"{word} {how}{self.rank}: {self.matrix.text()}"


def _points(value: Any) -> Inputs:
    """Inputs as in the other families, or functions: then n_samples is 0."""
    if type(value) is dict and value.get("kind") == "functions":
        _, d = fields(value, ("kind", "n_inputs"), "claim, inputs")
        return Inputs(0, integer_between(d, 1, MAX_INPUTS, "claim, n_inputs"), False)
    return parse_inputs(value)


def _entrywise(value: Any) -> Entrywise:
    _, columns, f, inner, rows = fields(value, ("kind", "columns", "entrywise", "inner", "rows"), "claim, matrix")
    sizes = (
        integer_between(size, 1, MAX_SAMPLES, f"claim, {name}")
        for name, size in (("inner", inner), ("rows", rows), ("columns", columns))
    )
    return Entrywise(activation(f), *sizes)


def _khatri_rao(value: Any) -> Shallow:
    _, inputs, power, width = fields(value, ("kind", "inputs", "power", "width"), "claim, matrix")
    k = integer_between(power, 0, MAX_POWER, "claim, power")
    psi = Activation("rational", (Fraction(0),) * (k + 1) + (Fraction(1),), (Fraction(1),))
    return Shallow(psi, False, ("W",), _points(inputs), integer_between(width, 1, MAX_WIDTH, "claim, width"), k)


def _jacobian(value: Any) -> Shallow:
    keys = ("kind", "activation", "bias", "blocks", "inputs", "width")
    _, psi, bias, blocks, inputs, width = fields(value, keys, "claim, matrix")
    if blocks not in BLOCKS or bias not in ("none", "generic") or ("b" in blocks and bias == "none"):
        raise Rejected("claim, blocks: some of W, b, v in this order; bias none or generic, and generic with block b")
    width = integer_between(width, 1, MAX_WIDTH, "claim, width")
    return Shallow(activation(psi), bias == "generic", tuple(blocks), _points(inputs), width)


def _network(value: Any) -> Network:
    keys = ("kind", "activations", "bias", "inputs", "widths")
    _, activations, bias, inputs, widths = fields(value, keys, "claim, matrix")
    if bias not in ("none", "hidden", "all"):
        raise Rejected("claim, bias: none, hidden or all")
    points = _points(inputs)
    sizes = [integer_between(d, 1, MAX_LAYER_WIDTH, "claim, widths") for d in array(widths, "claim, widths")]
    if not 1 <= len(sizes) <= MAX_LAYERS:
        raise Rejected(f"claim, widths: between 1 and {MAX_LAYERS} layers")
    names = tuple(map(activation, array(activations, "claim, activations", len(sizes) - 1)))
    if any(psi.name != "rational" for psi in names[1:]):
        raise Rejected("claim, activations: beyond the first hidden layer they must be rational functions")
    return Network(names, bias, points, (points.n_inputs, *sizes))


def parse_rank_claim(value: Any) -> RankClaim:
    """The claim of a claim line's object of family "rank"."""
    _, matrix, rank, relation = fields(value, ("family", "matrix", "rank", "relation"), "claim")
    parsers = {"hadamard": _entrywise, "khatri-rao": _khatri_rao, "jacobian": _jacobian, "deep": _network}
    kind = matrix.get("kind") if type(matrix) is dict else None
    if type(kind) is not str or kind not in parsers:
        raise Rejected("claim, matrix: the kind is none of hadamard, khatri-rao, jacobian, deep")
    if relation not in ("at-least", "at-most", "equals"):
        raise Rejected("claim, relation: at-least, at-most or equals")
    parsed: Matrix = parsers[kind](matrix)  # type: ignore[assignment]
    least = 0 if relation == "at-most" else 1
    return RankClaim(parsed, integer_between(rank, least, MAX_WIDTH, "claim, rank"), relation)
