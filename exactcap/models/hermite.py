r"""Gaussian averages of a unit g: a_k = E g He_k/sqrt(k!), E g^2 and E g'^2, as balls.

h_k = He_k/sqrt(k!) are orthonormal under the normal law. Where every piece of g is a polynomial, integration by parts
gives closed forms. Otherwise [-R, R] is cut into panels inside the pieces, with Gauss's rule of N nodes on each.

Error of a panel. If f is analytic and |f| <= M inside the ellipse with foci -1, 1 and semi-axes (s + 1/s)/2,
(s - 1/s)/2, its Chebyshev coefficients are at most 2 M s^-k (Trefethen, Approximation Theory and Approximation
Practice, Theorem 8.1). The rule is exact up to degree 2N - 1 and its weights are positive with sum 2, so its error is
at most 4 (sum over k >= 2N of 2 M s^-k) = 8 M s^(-2N)/(1 - 1/s). Here s = 4. The tree of g, evaluated at a rectangle
around the ellipse, gives a finite ball only if g is analytic there (`unit_trees.evaluate`), and then bounds |g|.

Hermite functions. By Mehler's formula at x + iy and x - iy, for 0 < r < 1,

    sum of r^k |h_k(x + iy)|^2 = (1 - r^2)^(-1/2) exp(r x^2/(1 + r) + r y^2/(1 - r)).

Tail. For real x and r = 1 - 1/n it gives |h_k(x)| <= 2 n^(1/4) e^(x^2/4) for k < n, n >= 2, so with the growth of g
each integrand is at most A (1 + x)^k e^(bx + cx^2) for |x| >= R, c < 0. As (1 + x)^k <= (1 + R)^k e^(k (x-R)/(1+R))
and x^2 >= R^2 + 2R (x - R), its integral over x > R is at most A (1 + R)^k e^(bR + cR^2)/(-2cR - b - k/(1 + R)).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import isqrt

from flint import acb, arb, ctx

from exactcap.arithmetic.balls import precision, rational
from exactcap.errors import InputError
from exactcap.models.gaussian import density, tail
from exactcap.models.unit_bounds import Growth
from exactcap.models.unit_trees import Polynomial, at, derivative_of, evaluate, product
from exactcap.models.units import Piece, Unit

MAX_RANGE = 400
MAX_PANELS = 4000
MAX_WORK = 4 * 10**6  # of one call: some seven seconds; a command makes at most three that are so long
_SPREAD = 4  # s
_WIDTH = 4  # of the panels at first

End = Fraction | None


@dataclass(frozen=True)
class Averages:
    """a_0, a_1, ... as far as asked for, E g^2 and E g'^2."""

    coefficients: tuple[arb, ...]
    square: arb
    slope_square: arb

    @property
    def variance(self) -> arb:
        """Var g."""
        return self.square - self.coefficients[0] ** 2


@lru_cache(maxsize=32)
def averages(unit: Unit, count: int, bits: int) -> Averages:
    """The averages with a_0, ..., a_(count - 1), count >= 2, with absolute errors near 2^-bits.

    Raises InputError where the quadrature needs too many panels.

    >>> from exactcap.models.units import parse_unit
    >>> relu = averages(parse_unit("relu"), 3, 64)
    >>> relu.square.str(5), relu.coefficients[1].str(5), averages(parse_unit("tanh"), 3, 64).slope_square.str(12)
    ('0.50000', '0.50000', '[0.464402902448 +/- 2.69e-13]')
    """
    if all(piece.polynomial is not None for piece in unit.pieces):
        return _piecewise_polynomial(unit, count, bits)
    return _by_quadrature(unit, count, bits)


