"""Scans of prop-3.2 and lemma-3.3: units at vectors that are nearly orthogonal unit vectors, SPEC-GAUSSIAN.md, G4.

Vectors u, v enter by their Gram matrix only: |u|^2 = 1 + eps p, |v|^2 = 1 + eps q, <u,v> = eps r with |p|, |q|, |r| at
most 1. Every such matrix occurs, since eps < 1/2.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from random import Random

import mpmath
from mpmath import mpf

from exactcap.scans.draws import logarithmic, real, root_above, uniform
from exactcap.scans.gaussian import corner_moment, density, moment, pair_moment, tail
from exactcap.scans.quadrature import Real, integral, reach
from exactcap.scans.scan import Outside, Pairs, Point, Scan

ONE = Fraction(1)
EPSILONS = (Fraction(1, 100), Fraction(1, 16), Fraction(3, 10), Fraction(9, 20))


def norm_change(k: int, exponent: str) -> Scan:
    """prop-3.2-i with the best constant (1 - eps)^(2k + 1/2) and exponent "sharp", or "plain" for eps <= 1/2.

    What is compared: the constant, the exponential and M_2k(b) on the left, |u|^2k M_2k(b/|u|) on the right. Outside:
    at |u|^2 = 1 - eps and large b the constant and the rate are attained; plain fails beyond eps = 1/2.
    """
    sharp = exponent == "sharp"
    most = Fraction(95, 100) if sharp else Fraction(1, 2)

    def sides(point: Point, factor: Real = 1, rate: Real = 1) -> Pairs:
        b, eps, norm = real(point["b"]), real(point["eps"]), mpmath.sqrt(real(1 + point["eps"] * point["p"]))
        decay = eps * b * b * rate / (2 * (1 - eps) if sharp else 1)
        left = factor * (1 - eps) ** (2 * k + mpf(1) / 2) * mpmath.exp(-decay) * moment(2 * k, b)
        return [(left, norm ** (2 * k) * moment(2 * k, b / norm))]

    def draw(random: Random) -> Point:
        eps = uniform(random, 0, most) if random.random() < 0.5 else logarithmic(random, 1e-6, 0.5)
        return {"b": _bias(random), "eps": eps, "p": -ONE if random.random() < 0.4 else uniform(random, -1, 1)}

    biases = (Fraction(0), ONE, Fraction(100))
    edges = [{"b": b, "eps": eps, "p": p} for b in biases for eps in (Fraction(0), most) for p in (-ONE, ONE)]
    far = tuple({"b": Fraction(1000), "eps": eps, "p": -ONE} for eps in EPSILONS)
    outside = [Outside("|u|^2 = 1 - 1.01 eps, large b", tuple({**p, "p": Fraction("-1.01")} for p in far), sides)]
    if sharp:
        outside += [
            Outside("constant 0.1 % larger, large b", far, lambda point: sides(point, factor=mpf("1.001"))),
            Outside("rate 1 % smaller, large b", far, lambda point: sides(point, rate=mpf("0.99"))),
        ]
    else:
        half = ({"b": Fraction(1000), "eps": Fraction("0.51"), "p": -ONE},)
        outside = [Outside("eps = 0.51, large b", half, sides)]
    rate = "eps b^2/(2(1 - eps))" if sharp else "eps b^2"
    return Scan(
        statement=f"E phi(<g,u> - b)^2 >= (1 - eps)^({4 * k + 1}/2) e^(-{rate}) M_{2 * k}(b), b >= 0",
        compares="moments by recurrence from erfc; left and right exchanged, so that left <= right is the statement",
        parameter="b",
        draw=draw,
        edges=tuple(edges),
        pairs=sides,
        outside=tuple(outside),
    )


def orthogonal(k: int, bound: str) -> Scan:
    """prop-3.2-ii, exponent sharp, with the constant of the rule "corner" (best) or "density".

    What is compared: E phi phi, by formula (1) where |u| = |v| and by conditioning elsewhere, against
    C e^(2 eps b^2/(1 + 2 eps)) M_k(b)^2. Outside: at |u|^2 = |v|^2 = 1 + eps, <u,v> = eps and large b the corner's
    constant and the rate are attained, and a larger inner product exceeds them. Its condition on b for the
    threshold is only sufficient: nothing has to fail just below it.
    """
    corner = bound == "corner"

    def sides(point: Point, factor: Real = 1, rate: Real = 1, best: bool = corner) -> Pairs:
        b, eps = real(point["b"]), real(point["eps"])
        spread = 1 + 2 * eps
        constant = spread ** (2 * k + mpf(3) / 2) if best else spread ** (2 * k + 2) / mpmath.sqrt(1 - 2 * eps)
        grown = mpmath.exp(rate * 2 * eps * b * b / spread)
        return [(_correlation(k, point), factor * constant * grown * moment(k, b) ** 2)]

    def draw(random: Random) -> Point:
        eps = uniform(random, 0, Fraction(45, 100)) if random.random() < 0.6 else logarithmic(random, 1e-5, 0.1)
        b = _bias(random)
        if corner and k == 0:
            b += Fraction(ceil(least_bias(eps) * 10**6), 10**6)
        elif random.random() < 0.4:
            b = uniform(random, -6, 2)
        kind = random.randrange(12)
        p, q, r = (uniform(random, -1, 1) for _ in range(3))
        if kind < 4:
            return _gram(b, eps, ONE, ONE, ONE)
        return _gram(b, eps, p, p if kind < 11 or eps > Fraction(2, 5) else q, r)

    starts = [(eps, least_bias(eps) if corner and k == 0 else Fraction(-3)) for eps in EPSILONS]
    edges = [
        _gram(b + more, eps, p, p, r) for eps, b in starts for more in (0, 6) for p in (ONE, -ONE) for r in (ONE, -ONE)
    ]
    far = tuple(_gram(Fraction(1000), eps, ONE, ONE, ONE) for eps in EPSILONS)
    further = tuple({**point, "r": Fraction("1.01")} for point in far)
    outside = [Outside("<u,v> = 1.01 eps, large b", further, sides)]
    outside += [
        Outside("constant 0.1 % below the corner's, large b", far, lambda p: sides(p, mpf("0.999"), best=True)),
        Outside("rate 1 % smaller, large b", far, lambda p: sides(p, rate=mpf("0.99"))),
    ]
    if corner and k == 0:
        low = tuple(_gram(b * Fraction(99, 100), eps, ONE, ONE, ONE) for eps, b in starts)
        outside.append(Outside("b 1 % below the rule's condition", low, sides, is_false=False))
    constant = f"(1 + 2 eps)^({4 * k + 3}/2)" if corner else f"(1 + 2 eps)^{2 * k + 2}/sqrt(1 - 2 eps)"
    biases = "b (1 - 2 eps) >= eps sqrt(1 + eps)" if corner and k == 0 else "every b"
    return Scan(
        statement=f"E phi phi <= {constant} e^(2 eps b^2/(1 + 2 eps)) M_{k}(b)^2, {biases}",
        compares="E phi phi by quadrature: formula (1) for |u| = |v|, else conditioning; M_k by recurrence",
        parameter="b",
        draw=draw,
        edges=tuple(edges),
        pairs=sides,
        outside=tuple(outside),
    )


def decoupling() -> Scan:
    """lemma-3.3 for f = the indicator of an interval [a, a + w], with the constant (1 + 2 eps)/sqrt(1 - 2 eps).

    What is compared: the probability that both variables lie in the interval, by conditioning, against C times the
    squared probability that sqrt(1 + 2 eps) gamma does. Other f are not tried; small intervals around 0 attain C.
    """

    def sides(point: Point, factor: Real = 1, root: bool = False) -> Pairs:
        eps = real(point["eps"])
        constant = (1 + 2 * eps) / mpmath.sqrt(1 - 2 * eps)
        if root:
            constant = mpmath.sqrt((1 + 2 * eps) / (1 - 2 * eps))
        low, high, spread = real(point["a"]), real(point["a"] + point["w"]), mpmath.sqrt(1 + 2 * eps)
        return [(_both_inside(point), factor * constant * _between(low / spread, high / spread) ** 2)]

    def draw(random: Random) -> Point:
        eps = uniform(random, 0, Fraction(49, 100)) if random.random() < 0.6 else logarithmic(random, 1e-5, 0.1)
        width = logarithmic(random, 1e-3, 4)
        start = -width / 2 if random.random() < 0.3 else uniform(random, -4, 6)
        p, q, r = (random.choice((-ONE, ONE, uniform(random, -1, 1))) for _ in range(3))
        return {"eps": eps, "p": p, "q": q, "r": r, "a": start, "w": width}

    small = {"a": Fraction(-1, 2000), "w": Fraction(1, 1000)}
    attained = tuple({"eps": eps, "p": -ONE, "q": -ONE, "r": ONE, **small} for eps in EPSILONS)
    further = tuple({**point, "r": Fraction("1.01")} for point in attained)
    return Scan(
        statement="E f(<g,u>) f(<g,v>) <= (1 + 2 eps)/sqrt(1 - 2 eps) (E f(sqrt(1 + 2 eps) gamma))^2, f = 1_[a,a+w]",
        compares="probabilities of squares by conditioning, of intervals by erfc",
        parameter="eps",
        draw=draw,
        edges=(*attained, {"eps": Fraction(0), "p": ONE, "q": ONE, "r": ONE, "a": Fraction(0), "w": ONE}),
        pairs=sides,
        outside=(
            Outside("constant 0.1 % smaller, small interval", attained, lambda point: sides(point, mpf("0.999"))),
            Outside("sqrt((1 + 2 eps)/(1 - 2 eps)) as constant", attained, lambda point: sides(point, root=True)),
            Outside("<u,v> = 1.01 eps, small interval", further, sides),
        ),
    )


def least_bias(eps: Fraction) -> Fraction:
    """The condition of the rule "corner" for the threshold, b >= eps sqrt(1 + eps)/(1 - 2 eps), rounded up.

    >>> least_bias(Fraction(0)) < Fraction(1, 10**30)
    True
    """
    return root_above(eps * eps * (1 + eps)) / (1 - 2 * eps)


def _gram(b: Fraction, eps: Fraction, p: Fraction, q: Fraction, r: Fraction) -> Point:
    return {"b": b, "eps": eps, "p": p, "q": q, "r": r}


def _bias(random: Random) -> Fraction:
    return uniform(random, 0, 5) if random.random() < 0.5 else logarithmic(random, 1e-3, 100)


def _correlation(k: int, point: Point) -> Real:
    """E phi_k(<g,u> - b) phi_k(<g,v> - b)."""
    first, second = (real(1 + point["eps"] * point[name]) for name in "pq")
    inner, b = real(point["eps"] * point["r"]), real(point["b"])
    if first == second:
        return corner_moment(k, b, first, inner)
    s, t = mpmath.sqrt(first), mpmath.sqrt(second)
    return (s * t) ** k * pair_moment(k, b / s, b / t, inner / (s * t))


def _between(low: Real, high: Real) -> Real:
    """P(low < gamma < high); intervals on one side of 0 by their tails, small at that side."""
    if low < 0 < high:
        return 1 - tail(high) - tail(-low)
    return tail(low) - tail(high) if low >= 0 else tail(-high) - tail(-low)


def _both_inside(point: Point) -> Real:
    """P(both inner products lie in [a, a + w]), by conditioning on the first; cut off where its density is gone."""
    first, second = (real(1 + point["eps"] * point[name]) for name in "pq")
    slope = real(point["eps"] * point["r"]) / first
    norm, rest = mpmath.sqrt(first), 1 / mpmath.sqrt(second - slope * slope * first)
    low, high = real(point["a"]), real(point["a"] + point["w"])
    start, end, tilt = low * rest, high * rest, slope * rest

    def integrand(x: Real) -> Real:
        shift = tilt * x
        return density(x / norm) * _between(start - shift, end - shift)

    far = norm * mpmath.sqrt(2 * reach())
    cut = min(high, mpmath.sqrt(low * low + far * far) if low > 0 else high)
    return integral(integrand, [low, (low + cut) / 2, cut] if cut - low > 2 else [low, cut]) / norm
