"""Threshold networks with one hidden layer: Baum's construction in its sharp form, ceil(n/d) hidden units.

E. B. Baum, "On the capabilities of multilayer perceptrons", J. Complexity 4 (1988). In general position, for two
classes: if ceil(n/d) = 2k, the smaller class has at most dk rows, which k slabs of two units each hold. If
ceil(n/d) = 2k + 1, a facet of the convex hull has p ones and d - p zeros, and (n_1 - p) + (n_0 - d + p) = n - d <= 2dk,
so at most dk rows of some class lie off the facet: one unit fires exactly for that class's rows on the facet, and k
slabs hold its other rows. The output is the disjunction of slabs and unit, or its complement.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from exactcap.constructions.combine import two_layers, verified
from exactcap.constructions.facet import simplicial_facet
from exactcap.constructions.hyperplanes import Batch, Points, affine_through, dimension_note, points, shrunk_note
from exactcap.constructions.margins import centred
from exactcap.constructions.problem import Construction, Problem, Progress
from exactcap.constructions.slabs import cover, shortened
from exactcap.errors import InputError

FACETS = 3
"""Directions in which a facet with d rows is looked for."""


class _Plan(NamedTuple):
    """Hidden units, outputs with their offset last, the batches made, what is promised, what there is to say."""

    units: Sequence[tuple[int, ...]]
    outer: list[list[int]]
    batches: Sequence[Batch]
    theorem: str
    promised: int
    notes: tuple[str, ...] = ()


def baum(problem: Problem, seed: int, progress: Progress) -> Construction:
    """A threshold network for 0/1 targets: one output for two classes, or one output a class (one-hot).

    Two classes: ceil(n/d) hidden units or fewer in general position, d the affine rank of the rows. Several classes:
    slabs for all classes but the largest, 2 sum of ceil(n_c/d) units. Elsewhere: at most two units a batch.

    Raises:
        InputError: targets that are neither single zeros and ones nor one-hot vectors.

    >>> from fractions import Fraction
    >>> xor = Problem(((0, 0), (0, 1), (1, 0), (1, 1)), tuple((Fraction(t),) for t in (0, 1, 1, 0)))
    >>> construction = baum(xor, 0, lambda phase, part: None)
    >>> construction.network.hidden_units, construction.count
    (2, 2)
    """
    _require_classes(problem)
    rng = random.Random(seed)
    rows = points(problem.inputs, rng)
    if len(set(problem.targets)) == 1:
        outer = [[int(value)] for value in problem.targets[0]]
        plan = _Plan(
            (), outer, (), "one class: no hidden unit is needed", 1, ("one class only: the output is constant",)
        )
    elif len(problem.targets[0]) > 1:
        plan = _several_classes(rows, problem, rng, progress)
    else:
        plan = _two_classes(rows, problem, rng, progress)
    network = centred(two_layers(plan.units, "threshold", plan.outer, rows.n_inputs), problem.inputs)
    notes = (*plan.notes, *shrunk_note(plan.batches), *dimension_note(rows))
    return Construction(verified(network, problem, progress), plan.theorem, plan.promised, notes)


def _require_classes(problem: Problem) -> None:
    for i, target in enumerate(problem.targets, start=1):
        if any(value not in (0, 1) for value in target) or (len(target) > 1 and sum(target) != 1):
            shown = ", ".join(map(str, target[:8]))
            raise InputError(
                f"labels: a threshold network needs two classes as 0 and 1, or one output a class (one-hot), got the "
                f"target ({shown}) at row {i}; use classes, or a relu method"
            )


def _two_classes(rows: Points, problem: Problem, rng: random.Random, progress: Progress) -> _Plan:
    ones = np.array([target[0] == 1 for target in problem.targets])
    n, d = len(ones), rows.dimension
    if n == d + 1:  # affinely independent rows: an affine function takes any signs
        unit = _unit(rows, affine_through(rows, range(n), [1 if one else -1 for one in ones])[0], ones)
        return _Plan([unit], [_disjunction([1], True)], (), "affinely independent rows: one unit", 1)
    minority = bool(2 * ones.sum() <= n)
    wanted = ones if minority else ~ones
    slabs = cover(rows, np.flatnonzero(wanted).tolist(), ~wanted, rng, progress)
    outer = _disjunction(slabs.signs, minority)
    theorem = "ceil(n/d) hidden units in general position (Baum 1988; with a facet unit when ceil(n/d) is odd)"
    plan = _Plan(slabs.units, [outer], slabs.batches, theorem, -(-n // d))
    if len(plan.units) > plan.promised:
        other = _facet_and_slabs(rows, ones, plan, rng, progress)
        if other is not None and len(other.units) < len(plan.units):
            return other
    return plan


def _facet_and_slabs(
    rows: Points, ones: NDArray[np.bool_], plan: _Plan, rng: random.Random, progress: Progress
) -> _Plan | None:
    """The odd case, instead of ``plan``; None when no facet with exactly d rows was met."""
    found = None
    for _ in range(FACETS):
        found = found or simplicial_facet(rows, rng, progress)
    if found is None:
        return None
    facet, functional, values = found
    off = np.ones(len(ones), bool)
    off[list(facet)] = False
    positive = bool((ones & off).sum() <= (~ones & off).sum())
    wanted = ones if positive else ~ones
    slabs = cover(rows, np.flatnonzero(wanted & off).tolist(), ~wanted, rng, progress)
    # On the facet s is e > 0 at wanted rows, -e at others; off it g < 0, and T > s/|g| makes T g + s negative.
    s, _ = affine_through(rows, facet, [1 if wanted[k] else -1 for k in facet])
    heights = rows.values(s)
    steep = max(0, *(int(heights[k]) // -int(values[k]) + 1 for k in np.flatnonzero(off)))
    unit = _unit(rows, [steep * a + b for a, b in zip(functional, s, strict=True)], wanted & ~off)
    outer = _disjunction([1, *slabs.signs], positive)
    return plan._replace(units=(unit, *slabs.units), outer=[outer], batches=slabs.batches)


def _unit(rows: Points, functional: Sequence[int], fires: NDArray[np.bool_]) -> tuple[int, ...]:
    """The unit of a functional that is positive exactly at the rows of ``fires``, shortened."""
    return rows.weights(
        shortened(
            rows, functional, lambda trial: all((v > 0) == fire for v, fire in zip(trial, fires.tolist(), strict=True))
        )[0]
    )


def _several_classes(rows: Points, problem: Problem, rng: random.Random, progress: Progress) -> _Plan:
    classes = np.array([target.index(1) for target in problem.targets])
    sizes = np.bincount(classes, minlength=len(problem.targets[0])).tolist()
    largest = sizes.index(max(sizes))
    others = [c for c, size in enumerate(sizes) if size and c != largest]
    units: list[tuple[int, ...]] = []
    signs: list[int] = []
    batches: list[Batch] = []
    spans = {}
    for c in others:

        def within(phase: str, part: float, before: int = sum(sizes[:c]), size: int = sizes[c]) -> None:
            progress(phase, (before + part * size) / len(classes))

        start = len(units)
        slabs = cover(rows, np.flatnonzero(classes == c).tolist(), classes != c, rng, within)
        units += slabs.units
        signs += slabs.signs
        batches += slabs.batches
        spans[c] = range(start, len(units))
    outer = [
        _disjunction([weight * (k in spans.get(c, ())) for k, weight in enumerate(signs)], True)
        for c in range(len(sizes))
    ]
    outer[largest] = _disjunction(signs, False)
    theorem = "2 ceil(n_c/d) hidden units for each class c but the largest, in general position (slabs as in Baum 1988)"
    return _Plan(units, outer, batches, theorem, sum(2 * -(-sizes[c] // rows.dimension) for c in others))


def _disjunction(weights: Sequence[int], positive: bool) -> list[int]:
    """The output that is 1 if the sum of unit and slabs is at least 1, else 0; or its complement. Offset last."""
    return [*weights, 0] if positive else [*(-weight for weight in weights), 1]
