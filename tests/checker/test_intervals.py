"""Intervals and elementary functions of the checker: containment against fractions and mpmath, and tightness."""

from __future__ import annotations

import operator
import random
import time
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactcap.checker.elementary import atan, exp, log, log_two, pi
from exactcap.checker.intervals import Interval, Undefined, order

BITS = (5, 24, 64, 200)
fractions = st.fractions(-(10**6), 10**6, max_denominator=10**6) | st.fractions(-1, 1, max_denominator=10**30)


def ends(x: Interval) -> tuple[Fraction, Fraction]:
    """The exact ends of an interval of moderate size."""
    return tuple(Fraction(m) * Fraction(2) ** e for m, e in (x.lo, x.hi))


def number(end: tuple[int, int]) -> mpmath.mpf:
    return mpmath.ldexp(mpmath.mpf(end[0]), end[1])


def check(x: Interval, value: mpmath.mpf, accuracy: int) -> None:
    """The interval holds the value, computed to many more bits, and is tight."""
    assert number(x.lo) <= value <= number(x.hi)
    assert x.accuracy() >= accuracy


def interval(a: Fraction, b: Fraction, bits: int) -> Interval:
    return Interval.exact(a, bits).hull(Interval.exact(b, bits))


@given(fractions, st.sampled_from(BITS))
def test_a_number_lies_in_its_interval(a, bits):
    x = Interval.exact(a, bits)
    low, high = ends(x)
    assert low <= a <= high
    assert x.contains(a)
    assert high - low <= abs(a) * Fraction(2) ** (1 - bits)
    assert x.is_positive() == (a > 0)
    assert x.is_negative() == (a < 0)


@given(st.lists(fractions, min_size=4, max_size=4), st.sampled_from(BITS))
def test_arithmetic_holds_all_results_and_little_else(numbers, bits):
    a, b, c, d = numbers
    x, y = interval(a, b, bits), interval(c, d, bits)
    for operation in (operator.add, operator.sub, operator.mul, operator.truediv):
        if operation is operator.truediv and min(c, d) <= 0 <= max(c, d):
            continue
        exact = [operation(p, q) for p in ends(x) for q in ends(y)]
        low, high = ends(operation(x, y))
        slack = max(map(abs, exact)) * Fraction(2) ** (2 - bits)
        assert min(exact) - slack <= low <= min(exact) <= max(exact) <= high <= max(exact) + slack
        assert operation(x, y).contains(operation((a + b) / 2, (c + d) / 2))
    assert (x + 3).contains(a + 3)
    assert (Fraction(1, 3) * x).contains(a / 3)
    assert (3 - x).contains(3 - a)
    assert x.square().lo[0] >= 0
    for n in (2, 3, 4, 7):
        assert (x**n).contains(a**n)
        assert (x**n).contains(((a + b) / 2) ** n)


@given(fractions, fractions, st.sampled_from(BITS))
def test_comparisons_are_sure_or_silent(a, b, bits):
    x, y = Interval.exact(a, bits), Interval.exact(b, bits)
    assert not x.certainly_below(y) or a < b
    assert not x.certainly_at_most(y) or a <= b
    assert not (x.certainly_below(y) and y.certainly_at_most(x))
    assert (order(x.lo, y.lo) < 0) == (ends(x)[0] < ends(y)[0])


@given(st.fractions(0, 10**9, max_denominator=10**12), st.sampled_from(BITS))
def test_square_roots(a, bits):
    x = Interval.exact(a, bits)
    low, high = ends(x.sqrt())
    p, q = ends(x)
    assert low**2 <= p <= q <= high**2
    assert x.sqrt().accuracy() >= bits - 3 or a == 0


def test_what_is_undefined():
    x = interval(Fraction(-1), Fraction(1), 64)
    for bad in (lambda: 1 / x, lambda: x / x, lambda: x.sqrt(), lambda: log(x), lambda: x**-1):
        with pytest.raises(Undefined):
            bad()
    with pytest.raises(Undefined):
        exp(Interval.exact(2**70000, 64))


def test_ends_of_very_different_size_cost_nothing():
    tiny = exp(Interval.exact(-(2**106), 64))
    wide = tiny.hull(Interval.exact(1, 64))
    start = time.monotonic()
    for x in (wide + tiny, wide - tiny, wide * wide, wide / wide, wide.square(), tiny + 1, 1 - tiny, wide.sqrt()):
        assert max(m.bit_length() for m, _ in (x.lo, x.hi)) <= 65
    assert (1 - tiny).certainly_below(Interval.exact(1, 64)) is False
    assert (wide * wide).is_positive()
    assert (tiny - 2 * tiny).is_negative()
    assert tiny.certainly_below(wide.high())
    assert time.monotonic() - start < 0.1


def test_huge_powers():
    x = Interval.exact(10, 160) ** -(10**30)
    assert x.is_positive()
    assert (log(x) / log(Interval.exact(10, 160))).contains(-(10**30))
    assert (Interval.exact(10, 5000) ** (2**4000)).accuracy() > 900


@pytest.mark.parametrize("bits", [20, 64, 230, 1000, 3400])
def test_elementary_functions_against_mpmath(bits):
    rng = random.Random(bits)
    points = [Fraction(rng.randint(-(10**9), 10**9), 10 ** rng.randint(0, 25)) for _ in range(40 if bits < 1000 else 6)]
    points += [Fraction(0), Fraction(1), Fraction(1, 10**40), Fraction(-(2**106))]
    near_one = [1 + Fraction(sign, 2**k) for k in range(1, 40, 4) for sign in (1, -1)] + [
        Fraction(2, 3),
        Fraction(4, 3),
    ]
    with mpmath.workprec(2 * bits + 400):
        for constant, value in ((pi, mpmath.pi), (log_two, mpmath.ln2)):
            check(constant(bits), +value, bits - 3)
        for a in points:
            x = Interval.exact(a, bits).low()
            check(exp(x), mpmath.exp(number(x.lo)), bits - 4)
            check(exp(x, 2 * bits), mpmath.exp(number(x.lo)), 2 * bits - 4)
            check(atan(x), mpmath.atan(number(x.lo)), bits - 4)
        for a in [*near_one, *(abs(point) for point in points if point), Fraction(10**100), Fraction(1, 10**100)]:
            x = Interval.exact(a, bits).low()
            if x.is_positive():
                check(log(x), mpmath.log(number(x.lo)), bits - 4)


def test_intervals_go_to_the_ranges_of_monotone_functions():
    x = interval(Fraction(1, 2), Fraction(3), 64)
    for function, reference in ((exp, mpmath.exp), (log, mpmath.log), (atan, mpmath.atan)):
        with mpmath.workprec(200):
            y = function(x)
            low, high = reference(mpmath.mpf(1) / 2), reference(mpmath.mpf(3))
            assert 0 <= low - number(y.lo) <= 2.0**-58
            assert 0 <= number(y.hi) - high <= 2.0**-55
    narrow = Interval.exact(Fraction(1, 3), 64)
    assert exp(narrow).contains(Fraction(13956124250860895286281254319, 10**28))
    assert exp(narrow).accuracy() >= 60
