from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactcap.arithmetic.flint_engine import rank_over_rationals
from exactcap.errors import InputError


def test_the_hilbert_matrix_is_invertible_and_its_copies_add_nothing() -> None:
    hilbert = np.array([[Fraction(1, i + j + 1) for j in range(8)] for i in range(8)])
    assert rank_over_rationals(hilbert) == 8
    assert rank_over_rationals(np.vstack([hilbert, hilbert[:3] * Fraction(-2, 7)])) == 8
    assert rank_over_rationals(hilbert[:, [0, 1, 1, 2]]) == 3


@given(st.integers(0, 5), st.integers(1, 5), st.integers(1, 5), st.integers(0, 2**32))
def test_the_rank_of_a_product_with_identity_parts(r: int, m: int, n: int, seed: int) -> None:
    """[I; X] [I | Y] has rank r exactly, for any X and Y."""
    generator = np.random.default_rng(seed)

    def fractions(rows: int, columns: int) -> list[list[Fraction]]:
        return [[Fraction(int(generator.integers(-9, 10)), 7) for _ in range(columns)] for _ in range(rows)]

    identity = np.array([[Fraction(i == j) for j in range(r)] for i in range(r)], object).reshape(r, r)
    left = np.vstack([identity, np.array(fractions(m, r), object).reshape(m, r)])
    right = np.hstack([identity, np.array(fractions(r, n), object).reshape(r, n)])
    A = np.array([[sum(x * y for x, y in zip(row, column, strict=True)) for column in right.T] for row in left], object)
    assert rank_over_rationals(A) == r


def test_integers_of_any_type_and_size() -> None:
    assert rank_over_rationals(np.array([[2**63, 1], [2**64 - 1, 2]], np.uint64)) == 2
    assert rank_over_rationals(np.array([[10**60, 1], [10**120, 10**60]], object)) == 1
    assert rank_over_rationals(np.array([[np.int64(1), Fraction(1, 2)], [2, 1]], object)) == 1


@pytest.mark.parametrize(
    "bad", [np.eye(2), np.array([[1.5, 1]], object), np.array([[True]], object), [[1]], np.arange(3)]
)
def test_what_is_not_exact_is_refused(bad: object) -> None:
    with pytest.raises(InputError, match=r"^A: "):
        rank_over_rationals(bad)  # type: ignore[arg-type]
