"""Activations: derivatives against numeric ones, residue formulas against the functions, blocks as announced."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy
from support import numeric_jacobian

from exactcap.arithmetic.modulus import DEFAULT_PRIME
from exactcap.checker import activations as checker_activations
from exactcap.models.activations import BLOCKS, NAMED, Activation, entry_formulas, parse_activation
from exactcap.models.differential_equation import first_order_equation
from exactcap.models.jacobian import jacobian_mod

TEXTS = [*NAMED, "x^3/3 - 2*x", "1/(1+x^2)", "x/(x^2-x+7)", "x^7 - 0.25*x^2"]

CONSTANTS = {
    "tanh": 2, "sigmoid": 1, "silu": 1, "exp": 1, "softplus": 1, "sin": 1j, "cos": 1j,
    "gaussian": mpmath.mpf(-1) / 2, "erf": -1,
}  # fmt: skip


def evaluate(quotient, z, exponential):
    top, bottom = (
        sum(c * z**i * exponential**j for i, j, c in terms) for terms in (quotient.numerator, quotient.denominator)
    )
    return top / bottom


@pytest.mark.parametrize("text", TEXTS)
def test_formulas_are_the_activation_and_its_numeric_derivative_up_to_a_constant(text):
    """The quotient formula / numeric value is one constant, over several points, for both blocks."""
    activation = parse_activation(text)
    x = sympy.Symbol("x")
    function = sympy.lambdify(x, activation.symbolic(), "mpmath")
    slope, value = entry_formulas(activation)
    with mpmath.workdps(40):
        ratios = {"slope": [], "value": []}
        for z in (mpmath.mpf(k) / 7 + 1 for k in (-30, -9, 4, 12, 25)):
            square = activation.name in NAMED and NAMED[activation.name].square
            exponential = mpmath.exp(CONSTANTS.get(activation.name, 0) * (z * z if square else z))
            if slope is not None:
                ratios["slope"].append(evaluate(slope, z, exponential) / mpmath.diff(function, z))
            if value is not None:
                ratios["value"].append(evaluate(value, z, exponential) / function(z))
        for name, found in ratios.items():
            assert all(abs(ratio / found[0] - 1) < mpmath.mpf(10) ** -15 for ratio in found), (text, name, found)
            assert not found or abs(found[0]) > 0
    if activation.name == "rational":
        assert abs(ratios["slope"][0] - 1) < 1e-15
        assert abs(ratios["value"][0] - 1) < 1e-15


@pytest.mark.parametrize("text", [t for t in TEXTS if t != "gelu"])
def test_the_checker_and_the_prover_have_the_same_entries(text):
    """Two independent tables, one in SymPy and NumPy, one in plain Python, must agree entry by entry."""
    activation, p, q = parse_activation(text), DEFAULT_PRIME, 12345**2 % DEFAULT_PRIME
    rng = np.random.default_rng(1)
    inputs = rng.integers(-(10**6), 10**6, (5, 3)).tolist()
    weights, biases = rng.integers(-(10**6), 10**6, (4, 3)).tolist(), rng.integers(-99, 99, 4).tolist()
    matrix, columns = jacobian_mod(activation, inputs, weights, biases, activation.blocks, p, q)
    record = {"name": activation.name}
    if activation.name == "rational":
        record["numerator"] = [str(c) for c in activation.numerator]
        record["denominator"] = [str(c) for c in activation.denominator]
    slope, value = checker_activations.entries(checker_activations.activation(record), p, q)
    assert ("v" in activation.blocks) is (value is not None)
    for i, x in enumerate(inputs):
        for k, column in enumerate(columns):
            j, c = divmod(int(column), 5)
            z = sum(a * b for a, b in zip(weights[j], x, strict=True)) + biases[j]
            expected = value(z) if c == 4 else slope(z) * (x[c] if c < 3 else 1) % p
            assert matrix[i, k] == expected


@pytest.mark.parametrize("text", ["tanh", "silu", "gaussian", "cos", "x^3/3 - 2*x", "1/(1+x^2)"])
def test_the_column_order_is_that_of_the_numeric_jacobian(text):
    """Real central differences against the formulas in floats, with the constant of each block divided out."""
    pytest.importorskip("scipy")
    activation = parse_activation(text)
    rng = np.random.default_rng(2)
    inputs, weights, biases = rng.normal(size=(6, 2)), rng.normal(size=(3, 2)), rng.normal(size=3)
    numeric = numeric_jacobian(text, inputs, weights, biases)
    slope, value = entry_formulas(activation)
    z = inputs @ weights.T + biases
    constant = complex(CONSTANTS.get(activation.name, 0))
    exponential = np.exp(constant * (z * z if activation.name == "gaussian" else z))
    s, v = evaluate(slope, z, exponential), evaluate(value, z, exponential)
    formula = np.concatenate([s[:, :, None] * inputs[:, None, :], s[:, :, None], v[:, :, None]], axis=2)
    ratio = formula.reshape(6, 12) / numeric
    for block in (ratio.reshape(6, 3, 4)[:, :, :3], ratio.reshape(6, 3, 4)[:, :, 3:]):
        assert np.allclose(block, block.flat[0], rtol=1e-5)


def test_blocks_are_those_with_a_formula():
    for name in NAMED:
        slope, value = entry_formulas(Activation(name))
        expected = (BLOCKS[:2] if slope else ()) + (BLOCKS[2:] if value else ())
        assert Activation(name).blocks == expected


@pytest.mark.parametrize("text", ["exp", "1/x", "x^5", "x^3 - x^2 + 4", "1/(x-2)^3", "(x+1)/(x-1)"])
def test_first_order_equations_hold(text):
    activation = parse_activation(text)
    equation, x = first_order_equation(activation), sympy.Symbol("x")
    psi = activation.symbolic()
    right = sum(sympy.Rational(str(c)) * x**k for k, c in enumerate(equation.remainder))
    alpha, beta, gamma = (sympy.Rational(str(c)) for c in (equation.alpha, equation.beta, equation.gamma))
    assert gamma != 0
    assert sympy.simplify((alpha + beta * x) * sympy.diff(psi, x) + gamma * psi - right) == 0


@pytest.mark.parametrize("text", ["tanh", "sigmoid", "silu", "sin", "gaussian", "gelu", "1/(1+x^2)", "x^2/(x+5)^2"])
def test_no_equation_where_the_theory_says_none(text):
    assert first_order_equation(parse_activation(text)) is None


def test_large_integers_are_reduced_exactly():
    """Exponents of 60 digits: the Jacobian modulo p depends on z modulo p - 1 and modulo p only."""
    p, big = DEFAULT_PRIME, 10**60 + 7
    reduced = [[big % (p * (p - 1))]]
    for name in ("tanh", "silu", "gaussian"):
        exact, _ = jacobian_mod(Activation(name), [[big]], [[3]], [-(10**59)], BLOCKS, p, 9)
        small, _ = jacobian_mod(Activation(name), reduced, [[3]], [-(10**59) % (p * (p - 1))], BLOCKS, p, 9)
        assert exact.tolist() == small.tolist()
