"""Cholesky's factorisation in fixed point, at any precision, and the least eigenvalue that it shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isqrt
from operator import mul

import numpy as np

Triangle = list[list[int]]
"""Row i holds the entries (i, 0), ..., (i, i)."""


def fixed_cholesky(
    lower: Sequence[Sequence[int]], bits: int, shift: int, progress: Callable[[float], None] | None = None
) -> Triangle | None:
    """L of A - shift I = L L^T, rounded: ``lower`` holds A 4^bits by rows up to the diagonal, the result L 2^bits.

    ``shift`` counts units 4^-bits. L L^T differs from A - shift I in (i, j), i > j, by at most L_jj 2^-bits/2, and is
    not larger on the diagonal. None when a pivot is not positive, so that the matrix is not positive definite, nearly.

    Column k of L is packed into one integer, so that row i costs i products of an integer with a packed column.

    Args:
        lower: n rows of integers, |A_ij| < 2^4.
        bits: the precision of L.
        shift: an integer.
        progress: receives fractions of the work.

    >>> fixed_cholesky([[4 << 20], [2 << 20, 5 << 20]], 10, 0)
    [[2048], [1024, 2048]]
    """
    n = len(lower)
    slot = (n.bit_length() + 2 * bits + 8) // 8 + 1  # |L_ij| < 2^(bits + 2), and half a slot for the sign
    half, halves = 1 << 8 * slot - 1, int.from_bytes((bytes(slot - 1) + b"\x80") * n, "little")
    columns: list[int] = []
    rows: list[list[int]] = [[] for _ in range(n)]
    for k in range(n):
        raw = (sum(map(mul, rows[k], columns)) + halves).to_bytes(n * slot, "little")
        products = [int.from_bytes(raw[i * slot : (i + 1) * slot], "little") - half for i in range(k, n)]
        pivot = isqrt(max(0, lower[k][k] - shift - products[0]))
        if pivot == 0:
            return None
        column = [pivot] + [(2 * (lower[i][k] - products[i - k]) + pivot) // (2 * pivot) for i in range(k + 1, n)]
        if max(map(abs, column)) >> bits + 2:
            return None
        for row, entry in zip(rows[k:], column, strict=True):
            row.append(entry)
        columns.append(_packed(column, k, slot, bits + 2))
        if progress:
            progress((k + 1) / n)
    return rows


def _packed(column: list[int], start: int, slot: int, bits: int) -> int:
    """The sum of column[i] 2^(8 slot (start + i)), |column[i]| < 2^bits."""
    offset = 1 << bits
    ones = int.from_bytes((b"\1" + bytes(slot - 1)) * len(column), "little")
    words = int.from_bytes(b"".join((entry + offset).to_bytes(slot, "little") for entry in column), "little")
    return (words - ones * offset) << 8 * slot * start


def least_eigenvalue(factor: Triangle, bits: int) -> float:
    """Nearly the least eigenvalue of L L^T, for ``factor`` = L 2^bits: 1/|L^-1|^2 in float64; it proves nothing.

    A triangular matrix is inverted with small errors relative to its entries, even where L L^T has no digit left.

    >>> round(least_eigenvalue([[2048], [1024, 2048]], 10), 3)
    2.438
    """
    n = len(factor)
    inverse = np.zeros((n, n))
    for i, row in enumerate(factor):
        scaled = np.array([float(entry) for entry in row]) / 2.0**bits
        inverse[i, :i] = -(scaled[:i] @ inverse[:i, :i]) / scaled[i]
        inverse[i, i] = 1 / scaled[i]
    largest = float(np.abs(inverse).max())  # the square may overflow
    inverse /= largest
    return float(1 / largest / np.linalg.eigvalsh(inverse @ inverse.T)[-1] / largest)
