"""Normal tails and correlations of the checker against mpmath, printed values, and themselves at other precisions."""

from __future__ import annotations

import random
import time
from fractions import Fraction
from itertools import product

import mpmath
import pytest
from test_intervals import check, number

from exactcap.checker import normal
from exactcap.checker.elementary import exp
from exactcap.checker.intervals import Interval, Undefined
from exactcap.checker.owen import angular_tail, correlation


def point(value: object, bits: int) -> Interval:
    """A point near the value."""
    return Interval.exact(Fraction(value), bits).low()


def tail(x: mpmath.mpf) -> mpmath.mpf:
    return mpmath.erfc(x / mpmath.sqrt(2)) / 2


def moment(n: int, x: mpmath.mpf) -> mpmath.mpf:
    q, g = tail(x), mpmath.npdf(x)
    return (q, g - x * q, (1 + x * x) * q - x * g)[n]


@pytest.mark.parametrize("bits", [16, 64, 230, 1000, 3400])
def test_one_unit_against_mpmath(bits):
    rng = random.Random(bits)
    points = [0, 1, 3, -10, 40, 55, Fraction(7, 5), Fraction(1, 10**50), Fraction(-1, 10**50)]
    points += [
        Fraction(rng.randint(-(10**9), 10**9), 10 ** rng.randint(7, 12)) for _ in range(30 if bits < 1000 else 1)
    ]
    for value in points[:: 1 if bits < 1000 else 2]:
        x = point(value, bits)
        with mpmath.workprec(2 * bits + 400):
            t = number(x.lo)
            check(normal.density(x), mpmath.npdf(t), bits - 6)
            check(normal.mills(x), tail(t) / mpmath.npdf(t), bits - 6)
            for n in range(3):
                check(normal.moment(n, x), moment(n, t), bits - 6)
                check(normal.scaled_moment(n, x), moment(n, t) / mpmath.npdf(t), bits - 6)


def test_far_out():
    """Where mpmath has no exponents: n! x^(-n-1) (1 - (n+1)(n+2)/(2 x^2)) < H_n(x) < n! x^(-n-1)."""
    for bits, value in product((64, 400), (10**15, Fraction(10**16, 3), 10**100)):
        x = point(value, bits)
        for n, factorial in enumerate((1, 1, 2)):
            y = normal.scaled_moment(n, x)
            assert y.accuracy() >= bits - 5
            upper = factorial / x ** (n + 1)
            assert not upper.certainly_below(y)
            assert not y.certainly_below(upper * (1 - Fraction((n + 1) * (n + 2), 2) / x.square()))
            if value < 10**16:
                assert normal.moment(n, x).accuracy() >= bits - 6
                assert (normal.moment(n, -x) / (1, x, x.square())[n]).accuracy() >= bits - 8
    x = Interval.exact(-(10**15), 64)
    assert (normal.moment(1, x) - 10**15).hi[0] < 2**64
    assert normal.mills(x).is_positive()


def test_a_thousand_digits_in_a_second():
    start = time.monotonic()
    for value in (Fraction(1, 3), 20, 10**15):
        for n in range(3):
            assert normal.moment(n, point(value, 3400)).accuracy() >= 3390
    assert time.monotonic() - start < 3


def test_wide_intervals_go_to_exact_ranges():
    wide = point(-2, 64).hull(point(10**10, 64))
    for function in (normal.mills, normal.tail, *(lambda x, n=n: normal.moment(n, x) for n in range(3))):
        assert function(wide).lo == function(wide.high()).lo
        assert function(wide).hi == function(wide.low()).hi
    assert normal.density(wide).hull(normal.density(point(0, 64))).accuracy() == 0
    assert normal.density(wide).contains(Fraction(39894228040143267793994605993, 10**29))
    assert normal.density(wide).lo == normal.density(wide.high()).lo
    assert normal.tail(wide).is_positive()
    h, k = point(-1, 64).hull(point(2, 64)), point(Fraction(1, 2), 64).hull(point(3, 64))
    rho = point(Fraction(-1, 2), 64).hull(point(Fraction(1, 4), 64))
    for power in (0, 1):
        value = correlation(power, h, k, rho)
        assert value.lo == correlation(power, h.high(), k.high(), Fraction(-1, 2)).lo
        assert value.hi == correlation(power, h.low(), k.low(), Fraction(1, 4)).hi


