"""Cells that prove prop-3.1 for negative biases, as large as they can be (SPEC-GAUSSIAN.md, G4, cover)."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from exactcap.claims.inequality import Separated
from exactcap.models.lemma_sides import farthest
from exactcap.provers.outcome import Progress, silent

MAX_CELLS = 4000
LARGEST = 100  # of a bias
NARROWEST = Fraction(1, 4096)  # of a strip
SHORTEST = Fraction(1, 512)  # of a cell


def cover(lemma: Separated, progress: Progress = silent) -> dict[str, Any] | None:
    """The evidence that the bound holds for all biases from b0 < 0 to 0, or None when cells as small fail.

    >>> sorted(cover(Separated("threshold", "-1/8", "2", "1/8")))
    ['biases', 'distances', 'evidence']
    """
    b0 = Fraction(lemma.bias_from)
    if lemma.exponent == "sharp" or lemma.activation == "powers" or not -LARGEST <= b0 < 0:
        return None
    if Fraction(lemma.constant) < 1 or not 0 < Fraction(lemma.exponent) <= Fraction(1, 8):
        return None
    strips: list[tuple[Fraction, list[Fraction]]] = []
    low, width = b0, -b0
    while low < 0:
        width = min(width, -low)
        cuts = _strip(lemma, low, low + width)
        if cuts is None:
            width /= 2
            if width < NARROWEST:
                return None
            continue
        strips.append((low, cuts))
        if sum(len(cells) for _, cells in strips) > MAX_CELLS:
            return None
        low += width
        width *= 2
        progress("cover", float((low - b0) / -b0))
    return {
        "evidence": "cover",
        "biases": [*(str(low) for low, _ in strips), "0"],
        "distances": [[str(cut) for cut in cuts] for _, cuts in strips],
    }


def _strip(lemma: Separated, low: Fraction, high: Fraction) -> list[Fraction] | None:
    """The cuts of one strip, or None when its cells get too short."""
    k, constant, kappa = int(lemma.activation == "relu"), Fraction(lemma.constant), Fraction(lemma.exponent)
    cuts = [Fraction(0)]
    while cuts[-1] < 2:
        far = farthest(k, low, high, cuts[-1], constant, kappa)
        if far < cuts[-1] + SHORTEST:
            return None
        cuts.append(far)
    assert all(a < b for a, b in pairwise(cuts))
    return cuts
