"""Named Mills bounds against their literature ranges, and expressions against a direct evaluation."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb
from mpmath import erfc, exp, mp, mpf, pi, sqrt

from exactcap.errors import InputError
from exactcap.models.mills_bounds import NAMES, named_bound, order, read_bound, value
from exactcap.models.mills_signs import coefficient_rows, is_exact_at_zero, pole, zeros_and_signs

FAMILIES = ("birnbaum", "komatsu", "sampford", "pollak", "boyd-lower", "boyd-upper")
SERIES = [f"{kind}-{n}" for kind in ("laplace", "partial-sum") for n in range(1, 13)]


def ratio(x: Fraction) -> mpf:
    """R(x) by another formula."""
    t = mpf(x.numerator) / x.denominator
    return sqrt(pi / 2) * exp(t**2 / 2) * erfc(t / sqrt(2))


@pytest.mark.parametrize("name", [*FAMILIES, *SERIES])
def test_named_bounds_are_on_their_side(name):
    bound, mp.dps = named_bound(name), 50
    low = Fraction(-5) if bound.low is None else bound.low
    for step in (Fraction(1, 10), Fraction(1), Fraction(7, 2), Fraction(20)):
        x = low + step
        ball = value(bound.data, arb(x.numerator) / x.denominator)
        gap = mpf(ball.mid().str(40, radius=False)) - ratio(x)
        assert order(bound.data, x, x) == (1 if bound.side == "upper" else -1)
        if abs(gap) > mpf(10) ** -12:
            assert (gap > 0) == (bound.side == "upper")


def test_convergents_and_sums_by_their_definition():
    for n in range(1, 9):
        for x in (Fraction(1, 3), Fraction(2), Fraction(7)):
            tail = Fraction(0)
            for k in range(n - 1, 0, -1):
                tail = k / (x + tail)
            assert rational_value(f"laplace-{n}", x) == 1 / (x + tail)
            total, term = Fraction(0), 1 / x
            for j in range(n):
                total += term
                term *= -Fraction(2 * j + 1) / x**2
            assert rational_value(f"partial-sum-{n}", x) == total


def rational_value(name: str, x: Fraction) -> Fraction:
    data = named_bound(name).data
    top, bottom = (sum(Fraction(c) * x**i for c, i, _, _ in side) for side in (data.numerator, data.denominator))
    return top / bottom


@pytest.mark.parametrize(
    "text",
    ["2/(x + sqrt(x^2 + 4))", "sqrt(x^2+1/3) - x", "(x^2+2)/(x^3+3*x)", "pi/(pi*x - x + sqrt(2*pi + x*x))",
     "1/x - 1/x^3 + 5/2/x^5", "sqrt(x^2+2)^3/(x^4+1)", "0.75*sqrt( x^2 + 1 )/(1+ sqrt(x^2+1)*x)"],
)  # fmt: skip
def test_expressions_mean_what_they_say(text):
    data, mp.dps = read_bound("upper", text), 40
    for x in (mpf(1) / 3, mpf(2), mpf(9)):
        expected = eval(text.replace("^", "**"), {"x": x, "sqrt": sqrt, "pi": pi})
        found = value(data, arb(str(x)))
        assert abs(mpf(found.mid().str(30, radius=False)) - expected) < mpf(10) ** -11


@pytest.mark.parametrize(
    "text",
    ["__import__('os').system('x')", "x.real", "exp(x)", "sqrt(x)", "sqrt(x^2-1)", "sqrt(x^2)", "sqrt(x^2+x)", "sqrt()",
     "sqrt(x^2+sqrt(x^2+1))", "sqrt(x^2+1)+sqrt(x^2+2)", "sqrt(x^2+1", "sqrt", "sqrt*x", "", "x+s", "1/0", "lambda: 1",
     "x^x", "1/(x-x)", "x^100000", "1e999", "f(x)", "x;x", "[x]", "9" * 250 + "*x", "x^60/(x+1)", "sqrt(2*x^2+1)",
     "sqrt(x^2+(3-pi))", "pi^190*x^10", "9" * 60 + "*x"],
)  # fmt: skip
def test_other_expressions_are_refused_in_one_line(text):
    with pytest.raises(InputError) as caught:
        read_bound("upper", text)
    assert str(caught.value).startswith("upper: ")
    assert "\n" not in str(caught.value)
    assert "activation" not in str(caught.value)


@pytest.mark.parametrize("name", ["laplace-0", "laplace-21", "laplace", "partial-sum-x", "Birnbaum", "", "laplace--1"])
def test_unknown_names(name):
    with pytest.raises(InputError, match="bound: "):
        named_bound(name)
    assert all(part in " ".join(NAMES) for part in ("laplace", "boyd-upper"))


def test_zeros_of_the_defect_of_komatsu_and_poles():
    data = named_bound("komatsu").data
    intervals, signs = zeros_and_signs(data, Fraction(-1), None, Fraction(1, 1000))
    assert len(intervals) == 1
    assert intervals[0][0] < 0 < intervals[0][1]
    assert signs == [1, -1]
    assert zeros_and_signs(data, Fraction(0), None, Fraction(1, 1000)) == ([], [-1])  # the zero is the end itself
    assert pole(read_bound("upper", "1/(x^2 - 2)"), Fraction(0), None) == "1.41421"
    assert pole(read_bound("upper", "1/(x^2 - 2)"), Fraction(0), Fraction(1)) is None
    assert pole(read_bound("upper", "1/(x*sqrt(x^2+2))"), Fraction(0), None) is None


def test_equality_at_zero_is_exact():
    assert [is_exact_at_zero(named_bound(name).data) for name in ("pollak", "boyd-lower", "boyd-upper")] == [True] * 3
    assert not is_exact_at_zero(read_bound("upper", "2/(x + sqrt(x^2 + 801/(100*pi)))"))
    assert coefficient_rows(read_bound("upper", "(1 + x)/(x^2 + sqrt(x^2 + pi))")) is None
