"""The Gaussian quantities of SPEC-GAUSSIAN.md, G0 and G1, as balls at the current precision.

g is the standard normal density, Q its upper tail, R = Q/g the Mills ratio, gamma a standard normal variable,
M_n(x) = E (gamma - x)_+^n = g(x) H_n(x). Sources: G1 for the closed forms (Owen 1956, Plackett 1954), and Abramowitz &
Stegun, 7.1.13 and 19.5, for the functions of one variable. Arguments may be exact, and should be where they are known
exactly: what an exact argument decides (a sign, an equality) a ball may not.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial
from typing import Any

from flint import arb, ctx

from exactcap.arithmetic.balls import Real, ball, precision
from exactcap.models.owen import far_series, owen_series, ray

_NEAR = 64  # up to here erfc is faster than Tricomi's U, and e^(x^2/2) loses no more than 12 bits


def density(x: Real) -> arb:
    """g(x) = e^(-x^2/2)/sqrt(2 pi).

    >>> from exactcap.arithmetic.balls import rounded
    >>> rounded(density(0), 10)
    (3989422804, -10)
    """
    x = ball(x)
    return (-x * x / 2).exp() / (2 * arb.pi()).sqrt()


def mills(x: Real) -> arb:
    """R(x) = Q(x)/g(x), every real x.

    >>> from exactcap.arithmetic.balls import rounded
    >>> rounded(mills(3), 10), rounded(mills(10**100), 10)
    ((3045902987, -10), (1000000000, -109))
    """
    x = ball(x)
    if x > _NEAR:
        return _laplace(0, x)
    with precision(ctx.prec + 16):
        r = (arb.pi() / 2).sqrt() * (x * x / 2).exp() * (x / arb(2).sqrt()).erfc()
    return +r


def tail(x: Real) -> arb:
    """Q(x) = P(gamma > x), every real x.

    >>> from exactcap.arithmetic.balls import rounded
    >>> rounded(tail(1), 10), tail(0)
    ((1586552539, -10), 0.500000000000000)
    """
    x = ball(x)
    return density(x) * mills(x) if x > _NEAR else (x / arb(2).sqrt()).erfc() / 2


def moment(n: int, x: Real) -> arb:
    """M_n(x) = E (gamma - x)_+^n, n >= 0, every real x, without cancellation for large x.

    >>> from exactcap.arithmetic.balls import rounded
    >>> rounded(moment(1, 3), 10), rounded(moment(2, -3), 10)
    ((3821543170, -13), (9999796565, -9))
    """
    x = ball(x)
    return density(x) * _laplace(n, x) if x > 1 and n > 0 else _recurrence(n, x, density(x), tail(x))


def scaled_moment(n: int, x: Real) -> arb:
    """H_n(x) = M_n(x)/g(x), the integral over t > 0 of t^n e^(-xt - t^2/2).

    >>> from exactcap.arithmetic.balls import rounded
    >>> rounded(scaled_moment(2, 3) * density(3), 10)
    (2034350805, -13)
    """
    x = ball(x)
    return _laplace(n, x) if x > 1 and n > 0 else _recurrence(n, x, arb(1), mills(x))


def _laplace(n: int, x: arb) -> arb:
    """H_n(x) = n! 2^(-(n+1)/2) U((n+1)/2, 1/2, x^2/2) for x > 0: Tricomi's function is positive, nothing cancels."""
    a = arb(n + 1) / 2
    return factorial(n) * arb(2) ** -a * (x * x / 2).hypgeom_u(a, arb(1) / 2)


def _recurrence(n: int, x: arb, before: arb, first: arb) -> arb:
    """M_1 = g - x M_0 and M_n = (n-1) M_(n-2) - x M_(n-1), by parts, from g and M_0; all positive for x <= 0."""
    for j in range(1, n + 1):
        before, first = first, (j - 1) * before - x * first if j > 1 else before - x * first
    return first


