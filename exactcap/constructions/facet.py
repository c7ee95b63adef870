"""A facet of the convex hull of integer points, by exact gift wrapping."""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import gcd

from flint import fmpz_mat

from exactcap.constructions.hyperplanes import Points
from exactcap.constructions.problem import Progress


def simplicial_facet(
    rows: Points, rng: random.Random, progress: Progress
) -> tuple[tuple[int, ...], tuple[int, ...], list[int]] | None:
    """A functional (w, b) that is 0 on exactly ``dimension`` rows, a facet, and negative on all others.

    Returns these rows, the functional and its values; None when the facet met has more rows.
    D. R. Chand, S. S. Kapur, "An algorithm for convex polytopes", J. ACM 17 (1970).

    Start with a supporting hyperplane g <= 0 of a drawn direction, and let Z be the rows on it. While Z spans less
    than a hyperplane, some functional h is 0 on Z and positive somewhere: rotate to g + l h with the largest l > 0 for
    which no row becomes positive. That adds a row outside aff(Z) to Z, so at most ``dimension`` - 1 rotations are
    needed.

    >>> from exactcap.constructions.hyperplanes import points
    >>> triangle = points([(0, 0), (4, 0), (0, 4), (1, 1)], random.Random(0))
    >>> facet = simplicial_facet(triangle, random.Random(0), lambda phase, part: None)
    >>> len(facet[0]), 3 in facet[0], max(facet[2])
    (2, False, 0)
    """
    d = rows.dimension
    direction = [rng.randint(-9, 9) for _ in range(d)]
    direction[rng.randrange(d)] += 10 * rng.choice((-1, 1))  # not 0
    level = max(rows.values([*direction, 0]))
    g = _primitive([*direction, int(level)])
    values = rows.values(g)
    rank = 0
    while True:
        on = [k for k, value in enumerate(values) if value == 0]
        table = fmpz_mat([[int(rows.matrix[k, c]) for c in range(d + 1)] for k in on])
        basis, nullity = table.nullspace()
        assert d + 1 - nullity > rank
        rank = d + 1 - nullity
        if rank == d:
            return (tuple(on), g, values) if len(on) == d else None
        progress("facet", rank / d)
        g = _rotated(rows, g, values, [_primitive([int(basis[r, c]) for r in range(d + 1)]) for c in range(nullity)])
        values = rows.values(g)


def _rotated(
    rows: Points, g: Sequence[int], values: Sequence[int], freedom: Sequence[tuple[int, ...]]
) -> tuple[int, ...]:
    """g + l h for the first h of ``freedom`` that is not a multiple of g, and the largest l."""
    # Two functionals of full-dimensional points that are multiples at all rows are multiples.
    h = next(f for f in freedom if any(f[a] * g[b] != f[b] * g[a] for a in range(len(g)) for b in range(a)))
    turn = rows.values(h)
    if max(turn) <= 0:
        h, turn = tuple(-c for c in h), [-value for value in turn]
    # l = min of -g/h over the rows with h > 0, as a quotient of integers; rows on g have h = 0.
    num, den = 0, 0
    for value, slope in zip(values, turn, strict=True):
        if slope > 0 and (den == 0 or -value * den < num * slope):
            num, den = int(-value), int(slope)
    return _primitive([den * a + num * b for a, b in zip(g, h, strict=True)])


def _primitive(functional: Sequence[int]) -> tuple[int, ...]:
    divisor = gcd(*functional)
    return tuple(c // divisor for c in functional)
