"""Claims that threshold networks memorize all separated data: rule `three-stage` (SPEC-GAUSSIAN.md, G5).

Random weights fail in layer 1, layer 2 or layer 3 with probabilities below three bounds. A bound certainly below 1
means that some weights do not fail, whatever the data and the labels are. All three are evaluated here in intervals.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .elementary import exp, log
from .intervals import Interval, Undefined
from .minors import Progress
from .normal import tail
from .owen import correlation
from .reader import Reader, Rejected, array, fields, integer_between, rational
from .verdict import Proof

MAX_POINTS = 2**200
MAX_WIDTH = 2**53 - 1
MAX_SIDE = 10**30  # of the numerator and the denominator of each rational
MAX_BIAS = 100
PRECISIONS = (128, 256)
LEAST_CORRELATION = Fraction(-99, 100)
THEOREMS = ("plackett", "monotone-correlation", "rule-corner", "rule-signs", "rule-three-stage")


@dataclass(frozen=True)
class MemorizationClaim:
    """K unit vectors at pairwise distances >= delta, at most K_1 ones, networks of three layers of these widths."""

    points: int
    ones: int
    separation_squared: Fraction
    widths: tuple[int, ...]

    inputs = None

    def statement(self) -> str:
        widths = ", ".join(map(str, self.widths))
        return (
            f"threshold networks of widths {widths} memorize: in every dimension, for all {self.points} unit vectors "
            f"x_k at pairwise distances >= delta, delta^2 = {self.separation_squared}, and all labels with at most "
            f"{self.ones} ones, some such network F has F(x_k) = 0 iff y_k = 0"
        )


@dataclass(frozen=True)
class Witness:
    """What the evidence states: units used, thresholds, allowed deviations, and common counts T_min, T_max."""

    used: tuple[int, ...]
    bias_1: Fraction
    bias_2: Fraction
    norm: Fraction
    inner: Fraction
    least: int
    most: int


class Undecided(Exception):
    """A condition is not certain at this precision; the message names it."""


def parse(value: Any) -> MemorizationClaim:
    """The claim of a claim line's object of family "memorization"."""
    _, activation, points, ones, squared, widths = fields(
        value, ("family", "activation", "points", "ones", "separation_squared", "widths"), "claim"
    )
    if activation != "threshold":
        raise Rejected("claim, activation: the rule three-stage is proved for threshold units only")
    points = integer_between(points, 1, MAX_POINTS, "claim, points")
    ones = integer_between(ones, 1, points, "claim, ones")
    squared = _number(squared, "claim, separation_squared")
    if not 0 < squared <= 4:
        raise Rejected("claim, separation_squared: not above 0 and at most 4")
    sizes = [integer_between(n, 1, MAX_WIDTH, "claim, widths") for n in array(widths, "claim, widths", 3)]
    return MemorizationClaim(points, ones, squared, tuple(sizes))


def check(claim: MemorizationClaim, reader: Reader, progress: Progress) -> Proof:
    """Accepts when the three bounds and their side conditions certainly hold."""
    witness = _witness(reader, claim)
    reason = ""
    for step, bits in enumerate(PRECISIONS):
        progress(step, len(PRECISIONS))
        try:
            _first(claim, witness, bits)
            _second(claim, witness, bits)
            _third(claim, witness, bits)
        except Undecided as error:
            reason = f"it is not certain that {error}"
        except Undefined as error:
            reason = f"a condition cannot be evaluated: {error}"
        else:
            return Proof(THEOREMS)
    raise Rejected(f"at {bits} bits {reason}")


def _number(value: Any, where: str) -> Fraction:
    number = rational(value, where)
    if max(abs(number.numerator), number.denominator) > MAX_SIDE:
        raise Rejected(f"{where}: a side of the rational exceeds 10^30")
    return number


