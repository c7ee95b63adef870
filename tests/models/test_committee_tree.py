"""Trees of finitely many units: printed values, sampled distances, other formulas, limits, refusals."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import mpmath
import numpy as np
import pytest

from exactcap.arithmetic.balls import precision, rounded
from exactcap.errors import InputError
from exactcap.models.committee_tree import gordon, lifted, lifting

SAMPLES = 50_000


def distances(units: int) -> np.ndarray:
    """dist^2(z, S) of sampled z: the cheapest coordinates to flip, found by sorting."""
    z = np.random.default_rng(5).standard_normal((SAMPLES, units))
    cost = np.sort(np.where(z < 0, z * z, np.inf), axis=1)
    flips = np.maximum((z < 0).sum(axis=1) - units // 2, 0)
    return np.array([row[:j].sum() for row, j in zip(cost, flips, strict=True)])


def test_printed_values():
    with precision(100):
        assert rounded(gordon("sign", 3), 21) == (402519188063731037017, -20)
        assert rounded(gordon("sign", 5), 6) == (576875, -5)
        assert rounded(gordon("sign", 7), 6) == (731187, -5)
        assert (gordon("sign", 1) - 2).contains(0)


def test_three_signs_in_closed_form():
    with precision(200), mpmath.workdps(50):
        expected = 1 / (mpmath.mpf(5) / 8 - (3 + mpmath.sqrt(3)) / (4 * mpmath.pi))
        m, e = rounded(gordon("sign", 3), 50)
        assert abs(m * mpmath.mpf(10) ** e / expected - 1) < mpmath.mpf(10) ** -48


def test_two_relus_by_the_angle():
    """The distance to the cone S at radius 1, averaged over the angle, times E R^2 = 2."""

    def square(angle):
        u, v = mpmath.cos(angle), mpmath.sin(angle)
        to_axis = v if u <= 0 else mpmath.inf  # the point (u, 0)
        to_diagonal = (v - u) / mpmath.sqrt(2) if u + v >= 0 else mpmath.inf
        return min(to_axis, to_diagonal) ** 2

    with precision(120), mpmath.workdps(30):
        ends = [mpmath.pi / 4, mpmath.pi / 2, 5 * mpmath.pi / 8, 3 * mpmath.pi / 4, mpmath.pi]
        expected = mpmath.pi / mpmath.quad(square, ends)
        m, e = rounded(gordon("relu", 2), 25)
        assert abs(m * mpmath.mpf(10) ** e / expected - 1) < 1e-24


@pytest.mark.parametrize("units", [3, 5, 7])
def test_sampled_distances(units):
    square = distances(units)
    with precision(60):
        error = 5 * square.std() / np.sqrt(SAMPLES)
        assert abs(float(1 / gordon("sign", units)) - square.mean()) < error
        for r in (0.5, 5.0, 30.0):
            sample = np.exp(-r * square / 2)
            mean = (1 + r) ** (-1 / (2 * float(lifted(units, Fraction(r)))))
            assert abs(mean - sample.mean()) < 5 * sample.std() / np.sqrt(SAMPLES)


def test_three_signs_lifted_by_order_statistics():
    """The smallest of two, and the two smallest of three half-normal variables, from their own densities."""
    nodes, weights = np.polynomial.legendre.leggauss(60)
    y, t, w = 3 + 3 * nodes, (1 + nodes) / 2, 3 * weights
    r, density = 5.4, np.sqrt(2 / np.pi)
    above = np.array([math.erfc(x / math.sqrt(2)) for x in y])
    one = np.sum(w * 2 * density * np.exp(-(1 + r) * y * y / 2) * above)
    inner = np.exp(-(1 + r) * (t * y[:, None]) ** 2 / 2) @ (weights / 2) * y  # over the smaller one, t y
    two = np.sum(w * 6 * density**2 * np.exp(-(1 + r) * y * y / 2) * above * inner)
    expected = math.log(1 + r) / (-2 * math.log((4 + 3 * one + two) / 8))
    with precision(80):
        assert abs(float(lifted(3, Fraction(27, 5))) - expected) < 1e-10


def test_the_lifted_bound():
    with precision(80):
        r = lifting(3)
        assert rounded(lifted(3, r), 5) == (34546, -4)
        assert all(lifted(3, r) < lifted(3, r * factor) for factor in (Fraction(1, 2), Fraction(2)))
        for units in (3, 5):
            assert lifted(units, Fraction(10)) < gordon("sign", units)
            assert abs(lifted(units, Fraction(1, 10**8)) - gordon("sign", units)) < 1e-6
        assert not lifted(1, Fraction(1, 3)) < 2  # a convex problem gains nothing
        bounds = [gordon("sign", units) for units in range(1, 16, 2)]
        assert all(a < b for a, b in pairwise(bounds))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gordon("sign", 4), "4 is not an odd number"),
        (lambda: gordon("sign", -1), "-1 is not an odd number"),
        (lambda: gordon("sign", 17), "odd number from 1 to 15"),
        (lambda: gordon("relu", 3), "known for 2 relu units, not 3"),
        (lambda: gordon("tanh", 3), "known for sign and relu units, not 'tanh'"),
        (lambda: lifted(2, Fraction(1)), "2 is not an odd number"),
        (lambda: lifted(3, Fraction(0)), "r: 0 is not positive"),
        (lambda: lifted(3, Fraction(-1)), "r: -1 is not positive"),
    ],
)
def test_refused_in_one_line(call, message):
    with pytest.raises(InputError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)