def reference_tail(h: mpmath.mpf, a: mpmath.mpf) -> mpmath.mpf:
    """I(h, a) by quadrature, with the exponential at the left end factored out."""
    if a < 0:
        return 2 * mpmath.pi * tail(h) - reference_tail(h, -a)
    x = h * a
    unit = 1 / max(1, x)
    nodes = sorted(
        {0, *(unit * mpmath.mpf(2) ** i for i in range(-3, 8)), *(h * mpmath.mpf(2) ** i for i in range(-3, 5))}
    )
    integral = mpmath.quad(lambda t: mpmath.exp(-x * t - t * t / 2) / (h * h + (x + t) ** 2), nodes)
    return integral * h * mpmath.exp(-(h * h + x * x) / 2)


def test_angular_tails_against_quadrature():
    rng = random.Random(4)
    for bits in (40, 64):
        for _ in range(6):
            h, a = (
                point(Fraction(rng.randint(1, 10**6), 10 ** rng.randint(4, 6)), bits),
                point(Fraction(rng.randint(-(10**6), 10**6), 10 ** rng.randint(4, 7)), bits),
            )
            value = angular_tail(h, a)
            with mpmath.workdps(30):
                expected = reference_tail(number(h.lo), number(a.lo))
                assert number(value.lo) * (1 - mpmath.mpf(10) ** -18) <= expected
                assert expected <= number(value.hi) * (1 + mpmath.mpf(10) ** -18)
            assert value.accuracy() >= bits - 4


def overlap(x: Interval, y: Interval) -> bool:
    return not (x.certainly_below(y) or y.certainly_below(x))


def test_the_three_ways_to_an_angular_tail_agree():
    """The precision decides between them: low precision takes the two asymptotic ones, high precision the series."""
    rng = random.Random(5)
    for _ in range(30):
        h, a = (Fraction(rng.randint(1, 10**4), 2 ** rng.randint(7, 12)) for _ in range(2))
        values = [angular_tail(Interval.exact(h, bits), Interval.exact(a, bits)) for bits in (24, 60, 300)]
        assert all(overlap(x, values[2]) for x in values)
        assert all(x.accuracy() >= x.bits - 5 for x in values)


@pytest.mark.parametrize("h", [0, Fraction(1, 10**60), Fraction(1, 3), 7, 60, 10**15])
def test_angular_tails_of_every_size(h):
    """I(h, a) + I(h, -a) = 2 pi Q(h); I(h, a) + I(ha, 1/a) = 2 pi Q(h) Q(ha); both keep their relative accuracy."""
    bits = 128
    x = point(h, bits)
    for size in (Fraction(1, 10**40), Fraction(1, 7), 1, Fraction(22, 7), 10**9):
        a = point(size, bits)
        value = angular_tail(x, a)
        assert value.accuracy() >= bits - 5
        assert overlap(value + angular_tail(x, -a), normal.tail(x) * normal.pi(bits) * 2)
        other = Interval(*(tuple((m * n, e + f) for (m, e), (n, f) in ((x.lo, a.lo), (x.hi, a.hi)))), bits)
        if h:
            both = normal.tail(x) * normal.tail(other) * normal.pi(bits) * 2
            assert overlap(value + angular_tail(other, 1 / a), both)


def by_plackett(power: int, h: mpmath.mpf, k: mpmath.mpf, rho: mpmath.mpf) -> mpmath.mpf:
    """From the values at rho = 0 by the integral of the density over the correlations between 0 and rho = sin t."""

    def integrand(t: mpmath.mpf) -> mpmath.mpf:
        s, c = mpmath.sin(t), mpmath.cos(t)
        density = mpmath.exp(-(h * h - 2 * h * k * s + k * k) / (2 * c * c)) / (2 * mpmath.pi)
        return (rho - s) * density if power else density

    end = mpmath.asin(rho)
    integral = mpmath.quad(integrand, [end * (1 - mpmath.mpf(4) ** -i) for i in range(5)] + [end])
    start = tail(h) * tail(k)
    return moment(1, h) * moment(1, k) + rho * start + integral if power else start + integral


def test_correlations_of_all_signs():
    values = [Fraction(0), Fraction(3, 2), Fraction(-3, 2), Fraction(1, 100), Fraction(-4), Fraction(7, 3)]
    rhos = [Fraction(0), Fraction(1, 2), Fraction(-9, 10), Fraction(99, 100), Fraction(-19, 20)]
    rng = random.Random(6)
    for count, (h, k) in enumerate(product(values, values)):
        x, y, power, rho = point(h, 50), point(k, 50), count % 2, rng.choice(rhos)
        value = correlation(power, x, y, rho)
        with mpmath.workdps(22):
            expected = by_plackett(power, number(x.lo), number(y.lo), mpmath.mpf(rho.numerator) / rho.denominator)
            assert number(value.lo) - 1e-17 <= expected <= number(value.hi) + 1e-17
        assert value.accuracy() >= 46
        assert overlap(value, correlation(power, y, x, rho))


