"""Replica-symmetric formulas of committees with many hidden units (SPEC-CAPACITY.md, K2), in balls.

Their numbers are enclosed here; what they say about networks is a prediction, or for trees an upper bound.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from exactcap.arithmetic.balls import precision, rational
from exactcap.errors import InputError
from exactcap.models.gaussian import moment
from exactcap.models.overlap import Overlap, overlap
from exactcap.models.units import Unit


def storage_capacity(Q: Overlap, margin: Fraction) -> arb:
    """(Q'(1)/Q(1))/E (gamma + margin/sqrt(Q(1)))_+^2, patterns per weight; Q(q) = q is the perceptron (Gardner 1988).

    >>> from exactcap.models.units import parse_unit
    >>> storage_capacity(overlap(parse_unit("x^2"), "tree", 64), Fraction(0))
    4.00000000000000
    >>> line = Overlap(lambda q: q, lambda q: arb(1), lambda q: arb(0))
    >>> storage_capacity(line, Fraction(1)).str(10, radius=False)
    '0.5195722296'
    """
    one = arb(1)
    total, slope = Q.value(one), Q.slope(one)
    if margin == 0:
        return 2 * slope / total
    return slope / total / moment(2, -rational(margin) / total.sqrt())


def continuous_breaking(unit: Unit, bits: int, attempts: int = 4) -> arb:
    """(pi/4) Q(1)/a_2^2 with Q of "full", where q = 0 loses its stability in a full committee, with so many bits.

    Each of the attempts takes twice as many. Raises InputError when a_2 = 0, or cannot be told from 0: then symmetry
    breaks discontinuously, and this formula says nothing.

    >>> from exactcap.models.units import parse_unit
    >>> continuous_breaking(parse_unit("relu"), 64).str(12, radius=False)  # pi (pi - 2)/4
    '0.896604773477'
    """
    with precision(bits):
        Q = overlap(unit, "full", bits)
        square = Q.bend(arb(0)) / 2
        if attempts > 1 and not (unit.is_odd_but_for_a_constant or square == 0 or square > 0):
            return continuous_breaking(unit, 2 * bits, attempts - 1)
        if unit.is_odd_but_for_a_constant or square == 0:
            raise InputError(
                f"activation: a_2 = 0 for {unit.text[:60]!r}, so q = 0 stays stable and the symmetry breaks "
                "discontinuously, which this formula does not describe; choose a function that is not odd"
            )
        if not square > 0:
            raise InputError(
                f"activation: a_2 of {unit.text[:60]!r} cannot be told from 0 with {bits} bits; choose another function"
            )
        return arb.pi() / 4 * Q.value(arb(1)) / square
