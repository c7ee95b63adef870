"""Levenberg-Marquardt for two-layer networks with fewer rows than parameters. Floats: nothing here is a proof.

The step of least norm needs only the Gram matrix of the Jacobian. Its row for output k at input i has, for neuron j,
the entries g_ijk (x_i, 1) with g_ijk = v_jk psi'(s_ij), and psi(s_ij) for v_jk alone. So the block of outputs k, l is

    J_k J_l^T = (X X^T + 1) o (G_k G_l^T) + [k = l] psi(S) psi(S)^T        (o: entry by entry)

and with N = nK one iteration costs N^2 (m + d) for the matrix and N^3 for the solution; the Jacobian is never formed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from exactcap.errors import InputError
from exactcap.models.activations import Activation
from exactcap.training.activations import Smooth, activation_text, smooth
from exactcap.training.standardise import Rows, apply_map, scale_column, standardise
from exactcap.training.weights import Weights

Array = NDArray[np.float64]
Progress = Callable[[str, float], None]
"""Called with a phase and a fraction in [0, 1] in every iteration; may raise to stop."""

MAX_EQUATIONS = 10**4  # N; a matrix of N x N float64 numbers has 800 MB then
TOLERANCE = 1e-13  # of the largest residual, for targets of size about 1
ITERATIONS = 300
START = 3.0  # the deviation of the sums <w, x>; larger ones tell near rows apart
WINDOW = 30  # iterations in which the sum of squares must fall by a third


@dataclass(frozen=True)
class Point:
    """Parameters: the rows (w_j, b_j) of ``inner``, m x (d + 1), and the outer weights ``v``, m or m x K."""

    inner: Array
    v: Array


@dataclass(frozen=True)
class Problem:
    """Find a point with psi(ones inner^T) v = targets; ``ones`` are the rows (x_i, 1), n x (d + 1).

    ``targets`` are n numbers, or n x K. Residuals and the Gram matrix have N = nK rows, iK + k for output k at input i.
    ``normal`` is a unit vector, or zero: the outer weights move at right angles to it, which keeps them from 0. They
    move in units of ``rate``, so that a small one leaves most of the work to the inner weights.
    """

    psi: Smooth
    ones: Array
    targets: Array
    normal: Array
    rate: float = 1.0

    def residual(self, point: Point) -> Array:
        """f(x_i) - t_i, N entries."""
        return (self.psi.value(self.ones @ point.inner.T) @ point.v - self.targets).ravel()

    def gram(self, point: Point) -> Array:
        """J J^T, N x N."""
        sums = self.ones @ point.inner.T
        slopes = self.slopes(point, sums)
        n, outputs, m = slopes.shape
        slopes = slopes.reshape(-1, m)
        matrix = slopes @ slopes.T
        blocks = matrix.reshape(n, outputs, n, outputs)  # a view
        blocks *= (self.ones @ self.ones.T)[:, None, :, None]
        values = self.outer_columns(sums)
        products = values @ values.T
        for k in range(outputs):
            blocks[:, k, :, k] += products
        return matrix

    def step(self, point: Point, multipliers: Array) -> Point:
        """The point minus J^T multipliers."""
        sums, shaped = self.ones @ point.inner.T, multipliers.reshape(self.targets.shape)
        weighted = (self.slopes(point, sums) * shaped.reshape(len(sums), -1, 1)).sum(axis=1)
        outer = self.rate * (self.outer_columns(sums).T @ shaped)
        return Point(point.inner - weighted.T @ self.ones, point.v - outer)

    def slopes(self, point: Point, sums: Array) -> Array:
        """v_jk psi'(s_ij), n x K x m."""
        return self.psi.slope(sums)[:, None, :] * point.v.reshape(len(point.v), -1).T

    def outer_columns(self, sums: Array) -> Array:
        """The columns of J for the outer weights of one output, n x m."""
        values = self.psi.value(sums)
        return self.rate * (values - np.outer(values @ self.normal, self.normal))


