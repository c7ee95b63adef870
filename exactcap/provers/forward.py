"""Values of a network of rational weights in fixed point, many rows at once (SPEC-NETWORKS.md, N5).

The same model as the checker's, so that the precision which is enough here tells the one that it needs: integers g with
|2^P h - g| <= e, one e for a layer and row. Products of matrices are exact ones of FLINT, psi is in balls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from flint import arb, fmpz_mat

from exactcap.arithmetic.balls import precision
from exactcap.claims import Activation, Dense
from exactcap.claims.classifies import PIECEWISE
from exactcap.errors import InputError
from exactcap.models.smooth import value_and_slope
from exactcap.provers.records import activation_model

MAX_MAGNITUDE, MAX_VALUE = 64, 2**12  # |s| <= 2^64 at a smooth psi, |psi| <= 2^4096
MAX_DENOMINATOR_BITS = 2**14
Row = list[int]
Known = tuple[int, int]  # (g, e)
Apply = Callable[[int, int, int], Known | None]


@dataclass(frozen=True)
class Inputs:
    """x'_ic = rows[i][c] / denominators[c]; ``bits`` bounds the lengths of the integers on the way there."""

    rows: list[Row]
    denominators: list[int]
    bits: int


@dataclass(frozen=True, eq=False)
class Whole:
    """A layer in integers: unit j has the sums (row j of ``weights`` h + biases_j) / denominators_j."""

    psi: Activation
    weights: fmpz_mat
    biases: list[int]
    denominators: list[int]
    norms: list[int]
    bits: tuple[int, int]  # of the longest weight; of the longest bias or denominator

    @property
    def shape(self) -> tuple[int, int]:
        """Units and inputs."""
        return self.weights.nrows(), self.weights.ncols()


def scaled_inputs(values: Sequence[Sequence[Fraction]], factors: Sequence[str], shifts: Sequence[str]) -> Inputs:
    """p/q (x/y - a/b) = p (x b Y/y - a Y)/(q b Y), Y the common denominator of a column; raises InputError."""
    columns, denominators, longest = [], [], 0
    for column, *scaling in zip(zip(*values, strict=True), factors, shifts, strict=True):
        factor, shift = map(Fraction, scaling)
        y = common_denominator((x.denominator for x in column), "inputs")
        top, less = factor.numerator * shift.denominator, factor.numerator * shift.numerator * y
        columns.append([top * (y // x.denominator) * x.numerator - less for x in column])
        denominators.append(common_denominator([factor.denominator * shift.denominator * y], "inputs"))
        bits = top.bit_length() + y.bit_length() + max(x.numerator.bit_length() for x in column)
        longest = max(longest, bits, less.bit_length())
    return Inputs([list(row) for row in zip(*columns, strict=True)], denominators, longest + 1)


def whole_layers(layers: Sequence[Dense], denominators: list[int]) -> list[Whole]:
    """The layers in integers; the first one acts on inputs over these denominators. Raises InputError."""
    result = []
    for layer in layers:
        common, rows, biases, own = common_denominator(denominators, "inputs"), [], [], []
        cofactors = [common // q for q in denominators]
        for texts, bias_text in zip(layer.weights, layer.biases, strict=True):
            w, b = list(map(Fraction, texts)), Fraction(bias_text)
            q = common_denominator((a.denominator for a in (*w, b)), "weights")
            rows.append([a.numerator * (q // a.denominator) * k for a, k in zip(w, cofactors, strict=True)])
            biases.append(b.numerator * (q // b.denominator) * common)
            own.append(common_denominator([q * common], "weights and inputs"))
        bits = (max(a.bit_length() for row in rows for a in row), max(a.bit_length() for a in (*biases, *own)))
        norms = [sum(map(abs, row)) for row in rows]
        result.append(Whole(layer.activation, fmpz_mat(rows), biases, own, norms, bits))
        denominators = [1] * len(rows)
    return result


def common_denominator(denominators: Iterable[int], what: str) -> int:
    """Their least common multiple; raises InputError where it is longer than the checker takes."""
    common = 1
    for q in denominators:
        common = lcm(common, q) if common % q else common
        if common.bit_length() > MAX_DENOMINATOR_BITS:
            raise InputError(
                f"{what}: a common denominator has more than {MAX_DENOMINATOR_BITS} bits; round the numbers"
            )
    return common


def forward(layers: Sequence[Whole], rows: Sequence[Row], bits: int, sizes: list[int]) -> list[tuple[Row, int] | None]:
    """(g, e) for the outputs of each row, within e of 2^bits times the outputs; None where that cannot be told.

    ``sizes[h]`` becomes at least the length of all values after layer h beyond ``bits``.
    """
    states: list[tuple[Row, int] | None] = [(list(row), 0) for row in rows]
    power = 0
    for h, layer in enumerate(layers):
        alive = [i for i, state in enumerate(states) if state is not None]
        if not alive:
            break
        columns = [state[0] for state in states if state is not None]
        sums = (fmpz_mat(columns) * layer.weights.transpose()).tolist()
        with precision(bits):
            apply = _apply(layer.psi, bits)
            for i, line in zip(alive, sums, strict=True):
                state = states[i]
                assert state is not None
                states[i] = _layer(layer, [int(s) for s in line], state[1], power, apply)
                if (after := states[i]) is not None:
                    longest = max(max(map(int.bit_length, after[0])), after[1].bit_length())
                    sizes[h] = max(sizes[h], longest - bits)
        power = bits
    return states


def _layer(layer: Whole, sums: Row, error: int, power: int, apply: Apply) -> tuple[Row, int] | None:
    found = []
    for s, bias, q, norm in zip(sums, layer.biases, layer.denominators, layer.norms, strict=True):
        middle = s + (bias << power)
        known = apply(middle - norm * error, middle + norm * error, q << power)
        if known is None:
            return None
        found.append(known)
    return [g for g, _ in found], max(e for _, e in found)


def _apply(psi: Activation, bits: int) -> Apply:
    """(a, b, q) -> (g, e) with psi within e of g on [a, b]/q, in units 2^-bits; None where that is not known."""
    if psi.name == "threshold":
        return lambda a, b, q: None if a <= 0 < b else (int(a > 0) << bits, 0)
    if psi.name in PIECEWISE:
        return lambda a, b, q: _quotient(*((max(a, 0), max(b, 0)) if psi.name == "relu" else (a, b)), q, bits)
    function, scale = value_and_slope(activation_model(psi)), arb(2) ** bits

    def smooth(a: int, b: int, q: int) -> Known | None:
        if max(abs(a), abs(b)) > q << MAX_MAGNITUDE:
            return None
        y = function((arb(a + b) + arb(0, b - a)) / (2 * arb(q)))[0] * scale
        if not y.is_finite() or not abs(y) < arb(2) ** (MAX_VALUE + bits - 1):
            return None
        g, e = y.mid().floor().unique_fmpz(), y.rad().ceil().unique_fmpz()
        return None if g is None or e is None else (int(g), int(e) + 1)

    return smooth


def _quotient(a: int, b: int, q: int, bits: int) -> Known:
    low, high = (a << bits) // q, -((-b << bits) // q)
    g = (low + high) >> 1
    return g, high - g
