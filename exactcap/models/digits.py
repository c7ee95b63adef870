"""Decimal digits of Gaussian quantities: ball in, integers out, so that callers need no balls."""

from __future__ import annotations

from fractions import Fraction

from exactcap.arithmetic.balls import precision, rational, rounded
from exactcap.models.committee_tree import gordon
from exactcap.models.gaussian import correlation, mills, moment
from exactcap.models.overlap import overlap
from exactcap.models.replica import continuous_breaking, storage_capacity
from exactcap.models.units import Unit

MOMENTS = {"tail": 0, "relu-moment": 1, "relu-second-moment": 2}
POWERS = {"threshold": 0, "relu": 1}


def one_unit_digits(function: str, at: Fraction, digits: int, bits: int) -> tuple[int, int] | None:
    """(m, e) as `exactcap.arithmetic.balls.rounded` of R(at) ("mills") or a moment of `MOMENTS`, with so many bits.

    >>> one_unit_digits("mills", Fraction(3), 10, 64)
    (3045902987, -10)
    >>> one_unit_digits("tail", Fraction(10**15), 3, 64) is None
    True
    """
    with precision(bits):
        return rounded(mills(at) if function == "mills" else moment(MOMENTS[function], at), digits)


def correlation_digits(
    activation: str, biases: tuple[Fraction, Fraction], norms: tuple[Fraction, Fraction], inner: Fraction, digits: int,
    bits: int,
) -> tuple[int, int] | None:  # fmt: skip
    """The same of E phi(<g,u> - h) phi(<g,v> - k) for u, v with these norms and inner product.

    >>> half, one = Fraction(1, 2), Fraction(1)
    >>> correlation_digits("threshold", (0 * one, 0 * one), (one, one), half, 5, 64)
    (33333, -5)
    """
    power, (h, k), (s, t) = POWERS[activation], biases, norms
    with precision(bits):
        value = correlation(power, h / s, k / t, inner / (s * t))
        return rounded(rational((s * t) ** power) * value, digits)


def perceptron_digits(margin: Fraction, digits: int, bits: int) -> tuple[int, int] | None:
    """The same of 1/E (gamma + margin)_+^2.

    >>> perceptron_digits(Fraction(1), 10, 64)
    (5195722296, -10)
    """
    with precision(bits):
        return rounded(1 / moment(2, -margin), digits)


def committee_digits(unit: Unit, architecture: str, margin: Fraction, digits: int, bits: int) -> tuple[int, int] | None:
    """The same of the replica-symmetric formula of a "tree" or "full" committee, for any unit.

    >>> from exactcap.models.units import parse_unit
    >>> committee_digits(parse_unit("relu"), "full", Fraction(0), 10, 64)
    (5503876788, -9)
    """
    with precision(bits):
        return rounded(storage_capacity(overlap(unit, architecture, bits), margin), digits)


def breaking_digits(unit: Unit, digits: int, bits: int) -> tuple[int, int] | None:
    """The same of (pi/4) Q(1)/a_2^2 in a full committee; raises InputError where a_2 = 0.

    >>> from exactcap.models.units import parse_unit
    >>> breaking_digits(parse_unit("x^2"), 10, 64)
    (7853981634, -10)
    """
    with precision(bits):
        return rounded(continuous_breaking(unit, bits), digits)


def gordon_digits(activation: str, units: int, digits: int, bits: int) -> tuple[int, int] | None:
    """The same of Gordon's bound 1/E dist^2 of a tree.

    >>> gordon_digits("sign", 3, 10, 64)
    (4025191881, -9)
    """
    with precision(bits):
        return rounded(gordon(activation, units), digits)


def lost_bits(biases: tuple[Fraction, ...], rho: Fraction = Fraction(0)) -> int:
    """About how many bits the exponential of a tail at these thresholds loses: the logarithm of its argument.

    >>> lost_bits((Fraction(10**15),))
    101
    """
    size = int(max(abs(bias) for bias in biases))
    return 2 * size.bit_length() + (0 if abs(rho) == 1 else int(1 / (1 - rho * rho)).bit_length())
