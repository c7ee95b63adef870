"""Batches of rows on hyperplanes, and the ReLU networks with four and three units a batch."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from network_oracle import bits, flipped, nothing, wrong_rows
from point_sets import HOSTILE, drawn_points, moment_curve, one_hot, scalar, without_unit

from exactcap.arithmetic.flint_engine import rank_over_rationals
from exactcap.constructions.bubeck import bubeck
from exactcap.constructions.hyperplanes import (
    PRIME,
    affine_through,
    dimension_note,
    next_batch,
    points,
    shortest_affine,
    shrunk_note,
)
from exactcap.constructions.problem import Problem
from exactcap.constructions.tent import tent
from exactcap.errors import InputError

hostile = pytest.mark.parametrize("name", HOSTILE)
methods = pytest.mark.parametrize(("method", "units"), [(bubeck, 4), (tent, 3)])


def rationals(n, seed=0):
    """n different rationals that are not 0."""
    rng = random.Random(seed)
    return [Fraction(rng.randint(1, 999), rng.randint(1, 97)) * (-1) ** k + 1000 * k for k in range(1, n + 1)]


@hostile
def test_points_span_their_affine_hull(name):
    inputs = HOSTILE[name]
    rows = points(inputs, random.Random(0))
    rank = rank_over_rationals(np.array([[1, *row] for row in inputs], object))
    assert rows.dimension == max(1, rank - 1)
    assert len({tuple(row[c] for c in rows.columns) for row in inputs}) == len(inputs)
    assert bool(dimension_note(rows)) == (rows.dimension < len(inputs[0]))
    functional = list(range(3, 3 + rows.dimension + 1))
    weights = rows.weights(functional)
    assert rows.values(functional) == [sum(w * x for w, x in zip(weights, (*row, 1), strict=True)) for row in inputs]


@hostile
@pytest.mark.parametrize("alone", [False, True])
def test_batches_cover_the_rows_and_miss_the_others(name, alone):
    inputs = HOSTILE[name]
    rng = random.Random(1)
    rows = points(inputs, rng)
    avoid = np.array([i % 4 == 0 for i in range(len(inputs))])
    left = np.flatnonzero(~avoid).tolist()
    while left:
        batch = next_batch(rows, left, avoid, alone, rng)
        assert set(batch.rows) <= set(left)
        assert 1 <= len(batch.rows) <= rows.dimension
        # the functional is evaluated here on the original rows, all columns
        weights = rows.weights(batch.functional)
        values = [sum(w * x for w, x in zip(weights, (*row, 1), strict=True)) for row in inputs]
        assert values == batch.values
        assert any(weights[:-1])
        assert all(values[i] == 0 for i in batch.rows)
        missed = [i for i in range(len(inputs)) if (i not in batch.rows if alone else avoid[i])]
        assert all(values[i] != 0 for i in missed)
        through = np.array([[*inputs[i], 1] for i in batch.rows], object)
        assert rank_over_rationals(through) == len(batch.rows)
        left = [i for i in left if i not in batch.rows]


def test_a_batch_ends_exactly_where_a_row_is_in_the_way():
    """Greedy on a small grid against ranks over the rationals."""
    inputs = HOSTILE["grid"]
    rows = points(inputs, random.Random(0))
    avoid = np.array([sum(row) % 2 == 1 for row in inputs])
    left = np.flatnonzero(~avoid).tolist()
    batch = next_batch(rows, left, avoid, False, random.Random(0))

    def in_the_way(chosen, k):
        table = [[*inputs[i], 1] for i in (*chosen, k)]
        return rank_over_rationals(np.array(table, object)) == rank_over_rationals(np.array(table[:-1], object))

    first = left[0]
    partner = next(i for i in left[1:] if not any(in_the_way((first, i), k) for k in np.flatnonzero(avoid)))
    assert batch.rows == (first, partner)


def test_general_position_fills_batches():
    rows = points(drawn_points(40, 6), random.Random(0))
    batch = next_batch(rows, list(range(40)), np.zeros(40, bool), True, random.Random(0))
    assert (len(batch.rows), batch.blocked, shrunk_note([batch])) == (6, None, ())


def test_on_a_line_in_the_plane_batches_shrink():
    rows = points([*((t, t) for t in range(5)), (0, 1)], random.Random(0))
    batch = next_batch(rows, [0, 1, 2, 3, 4], np.zeros(6, bool), True, random.Random(0))
    assert (batch.rows, batch.blocked) == ((0,), 1)
    assert shrunk_note([batch]) == ("1 of 1 batches shrunk, to 1 rows at the least: general position fails at row 2",)


def test_rows_equal_modulo_the_prime_are_told_apart():
    rows = points([(0,), (PRIME,), (2 * PRIME,)], random.Random(0))
    batch = next_batch(rows, [0, 1, 2], np.zeros(3, bool), True, random.Random(0))
    assert len(batch.rows) == 1
    assert [value == 0 for value in batch.values] == [k in batch.rows for k in range(3)]


def test_the_affine_function_has_the_least_denominator():
    """Against a search over all integer functionals (a, b, c) in the plane through two points."""
    rng = random.Random(3)
    for _ in range(60):
        inputs = rng.sample(list(product(range(-3, 4), repeat=2)), 2)
        if inputs[0][0] == inputs[1][0] or inputs[0][1] == inputs[1][1]:
            continue
        rows = points([*inputs, (50, 0), (0, 51)], random.Random(0))
        batch = next_batch(rows, [0, 1], np.zeros(4, bool), True, random.Random(0))
        if len(batch.rows) < 2:
            continue
        targets = [rng.randint(-5, 5) for _ in batch.rows]
        functional, e = shortest_affine(rows, batch, targets)
        assert [rows.values(functional)[i] for i in batch.rows] == [e * y for y in targets]
        (x, y), (u, v) = (inputs[i] for i in batch.rows)

        def integral(k, difference=targets[0] - targets[1], dx=x - u, dy=y - v):
            return any((k * difference - a * dx) % dy == 0 for a in range(abs(dy)))

        assert integral(e)
        assert not any(integral(k) for k in range(1, e))


def test_affine_functions_through_independent_rows():
    inputs = drawn_points(5, 4)
    rows = points(inputs, random.Random(0))
    functional, e = affine_through(rows, [4, 0, 2], [1, -7, 0])
    assert e >= 1
    assert [rows.values(functional)[i] for i in (4, 0, 2)] == [e, -7 * e, 0]


@methods
@pytest.mark.parametrize(("n", "d"), [(1, 1), (7, 1), (12, 3), (13, 3), (25, 5), (40, 20), (5, 9)])
def test_general_position_takes_the_count(method, units, n, d):
    for inputs in (drawn_points(n, d, n + d), moment_curve(n, d)):
        problem = scalar(inputs, rationals(n))
        construction = method(problem, 0, nothing)
        assert wrong_rows(construction.network, problem) == []
        used = n if method is bubeck else n - 1
        affine_rank = max(1, min(d, n - 1))
        assert construction.count == max(1, units * -(-used // affine_rank))
        assert construction.network.hidden_units == construction.count
        assert construction.count <= units * (-(-n // d)) or n <= d


@methods
@hostile
def test_hostile_rows(method, units, name):
    inputs = HOSTILE[name]
    n = len(inputs)
    zeros_ones = [Fraction(i % 2) for i in range(n)]
    for problem in (
        scalar(inputs, rationals(n)),
        scalar(inputs, zeros_ones),
        scalar(inputs, [0] * n),
        scalar(inputs, [-Fraction(7, 3)] * n),
        one_hot(inputs, [i % 3 for i in range(n)], 3),
        Problem(inputs, tuple(zip(rationals(n), zeros_ones, strict=True))),
    ):
        construction = method(problem, 2, nothing)
        assert wrong_rows(construction.network, problem) == []
        assert construction.network.hidden_units <= units * n * len(problem.targets[0])


@methods
def test_rows_that_need_no_batch(method, units):
    inputs = drawn_points(30, 5)
    few = scalar(inputs, [3 if i < 4 else 0 for i in range(30)])
    assert method(few, 0, nothing).network.hidden_units == units
    mirrored = scalar(inputs, [-3 if i < 4 else 0 for i in range(30)])
    construction = method(mirrored, 0, nothing)
    assert construction.network.hidden_units == units
    assert wrong_rows(construction.network, mirrored) == []


@methods
@pytest.mark.parametrize("row", [0, 11, 19])
def test_a_flipped_label_is_one_wrong_row(method, units, row):
    problem = scalar(drawn_points(20, 4), rationals(20))
    assert wrong_rows(method(problem, 0, nothing).network, flipped(problem, row)) == [row]
    several = one_hot(problem.inputs, [i % 2 for i in range(20)], 2)
    assert wrong_rows(method(several, 0, nothing).network, flipped(several, row)) == [row]


@methods
def test_every_unit_counts(method, units):
    problem = scalar(drawn_points(20, 4), rationals(20))
    network = method(problem, 0, nothing).network
    for unit in range(network.hidden_units):
        assert wrong_rows(without_unit(network, unit), problem)


@methods
def test_integers_stay_near_the_length_of_one_hyperplane(method, units):
    """Denominators of different batches would multiply up to their product; here about 25 bits a row of a batch."""
    problem = scalar(drawn_points(100, 10), [k * k % 37 for k in range(100)])
    assert bits(method(problem, 0, nothing).network) < 300


@methods
def test_equal_seeds_give_equal_networks(method, units):
    problem = scalar(drawn_points(12, 3), rationals(12))
    assert method(problem, 4, nothing) == method(problem, 4, nothing)


@methods
def test_equal_rows_and_empty_tables_are_refused(method, units):
    with pytest.raises(InputError, match="inputs: the rows must be pairwise different"):
        method(scalar(((1, 2), (1, 2)), [0, 1]), 0, nothing)
    with pytest.raises(InputError, match="inputs: needs at least one row and one column"):
        method(scalar(((),), [1]), 0, nothing)


@methods
def test_progress_is_called_a_batch(method, units):
    seen = []
    method(scalar(drawn_points(20, 4), rationals(20)), 0, lambda phase, part: seen.append((phase, part)))
    assert seen.pop() == ("evaluation", 0)
    assert len(seen) == 5
    assert seen == sorted(seen)
    assert seen[0] == ("batches", 0)