def _witness(reader: Reader, claim: MemorizationClaim) -> Witness:
    """The witness, with all conditions that are about rationals: these are decided exactly."""
    names = ("bias_1", "bias_2", "norm_epsilon", "inner_epsilon")
    kind, used, least, most, *values = reader.record("evidence", "used", "least", "most", *names)
    if kind != "witness":
        raise Rejected("evidence: a memorization needs the kind witness")
    sizes = [
        integer_between(n, lowest, width, "used")
        for n, lowest, width in zip(array(used, "used", 3), (1, 1, 2), claim.widths, strict=True)
    ]
    b1, b2, norm, inner = (_number(value, name) for value, name in zip(values, names, strict=True))
    counts = [integer_between(t, 1, MAX_WIDTH, name) for t, name in ((least, "least"), (most, "most"))]
    for holds, condition in (
        (0 < b1 <= MAX_BIAS and 0 < b2 <= MAX_BIAS, "0 < b1, b2 <= 100"),
        (norm > 0 and inner > 0 and norm + inner < 1, "0 < e_d, e_o and e_d + e_o < 1"),
        # b2 (1 - e_d - e_o) >= e_o sqrt(1 + e_d), both sides nonnegative, in squares
        ((b2 * (1 - norm - inner)) ** 2 >= inner**2 * (1 + norm), "b2 (1 - e_d - e_o) >= e_o sqrt(1 + e_d)"),
        (counts[1] + 1 < sizes[1], "T_max + 1 < n2"),
    ):
        if not holds:
            raise Rejected(f"evidence: {condition} does not hold")
    return Witness(tuple(sizes), b1, b2, norm, inner, *counts)


def _first(claim: MemorizationClaim, witness: Witness, bits: int) -> None:
    """Condition 1: vectors of lengths near 1, nearly orthogonal."""
    b = Interval.exact(witness.bias_1, bits)
    # F_0 does not decrease in rho: an upper bound of rho serves, and keeps q1 > 0 when delta = 2
    rho = max(1 - claim.separation_squared / 2, LEAST_CORRELATION)
    p, q, n = tail(b), correlation(0, b, b, rho), witness.used[0]
    # p1 < 1/2 since b1 > 0, so these are below 1
    above, below, common = p * (1 + witness.norm), p * (1 - witness.norm), p * witness.inner
    _require(q.certainly_below(common), "q1 < e_o p1")
    _require_below_one(
        (
            _failure(claim.points, n, above, p),
            _failure(claim.points, n, below, p),
            _failure(_pairs(claim), n, common, q),
        ),
        "the bound of condition 1 is below 1",
    )


def _second(claim: MemorizationClaim, witness: Witness, bits: int) -> None:
    """Condition 2: many common ones with itself, few with another."""
    b, norm, n = Interval.exact(witness.bias_2, bits), witness.norm, witness.used[1]
    p = tail(b / Interval.exact(1 - norm, bits).sqrt())
    lowered = b / Interval.exact(1 + norm, bits).sqrt()
    q = correlation(0, lowered, lowered, witness.inner / (1 + norm))
    least = Interval.exact(Fraction(witness.least - 1, n), bits)
    most = Interval.exact(Fraction(witness.most + 1, n), bits)
    _require(least.certainly_below(p), "(T_min - 1)/n2 < p2")
    _require(q.certainly_below(most), "(T_max + 1)/n2 > q2")
    _require_below_one(
        (_failure(claim.ones, n, least, p), _failure(_pairs(claim), n, most, q)), "the bound of condition 2 is below 1"
    )


def _third(claim: MemorizationClaim, witness: Witness, bits: int) -> None:
    """Condition 3: signs for each batch of at most B ones, two units a batch."""
    batch = -(-claim.ones // (witness.used[2] // 2))
    exponent = Interval.exact(Fraction(witness.least**2, 8 * batch * witness.most**2), bits)
    _require_below_one([exp(-exponent) * (2 * claim.points)], "the bound of condition 3 is below 1")


def _pairs(claim: MemorizationClaim) -> int:
    return claim.points * (claim.points - 1) // 2


def _failure(count: int, n: int, x: Interval, p: Interval) -> Interval:
    """count e^(-n D(x||p)), D(x||p) = x log(x/p) + (1 - x) log((1 - x)/(1 - p)), 0 log 0 = 0."""
    rest = (1 - x) * log((1 - x) / (1 - p))
    divergence = rest if x.is_point() and not x.is_positive() else x * log(x / p) + rest
    return exp(divergence * -n) * count


def _one(bits: int) -> Interval:
    return Interval.exact(1, bits)


def _require(certain: bool, condition: str) -> None:
    if not certain:
        raise Undecided(condition)


def _require_below_one(terms: Iterable[Interval], condition: str) -> None:
    total = sum(terms, Interval.exact(0, 1))
    _require(total.certainly_below(_one(total.bits)), condition)
