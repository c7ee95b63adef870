"""Which rule proves a lemma for all its parameters (SPEC-GAUSSIAN.md, G4)."""

from __future__ import annotations

from fractions import Fraction

from exactcap.claims.inequality import (
    Asymptotics,
    Decoupling,
    Deviation,
    Layer,
    Monotonicity,
    NormChange,
    Orthogonal,
    Perception,
    Profile,
    SecondMoment,
    Separated,
    Stability,
    Statement,
)


def rule_of(lemma: Statement) -> str | None:
    """The name of a rule whose side conditions hold, or None.

    >>> rule_of(Separated("relu", "0", "1", "sharp")), rule_of(Separated("relu", "0", "99/100", "sharp"))
    ('separated', None)
    """
    if isinstance(lemma, Orthogonal):
        return "corner" if _corner(lemma) else "density" if _density(lemma) else None
    name, holds = _simple(lemma)
    return name if holds else None


def _simple(lemma: Statement) -> tuple[str, bool]:
    match lemma:
        case Separated():
            small = lemma.exponent == "sharp" or Fraction(lemma.exponent) <= Fraction(1, 8)
            region = Fraction(lemma.bias_from) >= 0 or lemma.exponent == "0"
            return "separated", small and region and Fraction(lemma.constant) >= 1
        case Profile():
            return "profile", True
        case NormChange():
            epsilon, c = Fraction(lemma.epsilon), Fraction(lemma.constant)
            # at the shortest vector the factor is (1 - eps)^(2k + 1/2)
            fits = c <= 0 or c**2 <= (1 - epsilon) ** (5 if lemma.activation == "relu" else 1)
            form = lemma.exponent == "sharp" or epsilon <= Fraction(1, 2)
            return "norm-change", fits and form and Fraction(lemma.bias_from) >= 0
        case Decoupling():
            epsilon, c = Fraction(lemma.epsilon), Fraction(lemma.constant)
            return "density", c > 0 and (1 + 2 * epsilon) ** 2 <= c**2 * (1 - 2 * epsilon)
        case Deviation():
            least = Fraction(800 if lemma.activation == "relu" else 10, 3)
            return "bernstein", Fraction(lemma.root) >= 10 and Fraction(lemma.linear) >= least
        case Perception():
            noise = Fraction(lemma.noise)
            return "signs", 0 < noise < Fraction(1, 8) and 0 < 4 * Fraction(lemma.constant) < noise**2
        case Layer():
            return "batches", lemma.outputs == "two-or-more" and 0 < 384 * Fraction(lemma.constant) < 1
        case Asymptotics():
            return "alternating", Fraction(lemma.constant) >= _half(lemma.order)
        case Stability():
            return "jensen", _jensen(lemma)
        case Monotonicity():
            return "monotone", _monotone(lemma)
        case SecondMoment():
            return "indicator", lemma.activation == "threshold" and Fraction(lemma.bias_from) >= 1
    raise AssertionError(lemma)


def _half(k: int) -> Fraction:
    return Fraction((k + 1) * (k + 2), 2)


def _corner(lemma: Orthogonal) -> bool:
    """(1 + 2 eps)^(2k + 3/2) <= C, and for threshold b >= eps sqrt(1 + eps)/(1 - 2 eps)."""
    epsilon, c = Fraction(lemma.epsilon), Fraction(lemma.constant)
    if c <= 0 or c**2 < (1 + 2 * epsilon) ** (7 if lemma.activation == "relu" else 3):
        return False
    if lemma.activation == "relu":
        return True
    b = None if lemma.bias_from is None else Fraction(lemma.bias_from)
    return b is not None and b >= 0 and (b * (1 - 2 * epsilon)) ** 2 >= epsilon**2 * (1 + epsilon)


def _density(lemma: Orthogonal) -> bool:
    """(1 + 2 eps)^(2k + 2)/sqrt(1 - 2 eps) <= C."""
    epsilon, c = Fraction(lemma.epsilon), Fraction(lemma.constant)
    return c > 0 and c**2 * (1 - 2 * epsilon) >= (1 + 2 * epsilon) ** (8 if lemma.activation == "relu" else 4)


def _jensen(lemma: Stability) -> bool:
    if lemma.constant is None:
        return True
    if lemma.z_to is None:
        return False
    assert lemma.z_from is not None
    assert lemma.bias_from is not None
    c, low, top = Fraction(lemma.constant), Fraction(lemma.z_from), Fraction(lemma.z_to)
    squared, q = Fraction(lemma.bias_from) ** 2, max(-low, Fraction(0)) * _half(lemma.order)
    return c >= top * _half(lemma.order) and q < squared and c * (1 - q / squared) >= q


def _monotone(lemma: Monotonicity) -> bool:
    if (lemma.of, lemma.variable) != ("moment", "sigma") or lemma.activation == "relu":
        return True
    b = None if lemma.bias_from is None else Fraction(lemma.bias_from)
    return b is not None and (b > 0 or (b == 0 and lemma.activation != "closed-threshold"))
