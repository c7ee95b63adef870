"""ReLU networks as sums over batches of d rows: what the four-unit and the three-unit construction share.

A batch B comes with two affine functions: t, which is 0 on B and at no other row, and s with s = y on B. A few units
make of them a bump that equals s on B and is 0 at all other rows; the sum over batches takes all targets.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm

import numpy as np

from exactcap.constructions.combine import two_layers, verified
from exactcap.constructions.hyperplanes import (
    Batch,
    dimension_note,
    next_batch,
    points,
    shortest_affine,
    shrunk_note,
)
from exactcap.constructions.problem import Construction, Problem, Progress

Bump = Callable[[Batch, Sequence[int], Sequence[int]], list[tuple[Sequence[int], int, int]]]
"""From a batch with its t, and an integer functional s with its values at all rows: the units psi(<w, x> - b + c) of
the bump as ((w, b), c, coefficient)."""


def batch_sum(
    problem: Problem,
    bases: Sequence[tuple[Fraction, int]],
    bump: Bump,
    units: int,
    theorem: str,
    seed: int,
    progress: Progress,
) -> Construction:
    """The sums of bumps, one an output, verified; ``bases`` holds an offset C and a sign for each output.

    The batches of an output cover its m rows with y != C; their bumps of ``units`` units take sign (y - C) there and
    count with the sign. ``units`` ceil(m/d) in general position, summed over the outputs; d is the affine rank.

    Raises:
        InputError: a malformed problem.
    """
    rng = random.Random(seed)
    rows = points(problem.inputs, rng)
    heights = [
        {i: sign * (target[c] - base) for i, target in enumerate(problem.targets) if target[c] != base}
        for c, (base, sign) in enumerate(bases)
    ]
    total = sum(map(len, heights))
    hidden: list[tuple[int, ...]] = []
    columns: list[tuple[int, Fraction]] = []  # for each hidden unit its output and its coefficient there
    batches: list[Batch] = []
    for c, (_, sign) in enumerate(bases):
        common = lcm(*(height.denominator for height in heights[c].values()))
        left = list(heights[c])
        rng.shuffle(left)
        while left:
            progress("batches", sum(len(batch.rows) for batch in batches) / total)
            batch = next_batch(rows, left, np.zeros(len(problem.targets), bool), alone=True, rng=rng)
            s, denominator = shortest_affine(rows, batch, [(common * heights[c][i]).numerator for i in batch.rows])
            for functional, constant, coefficient in bump(batch, s, rows.values(s)):
                *weights, bias = rows.weights(functional)
                hidden.append((*weights, bias + constant))
                columns.append((c, Fraction(sign * coefficient, common * denominator)))
            batches.append(batch)
            taken = set(batch.rows)
            left = [i for i in left if i not in taken]
    outer = [[*(k if c == output else Fraction(0) for output, k in columns), base] for c, (base, _) in enumerate(bases)]
    network = verified(two_layers(hidden, "relu", outer, rows.n_inputs), problem, progress)
    count = max(1, units * sum(-(-len(height) // rows.dimension) for height in heights))  # a layer needs a unit
    return Construction(network, theorem, count, (*shrunk_note(batches), *dimension_note(rows)))


def beside(rows: int, on: Sequence[int]) -> list[int]:
    """The rows that are not in ``on``.

    >>> beside(4, (1, 2))
    [0, 3]
    """
    inside = set(on)
    return [k for k in range(rows) if k not in inside]
