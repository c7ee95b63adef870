"""Units written out a second time, for mpmath, with their kinks; means by Gauss-Legendre quadrature between them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Any

import mpmath
from mpmath import mpf

DIGITS = 30
CELLS = (-20, -12, -6, -2, 0, 2, 6, 12, 20)


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + mpmath.exp(-x))


def _plus(x: Any) -> Any:
    return max(x, mpf(0))


UNITS: dict[str, tuple[Callable[[Any], Any], tuple[int, ...]]] = {
    "tanh": (mpmath.tanh, ()),
    "sigmoid": (_sigmoid, ()),
    "silu": (lambda x: x * _sigmoid(x), ()),
    "softplus": (lambda x: mpmath.log1p(mpmath.exp(x)), ()),
    "gelu": (lambda x: x * mpmath.ncdf(x), ()),
    "erf": (mpmath.erf, ()),
    "sin": (mpmath.sin, ()),
    "cos": (mpmath.cos, ()),
    "gaussian": (lambda x: mpmath.exp(-x * x / 2), ()),
    "exp": (mpmath.exp, ()),
    "relu": (_plus, ()),
    "leaky_relu": (lambda x: _plus(x) - _plus(-x) / 100, ()),
    "abs": (abs, ()),
    "hardtanh": (lambda x: min(max(x, mpf(-1)), mpf(1)), (-1, 1)),
    "tanh(2*x)": (lambda x: mpmath.tanh(2 * x), ()),
    "relu(x) - relu(-x)/10": (lambda x: _plus(x) - _plus(-x) / 10, ()),
    "relu(2*x - 2) + x": (lambda x: _plus(2 * x - 2) + x, (1,)),
    "exp(-x^2)": (lambda x: mpmath.exp(-x * x), ()),
    "x^3 - x": (lambda x: x**3 - x, ()),
    "x/(1 + abs(x))": (lambda x: x / (1 + abs(x)), ()),
    "1/(1 + x^2)": (lambda x: 1 / (1 + x * x), ()),
    "x^2/(x^2 - x + 1)": (lambda x: x * x / (x * x - x + 1), ()),
    "tanh(relu(x - 1)) - 0.5*x": (lambda x: mpmath.tanh(_plus(x - 1)) - x / 2, (1,)),
    "3*erf(x/sqrt(2)) - 1": (lambda x: 3 * mpmath.erf(x / mpmath.sqrt(2)) - 1, ()),
    "relu(x)^2*cos(x)": (lambda x: _plus(x) ** 2 * mpmath.cos(x), ()),
    "exp(x^2/10 - x)": (lambda x: mpmath.exp(x * x / 10 - x), ()),
    "softplus(5*x)/(2 + sin(x))": (lambda x: mpmath.log1p(mpmath.exp(5 * x)) / (2 + mpmath.sin(x)), ()),
}


def slope(f: Callable[[Any], Any], x: Any) -> Any:
    """f'(x) by a central difference, of an error near 10^-DIGITS."""
    with mpmath.workdps(3 * DIGITS + 10):
        h = mpf(10) ** (-DIGITS - 5)
        return (f(x + h) - f(x - h)) / (2 * h)


@lru_cache(maxsize=64)
def means(text: str) -> dict[str, Any]:
    """E g, E g^2, E g'^2, E g', a_2 and a_5 from the definitions, with about 25 digits."""
    f, kinks = UNITS[text]
    with mpmath.workdps(DIGITS + 10):
        nodes = mpmath.calculus.quadrature.GaussLegendre(mpmath.mp).get_nodes(-1, 1, 5, mpmath.mp.prec)
        total = dict.fromkeys(("mean", "square", "slope_square", "a1", "a2", "a5"), mpf(0))
        for a, b in pairwise(sorted({*CELLS, *kinks})):
            for node, weight in nodes:
                x = (a + b + (b - a) * node) / 2
                w, g = weight * (b - a) / 2 * mpmath.npdf(x), f(x)
                total["mean"] += w * g
                total["square"] += w * g * g
                total["slope_square"] += w * slope(f, x) ** 2
                total["a1"] += w * g * x
                total["a2"] += w * g * (x * x - 1) / mpmath.sqrt(2)
                total["a5"] += w * g * (x**5 - 10 * x**3 + 15 * x) / mpmath.sqrt(120)
        return total


def capacity(text: str, architecture: str) -> Any:
    """2 Q'(1)/Q(1)."""
    m = means(text)
    linear = m["a1"] ** 2 if architecture == "full" else 0
    return 2 * (m["slope_square"] - linear) / (m["square"] - m["mean"] ** 2 - linear)
