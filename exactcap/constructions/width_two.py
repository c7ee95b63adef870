"""A ReLU network of width two and at most n - 2 hidden layers that takes arbitrary rational values.

The construction is our own, after the max-min strings of Hanin and Sellke (arXiv:1710.11278). Hernandez and Zuazua
(arXiv:2409.06555) give width two and depth 2n + 4M - 1 for M classes; that count is larger and was not re-derived here.
"""

from __future__ import annotations

import math
import random
from fractions import Fraction

from exactcap.constructions.combine import verified
from exactcap.constructions.line import separating_direction
from exactcap.constructions.network import ExactNetwork, Layer
from exactcap.constructions.problem import Construction, Problem, Progress
from exactcap.errors import InputError

MAX_ROWS = 2000

Line = tuple[int, int]
"""Intercept and slope."""


def width_two(problem: Problem, seed: int, progress: Progress) -> Construction:
    """A ReLU network with hidden layers of two units, at most n - 2 of them (one, if n <= 3), for one rational output.

    The rows lie at integers 0 = z_1 < ... < z_n of a line, with integer values y_k over a common denominator. Let g be
    the line through the first two points. For each next point k, if g(z_k) < y_k, replace g by max(g, l), l the line
    through (z_k, y_k) whose slope is the least integer with l(z_j) <= y_j for all j < k; if g(z_k) > y_k, replace g
    by min(g, l), its slope the greatest integer with l(z_j) >= y_j for all j < k. By induction g(z_j) = y_j for all
    j <= k. As max(g, l) = l + relu(g - l) and min(g, l) = l - relu(l - g), the next g is an affine function of z and
    one ReLU: a hidden layer carries z >= 0 in its first unit (relu(z) = z) and this ReLU in its second. No slope
    exceeds the largest quotient |y_k - y_j| / (z_k - z_j) by 1 or more, so the integers stay small. QED

    Args:
        problem: one output, at most 2000 rows.
        seed: of the direction.
        progress: called for each row.

    Raises:
        InputError: several outputs, or more rows.

    >>> inputs, targets = ((0,), (1,), (2,), (5,)), tuple((Fraction(y, 3),) for y in (1, -1, 0, 4))
    >>> construction = width_two(Problem(inputs, targets), 0, lambda phase, part: None)
    >>> [len(layer.biases) for layer in construction.network.layers], construction.count
    ([2, 2, 1], 4)
    """
    n, outputs = len(problem.inputs), len(problem.targets[0])
    if outputs != 1:
        raise InputError(f"method deep-width-2: needs one output; the labels have {outputs}; give each class a number")
    if n > MAX_ROWS:
        raise InputError(
            f"method deep-width-2: needs at most {MAX_ROWS} rows, a layer for nearly each; got {n}; choose three-layer"
        )
    direction, values = separating_direction(problem.inputs, random.Random(seed), progress)
    order = sorted(range(n), key=values.__getitem__)
    origin = values[order[0]]
    z = [values[i] - origin for i in order]
    labels = [problem.targets[i][0] for i in order]
    slope = (labels[1] - labels[0]) / z[1] if n > 1 else Fraction(0)
    common = math.lcm(slope.denominator, *(label.denominator for label in labels))
    start = (int(labels[0] * common), int(slope * common))
    strings = _max_min_string(z, [int(label * common) for label in labels], start, progress)

    # g before a layer is the line (c, s) + sign u, u the layer before's second unit, of which there is none at first.
    layers: list[Layer] = []
    (c, s), sign = start, 0
    for (intercept, steep), following in strings:
        # following +1: g becomes l + relu(g - l); -1: l - relu(l - g).
        difference = (following * (c - intercept), following * (s - steep), following * sign)
        if layers:
            layers.append(Layer(((1, 0), difference[1:]), (0, difference[0]), "relu"))
        else:
            second = tuple(difference[1] * a for a in direction)
            layers.append(Layer((direction, second), (-origin, difference[0] - difference[1] * origin), "relu"))
        (c, s), sign = (intercept, steep), following
    if not layers:  # the labels are an affine function of z
        layers.append(Layer((direction,), (-origin,), "relu"))
    layers.append(Layer(((s, sign) if sign else (s,),), (c,), "identity", common))
    network = verified(ExactNetwork(tuple(layers)), problem, progress)
    theorem = (
        "n - 2 hidden layers of two ReLUs take any rational values at n > 2 points (own construction, a max-min string "
        "after Hanin and Sellke, arXiv:1710.11278; the depth 2n + 4M - 1 of Hernandez and Zuazua, arXiv:2409.06555, "
        "for M classes is larger and was not re-derived)"
    )
    return Construction(network, theorem, 2 * max(n - 2, 1), (f"{len(layers) - 1} hidden layers",))


def _max_min_string(z: list[int], y: list[int], start: Line, progress: Progress) -> list[tuple[Line, int]]:
    """The lines, each with +1 for a maximum and -1 for a minimum, that turn the line ``start`` into y at all of z."""
    g = [start[0] + start[1] * position for position in z]
    strings: list[tuple[Line, int]] = []
    for k in range(2, len(z)):
        progress("layers", k / len(z))
        if g[k] == y[k]:
            continue
        sign = 1 if g[k] < y[k] else -1
        # The least integer above all quotients for a maximum, the greatest below all for a minimum.
        slope = sign * max(-(sign * (y[j] - y[k]) // (z[k] - z[j])) for j in range(k))
        line = (y[k] - slope * z[k], slope)
        strings.append((line, sign))
        for j in range(k, len(z)):
            height = line[0] + slope * z[j]
            g[j] = max(g[j], height) if sign == 1 else min(g[j], height)
    return strings
