"""Counts with their certificates: dichotomies of points, and sets that no threshold network shatters."""

from __future__ import annotations

from dataclasses import dataclass

from exactcap.certificates.format import Certificate
from exactcap.claims import Count, Dichotomies, Shattering
from exactcap.errors import InputError
from exactcap.models.counting import cover_count, least_excluded
from exactcap.provers.outcome import Progress, silent

MAX_POINTS = 10000
MAX_UNITS = 30000
MAX_DIMENSION = 2**53 - 1


@dataclass(frozen=True)
class CountingBound:
    """The largest set that is shattered has at least ``guaranteed`` points, and fewer than ``excluded``.

    ``certificate`` proves ``excluded``. ``guaranteed`` = m d is Baum's theorem (J. Complexity 4, 1988: ceil(n/d) hidden
    units take every labelling of n points in general position in R^d), or d + 1 for one unit;
    ``classical`` is the bound without symmetries.
    """

    certificate: Certificate
    guaranteed: int
    excluded: int
    classical: int


def dichotomies(points: int, dimension: int, affine: bool = False) -> Certificate:
    """The certificate of Cover's count: n points in general position in R^d, hyperplanes through 0 or, affine, any.

    Raises InputError for sizes beyond the checker's limits.

    >>> dichotomies(6, 3).claim.value, dichotomies(6, 2, affine=True).claim.value
    (32, 32)
    """
    _require("points", points, MAX_POINTS)
    _require("dimension", dimension, MAX_DIMENSION)
    value = cover_count(points, dimension + affine)
    return _certificate(Count(Dichotomies(affine, dimension, points), value))


def counting_bound(inputs: int, width: int, progress: Progress = silent) -> CountingBound:
    """The least n for which counting proves that m = ``width`` threshold units on R^``inputs`` shatter no n points.

    Raises InputError for sizes beyond the checker's limits.

    >>> bound = counting_bound(10, 20)
    >>> bound.guaranteed, bound.excluded, bound.classical
    (200, 1826, 1924)
    """
    _require("inputs", inputs, MAX_UNITS)
    _require("width", width, MAX_UNITS)
    excluded = least_excluded(inputs, width, True, progress)
    classical = least_excluded(inputs, width, False, progress)
    guaranteed = max(inputs * width, inputs + 1)
    return CountingBound(_certificate(Count(Shattering(inputs, width), excluded)), guaranteed, excluded, classical)


def _certificate(claim: Count) -> Certificate:
    return Certificate(claim, ("cover",), ({"evidence": "evaluate"},))


def _require(name: str, value: int, most: int) -> None:
    if not 1 <= value <= most:
        raise InputError(f"{name}: {value} is not between 1 and {most}; choose one that is")
