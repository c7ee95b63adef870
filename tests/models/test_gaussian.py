"""Gaussian quantities two ways: balls against mpmath's quadratures, against each other, and against known values."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from flint import arb

from exactcap.arithmetic.balls import precision, rational, rounded
from exactcap.models.digits import MOMENTS, correlation_digits, one_unit_digits
from exactcap.models.gaussian import (
    angular_tail,
    common_correlation,
    correlation,
    density,
    mills,
    moment,
    orthant,
    scaled_moment,
    tail,
)
from exactcap.models.quadrature import correlation_quadrature, one_unit_quadrature

ONE = (Fraction(1), Fraction(1))


@pytest.mark.parametrize(
    "at",
    [
        Fraction(-40),
        Fraction(-3),
        Fraction(-1, 2),
        Fraction(0),
        Fraction(1, 2),
        Fraction(1),
        Fraction(3),
        Fraction(63),
        Fraction(65),
        Fraction(10**15),
    ],
)
@pytest.mark.parametrize("function", ["mills", *MOMENTS])
def test_one_unit_is_mpmaths_quadrature(function, at):
    assert one_unit_digits(function, at, 15, 256) == one_unit_quadrature(function, at, 15)


PAIRS = list(itertools.product([Fraction(-2), Fraction(0), Fraction(3, 2)], repeat=2))


@pytest.mark.parametrize("activation", ["threshold", "relu"])
@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_correlation_of_every_sign_is_mpmaths_quadrature(activation, pair):
    rho = Fraction(-9, 10) if (activation == "relu") == (pair[0] < pair[1]) else Fraction(1, 3)
    expected = correlation_quadrature(activation, pair, ONE, rho, 12)
    assert correlation_digits(activation, pair, ONE, rho, 12, 128) == expected


def test_norms_scale_thresholds_and_values():
    norms, inner = (Fraction(21, 20), Fraction(49, 50)), Fraction(1, 20)
    expected = correlation_quadrature("relu", (Fraction(3), Fraction(2)), norms, inner, 12)
    assert correlation_digits("relu", (Fraction(3), Fraction(2)), norms, inner, 12, 128) == expected


@pytest.mark.parametrize(
    ("value", "known"),
    [
        (lambda: tail(1), ".15865525393145705141"),
        (lambda: moment(1, 1), ".083315470587686298383"),
        (lambda: moment(2, 1), ".075339783343770753032"),
        (lambda: tail(3), ".0013498980316300945267"),
        (lambda: moment(1, 3), ".00038215431704772359565"),
        (lambda: moment(2, 3), ".00020343508048692373971"),
        (lambda: correlation(0, 1, 1, Fraction(1, 2)), ".06251409470966383379244"),
        (lambda: correlation(1, 1, 1, Fraction(1, 2)), ".02813697549906319639196"),
        (lambda: correlation(0, 2, 2, Fraction(9, 10)), ".01336125612701928615883"),
        (lambda: correlation(1, 2, 2, Fraction(9, 10)), ".004126173049152164440222"),
        (lambda: correlation(0, 3, 3, Fraction(1, 2)), ".00008188966183219211216680"),
        (lambda: correlation(1, 1, 1, Fraction(-1, 2)), ".0003971386672208180553639"),
        (lambda: orthant(Fraction(6, 5), Fraction(7, 10), Fraction(-3, 10)), ".012075100299465492"),
        (lambda: correlation(1, Fraction(6, 5), Fraction(7, 10), Fraction(-3, 10)), ".00215372134727805782"),
    ],
)
def test_known_values(value, known):
    digits = known.lstrip(".0")
    with precision(128):
        assert rounded(value(), len(digits)) == (int(digits), 1 - len(known))


def test_exact_cases():
    with precision(128):
        assert tail(0) == arb(1) / 2
        for rho, value in (
            (Fraction(1, 2), Fraction(1, 3)),
            (Fraction(-1, 2), Fraction(1, 6)),
            (Fraction(0), Fraction(1, 4)),
            (Fraction(1), Fraction(1, 2)),
            (Fraction(-1), Fraction(0)),
        ):
            assert orthant(0, 0, rho).contains(rational(value).mid()) or (
                orthant(0, 0, rho) - rational(value)
            ).contains(0)
        assert correlation(1, 2, 3, -1) == 0
        assert (angular_tail(2, 0) - arb.pi() * tail(2)).contains(0)
        assert (moment(2, -3) + moment(2, 3) - 10).contains(0)  # E (gamma + 3)^2


@pytest.mark.parametrize("b", [Fraction(1, 10**20), Fraction(1, 3), Fraction(5, 2), Fraction(9)])
@pytest.mark.parametrize(
    "rho", [Fraction(-9, 10), Fraction(0), Fraction(1, 2), Fraction(10**9 - 1, 10**9), Fraction(1)]
)
def test_series_and_integral_agree(b, rho):
    with precision(150):
        for power in (0, 1):
            series, integral = common_correlation(power, b, rho), common_correlation(power, rational(b), rho)
            assert (series - integral).contains(0)
            assert min(series.rel_accuracy_bits(), integral.rel_accuracy_bits()) > 100


@pytest.mark.parametrize("b", [Fraction(1, 3), Fraction(4), Fraction(10**6), Fraction(10**15)])
def test_independent_equal_and_opposite_units(b):
    with precision(300):
        for power in (0, 1):
            assert (common_correlation(power, b, 0) / moment(power, b) ** 2 - 1).contains(0)
            assert (common_correlation(power, b, 1) / moment(2 * power, b) - 1).contains(0)
            assert common_correlation(power, b, -1) == 0


@pytest.mark.parametrize(
    "pair",
    [
        (Fraction(-2), Fraction(1)),
        (Fraction(-1), Fraction(-2)),
        (Fraction(1, 2), Fraction(3)),
        (Fraction(-2), Fraction(2)),
    ],
    ids=str,
)
def test_ends_of_rho_are_limits(pair):
    with precision(200):
        for power, end in itertools.product((0, 1), (1, -1)):
            near = correlation(power, *pair, end * (1 - Fraction(1, 10**12)))
            assert abs(near - correlation(power, *pair, end)) < 1e-5


def test_plackett():
    """dF_1/drho = F_0: a central difference."""
    step = Fraction(1, 10**15)
    with precision(256):
        for h, k, rho in (
            (Fraction(1), Fraction(1), Fraction(1, 3)),
            (Fraction(-1), Fraction(2), Fraction(-1, 2)),
            (Fraction(0), Fraction(1), Fraction(3, 4)),
        ):
            slope = (correlation(1, h, k, rho + step) - correlation(1, h, k, rho - step)) / rational(2 * step)
            assert abs(slope / orthant(h, k, rho) - 1) < 1e-25


def test_balls_stay_around_the_truth():
    """An argument of radius r holds the values at all its numbers."""
    with precision(128):
        wide, wide_rho = arb(2, 0.001), arb(0.25, 0.001)
        for f in (density, tail, mills, lambda x: scaled_moment(2, x), lambda x: common_correlation(1, x, wide_rho)):
            for point in (Fraction(1999, 1000), Fraction(2), Fraction(2001, 1000)):
                assert f(wide).overlaps(f(rational(point)))
        assert angular_tail(2, arb(0, 0.01)).overlaps(angular_tail(2, Fraction(1, 100)))


def test_unknown_sign_is_an_error():
    with pytest.raises(ValueError, match="sign of a threshold"):
        orthant(arb(0, 1), 1, Fraction(1, 2))


def test_no_accuracy_is_lost_at_huge_thresholds():
    with precision(128):
        assert mills(10**100).rel_accuracy_bits() > 120
        assert rounded(tail(arb(10**15)) / density(arb(10**15)) * 10**15, 20) == (10**19, -19)
