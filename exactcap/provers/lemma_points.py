"""Points at which a false lemma fails: where the theory says that it is sharp, and a grid (SPEC-GAUSSIAN.md, G4)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from exactcap.claims.inequality import (
    Asymptotics,
    Decoupling,
    Layer,
    Monotonicity,
    NormChange,
    Orthogonal,
    SecondMoment,
    Separated,
    Stability,
    Statement,
)
from exactcap.models import lemma_sides as sides

Point = tuple[Fraction, ...]
LARGE = tuple(Fraction(10) ** k for k in range(1, 9))
FINE = 10**18  # denominators of square roots: fine enough beside the largest biases


@dataclass(frozen=True)
class Counterexample:
    """The lemma says high <= low at the point; ``low`` and ``high`` are rounded, for people."""

    point: Point
    low: str
    high: str


def counterexample(lemma: Statement) -> Counterexample | None:
    """A point where the lemma certainly fails, or None when the search finds none (it may fail all the same).

    >>> counterexample(Separated("threshold", "-3", "2", "1/8"))
    Counterexample(point=(Fraction(-3, 1), Fraction(2, 1)), low='0.0221880', high='0.997300')
    """
    found, fails = _search(lemma)
    point = next((point for point in found if sides.certainly_fails(lambda point=point: fails(point))), None)  # type: ignore[misc]
    return None if point is None else Counterexample(point, *sides.side_words(lambda: fails(point)))


def _search(lemma: Statement) -> tuple[Iterator[Point], Callable[[Point], sides.Sides]]:
    match lemma:
        case Separated():
            k, c = int(lemma.activation == "relu"), Fraction(lemma.constant)
            kappa = None if lemma.exponent == "sharp" else Fraction(lemma.exponent)
            return _separated(lemma), lambda p: sides.separated(k, p[0], p[1], c, kappa)
        case NormChange():
            k, c, epsilon = int(lemma.activation == "relu"), Fraction(lemma.constant), Fraction(lemma.epsilon)
            rate = epsilon / (2 * (1 - epsilon)) if lemma.exponent == "sharp" else epsilon
            norms = (sqrt_above(1 - epsilon), sqrt_below(1 + epsilon), Fraction(1))
            low = Fraction(lemma.bias_from)
            pairs = ((b, s) for b in _from(low) for s in norms)
            return pairs, lambda p: sides.norm_change(k, p[0], p[1], c, rate)
        case Orthogonal():
            k, c, epsilon = int(lemma.activation == "relu"), Fraction(lemma.constant), Fraction(lemma.epsilon)
            rate = 2 * epsilon / (1 + 2 * epsilon) if lemma.exponent == "sharp" else 2 * epsilon
            low = Fraction(-2) if lemma.bias_from is None else Fraction(lemma.bias_from)
            norms = (sqrt_below(1 + epsilon), Fraction(1), sqrt_above(1 - epsilon))
            triples = ((b, s, i) for b in _from(low) for s in norms for i in (epsilon, Fraction(0)) if i < s**2)
            return triples, lambda p: sides.orthogonal(k, p[0], p[1], p[2], c, rate)
        case Decoupling():
            c, epsilon = Fraction(lemma.constant), Fraction(lemma.epsilon)
            return ((Fraction(1, 10**i),) for i in range(9)), lambda p: sides.decoupling(p[0], c, epsilon)
        case Layer(outputs="one"):
            c = Fraction(lemma.constant)
            return ((Fraction(2**i),) for i in range(1, 40)), lambda p: sides.one_output(p[0], c)
        case Asymptotics():
            n, c = lemma.order, Fraction(lemma.constant)
            return ((b,) for b in (Fraction(1, 10), Fraction(1), *LARGE)), lambda p: sides.asymptotics(n, p[0], c)
        case Stability() if lemma.constant is not None:
            k, c = lemma.order, Fraction(lemma.constant)
            return _stability(lemma), lambda p: sides.stability(k, p[0], p[1], c)
        case Monotonicity(of="moment", variable="sigma") if lemma.activation != "relu":
            is_closed = lemma.activation == "closed-threshold"
            return _scales(lemma), lambda p: sides.scale(p[0], p[1], p[2], is_closed)
        case SecondMoment():
            k = int(lemma.activation == "relu")
            return ((b,) for b in _from(Fraction(lemma.bias_from))), lambda p: sides.second_moment(k, p[0])
    return iter(()), lambda p: sides.one_output(p[0], Fraction(1))


def _from(low: Fraction) -> Iterator[Fraction]:
    """Biases from ``low`` on: near it, up to 4, and large ones."""
    yield low
    yield from (low + Fraction(k, 8) for k in range(1, 33))
    yield from (b for b in LARGE if b > low)


def _separated(lemma: Separated) -> Iterator[Point]:
    """Small distances refute a constant, distance 2 a negative bias, and large biases an exponent above the rate."""
    low = Fraction(lemma.bias_from)
    near = [Fraction(0), *(Fraction(1, 2**i) for i in range(10, -1, -1))]
    far = [Fraction(2), *(2 - Fraction(1, 2**i) for i in (30, 20, *range(12, 0, -1)))]
    if lemma.exponent == "sharp":
        far = far[1:]
    if low < 0:
        yield from ((b, delta) for b in (low * Fraction(20 - i, 20) for i in range(21)) for delta in far)
    yield from ((max(low, Fraction(0)), delta) for delta in (*near, *far))
    yield from ((b, delta) for b in LARGE if b > low for delta in (*near, *far))
    if low < 0:
        cells = (Fraction(i, 20) for i in range(1, 40))
        yield from ((low * Fraction(20 - i, 20), delta) for delta in cells for i in range(21))


def _stability(lemma: Stability) -> Iterator[Point]:
    assert lemma.bias_from is not None
    assert lemma.z_from is not None
    low, bottom = Fraction(lemma.bias_from), sqrt_above(1 + Fraction(lemma.z_from))
    tops = [bottom * 10**i for i in range(1, 7)] if lemma.z_to is None else [sqrt_below(1 + Fraction(lemma.z_to))]
    roots = [s for s in (*tops, bottom) if s > 0 and s**2 - 1 >= Fraction(lemma.z_from)]
    return ((b, s) for b in _from(low) for s in roots)


def _scales(lemma: Monotonicity) -> Iterator[Point]:
    low = Fraction(-1) if lemma.bias_from is None else Fraction(lemma.bias_from)
    pairs = [(Fraction(1), Fraction(2)), (Fraction(0), Fraction(1)), (Fraction(1, 100), Fraction(100))]
    return (
        (b, *pair) for b in dict.fromkeys((low, min(low, Fraction(0)) / 2, Fraction(0))) if b >= low for pair in pairs
    )


def sqrt_below(q: Fraction) -> Fraction:
    """The largest multiple of 10^-18 whose square is at most q.

    >>> sqrt_below(Fraction(9, 4)), sqrt_above(Fraction(2))
    (Fraction(3, 2), Fraction(1414213562373095049, 1000000000000000000))
    """
    return Fraction(math.isqrt(q.numerator * FINE**2 // q.denominator), FINE)


def sqrt_above(q: Fraction) -> Fraction:
    """The smallest multiple of 10^-18 whose square is at least q."""
    below = sqrt_below(q)
    return below if below**2 == q else below + Fraction(1, FINE)
