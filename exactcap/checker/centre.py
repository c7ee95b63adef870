"""Two-layer networks with rational weights on the rows of a table: what is exact about them (SPEC-NETWORKS.md, N3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from operator import mul
from typing import Any

from .intervals import Interval, quotient
from .reader import Rejected, array, rational

MAX_DENOMINATOR_BITS = 2**14  # of a column of inputs, and of the preactivations of a neuron
MAX_WORK = 2**30  # rows times weights times the words of 64 bits of the longest integer


@dataclass(frozen=True)
class Points:
    """x'_ic = rows[i][c] / denominators[c]."""

    rows: list[list[int]]
    denominators: list[int]


@dataclass(frozen=True)
class Parameters:
    """(W, b, v) of the network sum_j v_j psi(<w_j, x'> + b_j)."""

    weights: list[list[Fraction]]
    biases: list[Fraction]
    outer: list[Fraction]

    def flat(self) -> Iterator[Fraction]:
        """Parameter j(d+2)+c is w_jc for c < d, b_j for c = d, v_j for c = d+1."""
        for w, b, v in zip(self.weights, self.biases, self.outer, strict=True):
            yield from (*w, b, v)


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


def read_parameters(d: int, where: str, biases: Any, outer: Any, weights: Any) -> Parameters:
    """(W, b, v) of at least one neuron on d inputs."""
    v = [rational(item, f"{where}, outer") for item in array(outer, f"{where}, outer")]
    if not v:
        raise Rejected(f"{where}, outer: there is no neuron")
    b = [rational(item, f"{where}, biases") for item in array(biases, f"{where}, biases", len(v))]
    rows = array(weights, f"{where}, weights", len(v))
    w = [[rational(item, f"{where}, weights") for item in array(row, f"{where}, weights", d)] for row in rows]
    return Parameters(w, b, v)


def affine(values: Sequence[Sequence[Fraction]], factors: list[Fraction], shifts: list[Fraction]) -> Points:
    """The inputs x' = factor (x - shift), each column over one denominator."""
    columns, denominators = [], []
    for column, factor, shift in zip(zip(*values, strict=True), factors, shifts, strict=True):
        scaled = [factor * (x - shift) for x in column]
        denominator = _common(scaled)
        columns.append([x.numerator * (denominator // x.denominator) for x in scaled])
        denominators.append(denominator)
    return Points([list(row) for row in zip(*columns, strict=True)], denominators)


def neurons(points: Points, centre: Parameters) -> list[Neuron]:
    """The preactivations over one denominator a neuron."""
    result = []
    for w, b in zip(centre.weights, centre.biases, strict=True):
        coefficients = [a / q for a, q in zip(w, points.denominators, strict=True)]
        denominator = _common([*coefficients, b])
        integers = [a.numerator * (denominator // a.denominator) for a in coefficients]
        result.append(Neuron(integers, b.numerator * (denominator // b.denominator), denominator))
    n, d, m = len(points.rows), len(points.denominators), len(result)
    longest = max(
        max(abs(x) for row in points.rows for x in row),
        max(abs(a) for neuron in result for a in (*neuron.weights, neuron.bias)),
    )
    if n * m * (d + 1) * (longest.bit_length() // 64 + 1) > MAX_WORK:
        raise Rejected(f"weights: more than {MAX_WORK} steps for the arguments of the activation")
    return result


def _common(numbers: Sequence[Fraction]) -> int:
    denominator = 1
    for number in numbers:
        denominator = lcm(denominator, number.denominator)
        if denominator.bit_length() > MAX_DENOMINATOR_BITS:
            raise Rejected(f"weights, inputs: a common denominator has more than {MAX_DENOMINATOR_BITS} bits")
    return denominator