def test_printed_values():
    """Section 10 of the theory notes."""
    table = [
        (1, "1/2", "0.06251409470966383379244", "0.02813697549906319639196"),
        (2, "9/10", "0.01336125612701928615883", "0.004126173049152164440222"),
        (3, "1/2", "0.00008188966183219211216680", "0.00001255656446385684650630"),
        (1, "-1/2", "0.003782302072854263879174", "0.0003971386672208180553639"),
    ]
    for b, rho, *values in table:
        for power, text in enumerate(values):
            x = correlation(power, Interval.exact(b, 100), Interval.exact(b, 100), Fraction(rho))
            assert not (x / Fraction(text) - 1 - Fraction(1, 10**21)).is_positive()
            assert not (x / Fraction(text) - 1 + Fraction(1, 10**21)).is_negative()
    h, k, rho = Interval.exact(Fraction(6, 5), 100), Interval.exact(Fraction(7, 10), 100), Fraction(-3, 10)
    for value, text in (
        (correlation(0, h, k, rho), "0.012075100299465492"),
        (correlation(1, h, k, rho), "0.00215372134727805782"),
    ):
        assert abs(number((value - Fraction(text)).hi)) < 1e-18


@pytest.mark.parametrize("b", ["-100", "-3/2", "0", "1/1000", "3", "40", "1000000000000000"])
def test_independent_and_equal_units(b):
    """F_k(b, 0) = M_k^2, F_k(b, 1) = M_2k, at full relative accuracy."""
    x = point(b, 200)
    for power in (0, 1):
        for rho, expected in (
            (Fraction(0), normal.moment(power, x).square()),
            (Fraction(1), normal.moment(2 * power, x)),
        ):
            value = correlation(power, x, x, rho)
            assert overlap(value, expected)
            assert value.accuracy() >= 195
        # close to 1, from below and close
        near = correlation(power, x, x, 1 - Fraction(1, 10**60))
        assert near.accuracy() >= 195
        assert not expected.certainly_below(near)


def test_opposite_units():
    """rho = -1: P(h < X < -k) and the mean of (X-h)(-k-X) there; nothing for h + k >= 0."""
    for h, k in (("1/3", "-2"), ("-2", "1/3"), ("-1/2", "-7/5"), ("-9", "8"), ("-3", "5/2")):
        x, y = point(h, 128), point(k, 128)
        with mpmath.workdps(60):
            low, high = number(x.lo), -number(y.lo)
            exact = tail(low) - tail(high)
            check(correlation(0, x, y, Fraction(-1)), exact, 120)
            mean = mpmath.quad(
                lambda t, a=low, b=high: (t - a) * (b - t) * mpmath.npdf(t), mpmath.linspace(low, high, 9)
            )
            value = correlation(1, x, y, Fraction(-1))
            assert abs(number(value.lo) - mean) < mean * mpmath.mpf(10) ** -30
            assert value.accuracy() >= 120
        near = correlation(1, x, y, Fraction(-1) + Fraction(1, 10**60))
        assert near.accuracy() >= 120
        assert abs(number(near.lo) / number(value.lo) - 1) < 1e-25
    for power in (0, 1):
        assert correlation(power, point(1, 64), point(-1, 64), Fraction(-1)).hi == (0, 0)


def test_correlations_that_cannot_be():
    x = point(1, 64)
    for rho in (Interval.exact(2, 64), Interval.exact(-2, 64), Fraction(3)):
        with pytest.raises(Undefined):
            correlation(0, x, x, rho)
    with pytest.raises(Undefined):
        angular_tail(-x, x)


def test_small_correlated_tails_at_ten_to_the_fifteen():
    """For b -> infinity F_0 is near (1 + rho)^2 e^(-b^2/(1 + rho)) / (2 pi b^2 sqrt(1 - rho^2))."""
    b, rho = point(10**15, 160), Fraction(3, 5)
    value = correlation(0, b, b, rho)
    assert value.accuracy() >= 155
    leading = exp(-b.square() / (1 + rho)) * (1 + rho) ** 2 / (normal.pi(160) * b.square() * Fraction(8, 5))
    assert abs(number((value / leading).lo) - 1) < 1e-25
