"""An algebraic function bounds the Mills ratio R on a range: the sign of B' - xB + 1 (SPEC-GAUSSIAN.md, G3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from .descartes import is_exact_at_zero, require_coefficients
from .intervals import Interval, Undefined
from .mills_bound import Bound, parse_bound, parse_number
from .mills_curve import Poly, curve, curve_of_quotient, plus, root_parts, times
from .normal import mills
from .reader import Reader, Rejected, array, fields
from .sturm import End, Polynomial, Surd, primitive, require_small, sign_at, square_free, zeros_between
from .verdict import Proof

Progress = Callable[[int, int], None]

RELATIONS = ("upper", "lower", "error-decreases", "not-upper", "not-lower")
PRECISIONS = (64, 128, 256, 512, 1024, 2048)
MAX_INTERVALS = 60
MAX_END_DIGITS = 400
MAX_ERROR_DEGREE = 40


@dataclass(frozen=True)
class MillsClaim:
    """B is above or below R for low < x (<= high), its relative error decreases there, or it fails at low = high."""

    bound: Bound
    relation: str
    low: Fraction | None
    high: Fraction | None

    inputs = None

    def statement(self) -> str:
        text, low, high = self.bound.text(), self.low, self.high
        if self.relation.startswith("not-"):
            order = "B < R(x)" if self.relation == "not-upper" else "R(x) < B"
            return f"{order} at x = {low}, so B is no {self.relation[4:]} bound there, B = {text}"
        where = (
            ("every x" if low is None else f"every x > {low}") if high is None
            else f"every x <= {high}" if low is None else f"every x with {low} < x <= {high}"
        )  # fmt: skip
        if self.relation == "error-decreases":
            return f"|B/R(x) - 1| strictly decreases for {where}, B = {text}"
        return f"{'R(x) < B' if self.relation == 'upper' else 'B < R(x)'} for {where}, B = {text}"


def parse(value: Any) -> MillsClaim:
    """The claim of a claim line's object of family "mills"."""
    _, bound, relation, low, high = fields(value, ("family", "bound", "relation", "low", "high"), "claim")
    if relation not in RELATIONS:
        raise Rejected(f"claim: the relation is none of {', '.join(RELATIONS)}")
    ends = [None if end is None else parse_number(end, "claim, range") for end in (low, high)]
    claim = MillsClaim(parse_bound(bound), relation, ends[0], ends[1])
    if relation.startswith("not-"):
        if claim.low is None or claim.low != claim.high:
            raise Rejected("claim: a bound fails at one point, low = high")
    elif claim.low is not None and claim.high is not None and claim.low >= claim.high:
        raise Rejected("claim: the range is empty")
    if relation == "error-decreases" and (claim.high is not None or claim.bound.root or claim.bound.has_pi()):
        raise Rejected("claim: error-decreases is for rational bounds without pi, on a half-line")
    return claim


def check(claim: MillsClaim, reader: Reader, progress: Progress) -> Proof:
    """Accepts when the evidence proves the claim; its kind follows from the relation and the bound."""
    bound, upper = claim.bound, claim.relation in ("upper", "not-upper")
    if claim.relation.startswith("not-"):
        assert claim.low is not None
        if bound.root is not None:
            root_parts(bound)  # m > 0
        _kind(reader.record("evidence")[0], "value")
        _require_order(bound, not upper, claim.low, claim.low)
        return Proof(())
    if claim.relation == "error-decreases":
        _kind(reader.record("evidence")[0], "error")
        _require_error_decreases(claim)
        return Proof(("mills-criterion", "sturm"))
    if bound.has_pi():
        _kind(reader.record("evidence")[0], "coefficients")
        if claim.low is None or claim.low < 0:
            raise Rejected("claim: bounds with pi are decided for x > 0 only")
        if require_coefficients(bound, upper) and not (is_exact_at_zero(bound) and _is_positive_at_zero(bound)):
            _require_order(bound, upper, Fraction(0), Fraction(0))
        return Proof(("mills-criterion", "descartes", "lindemann"))
    kind, stated = reader.record("evidence", "intervals")
    _kind(kind, "sign")
    require_sign(bound, upper, claim.low, claim.high, stated)
    return Proof(("mills-criterion", "sturm"))


def _kind(given: Any, needed: str) -> None:
    if given != needed:
        raise Rejected(f"evidence: this claim needs the kind {needed}")


def require_sign(bound: Bound, upper: bool, low: Fraction | None, high: Fraction | None, stated: Any) -> None:
    """Raises Rejected unless the intervals prove R < B (upper) or B < R for low < x (<= high); B is without pi.

    W = (B - R) e^(-x^2/2), times -1 for a lower bound, is monotone between the zeros of E, one in each interval.
    """
    intervals = _parse_intervals(stated, low, high)
    f = curve(bound)
    if not f.defect:
        raise Rejected("the sign: B' - xB + 1 is 0")
    start, end = _start(bound, low), None if high is None else _point(bound, high)
    _require_no_zero(_univariate(f.bottom), start, end, "the denominator of B")
    defect = _univariate(f.defect)
    require_small(defect, "the sign")
    free = square_free(defect)
    for left, right in intervals:
        if sign_at(free, _point(bound, left)) * sign_at(free, _point(bound, right)) >= 0:
            raise Rejected(f"the sign: B' - xB + 1 does not change sign from {left} to {right}")
    zeros = zeros_between(free, start, end)
    if zeros != len(intervals):
        raise Rejected(f"the sign: B' - xB + 1 has {zeros} zeros in the range, {len(intervals)} intervals are stated")
    # no zero lies between the intervals, and each holds one: a gap's sign is that at an end of a neighbour
    points = [left for left, _ in intervals] + [intervals[-1][1] if intervals else _inside(low, high)]
    toward = 1 if upper else -1
    signs = [toward * sign_at(defect, _point(bound, x)) for x in points]
    if high is None and signs[-1] >= 0:
        raise Rejected("the sign: B' - xB + 1 has the wrong sign near infinity")
    if high is not None:
        _require_order(bound, upper, high, high)
    if signs[0] > 0:
        if low is not None:
            _require_order(bound, upper, low, low)
        elif upper:  # for a lower bound W tends to sqrt(2 pi) at -infinity
            raise Rejected("the sign: B - R is negative near -infinity")
    for (before, after), (left, right) in zip(pairwise(signs), intervals, strict=True):
        if before < 0 < after:
            _require_order(bound, upper, left, right)


