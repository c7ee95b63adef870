"""Assertions on claims, for the tests of a paper: what is not proved fails, with the claim, expected and found.

An assertion passes only on what the independent checker has verified. There are three outcomes, so the message of a
failure says whether the opposite is proved, or nothing is known: UNDECIDED.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Literal

from exactcap import claims
from exactcap.api import Finding, Result, certify
from exactcap.api.check import well_formed
from exactcap.api.result import decide
from exactcap.cli.rationals import rational_option
from exactcap.errors import InputError
from exactcap.provers.enclosure import enclose, most_digits
from exactcap.provers.outcome import silent

Number = str | int | Fraction
Family = Callable[[str], claims.Claim]
BEST = ("smallest", "largest")
MOST_DIGITS = 2000  # of a bound; no certificate holds longer numbers
FAR = 10 * MOST_DIGITS  # an exponent beyond all bounds, whatever the digits before it


def assert_certified(claim: claims.Claim, expect: str = "PROVED", *, seed: int = 0) -> Result:
    """Certify the claim; AssertionError unless the finding is the expected one, by default PROVED.

    Returns the result. Raises InputError for a claim that is not well-formed.

    >>> r = assert_certified(claims.Count(claims.Dichotomies(affine=False, dimension=3, points=6), 32))
    >>> assert_certified(claims.Count(claims.Dichotomies(affine=False, dimension=3, points=6), 33))
    Traceback (most recent call last):
    AssertionError: not PROVED
    claim     there are exactly 33 dichotomies of 6 points in general position in R^3 by hyperplanes through the origin
    expected  PROVED
    found     REFUTED: 32 dichotomies
    """
    __tracebackhide__ = True
    if expect not in tuple(Finding):
        raise InputError(f"expect: {expect!r} is none of {', '.join(Finding)}")
    result = certify(claim, seed=seed)
    if result.finding != expect:
        raise AssertionError(_message(f"not {expect}", claim.statement(), expect, f"{result.finding}: {result.reason}"))
    return result


def assert_bound(
    subject: claims.Quantity | claims.Matrix | Family,
    *,
    at_least: Number | None = None,
    at_most: Number | None = None,
    digits: int = 10,
    best: Literal["smallest", "largest"] = "smallest",
) -> None:
    """Certify that a number lies between two others; AssertionError where that is not proved.

    The number is the value of a quantity (a formula of storage capacity, a Gaussian moment), enclosed with proven
    digits, at first ``digits``; the rank of a matrix; or the ``best`` constant for which a family of claims holds. The
    family is a function of the constant, a rational as text, and monotone: what holds stays so where the constant is
    worse. Then the smallest is at most C when the claim at C is proved, and at least C when that is refuted; of the
    largest the other way round.

    The bounds are texts such as "0.5196" or "3/2", integers or Fractions, and compared exactly. Raises InputError for
    floats, which are rounded already.

    >>> assert_bound(claims.Perceptron("1"), at_least="0.5195", at_most="0.5196")
    >>> assert_bound(claims.KhatriRao(claims.Functions(3), 3, 5), at_least=14, at_most=14)
    >>> from exactcap.claims.inequality import Decoupling
    >>> decoupling = lambda constant: claims.Inequality(True, Decoupling(constant, "1/16"))
    >>> assert_bound(decoupling, at_least="1.202", at_most="1.203")
    >>> assert_bound(claims.Perceptron("1"), at_most="0.5195")
    Traceback (most recent call last):
    AssertionError: the opposite is PROVED
    claim     1/E (gamma + 1)_+^2 <= 0.5195
    expected  PROVED
    found     1/E (gamma + 1)_+^2 = 0.5195722296, correctly rounded (Gardner's formula at margin 1)
    """
    __tracebackhide__ = True
    bounds = [(sign, bound) for sign, bound in ((">=", at_least), ("<=", at_most)) if bound is not None]
    if not bounds:
        raise InputError("at_least: give at_least, at_most or both")
    if type(digits) is not int:
        raise InputError(f"digits: {digits!r} is a {type(digits).__name__}; give an integer")
    if best not in BEST:
        raise InputError(f"best: {best!r} is none of {', '.join(BEST)}; say which constant is the best one")
    for sign, bound in bounds:
        number = _rational("at_least" if sign == ">=" else "at_most", bound)
        if isinstance(subject, claims.Quantity):
            well_formed(claims.Enclosure(0, 10, subject))
            _assert_value(subject, sign, number, str(bound), digits)
        elif isinstance(subject, claims.Matrix):
            _assert_rank(subject, sign, number)
        elif callable(subject):
            _assert_constant(subject, sign, number, (sign == "<=") == (best == "smallest"))
        else:
            raise InputError(f"subject: {type(subject).__name__} is no quantity, matrix or function of a constant")


def _rational(name: str, bound: object) -> Fraction:
    if isinstance(bound, str):
        return rational_option(name, bound)
    if isinstance(bound, int | Fraction) and not isinstance(bound, bool):
        number = Fraction(bound)
        if max(abs(number.numerator), number.denominator) >= 10**MOST_DIGITS:
            raise InputError(f"{name}: it has more than {MOST_DIGITS} digits; take a simpler number")
        return number
    raise InputError(f"{name}: {bound!r} is a {type(bound).__name__}; write the number as text, for example '0.5196'")


def _assert_value(quantity: claims.Quantity, sign: str, bound: Fraction, written: str, digits: int) -> None:
    """Digits are doubled until the interval around them lies on one side of the bound."""
    __tracebackhide__ = True
    claim, most = f"{quantity.text()} {sign} {written}", most_digits(quantity)
    while True:
        result = decide(enclose(quantity, digits), None, silent)
        if result.certificate is None:
            raise AssertionError(_message("UNDECIDED", claim, "PROVED", f"UNDECIDED: {result.reason}"))
        found = result.certificate.claim
        assert isinstance(found, claims.Enclosure)
        low, high = found.ends() if abs(found.exponent) <= FAR else _far(found).ends()
        if low >= bound if sign == ">=" else high <= bound:
            return
        if high < bound if sign == ">=" else low > bound:
            raise AssertionError(_message("the opposite is PROVED", claim, "PROVED", result.statement))
        if digits >= most:
            raise AssertionError(_message(f"UNDECIDED with {digits} digits", claim, "PROVED", result.statement))
        digits = min(2 * digits, most)


def _far(found: claims.Enclosure) -> claims.Enclosure:
    """A claim on the same side of every bound, whose ends fit in memory: bounds have at most ``MOST_DIGITS`` digits."""
    return claims.Enclosure(FAR if found.exponent > 0 else -FAR, found.mantissa, found.quantity)


def _assert_rank(matrix: claims.Matrix, sign: str, bound: Fraction) -> None:
    __tracebackhide__ = True
    if bound.denominator != 1:
        raise InputError(f"{'at_least' if sign == '>=' else 'at_most'}: a rank is an integer, not {bound}")
    assert_certified(claims.Rank(matrix, int(bound), "at-least" if sign == ">=" else "at-most"))


def _assert_constant(family: Family, sign: str, bound: Fraction, is_to_hold: bool) -> None:
    __tracebackhide__ = True
    claim = family(str(bound))
    result = certify(claim)
    if result.finding is (Finding.PROVED if is_to_hold else Finding.REFUTED):
        return
    opposite = result.finding is Finding.REFUTED and is_to_hold
    said = "the opposite is PROVED" if opposite else "UNDECIDED"
    expected = "PROVED" if is_to_hold else "REFUTED"
    raise AssertionError(
        _message(f"{said}: the best constant is {sign} {bound}", claim.statement(), f"{expected} at {bound}",
                 f"{result.finding}: {result.reason}")
    )  # fmt: skip


def _message(said: str, claim: str, expected: str, found: str) -> str:
    return f"{said}\nclaim     {claim}\nexpected  {expected}\nfound     {found}"
