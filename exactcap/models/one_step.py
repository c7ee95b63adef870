r"""The one-step functional F(q, r) = N/D of storage capacity and its derivatives, in balls (a non-rigorous prediction).

With Q the overlap of a committee, Q1 = Q(1), v = Q(q), s^2 = Q1 - v, l = r/Q'(1), p = 1 - q:

    N = (ln(1 + r p) + r q/(1 + r p))/2,    D = - E psi(sqrt(v) z),    psi(a) = ln B(a),
    B(a) = E exp(-(l/2) ((a + s w)_-)^2) = P(s w > -a) + M_0,    z, w standard normal,
    M_k = E (y_-)^k exp(-(l/2) y_-^2) 1{y < 0}, y = a + s w.

Derivatives of B: B_a = l M_1, B_l = -M_2/2, B_aa = l(l M_2 - M_0), B_al = M_1 - l M_3/2, B_ll = M_4/4. By the heat
equation psi_(s^2) = (psi_aa + psi_a^2)/2, and integration by parts,

    dD/dv = E psi_a^2/2,    d^2D/dv^2 = E (psi_aa^2 - 2 psi_a^2 psi_aa)/2,    dD/dl = -E psi_l.

Shapes: B is a log-concave function convolved with a Gaussian, so psi_aa <= 0 (Prekopa) and D is convex in v; v = Q(q)
is convex and D increases in v, so D is convex and increasing in q. In l it is concave and increasing: psi is a cumulant
generating function. N is convex and increasing in q, concave and increasing in r, by its derivatives.

Quadrature: the trapezoidal rule with step h. B(a + ib) = e^(b^2/2s^2) B(a) E' e^(ib(y - a)/s^2), where under E' y has a
density proportional to exp(-(l/2) y_-^2 - (y - a)^2/2s^2), whose variance is at most s^2 (Brascamp-Lieb). As
Re E' e^(it(y - E'y)) >= 1 - t^2 s^2/2, for |b| <= s the function has no zero and |B(a + ib)| >= e^(b^2/2s^2) B(a)/2,
and the M_k are at most e^(b^2/2s^2) M_k(a). M_k/B <= E (y_-)^k at a by negative correlation. So with u = v z^2 + s^2
and w = 1 + 2 l u, on the strip |Im z| <= c with c sqrt(v) <= s, each integrand is at most K w^n at the real part:

    psi: 3 w,  psi_l: w/(2l),  psi_a^2: l w^2,  psi_aa^2 - 2 psi_a^2 psi_aa: 32 l^2 w^2,  2 psi_a psi_al: 8 w^2,
    psi_ll: w^2/l^2.

(psi: |Re| <= l u/2 + 1/2 + ln 2, |Im| <= pi/2 + b E'(y - a)/s^2, E'(y - a) = s^2 psi_a <= s^2 l sqrt(u).) The error of
the rule is at most 2 M/(e^(2 pi c/h) - 1), M = e^(c^2/2) K E w^n (Trefethen and Weideman 2014, Theorem 5.1), and
E w^n <= (1 + 4 l Q1)^n, n <= 2; the nodes beyond Z >= 2 add at most 2 K phi(Z) w(Z)^n, as phi w^n decreases there and
w(z) <= w(Z) (z/Z)^2.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from flint import arb
from numpy.typing import NDArray

from exactcap.models.overlap import Overlap

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Jet:
    """A function of (q, r) with its first and second derivatives."""

    value: arb
    q: arb
    r: arb
    qq: arb
    qr: arb
    rr: arb


def entropy(q: arb, r: arb) -> Jet:
    """N(q, r).

    >>> entropy(arb(1), arb(3)).value
    1.50000000000000
    """
    p = 1 - q
    x = 1 + r * p
    return Jet(
        (x.log() + r * q / x) / 2,
        r**2 * q / x**2 / 2,
        (p / x + q / x**2) / 2,
        r**2 * (1 / x**2 + 2 * r * q / x**3) / 2,
        r * q / x**3,
        -(p**2) / x**2 / 2 - p * q / x**3,
    )


def energy_slope(overlap: Overlap, q: arb, r: arb, nats: int) -> tuple[arb, arb]:
    """D(q, r) and its derivative in r, with an error of the quadrature of about e^(-nats); 0 <= q <= 1, r > 0.

    q = 0 and q = 1 have closed forms: D(0, r) = -ln((1 + (1 + l Q1)^(-1/2))/2), D(1, r) = l Q1/4.
    """
    one = arb(1)
    slope, variance = overlap.slope(one), overlap.value(one)
    level = r / slope
    if q == 0:
        x = 1 + level * variance
        root = x.rsqrt()
        return -((1 + root) / 2).log(), variance * root / x / (2 * (1 + root)) / slope
    if q == 1:
        return level * variance / 4, variance / slope / 4
    psi, psi_l = _averages(overlap.value(q), variance, level, nats, 1)
    return -psi, -psi_l / slope


def energy(overlap: Overlap, q: arb, r: arb, nats: int) -> Jet:
    """D(q, r) with its derivatives, 0 <= q < 1, r > 0; the balls may be wide: the result holds for all their points."""
    one = arb(1)
    scale = overlap.slope(one)
    first, second = overlap.slope(q), overlap.bend(q)
    psi, psi_l, square, curve, mixed, psi_ll = _averages(overlap.value(q), overlap.value(one), r / scale, nats, 2)
    return Jet(
        -psi,
        first * square / 2,
        -psi_l / scale,
        (second * square + first**2 * curve) / 2,
        first * mixed / (2 * scale),
        -psi_ll / scale**2,
    )


def capacity(overlap: Overlap, q: arb, r: arb, nats: int) -> arb:
    """F(q, r) = N/D, an upper bound of the one-step value for every q and r."""
    return entropy(q, r).value / energy_slope(overlap, q, r, nats)[0]


def rough_capacity(overlap: Overlap, p: float, r: Floats) -> Floats:
    """F(1 - p, r) in floating point, 0 < p <= 1, for a search: about 14 digits, no bound of the error.

    The trapezoidal rule in t, z = c sinh t with c = s/sqrt(v) if that is below 1: psi changes at z of that size.
    Infinity where rounding leaves no s^2 = Q(1) - Q(q) > 0.

    >>> from exactcap.models.overlap import overlap
    >>> from exactcap.models.units import parse_unit
    >>> rough_capacity(overlap(parse_unit("relu"), "full", 64), 0.5, np.array([16.0])).round(10).tolist()
    [3.827290908]
    """
    q = 1 - arb(p)
    one = overlap.value(arb(1))
    v, variance = float(overlap.value(q).mid()), float((one - overlap.value(q)).mid())
    if not variance > 0:
        return np.full(r.shape, math.inf)
    level = r[:, None] / float(overlap.slope(arb(1)).mid())
    c = min(1.0, math.sqrt(variance / v)) if v > 0 else 1.0
    end = math.ceil(16 * math.asinh(9 / c))
    t = np.arange(-end, end + 1) / 16
    z = c * np.sinh(t)
    weight = c * np.cosh(t) * np.exp(-z * z / 2) / (16 * math.sqrt(2 * math.pi))
    y = z * math.sqrt(v / variance)
    shrink = 1 / np.sqrt(1 + level * variance)
    x = y * shrink
    psi = np.logaddexp(_log_normal(y), np.log(shrink) - level * variance * x * x / 2 + _log_normal(-x))
    entropy = (np.log1p(r * p) + r * (1 - p) / (1 + r * p)) / 2
    return np.asarray(-entropy / (psi @ weight))


def nodes(overlap: Overlap, q: arb, r: arb, nats: int) -> int:
    """How many nodes `energy_slope` takes, a measure of its time.

    >>> from exactcap.models.units import parse_unit
    >>> from exactcap.models.overlap import overlap
    >>> nodes(overlap(parse_unit("erf"), "full", 64), arb(0), arb(1), 20)
    0
    """
    one = arb(1)
    if q == 0 or q == 1:
        return 0
    return 2 * _rule(overlap.value(q), overlap.value(one), r / overlap.slope(one), nats, 1).nodes + 1


@dataclass(frozen=True)
class _Rule:
    step: arb
    nodes: int
    """On each side of 0."""
    error: arb
    """Of an integrand with K = 1."""


def _rule(v: arb, variance: arb, level: arb, nats: int, order: int) -> _Rule:
    s2 = variance - v
    size = 1 + 4 * level * variance
    goal = (nats + order * size.log()).upper()
    strip, s, root = (2 * goal).sqrt().mid(), s2.sqrt(), _root(v).upper()
    if not strip * root <= s:
        strip = (s / root).lower()
    if not strip > 0:  # s = 0, or v or r not known well enough
        return _Rule(arb(0), 0, arb("nan"))
    # now strip sqrt(v) <= s at all points of the balls
    step = (2 * arb.pi() * strip / (goal + strip**2 / 2 + 1)).mid()
    count = int(float((((2 * goal).sqrt() + 1) / step).mid())) + 2
    end = count * step
    assert end >= 2
    growth = 1 + 2 * level * (v * end**2 + s2)
    ripple = 2 * (strip**2 / 2).exp() * size**order / (2 * arb.pi() * strip / step).expm1()
    beyond = 2 * (-end * end / 2).exp() / (2 * arb.pi()).sqrt() * growth**order
    return _Rule(step, count, (ripple + beyond).upper() * arb(0, 1))


def _averages(v: arb, variance: arb, level: arb, nats: int, order: int) -> list[arb]:
    """E psi, E psi_l, and for order 2 E psi_a^2, E(psi_aa^2 - 2 psi_a^2 psi_aa), E 2 psi_a psi_al, E psi_ll."""
    rule = _rule(v, variance, level, nats, order)
    s = (variance - v).sqrt()
    slope = _root(v) / s
    terms = _integrands(s, level, order)
    totals = [arb(0)] * (2 if order == 1 else 6)
    for k in range(-rule.nodes, rule.nodes + 1):
        z = k * rule.step
        weight = (-z * z / 2).exp()
        totals = [total + weight * term for total, term in zip(totals, terms(z * slope), strict=True)]
    scale = rule.step / (2 * arb.pi()).sqrt()
    bounds = (arb(3), 1 / (2 * level), level, 32 * level**2, arb(8), 1 / level**2)
    return [scale * total + bound * rule.error for total, bound in zip(totals, bounds, strict=False)]


def _integrands(s: arb, level: arb, order: int) -> Callable[[arb], tuple[arb, ...]]:
    """The integrands of `_averages` as functions of y = a/s.

    M_k = C (s t)^k E (gamma - x)_+^k with t = (1 + l s^2)^(-1/2), x = y t and C phi(x) = t phi(y); the moments by
    recurrence.
    """
    half = (arb(1) / 2).sqrt()
    bell = 1 / (2 * arb.pi()).sqrt()
    shrink = (1 + level * s * s).rsqrt()
    unit, fall = s * shrink, level * s * s / 2

    def terms(y: arb) -> tuple[arb, ...]:
        x = y * shrink
        m0 = shrink * (-fall * x * x).exp() * (x * half).erfc() / 2
        m1 = shrink * bell * (-y * y / 2).exp() - x * m0
        m2 = m0 - x * m1
        B = (-y * half).erfc() / 2 + m0
        psi_l = -(unit**2) * m2 / (2 * B)
        if order == 1:
            return B.log(), psi_l
        m3 = 2 * m1 - x * m2
        m4 = 3 * m2 - x * m3
        psi_a = level * unit * m1 / B
        psi_aa = level * (level * unit**2 * m2 - m0) / B - psi_a**2
        psi_al = unit * (m1 - level * unit**2 * m3 / 2) / B - psi_a * psi_l
        psi_ll = unit**4 * m4 / (4 * B) - psi_l**2
        return B.log(), psi_l, psi_a**2, psi_aa**2 - 2 * psi_a**2 * psi_aa, 2 * psi_a * psi_al, psi_ll

    return terms


def _root(v: arb) -> arb:
    """sqrt(v) for v >= 0 whose ball may reach below 0."""
    return v.sqrt() if v > 0 else v.upper().sqrt() / 2 * arb(1, 1)


def _log_normal(y: Floats) -> Floats:
    """ln P(w <= y)."""
    below = np.minimum(y, -30.0)
    tail = -below * below / 2 - np.log(-below * math.sqrt(2 * math.pi)) + np.log1p((3 / below**2 - 1) / below**2)
    near = np.maximum(y, -30.0) / -math.sqrt(2)
    middle = np.fromiter(map(math.erfc, near.ravel().tolist()), np.float64, near.size).reshape(y.shape)
    return np.where(y < -30, tail, np.log(middle / 2))
