"""Tangent kernels: the closed forms against averages and derivatives, matrices against mpmath, weights and features."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import arb
from kernel_truth import DELTA, features, matrix, rows_of
from support import DATA, small_table

from exactcap.models.datasets import read_dataset
from exactcap.models.tangent_kernel import (
    ACTIVATIONS,
    direction,
    is_in_general_direction,
    kernel,
    kernel_matrix,
    suited_weights,
    tangent_features,
)

SLOPES = {
    "erf": lambda x: 2 / np.sqrt(np.pi) * np.exp(-(x**2)), "sin": np.cos, "cos": lambda x: -np.sin(x),
    "exp": np.exp, "gaussian": lambda x: -x * np.exp(-(x**2) / 2),
}  # fmt: skip


def closed(activation: str, rho: float) -> float:
    return float(kernel(activation, arb(rho), arb(1 - rho * rho).sqrt()).mid())


@pytest.mark.parametrize("activation", SLOPES)
@pytest.mark.parametrize("rho", [-0.9, -0.3, 0.0, 0.5, 0.99])
def test_smooth_units_are_averages(activation, rho):
    """rho E g'(u) g'(v) by Gauss-Hermite quadrature of the two normal variables."""
    x, w = np.polynomial.hermite_e.hermegauss(120)
    w = w / w.sum()
    g = SLOPES[activation]
    inner = g(rho * x[:, None] + np.sqrt(1 - rho**2) * x[None, :]) @ w
    assert closed(activation, rho) == pytest.approx(rho * float(w @ (g(x) * inner)), abs=1e-9)


@pytest.mark.parametrize("rho", [-0.9, -0.3, 0.5, 0.99])
def test_units_with_a_kink_are_averages(rho):
    """P(u > 0, v > 0) as an integral over u of one normal probability."""
    both = mpmath.quad(lambda x: mpmath.npdf(x) * mpmath.ncdf(rho * x / mpmath.sqrt(1 - rho**2)), [0, 1, 4, 12])
    assert closed("relu", rho) == pytest.approx(float(rho * both), abs=1e-12)
    assert closed("abs", rho) == pytest.approx(float(rho * (4 * both - 1)), abs=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_kernel_is_rho_times_the_derivative_of_delta(activation):
    for rho in (-0.75, 0.25, 0.875):
        slope = mpmath.diff(DELTA[activation], mpmath.mpf(rho))
        assert closed(activation, rho) == pytest.approx(float(rho * slope), abs=1e-9)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("bias", [False, True])
def test_matrices_in_fixed_point(activation, bias):
    values = rows_of(small_table(), False)
    found = kernel_matrix(activation, [direction(row, bias) for row in values], 100)
    true = matrix(activation, rows_of(small_table(), bias))
    with mpmath.workdps(60):
        for i, row in enumerate(found):
            assert len(row) == i + 1
            assert all(abs(true[i, j] * mpmath.mpf(2) ** 100 - entry) <= 2 for j, entry in enumerate(row))


def test_directions_are_on_the_ray():
    for row in rows_of(small_table(), False):
        for bias in (False, True):
            extended, integers = row + [Fraction(1)] * bias, direction(row, bias)
            (ratio,) = {Fraction(a) / b for a, b in zip(integers, extended, strict=True) if b} or {Fraction(1)}
            assert ratio > 0
            assert [ratio * b for b in extended] == integers
            assert np.gcd.reduce(integers) == 1


@pytest.mark.parametrize("name", ["iris", "wine", "breast-cancer", "diabetes"])
def test_drawn_units_split_the_rows(name):
    """With a bias nearly every hyperplane leaves rows on both sides, whatever the columns' scales are."""
    label = {"iris": "species", "wine": "class", "breast-cancer": "diagnosis", "diabetes": "target"}[name]
    values = read_dataset(DATA / f"{name}.csv", label, deduplicate=True).values[:60]
    drawn = np.random.default_rng(1).integers(-(10**6), 10**6, (40, len(values[0]) + 1)).tolist()
    weights = suited_weights(values, True, drawn)
    rows = [direction(row, True) for row in values]
    assert all(is_in_general_direction(unit, rows) for unit in weights)
    active = np.array([[sum(a * b for a, b in zip(unit, row, strict=True)) > 0 for unit in weights] for row in rows])
    split = active.any(axis=0) & ~active.all(axis=0)
    assert split.mean() > 0.6


def test_features_and_constant_columns():
    values = [[Fraction(1), Fraction(5)], [Fraction(-2), Fraction(5)], [Fraction(0), Fraction(5)]]
    weights = suited_weights(values, False, [[1, 1], [-2, 1]])
    rows = [direction(row, False) for row in values]
    found, expected = tangent_features(rows, weights), features(values, weights)
    for row, other, x, y in zip(found, expected, rows, values, strict=True):
        scale = Fraction(x[1]) / y[1]
        assert row == [scale * entry for entry in other]
    assert all(type(w) is int for unit in suited_weights(values, True, [[1, 2, 3]]) for w in unit)
