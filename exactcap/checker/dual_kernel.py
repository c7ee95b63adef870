"""Directions of rows, and rho E g'(u) g'(v) in fixed point from exact inner products (SPEC-CAPACITY.md, K3).

An integer t stands for t 2^-w, a unit is 2^-w with w = T + GUARD. Each comment bounds the error of its line in units;
none exceeds 16 w < 2^GUARD, so that the last shift, which rounds down by less than 1, leaves less than 2 units 2^-T.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import gcd, isqrt

from .centre import common_denominator, hold
from .claims import Inputs
from .elementary import atan, exp, fixed, pi
from .intervals import Interval
from .reader import Rejected

GUARD = 16
MAX_PRECISION = 2**11  # of w: 16 w < 2^GUARD
ERROR = 2  # units 2^-T
EVEN, ODD = ("abs", "cos", "gaussian"), ("erf", "sin")  # as functions g
NAMES = ("relu", "exp", *EVEN, *ODD)
STEPS = 6  # the table of atan has 2^6 steps

Entry = Callable[[int, int, int], int]


def directions(inputs: Inputs, bias: bool) -> list[list[int]]:
    """The least integer vector on the ray of each row, after a 1 was appended with `bias`; `Rejected` for a row 0."""
    commons = [common_denominator((x.denominator for x in row), "inputs") for row in inputs.values]
    longest = max(map(int.bit_length, commons)) + max(x.numerator.bit_length() for row in inputs.values for x in row)
    hold("inputs", inputs.n_samples * (inputs.n_inputs + bias), longest)
    result = []
    for number, row, common in zip(inputs.rows, inputs.values, commons, strict=True):
        integers = [x.numerator * (common // x.denominator) for x in row] + [common] * bias
        divisor = gcd(*integers)
        if divisor == 0:
            raise Rejected(f"row {number}: it is zero and has no direction")
        result.append([x // divisor for x in integers])
    return result


def entry(activation: str, precision: int) -> Entry:
    """(|x|^2, |y|^2, <x,y>) -> K(rho) 2^T within ERROR units, rho the cosine, T = precision <= MAX_PRECISION.

    >>> entry("relu", 40)(2, 1, 1) * 8 >> 40  # rho = 1/sqrt(2), K = rho 3/8
    2
    """
    w = precision + GUARD
    assert w <= MAX_PRECISION
    bits = w + 16
    value: Entry
    if activation in ("relu", "abs"):
        angle = _arc_sine(w)
        over_pi = _constant(2 / pi(bits), w) if activation == "abs" else _constant(1 / pi(bits).scaled(1), w)
        offset = 0 if activation == "abs" else 1 << w - 2

        def value(a: int, b: int, c: int) -> int:
            theta = angle(a * b - c * c, abs(c)) * over_pi >> w  # below w + 6, since |angle| < 2 and over_pi < 2^w
            k = offset + theta if c >= 0 else offset - theta
            return _signed(c, _root(c * c, a * b, w)) * k >> w  # |K/rho| <= 1: below w + 9

    elif activation == "erf":
        factor = _constant(4 / pi(bits), w)

        def value(a: int, b: int, c: int) -> int:  # 4 rho / (pi sqrt(9 - 4 rho^2)): below 1 * 4/pi + 2 + 2
            return _signed(c, _root(c * c, 9 * a * b - 4 * c * c, w)) * factor >> w

    elif activation == "gaussian":

        def value(a: int, b: int, c: int) -> int:  # rho^2 (4 - rho^2)^(-3/2): below 1
            return _root(c**4 * a * b, (4 * a * b - c * c) ** 3, w)

    else:
        factor = _constant(exp(Interval.exact(1 if activation == "exp" else -1, bits)), w)

        def value(a: int, b: int, c: int) -> int:  # the sums: below 3 w + 9; |rho| <= 1, factor <= e: below 9 w + 60
            r = _root(c * c, a * b, w)
            cosh, sinh = _hyperbolic(r, w)
            if activation == "cos":
                return (r * sinh >> w) * factor >> w
            series = cosh if activation == "sin" else cosh + _signed(c, sinh)
            return (_signed(c, r) * series >> w) * factor >> w

    return lambda a, b, c: value(a, b, c) >> GUARD


def _signed(c: int, size: int) -> int:
    return size if c >= 0 else -size


def _root(top: int, bottom: int, w: int) -> int:
    """sqrt(top/bottom) for top >= 0, bottom > 0: below 1, since floor(sqrt(floor x)) = floor(sqrt x)."""
    return isqrt((top << 2 * w) // bottom)


def _constant(x: Interval, w: int) -> int:
    """An interval of relative width below 2^-(w + 4): below 2 for x < 8."""
    return fixed(x.lo, w)


def _arc_sine(w: int) -> Callable[[int, int], int]:
    """(g, c) -> the angle in [0, pi/2] whose tangent is c/sqrt(g), c, g >= 0 not both 0: below w + 2.

    With rho = c/sqrt(ab) and g = ab - c^2 it is asin(rho), without cancellation for rho near 1.
    """
    right = fixed(pi(w + 16).lo, w - 1)  # pi/2: below 2
    table = [fixed(atan(Interval.exact(Fraction(k, 1 << STEPS), w + 16)).lo, w) for k in range((1 << STEPS) + 1)]

    def arc_tangent(t: int) -> int:
        """0 <= t <= 1: atan t = atan(k/64) + atan u, u = (64 t - k)/(64 + k t) in [0, 1/64], k = floor(64 t)."""
        k = t >> w - STEPS
        u = (((t << STEPS) - (k << w)) << w) // ((1 << w + STEPS) + k * t)
        square, power, total, j = u * u >> w, u, table[k], 1
        # t and u: below 1 each (slopes at most 1), the table below 2. The square: below 1; a power: below (that of the
        # one before + 64)/2^12 + 1 < 2, a term with its division below 3; the powers fall by 2^12, so there are at most
        # w/12 + 2 terms, and those left out alternate and are below 2. In all below 6 + 3 (w/12 + 2) <= w for w >= 16.
        while power:
            total += power // j if j % 4 == 1 else -(power // j)
            power, j = power * square >> w, j + 2
        return total

    def angle(g: int, c: int) -> int:
        return arc_tangent(_root(c * c, g, w)) if c * c <= g else right - arc_tangent(_root(g, c * c, w))

    return angle


def _hyperbolic(r: int, w: int) -> tuple[int, int]:
    """cosh and sinh at 0 <= r <= 1, r below 1: the error e_j of r^j/j! has e_(j+1) < (e_j + 1)/(j + 1) + 1 <= 3.

    There are at most w + 1 terms, as r^j/j! < 2^-w for j >= w > 16; the first left out is below 3, all of them below 6.
    """
    sums, term, j = [0, 0], 1 << w, 0
    while term:
        sums[j % 2] += term
        j += 1
        term = (term * r >> w) // j
    return sums[0], sums[1]
