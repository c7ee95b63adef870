"""Baum's threshold networks: the sharp count in general position, correct networks everywhere else."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from network_oracle import bits, flipped, nothing, wrong_rows
from point_sets import HOSTILE, drawn_points, moment_curve, one_hot, scalar, without_unit

from exactcap.constructions.baum import baum
from exactcap.constructions.facet import simplicial_facet
from exactcap.constructions.hyperplanes import points
from exactcap.constructions.problem import Problem
from exactcap.constructions.slabs import cover, shortened
from exactcap.errors import InputError

hostile = pytest.mark.parametrize("name", HOSTILE)


@pytest.mark.parametrize(
    ("n", "d"),
    [(6, 3), (7, 3), (8, 3), (9, 3), (10, 3), (25, 5), (26, 5), (30, 5), (31, 5), (15, 1), (16, 1), (60, 20), (61, 20)],
)
@pytest.mark.parametrize("shift", [0, 1])
def test_balanced_labels_take_the_sharp_count(n, d, shift):
    for inputs in (drawn_points(n, d, n + d), moment_curve(n, d)):
        problem = scalar(inputs, [(i + shift) % 2 for i in range(n)])
        construction = baum(problem, 0, nothing)
        assert wrong_rows(construction.network, problem) == []
        assert construction.count == -(-n // d)
        assert construction.network.hidden_units <= construction.count
        assert not any("shrunk" in note for note in construction.notes)


@pytest.mark.parametrize(("n", "d"), [(6, 2), (10, 2), (9, 3), (15, 3)])
def test_the_odd_count_needs_the_facet_unit(n, d):
    """On the moment curve slabs meet no further row of their class, so without the facet it would be one unit more."""
    problem = scalar(moment_curve(n, d), [i % 2 for i in range(n)])
    network = baum(problem, 0, nothing).network
    assert wrong_rows(network, problem) == []
    assert network.hidden_units == -(-n // d)
    assert network.hidden_units % 2 == 1
    for unit in range(network.hidden_units):
        assert wrong_rows(without_unit(network, unit), problem)


@pytest.mark.parametrize("ones", [1, 5, 6, 34, 35, 39])
def test_few_rows_of_a_class_take_fewer_units(ones):
    problem = scalar(drawn_points(40, 5), [int(i < ones) for i in range(40)])
    construction = baum(problem, 3, nothing)
    assert wrong_rows(construction.network, problem) == []
    assert construction.network.hidden_units <= 2 * -(-min(ones, 40 - ones) // 5)


@pytest.mark.parametrize(("n", "d"), [(1, 3), (2, 1), (3, 3), (4, 3), (10, 12)])
def test_independent_rows_take_one_unit(n, d):
    for labels in range(2**n if n < 5 else 9):
        problem = scalar(drawn_points(n, d, n), [labels >> i & 1 for i in range(n)])
        construction = baum(problem, 0, nothing)
        assert wrong_rows(construction.network, problem) == []
        assert construction.network.hidden_units == construction.count == 1


@hostile
@pytest.mark.parametrize("seed", range(3))
def test_hostile_rows_with_two_classes(name, seed):
    rng = random.Random(seed)
    inputs = HOSTILE[name]
    labels = [i % 2 for i in range(len(inputs))] if seed == 0 else [rng.randint(0, 1) for _ in inputs]
    problem = scalar(inputs, labels)
    construction = baum(problem, seed, nothing)
    assert wrong_rows(construction.network, problem) == []
    assert construction.network.hidden_units <= max(1, 2 * min(sum(labels), len(labels) - sum(labels)))


@hostile
def test_hostile_rows_with_one_class_and_with_several(name):
    inputs = HOSTILE[name]
    for value in (0, 1):
        problem = scalar(inputs, [value] * len(inputs))
        construction = baum(problem, 0, nothing)
        assert wrong_rows(construction.network, problem) == []
        assert construction.network.hidden_units == 1
    for outputs, step in ((2, 1), (3, 1), (4, 2)):
        problem = one_hot(inputs, [step * i % outputs for i in range(len(inputs))], outputs)
        assert wrong_rows(baum(problem, 1, nothing).network, problem) == []


def test_several_classes_take_two_units_a_batch():
    classes = [0] * 11 + [1] * 20 + [2] * 4 + [3] * 7
    problem = one_hot(drawn_points(42, 4), classes, 5)  # the class 4 has no row
    construction = baum(problem, 0, nothing)
    assert wrong_rows(construction.network, problem) == []
    assert construction.count == 2 * (3 + 1 + 2)
    assert construction.network.hidden_units <= construction.count


@pytest.mark.parametrize("row", [0, 7, 29])
def test_a_flipped_label_is_one_wrong_row(row):
    problem = scalar(drawn_points(30, 4), [i % 2 for i in range(30)])
    assert wrong_rows(baum(problem, 0, nothing).network, flipped(problem, row)) == [row]
    classes = [i % 3 for i in range(30)]
    several = baum(one_hot(problem.inputs, classes, 3), 0, nothing)
    classes[row] = (classes[row] + 1) % 3
    assert wrong_rows(several.network, one_hot(problem.inputs, classes, 3)) == [row]


@pytest.mark.parametrize("n", [24, 25])  # without and with a facet unit
def test_every_unit_counts(n):
    problem = scalar(drawn_points(n, 4 if n == 24 else 5), [i % 2 for i in range(n)])
    network = baum(problem, 0, nothing).network
    for unit in range(network.hidden_units):
        assert wrong_rows(without_unit(network, unit), problem)


@hostile
def test_slabs_hold_the_wanted_rows_and_no_avoided_one(name):
    inputs = HOSTILE[name]
    rng = random.Random(5)
    avoid = np.array([i % 3 == 0 for i in range(len(inputs))])
    wanted = np.flatnonzero(~avoid).tolist()
    slabs = cover(points(inputs, rng), wanted, avoid, rng, nothing)
    fires = [[sum(w * x for w, x in zip(unit, (*row, 1), strict=True)) > 0 for unit in slabs.units] for row in inputs]
    sums = [sum(sign for sign, fire in zip(slabs.signs, row, strict=True) if fire) for row in fires]
    assert [total > 0 for total in sums] == (~avoid).tolist()
    assert min(sums) == 0
    assert len(slabs.units) <= 2 * len(slabs.batches)


@pytest.mark.parametrize(("n", "d"), [(4, 1), (9, 2), (20, 3), (30, 6)])
def test_facets_of_points_in_general_position(n, d):
    inputs = drawn_points(n, d, n)
    facet, functional, _ = simplicial_facet(points(inputs, random.Random(1)), random.Random(2), nothing)
    values = [sum(w * x for w, x in zip(functional, (*row, -1), strict=True)) for row in inputs]
    assert max(values) == 0
    assert [k for k, value in enumerate(values) if value == 0] == list(facet)
    assert len(facet) == d


@pytest.mark.parametrize("name", ["grid", "cube"])
def test_facets_with_more_rows_are_detected(name):
    """Then slabs alone do it: three batches of two would do for the cube's four rows in general position."""
    rows = points(HOSTILE[name], random.Random(0))
    assert all(simplicial_facet(rows, random.Random(seed), nothing) is None for seed in range(5))


