"""The claim that threshold networks of these widths memorize all separated data (SPEC-GAUSSIAN.md, G5)."""

from __future__ import annotations

import msgspec

CITATION = "explicit form of Theorem 7.1 of Vershynin, arXiv:2001.06938 (rule three-stage)"
HYPOTHESES: tuple[str, ...] = ("the data are unit vectors", "real weights, threshold activation 1{u > 0}")


class Memorization(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="family", tag="memorization"):
    """Every labelling of K separated unit vectors with at most ``ones`` ones is realized up to zero/nonzero."""

    activation: str
    ones: int
    points: int
    separation_squared: str
    widths: tuple[int, int, int]
