"""Smooth activations in intervals: psi, psi', and bounds M1, M2 of |psi'|, |psi''| (SPEC-NETWORKS.md, N3)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from .activations import Activation, Polynomial, derivative
from .elementary import exp, log, pi, sin_cos
from .intervals import Interval
from .normal import density, tail
from .reader import Rejected

Jet = Callable[[Interval], tuple[Interval, Interval]]

# bounds on the whole line, with their proofs in SPEC-NETWORKS.md, N3
BOUNDS = {
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


def jet(psi: Activation) -> Jet:
    """x -> (psi(x), psi'(x)) for all elements of x; the function raises Undefined where psi may not be defined."""
    if psi.name == "rational":
        return lambda x: _rational(psi, x)[:2]
    if psi.name not in _JETS:
        raise Rejected(f"claim, activation: {psi.name} has no evidence of this kind")
    return _JETS[psi.name]


def slope_bounds(psi: Activation, x: Interval) -> tuple[Interval, Interval]:
    """Upper bounds M1 of |psi'| and M2 of |psi''| on x; raises Undefined where psi may not be defined.

    >>> m1, m2 = slope_bounds(Activation("exp"), Interval.exact(0, 64))
    >>> m1.contains(1), m2.contains(1)
    (True, True)
    """
    if psi.name in BOUNDS:
        first, second = BOUNDS[psi.name]
        return Interval.exact(first, x.bits), Interval.exact(second, x.bits)
    if psi.name == "exp":
        largest = exp(x.high())
        return largest, largest
    _, slope, bend = _rational(psi, x)
    return _absolute(slope), _absolute(bend)


def _absolute(x: Interval) -> Interval:
    return x.hull(-x).high()


def _exp(x: Interval) -> tuple[Interval, Interval]:
    value = exp(x)
    return value, value


def _tanh(x: Interval) -> tuple[Interval, Interval]:
    """With u = 1/(1 + e^(2x)): tanh = 1 - 2u, tanh' = 4 u (1 - u)."""
    u = 1 / (exp(x.scaled(1)) + 1)
    return 1 - u.scaled(1), (u * (1 - u)).scaled(2)


def _logistic(x: Interval) -> tuple[Interval, Interval]:
    """sigma and 1 - sigma, both with small relative errors."""
    e = exp(-x)
    u = 1 / (e + 1)
    return u, e * u


def _sigmoid(x: Interval) -> tuple[Interval, Interval]:
    u, rest = _logistic(x)
    return u, u * rest


def _softplus(x: Interval) -> tuple[Interval, Interval]:
    e = exp(x)
    return log(e + 1), e / (e + 1)


def _silu(x: Interval) -> tuple[Interval, Interval]:
    u, rest = _logistic(x)
    return x * u, u + x * u * rest


def _gelu(x: Interval) -> tuple[Interval, Interval]:
    below = tail(-x)
    return x * below, below + x * density(x)


def _sin(x: Interval) -> tuple[Interval, Interval]:
    return sin_cos(x)


def _cos(x: Interval) -> tuple[Interval, Interval]:
    s, c = sin_cos(x)
    return c, -s


@lru_cache(maxsize=8)
def _roots(bits: int) -> tuple[Interval, Interval]:
    """The roots of 2 and of pi."""
    return Interval.exact(2, bits).sqrt(), pi(bits).sqrt()


def _erf(x: Interval) -> tuple[Interval, Interval]:
    """erf(x) = 1 - 2 Q(x sqrt 2), for x < 0 as the odd function it is."""
    root, root_pi = _roots(x.bits)
    y = -x if x.is_negative() else x
    value = 1 - tail(y * root).scaled(1)
    return (-value if x.is_negative() else value), exp(-x.square()).scaled(1) / root_pi


def _gaussian(x: Interval) -> tuple[Interval, Interval]:
    value = exp(-x.square().scaled(-1))
    return value, -x * value


_JETS: dict[str, Jet] = {
    "tanh": _tanh, "sigmoid": _sigmoid, "softplus": _softplus, "silu": _silu, "gelu": _gelu, "sin": _sin, "cos": _cos,
    "erf": _erf, "gaussian": _gaussian, "exp": _exp,
}  # fmt: skip


def _rational(psi: Activation, x: Interval) -> tuple[Interval, Interval, Interval]:
    """N/D and its first two derivatives: F/D^2, F = N'D - ND', and (F'D - 2 F D')/D^3, F' = N''D - ND''."""
    tops, bottoms = _derivatives(psi.numerator), _derivatives(psi.denominator)
    n, n1, n2 = (_at(p, x) for p in tops)
    if len(psi.denominator) == 1:  # monic, so it is 1
        return n, n1, n2
    d, d1, d2 = (_at(p, x) for p in bottoms)
    first = n1 * d - n * d1
    square = d * d
    return n / d, first / square, ((n2 * d - n * d2) * d - first.scaled(1) * d1) / (square * d)


@lru_cache(maxsize=4)
def _derivatives(polynomial: Polynomial) -> tuple[Polynomial, Polynomial, Polynomial]:
    first = derivative(polynomial)
    return polynomial, first, derivative(first)


def _at(polynomial: Polynomial, x: Interval) -> Interval:
    value = Interval.point(0, 0, x.bits)
    for c in reversed(polynomial):
        value = value * x + c
    return value


def psi_steps(psi: Activation, precision: int) -> int:
    """For psi, psi' and bounds of psi', psi'' at one argument: the longest that was measured, in units of 10 ns."""
    if psi.name == "rational":
        return 16_000 * (len(psi.numerator) + len(psi.denominator))
    return 60_000 + 4 * precision**2 if psi.name in ("gelu", "erf") else 20_000 + precision**2 // 8
