"""Gaussian elimination in plain Python integers: slow, obvious, and shared with no engine."""

from typing import Any

import numpy as np

from exactcap.arithmetic.balanced import BalancedRing
from exactcap.arithmetic.elimination import Elimination
from exactcap.arithmetic.progress import WorkMeter


def greedy_rows(A: Any, p: int) -> tuple[int, ...]:
    """The row rank profile by its definition: keep a row if it is independent of the rows kept so far."""
    kept: list[int] = []
    basis: dict[int, list[int]] = {}  # pivot column -> row with a 1 there
    for i, entries in enumerate(A.tolist()):
        row = [int(entry) % p for entry in entries]
        for column, pivot_row in basis.items():
            if row[column]:
                row = [(x - row[column] * y) % p for x, y in zip(row, pivot_row, strict=True)]
        column = next((j for j, x in enumerate(row) if x), None)
        if column is not None:
            inverse = pow(row[column], -1, p)
            basis[column] = [x * inverse % p for x in row]
            kept.append(i)
    return tuple(kept)


def integer_product(A: Any, B: Any) -> Any:
    """The product over the integers, in Python integers."""
    return A.astype(object) @ B.astype(object)


def eliminate(A: Any, p: int) -> Elimination:
    """The NumPy engine whatever the size, which the public functions leave to FLINT for small matrices."""
    ring = BalancedRing(p, WorkMeter(1, None))
    matrix = np.empty(A.shape)
    ring.load(A, matrix)
    return Elimination(matrix, ring)
