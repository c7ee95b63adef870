"""Smooth activations in balls: psi and psi', and bounds of |psi'| and |psi''| (SPEC-NETWORKS.md, N3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import lru_cache

from flint import arb

from exactcap.arithmetic.balls import rational
from exactcap.errors import InputError
from exactcap.models.activations import Activation

ValueAndSlope = Callable[[arb], tuple[arb, arb]]
Coefficients = tuple[Fraction, ...]

CURVATURE = {
    "tanh": (Fraction(1), Fraction(77, 100)),
    "sigmoid": (Fraction(1, 4), Fraction(97, 1000)),
    "softplus": (Fraction(1), Fraction(1, 4)),
    "silu": (Fraction(11, 10), Fraction(1, 2)),
    "gelu": (Fraction(113, 100), Fraction(4, 5)),
    "sin": (Fraction(1), Fraction(1)),
    "cos": (Fraction(1), Fraction(1)),
    "erf": (Fraction(113, 100), Fraction(97, 100)),
    "gaussian": (Fraction(61, 100), Fraction(1)),
}
"""(M1, M2) with |psi'| <= M1 and |psi''| <= M2 on the whole line; the reasons stand in SPEC-NETWORKS.md, N3."""


def value_and_slope(activation: Activation) -> ValueAndSlope:
    """The map of a ball s to balls that contain psi(s) and psi'(s), at the precision of the moment.

    At a pole of a rational function the balls are not finite. Raises InputError for log, which has a pole at 0 inside
    its domain of definition and no evidence of this kind.

    >>> value, slope = value_and_slope(Activation("sigmoid"))(arb(0))
    >>> value, slope
    (0.500000000000000, 0.250000000000000)
    """
    if activation.name == "rational":
        return _quotient(activation.numerator, activation.denominator)
    if activation.name not in _NAMED:
        raise InputError(
            f"activation: {activation.name} has no proof by Newton's method; "
            f"choose one of {', '.join(_NAMED)} or a rational expression in x"
        )
    return _NAMED[activation.name]


def derivative_bounds(activation: Activation, intervals: Iterable[arb]) -> list[tuple[arb, arb]]:
    """Balls that contain |psi'| and |psi''| on each interval, for exp and rational functions.

    The others have the bounds of ``CURVATURE`` everywhere. An interval with a pole gives balls that are not finite.

    >>> derivative_bounds(Activation("rational", (Fraction(0), Fraction(0), Fraction(1)), (Fraction(1),)), [arb(3)])
    [(6.00000000000000, 2.00000000000000)]
    """
    if activation.name == "exp":
        return [(value, value) for value in (interval.exp() for interval in intervals)]
    assert activation.name == "rational"
    p, q = activation.numerator, activation.denominator
    first = _numerator(p, q, 1)
    p1, p2, bottom = (_balls(part) for part in (first, _numerator(first, q, 2), q))
    bounds = []
    for s in intervals:
        denominator = _horner(bottom, s)
        slope, curvature = _horner(p1, s) / denominator**2, _horner(p2, s) / denominator**3
        bounds.append((abs(slope), abs(curvature)))
    return bounds


def _tanh(s: arb) -> tuple[arb, arb]:
    t = s.tanh()
    return t, 1 - t * t


def _sigmoid(s: arb) -> tuple[arb, arb]:
    t = (s / 2).tanh()  # sigma(s) = (1 + tanh(s/2))/2
    return (1 + t) / 2, (1 - t * t) / 4


def _softplus(s: arb) -> tuple[arb, arb]:
    # log(1 + e^s) = max(s, 0) + log(1 + e^-|s|): no huge exponentials
    return (s + abs(s)) / 2 + (-abs(s)).exp().log1p(), _sigmoid(s)[0]


def _silu(s: arb) -> tuple[arb, arb]:
    value, slope = _sigmoid(s)
    return s * value, value + s * slope


def _gelu(s: arb) -> tuple[arb, arb]:
    distribution = (1 + (s / arb(2).sqrt()).erf()) / 2
    density = (-s * s / 2).exp() / (2 * arb.pi()).sqrt()
    return s * distribution, distribution + s * density


def _sin(s: arb) -> tuple[arb, arb]:
    sine, cosine = s.sin_cos()
    return sine, cosine


def _cos(s: arb) -> tuple[arb, arb]:
    sine, cosine = s.sin_cos()
    return cosine, -sine


def _erf(s: arb) -> tuple[arb, arb]:
    return s.erf(), 2 * (-s * s).exp() / arb.pi().sqrt()


def _gaussian(s: arb) -> tuple[arb, arb]:
    value = (-s * s / 2).exp()
    return value, -s * value


def _exp(s: arb) -> tuple[arb, arb]:
    value = s.exp()
    return value, value


_NAMED: dict[str, ValueAndSlope] = {
    "tanh": _tanh,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "silu": _silu,
    "gelu": _gelu,
    "sin": _sin,
    "cos": _cos,
    "erf": _erf,
    "gaussian": _gaussian,
    "exp": _exp,
}


def _quotient(p: Coefficients, q: Coefficients) -> ValueAndSlope:
    top, slope_top, bottom = (_balls(part) for part in (p, _numerator(p, q, 1), q))

    def evaluate(s: arb) -> tuple[arb, arb]:
        denominator = _horner(bottom, s)
        return _horner(top, s) / denominator, _horner(slope_top, s) / denominator**2

    return evaluate


@lru_cache(maxsize=16)
def _numerator(p: Coefficients, q: Coefficients, k: int) -> Coefficients:
    """The numerator p'q - k p q' of the derivative of p/q^k, over q^(k + 1)."""
    return _sum(_product(_derivative(p), q), tuple(-k * c for c in _product(p, _derivative(q))))


def _derivative(p: Coefficients) -> Coefficients:
    return tuple(i * c for i, c in enumerate(p))[1:] or (Fraction(0),)


def _product(p: Coefficients, q: Coefficients) -> Coefficients:
    result = [Fraction(0)] * (len(p) + len(q) - 1)
    for i, a in enumerate(p):
        for j, b in enumerate(q):
            result[i + j] += a * b
    return tuple(result)


def _sum(p: Coefficients, q: Coefficients) -> Coefficients:
    size = max(len(p), len(q))
    padded = [(*part, *[Fraction(0)] * (size - len(part))) for part in (p, q)]
    return tuple(a + b for a, b in zip(*padded, strict=True))


def _balls(coefficients: Coefficients) -> list[arb]:
    return [rational(c) for c in reversed(coefficients)]


def _horner(coefficients: list[arb], s: arb) -> arb:
    total = arb(0)
    for c in coefficients:
        total = total * s + c
    return total
