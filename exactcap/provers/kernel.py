"""Bound the least eigenvalue of an infinite-width tangent kernel matrix, or find a null vector (K3)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt, log2

import numpy as np

from exactcap.arithmetic.cholesky import Triangle, fixed_cholesky, least_eigenvalue
from exactcap.arithmetic.null_vector import left_null_vector
from exactcap.certificates.format import Certificate, encode_words
from exactcap.claims import Kernel, Table
from exactcap.errors import InputError
from exactcap.models.tangent_kernel import ACTIVATIONS, EVEN, ODD, direction, kernel_matrix
from exactcap.provers.outcome import Finding, Outcome, Progress, silent

Witness = tuple[str, dict[str, object]]
"""In words, and as the line of evidence."""

MAX_ROWS = 1800
LEAST_BITS, MAX_BITS = 37, 256  # 37 make words of 5 bytes
MAX_WORK = 2**34  # steps of the checker: up to three minutes
PAIR = 2000
HEADROOM = 2
SPARE_BITS = 12  # of the factor beyond n/lambda: its rounding costs lambda a part of 2^-12
FLOAT_ACCURACY = 1e-11  # eigenvalues below this part of the trace have too few digits in float64
FACTORS = (Fraction(9995, 10000), Fraction(95, 100), Fraction(1, 2))  # of the eigenvalue seen; the first mostly does
DIGITS = 3
MAX_COEFFICIENT_BITS = 2**16  # the checker reads no longer ones


def prove_kernel(activation: str, table: Table, bias: bool, progress: Progress = silent) -> Outcome:
    """PROVED: positive definite, with a lower bound of the least eigenvalue; REFUTED: singular, with a null vector.

    UNDECIDED when the least eigenvalue is out of reach. Raises InputError for another activation, a row that is 0 (and
    has no direction), and more than 1800 rows.

    >>> axes = Table(("a", "b"), "y", (1, 2, 3), (("1", "0"), ("0", "1"), ("-1", "0")))
    >>> prove_kernel("relu", axes, False).certificate.claim.least
    (499, -3)
    >>> prove_kernel("abs", axes, False).reason
    'rows 1 and 3 have opposite directions, so e_1 - e_3 is a null vector'
    """
    if activation not in ACTIVATIONS:
        raise InputError(f"activation: {activation[:40]!r} is none of {', '.join(ACTIVATIONS)}; choose one of them")
    rows = directions(table, bias)
    found = _parallel(activation, rows, table.rows)
    if found is None and len(rows) > MAX_ROWS:
        raise InputError(f"data: {len(rows)} rows, a lower bound is proved for at most {MAX_ROWS}; take fewer")
    if found is None and activation == "relu":
        found = _dependence(rows, table.rows)
    if found:
        reason, line = found
        return Outcome(Finding.REFUTED, reason, Certificate(Kernel(activation, bias, table, None), (), (line,)))
    if _work(rows, LEAST_BITS) > MAX_WORK:
        raise InputError(
            "data: the checker would take more than some minutes; take fewer rows or columns, or round them"
        )
    return _bounded(activation, table, bias, rows, progress)


def directions(table: Table, bias: bool) -> list[list[int]]:
    """The integer directions of the rows; raises InputError for a row that has none."""
    rows = [direction(row, bias) for row in table.fractions()]
    for number, row in zip(table.rows, rows, strict=True):
        if not any(row):
            raise InputError(f"data: row {number} is zero and has no direction; add --bias, or leave the row out")
    return rows


def _parallel(activation: str, rows: Sequence[list[int]], numbers: Sequence[int]) -> Witness | None:
    """Two rows in one direction; or in opposite ones, where g is even or odd."""
    first: dict[tuple[int, ...], int] = {}
    for j, row in enumerate(rows):
        same, opposite = tuple(row), tuple(-x for x in row)
        i = first.get(same)
        sign, words = "-", "the same direction"
        if i is None and activation in (*EVEN, *ODD):
            i = first.get(opposite)
            sign, words = "-" if activation in EVEN else "+", "opposite directions"
        if i is not None:
            a, b = numbers[i], numbers[j]
            reason = f"rows {a} and {b} have {words}, so e_{a} {sign} e_{b} is a null vector"
            return reason, {"evidence": "parallel", "rows": [i, j]}
        first[same] = j
    return None


def _dependence(rows: Sequence[list[int]], numbers: Sequence[int]) -> Witness | None:
    """A relation among the directions of the pairs of opposite rows: for ReLU a null vector."""
    at = {tuple(row): i for i, row in enumerate(rows)}
    pairs = [(i, at[opposite]) for i, row in enumerate(rows) if at.get(opposite := tuple(-x for x in row), -1) > i]
    if not pairs:
        return None
    vector = left_null_vector([rows[i] for i, _ in pairs[: len(rows[0]) + 1]], MAX_COEFFICIENT_BITS)
    if vector is None:
        return None
    used = [(pair, gamma) for pair, gamma in zip(pairs, vector, strict=False) if gamma]
    named = ", ".join(f"{numbers[i]} and {numbers[j]}" for (i, j), _ in used[:4]) + (", ..." if len(used) > 4 else "")
    reason = f"the directions of the opposite rows {named} are linearly dependent, which gives a null vector"
    return reason, {
        "evidence": "dependence",
        "pairs": [list(pair) for pair, _ in used],
        "coefficients": [gamma for _, gamma in used],
    }


def _bounded(activation: str, table: Table, bias: bool, rows: Sequence[list[int]], progress: Progress) -> Outcome:
    n = len(rows)
    progress("matrix", 0.0)
    matrix = kernel_matrix(activation, rows, 2 * LEAST_BITS)
    seen = _least_seen(activation, rows, matrix, progress)
    needed = MAX_BITS + 1 if seen is None else max(LEAST_BITS, SPARE_BITS + int(log2(n / seen)) + 1)
    if seen is None or needed > MAX_BITS or _work(rows, needed) > MAX_WORK:
        return Outcome(
            Finding.UNDECIDED,
            "no null vector was found, and the smallest eigenvalue is too small for a lower bound; take fewer rows, or "
            "others that are less alike",
        )
    if needed > LEAST_BITS:
        matrix = kernel_matrix(activation, rows, 2 * needed)
    for factor in FACTORS:
        least = rounded_down(Fraction(seen) * factor, DIGITS)
        shift = _shift(least, matrix[0][0], n, needed)
        lower = fixed_cholesky(matrix, needed, shift, lambda fraction: progress("factor", fraction))
        if lower is not None:
            claim = Kernel(activation, bias, table, least)
            reason = (
                f"K - lambda I = L L^T + D with D diagonally dominant, L of {n} rows with {needed} bits; the smallest "
                f"eigenvalue is {seen:.3g} in floating point"
            )
            return Outcome(Finding.PROVED, reason, Certificate(claim, ("sheppard",), _evidence(lower, needed)))
    return Outcome(Finding.UNDECIDED, "no null vector was found, and no factorisation shows a lower bound")


def _work(rows: Sequence[list[int]], bits: int) -> int:
    """What the checker will count for a factor with these bits (K3, limits)."""
    n, d = len(rows), len(rows[0])
    pairs, row = n * (n + 1) // 2, max(x.bit_length() for entries in rows for x in entries)
    length = 6 * (2 * row + d.bit_length()) + 2 * (2 * bits + 16)
    slot = (n.bit_length() + 2 * (bits + HEADROOM) + 1) // 8 + 1
    inner, roots = 8 + row * row // 4096, 8 + length * length // 4096
    return pairs * (d * inner + PAIR + 8 * roots + 8 + (bits + HEADROOM) * 8 * slot * n // 4096)


def _least_seen(activation: str, rows: Sequence[list[int]], lower: Triangle, progress: Progress) -> float | None:
    """The least eigenvalue in floating point; where float64 is too short, of a factor at higher precision."""
    n = len(rows)
    dense = np.zeros((n, n))
    for i, row in enumerate(lower):
        dense[i, : i + 1] = row
    dense = (dense + np.tril(dense, -1).T) * 4.0**-LEAST_BITS
    seen = float(np.linalg.eigvalsh(dense)[0])
    if seen > FLOAT_ACCURACY * float(np.trace(dense)):
        return seen
    for bits in range(64, MAX_BITS + 1, 64):
        if _work(rows, bits) > MAX_WORK:
            break
        factor = fixed_cholesky(kernel_matrix(activation, rows, 2 * bits), bits, 0, lambda f: progress("eigenvalue", f))
        if factor is not None:
            seen = least_eigenvalue(factor, bits)
            if seen * 2.0**bits > n << SPARE_BITS:  # the rounding of the factor is far below it
                return seen
    return None


def _shift(least: tuple[int, int], diagonal: int, n: int, bits: int) -> int:
    """Units 4^-bits from the diagonal: lambda, and in each row the rounding of L (K_ii^(1/2)/2 each) and of K."""
    bound = least[0] * Fraction(10) ** least[1] * 4**bits
    return int(bound) + 1 + n * (isqrt(diagonal) // 2 + 8) + 8


def rounded_down(x: Fraction, digits: int) -> tuple[int, int]:
    """The largest (m, e) with m 10^e <= x and ``digits`` digits in m, for x > 0.

    >>> rounded_down(Fraction(1, 3), 2), rounded_down(Fraction(999, 1000), 2), rounded_down(Fraction(500), 2)
    ((33, -2), (99, -2), (50, 1))
    """
    e = 0
    while x >= Fraction(10) ** (digits + e):
        e += 1
    while x < Fraction(10) ** (digits + e - 1):
        e -= 1
    return int(x / Fraction(10) ** e), e


def _evidence(factor: Triangle, bits: int) -> tuple[dict[str, object], ...]:
    offset = 1 << bits + HEADROOM
    lines: list[dict[str, object]] = [{"evidence": "factor", "bits": bits}]
    lines += [{"row": encode_words((entry + offset for entry in row), 2 * offset)} for row in factor]
    return tuple(lines)
