"""Sturm's theorem in integers, compared with SymPy and with roots known by construction."""

from __future__ import annotations

import math
import random
import time

import pytest
import sympy

from exactcap.checker.reader import Rejected
from exactcap.checker.sturm import Surd, require_small, sign_at, square_free, zeros_between

X = sympy.Symbol("x")


def whole(n: int | None) -> Surd | None:
    return None if n is None else Surd(n, 0, 1, 0)


def coefficients(p: sympy.Poly) -> tuple[int, ...]:
    return tuple(int(c) for c in reversed(p.all_coeffs()))


@pytest.mark.parametrize("seed", range(6))
def test_counts_agree_with_sympy(seed):
    draw = random.Random(seed)
    for _ in range(25):
        n = draw.randint(1, 8)
        p = sympy.Poly([draw.randint(-9, 9) or 1 for _ in range(n + 1)], X)
        p *= sympy.Poly(sympy.prod([(X - draw.randint(-3, 3)) for _ in range(draw.randint(0, 3))]), X)
        low, high = draw.choice([None, -3, -1, 0, 1]), draw.choice([None, 2, 3, 5])
        expected = p.count_roots(low, high)
        expected -= (low is not None and p.eval(low) == 0) + (high is not None and p.eval(high) == 0)
        assert zeros_between(square_free(coefficients(p)), whole(low), whole(high)) == expected, p


@pytest.mark.parametrize("seed", range(4))
def test_irrational_ends_that_are_zeros_are_outside(seed):
    draw = random.Random(seed)
    for _ in range(20):
        roots = {draw.randint(-6, 6) for _ in range(3)}
        p = sympy.Poly(X**2 - 2, X) ** draw.randint(1, 2) * sympy.Poly(sympy.prod([X - r for r in roots]), X)
        low, high = Surd(0, -1, 1, 2), Surd(0, 1, 1, 2)
        free = square_free(coefficients(p))
        assert zeros_between(free, low, high) == sum(-math.sqrt(2) < r < math.sqrt(2) for r in roots)
        assert zeros_between(free, high, None) == sum(r > math.sqrt(2) for r in roots)
        assert zeros_between(free, None, high) == sum(r < math.sqrt(2) for r in roots) + 1


def test_signs_at_surds_agree_with_fifty_digits():
    draw = random.Random(5)
    for _ in range(60):
        p = tuple(draw.randint(-99, 99) for _ in range(draw.randint(1, 9)))
        a, b, c, d = draw.randint(-9, 9), draw.randint(-9, 9), draw.randint(1, 9), draw.randint(0, 30)
        point = (a + b * sympy.sqrt(d)) / c
        value = sum(k * point**i for i, k in enumerate(p))
        assert sign_at(p, Surd(a, b, c, d)) == int(sympy.sign(sympy.expand(value)))


def test_square_free_parts_keep_the_zeros_and_lose_the_powers():
    p = sympy.Poly((X - 1) ** 5 * (X**2 + 1) ** 2 * (2 * X + 3), X)
    free = square_free(coefficients(p))
    assert sympy.Poly(free[::-1], X).monic() == sympy.Poly((X - 1) * (X**2 + 1) * (2 * X + 3), X).monic()
    assert zeros_between(free, None, None) == 2


def test_gaps_in_the_degrees_of_the_sequence():
    for p in (
        (-1, 0, 0, 0, 0, 0, 0, 1),
        (1, 0, 0, 0, 0, 0, 1),
        (0, -1, 0, 0, 0, 0, 0, 0, 0, 1),
        (-5, 3, 0, 0, 0, 0, 0, -2),
    ):
        expected = sympy.Poly(p[::-1], X).count_roots()
        assert zeros_between(square_free(p), None, None) == expected, p


def test_work_is_bounded_before_it_starts():
    with pytest.raises(Rejected, match="degree 500"):
        require_small((1,) * 501, "p")
    with pytest.raises(Rejected, match="more than the checker does"):
        require_small((10**1000,) * 101, "p")
    draw = random.Random(1)
    p = tuple(draw.randint(10**9, 10**10) for _ in range(81))
    require_small(p, "p")
    start = time.monotonic()
    zeros_between(square_free(p), None, None)
    assert time.monotonic() - start < 10
