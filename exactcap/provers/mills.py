"""Prove that an algebraic function bounds the Mills ratio R for all x of a range, or find an x where it does not.

The argument: W = (B - R) e^(-x^2/2) has W' = E e^(-x^2/2), E = B' - xB + 1, and W -> 0 at infinity
(SPEC-GAUSSIAN.md, G3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from exactcap.certificates.format import Certificate
from exactcap.claims.mills import Bound, Mills, Root, Term
from exactcap.errors import InputError
from exactcap.models.mills_bounds import BoundData, order, sign_in_pi
from exactcap.provers.outcome import Finding, Outcome, Progress, silent

STURM = ("mills-criterion", "sturm")
DESCARTES = ("mills-criterion", "descartes", "lindemann")
WIDTHS = (Fraction(1, 10**6), Fraction(1, 10**14), Fraction(1, 10**30))
BELOW = Fraction(1, 1000)
Range = tuple[Fraction | None, Fraction | None]


def bound_record(data: BoundData) -> Bound:
    """The bound of a claim."""
    top, bottom = (tuple(Term(*term) for term in side) for side in (data.numerator, data.denominator))
    return Bound(bottom, top, None if data.root is None else Root(data.root[1], data.root[0]))


def bound_data(bound: Bound) -> BoundData:
    """The bound of a claim as numbers to compute with.

    >>> from exactcap.models.mills_bounds import named_bound
    >>> data = named_bound("pollak").data
    >>> bound_data(bound_record(data)) == data
    True
    """
    top, bottom = (
        tuple((term.coefficient, term.of_x, term.of_root, term.of_pi) for term in side)
        for side in (bound.numerator, bound.denominator)
    )
    return BoundData(top, bottom, None if bound.root is None else (bound.root.numerator, bound.root.denominator))


def prove_mills(
    data: BoundData, relation: str, low: Fraction | None, high: Fraction | None, progress: Progress = silent
) -> Outcome:
    """PROVED for every x of the range, or REFUTED at a rational one; relation is upper, lower or error-decreases.

    Raises InputError when the range is empty, or the bound has a pole in it.

    >>> from exactcap.models.mills_bounds import named_bound
    >>> prove_mills(named_bound("komatsu").data, "upper", Fraction(-11, 20), None).finding
    <Finding.PROVED: 'PROVED'>
    >>> prove_mills(named_bound("komatsu").data, "upper", Fraction(-14, 25), None).certificate.claim.statement()
    'B < R(x) at x = -559/1000, so B is no upper bound there, B = 2/(x + sqrt(x^2 + 2))'
    """
    if low is not None and high is not None and low >= high:
        raise InputError(f"from: {low} is not below {high}, the end given by --to; lower it")
    claim = Mills(bound_record(data), _text(high), _text(low), relation)
    if relation == "error-decreases":
        return _error_decreases(claim, data, low, high)
    progress("signs of B' - xB + 1", 0.2)
    if claim.bound.has_pi():
        argument, failure = _by_coefficients(data, relation == "upper", low)
        evidence: Mapping[str, Any] = {"evidence": "coefficients"}
        points: list[Fraction] = []
    else:
        argument, failure, intervals, points = _by_signs(data, relation == "upper", (low, high), relation)
        evidence = {"evidence": "sign", "intervals": [[str(a), str(b)] for a, b in intervals]}
    if argument:
        theorems = DESCARTES if claim.bound.has_pi() else STURM
        return Outcome(Finding.PROVED, argument, Certificate(claim, theorems, (evidence,)))
    progress("a point where it fails", 0.6)
    refutation = refute(data, relation, low, high, points)
    return refutation or Outcome(Finding.UNDECIDED, f"{failure}; no point was found where the bound fails")


def refute(
    data: BoundData, relation: str, low: Fraction | None, high: Fraction | None, points: list[Fraction]
) -> Outcome | None:
    """REFUTED at one of many points of the range, or at one of these; None when none is found. Poles do not matter."""
    found = (refuted_at(data, relation, x) for x in _candidates(low, high, points))
    return next((outcome for outcome in found if outcome is not None), None)


def refuted_below(data: BoundData, relation: str, low: Fraction) -> Outcome | None:
    """A refutation of the bound at most 1/1000 below ``low``, if one is found.

    >>> from exactcap.models.mills_bounds import named_bound
    >>> refuted_below(named_bound("pollak").data, "upper", Fraction(0)).reason
    'B < R at x = -1/1000, seen in intervals'
    """
    return refuted_at(data, relation, low - BELOW)


def refuted_at(data: BoundData, relation: str, x: Fraction) -> Outcome | None:
    """A refutation of the bound at x, if intervals show one."""
    if order(data, x, x) != (-1 if relation == "upper" else 1):
        return None
    claim = Mills(bound_record(data), str(x), str(x), f"not-{relation}")
    reason = f"{'B < R' if relation == 'upper' else 'R < B'} at x = {x}, seen in intervals"
    return Outcome(Finding.REFUTED, reason, Certificate(claim, (), ({"evidence": "value"},)))


def _candidates(low: Fraction | None, high: Fraction | None, points: list[Fraction]) -> Iterator[Fraction]:
    """Points of the range: near its ends, near the zeros of E, and at all scales."""
    near = [Fraction(n, 10**k) for k in range(9) for n in (1, 2, 3, 5, 7)] + [Fraction(10**k) for k in range(1, 7)]
    tried = list[Fraction]()
    if high is not None:
        tried += [high, *(high - step for step in near)]
    if low is not None:
        tried += [low + step for step in near]
    if low is None or low < 0:
        tried += [Fraction(0), *(side * step for step in near for side in (1, -1) if step <= 50)]
    for x in [*tried, *points]:
        if (low is None or low < x) and (high is None or x <= high):
            yield x


def _text(end: Fraction | None) -> str | None:
    return None if end is None else str(end)


def _where(low: Fraction | None, high: Fraction | None) -> str:
    if high is not None:
        return f"all x <= {high}" if low is None else f"{low} < x <= {high}"
    return "all x" if low is None else f"all x > {low}"


def _by_signs(
    data: BoundData, upper: bool, ends: Range, relation: str
) -> tuple[str, str, list[tuple[Fraction, Fraction]], list[Fraction]]:
    """(argument, "", intervals, points), or ("", what fails, [], points); points are near the zeros of E."""
    from exactcap.models import mills_signs

    low, high = ends
    pole = mills_signs.pole(data, low, high)
    if pole is not None:
        raise InputError(
            f"{relation}: the bound has a pole at x = {pole} inside the range; start above it with --from, or end "
            "below it with --to"
        )
    failure, points = "", list[Fraction]()
    for width in WIDTHS:
        intervals, signs = mills_signs.zeros_and_signs(data, low, high, width)
        signs = [sign if upper else -sign for sign in signs]
        points = points or [x for pair in intervals for x in ((pair[0] + pair[1]) / 2, *pair)]
        failure = _failure(data, upper, ends, intervals, signs)
        if not failure:
            return _argument(intervals, signs, upper, ends), "", intervals, points
    return "", failure, [], points


def _failure(
    data: BoundData, upper: bool, ends: Range, intervals: list[tuple[Fraction, Fraction]], signs: list[int]
) -> str:
    """Why W > 0 (B - R times 1 or -1) does not follow from the signs of W', or "" when it follows."""
    (low, high), wanted = ends, 1 if upper else -1
    if high is None and signs[-1] >= 0:
        return "E = B' - xB + 1 has the wrong sign near infinity"
    if high is not None and order(data, high, high) != wanted:
        return f"B is on the wrong side of R at x = {high}, or too near to tell"
    if signs[0] > 0:
        if low is None and upper:
            return "B < R near -infinity"
        if low is not None and order(data, low, low) != wanted:
            return f"B is on the wrong side of R at x = {low}, or too near to tell"
    for (before, after), (left, right) in zip(pairwise(signs), intervals, strict=True):
        margin = right - left  # the checker's intervals are wider than Arb's
        if before < 0 < after and order(data, left - margin, right + margin) != wanted:
            return f"B is on the wrong side of R near x = {float(left):.6g}, or too near to tell"
    return ""


