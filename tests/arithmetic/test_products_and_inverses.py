from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from arithmetic_references import integer_product
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from exactcap.arithmetic.elementwise import inverses_mod, power_mod
from exactcap.arithmetic.flint_engine import inverse_mod_flint, rank_mod_flint
from exactcap.arithmetic.inverse import inverse_by_elimination
from exactcap.arithmetic.modular import SMALL, inverse_mod, product_mod
from exactcap.errors import InputError

PRIMES = [2, 3, 5, 509, 2097143]


@given(st.integers(2, 2**21 - 1), st.tuples(*[st.integers(0, 6)] * 3), st.data())
def test_any_product(n: int, shape: tuple[int, int, int], data: st.DataObject) -> None:
    A = data.draw(arrays(np.int64, shape[:2]))
    B = data.draw(arrays(np.int64, shape[1:]))
    product = product_mod(A, B, n)
    assert product.dtype == np.int64
    assert product.shape == (shape[0], shape[2])
    assert np.array_equal(product, integer_product(A, B) % n)


@pytest.mark.parametrize("n", [2, 12, 2**20, 2097143, 2**21 - 1])
@pytest.mark.parametrize("shape", [(70, 90, 80), (3, 3000, 2), (600, 5, 2100), (1, 1, 1)])
def test_products_against_integers(n: int, shape: tuple[int, int, int]) -> None:
    generator = np.random.default_rng(n)
    A, B = generator.integers(0, n, shape[:2]), generator.integers(0, n, shape[1:])
    expected = (A @ B % n) if shape[1] < 1000 else integer_product(A, B) % n  # 2^42 * 90 < 2^63
    assert np.array_equal(product_mod(A, B, n), expected)
    assert np.array_equal(product_mod(A.astype(object) - 10**60 * n, B, n), expected)


@pytest.mark.parametrize("p", PRIMES)
@pytest.mark.parametrize("n", [1, 2, 20, SMALL - 1, SMALL, 150, 300])
def test_inverses_two_ways(n: int, p: int) -> None:
    """A permuted product of unit triangular matrices is invertible modulo every prime."""
    generator = np.random.default_rng(n + p)
    L = np.tril(generator.integers(0, p, (n, n)), -1) + np.eye(n, dtype=np.int64)
    U = np.triu(generator.integers(0, p, (n, n)), 1) + np.eye(n, dtype=np.int64)
    A = product_mod(L[generator.permutation(n)], U[:, generator.permutation(n)], p)
    before = A.copy()
    inverse = inverse_mod(A, p)
    assert inverse.dtype == np.int64
    assert np.array_equal(A, before)
    assert inverse.min() >= 0
    assert inverse.max() < p
    assert np.array_equal(inverse, inverse_by_elimination(A, p, None))
    assert np.array_equal(inverse, inverse_mod_flint(A, p))
    assert np.array_equal(product_mod(A, inverse, p), np.eye(n))
    assert np.array_equal(product_mod(inverse, A, p), np.eye(n))


