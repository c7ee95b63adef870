"""Proof that F(q, r) >= alpha for all 0 <= q < 1 and r > 0 outside a small box (`exactcap.models.one_step`).

F >= alpha is G = N - alpha D >= 0. A = alpha/alpha_RS, alpha_RS = 2 Q'(1)/Q(1).

Box [a, b] x [c, d], m and n any points of the two sides. N is convex in q, concave in r; D, too. So N is at least the
bilinear function that is N(m, .) + N_q(m, .) (q - m) on the sides r = c and r = d, D is at most the bilinear one that
is D(., n) + D_r(., n) (r - n) on q = a and q = b, and their difference is least at a corner.

Small r, r <= t: D <= r D_r(q, 0) = r Q1/(4 Q'(1)), and N >= r N(0, t)/t as N is concave in r and increases with q; so
ln(1 + t)/t >= A suffices.

Large r, with p = 1 - q:
 (1) D <= ln 2 + ln(1 + l s^2)/4 + l v/(4 (1 + l s^2)), as B >= 1/2 for a >= 0, and for a < 0 as
     B >= M_0 >= e^(-l a^2/(2(1 + l s^2)))/(2 sqrt(1 + l s^2)).
 (2) D <= - E ln P(s w > -a) <= ln(2)/2 + ln(2 pi)/4 + rho^2/4 + ln(1 + rho)/2, rho^2 = v/s^2, as the tail at t > 0 is
     at least phi(t)/(1 + t) (Birnbaum).
For q <= 1 - p0 and r >= R by (2): N(a, R) >= alpha (the bound at b) on the pieces [a, b], both sides increasing.
For p <= p0 and r >= 1/p0, k = Q'(1 - p0)/Q'(1): k Q'(1) p <= s^2 <= Q'(1) p. By (1), with x = r p <= X, and where
(1 - p0) k >= A, G >= r ((1 - p0) k - A)/(2 (1 + x)) - alpha ln 2 - (alpha/4 - 1/2) ln(1 + x), and
r/(1 + x) >= 1/(2 p0). By (2) for x >= X,
p G >= ((1 - p0) X/(1 + X) - A/k)/2 - p alpha (ln(2)/2 + ln(2 pi)/4 + ln(1 + rho)/2), where rho^2 <= Q1/(k Q'(1) p) and
p ln(1 + rho) increases with p. X = 1/p0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from flint import arb

from exactcap.arithmetic.balls import precision, rational
from exactcap.models.one_step import energy_slope, entropy, nodes
from exactcap.models.overlap import Overlap

Box = tuple[Fraction, Fraction, Fraction, Fraction]
"""q from, q to, r from, r to."""

BITS = 64
_BOX = 16  # the work for a box besides quadrature, in nodes
_STEPS = 64  # halvings in the search for t and p0, doublings in that for R


@dataclass
class Cover:
    """The proof for one alpha: `holds` is True only if F >= alpha is shown everywhere outside ``core``."""

    overlap: Overlap
    alpha: Fraction
    core: Box | None
    most: int
    """Nodes of quadrature, and a few for each box, after which the proof is given up."""
    progress: Callable[[str, float], None]
    column: bool = False
    """Whether only q = 0 is asked for."""
    boxes: int = 0
    work: int = 0
    _energies: dict[tuple[Fraction, Fraction, int], tuple[arb, arb]] = field(default_factory=dict)

    def holds(self) -> bool:
        """Whether F(q, r) >= alpha for all 0 <= q < 1, r > 0 outside the core; False when it was not shown."""
        with precision(BITS):
            start, corner = self._small(), Fraction(1) if self.column else self._corner()
            far = None if corner is None else self._far(corner)
            if start is None or corner is None or far is None:
                return False
            strips = self._strips(start, corner, far)
            return all(self._covered(box, i / len(strips)) for i, box in enumerate(strips))

    def _strips(self, start: Fraction, corner: Fraction, far: Fraction) -> list[Box]:
        """Boxes that cover 0 <= q <= 1, start <= r <= 1/corner, and q <= 1 - corner up to r = far."""
        strips, r = [], start
        while r < far:
            top = Fraction(0) if self.column else Fraction(1) if r < 1 / corner else 1 - corner
            strips.append((Fraction(0), top, r, 2 * r))
            r *= 2
        return strips

    def _ratio(self) -> arb:
        one = arb(1)
        return rational(self.alpha) * self.overlap.value(one) / (2 * self.overlap.slope(one))

    def _small(self) -> Fraction | None:
        for k in range(_STEPS):
            t = Fraction(1, 2**k)
            if rational(t).log1p() / rational(t) >= self._ratio():
                return t
        return None

    def _corner(self) -> Fraction | None:
        alpha, A, one = rational(self.alpha), self._ratio(), arb(1)
        slope = self.overlap.slope(one)
        for k in range(1, _STEPS):
            p = rational(Fraction(1, 2**k))
            kappa = self.overlap.slope(1 - p) / slope
            rho = (self.overlap.value(one) / (kappa * slope * p)).sqrt()
            logs = (alpha / 4 - arb(1) / 2).max(arb(0)) * (1 + 1 / p).log()
            near = ((1 - p) * kappa - A) / (4 * p) - alpha * arb(2).log() - logs
            beyond = ((1 - p) / (1 + p) - A / kappa) / 2 - p * alpha * (_constant() + (1 + rho).log() / 2)
            if kappa > 0 and (1 - p) * kappa >= A and near >= 0 and beyond >= 0:
                return Fraction(1, 2**k)
        return None

    def _far(self, corner: Fraction) -> Fraction | None:
        """R, at least 1/corner, beyond which F >= alpha for q <= 1 - corner."""
        for k in range(_STEPS):
            R = Fraction(2**k) / corner
            if self._beyond(R, [(Fraction(0), 1 - corner)]):
                return R
        return None

    def _beyond(self, R: Fraction, pieces: list[tuple[Fraction, Fraction]]) -> bool:
        while pieces:
            a, b = pieces.pop()
            v = self.overlap.value(rational(b))
            square = v / (self.overlap.value(arb(1)) - v)
            limit = _constant() + square / 4 + (1 + square.sqrt()).log() / 2
            if entropy(rational(a), rational(R)).value >= rational(self.alpha) * limit:
                continue
            if b - a <= (1 - b) / 64:
                return False
            pieces += [(a, (a + b) / 2), ((a + b) / 2, b)]
        return True

    def _covered(self, whole: Box, done: float) -> bool:
        queue = [whole]
        while queue:
            box = queue.pop()
            if self.core is not None and _inside(box, self.core):
                continue
            self.boxes += 1
            self.work += _BOX
            if self.work > self.most:
                return False
            if self.boxes % 64 == 0:
                self.progress(f"{self.boxes} boxes", done)
            first, second, gap = _halves(box)
            if not self._positive(box, gap):
                queue += [first, second]
        return True

    def _positive(self, box: Box, gap: arb) -> bool:
        a, b, c, d = box
        m, n = (a + b) / 2, (c + d) / 2
        nats = 4 * max(3, int(float(-gap.log().mid())) // 4 + 2) if gap > 0 else 4 * _STEPS
        sides = [entropy(rational(m), rational(r)) for r in (c, d)]
        for q in (a, b):
            energy, slope = self._energy(q, n, nats)
            for r, side in zip((c, d), sides, strict=True):
                least = side.value + side.q * rational(q - m)
                if not least >= rational(self.alpha) * (energy + slope * rational(r - n)):
                    return False
        return True

    def _energy(self, q: Fraction, r: Fraction, nats: int) -> tuple[arb, arb]:
        key = (q, r, nats)
        if key not in self._energies:
            self.work += nodes(self.overlap, rational(q), rational(r), nats)
            if self.work > self.most:
                return arb("nan"), arb("nan")
            self._energies[key] = energy_slope(self.overlap, rational(q), rational(r), nats)
        return self._energies[key]


def _halves(box: Box) -> tuple[Box, Box, arb]:
    """The box cut across the side along which N bends more, and about how much it bends there."""
    a, b, c, d = box
    m, n = (a + b) / 2, (c + d) / 2

    def height(q: Fraction, r: Fraction) -> arb:
        return entropy(rational(q), rational(r)).value

    across = height(a, n) + height(b, n) - 2 * height(m, n)
    along = 2 * height(m, n) - height(m, c) - height(m, d)
    if across.mid() > along.mid():
        return (a, m, c, d), (m, b, c, d), across
    return (a, b, c, n), (a, b, n, d), along


def _inside(box: Box, core: Box) -> bool:
    return core[0] <= box[0] and box[1] <= core[1] and core[2] <= box[2] and box[3] <= core[3]


def _constant() -> arb:
    return arb(2).log() / 2 + (2 * arb.pi()).log() / 4
