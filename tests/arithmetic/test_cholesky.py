"""Fixed-point Cholesky factors and exact null vectors against their definitions."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from exactcap.arithmetic.cholesky import fixed_cholesky, least_eigenvalue
from exactcap.arithmetic.null_vector import left_null_vector


def random_matrix(n: int, bits: int, seed: int, offset: float) -> list[list[int]]:
    G = np.random.default_rng(seed).normal(size=(n, n)) / n
    A = G @ G.T + offset * np.eye(n)
    return [[int(A[i, j] * 2**50) << 2 * bits - 50 for j in range(i + 1)] for i in range(n)]


@pytest.mark.parametrize(("n", "bits"), [(1, 30), (5, 30), (24, 40), (24, 200)])
def test_the_residual_is_as_promised(n, bits):
    lower = random_matrix(n, bits, n, 0.1)
    shift = 1 << 2 * bits - 5
    factor = fixed_cholesky(lower, bits, shift)
    assert factor is not None
    for i in range(n):
        for j in range(i + 1):
            product = sum(a * b for a, b in zip(factor[i], factor[j], strict=False))
            residual = lower[i][j] - shift * (i == j) - product
            assert 0 <= residual <= 2 * factor[i][i] if i == j else 2 * abs(residual) <= factor[j][j]


def test_no_factor_beyond_the_least_eigenvalue():
    lower = random_matrix(8, 40, 3, 0.1)
    dense = np.array([[lower[max(i, j)][min(i, j)] / 2.0**80 for j in range(8)] for i in range(8)])
    least = float(np.linalg.eigvalsh(dense)[0])
    factor = fixed_cholesky(lower, 40, int(least * 0.999 * 2**80))
    assert factor is not None
    assert fixed_cholesky(lower, 40, int(least * 1.001 * 2**80)) is None
    assert least_eigenvalue(fixed_cholesky(lower, 40, 0) or [], 40) == pytest.approx(least, rel=1e-6)


def test_an_eigenvalue_that_float64_cannot_see():
    """The Hilbert matrix of size 20: about 8e-29."""
    n, bits = 20, 160
    lower = [[(1 << 2 * bits) // (i + j + 1) for j in range(i + 1)] for i in range(n)]
    factor = fixed_cholesky(lower, bits, 0)
    assert factor is not None
    with mpmath.workdps(60):
        true = min(mpmath.eigsy(mpmath.hilbert(n), eigvals_only=True))
    assert least_eigenvalue(factor, bits) == pytest.approx(float(true), rel=1e-6)


def test_null_vectors():
    generator = np.random.default_rng(5)
    for n, d, rank in ((6, 4, 4), (30, 40, 12), (9, 9, 9), (70, 66, 66)):
        A = (generator.integers(-50, 50, (n, rank)) @ generator.integers(-50, 50, (rank, d))).tolist()
        vector = left_null_vector(A, 2000)
        if rank == n:
            assert vector is None
            continue
        assert vector is not None
        assert any(vector)
        assert all(sum(v * row[c] for v, row in zip(vector, A, strict=True)) == 0 for c in range(d))
    assert left_null_vector([[0, 0], [1, 2]], 9) == [1, 0]
    assert left_null_vector([[2097143, 0]], 99) is None  # dependent modulo the prime only
    assert left_null_vector([[10**40, 1], [3 * 10**40, 3]], 99) == [3, -1]
    assert left_null_vector([[10**40, 1], [3 * 10**40, 3]], 1) is None
    assert left_null_vector([[1], [10**9]], 20) is None
