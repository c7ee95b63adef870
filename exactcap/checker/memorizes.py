"""Claims that an explicit network takes the label of each row: evaluated in integers (SPEC-NETWORKS.md, N2).

A block of rows is evaluated layer by layer: unit u holds the integers h_u of these rows, all over one denominator.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd, isqrt
from typing import Any

from .centre import MAX_HELD, OVERHEAD, Budget, common_denominator, hold
from .claims import Inputs, parse_inputs
from .labels import Labels, Target, parse_labels
from .minors import Progress
from .reader import Reader, Rejected, array, fields, integer
from .verdict import Proof

ACTIVATIONS = ("threshold", "relu", "identity")
MAX_LAYERS = 20_000
MAX_WEIGHTS = 2**22
MAX_WEIGHT_BITS = 2**18
MAX_WORK = 2**33  # steps in the sense of `Budget`: some minutes
MAX_REDUCED_BITS = 2**12  # a denominator beyond is left as it is
BLOCK = 128  # rows, or fewer

Values = list[int]  # of one unit, at the rows of a block


@dataclass(frozen=True)
class Layer:
    """h -> psi((W h + b)/denominator); `longest` is the length of the longest weight of each unit."""

    activation: str
    weights: list[list[int]]
    biases: list[int]
    denominator: int
    longest: list[int]


@dataclass(frozen=True)
class MemorizesClaim:
    """The network of these layers takes the target of row i at row i, for all i."""

    inputs: Inputs
    labels: Labels
    layers: list[Layer]

    def statement(self) -> str:
        widths = [len(layer.biases) for layer in self.layers[:-1]]
        shape = f" in {len(widths)} layers of at most {max(widths)}" if len(widths) > 1 else ""
        bits = max(
            max(*layer.longest, layer.denominator.bit_length(), *(b.bit_length() for b in layer.biases))
            for layer in self.layers
        )
        kinds = "".join(f"{kind} " for kind in dict.fromkeys(layer.activation for layer in self.layers[:-1]))
        last, outputs = self.layers[-1].activation.replace("identity", "linear"), len(self.layers[-1].biases)
        return (
            f"a given {kinds}network with {sum(widths)} hidden unit{'' if sum(widths) == 1 else 's'}{shape}, "
            f"{outputs} {last} output{'' if outputs == 1 else 's'} and integers of at most {bits} bits takes the label "
            f"y_i at input i for all i, exactly ({self.inputs.text()}; {self.labels.text()})"
        )


def parse(value: Any) -> MemorizesClaim:
    """The claim of a claim line's object of family "memorizes"."""
    _, inputs_line, labels_line, layers_line = fields(value, ("family", "inputs", "labels", "layers"), "claim")
    inputs = parse_inputs(inputs_line)
    if not inputs.is_table:
        raise Rejected("claim, inputs: a network is evaluated on a table")
    labels = parse_labels(labels_line, inputs.n_samples)
    layers: list[Layer] = []
    if not 1 <= len(array(layers_line, "claim, layers")) <= MAX_LAYERS:
        raise Rejected(f"claim, layers: between 1 and {MAX_LAYERS}")
    size, weights = inputs.n_inputs, 0
    for position, line in enumerate(layers_line, start=1):
        layers.append(_layer(line, size, f"claim, layer {position}"))
        if layers[-1].activation == "identity" and position < len(layers_line):
            raise Rejected(f"claim, layer {position}: only the last may be the identity")
        weights += size * len(layers[-1].biases)
        if weights > MAX_WEIGHTS:
            raise Rejected(f"claim, layers: more than {MAX_WEIGHTS} weights")
        size = len(layers[-1].biases)
    if size != labels.outputs():
        raise Rejected(f"claim, layers: {size} outputs, but the labels have {labels.outputs()} entries")
    return MemorizesClaim(inputs, labels, layers)


def _layer(value: Any, size: int, where: str) -> Layer:
    activation, biases_line, denominator, rows = fields(
        value, ("activation", "biases", "denominator", "weights"), where
    )
    if activation not in ACTIVATIONS:
        raise Rejected(f"{where}: the activation is none of {', '.join(ACTIVATIONS)}")
    q = integer(denominator, where, MAX_WEIGHT_BITS)
    biases = [integer(b, where, MAX_WEIGHT_BITS) for b in array(biases_line, where)]
    if q < 1 or not biases:
        raise Rejected(f"{where}: a layer has a unit and a denominator of at least 1")
    weights = [
        [integer(w, where, MAX_WEIGHT_BITS) for w in array(row, where, size)] for row in array(rows, where, len(biases))
    ]
    return Layer(activation, weights, biases, q, [max(w.bit_length() for w in row) for row in weights])


