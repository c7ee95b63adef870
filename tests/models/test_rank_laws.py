"""Every formula against the rank modulo a prime of the matrix at random integer points, and where naive ones fail."""

from __future__ import annotations

import itertools
from fractions import Fraction
from math import comb

import numpy as np
import pytest

from exactcap.arithmetic.modular import rank_mod
from exactcap.arithmetic.modulus import DEFAULT_PRIME
from exactcap.errors import InputError
from exactcap.models.activations import NAMED, Activation, parse_activation
from exactcap.models.differential_equation import first_order_equation
from exactcap.models.jacobian import jacobian_mod
from exactcap.models.rank_laws import (
    ALEXANDER_HIRSCHOWITZ_EXCEPTIONS,
    analytic_rank,
    hadamard_rank,
    khatri_rao_rank,
    polynomial_rank,
    polynomial_rank_without_bias,
)

SPREAD = 10**6
RESIDUE = 25  # a square


def polynomial(coefficients):
    """The activation with these coefficients by exponent."""
    terms = tuple(Fraction(coefficients.get(k, 0)) for k in range(max(coefficients) + 1))
    return Activation("rational", terms, (Fraction(1),))


def rank(activation, d, m, blocks, n, with_bias=True):
    """The rank modulo a prime of the Jacobian of m neurons at n random points."""
    rng = np.random.default_rng(0)
    inputs, weights = rng.integers(-SPREAD, SPREAD, (n, d)).tolist(), rng.integers(-SPREAD, SPREAD, (m, d)).tolist()
    biases = rng.integers(-SPREAD, SPREAD, m).tolist() if with_bias else [0] * m
    matrix, _ = jacobian_mod(activation, inputs, weights, biases, blocks, DEFAULT_PRIME, RESIDUE)
    return rank_mod(matrix, DEFAULT_PRIME)


