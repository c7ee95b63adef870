"""The claim that an algebraic function bounds the Mills ratio on a half-line or interval (SPEC-GAUSSIAN.md, G3)."""

from __future__ import annotations

import msgspec

RELATIONS = ("upper", "lower", "error-decreases", "not-upper", "not-lower")
CITATION = "the sign of B' - xB + 1, SPEC-GAUSSIAN.md, G3"
HYPOTHESES: tuple[str, ...] = ("R = Q/g is the Mills ratio of the standard normal law",)


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """coefficient * pi^of_pi * x^of_x * s^of_root, s = sqrt(x^2 + root)."""

    coefficient: str
    of_x: int
    of_root: int
    of_pi: int


class Root(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """m > 0 as the quotient of two polynomials in pi, constant terms first."""

    denominator: tuple[str, ...]
    numerator: tuple[str, ...]


class Bound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The quotient of two sums of terms."""

    denominator: tuple[Term, ...]
    numerator: tuple[Term, ...]
    root: Root | None


class Mills(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="family", tag="mills"):
    """``bound`` is above or below R for every x with low < x (<= high); None stands for infinity."""

    bound: Bound
    high: str | None
    low: str | None
    relation: str
