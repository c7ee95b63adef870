"""Search of a witness of the three-stage theorem, in floats: nothing here is trusted, `three_stage` decides.

Layer 1. For n1 units and a deviation e_d each bias b1 has a least e_o; the least over a grid of b1 is taken.

Layer 2. For batches of B ones and a largest common count T_max stage 3 gives the least T_min. Binomials are replaced by
Poisson laws, whose Chernoff exponents are smaller: n D(k/n||q) >= k ln(k/m) - k + m, m = nq, since a ln(a/b) >= a - b.
Then T_min asks for a mean N of T_kk, and T_max allows a mean M of T_jk; the bias b2 is the least with q2/p2 <= M/N, and
n2 = N/p2. The last step returns to binomials. All of it depends on the instance, n1 and B only, so the widths that
`smallest_witness` finds are widths for which `least_second_layer` finds the same witness.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from exactcap.models.three_stage import Instance, Witness, batch

Array = Any  # of floats
Progress = Callable[[str, float], None]

MAX_UNITS = 2.0**52
MAX_BATCH = 10**12
BIASES = np.arange(0.02, 9.5, 0.02)
NODES, WEIGHTS = np.polynomial.legendre.leggauss(64)
TARGET = 0.999  # of each failure probability: below 1 by more than the rounding of floats
DIGITS = 10**5  # the numbers of a witness are multiples of 1/DIGITS


def tails(b: Array) -> Array:
    """Q(b), entry by entry."""
    return np.array([math.erfc(x / math.sqrt(2)) / 2 for x in np.ravel(b)]).reshape(np.shape(b))


def correlations(b: Array, rho: float) -> Array:
    """F_0(b, rho) for b > 0: integral of e^(-b^2/(2 cos^2 t))/pi over atan(c) < t < pi/2, cut where it is below e^-40.

    >>> round(float(correlations(np.array([1.0]), 0.5)[0]), 12)
    0.06251409471
    """
    b = np.asarray(b, dtype=float)
    c = math.sqrt((1 - rho) / (1 + rho))
    low, high = math.atan(c), np.arctan(np.sqrt(c * c + 80 / b**2))
    t = low + (high - low)[..., None] * (NODES + 1) / 2
    return (np.exp(-((b[..., None] / np.cos(t)) ** 2) / 2) @ WEIGHTS) * (high - low) / (2 * math.pi)


def divergence(x: Array, p: Array) -> Array:
    """D(x||p) for 0 <= x < 1, 0 < p < 1."""
    x, p = np.asarray(x, dtype=float), np.maximum(p, 1e-300)  # p may have underflowed
    return x * np.log(np.where(x > 0, x, p) / p) + (1 - x) * np.log1p((p - x) / (1 - p))


def bisected(holds: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Entry by entry, about the least value in (low, high] for which a monotone condition holds; high if none is."""
    for _ in range(50):
        middle = np.sqrt(low * high)
        good = holds(middle)
        low, high = np.where(good, low, middle), np.where(good, middle, high)
    return high


def integers(low: float, high: float, count: int) -> Array:
    """At most ``count`` whole numbers from low to high, in about equal ratios."""
    return np.unique(np.round(np.geomspace(max(low, 1), max(high, 1), count)))


class FirstLayer:
    """What n1 units allow, for the biases of a grid."""

    def __init__(self, instance: Instance, biases: Array = BIASES) -> None:
        self.instance, self.biases = instance, biases
        self.points, self.pairs = math.log(instance.points), math.log(max(1, instance.pairs))
        self.p, self.q = tails(biases), correlations(biases, float(instance.correlation))

    def least_units(self, e_d: float, e_o: float) -> float:
        """The least n1 for these deviations, about; infinity if there is none."""
        possible = (e_o * self.p > self.q * (1 + 1e-9)) & ((1 + e_d) * self.p < 1)
        p, q = self.p[possible], self.q[possible]
        if not p.size:
            return math.inf
        norms = np.minimum(divergence((1 + e_d) * p, p), divergence((1 - e_d) * p, p))
        units = np.maximum((self.points + math.log(4)) / norms, (self.pairs + math.log(2)) / divergence(e_o * p, q))
        return float(units.min())

    def least_inner(self, n1: int, e_d: float) -> tuple[float, float]:
        """The least e_o for n1 units and its bias b1; e_o = infinity if there is none below 1."""
        p, q = self.p, self.q
        safe = np.minimum(p, 0.999 / (1 + e_d))
        norms = sum(np.exp(np.minimum(self.points - n1 * divergence((1 + s) * safe, safe), 9)) for s in (e_d, -e_d))
        possible = (norms < 0.99 * TARGET) & (p == safe)
        if not possible.any():
            return math.inf, 0.0
        p, q, b = p[possible], q[possible], self.biases[possible]
        need = self.pairs - np.log(TARGET - norms[possible])
        inner = bisected(lambda x: n1 * divergence(x, q) >= need, q * (1 + 1e-12), p) / p
        best = int(np.argmin(inner))
        return (float(inner[best]), float(b[best])) if inner[best] < 1 - 1e-9 else (math.inf, 0.0)


