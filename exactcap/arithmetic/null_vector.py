"""An exact vector that combines the rows of an integer matrix to zero."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

import numpy as np
from flint import fmpz_mat

from exactcap.arithmetic.modular import nonsingular_minor, row_rank_profile
from exactcap.arithmetic.modulus import DEFAULT_PRIME


def left_null_vector(A: Sequence[Sequence[int]], max_bits: int) -> list[int] | None:
    """v without common divisor with v^T A = 0 and v != 0, exactly; None if the rows are independent modulo a prime.

    It combines the first row that depends on earlier ones, modulo the prime, with these. Also None when an entry would
    have more than ``max_bits`` bits, and in the rare case that the dependence is one modulo the prime only.

    Args:
        A: at least one row, rows of one length >= 1.
        max_bits: at least 1; a system that is expected to have twice as long solutions is not solved.

    >>> left_null_vector([[1, 2], [0, 3], [2, 7], [5, 5]], 100)
    [2, 1, -1, 0]
    """
    matrix = np.array([list(map(int, row)) for row in A], dtype=object)
    profile = set(row_rank_profile(matrix, DEFAULT_PRIME))
    last = next((i for i in range(len(A)) if i not in profile), None)
    if last is None:
        return None
    if last * max(int(x).bit_length() for row in A[: last + 1] for x in row) > 2 * max_bits:  # minors are about so long
        return None
    combined = [1]
    if last:
        _, columns = nonsingular_minor(matrix[:last], DEFAULT_PRIME)
        square = fmpz_mat(last, last, matrix[:last, list(columns)].T.ravel().tolist())
        solution = square.solve(fmpz_mat(last, 1, matrix[last, list(columns)].tolist()))
        fractions = [solution[i, 0] for i in range(last)]
        denominator = 1
        for x in fractions:
            denominator = denominator * int(x.q) // gcd(denominator, int(x.q))
        combined = [int(x.p) * (denominator // int(x.q)) for x in fractions] + [-denominator]
    product = fmpz_mat(1, last + 1, combined) * fmpz_mat(last + 1, matrix.shape[1], matrix[: last + 1].ravel().tolist())
    if not product.is_zero() or max(map(int.bit_length, combined)) > max_bits:
        return None
    return combined + [0] * (len(A) - last - 1)
