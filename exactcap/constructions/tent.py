"""ReLU networks for rational targets, three units a batch of d rows and an offset."""

from __future__ import annotations

from collections.abc import Sequence

from exactcap.constructions.batches import batch_sum, beside
from exactcap.constructions.hyperplanes import Batch
from exactcap.constructions.problem import Construction, Problem, Progress


def tent(problem: Problem, seed: int, progress: Progress) -> Construction:
    """A ReLU network with 3 ceil(m/d) hidden units in general position, m < n the number of targets that are not C.

    C is the least or the greatest target, whichever more rows have; it is the network's offset. Several outputs have
    their own units each. d is the affine rank of the rows.

    Raises:
        InputError: a malformed problem.

    >>> from fractions import Fraction
    >>> problem = Problem(((0,), (1,), (3,)), ((Fraction(2),), (Fraction(0),), (Fraction(-1, 3),)))
    >>> construction = tent(problem, 0, lambda phase, part: None)
    >>> construction.network.hidden_units, construction.count
    (6, 6)
    """
    theorem = "3 ceil(n/d) hidden units an output, in general position (own); rows of one extreme target need none"
    bases = []
    for column in zip(*problem.targets, strict=True):
        low, high = min(column), max(column)
        bases.append((low, 1) if column.count(low) >= column.count(high) else (high, -1))
    return batch_sum(problem, bases, _bump, 3, theorem, seed, progress)


def _bump(batch: Batch, s: Sequence[int], heights: Sequence[int]) -> list[tuple[Sequence[int], int, int]]:
    """psi(K t + s) - 2K psi(t) + psi(K t - s), for s >= 0 on the batch and K |t| >= |s| off it.

    On the batch t = 0 and the bump is psi(s) + psi(-s) = s. Elsewhere K t +- s have the sign of t: it is
    2K t - 2K t or 0.
    """
    off = beside(len(heights), batch.rows)
    steep = max((-(-abs(int(heights[k])) // abs(int(batch.values[k]))) for k in off), default=0)
    t = batch.functional
    return [
        ([steep * a + b for a, b in zip(t, s, strict=True)], 0, 1),
        (t, 0, -2 * steep),
        ([steep * a - b for a, b in zip(t, s, strict=True)], 0, 1),
    ]
