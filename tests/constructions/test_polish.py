"""Train, freeze, solve."""

import random
import sys
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from network_oracle import flipped, nothing, wrong_rows

from exactcap.constructions import polish as module
from exactcap.constructions.network import ExactNetwork
from exactcap.constructions.polish import polish
from exactcap.constructions.problem import NotFoundError, Problem
from exactcap.errors import InputError

pytest.importorskip("scipy")


def drawn(n: int, d: int, seed: int) -> Problem:
    rng = random.Random(seed)
    rows = set()
    while len(rows) < n:
        rows.add(tuple(rng.randint(-40, 40) * 10 ** (2 * c) for c in range(d)))
    return Problem(tuple(rows), tuple((Fraction(rng.randint(-50, 50), rng.randint(1, 7)),) for _ in rows))


@pytest.mark.parametrize(("n", "d"), [(1, 1), (2, 1), (2, 3), (3, 2), (9, 1), (20, 3), (40, 5)])
def test_takes_random_rational_values(n, d):
    problem = drawn(n, d, n)
    network = polish(problem, 1, nothing).network
    assert wrong_rows(network, problem) == []
    assert network.hidden_units <= 3 * -(-n // d) + 8
    hidden, output = network.layers
    assert (hidden.activation, output.activation) == ("relu", "identity")
    assert len({abs(w) for w in output.weights[0]}) == 1


def test_needs_fewer_units_than_tents():
    problem = drawn(40, 5, 2)
    assert polish(problem, 0, nothing).network.hidden_units < 3 * 40 / 5


def test_a_flipped_label_is_one_wrong_row():
    problem = drawn(20, 3, 5)
    assert wrong_rows(polish(problem, 0, nothing).network, flipped(problem, 7)) == [7]


def test_every_unit_is_needed():
    problem = drawn(30, 3, 5)
    hidden, output = polish(problem, 0, nothing).network.layers
    for unit in range(len(hidden.biases)):
        weights = ((*output.weights[0][:unit], 0, *output.weights[0][unit + 1 :]),)
        assert wrong_rows(ExactNetwork((hidden, replace(output, weights=weights))), problem)


def test_a_solution_off_the_pattern_is_never_returned(monkeypatch):
    """Training that is far from the labels: the exact solution then leaves the pattern, and evaluation sees it."""

    def careless(values, targets, width, random, progress):
        signs = np.where(np.arange(width) % 2 == 0, 1.0, -1.0)
        return random.standard_normal((width, values.shape[1] + 1)), signs

    monkeypatch.setattr(module, "fit_relu", careless)
    problem = drawn(40, 3, 5)
    with pytest.raises(NotFoundError, match="did not converge"):
        polish(problem, 0, nothing)


@pytest.mark.parametrize(
    ("inputs", "targets"),
    [
        (((3, 4),), (5,)),
        (((0,), (7,)), (1, Fraction(-1, 3))),
        (((0, 0), (0, 1), (1, 0)), (2, 2, 2)),
        (((0, 4), (1, 4), (3, 4)), (0, 3, -2)),
        (tuple((i * i, 0) for i in range(5)), tuple(10**300 * (-1) ** i for i in range(5))),
        (tuple((10**200 * i, 1) for i in range(5)), tuple(Fraction(1, 10**i) for i in range(5))),
    ],
)
def test_degenerate_tables(inputs, targets):
    problem = Problem(inputs, tuple((Fraction(target),) for target in targets))
    assert wrong_rows(polish(problem, 1, nothing).network, problem) == []


def test_refuses_several_outputs():
    with pytest.raises(InputError, match="needs one output; the labels have 2"):
        polish(Problem(((0,),), ((Fraction(0), Fraction(1)),)), 0, nothing)


def test_says_that_scipy_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.linalg", None)
    with pytest.raises(InputError, match=r"exactcap\[train\]"):
        polish(drawn(5, 2, 0), 0, nothing)


def test_progress_may_interrupt():
    def stop(phase, part):
        raise TimeoutError

    with pytest.raises(TimeoutError):
        polish(drawn(20, 2, 0), 0, stop)


def test_the_seed_decides():
    problem = drawn(12, 3, 0)
    assert polish(problem, 4, nothing) == polish(problem, 4, nothing)


def test_equations_that_depend_on_others_are_left_out():
    """Two classes apart from each other: one ramp serves many rows, so the equations have a small rank."""
    rng = random.Random(3)
    rows = {(rng.randint(1, 40) * (-1) ** i * 10, rng.randint(-40, 40)) for i in range(40)}
    problem = Problem(tuple(rows), tuple((Fraction(x > 0),) for x, _ in rows))
    assert wrong_rows(polish(problem, 0, nothing).network, problem) == []
