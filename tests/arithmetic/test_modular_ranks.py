"""Ranks and rank profiles: NumPy engine, FLINT, plain Python, and ranks known by construction."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from arithmetic_references import eliminate, greedy_rows
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from exactcap.arithmetic.balanced import BalancedRing
from exactcap.arithmetic.elimination import BLOCK, Elimination
from exactcap.arithmetic.flint_engine import column_rank_profile_flint, rank_mod_flint, rank_over_rationals
from exactcap.arithmetic.modular import SMALL, column_rank_profile, nonsingular_minor, rank_mod, row_rank_profile
from exactcap.arithmetic.progress import WorkMeter
from exactcap.errors import InputError

PRIMES = [2, 3, 5, 509, 2097143]


def deficient(seed: int, rows: int, columns: int, rank: int, p: int) -> Any:
    """A product of rank at most ``rank``, with zero rows, repeated rows, and zero columns that force column swaps."""
    generator = np.random.default_rng(seed)
    A = generator.integers(0, p, (rows, rank)) @ generator.integers(0, p, (rank, columns)) % p
    A[generator.integers(0, rows, 4)] = 0
    A[generator.integers(0, rows, 4)] = A[generator.integers(0, rows, 4)]
    A[:, :3] = 0
    A[:, generator.integers(0, columns, 3)] = 0
    return A


def assert_all_agree(A: Any, p: int) -> None:
    rows = greedy_rows(A, p)
    rank = len(rows)
    elimination = eliminate(A, p)
    assert tuple(elimination.pivot_rows) == rows
    assert sum(elimination.blocks) == rank
    assert sorted(elimination.column_order.tolist()) == list(range(A.shape[1]))
    pivot_columns = elimination.column_order[:rank]
    assert rank_mod_flint(A[np.ix_(rows, pivot_columns)], p) == rank
    assert rank_mod(A, p) == rank_mod_flint(A, p) == rank
    assert row_rank_profile(A, p) == column_rank_profile_flint(A.T, p) == rows
    assert column_rank_profile(A, p) == greedy_rows(A.T, p)
    minor_rows, minor_columns = nonsingular_minor(A, p)
    assert minor_rows == rows
    assert len(minor_columns) == rank
    assert all(j < k for j, k in pairwise(minor_columns))
    assert len(greedy_rows(A[np.ix_(minor_rows, minor_columns)], p)) == rank


@pytest.mark.parametrize("p", PRIMES)
@pytest.mark.parametrize(
    ("rows", "columns", "rank"), [(30, 40, 17), (45, 20, 20), (33, 33, 5), (8, 90, 8), (90, 9, 6), (1, 7, 1), (7, 4, 1)]
)
def test_small_deficient_matrices(rows: int, columns: int, rank: int, p: int) -> None:
    assert_all_agree(deficient(rows * columns + p, rows, columns, rank, p), p)


@pytest.mark.parametrize("p", PRIMES)
@pytest.mark.parametrize(
    ("rows", "columns", "rank"), [(150, 140, 60), (2 * BLOCK + 3, 40, 30), (40, 2 * BLOCK + 3, 40)]
)
def test_deficient_matrices_above_the_block_size(rows: int, columns: int, rank: int, p: int) -> None:
    A = deficient(rows + p, rows, columns, rank, p)
    assert A.size >= SMALL**2
    assert_all_agree(A, p)


@pytest.mark.parametrize("p", PRIMES)
@pytest.mark.parametrize("block", [1, 2, 5, 8])
def test_small_blocks_unfold_the_recursion(block: int, p: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many diagonal blocks, tiles and pieces on matrices small enough for the reference."""
    monkeypatch.setattr("exactcap.arithmetic.elimination.BLOCK", block)
    monkeypatch.setattr("exactcap.arithmetic.block_inverse.GAUSS_JORDAN", 2)
    monkeypatch.setattr("exactcap.arithmetic.balanced.TILE_ROWS", 7)
    monkeypatch.setattr("exactcap.arithmetic.balanced.TILE_COLUMNS", 5)
    for rows, columns, rank in ((60, 50, 50), (75, 80, 40), (30, 90, 30), (90, 30, 25)):
        A = deficient(block + rows, rows, columns, rank, p)
        expected = greedy_rows(A, p)
        elimination = eliminate(A, p)
        assert tuple(elimination.pivot_rows) == expected
        assert rank_mod_flint(A[np.ix_(expected, elimination.column_order[: len(expected)])], p) == len(expected)


@pytest.mark.parametrize("p", [2, 5, 2097143])
@pytest.mark.parametrize("shape", [(400, 400), (300, 500), (500, 300)])
def test_larger_matrices_against_flint(shape: tuple[int, int], p: int) -> None:
    generator = np.random.default_rng(p)
    for rank in (min(shape), 170):
        A = generator.integers(0, p, (shape[0], rank)) @ generator.integers(0, p, (rank, shape[1])) % p
        A[50:90] = A[10:50]
        A[:, 20:200:3] = 0
        elimination = eliminate(A, p)
        assert len(elimination.pivot_rows) == rank_mod(A, p) == rank_mod_flint(A, p)
        assert tuple(elimination.pivot_rows) == column_rank_profile_flint(A.T, p)
        rows, columns = nonsingular_minor(A, p)
        assert rank_mod_flint(A[np.ix_(rows, columns)], p) == len(rows) == len(columns) == len(elimination.pivot_rows)