class SecondLayer:
    """The least n2 and its bias for largest common counts T_max (rows) and sizes B of batches (columns)."""

    def __init__(self, instance: Instance, most: Array, batches: Array) -> None:
        ones, pairs = math.log(2 * instance.ones), math.log(2 * max(1, instance.pairs))
        self.most, self.batches = most, batches
        ratio = np.sqrt(8 * batches * math.log(2 * instance.points)) * (1 + 1e-12)
        self.least = np.floor(ratio[None, :] * most[:, None]) + 1
        k = self.least - 1
        self.mean = bisected(
            lambda m: m - k + k * np.log(np.maximum(k, 1e-9) / m) >= ones,
            k + 1e-9,
            k + 2 * ones + np.sqrt(2 * k * ones),
        )
        k = most + 1
        self.common = bisected(lambda m: k * np.log(k / m) - k + m < pairs, k * np.exp(-pairs / k - 1), k)

    def least_units(self, e_d: float, e_o: float) -> tuple[Array, Array]:
        """n2 and b2 for vectors with these deviations; infinity where there are none."""
        b = BIASES[BIASES * (1 - e_d - e_o) >= e_o * math.sqrt(1 + e_d)] if e_d + e_o < 1 else BIASES[:0]
        if b.size < 2:
            return (np.full(self.mean.shape, np.inf),) * 2
        log_p = np.log(tails(b / math.sqrt(1 - e_d)))
        log_q = np.log(correlations(b / math.sqrt(1 + e_d), e_o / (1 + e_d)))
        decay = np.maximum.accumulate(log_p - log_q)
        bias = np.interp(np.log(self.mean / self.common[:, None]), decay, b, right=np.inf)
        units = np.where(np.isfinite(bias), self.mean / np.exp(np.interp(bias, b, log_p)), np.inf)
        return units, bias


def least_second_layer(instance: Instance, n1: int, size: int) -> Witness | None:
    """The witness with the fewest units in layer 2 that is found for n1 units in layer 1 and batches of ``size`` ones.

    It uses 2 ceil(K_1/size) units in layer 3. None when n1 units allow no e_o, or layer 2 would be too large.
    """
    first = FirstLayer(instance)
    norms, most = np.geomspace(0.004, 0.9, 24), integers(1, 20000, 60)
    found = (math.inf, 0.0, 1.0)
    for width in (1.2, 1.04, 1.008):
        second = SecondLayer(instance, most, np.array([float(size)]))
        for e_d in map(float, norms):
            units = second.least_units(e_d, first.least_inner(n1, e_d)[0])[0]
            row = int(np.argmin(units))
            found = min(found, (float(units[row, 0]), e_d, float(most[row])))
        if not found[0] < MAX_UNITS:
            return None
        norms = np.geomspace(found[1] / width, min(found[1] * width, 0.95), 9)
        most = integers(found[2] / width - 2, found[2] * width + 2, 60)
    return _finished(instance, n1, size, found[1], int(found[2]))


