"""What a construction is given and what it returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from exactcap.constructions.network import ExactNetwork

Progress = Callable[[str, float], None]
"""Called with a phase and a fraction in [0, 1], often enough (ten times a second, say) that a time limit can raise."""


class NotFoundError(Exception):
    """A search in floating point or at random ended without success; another seed may do, and other methods."""


@dataclass(frozen=True)
class Problem:
    """Pairwise different integer inputs (n x d, columns already scaled) and the target vector of each row.

    For a threshold network the targets' entries are 0 and 1.
    """

    inputs: tuple[tuple[int, ...], ...]
    targets: tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True)
class Construction:
    """A network on the integer inputs, and what to say of it.

    ``count`` is the number of hidden units that ``theorem`` promises for this n and d, None when it promises none.
    ``notes`` are whole phrases for the report: batch sizes, rows where general position failed, retries.
    """

    network: ExactNetwork
    theorem: str
    count: int | None
    notes: tuple[str, ...] = ()
