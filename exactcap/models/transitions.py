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
from fractions import Fraction

from flint import arb, ctx

from exactcap.arithmetic.balls import precision, rational, rounded
from exactcap.errors import InputError
from exactcap.models.overlap import Overlap

MAX_DIGITS = 50
_SCAN = [Fraction(k, 64) for k in range(1, 63)]
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


@dataclass(frozen=True)
class Transitions:
    """`continuous` is None if the coefficient a_2 was not shown to be non-zero; the others if no jump was found."""

    continuous: Digits | None
    spinodal: Load | None
    thermodynamic: Load | None


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
        return Transitions(
            rounded(limit, digits),
            _least(overlap, limit, digits, lambda at: at.load, lambda at: at.steepness),
            _least(overlap, limit, digits, lambda at: at.balance, lambda at: at.load - at.balance),
        )


def point(overlap: Overlap, q: arb, nats: int) -> Point:
    """The three numbers for 0 < q < 1, with an error of the quadrature of about e^(-nats)."""
    v, slope = overlap.value(q), overlap.slope(q)
    s2 = overlap.value(arb(1)) - v
    log, W, V = _averages((v / s2).sqrt(), nats)
    entropy = ((1 - q).log() + q / (1 - q)) / 2
    return Point(
        q * s2 / ((1 - q) ** 2 * slope * W),
        entropy / (-log - arb(2).log()),
        1 / q + 2 / (1 - q) - overlap.bend(q) / slope - slope * V / (s2 * W),
    )


def _least(overlap: Overlap, limit: arb, digits: int, height: Curve, slope: Curve) -> Load | None:
    """The least height on the grid if it is inside and below the limit, then a zero of the slope near it."""
    bits = ctx.prec
    with precision(64):
        heights = [height(point(overlap, rational(q), 24)) for q in _SCAN]
        k = min(range(len(_SCAN)), key=lambda i: float(heights[i].mid()))
        if k == 0 or k == len(_SCAN) - 1 or not heights[k] < limit:
            return None
        a, b = _SCAN[k - 1], _SCAN[k + 1]
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
    if not rational(_SCAN[k - 1]) <= y <= rational(_SCAN[k + 1]):
        return None
    found = rounded(height(point(overlap, y, bits)), digits)
    return None if found is None else Load(found, str(y.str(10, radius=False)))


def _averages(kappa: arb, nats: int) -> tuple[arb, arb, arb]:
    """E ln Phi(y), E m^2 and V, y = kappa z."""
    fourth = kappa**4
    goal = (nats + (8 * (1 + 3 * fourth)).log()).upper().mid()
    strip = (2 * goal).sqrt().mid()
    if not strip * kappa <= 1:
        strip = (1 / kappa).lower()
    step = (2 * arb.pi() * strip / (goal + strip**2 / 2 + 1)).mid()
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
