"""The infimum of the one-step functional F(q, r) over 0 <= q < 1, r > 0: found by search, and where possible proved.

The point x0 is rational, and F(x0) a ball: an upper bound of the infimum. A lower bound alpha, F(x0) less about one
unit beyond the digits, is proved in two parts. On a small box around x0 the Hessian of G = N - alpha D is positive
definite at every point (interval enclosure), so G is at least its tangent plane at x0, which is >= 0 at the corners.
Outside that box by `exactcap.provers.one_step_cover`.

As r -> 0, F tends to alpha_RS = 2 Q'(1)/Q(1), which is the infimum in two cases.
On q = 0 if alpha_RS <= 5/2: with l Q(1) = x, r = x alpha_RS/2, G' >= 0 in x is 1/(1 + r) >= 2/(t^2 (t + 1)) for
t^2 = 1 + x; as 1 + r <= (5 t^2 - 1)/4 it suffices that 4 t^2 (t + 1) - 2 (5 t^2 - 1) = 2 (t - 1)^2 (2 t + 1) >= 0.
For linear Q: psi_aa >= -l/(1 + l s^2) (Cramer-Rao) and psi_a + l a/(1 + l s^2) -> 0 as a -> -infinity, so
psi_a >= l a_-/(1 + l s^2) and 2 D_q >= r^2 q/(2 (1 + r p)^2) = N_q: N - 2 D decreases in q, to 0 at q = 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, ctx

from exactcap.arithmetic.balls import precision, rational, rounded
from exactcap.errors import InputError
from exactcap.models.one_step import Jet, capacity, energy, entropy, nodes, rough_capacity
from exactcap.models.overlap import Curve, Overlap
from exactcap.provers.one_step_cover import Box, Cover
from exactcap.provers.outcome import Progress, silent

MAX_DIGITS = 50
MOST = 1_500_000
"""Work of a proof in nodes of quadrature, about 25 microseconds each."""

_BOX_NATS = 30
_SCAN = [*(1 - i / 12 for i in range(12)), *(2.0**-k for k in range(4, 21))]  # p = 1 - q
_DIPS, _SECTIONS, _TIED = 4, 20, 1e-8
_ROUNDING = 1e-12
_POLISHED = 2**14  # nodes of quadrature at a point that is still polished
_TRIED = 256  # times the nodes at the point: the least work of a proof
_UNCERTAIN = "digits: {} of them are not certain for this activation; ask for another number of digits"
_GUARDS = (3, 6, 12)  # digits beyond the last at which the proved lower bound lies


@dataclass(frozen=True)
class OneStep:
    """m 10^e = ``mantissa`` 10^``exponent``, correctly rounded: F at the point, and if `proved` the infimum of F.

    r = "0" means the limit r -> 0; a number half-way between two of so many digits then has one digit more.
    With ``proved`` False the infimum is at most that number, and at least `lower` if that is not None.
    """

    mantissa: int
    exponent: int
    q0: str
    r: str
    proved: bool
    lower: str | None


def one_step(overlap: Overlap, digits: int, progress: Progress = silent, most: int = MOST) -> OneStep:
    """The least F(q0, r) to so many digits, with a proof that it is the infimum, as far as ``most`` work allows.

    Raises InputError for digits out of range, and where Q(1) or Q'(1) is not positive and finite.

    >>> from exactcap.models.overlap import overlap
    >>> from exactcap.models.units import parse_unit
    >>> found = one_step(overlap(parse_unit("relu"), "full", 128), 10, most=0)
    >>> found.mantissa, found.exponent, found.q0, found.proved, found.lower
    (3812131335, -9, '0.4086311523', False, None)
    """
    return _least(overlap, digits, progress, most, False)


def zero_column(overlap: Overlap, digits: int, progress: Progress = silent, most: int = MOST) -> OneStep:
    """The same of F(0, r) over r > 0.

    >>> from exactcap.models.overlap import overlap
    >>> from exactcap.models.units import parse_unit
    >>> found = zero_column(overlap(parse_unit("relu"), "tree", 128), 10)
    >>> found.mantissa, found.exponent, found.proved
    (2850211606, -9, True)
    """
    return _least(overlap, digits, progress, most, True)


def _least(overlap: Overlap, digits: int, progress: Progress, most: int, column: bool) -> OneStep:
    if not 2 <= digits <= MAX_DIGITS:
        raise InputError(f"digits: {digits} is not between 2 and {MAX_DIGITS}; choose one that is")
    bits, overlap = 10 * digits // 3 + 96, _remembered(overlap)
    with precision(bits):
        one = arb(1)
        if not (overlap.value(one) > 0 and overlap.slope(one) > 0 and overlap.slope(one).is_finite()):
            raise InputError("activation: Q(1) and Q'(1) are not both positive and finite; take another activation")
        limit = 2 * overlap.slope(one) / overlap.value(one)
        if limit <= arb(5) / 2 if column else overlap.bend(one) == 0:  # Q'' increases, so then Q is linear
            found = _of_limit(limit, digits)
            places = max(_GUARDS[0] - found[1], 0)
            low = _decimal(Fraction(_floor(limit, places) - 1, 10**places), places)
            return OneStep(*found, "0", "0", True, low)
        progress("search", 0.0)
        points = [polish(overlap, *start, bits, column) or start for start in search(overlap, column)]
        q, r = min(points, key=lambda point: _height(overlap, *point)) if len(points) > 1 else points[0]
        value = capacity(overlap, rational(q), rational(r), _nats(bits))
        if not value < limit:
            weak = weaker_bound(overlap, limit, most, progress, column)
            return OneStep(*_of_limit(limit, digits), "0", "0", False, weak)
        found, alpha, places = _digits(value, digits)
        where = _decimal(q, 10), _decimal(r, max(10 - len(str(int(r))), 0))
        hopeless = _TRIED * nodes(overlap, rational(q), rational(r), _BOX_NATS) > most
        core = None if hopeless else convex_box(overlap, q, r, alpha, column)
        if core is not None and nonnegative_on(overlap, q, r, alpha, core, _nats(bits)):
            cover = Cover(overlap, alpha, core, most, progress, column)
            if cover.holds():
                return OneStep(*found, *where, True, _decimal(alpha, places))
        weak = weaker_bound(overlap, value, most, progress, column)
        return OneStep(*found, *where, False, weak)


def search(overlap: Overlap, column: bool = False) -> list[tuple[Fraction, Fraction]]:
    """Points near the minimum of F, in floating point: the best of its local minima, and of q = 0. Not proved.

    Each local minimum on a grid of p = 1 - q of the least F over r is refined by golden sections of ln p. The points
    returned are those that rounding may not tell from the lowest.
    """
    with precision(64):
        ends = [_lowest(overlap, 1.0)]
        if not column:
            profile = [*ends, *(_lowest(overlap, p) for p in _SCAN[1:])]
            padded = [math.inf, *(height for height, _, _ in profile), math.inf]
            dips = [i for i in range(len(profile)) if padded[i] >= padded[i + 1] <= padded[i + 2]]
            for i in sorted(dips, key=lambda i: profile[i])[:_DIPS]:
                ends.append(min(profile[i], _golden(overlap, _SCAN[max(i - 1, 0)], _SCAN[min(i + 1, len(_SCAN) - 1)])))
    near = sorted(end for end in ends if end[0] <= min(ends)[0] * (1 + _TIED))
    return [(1 - _short(Fraction(p)), _short(Fraction(r))) for _, p, r in near]


def _lowest(overlap: Overlap, p: float) -> tuple[float, float, float]:
    """The least F(1 - p, r) over r, with p and r: on a grid of log r, refined about its best point."""
    logs, step = np.arange(-6.0, 21.0), 1.0
    while True:
        r = np.exp2(logs) / p
        heights = rough_capacity(overlap, p, r)
        k = int(heights.argmin())
        if step < 2**-11:
            return float(heights[k]), p, float(r[k])
        step /= 4
        logs = logs[k] + step * np.arange(-4, 5)


def _golden(overlap: Overlap, high: float, low: float) -> tuple[float, float, float]:
    """The least of `_lowest` between two p, if it has one minimum there."""
    a, b, part = math.log(low), math.log(high), (math.sqrt(5) - 1) / 2
    left, right = (_lowest(overlap, math.exp(u)) for u in (b - part * (b - a), a + part * (b - a)))
    for _ in range(_SECTIONS):
        if left < right:
            b, right = math.log(right[1]), left
            left = _lowest(overlap, math.exp(b - part * (b - a)))
        else:
            a, left = math.log(left[1]), right
            right = _lowest(overlap, math.exp(a + part * (b - a)))
    return min(left, right)


def polish(
    overlap: Overlap, q: Fraction, r: Fraction, bits: int, column: bool = False
) -> tuple[Fraction, Fraction] | None:
    """A stationary point of F near (q, r) by Newton's method; None if it strays, ends higher, or takes too long.

    It stays on the edge q = 0 if it starts there, for the column, or if the slope G_q = - alpha Q'(0) E psi_a^2/2 is 0.
    """
    start, steps = (q, r), 12
    work = min(61 + 3 * int(1 / (1 - q)).bit_length(), bits)  # near q = 1 the terms of the Hessian cancel
    while True:
        with precision(work):
            for _ in range(steps):
                if nodes(overlap, rational(q), rational(r), _nats(64)) > _POLISHED:
                    return None
                here = rational(q), rational(r)
                n, d = entropy(*here), energy(overlap, *here, _nats(work))
                g = _less(n, d, n.value / d.value)
                edge = q == 0 and (column or not g.q < 0)
                determinant = g.qq * g.rr - g.qr**2
                across = arb(0) if edge else (g.qr * g.r - g.rr * g.q) / determinant
                along = -g.r / g.rr if edge else (g.qr * g.q - g.qq * g.r) / determinant
                if not (across.is_finite() and along.is_finite()):
                    return None
                q, r = _exact(here[0] + across), _exact(here[1] + along)
                if not (0 <= q < 1 and r > 0):
                    return None
                change = abs(along) / here[1] + abs(across) / (1 - here[0])
                if change < arb(2) ** (-work // 3):
                    break
            if not change < arb(2) ** (-work // 4):
                return None
        if work >= bits:
            return (q, r) if _height(overlap, q, r) <= _height(overlap, *start) * (1 + _ROUNDING) else None
        work, steps = min(2 * work - 8, bits), 1


def convex_box(overlap: Overlap, q: Fraction, r: Fraction, alpha: Fraction, column: bool = False) -> Box | None:
    """A box around the point (its half at the edge q = 0) on which the Hessian of N - alpha D is positive definite."""
    with precision(64):
        g = _gap(overlap, rational(q), rational(r), alpha)
        if not (g.rr > 0 and (column or g.qq > 0)):
            return None
        ratio = Fraction(0) if column else _short(_exact((g.rr / g.qq).sqrt()))
        for k in range(6, 40):
            high = _short(r / 2**k)
            wide = high * ratio
            box = max(q - wide, Fraction(0)), q + wide, r - high, r + high
            if box[1] >= 1:
                continue
            g = _gap(overlap, rational(box[0]).union(rational(box[1])), rational(box[2]).union(rational(box[3])), alpha)
            if g.rr > 0 and (column or (g.qq > 0 and g.qq * g.rr > g.qr**2)):
                return box
    return None


def nonnegative_on(overlap: Overlap, q: Fraction, r: Fraction, alpha: Fraction, box: Box, nats: int) -> bool:
    """Whether the tangent plane of N - alpha D at (q, r), below it where it is convex, is >= 0 on the box."""
    here = rational(q), rational(r)
    g = _less(entropy(*here), energy(overlap, *here, nats), rational(alpha))
    corners = [g.value + g.q * rational(a - q) + g.r * rational(c - r) for a in box[:2] for c in box[2:]]
    return all(bool(corner >= 0) for corner in corners)


def weaker_bound(overlap: Overlap, value: arb, most: int, progress: Progress, column: bool) -> str | None:
    """A lower bound of F somewhat below ``value``, without a local argument: decimal digits, or None."""
    low = None
    for k in (4, 7):
        alpha = Fraction(_floor(value - value / 2**k, 4), 10**4)
        if not Cover(overlap, alpha, None, most // 4, progress, column).holds():
            break
        low = _decimal(alpha, 4)
    return low


def _of_limit(limit: arb, digits: int) -> tuple[int, int]:
    """The digits of the replica-symmetric value, one more where it may be half-way between two numbers of so many."""
    found = rounded(limit, digits) or rounded(limit, digits + 1)
    if found is None:
        raise InputError(_UNCERTAIN.format(digits))
    return found


def _digits(value: arb, digits: int) -> tuple[tuple[int, int], Fraction, int]:
    """The digits, and a decimal number below ``value`` with its places, such that all between the two have them."""
    found = rounded(value, digits)
    if found is not None:
        for guard in _GUARDS:
            places = max(guard - found[1], 0)
            low = Fraction(_floor(value, places) - 1, 10**places)
            if rounded(rational(low).union(value), digits) == found:
                return found, low, places
    raise InputError(_UNCERTAIN.format(digits))


def _height(overlap: Overlap, q: Fraction, r: Fraction) -> float:
    """F, to compare points."""
    with precision(64):
        return float(capacity(overlap, rational(q), rational(r), _nats(64)).mid())


def _remembered(overlap: Overlap) -> Overlap:
    """The same overlap, evaluated only once at each exact q and precision."""

    def once(curve: Curve) -> Curve:
        known: dict[tuple[int, int, int], arb] = {}

        def value(q: arb) -> arb:
            if not q.is_exact():
                return curve(q)
            mantissa, exponent = q.man_exp()
            key = int(mantissa), int(exponent), ctx.prec
            if key not in known:
                known[key] = curve(q)
            return known[key]

        return value

    return Overlap(once(overlap.value), once(overlap.slope), once(overlap.bend))


def _gap(overlap: Overlap, q: arb, r: arb, alpha: Fraction) -> Jet:
    return _less(entropy(q, r), energy(overlap, q, r, _BOX_NATS), rational(alpha))


def _less(n: Jet, d: Jet, alpha: arb) -> Jet:
    """N - alpha D."""
    return Jet(
        n.value - alpha * d.value,
        n.q - alpha * d.q,
        n.r - alpha * d.r,
        n.qq - alpha * d.qq,
        n.qr - alpha * d.qr,
        n.rr - alpha * d.rr,
    )


def _nats(bits: int) -> int:
    """The error of quadrature that fits a precision."""
    return 7 * bits // 10 - 8


def _exact(x: arb) -> Fraction:
    """The middle of a ball."""
    mantissa, exponent = x.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _short(x: Fraction) -> Fraction:
    """A fraction with a short denominator near x > 0."""
    return Fraction(max(1, round(x * 2**32)), 2**32)


def _floor(value: arb, places: int) -> int:
    """Floor of 10^places times the lower end of the ball."""
    return int(_exact(value.lower()) * 10**places // 1)


def _decimal(x: Fraction, places: int) -> str:
    whole = round(x * 10**places)
    text = f"{abs(whole):0{places + 1}d}"
    return f"{'-' if whole < 0 else ''}{text[:-places]}.{text[-places:]}" if places else text
