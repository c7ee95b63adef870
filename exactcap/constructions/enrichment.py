"""Threshold networks from a random layer: enrich the rows until they are linearly separable, then separate them.

After Vershynin (arXiv:2001.06938), whose condition on the size is irrelevant here, since the network is evaluated.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from exactcap.constructions.combine import verified
from exactcap.constructions.margins import centred
from exactcap.constructions.network import ExactNetwork, Layer
from exactcap.constructions.problem import Construction, NotFoundError, Problem, Progress
from exactcap.errors import InputError

PRECISION_BITS = 4
"""Bits of a Gaussian weight in the column of the widest spread; narrower columns have longer weights."""

COLUMNS = 8
"""Nonzero weights of a unit, at most."""

FIRST, GROWTH = 20, 1.15
"""The first random layer has n/FIRST units; each that does not separate is followed by one GROWTH times as large."""

ROUNDING_BITS = 40
"""The most bits to which a separating vector is rounded."""

Array = NDArray[np.float64]


def enrichment(problem: Problem, seed: int, progress: Progress) -> Construction:
    """A threshold network: a random sparse layer of short weights, then a separating threshold unit for each output.

    Hidden unit: integer Gaussian weights in at most COLUMNS columns, its threshold the value at one of the rows; the
    ranks of these rows are spread evenly, so that in dimension one n - 1 units already have all the thresholds. The
    output units come from a linear programme in floats that maximises the margin; they are rounded to the fewest bits
    for which every row is right, which is tested in integers. The layer grows until that succeeds; about n/2 units do
    for random classes (Cover), real classes need far fewer.

    Args:
        problem: targets of entries 0 and 1; all outputs share the random layer.
        seed: of the layer.
        progress: called before each linear programme.

    Raises:
        InputError: other targets, or SciPy is missing.
        NotFoundError: no success with 8n + 8 units.

    >>> from fractions import Fraction
    >>> xor = Problem(((0, 0), (0, 1), (1, 0), (1, 1)), tuple((Fraction(t),) for t in (0, 1, 1, 0)))
    >>> construction = enrichment(xor, 0, lambda phase, part: None)
    >>> construction.network.outputs(xor.inputs) == list(xor.targets)
    True
    """
    linprog = _linear_programming()
    if any(entry not in (0, 1) for target in problem.targets for entry in target):
        raise InputError("method enrichment: needs targets of entries 0 and 1; try relu")
    n = len(problem.inputs)
    rng = random.Random(seed)
    spreads = _spreads(problem.inputs)
    table = fmpz_mat([list(row) for row in problem.inputs])
    labels = [[int(target[k]) for target in problem.targets] for k in range(len(problem.targets[0]))]
    size, tries, limit = max(1, n // FIRST), 0, 8 * n + 8
    while size <= limit:
        tries += 1
        rows = [_sparse_row(spreads, rng) for _ in range(size)]
        progress("random layer", 0.0)
        thresholds, features = _thresholds(table, rows, rng)
        outer: list[list[int]] = []
        for k, label in enumerate(labels):
            progress(f"separating on {size} units", k / len(labels))
            found = _separate(features, label, linprog)
            if found is None:
                break
            outer.append(found)
        else:
            hidden = Layer(tuple(map(tuple, rows)), tuple(-threshold for threshold in thresholds), "threshold")
            output = Layer(tuple(tuple(o[:-1]) for o in outer), tuple(o[-1] for o in outer), "threshold")
            network = verified(centred(ExactNetwork((hidden, output)), problem.inputs), problem, progress)
            theorem = (
                "a random layer and a perception on it, verified by evaluation; no count is promised "
                "(Vershynin, arXiv:2001.06938, has order n log^5 n weights)"
            )
            return Construction(network, theorem, None, (f"{tries} random layers tried",))
        size = max(size + 1, int(GROWTH * size))
    raise NotFoundError(f"some output was not separable on up to {limit} random units (seed {seed}); baum always is")


def _linear_programming() -> Callable[..., Any]:
    try:
        from scipy.optimize import linprog
    except ImportError:
        raise InputError("method enrichment: needs SciPy for its linear programmes; install exactcap[train]") from None
    return linprog  # type: ignore[no-any-return]


def _spreads(inputs: Sequence[Sequence[int]]) -> list[int]:
    """The range of each column, 0 for a constant one."""
    return [max(column) - min(column) for column in zip(*inputs, strict=True)]


def _sparse_row(spreads: Sequence[int], rng: random.Random) -> list[int]:
    """Gaussian weights for columns of equal spread, in units that give the widest column PRECISION_BITS bits."""
    moving = [c for c, spread in enumerate(spreads) if spread]
    row = [0] * len(spreads)
    for c in rng.sample(moving, min(COLUMNS, len(moving))):
        short = round(rng.gauss(0.0, 1.0) * 2**PRECISION_BITS)
        row[c] = short * max(spreads) // spreads[c]
    return row


def _thresholds(
    table: fmpz_mat, rows: Sequence[Sequence[int]], rng: random.Random
) -> tuple[list[int], NDArray[np.bool_]]:
    """A threshold for each unit, of ranks spread evenly in random order, and which unit (column) fires on which row."""
    products = table * fmpz_mat([list(row) for row in rows]).transpose()
    n, size = products.nrows(), products.ncols()
    ranks = [(2 * position + 1) * (n - 1) // (2 * size) for position in range(size)]
    rng.shuffle(ranks)
    features = np.zeros((n, size), dtype=np.bool_)
    entries = [int(entry) for entry in products.entries()]
    thresholds = []
    for unit, rank in enumerate(ranks):
        column = entries[unit::size]
        threshold = sorted(column)[rank]
        thresholds.append(threshold)
        features[:, unit] = [value > threshold for value in column]
    return thresholds, features


def _separate(features: NDArray[np.bool_], label: Sequence[int], linprog: Callable[..., Any]) -> list[int] | None:
    """Integers (u, c) with <u, h_i> + c > 0 exactly for the rows of label 1, or None when none was found."""
    n, size = features.shape
    if len(set(label)) == 1:
        return [0] * size + [label[0]]
    signs = np.where(np.array(label) == 1, 1, -1)
    # Maximise t with sign_i (<u, h_i> + c) >= t and |u| <= 1; then rounding u to multiples of t/(size + 1) is safe.
    homogeneous = np.column_stack([features, np.ones(n, dtype=np.bool_)]).astype(np.int64)
    constraints = np.column_stack([-signs[:, None] * homogeneous, np.ones(n)])
    objective = np.zeros(size + 2)
    objective[-1] = -1.0
    bounds = [(-1.0, 1.0)] * size + [(-float(size), float(size)), (0.0, 1.0)]
    solved = linprog(objective, A_ub=constraints, b_ub=np.zeros(n), bounds=bounds, method="highs")
    if solved.x is None:
        return None
    for bits in range(ROUNDING_BITS):
        rounded = [int(value) for value in np.rint(solved.x[:-1] * 2.0**bits)]
        if sum(map(abs, rounded)) >= 2**62:
            return None  # beyond the reach of int64
        sums = homogeneous @ np.array(rounded, dtype=np.int64)
        if bool((np.where(sums > 0, 1, -1) == signs).all()):
            return rounded
    return None
