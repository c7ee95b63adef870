"""The best number for which a claim still certifies: bisection over the rationals, with an outcome at each end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from exactcap.errors import InputError
from exactcap.provers.outcome import Finding, Outcome, Progress, silent

MAX_DOUBLINGS = 13


@dataclass(frozen=True)
class Extremal:
    """PROVED at ``value``, and REFUTED at ``refuted_at`` (None: no refutation was found); between them it is open."""

    value: Fraction
    outcome: Outcome
    refuted_at: Fraction | None
    refutation: Outcome | None


def find_extremal(
    prove: Callable[[Fraction], Outcome],
    *,
    is_smaller_better: bool,
    start: Fraction,
    tolerance: Fraction,
    progress: Progress = silent,
) -> Extremal | None:
    """The best multiple of ``tolerance`` that is PROVED, and the nearest that is REFUTED; None when none is PROVED.

    ``prove`` must be monotone: what is PROVED stays so where the number is worse. Raises InputError for a tolerance
    that is not positive.

    >>> from exactcap.claims.inequality import Decoupling
    >>> from exactcap.provers.inequality import prove_inequality
    >>> found = find_extremal(lambda c: prove_inequality(Decoupling(str(c), "1/16")), is_smaller_better=True,
    ...     start=Fraction(1), tolerance=Fraction(1, 1000))
    >>> found.value, found.refuted_at
    (Fraction(1203, 1000), Fraction(601, 500))
    """
    if not Fraction(1, 10**50) <= tolerance <= 1:
        raise InputError(f"tolerance: {float(tolerance):g} is not between 1e-50 and 1; take for example 1/1000")
    better = -1 if is_smaller_better else 1
    cache: dict[int, Outcome] = {}

    def outcome(step: int) -> Outcome:
        if step not in cache:
            cache[step] = prove(step * better * tolerance)
            progress("search", 1 - 0.9 ** len(cache))
        return cache[step]

    first, unit = round(start / tolerance) * better, max(1, round(1 / tolerance))
    good = _double(lambda k: outcome(first - k).finding is Finding.PROVED, unit)
    if good is None:
        return None
    low = first - good
    bad = _double(lambda k: outcome(low + k).finding is not Finding.PROVED, unit)
    if bad is None:  # certified for every number tried: there may be no best one
        last = low + (unit << MAX_DOUBLINGS - 1)
        return Extremal(last * better * tolerance, outcome(last), None, None)
    low, high = _bisect(lambda step: outcome(step).finding is Finding.PROVED, low, low + bad)
    far = _double(lambda k: outcome(high + k).finding is Finding.REFUTED, unit)
    if far is None:
        return Extremal(low * better * tolerance, outcome(low), None, None)
    _, refuted = _bisect(lambda step: outcome(step).finding is not Finding.REFUTED, low, high + far)
    return Extremal(low * better * tolerance, outcome(low), refuted * better * tolerance, outcome(refuted))


def _double(holds: Callable[[int], bool], unit: int) -> int | None:
    """The first of 0, 1 and the unit times a power of two for which the condition holds."""
    return next((k for k in (0, 1, *(unit << i for i in range(MAX_DOUBLINGS))) if holds(k)), None)


def _bisect(holds: Callable[[int], bool], low: int, high: int) -> tuple[int, int]:
    """Neighbours with the condition true at the first and false at the second, given that it is so at the ends."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low, high
