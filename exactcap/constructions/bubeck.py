"""ReLU networks for rational targets, four units a batch of d rows.

S. Bubeck, R. Eldan, Y. T. Lee, D. Mikulincer, "Network size and weights size for memorization with two-layers neural
networks", arXiv:2006.02855.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exactcap.constructions.batches import batch_sum, beside
from exactcap.constructions.hyperplanes import Batch
from exactcap.constructions.problem import Construction, Problem, Progress


def bubeck(problem: Problem, seed: int, progress: Progress) -> Construction:
    """A ReLU network with 4 ceil(m/d) hidden units in general position, m <= n the number of targets that are not 0.

    Several outputs have their own units each. d is the affine rank of the rows.

    Raises:
        InputError: a malformed problem.

    >>> problem = Problem(((0,), (1,), (3,)), ((Fraction(2),), (Fraction(0),), (Fraction(-1, 3),)))
    >>> construction = bubeck(problem, 0, lambda phase, part: None)
    >>> construction.network.hidden_units, construction.count
    (8, 8)
    """
    theorem = "4 ceil(n/d) hidden units an output, in general position (arXiv:2006.02855); rows of target 0 need none"
    bases = [(Fraction(0), 1)] * len(problem.targets[0])
    return batch_sum(problem, bases, _bump, 4, theorem, seed, progress)


def _bump(batch: Batch, s: Sequence[int], heights: Sequence[int]) -> list[tuple[Sequence[int], int, int]]:
    """psi(P(T+m)+s) - P psi(T+m) - psi(P(T-m)+s) + P psi(T-m) with T = 2t, m = min |t| off the batch.

    For all rows P |T +- m| >= |s|, so adding s changes no sign: psi(P(T+m)+s) - P psi(T+m) is s where T + m > 0, else
    0. On the batch, T = 0, the bump is s - 0; elsewhere |T| >= 2m > m, and it is s - s or 0 - 0.
    """
    off = beside(len(heights), batch.rows)
    m = min((abs(int(batch.values[k])) for k in off), default=1)
    # min(|T + m|, |T - m|) = | |T| - m |
    steep = max(
        1, *(-(-abs(int(s_k)) // abs(2 * abs(int(t)) - m)) for s_k, t in zip(heights, batch.values, strict=True))
    )
    T = [2 * c for c in batch.functional]
    tilted = [steep * a + b for a, b in zip(T, s, strict=True)]
    return [(tilted, steep * m, 1), (T, m, -steep), (tilted, -steep * m, -1), (T, -m, steep)]