def test_rounded_functionals_keep_the_property_exactly():
    rows = points(drawn_points(30, 6), random.Random(0))
    exact = [random.Random(9).randint(-(2**200), 2**200) for _ in range(7)]
    signs = [value > 0 for value in rows.values(exact)]
    short, values = shortened(rows, exact, lambda trial: [value > 0 for value in trial] == signs)
    assert [value > 0 for value in rows.values(short)] == signs
    assert values == rows.values(short)
    assert max(abs(c) for c in short) < 2**30


def test_weights_are_short():
    """The hyperplane through 20 of these rows needs about 420 bits."""
    problem = scalar(drawn_points(80, 20), [i % 2 for i in range(80)])
    assert bits(baum(problem, 0, nothing).network) < 60


def test_failures_of_general_position_are_named():
    line = (*((t, 0) for t in range(9)), (0, 1))
    construction = baum(scalar(line, [t % 2 for t in range(9)] + [0]), 0, nothing)
    assert len(construction.notes) == 1
    assert construction.notes[0].startswith(
        "3 of 4 batches shrunk, to 1 rows at the least: general position fails at rows "
    )
    flat = baum(scalar(HOSTILE["plane in R^5"], [i % 2 for i in range(10)]), 0, nothing)
    assert any("dimension 2 of 5" in note for note in flat.notes)


def test_equal_seeds_give_equal_networks():
    problem = scalar(drawn_points(30, 4), [i % 2 for i in range(30)])
    assert baum(problem, 4, nothing) == baum(problem, 4, nothing)
    assert baum(problem, 4, nothing) != baum(problem, 5, nothing)


@pytest.mark.parametrize("target", [(Fraction(2),), (Fraction(1, 2),), (Fraction(1), Fraction(1)), (Fraction(0),) * 3])
def test_other_targets_are_refused(target):
    good = (Fraction(1), *[Fraction(0)] * (len(target) - 1))
    with pytest.raises(InputError, match=r"labels: a threshold network needs two classes .* at row 2"):
        baum(Problem(((0,), (1,)), (good, target)), 0, nothing)


def test_equal_rows_are_refused():
    with pytest.raises(InputError, match="inputs: the rows must be pairwise different"):
        baum(scalar(((1, 2), (1, 2)), [0, 1]), 0, nothing)


def test_progress_can_stop_it():
    def stop(phase, part):
        raise TimeoutError

    with pytest.raises(TimeoutError):
        baum(scalar(drawn_points(30, 4), [i % 2 for i in range(30)]), 0, stop)