def _parse_intervals(stated: Any, low: Fraction | None, high: Fraction | None) -> list[tuple[Fraction, Fraction]]:
    if len(array(stated, "intervals")) > MAX_INTERVALS:
        raise Rejected(f"intervals: more than {MAX_INTERVALS}")
    ends = [parse_number(end, "intervals", MAX_END_DIGITS) for pair in stated for end in array(pair, "intervals", 2)]
    pairs = list(zip(ends[::2], ends[1::2], strict=True))
    if any(a >= b for a, b in pairs) or any(a[1] > b[0] for a, b in pairwise(pairs)):
        raise Rejected("intervals: not increasing")
    if pairs and ((low is not None and ends[0] < low) or (high is not None and ends[-1] > high)):
        raise Rejected("intervals: not in the range")
    return pairs


def _require_order(bound: Bound, upper: bool, left: Fraction, right: Fraction) -> None:
    """Raises Rejected unless R < B (upper) or B < R is seen in intervals, for all x from left to right."""
    for bits in PRECISIONS:
        x = Interval.exact(left, bits).hull(Interval.exact(right, bits))
        try:
            difference = bound.at(x) - mills(x)
        except Undefined:
            continue
        if difference.is_positive() if upper else difference.is_negative():
            return
        if difference.is_positive() or difference.is_negative():
            break
    side = "above" if upper else "below"
    raise Rejected(f"the values: B is not seen to be {side} R from x = {left} to {right}")


def _is_positive_at_zero(bound: Bound) -> bool:
    """B(0) > 0, where |B(0)| = sqrt(pi/2)."""
    try:
        return bound.at(Interval.exact(0, PRECISIONS[-1])).is_positive()
    except Undefined:
        return False


def _univariate(p: Poly) -> Polynomial:
    return primitive(tuple(p.get((i, 0), 0) for i in range(max((i for i, _ in p), default=-1) + 1)))


def _require_no_zero(p: Polynomial, start: End, end: End, what: str) -> None:
    require_small(p, what)
    if zeros_between(square_free(p), start, end):
        raise Rejected(f"{what} has a zero in the range; if the numerator has it too, simplify the bound")


def _start(bound: Bound, low: Fraction | None) -> End:
    """The lower end in t; x = t - m/(4t) tends to -infinity at t = 0."""
    if low is not None:
        return _point(bound, low)
    return None if bound.root is None else Surd(0, 0, 1, 0)


def _point(bound: Bound, x: Fraction) -> Surd:
    """t = x, or t = (x + sqrt(x^2 + m))/2."""
    p, q = x.numerator, x.denominator
    if bound.root is None:
        return Surd(p, 0, q, 0)
    a, b = (part[0, 0] for part in root_parts(bound))
    return Surd(p * b, 1, 2 * q * b, b * (p * p * b + a * q * q))


def _inside(low: Fraction | None, high: Fraction | None) -> Fraction:
    if low is None or high is None:
        return low + 1 if low is not None else high - 1 if high is not None else Fraction(0)
    return (low + high) / 2


def _require_error_decreases(claim: MillsClaim) -> None:
    """With U = xB - B' = 1 - E, (B/R)' has the sign of B - RU, and C = B/U = ND/V, V = D^2 - (D^2 E).

    B > 0 and E < 0 (so U > 1): C < R is needed, as E(C) > 0 proves. B > 0 and E > 0: R < C is needed where U > 0. There
    (C - R) e^(-x^2/2) decreases strictly if E(C) < 0, so an interval of U > 0 cannot end at a zero of U, where C tends
    to infinity; it ends at infinity, where the product tends to 0, so it is positive.
    """
    f = curve(claim.bound)
    if max(i for p in (f.top, f.bottom) for i, _ in [*p, (0, 0)]) > MAX_ERROR_DEGREE:
        raise Rejected(f"the error: degrees above {MAX_ERROR_DEGREE} are more than the checker does")
    product = times(f.top, f.bottom)
    c = curve_of_quotient(product, plus(times(f.bottom, f.bottom), f.defect, -1))
    start, signs = _start(claim.bound, claim.low), []
    parts = (f.top, f.bottom, f.defect, c.defect)
    for p, what in zip(parts, ("B", "the denominator of B", "B' - xB + 1", "C' - xC + 1"), strict=True):
        if not p or not c.bottom:
            raise Rejected(f"the error: {what} is 0")
        _require_no_zero(_univariate(p), start, None, what)
        signs.append(1 if _univariate(p)[-1] > 0 else -1)  # no zero up to infinity: the sign of the leading term
    if signs[0] != signs[1] or signs[2] == signs[3]:
        raise Rejected("the error: B is not positive, or C' - xC + 1 has the sign of B' - xB + 1")