@pytest.mark.parametrize("p", PRIMES)
def test_small_blocks_unfold_the_back_substitution(p: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exactcap.arithmetic.elimination.BLOCK", 3)
    generator = np.random.default_rng(p)
    found = 0
    while found < 3:
        A = generator.integers(0, p, (40, 40))
        if rank_mod_flint(A, p) == 40:
            found += 1
            assert np.array_equal(inverse_by_elimination(A, p, None), inverse_mod_flint(A, p))


@pytest.mark.parametrize("p", PRIMES)
@pytest.mark.parametrize("n", [1, 5, 200])
def test_singular_matrices_have_no_inverse(n: int, p: int) -> None:
    generator = np.random.default_rng(n)
    A = generator.integers(0, p, (n, n))
    A[n // 2] = A[0] if n > 1 else 0
    for invert in (inverse_mod, inverse_mod_flint):
        with pytest.raises(ZeroDivisionError, match=f"singular modulo {p}"):
            invert(A, p)
    with pytest.raises(ZeroDivisionError, match=f"singular modulo {p}"):
        inverse_by_elimination(A, p, None)
    with pytest.raises(ZeroDivisionError):
        inverse_mod(np.diag(np.array([1, p])), p)


@given(st.sampled_from(PRIMES), st.integers(1, 7).flatmap(lambda n: arrays(np.int64, (n, n))))
def test_any_small_matrix_is_inverted_or_singular(p: int, A: Any) -> None:
    if rank_mod_flint(A, p) < A.shape[0]:
        with pytest.raises(ZeroDivisionError):
            inverse_by_elimination(A, p, None)
    else:
        inverse = inverse_by_elimination(A, p, None)
        assert np.array_equal(integer_product(A, inverse) % p, np.eye(A.shape[0]))


def test_the_empty_matrix_is_its_own_inverse() -> None:
    empty = np.zeros((0, 0), np.int64)
    assert inverse_mod(empty, 7).shape == inverse_by_elimination(empty, 7, None).shape == (0, 0)
    assert product_mod(np.zeros((2, 0), np.int64), np.zeros((0, 3), np.int64), 7).tolist() == [[0] * 3] * 2


def test_sixty_digits_and_negative_entries() -> None:
    p = 2097143
    A = np.array([[10**60 + i * j * j - (i + 7) ** 30 * (-1) ** j for j in range(90)] for i in range(90)], object)
    A += np.diag(np.array([-(3**i) * 10**59 for i in range(90)], object))
    assert np.array_equal(integer_product(A, inverse_mod(A, p)) % p, np.eye(90))


def test_progress_of_an_inverse_increases_to_one() -> None:
    for n in (10, 300):
        fractions: list[float] = []
        A = np.random.default_rng(0).integers(0, 2097143, (n, n))
        inverse_mod(A, 2097143, fractions.append)
        assert fractions[-1] == 1.0
        assert all(0 <= x < y <= 1 for x, y in pairwise(fractions))
        assert n == 10 or len(fractions) > 5


@given(st.integers(2, 2**21 - 1), st.integers(), arrays(np.int64, (3, 2), elements=st.integers(0, 2**63 - 1)))
def test_any_powers(n: int, base: int, exponents: Any) -> None:
    powers = power_mod(base, exponents, n)
    assert powers.dtype == np.int64
    assert powers.tolist() == [[pow(base, e, n) for e in row] for row in exponents.tolist()]


def test_all_powers_of_a_primitive_root() -> None:
    p = 509
    powers = power_mod(2, np.arange(p - 1), p)
    assert sorted(powers.tolist()) == list(range(1, p))
    assert power_mod(0, np.array([0, 1, 200]), p).tolist() == [1, 0, 0]
    assert power_mod(3, np.zeros((0, 4), np.int64), p).shape == (0, 4)


@given(st.sampled_from([2, 3, 5, 509, 2097143]), st.lists(st.integers(), max_size=20))
def test_any_elementwise_inverses(p: int, numbers: list[int]) -> None:
    values = np.array(numbers, object)
    if any(x % p == 0 for x in numbers):
        with pytest.raises(ZeroDivisionError, match=f"divisible by {p}"):
            inverses_mod(values, p)
    else:
        assert inverses_mod(values, p).tolist() == [pow(x, -1, p) for x in numbers]


def test_elementwise_inverses_keep_the_shape_and_the_argument() -> None:
    values = np.random.default_rng(0).integers(1, 2097143, (37, 3, 5)) - 2097143
    before = values.copy()
    inverses = inverses_mod(values, 2097143)
    assert np.array_equal(values, before)
    assert (values % 2097143 * inverses % 2097143 == 1).all()


def test_bad_arguments_are_refused() -> None:
    good = np.eye(3, dtype=np.int64)
    for p in (0, 1, -7, 2**21, True, 7.0):
        for compute in (
            lambda p: product_mod(good, good, p),
            lambda p: inverse_mod(good, p),
            lambda p: inverse_mod_flint(good, p),
            lambda p: power_mod(2, good, p),
            lambda p: inverses_mod(good + 1, p),
        ):
            with pytest.raises(InputError, match="modulus"):
                compute(p)
    for invert in (inverse_mod, inverse_mod_flint, inverses_mod):
        with pytest.raises(InputError, match="prime"):
            invert(good + 1, 15)
    with pytest.raises(InputError, match="square"):
        inverse_mod(good[:2], 7)
    with pytest.raises(InputError, match="as many rows"):
        product_mod(good, good[:2], 7)
    with pytest.raises(InputError, match=r"^B: entries"):
        product_mod(good, np.eye(3), 7)
    with pytest.raises(InputError, match=r"^A: must have dimension 2"):
        product_mod(good[0], good, 7)
    with pytest.raises(InputError, match=r"^exponents: must be non-negative, got -1"):
        power_mod(2, np.array([3, -1]), 7)
    with pytest.raises(InputError, match=r"^exponents: must be below"):
        power_mod(2, np.array([2**63], np.uint64), 7)
    with pytest.raises(InputError, match=r"^exponents"):
        power_mod(2, np.array([1.0]), 7)
    with pytest.raises(InputError, match=r"^exponents"):
        power_mod(2, np.array([1], object), 7)
    with pytest.raises(InputError, match=r"^base"):
        power_mod(2.0, np.array([1]), 7)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"^values"):
        inverses_mod(np.array([0.5]), 7)
