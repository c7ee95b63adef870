"""Closed forms of E g(u) g(v) - (E g)^2 and its derivatives in the correlation q of u and v (theory of section 2).

Each curve is a map of an exact q in [0, 1] to a ball. At q = 1 the ball of the second derivative need not be finite.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from math import factorial

from flint import arb, arb_poly, fmpq, fmpq_poly

from exactcap.arithmetic.balls import rational
from exactcap.models.gaussian import correlation, moment, orthant, tail
from exactcap.models.unit_trees import Node, Polynomial, polynomial
from exactcap.models.units import Unit

Curve = Callable[[arb], arb]
Curves = tuple[Curve, Curve, Curve]


def closed_form(unit: Unit) -> Curves | None:
    """Delta(q) - Delta(0), Delta'(q), Delta''(q) for polynomials, piecewise linear g, and A f(c x) + B.

    Here f is erf, sin, cos, exp or e^(-t x^2/2). None for any other g.

    >>> from exactcap.models.units import parse_unit
    >>> closed_form(parse_unit("x^2"))[0](arb(1)), closed_form(parse_unit("tanh"))
    (2.00000000000000, None)
    """
    if unit.polynomial is not None:
        return of_polynomial(unit.polynomial, 1)
    lines = [piece.polynomial for piece in unit.pieces]
    if all(line is not None and len(line) <= 2 for line in lines):
        slopes = [line[1] if line is not None and len(line) == 2 else Fraction(0) for line in lines]
        if unit.kinks == (Fraction(0),):
            return _kink((slopes[1] + slopes[0]) / 2, (slopes[1] - slopes[0]) / 2)
        return _broken_line(slopes, unit.kinks)
    return _scaled(unit.pieces[0].value) if len(unit.pieces) == 1 else None


def hermite_squares(p: Polynomial) -> list[Fraction]:
    """a_k^2 of a polynomial: x^j is the sum over m of j!/(2^m m! (j - 2m)!) He_(j-2m), and E He_k^2 = k!.

    >>> hermite_squares((Fraction(0), Fraction(0), Fraction(0), Fraction(1)))
    [Fraction(0, 1), Fraction(9, 1), Fraction(0, 1), Fraction(6, 1)]
    """
    coefficients = [Fraction(0)] * len(p)
    for j, c in enumerate(p):
        for m in range(j // 2 + 1):
            coefficients[j - 2 * m] += c * Fraction(factorial(j), 2**m * factorial(m) * factorial(j - 2 * m))
    return [a * a * factorial(k) for k, a in enumerate(coefficients)]


def of_polynomial(p: Polynomial, start: int) -> Curves:
    """The sum of a_k^2 q^k from k = ``start`` on, exactly, and its derivatives."""
    squares = [Fraction(0)] * start + hermite_squares(p)[start:]
    exact = fmpq_poly([fmpq(a.numerator, a.denominator) for a in squares])
    first = exact.derivative()
    second = first.derivative()
    return lambda q: arb_poly(exact)(q), lambda q: arb_poly(first)(q), lambda q: arb_poly(second)(q)


def _kink(odd: Fraction, even: Fraction) -> Curves:
    """g = odd x + even |x|: x and |x| are uncorrelated at every q."""
    a, b = odd**2, 2 * even**2

    def root(q: arb) -> arb:
        return ((1 - q) * (1 + q)).sqrt()

    return (  # sqrt(1 - q^2) - 1 = -q^2/(1 + sqrt(1 - q^2))
        lambda q: rational(a) * q + rational(b) / arb.pi() * (q * q.asin() - q * q / (1 + root(q))),
        lambda q: rational(a) + rational(b) / arb.pi() * q.asin(),
        lambda q: rational(b) / (arb.pi() * root(q)),
    )


def _broken_line(slopes: list[Fraction], kinks: tuple[Fraction, ...]) -> Curves:
    """g' jumps by c_i at h_i: Delta'' = sum of c_i c_j times the bivariate density at (h_i, h_j), by Plackett.

    So Delta' and Delta are a_1^2, a_1 = E g', and the sums of c_i c_j times what F_0(q) = P(u > h_i, v > h_j) and
    F_1(q) = E (u - h_i)_+ (v - h_j)_+ exceed their values at 0 and tangents there, as F_1' = F_0.
    """
    jumps = [(h, after - before) for h, (before, after) in zip(kinks, pairwise(slopes), strict=True)]
    pairs = [
        (h, k, c * d * (1 if i == j else 2))
        for i, (h, c) in enumerate(jumps)
        for j, (k, d) in enumerate(jumps[: i + 1])
    ]

    def mean_slope() -> arb:
        return sum((rational(c) * tail(h) for h, c in jumps), rational(slopes[0]))

    def value(q: arb) -> arb:
        rho, total = _exact(q), mean_slope() ** 2 * q
        for h, k, c in pairs:
            tangent = moment(1, h) * moment(1, k) + tail(h) * tail(k) * q
            total += rational(c) * (correlation(1, h, k, rho) - tangent)
        return total

    def slope(q: arb) -> arb:
        rho, total = _exact(q), mean_slope() ** 2
        for h, k, c in pairs:
            total += rational(c) * (orthant(h, k, rho) - tail(h) * tail(k))
        return total

    def bend(q: arb) -> arb:
        variance, total = (1 - q) * (1 + q), arb(0)
        for h, k, c in pairs:
            exponent = (rational((h - k) ** 2) + 2 * rational(h * k) * (1 - q)) / (2 * variance)
            total += rational(c) * (-exponent).exp()
        return total / (2 * arb.pi() * variance.sqrt())

    return value, slope, bend


def _exact(q: arb) -> Fraction:
    x = q.fmpq()  # q is exact
    return Fraction(int(x.p), int(x.q))


def _scaled(node: Node) -> Curves | None:
    factor = Fraction(1)
    while node.head in ("+", "*"):  # a constant changes nothing, a factor A multiplies by A^2
        numbers = [part for part in node.parts if part.head == "number"]
        if not numbers:
            return None
        factor *= numbers[0].number if node.head == "*" else 1
        (node,) = (part for part in node.parts if part.head != "number")
    p = polynomial(node.parts[0]) if node.parts else None
    if p is None or any(p[:1]):
        return None
    curves = None
    if len(p) == 2 and node.head in _OF_LINE:
        curves = _OF_LINE[node.head](p[1])
    elif len(p) == 3 and p[1] == 0 and node.head == "exp":
        curves = _gaussian(-2 * p[2])
    return curves and _times(factor**2, curves)


def _times(factor: Fraction, curves: Curves) -> Curves:
    def scaled(f: Curve) -> Curve:
        return lambda q: rational(factor) * f(q)

    return curves if factor == 1 else (scaled(curves[0]), scaled(curves[1]), scaled(curves[2]))


def _erf(c: Fraction) -> Curves:
    s = 2 * c * c / (1 + 2 * c * c)

    def square(q: arb) -> arb:
        return 1 - (rational(s) * q) ** 2

    return (
        lambda q: 2 * (rational(s) * q).asin() / arb.pi(),
        lambda q: 2 * rational(s) / (arb.pi() * square(q).sqrt()),
        lambda q: 2 * rational(s**3) * q / (arb.pi() * square(q) * square(q).sqrt()),
    )


def _sin(c: Fraction) -> Curves:
    t = c * c
    return (
        lambda q: (-rational(t)).exp() * (rational(t) * q).sinh(),
        lambda q: (-rational(t)).exp() * rational(t) * (rational(t) * q).cosh(),
        lambda q: (-rational(t)).exp() * rational(t**2) * (rational(t) * q).sinh(),
    )


def _cos(c: Fraction) -> Curves:
    t = c * c
    return (
        lambda q: 2 * (-rational(t)).exp() * (rational(t / 2) * q).sinh() ** 2,
        lambda q: (-rational(t)).exp() * rational(t) * (rational(t) * q).sinh(),
        lambda q: (-rational(t)).exp() * rational(t**2) * (rational(t) * q).cosh(),
    )


def _exp(c: Fraction) -> Curves:
    t = c * c
    return (
        lambda q: rational(t).exp() * (rational(t) * q).expm1(),
        lambda q: rational(t) * (rational(t) * (1 + q)).exp(),
        lambda q: rational(t**2) * (rational(t) * (1 + q)).exp(),
    )


_OF_LINE: dict[str, Callable[[Fraction], Curves]] = {"erf": _erf, "sin": _sin, "cos": _cos, "exp": _exp}


def _gaussian(t: Fraction) -> Curves:
    """e^(-t x^2/2), t > -1/2: Delta = ((1 + t)^2 - t^2 q^2)^(-1/2)."""
    p, u = 1 + t, t * t

    def root(q: arb) -> arb:
        return (rational(p) ** 2 - rational(u) * q * q).sqrt()

    return (
        lambda q: rational(u) * q * q / (rational(p) * root(q) * (rational(p) + root(q))),
        lambda q: rational(u) * q / root(q) ** 3,
        lambda q: rational(u) / root(q) ** 3 + 3 * rational(u) ** 2 * q * q / root(q) ** 5,
    )
