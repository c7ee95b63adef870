"""Find the rank of a named matrix and prove it from both sides, or decide a claim about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exactcap.certificates.format import Certificate
from exactcap.claims import Matrix


@dataclass(frozen=True)
class Found:
    """lower <= rank <= upper, with the certificate of the sharpest claim, and the rules of the upper side.

    ``certificate`` claims "equals" where both sides meet, by rules or (``is_probable``) by the checker's own draws;
    else "at-least" ``lower``, with ``rules`` those of ``upper``.
    """

    matrix: Matrix
    lower: int
    upper: int
    certificate: Certificate
    rules: tuple[str, ...]
    is_probable: bool


def find_ranks(matrices: Sequence[Matrix], seed: int = 0) -> list[Found]:
    """The answer for each matrix; those that differ in ``n_samples`` and ``width`` only share one elimination."""
    raise NotImplementedError
