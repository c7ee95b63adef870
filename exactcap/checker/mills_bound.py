"""An algebraic function B that may bound the Mills ratio: its form, its text and its values (SPEC-GAUSSIAN.md, G3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from .elementary import pi
from .intervals import Interval
from .reader import Rejected, array, fields, integer_between, rational

Term = tuple[Fraction, int, int, int]

MAX_TERMS = 400
MAX_POWER_X, MAX_POWER = 200, 60
MAX_DIGITS = 100


@dataclass(frozen=True)
class Bound:
    """The quotient of two sums of c pi^k x^i s^j, s = sqrt(x^2 + m); `root` is m as a quotient of polynomials in pi."""

    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]
    root: tuple[tuple[Fraction, ...], tuple[Fraction, ...]] | None

    def has_pi(self) -> bool:
        """Whether pi occurs in the coefficients or under the root."""
        parts = self.numerator + self.denominator
        return any(k for *_, k in parts) or any(len(part) > 1 for part in self.root or ())

    def text(self) -> str:
        """B as a user would type it."""
        m = None if self.root is None else _quotient(*map(_in_pi, self.root))
        top, bottom = (_sum(terms, m) for terms in (self.numerator, self.denominator))
        return _quotient(top, bottom)

    def at(self, x: Interval) -> Interval:
        """B on an interval of x. Raises Undefined where the denominator may be 0."""
        circle = pi(x.bits)
        s = x
        if self.root is not None:
            top, bottom = (value_in_pi([(c, k) for k, c in enumerate(part)], circle) for part in self.root)
            s = (x.square() + top / bottom).sqrt()
        sides = []
        for terms in (self.numerator, self.denominator):
            side = Interval.exact(0, x.bits)
            for c, i, j, k in terms:
                side = side + x**i * s**j * circle**k * c
            sides.append(side)
        return sides[0] / sides[1]


def parse_bound(value: Any) -> Bound:
    """The bound of a claim."""
    numerator, denominator, root = fields(value, ("numerator", "denominator", "root"), "claim, bound")
    sides = [_parse_terms(side, root is None) for side in (numerator, denominator)]
    if not sides[1]:
        raise Rejected("claim, bound: the denominator is 0")
    m = None
    if root is not None:
        m_top, m_bottom = (_parse_root(part) for part in fields(root, ("numerator", "denominator"), "claim, root"))
        m = (m_top, m_bottom)
    return Bound(sides[0], sides[1], m)


def parse_number(value: Any, where: str, digits: int = MAX_DIGITS) -> Fraction:
    """A rational of a bounded number of digits above and below the line."""
    number = rational(value, where)
    if max(abs(number.numerator), number.denominator) >= 10**digits:
        raise Rejected(f"{where}: more than {digits} digits")
    return number


def _parse_terms(value: Any, without_root: bool) -> tuple[Term, ...]:
    if len(array(value, "claim, bound")) > MAX_TERMS:
        raise Rejected(f"claim, bound: more than {MAX_TERMS} terms")
    terms: list[Term] = []
    for item in value:
        c, i, j, k = array(item, "claim, bound", 4)
        powers = (
            integer_between(i, 0, MAX_POWER_X, "claim, power of x"),
            integer_between(j, 0, 0 if without_root else MAX_POWER, "claim, power of s"),
            integer_between(k, 0, MAX_POWER, "claim, power of pi"),
        )
        terms.append((parse_number(c, "claim, bound"), *powers))
    if any(a[1:] >= b[1:] for a, b in pairwise(terms)) or any(term[0] == 0 for term in terms):
        raise Rejected("claim, bound: the terms are not strictly increasing in (i, j, k), or one is 0")
    return tuple(terms)


def _parse_root(value: Any) -> tuple[Fraction, ...]:
    coefficients = tuple(parse_number(c, "claim, root") for c in array(value, "claim, root"))
    if not coefficients or len(coefficients) > MAX_POWER or coefficients[-1] == 0:
        raise Rejected("claim, root: not a polynomial in pi without trailing zeros")
    return coefficients


def value_in_pi(terms: Sequence[tuple[Fraction, int]], circle: Interval) -> Interval:
    """The sum of the c pi^k."""
    total = Interval.exact(0, circle.bits)
    for c, k in terms:
        total = total + circle**k * c
    return total


def _in_pi(coefficients: tuple[Fraction, ...]) -> str:
    return _sum([(c, 0, 0, k) for k, c in enumerate(coefficients) if c], None)


def _sum(terms: Sequence[Term], m: str | None) -> str:
    """The terms, highest powers first."""
    text = ""
    root = "" if m is None else f"sqrt(x^2 + {m})"
    for c, i, j, k in reversed(terms):
        factors = [_power(name, n) for name, n in (("pi", k), ("x", i), (root, j)) if n]
        if abs(c) != 1 or not factors:
            factors.insert(0, str(abs(c)))
        text += ((" - " if c < 0 else " + ") if text else "-" if c < 0 else "") + "*".join(factors)
    return text or "0"


def _power(name: str, n: int) -> str:
    return name if n == 1 else f"{name}^{n}"


def _quotient(top: str, bottom: str) -> str:
    if bottom == "1":
        return top
    top = f"({top})" if " " in top else top
    bare = bottom.isalnum() or (bottom.startswith("x^") and " " not in bottom)
    return f"{top}/{bottom}" if bare else f"{top}/({bottom})"
