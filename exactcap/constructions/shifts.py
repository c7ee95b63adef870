"""A ReLU network that is piecewise linear along one direction: at most n hidden units.

C. Zhang, S. Bengio, M. Hardt, B. Recht, O. Vinyals, "Understanding deep learning requires rethinking generalization",
arXiv:1611.03530: n units, one a row.
"""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise

from exactcap.constructions.combine import two_layers, verified
from exactcap.constructions.line import separating_direction
from exactcap.constructions.problem import Construction, Problem, Progress
from exactcap.errors import InputError


def shifts(problem: Problem, seed: int, progress: Progress) -> Construction:
    """A ReLU network with hidden units psi(<a, x> - b_j), which all outputs share, and an offset.

    Along the sorted values z_1 < ... < z_n of <a, x> the output is the offset y_1 plus the piecewise linear function
    with slopes (y_(j+1) - y_j)/(z_(j+1) - z_j); a unit sits at each z_j with j < n where a slope changes, from 0
    before z_1: at most n - 1 units, fewer where targets repeat.

    Raises:
        InputError: no row, or two equal rows.

    >>> problem = Problem(((0,), (1,), (2,), (4,)), tuple((Fraction(t),) for t in (5, 6, 7, 9)))
    >>> construction = shifts(problem, 0, lambda phase, part: None)
    >>> construction.network.hidden_units, construction.count
    (1, 4)
    """
    if len(set(problem.inputs)) < max(1, len(problem.inputs)):
        raise InputError("inputs: needs pairwise different rows, at least one; leave out the copies")
    direction, values = separating_direction(problem.inputs, random.Random(seed), progress)
    order = sorted(range(len(values)), key=values.__getitem__)
    outputs = range(len(problem.targets[0]))
    before = [Fraction(0)] * len(outputs)
    hidden, jumps = [], []
    for i, k in pairwise(order):
        gap = values[k] - values[i]
        slopes = [(problem.targets[k][c] - problem.targets[i][c]) / gap for c in outputs]
        if slopes != before:
            hidden.append((*direction, -values[i]))
            jumps.append([new - old for new, old in zip(slopes, before, strict=True)])
        before = slopes
    offsets = problem.targets[order[0]]
    outer = [[*(jump[c] for jump in jumps), offsets[c]] for c in outputs]
    network = verified(two_layers(hidden, "relu", outer, len(problem.inputs[0])), problem, progress)
    return Construction(network, "n hidden units (Zhang et al., arXiv:1611.03530)", len(problem.inputs))
