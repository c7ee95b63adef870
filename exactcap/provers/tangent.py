"""Prove that the tangent features of drawn ReLU units are independent at given rows, or combine them to zero (K4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from exactcap.arithmetic.modular import inverse_mod, nonsingular_minor
from exactcap.arithmetic.modulus import DEFAULT_PRIME
from exactcap.arithmetic.null_vector import left_null_vector
from exactcap.certificates.format import Certificate, encode_words
from exactcap.claims import Table, Tangent
from exactcap.errors import InputError
from exactcap.models.tangent_kernel import is_in_general_direction, suited_weights, tangent_features
from exactcap.provers.draws import draw_integers
from exactcap.provers.kernel import MAX_ROWS, directions
from exactcap.provers.outcome import Finding, Outcome, Progress, silent

MAX_ENTRIES = 10**7  # of the features
MAX_WEIGHTS = 2**18
MAX_WORK, PLACE, SUM = 2**34, 150, 200  # of the checker, SPEC-CAPACITY.md, K4
MAX_WEIGHT_BITS = 4096  # the checker reads no longer ones
MAX_VECTOR_BITS = 2**16
MAX_ELIMINATION = 150  # up to here the checker eliminates by itself
SPREAD = 10**6
SPARE_UNITS = 8  # drawn beyond the width, for those at right angles to a row

Integers = Sequence[Sequence[int]]


def prove_tangent(table: Table, bias: bool, width: int, seed: int = 0, progress: Progress = silent) -> Outcome:
    """PROVED: the n x width d' features of ``width`` ReLU units drawn from the seed have rank n; REFUTED: less than n.

    UNDECIDED when a minor modulo the prime does not tell. Raises InputError for a row that is 0, and beyond the limits.

    >>> line = Table(("x",), "y", (1, 2, 3), (("0",), ("1",), ("3",)))
    >>> prove_tangent(line, True, 1).reason  # which is not active there
    'a linear relation among the features of 1 row (3)'
    >>> prove_tangent(line, True, 8).certificate.claim.statement()[:76]
    "the rows' vectors of tangent features of 8 given ReLU units with biases are "
    """
    rows = directions(table, bias)
    _require_size(rows, width)
    return decide_tangent(table, bias, _drawn(table, bias, rows, width, seed), seed, progress)


def decide_tangent(
    table: Table, bias: bool, weights: tuple[tuple[int, ...], ...], seed: int = 0, progress: Progress = silent
) -> Outcome:
    """The same for given units; the seed is that of the check of the minor. Raises InputError as `prove_tangent` does.

    >>> line = Table(("x",), "y", (1, 2), (("1",), ("2",)))
    >>> decide_tangent(line, False, ((1,), (-1,))).finding  # one direction: both rows are multiples of it
    <Finding.REFUTED: 'REFUTED'>
    """
    rows, width = directions(table, bias), len(weights)
    _require_size(rows, width)
    if not all(is_in_general_direction(unit, rows) for unit in weights):
        raise InputError("weights: a unit is at right angles to a row; change it a little")
    n, d = len(rows), len(rows[0])
    longest, weight_bits = _longest(rows), _longest(weights)
    work = n * width * (d * (8 + longest * weight_bits // 4096) + PLACE)
    if work > MAX_WORK:
        raise InputError("data: the numbers are too long for so many rows and units; take fewer units, or shorter ones")
    features = tangent_features(rows, weights)
    matrix = np.array(features, dtype=object)
    positions, columns = nonsingular_minor(matrix, DEFAULT_PRIME, lambda fraction: progress("rank", fraction))
    if len(positions) == n:
        claim = Tangent(bias, True, table, weights)
        evidence = _minor(matrix[:, list(columns)], columns, seed, progress)
        reason = f"a {n} x {n} minor of the {n} x {width * d} features is invertible modulo {DEFAULT_PRIME}"
        return Outcome(Finding.PROVED, reason, Certificate(claim, ("tangent-difference",), evidence))
    vector = left_null_vector(features, MAX_VECTOR_BITS)
    if vector is not None:
        bits, terms = max(v.bit_length() for v in vector), sum(map(bool, vector)) * d
        work += terms * (8 + longest * bits // 4096 + width * (8 + (longest + bits) // SUM))
    if vector is None or work > MAX_WORK:
        return Outcome(
            Finding.UNDECIDED,
            f"the features have rank {len(positions)} < {n} modulo {DEFAULT_PRIME}, but no relation was found that the "
            "checker reads; take more units, or another seed",
        )
    used = [table.rows[i] for i, v in enumerate(vector) if v]
    named = ", ".join(map(str, used[:8])) + (", ..." if len(used) > 8 else "")
    claim = Tangent(bias, False, table, weights)
    reason = f"a linear relation among the features of {len(used)} row{'s' * (len(used) > 1)} ({named})"
    return Outcome(Finding.REFUTED, reason, Certificate(claim, (), ({"evidence": "null-vector", "vector": vector},)))


def _require_size(rows: Integers, width: int) -> None:
    n, d = len(rows), len(rows[0])
    if n > MAX_ROWS:
        raise InputError(f"data: {n} rows, at most {MAX_ROWS} are for this claim; take fewer")
    if n * width * d > MAX_ENTRIES:
        raise InputError(
            f"width: {width} units have {n} x {width * d} features, at most {MAX_ENTRIES} are allowed; take fewer"
        )
    if width * d > MAX_WEIGHTS:
        raise InputError(
            f"width: {width} units have {width * d} weights, at most {MAX_WEIGHTS} are allowed; take fewer"
        )


def _drawn(table: Table, bias: bool, rows: Integers, width: int, seed: int) -> tuple[tuple[int, ...], ...]:
    """The first ``width`` units of the seed that are at right angles to no row."""
    d = len(rows[0])
    numbers = draw_integers(seed, "tangent units", (width + SPARE_UNITS) * d, -SPREAD, SPREAD)
    drawn = [numbers[i : i + d] for i in range(0, len(numbers), d)]
    units = [unit for unit in suited_weights(table.fractions(), bias, drawn) if is_in_general_direction(unit, rows)]
    if len(units) < width:
        raise InputError(f"seed: {seed} draws units at right angles to a row; take another")
    if max(w.bit_length() for unit in units for w in unit) > MAX_WEIGHT_BITS:
        raise InputError(
            f"data: the columns' scales differ so much that weights need more than {MAX_WEIGHT_BITS} bits; rescale them"
        )
    return tuple(map(tuple, units[:width]))


def _longest(rows: Integers) -> int:
    return max(x.bit_length() for row in rows for x in row)


def _minor(entries: Any, columns: Sequence[int], seed: int, progress: Progress) -> tuple[dict[str, object], ...]:
    n = len(columns)
    lines: list[dict[str, object]] = [
        {"evidence": "minor", "modulus": DEFAULT_PRIME, "seed": seed},
        {"columns": list(columns)},
        {"witness": "eliminate" if n <= MAX_ELIMINATION else "inverse"},
    ]
    if n > MAX_ELIMINATION:
        inverse = inverse_mod(entries, DEFAULT_PRIME, lambda fraction: progress("inverse", fraction))
        lines += [{"row": encode_words(row.tolist(), DEFAULT_PRIME)} for row in inverse]
    return tuple(lines)
