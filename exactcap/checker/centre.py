"""Two-layer networks with rational weights on the rows of a table: what is exact about them (SPEC-NETWORKS.md, N3).

Here also stand the limits of time and memory that both families about explicit networks share.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from operator import mul
from typing import Any

from .intervals import Interval, quotient
from .reader import Rejected, array, rational

MAX_DENOMINATOR_BITS = 2**14  # of a column of inputs, and of the preactivations of a neuron
MAX_OUTER = 2**17  # outer weights: some intervals and rationals each, about 1000 bytes together
MAX_HELD = 2**31  # bits of the integers that are in memory at once: 256 MB
OVERHEAD = 320  # bits of a Python integer beyond its digits


class Budget:
    """Counts the work before it is done, in steps of about 10 ns; raises `Rejected` when it is more than the limit."""

    def __init__(self, most: int) -> None:
        self.most, self.work = most, 0

    def steps(self, count: int) -> None:
        """So many more."""
        self.work += count
        if self.work > self.most:
            raise Rejected(f"the evaluation takes more than {self.most} steps")

    def products(self, count: int, bits: int, other_bits: int) -> None:
        """`count` products of integers of these lengths, or divisions: each its words of 64 bits multiplied, and 8."""
        self.steps(count * (8 + bits * other_bits // 4096))


def hold(what: str, count: int, bits: int, most: int = MAX_HELD) -> None:
    """`count` integers of this length are in memory at once."""
    if count * (bits + OVERHEAD) > most:
        raise Rejected(f"{what}: {count} integers of up to {bits} bits need more than {most} bits of memory")


def common_denominator(denominators: Iterable[int], what: str) -> int:
    """Their least common multiple."""
    common = 1
    for q in denominators:
        if common % q:  # most divide it already, and a remainder costs less than an lcm
            common = lcm(common, q)
            if common.bit_length() > MAX_DENOMINATOR_BITS:
                raise Rejected(f"{what}: a common denominator has more than {MAX_DENOMINATOR_BITS} bits")
    return common


@dataclass(frozen=True)
class Points:
    """x'_ic = rows[i][c] / denominators[c]."""

    rows: list[list[int]]
    denominators: list[int]


