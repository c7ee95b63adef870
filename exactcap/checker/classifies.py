"""Claims about which rows a given network gives their class (SPEC-NETWORKS.md, N5)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from operator import mul
from typing import Any

from .activations import Activation, activation
from .centre import Budget, affine, common_denominator, hold
from .claims import Inputs, parse_inputs
from .forward import PIECEWISE, Layer, evaluate, integer_layers
from .intervals import Undefined
from .labels import Labels, parse_labels
from .minors import Progress, scaling
from .newton import MAX_WORK
from .reader import Reader, Rejected, array, fields, increasing, integer_between, rational
from .smooth import jet
from .verdict import Proof

MAX_LAYERS = 100
MAX_WEIGHTS = 2**22
SHOWN = 10  # rows that a statement names


@dataclass(frozen=True)
class ClassifiesClaim:
    """The network gives the rows at the positions `wrong` another class than theirs, and all others their own."""

    inputs: Inputs
    labels: Labels
    layers: list[Layer]
    factors: list[Fraction]
    shifts: list[Fraction]
    wrong: list[int]

    def statement(self) -> str:
        n, wrong = self.inputs.n_samples, [self.inputs.rows[i] for i in self.wrong]
        given = f"all {n} rows" if not wrong else f"{n - len(wrong)} of the {n} rows"
        shown = ", ".join(map(str, wrong[:SHOWN])) + (", ..." if len(wrong) > SHOWN else "")
        others = f", and {len(wrong)} row{'s' if len(wrong) > 1 else ''} another one: {shown}" if wrong else ""
        scaled = any(self.shifts) or any(factor != 1 for factor in self.factors)
        more = ", on columns scaled by given affine maps," if scaled else ""
        return (
            f"the given {self._network()}{more} gives {given} their class{others} ({self.inputs.text()}; "
            f"{self.labels.decision()})"
        )

    def _network(self) -> str:
        *hidden, last = self.layers
        kinds = " ".join(dict.fromkeys(layer.psi.text() for layer in hidden))
        widths = [len(layer.biases) for layer in hidden]
        shape = f"hidden width{'s' if len(widths) > 1 else ''} {', '.join(map(str, widths))}"
        if len(widths) > 5:
            shape = f"{len(widths)} hidden layers of at most {max(widths)}"
        count, kind = len(last.biases), last.psi.text().replace("identity", "linear")
        outputs = f"{count} {kind} output{'s' if count > 1 else ''}"
        return f"{kinds} network of {shape} and {outputs}" if hidden else f"network of {outputs}"


def parse(value: Any) -> ClassifiesClaim:
    """The claim of a claim line's object of family "classifies"."""
    factors, _, inputs_line, labels_line, layers_line, shifts, wrong = fields(
        value, ("factors", "family", "inputs", "labels", "layers", "shifts", "wrong"), "claim"
    )
    inputs = parse_inputs(inputs_line)
    if not inputs.is_table:
        raise Rejected("claim, inputs: a network is evaluated on a table")
    labels = parse_labels(labels_line, inputs.n_samples)
    if not labels.codes:
        raise Rejected("claim, labels: numbers, where classes are needed")
    if not 1 <= len(array(layers_line, "claim, layers")) <= MAX_LAYERS:
        raise Rejected(f"claim, layers: between 1 and {MAX_LAYERS}")
    layers: list[Layer] = []
    size, count = inputs.n_inputs, 0
    for position, line in enumerate(layers_line, start=1):
        layers.append(_layer(line, size, f"claim, layer {position}"))
        count += size * len(layers[-1].biases)
        if count > MAX_WEIGHTS:
            raise Rejected(f"claim, layers: more than {MAX_WEIGHTS} weights")
        size = len(layers[-1].biases)
    if size != labels.outputs():
        raise Rejected(f"claim, layers: {size} outputs, but the codes have {labels.outputs()} entries")
    positions = increasing(wrong, 0, inputs.n_samples - 1, "claim, wrong")
    return ClassifiesClaim(inputs, labels, layers, *scaling(inputs.n_inputs, factors, shifts), positions)


