"""Closed intervals with dyadic ends, in Python integers: every operation rounds outward, exponents have no limit.

An end is a pair (m, e) for m 2^e. Each end has its own exponent and is rounded by itself to `bits` bits, so an interval
from e^(-10^30) to 1 costs no more than a narrow one and keeps the sign of its small end.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

End = tuple[int, int]
Number = int | Fraction


class Undefined(Exception):
    """The operation has no value on the whole interval: a divisor may be 0, a radicand may be negative, ..."""


def rounded(m: int, e: int, bits: int, up: bool) -> End:
    """m 2^e rounded up or down to at most `bits` bits (2^bits itself may come out, which has one bit)."""
    excess = m.bit_length() - bits
    if excess <= 0:
        return (m, e) if m else (0, 0)
    return (-(-m >> excess) if up else m >> excess), e + excess  # >> rounds down, also for m < 0


def order(a: End, b: End) -> int:
    """Negative, 0 or positive as a < b, a = b, a > b; the shift is at most the length of a mantissa."""
    (m, e), (n, f) = a, b
    if m == 0 or n == 0 or (m > 0) != (n > 0):
        return m - n  # their signs decide
    top = m.bit_length() + e - n.bit_length() - f
    if top:  # 2^(top-1) <= |m| 2^e and so on: the larger exponent has the larger absolute value
        return top if m > 0 else -top
    return (m << max(0, e - f)) - (n << max(0, f - e))


def _sum(a: End, b: End, bits: int, up: bool) -> End:
    if a[1] < b[1]:
        a, b = b, a
    (m, e), (n, f) = a, b
    if m == 0:
        return rounded(n, f, bits, up)
    if e - f > n.bit_length() + bits + 2:  # |n| 2^f < 2^(e - bits - 2): a step of that size bounds it
        step = (n > 0) if up else -(n < 0)
        return rounded((m << bits + 2) + step, e - bits - 2, bits, up)
    return rounded((m << e - f) + n, f, bits, up)


def _product(a: End, b: End, bits: int, up: bool) -> End:
    return rounded(a[0] * b[0], a[1] + b[1], bits, up)


def quotient(a: End, b: End, bits: int, up: bool) -> End:
    """a/b for b != 0."""
    (m, e), (n, f) = a, b
    if n < 0:
        m, n = -m, -n
    shift = max(0, bits + 1 + n.bit_length() - m.bit_length())  # then the quotient has more than `bits` bits
    q, rest = divmod(m << shift, n)
    return rounded(q + (up and rest > 0), e - f - shift, bits, up)


def _root(a: End, bits: int, up: bool) -> End:
    m, e = a
    shift = max(0, 2 * bits + 2 - m.bit_length())
    shift += (e - shift) % 2
    root = isqrt(m << shift)
    return rounded(root + (up and root * root != m << shift), (e - shift) // 2, bits, up)


@dataclass(frozen=True, slots=True)
class Interval:
    """All reals from `lo` to `hi`; results are rounded outward to `bits` bits an end (the larger of the operands').

    There is no < between intervals: `certainly_below` says that every element is smaller, its negation says nothing.

    >>> third = Interval.exact(Fraction(1, 3), 64)
    >>> (third * 3).contains(Fraction(1)), third.certainly_below(third), (third - third).is_positive()
    (True, False, False)
    """

    lo: End
    hi: End
    bits: int

    @staticmethod
    def exact(value: Number, bits: int) -> Interval:
        """The number, or the smallest interval of this precision around it."""
        a, b = (value.numerator, 0), (value.denominator, 0)
        if b[0] & (b[0] - 1) == 0:  # dyadic: exact where it fits
            a, b = (a[0], 1 - b[0].bit_length()), (1, 0)
            zeros = (a[0] & -a[0]).bit_length() - 1 if a[0] else 0
            a = (a[0] >> zeros, a[1] + zeros)
            return Interval(rounded(*a, bits, False), rounded(*a, bits, True), bits)
        return Interval(quotient(a, b, bits, False), quotient(a, b, bits, True), bits)

    @staticmethod
    def point(m: int, e: int, bits: int) -> Interval:
        """m 2^e, not rounded, for work with `bits` bits."""
        return Interval((m, e), (m, e), bits)

    def at(self, bits: int) -> Interval:
        """The same interval for work at another precision, rounded outward if that is smaller."""
        return Interval(rounded(*self.lo, bits, False), rounded(*self.hi, bits, True), bits)

    def scaled(self, n: int) -> Interval:
        """Times 2^n."""
        return Interval((self.lo[0], self.lo[1] + n), (self.hi[0], self.hi[1] + n), self.bits)

    def low(self) -> Interval:
        """The lower end as an interval of one point."""
        return Interval(self.lo, self.lo, self.bits)

    def high(self) -> Interval:
        """The upper end as an interval of one point."""
        return Interval(self.hi, self.hi, self.bits)

    def hull(self, other: Interval) -> Interval:
        """The smallest interval that holds both."""
        lo = self.lo if order(self.lo, other.lo) <= 0 else other.lo
        hi = self.hi if order(self.hi, other.hi) >= 0 else other.hi
        return Interval(lo, hi, max(self.bits, other.bits))

    def at_least_zero(self) -> Interval:
        """The part in [0, infinity), for a quantity that is known to be there."""
        return Interval((0, 0) if self.lo[0] < 0 else self.lo, (0, 0) if self.hi[0] < 0 else self.hi, self.bits)

    def is_point(self) -> bool:
        return order(self.lo, self.hi) == 0

    def is_positive(self) -> bool:
        return self.lo[0] > 0

    def is_negative(self) -> bool:
        return self.hi[0] < 0

    def certainly_below(self, other: Interval) -> bool:
        return order(self.hi, other.lo) < 0

    def certainly_at_most(self, other: Interval) -> bool:
        return order(self.hi, other.lo) <= 0

    def contains(self, value: Number) -> bool:
        """Whether the number lies in the interval: exact."""
        top, bottom = value.numerator, value.denominator
        return (
            order((self.lo[0] * bottom, self.lo[1]), (top, 0))
            <= 0
            <= order((self.hi[0] * bottom, self.hi[1]), (top, 0))
        )

    def magnitude(self) -> int:
        """The least n with |x| <= 2^n for all elements, or one more; 0 for the interval [0, 0]."""
        return max((m.bit_length() + e for m, e in (self.lo, self.hi) if m), default=0)

    def accuracy(self) -> int:
        """The largest n <= bits for which width <= 2^-n |x| is sure for all elements x; 0 when 0 is inside."""
        if self.is_point():
            return self.bits
        if not (self.is_positive() or self.is_negative()):
            return 0
        m, e = self.lo if self.is_positive() else self.hi
        n, f = _sum(self.hi, (-self.lo[0], self.lo[1]), 8, True)
        return max(0, min(self.bits, m.bit_length() - 1 + e - n.bit_length() - f))

    def _like(self, other: Interval | Number) -> Interval:
        return other if isinstance(other, Interval) else Interval.exact(other, self.bits)

    def __neg__(self) -> Interval:
        return Interval((-self.hi[0], self.hi[1]), (-self.lo[0], self.lo[1]), self.bits)

    def __add__(self, other: Interval | Number) -> Interval:
        other = self._like(other)
        bits = max(self.bits, other.bits)
        return Interval(_sum(self.lo, other.lo, bits, False), _sum(self.hi, other.hi, bits, True), bits)

    __radd__ = __add__

    def __sub__(self, other: Interval | Number) -> Interval:
        return self + -other

    def __rsub__(self, other: Number) -> Interval:
        return -self + other

    def __mul__(self, other: Interval | Number) -> Interval:
        other = self._like(other)
        bits = max(self.bits, other.bits)
        if self.hi[0] <= 0:
            return -(-self * other) if self.hi[0] < 0 or self.lo[0] < 0 else Interval((0, 0), (0, 0), bits)
        if other.hi[0] <= 0 and other.lo[0] < 0:
            return -(self * -other)
        if self.lo[0] >= 0:  # the ends of the product are products of ends, which ones depends on the other's signs
            low = self.lo if other.lo[0] >= 0 else self.hi
            return Interval(_product(low, other.lo, bits, False), _product(self.hi, other.hi, bits, True), bits)
        if other.lo[0] >= 0:
            return other * self
        lows = [_product(self.lo, other.hi, bits, False), _product(self.hi, other.lo, bits, False)]
        highs = [_product(self.lo, other.lo, bits, True), _product(self.hi, other.hi, bits, True)]
        return Interval(lows[0] if order(*lows) <= 0 else lows[1], highs[0] if order(*highs) >= 0 else highs[1], bits)

    __rmul__ = __mul__

    def __truediv__(self, other: Interval | Number) -> Interval:
        """The quotient. Raises Undefined when 0 is in the divisor."""
        other = self._like(other)
        bits = max(self.bits, other.bits)
        if other.is_negative():
            return -self / -other
        if not other.is_positive():
            raise Undefined("a divisor may be 0")
        lo = quotient(self.lo, other.hi if self.lo[0] >= 0 else other.lo, bits, False)
        hi = quotient(self.hi, other.lo if self.hi[0] >= 0 else other.hi, bits, True)
        return Interval(lo, hi, bits)

    def __rtruediv__(self, other: Number) -> Interval:
        return self._like(other) / self

    def square(self) -> Interval:
        """All squares of elements: never below 0."""
        if self.lo[0] >= 0:
            return Interval(
                _product(self.lo, self.lo, self.bits, False), _product(self.hi, self.hi, self.bits, True), self.bits
            )
        if self.hi[0] <= 0:
            return (-self).square()
        return Interval((0, 0), (-self).hull(self).high().square().hi, self.bits)

    def __pow__(self, n: int) -> Interval:
        """All n-th powers of elements. Raises Undefined for n < 0 when 0 is inside."""
        if n < 0:
            return 1 / self**-n
        if n % 2 and self.lo[0] < 0 < self.hi[0]:  # odd powers increase
            return (self.low() ** n).hull(self.high() ** n)
        result, power = Interval.point(1, 0, self.bits), self
        while n:
            if n % 2:
                result *= power
            power, n = power.square(), n // 2
        return result

    def sqrt(self) -> Interval:
        """All square roots. Raises Undefined when an element is negative."""
        if self.lo[0] < 0:
            raise Undefined("a radicand may be negative")
        return Interval(_root(self.lo, self.bits, False), _root(self.hi, self.bits, True), self.bits)