def angular_tail(h: Real, a: Real) -> arb:
    """I(h, a), the integral over w > a of e^(-h^2 (1 + w^2)/2)/(1 + w^2), for h > 0 or h exactly 0, and real a.

    >>> from exactcap.arithmetic.balls import rounded
    >>> rounded(angular_tail(0, 1) * 4, 10), rounded(angular_tail(2, 0) / tail(2), 10)
    ((3141592654, -9), (3141592654, -9))
    """
    if h == 0:
        return arb.pi() / 2 - ball(a).atan()
    h, a = ball(h), ball(a)
    if a > 0:
        return (-h * h * (1 + a * a) / 2).exp() * ray(0, h, a)
    if a < 0:
        return 2 * arb.pi() * tail(h) - angular_tail(h, -a)
    # I(h, 0) = pi Q(h), and -e^(-h^2/2) <= dI/da <= 0
    return arb.pi() * tail(h) + (-h * h / 2).exp() * abs(a).upper() * arb(0, 1)


def orthant(h: Real, k: Real, rho: Real) -> arb:
    """P(X > h, Y > k) for standard normal X, Y with correlation rho, -1 <= rho <= 1 (the ends exact).

    >>> from exactcap.arithmetic.balls import rounded
    >>> rounded(orthant(0, 0, Fraction(1, 2)), 10)
    (3333333333, -10)
    >>> rounded(orthant(Fraction(6, 5), Fraction(7, 10), Fraction(-3, 10)), 10)
    (1207510030, -11)
    """
    x, y, r = _alike(h, k, rho)
    if r == 1:
        return tail(_larger(x, y))
    if r == -1:
        return arb(0) if _sign(x + y) >= 0 else tail(x) - tail(-y)
    sigma = _sigma(r)
    if x == 0 and y == 0:
        return arb(1) / 4 + (ball(r) / sigma).atan() / (2 * arb.pi())
    both = 1 if _sign(x) < 0 and _sign(y) < 0 else 0
    return both + (_half(x, y, r, sigma) + _half(y, x, r, sigma)) / (2 * arb.pi())


def _half(h: Any, k: Any, rho: Any, sigma: arb) -> arb:
    """J_h of G1: the part of the quadrant's angle on the side of h, with its sign."""
    if h == 0:
        return arb(0) if _sign(k) > 0 else arb.pi()
    a = ball(k - rho * h) / (sigma * ball(abs(h)))
    return angular_tail(h, a) if _sign(h) > 0 else -angular_tail(abs(h), a)


def correlation(power: int, h: Real, k: Real, rho: Real) -> arb:
    """E phi(X - h) phi(Y - k) for standard normal X, Y with correlation rho; phi = 1{u > 0} or max(u, 0) (power 0, 1).

    -1 <= rho <= 1, the ends exact. Equal positive thresholds go to `common_correlation`; otherwise the closed forms of
    G1 lose, for power 1, about 4 log2 of the thresholds in bits.

    >>> from exactcap.arithmetic.balls import rounded
    >>> rounded(correlation(1, 3, 3, Fraction(1, 2)), 10)
    (1255656446, -14)
    >>> rounded(correlation(1, Fraction(6, 5), Fraction(7, 10), Fraction(-3, 10)), 10)
    (2153721347, -12)
    """
    x, y, r = _alike(h, k, rho)
    if x == y and x > 0:
        return common_correlation(power, x, r)
    if power == 0:
        return orthant(x, y, r)
    if r == 1:
        high = _larger(x, y)
        return moment(2, high) + ball(high + high - x - y) * moment(1, high)
    if r == -1:
        return _opposite(x, y)
    sigma = _sigma(r)
    toward_k, toward_h = ball(y - r * x) / sigma, ball(x - r * y) / sigma
    exponent = ball(x * x - 2 * x * y * r + y * y) / (2 * sigma * sigma)
    return (
        ball(r + x * y) * orthant(x, y, r)
        - ball(y) * density(x) * tail(toward_k)
        - ball(x) * density(y) * tail(toward_h)
        + sigma * (-exponent).exp() / (2 * arb.pi())
    )


def _opposite(h: Any, k: Any) -> arb:
    """E (X - h)_+ (-X - k)_+: zero unless h < m = -k, and then (x - h)(m - x) on (h, m), in moments at h and m."""
    if _sign(h + k) >= 0:
        return arb(0)
    width = ball(-k - h)
    return width * (moment(1, h) + moment(1, -k)) - moment(2, h) + moment(2, -k)


