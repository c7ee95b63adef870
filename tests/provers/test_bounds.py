"""Upper bounds against ranks computed at random points: never below, and equal where the theory says so."""

from __future__ import annotations

import itertools
import random

import pytest
from support import DATA, table

from exactcap.claims import Generic
from exactcap.models.activations import parse_activation
from exactcap.models.datasets import read_dataset
from exactcap.provers.bounds import rank_bound
from exactcap.provers.paired import largest_minor, paired_problem
from exactcap.provers.records import table_record


def observed_rank(activation, inputs, width):
    psi = parse_activation(activation)
    return largest_minor(paired_problem(psi, inputs, psi.blocks, 5), width, inputs.n_samples).rank


@pytest.mark.parametrize(
    "activation", ["tanh", "exp", "x^2", "x^2 - 3*x", "x^3", "x^5 - x^2", "1/x", "x/(1+x^2)", "1/(x-2)^2"]
)
def test_generic_bounds_are_reached(activation):
    for d, m in itertools.product((1, 2, 3), (1, 2, 3, 4)):
        if d == 1 and activation == "tanh":
            continue  # section 6 needs d >= 2
        inputs = Generic(d, 40)
        assert rank_bound(parse_activation(activation), inputs, m).value == observed_rank(activation, inputs, m), (d, m)


def test_shifted_defects_by_the_point_e0():
    """z^4 - z with d = 2, m = 4: the points w_1..w_4, e_0 are the defective (3,3,5)."""
    for activation, d, m, rank in (("x^4 - x", 2, 4, 14), ("x^4 - x + 3", 3, 8, 34), ("x^3 + x", 4, 6, 34)):
        bound = rank_bound(parse_activation(activation), Generic(d, 80), m)
        assert (bound.value, bound.rules[0]) == (rank, "e0")
        assert observed_rank(activation, Generic(d, 80), m) == rank


def test_support_bound_on_random_sparse_tables():
    """U12: on tables with nearly constant columns the bound is never below the rank, and often equal."""
    generator, equal = random.Random(3), 0
    for trial in range(30):
        n, d = generator.randint(4, 20), generator.randint(1, 4)
        density = [generator.choice((0.1, 0.3, 1.0)) for _ in range(d)]
        rows = {
            tuple(generator.randint(1, 9) if generator.random() < share else 0 for share in density) for _ in range(n)
        }
        inputs = table([list(row) for row in sorted(rows)])
        for m in (1, 2, 3):
            bound = min(rank_bound(parse_activation("tanh"), inputs, m).value, inputs.n_samples)
            rank = observed_rank("tanh", inputs, m)
            assert rank <= bound, (trial, m)
            equal += rank == bound
    assert equal > 45


def test_the_digits_need_33_neurons(digits):
    """The union of supports gives the rank at 31 and 32 neurons: 33 are needed, though 29 have parameters enough."""
    inputs = table_record(digits)
    psi = parse_activation("tanh")
    assert [rank_bound(psi, inputs, m).value for m in (29, 31, 32, 33)] == [1624, 1728, 1780, 1832]
    assert observed_rank("tanh", inputs, 32) == 1780


def test_a_constant_column_adds_nothing():
    inputs = table([[k, 5] for k in range(12)])
    assert rank_bound(parse_activation("tanh"), inputs, 2).value == 6  # as for one column
    assert observed_rank("tanh", inputs, 2) == 6


def test_counting_bound_on_the_shipped_data():
    wine = table_record(read_dataset(DATA / "wine.csv", "class"))
    assert rank_bound(parse_activation("tanh"), wine, 11).value == 11 * 15
    assert rank_bound(parse_activation("exp"), wine, 11).value == 11 * 14
