"""The quantities of `exactcap.models.digits` by mpmath, along other formulas: a cross-check, never a proof."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath


def one_unit_quadrature(function: str, at: Fraction, digits: int) -> tuple[int, int]:
    """R or a moment of one unit, as (m, e), ``digits`` digits in m, about m 10^e.

    It is the quadrature of t^n e^(-xt - t^2/2) over t > 0, x = |at|, times the density.

    >>> one_unit_quadrature("mills", Fraction(3), 12)
    (304590298710, -12)
    """
    n = {"mills": 0, "tail": 0, "relu-moment": 1, "relu-second-moment": 2}[function]
    lost = 0 if function == "mills" and at >= 0 else 2 * _decimals(at)  # of the density's exponent
    with mpmath.workdps(digits + 15 + lost):
        x = _real(abs(at))
        scale = 1 / (1 + x)  # t = u scale: the integrand has its mass at u of order 1, whatever x is
        density = mpmath.npdf(x)
        H = scale ** (n + 1) * mpmath.quad(
            lambda u: u**n * mpmath.exp(-x * scale * u - (scale * u) ** 2 / 2), [0, 1, 4, 16, 64, mpmath.inf]
        )
        value = density * H
        if at < 0:  # E (gamma + x)_+^n from the opposite tail
            value = (1 - value, x + value, 1 + x * x - value)[n]
        if function == "mills":
            value = H if at >= 0 else value / density
        return _decimal(value, digits)


def correlation_quadrature(
    activation: str, biases: tuple[Fraction, Fraction], norms: tuple[Fraction, Fraction], inner: Fraction, digits: int
) -> tuple[int, int]:
    """E phi(<g,u> - h) phi(<g,v> - k) by conditioning on <g,u>: one quadrature of a log-concave function.

    >>> one = Fraction(1)
    >>> correlation_quadrature("relu", (3 * one, 3 * one), (one, one), one / 2, 12)
    (125565644639, -16)
    """
    n, rho = {"threshold": 0, "relu": 1}[activation], inner / (norms[0] * norms[1])
    h, k = biases[0] / norms[0], biases[1] / norms[1]
    lost = 4 * max(_decimals(h), _decimals(k)) + (_decimals(1 / (1 - rho * rho)) if abs(rho) != 1 else 0)
    with mpmath.workdps(digits + 15 + lost):
        factor = _real(norms[0] * norms[1]) ** n
        if rho == 1:  # then both are the larger one, and a polynomial times it
            top, gap = _real(max(h, k)), _real(abs(h - k))
            value = _log_concave(lambda t: (t * (t + gap)) ** n * mpmath.exp(-t * (top + t / 2)), digits)
            return _decimal(factor * mpmath.npdf(top) * value, digits)
        sigma = mpmath.sqrt(_real(1 - rho * rho))
        x, start, slope = _real(h), _real(k - rho * h) / sigma, _real(rho) / sigma

        def f(t: Any) -> Any:
            y = start - slope * t
            rest = mpmath.erfc(y / mpmath.sqrt(2)) / 2
            return t**n * mpmath.npdf(x + t) * (rest if n == 0 else sigma * (mpmath.npdf(y) - y * rest))

        return _decimal(factor * _log_concave(f, digits), digits)


def _log_concave(f: Any, digits: int) -> Any:
    """The integral over t > 0: at m times the distance where f has fallen by e from its peak, it has fallen by e^m."""

    def log(t: Any) -> Any:
        value = f(t)
        return mpmath.log(value) if value > 0 else -mpmath.inf

    near = max((mpmath.mpf(2) ** j for j in range(-140, 140, 2)), key=log)
    low, high = near / 4, near * 4
    for _ in range(120):  # bisection on which side is higher
        third = (high - low) / 3
        low, high = (low + third, high) if log(low + third) < log(high - third) else (low, high - third)
    peak = (low + high) / 2
    top, fall = log(peak), mpmath.mpf(2) ** 140
    while log(peak + fall) < top - 1:
        fall /= 2
    steps = [m for m in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024) if m < 5 * digits + 100]
    points = {peak, *(peak + sign * m * fall for m in steps for sign in (1, -1))}
    largest = f(peak)  # mpmath's tolerance is absolute: the integrand is divided by its maximum
    return largest * mpmath.quad(lambda t: f(t) / largest, sorted({mpmath.mpf(0), *(t for t in points if t > 0)}))


def _decimal(value: Any, digits: int) -> tuple[int, int]:
    exponent = int(mpmath.floor(mpmath.log10(value))) + 1 - digits
    m = int(mpmath.nint(value / mpmath.mpf(10) ** exponent))
    return (m, exponent) if m < 10**digits else (m // 10, exponent + 1)


def _real(q: Fraction) -> Any:
    return mpmath.mpf(q.numerator) / q.denominator


def _decimals(q: Fraction) -> int:
    return len(str(int(abs(q))))
