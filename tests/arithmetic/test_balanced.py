"""The inequalities beside the float64 operations, at and around the values where they are tight."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactcap.arithmetic.balanced import CACHE_ENTRIES, REDUCIBLE, BalancedRing
from exactcap.arithmetic.modular import product_mod
from exactcap.arithmetic.modulus import DEFAULT_PRIME, MAX_MODULUS
from exactcap.arithmetic.progress import WorkMeter

MODULI = [2, 3, 4, 5, 509, 2**20, DEFAULT_PRIME, MAX_MODULUS - 2, MAX_MODULUS - 1]


def ring_of(modulus: int) -> BalancedRing:
    return BalancedRing(modulus, WorkMeter(1, None))


@pytest.mark.parametrize("n", MODULI)
def test_the_number_of_products_is_the_largest_that_the_inequality_allows(n: int) -> None:
    products, h = ring_of(n).products, n // 2
    assert products * h**2 + h < 2**51 <= (products + 1) * h**2 + h
    assert products >= 2048


@pytest.mark.parametrize("n", MODULI)
def test_reduction_is_exact_up_to_its_limit(n: int) -> None:
    h = n // 2
    top = REDUCIBLE - 1
    near_ties = [q * n + r for q in (0, 1, 5, top // n - 1) for r in (-h - 1, -h, 0, h, h + 1)]
    numbers = [x for y in [*near_ties, top, top - 1, top - h] for x in (y, -y) if abs(x) < REDUCIBLE]
    C = np.array(numbers, float)
    ring_of(n).reduce(C)
    for x, r in zip(numbers, C.tolist(), strict=True):
        assert (x - int(r)) % n == 0
        assert abs(r) <= h


@given(st.sampled_from(MODULI), st.lists(st.integers(1 - REDUCIBLE, REDUCIBLE - 1), min_size=1, max_size=50))
def test_reduction_of_any_integer_below_the_limit(n: int, numbers: list[int]) -> None:
    C = np.array(numbers, float)
    ring_of(n).reduce(C)
    assert np.abs(C).max() <= n // 2
    assert [int(r) % n for r in C] == [x % n for x in numbers]


@pytest.mark.parametrize("shape", [(CACHE_ENTRIES + 1,), (2, CACHE_ENTRIES + 1), (3, CACHE_ENTRIES - 1), (1000, 70)])
def test_reduction_reaches_every_entry(shape: tuple[int, ...]) -> None:
    C = np.arange(np.prod(shape), dtype=float).reshape(shape)
    expected = C.astype(np.int64) % 509
    ring_of(509).reduce(C)
    assert np.array_equal(C.astype(np.int64) % 509, expected)
    assert np.abs(C).max() <= 254


@pytest.mark.parametrize("n", [DEFAULT_PRIME, MAX_MODULUS - 1])
@pytest.mark.parametrize("k", [1, 2047, 2048, 2049, 2050, 4096, 4097, 8193, 16385, 70001])
def test_products_of_worst_case_entries(n: int, k: int) -> None:
    """One sum of k products (n//2)^2 leaves float64 exactness from k = 8193 on, if it is not reduced in between."""
    h = n // 2
    for a in (h, h + 1, n - 1, 1):
        for b in (h, h + 1, n - 1):
            A, B = np.full((2, k), a), np.full((k, 3), b)
            A[0, 0], B[0, 0] = 1, 1  # an odd term, so that a sum rounded to even would show
            expected = [[(int(A[i, 0]) * int(B[0, j]) + (k - 1) * a * b) % n for j in range(3)] for i in range(2)]
            assert product_mod(A, B, n).tolist() == expected


def test_load_reads_every_kind_of_integer() -> None:
    n = 509
    for A in (
        np.array([[-128, 127]], np.int8),
        np.array([[0, 2**64 - 1]], np.uint64),
        np.array([[-(2**63), 2**63 - 1]], np.int64),
        np.array([[2**51, 2**51 - 1], [-(2**51), 1 - 2**51]], np.int64),
        np.array([[2**60 + 1, 7]], np.int64),
        np.array([[-(2**60) - 1, 7]], np.int64),
        np.array([[10**60, -(10**60)]], object),
    ):
        ring, out = ring_of(n), np.empty(A.shape)
        ring.load(A, out)
        assert np.abs(out).max() <= n // 2
        assert ring.unload(out).tolist() == [[int(x) % n for x in row] for row in A.tolist()]