def fit(
    psi: Activation,
    X: Rows,
    y: Sequence[Fraction] | Rows,
    width: int,
    seed: int,
    progress: Progress,
    start: Weights | None = None,
) -> Weights:
    """Weights of ``width`` neurons with f(x_i) near y_i, for n x d inputs X and n or n x K targets y.

    Starts from pairs of neurons that cancel, or from ``start``, whose offset and map of the columns are kept. How far
    it came is ``residual``, max |f(x_i) - y_i| in float64: about 1e-13 max |y_i - offset| where it converged.

    Inputs and targets are rationals or floats.

    Raises:
        InputError: shapes that do not fit, more than 10^4 targets, an entry that float64 cannot hold, an
            activation that is not smooth.

    >>> from exactcap.models.activations import parse_activation
    >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0.0, 1.0, 1.0, 0.0])
    >>> found = fit(parse_activation("tanh"), X, y, 4, 0, lambda phase, fraction: None)
    >>> found.W.shape, found.residual < 1e-12
    ((4, 1), True)
    """
    functions = smooth(psi)
    if width < 1:
        raise InputError(f"width: {width} neurons; take at least 1")
    if len(y) != len(X) or not len(y):
        raise InputError(f"y: {len(y)} targets for {len(X)} rows of X; give one a row")
    rows = np.array(y, dtype=object).reshape(len(y), -1)
    n, outputs = rows.shape
    shape = rows.shape if outputs > 1 else (n,)
    if n * outputs > MAX_EQUATIONS:
        raise InputError(
            f"labels: {n} rows by {outputs} outputs are more than the {MAX_EQUATIONS} numbers that training takes; "
            "take fewer rows, or one number a class"
        )
    maps = [scale_column(column, "y") for column in rows.T.tolist()]
    scale, offset = (np.array([pair[k] for pair in maps]).reshape(shape[1:]) for k in range(2))
    if start is None:
        made = standardise(X)
        values, factors, shifts = made.values, made.factors, made.shifts
        deviation = START * start_scale(psi)
        point = paired_start(width, values.shape[1], deviation, np.random.default_rng(seed), shape[1:])
    else:
        if start.width != width or start.n_inputs != len(X[0]):
            raise InputError(
                f"start: W has shape {start.W.shape}, but {(width, len(X[0]))} is needed; give weights of this table"
            )
        if start.outputs != outputs:
            raise InputError(f"start: v has {start.outputs} outputs, the targets {outputs}; give weights with as many")
        factors, shifts, offset = start.factors, start.shifts, start.offsets.reshape(shape[1:])
        values = apply_map(X, factors, shifts)
        point = Point(np.column_stack([start.W, start.b]), scale * start.v.reshape(width, *shape[1:]))
    # both maps are by powers of two, so the outer weights are scaled back exactly
    targets = apply_map(rows.tolist(), scale.ravel(), offset.ravel()).reshape(shape)
    problem = Problem(functions, with_ones(values), targets, np.zeros(width))
    point = polish(problem, descend(problem, point, progress))
    residual = float((np.abs(problem.residual(point)).reshape(shape) / scale).max())
    W, b, v = point.inner[:, :-1].copy(), point.inner[:, -1].copy(), point.v / scale
    constant = offset if offset.ndim else float(offset)
    return Weights(activation_text(psi), W, b, v, constant, factors, shifts, residual)


def with_ones(values: Array) -> Array:
    """The rows (x_i, 1)."""
    return np.column_stack([values, np.ones(len(values))])


def start_scale(psi: Activation) -> float:
    """How large the sums <w, x> may be at a start, relative to what suits activations of linear growth at most."""
    return 0.2 if psi.name in ("exp", "rational") else 1.0


def paired_start(
    width: int, n_inputs: int, deviation: float, random: np.random.Generator, outputs: tuple[int, ...] = ()
) -> Point:
    """w_{2j} = w_{2j-1}, v_{2j} = -v_{2j-1}: output 0 everywhere. An odd last neuron has outer weight 0.

    ``deviation`` is that of the sums <w, x> for standardised x; ``outputs`` the shape of an outer weight, (K,) or ().
    """
    half = (width + 1) // 2
    inner = random.standard_normal((half, n_inputs + 1)) * (deviation / np.sqrt(n_inputs))
    v = random.standard_normal((half, *outputs))
    if width % 2:
        v[-1] = 0.0
    return Point(np.repeat(inner, 2, axis=0)[:width], np.stack([v, -v], axis=1).reshape(-1, *outputs)[:width])


def descend(problem: Problem, point: Point, progress: Progress, iterations: int = ITERATIONS) -> Point:
    """Levenberg-Marquardt: J^T (J J^T + mu I)^-1 F is subtracted, with mu such that the sum of squares decreases.

    Ends at a largest residual of TOLERANCE, after ``iterations``, when no mu helps, or when it hardly decreases.
    """
    mu = 1e-3
    with quiet():
        residual = problem.residual(point)
        sums = [float(residual @ residual)]
        first = max(float(np.abs(residual).max()), TOLERANCE)
        for done in range(iterations):
            largest = float(np.abs(residual).max())
            if largest <= TOLERANCE or (done >= WINDOW and sums[-1] > sums[-1 - WINDOW] / 1.5):
                break
            progress("training", min(1.0, max(done / iterations, np.log(first / largest) / np.log(first / TOLERANCE))))
            gram = problem.gram(point)
            mean = float(np.trace(gram)) / len(gram)
            for _ in range(12):
                trial = damped_step(problem, point, gram, mu * mean, residual)
                moved = problem.residual(trial)
                # False for a sum that is not a number
                if float(moved @ moved) < sums[-1]:
                    break
                mu = max(4 * mu, 1e-14)
            else:
                break
            sums.append(float(moved @ moved))
            mu = max(mu * (0.1 if sums[-1] < 0.5 * sums[-2] else 0.5), 1e-16)
            point, residual = trial, moved
    return point


def polish(problem: Problem, point: Point, steps: int = 5) -> Point:
    """Newton steps of least norm, as long as the largest residual halves."""
    with quiet():
        residual = problem.residual(point)
        for _ in range(steps):
            trial = damped_step(problem, point, problem.gram(point), 0.0, residual)
            moved = problem.residual(trial)
            if not float(np.abs(moved).max()) < 0.5 * float(np.abs(residual).max()):
                break
            point, residual = trial, moved
    return point


def damped_step(problem: Problem, point: Point, gram: Array, damping: float, residual: Array) -> Point:
    """The point minus J^T (J J^T + damping I)^-1 residual; entries are not a number when the matrix is singular."""
    damped = gram + damping * np.eye(len(gram))
    try:
        multipliers = np.asarray(np.linalg.solve(damped, residual), dtype=np.float64)
    except np.linalg.LinAlgError:
        multipliers = residual * np.nan
    return problem.step(point, multipliers)


@contextmanager
def quiet() -> Iterator[None]:
    """Overflow and NaN are met by comparisons that fail, not by warnings."""
    with np.errstate(all="ignore"):
        yield
