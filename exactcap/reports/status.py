"""What a line of ``count`` and ``predict`` is: a theorem, a bound that is one, or a prediction of physics."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """The word that a line begins with. A PREDICTION may have proven digits; what it predicts is not proved."""

    THEOREM = "THEOREM"
    UPPER_BOUND = "UPPER BOUND (theorem, Gordon)"
    PREDICTION = "PREDICTION (non-rigorous)"


def line(status: Status, text: str) -> str:
    """One line of an answer, its status first.

    >>> line(Status.PREDICTION, "storage capacity 2.93")
    'PREDICTION (non-rigorous) storage capacity 2.93'
    """
    return f"{status} {text}"
