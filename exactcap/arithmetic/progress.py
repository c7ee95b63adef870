"""Progress of a long computation, as the fraction of its multiplications that is done."""

from collections.abc import Callable

Progress = Callable[[float], None]
"""Receives fractions in [0, 1], never decreasing; the last is 1. They describe the run and enter no result."""


class WorkMeter:
    """Counts multiplications and reports about every hundredth of the expected total."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total = max(1, total)
        self._progress = progress
        self._done = 0
        self._next = 0

    def add(self, multiplications: int) -> None:
        """Count these multiplications. Work beyond the expected total is not reported."""
        self._done += multiplications
        if self._progress is not None and self._next <= self._done < self._total:
            self._progress(self._done / self._total)
            self._next = self._done + self._total // 100

    def finish(self) -> None:
        """Report that all is done; a singular matrix takes less work than expected."""
        if self._progress is not None:
            self._progress(1.0)


def elimination_work(rows: int, columns: int) -> int:
    """The multiplications of Gaussian elimination on a matrix of full rank, to leading order.

    >>> elimination_work(1, 5), elimination_work(2, 2)
    (5, 5)
    """
    return sum((rows - k) * (columns - k) for k in range(min(rows, columns)))
