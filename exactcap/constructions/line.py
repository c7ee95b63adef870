"""A direction that tells all rows apart: the data on a line."""

from __future__ import annotations

import random
from collections.abc import Sequence

from exactcap.constructions.problem import Progress

DRAWS = 8
"""Directions tried before the range of their entries doubles."""


def separating_direction(
    inputs: Sequence[Sequence[int]], rng: random.Random, progress: Progress
) -> tuple[tuple[int, ...], list[int]]:
    """An integer vector a of small entries with pairwise different <a, x_i>, and these n values.

    Two different rows agree in a random direction from {-R, ..., R}^d with probability at most 1/(2R + 1), so a range
    R of about n^2 always does; the range starts at 1 and doubles, since real tables need far less.

    >>> direction, values = separating_direction([(0, 0), (0, 1), (2, 0)], random.Random(0), lambda phase, part: None)
    >>> len(set(values)), values == [sum(a * x for a, x in zip(direction, row)) for row in [(0, 0), (0, 1), (2, 0)]]
    (3, True)
    """
    assert len(set(map(tuple, inputs))) == len(inputs)  # equal rows would never be told apart
    largest = 1
    while True:
        for _ in range(DRAWS):
            progress("direction", 0.0)
            direction = tuple(rng.randint(-largest, largest) for _ in inputs[0])
            values = [sum(a * x for a, x in zip(direction, row, strict=True)) for row in inputs]
            if len(set(values)) == len(values):
                return direction, values
        largest *= 2
