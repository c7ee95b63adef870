"""Point sets for constructions: in general position, and as far from it as distinct rows can be."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

from exactcap.constructions.network import ExactNetwork, Layer
from exactcap.constructions.problem import Problem

Rows = tuple[tuple[int, ...], ...]

PRIME = 2**31 - 1  # the one that proposes batches: rows that agree modulo it must still be told apart


def drawn_points(n: int, d: int, seed: int = 0) -> Rows:
    """Random integers, in general position but for a chance of about 2^-20."""
    rng = random.Random(seed)
    return tuple(tuple(rng.randint(-(2**20), 2**20) for _ in range(d)) for _ in range(n))


def moment_curve(n: int, d: int) -> Rows:
    """(t, t^2, ..., t^d): any d + 1 of these points are affinely independent."""
    return tuple(tuple(t**k for k in range(1, d + 1)) for t in range(1, n + 1))


HOSTILE: dict[str, Rows] = {
    "line": tuple((t, 2 * t + 1, -t) for t in range(9)),
    "two lines": tuple((t, 0) for t in range(6)) + tuple((t, 1) for t in range(6)),
    "grid": tuple((a, b) for a in range(4) for b in range(4)),
    "cube": tuple((a, b, c) for a in range(2) for b in range(2) for c in range(2)),
    "equal columns": tuple((t, t, t * t, t * t) for t in range(-4, 4)),
    "constant column": tuple((7, a, b) for a, b in drawn_points(9, 2)),
    "plane in R^5": tuple((a, b, a + b, a - b + 1, 3 * a) for a, b in drawn_points(10, 2, 1)),
    "one row": ((3, 1, 4),),
    "one row at 0": ((0, 0),),
    "two rows": ((0, 0), (0, 1)),
    "d = 1": tuple((t * t * t,) for t in range(-3, 4)),
    "n <= d": drawn_points(4, 6),
    "n = d + 1": drawn_points(6, 5),
    "near duplicates": tuple((a * 2**40 + e, b * 2**40, e * a) for a, b in drawn_points(5, 2) for e in (0, 1)),
    "equal modulo the prime": tuple((a * PRIME, a * b * PRIME) for a in range(1, 4) for b in range(3)),
    "large": tuple((2**60 - a, 2**60 - a * a) for a in range(7)),
}


def without_unit(network: ExactNetwork, unit: int) -> ExactNetwork:
    """A two-layer network with one hidden unit less, which is replaced by 0."""
    hidden, output = network.layers
    rows = tuple((*row[:unit], 0, *row[unit + 1 :]) for row in output.weights)
    return ExactNetwork((hidden, Layer(rows, output.biases, output.activation, output.denominator)))


def scalar(inputs: Rows, targets: Sequence[Fraction | int]) -> Problem:
    """A problem with one output."""
    return Problem(inputs, tuple((Fraction(t),) for t in targets))


def one_hot(inputs: Rows, classes: Sequence[int], outputs: int) -> Problem:
    """A problem with an output a class."""
    return Problem(inputs, tuple(tuple(Fraction(c == k) for k in range(outputs)) for c in classes))
