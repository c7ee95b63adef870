"""Two hidden layers of about 4 sqrt(n) ReLUs."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from network_oracle import flipped, nothing, wrong_rows

from exactcap.constructions.network import ExactNetwork
from exactcap.constructions.problem import Problem
from exactcap.constructions.three_layer import three_layer


def drawn(n: int, d: int, outputs: int, seed: int) -> Problem:
    rng = random.Random(seed)
    rows = set()
    while len(rows) < n:
        rows.add(tuple(rng.randint(-9, 9) for _ in range(d)))
    values = [tuple(Fraction(rng.randint(-50, 50), rng.randint(1, 7)) for _ in range(outputs)) for _ in rows]
    return Problem(tuple(rows), tuple(values))


@pytest.mark.parametrize("n", range(1, 18))
@pytest.mark.parametrize("outputs", [1, 3])
def test_takes_random_rational_values(n, outputs):
    for seed in range(3):
        problem = drawn(n, 1 + seed, outputs, seed)
        construction = three_layer(problem, seed, nothing)
        assert wrong_rows(construction.network, problem) == []
        assert construction.network.hidden_units == construction.count
        assert [layer.activation for layer in construction.network.layers] == ["relu", "relu", "identity"]


@pytest.mark.parametrize("n", [10, 100, 400])
def test_needs_less_than_four_roots(n):
    problem = Problem(tuple((i,) for i in range(n)), tuple((Fraction(i * i % 7),) for i in range(n)))
    count = three_layer(problem, 0, nothing).count
    assert count <= 4 * n**0.5
    # With groups of q rows the count is 2 ceil(n/q) - 1 + 2q - 2 + q mod 2; no q is better.
    assert count == min(2 * -(-n // q) - 3 + 2 * q + q % 2 for q in range(1, n + 1))


def test_a_flipped_label_is_one_wrong_row():
    problem = drawn(20, 3, 1, 5)
    network = three_layer(problem, 0, nothing).network
    assert wrong_rows(network, flipped(problem, 7)) == [7]


def test_every_unit_is_needed():
    rng = random.Random(2)
    problem = Problem(tuple((i,) for i in range(16)), tuple((Fraction(rng.randint(0, 99)),) for _ in range(16)))
    first, second, last = three_layer(problem, 0, nothing).network.layers
    for unit in range(len(second.biases)):
        fewer = replace(last, weights=((*last.weights[0][:unit], 0, *last.weights[0][unit + 1 :]),))
        assert wrong_rows(ExactNetwork((first, second, fewer)), problem)
    for unit in range(1, len(first.biases)):
        fewer = replace(second, weights=tuple((*row[:unit], 0, *row[unit + 1 :]) for row in second.weights))
        assert wrong_rows(ExactNetwork((first, fewer, last)), problem)


@pytest.mark.parametrize(
    ("inputs", "targets"),
    [
        (((3, 4),), ((5, 0),)),
        (((0,), (7,)), ((1,), (Fraction(-1, 3),))),
        (((0, 0), (0, 1), (1, 0)), ((2,), (2,), (2,))),
        (tuple((i**5, 0) for i in range(9)), tuple((10**300 * (-1) ** i,) for i in range(9))),
        (tuple((10**200 * i, 1) for i in range(5)), tuple((Fraction(1, 10**i),) for i in range(5))),
    ],
)
def test_degenerate_tables(inputs, targets):
    problem = Problem(inputs, tuple(tuple(map(Fraction, target)) for target in targets))
    assert wrong_rows(three_layer(problem, 1, nothing).network, problem) == []


def test_the_seed_decides():
    problem = drawn(12, 3, 1, 0)
    assert three_layer(problem, 4, nothing) == three_layer(problem, 4, nothing)
