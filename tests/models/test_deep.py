"""The deep Jacobian against SymPy's derivatives of the composed network, the two-layer Jacobian, and known ranks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import sympy

from exactcap.arithmetic.modular import rank_mod
from exactcap.arithmetic.modulus import DEFAULT_PRIME
from exactcap.errors import InputError
from exactcap.models.activations import BLOCKS, NAMED, Activation, parse_activation
from exactcap.models.deep import deep_jacobian_mod
from exactcap.models.jacobian import jacobian_mod

P = DEFAULT_PRIME
Q = 3  # the residue that stands for the transcendental number

# the value as a function of z with E = Q^z or Q^(z^2), and the constant that stands for log Q in its derivative
Z = sympy.Symbol("z")
EXPONENTIALS = {
    "tanh": ((Q**Z - 1) / (Q**Z + 1), sympy.Rational(1, 2)),
    "silu": (Z * Q**Z / (Q**Z + 1), sympy.Integer(1)),
    "gaussian": (Q ** (Z**2), sympy.Rational(-1, 2)),
}


def draw(widths, with_bias, n, spread, seed=0):
    """Integer inputs, weights and biases; ``with_bias`` has one flag a layer."""
    rng = np.random.default_rng(seed)
    inputs = rng.integers(-spread, spread + 1, (n, widths[0])).tolist()
    weights = [rng.integers(-spread, spread + 1, (b, a)).tolist() for a, b in pairwise(widths)]
    biases = [
        rng.integers(-spread, spread + 1, b).tolist() if flag else None
        for b, flag in zip(widths[1:], with_bias, strict=True)
    ]
    return inputs, weights, biases


def sympy_jacobian(activations, inputs, weights, biases):
    """Composed symbolically, differentiated by SymPy in every parameter, evaluated exactly, reduced modulo P."""
    values, layers = {}, []
    for i, (table, bias) in enumerate(zip(weights, biases, strict=True)):
        rows = []
        for j, row in enumerate(table):
            entries = [*row, bias[j]] if bias is not None else row
            symbols = sympy.symbols(f"w{i}_{j}_:{len(entries)}")
            values.update(zip(symbols, entries, strict=True))
            rows.append(symbols)
        layers.append((rows, bias is not None))
    parameters, logarithm = list(values), sympy.Integer(0)
    result = []
    for x in inputs:
        signal = [sympy.Integer(c) for c in x]
        for i, (rows, with_bias) in enumerate(layers):
            extended = [*signal, sympy.Integer(1)] if with_bias else signal
            signal = [sum(a * b for a, b in zip(row, extended, strict=True)) for row in rows]
            if i < len(activations):
                name = activations[i].name
                psi = activations[i].symbolic().subs(sympy.Symbol("x"), Z)
                if name in EXPONENTIALS:
                    psi, logarithm = EXPONENTIALS[name]
                signal = [psi.subs(Z, z) for z in signal]
        for output in signal:
            slopes = [sympy.Rational(output.diff(w).subs(sympy.log(Q), logarithm).subs(values)) for w in parameters]
            result.append([int(s.p) * pow(int(s.q), -1, P) % P for s in slopes])
    return np.array(result)


@pytest.mark.parametrize(
    ("texts", "widths", "with_bias"),
    [
        (["x^2"], (3, 2, 1), (False, False)),
        (["x^3/3 - 2*x"], (2, 3, 2), (True, True)),
        (["x^2", "x^2"], (2, 3, 2, 2), (True, True, False)),
        (["1/(1+x^2)", "x^3 + x/2"], (2, 2, 2, 1), (True, False, True)),
        (["x^2 - x", "1/(x^2 + 1)", "x^2"], (1, 2, 2, 2, 1), (True, True, True, True)),
        (["x/(x^2+7)", "x^2/5"], (2, 2, 1, 3), (False, False, False)),
        (["tanh"], (2, 2, 1), (True, False)),
        (["silu", "x^2 + x"], (2, 2, 2, 1), (True, True, True)),
        (["gaussian", "1/(1+x^2)"], (1, 2, 2, 2), (False, True, True)),
        ([], (2, 3), (True,)),
    ],
)
def test_every_entry_is_the_derivative_of_the_composed_network(texts, widths, with_bias):
    activations = [parse_activation(text) for text in texts]
    point = draw(widths, with_bias, n=2, spread=3)
    assert deep_jacobian_mod(activations, *point, P, Q).tolist() == sympy_jacobian(activations, *point).tolist()


@pytest.mark.parametrize("name", [name for name, form in NAMED.items() if form.value])
def test_two_layers_are_the_two_layer_jacobian_with_scaled_inner_columns(name):
    """Widths (d, m, 1): inner columns are v_j times those of W and b, outer ones those of v; exponents of any size."""
    d, m, n = 3, 4, 6
    activation = Activation(name)
    inputs, (inner, outer), (shifts, _) = draw((d, m, 1), (True, False), n, 10**9, seed=1)
    both, _ = jacobian_mod(activation, inputs, inner, shifts, BLOCKS, P, Q)
    both = both.reshape(n, m, d + 2)
    expected = [both[:, :, : d + 1] * (np.array(outer[0]) % P)[:, None] % P, both[:, :, d + 1]]
    found = deep_jacobian_mod([activation], inputs, [inner, outer], [shifts, None], P, Q)
    assert found.tolist() == np.hstack([part.reshape(n, -1) for part in expected]).tolist()
    without = deep_jacobian_mod([activation], inputs, [inner, outer], [None, None], P, Q)
    zero = deep_jacobian_mod([activation], inputs, [inner, outer], [[0] * m, None], P, Q)
    kept = [k for k in range(zero.shape[1]) if k >= m * (d + 1) or k % (d + 1) < d]
    assert without.tolist() == zero[:, kept].tolist()


@pytest.mark.parametrize(
    ("widths", "rank"),
    [
        ((5, 4, 4, 1), 26),
        ((3, 5, 6, 4, 3, 1), 58),
        ((2, 3, 4, 5), 24),
        ((2, 2, 3, 4, 1), 7),
        ((5, 5, 3, 1), 32),
        ((2, 3, 4, 5, 4, 6, 4, 1), 65),
    ],
)
def test_known_dimensions_of_squaring_networks(widths, rank):
    """The list of section 11: 70 random points give the generic rank, whatever the seed."""
    layers = len(widths) - 1
    activations = [parse_activation("x^2")] * (layers - 1)
    for seed in (1, 2):
        inputs, weights, biases = draw(widths, [False] * layers, 70, 10**6, seed)
        assert rank_mod(deep_jacobian_mod(activations, inputs, weights, biases, P, 1), P) == rank


def test_the_parameters_count_once_for_every_output():
    """A linear network's Jacobian is the identity on outputs times the inputs and 1."""
    found = deep_jacobian_mod([], [[2, -3]], [[[5, 7], [11, 13]]], [[1, 1]], P, 1)
    assert found.tolist() == [[2, P - 3, 1, 0, 0, 0], [0, 0, 0, 2, P - 3, 1]]


