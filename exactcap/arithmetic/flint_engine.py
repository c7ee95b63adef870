"""The second opinion: the same linear algebra by FLINT, through python-flint; no FLINT object leaves this module.

FLINT aborts the process on a modulus 0 and computes nonsense with composite ones, so moduli are checked first. It is
also the faster engine for small matrices, where NumPy spends its time on calls.
"""

from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
import numpy.typing as npt
from flint import fmpz_mat, nmod_mat

from exactcap.arithmetic.modulus import require_prime
from exactcap.arithmetic.residues import IntegerArray, Residues, require_matrix, require_square, residues
from exactcap.errors import InputError


def rank_mod_flint(A: IntegerArray, p: int) -> int:
    """The rank modulo a prime p of an m x n matrix of integers.

    Raises:
        InputError: a bad modulus, or not a matrix of integers.

    >>> rank_mod_flint(np.array([[1, 2], [3, 13]]), 7)
    1
    """
    return _nmod_mat(require_matrix(A, "A"), require_prime(p)).rank()


def column_rank_profile_flint(A: IntegerArray, p: int) -> tuple[int, ...]:
    """The lexicographically first independent columns modulo a prime p: the pivots of the reduced row echelon form.

    Raises:
        InputError: a bad modulus, or not a matrix of integers.

    >>> column_rank_profile_flint(np.array([[0, 2, 4, 1], [0, 1, 2, 1]]), 7)
    (1, 3)
    """
    echelon, rank = _nmod_mat(require_matrix(A, "A"), require_prime(p)).rref()
    profile: list[int] = []
    column = 0
    for i in range(rank):
        while int(echelon[i, column]) == 0:
            column += 1
        profile.append(column)
    return tuple(profile)


def inverse_mod_flint(A: IntegerArray, p: int) -> Residues:
    """The inverse modulo a prime p of an n x n matrix of integers, as residues in [0, p).

    Raises:
        InputError: a bad modulus, or not a square matrix of integers.
        ZeroDivisionError: A is singular modulo p.

    >>> inverse_mod_flint(np.array([[1, 2], [3, 4]]), 7)
    array([[5, 1],
           [5, 3]])
    """
    matrix = _nmod_mat(require_square(A, "A"), require_prime(p))
    try:
        inverse = matrix.inv()
    except ZeroDivisionError:
        raise ZeroDivisionError(f"the matrix is singular modulo {p}") from None
    return np.array([int(entry) for entry in inverse.entries()], np.int64).reshape(A.shape)


def rank_over_rationals(A: npt.NDArray[Any]) -> int:
    """The rank over Q of an m x n matrix of integers, or of an object array of integers and fractions.

    Every row is multiplied by its common denominator, which changes no rank.

    Raises:
        InputError: not a matrix, or an entry that is neither an integer nor a Fraction.

    >>> rank_over_rationals(np.array([[Fraction(1, 2), 1], [Fraction(1, 3), Fraction(2, 3)]]))
    1
    """
    if isinstance(A, np.ndarray) and A.ndim == 2 and A.dtype.kind == "O":
        A = np.array([entry for row in A.tolist() for entry in _without_denominators(row)], object).reshape(A.shape)
    rows, columns = require_matrix(A, "A").shape
    return fmpz_mat(rows, columns, [int(entry) for entry in A.flat]).rank()


def column_relations(A: npt.NDArray[Any]) -> list[list[Fraction]]:
    """A basis of the rational vectors c with A c = 0, in echelon form: the last entries not 0 rise, and are 1.

    A is a matrix of integers.

    Raises:
        InputError: not a matrix of integers.

    >>> column_relations(np.array([[1, 2, 0], [2, 4, 1]]))
    [[Fraction(-2, 1), Fraction(1, 1), Fraction(0, 1)]]
    """
    rows, columns = require_matrix(A, "A").shape
    echelon, denominator, rank = fmpz_mat(rows, columns, [int(entry) for entry in A.flat]).rref()
    pivots = [next(c for c in range(columns) if int(echelon[i, c])) for i in range(rank)]
    relations = []
    for free in sorted(set(range(columns)) - set(pivots)):
        relation = [Fraction(0)] * columns
        relation[free] = Fraction(1)
        for i, pivot in enumerate(pivots):
            relation[pivot] = -Fraction(int(echelon[i, free]), int(denominator))
        relations.append(relation)
    return relations


def _without_denominators(row: list[Any]) -> list[int]:
    for entry in row:
        if not isinstance(entry, int | np.integer | Fraction) or isinstance(entry, bool):
            raise InputError(
                f"A: entries must be integers or fractions, got {entry!r} of type {type(entry).__name__}; "
                "write it as a fractions.Fraction"
            )
    fractions = [Fraction(entry) if isinstance(entry, Fraction) else Fraction(int(entry)) for entry in row]
    denominator = lcm(*(fraction.denominator for fraction in fractions))
    return [int(fraction * denominator) for fraction in fractions]


def _nmod_mat(A: IntegerArray, p: int) -> nmod_mat:
    return nmod_mat(A.shape[0], A.shape[1], residues(A, p).reshape(-1).tolist(), p)
