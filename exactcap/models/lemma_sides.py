"""The two sides of the lemmas on Gaussian expectations at one point, in balls (SPEC-GAUSSIAN.md, G4).

Each function returns (low, high) with the meaning: the lemma says high <= low, so it fails at the point when low < high
certainly. Arguments are exact; k is 0 for threshold and 1 for ReLU.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from exactcap.arithmetic.balls import precision, rational
from exactcap.models.gaussian import correlation, moment, scaled_moment

BITS = (96, 256, 1024)

Sides = tuple[Any, Any]


def certainly_fails(sides: Callable[[], Sides]) -> bool:
    """Whether low < high, proved at some precision.

    >>> certainly_fails(lambda: separated(0, Fraction(-3), Fraction(2), Fraction(2), Fraction(1, 8)))
    True
    """
    for bits in BITS:
        with precision(bits):
            low, high = sides()
            if low < high:
                return True
            if low > high:
                return False
    return False


def side_words(sides: Callable[[], Sides]) -> tuple[str, str]:
    """(low, high) with six digits, for people.

    >>> side_words(lambda: separated(1, Fraction(0), Fraction(0), Fraction(1, 2), None))
    ('0.250000', '0.500000')
    """
    with precision(BITS[0]):
        low, high = (side.mid().str(6, radius=False) for side in sides())
        return low, high


def separated(k: int, b: Fraction, delta: Fraction, constant: Fraction, kappa: Fraction | None) -> Sides:
    """prop-3.1 at bias b and distance delta; ``kappa`` None is the sharp form."""
    rate = delta**2 / (2 * (4 - delta**2)) if kappa is None else kappa * delta**2
    factor = constant * ((1 - delta**2 / 4) ** k if kappa is None else 1)
    bound = rational(factor) * rational(-rate * b**2).exp() * moment(2 * k, b)
    return bound, correlation(k, b, b, 1 - delta**2 / 2)


def norm_change(k: int, b: Fraction, s: Fraction, constant: Fraction, rate: Fraction) -> Sides:
    """prop-3.2-i at a vector of length s: s^(2k) M_2k(b/s) against constant e^(-rate b^2) M_2k(b)."""
    bound = rational(constant) * rational(-rate * b**2).exp() * moment(2 * k, b)
    return rational(s ** (2 * k)) * moment(2 * k, b / s), bound


def orthogonal(k: int, b: Fraction, s: Fraction, inner: Fraction, constant: Fraction, rate: Fraction) -> Sides:
    """prop-3.2-ii at two vectors of length s with this inner product."""
    bound = rational(constant) * rational(rate * b**2).exp() * moment(k, b) ** 2
    return bound, rational(s ** (2 * k)) * correlation(k, b / s, b / s, inner / s**2)


def decoupling(eta: Fraction, constant: Fraction, epsilon: Fraction) -> Sides:
    """lemma-3.3 for the indicator of (-eta, eta), variances 1 - epsilon and covariance epsilon."""
    shrink = rational(-(eta**2) / (1 - 2 * epsilon)).exp()
    return rational(constant), rational(1 + 2 * epsilon) / rational(1 - 2 * epsilon).sqrt() * shrink


def one_output(s: Fraction, constant: Fraction) -> Sides:
    """theorem-6.2 with one output, the configuration of size s."""
    return rational(2 * s + 3) * rational(2 * s + 2).log(), rational(constant * s**2)


def asymptotics(n: int, b: Fraction, constant: Fraction) -> Sides:
    """lemma-A.1 at b."""
    return scaled_moment(n, b), rational((1, 1, 2)[n] / b ** (n + 1) * (1 - constant / b**2))


def stability(k: int, b: Fraction, s: Fraction, constant: Fraction) -> Sides:
    """lemma-A.2 at b and z = s^2 - 1."""
    theta = scaled_moment(k, b / s) / (rational(s ** (k + 1)) * scaled_moment(k, b))
    return rational(constant / b**2), abs(theta - 1)


def scale(b: Fraction, low: Fraction, high: Fraction, is_closed: bool) -> Sides:
    """lemma-A.3 for an indicator and the scales low < high."""
    return _probability(b, high, is_closed), _probability(b, low, is_closed)


def _probability(b: Fraction, sigma: Fraction, is_closed: bool) -> Any:
    if sigma:
        return moment(0, b / sigma)
    return rational(Fraction(b < 0 or (b == 0 and is_closed)))


def second_moment(k: int, b: Fraction) -> Sides:
    """E phi <= b E phi^2 at b."""
    return rational(b) * moment(2 * k, b), moment(k, b)


def farthest(k: int, low: Fraction, high: Fraction, near: Fraction, constant: Fraction, kappa: Fraction) -> Fraction:
    """A distance d, perhaps below ``near``, such that the bound of prop-3.1 holds for biases low..high <= 0, near..d.

    From F_k(low, near) <= constant e^(-kappa low^2 d^2) M_2k(high); at most 2; with some slack for the checker.
    """
    with precision(96):
        left = correlation(k, low, low, 1 - near**2 / 2)
        log_ratio = (rational(constant) * moment(2 * k, high) / left).log()
        squared = log_ratio / rational(kappa * low**2) * (1 - rational(Fraction(1, 10**6)))
        if squared > 4:
            return Fraction(2)
        root = squared.sqrt().lower() if squared > 0 else rational(Fraction(0))
        return Fraction(int((root * 2**20).floor().unique_fmpz() or 0), 2**20)
