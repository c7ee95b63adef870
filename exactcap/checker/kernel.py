"""The smallest eigenvalue of an infinite-width tangent kernel matrix, or that it is singular (SPEC-CAPACITY.md, K3)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from operator import mul
from typing import Any

from .centre import Budget
from .claims import Inputs, parse_inputs
from .dual_kernel import ERROR, EVEN, GUARD, NAMES, ODD, Entry, directions, entry
from .enclosure import decimal
from .minors import Progress
from .reader import Reader, Rejected, array, fields, increasing, integer, integer_between, words
from .verdict import Proof

MAX_ROWS = 1800
MAX_BITS = 256
MAX_EXPONENT = 400
MAX_WORK = 2**34  # steps in the sense of `Budget`: about three minutes
PAIR = 2000  # steps for an entry, beside what depends on lengths
MAX_COEFFICIENT_BITS = 2**16
HEADROOM = 2  # bits: |L_ij| < 4, as K_ii <= e^2


@dataclass(frozen=True)
class KernelClaim:
    """The matrix of these rows has no eigenvalue below least = (m, e), that is m 10^e > 0; None: it is singular."""

    activation: str
    bias: bool
    inputs: Inputs
    least: tuple[int, int] | None

    def statement(self) -> str:
        rows = f"the rows, {'a 1 appended and then ' if self.bias else ''}normalised ({self.inputs.text()})"
        matrix = f"the infinite-width tangent kernel matrix of {self.activation} units at {rows},"
        if self.least is None:
            return f"{matrix} is singular"
        return f"{matrix} is positive definite, its smallest eigenvalue at least {decimal(*self.least)}"


def parse(value: Any) -> KernelClaim:
    """The claim of a claim line's object of family "kernel"."""
    _, activation, bias, inputs_line, least = fields(
        value, ("family", "activation", "bias", "inputs", "least"), "claim"
    )
    if type(activation) is not str or activation not in NAMES:
        raise Rejected(f"claim, activation: it is none of {', '.join(NAMES)}")
    if type(bias) is not bool:
        raise Rejected("claim, bias: neither true nor false")
    inputs = parse_inputs(inputs_line)
    if not inputs.is_table:
        raise Rejected("claim, inputs: a kernel matrix is that of a table")
    if least is None:
        return KernelClaim(activation, bias, inputs, None)
    mantissa, exponent = array(least, "claim, least", 2)
    m = integer_between(mantissa, 1, 2**53 - 1, "claim, least")
    return KernelClaim(
        activation, bias, inputs, (m, integer_between(exponent, -MAX_EXPONENT, MAX_EXPONENT, "claim, least"))
    )


def check(claim: KernelClaim, reader: Reader, progress: Progress) -> Proof:
    """Accepts when the evidence gives the bound, or a null vector; or raises `Rejected`."""
    rows = directions(claim.inputs, claim.bias)
    line, _ = reader.line()
    kind = line.get("evidence") if type(line) is dict else None
    if claim.least is not None:
        if kind != "factor":
            raise Rejected("evidence: a lower bound needs the kind factor")
        (_, bits) = fields(line, ("evidence", "bits"), "evidence")
        _require_bound(claim, rows, integer_between(bits, 8, MAX_BITS, "bits"), reader, progress)
        return Proof(("sheppard",))
    if kind == "parallel":
        i, j = increasing(fields(line, ("evidence", "rows"), "evidence")[1], 0, len(rows) - 1, "rows", 2)
        _require_parallel(claim.activation, rows[i], rows[j])
    elif kind == "dependence":
        _, pairs, coefficients = fields(line, ("evidence", "pairs", "coefficients"), "evidence")
        _require_dependence(claim.activation, rows, pairs, coefficients)
    else:
        raise Rejected("evidence: a singular matrix needs the kind parallel or dependence")
    return Proof(())


def _require_parallel(activation: str, x: list[int], y: list[int]) -> None:
    """e_i - e_j, or e_i + e_j where g' is even and the rows have opposite directions, is a null vector."""
    if x != y and not (activation in (*EVEN, *ODD) and x == [-a for a in y]):
        raise Rejected("rows: they do not make the matrix singular by their directions")