def _argument(intervals: list[tuple[Fraction, Fraction]], signs: list[int], upper: bool, ends: Range) -> str:
    if not intervals:
        sign = "<" if (signs[0] < 0) == upper else ">"
        return f"E = B' - xB + 1 {sign} 0 for {_where(*ends)} (Sturm: no zero)"
    zeros = ", ".join(f"{round(float(left + right) / 2, 4) + 0.0:g}" for left, right in intervals)
    return f"E = B' - xB + 1 changes sign near x = {zeros} only (Sturm); the order of B and R holds at the minima"


def _by_coefficients(data: BoundData, upper: bool, low: Fraction | None) -> tuple[str, str]:
    from exactcap.models import mills_signs

    if low is None or low < 0:
        return "", "a bound with pi is proved for x > 0 only"
    found = mills_signs.coefficient_rows(data)
    if found is None:
        return "", "B' - xB + 1 mixes even and odd powers of t"
    bottom, defect = ([sign for row in rows if (sign := sign_in_pi(row))] for rows in found)
    toward = 1 if upper else -1
    if len(set(bottom)) != 1 or not defect or sum(a != b for a, b in pairwise(defect)) > 1:
        return "", "the coefficients of B' - xB + 1, or of the denominator, change sign too often"
    if toward * defect[-1] > 0:
        return "", "E = B' - xB + 1 has the wrong sign near infinity"
    shown = ", ".join("+" if sign > 0 else "-" for sign in defect)
    argument = f"E = B' - xB + 1 changes sign at most once for x > 0 (Descartes: coefficients {shown})"
    if toward * defect[0] < 0:
        return argument, ""
    zero = Fraction(0)
    if mills_signs.is_exact_at_zero(data):
        return f"{argument}; B(0) = sqrt(pi/2) = R(0) exactly", ""
    if order(data, zero, zero) == toward:
        return f"{argument}; the order at 0 holds", ""
    return "", "B is on the wrong side of R at x = 0, or too near to tell"


def _error_decreases(claim: Mills, data: BoundData, low: Fraction | None, high: Fraction | None) -> Outcome:
    from exactcap.models import mills_signs

    if high is not None or claim.bound.has_pi() or data.root is not None:
        raise InputError("error-decreases: only rational bounds without pi, on a half-line; leave out --to")
    failure = mills_signs.error_failure(data, low)
    if failure:
        return Outcome(Finding.UNDECIDED, failure)
    reason = "(B/R)' has the sign of B - R(xB - B'), and C = B/(xB - B') is a bound: C' - xC + 1 has no zero (Sturm)"
    return Outcome(Finding.PROVED, reason, Certificate(claim, STURM, ({"evidence": "error"},)))
