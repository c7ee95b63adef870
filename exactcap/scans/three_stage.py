"""Scans of theorem-E, three random threshold layers: the deterministic pieces of its proof, SPEC-GAUSSIAN.md, G5."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, comb
from random import Random

import mpmath
from mpmath import mpf

from exactcap.scans.draws import logarithmic, real, root_above, uniform
from exactcap.scans.gaussian import corner_moment, pair_moment, tail
from exactcap.scans.perception import signed_sums
from exactcap.scans.quadrature import Real
from exactcap.scans.scan import Outside, Pairs, Point, Scan

ONE = Fraction(1)


def layers() -> Scan:
    """Chernoff's bounds of conditions 1 and 2: exact tails of binomial laws of up to 300 units against e^(-n D(x||p)).

    What is compared, p = Q(b): P(S >= (1 + e_d) np), P(S <= (1 - e_d) np), P(S <= T_min - 1) for a Bin(n, p) variable S
    and T_min - 1 < np, which ``low`` gives; P(S' >= e_o np) for a Bin(n, q e_o p) variable, P(S' >= T_max + 1) for a
    Bin(n, q p) variable and T_max + 1 > nqp, which ``high`` gives. ``q`` stands for correlations, which take every
    value. Both sides are equal at T_min = 1. Outside: exponents that are 0.1 % larger, at T_min = 1 and for large n.
    """

    def sides(point: Point) -> Pairs:
        n, p, q = int(point["n"]), tail(real(point["b"])), real(point["q"])
        e_d, e_o = real(point["e_d"]), real(point["e_o"])
        least = int(n * q * p) + 1
        return [
            _above(n, p, n * (1 + e_d) * p),
            _below(n, p, n * (1 - e_d) * p),
            _above(n, q * e_o * p, n * e_o * p),
            _fewest(point),
            _above(n, q * p, least + int(point["high"] * (n - 1 - least))),
        ]

    def draw(random: Random) -> Point:
        e_d = uniform(random, Fraction(1, 1000), Fraction(9, 10))
        return {
            "n": Fraction(int(logarithmic(random, 10, 300))),
            "b": uniform(random, Fraction(1, 100), 2),
            "e_d": e_d,
            "e_o": uniform(random, Fraction(1, 1000), Fraction(999, 1000) - e_d),
            "q": uniform(random, Fraction(1, 100), Fraction(999, 1000)),
            "low": uniform(random, Fraction(1, 100), 1),
            "high": uniform(random, 0, 1),
        }

    plain = {"e_d": Fraction(1, 10), "e_o": Fraction(1, 10), "q": Fraction(1, 2), "high": Fraction(0)}
    lowest = [
        {"n": Fraction(n), "b": b, **plain, "low": Fraction(1, 1000)} for n in (2, 300) for b in (ONE / 100, ONE * 2)
    ]
    large = ({"n": Fraction(30000), "b": Fraction(0), "x": Fraction(9, 10)},)
    return Scan(
        statement="P(Bin(n, p) >= xn) <= e^(-n D(x||p)) for x > p, P(Bin(n, p) <= xn) <= e^(-n D(x||p)) for x < p",
        compares="binomial tails summed exactly, at the x of the rule three-stage: a piece of its proof",
        parameter="n",
        draw=draw,
        edges=tuple(lowest),
        pairs=sides,
        outside=(
            Outside("e^(-1.001 n D) at T_min = 1", tuple(lowest), lambda point: [_fewest(point, mpf("1.001"))]),
            Outside(
                "e^(-1.001 n D), large n",
                large,
                lambda point: [_above(int(point["n"]), mpf(1) / 2, real(point["n"] * point["x"]), mpf("1.001"))],
            ),
        ),
    )


def corner() -> Scan:
    """The correlation in condition 2: F_0 for variances within e_d of 1 and covariances up to e_o is at most q2.

    What is compared: P(X > b2, Y > b2) for variances 1 + e_d p, 1 + e_d p' and the covariance e_o r against q2, that at
    the corner, variances 1 + e_d and covariance e_o. Outside: a larger covariance, and b2 far below its condition,
    where q2 is no bound. The condition is only sufficient: q2 need not fail just below it; and where q2 fails, the
    proof ends, not the theorem.
    """

    def sides(point: Point) -> Pairs:
        b, inner = real(point["b2"]), real(point["e_o"] * point["r"])
        first, second = (real(1 + point["e_d"] * point[name]) for name in ("p", "p'"))
        most = corner_moment(0, b, real(1 + point["e_d"]), real(point["e_o"]))
        if first == second:
            return [(corner_moment(0, b, first, inner), most)]
        s, t = mpmath.sqrt(first), mpmath.sqrt(second)
        return [(pair_moment(0, b / s, b / t, inner / (s * t)), most)]

    def draw(random: Random) -> Point:
        e_d = uniform(random, Fraction(1, 1000), Fraction(9, 10))
        e_o = uniform(random, Fraction(1, 1000), Fraction(95, 100) - e_d)
        more = Fraction(0) if random.random() < 0.2 else uniform(random, 0, 4)
        p, q = (random.choice((-ONE, ONE, uniform(random, -1, 1))) for _ in range(2))
        r = ONE if random.random() < 0.5 and p < 1 else uniform(random, -1, Fraction(999, 1000))
        # pair_moment takes correlations up to 9/10
        q = q if random.random() < 0.2 and 10 * e_o < 9 * (1 - e_d) else p
        return {"b2": _least_bias(e_d, e_o) + more, "e_d": e_d, "e_o": e_o, "p": p, "p'": q, "r": r}

    sizes = [(Fraction(1, 20), Fraction(1, 10)), (Fraction(3, 10), Fraction(3, 10)), (Fraction(1, 10), Fraction(4, 5))]
    edges = [
        {"b2": _least_bias(e_d, e_o), "e_d": e_d, "e_o": e_o, "p": p, "p'": p, "r": ONE}
        for p in (ONE, -ONE)
        for e_d, e_o in sizes
    ]
    further = tuple({**point, "r": Fraction("1.01")} for point in edges[:3])
    far = tuple({**point, "b2": Fraction(1, 100)} for point in edges[3:])
    near = tuple({**point, "b2": point["b2"] * Fraction(99, 100)} for point in edges[3:])
    return Scan(
        statement="P(X > b2, Y > b2) for |Var - 1| <= e_d, Cov <= e_o is at most q2, that at Var = 1 + e_d, Cov = e_o, "
        "for b2 (1 - e_d - e_o) >= e_o sqrt(1 + e_d)",
        compares="both by quadrature: formula (1) for equal variances, else conditioning; a piece of the proof",
        parameter="b2",
        draw=draw,
        edges=tuple(edges),
        pairs=sides,
        outside=(
            Outside("covariance 1.01 e_o", further, sides),
            Outside("b2 = 0.01, far below its condition (ends the proof, not the theorem)", far, sides),
            Outside("b2 1 % below its condition", near, sides, is_false=False),
        ),
    )


def random_signs() -> Scan:
    """Hoeffding's bound in condition 3: sign vectors xi with |sum xi_j a_j| >= T/2 for B integers a_j from 0 to M.

    What is compared: their exact share against 2 e^(-T^2/(8 B M^2)), M = T_max and T for T_min; ``seed`` draws the a_j
    (0: all are M). Outside: 7.5 in place of 8 for 10^5 signs.
    """

    def sides(point: Point) -> Pairs:
        size, most, level = int(point["B"]), int(point["M"]), int(point["T"])
        random = Random(int(point["seed"]))
        entries = [random.randrange(most + 1) if point["seed"] else most for _ in range(size)]
        beyond = sum(count for total, count in signed_sums(entries).items() if 2 * abs(total) >= level)
        return [(mpf(beyond) / 2**size, 2 * mpmath.exp(-mpf(level * level) / (8 * size * most * most)))]

    def many(point: Point) -> Pairs:
        """M = 1 and all a_j = 1: the sum is B - 2 Bin(B, 1/2)."""
        size, level, half = int(point["B"]), point["T"], mpf(1) / 2
        share = 2 * upper_tail(size, half, half, ceil((size + level / 2) / 2))
        return [(share, 2 * mpmath.exp(-real(level * level) / (mpf("7.5") * size)))]

    def draw(random: Random) -> Point:
        size, most = random.randrange(1, 13), random.randrange(1, 13)
        seed = 0 if random.random() < 0.3 else random.randrange(1, 10**6)
        level = random.randrange(1, 2 * size * most + 1)
        return {name: Fraction(x) for name, x in (("T", level), ("M", most), ("B", size), ("seed", seed))}

    alike = {"M": ONE, "seed": Fraction(0)}
    return Scan(
        statement="P(|sum xi_j a_j| >= T/2) <= 2 e^(-T^2/(8 B M^2)) for random signs xi_j and 0 <= a_j <= M, j = 1..B",
        compares="all sign vectors of integer data, counted: a piece of the proof, T = T_min and M = T_max",
        parameter="T",
        draw=draw,
        edges=tuple({**alike, "T": Fraction(2 * size), "B": Fraction(size)} for size in (1, 2, 12)),
        pairs=sides,
        # T/2 is 20 standard deviations
        outside=(
            Outside("7.5 instead of 8, B = 10^5", ({**alike, "T": Fraction(12640), "B": Fraction(10**5)},), many),
        ),
    )


def upper_tail(n: int, p: Real, rest: Real, count: int) -> Real:
    """P(Bin(n, p) >= count), p > 0, rest = 1 - p > 0: terms by their quotients, in fixed point relative to the first.

    >>> print(mpmath.nstr(upper_tail(3, mpf("0.5"), mpf("0.5"), 2), 10))
    0.5
    """
    if count > n:
        return mpf(0)
    if count <= 0:
        return mpf(1)
    bits = mpmath.mp.prec + 20
    odds = int(mpmath.ldexp(p / rest, bits))
    term = total = 1 << bits
    for j in range(count, n):
        term = term * odds * (n - j) // ((j + 1) << bits)
        total += term
        if not term:
            break
    return comb(n, count) * p**count * rest ** (n - count) * mpmath.ldexp(mpf(total), -bits)


def divergence(x: Real, p: Real) -> Real:
    """D(x||p), 0 <= x < 1."""
    first = x * mpmath.log(x / p) if x else mpf(0)
    return first + (1 - x) * mpmath.log((1 - x) / (1 - p))


def _above(n: int, p: Real, level: Real, rate: Real = 1) -> tuple[Real, Real]:
    """P(Bin(n, p) >= level) and Chernoff's bound, np < level < n."""
    return upper_tail(n, p, 1 - p, int(mpmath.ceil(level))), mpmath.exp(-rate * n * divergence(mpf(level) / n, p))


def _below(n: int, p: Real, level: Real, rate: Real = 1) -> tuple[Real, Real]:
    """P(Bin(n, p) <= level) and Chernoff's bound, 0 <= level < np."""
    share = upper_tail(n, 1 - p, p, n - int(mpmath.floor(level)))
    return share, mpmath.exp(-rate * n * divergence(mpf(level) / n, p))


def _fewest(point: Point, rate: Real = 1) -> tuple[Real, Real]:
    """P(Bin(n, p) <= T_min - 1) and its bound, T_min - 1 < np."""
    n, p = int(point["n"]), tail(real(point["b"]))
    return _below(n, p, int(mpmath.ceil(n * p * real(point["low"]))) - 1, rate)


def _least_bias(e_d: Fraction, e_o: Fraction) -> Fraction:
    """The condition on b2, e_o sqrt(1 + e_d)/(1 - e_d - e_o), rounded up."""
    return Fraction(ceil(e_o * root_above(1 + e_d, 20) / (1 - e_d - e_o) * 10**12), 10**12)
