"""Balls of Arb: precision as an argument, exact rationals in, proven decimal digits out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

from flint import arb, ctx, fmpq

Real = arb | Fraction | int
"""A ball, or an exact number: what can be decided exactly is decided before it becomes a ball."""


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Compute with this many bits inside the block; the precision before it is restored whatever happens.

    >>> with precision(100):
    ...     ctx.prec
    100
    """
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def rational(q: Fraction | int) -> arb:
    """A ball around a rational, exact when it is a binary fraction that fits the precision.

    >>> rational(Fraction(5, 2))
    2.50000000000000
    """
    return arb(fmpq(q.numerator, q.denominator))


def ball(x: Real) -> arb:
    """The number as a ball."""
    return x if isinstance(x, arb) else rational(x)


def rounded(x: arb, digits: int) -> tuple[int, int] | None:
    """(m, e), ``digits`` digits in m, with |x - m 10^e| < 10^e/2 for all numbers of the ball; None if it is too wide.

    Decided in integers, so e may have any size. Next to a power of ten the distance is at most 10^e/20, so that a
    number below it, whose last digit counts a tenth as much, is correctly rounded, too.

    >>> with precision(100):
    ...     rounded(rational(Fraction(2, 3)), 5), rounded((-rational(10**20)).exp(), 3), rounded(arb(1, 1), 3)
    ((66667, -5), (771, -43429448190325182768), None)
    """
    if not x.is_finite() or x.contains(0):
        return None
    middle, radius, exponent = (int(part) for part in x.mid_rad_10exp(digits + 10))
    cut = len(str(abs(middle))) - digits
    if cut < 2:  # the ball itself has not even the digits
        return None
    unit: int = 10**cut
    m = (abs(middle) + unit // 2) // unit
    if m == 10**digits:  # 9.99... rounds up to the next power of ten, in the larger unit it is 1.00...
        cut, unit, m = cut + 1, 10 * unit, m // 10
    slack = 20 if m == 10 ** (digits - 1) else 2
    if slack * (abs(abs(middle) - m * unit) + radius) >= unit:
        return None
    return (m if middle > 0 else -m), exponent + cut
