"""Expressions in plans: the same value as Python's own arithmetic, and nothing that Python could be made to do."""

from __future__ import annotations

import contextlib
import math
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactcap.errors import InputError
from exactcap.sweeps.choices import integer_lists, integers
from exactcap.sweeps.expressions import MAX_BITS, Expression

KNOWN = {"d": 3, "k": 2, "ambient": 10}

numbers = st.recursive(
    st.one_of(st.integers(0, 50).map(str), st.sampled_from(sorted(KNOWN))),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/", "//"]), inner),
        st.builds("{}({})".format, st.sampled_from(["ceil", "floor", "-", "min", "max"]), inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), inner, inner),
    ),
    max_leaves=12,
)
conditions = st.recursive(
    st.builds("{} {} {}".format, numbers, st.sampled_from(["<", "<=", "==", "!=", ">", ">="]), numbers),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
        st.builds("(not {})".format, inner),
    ),
    max_leaves=4,
)


def pythons(text: str) -> Fraction | bool | None:
    """The value by Python, with exact literals; None where it divides by zero."""
    exact = re.sub(r"\b([0-9]+)\b", r"Fraction(\1)", text)
    names = {name: Fraction(value) for name, value in KNOWN.items()}
    functions = {"ceil": math.ceil, "floor": math.floor, "Fraction": Fraction}
    functions |= {"min": lambda *a: min(a), "max": lambda *a: max(a)}  # of one number too
    try:
        return eval(exact, {"__builtins__": {}}, {**names, **functions})
    except ZeroDivisionError:
        return None


@given(numbers)
def test_numbers_are_pythons(text):
    if len(text) > 300:
        return
    expected = pythons(text)
    if expected is not None and Fraction(expected).denominator == 1:
        assert Expression(text).integer(KNOWN) == expected
    else:
        with pytest.raises(InputError, match="divides by zero" if expected is None else "not a whole number"):
            Expression(text).integer(KNOWN)


@given(conditions)
def test_conditions_are_pythons(text):
    if len(text) > 300:
        return
    expected = pythons(text)
    if isinstance(expected, bool):
        assert Expression(text).truth(KNOWN) is expected
    else:
        with pytest.raises(InputError, match="divides by zero"):
            Expression(text).truth(KNOWN)


@pytest.mark.parametrize(("n", "k"), [(0, 0), (5, 0), (5, 5), (5, 6), (60, 30), (10**6, 3), (300, 299)])
def test_comb(n, k):
    assert Expression(f"comb({n}, {k})").integer({}) == math.comb(n, k)


def test_chains_of_comparisons():
    assert Expression("1 < d <= 3 != k").truth(KNOWN)
    assert not Expression("1 < d < 3").truth(KNOWN)


def test_names_are_those_that_occur():
    assert Expression("ceil(ambient/d) + comb(k, 2)").names == {"ambient", "d", "k"}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("__import__('os').system('true')", "not an expression"),
        ("().__class__", "not an expression"),
        ("d.real", "not an expression"),
        ("open(1)", "open(1) is not read"),
        ("(lambda: 1)()", "not an expression"),
        ("[1][0]", "not an expression"),
        ("2**99999999", "only integers"),
        ("1 << 5", "only integers"),
        ("1 if d else 2", "only integers"),
        ("1.5", "not an expression"),
        ("1e9", "not an expression"),
        ("0x10", "not an expression"),
        ("1or 2", "not an expression"),
        ("1_000", "not an expression"),
        ("True", "only integers"),
        ("'a'", "not an expression"),
        ("", "not an expression"),
        ("1 +", "not an expression"),
        ("1\n+1", "not an expression"),
        ("\x00", "not an expression"),
        ("é", "not an expression"),
        ("width", "unknown name 'width'"),
        ("ceil", "unknown name 'ceil'"),
        ("comb(10000000, 5000000)", "enormous"),
        ("comb(300, 150)", "256 bits"),
        ("comb(-1, 2)", "whole numbers"),
        ("comb(1/2, 2)", "whole numbers"),
        ("comb(5)", "is not read"),
        ("min()", "is not read"),
        ("min(k=2)", "only integers"),
        ("9" * 100, "256 bits"),
        ("*".join(["99999999"] * 30), "256 bits"),
        ("1/0", "divides by zero"),
        ("d // 0", "divides by zero"),
        ("1/2", "not a whole number"),
        ("d < 4", "a truth value, not a whole number"),
        ("(d < 4) + 1", "truth value where a number stands"),
        ("d and k", "a number where a condition stands"),
        ("d in k", "only integers"),
        ("1" + " + 1" * 200, "more than 300 characters"),
        ("(" * 290 + "1", "not an expression"),
    ],
)
def test_hostile_texts_are_input_errors(text, word):
    with pytest.raises(InputError, match=re.escape(word)) as caught:
        Expression(text).integer(KNOWN)
    assert len(str(caught.value)) < 500


def test_the_deepest_text_is_read_or_refused():
    for text in ("(" * 149 + "1" + ")" * 149, "-" * 298 + "1", "not " * 70 + "1 < 2"):
        with contextlib.suppress(InputError):
            assert Expression(text)._value({}) in (1, True)


def test_a_condition_is_no_number():
    with pytest.raises(InputError, match="is a number, not a condition"):
        Expression("d + 1").truth(KNOWN)


def test_numbers_up_to_the_bound():
    largest = 2**MAX_BITS - 1
    assert Expression(f"{largest - 1} + comb(2, 1) // 2").integer({}) == largest
    with pytest.raises(InputError, match=f"{MAX_BITS} bits"):
        Expression(f"{largest} + 1 - 1").integer({})


def test_integers():
    assert list(integers(3).values({})) == [3]
    assert list(integers(["1..3", 3, 2, "d + 4"]).values(KNOWN)) == [1, 2, 3, 7]
    assert list(integers("4..3").values({})) == []
    assert list(integers([]).values({})) == []
    assert integers(["1..ambient//d", "k"]).names == {"ambient", "d", "k"}


@pytest.mark.parametrize("value", [1.5, True, None, {"a": 1}, [[1]], [1.0], "1..2..3", "..", "1..", "1..10000000"])
def test_no_integers(value):
    with pytest.raises(InputError):
        list(integers(value).values(KNOWN))


def test_lists_are_products():
    assert list(integer_lists([[1, "1..2"], ["d", 4, 5]]).values(KNOWN)) == [(1, 1), (1, 2), (3, 4, 5)]
    for value in (3, "3", [1, [2]], [[1], 2]):
        with pytest.raises(InputError, match="neither a list"):
            integer_lists(value)