def widths_until(filled, per_neuron):
    """1, 2, ... until two neurons more than fill the dimension."""
    return range(1, filled // per_neuron + 3)


def subsets(numbers):
    return [set(part) for size in range(len(numbers) + 1) for part in itertools.combinations(numbers, size)]


@pytest.mark.parametrize("exponents", [{0}, {3}, {0, 1}, {1, 2}, {0, 2, 3}, {2, 5}], ids=str)
def test_hadamard_powers_and_their_sums(exponents):
    psi = polynomial({k: 3 * k + 1 for k in exponents})
    for inner, rows, columns in itertools.product((1, 2, 3), (1, 4, 9, 16), (2, 8, 13)):
        expected = hadamard_rank(rows, columns, inner, exponents)
        assert rank(psi, inner, columns, ("v",), rows, with_bias=False) == expected
    full = hadamard_rank(99, 99, 3, exponents)
    assert rank(psi, 3, full + 1, ("v",), full + 1, with_bias=False) == full


@pytest.mark.parametrize("text", ["exp", "tanh", "cos", "1/(1+x^2)", "x/(x-3)"])
def test_hadamard_functions_that_are_no_polynomial(text):
    for inner, rows, columns in itertools.product((1, 2), (1, 5, 20), (3, 20, 21)):
        expected = hadamard_rank(rows, columns, inner, None)
        assert rank(parse_activation(text), inner, columns, ("v",), rows, with_bias=False) == expected


@pytest.mark.parametrize("d", [1, 2, 3, 4, 5])
def test_khatri_rao_and_where_the_naive_formula_fails(d):
    for k in range(7):
        filled = comb(d + k, k + 1)
        for m in widths_until(filled, d) if filled <= 100 else ():
            found = rank(polynomial({k + 1: 1}), d, m, ("W",), filled + 1, with_bias=False)
            assert found == khatri_rao_rank(d, k, m), (k, m)
            defective = (k == 1 and 2 <= m < d) or (d, k, m) in ALEXANDER_HIRSCHOWITZ_EXCEPTIONS
            assert (found != min(m * d, filled)) is defective, (k, m)


@pytest.mark.parametrize("d", [1, 2, 3, 4])
def test_polynomials_without_bias_and_where_the_naive_formula_fails(d):
    for exponents in subsets(range(5))[1:]:
        filled = sum(comb(d + k, k + 1) for k in exponents)
        psi = polynomial({k + 1: 5 * k + 2 for k in exponents})
        for m in widths_until(filled, d) if filled <= 60 else ():
            found = rank(psi, d, m, ("W",), filled + 1, with_bias=False)
            assert found == polynomial_rank_without_bias(d, exponents, m), (exponents, m)
            if len(exponents) > 1:
                assert (found != min(m * d, filled)) is (exponents == {0, 1} and 3 <= m <= d), (exponents, m)


@pytest.mark.parametrize(("d", "most"), [(1, 7), (2, 5), (3, 4), (4, 3), (5, 2)])
@pytest.mark.parametrize("blocks", ["W", "Wb", "Wbv"])
def test_polynomials_with_bias(d, most, blocks):
    """All degrees up to K + 1 = ``most`` + 1, all sets of lower terms but z^K, all widths until the space is filled."""
    for K in range(most + 1):
        filled, per_neuron = comb(d + K + 1, d), d if blocks == "W" else d + 1
        for lower in subsets(range(K)):
            if len(lower) > 2 and len(lower) < K:
                continue
            psi = polynomial({K + 1: 1} | {k: 5 * k + 3 for k in lower})
            for m in widths_until(filled, per_neuron):
                found = rank(psi, d, m, tuple(blocks), filled + 1)
                assert found == polynomial_rank(d, K + 1, max(lower, default=None), blocks, m), (K, lower, m)


@pytest.mark.parametrize(
    ("text", "degree", "remainder"),
    [
        ("(x+1)^4 + 3*x", 4, 1),
        ("(x-2)^5 + x^2", 5, 2),
        ("x^3 + x^2 + x", 3, 1),
        ("(2*x+1)^4", 4, None),
        ("x^2+x", 2, 0),
    ],
)
def test_a_shift_is_removed_before_the_remainder_is_read(text, degree, remainder):
    activation = parse_activation(text)
    terms = first_order_equation(activation).remainder
    assert (len(terms) - 1 if terms else None) == remainder
    for m in (2, 4, 5, 6):
        assert rank(activation, 2, m, "Wbv", 30) == polynomial_rank(2, degree, remainder, "Wbv", m)


def test_polynomials_have_fewer_dimensions_than_parameters():
    """d = 2, m = 4, 16 parameters, degree 5: each lower term adds what its degree allows, and no more."""
    assert [polynomial_rank(2, 5, t, "Wbv", 4) for t in (None, 0, 1, 2, 3)] == [12, 13, 15, 16, 16]


def test_shortfalls_of_rule_u9():
    """For K >= 2 exactly those that the docstring lists; weights and biases alone lose a dimension only for a power."""
    short = set()
    for d, K in itertools.product(range(1, 6), range(2, 6)):
        filled = comb(d + K + 1, d)
        for t, m in itertools.product((None, *range(K)), range(1, filled)):
            rule = min(filled, m * (d + 1) + (0 if t is None else min(m, comb(d + t, d))))
            if polynomial_rank(d, K + 1, t, "Wbv", m) != rule:
                short.add((t, d, K, m))
    assert short == {
        (None, 2, 3, 5), (None, 3, 3, 9), (None, 4, 2, 7), (None, 4, 3, 14),
        (1, 2, 3, 4), (1, 3, 3, 8), (1, 4, 2, 6), (1, 4, 3, 13),
    }  # fmt: skip
    for t, d, K, m in short:
        psi, filled = polynomial({K + 1: 1} if t is None else {K + 1: 1, 1: 7, 0: 2}), comb(d + K + 1, d)
        assert rank(psi, d, m, "Wbv", filled + 1) == polynomial_rank(d, K + 1, t, "Wbv", m) == filled - 1
        assert rank(psi, d, m, "Wb", filled + 1) == min(m * (d + 1), filled) - (t is None)


RATIONAL = ["1/(1+x^2)", "1/x", "1/(x-2)^3", "(x+1)/(x-1)", "x + 1/x", "x^2 + x + 1/x^3", "1/x + 1/x^2", "x^4/(x-1)^2"]


@pytest.mark.parametrize("text", [name for name in NAMED if name != "gelu"] + RATIONAL)
def test_analytic_activations(text):
    activation = parse_activation(text)
    for size in (1, 2, 3):
        for blocks in itertools.combinations(activation.blocks, size):
            for d, m in itertools.product((1, 2, 3), (1, 2, 4, 7)):
                expected = analytic_rank(activation, d, blocks, m)
                assert rank(activation, d, m, blocks, expected + 3) == expected, (blocks, d, m)


@pytest.mark.parametrize("text", [name for name in NAMED if name not in ("gelu", "log")] + RATIONAL)
def test_weights_alone_need_no_bias(text):
    for d, m in itertools.product((2, 3), (1, 2, 5)):
        assert rank(parse_activation(text), d, m, "W", m * d + 1, with_bias=False) == m * d


def test_weights_alone_without_bias_can_lose_columns():
    """d = 1 and psi = 1/x: all columns are proportional to 1/x. psi = log: each neuron has the constant 1."""
    assert rank(parse_activation("1/x"), 1, 4, "W", 9, with_bias=False) == 1
    for d, m in itertools.product((1, 2, 3), (1, 2, 5)):
        assert rank(parse_activation("log"), d, m, "W", m * d + 1, with_bias=False) == m * (d - 1) + 1


def test_parameters_lost_by_exponentials_and_powers():
    lost = {"tanh": 0, "1/(1+x^2)": 0, "exp": 6, "1/x": 6, "1/(x-2)^3": 6, "(x+1)/(x-1)": 5, "log": 5}
    assert {text: 30 - analytic_rank(parse_activation(text), 3, "Wbv", 6) for text in lost} == lost


@pytest.mark.parametrize(("text", "m"), [("x^2", 3), ("x^4 + x", 4), ("x^3 + x^2 + 4", 3), ("1/x", 4), ("sin", 3)])
def test_the_row_lemma(text, m):
    """n generic rows have rank min(n, r(m)): one row fewer, and one more, than the dimension."""
    activation = parse_activation(text)
    full = rank(activation, 2, m, "Wbv", 40)
    assert [rank(activation, 2, m, "Wbv", n) for n in range(1, full + 2)] == [*range(1, full + 1), full]


def test_questions_without_a_formula_are_refused():
    with pytest.raises(InputError, match=r"blocks: the formulas know W and W,b and W,b,v, got v,W"):
        polynomial_rank(2, 3, 1, ("v", "W"), 4)
    with pytest.raises(InputError, match=r"activation: needs one that is no polynomial, got one of degree 3; use poly"):
        analytic_rank(parse_activation("x^3"), 2, "Wbv", 4)
