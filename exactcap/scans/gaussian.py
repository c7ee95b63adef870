"""Gaussian tails, moments and correlations of two units in mpmath, at the working precision.

A second route, independent of the ball arithmetic in which certificates are found and of the checker's intervals: the
moments by recurrence from erfc with guard digits, correlations at equal norms by formula (1) of SPEC-GAUSSIAN.md, G1,
and all others by conditioning on one variable. Results have about ``SPARE`` digits less than the
working precision; every integrand is divided by its size before it is summed.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import mpmath
from mpmath import mpf
from mpmath.libmp.libelefun import exp_fixed, ln2_fixed

from exactcap.scans.quadrature import Real, fixed_rule, integral, reach


def density(x: Real) -> Real:
    """g(x), the standard normal density."""
    return mpmath.exp(-x * x / 2) * _constants(mpmath.mp.prec)[1]


def tail(x: Real) -> Real:
    """Q(x), the standard normal upper tail.

    >>> print(mpmath.nstr(tail(mpf(3)), 10))
    0.001349898032
    """
    return mpmath.erfc(x * _constants(mpmath.mp.prec)[0]) / 2


@cache
def _constants(bits: int) -> tuple[Real, Real]:
    """1/sqrt(2) and 1/sqrt(2 pi) at this precision."""
    with mpmath.workprec(bits):
        return 1 / mpmath.sqrt(2), 1 / mpmath.sqrt(2 * mpmath.pi)


def mills(x: Real) -> Real:
    """R(x) = Q(x)/g(x), the Mills ratio; relative accuracy for every real x."""
    return tail(x) / density(x)


def moment(n: int, b: Real) -> Real:
    """M_n(b) = E (gamma - b)_+^n for n >= 0, by M_n = (n-1) M_(n-2) - b M_(n-1) from M_0 = Q and M_(-1) = g.

    For large b the recurrence loses 2n log10 b digits, which are added first; the spare ones are enough for b < 3.

    >>> print(mpmath.nstr(moment(2, mpf(3)), 10))
    0.0002034350805
    """
    if n == 0:
        return tail(b)
    if b < 3:
        return _recurrence(n, b)
    with mpmath.extradps(3 + int(2 * n * mpmath.log10(b))):
        value = _recurrence(n, b)
    return +value


def _recurrence(n: int, b: Real) -> Real:
    before, value = density(b), tail(b)
    for k in range(1, n + 1):
        before, value = value, (k - 1) * before - b * value if k > 1 else before - b * value
    return value


def laplace_moment(n: int, b: Real) -> Real:
    """H_n(b) = M_n(b)/g(b), the integral over t > 0 of t^n e^(-bt - t^2/2)."""
    return moment(n, b) / density(b)


def threshold_slope(delta: Real) -> Real:
    """c = sqrt((1 - rho)/(1 + rho)) = delta/sqrt(4 - delta^2) for unit vectors at distance delta < 2."""
    return delta / mpmath.sqrt((2 - delta) * (2 + delta))


def correlation(k: int, b: Real, delta: Real) -> Real:
    """F_k(b) = E (X - b)_+^k (Y - b)_+^k, k = 0 or 1, for the inner products X, Y with unit vectors at distance delta.

    >>> with mpmath.workdps(27):
    ...     print(mpmath.nstr(correlation(1, mpf(3), mpf(1)), 15), mpmath.nstr(correlation(0, mpf(1), mpf(1)), 15))
    1.25565644638568e-5 0.0625140947096638
    """
    if delta == 0:
        return moment(2 * k, b)
    if b > 0:
        return mpf(0) if delta == 2 else _integrated(k, b, threshold_slope(delta))
    if b == 0:
        half = mpmath.atan2(mpmath.sqrt((2 - delta) * (2 + delta)), delta)  # (pi - the vectors' angle)/2
        return (
            half / mpmath.pi if k == 0 else (mpmath.sin(2 * half) - 2 * half * mpmath.cos(2 * half)) / (2 * mpmath.pi)
        )
    both = 1 - 2 * tail(-b) + correlation(0, -b, delta)  # P(X > b, Y > b) by inclusion and exclusion
    if k == 0:
        return both
    if delta == 2:
        return (b * b - 1) * both - 2 * b * density(b)
    rho, c = 1 - delta * delta / 2, threshold_slope(delta)
    sigma = delta * mpmath.sqrt((2 - delta) * (2 + delta)) / 2
    last = sigma / (2 * mpmath.pi) * mpmath.exp(-b * b / (1 + rho))
    return (rho + b * b) * both - 2 * b * density(b) * tail(b * c) + last


def _integrated(k: int, b: Real, c: Real) -> Real:
    """Formula (1) for b, c > 0, with w = c + u; the poles are at w = +-i, so panels grow with their distance.

    With s = b^2 (w^2 - c^2)/2, q = b^2 (1 + c^2)/2 and r = q/(q + s) the integrand is e^(-s) r (s r)^k, up to a factor.
    It is summed in fixed point, several times faster than in floating point: all numbers but q are of the size of 1,
    s = S v (1 - a (1 - v)) in v = u/end. For small b the integral is only about b^(2k + 1), hence the further bits.
    """
    squared, half = 1 + c * c, b * b / 2
    limit = reach() / half
    end = limit / (c + mpmath.sqrt(c * c + limit))  # b^2 (w^2 - c^2)/2 = reach()
    ends = [mpf(0)]
    while ends[-1] < end:
        ends.append(min(end, ends[-1] + 4 * mpmath.sqrt(1 + (c + ends[-1]) ** 2)))
    bits = mpmath.mp.prec + 32 + 32 * max(0, -(mpmath.mag(b) // 8))
    one, ln2 = 1 << bits, ln2_fixed(bits)
    lowest, highest, bend = (_fixed(x, bits) for x in (half * squared, reach(), end / (end + 2 * c)))
    total = 0
    for low, high in pairwise(ends):
        first, width = _fixed(low / end, bits), _fixed((high - low) / end, bits)
        panel = 0
        for node, weight in fixed_rule(mpmath.mp.dps, bits):
            v = first + (node * width >> bits)
            s = (highest * v >> bits) * (one - (bend * (one - v) >> bits)) >> bits
            r = (lowest << bits) // (lowest + s)
            value = exp_fixed(-s, bits, ln2) * r >> bits
            panel += weight * (value * (s * r >> bits) >> bits if k else value)
        total += (panel >> bits) * width
    scale = mpmath.exp(-half * squared) / (mpmath.pi * squared)
    return (2 / (half * squared * squared) if k else 1) * scale * end * mpmath.ldexp(mpf(total), -2 * bits)


def _fixed(x: Real, bits: int) -> int:
    return int(mpmath.ldexp(x, bits))


def pair_moment(k: int, h: Real, j: Real, rho: Real) -> Real:
    """E (X - h)_+^k (Y - j)_+^k, k = 0, 1, 2, for normal X, Y with correlation rho, |rho| <= 9/10, by conditioning.

    Given X = x, Y has mean rho x and variance sigma^2, so the inner mean is sigma^k M_k((j - rho x)/sigma). X is the
    variable with the larger threshold: then the integrand decays from x = h on at least like e^(-a t - t^2/2), t = x-h.

    >>> with mpmath.workdps(27):
    ...     print(mpmath.nstr(pair_moment(0, mpf("1.2"), mpf("0.7"), mpf("-0.3")), 14))
    0.012075100299465
    """
    if h < j:
        h, j = j, h
    sigma, limit = mpmath.sqrt((1 - rho) * (1 + rho)), reach()
    if h > 0:
        rate = h if rho * h >= j else (h - rho * j) / (sigma * sigma)
        end = 2 * limit / (rate + mpmath.sqrt(rate * rate + 2 * limit))
    else:
        end = mpmath.sqrt(2 * limit) - h
    panels = 1 + int(end / 5)
    slope, top = rho / sigma, (j - rho * h) / sigma

    def integrand(t: Real) -> Real:
        value = mpmath.exp(-(h + t / 2) * t) * moment(k, top - slope * t)
        return value * t**k if k else value

    return density(h) * sigma**k * integral(integrand, [end * panel / panels for panel in range(panels + 1)])


def corner_moment(k: int, b: Real, variance: Real, covariance: Real) -> Real:
    """E (X - b)_+^k (Y - b)_+^k for normal X, Y with this common variance and |covariance| < variance."""
    norm = mpmath.sqrt(variance)
    return variance**k * correlation(k, b / norm, mpmath.sqrt(2 * (1 - covariance / variance)))
