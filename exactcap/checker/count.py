"""Exact counts: the checker adds up Cover's binomials by itself (SPEC-CAPACITY.md, K1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .intervals import Interval
from .minors import Progress
from .reader import Reader, Rejected, fields, integer, integer_between
from .verdict import Proof

MAX_POINTS = 10000  # 2^10000 has 3011 digits; Python prints at most 4300
MAX_UNITS = 30000  # inputs, and width, of a network: some five seconds
MAX_VALUE = 2**53 - 1
BITS = 256  # of the bounds of f(n), wide by 2^-200 at most; small integers are exact


@dataclass(frozen=True)
class Dichotomies:
    """The separable labellings of points in general position."""

    affine: bool
    dimension: int
    points: int

    def statement(self, value: int) -> str:
        which = "hyperplanes" if self.affine else "hyperplanes through the origin"
        many = "1 point" if self.points == 1 else f"{self.points} points"
        return f"there are exactly {value} dichotomies of {many} in general position in R^{self.dimension} by {which}"

    def require(self, value: int) -> None:
        """Raise Rejected unless the value is C(n, d), affine C(n, d + 1)."""
        if value != 2 * half_count(self.points, self.dimension + self.affine):
            raise Rejected("the number of dichotomies is another one")


@dataclass(frozen=True)
class Shattering:
    """Networks of `width` threshold units with biases on R^`inputs`, and a threshold output with a bias."""

    inputs: int
    width: int

    def statement(self, value: int) -> str:
        units = "1 hidden threshold unit" if self.width == 1 else f"{self.width} hidden threshold units"
        return (
            f"networks of {units} and a threshold output on R^{self.inputs} shatter no set of {value} or more points; "
            f"the count does not exclude {value - 1}"
        )

    def require(self, value: int) -> None:
        """Raise Rejected unless f(value) < 2^value and f(value - 1) >= 2^(value - 1)."""
        if not 2 <= value <= MAX_VALUE:
            raise Rejected(f"claim, value: not between 2 and {MAX_VALUE}")
        if not self.excludes(value):
            raise Rejected("the count does not exclude so many points")
        if self.excludes(value - 1):
            raise Rejected("the count excludes one point less, too")

    def excludes(self, n: int) -> bool:
        """f(n) < 2^n."""
        labellings, all_of_them = self.bound(n), Interval.point(1, n, BITS)
        if labellings.certainly_below(all_of_them):
            return True
        if all_of_them.certainly_at_most(labellings):
            return False
        raise Rejected("the count is too near to a power of two to be compared with it")

    def bound(self, n: int) -> Interval:
        """f(n) = ((C(n, d+1)/2 + m - 1) choose m) C(n, m+1)."""
        pairs, result = half_sum(n, self.inputs + 1), half_sum(n, self.width + 1).scaled(1)
        for i in range(self.width):
            result = result * (pairs + i) / (i + 1)
        return result


def half_count(n: int, terms: int) -> int:
    """C(n, D)/2: the sum of (n-1 choose k) over k < D."""
    term = total = 1
    for k in range(1, min(terms, n)):  # the terms from k = n on are 0
        term = term * (n - k) // k
        total += term
    return total


def half_sum(n: int, terms: int) -> Interval:
    """The same in intervals."""
    term = total = Interval.point(1, 0, BITS)
    for k in range(1, min(terms, n)):
        term = term * (n - k) / k
        total += term
    return total


@dataclass(frozen=True)
class CountClaim:
    """The value of a count."""

    of: Dichotomies | Shattering
    value: int

    inputs = None

    def statement(self) -> str:
        return self.of.statement(self.value)


def parse(value: Any) -> CountClaim:
    """The claim of a claim line's object of family "count"."""
    _, of, count = fields(value, ("family", "of", "value"), "claim")
    kind = of.get("kind") if type(of) is dict else None
    if kind == "dichotomies":
        _, affine, dimension, points = fields(of, ("kind", "affine", "dimension", "points"), "claim, of")
        if type(affine) is not bool:
            raise Rejected("claim, affine: neither true nor false")
        n = integer_between(points, 1, MAX_POINTS, "claim, points")
        d = integer_between(dimension, 1, MAX_VALUE, "claim, dimension")
        return CountClaim(Dichotomies(affine, d, n), integer(count, "claim, value", MAX_POINTS + 1))
    if kind == "shattering":
        _, inputs, width = fields(of, ("kind", "inputs", "width"), "claim, of")
        sizes = (integer_between(size, 1, MAX_UNITS, "claim, of") for size in (inputs, width))
        return CountClaim(Shattering(*sizes), integer(count, "claim, value"))
    raise Rejected("claim, of: the kind is neither dichotomies nor shattering")


def check(claim: CountClaim, reader: Reader, progress: Progress) -> Proof:
    """Accepts when the count is the claimed one."""
    (kind,) = reader.record("evidence")
    if kind != "evaluate":
        raise Rejected("evidence: a count needs the kind evaluate")
    claim.of.require(claim.value)
    return Proof(("cover",))
