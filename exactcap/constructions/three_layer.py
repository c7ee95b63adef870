"""Two hidden ReLU layers of about 4 sqrt(n) units together that take arbitrary rational values.

After Yun, Sra and Jadbabaie (arXiv:1810.07770); the construction with integer weights is our own.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from exactcap.constructions.combine import verified
from exactcap.constructions.line import separating_direction
from exactcap.constructions.network import ExactNetwork, Layer
from exactcap.constructions.problem import Construction, Problem, Progress


@dataclass(frozen=True)
class _Line:
    intercept: int
    slope: int

    def at(self, z: int) -> int:
        return self.intercept + self.slope * z


def three_layer(problem: Problem, seed: int, progress: Progress) -> Construction:
    """A ReLU network of two hidden layers, 2p - 1 units in the first and K(2q - 2 + q mod 2) in the second, pq >= n.

    The rows lie at the integers z_1 < ... < z_n of a line and are cut into p groups of q consecutive ones, the last
    perhaps shorter. Layer 1 has the units relu(z - e) for the knots e: the first point, and r, r + 1 for the last
    point r of every group but the last group. A piecewise linear function with these knots is an arbitrary line on
    every group, because its join to the next one happens on [r, r + 1], where no other point lies; and integer lines
    have integer joins.

    For one output let its integer values Y be between lo and hi. Clip unit b = 1..q is P_b cut off below lo and
    above hi, two ReLUs: relu(P_b - lo) - relu(P_b - hi) + lo. On a group, P_b is the line of slope (-1)^b T through
    its b-th point (z_b, Y_b), T so steep, T |z_j - z_b| >= hi - lo, that the unit is lo or hi at the other points. At
    the j-th point the units b < j are hi for even b and the units b > j are hi for odd b: passing from j to j + 1
    loses b = j + 1 if that is odd and gains b = j if that is even, the same condition, so their number is constant,
    the number H of odd b in 2..q. Hence the units add up to Y_j + H hi + (q - 1 - H) lo. The units that a short group
    lacks are constant there, hi for odd b. Unit 1, and unit q for even q, is never above hi at a point, since the
    others lie where its lines fall: there relu(P_b - hi) is 0 and left out. Several outputs share layer 1. QED

    Args:
        problem: any rational targets, K >= 1 entries a row.
        seed: of the direction.
        progress: called in every unit of work.

    >>> from fractions import Fraction
    >>> inputs, targets = ((0,), (1,), (2,), (5,)), tuple((Fraction(y, 3),) for y in (1, -1, 0, 4))
    >>> construction = three_layer(Problem(inputs, targets), 0, lambda phase, part: None)
    >>> [len(layer.biases) for layer in construction.network.layers], construction.count
    ([3, 2, 1], 5)
    """
    n, outputs = len(problem.inputs), len(problem.targets[0])
    direction, z = separating_direction(problem.inputs, random.Random(seed), progress)
    order = sorted(range(n), key=z.__getitem__)
    size = min(range(1, n + 1), key=lambda q: _units(n, q, outputs))
    groups = [[z[i] for i in order[start : start + size]] for start in range(0, n, size)]
    ends = [group[-1] for group in groups[:-1]]
    knots = [groups[0][0], *(knot for end in ends for knot in (end, end + 1))]
    first = Layer((direction,) * len(knots), tuple(-knot for knot in knots), "relu")

    common = math.lcm(*(entry.denominator for target in problem.targets for entry in target))
    weights: list[tuple[int, ...]] = []
    biases: list[int] = []
    signs: list[tuple[int, ...]] = []
    constants: list[int] = []
    for k in range(outputs):
        values = [int(problem.targets[i][k] * common) for i in order]
        low, high = min(values), max(values)
        own: list[int] = []
        for b in range(size):
            progress("units", (k * size + b) / (outputs * size))
            lines = [
                _clipped_line(group, values[a * size : (a + 1) * size], b, low, high) for a, group in enumerate(groups)
            ]
            row = _slope_changes(lines, ends)
            start = lines[0].at(knots[0])
            bounds = [low] if b == 0 or (b == size - 1 and b % 2) else [low, high]
            weights += [row] * len(bounds)
            biases += [start - bound for bound in bounds]
            own += [1, -1][: len(bounds)]
        signs.append(tuple(own))
        constants.append(low - (size - 1) // 2 * (high - low))
    second = Layer(tuple(weights), tuple(biases), "relu")
    # Output k adds up its own clip units, all outputs have equally many.
    nothing = (0,) * len(signs[0])
    sums = tuple(nothing * k + row + nothing * (outputs - 1 - k) for k, row in enumerate(signs))
    last = Layer(sums, tuple(constants), "identity", common)
    per_output = "2q - 2 + q mod 2" if outputs == 1 else "K(2q - 2 + q mod 2)"
    network = verified(ExactNetwork((first, second, last)), problem, progress)
    theorem = (
        f"hidden layers of 2p - 1 and {per_output} ReLUs, pq >= n, take any rational values at n points "
        f"(own construction after Yun, Sra and Jadbabaie, arXiv:1810.07770); p = {len(groups)}, q = {size}"
    )
    return Construction(network, theorem, _units(n, size, outputs))


def _units(n: int, size: int, outputs: int) -> int:
    return 2 * -(-n // size) - 1 + (2 * size - 2 + size % 2) * outputs


def _clipped_line(group: Sequence[int], values: Sequence[int], b: int, low: int, high: int) -> _Line:
    """P of unit b (from 0) on a group: through its b-th point, and not strictly between low and high at the others."""
    if b >= len(group):
        return _Line(low if b % 2 else high, 0)  # b counts from 0: the first, third, ... unit is high
    gap = min((abs(z - group[b]) for z in group if z != group[b]), default=1)
    steep = -(-(high - low) // gap)
    slope = steep if b % 2 else -steep
    return _Line(values[b] - slope * group[b], slope)


def _slope_changes(lines: Sequence[_Line], ends: Sequence[int]) -> tuple[int, ...]:
    """The changes of slope at the knots, of the lines on their groups and the joins on [end, end + 1]."""
    slopes = [0, lines[0].slope]
    for line, following, end in zip(lines[:-1], lines[1:], ends, strict=True):
        slopes += [following.at(end + 1) - line.at(end), following.slope]
    return tuple(after - before for before, after in itertools.pairwise(slopes))
