r"""Permutation-symmetry breaking of a fully connected committee, replica symmetric: a prediction, digits of formulas.

Free entropy per weight phi(q) = S(q) - alpha e(q), v = Q(q), s^2 = Q(1) - v, kappa = sqrt(v)/s, m = phi/Phi:

    S = (ln(1 - q) + q/(1 - q))/2,    e = - E ln Phi(kappa z).

q = 0 is stationary as Q'(0) = 0, with S = 0 and e = ln 2. Another q is stationary at the load

    alpha(q) = S'/e' = q s^2/((1 - q)^2 Q'(q) W),    W = E m(kappa z)^2,    e' = Q' W/(2 s^2),

as de/dv = W/(2 s^2) by the heat equation, and dW/s^2/dv = V/s^4 with V = E(m^2 (y + m)^2 + 2 m^3 (y + m)), y = kappa z.
As q -> 0, alpha(q) -> (pi/2) Q(1)/Q''(0), where q = 0 loses its stability. A jump comes first if alpha(q) is lower at
some q > 0: new solutions exist from the spinodal on, the least alpha(q). At the load T(q) = S/(e - ln 2) the free
entropies of q and 0 are equal; T' = 0 where T(q) = alpha(q), so the thermodynamic point is the least T(q).

Quadrature: the trapezoidal rule as in `exactcap.models.one_step`, l to infinity. On the strip |Im z| <= c with
c kappa <= 1, |Phi(y)| >= e^(Im(y)^2/2) Phi(Re y)/2, so |m| <= 2 m(Re y) <= 2 w, w = 1 + |Re y| (Birnbaum), and
|y + m| <= 3 w, |ln Phi| <= 5 w^2: the integrands are at most 5, 4 and 84 times w^4. E w^4 <= 8 (1 + 3 kappa^4), and the
nodes beyond Z >= 2 add at most 32 (1 + kappa^4) Z^3 phi(Z) to the integral of w^4, as w^4 <= 8 (1 + kappa^4) z^4 for
z >= 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from flint import arb, ctx

from exactcap.arithmetic.balls import precision, rational, rounded
from exactcap.errors import InputError
from exactcap.models.overlap import Overlap

MAX_DIGITS = 50
MAX_RATIO = 2**10  # of kappa^2 in the scan: the quadrature takes a multiple of kappa nodes
_SCAN = [Fraction(k, 64) for k in range(1, 63)]
_TO_ONE = [1 - Fraction(c, 2**j) for j in range(7, 33) for c in (4, 3)][2:]  # from 1 - 3/128 on
Digits = tuple[int, int]


@dataclass(frozen=True)
class Point:
    """alpha(q), T(q) and (ln alpha)'(q); T' has the sign of alpha - T."""

    load: arb
    balance: arb
    steepness: arb


Curve = Callable[[Point], arb]


@dataclass(frozen=True)
class Load:
    """A load alpha = m 10^e at which something happens at the overlap ``q0``, found by a scan and local search."""

    digits: Digits
    q0: str


class Unlocated(Enum):
    """Why no minimum is told although not every value of the scan is known to be above the limit."""

    NEAR_ONE = "lower values near q = 1 were seen, their minimum was not located"
    UNDECIDED = "it is not conclusive, as some values are undecided"


@dataclass(frozen=True)
class Transitions:
    """`continuous` is None if the coefficient a_2 was not shown to be non-zero.

    The others are None if every value of the scan, and the limit q -> 1, is at least the first.
    """

    continuous: Digits | None
    spinodal: Load | Unlocated | None
    thermodynamic: Load | Unlocated | None


def transitions(overlap: Overlap, digits: int) -> Transitions:
    """Where q = 0 loses stability, the least alpha(q) and the least T(q), if at q > 0 and below the first.

    ``overlap`` is that of the architecture "full". Raises InputError for digits out of range and when Q'(0) is not 0.

    >>> from exactcap.models.overlap import overlap
    >>> from exactcap.models.units import parse_unit
    >>> transitions(overlap(parse_unit("relu"), "full", 128), 10)
    Transitions(continuous=(8966047735, -10), spinodal=None, thermodynamic=None)
    """
    if not 2 <= digits <= MAX_DIGITS:
        raise InputError(f"digits: {digits} is not between 2 and {MAX_DIGITS}; choose one that is")
    bits = 10 * digits // 3 + 64
    with precision(bits):
        zero, one = arb(0), arb(1)
        if not overlap.slope(zero).contains(0):
            raise InputError("architecture: symmetry is broken from the start, as Q'(0) is not 0; take full")
        bend = overlap.bend(zero)
        limit = arb.pi() / 2 * overlap.value(one) / bend if bend > 0 else arb("inf")
        with precision(64):
            scan = _scan(overlap)
            end = 2 * overlap.slope(one) / overlap.value(one)
        return Transitions(
            rounded(limit, digits),
            _least(overlap, scan, end, limit, digits, lambda at: at.load, lambda at: at.steepness),
            _least(overlap, scan, end, limit, digits, lambda at: at.balance, lambda at: at.load - at.balance),
        )


def _scan(overlap: Overlap) -> list[tuple[Fraction, Point]]:
    """The points of the grid, towards 1 as long as kappa^2 = v/s^2 is moderate and known to some digits."""
    one, scan = overlap.value(arb(1)), []
    for q in (*_SCAN, *_TO_ONE):
        v = overlap.value(rational(q))
        if q > _SCAN[-1] and not (v <= MAX_RATIO * (one - v) and (one - v).rel_accuracy_bits() >= 24):
            break
        scan.append((q, point(overlap, rational(q), 24)))
    return scan


def point(overlap: Overlap, q: arb, nats: int) -> Point:
    """The three numbers for 0 < q < 1, with an error of the quadrature of about e^(-nats)."""
    v, slope = overlap.value(q), overlap.slope(q)
    s2 = overlap.value(arb(1)) - v
    ratio = v / s2
    log, W, V = _averages(ratio.sqrt(), nats)
    entropy = ((1 - q).log() + q / (1 - q)) / 2
    excess, least = -log - arb(2).log(), (ratio - ratio**2) / arb.pi()
    if excess.is_finite() and least.is_finite():  # both hold the value
        excess = excess.intersection(least.union(ratio / arb.pi()))
    return Point(
        q * s2 / ((1 - q) ** 2 * slope * W),
        entropy / excess,
        1 / q + 2 / (1 - q) - overlap.bend(q) / slope - slope * V / (s2 * W),
    )


def _least(
    overlap: Overlap, scan: list[tuple[Fraction, Point]], end: arb, limit: arb, digits: int, height: Curve, slope: Curve
) -> Load | Unlocated | None:
    """The least height of the scan if it is inside and below the limit, then a zero of the slope near it.

    None only if every height, and ``end``, the limit q -> 1, is certainly at least the limit q -> 0.
    """
    bits, heights = ctx.prec, [*(height(at) for _, at in scan), end]
    if all(h >= limit for h in heights):  # False for a ball that is not finite
        return None
    if not all(h.is_finite() for h in heights):
        return Unlocated.UNDECIDED
    k = min(range(len(heights)), key=lambda i: heights[i].mid())
    if not heights[k] < limit or k == 0:
        return Unlocated.UNDECIDED
    if k >= len(scan) - 1:
        return Unlocated.NEAR_ONE
    first, last = scan[k - 1][0], scan[k + 1][0]
    a, b = first, last
    with precision(64):
        for _ in range(20):
            middle = (a + b) / 2
            a, b = (middle, b) if slope(point(overlap, rational(middle), 40)) < 0 else (a, middle)
    x, y = rational(a), rational(b)
    at_x, at_y = (slope(point(overlap, z, bits)) for z in (x, y))
    for _ in range(bits.bit_length()):  # secants: the number of good bits, 20 at first, grows 1.6-fold
        change = (at_y * (y - x) / (at_y - at_x)).mid()
        if not abs(change) > arb(2) ** (-bits // 2):
            break
        x, at_x = y, at_y
        y = (y - change).mid()
        at_y = slope(point(overlap, y, bits))
    if not rational(first) <= y <= rational(last):
        return Unlocated.UNDECIDED
    value = height(point(overlap, y, bits))
    found = rounded(value, digits)
    is_lower = value < limit and value <= heights[k].upper()
    return Load(found, str(y.str(10, radius=False))) if found is not None and is_lower else Unlocated.UNDECIDED


def _averages(kappa: arb, nats: int) -> tuple[arb, arb, arb]:
    """E ln Phi(y), E m^2 and V, y = kappa z."""
    fourth = kappa**4
    goal = (nats + (8 * (1 + 3 * fourth)).log()).upper().mid()
    strip = (2 * goal).sqrt().mid()
    if not strip * kappa <= 1:
        strip = (1 / kappa).lower()
    step = (2 * arb.pi() * strip / (goal + strip**2 / 2 + 1)).mid()
    if not step > 0:  # kappa is not known
        return arb.nan(), arb.nan(), arb.nan()
    nodes = int(float((((2 * goal).sqrt() + 2) / step).mid())) + 2
    end = nodes * step
    assert end >= 2
    root = (2 * arb.pi()).sqrt()
    ripple = 16 * (strip**2 / 2).exp() * (1 + 3 * fourth) / (2 * arb.pi() * strip / step).expm1()
    beyond = 32 * (1 + fourth) * end**3 * (-end * end / 2).exp() / root
    error = (ripple + beyond).upper() * arb(0, 1)
    half = (arb(1) / 2).sqrt()
    log, square, change = arb(0), arb(0), arb(0)
    for k in range(-nodes, nodes + 1):
        z = k * step
        y = kappa * z
        weight, below = (-z * z / 2).exp(), (-y * half).erfc() / 2
        m = (-y * y / 2).exp() / (root * below)
        log += weight * below.log()
        square += weight * m**2
        change += weight * m**2 * (y + m) * (y + 3 * m)
    scale = step / root
    return scale * log + 5 * error, scale * square + 4 * error, scale * change + 84 * error
