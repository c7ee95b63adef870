"""Overlaps: closed forms against the Hermite series, derivatives, ends, monotonicity, and what has none."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from flint import arb, ctx

from exactcap.arithmetic.balls import precision, rational
from exactcap.errors import InputError
from exactcap.models import overlap as overlap_module
from exactcap.models.overlap import ARCHITECTURES, Overlap, _series, overlap
from exactcap.models.units import parse_unit

CLOSED = (
    "relu", "leaky_relu", "abs", "hardtanh", "relu(2*x - 2) + x", "erf", "erf(x/2)", "sin(2*x)", "cos", "exp(x/3) - 1",
    "gaussian", "3*exp(x^2/10)", "x^3 - x", "x^2", "relu(x - 1/2)",
)  # fmt: skip
GRID = [rational(Fraction(k, 16)) for k in range(17)]


def curves(text: str, architecture: str, bits: int = 100) -> Overlap:
    return overlap(parse_unit(text), architecture, bits)


@pytest.mark.parametrize("text", CLOSED)
def test_closed_forms_are_within_the_series(text):
    with precision(100):
        closed, series = curves(text, "tree"), _series(parse_unit(text), 100)
        for q in GRID[:-1:3]:
            assert closed.value(q).overlaps(series[0](q))
            assert closed.slope(q).overlaps(series[1](q))
            assert closed.bend(q).overlaps(series[2](q))
        q = rational(Fraction(1, 2))
        assert all(f(q).rad() < arb(2) ** -80 for f in series)
        assert closed.value(arb(1)).overlaps(series[0](arb(1)))
        assert closed.slope(arb(1)).overlaps(series[1](arb(1)))


@pytest.mark.parametrize("text", ["tanh", "gelu", "relu(x)^2*cos(x)", "softplus", "hardtanh", "relu(2*x - 2) + x"])
def test_value_is_a_mean_over_two_variables(text):
    """E g(u) g(v), v = q u + sqrt(1 - q^2) w, by Gauss's rule in floats on a grid of cells."""
    nodes, weights = np.polynomial.legendre.leggauss(10)
    edges = np.linspace(-8, 8, 33)
    x = np.concatenate([(a + b) / 2 + (b - a) / 2 * nodes for a, b in pairwise(edges)])
    w = np.tile(weights * (edges[1] - edges[0]) / 2, 32) * np.exp(-x * x / 2) / np.sqrt(2 * np.pi)
    g = {
        "tanh": np.tanh,
        "gelu": lambda t: t * (1 + np.vectorize(math.erf)(t / math.sqrt(2))) / 2,
        "relu(x)^2*cos(x)": lambda t: np.maximum(t, 0) ** 2 * np.cos(t),
        "softplus": lambda t: np.logaddexp(t, 0),
        "hardtanh": lambda t: np.clip(t, -1, 1),
        "relu(2*x - 2) + x": lambda t: np.maximum(2 * t - 2, 0) + t,
    }[text]
    q = 0.75
    v = q * x[:, None] + np.sqrt(1 - q * q) * x[None, :]
    expected = w @ (g(x)[:, None] * g(v)) @ w - (w @ g(x)) ** 2
    assert abs(float(curves(text, "tree").value(arb(q)).mid()) - expected) < 1e-4 * (1 + abs(expected))


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("text", ["relu", "hardtanh", "erf", "sin", "cos", "exp", "gaussian", "x^3 + x^2", "tanh"])
def test_derivatives(text, architecture):
    with precision(140):
        Q, q, h = curves(text, architecture, 140), rational(Fraction(3, 5)), arb(2) ** -30
        for f, derivative in ((Q.value, Q.slope), (Q.slope, Q.bend)):
            difference = (f(q + h) - f(q - h)) / (2 * h)
            assert abs(difference - derivative(q)) < arb(2) ** -50
        assert Q.value(arb(0)).contains(0)
        assert Q.value(arb(0)).rad() < arb(2) ** -100


@pytest.mark.parametrize("text", [*CLOSED, "tanh", "gelu", "softplus"])
def test_wide_balls_hold_the_values_inside(text):
    with precision(53):
        for architecture in ARCHITECTURES:
            Q = curves(text, architecture, 53)
            for f in (Q.value, Q.slope, Q.bend):
                assert f(arb("0.3", "0.1")).contains(f(arb("0.3")).mid())
                assert f(arb("0.3", "0.1")).contains(f(arb("0.25")).mid())
                assert f(arb("0.2")) <= f(arb("0.6")).upper()
            assert Q.value(arb(1)).overlaps(Q.value(arb(1) + arb(0, 1e-30)))  # what is above 1 is cut off
            assert not Q.value(arb("nan")).is_finite()


