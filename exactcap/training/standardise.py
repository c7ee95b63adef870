"""Columns brought to mean about 0 and deviation about 1 by an exact affine map with short dyadic numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from exactcap.errors import InputError

Array = NDArray[np.float64]
Rows = Sequence[Sequence[Fraction]] | Array
"""Rows of rationals, or of floats, which stand for the dyadic rationals that they are."""

MAX_POWER = 900  # of two in a factor: products with float64 weights stay within range


@dataclass(frozen=True)
class Standardised:
    """``values[i][c]`` is the float64 nearest to factors[c] * (x_ic - shifts[c]), computed without other rounding."""

    values: Array
    factors: Array
    shifts: Array


def standardise(rows: Rows) -> Standardised:
    """Standardise the columns of n x d rows. Factors are powers of two, shifts multiples of a power of two.

    A constant column becomes about 0, with factor 1.

    Raises:
        InputError: no row, no column, rows of different lengths, an entry that is not finite or too large for float64,
            or a column with differences too small or large for it.

    >>> made = standardise([[Fraction(2001), Fraction("0.1")], [Fraction(2009), Fraction("0.1")]])
    >>> made.values[:, 0], made.factors, made.shifts
    (array([-1.,  1.]), array([0.25, 1.  ]), array([2.005e+03, 1.000e-01]))
    """
    lengths = {len(row) for row in rows}
    if len(lengths) != 1 or lengths == {0}:
        raise InputError(f"X: needs rows of one common length >= 1; got {len(rows)} rows of lengths {sorted(lengths)}")
    columns = [scale_column(column, f"X: column {c}") for c, column in enumerate(zip(*rows, strict=True))]
    factors, shifts = (np.array([pair[k] for pair in columns]) for k in range(2))
    return Standardised(apply_map(rows, factors, shifts), factors, shifts)


def apply_map(rows: Rows, factors: Array, shifts: Array) -> Array:
    """The float64 numbers nearest to factors_c (x_ic - shifts_c); raises InputError when one is out of range."""
    exact = [(Fraction(float(factor)), Fraction(float(shift))) for factor, shift in zip(factors, shifts, strict=True)]
    try:
        moved = [
            [float(factor * (as_fraction(x) - shift)) for x, (factor, shift) in zip(row, exact, strict=True)]
            for row in rows
        ]
    except OverflowError as error:
        raise InputError("X: an entry is too large for float64; rescale its column") from error
    return np.array(moved, dtype=np.float64)


def scale_column(column: Sequence[object] | Array, name: str) -> tuple[float, float]:
    """(factor, shift) of one column: a power of two near 1/deviation, and a short number near the mean.

    Raises:
        InputError: an entry is not finite or too large for float64, or the differences are too small or large for it.

    >>> scale_column([Fraction(151), Fraction(75), Fraction(206)], "y")
    (0.015625, 144.0)
    """
    numbers = [as_fraction(x, name) for x in column]
    try:
        mean = math.fsum(float(x) / len(numbers) for x in numbers)
        if all(x == numbers[0] for x in numbers):
            return 1.0, float(numbers[0])
        differences = [float(x - Fraction(mean)) for x in numbers]
    except OverflowError as error:
        raise InputError(f"{name} has an entry too large for float64; rescale it") from error
    deviation = math.hypot(*differences) / math.sqrt(len(numbers))
    power = round(math.log2(deviation)) if 0 < deviation < math.inf else MAX_POWER + 1
    if abs(power) > MAX_POWER:
        raise InputError(f"{name} has differences of about {deviation:.1e}; rescale it")
    unit = math.ldexp(1.0, power - 3)
    rounded = round(mean / unit) * unit if abs(mean / unit) < 2**53 else mean
    return math.ldexp(1.0, -power), rounded


def as_fraction(x: object, name: str = "X") -> Fraction:
    """A rational, or a finite float as the dyadic rational that it is; raises InputError."""
    if isinstance(x, Fraction):
        return x
    value = float(x)  # type: ignore[arg-type]
    if not math.isfinite(value):
        raise InputError(f"{name} has the entry {value}; every entry must be a finite number")
    return Fraction(value)
