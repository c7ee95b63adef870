"""Scans of lemma-6.1 and theorem-6.2: sign choices and threshold layers, SPEC-GAUSSIAN.md, G4."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from random import Random

import mpmath
from mpmath import mpf

from exactcap.scans.draws import logarithmic, real, uniform
from exactcap.scans.quadrature import Real
from exactcap.scans.scan import Outside, Pairs, Point, Scan


def signs() -> Scan:
    """lemma-6.1, 0 < nu < 1/8 and 4c < nu^2: a union bound over K points of Hoeffding's inequality.

    What is compared, at K_1 ln K = c eta^-2 and K >= 2: 2K e^(-nu^2/(2 K_1 eta^2)) against 1; and for up to 12 integers
    a_j, which ``seed`` draws in place of the products <v_j, v_k>, the exact share of the sign vectors xi with
    |sum xi_j a_j| > t against Hoeffding's 2 e^(-t^2/(2 sum a_j^2)). Outside: with 4c > nu^2 the union bound exceeds 1
    at K = 2, which ends the proof, not the lemma.
    """

    def sides(point: Point) -> Pairs:
        log, nu, c = mpmath.log(real(point["K"])), real(point["nu"]), real(point["c"])
        union = 2 * real(point["K"]) * mpmath.exp(-nu * nu * log / (2 * c))  # K_1 eta^2 = c/ln K
        return [(union, mpf(1)), _hoeffding(Random(int(point["seed"])))]

    def draw(random: Random) -> Point:
        nu = uniform(random, Fraction(1, 1000), Fraction(1249, 10**4))
        share = uniform(random, Fraction(1, 100), Fraction(9999, 10**4))
        k = Fraction(int(logarithmic(random, 2, 1e9)))
        return {"K": k, "nu": nu, "c": share * nu * nu / 4, "seed": Fraction(random.randrange(10**6))}

    nu = Fraction(1, 16)
    most = {"K": Fraction(2), "nu": nu, "c": nu * nu / 4, "seed": Fraction(0)}
    return Scan(
        statement="2K e^(-nu^2/(2 K_1 eta^2)) < 1 for K_1 ln K <= c eta^-2, 4c < nu^2; and Hoeffding's bound for signs",
        compares="the union bound in mpmath, and all sign vectors of small integer data, counted",
        parameter="K",
        draw=draw,
        edges=({**most, "c": most["c"] * Fraction(9999, 10**4)},),
        pairs=sides,
        outside=(Outside("c 1 % above nu^2/4, K = 2", ({**most, "c": most["c"] * Fraction(101, 100)},), sides),),
    )


def _hoeffding(random: Random) -> tuple[Real, Real]:
    """The exact share of sign vectors with a large sum, and Hoeffding's bound of it."""
    entries = [random.randrange(-10, 11) for _ in range(random.randrange(1, 13))]
    sums = signed_sums(entries)
    level = random.randrange(1, 1 + max(1, sum(map(abs, entries))))
    beyond = sum(count for total, count in sums.items() if abs(total) > level)
    square = sum(entry * entry for entry in entries)
    bound = 2 * mpmath.exp(-mpf(level * level) / (2 * square)) if square else mpf(1)
    return mpf(beyond) / 2 ** len(entries), bound


def signed_sums(entries: Sequence[int]) -> Counter[int]:
    """The sum of xi_j a_j for all sign vectors xi, each value with its count.

    >>> sorted(signed_sums([1, 2]).items())
    [(-3, 1), (-1, 1), (1, 1), (3, 1)]
    """
    sums = Counter({0: 1})
    for entry in entries:
        sums = _shifted(sums, entry) + _shifted(sums, -entry)
    return sums


def _shifted(sums: Counter[int], step: int) -> Counter[int]:
    return Counter({total + step: count for total, count in sums.items()})


