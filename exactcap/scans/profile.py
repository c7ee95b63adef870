"""Scan of the profile: the correlation of two units between two curves, SPEC-GAUSSIAN.md, G4."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from exactcap.scans.draws import logarithmic, real
from exactcap.scans.gaussian import correlation, density, moment, tail, threshold_slope
from exactcap.scans.quadrature import Real
from exactcap.scans.scan import Outside, Pairs, Point, Scan
from exactcap.scans.separated import distance


def profile(k: int) -> Scan:
    """What is compared: F_k/M_2k against P above and P/(1 + c^2 + (2k+2)/b^2)^(k+1) below.

    Outside: both curves are attained in the limit of large b (P at fixed bc, to first order), so neither can be moved.
    """

    top = "2((1 - b^2 c^2) Q(bc) + bc g(bc))/(1 + c^2)" if k else "2 Q(bc)"

    def draw(random: Random) -> Point:
        b = logarithmic(random, 1e-3, 300)
        return {"b": b, "delta": min(distance(random, b), Fraction(19999, 10**4))}

    def pairs(point: Point) -> Pairs:
        low, value, high = _curves(k, point)
        return [(low, value), (value, high)]

    far = tuple({"b": Fraction(3000), "delta": 2 * Fraction(tau) / 3000} for tau in (1, 2, 3))
    edges = tuple(
        {"b": b, "delta": delta}
        for b in (Fraction(1, 1000), Fraction(1), Fraction(300))
        for delta in (Fraction(0), Fraction(1, 10**6), Fraction(1), 2 - Fraction(1, 10**4))
    )
    return Scan(
        statement=f"P/(1 + c^2 + {2 * k + 2}/b^2){'^2' * k} <= F_{k}(b)/M_{2 * k}(b) <= P for b > 0, 0 <= delta < 2, "
        f"P = {top}, c^2 = delta^2/(4 - delta^2)",
        compares="F_k by quadrature of formula (1), M_2k by recurrence from erfc",
        parameter="delta",
        draw=draw,
        edges=edges,
        pairs=pairs,
        outside=(
            Outside("0.999 P above, large b", far, lambda point: [(_curves(k, point)[1], _less(k, point))]),
            Outside(
                "1.001 times the curve below, large b", far, lambda point: [(_more(k, point), _curves(k, point)[1])]
            ),
        ),
    )


def _curves(k: int, point: Point) -> tuple[Real, Real, Real]:
    b, delta = real(point["b"]), real(point["delta"])
    c = threshold_slope(delta)
    tau, spread = b * c, 1 + c * c
    top = 2 * tail(tau) if k == 0 else 2 * ((1 - tau * tau) * tail(tau) + tau * density(tau)) / spread
    low = top / (spread + (2 * k + 2) / (b * b)) ** (k + 1)
    return low, correlation(k, b, delta) / moment(2 * k, b), top


def _less(k: int, point: Point) -> Real:
    return _curves(k, point)[2] * 999 / 1000


def _more(k: int, point: Point) -> Real:
    return _curves(k, point)[0] * 1001 / 1000
