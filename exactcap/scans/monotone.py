"""Scans of lemma-A.3: moments and correlations that are monotone in one variable, SPEC-GAUSSIAN.md, G4."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random

import mpmath
from mpmath import mpf

from exactcap.scans.draws import logarithmic, real, uniform
from exactcap.scans.gaussian import correlation, moment
from exactcap.scans.quadrature import Real
from exactcap.scans.scan import Outside, Pairs, Point, Scan

ONE, TWO = Fraction(1), Fraction(2)


def monotone_in_scale(activation: str) -> Scan:
    """sigma -> E psi(sigma gamma - b) does not decrease: threshold b >= 0, closed-threshold b > 0, relu every b.

    What is compared: the means at two scales, sigma^k M_k(b/sigma), psi(-b) at sigma = 0. Outside: the threshold
    at b = -1 from sigma = 1 to 2; the closed threshold at b = 0 from sigma = 0 to 1.
    """
    k = 1 if activation == "relu" else 0

    def mean(sigma: Fraction, b: Fraction) -> Real:
        if sigma == 0:
            jump = mpf(1) if b < 0 or (b == 0 and activation == "closed-threshold") else mpf(0)
            return jump * (real(-b) if k else 1)
        return real(sigma) ** k * moment(k, real(b / sigma))

    def sides(point: Point) -> Pairs:
        return [(mean(point["low"], point["b"]), mean(point["high"], point["b"]))]

    def draw(random: Random) -> Point:
        b = uniform(random, -5, 5) if activation == "relu" else logarithmic(random, 1e-3, 100)
        low, high = _ordered(random, lambda: logarithmic(random, 0.01, 100))
        return {"b": b, "low": low, "high": high}

    biases = {"relu": "every b", "threshold": "b >= 0", "closed-threshold": "b > 0"}[activation]
    least = {"relu": -ONE, "threshold": Fraction(0), "closed-threshold": Fraction(1, 1000)}[activation]
    broken = {
        "relu": (),
        "threshold": (Outside("b = -1, sigma from 1 to 2", ({"b": -ONE, "low": ONE, "high": TWO},), sides),),
        "closed-threshold": (
            Outside("b = 0, sigma from 0 to 1", ({"b": Fraction(0), "low": Fraction(0), "high": ONE},), sides),
        ),
    }[activation]
    return Scan(
        statement=f"E psi(sigma gamma - b) does not decrease in sigma >= 0, {biases}, psi = {activation}",
        compares="the mean at a smaller and a larger sigma",
        parameter="b",
        draw=draw,
        edges=tuple({"b": least, "low": low, "high": TWO} for low in (Fraction(0), ONE, TWO)),
        pairs=sides,
        outside=broken,
    )


def monotone_in_bias(n: int) -> Scan:
    """M_n does not increase in b: M_n at the larger of two biases against the smaller. No condition, so no outside."""

    def draw(random: Random) -> Point:
        low, high = _ordered(random, lambda: uniform(random, -8, 40))
        return {"b": low, "more": high - low}

    return Scan(
        statement=f"M_{n}(b) does not increase in b, every b",
        compares="M_n(b + more) and M_n(b), by recurrence from erfc",
        parameter="b",
        draw=draw,
        edges=({"b": Fraction(0), "more": Fraction(0)}, {"b": -TWO, "more": TWO}),
        pairs=lambda point: [(moment(n, real(point["b"] + point["more"])), moment(n, real(point["b"])))],
        outside=(),
    )


def monotone_correlation(k: int, variable: str) -> Scan:
    """F_k does not decrease in rho, does not increase in delta (the same, delta^2 = 2 - 2 rho) or in b.

    What is compared: F_k at two points that differ in the variable. No condition, so nothing outside.
    """

    def sides(point: Point) -> Pairs:
        b, move = point["b"], point["move"]
        if variable == "bias":
            return [(_at(k, b + move, point["delta"]), _at(k, b, point["delta"]))]
        if variable == "delta":
            return [(_at(k, b, point["delta"] + move), _at(k, b, point["delta"]))]
        return [(_of_rho(k, b, point["rho"]), _of_rho(k, b, point["rho"] + move))]

    def draw(random: Random) -> Point:
        b = uniform(random, -3, 8)
        if variable == "bias":
            return {"b": b, "delta": uniform(random, 0, 2), "move": logarithmic(random, 1e-6, 3)}
        name, bottom, top = ("delta", Fraction(0), TWO) if variable == "delta" else ("rho", -ONE, ONE)
        low, high = _ordered(random, lambda: uniform(random, bottom, top))
        return {"b": b, name: low, "move": high - low}

    name = "rho" if variable == "rho" else "delta"
    how = {"rho": "does not decrease in rho", "delta": "does not increase in delta", "bias": "does not increase in b"}
    return Scan(
        statement=f"E phi(X - b) phi(Y - b) {how[variable]}, every b, k = {k}",
        compares="F_k at two points, by quadrature of formula (1)",
        parameter="b",
        draw=draw,
        edges=tuple({"b": b, name: Fraction(0), "move": Fraction(1, 10**6)} for b in (-TWO, Fraction(0), TWO)),
        pairs=sides,
        outside=(),
    )


def _ordered(random: Random, draw: Callable[[], Fraction]) -> tuple[Fraction, Fraction]:
    """Two numbers in order; one in four times a millionth apart at most."""
    low, high = sorted((draw(), draw()))
    return (low, low + (high - low) / 10**6) if random.random() < 0.25 else (low, high)


def _at(k: int, b: Fraction, delta: Fraction) -> Real:
    return correlation(k, real(b), real(delta))


def _of_rho(k: int, b: Fraction, rho: Fraction) -> Real:
    return correlation(k, real(b), mpmath.sqrt(real(2 - 2 * rho)))
