"""Regular zeros: weights at which a network vanishes on all rows while its Jacobian has rank n. Floats, no proof.

The trivial zeros, where single neurons vanish, have too small a rank and draw the iteration to them. What keeps it
away: large first-layer weights, so that the neurons differ, outer weights that move slowly, and only at right angles to
where they started, so that they do not vanish. The size of the start is tuned by trial; see `STARTS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from exactcap.errors import InputError
from exactcap.models.activations import Activation
from exactcap.training.activations import activation_text, smooth
from exactcap.training.levenberg_marquardt import Point, Problem, Progress, descend, polish, start_scale, with_ones
from exactcap.training.standardise import Rows, standardise
from exactcap.training.weights import Weights

STARTS = ((10.0, 0.01), (5.0, 0.03), (10.0, 0.003), (8.0, 0.03), (3.0, 0.03), (5.0, 0.01), (2.0, 0.0), (1.5, 0.03))
"""The deviation of the sums <w, x>, and the rate of the outer weights beside the inner ones."""
MAX_STARTS = 30
ITERATIONS = 200
LARGEST_RESIDUAL = 1e-11
SMALLEST_RATIO = 1e-7  # of the Jacobian's singular values; the square root of the Gram matrix's rounding is 1e-8


def find_zero(psi: Activation, X: Rows, width: int, seed: int, progress: Progress) -> Weights | None:
    """The first of `zeros`, None when there is none.

    >>> from exactcap.models.activations import parse_activation
    >>> X = np.random.default_rng(0).standard_normal((20, 4))
    >>> found = find_zero(parse_activation("tanh"), X, 5, 0, lambda phase, fraction: None)
    >>> found.W.shape, found.residual < 1e-12
    ((5, 4), True)
    """
    return next(zeros(psi, X, width, seed, progress), None)


def zeros(psi: Activation, X: Rows, width: int, seed: int, progress: Progress) -> Iterator[Weights]:
    """Weights with output near 0 on the n x d inputs X and a Jacobian of rank n, from each start that leads to some.

    They can exist for n < width (d + 2) only, since the outer weights themselves are in the Jacobian's kernel.

    Raises:
        InputError: no row or column, an entry that float64 cannot hold, an activation that is not smooth.
    """
    functions = smooth(psi)
    if width < 1:
        raise InputError(f"width: {width} neurons; take at least 1")
    made = standardise(X)
    n, d = made.values.shape
    if n >= width * (d + 2):
        return
    ones = with_ones(made.values)
    random = np.random.default_rng(seed)
    for attempt in range(number_of_starts(n)):
        deviation, rate = STARTS[attempt % len(STARTS)]
        start = scattered_start(width, d, deviation * start_scale(psi), random)
        problem = Problem(functions, ones, np.zeros(n), start.v / np.linalg.norm(start.v), rate)
        with np.errstate(all="ignore"):  # numbers beyond float64 lead to no weights
            point = polish(problem, descend(problem, start, progress, ITERATIONS))
            residual = float(np.abs(problem.residual(point)).max())
            is_regular = (
                residual <= LARGEST_RESIDUAL and singular_ratio(replace(problem, rate=1.0), point) >= SMALLEST_RATIO
            )
        if is_regular:
            W, b = point.inner[:, :-1].copy(), point.inner[:, -1].copy()
            yield Weights(activation_text(psi), W, b, point.v, 0.0, made.factors, made.shifts, residual)


def number_of_starts(n: int) -> int:
    """How often a search on n rows starts: a start costs up to about n^3 / 10^7 seconds, and few rows need more."""
    return max(2, min(MAX_STARTS, 1800 // n))


def scattered_start(width: int, n_inputs: int, deviation: float, random: np.random.Generator) -> Point:
    """Normal inner weights, and outer weights of random signs times uniform(1/2, 3/2)."""
    inner = random.standard_normal((width, n_inputs + 1)) * (deviation / np.sqrt(n_inputs))
    v = random.uniform(0.5, 1.5, width) * random.choice([-1.0, 1.0], width)
    return Point(inner, v)


def singular_ratio(problem: Problem, point: Point) -> float:
    """The smallest singular value of the Jacobian over the largest, 0 below 1e-8 or so."""
    gram = problem.gram(point)
    if not np.isfinite(gram).all():
        return 0.0
    squares = np.linalg.eigvalsh(gram)
    return float(np.sqrt(squares[0] / squares[-1])) if squares[0] > 0.0 else 0.0
