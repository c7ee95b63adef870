"""What a user may type as an activation, and what it may not do."""

from __future__ import annotations

import time

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from exactcap.errors import InputError
from exactcap.models.activations import entry_formulas, parse_activation
from exactcap.models.expression import parse_rational_expression


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("x^3/3 - 2*x", "x**3/3 - 2*x"),
        ("-x^2", "-(x**2)"),
        ("+x", "x"),
        ("0.1*x", "x/10"),
        (".5*x + 1.", "x/2 + 1"),
        ("x^-2", "1/x**2"),
        ("(x+1)^2/(x-1)", "(x**2+2*x+1)/(x-1)"),
        ("2**3*x", "8*x"),
        ("x^0 + x", "1 + x"),
        ("0.1000000000000000055511151231257827*x", "1000000000000000055511151231257827*x/10**34"),
    ],
)
def test_expressions_are_read_exactly(text, same):
    assert sympy.cancel(parse_rational_expression(text).as_expr() - sympy.sympify(same, rational=True)) == 0


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')", "x.__class__", "lambda x: x", "[x for x in (1,)]", "x if x else 1", "f(x)",
        "exp(2*x)", "sqrt(x)", "x^x", "x^1.5", "x^(1/2)", "x^(2)(3)", "1e3*x", "0x10*x", "1_000*x", "1j*x", "True*x",
        "x;x", "x\nx", "x==1", "x and x", "x@x", "x//2", "x%2", "~x", "not x", "y", "x y", "", " ", "(", "x^", "*x",
        "x^0x2", "x/0", "1/(x-x)", "(x-x)^-1", "x/(1-1)", "xé", "x' 'x", "(" * 200 + "x" + ")" * 200, "x" * 301,
        "x^201", "(x^100)^100", "9^9999*x", "9^99^99*x", "((((9^99)^99)^99)^99)*x", "1/(x^150+1) + 1/(x^150+2)",
    ],
)  # fmt: skip
def test_everything_else_is_one_line_of_error_at_once(text):
    start = time.monotonic()
    with pytest.raises(InputError) as error:
        parse_activation(text)
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("activation: ")
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("relu", "no analytic statement"),
        ("tahn", "did you mean 'tanh'"),
        ("foo", "choose one"),
        ("x - x + 2", "constant"),
    ],
)
def test_errors_say_what_to_do(text, word):
    with pytest.raises(InputError, match=word):
        parse_activation(text)


@pytest.mark.parametrize(
    "text", ["(x+1)^100/(x-1)^100", "+".join(f"1/(x^3+{i}*x+1)^3" for i in range(1, 16)), "(x^7+3*x+1)^20/(x^5+x+3)^20"]
)
def test_large_expressions_take_no_time(text):
    start = time.monotonic()
    entry_formulas(parse_activation(text))
    assert time.monotonic() - start < 5


def test_common_factors_cancel_and_the_denominator_is_monic():
    activation = parse_activation("(x^2-1)/(2*x-2)")
    assert activation == parse_activation("x/2 + 1/2")
    assert parse_activation("1/(2+2*x^2)").denominator[-1] == 1


@given(st.text(max_size=40) | st.text("x0123456789.+-*/^() ", max_size=40))
def test_any_text_is_an_activation_or_an_input_error(text):
    try:
        activation = parse_activation(text)
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert activation.blocks is not None
