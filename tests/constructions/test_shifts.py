"""Piecewise linear functions along a line: at most n - 1 units, fewer where slopes repeat."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from network_oracle import flipped, nothing, wrong_rows
from point_sets import HOSTILE, drawn_points, one_hot, scalar, without_unit

from exactcap.constructions.problem import Problem
from exactcap.constructions.shifts import shifts
from exactcap.errors import InputError


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_rows(name):
    inputs = HOSTILE[name]
    n = len(inputs)
    rng = random.Random(1)
    numbers = [Fraction(rng.randint(-99, 99), rng.randint(1, 99)) for _ in range(n)]
    for problem in (
        scalar(inputs, numbers),
        scalar(inputs, [5] * n),
        one_hot(inputs, [i % 3 for i in range(n)], 3),
        Problem(inputs, tuple((y, -y / 3, Fraction(1)) for y in numbers)),
    ):
        construction = shifts(problem, 2, nothing)
        assert wrong_rows(construction.network, problem) == []
        assert construction.network.hidden_units <= max(1, n - 1)
        assert construction.count == n


def test_one_direction_serves_all_units():
    construction = shifts(scalar(drawn_points(30, 4), [k * k % 11 for k in range(30)]), 0, nothing)
    assert len(set(construction.network.layers[0].weights)) == 1


def test_equal_slopes_need_no_unit():
    line = tuple((t,) for t in range(20))
    assert shifts(scalar(line, [3 * t + 1 for t in range(20)]), 0, nothing).network.hidden_units == 1
    assert shifts(scalar(line, [abs(2 * t - 19) for t in range(20)]), 0, nothing).network.hidden_units == 3
    step = scalar(line, [int(t >= 10) for t in range(20)])
    assert shifts(step, 0, nothing).network.hidden_units == 2


def test_outputs_share_the_units():
    line = tuple((t,) for t in range(20))
    targets = tuple((Fraction(int(t >= 10)), Fraction(int(t < 10)), Fraction(t)) for t in range(20))
    assert shifts(Problem(line, targets), 0, nothing).network.hidden_units == 3


def test_every_unit_counts_and_a_flipped_label_is_one_wrong_row():
    problem = scalar(drawn_points(12, 3), [k * k * k % 17 for k in range(12)])
    network = shifts(problem, 0, nothing).network
    for unit in range(network.hidden_units):
        assert wrong_rows(without_unit(network, unit), problem)
    for row in range(12):
        assert wrong_rows(network, flipped(problem, row)) == [row]


def test_equal_rows_and_empty_tables_are_refused():
    with pytest.raises(InputError, match="inputs: needs pairwise different rows, at least one"):
        shifts(scalar(((1, 2), (1, 2)), [0, 1]), 0, nothing)
    with pytest.raises(InputError, match="inputs: needs pairwise different rows, at least one"):
        shifts(Problem((), ()), 0, nothing)
