"""Activations in float64: value and slope. They steer searches; no proof rests on them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exactcap.errors import InputError
from exactcap.models.activations import Activation

Array = NDArray[np.float64]
Function = Callable[[Array], Array]

ROOT_2, ROOT_PI = math.sqrt(2), math.sqrt(math.pi)


@dataclass(frozen=True)
class Smooth:
    """psi and psi' on arrays, entry by entry. Values beyond float64 are infinite or not a number."""

    value: Function
    slope: Function


@lru_cache(maxsize=64)
def smooth(psi: Activation) -> Smooth:
    """The activation and its derivative in float64.

    Raises:
        InputError: the activation is not smooth on the whole line (log).

    >>> from exactcap.models.activations import parse_activation
    >>> softplus = smooth(parse_activation("softplus"))
    >>> softplus.slope(np.array([0.0]))
    array([0.5])
    >>> float(smooth(parse_activation("x^3 - x")).slope(np.array(2.0)))
    11.0
    """
    if psi.name == "rational":
        return _rational(psi)
    if psi.name not in _NAMED:
        raise InputError(
            f"activation: {psi.name} is not smooth at 0, so its networks are not trained; "
            f"choose one of {', '.join(_NAMED)} or a rational expression in x"
        )
    return _NAMED[psi.name]


def activation_text(psi: Activation) -> str:
    """The activation as `exactcap.models.activations.parse_activation` reads it.

    >>> from exactcap.models.activations import parse_activation
    >>> activation_text(parse_activation("x^3/3 - 2*x"))
    '(-2)*x + (1/3)*x^3'
    """
    if psi.name != "rational":
        return psi.name
    top, bottom = (_polynomial_text(part) for part in (psi.numerator, psi.denominator))
    return top if bottom == "(1)" else f"({top})/({bottom})"


def _polynomial_text(coefficients: tuple[Fraction, ...]) -> str:
    powers = ("", "*x", *(f"*x^{k}" for k in range(2, len(coefficients))))
    return " + ".join(f"({c}){power}" for c, power in zip(coefficients, powers, strict=False) if c)


def erf(x: Array) -> Array:
    """The error function, about 0.1 s for a million entries."""
    return np.asarray(_ERF(x), dtype=np.float64)


def sigmoid(x: Array) -> Array:
    """1/(1 + e^-x), as (1 + tanh(x/2))/2, which never overflows."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))


_ERF: Any = np.frompyfunc(math.erf, 1, 1)


def _bell(x: Array) -> Array:
    """The density of the normal law."""
    return np.exp(-0.5 * x * x) / (ROOT_2 * ROOT_PI)


def _normal(x: Array) -> Array:
    """The distribution function of the normal law."""
    return 0.5 * (1 + erf(x / ROOT_2))


def _sigmoid_slope(x: Array) -> Array:
    return 0.25 * (1 - np.tanh(0.5 * x) ** 2)


def _gauss(x: Array) -> Array:
    return np.exp(-0.5 * x * x)


def _erf_slope(x: Array) -> Array:
    return 2 / ROOT_PI * np.exp(-x * x)


_NAMED = {
    "tanh": Smooth(np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "sigmoid": Smooth(sigmoid, _sigmoid_slope),
    "softplus": Smooth(lambda x: np.logaddexp(0, x), sigmoid),
    "silu": Smooth(lambda x: x * sigmoid(x), lambda x: sigmoid(x) + x * _sigmoid_slope(x)),
    "gelu": Smooth(lambda x: x * _normal(x), lambda x: _normal(x) + x * _bell(x)),
    "sin": Smooth(np.sin, np.cos),
    "cos": Smooth(np.cos, lambda x: -np.sin(x)),
    "erf": Smooth(erf, _erf_slope),
    "gaussian": Smooth(_gauss, lambda x: -x * _gauss(x)),
    "exp": Smooth(np.exp, np.exp),
}


def _rational(psi: Activation) -> Smooth:
    """P/Q by Horner's rule: (P/Q)' = (P' - f Q')/Q."""
    try:
        coefficients = [[float(c) for c in part] for part in (psi.numerator, psi.denominator)]
    except OverflowError:
        raise InputError("activation: a coefficient is beyond float64; rescale it") from None
    top, bottom = ([np.polynomial.Polynomial(part).deriv(k) for k in range(2)] for part in coefficients)

    def value(x: Array) -> Array:
        return np.asarray(top[0](x) / bottom[0](x))

    def slope(x: Array) -> Array:
        return np.asarray((top[1](x) - value(x) * bottom[1](x)) / bottom[0](x))

    return Smooth(value, slope)
