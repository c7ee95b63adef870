import numpy as np
import pytest
from arithmetic_references import greedy_rows, integer_product

from exactcap.arithmetic.balanced import BalancedRing
from exactcap.arithmetic.block_inverse import GAUSS_JORDAN, block_inverse
from exactcap.arithmetic.progress import WorkMeter


@pytest.mark.parametrize("p", [3, 509, 2097143])
@pytest.mark.parametrize("k", [1, 2, GAUSS_JORDAN, GAUSS_JORDAN + 1, 37, 64])
def test_a_triangular_product_is_inverted(p: int, k: int) -> None:
    """L U with unit diagonals has invertible leading blocks, so that an inverse must be found."""
    generator = np.random.default_rng(k)
    L = np.tril(generator.integers(0, p, (k, k)), -1) + np.eye(k, dtype=np.int64)
    U = np.triu(generator.integers(0, p, (k, k)), 1) + np.eye(k, dtype=np.int64)
    S = (integer_product(L, U) % p).astype(np.int64)
    ring, block = BalancedRing(p, WorkMeter(1, None)), np.empty((k, k))
    ring.load(S, block)
    before = block.copy()
    inverse = block_inverse(block, ring)
    assert inverse is not None
    assert np.array_equal(block, before)
    assert np.array_equal(integer_product(S, ring.unload(inverse)) % p, np.eye(k))


@pytest.mark.parametrize("p", [2, 3, 5])
def test_singular_blocks_are_never_inverted(p: int) -> None:
    generator = np.random.default_rng(p)
    ring, found = BalancedRing(p, WorkMeter(1, None)), 0
    for _ in range(200):
        k = int(generator.integers(1, 5))
        S, block = generator.integers(0, p, (k, k)), np.empty((k, k))
        ring.load(S, block)
        inverse = block_inverse(block, ring)
        if inverse is not None:
            found += 1
            assert len(greedy_rows(S, p)) == k
            assert np.array_equal(integer_product(S, ring.unload(inverse)) % p, np.eye(k))
    assert 0 < found < 200
