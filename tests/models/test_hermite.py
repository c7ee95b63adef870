"""Gaussian averages of units: definitions by mpmath, closed forms, Parseval, and the two routes against each other."""

from __future__ import annotations

from fractions import Fraction
from math import factorial

import mpmath
import pytest
from flint import arb, ctx
from unit_truth import UNITS, means

from exactcap.arithmetic.balls import precision, rational
from exactcap.errors import InputError
from exactcap.models import hermite
from exactcap.models.hermite import averages, hermite_functions
from exactcap.models.kernels import hermite_squares
from exactcap.models.units import parse_unit


def close(ball: arb, expected, digits: int = 24) -> bool:
    with mpmath.workdps(40):
        value = mpmath.mpf(ball.mid().str(40, radius=False))
        return ball.is_finite() and abs(value - expected) < mpmath.mpf(10) ** -digits * (1 + abs(expected))


@pytest.mark.parametrize("text", UNITS)
def test_averages_are_mpmaths(text):
    found, expected = averages(parse_unit(text), 6, 120), means(text)
    with precision(120):
        assert close(found.square, expected["square"])
        assert close(found.slope_square, expected["slope_square"])
        a = found.coefficients
        assert close(a[0], expected["mean"])
        assert close(a[1], expected["a1"])
        assert close(a[2], expected["a2"])
        assert close(a[5], expected["a5"])
        assert max(x.rad() for x in (*a, found.square, found.slope_square)) < arb(2) ** -110


def closed_form(name: str, k: int) -> arb:
    root = arb(factorial(k)).sqrt()
    if name == "exp(x/2)":
        return arb(1 / 8).exp() / (2**k * root)
    if name in ("sin(3*x)", "cos(3*x)"):  # the imaginary and real parts of e^(-9/2) (3i)^k/sqrt(k!)
        odd = name.startswith("sin")
        return (-1) ** (k // 2) * (-arb(9) / 2).exp() * 3**k / root if k % 2 == odd else arb(0)
    if k % 2:
        return arb(0)
    m = k // 2  # e^(-t x^2/2): (1 + t)^(-1/2) (-t/(1 + t))^m sqrt((2m)!)/(2^m m!), t = 4
    return arb(1) / arb(5).sqrt() * (-rational(Fraction(4, 5))) ** m * root / (2**m * factorial(m))


@pytest.mark.parametrize("name", ["exp(x/2)", "sin(3*x)", "cos(3*x)", "exp(-2*x^2)"])
def test_closed_forms_of_coefficients(name):
    found = averages(parse_unit(name), 40, 100).coefficients
    with precision(128):
        for k, a in enumerate(found):
            assert (a - closed_form(name, k)).contains(0)
            assert a.rad() < arb(2) ** -90


@pytest.mark.parametrize("text", ["relu", "abs", "hardtanh", "x^3 - x", "relu(x)^2", "relu(2*x - 2) + x"])
def test_integration_by_parts_and_quadrature_agree(text):
    unit = parse_unit(text)
    exact, numeric = averages(unit, 12, 100), hermite._by_quadrature(unit, 12, 100)
    with precision(128):
        for a, b in zip(exact.coefficients, numeric.coefficients, strict=True):
            assert a.overlaps(b)
        assert exact.square.overlaps(numeric.square)
        assert exact.slope_square.overlaps(numeric.slope_square)


def test_polynomials_exactly():
    """x^4 = He_4 + 6 He_2 + 3."""
    assert hermite_squares((Fraction(0),) * 4 + (Fraction(1),)) == [9, 0, 72, 0, 24]
    found = averages(parse_unit("x^4"), 7, 100)
    with precision(100):
        for a, square in zip(found.coefficients, (9, 0, 72, 0, 24, 0, 0), strict=True):
            assert (a * a - square).contains(0)
        assert (found.square - 105).contains(0)
        assert (found.slope_square - 16 * 15).contains(0)


@pytest.mark.parametrize("text", ["tanh", "gelu", "relu(x)^2", "1/(1 + x^2)", "tanh(relu(x - 1))"])
def test_partial_sums_stay_below_parseval(text):
    found = averages(parse_unit(text), 60, 90)
    with precision(128):
        squares = [a * a for a in found.coefficients]
        assert not sum(squares, arb(0)) > found.square
        assert not sum((k * a for k, a in enumerate(squares)), arb(0)) > found.slope_square
        assert found.square - sum(squares, arb(0)) < 0.01


def test_hermite_functions_stay_within_the_bound_of_the_tail():
    with precision(400):
        for x in (0, 1, 5, 20):
            bound = 2 * arb(100).root(4) * (arb(x) ** 2 / 4).exp()
            assert all(abs(h) <= bound for h in hermite_functions(arb(x), 100))


STEEP = "tanh(100*x) + x^2/(1 + (x^2 - x + 1)^20)"


@pytest.mark.parametrize("text", ["tanh(10^30*x)", "sin(10^5*x)", "exp(60*x)*tanh(x)", STEEP])
def test_what_is_too_hard_is_refused(text):
    with pytest.raises(InputError, match=r"too steep|grows too fast"):
        averages(parse_unit(text), 3, 100)


def test_the_limit_of_work_counts_bits(monkeypatch):
    """Twice as many bits: twice as many nodes, of numbers twice as long."""
    unit = parse_unit("tanh(x) + gelu(x)")
    monkeypatch.setattr(hermite, "MAX_WORK", 10**5)
    assert averages(unit, 20, 100).square > 0
    with pytest.raises(InputError, match="fewer digits"):
        averages(unit, 20, 1000)


def test_precision_is_left_alone():
    before = ctx.prec
    averages(parse_unit("tanh(x/3)"), 3, 200)
    assert ctx.prec == before
