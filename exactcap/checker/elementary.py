"""pi, log 2, exp, log and atan of intervals, with the proof of each error bound beside it.

Each function is monotone, so an interval goes to the values at its ends. A value at a point is computed in fixed point:
an integer t stands for t 2^-w, one unit is 2^-w, and the number of units that may be missing or in excess is counted.
"""

from __future__ import annotations

from functools import lru_cache
from math import isqrt

from .intervals import End, Interval, Undefined, order, rounded

MAX_MAGNITUDE = 2**16  # exp(x) needs as many digits of log 2 as |x| has
NARROW = -8
MAX_ANGLE = 64  # |x| <= 2^64 for sin and cos


def _around(low: int, high: int, w: int, bits: int) -> Interval:
    return Interval(rounded(low, -w, bits, False), rounded(high, -w, bits, True), bits)


def fixed(x: End, w: int) -> int:
    """floor(x 2^w)."""
    m, e = x
    return m << e + w if e + w >= 0 else m >> -e - w


def ceiling(x: Interval) -> int:
    """The least integer that no element exceeds."""
    return -fixed((-x.hi[0], x.hi[1]), 0)


def _reciprocal_series(q: int, w: int, sign: int) -> int:
    """The sum over j of sign^j / ((2j+1) q^(2j+1)), q >= 2, within 2w + 5 units.

    Both divisions round down: the power lacks less than 1 + 1/4 + 1/16 + ... < 2 units, its part less than 3 with it.
    The power is 0 after at most w/2 + 1 terms, and what follows is below 2 units: 3 (w/2 + 1) + 2 <= 2w + 5.
    """
    total, power, j = 0, (1 << w) // q, 0
    while power:
        part = power // (2 * j + 1)
        total += part if sign > 0 or j % 2 == 0 else -part
        power //= q * q
        j += 1
    return total


@lru_cache(maxsize=64)
def pi(bits: int) -> Interval:
    """pi = 16 atan(1/5) - 4 atan(1/239) (Machin).

    >>> pi(64).accuracy() >= 62, pi(64).contains(3)
    (True, False)
    """
    w = bits + bits.bit_length() + 16
    value = 16 * _reciprocal_series(5, w, -1) - 4 * _reciprocal_series(239, w, -1)
    error = 20 * (2 * w + 5)
    return _around(value - error, value + error, w, bits)


@lru_cache(maxsize=64)
def log_two(bits: int) -> Interval:
    """log 2 = 18 artanh(1/26) - 2 artanh(1/4801) + 8 artanh(1/8749).

    Proof: 2 artanh(1/q) = log((q+1)/(q-1)), and (27/25)^9 (4801-1)/(4801+1) (8750/8748)^4 = 2.
    """
    w = bits + bits.bit_length() + 16
    a, b, c = (_reciprocal_series(q, w, 1) for q in (26, 4801, 8749))
    value, error = 18 * a - 2 * b + 8 * c, 28 * (2 * w + 5)
    return _around(value - error, value + error, w, bits)


def exp(x: Interval, bits: int | None = None) -> Interval:
    """e^x for all elements. Raises Undefined when |x| may exceed 2^65536.

    The result has `bits` bits (those of x if None), of which a few are lost when x is a point, however large it is.

    >>> exp(Interval.exact(-(10**32), 128)).accuracy() >= 120
    True
    """
    bits = bits or x.bits
    low = _exp_at(x.lo, bits)
    if x.is_point():
        return low
    step = x.high() - x.low()
    if step.magnitude() <= NARROW:  # e^d <= 1 + d + d^2 for 0 <= d <= 1
        return low.hull(low * (1 + step + step.square()))
    return low.hull(_exp_at(x.hi, bits))


def _exp_at(x: End, bits: int) -> Interval:
    """e^x at one point: x = n log 2 + r, r = 2^s y, e^x = 2^n (e^y)^(2^s)."""
    magnitude = max(0, x[0].bit_length() + x[1])
    if magnitude > MAX_MAGNITUDE:
        raise Undefined("the argument of exp is too large")
    s = isqrt(bits) + 2
    w = bits + 2 * s + 32
    guard = magnitude + 8
    two = log_two(w + guard)
    log2 = fixed(two.lo, w + guard)  # log 2 is in [log2, log2 + 2^9] 2^-(w + guard)
    n, r = divmod(fixed(x, w + guard), log2)
    # |n| <= 2^(magnitude + 1): r is in error by less than 2^(magnitude + 10) + 1 units 2^-(w + guard), 2^3 units 2^-w
    r >>= guard
    # 0 <= r < log 2 in units 2^-w, in error by less than 2^4 units; y = r 2^-s <= 1/8, in units 2^-w below
    total = term = 1 << w
    j = 0
    while term:
        j += 1
        term = term * r // j >> w + s
        total += term
    # A term has an error of at most (the last one's) y/j + 2 <= 3 units; the terms after the last are below 2 units
    # in all; the error of y adds e^y 2^4 2^-s <= 8. So e^y is known within delta = 3 j + 10 units. Squaring a number
    # below 2 multiplies an error of delta by less than 4 and adds 1 of rounding: delta + 1 grows by 4 at most.
    delta = (3 * j + 11) << 2 * s
    for _ in range(s):
        total = total * total >> w
    return _around(total - delta, total + delta, w, bits).scaled(n)


def log(x: Interval) -> Interval:
    """The natural logarithm for all elements, fully accurate also near 1. Raises Undefined unless x > 0."""
    if not x.is_positive():
        raise Undefined("the argument of log may not be positive")
    low = _log_at(x.lo, x.bits)
    return low if x.is_point() else low.hull(_log_at(x.hi, x.bits))


