"""prop-3.1 for negative biases: a cover of the region by cells, each decided (SPEC-GAUSSIAN.md, G4)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

from .elementary import exp
from .intervals import Interval
from .lemmas import Lemma, number
from .normal import moment
from .owen import correlation
from .reader import Rejected, array

BITS = 96
MAX_CELLS = 4000
LARGEST = 100  # of a bias


def _increasing(value: Any, low: Fraction, high: Fraction, where: str) -> list[Fraction]:
    """Numbers that increase strictly from `low` to `high`."""
    numbers = [number(item, where) for item in array(value, where)]
    if len(numbers) < 2 or (numbers[0], numbers[-1]) != (low, high) or any(a >= b for a, b in pairwise(numbers)):
        raise Rejected(f"{where}: the list does not increase from {low} to {high}")
    return numbers


def require_cover(lemma: Lemma, biases: Any, distances: Any, progress: Callable[[int, int], None]) -> None:
    """Raises Rejected unless the bound holds on every cell, and the cells cover all biases up to 0."""
    b0, kappa, constant = lemma["bias_from"], lemma["exponent"], lemma["constant"]
    if (
        kappa == "sharp"
        or lemma["activation"] == "powers"
        or not -LARGEST <= b0 < 0
        or constant < 1
        or kappa > Fraction(1, 8)
    ):
        raise Rejected(
            f"cover: it needs a bias between {-LARGEST} and 0, a constant of at least 1 and an exponent of at most 1/8"
        )
    if len(array(biases, "cover")) > MAX_CELLS:
        raise Rejected(f"cover: more than {MAX_CELLS} cells")
    strips = list(pairwise(_increasing(biases, b0, Fraction(0), "cover, biases")))
    lists = array(distances, "cover, distances", len(strips))
    if sum(len(array(item, "cover, distances")) for item in lists) > MAX_CELLS:
        raise Rejected(f"cover: more than {MAX_CELLS} cells")
    for k, ((low, high), item) in enumerate(zip(strips, lists, strict=True)):
        cuts = _increasing(item, Fraction(0), Fraction(2), "cover, distances")
        second = moment(2 * lemma.power, Interval.exact(high, BITS))
        at = Interval.exact(low, BITS)
        for near, far in pairwise(cuts):
            # b_low <= b <= b_high <= 0 and near <= delta <= far: both sides at their worst corner
            left = correlation(lemma.power, at, at, 1 - near**2 / 2)
            rate = exp(Interval.exact(-kappa * low**2 * far**2, BITS))
            if not left.certainly_at_most(Interval.exact(constant, BITS) * rate * second):
                raise Rejected(f"cover: the bound does not hold on the cell at bias {low} and distance {near}")
        progress(k + 1, len(strips))