def _piecewise_polynomial(unit: Unit, count: int, bits: int) -> Averages:
    """With (h_(k-1) g)' = -sqrt(k) h_k g, g the density: parts until the polynomial or the order is used up."""
    with precision(bits + 3 * count // 4 + 32):
        coefficients, square, slope_square = [arb(0)] * count, arb(0), arb(0)
        for piece in unit.pieces:
            p = piece.polynomial or ()
            ends = _End.of(piece.high, count), _End.of(piece.low, count)
            for k in range(count):
                coefficients[k] += _integral(p, k, ends)
            square += _integral(product(p, p), 0, ends)
            slope = derivative_of(p)
            slope_square += _integral(product(slope, slope), 0, ends)
        return Averages(tuple(_of_parity(coefficients, unit)), square, slope_square)


@dataclass(frozen=True)
class _End:
    """An end x of a piece: h_k(x) times the density for k < count, and P(gamma < x); at infinity no point."""

    point: End
    hermite: tuple[arb, ...]
    below: arb

    @classmethod
    def of(cls, x: End, count: int) -> _End:
        if x is None:
            return cls(None, (), arb(0))
        return cls(x, tuple(h * density(x) for h in hermite_functions(rational(x), count)), tail(-x))


def _integral(p: Polynomial, k: int, ends: tuple[_End, _End]) -> arb:
    """The integral of p h_k times the density over a piece with these ends, the upper one first."""
    total, scale = arb(0), arb(1)
    while p and k:
        for sign, end in zip((-1, 1), ends, strict=True):
            if end.point is not None:
                total += sign * scale * rational(at(p, end.point)) * end.hermite[k - 1] / arb(k).sqrt()
        p, scale, k = derivative_of(p), scale / arb(k).sqrt(), k - 1
    # x^n = (n - 1) x^(n-2) + boundary, by parts as well
    high, low = ends
    moments = [(high.below if high.point is not None else arb(1)) - low.below]
    for n in range(1, len(p)):
        value = (n - 1) * moments[n - 2] if n > 1 else arb(0)
        for sign, end in zip((-1, 1), ends, strict=True):
            if end.point is not None:
                value += sign * rational(end.point ** (n - 1)) * end.hermite[0]
        moments.append(value)
    return total + scale * sum((rational(c) * m for c, m in zip(p, moments, strict=False)), arb(0))


def hermite_functions(x: arb, count: int) -> list[arb]:
    """h_0(x), ..., h_(count-1)(x) by h_(k+1) = (x h_k - sqrt(k) h_(k-1))/sqrt(k + 1)."""
    values = [arb(1), x]
    for k, (root, inverse) in enumerate(_roots(count, ctx.prec), 1):
        values.append((x * values[k] - root * values[k - 1]) * inverse)
    return values[:count]


@lru_cache(maxsize=8)
def _roots(count: int, bits: int) -> list[tuple[arb, arb]]:
    with precision(bits):
        return [(arb(k).sqrt(), arb(k + 1).rsqrt()) for k in range(1, count - 1)]


def _of_parity(coefficients: list[arb], unit: Unit) -> list[arb]:
    odd = unit.is_odd_but_for_a_constant
    return [
        arb(0) if unit.parity == 1 - k % 2 or (odd and k > 0 and k % 2 == 0) else a for k, a in enumerate(coefficients)
    ]


def _by_quadrature(unit: Unit, count: int, bits: int) -> Averages:
    reach = _reach(unit, count, bits)
    with precision(64):
        left_out = _left_out(unit, count, reach)
    order = bits // 4 + 20 + isqrt(count)  # each node halves the error four times
    with precision(bits + 3 * count // 4 + 32):
        coefficients, square, slope_square = [arb(0)] * count, arb(0), arb(0)
        error = left_out
        wanted = range(unit.parity or 0, count, 1 if unit.parity is None else 2)
        low, twice = (-reach, 1) if unit.parity is None else (0, 2)  # by symmetry the right half is enough
        panels = list(_panels(unit, low, reach, count, order, bits))
        work = order * sum(panel[0].value.size + panel[0].slope.size + count for panel in panels)
        if work * (1000 + ctx.prec) > 1000 * MAX_WORK:  # an operation of 1000 bits takes about twice one of few
            raise _too_steep(unit)
        nodes = _nodes(order, ctx.prec)
        for piece, middle, half, panel_error in panels:
            error += twice * panel_error
            for node, weight in nodes:
                x = rational(middle) + rational(half) * node
                w = twice * rational(half) * weight * density(x)
                g, slope = evaluate(piece.value, x), evaluate(piece.slope, x)
                square += w * g * g
                slope_square += w * slope * slope
                g *= w
                values = hermite_functions(x, count)
                for k in wanted:
                    coefficients[k] += g * values[k]
        slack = error.upper() * arb(0, 1)
        return Averages(
            tuple(_of_parity([a + slack for a in coefficients], unit)), square + slack, slope_square + slack
        )


@lru_cache(maxsize=8)
def _nodes(order: int, bits: int) -> list[tuple[arb, arb]]:
    with precision(bits):
        return [arb.legendre_p_root(order, k, weight=True) for k in range(order)]


def _reach(unit: Unit, count: int, bits: int) -> int:
    """An R beyond which the integrands are negligible."""
    with precision(64):
        for reach in range(2, MAX_RANGE + 1):
            if _left_out(unit, count, reach) <= arb(2) ** -bits:
                return reach
    raise InputError(f"activation: {unit.text[:60]!r} grows too fast for the quadrature; choose smaller numbers")


def _left_out(unit: Unit, count: int, reach: int) -> arb:
    """A bound of the integrals of |g h_k|, g^2 and g'^2 times the density over |x| > R."""
    normal, quarter = 1 / (2 * arb.pi()).sqrt(), Fraction(1, 4)
    total = arb(0)
    for piece in unit.pieces:
        total += 2 * arb(max(count, 2)).root(4) * normal * _tails(piece.growth, -quarter, reach)
        for bound in (piece.growth, piece.slope_growth):
            total += normal * _tails(bound * bound, -2 * quarter, reach)
    return total


def _tails(growth: Growth, curvature: Fraction, reach: int) -> arb:
    """The integral of A (1 + |x|)^k e^(b|x| + (c + curvature) x^2) over |x| > R; infinite where R is too small."""
    c, R = growth.c + curvature, reach
    rate = -2 * c * R - growth.b - Fraction(growth.k, 1 + R)
    if rate <= 0:
        return arb.pos_inf()
    exponent = rational(growth.b * R + c * R * R).exp()
    return 2 * rational(growth.A) * arb(1 + R) ** growth.k * exponent / rational(rate)


def _panels(
    unit: Unit, low: int, reach: int, count: int, order: int, bits: int
) -> Iterator[tuple[Piece, Fraction, Fraction, arb]]:
    """Panels as (piece, midpoint, half width, error), halved until the error is negligible."""
    seen = 0
    for piece in unit.pieces:
        left = max(Fraction(low), Fraction(-reach) if piece.low is None else piece.low)
        right = min(Fraction(reach), Fraction(reach) if piece.high is None else piece.high)
        if left >= right:
            continue
        number = -(-(right - left) // _WIDTH)
        half = (right - left) / (2 * number)
        stack = [(left + (2 * i + 1) * half, half) for i in range(int(number))]
        while stack:
            seen += 1
            if seen > MAX_PANELS or seen * (piece.value.size + piece.slope.size) > MAX_WORK // 2:
                raise _too_steep(unit)
            middle, half = stack.pop()
            with precision(64):
                error = _panel_error(piece, rational(middle), rational(half), count, order)
                small = error <= arb(2) ** -bits * rational(half)
            if small:  # False for a ball that is not finite
                yield piece, middle, half, error
            else:
                stack += [(middle - half / 2, half / 2), (middle + half / 2, half / 2)]


def _too_steep(unit: Unit) -> InputError:
    return InputError(
        f"activation: {unit.text[:60]!r} is too steep or too long for so many digits of its averages; choose smaller "
        "numbers, fewer digits, or write it in another way"
    )


def _panel_error(piece: Piece, middle: arb, half: arb, count: int, order: int) -> arb:
    s, unit_ball = arb(_SPREAD), arb(0, 1)
    a, b = half * (s + 1 / s) / 2, half * (s - 1 / s) / 2
    box = acb(middle + a * unit_ball, b * unit_ball)
    g, slope = evaluate(piece.value, box), evaluate(piece.slope, box)
    if not (g.is_finite() and slope.is_finite()):
        return arb.pos_inf()
    g, slope = g.abs_upper(), slope.abs_upper()
    near, far = (abs(middle) - a).nonnegative_part(), abs(middle) + a
    r = 1 - (b / arb(count).sqrt()).min(arb(1) / 2)
    hermite = r ** (-arb(count) / 2) / (1 - r * r).root(4)
    hermite *= (r * far**2 / (2 * (1 + r)) + r * b**2 / (2 * (1 - r))).exp()
    weight = ((b * b - near * near) / 2).exp() / (2 * arb.pi()).sqrt()
    bound = weight * (g * hermite).max(g * g).max(slope * slope)
    error: arb = half * 8 * bound * s ** (-2 * order) / (1 - 1 / s)
    return error.upper()
