"""Scan of prop-3.1: the correlation of two units at unit vectors at distance delta, SPEC-GAUSSIAN.md, G4."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import mpmath
from mpmath import mpf

from exactcap.scans.draws import logarithmic, real, uniform
from exactcap.scans.gaussian import correlation, moment
from exactcap.scans.quadrature import Real
from exactcap.scans.scan import Outside, Pairs, Point, Scan

# -a* rounded up: the least b with F_k(b) <= 2 e^(-b^2/2) M_2k(b) at delta = 2, where F_k has a closed form.
LEAST_BIAS = (Fraction("-1.27481909779114"), Fraction("-1.65249967366994"))


def separated(k: int, exponent: str) -> Scan:
    """prop-3.1 with exponent "sharp" or "1/8" (constant 1, b >= 0), or "paper" (constant 2, 1/8, b >= -a*).

    What is compared: F_k(b, 1 - delta^2/2) by formula (1) against the right side with M_2k by recurrence.
    Outside, the theory says: 1 is attained as delta -> 0; 1/8 is the largest rate, along delta = 2 tau/b; the sharp
    form fails for every b < 0 as delta -> 2, and the paper's for b < -a* at delta = 2.
    """
    least = LEAST_BIAS[k] if exponent == "paper" else Fraction(0)
    constant = mpf(2) if exponent == "paper" else mpf(1)
    rate = None if exponent == "sharp" else Fraction(1, 8)
    top = "<" if rate is None else "<="
    start = ("-1.27481...", "-1.65249...")[k] if exponent == "paper" else "0"
    bound = {
        "sharp": ("(1 - delta^2/4) " if k else "") + "e^(-b^2 delta^2/(2(4 - delta^2)))",
        "1/8": "e^(-b^2 delta^2/8)",
        "paper": "2 e^(-b^2 delta^2/8)",
    }[exponent]

    def draw(random: Random) -> Point:
        b = Fraction(0) if random.random() < 0.02 else logarithmic(random, 1e-3, 300)
        if exponent == "paper" and random.random() < 0.5:
            b = uniform(random, least, 0)
        return {"b": b, "delta": distance(random, b)}

    def pairs(point: Point) -> Pairs:
        return [_sides(k, point, constant, rate)]

    ends = [Fraction(1, 10**6), Fraction(1), 2 - Fraction(1, 10**4)] + ([Fraction(2)] if rate is not None else [])
    edges = [
        {"b": b, "delta": d} for b in (least, Fraction(0), Fraction(1), Fraction(300)) for d in [Fraction(0), *ends]
    ]
    return Scan(
        statement=f"F_{k}(b) <= {bound} M_{2 * k}(b) for b >= {start}, 0 <= delta {top} 2",
        compares="F_k by quadrature of formula (1), M_2k by recurrence from erfc",
        parameter="delta",
        draw=draw,
        edges=tuple(edges),
        pairs=pairs,
        outside=_outside(k, exponent, constant, rate),
    )


def distance(random: Random, b: Fraction) -> Fraction:
    """A distance at most 2: anywhere, near 0, near 2, or where the Gaussian decays, delta = 2 tau/b."""
    which = random.randrange(4)
    if which == 0:
        return uniform(random, 0, Fraction(19999, 10**4))
    if which == 1:
        return logarithmic(random, 1e-6, 1)
    if which == 2 or b <= 0:
        return 2 - logarithmic(random, 1e-4, 1)
    return min(2 * logarithmic(random, 0.1, 10) / b, Fraction(3, 2))


def _sides(k: int, point: Point, constant: Real, rate: Fraction | None) -> tuple[Real, Real]:
    b, delta = real(point["b"]), real(point["delta"])
    squared = b * b * delta * delta
    left, norm = correlation(k, b, delta), constant * moment(2 * k, b)
    if rate is not None:
        return left, norm * mpmath.exp(-real(rate) * squared)
    rest = (2 - delta) * (2 + delta)
    return left, norm * (rest / 4) ** k * mpmath.exp(-squared / (2 * rest))


def _outside(k: int, exponent: str, constant: Real, rate: Fraction | None) -> tuple[Outside, ...]:
    if exponent == "paper":
        below = tuple({"b": LEAST_BIAS[k] * (1 + gap), "delta": Fraction(2)} for gap in _GAPS)
        return (Outside("b below -a*, delta = 2", below, lambda point: [_sides(k, point, constant, rate)]),)
    close = tuple({"b": b, "delta": Fraction(1, 10**6)} for b in (Fraction(0), Fraction(1), Fraction(10)))
    less = Outside("constant 0.999, delta -> 0", close, lambda point: [_sides(k, point, constant * mpf("0.999"), rate)])
    if rate is None:
        negative = tuple({"b": b, "delta": 2 - Fraction(1, 10**6)} for b in (Fraction(-1, 10), Fraction(-1, 100)))
        return less, Outside("b below 0, delta -> 2", negative, lambda point: [_sides(k, point, constant, rate)])
    far = tuple({"b": Fraction(3000), "delta": 2 * Fraction(tau) / 3000} for tau in (1, 4, 8, 12, 16, 20))
    fast = Outside("rate 0.135 instead of 1/8, large b", far, lambda p: [_sides(k, p, constant, Fraction("0.135"))])
    return less, fast


_GAPS = (Fraction(1, 10**6), Fraction(1, 100), Fraction(1))
