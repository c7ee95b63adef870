"""Rational inputs made integer by one affine map a column, which the first layer of a network absorbs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from exactcap.errors import InputError


@dataclass(frozen=True)
class ScaledInputs:
    """Integers with ``integers[i][c] == factors[c] * (values[i][c] - shifts[c])`` for the rational table ``values``.

    Attributes:
        integers: the scaled table, row by row.
        factors: one nonzero rational a column.
        shifts: one rational a column.
    """

    integers: tuple[tuple[int, ...], ...]
    factors: tuple[Fraction, ...]
    shifts: tuple[Fraction, ...]


def scale_to_integers(values: Sequence[Sequence[Fraction]], shift: bool = True) -> ScaledInputs:
    """Map every column of the n x d table ``values`` to integers without common divisor, by an affine map.

    The shift is the minimum of the column, or 0 without ``shift``, for networks without trained biases.
    The factor is the inverse of the greatest common divisor of the
    differences, so the integers of a column start at 0 if shifted. A constant column becomes zeros,
    with factor 1. A network whose first layer has weights ``w`` and bias ``b`` on the integers is the network with
    weights ``w[c] * factors[c]`` and bias ``b - sum(w[c] * factors[c] * shifts[c])`` on ``values``; because the
    factors are nonzero, this is a bijection of networks.

    Raises:
        InputError: ``values`` has no row or no column, or its rows differ in length.

    >>> scaled = scale_to_integers([[Fraction("0.5"), Fraction(7)], [Fraction("1.1"), Fraction(7)]])
    >>> scaled.integers, scaled.factors, scaled.shifts
    (((0, 0), (1, 0)), (Fraction(5, 3), Fraction(1, 1)), (Fraction(1, 2), Fraction(7, 1)))
    """
    _check_rectangular(values, "values")
    columns, factors, shifts = [], [], []
    for column in zip(*values, strict=True):
        least = min(column) if shift else Fraction(0)
        differences = [value - least for value in column]
        factor = 1 / (_gcd(differences) or Fraction(1))
        # The gcd divides every difference, so these products are integers.
        columns.append([(factor * difference).numerator for difference in differences])
        factors.append(factor)
        shifts.append(least)
    return ScaledInputs(tuple(zip(*columns, strict=True)), tuple(factors), tuple(shifts))


def _gcd(rationals: Sequence[Fraction]) -> Fraction:
    # For reduced fractions gcd(a/b, c/d) = gcd(a, c) / lcm(b, d); zero counts as 0/1.
    numerator = math.gcd(*(rational.numerator for rational in rationals))
    return Fraction(numerator, math.lcm(*(rational.denominator for rational in rationals)))


def _check_rectangular(table: Sequence[Sequence[object]], name: str) -> None:
    lengths = {len(row) for row in table}
    if len(lengths) != 1 or lengths == {0}:
        raise InputError(
            f"{name}: needs rows of one common length >= 1; got {len(table)} rows of lengths {sorted(lengths)}"
        )