def test_a_pole_is_no_number():
    reciprocal, square = parse_activation("1/x"), parse_activation("x^2")
    with pytest.raises(ZeroDivisionError):
        deep_jacobian_mod([reciprocal], [[1]], [[[0]], [[1]]], [None, None], P, 1)
    with pytest.raises(ZeroDivisionError):  # the second layer's pre-activation is 1 - 1
        deep_jacobian_mod([square, reciprocal], [[1]], [[[1], [-1]], [[1, -1]], [[1]]], [None] * 3, P, 1)


def test_activations_that_cannot_be_certified_are_named():
    square = parse_activation("x^2")
    with pytest.raises(InputError, match=r"activations: layer 2 has tanh.*layer 1 only.*rational expression"):
        deep_jacobian_mod([square, Activation("tanh")], [[1]], [[[1]]] * 3, [None] * 3, P, 1)
    for name in ("softplus", "erf", "log", "gelu"):
        with pytest.raises(InputError, match=rf"activations: layer 1 has {name}, which cannot enter.*choose another"):
            deep_jacobian_mod([Activation(name)], [[1]], [[[1]]] * 2, [None] * 2, P, 1)
    with pytest.raises(InputError, match=r"activations: layer 2 has log, which cannot enter"):
        deep_jacobian_mod([square, Activation("log")], [[1]], [[[1]]] * 3, [None] * 3, P, 1)