@dataclass(frozen=True)
class Affine:
    """x'_ic = factors[c] (values[i][c] - shifts[c]), not computed yet."""

    values: Sequence[Sequence[Fraction]]
    factors: list[Fraction]
    shifts: list[Fraction]

    def points(self) -> Points:
        """p/q (x/y - a/b) = p (x b Y/y - a Y)/(q b Y), Y the common denominator of a column: without reductions."""
        columns, denominators, n = [], [], len(self.values)
        for column, factor, shift in zip(zip(*self.values, strict=True), self.factors, self.shifts, strict=True):
            y = common_denominator((x.denominator for x in column), "inputs")
            denominator = common_denominator([factor.denominator * shift.denominator * y], "factors, shifts")
            top, subtracted = factor.numerator * shift.denominator, factor.numerator * shift.numerator * y
            longest = top.bit_length() + y.bit_length() + max(x.numerator.bit_length() for x in column)
            hold("inputs", n * len(self.factors), max(longest, subtracted.bit_length()) + 1)
            columns.append([top * (y // x.denominator) * x.numerator - subtracted for x in column])
            denominators.append(denominator)
        return Points([list(row) for row in zip(*columns, strict=True)], denominators)


@dataclass(frozen=True)
class Parameters:
    """(W, b, v) of the network with the outputs sum_j v_jk psi(<w_j, x'> + b_j); outer[j] is v_j1, ..., v_jK."""

    weights: list[list[Fraction]]
    biases: list[Fraction]
    outer: list[list[Fraction]]

    def flat(self) -> Iterator[Fraction]:
        """Parameter j(d+1+K)+c is w_jc for c < d, b_j for c = d, v_jk for c = d+1+k."""
        for w, b, v in zip(self.weights, self.biases, self.outer, strict=True):
            yield from (*w, b, *v)


@dataclass(frozen=True)
class Column:
    """A chosen parameter of neuron j: w_jc, or b_j for c = d, or v_jk for c = d+1+k; A has a 2^exponent in its row."""

    j: int
    c: int
    exponent: int


@dataclass(frozen=True)
class Neuron:
    """s_i = (<weights, rows[i]> + bias) / denominator, in integers."""

    weights: list[int]
    bias: int
    denominator: int

    def preactivation(self, row: list[int], bits: int) -> Interval:
        """The smallest interval of this precision around s_i."""
        top, bottom = (sum(map(mul, self.weights, row)) + self.bias, 0), (self.denominator, 0)
        return Interval(quotient(top, bottom, bits, False), quotient(top, bottom, bits, True), bits)


def vector(value: Any, outputs: int, where: str) -> list[Fraction]:
    """A number for each output: a rational where there is one output, an array where there are more."""
    return [rational(item, where) for item in ([value] if outputs == 1 else array(value, where, outputs))]


def read_parameters(d: int, outputs: int, where: str, biases: Any, outer: Any, weights: Any) -> Parameters:
    """(W, b, v) of at least one neuron on d inputs."""
    if not 1 <= len(array(outer, f"{where}, outer")) * outputs <= MAX_OUTER:
        raise Rejected(f"{where}, outer: there is no neuron, or more than {MAX_OUTER} outer weights")
    v = [vector(item, outputs, f"{where}, outer") for item in outer]
    b = [rational(item, f"{where}, biases") for item in array(biases, f"{where}, biases", len(v))]
    rows = array(weights, f"{where}, weights", len(v))
    w = [[rational(item, f"{where}, weights") for item in array(row, f"{where}, weights", d)] for row in rows]
    return Parameters(w, b, v)


def affine(values: Sequence[Sequence[Fraction]], factors: list[Fraction], shifts: list[Fraction]) -> Affine:
    """The inputs x' = factor (x - shift); `Affine.points` computes them once it is known that they are needed."""
    return Affine(values, factors, shifts)


def neurons(points: Points, centre: Parameters) -> list[Neuron]:
    """The preactivations over one denominator a neuron: that of its weights and bias times that of all inputs."""
    inputs = common_denominator(points.denominators, "inputs")
    cofactors = [inputs // q for q in points.denominators]
    result, longest, count = [], 0, len(centre.outer) * (len(cofactors) + 1)
    for w, b in zip(centre.weights, centre.biases, strict=True):
        own = common_denominator((a.denominator for a in (*w, b)), "weights")
        denominator = common_denominator([own * inputs], "weights, inputs")
        scaled = [a.numerator * (own // a.denominator) for a in (*w, b)]
        longest = max(longest, max(map(int.bit_length, scaled)) + inputs.bit_length())
        hold("weights", count, longest)
        result.append(Neuron(list(map(mul, scaled, cofactors)), scaled[-1] * inputs, denominator))
    return result


def moves(points: Points, width: int, columns: list[Column], sums: list[int], bits: int) -> tuple[int, list[list[int]]]:
    """(unit, moves) with S_ij <= 2^unit (<moves_j, |rows_i|> + moves_jd): the R_c/Q_c in units 2^unit, rounded up.

    Q_c is the denominator of input c. A unit is below 2^-bits of the largest term divided by d + 1 times |rows|.
    """
    d = len(points.denominators)
    denominators = [*points.denominators, 1]
    lengths = [max(map(abs, column)).bit_length() for column in zip(*points.rows, strict=True)] + [1]
    inner = [(total, column) for total, column in zip(sums, columns, strict=True) if column.c <= d and total]
    terms = [
        total.bit_length() + column.exponent - denominators[column.c].bit_length() + lengths[column.c]
        for total, column in inner
        if lengths[column.c]
    ]
    unit = max(terms, default=0) - max(lengths) - d.bit_length() - bits - 2
    result = [[0] * (d + 1) for _ in range(width)]
    for total, column in inner:
        shift = column.exponent - unit
        result[column.j][column.c] = -((-total << max(0, shift)) // (denominators[column.c] << max(0, -shift)))
    return unit, result
