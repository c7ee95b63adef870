"""Cover's count of dichotomies, and the least number of points that counting proves not shattered."""

from __future__ import annotations

from collections.abc import Callable
from math import comb

from flint import arb

from exactcap.arithmetic.balls import precision

BITS = 192  # of the balls that compare a count with 2^n; exact integers decide what they do not

Progress = Callable[[str, float], None]


def cover_count(points: int, terms: int) -> int:
    """C(n, D) = 2 sum of (n-1 choose k) over k < D: dichotomies of n points of R^D in general position (Cover 1965).

    >>> [cover_count(5, 2), cover_count(6, 3), cover_count(20, 10) == 2**19]
    [10, 32, True]
    """
    term = total = 1
    for k in range(1, min(terms, points)):
        term = term * (points - k) // k
        total += term
    return 2 * total


def least_excluded(inputs: int, width: int, paired: bool, progress: Progress) -> int:
    """The least n with fewer than 2^n labellings by ``width`` = m threshold units on R^``inputs``, d = inputs.

    ``paired``: ((C(n, d+1)/2 + m - 1) choose m) C(n, m+1) of them, SPEC-CAPACITY.md, K1, where it is proved that all
    larger n have fewer, too; else C(n, d+1)^m C(n, m+1). Source: standard; the second is in many textbooks.

    >>> least_excluded(10, 20, True, lambda phase, part: None), least_excluded(10, 20, False, lambda phase, part: None)
    (1826, 1924)
    """
    low = inputs * width  # not excluded, since so many points are shattered (Baum)
    high = 2 * low
    while not _excludes(high, inputs, width, paired):
        low, high = high, 2 * high
    gap = high - low
    while high - low > 1:
        middle = (low + high) // 2
        progress("bisection", 1 - (high - low).bit_length() / gap.bit_length())
        if _excludes(middle, inputs, width, paired):
            high = middle
        else:
            low = middle
    return high


def _excludes(n: int, inputs: int, width: int, paired: bool) -> bool:
    """Whether the count is below 2^n."""
    with precision(BITS):
        half, result = _half(n, inputs + 1), 2 * _half(n, width + 1)
        if paired:
            for i in range(width):
                result = result * (half + i) / (i + 1)
        else:
            result *= (2 * half) ** width
        whole = arb(2) ** n
        if result < whole:
            return True
        if result >= whole:
            return False
    pairs, outputs = cover_count(n, inputs + 1) // 2, cover_count(n, width + 1)
    layers: int = comb(pairs + width - 1, width) if paired else (2 * pairs) ** width
    return layers * outputs < 1 << n


def _half(n: int, terms: int) -> arb:
    """C(n, D)/2 as a ball."""
    term = total = arb(1)
    for k in range(1, min(terms, n)):
        term = term * (n - k) / k
        total += term
    return total
