"""The formulas for deep networks against the rank modulo a prime of the deep Jacobian at random integer points."""

from __future__ import annotations

import itertools
from itertools import pairwise
from math import comb, prod

import numpy as np
import pytest

from exactcap.arithmetic.modular import rank_mod
from exactcap.arithmetic.modulus import DEFAULT_PRIME
from exactcap.models.activations import parse_activation
from exactcap.models.deep import deep_jacobian_mod
from exactcap.models.deep_laws import (
    ambient_dimension,
    certainly_identifiable,
    determinantal_bound,
    dimension_bound,
    naive_dimension,
    three_layer_rank,
    two_layer_bound,
)

SPREAD = 10**6


def jacobian(texts, widths, n, with_bias):
    """The Jacobian at n random points; ``with_bias`` has one flag a layer."""
    rng = np.random.default_rng(0)

    def draw(*shape):
        return rng.integers(-SPREAD, SPREAD, shape).tolist()

    activations = [parse_activation(text) for text in texts]
    weights = [draw(b, a) for a, b in pairwise(widths)]
    biases = [draw(b) if flag else None for b, flag in zip(widths[1:], with_bias, strict=True)]
    return deep_jacobian_mod(activations, draw(n, widths[0]), weights, biases, DEFAULT_PRIME, 25)


def dimension(widths, powers, with_bias=False):
    """The rank at points that separate all forms of the network's degree; with bias, all polynomials."""
    n = comb(widths[0] - (not with_bias) + prod(powers), prod(powers)) + 1
    matrix = jacobian([f"x^{r}" for r in powers], widths, n, [with_bias] * (len(widths) - 1))
    return rank_mod(matrix, DEFAULT_PRIME)


GRIDS = [(2, 4, (2, 3, 4)), (3, 4, (2,)), (3, 3, (2, 3)), (4, 3, (2,))]  # layers, widest, powers


def architectures(layers, widest, powers, most):
    for widths in itertools.product(range(1, widest + 1), repeat=layers + 1):
        for chosen in itertools.product(powers, repeat=layers - 1):
            if ambient_dimension(widths, chosen) <= most:
                yield widths, chosen


@pytest.mark.parametrize("grid", GRIDS, ids=str)
def test_the_bound_is_the_dimension_on_a_grid(grid):
    defective = 0
    for widths, powers in architectures(*grid, most=70):
        found = dimension(widths, powers)
        assert found == dimension_bound(widths, powers), (widths, powers)
        assert found <= min(naive_dimension(widths, powers), determinantal_bound(widths, powers))
        defective += found < naive_dimension(widths, powers)
    assert defective


@pytest.mark.parametrize(
    ("widths", "found", "naive"),
    [
        ((5, 4, 4, 1), 26, 32),
        ((5, 5, 3, 1), 32, 35),
        ((3, 5, 6, 4, 3, 1), 58, 66),
        ((2, 3, 4, 5), 24, 25),
        ((2, 2, 3, 4, 1), 7, 9),
        ((3, 4, 2, 1), 11, 15),  # 12 by the torus alone
        ((4, 3, 4, 2, 1), 20, 25),
    ],
)
def test_defective_squaring_networks(widths, found, naive):
    powers = (2,) * (len(widths) - 2)
    assert naive_dimension(widths, powers) == naive
    assert dimension(widths, powers) == dimension_bound(widths, powers) == found


@pytest.mark.parametrize(
    ("widths", "power", "found"),
    [((4, 5, 3), 2, 29), ((6, 8, 3), 2, 62), ((8, 11, 3), 2, 107), ((4, 6, 5), 2, 47), ((3, 5, 2), 3, 19)],
)
def test_defective_segre_veronese_varieties(widths, power, found):
    """The exception, and its neighbours with one neuron less or more, which have the naive dimension."""
    assert dimension(widths, (power,)) == two_layer_bound(widths, power) == found
    assert found < min(naive_dimension(widths, (power,)), determinantal_bound(widths, (power,)))
    for step in (-1, 1):
        near = (widths[0], widths[1] + step, widths[2])
        assert dimension(near, (power,)) == two_layer_bound(near, power) == naive_dimension(near, (power,))


