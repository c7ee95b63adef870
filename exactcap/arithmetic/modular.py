"""Linear algebra modulo p < 2^21 on NumPy arrays: products, ranks, rank profiles, nonsingular minors, inverses.

Entries are integers of any size and sign, in arrays of an integer type or of type object; no argument is modified.
Small matrices go to FLINT, larger ones to the float64 elimination of ``elimination.py``. Every result is exact: a rank
modulo p is a lower bound of the rank over Q of the same integer matrix, for every prime p.
"""

import numpy as np

from exactcap.arithmetic.balanced import BalancedRing
from exactcap.arithmetic.elimination import Elimination
from exactcap.arithmetic.flint_engine import column_rank_profile_flint, inverse_mod_flint, rank_mod_flint
from exactcap.arithmetic.inverse import inverse_by_elimination
from exactcap.arithmetic.modulus import require_modulus, require_prime
from exactcap.arithmetic.progress import Progress, WorkMeter, elimination_work
from exactcap.arithmetic.residues import IntegerArray, Residues, require_matrix, require_square
from exactcap.errors import InputError

__all__ = [
    "column_rank_profile",
    "inverse_mod",
    "nonsingular_minor",
    "product_mod",
    "rank_mod",
    "row_rank_profile",
]

SMALL = 64
"""Matrices with fewer than SMALL^2 entries go to FLINT, which is faster there (measured; no result depends on it)."""


def product_mod(A: IntegerArray, B: IntegerArray, p: int) -> Residues:
    """The product A B modulo p, for any modulus 2 <= p < 2^21, prime or not.

    Delayed reduction as in J.-G. Dumas, P. Giorgi, C. Pernet, arXiv:cs/0601133; ``balanced.py`` holds the inequality.

    Args:
        A: an m x k matrix of integers.
        B: a k x n matrix of integers.
        p: the modulus.

    Returns:
        The m x n matrix of residues in [0, p).

    Raises:
        InputError: a bad modulus, not matrices of integers, or shapes that do not match.

    >>> product_mod(np.array([[1, 2], [3, 4]]), np.array([[5, -6], [7, 8]]), 12)
    array([[ 7, 10],
           [ 7,  2]])
    """
    require_modulus(p)
    if require_matrix(A, "A").shape[1] != require_matrix(B, "B").shape[0]:
        raise InputError(
            f"B: must have as many rows as A has columns, got shapes {A.shape} and {B.shape}; transpose one"
        )
    ring = BalancedRing(p, WorkMeter(1, None))
    left, right = np.empty(A.shape), np.empty(B.shape)
    ring.load(A, left)
    ring.load(B, right)
    return ring.unload(ring.product(left, right))


def rank_mod(A: IntegerArray, p: int, progress: Progress | None = None) -> int:
    """The rank modulo a prime p of an m x n matrix; 0 if it has no rows or no columns.

    Takes 8 m n bytes beside the argument, and at most 10^7 more.

    Args:
        A: a matrix of integers.
        p: a prime below 2^21.
        progress: receives fractions of the work, increasing to 1.

    Raises:
        InputError: a bad modulus, or not a matrix of integers.

    >>> rank_mod(np.array([[1, 2], [3, 13]]), 7), rank_mod(np.array([[1, 2], [3, 13]]), 11)
    (1, 2)
    """
    require_prime(p)
    if require_matrix(A, "A").size < SMALL**2:
        rank = rank_mod_flint(A, p)
        WorkMeter(1, progress).finish()
        return rank
    return len(_eliminate(A, p, progress).pivot_rows)


def row_rank_profile(A: IntegerArray, p: int, progress: Progress | None = None) -> tuple[int, ...]:
    """The lexicographically first maximal set of rows that are independent modulo a prime p.

    So the rank of the first k rows is the number of entries below k, for every k.

    Args:
        A: an m x n matrix of integers.
        p: a prime below 2^21.
        progress: receives fractions of the work, increasing to 1.

    Returns:
        Row indices, increasing; as many as the rank.

    Raises:
        InputError: a bad modulus, or not a matrix of integers.

    >>> row_rank_profile(np.array([[0, 0], [1, 2], [2, 4], [0, 3]]), 7)
    (1, 3)
    """
    require_prime(p)
    if require_matrix(A, "A").size < SMALL**2:
        profile = column_rank_profile_flint(A.T, p)
        WorkMeter(1, progress).finish()
        return profile
    return tuple(_eliminate(A, p, progress).pivot_rows)


def column_rank_profile(A: IntegerArray, p: int, progress: Progress | None = None) -> tuple[int, ...]:
    """The lexicographically first maximal set of columns that are independent modulo a prime p.

    Args:
        A: an m x n matrix of integers.
        p: a prime below 2^21.
        progress: receives fractions of the work, increasing to 1.

    Returns:
        Column indices, increasing; as many as the rank.

    Raises:
        InputError: a bad modulus, or not a matrix of integers.

    >>> column_rank_profile(np.array([[0, 1, 2], [0, 3, 4]]), 7)
    (1, 2)
    """
    return row_rank_profile(require_matrix(A, "A").T, p, progress)


def nonsingular_minor(
    A: IntegerArray, p: int, progress: Progress | None = None
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Rows and columns of a maximal square submatrix that is invertible modulo a prime p.

    The rows are the row rank profile; the columns are the pivots of one elimination, not the column rank profile.

    Args:
        A: an m x n matrix of integers.
        p: a prime below 2^21.
        progress: receives fractions of the work, increasing to 1.

    Returns:
        Row indices and column indices, both increasing and as many as the rank.

    Raises:
        InputError: a bad modulus, or not a matrix of integers.

    >>> nonsingular_minor(np.array([[0, 0, 0], [0, 1, 2], [0, 2, 4], [0, 0, 3]]), 7)
    ((1, 3), (1, 2))
    """
    require_prime(p)
    if require_matrix(A, "A").size < SMALL**2:
        rows = column_rank_profile_flint(A.T, p)
        columns = column_rank_profile_flint(A[list(rows)], p)
        WorkMeter(1, progress).finish()
        return rows, columns
    elimination = _eliminate(A, p, progress)
    rank = len(elimination.pivot_rows)
    return tuple(elimination.pivot_rows), tuple(sorted(elimination.column_order[:rank].tolist()))


def inverse_mod(A: IntegerArray, p: int, progress: Progress | None = None) -> Residues:
    """The inverse modulo a prime p of an n x n matrix.

    Takes 24 n^2 bytes beside the argument, the result among them, and at most 10^7 more.

    Args:
        A: a square matrix of integers.
        p: a prime below 2^21.
        progress: receives fractions of the work, increasing to 1.

    Returns:
        The n x n matrix of residues in [0, p).

    Raises:
        InputError: a bad modulus, or not a square matrix of integers.
        ZeroDivisionError: A is singular modulo p.

    >>> inverse_mod(np.array([[1, 2], [3, 4]]), 7)
    array([[5, 1],
           [5, 3]])
    """
    require_prime(p)
    if require_square(A, "A").size < SMALL**2:
        inverse = inverse_mod_flint(A, p)
        WorkMeter(1, progress).finish()
        return inverse
    return inverse_by_elimination(A, p, progress)


def _eliminate(A: IntegerArray, p: int, progress: Progress | None) -> Elimination:
    meter = WorkMeter(elimination_work(*A.shape), progress)
    ring = BalancedRing(p, meter)
    matrix = np.empty(A.shape)
    ring.load(A, matrix)
    elimination = Elimination(matrix, ring)
    meter.finish()
    return elimination
