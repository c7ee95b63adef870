"""Points that are found are zeros with a Jacobian of full rank, and none is found where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from exactcap.errors import InputError
from exactcap.models.activations import parse_activation
from exactcap.training.activations import smooth
from exactcap.training.regular_zero import find_zero

RANDOM = np.random.default_rng(5)


def silent(phase: str, fraction: float) -> None:
    assert 0 <= fraction <= 1


def jacobian(text: str, weights, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The outputs and their derivatives, column by column."""
    psi, ones = smooth(parse_activation(text)), np.ones(len(X))
    scaled = weights.factors * (X - weights.shifts)
    columns, out = [], 0 * ones
    for w, b, v in zip(weights.W, weights.b, weights.v, strict=True):
        sums = scaled @ w + b
        out = out + v * psi.value(sums)
        columns += [v * psi.slope(sums) * x for x in (*scaled.T, ones)] + [psi.value(sums)]
    return out, np.array(columns).T


@pytest.mark.parametrize("text", ["tanh", "sigmoid", "softplus", "silu", "gelu", "sin", "cos", "erf", "gaussian"])
@pytest.mark.parametrize("width", [5, 6])
def test_outputs_vanish_and_the_rank_is_full(text, width):
    X = RANDOM.standard_normal((width * 4 - 2, 3))  # m (d + 1) - 2 rows; the paired argument ends at m/2 (d + 2)
    weights = find_zero(parse_activation(text), X, width, 0, silent)
    out, J = jacobian(text, weights, X)
    assert np.abs(out).max() < 1e-10
    assert np.linalg.matrix_rank(J) == len(X)


def test_beyond_the_parameters_none_is_looked_for():
    """(0, v) is in the kernel of the Jacobian at a zero, so the rank is below m (d + 2)."""

    def never(phase, fraction):
        raise AssertionError

    assert find_zero(parse_activation("tanh"), RANDOM.standard_normal((20, 2)), 5, 0, never) is None


def test_equal_rows_have_no_regular_zero():
    X = RANDOM.standard_normal((6, 2))
    X[3] = X[1]
    assert find_zero(parse_activation("tanh"), X, 4, 0, silent) is None


def test_constant_columns_and_one_row():
    X = np.column_stack([RANDOM.standard_normal(6), np.full(6, 7.0)])
    assert find_zero(parse_activation("tanh"), X, 5, 0, silent).residual < 1e-11
    assert find_zero(parse_activation("tanh"), np.array([[3.0, 4.0]]), 1, 0, silent).W.shape == (1, 2)


def test_the_seed_decides():
    X = RANDOM.standard_normal((10, 3))
    one, same, other = (find_zero(parse_activation("tanh"), X, 4, seed, silent).W for seed in (0, 0, 1))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_no_width_is_refused():
    with pytest.raises(InputError, match="width: 0"):
        find_zero(parse_activation("tanh"), np.ones((1, 1)), 0, 0, silent)