def check(claim: MemorizesClaim, reader: Reader, progress: Progress) -> Proof:
    """Accepts when the network takes all labels, or raises `Rejected`."""
    (kind,) = reader.record("evidence")
    if kind != "evaluation":
        raise Rejected("evidence: this claim needs the kind evaluation")
    values, n = claim.inputs.values, claim.inputs.n_samples
    denominator = common_denominator((x.denominator for row in values for x in row), "inputs")
    longest = denominator.bit_length() + max(x.numerator.bit_length() for row in values for x in row)
    # with the limits of cells and columns there is always room for one row
    budget, size = Budget(MAX_WORK), max(1, min(BLOCK, MAX_HELD // (claim.inputs.n_inputs * (longest + OVERHEAD))))
    hold("inputs", size * claim.inputs.n_inputs, longest)
    for start in range(0, n, size):
        rows = values[start : start + size]
        units = [[x.numerator * (denominator // x.denominator) for x in column] for column in zip(*rows, strict=True)]
        _require(claim, start, *_evaluate(claim.layers, units, denominator, budget), budget)
        progress(min(n, start + size), n)
    return Proof(())


def _evaluate(layers: list[Layer], units: list[Values], denominator: int, budget: Budget) -> tuple[list[Values], int]:
    """The numerators of the outputs, and their denominator."""
    for layer in layers:
        units = _preactivations(layer, units, denominator, budget)
        if layer.activation == "threshold":
            units, denominator = [[int(s > 0) for s in column] for column in units], 1  # denominators are positive
            continue
        if layer.activation == "relu":
            units = [[max(s, 0) for s in column] for column in units]
        budget.steps(_products(1, denominator.bit_length(), layer.denominator.bit_length()))
        denominator *= layer.denominator
        if layer.denominator > 1:
            units, denominator = _reduced(units, denominator, budget)
    return units, denominator


def _preactivations(layer: Layer, units: list[Values], denominator: int, budget: Budget) -> list[Values]:
    """W h + b, over `denominator`."""
    n, lengths = len(units[0]), [_longest(column) for column in units]
    biases = max(bias.bit_length() for bias in layer.biases) + denominator.bit_length()
    longest = max(max(layer.longest) + max(lengths), biases) + len(units).bit_length()
    hold("layers", n * len(layer.biases), longest)
    result: list[Values] = []
    previous: list[int] | None = None
    products: Values = []
    for row, bias in zip(layer.weights, layer.biases, strict=True):
        if row != previous:  # units that share one direction often follow each other
            products, previous = [0] * n, row
            for w, column, length in zip(row, units, lengths, strict=True):
                budget.steps(_products(n if w else 1, w.bit_length(), length))
                if w:
                    products = [s + w * h for s, h in zip(products, column, strict=True)]
        budget.steps(_products(1, bias.bit_length(), denominator.bit_length()))
        offset = bias * denominator
        result.append([s + offset for s in products])
        budget.steps(_products(n, _longest(result[-1]), 1))
    return result


def _reduced(units: list[Values], denominator: int, budget: Budget) -> tuple[list[Values], int]:
    """The same fractions over their least common denominator, unless that takes long."""
    common, bits = denominator, denominator.bit_length()
    if bits > MAX_REDUCED_BITS:
        return units, denominator
    for column in units:  # a division takes long times short words, and the root of short is at most 8
        budget.steps(_products(16 * len(column), bits, _longest(column)))
        common = gcd(common, *column)
    if common == 1:
        return units, denominator
    return [[h // common for h in column] for column in units], denominator // common


def _products(count: int, bits: int, other_bits: int) -> int:
    """Steps of `count` products of integers of these lengths: in words, long times root of short (Karatsuba), and 8."""
    short, long = sorted((bits // 64 + 1, other_bits // 64 + 1))
    return count * (8 + long * isqrt(short))


def _longest(column: Values) -> int:
    return max(h.bit_length() for h in column)


def _require(claim: MemorizesClaim, start: int, outputs: list[Values], denominator: int, budget: Budget) -> None:
    for i, output in enumerate(zip(*outputs, strict=True), start=start):
        target: Target = claim.labels.targets[i]
        for h, t in zip(output, target, strict=True):
            budget.steps(_products(1, h.bit_length(), t.denominator.bit_length()))
            budget.steps(_products(1, t.numerator.bit_length(), denominator.bit_length()))
        if any(h * t.denominator != t.numerator * denominator for h, t in zip(output, target, strict=True)):
            raise Rejected(f"row {claim.inputs.rows[i]}: the network takes another value than its label")
