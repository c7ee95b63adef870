"""First-order equations (alpha + beta z) psi' + gamma psi = P(z) with gamma != 0: the activations that lose columns."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactcap.models.activations import Activation


@dataclass(frozen=True)
class FirstOrderEquation:
    """(alpha + beta z) psi' + gamma psi = P; ``remainder`` holds P, constant term first, () for 0."""

    alpha: Fraction
    beta: Fraction
    gamma: Fraction
    remainder: tuple[Fraction, ...]


def first_order_equation(activation: Activation, shift: bool = True) -> FirstOrderEquation | None:
    """The equation that an activation satisfies, with P of low degree, or None; without ``shift`` alpha must be 0.

    tanh, sigmoid, SiLU, softplus, sin, cos, erf, the gaussian and GELU satisfy none (theory: section 6). A polynomial
    of degree D satisfies one with beta = 1, gamma = -D and deg P <= D - 2; exp has psi' - psi = 0.

    >>> from exactcap.models.activations import parse_activation
    >>> equation = first_order_equation(parse_activation("1/x"))
    >>> (equation.alpha, equation.beta, equation.gamma, equation.remainder)
    (Fraction(0, 1), Fraction(1, 1), Fraction(1, 1), ())
    >>> first_order_equation(parse_activation("1/(1+x^2)")) is None
    True
    """
    if activation.name == "exp" and shift:
        return FirstOrderEquation(Fraction(1), Fraction(0), Fraction(-1), ())
    if activation.name != "rational":
        return None
    import sympy

    x = sympy.Symbol("x")
    top, bottom = (
        sympy.Poly([sympy.Rational(c.numerator, c.denominator) for c in reversed(part)], x, domain="QQ")
        for part in (activation.numerator, activation.denominator)
    )
    degree = activation.polynomial_degree
    if degree is not None:
        if degree == 0:
            return None
        # this alpha removes the term of degree D - 1 from P
        alpha = top.coeff_monomial(x ** (degree - 1)) / (degree * top.LC()) if shift else 0
        return _equation(top, bottom, alpha, 1, -degree)
    wronskian = top.diff(x) * bottom - top * bottom.diff(x)
    square = bottom * bottom
    remainders = [part.rem(square) for part in (wronskian, wronskian * x, top * bottom)]
    rows = [[part.coeff_monomial(x**k) for part in remainders] for k in range(square.degree())]
    rows += [] if shift else [[1, 0, 0]]
    for alpha, beta, gamma in sympy.Matrix(rows).nullspace():
        if gamma != 0:
            return _equation(top, bottom, alpha, beta, gamma)
    return None


def _equation(top: Any, bottom: Any, alpha: Any, beta: Any, gamma: Any) -> FirstOrderEquation:
    import sympy

    x = top.gen
    wronskian = top.diff(x) * bottom - top * bottom.diff(x)
    left = wronskian * sympy.Poly(alpha + beta * x, x, domain="QQ") + top * bottom * gamma
    remainder, rest = left.div(bottom * bottom)
    assert rest.is_zero
    coefficients = () if remainder.is_zero else tuple(_fraction(c) for c in reversed(remainder.all_coeffs()))
    return FirstOrderEquation(_fraction(alpha), _fraction(beta), _fraction(gamma), coefficients)


def _fraction(number: Any) -> Fraction:
    import sympy

    exact = sympy.Rational(number)
    return Fraction(int(exact.p), int(exact.q))
