"""Smooth activations in balls against mpmath, and the bounds of their derivatives against a cover of the line."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import mpmath
import pytest
from flint import arb

from exactcap.arithmetic.balls import precision, rational
from exactcap.errors import InputError
from exactcap.models.activations import Activation, parse_activation
from exactcap.models.smooth import CURVATURE, derivative_bounds, value_and_slope

SMOOTH = [*CURVATURE, "exp", "x^3 - 2*x", "1/(1+x^2)", "x^5/(2+x^4)"]
POINTS = [Fraction(k, 7) for k in range(-60, 61, 6)]

REFERENCE: dict[str, Callable[[mpmath.mpf], mpmath.mpf]] = {
    "tanh": mpmath.tanh,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "gelu": lambda x: x * mpmath.ncdf(x),
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "erf": mpmath.erf,
    "gaussian": lambda x: mpmath.exp(-x * x / 2),
    "exp": mpmath.exp,
    "x^3 - 2*x": lambda x: x**3 - 2 * x,
    "1/(1+x^2)": lambda x: 1 / (1 + x * x),
    "x^5/(2+x^4)": lambda x: x**5 / (2 + x**4),
}

# psi'' by hand, a second way to the bounds
SECOND: dict[str, Callable[[arb], arb]] = {
    "tanh": lambda x: -2 * x.tanh() * (1 - x.tanh() ** 2),
    "sigmoid": lambda x: -(x / 2).tanh() * (1 - (x / 2).tanh() ** 2) / 4,
    "softplus": lambda x: (1 - (x / 2).tanh() ** 2) / 4,
    "silu": lambda x: (1 - (x / 2).tanh() ** 2) / 4 * (2 - x * (x / 2).tanh()),
    "gelu": lambda x: (2 - x * x) * (-x * x / 2).exp() / (2 * arb.pi()).sqrt(),
    "sin": lambda x: -x.sin(),
    "cos": lambda x: -x.cos(),
    "erf": lambda x: -4 * x * (-x * x).exp() / arb.pi().sqrt(),
    "gaussian": lambda x: (x * x - 1) * (-x * x / 2).exp(),
}


def test_every_activation_is_here_but_log() -> None:
    from exactcap.models.activations import NAMED

    named = {name for name in SMOOTH if parse_activation(name).name != "rational"}
    assert named == set(NAMED) - {"log"}
    with pytest.raises(InputError, match="log has no proof by Newton's method"):
        value_and_slope(Activation("log"))


@pytest.mark.parametrize("name", SMOOTH)
def test_value_and_slope_contain_the_truth(name: str) -> None:
    with precision(120), mpmath.workprec(200):
        function = value_and_slope(parse_activation(name))
        for point in POINTS:
            x = mpmath.mpf(point.numerator) / point.denominator
            value, slope = function(rational(point))
            wide_value, wide_slope = function(rational(point) + arb(0, 0.01))
            truth, derivative = REFERENCE[name](x), mpmath.diff(REFERENCE[name], x)
            for ball, wide, number in ((value, wide_value, truth), (slope, wide_slope, derivative)):
                exact = Fraction(int(mpmath.nint(number * 2**150)), 2**150)
                assert abs(ball - rational(exact)) < arb(2) ** -60  # diff is good for half its digits
                assert wide.contains(rational(exact))
            assert value.rad() < arb(2) ** -100 * (1 + abs(value))


@pytest.mark.parametrize("name", CURVATURE)
def test_the_bounds_hold_on_a_cover_of_the_line_and_are_nearly_attained(name: str) -> None:
    """Cells of width 1/64 over [-12, 12], whose balls are a few percent too wide; beyond, psi'' repeats or vanishes."""
    function, (first, second) = value_and_slope(parse_activation(name)), CURVATURE[name]
    slopes, curvatures = [], []
    for k in range(-768, 768):
        middle = rational(Fraction(2 * k + 1, 128))
        on_cell = abs(SECOND[name](middle + arb(0, 1 / 128)))
        assert on_cell < rational(second) + arb(0.04)
        slopes.append(abs(function(middle)[1]))
        assert slopes[-1] + on_cell / 128 < rational(first) + arb(0.01)  # psi' on the cell, by the mean value
        curvatures.append(abs(SECOND[name](middle)))
    for sampled, bound in ((slopes, first), (curvatures, second)):
        assert all(x <= rational(bound) + arb(2) ** -40 for x in sampled)
        assert any(x > rational(bound * Fraction(88, 100)) for x in sampled)


@pytest.mark.parametrize("name", ["exp", "x^3 - 2*x", "1/(1+x^2)", "x^5/(2+x^4)"])
def test_local_bounds_contain_what_is_sampled(name: str) -> None:
    with precision(100):
        middles = [arb(k / 8) for k in range(-16, 17)]
        bounds = derivative_bounds(parse_activation(name), [x + arb(0, 0.05) for x in middles])
        for x, (first, second) in zip(middles, bounds, strict=True):
            for offset in (-0.05, -0.02, 0, 0.03, 0.05):
                at = float(x) + offset
                assert abs(mpmath.diff(REFERENCE[name], at, 1)) <= float(first.upper()) + 1e-9
                assert abs(mpmath.diff(REFERENCE[name], at, 2)) <= float(second.upper()) + 1e-6


def test_a_pole_gives_no_finite_bound() -> None:
    pole = parse_activation("1/x")
    assert not value_and_slope(pole)(arb(0, 1))[0].is_finite()
    ((first, second),) = derivative_bounds(pole, [arb(0.5, 0.5)])
    assert not first.is_finite()
    assert not second.is_finite()


@pytest.mark.parametrize("name", CURVATURE)
def test_huge_arguments_stay_finite(name: str) -> None:
    for s in (1e6, -1e6, 1e15, -1e15):
        value, slope = value_and_slope(parse_activation(name))(arb(s))
        assert value.is_finite()
        assert slope.is_finite()
        assert math.isfinite(float(value))