def batches() -> Scan:
    """theorem-6.2 for r >= 2, 384 c < 1: floor(r/2) batches of at most B = ceil(K_1/floor(r/2)) ones.

    What is compared, at (2 K_1/r + 1) ln K = c eta^-2: B against (3/2)(2 K_1/r + 1), and the union bound
    2K e^(-1/(128 B eta^2)) in each batch against 1. Outside: at c = 1/192 the union bound exceeds 1 (the end of the
    proof, not of the theorem).
    """

    def sides(point: Point) -> Pairs:
        size = point["K"]
        batch = -(-point["ones"] // (point["r"] // 2))
        load = 2 * point["ones"] / point["r"] + 1
        power = mpmath.log(real(size)) * real(load / (128 * batch * point["c"]))  # 1/(128 B eta^2)
        return [(real(Fraction(batch)), real(load * 3 / 2)), (2 * real(size) * mpmath.exp(-power), mpf(1))]

    def draw(random: Random) -> Point:
        size = int(logarithmic(random, 2, 1e9))
        ones = random.randrange(1, size + 1) if random.random() < 0.5 else int(logarithmic(random, 1, size))
        r = Fraction(int(logarithmic(random, 2, 1e4)))
        c = Fraction(1, 384) * uniform(random, Fraction(1, 100), Fraction(9999, 10**4))
        return {"K": Fraction(size), "ones": Fraction(ones), "r": r, "c": c}

    many = {"K": Fraction(10**6), "ones": Fraction(10**6), "r": Fraction(3)}
    few = {"K": Fraction(2), "ones": Fraction(2), "r": Fraction(3)}
    most = Fraction(1, 385)
    return Scan(
        statement="2K e^(-1/(128 B eta^2)) < 1, B = ceil(K_1/floor(r/2)), (2 K_1/r + 1) ln K <= c eta^-2, 384 c < 1",
        compares="the union bound and the size of the batches",
        parameter="K",
        draw=draw,
        edges=({**many, "c": most}, {**few, "c": most}),
        pairs=sides,
        outside=(Outside("c = 1/192, r = 3, K_1 = K = 10^6", ({**many, "c": Fraction(1, 192)},), sides),),
    )


def one_output() -> Scan:
    """theorem-6.2 is false for r = 1: the configuration ``one-output``, which no half-space separates.

    What is compared: for random integer w the least <w, e_i> against the largest <w, v_j>; a unit that is positive on
    the ones and 0 on the zeros would have left > right. Of w, what lies beside the e_i enters as its values on the
    simplex, any numbers of sum 0. Outside: without the zero v_1 a separating w exists.
    """

    def sides(point: Point, left_out: int = 0) -> Pairs:
        s = int(point["s"])
        random = Random(int(point["seed"])) if point["seed"] else None
        return [_separation(s, random, left_out)]

    def draw(random: Random) -> Point:
        return {"s": Fraction(random.randrange(2, 13)), "seed": Fraction(random.randrange(1, 10**6))}

    return Scan(
        statement="min <w, e_i> <= max <w, v_j>, every w, in the configuration one-output",
        compares="one integer w at each point (seed 0: a w that gives equality), exactly up to sqrt(1 - 1/s)",
        parameter="s",
        draw=draw,
        edges=tuple({"s": Fraction(s), "seed": Fraction(0)} for s in (2, 3, 10)),
        pairs=sides,
        outside=(Outside("the zero v_1 left out", ({"s": Fraction(5), "seed": Fraction(0)},), lambda p: sides(p, 1)),),
    )


def _separation(s: int, random: Random | None, left_out: int) -> tuple[Real, Real]:
    """min <w, e_i> and max <w, v_j>; without random numbers <w, e_i> = 1, and the simplex gives 0.

    With a zero left out, the simplex gives s for it and -1 for the others: then these stay below 1.
    """
    size = s + 1
    ones, simplex = [1] * size, [0] * size
    if random is not None:
        ones = [random.randrange(-20, 100) for _ in range(size)]
        drawn = [random.randrange(-20, 21) for _ in range(size)]
        simplex = [size * value - sum(drawn) for value in drawn]
    elif left_out:
        simplex = [s] + [-1] * s
    scale, total = mpmath.sqrt(1 - mpf(1) / s), sum(ones)
    zeros = [mpf(total - one) / s + scale * value for one, value in zip(ones, simplex, strict=True)]
    return mpf(min(ones)), max(zeros[left_out:])
