"""Slabs: one or two threshold units that tell rows of one class, near a hyperplane, from all rows to be avoided."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exactcap.constructions.hyperplanes import Batch, Points, next_batch
from exactcap.constructions.problem import Progress


@dataclass(frozen=True)
class Slabs:
    """Slabs that together hold all wanted rows and no avoided one.

    A slab is one unit of sign 1, or two of signs 1 and -1; the signed sum of its units is 1 in the slab, else 0.
    ``batches`` are the rows that the hyperplanes were put through, one a slab.
    """

    units: tuple[tuple[int, ...], ...]
    signs: tuple[int, ...]
    batches: tuple[Batch, ...]


def cover(
    rows: Points, wanted: Sequence[int], avoid: NDArray[np.bool_], rng: random.Random, progress: Progress
) -> Slabs:
    """Slabs for the ``wanted`` rows, none of which is in ``avoid``; a slab holds a batch and what else it meets.

    The functional v of a slab is smaller on the batch than at all avoided rows, in absolute value. So the batch has
    low < v < high for the avoided values ``low`` and ``high`` next to 0, and the slab is [v > low] - [v >= high]; where
    no avoided row is on one side, it is a half-space. In general position there are at most ceil(len(wanted)/d) slabs.
    """
    left = list(wanted)
    rng.shuffle(left)
    avoided = np.flatnonzero(avoid).tolist()
    units, signs, batches = [], [], []
    while left:
        progress("slabs", 1 - len(left) / len(wanted))
        batch = next_batch(rows, left, avoid, alone=False, rng=rng)

        def apart(trial: Sequence[int], through: tuple[int, ...] = batch.rows) -> bool:
            return max(abs(trial[i]) for i in through) < min((abs(trial[k]) for k in avoided), default=1)

        functional, values = shortened(rows, batch.functional, apart)
        low = max((int(values[k]) for k in avoided if values[k] < 0), default=None)
        high = min((int(values[k]) for k in avoided if values[k] > 0), default=None)
        *weights, bias = rows.weights(functional)
        if high is None:  # also without any avoided row: then all values are above the least - 1
            low = min(map(int, values)) - 1 if low is None else low
            units.append((*weights, bias - low))
            signs.append(1)
        elif low is None:
            units.append((*(-weight for weight in weights), high - bias))
            signs.append(1)
        else:
            units += [(*weights, bias - low), (*weights, bias - high + 1)]
            signs += [1, -1]
        batches.append(batch)
        left = [i for i in left if not ((low is None or low < values[i]) and (high is None or values[i] < high))]
    return Slabs(tuple(units), tuple(signs), tuple(batches))


def shortened(
    rows: Points, functional: Sequence[int], keeps: Callable[[Sequence[int]], bool]
) -> tuple[tuple[int, ...], list[int]]:
    """The functional rounded to few leading bits, such that its values keep a property that the exact ones have.

    A functional that only has to separate needs far fewer bits than one with prescribed values. The number of bits
    dropped is found by bisection; that a trial keeps the property is always checked on its exact values.

    >>> from exactcap.constructions.hyperplanes import points
    >>> line = points([(0,), (1,), (5,)], random.Random(0))
    >>> shortened(line, (1000, 3001), lambda values: values[1] < 0 < values[2])
    ((1, 3), [-3, -2, 2])
    """
    best = tuple(functional), rows.values(functional)
    assert keeps(best[1])
    low, high = 0, max(abs(c).bit_length() for c in functional)
    while high - low > 1:
        drop = (low + high) // 2
        trial = tuple((c + (1 << (drop - 1))) >> drop for c in functional)
        values = rows.values(trial)
        if keeps(values):
            low, best = drop, (trial, values)
        else:
            high = drop
    return best
