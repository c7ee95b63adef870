"""Width two, a max-min string of at most n - 2 layers."""

import random
from fractions import Fraction

import pytest
from network_oracle import flipped, nothing, wrong_rows

from exactcap.constructions.network import ExactNetwork, Layer
from exactcap.constructions.problem import Problem
from exactcap.constructions.width_two import MAX_ROWS, width_two
from exactcap.errors import InputError


def drawn(n: int, d: int, seed: int, classes: int = 0) -> Problem:
    rng = random.Random(seed)
    rows = set()
    while len(rows) < n:
        rows.add(tuple(rng.randint(-9, 9) for _ in range(d)))
    draw = (lambda: rng.randrange(classes)) if classes else (lambda: Fraction(rng.randint(-50, 50), rng.randint(1, 7)))
    return Problem(tuple(rows), tuple((Fraction(draw()),) for _ in rows))


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 9, 18])
def test_takes_random_rational_values(n):
    for seed in range(6):
        problem = drawn(n, 1 + seed % 3, seed)
        construction = width_two(problem, seed, nothing)
        layers = construction.network.layers
        assert wrong_rows(construction.network, problem) == []
        assert all(len(layer.biases) <= 2 for layer in layers[:-1])
        assert len(layers) - 1 <= max(n - 2, 1)
        assert construction.network.hidden_units <= construction.count


def test_classes_need_fewer_layers_and_small_integers():
    problem = drawn(60, 2, 3, classes=2)
    construction = width_two(problem, 0, nothing)
    assert wrong_rows(construction.network, problem) == []
    entries = [abs(w) for layer in construction.network.layers[1:] for row in layer.weights for w in row]
    # Labels 0 and q, q the factor that makes the first line's slope an integer: slopes within q + 1.
    assert max(entries) <= 2 * (construction.network.layers[-1].denominator + 1)


def test_one_step_in_a_line_of_equal_labels():
    problem = Problem(tuple((i,) for i in range(50)), tuple((Fraction(i >= 20),) for i in range(50)))
    construction = width_two(problem, 0, nothing)
    assert wrong_rows(construction.network, problem) == []
    assert construction.notes == ("2 hidden layers",)


def test_a_flipped_label_is_one_wrong_row():
    problem = drawn(15, 3, 5)
    assert wrong_rows(width_two(problem, 0, nothing).network, flipped(problem, 7)) == [7]


def test_every_layer_is_needed():
    problem = drawn(9, 2, 1)
    layers = width_two(problem, 0, nothing).network.layers
    for k in range(len(layers) - 1):
        without = Layer(layers[k].weights[:1], layers[k].biases[:1], "relu", layers[k].denominator)
        after = layers[k + 1]
        first_only = Layer(tuple(row[:1] for row in after.weights), after.biases, after.activation, after.denominator)
        assert wrong_rows(ExactNetwork((*layers[:k], without, first_only, *layers[k + 2 :])), problem)


@pytest.mark.parametrize(
    ("inputs", "targets"),
    [
        (((3, 4),), (5,)),
        (((0,), (7,)), (1, Fraction(-1, 3))),
        (((0, 0), (0, 1), (1, 0)), (2, 2, 2)),
        (((0,), (1,), (4,)), (0, 3, 12)),
        (tuple((i**5, 0) for i in range(9)), tuple(10**300 * (-1) ** i for i in range(9))),
        (tuple((10**200 * i, 1) for i in range(5)), tuple(Fraction(1, 10**i) for i in range(5))),
    ],
)
def test_degenerate_tables(inputs, targets):
    problem = Problem(inputs, tuple((Fraction(target),) for target in targets))
    assert wrong_rows(width_two(problem, 1, nothing).network, problem) == []


def test_refuses_what_it_cannot_do():
    with pytest.raises(InputError, match="needs one output; the labels have 2"):
        width_two(Problem(((0,),), ((Fraction(0), Fraction(1)),)), 0, nothing)
    rows = tuple((i,) for i in range(MAX_ROWS + 1))
    with pytest.raises(InputError, match="at most 2000 rows"):
        width_two(Problem(rows, tuple((Fraction(0),) for _ in rows)), 0, nothing)
