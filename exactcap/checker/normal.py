"""The normal density g, its tail Q, the Mills ratio R = Q/g, and M_n = E (gamma - x)_+^n, in intervals.

R, Q, M_n and H_n = M_n/g decrease on the whole line, so an interval goes to the values at its two ends: the result is
the exact range but for rounding, however wide the argument is. At a point the relative error is a few times 2^-bits.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from .elementary import ceiling, exp, fixed, pi
from .intervals import Interval, order


def _decreasing(at_point: Callable[[Interval], Interval], x: Interval) -> Interval:
    high = at_point(x.high())
    return high if x.is_point() else high.hull(at_point(x.low()))


def _half_square(x: Interval) -> Interval:
    """x^2/2 of a point, exactly."""
    m, e = x.lo
    return Interval.point(m * m, 2 * e - 1, x.bits)


def density(x: Interval) -> Interval:
    """g(x) = e^(-x^2/2) / sqrt(2 pi): it decreases in |x|.

    >>> density(Interval.exact(3, 64)).certainly_below(density(Interval.exact(0, 64)))
    True
    """
    root = pi(x.bits).scaled(1).sqrt()
    values = [exp(-_half_square(end), x.bits) / root for end in (x.low(), x.high())]
    if not (x.is_positive() or x.is_negative()):
        values.append(1 / root)
    return values[0].hull(values[-1]).hull(values[1])


def mills(x: Interval) -> Interval:
    """R(x) = Q(x)/g(x). Raises Undefined for x so far below 0 that its binary exponent has no room.

    >>> mills(Interval.exact(10**100, 64)).accuracy() > 55
    True
    """
    return _decreasing(_mills_at, x)


def _mills_at(x: Interval) -> Interval:
    bits = x.bits
    if x.is_negative():  # Q(x) = 1 - Q(-x); the difference is more than half of what is subtracted from
        b = bits + 8
        return (pi(b).scaled(1).sqrt() * exp(_half_square(x), b) - _mills_at(Interval.point(-x.lo[0], x.lo[1], b))).at(
            bits
        )
    m, e = x.lo
    if order((5 * m * m, 2 * e), (7 * (bits + 16), 0)) >= 0:  # x^2 >= 1.4 (bits + 16)
        return _asymptotic(x)
    return _by_power_series(x)


def _asymptotic(x: Interval) -> Interval:
    """x R(x) = 1 - u + 3 u^2 - 15 u^3 + ..., u = x^-2: it lies between any two consecutive partial sums.

    Proof: x R(x) is the integral of e^(-t) e^(-u t^2/2) over t > 0, and the partial sums of e^(-y), y >= 0, alternate.
    For x^2 >= 1.4 (bits + 16) the least term, near sqrt(2) e^(-x^2/2), is below 2^-(bits + 12).
    """
    bits = x.bits
    w = bits + 3 * bits.bit_length() + 16
    u_high = 1 / x.at(w).square()
    u = fixed(u_high.hi, w) + 1  # u <= 1, rounded up to units of 2^-w
    total, term, j = 0, 1 << w, 0
    while term >> w - bits - 4 and (2 * j + 1) * u <= 1 << w:
        total += -term if j % 2 else term
        term = term * (2 * j + 1) * u >> w
        j += 1
    # While the terms T_j do not increase they are at most 1, and the error d_j of T_j, in units, is at most
    # d_(j-1) + 2 (2j - 1) + 1 (u is in error by less than 2 units), so at most 2 j^2 + j, in all below (j + 1)^3.
    error = (j + 1) ** 3
    low, high = sorted((total, total - term if j % 2 else total + term))
    return (Interval((low - error, -w), (high + error, -w), w) / x).at(bits)


def _by_power_series(x: Interval) -> Interval:
    """R(x) = e^(x^2/2) sqrt(pi/2) - S(x), S(x) = the sum of T_j = x^(2j+1)/(1 3 ... (2j+1)), x >= 0.

    Proof: S' = 1 + x S and S(0) = 0, so S(x) is e^(x^2/2) times the integral of e^(-t^2/2) from 0 to x.
    """
    (m, e), bits = x.lo, x.bits
    half = _half_square(x)
    growth = ceiling(half * 3) // 2 + 1  # e^(x^2/2) <= 2^growth, as log2(e) < 3/2
    w = bits + growth + 2 * (bits + growth).bit_length() + 16  # R(x) >= 1/(x + 1) and x^2 <= 1.4 (bits + 16) + 1
    v = max(0, min(-2 * e, w + growth + bits.bit_length() + 8))
    square = fixed((m * m, 2 * e), v)  # rounded down
    total = term = fixed((m, e), w)
    j = 0
    while term:
        j += 1
        term = term * square // (2 * j + 1) >> v
        total += term
    # Every rounding is down, so total <= S 2^w. What is missing: T_j = T_(j-1) x^2/(2j+1), so one unit that T_i lacks
    # makes the sum lack at most the sum over n of x^(2n)/(1 3 ... (2n+1)) <= e^(x^2/2) units, as the ratios decrease.
    # A step adds less than 1 unit for its rounding and less than T_(j-1) 2^(w-v) <= 1 for that of x^2, where it was
    # rounded (T_j <= x e^(x^2/2), x < 2^(length of bits + 8)). From the first term that is 0 on nothing more is added.
    missing = 3 * (j + 1) << growth
    b = w + growth
    full = exp(half, w) * pi(w).scaled(-1).sqrt()
    return (full - Interval((total, -w), (total + missing, -w), b)).at(bits)


def tail(x: Interval) -> Interval:
    """Q(x) = P(gamma > x).

    >>> (tail(Interval.exact(0, 64)) * 2).contains(1), tail(Interval.exact(10**15, 64)).accuracy() > 55
    (True, True)
    """
    if not x.is_point():  # Q(x.lo) is at most Q(x.hi) and the width times the largest density: one evaluation for two
        least = _tail_at(x.high())
        growth = (x.high() - x.low()) * (density(x.low()) if x.is_positive() else Fraction(1, 2))
        if growth.certainly_at_most(least.scaled(-x.bits // 2)):
            return least.hull(least + growth)
    return _decreasing(_tail_at, x)


def _tail_at(x: Interval) -> Interval:
    if x.is_negative():
        return (1 - _tail_at(-x)).at(x.bits)
    return density(x) * _mills_at(x)


def absolute_tail(x: Interval, bits: int) -> Interval:
    """Q(x) for a point x >= 0 with an absolute error near 2^-bits: Q(x) <= e^(-x^2/2) <= 2^(-0.72 x^2)."""
    m, e = x.lo
    return tail(Interval.point(m, e, max(16, bits - fixed((18 * m * m, 2 * e), 0) // 25 + 8)))


def scaled_moment(n: int, x: Interval) -> Interval:
    """H_n(x) = M_n(x)/g(x), n = 0, 1, 2: R, 1 - x R and (1 + x^2) R - x."""
    return _decreasing(lambda point: _scaled_moment_at(n, point), x)


def _scaled_moment_at(n: int, x: Interval) -> Interval:
    assert n in (0, 1, 2)
    # H_n is near n!/x^(n+1) for large x, while what is subtracted is near x^(n-1): 2n log2 x bits cancel
    y = Interval.point(*x.lo, x.bits + 2 * n * max(0, x.magnitude()) + 8)
    ratio = _mills_at(y)
    if n == 0:
        return ratio.at(x.bits)
    return (1 - y * ratio if n == 1 else (1 + y.square()) * ratio - y).at(x.bits)


def moment(n: int, x: Interval) -> Interval:
    """M_n(x) = E (gamma - x)_+^n, n = 0, 1, 2, with M_0 = Q.

    >>> (moment(2, Interval.exact(0, 64)) * 2).contains(1)
    True
    """
    return tail(x) if n == 0 else _decreasing(lambda point: density(point) * _scaled_moment_at(n, point), x)