@pytest.mark.parametrize("text", ["tanh", "relu", "gelu", "x^3 - x", "hardtanh"])
def test_full_is_tree_without_its_linear_term(text):
    with precision(100):
        tree, full = curves(text, "tree"), curves(text, "full")
        for q in GRID[::4]:
            assert full.value(q).overlaps(tree.value(q) - tree.slope(arb(0)) * q)
            assert full.slope(q).overlaps(tree.slope(q) - tree.slope(arb(0)))
        assert full.slope(arb(0)).contains(0)


@pytest.mark.parametrize(("one", "other"), [
    ("gelu", "3 - gelu(x)"), ("relu", "relu(-x) + 5"), ("erf(x/2)", "2 + erf(-x/2)"), ("x^2", "1 - x^2"),
])  # fmt: skip
def test_constants_and_signs_change_nothing(one, other):
    with precision(90):
        for architecture in ARCHITECTURES:
            a, b = curves(one, architecture, 90), curves(other, architecture, 90)
            for q in (GRID[3], GRID[12], GRID[16]):
                assert a.value(q).overlaps(b.value(q))
                assert a.slope(q).overlaps(b.slope(q))


def test_linear_terms_change_nothing_in_full_committees():
    with precision(90):
        for one, other in (("gelu", "gelu(x) - 2*x"), ("relu", "abs(x)/2"), ("sin", "sin(x) + x/7")):
            a, b = curves(one, "full", 90), curves(other, "full", 90)
            assert a.value(GRID[8]).overlaps(b.value(GRID[8]))
            assert not curves(one, "tree", 90).value(GRID[8]).overlaps(curves(other, "tree", 90).value(GRID[8]))


def test_even_units_have_no_linear_term():
    with precision(90):
        for text in ("abs", "cos", "gaussian", "x*sin(x)"):
            a, b = curves(text, "tree", 90), curves(text, "full", 90)
            assert a.value(GRID[8]).overlaps(b.value(GRID[8]))
            assert a.slope(GRID[16]).overlaps(b.slope(GRID[16]))


def test_the_bend_at_one():
    with precision(64):
        assert not curves("relu", "tree", 64).bend(arb(1)).is_finite()
        assert not curves("tanh", "tree", 64).bend(arb(1)).is_finite()  # not known to be finite
        assert (curves("x^2", "tree", 64).bend(arb(1)) - 4).contains(0)
        near = curves("tanh", "tree", 64).bend(rational(Fraction(999, 1000)))
        assert near.is_finite()
        assert near > rational(Fraction(1, 4))


@pytest.mark.parametrize(
    ("text", "architecture", "message"),
    [
        ("relu", "forest", "neither tree nor full"),
        ("2*x - 1", "full", "affine, so Q = 0"),
        ("relu(x) - relu(-x)", "full", "affine, so Q = 0"),
        ("sqrt(2)*x", "full", "cannot be told from an affine function"),
        ("tanh(x) - tanh(x) + x", "full", "cannot be told from an affine function"),
        ("sin(x)^2 + cos(x)^2", "tree", "cannot be told from a constant"),
    ],
)
def test_refused_in_one_line(text, architecture, message):
    with pytest.raises(InputError, match=message) as caught:
        curves(text, architecture)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "other", "architecture"),
    [
        ("x^2 + 10^100*x", "x^2", "full"),
        ("relu(x) + 10^50*x", "relu", "full"),
        ("tanh(x) + 10^9*x", "tanh", "full"),
        ("hardtanh(x) + 10^40*x", "hardtanh", "full"),
        ("gelu(x) + 10^9", "gelu", "tree"),
        ("gelu(x/10^20)*10^20", "x/2", "tree"),
    ],
)
def test_what_cancels_takes_more_bits(text, other, architecture):
    with precision(64):
        a, b = curves(text, architecture, 64), curves(other, architecture, 64)
        for q in (GRID[5], GRID[16]):
            for f, g in ((a.value, b.value), (a.slope, b.slope)):
                assert abs(f(q) / g(q) - 1) < arb(2) ** -30
                assert f(q).rel_accuracy_bits() > 30


def test_exact_polynomials_are_never_in_doubt():
    with precision(40):
        Q = curves("x^2 + 10^100*x", "full", 40)
        assert Q.value(arb(1)) == 2
        assert Q.slope(arb(0)) == 0


def test_fewer_terms_hold_when_more_are_too_much_work(monkeypatch):
    with precision(64):
        many = curves("relu(x)*tanh(x)", "tree", 64).value(GRID[15])
        work = overlap_module.averages

        def only_few(unit, count, bits):
            if count > 200:
                raise InputError("activation: too much work")
            return work(unit, count, bits)

        monkeypatch.setattr(overlap_module, "averages", only_few)
        few = curves("relu(x)*tanh(x)", "tree", 64).value(GRID[15])
        assert few.overlaps(many)
        assert few.rad() > 10 * many.rad()


def test_precision_is_left_alone():
    before = ctx.prec
    curves("tanh", "full", 40).value(arb(0.5))
    assert ctx.prec == before
