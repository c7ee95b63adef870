"""Hyperplanes through batches of rows that miss other rows: general position is used where it holds, never assumed.

A batch B is affinely independent and no row to be avoided lies in its affine hull aff(B); then a hyperplane through B
misses all of those rows, a generic one if there are several. Rows join B greedily: row i may join exactly if no avoided
row lies in aff(B + i). In general position batches have d rows; otherwise they are smaller, down to one row, which
always works for distinct rows.

Arithmetic modulo a prime proposes the batch; the exact values <w, x_k> - b of all rows decide.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from exactcap.errors import InputError

PRIME = 2**31 - 1
"""Residues have products below 2^62, which int64 holds."""


@dataclass(frozen=True)
class Points:
    """Distinct rows as points of their affine hull: a subset of ``columns`` that tells them apart, of full affine rank.

    A functional (w, b) on them is a list of ``dimension`` + 1 integers with value <w, x> - b; ``matrix`` holds the
    rows (x, -1). ``residues`` are these rows modulo the prime, and three random combinations of their entries.
    """

    n_inputs: int
    columns: tuple[int, ...]
    matrix: fmpz_mat
    residues: NDArray[np.int64]

    @property
    def dimension(self) -> int:
        """The affine rank of the rows, at least 1."""
        return len(self.columns)

    def values(self, functional: Sequence[int]) -> list[int]:
        """The value of a functional at all rows, exactly."""
        return (self.matrix * fmpz_mat([[c] for c in functional])).entries()  # type: ignore[return-value]  # fmpz

    def weights(self, functional: Sequence[int]) -> tuple[int, ...]:
        """The weights on all input columns, then the bias -b: a row of a layer."""
        row = [0] * (self.n_inputs + 1)
        for column, weight in zip(self.columns, functional, strict=False):
            row[column] = int(weight)
        row[-1] = -int(functional[-1])
        return tuple(row)


@dataclass(frozen=True)
class Batch:
    """Rows on a hyperplane, its functional (primitive integers), the functional's values at all rows.

    ``blocked`` is a row that failed general position kept out, when the batch ended early.
    """

    rows: tuple[int, ...]
    functional: tuple[int, ...]
    values: list[int]
    blocked: int | None


def points(inputs: Sequence[Sequence[int]], rng: random.Random) -> Points:
    """The rows prepared.

    Raises:
        InputError: no row or column, or two equal rows.

    >>> flat = points([(0, 5, 1), (1, 5, 3), (2, 5, 5), (2, 5, 6)], random.Random(0))
    >>> flat.columns, flat.values((2, -1, -1)), flat.weights((2, -1, -1))
    ((0, 2), [0, 0, 0, -1], (2, 0, -1, 1))
    """
    if not inputs or not inputs[0]:
        raise InputError("inputs: needs at least one row and one column, got an empty table; add data")
    if len(set(map(tuple, inputs))) < len(inputs):
        raise InputError("inputs: the rows must be pairwise different; leave out the copies")
    # The columns of first entries of the echelon form of (1, X) are independent: the constant, then a basis.
    echelon, _, rank = fmpz_mat([[1, *row] for row in inputs]).rref()
    firsts = [next(c for c in range(len(inputs[0]) + 1) if echelon[i, c] != 0) for i in range(rank)]
    columns = tuple(c - 1 for c in firsts[1:]) or (0,)
    rows = [[*(row[c] for c in columns), -1] for row in inputs]
    residues = np.array([[entry % PRIME for entry in row] for row in rows], np.int64)
    draws = [np.array([rng.randrange(PRIME) for _ in range(len(columns) + 1)], np.int64) for _ in range(3)]
    combined = np.stack([(residues * draw % PRIME).sum(axis=1) % PRIME for draw in draws], axis=1)
    return Points(len(inputs[0]), columns, fmpz_mat(rows), np.hstack([residues, combined]))


def next_batch(
    rows: Points, candidates: Sequence[int], avoid: NDArray[np.bool_], alone: bool, rng: random.Random
) -> Batch:
    """A batch from ``candidates``, in this order, and a hyperplane through it that misses the rows of ``avoid``.

    With ``alone`` it misses every row outside the batch; else other candidates may lie on it.

    >>> line = points([(0, 0), (1, 1), (2, 2), (0, 1)], random.Random(0))
    >>> batch = next_batch(line, [0, 2], np.array([False, True, False, True]), False, random.Random(0))
    >>> batch.rows, batch.blocked, batch.values[0] == 0, 0 in batch.values[1:]
    ((0,), 2, True, False)
    """
    batch, blocked = _grow(rows, candidates, avoid, alone)
    while True:
        missed = np.ones(len(avoid), bool) if alone else avoid.copy()
        missed[batch] = False
        found = _hyperplane(rows, batch, np.flatnonzero(missed).tolist(), rng)
        if found is not None:
            return Batch(tuple(batch), *found, blocked)
        assert len(batch) > 1  # a hyperplane through one of distinct points misses the others
        blocked = batch.pop()  # the prime divided what it should not: a smaller batch is as good


def _grow(
    rows: Points, candidates: Sequence[int], avoid: NDArray[np.bool_], alone: bool
) -> tuple[list[int], int | None]:
    """The greedy batch modulo the prime; at least one row.

    The residual of row k is what is left of (x_k, -1) after elimination with the rows of B. Row k lies in aff(B + i)
    exactly if its residual is a multiple of that of row i: equal fingerprints. A chance collision only costs a row.
    """
    residuals = rows.residues.copy()
    batch: list[int] = []
    while len(batch) < rows.dimension:
        prints = _fingerprints(residuals)
        if alone:
            _, place, counts = np.unique(prints, return_inverse=True, return_counts=True)
            free = counts[place] == 1
        else:
            free = ~np.isin(prints, prints[avoid])
        left = [i for i in candidates if prints[i] >= 0]  # rows in aff(B) cannot join and need not
        chosen = next((i for i in left if free[i]), None)
        if chosen is None:
            return batch or [candidates[0]], left[0] if left else None
        batch.append(chosen)
        row = residuals[chosen]
        pivot = int(np.flatnonzero(row)[0])
        row = row * pow(int(row[pivot]), -1, PRIME) % PRIME
        residuals = (residuals - residuals[:, pivot : pivot + 1] * row % PRIME) % PRIME
    return batch, None


def _fingerprints(residuals: NDArray[np.int64]) -> NDArray[np.int64]:
    """Two ratios of random linear functions of each row: equal for multiples; -1 for the zero row."""
    first, second, third = residuals[:, -3], residuals[:, -2], residuals[:, -1]
    inverse, power, exponent = np.ones_like(third), third, PRIME - 2
    while exponent:
        if exponent & 1:
            inverse = inverse * power % PRIME
        power, exponent = power * power % PRIME, exponent >> 1
    prints: NDArray[np.int64] = first * inverse % PRIME * PRIME + second * inverse % PRIME
    return np.where(third == 0, -1, prints)


def _hyperplane(
    rows: Points, batch: Sequence[int], avoid: Sequence[int], rng: random.Random
) -> tuple[tuple[int, ...], list[int]] | None:
    """A functional that is 0 on the batch and nowhere on ``avoid``, with its values."""
    width = rows.dimension + 1
    basis, nullity = fmpz_mat([[int(rows.matrix[i, c]) for c in range(width)] for i in batch]).nullspace()
    for spread in range(40 if nullity > 1 else 1):
        # A row outside aff(B) is missed by all but a hyperplane of coefficients, so wide draws miss all rows.
        mix = [rng.randint(-(2**spread), 2**spread) for _ in range(nullity)] if nullity > 1 else [1]
        drawn = [sum(int(basis[r, c]) * mix[c] for c in range(nullity)) for r in range(width)]
        divisor = gcd(*drawn)
        if not any(drawn[:-1]):
            continue
        functional = tuple(c // divisor for c in drawn)
        values = rows.values(functional)
        assert all(values[i] == 0 for i in batch)
        if all(values[i] != 0 for i in avoid):
            return functional, values
    return None


def shrunk_note(batches: Sequence[Batch]) -> tuple[str, ...]:
    """A phrase on the batches that failed general position made smaller, with the rows (from 1), for the report."""
    blocked = sorted({batch.blocked + 1 for batch in batches if batch.blocked is not None})
    if not blocked:
        return ()
    shrunk = [len(batch.rows) for batch in batches if batch.blocked is not None]
    shown = ", ".join(map(str, blocked[:8])) + (", ..." if len(blocked) > 8 else "")
    return (
        f"{len(shrunk)} of {len(batches)} batches shrunk, to {min(shrunk)} rows at the least: "
        f"general position fails at row{'s' if len(blocked) > 1 else ''} {shown}",
    )


def dimension_note(rows: Points) -> tuple[str, ...]:
    """A phrase on rows of a lower affine rank than there are columns, for the report."""
    if rows.dimension == rows.n_inputs:
        return ()
    return (f"the rows span an affine space of dimension {rows.dimension} of {rows.n_inputs}: d = {rows.dimension}",)


def affine_through(rows: Points, chosen: Sequence[int], targets: Sequence[int]) -> tuple[list[int], int]:
    """A functional S and an integer e >= 1 with S/e = targets[j] at the row chosen[j], of affinely independent rows.

    >>> affine_through(points([(0, 0), (2, 1), (5, 5)], random.Random(0)), [0, 1], [3, 4])
    ([1, 0, -6], 2)
    """
    width = rows.dimension + 1
    augmented = [[*(int(rows.matrix[i, c]) for c in range(width)), y] for i, y in zip(chosen, targets, strict=True)]
    echelon, den, rank = fmpz_mat(augmented).rref()
    assert rank == len(chosen)
    sign = 1 if den > 0 else -1
    solution = [0] * width
    for r in range(rank):
        pivot = next(c for c in range(width) if echelon[r, c] != 0)
        solution[pivot] = sign * int(echelon[r, width])
    return solution, sign * int(den)


def shortest_affine(rows: Points, batch: Batch, targets: Sequence[int]) -> tuple[tuple[int, ...], int]:
    """A functional S and an integer e >= 1 with S/e = targets[j] at the j-th row of the batch.

    One exists by affine independence; multiples of the batch's functional t may be added to it, and the multiple
    that makes e least is: with integers c, <c, t> = 1, put s - <c, s> t. (If e (s + l t) is integral for a rational l,
    then so is e <c, s> + e l, hence e (s - <c, s> t).) Then an integer multiple of t is taken off to make S short.

    >>> plane = points([(0, 0), (2, 1), (5, 5)], random.Random(0))
    >>> batch = next_batch(plane, [0, 1], np.array([False, False, True]), True, random.Random(0))
    >>> functional, denominator = shortest_affine(plane, batch, [3, 7])
    >>> denominator, plane.values(functional)[:2]
    (1, [3, 7])
    """
    if len(set(targets)) == 1:
        return (*([0] * rows.dimension), -targets[0]), 1
    solution, den = affine_through(rows, batch.rows, targets)
    t = batch.functional
    multiple = sum(c * s for c, s in zip(_bezout(t), solution, strict=True))
    solution = [s - multiple * w for s, w in zip(solution, t, strict=True)]
    divisor = gcd(den, *solution)
    solution, den = [s // divisor for s in solution], den // divisor
    along = sum(s * w for s, w in zip(solution, t, strict=True)) // (den * sum(w * w for w in t))
    return tuple(s - along * den * w for s, w in zip(solution, t, strict=True)), den


def _bezout(numbers: Sequence[int]) -> list[int]:
    """Integers c with sum of c_k numbers_k = 1, for numbers without common divisor."""
    combination: list[int] = []
    common = 0
    for number in numbers:
        if common == 1:
            combination.append(0)
            continue
        common, a, b = _extended_gcd(common, number)
        combination = [a * c for c in combination] + [b]
    assert common == 1
    return combination


def _extended_gcd(a: int, b: int) -> tuple[int, int, int]:
    """(g, s, t) with s a + t b = g = gcd(a, b) >= 0."""
    s, t, u, v = 1, 0, 0, 1
    while b:
        q = a // b
        a, b, s, t, u, v = b, a - q * b, u, v, s - q * u, t - q * v
    return (a, s, t) if a >= 0 else (-a, -s, -t)