def common_correlation(power: int, b: Real, rho: Real) -> arb:
    """F_k(b, rho) = E phi(X - b) phi(Y - b), k = ``power`` 0 or 1, for b > 0, to full relative accuracy.

    By the positive integral (1) of G1, in which nothing cancels; for exact b and rho by series, where b
    is not large or b^2 (1 - rho)/(1 + rho) is. Give rho exactly where it is near 1 or -1.

    >>> from exactcap.arithmetic.balls import rounded
    >>> rounded(common_correlation(0, 3, Fraction(1, 2)), 10)
    (8188966183, -14)
    """
    if rho == -1:
        return arb(0)
    if not isinstance(b, arb) and not isinstance(rho, arb):
        value = _by_series(power, b, rho)
        if value is not None:
            return value
        value = _far_out(power, b, rho)
        if value is not None:
            return value
    c = (ball(1 - rho) / ball(1 + rho)).sqrt()
    b, scale = ball(b), 1 + c * c
    return (1 if power == 0 else 2 / scale) / arb.pi() * (-b * b * scale / 2).exp() * ray(power, b, c)


def _by_series(power: int, b: Any, rho: Any) -> arb | None:
    """F_k(b, rho) of exact arguments by the closed form of G1, fast; None where it would lose more bits than there are.

    I(b, c) = pi Q(b) - atan(c) + S is about e^-E, E = b^2/(1 + rho), from a sum whose terms reach e^(b^2 c^2/2) <= e^E.
    Exact arguments allow as many more bits; it is 20 times faster than the integral.
    """
    bits, E = ctx.prec, Fraction(b * b) / (1 + rho)
    if bits < E:
        return None
    with precision(bits + 3 * int(E) + 4 * (int(1 / Fraction(1 + rho)) + int(b) + 1).bit_length() + 24):
        c = (ball(1 - rho) / ball(1 + rho)).sqrt()
        angle = arb.pi() * tail(b) - c.atan() + owen_series(ball(b) ** 2 / 2, c)
        value = angle / arb.pi()
        if power == 1:
            normal = _sigma(rho) * (-ball(E)).exp() / (2 * arb.pi())
            value = ball(rho + b * b) * value - 2 * ball(b) * density(b) * tail(ball(b) * c) + normal
    return +value if value.rel_accuracy_bits() >= bits else None


def _far_out(power: int, b: Any, rho: Any) -> arb | None:
    """F_k(b, rho) of exact arguments by the closed form of G1 where b^2 c^2 is large; None where it is not.

    The terms of the series fall to e^(-b^2 c^2/2) at least, and b^2 c^2 > 7 bits/5 > 2 bits log 2.
    """
    square = Fraction(b * b)
    A, B = square * (1 - rho) / (1 + rho), 2 * square / (1 + rho)
    bits = ctx.prec + 8 * (int(1 / Fraction(1 + rho)) + int(b) + 1).bit_length() + 24
    if 7 * bits > 5 * A:
        return None
    with precision(bits):
        c, bell = (ball(1 - rho) / ball(1 + rho)).sqrt(), ball(-B / 2).exp()
        value = bell / (arb.pi() * c * ball(B)) * far_series(ball(A), ball(B))
        if power == 1:
            normal = _sigma(rho) * bell / (2 * arb.pi())
            value = ball(rho + square) * value - 2 * ball(b) * density(b) * tail(ball(b) * c) + normal
    return +value if value.rel_accuracy_bits() >= ctx.prec else None


def _sigma(rho: Any) -> arb:
    """sqrt(1 - rho^2), of an exact rho without loss."""
    return ball((1 - rho) * (1 + rho)).sqrt()


def _alike(*numbers: Real) -> tuple[Any, ...]:
    """The numbers as they are if all are exact, else as balls: Python does not mix the two."""
    return tuple(ball(x) for x in numbers) if any(isinstance(x, arb) for x in numbers) else numbers


def _sign(x: Any) -> int:
    """The sign of a number; ValueError when a ball does not tell."""
    if x > 0:
        return 1
    if x < 0:
        return -1
    if x == 0:
        return 0
    raise ValueError("the sign of a threshold is not known at this precision; give it exactly, or more precisely")


def _larger(h: Any, k: Any) -> Any:
    return h.max(k) if isinstance(h, arb) else max(h, k)
