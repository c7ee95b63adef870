"""A right inverse of the Jacobian on few columns, in few bits, for the certificate of Newton-Kantorovich."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exactcap.provers.newton_bounds import Data, Evaluation, Floats, defect
from exactcap.provers.outcome import Progress
from exactcap.training.weights import Weights

MAX_WITNESS = 1800  # of N, up to which the certificate holds the right inverse (SPEC-NETWORKS.md, N3)
BITS = (30, 46, 62)

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class RightInverse:
    """k columns of the Jacobian and A, k x N: ``matrix`` = ``rows`` 2^exponents exactly, with |I - DF A| <= q0 < 1.

    For N > 1800 ``rows`` is 0 x N and the exponents only say how large the rows of A are.
    """

    columns: Integers
    matrix: Floats
    bits: int
    exponents: Integers
    rows: Integers
    q0: float


def right_inverse(J: Floats, data: Data, weights: Weights, at: Evaluation, progress: Progress) -> RightInverse | str:
    """Columns, and a right inverse of them in few bits whose defect is small: more columns, then more bits if not."""
    n, p = J.shape  # N of the specification
    most = min(p, 4 * n + 64)
    for count in dict.fromkeys([min(p, n + n // 4 + 8) if n <= MAX_WITNESS else most, most]):
        progress("inverse", 0.0)
        columns = _important(J, count)
        if columns is None:
            return _rank_reason(J)
        chosen = J if count == p else J[:, columns]
        A = _least_inverse(chosen)
        if A is None:
            continue
        q0 = defect(chosen, A, columns, data, weights, at)
        if 2.0**-20 < q0 < 0.5:  # one step of Newton and Schulz squares the defect, up to rounding
            A += A @ (np.eye(n) - chosen @ A)
            q0 = defect(chosen, A, columns, data, weights, at)
        progress("inverse", 0.5)
        if not q0 < 0.5:
            continue
        if n > MAX_WITNESS:
            exponents = _exponents(A, BITS[-1])
            return RightInverse(columns, A, BITS[-1], exponents, np.empty((0, n), np.int64), q0)
        for bits in BITS:
            rounded = _rounded(A, bits)
            matrix = np.ldexp(rounded[0].astype(np.float64), rounded[1][:, None])
            q0 = defect(chosen, matrix, columns, data, weights, at)
            if q0 < 0.125 or (bits == BITS[-1] and q0 < 0.75):
                return RightInverse(columns, matrix, bits, rounded[1], rounded[0], q0)
    return _rank_reason(J)


def _important(J: Floats, count: int) -> Integers | None:
    """The columns of the largest leverage J_c^T (J J^T)^-1 J_c, increasing; None where J J^T is singular."""
    if count == J.shape[1]:
        return np.arange(count)
    J = J * tamed(J)
    try:
        leverage = np.einsum("ic,ic->c", J, np.linalg.solve(J @ J.T, J))
    except np.linalg.LinAlgError:
        return None
    return np.sort(np.argsort(-leverage, kind="stable")[:count])


def _least_inverse(J: Floats) -> Floats | None:
    """D^2 J^T (J D^2 J^T)^-1 in float64, D = diag(tamed); None where that is singular or overflows."""
    tame = tamed(J)
    J = J * tame
    try:
        A: Floats = J.T @ np.linalg.inv(J @ J.T)
    except np.linalg.LinAlgError:
        return None
    A *= tame[:, None]
    return A if np.isfinite(A).all() else None


def tamed(J: Floats) -> Floats:
    """Factors that bring columns far larger than most, as of a column of inputs in tiny units, near the others.

    Else J J^T, whose entries they dominate, would lose the others to rounding.
    """
    sizes = np.sqrt(np.einsum("ic,ic->c", J, J))
    limit = 2.0**10 * float(np.median(sizes))
    return np.where(sizes > limit, limit / sizes, 1.0) if limit > 0 else np.ones_like(sizes)


def _exponents(A: Floats, bits: int) -> Integers:
    """The e_c with |A_cl| < 2^(e_c + bits), or 0 for a row of zeros or of numbers that 2^-900 bounds."""
    largest = np.abs(A).max(axis=1)
    exponents = np.frexp(largest)[1].astype(np.int64) - bits
    return np.where(largest < 2.0**-900, 0, exponents)


def _rounded(A: Floats, bits: int) -> tuple[Integers, Integers]:
    """Integers a and exponents e with A_cl near a_cl 2^(e_c) and |a| < 2^bits; rows below 2^-900 become 0."""
    exponents = _exponents(A, bits)
    limit = (1 << bits) - 1 if bits < 53 else (1 << bits) - (1 << (bits - 53))  # the largest float64 below 2^bits
    rows = np.clip(np.rint(np.ldexp(A, -exponents[:, None])), -limit, limit).astype(np.int64)
    return rows, exponents


def _rank_reason(J: Floats) -> str:
    sizes = ""
    if J.size <= 10**6:
        values = np.linalg.svd(J, compute_uv=False)
        sizes = f" (its singular values go from {values[0]:.1e} down to {values[-1]:.1e})"
    return (
        f"the Jacobian has rank below {len(J)}, or nearly so{sizes}; merge equal rows, take more neurons, or train "
        "from another start"
    )
