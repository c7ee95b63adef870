"""Units: what is read and what is refused, values and slopes against mpmath, growth and ranges at sampled points."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from flint import acb, arb
from unit_truth import DIGITS, UNITS, slope

from exactcap.arithmetic.balls import precision, rational
from exactcap.errors import InputError
from exactcap.models.unit_bounds import LINE, finite, growth, value_range
from exactcap.models.unit_expression import parse
from exactcap.models.unit_trees import BUILD, derivative, evaluate
from exactcap.models.units import Piece, Unit, parse_unit, polynomial_unit

POINTS = [Fraction(k, 7) for k in (-139, -70, -29, -15, -8, -5, -1, 1, 2, 6, 9, 13, 22, 71, 140)]


def piece_at(unit: Unit, x: Fraction) -> Piece:
    (piece,) = (p for p in unit.pieces if (p.low is None or p.low < x) and (p.high is None or x < p.high))
    return piece


def number(x: arb):
    return mpmath.mpf(x.mid().str(50, radius=False))


@pytest.mark.parametrize("text", UNITS)
def test_values_and_slopes_are_mpmaths(text):
    unit, f = parse_unit(text), UNITS[text][0]
    with precision(160), mpmath.workdps(45):
        for x in POINTS:
            piece, at = piece_at(unit, x), mpmath.mpf(x.numerator) / x.denominator
            for tree, expected in ((piece.value, f(at)), (piece.slope, slope(f, at))):
                value = evaluate(tree, rational(x))
                assert abs(number(value) - expected) < mpmath.mpf(10) ** -DIGITS * (1 + abs(expected))
                assert evaluate(tree, acb(rational(x))).real.overlaps(value)


@pytest.mark.parametrize("text", UNITS)
def test_growth_bounds_hold_at_points(text):
    unit = parse_unit(text)
    with precision(128):
        for x in (*POINTS, Fraction(-1000), Fraction(1000)):
            piece, size = piece_at(unit, x), rational(abs(x))
            for tree, bound in ((piece.value, piece.growth), (piece.slope, piece.slope_growth)):
                exponent = rational(bound.b) * size + rational(bound.c) * size**2
                limit = rational(bound.A) * exponent.exp() * (1 + size) ** bound.k
                assert abs(evaluate(tree, rational(x))) <= limit * (1 + arb(2) ** -60)


@pytest.mark.parametrize(
    "text",
    [
        "x^2 - 3*x", "(x - 1)^3*x", "-x^4", "sin(x)*(x - 2)", "1/(1 + x^2)", "-2/(3 + cos(x))", "exp(sin(x) - 2)",
        "x^3/(2 + tanh(x))", "softplus(-x^2)", "sqrt(2)*cos(x) - sqrt(3)", "gelu(tanh(x))", "(tanh(x) - 1/2)^2", "x*x",
    ],
)  # fmt: skip
def test_ranges_hold_at_points(text):
    node = parse(text)
    for piece in (LINE, (finite(-1), finite(Fraction(5, 2))), (finite(1), LINE[1]), (LINE[0], finite(-2))):
        low, high = value_range(node, piece)
        with precision(128):
            for x in POINTS:
                if piece[0] <= finite(x) <= piece[1]:
                    value = evaluate(node, rational(x))
                    assert low[0] < 0 or value >= rational(low[1]) - arb(2) ** -100
                    assert high[0] > 0 or value <= rational(high[1]) + arb(2) ** -100


def test_exact_ranges():
    assert value_range(parse("x*x*0 + 1 + x^2"), (finite(-1), finite(2))) == (finite(1), finite(5))
    assert value_range(parse("(x - 1)^2"), (finite(3), LINE[1])) == (finite(4), LINE[1])
    assert value_range(parse("1/x"), (finite(2), LINE[1])) == (finite(0), finite(Fraction(1, 2)))
    assert value_range(parse("1/x"), (finite(-1), finite(1))) == LINE
    assert value_range(parse("0*x + 3")) == (finite(3), finite(3))


def test_derivatives_of_derivatives():
    """tanh''' = -2 + 8 t^2 - 6 t^4, t = tanh."""
    third = derivative(derivative(derivative(parse("tanh"))))
    with precision(100):
        t = arb("0.3").tanh()
        assert (evaluate(third, arb("0.3")) - (8 * t**2 - 2 - 6 * t**4)).contains(0)


@pytest.mark.parametrize("text", ["softplus(x)", "1/(1 + x^2)", "tanh(x)", "x/(2 + cos(x))", "sigmoid(2*x)"])
def test_a_box_with_a_singularity_is_not_finite(text):
    pole = {"1/(1 + x^2)": acb(0, 1), "tanh(x)": acb(0, arb.pi() / 2), "sigmoid(2*x)": acb(0, arb.pi() / 2)}
    centre = pole.get(text, acb(arb.pi(), arb(2).acosh()) if "cos" in text else acb(0, arb.pi()))
    box = acb(centre.real + arb(0, 0.1), centre.imag + arb(0, 0.1))
    assert not evaluate(parse(text), box).is_finite()
    assert evaluate(parse(text), acb(arb(1, 0.1), arb(0, 0.1))).is_finite()


def test_pieces_and_parities():
    assert parse_unit("hardtanh(3*x - 1)").kinks == (0, Fraction(2, 3))
    assert parse_unit("relu(x) - relu(-x)").polynomial == (0, 1)  # no kink after all
    assert parse_unit("abs(x)^2 + 0*relu(x - 3)").polynomial == (0, 0, 1)
    assert parse_unit(" relu ").name == "relu"
    names = {"relu(x)": "relu", "tanh( x )": "tanh", "x*sigmoid(x)": "silu", "relu(2*x)": None, "tanh(x) + 1": None}
    assert {text: parse_unit(text).name for text in names} == names
    assert all(parse_unit(f"{name}(x)").name == parse_unit(name).name == name for name in BUILD)
    parities = {"x*sin(x)": 0, "x^3*abs(x)": 1, "gelu": None, "hardtanh": 1, "x + 1": None, "gaussian": 0}
    assert {text: parse_unit(text).parity for text in parities} == parities
    odd = {"sigmoid": True, "3 - 2*tanh(x)": True, "x^3 + 1": True, "silu": False, "sqrt(2)*sin(x) + 1": True}
    assert {text: parse_unit(text).is_odd_but_for_a_constant for text in odd} == odd
    assert polynomial_unit((Fraction(1), Fraction(0), Fraction(2))).polynomial == (1, 0, 2)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sign", "jumps, so E g'\\^2 diverges"),
        ("x*threshold(x)", "jumps"),
        ("heaviside", "give sign and --units K with an odd K"),
        ("step", "jumps"),
        ("log", "is not read: the derivative"),
        ("1/x", "a denominator has a zero"),
        ("x^-1", "a denominator has a zero"),
        ("1/(x^2 - 2)", "a denominator has a zero"),
        ("1/relu(x)", "division by zero"),
        ("1/(1 - abs(x))", "a denominator has a zero"),
        ("1/tanh(x)", "not shown to stay away from 0"),
        ("1/0", "division by zero"),
        ("exp(x^2/4)", "not shown to grow slower"),
        ("exp(x^2)", "not shown to grow slower"),
        ("exp(x^2/8)^2", "not shown to grow slower"),
        ("x*exp(0.2*x^2)*exp(x^2/10)", "not shown to grow slower"),
        ("exp(exp(x))", "not shown to grow slower"),
        ("exp(2000 + x)", "may exceed e\\^1000"),
        ("3", "it is constant"),
        ("relu(x) - relu(-x) - x + 2", "it is constant"),
        ("relu(x^2)", "a\\*x \\+ b only"),
        ("abs(tanh(x))", "a\\*x \\+ b only"),
        ("relu(sqrt(2)*x)", "a\\*x \\+ b only"),
        ("sqrt(x)", "numbers only"),
        ("sqrt(-2)*x", "negative number"),
        ("thanh", "did you mean 'tanh'"),
        ("y^2", "unknown name 'y'"),
        ("tanh", None),
        ("x.real", "only numbers, x"),
        ("(lambda: x)()", "a character other than"),
        ("__import__('os')", "a character other than"),
        ("0x10*x", "not a decimal number"),
        ("1e5*x", "not a decimal number"),
        ("x^x", "an exponent must be an integer"),
        ("x^101", "the degree may exceed 100"),
        ("10^600*x", "an exponent may be at most 100, and 600 is above"),
        ("x + 10^-600", "an exponent may be at most 100, and 600 is above"),
        ("sqrt(2)^101*x", "an exponent may be at most 100, and 101 is above"),
        ("sign(x)", "give sign and --units K with an odd K"),
        ("((x + 1)^100)^100", "grow faster than|degree"),
        ("9^99^9*x", "an exponent must be an integer"),
        ("(10^100)^100*x", "exceeds 2048 bits"),
        ("x +", "is not an expression"),
        ("", "is not an expression"),
        ("x" * 301, "301 characters"),
        ("-" * 200 + "x", "nested more than"),
        ("silu(" * 12 + "x" + ")" * 12, "more than 300 operations"),
        ("(x+1)*sin(x)*" * 20 + "x", "its derivative has more than"),
    ],
)
def test_refused_in_one_line(text, reason):
    if reason is None:
        assert parse_unit(text).name == text
        return
    with pytest.raises(InputError, match=reason) as caught:
        parse_unit(text)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("activation: ")


def test_growth_of_products_and_quotients():
    bound = growth(parse("x^2*exp(3*x - x^2/2)/(1 + x^2)"))
    assert (bound.b, bound.c, bound.k) == (3, Fraction(-1, 2), 2)
    assert growth(parse("exp(-x^4)")).c == 0
    with pytest.raises(InputError, match="it is constant"):
        polynomial_unit((Fraction(1),))
