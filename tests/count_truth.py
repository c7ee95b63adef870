"""Counts by other means: Pascal's recursion, enumeration of hyperplanes and of networks, all in exact integers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from itertools import combinations, combinations_with_replacement, product
from math import comb

from exactcap.claims import Count, Dichotomies

Point = tuple[int, ...]
Labels = tuple[int, ...]


@cache
def cover(n: int, terms: int) -> int:
    """C(n, D) by C(n, D) = C(n-1, D) + C(n-1, D-1)."""
    if terms == 0:
        return 0
    return 2 if n == 1 else cover(n - 1, min(terms, n)) + cover(n - 1, min(terms, n) - 1)


def labellings_bound(n: int, inputs: int, width: int) -> int:
    """f(n) of SPEC-CAPACITY.md, K1."""
    return comb(cover(n, inputs + 1) // 2 + width - 1, width) * cover(n, width + 1)


def holds(claim: Count) -> bool:
    """Whether the count is true."""
    if isinstance(claim.of, Dichotomies):
        return claim.value == cover(claim.of.points, claim.of.dimension + claim.of.affine)
    n, sizes = claim.value, (claim.of.inputs, claim.of.width)
    return labellings_bound(n, *sizes) < 2**n and labellings_bound(n - 1, *sizes) >= 2 ** (n - 1)


def determinant(rows: Sequence[Point]) -> int:
    """By Laplace's expansion."""
    if not rows:
        return 1
    rest = [row[1:] for row in rows]
    return sum((-1) ** i * row[0] * determinant(rest[:i] + rest[i + 1 :]) for i, row in enumerate(rows) if row[0])


def separated(points: Sequence[Point]) -> set[Labels]:
    """The dichotomies of points in general position in R^d by hyperplanes through 0, n >= d.

    Every region of normals has an edge, a normal w orthogonal to d - 1 points; near it those, being independent, take
    all signs, the others the signs of <w, x> or, on the opposite edge, their opposites.
    """
    n, d = len(points), len(points[0])
    found = set()
    for edge in combinations(range(n), d - 1):
        rows = [points[i] for i in edge]
        signs = {i: determinant([*rows, points[i]]) for i in range(n) if i not in edge}
        assert all(signs.values()), "the points are not in general position"
        for free in product((0, 1), repeat=d - 1):
            on_edge = dict(zip(edge, free, strict=True))
            for side in (1, -1):
                found.add(tuple(on_edge[i] if i in on_edge else int(side * signs[i] > 0) for i in range(n)))
    return found


def general_points(n: int, d: int, seed: int) -> list[Point]:
    """Random integer points, in general position."""
    rng = random.Random(seed)
    while True:
        points = [tuple(rng.randint(-99, 99) for _ in range(d)) for _ in range(n)]
        lifted = [(*point, 1) for point in points]
        if all(determinant(rows) for rows in combinations(points, d)) and all(
            determinant(rows) for rows in combinations(lifted, d + 1)
        ):
            return points


@cache
def threshold_functions(m: int) -> tuple[frozenset[Labels], ...]:
    """The threshold functions of m <= 3 bits, each as the set of codes where it is 1."""
    codes = list(product((0, 1), repeat=m))
    found = set()
    for weights in product(range(-2, 3), repeat=m):
        sums = [sum(w * c for w, c in zip(weights, code, strict=True)) for code in codes]
        for bias in range(-6, 7):
            found.add(frozenset(code for code, s in zip(codes, sums, strict=True) if s + bias > 0))
    return tuple(found)


def network_labellings(points: Sequence[Point], width: int) -> set[Labels]:
    """All labellings that networks of ``width`` <= 3 threshold units and a threshold output take on the points."""
    units = sorted(separated([(*point, 1) for point in points]))
    found = set()
    for hidden in combinations_with_replacement(units, width):
        codes = list(zip(*hidden, strict=True))
        found |= {tuple(int(code in ones) for code in codes) for ones in threshold_functions(width)}
    return found
