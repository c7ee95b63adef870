"""What a prover returns: what it found, and the certificate of it. The checker, not the prover, decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from exactcap.certificates.format import Certificate

Progress = Callable[[str, float], None]
"""Called with a phase and a fraction in [0, 1]."""


def silent(phase: str, fraction: float) -> None:
    """No progress report."""


class Finding(StrEnum):
    """The answer: the claim holds, its opposite holds, what is certified is probable only, or none was found.

    UNCHECKED: the prover has a proof of a size that the independent checker does not follow.
    """

    PROVED = "PROVED"
    REFUTED = "REFUTED"
    PROBABLE = "PROBABLE"
    UNDECIDED = "UNDECIDED"
    UNCHECKED = "UNCHECKED"


@dataclass(frozen=True)
class Outcome:
    """``certificate`` proves the claim (PROVED) or the opposite (REFUTED).

    PROBABLE: it states what the checker finds but for a chance of error; UNDECIDED: it is of the side found, if any.
    ``interval`` is what is known of a number in question.
    """

    finding: Finding
    reason: str
    certificate: Certificate | None = None
    interval: tuple[int, int] | None = None
