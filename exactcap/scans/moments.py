"""Scans of lemma-A.1, lemma-A.2 and second-moment: moments of one normal variable, SPEC-GAUSSIAN.md, G4."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import mpmath
from mpmath import mpf

from exactcap.scans.draws import logarithmic, real, uniform
from exactcap.scans.gaussian import laplace_moment, moment
from exactcap.scans.quadrature import Real
from exactcap.scans.scan import Outside, Pairs, Point, Scan

# The zero of M_1(b) - b M_2(b), to 38 decimals and rounded up.
CROSSING = Fraction("1.16152788927447736700459503109631790553")


def asymptotics(n: int) -> Scan:
    """lemma-A.1 with the best constant C = (n+1)(n+2)/2: n! b^(-n-1) (1 - C/b^2) < H_n(b) < n! b^(-n-1), b > 0.

    What is compared: H_n = M_n/g by recurrence from erfc, and both bounds. Outside: both constants are attained as
    b grows.
    """
    constant = mpf((n + 1) * (n + 2)) / 2

    def sides(point: Point, less: Real = constant, top: Real = 1) -> Pairs:
        b = real(point["b"])
        value, first = laplace_moment(n, b), mpmath.factorial(n) / b ** (n + 1)
        return [(first * (1 - less / (b * b)), value), (value, top * first)]

    far = ({"b": Fraction(1000)}, {"b": Fraction(10000)})
    return Scan(
        statement=f"{n}! b^-{n + 1} (1 - {(n + 1) * (n + 2) // 2}/b^2) < H_{n}(b) < {n}! b^-{n + 1}, b > 0",
        compares="H_n = M_n/g by recurrence from erfc",
        parameter="b",
        draw=lambda random: {"b": logarithmic(random, 1e-3, 1e4)},
        edges=tuple({"b": b} for b in (Fraction(1, 10**6), Fraction(1), Fraction(10**5))),
        pairs=sides,
        outside=(
            Outside("constant 0.1 % smaller, large b", far, lambda point: sides(point, less=constant * mpf("0.999"))),
            Outside("upper bound 0.1 % smaller, large b", far, lambda point: sides(point, top=mpf("0.999"))),
        ),
    )


def stability(k: int, bound: str) -> Scan:
    """lemma-A.2 in the form "exponential" (constant null) or "linear" (C/b^2 with the least C for z).

    What is compared: theta = H_k(b/s)/(s^(k+1) H_k(b)), s = sqrt(1 + z), with e^(-zD) and 1, D = (k+1)(k+2)/(2 b^2);
    linear: |theta - 1| with q/b^2 for z >= 0 and with q/(b^2 - q) for z < 0 and q < b^2, q = |z| (k+1)(k+2)/2.
    Outside: the constants are attained for large b; those of z <= 1 fail as z grows.
    """
    half = Fraction((k + 1) * (k + 2), 2)

    def theta(point: Point) -> Real:
        b, s = real(point["b"]), mpmath.sqrt(real(1 + point["z"]))
        return laplace_moment(k, b / s) / (s ** (k + 1) * laplace_moment(k, b))

    def exponential(point: Point, factor: Real = 1) -> Pairs:
        value, drop = theta(point), mpmath.exp(-factor * real(point["z"] * half / point["b"] ** 2))
        return [(drop, value), (value, mpf(1))] if point["z"] >= 0 else [(mpf(1), value), (value, drop)]

    def linear(point: Point, factor: Real = 1, top: Fraction | None = None) -> Pairs:
        z, square = point["z"] if top is None else top, point["b"] ** 2
        least = abs(z) * half
        return [(abs(theta(point) - 1), factor * real(least / (square if z >= 0 else square - least)))]

    def draw(random: Random) -> Point:
        kind = random.randrange(3)
        z = uniform(random, Fraction(-999, 1000), 1) if kind == 0 else logarithmic(random, 1e-3, 1e4)
        z = -logarithmic(random, 1e-3, 0.9) if kind == 2 else z
        b = logarithmic(random, 0.01, 300)
        if bound == "linear" and z < 0:
            b += half  # so that q < b^2
        return {"b": b, "z": z}

    sides = exponential if bound == "exponential" else linear
    far = ({"b": Fraction(100), "z": Fraction(1)}, {"b": Fraction(300), "z": Fraction(-1, 2)})
    outside = [Outside("constant 1 % smaller, large b", far, lambda point: sides(point, mpf("0.99")))]
    growing = tuple({"b": Fraction(5), "z": Fraction(10**j)} for j in range(1, 5))
    if bound == "linear":
        outside.append(
            Outside("the constant for z <= 1, z grows", growing, lambda point: linear(point, top=Fraction(1)))
        )
    forms = {
        "exponential": "e^(-zD) <= theta <= 1 for z >= 0, 1 <= theta <= e^(-zD) for z <= 0",
        "linear": "|theta - 1| <= zD for z >= 0, <= |z|D/(1 - |z|D) for z < 0",
    }
    return Scan(
        statement=f"{forms[bound]}, D = {half}/b^2, b > 0, k = {k}",
        compares="theta as a quotient of moments by recurrence from erfc",
        parameter="b",
        draw=draw,
        edges=tuple(
            {"b": b, "z": z}
            for b in (Fraction(10), Fraction(300))
            for z in (Fraction(-9, 10), Fraction(0), *far[0].values())
        ),
        pairs=sides,
        outside=tuple(outside),
    )


def second_moment(k: int) -> Scan:
    """second-moment: M_k(b) <= b M_2k(b) for b >= 1 (threshold), b >= 1.16152788... (relu), both sharp.

    What is compared: the moments by recurrence from erfc. Outside: b below the least one.
    """
    least = CROSSING if k else Fraction(1)

    def sides(point: Point) -> Pairs:
        b = real(point["b"])
        return [(moment(k, b), b * moment(2 * k, b))]

    below = tuple({"b": least - gap} for gap in (Fraction(1, 10**9), Fraction(1, 100), Fraction(1, 2)))
    return Scan(
        statement=f"M_{k}(b) <= b M_{2 * k}(b) for b >= {'1.16152788927...' if k else '1'}",
        compares="moments by recurrence from erfc",
        parameter="b",
        draw=lambda random: {"b": least + logarithmic(random, 1e-9, 1e3)},
        edges=({"b": least}, {"b": Fraction(1000)}),
        pairs=sides,
        outside=(Outside("b below the least one", below, sides),),
    )