def _layer(value: Any, size: int, where: str) -> Layer:
    psi_line, biases_line, rows = fields(value, ("activation", "biases", "weights"), where)
    is_piecewise = type(psi_line) is dict and any(psi_line == {"name": name} for name in PIECEWISE)
    psi = Activation(psi_line["name"]) if is_piecewise else activation(psi_line)
    if not is_piecewise:
        jet(psi)  # rejects log
    biases = [rational(b, where) for b in array(biases_line, where)]
    if not biases:
        raise Rejected(f"{where}: there is no unit")
    weights = [[rational(w, where) for w in array(row, where, size)] for row in array(rows, where, len(biases))]
    return Layer(psi, weights, biases)


def check(claim: ClassifiesClaim, reader: Reader, progress: Progress) -> Proof:
    """Accepts when exactly the rows of `wrong` get another class and all others get theirs, or raises `Rejected`."""
    bits, kind = reader.record("bits", "evidence")
    if kind != "evaluation":
        raise Rejected("evidence: this claim needs the kind evaluation")
    bits = integer_between(bits, 32, 1000, "evidence, bits")
    points = affine(claim.inputs.values, claim.factors, claim.shifts).points()
    budget = Budget(MAX_WORK)
    network = integer_layers(claim.layers, points.denominators, budget)
    nearest, wrong = _Nearest(claim.labels, bits), set(claim.wrong)
    for i, row in enumerate(points.rows):
        where = f"row {claim.inputs.rows[i]}"
        try:
            output, error = evaluate(network, row, bits, budget)
        except Undefined as reason:
            raise Rejected(f"{where}: an activation is not decided at {bits} bits: {reason}") from None
        found = nearest.is_own(claim.labels.chosen[i], output, error, budget)
        if found is None:
            raise Rejected(f"{where}: whether it gets its class is not decided at {bits} bits")
        if found is (i in wrong):
            raise Rejected(f"{where}: it gets {'its' if found else 'another'} class, the claim says otherwise")
        progress(i + 1, claim.inputs.n_samples)
    return Proof(())


class _Nearest:
    """Which code is nearest: of c_l = D_l/C the one with the largest score 2C<f, D_l> - |D_l|^2."""

    def __init__(self, labels: Labels, bits: int) -> None:
        common = common_denominator((c.denominator for code in labels.codes for c in code), "codes")
        longest = max(c.numerator.bit_length() for code in labels.codes for c in code) + common.bit_length() + 1
        hold("codes", len(labels.codes) * (labels.outputs() + 2), 2 * longest + labels.outputs().bit_length() + bits)
        whole = [[c.numerator * (common // c.denominator) for c in code] for code in labels.codes]
        self.codes = [[2 * common * c for c in code] for code in whole]
        self.squares = [sum(c * c for c in code) << bits for code in whole]
        self.norms = [sum(map(abs, code)) for code in self.codes]
        self.longest = 2 * longest

    def is_own(self, own: int, output: list[int], error: int, budget: Budget) -> bool | None:
        """Whether its own class has the largest score, strictly; None where neither that nor the opposite is sure.

        The score of class l is in error by at most error times its norm.
        """
        value = max(max(map(int.bit_length, output)), error.bit_length())
        budget.products(len(self.codes) * (len(output) + 4), self.longest, value)
        scores = [sum(map(mul, code, output)) - square for code, square in zip(self.codes, self.squares, strict=True)]
        low = [score - norm * error for score, norm in zip(scores, self.norms, strict=True)]
        high = [score + norm * error for score, norm in zip(scores, self.norms, strict=True)]
        if all(low[own] > end for k, end in enumerate(high) if k != own):
            return True
        return False if any(end > high[own] for k, end in enumerate(low) if k != own) else None
