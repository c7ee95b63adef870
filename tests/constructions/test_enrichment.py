"""A random threshold layer and a linear programme."""

import random
import sys
from dataclasses import replace
from fractions import Fraction

import pytest
from network_oracle import flipped, nothing, wrong_rows

from exactcap.constructions.enrichment import enrichment
from exactcap.constructions.network import ExactNetwork
from exactcap.constructions.problem import Problem
from exactcap.errors import InputError

pytest.importorskip("scipy")


def drawn(n: int, d: int, classes: int, seed: int) -> Problem:
    """Two classes: one output; more: one output a class."""
    rng = random.Random(seed)
    rows = set()
    while len(rows) < n:
        rows.add(tuple(rng.randint(-40, 40) * 10 ** (3 * c) for c in range(d)))
    labels = [rng.randrange(classes) for _ in rows]
    targets = [(label,) if classes == 2 else [int(label == k) for k in range(classes)] for label in labels]
    return Problem(tuple(rows), tuple(tuple(map(Fraction, target)) for target in targets))


@pytest.mark.parametrize("n", [1, 2, 5, 25])
@pytest.mark.parametrize("classes", [2, 3])
def test_separates_random_classes(n, classes):
    for d in (1, 2, 9):
        problem = drawn(n, d, classes, 10 * n + d)
        network = enrichment(problem, 3, nothing).network
        assert wrong_rows(network, problem) == []
        assert [layer.activation for layer in network.layers] == ["threshold", "threshold"]
        assert all(layer.denominator == 1 for layer in network.layers)


def test_weights_are_short_for_columns_of_one_spread():
    rng = random.Random(1)
    problem = Problem(
        tuple(tuple(rng.randint(0, 99) for _ in range(5)) for _ in range(60)),
        tuple((Fraction(rng.randrange(2)),) for _ in range(60)),
    )
    hidden, output = enrichment(problem, 0, nothing).network.layers
    assert len(hidden.biases) < 60
    assert max(abs(w) for row in hidden.weights for w in row) < 2**8
    assert max(abs(w) for row in output.weights for w in row) < 2**20


def test_a_flipped_label_is_one_wrong_row():
    problem = drawn(30, 3, 2, 8)
    assert wrong_rows(enrichment(problem, 0, nothing).network, flipped(problem, 11)) == [11]


def test_without_the_output_bias_or_the_layer_it_fails():
    problem = drawn(30, 3, 2, 4)
    hidden, output = enrichment(problem, 0, nothing).network.layers
    dead = replace(hidden, weights=tuple((0,) * 3 for _ in hidden.weights))
    assert wrong_rows(ExactNetwork((dead, output)), problem)
    assert wrong_rows(ExactNetwork((hidden, replace(output, biases=(10**9,)))), problem)


@pytest.mark.parametrize(
    ("inputs", "targets"),
    [
        (((3, 4),), ((1,),)),
        (((0,), (7,)), ((1,), (0,))),
        (((0, 0), (0, 1), (1, 0)), ((1,), (1,), (1,))),
        (((0, 0), (0, 1), (1, 0)), ((0, 1), (0, 1), (0, 1))),
        (tuple((i, 5) for i in range(12)), tuple((i % 2,) for i in range(12))),
        (tuple((10**200 * i, i % 3) for i in range(9)), tuple((int(i % 3 == 0),) for i in range(9))),
    ],
)
def test_degenerate_tables(inputs, targets):
    problem = Problem(inputs, tuple(tuple(map(Fraction, target)) for target in targets))
    assert wrong_rows(enrichment(problem, 1, nothing).network, problem) == []


def test_refuses_other_targets():
    with pytest.raises(InputError, match="entries 0 and 1"):
        enrichment(Problem(((0,), (1,)), ((Fraction(1, 2),), (Fraction(1),))), 0, nothing)


def test_says_that_scipy_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(InputError, match=r"exactcap\[train\]"):
        enrichment(drawn(5, 2, 2, 0), 0, nothing)


def test_progress_may_interrupt():
    def stop(phase, part):
        if phase.startswith("separating"):
            raise TimeoutError

    with pytest.raises(TimeoutError):
        enrichment(drawn(40, 2, 2, 0), 0, stop)


def test_the_seed_decides():
    problem = drawn(12, 3, 2, 0)
    assert enrichment(problem, 4, nothing) == enrichment(problem, 4, nothing)
