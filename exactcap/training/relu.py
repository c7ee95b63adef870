"""Two-layer ReLU networks with outer weights +1 and -1, fitted by Levenberg-Marquardt. Floats: nothing here is a proof.

On ReLUs themselves the iteration soon sticks at a kink. So it first fits softplus networks, log(1 + exp(beta s))/beta,
of growing beta, each from the weights of the one before; the ReLUs are their limit. With fixed outer weights the ReLU
network is piecewise linear in (W, b), so the last fit ends after a few steps on one pattern of active neurons.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from exactcap.training.activations import Smooth
from exactcap.training.levenberg_marquardt import Point, Problem, Progress, descend, polish, with_ones

Array = NDArray[np.float64]

SHARPNESS = tuple(2.0**k for k in range(8))
"""The values of beta."""

ITERATIONS = 20
"""For each beta, and thrice as many for the ReLUs."""

HOPELESS = 0.1
"""The largest residual of a softplus network from which the next one is still tried, after the first."""

SPREAD = 2.0
"""Standard deviation of the sums <w_j, x> at the start."""

CONVERGED = 1e-9
"""The largest residual of a fit, for targets of size about 1; an exact correction does the rest."""

_RELU = Smooth(lambda s: np.maximum(s, 0.0), lambda s: (s > 0.0).astype(np.float64))


def _softplus(beta: float) -> Smooth:
    def slope(s: Array) -> Array:
        return 0.5 + 0.5 * np.tanh(0.5 * beta * s)

    return Smooth(lambda s: np.logaddexp(0.0, beta * s) / beta, slope)


def fit_relu(
    values: Array, targets: Array, width: int, random: np.random.Generator, progress: Progress
) -> tuple[Array, Array] | None:
    """Rows (w_j, b_j) and signs v_j with sum_j v_j relu(<w_j, x_i> + b_j) within CONVERGED of t_i, from one start.

    Args:
        values: n x d inputs x_i, standardised.
        targets: n targets t_i of size about 1.
        width: the number of neurons; the signs alternate.
        random: of the start.
        progress: called in every iteration.

    Returns:
        The width x (d + 1) matrix and the signs, or None when this start does not converge.

    >>> values, targets = np.array([[0.0], [1.0], [2.0]]), np.array([0.0, 1.0, 0.0])
    >>> rows, signs = fit_relu(values, targets, 4, np.random.default_rng(0), lambda phase, fraction: None)
    >>> bool(np.allclose(np.maximum(values @ rows[:, :1].T + rows[:, 1], 0.0) @ signs, targets))
    True
    """
    n, d = values.shape
    directions = SPREAD * random.standard_normal((width, d)) / np.sqrt(d)
    # Each neuron has its kink halfway between two rows, so it is active on some rows and not on others.
    between = values[random.integers(0, n, (2, width))].mean(axis=0)
    kinks = np.einsum("jc,jc->j", directions, between)
    point = Point(np.column_stack([directions, -kinks]), np.where(np.arange(width) % 2 == 0, 1.0, -1.0))
    ones = with_ones(values)
    for beta in SHARPNESS:
        # rate 0: the outer weights stay.
        problem = Problem(_softplus(beta), ones, targets, np.zeros(width), rate=0.0)
        point = descend(problem, point, progress, ITERATIONS)
        # False for a residual that is not a number, here and below
        if not (_largest(problem, point) < HOPELESS or beta == SHARPNESS[0]):
            return None
    problem = Problem(_RELU, ones, targets, np.zeros(width), rate=0.0)
    point = polish(problem, descend(problem, point, progress, 3 * ITERATIONS))
    # A neuron of weights -inf would be a dead one with a small residual.
    converged = _largest(problem, point) < CONVERGED and bool(np.isfinite(point.inner).all())
    return (point.inner, point.v) if converged else None


def _largest(problem: Problem, point: Point) -> float:
    return float(np.abs(problem.residual(point)).max())
