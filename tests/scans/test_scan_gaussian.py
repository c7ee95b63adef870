"""The scans' own Gaussian functions against mpmath's adaptive quadrature, against balls, and against known digits."""

from __future__ import annotations

from fractions import Fraction
from math import comb
from random import Random

import mpmath
import pytest
from mpmath import mpf

from exactcap.arithmetic.balls import precision, rational
from exactcap.models import gaussian as balls
from exactcap.scans import gaussian
from exactcap.scans.draws import logarithmic, real, uniform
from exactcap.scans.orthogonal import _both_inside
from exactcap.scans.quadrature import integral, legendre_rule
from exactcap.scans.scan import GUARD
from exactcap.scans.three_stage import divergence, upper_tail

DIGITS = 15


def relative(value, other) -> float:
    return float(abs(value / other - 1))


def from_ball(ball) -> mpf:
    assert ball.rel_accuracy_bits() > 80
    return mpf(ball.mid().str(40, radius=False))


def test_legendre_rules_integrate_polynomials_exactly():
    with mpmath.workdps(60):
        nodes, weights = legendre_rule(60)
        for degree in (0, 1, 50, 2 * len(nodes) - 1):
            total = mpmath.fdot(weights, [node**degree for node in nodes])
            assert abs(total * (degree + 1) - 1) < mpf(10) ** -55, degree


@pytest.mark.parametrize("k", [0, 1])
def test_correlations_agree_with_adaptive_quadrature(k):
    """Formula (1) in the variable v of theory, normalised: mpmath.quad stops at an absolute error."""
    random = Random(k)
    for _ in range(12):
        b, delta = logarithmic(random, 0.01, 100), uniform(random, Fraction(1, 100), Fraction(199, 100))
        with mpmath.workdps(DIGITS + GUARD):
            value = gaussian.correlation(k, real(b), real(delta))
        with mpmath.workdps(30):
            x, c = real(b), gaussian.threshold_slope(real(delta))
            square = 1 + c * c

            def integrand(y, x=x, c=c, square=square):
                v = y / x
                lower = mpmath.sqrt(v * v + c * c) * (square + v * v) ** (k + 1)
                return v ** (2 * k + 1) * mpmath.exp(-y * y / 2) / lower

            places = [0, min(x * c, 1) / 10, 1, 3, 6, 12]
            size = mpmath.quad(integrand, places, maxdegree=4)
            total = size * mpmath.quad(lambda y, size=size: integrand(y) / size, sorted(places), maxdegree=8) / x
            expected = 2**k / mpmath.pi / square**k * mpmath.exp(-x * x * square / 2) * total
            assert relative(value, expected) < 10**-DIGITS, (b, delta)


@pytest.mark.parametrize("seed", range(3))
def test_one_and_two_units_agree_with_balls(seed):
    """mpmath at the digits of a scan, Arb at 300 bits: two routes that share no formula for the correlation."""
    random = Random(seed)
    for _ in range(25):
        b = random.choice([uniform(random, -6, 6), logarithmic(random, 0.001, 300)])
        k = random.randrange(2)
        delta = uniform(random, Fraction(1, 10**4), Fraction(1999, 1000))
        rho = 1 - delta * delta / 2
        h, j = b + uniform(random, -1, 1), b
        small = uniform(random, Fraction(-9, 10), Fraction(9, 10))
        with mpmath.workdps(DIGITS + GUARD):
            found = [
                *(gaussian.moment(n, real(b)) for n in range(5)),
                gaussian.mills(real(b)),
                gaussian.correlation(k, real(b), real(delta)),
                gaussian.pair_moment(k, real(h), real(j), real(small)),
            ]
        with precision(300):
            expected = [
                *(balls.moment(n, b) for n in range(5)),
                balls.mills(b),
                balls.correlation(k, b, b, rho),
                balls.correlation(k, h, j, small),
            ]
        with mpmath.workdps(DIGITS + GUARD):
            for place, (value, ball) in enumerate(zip(found, expected, strict=True)):
                assert relative(value, from_ball(ball)) < 10**-DIGITS, (place, b, h, delta, small, k)


@pytest.mark.parametrize("k", [0, 1])
def test_fixed_point_keeps_its_digits_far_out(k):
    """Very small and large b, distances near 0 and 2, against the same with 40 digits more."""
    random = Random(10 + k)
    for _ in range(15):
        b, delta = logarithmic(random, 1e-7, 1e3), logarithmic(random, 1e-20, 1)
        delta = 2 - delta if random.random() < 0.5 and delta > 1e-5 else delta
        with mpmath.workdps(DIGITS + GUARD):
            found = gaussian.correlation(k, real(b), real(delta))
        with mpmath.workdps(DIGITS + GUARD + 40):
            # the slope c is nearly infinite at 2, and b^2 c^2/2 is an exponent
            size = float(1 + real(b) * gaussian.threshold_slope(real(delta))) ** 2
            assert relative(found, gaussian.correlation(k, real(b), real(delta))) < 1e-16 + 1e-25 * size, (b, delta)