def _require_dependence(activation: str, rows: list[list[int]], pairs_line: Any, coefficients: Any) -> None:
    """The rows of each pair have opposite directions, and the sum of gamma x over their first rows is 0."""
    pairs = [
        [integer_between(k, 0, len(rows) - 1, "pairs") for k in array(pair, "pairs", 2)]
        for pair in array(pairs_line, "pairs")
    ]
    gammas = [integer(c, "coefficients", MAX_COEFFICIENT_BITS) for c in array(coefficients, "coefficients", len(pairs))]
    if activation != "relu" or not any(gammas) or len({k for pair in pairs for k in pair}) != 2 * len(pairs):
        raise Rejected("dependence: it needs relu, pairs without a common row, and a coefficient that is not 0")
    longest = max(x.bit_length() for i, _ in pairs for x in rows[i])
    Budget(MAX_WORK).products(len(pairs) * len(rows[0]), longest, max(map(int.bit_length, gammas)))
    if any(rows[i] != [-a for a in rows[j]] for i, j in pairs):
        raise Rejected("pairs: two rows of a pair do not have opposite directions")
    for column in zip(*(rows[i] for i, _ in pairs), strict=True):
        if sum(map(mul, gammas, column)) != 0:
            raise Rejected("coefficients: the sum of the multiples of the directions is not 0")


def _require_bound(claim: KernelClaim, rows: list[list[int]], bits: int, reader: Reader, progress: Progress) -> None:
    """K - least I = L L^T + D with D diagonally dominant, so both are positive semidefinite (K3)."""
    n, precision = len(rows), 2 * bits
    if n > MAX_ROWS:
        raise Rejected(f"claim, inputs: a lower bound is for at most {MAX_ROWS} rows")
    # |(L L^T)_ij| <= n 2^(2 (bits + HEADROOM)) < 2^(8 slot - 1)
    slot = (n.bit_length() + 2 * (bits + HEADROOM) + 1) // 8 + 1
    _charge(rows, bits, slot)
    factor = _read_factor(reader, n, bits)
    least = _least_slack(rows, entry(claim.activation, precision), factor, _columns(factor, bits, slot), slot, progress)
    assert claim.least is not None
    mantissa, exponent = claim.least
    if not Fraction(least, 1 << precision) >= mantissa * Fraction(10) ** exponent:
        raise Rejected("claim, least: the evidence gives a smaller bound only")


def _charge(rows: list[list[int]], bits: int, slot: int) -> None:
    """For each pair of rows its inner product, roots and quotients of its entry, and a row of L times a column."""
    budget, n, d = Budget(MAX_WORK), len(rows), len(rows[0])
    pairs, row = n * (n + 1) // 2, max(x.bit_length() for x in chain.from_iterable(rows))
    entry_bits = 6 * (2 * row + d.bit_length()) + 2 * (2 * bits + GUARD)
    budget.products(pairs * d, row, row)
    budget.steps(pairs * PAIR)
    budget.products(8 * pairs, entry_bits, entry_bits)
    budget.products(pairs, bits + HEADROOM, 8 * slot * n)


def _read_factor(reader: Reader, n: int, bits: int) -> list[list[int]]:
    """The rows of the lower triangular L 2^bits."""
    offset, modulus = 1 << bits + HEADROOM, 1 << bits + HEADROOM + 1
    return [
        [word - offset for word in words(reader.record("row")[0], i + 1, modulus, f"row {i + 1} of the factor")]
        for i in range(n)
    ]


def _columns(factor: list[list[int]], bits: int, slot: int) -> list[int]:
    """Column k as the sum of L_ik 2^(8 slot i)."""
    n, offset = len(factor), 1 << bits + HEADROOM
    empty = offset.to_bytes(slot, "little")
    ones = int.from_bytes((b"\1" + bytes(slot - 1)) * n, "little")
    return [
        int.from_bytes(k * empty + b"".join((row[k] + offset).to_bytes(slot, "little") for row in factor[k:]), "little")
        - ones * offset
        for k in range(n)
    ]


def _least_slack(
    rows: list[list[int]], value: Entry, factor: list[list[int]], columns: list[int], slot: int, progress: Progress
) -> int:
    """The least of D_ii - (sum over j != i of |D_ij|) for D = K - L L^T, from below, in units 2^-T.

    Slot j of the sum over k of L_ik times column k holds (L L^T)_ij, in absolute value below half = 2^(8 slot - 1).
    With half added to each it is in (0, 2^(8 slot)), so no slot borrows from the next. An entry of K is in error by at
    most ERROR units.
    """
    n, half = len(rows), 1 << 8 * slot - 1
    halves = int.from_bytes((bytes(slot - 1) + b"\x80") * n, "little")
    norms, slack = [sum(map(mul, x, x)) for x in rows], [0] * n
    for i, x in enumerate(rows):
        raw = (sum(map(mul, factor[i], columns)) + halves).to_bytes(n * slot, "little")
        for j in range(i + 1):
            product = int.from_bytes(raw[j * slot : (j + 1) * slot], "little") - half
            defect = value(norms[i], norms[j], sum(map(mul, x, rows[j]))) - product
            if i == j:
                slack[i] += defect
            else:
                slack[i] -= abs(defect)
                slack[j] -= abs(defect)
        progress(i + 1, n)
    return min(slack) - n * ERROR
