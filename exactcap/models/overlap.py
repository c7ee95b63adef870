"""The overlap Q(q) of the hidden units of a committee, with its derivatives, in balls.

With (u, v) standard normal of correlation q and a_k = E g He_k/sqrt(k!), Delta(q) = E g(u) g(v) = sum of a_k^2 q^k.
Q(q) = Delta(q) - Delta(0) for the architecture "tree", less a_1^2 q for "full". By closed forms
(`exactcap.models.kernels`) where there are some, otherwise by the series with its remainder.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from flint import arb, arb_poly, ctx

from exactcap.arithmetic.balls import precision
from exactcap.errors import InputError
from exactcap.models.hermite import Averages, averages
from exactcap.models.kernels import Curves, closed_form, of_polynomial
from exactcap.models.units import Unit

ARCHITECTURES = ("tree", "full")
_ATTEMPTS = 4  # each with twice as many bits, until Q(1) > 0 is certain
_FEW = 16  # bits that may be lost
_TERMS = (100, 400)  # more if fewer leave a remainder that is seen, and more are not too much work

Curve = Callable[[arb], arb]


@dataclass(frozen=True)
class Overlap:
    """Q, Q' and Q'' on [0, 1] as maps of balls to balls, valid at the precision of the moment.

    All three are power series with coefficients >= 0, so they increase with q and are evaluated at the two ends of the
    part of the ball in [0, 1]. The ball of Q''(1) is not finite where Q''(1) is not, or not known to be.
    """

    value: Curve
    slope: Curve
    bend: Curve


def overlap(unit: Unit, architecture: str, bits: int) -> Overlap:
    """Q for "tree" or "full"; averages of g, where no closed form is known, have absolute errors near 2^-bits.

    Raises InputError for an unknown architecture, for an affine g and "full", where Q = 0, and when Q(1) > 0 is not
    certain with eight times as many bits.

    >>> from exactcap.models.units import parse_unit
    >>> Q = overlap(parse_unit("relu"), "full", 64)
    >>> (2 * Q.slope(arb(1)) / Q.value(arb(1))).str(10, radius=False)  # 2 pi/(pi - 2)
    '5.503876788'
    >>> Q = overlap(parse_unit("tanh"), "tree", 64)
    >>> (2 * Q.slope(arb(1)) / Q.value(arb(1))).str(10, radius=False)
    '2.355614465'
    """
    if architecture not in ARCHITECTURES:
        raise InputError(f"architecture: {architecture!r} is neither tree nor full; choose one of them")
    p, full = unit.polynomial, architecture == "full"
    if full and p is not None and len(p) <= 2:
        raise InputError(
            f"activation: {unit.text[:60]!r} is affine, so Q = 0 for a full committee; choose another, or tree"
        )
    curves, lost = _curves(unit, full, bits)
    return Overlap(*(_increasing(f, lost) for f in curves))


def _curves(unit: Unit, full: bool, bits: int) -> tuple[Curves, int]:
    """Q, Q', Q'' and the number of bits that cancel in Q(1), by which the precision is to be raised."""
    tried = bits
    for attempt in range(_ATTEMPTS):
        try:
            curves = _curves_at(unit, full, bits << attempt)
        except InputError:
            if attempt:  # too much work for more bits
                break
            raise
        tried = bits << attempt
        with precision(tried):
            total = curves[0](arb(1))
        if total > 0:
            lost = max(tried - total.rel_accuracy_bits(), 0)
            return (curves, 0) if attempt == 0 and lost <= _FEW else (_curves_at(unit, full, bits + lost), lost)
    what = "an affine function" if full else "a constant"
    raise InputError(
        f"activation: {unit.text[:60]!r} cannot be told from {what} with {tried} bits; choose another, or more digits"
    )


def _curves_at(unit: Unit, full: bool, bits: int) -> Curves:
    if full and unit.polynomial is not None:
        return of_polynomial(unit.polynomial, 2)
    curves = closed_form(unit) or _series(unit, bits)
    return _without_linear_term(curves) if full else curves


def _without_linear_term(curves: Curves) -> Curves:
    value, slope, bend = curves
    zero = arb(0)
    return lambda q: value(q) - slope(zero) * q, lambda q: slope(q) - slope(zero), bend


def _increasing(f: Curve, lost: int) -> Curve:
    def ends(q: arb) -> arb:
        if not q.is_finite():
            return arb.nan()
        low, high = q.lower().max(arb(0)), q.upper().min(arb(1))
        with precision(ctx.prec + lost):
            result = f(low) if low == high else f(low).union(f(high))
        return (+result).nonnegative_part()

    return ends


def _series(unit: Unit, bits: int) -> Curves:
    series = _Series(unit, bits)
    return series.value, series.slope, series.bend


class _Series:
    """The series up to q^K and remainders: for k > K, q^k <= q^(K+1), and the a_k^2 sum up to Var g, k a_k^2 to E g'^2.

    The coefficients are computed when a q other than 0 and 1 is first asked for.
    """

    def __init__(self, unit: Unit, bits: int) -> None:
        self.unit, self.bits, self.few = unit, bits, averages(unit, 3, bits)

    @cached_property
    def _sum(self) -> tuple[list[arb_poly], int, arb, arb]:
        """The polynomial and its derivatives, K, and bounds of the sums over k > K of a_k^2 and of k a_k^2."""
        few, many = _TERMS
        terms, found = few, averages(self.unit, few + 1, self.bits)
        with precision(2 * self.bits):
            polynomial, rest, slope_rest = _split(found)
            is_enough = rest <= arb(2) ** (8 - self.bits)
        if not is_enough:
            with suppress(InputError), precision(2 * self.bits):  # too much work: the few with their remainder hold
                polynomial, rest, slope_rest = _split(averages(self.unit, many + 1, self.bits))
                terms = many
        with precision(2 * self.bits):
            slope = polynomial.derivative()
            return [polynomial, slope, slope.derivative()], terms, rest, slope_rest

    def value(self, q: arb) -> arb:
        if q == 1:
            return self.few.variance
        if q == 0:
            return arb(0)
        sums, terms, rest, _ = self._sum
        return _add(sums[0](q), rest * q ** (terms + 1))

    def slope(self, q: arb) -> arb:
        if q == 1:
            return self.few.slope_square
        if q == 0:
            return self.few.coefficients[1] ** 2
        sums, terms, _, rest = self._sum
        return _add(sums[1](q), rest * q**terms)

    def bend(self, q: arb) -> arb:
        if q == 0:
            return 2 * self.few.coefficients[2] ** 2
        sums, terms, _, rest = self._sum
        # t q^(t-1) decreases in t >= -1/log q, where it is -1/(e q log q); here t = k - 1 >= K
        rate = -q.log()
        largest = terms * q ** (terms - 1) if rate * terms >= 1 else 1 / (arb(1).exp() * q * rate)
        return _add(sums[2](q), rest * largest)


def _split(found: Averages) -> tuple[arb_poly, arb, arb]:
    squares = [a * a for a in found.coefficients]
    squares[0] = arb(0)
    rest = found.variance - sum(squares, arb(0))
    slope_rest = found.slope_square - sum((k * a for k, a in enumerate(squares)), arb(0))
    return arb_poly(squares), rest.upper().max(arb(0)), slope_rest.upper().max(arb(0))


def _add(partial: arb, rest: arb) -> arb:
    """A ball for partial + x, 0 <= x <= rest."""
    return partial.union(partial + rest)