def test_the_echelon_form_left_behind_spans_the_rows() -> None:
    """U, in the first rows, has the row space of A Q and identity blocks on its diagonal."""
    p = 509
    A = deficient(1, 300, 280, 190, p)
    ring, matrix = BalancedRing(p, WorkMeter(1, None)), np.empty(A.shape)
    ring.load(A, matrix)
    elimination = Elimination(matrix, ring)
    rank, order = len(elimination.pivot_rows), elimination.column_order
    assert len(elimination.blocks) > 1
    U, start = np.zeros((rank, 280), np.int64), 0
    for size in elimination.blocks:
        U[start : start + size, start:] = np.triu(matrix[start : start + size, start:])
        assert np.array_equal(np.triu(U[start : start + size, start : start + size]), np.eye(size))
        start += size
    assert start == rank == rank_mod_flint(U, p)
    assert rank_mod_flint(np.vstack([A[:, order], U]), p) == rank


@given(
    st.sampled_from(PRIMES),
    st.tuples(st.integers(0, 9), st.integers(0, 9)).flatmap(lambda shape: arrays(np.int64, shape)),
)
def test_any_small_integer_matrix(p: int, A: Any) -> None:
    before = A.copy()
    if A.size == 0:
        assert rank_mod(A, p) == len(eliminate(A, p).pivot_rows) == 0
        assert nonsingular_minor(A, p) == ((), ())
    else:
        assert_all_agree(A, p)
    assert np.array_equal(A, before)


@given(
    st.sampled_from(PRIMES),
    st.tuples(st.integers(1, 12), st.integers(1, 12)).flatmap(
        lambda shape: arrays(np.int8, shape, elements=st.integers(-1, 1), fill=st.just(0))
    ),
)
def test_sparse_matrices(p: int, A: Any) -> None:
    assert_all_agree(A, p)


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 6), st.sampled_from(PRIMES), st.integers(0, 2**32))
def test_the_rank_modulo_a_prime_is_at_most_the_rank_over_q(m: int, n: int, r: int, p: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    A = generator.integers(-9, 10, (m, r)) @ generator.integers(-9, 10, (r, n))
    assert rank_mod(A, p) <= rank_over_rationals(A) <= min(m, n, r)
    assert len(eliminate(A, p).pivot_rows) == rank_mod(A, p)


def test_equality_for_a_large_prime_and_strict_inequality_for_a_divisor() -> None:
    p = 2097143
    A = np.vander(np.arange(1, 13, dtype=object), increasing=True)
    assert rank_over_rationals(A) == rank_mod(A, p) == 12
    assert rank_mod(A, 5) == 5  # x^5 = x, and five different residues
    D = np.diag(np.array([p, 1]))
    assert (rank_mod(D, p), rank_over_rationals(D)) == (1, 2)


@pytest.mark.parametrize("n", [8, 120])
def test_object_entries_of_sixty_digits(n: int) -> None:
    p = 2097143
    generator = np.random.default_rng(n)
    small = generator.integers(-p, p, (n, n))
    small[-2:] = small[:2] - 3 * small[2:4]
    shifts = np.array([p * (10**60 + int(k)) * (-1) ** int(k) for k in range(n * n)], object).reshape(n, n)
    A = small.astype(object) + shifts
    assert min(abs(x) for x in A.flat) > 10**60
    assert rank_mod(A, p) == rank_mod(small, p) == n - 2
    assert row_rank_profile(A, p) == tuple(range(n - 2))


@pytest.mark.parametrize("n", [6, 150])
def test_the_argument_is_not_modified_whatever_its_layout(n: int) -> None:
    A = np.random.default_rng(n).integers(-(2**62), 2**62, (n, n + 1))
    A[1] = A[0]
    for argument in (A.copy(), np.asfortranarray(A), A.astype(object), A.T.copy().T, np.repeat(A, 2, axis=1)[:, ::2]):
        argument.setflags(write=False)
        for find in (rank_mod, row_rank_profile, column_rank_profile, nonsingular_minor):
            find(argument, 509)
        assert np.array_equal(argument, A)
        assert rank_mod(argument, 509) == n - 1


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (5, 0)])
def test_empty_matrices_have_rank_zero(shape: tuple[int, int]) -> None:
    A = np.zeros(shape, np.int64)
    assert rank_mod(A, 7) == rank_over_rationals(A) == 0
    assert row_rank_profile(A, 7) == column_rank_profile(A, 7) == ()
    assert nonsingular_minor(A, 7) == ((), ())


@pytest.mark.parametrize("n", [10, 300])
@pytest.mark.parametrize("rank", [1, 9])
def test_progress_increases_to_one(n: int, rank: int) -> None:
    generator = np.random.default_rng(0)
    full, low = (
        generator.integers(0, 509, (n, n)),
        generator.integers(0, 9, (n, rank)) @ generator.integers(0, 9, (rank, n)),
    )
    for A in (full, low):
        for find in (rank_mod, row_rank_profile, column_rank_profile, nonsingular_minor):
            fractions: list[float] = []
            find(A, 509, fractions.append)
            assert fractions[-1] == 1.0
            assert all(0 < x < y <= 1 for x, y in pairwise(fractions))
            if n == 300 and A is full:
                assert len(fractions) > 5


@pytest.mark.parametrize("find", [rank_mod, row_rank_profile, column_rank_profile, nonsingular_minor, rank_mod_flint])
def test_bad_arguments_are_refused(find: Any) -> None:
    good = np.eye(3, dtype=np.int64)
    for p in (0, 1, -7, 4, 2097151, 2**21, 2097169, True, 7.0):
        with pytest.raises(InputError, match="modulus"):
            find(good, p)
    for bad in (
        np.eye(3),
        np.eye(3, dtype=bool),
        np.eye(3, dtype=object) * 0.5,
        [[1]],
        np.arange(3),
        np.zeros((2, 2, 2), int),
    ):
        with pytest.raises(InputError, match=r"^A: must|^A: entries must"):
            find(bad, 7)
    with pytest.raises(InputError, match="True"):
        find(np.array([[True, 2]], object), 7)
