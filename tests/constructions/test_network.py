"""Exact networks: evaluation against a plain one, affine maps of the inputs, networks side by side, shapes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

import pytest
from network_oracle import bits, naive_output

from exactcap.constructions import network as module
from exactcap.constructions.network import ExactNetwork, Layer, integer_layer, on_table, require_shapes
from exactcap.errors import InputError
from exactcap.models.scaling import scale_to_integers

seeds = pytest.mark.parametrize("seed", range(12))


def drawn_network(rng: random.Random, widths: Sequence[int] = (), kind: str = "") -> ExactNetwork:
    """A network on two inputs: small and large weights, all activations."""

    def number() -> int:
        return rng.choice((0, 1, -1, rng.randint(-9, 9), rng.randint(-(2**70), 2**70)))

    widths = widths or [rng.randint(1, 4) for _ in range(rng.randint(1, 4))]
    layers, before = [], 2
    for depth, width in enumerate(widths):
        activation = "identity" if depth == len(widths) - 1 else kind or rng.choice(("threshold", "relu"))
        weights = tuple(tuple(number() for _ in range(before)) for _ in range(width))
        layers.append(Layer(weights, tuple(number() for _ in range(width)), activation, rng.randint(1, 12)))
        before = width
    return ExactNetwork(tuple(layers))


def drawn_rows(rng: random.Random) -> list[tuple[int, int]]:
    return [(rng.randint(-9, 9), rng.randint(-(2**60), 2**60)) for _ in range(8)]


@seeds
def test_outputs_are_those_of_the_definition(seed):
    rng = random.Random(seed)
    network, rows = drawn_network(rng), drawn_rows(rng)
    assert network.outputs(rows) == [naive_output(network, row) for row in rows]


@seeds
def test_normalising_changes_no_output(seed):
    rng = random.Random(seed)
    network, rows = drawn_network(rng), drawn_rows(rng)
    doubled = ExactNetwork(
        tuple(
            Layer(
                tuple(tuple(6 * w for w in row) for row in layer.weights),
                tuple(6 * b for b in layer.biases),
                layer.activation,
                6 * layer.denominator,
            )
            for layer in network.layers
        )
    )
    shorter = ExactNetwork(tuple(layer.normalised() for layer in doubled.layers))
    assert shorter.outputs(rows) == doubled.outputs(rows) == network.outputs(rows)
    assert bits(shorter) <= bits(network) < bits(doubled)


@seeds
def test_on_the_table_the_outputs_are_those_on_the_scaled_integers(seed):
    rng = random.Random(seed)
    values = [(Fraction(rng.randint(-99, 99), rng.randint(1, 9)), Fraction(rng.randint(0, 9))) for _ in range(8)]
    scaled, network = scale_to_integers(values), drawn_network(rng)
    raw = on_table(network, scaled.factors, scaled.shifts)
    assert [naive_output(raw, row) for row in values] == network.outputs(scaled.integers)


@seeds
def test_on_the_table_for_factors_of_any_sign(seed):
    rng = random.Random(seed)
    network, row = drawn_network(rng), (Fraction(3, 7), Fraction(-5, 2))
    factor, shift = Fraction(rng.randint(1, 9), -rng.randint(1, 9)), Fraction(rng.randint(-9, 9), 4)
    raw = on_table(network, (factor, 1 / factor), (shift, -shift))
    scaled = [factor * (row[0] - shift), (row[1] + shift) / factor]
    assert naive_output(raw, row) == naive_output(network, scaled)


def test_blocks_of_rows_do_not_matter(monkeypatch):
    network = ExactNetwork((Layer(((1, 2), (3, -4)), (1, 0), "relu", 3), Layer(((1, 1),), (0,), "identity", 5)))
    table = [(i, i * i - 7) for i in range(10)]
    whole = network.outputs(table)
    monkeypatch.setattr(module, "BLOCK_ENTRIES", 3)
    assert network.outputs(table) == whole
    assert network.outputs([]) == []


def test_threshold_is_zero_at_zero():
    network = ExactNetwork((Layer(((1,),), (-5,), "threshold"),))
    assert network.outputs([(4,), (5,), (6,)]) == [(0,), (0,), (1,)]


def test_integer_layers_have_positive_denominators():
    layer = integer_layer([[Fraction(-1, 6), Fraction(1, 4)], [0, 0]], "relu")
    assert layer == Layer(((-2,), (0,)), (3, 0), "relu", 12)
    assert integer_layer([[Fraction(-1, 6), Fraction(1, 4)], [0, 0]], "threshold") == Layer(
        ((-2,), (0,)), (3, 0), "threshold", 1
    )


GOOD = Layer(((1, 2),), (0,), "relu")


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ((), "network: needs at least one layer"),
        ((Layer(((1,),), (0,), "relu"),), r"layer 1: each unit needs 2 weights, got \[1\]"),
        ((Layer(((1, 2), (1,)), (0, 0), "relu"),), r"layer 1: each unit needs 2 weights, got \[1, 2\]"),
        ((GOOD, Layer(((1, 2),), (0,), "relu")), r"layer 2: each unit needs 1 weights, got \[2\]"),
        ((Layer((), (), "relu"),), "layer 1: needs at least one unit"),
        ((Layer(((1, 2),), (0, 1), "relu"),), "layer 1: .* 2 biases and 1 rows"),
        ((Layer(((1, 2),), (0,), "relu", 0),), "layer 1: the denominator must be >= 1, got 0"),
        ((Layer(((1, 2),), (0,), "identity"), Layer(((1,),), (0,), "relu")), "layer 1: only the last layer"),
    ],
)
def test_wrong_shapes_are_refused(layers, message):
    with pytest.raises(InputError, match=message):
        require_shapes(ExactNetwork(layers), 2)
    with pytest.raises(InputError, match=message):
        ExactNetwork(layers).outputs([(1, 2)])


def test_ragged_inputs_are_refused():
    with pytest.raises(InputError, match=r"inputs: rows must have one length, got \[1, 2\]"):
        ExactNetwork((GOOD,)).outputs([(1, 2), (1,)])