def _log_at(x: End, bits: int) -> Interval:
    """n log 2 + 2 artanh t, t = (f - 1)/(f + 1), x = 2^n f, 2/3 <= f < 4/3, so |t| <= 1/5."""
    m, e = x
    n = m.bit_length() + e
    if 3 * m < 2 << m.bit_length():  # f = m / 2^length < 2/3
        n -= 1
    shift = n - e  # f = m 2^-shift
    top, bottom = m - (1 << shift), m + (1 << shift)
    if top == 0:
        return log_two(bits) * n
    near = bottom.bit_length() - abs(top).bit_length()  # |t| >= 2^-(near + 1)
    w = bits + bits.bit_length() + near + 16
    t = (abs(top) << w) // bottom
    square = t * t >> w
    total, power, j = 0, t, 0
    while power:
        total += power // (2 * j + 1)
        power = power * square >> w
        j += 1
    # t is in error by less than 1 unit, its square by less than 2, a power by less than 1/25 of the one before plus 3:
    # below 4; with the division 5 a term, and less than 2 for the terms that are left out
    error = 5 * j + 2
    value = _around(2 * (total - error), 2 * (total + error), w, bits + 8)
    result = log_two(bits + n.bit_length() + 8) * n + (value if top > 0 else -value)
    return result.at(bits)


def atan(x: Interval) -> Interval:
    """The arc tangent for all elements, with full relative accuracy near 0."""
    low = _atan_at(x.low())
    return low if x.is_point() else low.hull(_atan_at(x.high()))


def _atan_at(x: Interval) -> Interval:
    """At one point: atan x = pi/2 - atan(1/x) for x > 1, and atan x = 2 atan(x / (1 + sqrt(1 + x^2)))."""
    if x.is_negative():
        return -_atan_at(-x)
    if not x.is_positive():
        return x
    bits = x.bits
    y = x.at(bits + 32)
    if order((1, 0), x.lo) < 0:
        y = 1 / y
    halvings = max(0, min(isqrt(bits) // 2, y.magnitude() + isqrt(bits) // 2))
    for _ in range(halvings + 2):
        y = y / (1 + (1 + y.square()).sqrt())
    value = (y * _atan_quotient(y.square())).scaled(halvings + 2)
    return (pi(bits + 8).scaled(-1) - value if order((1, 0), x.lo) < 0 else value).at(bits)


def sin_cos(x: Interval) -> tuple[Interval, Interval]:
    """sin and cos of all elements, with an absolute error near 2^-bits plus the width. Raises Undefined beyond 2^64.

    >>> s, c = sin_cos(Interval.exact(10**15, 96))
    >>> (s.square() + c.square()).contains(1), (s * 100000).certainly_below(s * 0 + 85828)
    (True, True)
    """
    if x.magnitude() > MAX_ANGLE:
        raise Undefined("the argument of sin or cos is too large")
    s, c = _sin_cos_at(x.lo, x.bits)
    width = x.high() - x.low()  # both have Lipschitz constant 1
    around = Interval((-width.hi[0], width.hi[1]), width.hi, x.bits)
    return s + around, c + around


def _sin_cos_at(x: End, bits: int) -> tuple[Interval, Interval]:
    """At one point, |x| <= 2^64: x = n pi/2 + y with |y| <= pi/4, and the series at y."""
    w = bits + 16
    guard = MAX_ANGLE + 8
    v = w + guard
    circle = pi(v)
    half, above = fixed(circle.lo, v - 1), fixed(circle.hi, v - 1) + 1  # pi/2 is in [half, above] 2^-v
    n, y = divmod(fixed(x, v) + half // 2, half)
    # x 2^v is in error by less than 1 unit 2^-v, n pi/2 by |n| (above - half)
    error = (1 + abs(n) * (above - half) >> guard) + 2  # in units 2^-w
    y = y - half // 2 >> guard
    # |y| <= pi/4 < 1; its square is rounded down: less than 1 unit 2^-w
    square = y * y >> w
    sums = []
    terms = 0
    for j, term in ((1, y), (0, 1 << w)):
        total = 0
        while term not in (0, -1):  # -1 is what rounding down leaves of a negative term
            total += term
            term = -(term * square >> w) // ((j + 1) * (j + 2))
            j += 2
            terms += 1
        sums.append(total)
    # An error e of a term becomes at most (e + 1 + 1)/2 + 1 <= 4 for e <= 4; the terms alternate and decrease, and the
    # first that is left out is below 5 units. The slopes are at most 1, so the error of y adds itself.
    error += 4 * terms + 8
    s, c = (_around(total - error, total + error, w, bits) for total in sums)
    return ((s, c), (c, -s), (-s, -c), (-c, s))[n % 4]


def _atan_quotient(u: Interval) -> Interval:
    """1 - u/3 + u^2/5 - ..., for 0 <= u <= 1/4; it decreases in u, from 1 to 0.92.."""
    w = u.bits + 16
    sums = []
    for end, up in ((u.hi, False), (u.lo, True)):
        point = fixed(end, w)
        total, power, j = 0, 1 << w, 0
        while power:
            part = power // (2 * j + 1)
            total += -part if j % 2 else part
            power = power * point >> w
            j += 1
        # the error of u is below 1 unit, so that of a power below (that of the one before)/4 + 2 < 3; a term's is below
        # 4; the terms that are left out alternate and the first is below 4 units
        sums.append(total + (4 * j + 4 if up else -4 * j - 4))
    return _around(sums[0], sums[1], w, u.bits)
