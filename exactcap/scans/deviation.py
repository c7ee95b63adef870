"""Scans of lemma-4.1: what is deterministic in a statement about random features, SPEC-GAUSSIAN.md, G4."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import mpmath
from mpmath import mpf

from exactcap.scans.draws import logarithmic, real, uniform
from exactcap.scans.gaussian import moment, pair_moment, tail
from exactcap.scans.quadrature import Real
from exactcap.scans.scan import Outside, Pairs, Point, Scan


def threshold_deviation() -> Scan:
    """lemma-4.1 for the threshold, A = 10, B = 10/3: the inner product of the features is a Bin(m, p) variable S.

    What is compared: P(|S - mp| > sqrt(10 m p ln N) + (10/3) ln N), summed exactly, against 2 N^-5. Outside: a root
    A < 10 fails for large m p by the central limit theorem (A = 5: the left side is about N^(-5/2)).
    """

    def sides(point: Point, under_root: int = 10) -> Pairs:
        m, p, log = int(point["m"]), real(point["p"]), mpmath.log(real(point["N"]))
        distance = mpmath.sqrt(under_root * m * p * log) + mpf(10) / 3 * log
        return [(binomial_tails(m, p, distance), 2 * real(point["N"]) ** -5)]

    def draw(random: Random) -> Point:
        m = Fraction(int(logarithmic(random, 1, 2000)))
        p = uniform(random, 0, 1) if random.random() < 0.3 else logarithmic(random, 1e-6, 1)
        return {"m": m, "N": Fraction(int(logarithmic(random, 2, 1e4))), "p": p}

    large = ({"m": Fraction(10**6), "N": Fraction(100), "p": Fraction(1, 100)},)
    corners: list[tuple[int, int, int | Fraction]] = [
        (1, 2, 1),
        (1, 2, Fraction(1, 2)),
        (10**4, 2, Fraction(1, 2)),
        (10**6, 100, Fraction(1, 100)),
    ]
    return Scan(
        statement="P(|Bin(m, p) - mp| > sqrt(10 m p ln N) + (10/3) ln N) <= 2 N^-5 for m >= 1, N >= 2",
        compares="the exact tails of the binomial law; p stands for E phi phi, which takes every value",
        parameter="p",
        draw=draw,
        edges=tuple({"m": Fraction(m), "N": Fraction(n), "p": Fraction(p)} for m, n, p in corners),
        pairs=sides,
        outside=(Outside("sqrt(5 m p ln N) instead, large m p", large, lambda point: sides(point, 5)),),
    )


def binomial_tails(m: int, p: Real, distance: Real) -> Real:
    """P(|S - mp| > distance) for a binomial S; each tail is summed away from the mean until terms no longer count.

    >>> print(mpmath.nstr(binomial_tails(2, mpf("0.5"), mpf("0.5")), 10))
    0.5
    """
    if p == 0 or p == 1:
        return mpf(0)
    total = mpf(0)
    for chance, centre in ((p, m * p), (1 - p, m * (1 - p))):  # the second counts the failures
        count = int(mpmath.floor(centre + distance)) + 1
        if count > m:
            continue
        term = mpmath.binomial(m, count) * chance**count * (1 - chance) ** (m - count)
        odds, small = chance / (1 - chance), mpmath.eps
        added = mpf(0)
        while count <= m and term > small * added:
            added += term
            term *= odds * (m - count) / (count + 1)
            count += 1
        total += added
    return total


def relu_pieces() -> Scan:
    """lemma-4.1 for relu: the three pieces of its proof, with M^2 = 80 ln N, |x| = s, |y| = t at most 2, b >= 0.

    What is compared: E phi(<g,x> - b)^2 phi(<g,y> - b)^2 <= 24; the probability 2 Q(M/2) that one of two variables of
    variance 4 exceeds M, against N^-10; at x = y the mean that truncation removes, E phi^2 1{<g,x> > M}, against
    sqrt(24) N^-5. The deviation itself is Bernstein's theorem and is not tried. Outside: norms 2.01 at b = 0 exceed
    24; M^2 = 70 ln N is too little for large N.
    """

    def sides(point: Point, under_root: int = 80) -> Pairs:
        b, s, size = (real(point[name]) for name in "bsN")
        cut = mpmath.sqrt(under_root * mpmath.log(size))
        removed = s * s * _removed(b / s, cut / s)
        return [
            (_squares(point), mpf(24)),
            (2 * tail(cut / 2), size**-10),
            (removed, mpmath.sqrt(24) * size**-5),
        ]

    def draw(random: Random) -> Point:
        b = uniform(random, 0, 4) if random.random() < 0.7 else logarithmic(random, 1e-3, 100)
        s, t = (uniform(random, Fraction(1, 10), 2) for _ in "st")
        cosine = Fraction(1) if random.random() < 0.85 else uniform(random, Fraction(-9, 10), Fraction(9, 10))
        t = s if cosine == 1 else t
        return {"b": b, "s": s, "t": t, "cosine": cosine, "N": Fraction(int(logarithmic(random, 2, 1e6)))}

    two, one = Fraction(2), Fraction(1)
    edges = ({"b": Fraction(0), "s": two, "t": two, "cosine": one, "N": n} for n in (two, Fraction(10**6)))
    longer = ({"b": Fraction(0), "s": Fraction("2.01"), "t": Fraction("2.01"), "cosine": one, "N": two},)
    many = ({"b": Fraction(0), "s": two, "t": two, "cosine": one, "N": Fraction(10**6)},)
    return Scan(
        statement="E phi^2 phi^2 <= 24, P(truncated) <= N^-10, truncated mean <= sqrt(24) N^-5, norms <= 2, b >= 0",
        compares="moments by recurrence or quadrature, tails by erfc",
        parameter="b",
        draw=draw,
        edges=tuple(edges),
        pairs=sides,
        outside=(
            Outside("norms 2.01, b = 0", longer, sides),
            Outside("M^2 = 70 ln N, large N", many, lambda point: sides(point, 70)),
        ),
    )


def _squares(point: Point) -> Real:
    """E (<g,x> - b)_+^2 (<g,y> - b)_+^2, for x = y or a cosine of at most 9/10 in size."""
    b, s, t, cosine = (real(point[name]) for name in ("b", "s", "t", "cosine"))
    if cosine == 1 and s == t:
        return s**4 * moment(4, b / s)
    return (s * t) ** 2 * pair_moment(2, b / s, b / t, cosine)


def _removed(b: Real, cut: Real) -> Real:
    """E (gamma - b)_+^2 1{gamma > cut}: with t = (cut - b)_+, M_2(b + t) + 2 t M_1(b + t) + t^2 M_0(b + t)."""
    step = max(cut - b, mpf(0))
    return moment(2, b + step) + 2 * step * moment(1, b + step) + step * step * tail(b + step)
