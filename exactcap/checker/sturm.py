"""Sturm's theorem for integer polynomials, with ends that may be quadratic irrationals (SPEC-GAUSSIAN.md, G3).

A polynomial is a tuple of integers, constant first, without trailing zeros; the zero polynomial is ().
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from .reader import Rejected

Polynomial = tuple[int, ...]

MAX_DEGREE = 240
MAX_WORK = 2 * 10**10


@dataclass(frozen=True)
class Surd:
    """The real number (a + b sqrt(d))/c, c > 0, d >= 0; rational where b = 0."""

    a: int
    b: int
    c: int
    d: int


End = Surd | None
"""An end of a range; None stands for infinity."""


def trimmed(coefficients: list[int]) -> Polynomial:
    """Without trailing zeros."""
    while coefficients and coefficients[-1] == 0:
        coefficients.pop()
    return tuple(coefficients)


def primitive(p: Polynomial) -> Polynomial:
    """Divided by the content, which is positive: all signs stay."""
    content = math.gcd(*p)
    return tuple(c // content for c in p) if content > 1 else p


def sign(number: int) -> int:
    """-1, 0 or 1."""
    return (number > 0) - (number < 0)


def sign_at(p: Polynomial, point: Surd) -> int:
    """The exact sign of p at the point: c^n p(point) = u + v sqrt(d) by Horner's rule.

    >>> root_of_two = Surd(0, 1, 1, 2)
    >>> sign_at((-2, 0, 1), root_of_two), sign_at((-1, 1), root_of_two)
    (0, 1)
    """
    a, b, c, d = point.a, point.b, point.c, point.d
    u, v, scale = 0, 0, 1
    for coefficient in reversed(p):
        u, v = u * a + v * b * d + coefficient * scale, u * b + v * a
        scale *= c
    if d == 0 or sign(u) * sign(v) >= 0:
        return sign(u) or (sign(v) if d else 0)
    return sign(u) * sign(u * u - v * v * d)  # opposite signs: the larger in absolute value decides


def derivative(p: Polynomial) -> Polynomial:
    """p'."""
    return tuple(k * c for k, c in enumerate(p) if k)


def _negated_remainder(a: Polynomial, b: Polynomial) -> Polynomial:
    """-|lc(b)|^(deg a - deg b + 1) a mod b: a positive multiple of the remainder, with the sign that Sturm wants."""
    rest, lead, steps = list(a), b[-1], len(a) - len(b) + 1
    for _ in range(steps):
        top = rest.pop()
        rest = [c * lead for c in rest]
        offset = len(rest) - len(b) + 1
        for k, c in enumerate(b[:-1]):
            rest[offset + k] -= top * c
    flip = 1 if lead < 0 and steps % 2 else -1
    return trimmed([flip * c for c in rest])


def _sequence(p: Polynomial) -> list[Polynomial]:
    """p, p' and the negated remainders, each divided by a positive number: the last is gcd(p, p').

    The divisor is that of the subresultant sequence up to its sign, so it divides (Brown 1978), and the numbers
    stay as short as determinants of Sylvester's matrix.
    """
    sequence = [p, derivative(p)]
    g, h, first = 1, 1, True
    while len(sequence[-1]) > 1:
        a, b = sequence[-2:]
        gap = len(a) - len(b)
        rest = _negated_remainder(a, b)
        if not rest:
            break
        divisor = 1 if first else g * h**gap
        first = False
        sequence.append(tuple(c // divisor for c in rest))
        g = abs(b[-1])
        h = g**gap * h // h**gap if gap else h
    return [q for q in sequence if q]


def require_small(p: Polynomial, what: str) -> None:
    """Raises Rejected where the Sturm sequence could take more than some seconds.

    The numbers in it have at most 2n (b + log n) bits, n the degree and b the bits of p's coefficients (Hadamard), and
    the sequence takes about n^2 products of them; Python's products of s bits take time between s and s^2.
    """
    n, bits = len(p) - 1, max(c.bit_length() for c in p)
    size = 2 * n * (bits + n.bit_length())
    if n > MAX_DEGREE or n**2 * size * math.isqrt(size) > MAX_WORK:
        raise Rejected(f"{what}: degree {n} with coefficients of {bits} bits is more than the checker does")


def square_free(p: Polynomial) -> Polynomial:
    """The product of the different irreducible factors of p, up to a constant; p is not ().

    >>> square_free((0, 0, 1, 1))
    (0, 1, 1)
    """
    if len(p) <= 2:
        return p
    p = primitive(p)
    divisor = primitive(_sequence(p)[-1])
    return primitive(_quotient(p, divisor)) if len(divisor) > 1 else p


def _quotient(p: Polynomial, divisor: Polynomial) -> Polynomial:
    """p / divisor, both primitive, so the quotient has integer coefficients (Gauss)."""
    rest, result = list(p), [0] * (len(p) - len(divisor) + 1)
    for k in reversed(range(len(result))):
        result[k] = q = rest[k + len(divisor) - 1] // divisor[-1]
        for j, c in enumerate(divisor):
            rest[k + j] -= q * c
    assert not any(rest), "the greatest common divisor divides"
    return tuple(result)


def zeros_between(p: Polynomial, low: End, high: End) -> int:
    """How many different real zeros p has in the open interval; p is square-free and not ().

    Sturm: the sign variations lost from low to high are the zeros with low < x <= high, also where an end is a zero.

    >>> zeros_between((0, -1, 0, 1), Surd(-1, 0, 1, 0), None), zeros_between((-2, 0, 1), None, Surd(0, 1, 1, 2))
    (2, 1)
    """
    if len(p) == 1:
        return 0
    sequence = _sequence(primitive(p))
    lost = _variations([_sign_towards(q, low, -1) for q in sequence])
    lost -= _variations([_sign_towards(q, high, 1) for q in sequence])
    return lost - (high is not None and sign_at(p, high) == 0)


def _sign_towards(p: Polynomial, end: End, side: int) -> int:
    """The sign at the end, or far out on that side."""
    if end is not None:
        return sign_at(p, end)
    return sign(p[-1]) if side > 0 or len(p) % 2 else -sign(p[-1])


def _variations(signs: list[int]) -> int:
    """How often the sign changes, zeros left out."""
    return sum(a != b for a, b in pairwise(s for s in signs if s))
