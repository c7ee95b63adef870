"""Means of functions of normal variables by the trapezoidal rule, with its error bounds (SPEC-CAPACITY.md, K2)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import count
from math import comb, isqrt

from .elementary import exp, pi
from .intervals import Interval
from .normal import tail

LEAST_RANGE = 10  # (2 + x)^4 <= e^x from here on
EVEN_MASS = Fraction(256)  # e^(y^2/2) E (2 + |gamma|)^4 for |y| <= 3/2 is at most that
ORDER_STRIP, ORDER_MASS, ORDER_GROWTH = Fraction(9, 20), Fraction(10), Fraction(27, 5)

Values = Callable[[Interval], tuple[Interval, ...]]


def trapezoidal_error(mass: Fraction, strip: Fraction, step: Fraction, bits: int) -> Interval:
    """2 M/(e^(2 pi a/h) - 1), M the `mass`, a the half-width of the strip, h the step: theorem `trapezoidal-rule`.

    >>> trapezoidal_error(Fraction(1), Fraction(1), Fraction(1, 4), 64).certainly_below(Interval.exact(1, 64))
    True
    """
    return 2 * mass / (exp(pi(bits).scaled(1) * (strip / step)) - 1)


def fitting_step(strip: Fraction, bits: int) -> Fraction:
    """A dyadic step with e^(2 pi a/h) >= 2^bits: h <= 9 a/bits, and 9 < 2 pi/log 2.

    >>> fitting_step(Fraction(1), 90)
    Fraction(819, 8192)
    """
    places = bits.bit_length() + 6
    return Fraction(9 * strip * 2**places // bits, 2**places)


def even_means(values: Values, strip: Fraction, bits: int) -> list[Interval]:
    """E p(gamma) for each function p of `values` with an absolute error near 2^-bits.

    Each p is even and analytic, with |p(x + iy)| <= (2 + |x|)^4 for |y| < strip <= 3/2.

    >>> even_means(lambda x: (x.square(),), Fraction(3, 2), 64)[0].contains(1)
    True
    """
    step = fitting_step(strip, bits + 12)
    reach = max(LEAST_RANGE, 2 + isqrt(7 * (bits + 4) // 5))  # e^(-(L - 1)^2/2) <= 2^-(bits + 4)
    return even_sums(values, strip, step, -(-reach // step), bits + 16)


def even_sums(values: Values, strip: Fraction, step: Fraction, terms: int, bits: int) -> list[Interval]:
    """The same with the sums over |k| <= terms at the step h: valid for every dyadic h and L = h terms >= 10.

    The error is at most that of the rule and 2 e^(-(L - 1)^2/2) for the terms that are left out.
    """
    reach = terms * step
    assert 0 < strip <= Fraction(3, 2)
    assert reach >= LEAST_RANGE
    sums = [value.scaled(-1) for value in values(Interval.exact(0, bits))]
    for k in range(1, terms + 1):
        x = Interval.exact(k * step, bits)
        weight = exp(-x.square().scaled(-1))
        sums = [total + value * weight for total, value in zip(sums, values(x), strict=True)]
    scale = step / (pi(bits).scaled(1).sqrt()).scaled(-1)  # both signs of k
    left_out = exp(Interval.exact(-((reach - 1) ** 2) / 2, bits)).scaled(1)
    error = trapezoidal_error(EVEN_MASS, strip, step, bits) + left_out
    return [total * scale + (-error).hull(error) for total in sums]


def order_integral(n: int, bits: int) -> Interval:
    """The integral over t > 0 of t^2 g(t) P(Bin(2n, Phi(t)) <= n), g the normal density, absolute error near 2^-bits.

    >>> (order_integral(0, 64) * 2).contains(1)
    True
    """
    return order_sum(n, fitting_step(ORDER_STRIP, bits + 8 + 3 * n), bits + 16)


def order_sum(n: int, step: Fraction, bits: int) -> Interval:
    """The same at a given dyadic step: t = e^(u - e^-u), and F(u) = t^3 (1 + e^-u) g(t) P, for u = kh.

    On |Im u| < 9/20 the integral of |F| is at most 10 (27/5)^n. Terms left out: below u they are at most t(u)^3, above
    u at most t e^(-t^2/2) for t = t(u) >= 3.
    """
    choices = [comb(2 * n, i) for i in range(n + 1)]
    total = left_out = Interval.exact(0, bits)
    limit = Interval.point(1, -bits, bits)
    root = pi(bits).scaled(1).sqrt()
    for side in (1, -1):
        for k in count(0 if side > 0 else 1):
            u = Interval.exact(side * k * step, bits)
            inverse = exp(-u)
            t = exp(u - inverse)
            b = max(64, bits + 3 * min(0, t.magnitude()))  # the term is near t^3
            t, inverse = t.at(b), inverse.at(b)
            weight = exp(-t.square().scaled(-1))
            above = tail(t)
            below = 1 - above
            chance = Interval.exact(choices[n], b)  # the sum of (2n choose i) below^i above^(n-i), Horner
            for i in range(n - 1, -1, -1):
                chance = chance * below + above ** (n - i) * choices[i]
            term = t**3 * (1 + inverse) * weight * chance * above**n
            total = total + term.at(bits)
            rest = t * weight if side > 0 else t**3
            if rest.certainly_at_most(limit) and (side < 0 or Interval.exact(3, b).certainly_at_most(t)):
                left_out = left_out + rest.at(bits)
                break
    error = trapezoidal_error(ORDER_MASS * ORDER_GROWTH**n, ORDER_STRIP, step, bits)
    return total * step / root + (-error).hull(error) + left_out.hull(-left_out)