def test_binomial_tails_agree_with_exact_sums():
    random = Random(3)
    for _ in range(40):
        n, p = random.randrange(1, 60), Fraction(random.randrange(1, 100), 100)
        count = random.randrange(n + 2)
        exact = sum(comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(count, n + 1))
        with mpmath.workdps(DIGITS + GUARD):
            found = upper_tail(n, real(p), real(1 - p), count)
            assert found == exact == 0 or relative(found, real(exact)) < 10**-DIGITS, (n, p, count)


def test_chernoff_by_hand():
    """D(1/2||1/4) = ln(2)/2 + ln(2/3)/2, so e^(-2D) = 3/4, and P(Bin(2, 1/4) >= 1) = 7/16."""
    with mpmath.workdps(27):
        assert relative(mpmath.exp(-2 * divergence(mpf("0.5"), mpf("0.25"))), mpf("0.75")) < 1e-20
        assert upper_tail(2, mpf("0.25"), mpf("0.75"), 1) == mpf(7) / 16


def test_special_values():
    with mpmath.workdps(27):
        for k in (0, 1):
            for b in (mpf(-2), mpf(0), mpf(1), mpf(30)):
                assert relative(gaussian.correlation(k, b, mpmath.sqrt(2)), gaussian.moment(k, b) ** 2) < 1e-15
                assert relative(gaussian.correlation(k, b, mpf(10) ** -24), gaussian.moment(2 * k, b)) < 1e-15
                assert gaussian.correlation(k, b, mpf(0)) == gaussian.moment(2 * k, b)
            assert gaussian.correlation(k, mpf(1), mpf(2)) == 0
            assert gaussian.correlation(k, mpf(0), mpf(2)) == 0
        value = gaussian.correlation(0, mpf(2), mpmath.sqrt(2 * (1 - mpf("0.9"))))
        assert mpmath.nstr(value, 15) == "0.0133612561270193"
        both = gaussian.correlation(1, mpf(-1), mpf(2))  # (a^2 - 1)(1 - 2Q(a)) + 2 a g(a) at a = 1
        assert relative(both, 2 * gaussian.density(mpf(1))) < 1e-15


def test_pairs_at_equal_norms_agree_with_formula_1():
    with mpmath.workdps(27):
        for k in (0, 1):
            for b, rho in (
                (mpf("0.1"), mpf("0.8")),
                (mpf(4), mpf("-0.7")),
                (mpf(60), mpf("0.3")),
                (mpf(-3), mpf("0.5")),
            ):
                expected = gaussian.corner_moment(k, b, mpf(1), rho)
                assert relative(gaussian.pair_moment(k, b, b, rho), expected) < 1e-15, (k, b, rho)


def test_squares_agree_with_four_quadrants():
    """P(both in [a, a + w]) = L(a, a) - 2 L(a, a + w) + L(a + w, a + w), in balls with cancellation allowed for."""
    random = Random(5)
    for _ in range(15):
        point = {
            "eps": uniform(random, 0, Fraction(2, 5)), "p": Fraction(1), "q": Fraction(1),
            "r": uniform(random, -1, 1), "a": uniform(random, -3, 4), "w": logarithmic(random, 0.01, 4),
        }  # fmt: skip
        with mpmath.workdps(DIGITS + GUARD):
            found = _both_inside(point)
        with precision(300):
            norm, rho = rational(1 + point["eps"]).sqrt(), point["eps"] * point["r"] / (1 + point["eps"])
            low, high = rational(point["a"]) / norm, rational(point["a"] + point["w"]) / norm
            corners = [balls.correlation(0, x, y, rational(rho)) for x, y in ((low, low), (low, high), (high, high))]
            expected = corners[0] - 2 * corners[1] + corners[2]
        with mpmath.workdps(DIGITS + GUARD):
            assert relative(found, from_ball(expected)) < 1e-14, point


def test_integrals_over_panels():
    with mpmath.workdps(27):
        whole = integral(lambda x: mpmath.exp(-x * x / 2), [mpf(0), mpf(4), mpf(12)])
        assert relative(whole, mpmath.sqrt(mpmath.pi / 2)) < 1e-15