def _finished(instance: Instance, n1: int, size: int, norm: float, most: int) -> Witness | None:
    """The witness near these values: rounded numbers, finer biases, and binomials instead of Poisson laws."""
    e_d = Fraction(round(norm * DIGITS), DIGITS)
    coarse = FirstLayer(instance).least_inner(n1, float(e_d))[1]
    fine = np.arange(max(coarse - 0.03, 0.001), coarse + 0.03, 0.001)
    inner, b1 = FirstLayer(instance, fine).least_inner(n1, float(e_d))
    if not inner < 1:
        return None
    e_o, bias_1 = Fraction(math.ceil(inner * DIGITS), DIGITS), Fraction(round(b1 * 1000), 1000)
    found: tuple[float, float, int, int] = (math.inf, 0.0, 0, 0)
    for candidate in range(max(1, most - 3), most + 4):
        second = SecondLayer(instance, np.array([float(candidate)]), np.array([float(size)]))
        units, bias = (float(part[0, 0]) for part in second.least_units(float(e_d), float(e_o)))
        if math.isfinite(units):
            least = int(second.least[0, 0])
            b = np.round(np.arange(max(bias - 0.06, 0.001), bias + 0.01, 0.001), 3)
            exact = _binomial_units(instance, float(e_d), float(e_o), b, least, candidate, units)
            found = min(found, (float(exact.min()), float(b[int(np.argmin(exact))]), least, candidate))
    if not found[0] < MAX_UNITS:
        return None
    used = (n1, math.ceil(found[0]), 2 * -(-instance.ones // size))
    return Witness(used, bias_1, Fraction(round(found[1] * 1000), 1000), e_d, e_o, found[2], found[3])


def _binomial_units(instance: Instance, e_d: float, e_o: float, b: Array, least: int, most: int, units: float) -> Array:
    """The least n2 for each bias, about: the failures of T_min fall with n2, those of T_max grow."""
    ones, pairs = math.log(instance.ones), math.log(max(1, instance.pairs))
    p, q = tails(b / math.sqrt(1 - e_d)), correlations(b / math.sqrt(1 + e_d), e_o / (1 + e_d))

    def of_least(n: Array) -> Array:
        x = np.minimum((least - 1) / n, p)
        return np.exp(np.minimum(ones - n * divergence(x, p), 9))

    def of_most(n: Array) -> Array:
        x = np.clip((most + 1) / n, q, 0.999)
        return np.exp(np.minimum(pairs - n * divergence(x, q), 9))

    shares = TARGET * np.array([[0.5], [0.8], [0.9], [0.97]]) + 0 * b  # of the failures, left to T_min
    n = np.ceil(bisected(lambda n: of_least(n) <= shares, units / 3 + 0 * shares, 3 * units + 0 * shares))
    possible = (of_least(n) + of_most(n) < TARGET) & (b * (1 - e_d - e_o) >= e_o * math.sqrt(1 + e_d) * (1 + 1e-9))
    return np.where(possible, n, np.inf).min(axis=0)


def largest_batch(instance: Instance, n1: int, n2: int) -> int:
    """About the largest B for which n1 and n2 units suffice in layers 1 and 2; 0 if there is none."""
    first = FirstLayer(instance)
    second = SecondLayer(instance, integers(1, 20000, 60), integers(1, min(instance.ones, MAX_BATCH), 80))
    least = np.full(second.batches.shape, np.inf)
    for e_d in map(float, np.geomspace(0.004, 0.9, 24)):
        least = np.minimum(least, second.least_units(e_d, first.least_inner(n1, e_d)[0])[0].min(axis=0))
    possible = second.batches[least <= n2]
    return int(possible.max()) if possible.size else 0


def strained_witness(instance: Instance, widths: tuple[int, int, int]) -> Witness:
    """A witness for widths that no other fits, with b1 best for wide e_d and e_o: to show which condition fails."""
    e_d, e_o = 0.3, 0.5
    first = FirstLayer(instance)
    p, q = np.minimum(first.p, 0.999 / (1 + e_d)), first.q
    logs = [first.points - widths[0] * divergence((1 + s) * p, p) for s in (e_d, -e_d)]
    logs.append(np.where(e_o * p > q, first.pairs - widths[0] * divergence(e_o * p, q), np.inf))
    b1 = round(1000 * float(first.biases[int(np.argmin(np.maximum.reduce(logs)))]))
    return Witness(widths, Fraction(b1, 1000), Fraction(4), Fraction(3, 10), Fraction(1, 2), 1, 1)


def smallest_witness(instance: Instance, progress: Progress) -> Witness | None:
    """The witness with the fewest units in all that is found; a search, not a proof that fewer do not suffice."""
    first = FirstLayer(instance)
    norms, inners = np.geomspace(0.004, 0.8, 14), np.geomspace(0.002, 0.9, 14)
    most, batches = integers(1, 20000, 60), integers(1, min(instance.ones, MAX_BATCH), 80)
    best = (math.inf, 0.0, 0.0, 0.0, 1.0, 1.0)
    for turn in range(6):
        progress("search", turn / 8)  # the last quarter is the finish
        second = SecondLayer(instance, most, batches)
        third = 2 * np.ceil(instance.ones / batches)
        for e_d in map(float, norms):
            for e_o in map(float, inners):
                n1 = first.least_units(e_d, e_o)
                if n1 < best[0]:
                    total = n1 + second.least_units(e_d, e_o)[0] + third
                    row, column = np.unravel_index(int(np.argmin(total)), total.shape)
                    best = min(
                        best, (float(total[row, column]), n1, e_d, e_o, float(most[row]), float(batches[column]))
                    )
        if not best[0] < MAX_UNITS:
            return None
        width = 2 ** (0.9 * 0.5**turn)
        norms = np.geomspace(best[2] / width, min(best[2] * width, 0.95), 7)
        inners = np.geomspace(best[3] / width, min(best[3] * width, 0.95), 7)
        most = integers(best[4] / width**2, best[4] * width**2 + 1, 40)
        batches = integers(best[5] / width**2, min(instance.ones, best[5] * width**2 + 1), 60)
    size = batch(instance.ones, 2 * -(-instance.ones // int(best[5])))  # the batches of that n3
    sizes = [math.ceil(best[1] * factor) for factor in (0.94, 0.97, 1, 1.03)]
    found = [w for n1 in sizes if (w := least_second_layer(instance, n1, size))]
    return min(found, key=lambda w: sum(w.used), default=None)
