"""Scaling to integers: the affine identity holds exactly, the integers are the smallest."""

import math
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactcap.errors import InputError
from exactcap.models.datasets import read_dataset
from exactcap.models.scaling import ScaledInputs, scale_to_integers

DATA = Path(__file__).parents[2] / "proofs" / "data"

rationals = st.fractions(max_denominator=10**17) | st.builds(
    lambda digits, exponent: digits * Fraction(10) ** exponent, st.integers(-99, 99), st.integers(-300, 300)
)


def tables(entries: st.SearchStrategy[Fraction]) -> st.SearchStrategy[list[list[Fraction]]]:
    row_lengths = st.integers(1, 4)
    return row_lengths.flatmap(lambda d: st.lists(st.lists(entries, min_size=d, max_size=d), min_size=1, max_size=8))


def check_scaled(values: list[list[Fraction]], scaled: ScaledInputs) -> None:
    for given_row, integer_row in zip(values, scaled.integers, strict=True):
        assert all(type(integer) is int for integer in integer_row)
        assert list(integer_row) == [
            factor * (value - shift)
            for value, factor, shift in zip(given_row, scaled.factors, scaled.shifts, strict=True)
        ]
    for column, factor in zip(zip(*scaled.integers, strict=True), scaled.factors, strict=True):
        assert min(column) == 0
        assert factor > 0
        # Coprime, hence the smallest; a constant column has gcd 0 and keeps its scale.
        assert math.gcd(*column) == 1 or (set(column) == {0} and factor == 1)


@given(tables(rationals))
def test_scaling_is_exact_and_smallest(values: list[list[Fraction]]) -> None:
    check_scaled(values, scale_to_integers(values))


@given(tables(rationals), st.fractions(min_value=Fraction(1, 99), max_value=99), st.fractions(max_denominator=99))
def test_scaling_forgets_units(values: list[list[Fraction]], factor: Fraction, shift: Fraction) -> None:
    rescaled = [[factor * value + shift for value in row] for row in values]
    assert scale_to_integers(rescaled).integers == scale_to_integers(values).integers


@pytest.mark.parametrize(
    ("name", "label"), [("iris", "species"), ("diabetes", "target"), ("breast-cancer", "diagnosis")]
)
def test_scaling_of_real_data(name: str, label: str) -> None:
    dataset = read_dataset(DATA / f"{name}.csv", label, deduplicate=True)
    values = [list(row) for row in dataset.values]
    scaled = scale_to_integers(values)
    check_scaled(values, scaled)
    assert len(set(scaled.integers)) == dataset.n_samples


def test_integers_of_any_size_are_kept() -> None:
    scaled = scale_to_integers([[Fraction("1e-300")], [Fraction("12345678901234567")], [Fraction(0)]])
    assert scaled.integers == ((1,), (12345678901234567 * 10**300,), (0,))
    assert (scaled.factors, scaled.shifts) == ((Fraction(10**300),), (Fraction(0),))


@pytest.mark.parametrize("table", [[], [[]], [[], []], [[1], [1, 2]]])
def test_tables_must_be_rectangular(table: list[list[int]]) -> None:
    with pytest.raises(InputError, match="values: needs rows of one common length >= 1; got"):
        scale_to_integers([[Fraction(entry) for entry in row] for row in table])
