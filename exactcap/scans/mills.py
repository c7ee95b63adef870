"""Scans of the bounds of the Mills ratio R = Q/g that have names, on the ranges where they are exact."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from random import Random

import mpmath
from mpmath import mpf

from exactcap.errors import InputError
from exactcap.scans.draws import logarithmic, real, uniform
from exactcap.scans.gaussian import mills
from exactcap.scans.quadrature import Real
from exactcap.scans.scan import Outside, Pairs, Point, Scan

MAX_ORDER = 20
NAMES = ("birnbaum", "komatsu", "sampford", "pollak", "boyd-lower", "boyd-upper", "laplace-N", "partial-sum-N")
KOMATSU = Fraction("-0.550607519847873573334073877239")  # where Komatsu's bound meets R, rounded up


@dataclass(frozen=True)
class NamedBound:
    """A bound with a factor 1 that a scan may change, whether it is upper, and where it holds.

    ``least`` is the least x of the range (None: every x; the bound may hold further), ``below`` points where it fails,
    ``tight`` where changing the factor shows: at 0 or for large x.
    """

    formula: str
    value: Callable[[Real, Real], Real]
    is_upper: bool
    least: Fraction | None
    below: tuple[Fraction, ...]
    tight: Fraction


def mills_bound(name: str) -> Scan:
    """A named bound against R(x). Raises InputError for an unknown name.

    What is compared: the closed form of the bound and erfc/exp. Outside: just below the range where the bound fails
    there, and the bound moved towards R by a factor 0.999 or 1.001 where it is tight.
    """
    bound = named_bound(name)

    def sides(point: Point, factor: Real = 1) -> Pairs:
        x = real(point["x"])
        value, ratio = bound.value(x, factor), mills(x)
        return [(ratio, value) if bound.is_upper else (value, ratio)]

    def draw(random: Random) -> Point:
        least = bound.least
        if least is None:
            return {"x": uniform(random, -8, 8) if random.random() < 0.5 else logarithmic(random, 1e-3, 300)}
        step = uniform(random, 0, 8) if random.random() < 0.4 else logarithmic(random, 1e-6, 300)
        return {"x": least + (step or Fraction(1, 10**6))}

    factor = mpf("0.999") if bound.is_upper else mpf("1.001")
    moved = Outside("the bound moved by 0.1 %", ({"x": bound.tight},), lambda point: sides(point, factor))
    low = Outside("x below the range", tuple({"x": x} for x in bound.below), sides)
    start = "every x" if bound.least is None else f"x > {mpmath.nstr(real(bound.least), 12).removesuffix('.0')}"
    return Scan(
        statement=f"{'R(x) <' if bound.is_upper else 'R(x) >'} {bound.formula}, {start}",
        compares="the bound's closed form and R = Q/g by erfc",
        parameter="x",
        draw=draw,
        edges=tuple({"x": x} for x in (*_start(bound), Fraction(1), Fraction(300))),
        pairs=sides,
        outside=(moved, low) if bound.below else (moved,),
    )


def _start(bound: NamedBound) -> tuple[Fraction, ...]:
    """The lower end of the range, where both sides are defined there, and a point just above it."""
    if bound.least is None:
        return Fraction(-8), Fraction(0)
    closed = (bound.least,) if bound.tight == 0 else ()
    return (*closed, bound.least + Fraction(1, 10**6))


def named_bound(name: str) -> NamedBound:
    """The bound of this name; raises InputError for an unknown one.

    >>> named_bound("laplace-2").is_upper, named_bound("laplace-3").is_upper
    (False, True)
    """
    zero, large = Fraction(0), Fraction(1000)
    below: tuple[Fraction, ...]
    if name == "birnbaum":
        return NamedBound("2/(x + sqrt(x^2 + 4))", _root(2, 1, lambda: 4), False, None, (), large)
    if name == "komatsu":
        formula, below = "2/(x + sqrt(x^2 + 2))", (KOMATSU - Fraction(1, 10**9), Fraction(-2))
        return NamedBound(formula, _root(2, 1, lambda: 2), True, KOMATSU, below, KOMATSU)
    if name == "sampford":
        below = (Fraction("-1.001"), Fraction(-3))
        return NamedBound("4/(3x + sqrt(x^2 + 8))", _root(4, 3, lambda: 8), True, Fraction(-1), below, large)
    if name == "pollak":
        formula, below = "2/(x + sqrt(x^2 + 8/pi))", (Fraction(-1, 1000), Fraction(-1))
        return NamedBound(formula, _root(2, 1, lambda: 8 / mpmath.pi), True, zero, below, zero)
    if name in ("boyd-lower", "boyd-upper"):
        return _boyd(name == "boyd-upper")
    if (match := re.fullmatch(r"(laplace|partial-sum)-([1-9][0-9]?)", name)) and int(match[2]) <= MAX_ORDER:
        order = int(match[2])
        value = _convergent(order) if match[1] == "laplace" else _partial_sum(order)
        formula = {"laplace": "convergent {} of 1/(x + 1/(x + 2/(x + ...)))", "partial-sum": "the sum of {} terms of "
                   "1/x - 1/x^3 + 3/x^5 - ..."}[match[1]].format(order)  # fmt: skip
        below = (Fraction(-1, 10),) if order % 2 else ()
        return NamedBound(formula, value, order % 2 == 1, zero, below, large)
    shown = ", ".join(NAMES)
    raise InputError(f"bound: {name[:40]!r} is not among {shown} with N from 1 to {MAX_ORDER}; choose one of them")


def _root(top: int, slope: int, added: Callable[[], Real]) -> Callable[[Real, Real], Real]:
    """x, f -> f top/(slope x + sqrt(x^2 + added)); for x < 0 without cancellation where slope = 1."""

    def value(x: Real, factor: Real) -> Real:
        root = mpmath.sqrt(x * x + added())
        if slope == 1 and x < 0:
            return factor * top * (root - x) / added()
        return factor * top / (slope * x + root)

    return value


def _boyd(is_upper: bool) -> NamedBound:
    """(c + 1)/(c x + sqrt(x^2 + (2/pi)(c + 1)^2)) with c = 2/(pi - 2) above, c = pi - 1 below."""

    def value(x: Real, factor: Real) -> Real:
        c = 2 / (mpmath.pi - 2) if is_upper else mpmath.pi - 1
        return factor * (c + 1) / (c * x + mpmath.sqrt(x * x + 2 / mpmath.pi * (c + 1) ** 2))

    formula = f"(c + 1)/(c x + sqrt(x^2 + (2/pi)(c + 1)^2)), c = {'2/(pi - 2)' if is_upper else 'pi - 1'}"
    below = (Fraction(-2),) if is_upper else (Fraction(-1, 1000), Fraction(-1))
    return NamedBound(formula, value, is_upper, Fraction(0), below, Fraction(0))


def _convergent(order: int) -> Callable[[Real, Real], Real]:
    """The convergents x, x + (n-1)/..., from the inside out."""

    def value(x: Real, factor: Real) -> Real:
        inner = x
        for numerator in range(order - 1, 0, -1):
            inner = x + numerator / inner
        return factor / inner

    return value


def _partial_sum(order: int) -> Callable[[Real, Real], Real]:
    """The first terms (-1)^j (2j - 1)!! x^(-2j - 1)."""

    def value(x: Real, factor: Real) -> Real:
        term = total = 1 / x
        for j in range(1, order):
            term *= -(2 * j - 1) / (x * x)
            total += term
        return factor * total

    return value
