"""Peak memory of the elimination beyond its argument; NumPy reports its buffers to tracemalloc."""

import tracemalloc
from typing import Any

import numpy as np
import pytest

from exactcap.arithmetic.modular import inverse_mod, rank_mod

N = 1500
CONSTANT = 2**20  # index lists, and the quotients of one reduction: 0.26 MB


def peak_of(compute: Any, *arguments: Any) -> int:
    tracemalloc.start()
    try:
        compute(*arguments)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", ["full rank", "deficient", "large entries", "columns to swap"])
def test_a_rank_takes_at_most_ten_bytes_an_entry(kind: str) -> None:
    generator = np.random.default_rng(0)
    A = generator.integers(0, 2097143, (N, N))
    if kind == "deficient":
        A[100:800] = A[800:]
    elif kind == "large entries":
        A *= 2**40
    elif kind == "columns to swap":
        A[:, :100] = 0
    peak = peak_of(rank_mod, A, 2097143)
    assert 8 * N**2 <= peak <= 10 * N**2 + CONSTANT


def test_an_inverse_takes_at_most_twenty_four_bytes_an_entry_and_a_tile() -> None:
    """[A | I] in float64, and the result."""
    A = np.random.default_rng(0).integers(0, 2097143, (N, N))
    assert 16 * N**2 <= peak_of(inverse_mod, A, 2097143) <= 24 * N**2 + 10**7
