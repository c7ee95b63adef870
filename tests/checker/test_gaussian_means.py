"""The trapezoidal rule of the checker against mpmath, at fine and at deliberately coarse steps, and its constants."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import mpmath
import numpy as np
import pytest
from test_intervals import check, number

from exactcap.checker.elementary import sin_cos
from exactcap.checker.gaussian_means import (
    EVEN_MASS,
    ORDER_GROWTH,
    ORDER_MASS,
    ORDER_STRIP,
    even_means,
    even_sums,
    fitting_step,
    order_integral,
    order_sum,
    trapezoidal_error,
)
from exactcap.checker.intervals import Interval
from exactcap.checker.unit_means import _softplus_jet, _tanh_jet

WIDE, NARROW = Fraction(3, 2), Fraction(3, 4)


def functions(x: Interval) -> tuple[Interval, ...]:
    """Those whose means the formulas need, and three with known means."""
    t, slope = _tanh_jet(x.scaled(-1))
    even = _softplus_jet(x)[0] - x.scaled(-1)
    bump = x * t
    mixed = t.scaled(-1) + (x * slope).scaled(-2)
    return (
        t.square(), t.square().square(), bump, bump.square(), mixed.square(), (x.square() - 1) * bump.scaled(-1),
        even, even.square(), x.square(), x**4, sin_cos(x)[1],
    )  # fmt: skip


def functions_of_mpmath(x):
    t = mpmath.tanh(x / 2)
    even = mpmath.log(2 * mpmath.cosh(x / 2))
    mixed = t / 2 + x * (1 - t * t) / 4
    return (
        t**2, t**4, x * t, (x * t) ** 2, mixed**2, (x * x - 1) * x * t / 2,
        even, even**2, x**2, x**4, mpmath.cos(x),
    )  # fmt: skip


def mean(f):
    """E f(gamma) for even f by tanh-sinh quadrature."""
    return 2 * mpmath.quad(lambda x: f(x) * mpmath.npdf(x), [0, 4, 16])


@pytest.fixture(scope="module")
def truth():
    with mpmath.workdps(36):
        return [mean(lambda x, i=i: functions_of_mpmath(x)[i]) for i in range(11)]


@pytest.mark.parametrize("bits", [16, 40, 64, 110])
def test_means_against_mpmath(bits, truth):
    with mpmath.workdps(60):
        for value, exact in zip(even_means(functions, WIDE, bits), truth, strict=True):
            low, high = number(value.lo), number(value.hi)
            assert low - mpmath.mpf(10) ** -33 <= exact <= high + mpmath.mpf(10) ** -33
            assert high - low <= mpmath.mpf(2) ** (4 - bits)


def test_known_means_to_many_digits():
    for bits in (200, 500):
        values = even_means(lambda x: (x.square(), x**4, sin_cos(x)[1]), WIDE, bits)
        with mpmath.workprec(bits + 50):
            for value, exact in zip(values, (1, 3, mpmath.exp(-mpmath.mpf(1) / 2)), strict=True):
                check(value, mpmath.mpf(exact), bits - 6)


@pytest.mark.parametrize("step", [Fraction(2), Fraction(1), Fraction(3, 4), Fraction(1, 2), Fraction(1, 4)])
def test_the_bound_covers_coarse_steps(step, truth):
    """The sum alone is wrong there, far outside its rounding, and by less than the stated error."""
    values = even_sums(functions, WIDE, step, 20 * 4, 200)
    error = trapezoidal_error(EVEN_MASS, WIDE, step, 200)
    wrong = 0
    with mpmath.workdps(40):
        for value, exact in zip(values, truth, strict=True):
            low, high = number(value.lo), number(value.hi)
            assert low <= exact <= high
            assert abs((low + high) / 2 - exact) <= number(error.hi)
            wrong += abs((low + high) / 2 - exact) > mpmath.mpf(10) ** -30
    assert wrong >= (8 if step >= Fraction(1, 2) else 0)


def test_the_bound_covers_few_terms(truth):
    """At a fine step and L = 10 what is left out counts, some 10^-20."""
    for value, exact in zip(even_sums(functions, WIDE, Fraction(1, 16), 160, 200), truth, strict=True):
        with mpmath.workdps(40):
            assert number(value.lo) <= exact <= number(value.hi)


def test_the_error_is_that_of_the_theorem():
    with mpmath.workdps(40):
        for strip, step in ((Fraction(3, 2), Fraction(1, 7)), (Fraction(1), Fraction(5))):
            exact = 2 * 3 / (mpmath.exp(2 * mpmath.pi * strip.numerator / strip.denominator / step) - 1)
            check(trapezoidal_error(Fraction(3), strip, step, 100), exact, 90)
    for bits in (20, 77, 300, 1000):
        for strip in (ORDER_STRIP, NARROW, WIDE):
            assert trapezoidal_error(Fraction(1), strip, fitting_step(strip, bits), 64).certainly_below(
                Interval.point(1, 2 - bits, 64)
            )


def test_the_functions_are_below_the_bound_on_the_strip():
    """|p(x + iy)| <= (2 + |x|)^4, and e^(y^2/2) E (2 + |gamma|)^4 <= 256."""
    x = np.linspace(-12, 12, 2401)
    for y in np.linspace(0, 1.4999, 40):
        z = x + 1j * y
        t = np.tanh(z / 2)
        assert np.all(abs(t) <= 1 + 1e-12)
        assert np.all(abs(np.tanh(z / 2)) <= 1 + 1e-12)  # tanh(z) on half the strip
        even = z / 2 + np.log1p(np.exp(-z))
        for p in (z * t, (z * t) ** 2, (t / 2 + z * (1 - t * t) / 4) ** 2, (z * z - 1) * z * t / 2, even, even**2):
            assert np.all(abs(p) <= (2 + abs(x)) ** 4)
    root = np.sqrt(2 / np.pi)
    assert np.exp(9 / 8) * (16 + 32 * root + 24 + 8 * 2 * root + 3) < EVEN_MASS
    far = np.linspace(10, 50, 1000)
    assert np.all((2 + far) ** 4 <= np.exp(far))


def order_integrand(n, z):
    t = mpmath.exp(z - mpmath.exp(-z))
    p = (1 + mpmath.erf(t / mpmath.sqrt(2))) / 2
    chance = sum(comb(2 * n, i) * p**i * (1 - p) ** (2 * n - i) for i in range(n + 1))
    return t**3 * (1 + mpmath.exp(-z)) * mpmath.exp(-t * t / 2) / mpmath.sqrt(2 * mpmath.pi) * chance


@pytest.mark.parametrize("y", [0.0, 0.3, 0.4499])
def test_the_mass_of_the_order_integrand(y):
    """The integral of |F| over each line of the strip, and the sector that its proof uses."""
    grid = np.linspace(-3, 4, 141)
    for n in (0, 1, 3, 7):
        mass = sum(abs(order_integrand(n, mpmath.mpc(x, y))) for x in grid[:: 1 if n < 3 else 2])
        assert mass * (grid[1] - grid[0]) * (1 if n < 3 else 2) < 0.98 * ORDER_MASS * ORDER_GROWTH**n
    w = np.linspace(-3, 6, 9001) + 1j * y
    z = w - np.exp(-w)
    assert np.all(abs(z.imag[z.real > 0]) < 0.71)


def order_truth(n):
    """The integral over t > 0 itself."""

    def f(t):
        p = mpmath.ncdf(t)
        return t**2 * mpmath.npdf(t) * sum(comb(2 * n, i) * p**i * (1 - p) ** (2 * n - i) for i in range(n + 1))

    return mpmath.quad(f, [0, 1, 3, 6, 14])


@pytest.mark.parametrize("n", [1, 2, 7])
def test_order_integrals_against_mpmath(n):
    with mpmath.workdps(35):
        exact = order_truth(n)
        for bits in (16, 64, 100):
            value = order_integral(n, bits)
            check(value, exact, bits - 8)
        for step in (Fraction(1, 2), Fraction(1, 4), Fraction(1, 8), Fraction(1, 16)):
            value = order_sum(n, step, 120)
            assert number(value.lo) <= exact <= number(value.hi)
