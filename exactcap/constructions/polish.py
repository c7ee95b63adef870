"""Train, freeze, solve: ReLU networks of little more than n/(d + 1) units, trained in floats and corrected exactly."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from flint import fmpq_mat, fmpz_mat
from numpy.typing import NDArray

from exactcap.constructions.combine import two_layers
from exactcap.constructions.network import ExactNetwork, Layer, integer_layer
from exactcap.constructions.problem import Construction, NotFoundError, Problem, Progress
from exactcap.errors import InputError
from exactcap.training.relu import fit_relu

Array = NDArray[np.float64]

FIRST, GROWTH, STARTS = 1.05, 1.1, 2
"""Widths tried: FIRST n/(d + 1), then GROWTH times as many each time, with STARTS starts each."""

GRID_BITS = 45
"""Trained weights are rounded to multiples of 2^-45, on columns of deviation about 1."""

DEPENDENT = 1e-11
"""A diagonal entry of the triangular factor below this part of the first: columns taken as dependent."""


@dataclass(frozen=True)
class _Scaled:
    """The rows as centred integers, z = x - shift, of size about 2^power; the labels as 2^power target + offset."""

    centred: list[list[int]]
    shifts: list[int]
    powers: list[int]  # of the columns
    targets: list[Fraction]
    offset: Fraction
    power: int  # of the labels


class _Minor(NamedTuple):
    rows: list[int]
    columns: list[int]


def polish(problem: Problem, seed: int, progress: Progress) -> Construction:
    """A ReLU network of one output, outer weights of one size, and little more than n/(d + 1) units on most tables.

    Training in floats brings f(x_i) = sum_j v_j relu(<w_j, x_i> + b_j), v_j = +1 or -1 fixed, near the labels. As long
    as no neuron changes between active and inactive at a row, f(x_i) is linear in (W, b), with the columns
    v_j [j active at i] (x_i, 1): independent columns and rows are chosen by pivoted QR, as many as the rank seen in
    floats, and these equations are solved exactly for a change of these parameters. (Where the network is affine on
    more rows than it has freedom, say constant on a whole class, the rank is below n and the other equations follow.)
    The network so made is evaluated; when some row is wrong, another start is made. No theorem promises success or a
    count, the evaluation is the claim. All weights share one denominator, a determinant of the order of the rank.

    Args:
        problem: one output; any rational targets.
        seed: of the starts.
        progress: called in each iteration of the training, and before the solution.

    Raises:
        InputError: several outputs, SciPy is missing, or no success up to about 3 n/d units.

    >>> inputs, targets = ((0,), (1,), (2,), (5,)), tuple((Fraction(y, 3),) for y in (1, -1, 0, 4))
    >>> network = polish(Problem(inputs, targets), 0, lambda phase, part: None).network
    >>> network.outputs(inputs) == list(targets)
    True
    """
    n, d, outputs = len(problem.inputs), len(problem.inputs[0]), len(problem.targets[0])
    if outputs != 1:
        raise InputError(f"method polish: needs one output; the labels have {outputs}; give each class a number")
    pivoted = _pivoted_qr()
    theorem = (
        "train, freeze, solve: verified by evaluation; no count is promised, and about n/(d + 1) units are the fewest "
        "that leave n parameters (W, b)"
    )
    if len(set(problem.targets)) == 1:
        return Construction(two_layers([], "relu", [problem.targets[0]], d), theorem, None)
    scaled = _scale(problem)
    values = np.array(
        [[_quotient(z, power) for z, power in zip(row, scaled.powers, strict=True)] for row in scaled.centred]
    )
    targets = np.array([float(target) for target in scaled.targets])
    random = np.random.default_rng(seed)
    width, widest, tries = max(2, math.ceil(FIRST * n / (d + 1))), 3 * math.ceil(n / d) + 8, 0
    while width <= widest:
        for _ in range(STARTS):
            tries += 1
            fitted = fit_relu(values, targets, width, random, _named(progress, f"training {width} units"))
            if fitted is None:
                continue
            progress(f"exact solution, {width} units", 0.0)
            network = _corrected(scaled, values, *fitted, pivoted)
            if network is not None and network.outputs(problem.inputs) == list(problem.targets):
                note = f"{tries} starts trained; n/(d + 1) = {n / (d + 1):.1f}"
                return Construction(network, theorem, None, (note,))
        width = max(width + 1, round(GROWTH * width))
    raise NotFoundError(f"{tries} trainings of up to {widest} units did not converge (seed {seed}); tent always does")


def _named(progress: Progress, phase: str) -> Progress:
    return lambda _, part: progress(phase, part)


def _pivoted_qr() -> Callable[[Array], tuple[Array, NDArray[np.intp]]]:
    try:
        from scipy.linalg import qr
    except ImportError:
        raise InputError("method polish: needs SciPy for the pivoted QR; install exactcap[train]") from None
    solver: Any = qr
    return lambda matrix: solver(matrix, mode="r", pivoting=True, check_finite=False)


def _scale(problem: Problem) -> _Scaled:
    columns = list(zip(*problem.inputs, strict=True))
    centres = [_centre(list(map(Fraction, column))) for column in columns]
    shifts = [round(centre) for centre, _ in centres]
    labels = [target[0] for target in problem.targets]
    centre, power = _centre(labels)
    unit = Fraction(2) ** (power - 3)
    offset = round(centre / unit) * unit  # a short number near the mean
    return _Scaled(
        [[x - shift for x, shift in zip(row, shifts, strict=True)] for row in problem.inputs],
        shifts,
        [max(0, power) for _, power in centres],
        [(label - offset) / Fraction(2) ** power for label in labels],
        offset,
        power,
    )


def _centre(values: Sequence[Fraction]) -> tuple[Fraction, int]:
    """The mean, and the power of two next to the mean absolute deviation (0 for equal values)."""
    mean = sum(values, Fraction(0)) / len(values)
    deviation = sum((abs(value - mean) for value in values), Fraction(0)) / len(values)
    return mean, deviation.numerator.bit_length() - deviation.denominator.bit_length() if deviation else 0


def _quotient(z: int, power: int) -> float:
    return float(Fraction(z, 1 << power))


def _corrected(
    scaled: _Scaled, values: Array, inner: Array, signs: Array, pivoted: Callable[[Array], tuple[Array, Any]]
) -> ExactNetwork | None:
    """The trained network moved exactly onto the labels on its pattern, or None when that equation is singular."""
    n, (m, columns) = len(values), inner.shape
    # Integers over 2^bits that act on the rows (z_i, 1).
    top = max(scaled.powers)
    bits = GRID_BITS + top
    grid = [
        [round(math.ldexp(w, GRID_BITS)) << (top - power) for w, power in zip(row, [*scaled.powers, 0], strict=True)]
        for row in inner.tolist()
    ]
    rows = [[*row, 1] for row in scaled.centred]
    sums = (fmpz_mat(rows) * fmpz_mat(grid).transpose()).tolist()
    active = np.array([[entry > 0 for entry in row] for row in sums])
    factors = signs * active
    with_ones = np.column_stack([values, np.ones(n)])
    chosen = _independent((factors[:, :, None] * with_ones[:, None, :]).reshape(n, m * columns), pivoted)
    integer_signs = [int(sign) for sign in signs]
    matrix = [
        [integer_signs[j] * rows[i][c] if active[i, j] else 0 for j, c in (divmod(k, columns) for k in chosen.columns)]
        for i in chosen.rows
    ]
    # common 2^bits (t_i - f(x_i)) are integers.
    common = math.lcm(*(target.denominator for target in scaled.targets))
    missing = []
    for i in chosen.rows:
        reached = sum(sign * int(entry) for sign, entry in zip(integer_signs, sums[i], strict=True) if entry > 0)
        missing.append([(int(scaled.targets[i] * common) << bits) - common * reached])
    try:
        change = fmpq_mat(fmpz_mat(matrix)).solve(fmpq_mat(fmpz_mat(missing)), "dixon")
    except ZeroDivisionError:
        return None
    numerators, denominator = change.numer_denom()
    scale = int(denominator) * common
    weights = [[scale * entry for entry in row] for row in grid]
    for k, entry in zip(chosen.columns, numerators.entries(), strict=True):
        weights[k // columns][k % columns] += int(entry)
    # <w, z> + b = <w, x> + b - <w, shift>
    biases = [row[-1] - sum(w * shift for w, shift in zip(row, scaled.shifts, strict=False)) for row in weights]
    hidden = Layer(tuple(tuple(row[:-1]) for row in weights), tuple(biases), "relu", scale << bits).normalised()
    size = Fraction(2) ** scaled.power
    return ExactNetwork(
        (hidden, integer_layer([[*(sign * size for sign in integer_signs), scaled.offset]], "identity"))
    )


def _independent(matrix: Array, pivoted: Callable[[Array], tuple[Array, Any]]) -> _Minor:
    """Rows and columns of a largest submatrix that is well away from singular, by pivoted QR of columns, then rows."""
    factor, order = pivoted(matrix)
    diagonal = np.abs(np.diag(factor))
    rank = int((diagonal > DEPENDENT * diagonal[0]).sum())
    columns = order[:rank]
    rows = pivoted(matrix[:, columns].T)[1][:rank]
    return _Minor(sorted(map(int, rows)), sorted(map(int, columns)))
