"""Points of scans: decimals of a few digits, so that a point that is printed can be typed in again."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import isqrt, log10
from random import Random

from mpmath import mpf

from exactcap.scans.quadrature import Real


def real(value: Fraction) -> Real:
    """The number at the working precision."""
    return mpf(value.numerator) / value.denominator


def uniform(random: Random, low: Fraction | int, high: Fraction | int) -> Fraction:
    """A number of [low, high], both ends included: low plus a multiple of (high - low)/10^4.

    >>> uniform(Random(0), 1, 2)
    Fraction(16311, 10000)
    """
    return low + Fraction(random.randrange(10**4 + 1), 10**4) * (high - low)


def logarithmic(random: Random, low: float, high: float) -> Fraction:
    """A decimal of four digits from [low, high], low > 0, its logarithm about uniform.

    >>> logarithmic(Random(0), 1, 100)
    Fraction(977, 20)
    """
    drawn = 10 ** random.uniform(log10(low), log10(high))
    return min(max(Fraction(f"{drawn:.4g}"), Fraction(str(low))), Fraction(str(high)))


def root_above(value: Fraction, digits: int = 40) -> Fraction:
    """A decimal of so many digits just above sqrt(value).

    >>> root_above(Fraction(2), 3)
    Fraction(283, 200)
    """
    scale = 10**digits
    return Fraction(isqrt(value.numerator * scale * scale // value.denominator) + 1, scale)


def shown(value: Fraction) -> str:
    """The number as text: exactly where it is a decimal of at most 28 digits or a small quotient, else rounded.

    >>> shown(Fraction(1631, 1000)), shown(Fraction(-70)), shown(Fraction(1, 3)), shown(Fraction(10**8 + 1, 3 * 10**8))
    ('1.631', '-70', '1/3', '0.333333336667')
    """
    decimal = (Decimal(value.numerator) / value.denominator).normalize()
    if Fraction(decimal) == value:
        return f"{decimal:f}" if abs(decimal.adjusted()) < 20 else str(decimal)
    return str(value) if value.denominator < 1000 else f"{decimal:.12g}"
