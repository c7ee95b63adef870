"""Networks with integer weights, evaluated exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Any, Literal

from flint import fmpz_mat

from exactcap.errors import InputError

Activation = Literal["threshold", "relu", "identity"]

BLOCK_ENTRIES = 2**20
"""Rows are evaluated in blocks of about this many values a layer, which bounds the memory."""


@dataclass(frozen=True)
class Layer:
    """h -> psi((W h + b)/denominator), entry by entry; threshold is 1 above 0, else 0. Row l of W belongs to unit l."""

    weights: tuple[tuple[int, ...], ...]
    biases: tuple[int, ...]
    activation: Activation
    denominator: int = 1

    def normalised(self) -> Layer:
        """The same function without common divisors; a threshold unit may be scaled by itself.

        >>> Layer(((6, 4), (0, 8)), (2, 0), "relu", 4).normalised()
        Layer(weights=((3, 2), (0, 4)), biases=(1, 0), activation='relu', denominator=2)
        >>> Layer(((6, 4), (0, 8)), (2, 0), "threshold", 3).normalised()
        Layer(weights=((3, 2), (0, 1)), biases=(1, 0), activation='threshold', denominator=1)
        """
        rows = [(*row, bias) for row, bias in zip(self.weights, self.biases, strict=True)]
        if self.activation == "threshold":
            divisors, denominator = [gcd(*row) or 1 for row in rows], 1
        else:
            common = gcd(self.denominator, *(gcd(*row) for row in rows))
            divisors, denominator = [common] * len(rows), self.denominator // common
        divided = [[value // divisor for value in row] for row, divisor in zip(rows, divisors, strict=True)]
        return Layer(tuple(tuple(r[:-1]) for r in divided), tuple(r[-1] for r in divided), self.activation, denominator)


@dataclass(frozen=True)
class ExactNetwork:
    """Layers from the inputs on; the last one is the output."""

    layers: tuple[Layer, ...]

    @property
    def hidden_units(self) -> int:
        """The number of units of all layers but the last."""
        return sum(len(layer.biases) for layer in self.layers[:-1])

    def outputs(self, inputs: Sequence[Sequence[int]]) -> list[tuple[Fraction, ...]]:
        """The output vector at each integer input, exactly.

        Raises:
            InputError: the layers or the inputs do not fit together.

        >>> absolute = Layer(((1,), (-1,)), (0, 0), "relu"), Layer(((1, 1),), (1,), "identity", 2)
        >>> ExactNetwork(absolute).outputs([[-3], [2]])
        [(Fraction(2, 1),), (Fraction(3, 2),)]
        """
        if not inputs:
            return []
        lengths = {len(row) for row in inputs}
        if len(lengths) != 1:
            raise InputError(f"inputs: rows must have one length, got {sorted(lengths)}; give a rectangular table")
        require_shapes(self, lengths.pop())
        block = max(1, BLOCK_ENTRIES // max(len(layer.biases) for layer in self.layers))
        return [output for i in range(0, len(inputs), block) for output in self._outputs(inputs[i : i + block])]

    def _outputs(self, inputs: Sequence[Sequence[int]]) -> list[tuple[Fraction, ...]]:
        # A layer's values are integers over scale > 0, so psi acts on the integers: one matrix product a layer.
        scale, table = 1, [list(row) for row in inputs]
        for layer in self.layers:
            rows = [[*row, bias * scale] for row, bias in zip(layer.weights, layer.biases, strict=True)]
            sums = (fmpz_mat([[*row, 1] for row in table]) * fmpz_mat(rows).transpose()).entries()
            scale *= layer.denominator
            if layer.activation == "threshold":
                scale, entries = 1, [int(entry > 0) for entry in sums]
            else:
                scale, entries = _reduced(scale, sums, layer.activation == "relu")
            width = len(layer.biases)
            table = [entries[i : i + width] for i in range(0, len(entries), width)]
        return [tuple(Fraction(int(value), scale) for value in row) for row in table]


def _reduced(scale: int, entries: list[Any], positive: bool) -> tuple[int, list[Any]]:
    """The values entries/scale, or their positive parts, over the least common denominator."""
    if positive:
        entries = [entry if entry > 0 else 0 for entry in entries]
    common = scale
    for entry in entries:
        if common == 1:
            return scale, entries
        common = gcd(common, int(entry))
    return scale // common, [entry // common for entry in entries]


def require_shapes(network: ExactNetwork, n_inputs: int) -> None:
    """Check that the layers fit together on R^n_inputs.

    Raises:
        InputError: no layer or an empty one, rows of the wrong length, a denominator below 1, identity before the end.

    >>> require_shapes(ExactNetwork((Layer(((1, 2),), (0,), "relu"),)), 3)
    Traceback (most recent call last):
    exactcap.errors.InputError: layer 1: each unit needs 3 weights, got [2]; check the network
    """
    if not network.layers:
        raise InputError("network: needs at least one layer, got none; add an output layer")
    width = n_inputs
    for number, layer in enumerate(network.layers, start=1):
        lengths = {len(row) for row in layer.weights}
        if len(layer.weights) != len(layer.biases) or not layer.biases:
            raise InputError(
                f"layer {number}: needs at least one unit and as many biases as rows of weights, got "
                f"{len(layer.biases)} biases and {len(layer.weights)} rows; check the network"
            )
        if lengths != {width}:
            raise InputError(
                f"layer {number}: each unit needs {width} weights, got {sorted(lengths)}; check the network"
            )
        if layer.denominator < 1:
            raise InputError(f"layer {number}: the denominator must be >= 1, got {layer.denominator}; flip the signs")
        if layer.activation == "identity" and number < len(network.layers):
            raise InputError(f"layer {number}: only the last layer may be the identity; merge it into the next one")
        width = len(layer.biases)


def on_table(network: ExactNetwork, factors: Sequence[Fraction], shifts: Sequence[Fraction]) -> ExactNetwork:
    """The network on the values x of a table, for a network on x'_c = factors[c] (x_c - shifts[c]).

    The affine map goes into the first layer: <w, x'> + b = sum of w_c factors[c] x_c + b - sum of w_c factors[c]
    shifts[c]. A common denominator, which is positive, goes into the layer's denominator (relu, identity) or is
    dropped (threshold).

    >>> network = ExactNetwork((Layer(((2,),), (-3,), "relu"),))
    >>> on_table(network, [Fraction(1, 5)], [Fraction(10)]).layers[0]
    Layer(weights=((2,),), biases=(-35,), activation='relu', denominator=5)
    """
    first, *rest = network.layers
    rows = []
    for row, bias in zip(first.weights, first.biases, strict=True):
        scaled = [weight * factor for weight, factor in zip(row, factors, strict=True)]
        rows.append((*scaled, bias - sum(w * shift for w, shift in zip(scaled, shifts, strict=True))))
    return ExactNetwork((integer_layer(rows, first.activation, first.denominator), *rest))


def integer_layer(rows: Sequence[Sequence[Fraction | int]], activation: Activation, denominator: int = 1) -> Layer:
    """The layer whose unit l has the rational weights and bias ``rows[l]`` (the bias last), over ``denominator``.

    >>> integer_layer([[Fraction(1, 2), 1], [Fraction(2, 3), 0]], "identity")
    Layer(weights=((3,), (4,)), biases=(6, 0), activation='identity', denominator=6)
    """
    if activation == "threshold":  # each unit has its own scale
        scales = [lcm(*(value.denominator for value in row)) for row in rows]
    else:
        scales = [lcm(*(value.denominator for row in rows for value in row))] * len(rows)
        denominator *= scales[0]
    integers = [[(value * scale).numerator for value in row] for row, scale in zip(rows, scales, strict=True)]
    layer = Layer(tuple(tuple(r[:-1]) for r in integers), tuple(r[-1] for r in integers), activation, denominator)
    return layer.normalised()
