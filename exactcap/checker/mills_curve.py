"""E = B' - xB + 1 for an algebraic B as a polynomial, up to a positive factor (SPEC-GAUSSIAN.md, G3).

Polynomials in t and pi are dictionaries {(power of t, power of pi): integer}.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .elementary import pi
from .mills_bound import MAX_POWER, Bound, Term, value_in_pi
from .reader import Rejected

Poly = dict[tuple[int, int], int]

MAX_WORK = 4 * 10**9


@dataclass(frozen=True)
class Curve:
    """B = top/bottom and E = defect up to a positive factor, in t > 0, x = t - m/(4t), or in t = x without a root."""

    top: Poly
    bottom: Poly
    defect: Poly


def _require_small(bound: Bound) -> None:
    """Raises Rejected where the products in `curve` could take more than seconds: terms squared, times bits^1.5."""
    sides, root = bound.numerator + bound.denominator, bound.root or ()
    degree = _degree(bound) * (2 if root else 1)
    of_pi = max(k for *_, k in sides) + degree * max((len(part) - 1 for part in root), default=0)
    under_root = 3 + sum(c.numerator.bit_length() + c.denominator.bit_length() for part in root for c in part)
    bits = 400 + _common_denominator(bound).bit_length() + (degree + 4) * (under_root if root else 0)
    if ((degree + 1) * (of_pi + 1)) ** 2 * bits * math.isqrt(bits) > MAX_WORK:
        raise Rejected("claim, bound: its degrees and coefficients are more than the checker does")


def curve(bound: Bound) -> Curve:
    """The polynomials; without a root t = x, else t > 0, common factors t are divided out.

    With m = a/b, X = 4bt^2 - a, S = 4bt^2 + a, T = 4bt: x = X/T, s = S/T and dt/dx = tT/S, so for B = N/D, up to the
    positive factor D^2 S T, E is (N'D - ND') t T^2 - X N D S + D^2 S T. Without a root E is N'D - ND' - xND + D^2 over
    D^2; a and b are positive (`root_parts`). Raises Rejected where that takes too much work, or m <= 0.
    """
    _require_small(bound)
    if bound.root is None:
        n, d = (_cleared(side, bound) for side in (bound.numerator, bound.denominator))
        return curve_of_quotient(n, d)
    a, b = root_parts(bound)
    x, s = plus(times({(2, 0): 4}, b), a, -1), plus(times({(2, 0): 4}, b), a)
    t = times({(1, 0): 4}, b)
    n, d = (_substituted(_cleared_terms(side, bound), _degree(bound), x, s, t) for side in (
        bound.numerator, bound.denominator))  # fmt: skip
    if not d:
        raise Rejected("claim, bound: the denominator is 0")
    common = min(i for i, _ in [*n, *d])
    n, d = (_shifted(p, common) for p in (n, d))
    slope = plus(times(_derivative(n), d), times(n, _derivative(d)), -1)
    defect = times(times(slope, times(t, t)), {(1, 0): 1})
    defect = plus(defect, times(times(x, s), times(n, d)), -1)
    defect = plus(defect, times(times(d, d), times(s, t)))
    return Curve(n, d, _shifted(defect, min((i for i, _ in defect), default=0)))


def curve_of_quotient(n: Poly, d: Poly) -> Curve:
    """B = n/d with t = x: E is n'd - nd' - xnd + d^2, over d^2."""
    slope = plus(times(_derivative(n), d), times(n, _derivative(d)), -1)
    return Curve(n, d, plus(plus(slope, times({(1, 0): 1}, times(n, d)), -1), times(d, d)))


def root_parts(bound: Bound) -> tuple[Poly, Poly]:
    """m = a/b as polynomials in pi with a, b > 0. Raises Rejected when m is not positive."""
    assert bound.root is not None
    common = math.lcm(*(c.denominator for part in bound.root for c in part))
    a, b = ({(0, k): int(c * common) for k, c in enumerate(part) if c} for part in bound.root)
    signs = [sign_in_pi([p.get((0, k), 0) for k in range(MAX_POWER)]) for p in (a, b)]
    if signs[0] * signs[1] <= 0:
        raise Rejected("claim, root: sqrt(x^2 + m) needs m > 0")
    return (a, b) if signs[0] > 0 else (plus({}, a, -1), plus({}, b, -1))


def sign_in_pi(coefficients: Sequence[int]) -> int:
    """The sign of a polynomial at pi, constant first; pi is transcendental, so only the zero polynomial is 0 there."""
    if not any(coefficients):
        return 0
    if not any(coefficients[1:]):
        return 1 if coefficients[0] > 0 else -1
    bits = 64
    while bits <= 4096:
        value = value_in_pi([(Fraction(c), k) for k, c in enumerate(coefficients) if c], pi(bits))
        if value.is_positive():
            return 1
        if value.is_negative():
            return -1
        bits *= 2
    raise Rejected("claim, bound: a polynomial in pi is too near to 0 for the checker")


def _cleared_terms(terms: tuple[Term, ...], bound: Bound) -> list[tuple[int, int, int, int]]:
    common = _common_denominator(bound)
    return [(int(c * common), i, j, k) for c, i, j, k in terms]


def _common_denominator(bound: Bound) -> int:
    return math.lcm(*(c.denominator for c, *_ in bound.numerator + bound.denominator))


def _cleared(terms: tuple[Term, ...], bound: Bound) -> Poly:
    return {(i, k): c for c, i, _, k in _cleared_terms(terms, bound)}


def _substituted(terms: Sequence[tuple[int, int, int, int]], degree: int, x: Poly, s: Poly, t: Poly) -> Poly:
    """The sum of the terms times T^degree, at x = X/T and s = S/T."""
    xs, ss, ts = ([{(0, 0): 1}] for _ in range(3))
    for powers, base in ((xs, x), (ss, s), (ts, t)):
        for _ in range(degree):
            powers.append(times(powers[-1], base))
    result: Poly = {}
    for c, i, j, k in terms:
        result = plus(result, times(times(xs[i], ss[j]), times(ts[degree - i - j], {(0, k): c})))
    return result


def times(p: Poly, q: Poly) -> Poly:
    """The product."""
    result: Poly = {}
    for (i, k), a in p.items():
        for (j, n), b in q.items():
            result[i + j, k + n] = result.get((i + j, k + n), 0) + a * b
    return {key: c for key, c in result.items() if c}


def plus(p: Poly, q: Poly, factor: int = 1) -> Poly:
    """p + factor q."""
    result = dict(p)
    for key, c in q.items():
        result[key] = result.get(key, 0) + factor * c
    return {key: c for key, c in result.items() if c}


def _derivative(p: Poly) -> Poly:
    return {(i - 1, k): i * c for (i, k), c in p.items() if i}


def _shifted(p: Poly, n: int) -> Poly:
    return {(i - n, k): c for (i, k), c in p.items()}


def _degree(bound: Bound) -> int:
    return max(i + j for _, i, j, _ in bound.numerator + bound.denominator)