def test_the_bound_is_not_always_the_dimension():
    for widths, powers, expected in (((2, 3, 7, 4), (3, 3), (39, 40)), ((2, 3, 3, 5, 7, 3, 2, 1), (2,) * 6, (50, 53))):
        assert (dimension(widths, powers), dimension_bound(widths, powers)) == expected


FILLING = ["221", "2221", "23321", "222", "2332", "233", "2333", "331", "3431"]
FILLING += ["23345631", "23355541", "23357421", "23445541", "23455441", "23454641"]


@pytest.mark.parametrize("digits", FILLING)
def test_minimal_filling_squaring_networks(digits):
    """The lists of section 11: the network fills, and with any hidden width one less it does not."""
    widths = tuple(map(int, digits))
    powers = (2,) * (len(widths) - 2)
    full = ambient_dimension(widths, powers)
    assert dimension(widths, powers) == dimension_bound(widths, powers) == full
    for i in range(1, len(widths) - 1):
        if widths[i] > 1:
            smaller = (*widths[:i], widths[i] - 1, *widths[i + 1 :])
            assert dimension(smaller, powers) <= dimension_bound(smaller, powers) < full


def free_parameters(widths, with_bias=False):
    biases = sum(widths[1:]) if with_bias else 0
    return sum(a * b for a, b in pairwise(widths)) + biases - sum(widths[1:-1])


@pytest.mark.parametrize("with_bias", [False, True])
@pytest.mark.parametrize("grid", [(2, 4, (2, 3, 4, 5)), (3, 3, (2, 3))], ids=str)
def test_identifiable_networks_have_all_their_parameters(grid, with_bias):
    certain = 0
    for widths, powers in architectures(*grid, most=90):
        if certainly_identifiable(widths, powers, with_bias):
            certain += 1
            assert dimension(widths, powers, with_bias) == free_parameters(widths, with_bias), (widths, powers)
    assert certain > 20


def test_special_cases_of_the_identifiability_theorem():
    """Widths that do not increase with r >= 2 (last one 3 for a single output), and r_l >= 2 d_l - 1."""
    for widths in itertools.product(range(2, 6), repeat=3):
        for last in range(1, 6):
            powers = (2, 3 if last == 1 else 2)
            if widths[0] >= widths[1] >= widths[2]:
                assert certainly_identifiable((*widths, last), powers)
            assert certainly_identifiable((*widths, last), tuple(2 * width - 1 for width in widths[1:]))
    assert not certainly_identifiable((2, 1, 1), (9,))
    assert not certainly_identifiable((3, 4, 2), (2,))


@pytest.mark.parametrize("texts", [("1/(1+x^2)", "1/(1+x^2)"), ("tanh", "x/(1+x^2)"), ("1/x", "1/x"), ("exp", "1/x")])
def test_the_middle_layer_of_three(texts):
    """n x width_1 width_2, for d = 1 too; it needs the second bias for powers, whose slope is homogeneous."""
    for d, first, second in itertools.product((1, 2), (1, 2, 4), (1, 3, 4)):
        n = first * second + 3
        matrix = jacobian(texts, (d, first, second, 1), n, (True, True, False))[:, first * (d + 1) :]
        middle = [j * (first + 1) + c for j in range(second) for c in range(first)]
        expected = three_layer_rank(first, second)
        assert [rank_mod(matrix[:k, middle], DEFAULT_PRIME) for k in (n, expected - 1)] == [expected, expected - 1]
    without = jacobian(texts, (2, 1, 3, 1), 9, (True, False, False))[:, 3:6]
    assert rank_mod(without, DEFAULT_PRIME) == (1 if texts[1] == "1/x" else 3)


def test_the_row_lemma_needs_a_single_output():
    """Widths (3, 1, 3): rank 4 at two points, less than the 6 rows and the dimension 5; with one output min(n, 5)."""
    assert dimension((3, 1, 3), (2,)) == dimension_bound((3, 1, 3), (2,)) == 5
    assert rank_mod(jacobian(["x^2"], (3, 1, 3), 2, (False, False)), DEFAULT_PRIME) == 4
    ranks = [rank_mod(jacobian(["x^2"], (3, 2, 1), n, (False, False)), DEFAULT_PRIME) for n in range(1, 8)]
    assert ranks == [1, 2, 3, 4, 5, 5, 5]
