"""Activations against differences and mpmath, training to rounding error, exact maps of columns."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from exactcap.errors import InputError
from exactcap.models.activations import parse_activation
from exactcap.training.activations import activation_text, smooth
from exactcap.training.levenberg_marquardt import Point, Problem, fit, paired_start, with_ones
from exactcap.training.standardise import standardise
from exactcap.training.weights import Weights

TEXTS = ["tanh", "sigmoid", "softplus", "silu", "gelu", "sin", "cos", "erf", "gaussian", "exp", "x^3 - x", "x/(1+x^2)"]


def normal(*shape):
    """The same numbers whichever tests ran before."""
    return np.random.default_rng(0).standard_normal(shape)


POINTS = np.array([-30.0, -3.0, -0.4, 0.0, 0.7, 2.5, 12.0])


def silent(phase: str, fraction: float) -> None:
    assert 0 <= fraction <= 1


def outputs(weights: Weights, X: np.ndarray) -> np.ndarray:
    """The network, a second way: neuron by neuron."""
    psi, scaled = smooth(parse_activation(weights.activation)), weights.factors * (X - weights.shifts)
    neurons = zip(weights.W, weights.b, weights.v, strict=True)
    return sum((v * psi.value(scaled @ w + b) for w, b, v in neurons), np.full(len(X), weights.offset))


@pytest.mark.parametrize("text", TEXTS)
def test_values_and_derivatives(text):
    psi = parse_activation(text)
    functions = smooth(psi)
    import sympy

    exact = sympy.lambdify(sympy.Symbol("x"), psi.symbolic(), "mpmath")
    with mpmath.workdps(40):
        for order, function in enumerate((functions.value, functions.slope)):
            for x, found in zip(POINTS, function(POINTS), strict=True):
                truth = mpmath.diff(exact, mpmath.mpf(x), order)
                assert abs(found - truth) <= 1e-12 * max(1, abs(truth))


@pytest.mark.parametrize("text", TEXTS)
def test_the_text_is_read_back(text):
    psi = parse_activation(text)
    assert parse_activation(activation_text(psi)) == psi


def test_log_is_refused():
    with pytest.raises(InputError, match="log is not smooth"):
        fit(parse_activation("log"), np.ones((1, 1)), np.ones(1), 1, 0, silent)


@pytest.mark.parametrize("text", TEXTS[:10])
@pytest.mark.parametrize("width", [8, 9])
def test_training_ends_at_rounding_error(text, width):
    random = np.random.default_rng(width)  # of its own: what a shared one gives depends on the tests run before
    X, y = random.standard_normal((16, 3)) * [1, 1e3, 1e-3] + [0, 1e4, 5], random.integers(0, 346, 16).astype(float)
    weights = fit(parse_activation(text), X, y, width, 0, silent)
    assert weights.residual < 1e-9
    assert weights.W.shape == (width, 3)
    assert np.abs(outputs(weights, X) - y).max() < 1e-8


@pytest.mark.parametrize(("text", "outputs"), [("tanh", 2), ("gelu", 3), ("sin", 3)])
def test_several_outputs_are_trained_together(text, outputs):
    """Outputs in units of 1, 1000, ...; then again from what was found."""
    random = np.random.default_rng(outputs)
    X, y = random.standard_normal((12, 3)), random.integers(0, 9, (12, outputs)) * 10.0 ** (3 * np.arange(outputs))
    weights = fit(parse_activation(text), X, y, 13, 0, silent)
    assert (weights.v.shape, weights.offset.shape) == ((13, outputs), (outputs,))
    found = [outputs_of(weights, k, X) for k in range(outputs)]
    assert (np.abs(np.column_stack(found) - y) <= 1e-9 * np.ptp(y, axis=0)).all()
    assert weights.residual < 1e-9 * np.ptp(y)
    rows = [[Fraction(t) for t in row] for row in y.tolist()]
    again = fit(parse_activation(text), X, rows, 13, 0, silent, weights)
    assert np.abs(again.v - weights.v).max() <= 1e-9 * np.abs(weights.v).max()
    with pytest.raises(InputError, match=f"start: v has {outputs} outputs, the targets 1"):
        fit(parse_activation(text), X, y[:, 0], 13, 0, silent, weights)


def outputs_of(weights, k, X):
    """Output k alone, as a network of one output."""
    return outputs(replace(weights, v=weights.v[:, k], offset=float(weights.offset[k])), X)


@pytest.mark.parametrize("shape", [(), (1,), (3,)])
def test_the_gram_matrix_and_the_step_are_those_of_the_jacobian(shape):
    """J by central differences of the residual, in the order W, b, then v."""
    point = Point(normal(4, 3), normal(4, *shape))
    problem = Problem(smooth(parse_activation("gelu")), with_ones(normal(5, 2)), normal(5, *shape), np.zeros(4), 0.5)
    flat = np.concatenate([point.inner.ravel(), point.v.ravel()])

    def residual(parameters):
        return problem.residual(Point(parameters[:12].reshape(4, 3), parameters[12:].reshape(4, *shape)))

    steps = 1e-6 * np.eye(len(flat))
    J = np.array([(residual(flat + step) - residual(flat - step)) / 2e-6 for step in steps]).T
    J[:, 12:] *= problem.rate  # the outer weights in units of it
    assert np.allclose(problem.gram(point), J @ J.T, atol=1e-7)
    multipliers = normal(len(J))
    moved = problem.step(point, multipliers)
    change = J.T @ multipliers
    change[12:] *= problem.rate
    assert np.allclose(np.concatenate([moved.inner.ravel(), moved.v.ravel()]), flat - change, atol=1e-7)


def test_too_many_equations_are_refused():
    with pytest.raises(InputError, match="101 rows by 100 outputs are more than the 10000"):
        fit(parse_activation("tanh"), np.zeros((101, 1)), np.zeros((101, 100)), 1, 0, silent)


def test_rationals_and_floats_are_the_same_inputs():
    X = [[Fraction(k), Fraction(k * k, 8)] for k in range(6)]
    y = [Fraction(k % 3) for k in range(6)]
    one = fit(parse_activation("tanh"), X, y, 4, 3, silent)
    other = fit(parse_activation("tanh"), np.array(X, float), np.array(y, float), 4, 3, silent)
    assert all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("W", "b", "v", "factors"))


def test_the_start_is_continued():
    X, y = normal(10, 2), normal(2, 10)[1]
    first = fit(parse_activation("sin"), X, y, 6, 0, silent)
    again = fit(parse_activation("sin"), X, y, 6, 0, silent, first)
    assert np.abs(again.W - first.W).max() < 1e-9
    with pytest.raises(InputError, match="start: W has shape"):
        fit(parse_activation("sin"), X, y, 5, 0, silent, first)


def test_what_cannot_be_fitted_says_so():
    """Equal rows with different labels, and one neuron for ten rows."""
    X, y = np.array([[1.0], [1.0], [2.0]]), np.array([0.0, 1.0, 0.0])
    assert fit(parse_activation("tanh"), X, y, 6, 0, silent).residual > 0.4
    assert fit(parse_activation("tanh"), np.arange(10.0)[:, None], np.arange(10.0) % 3, 1, 0, silent).residual > 0.1


def test_progress_may_stop_it():
    class Stop(Exception):
        pass

    def stop(phase, fraction):
        raise Stop

    with pytest.raises(Stop):
        fit(parse_activation("tanh"), normal(5, 2), np.arange(5.0), 6, 0, stop)


def test_a_paired_start_is_zero():
    for width in (1, 6, 7):
        start = paired_start(width, 2, 3.0, np.random.default_rng(0))
        assert start.inner.shape == (width, 3)
        several = paired_start(width, 2, 3.0, np.random.default_rng(0), (3,))
        assert several.v.shape == (width, 3)
        assert np.abs(np.tanh(normal(5, 3) @ several.inner.T) @ several.v).max() < 1e-14
        assert np.abs(np.tanh(normal(5, 3) @ start.inner.T) @ start.v).max() < 1e-14


def test_columns_are_mapped_exactly():
    """A column with 1e15 before a spread of 1, a constant one, a tiny one: what floats would lose is kept."""
    rows = [[Fraction(10**15) + Fraction(k, 10), Fraction("0.1"), Fraction(k, 10**30)] for k in range(7)]
    made = standardise(rows)
    assert made.factors[1] == 1
    assert all(np.frexp(factor)[0] == 0.5 for factor in made.factors)
    assert np.allclose(np.diff(made.values[:, 0]), 0.1 * made.factors[0], rtol=1e-14)
    assert np.ptp(made.values[:, 1]) == 0
    spread = made.values.std(axis=0)
    assert (spread[[0, 2]] >= 0.7).all()
    assert (spread[[0, 2]] <= 1.5).all()


@pytest.mark.parametrize(
    ("X", "words"),
    [
        ([], "needs rows of one common length"),
        ([[1.0], [1.0, 2.0]], "needs rows of one common length"),
        ([[1.0], [float("nan")]], "column 0 has the entry nan"),
        ([[Fraction(10) ** 400], [Fraction(1)]], "too large for float64"),
        ([[Fraction(0)], [Fraction(10) ** -400]], "column 0 has differences"),
    ],
)
def test_columns_beyond_float64(X, words):
    with pytest.raises(InputError, match=words):
        standardise(X)


def test_weights_are_validated():
    good = {"W": np.ones((2, 3)), "b": np.ones(2), "v": np.ones(2), "offset": 0.0}
    maps = {"factors": np.ones(3), "shifts": np.zeros(3)}
    for change, words in (
        ({"W": np.ones(3)}, "W: has shape"),
        ({"v": np.ones(3)}, "v: has shape"),
        ({"b": np.array([1.0, np.nan])}, r"b\[1\]: is nan"),
        ({"offset": float("inf")}, "offset: is inf"),
        ({"factors": np.zeros(3)}, "factors: one is 0"),
        ({"b": np.ones(2, int)}, "b: has entries of type int64"),
    ):
        with pytest.raises(InputError, match=words):
            Weights("tanh", **{**good, **maps, **change})
