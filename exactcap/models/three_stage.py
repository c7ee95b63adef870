"""The three failure bounds of the explicit memorization theorem (SPEC-GAUSSIAN.md, G5, rule `three-stage`), in balls.

A witness is accepted when each bound is certainly below 1: then random weights in layers 1 and 2 and random signs in
layer 3 succeed with positive probability, for every data set and labelling.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from exactcap.arithmetic.balls import precision, rational
from exactcap.models.gaussian import common_correlation, tail

NEAREST_TO_OPPOSITE = Fraction(-99, 100)


@dataclass(frozen=True)
class Instance:
    """K points, K_1 of them with label one at most, at pairwise distances of at least delta."""

    points: int
    ones: int
    separation_squared: Fraction

    @property
    def pairs(self) -> int:
        """K choose 2."""
        return self.points * (self.points - 1) // 2

    @property
    def correlation(self) -> Fraction:
        """An upper bound of all inner products: 1 - delta^2/2, or -99/100 where that is smaller.

        F_0 does not decrease in the correlation, so an upper bound serves; it keeps q1 away from 0 (delta = 2).
        """
        return max(1 - self.separation_squared / 2, NEAREST_TO_OPPOSITE)


@dataclass(frozen=True)
class Witness:
    """The free numbers of the theorem: units used, b1, b2, e_d, e_o, T_min, T_max."""

    used: tuple[int, int, int]
    bias_1: Fraction
    bias_2: Fraction
    norm_epsilon: Fraction
    inner_epsilon: Fraction
    least: int
    most: int


@dataclass(frozen=True)
class Stage:
    """One condition: whether it certainly holds, and its bound as a ball, or the side condition that fails."""

    holds: bool
    text: str


def batch(ones: int, third: int) -> int:
    """B = ceil(K_1/floor(n3/2)), the ones in the largest batch; n3 >= 2.

    >>> batch(1000, 2000), batch(1000, 3), batch(1000, 1998)
    (1, 1000, 2)
    """
    return -(-ones // (third // 2))


def three_stages(instance: Instance, witness: Witness, bits: int = 128) -> tuple[Stage, Stage, Stage]:
    """The three conditions of rule `three-stage`, decided at this precision.

    >>> numbers = [Fraction(text) for text in ("1.024", "2.118", "0.12488", "0.2103")]
    >>> for stage in three_stages(Instance(2, 2, Fraction(2)), Witness((1127, 582, 4), *numbers, 4, 1)):
    ...     print(stage.holds, stage.text)
    True the bound is [0.99899008 +/- 7.39e-10]
    True the bound is [0.99885472 +/- 1.11e-9]
    True the bound is [0.54134113 +/- 2.95e-9]
    """
    with precision(bits):
        return _first(instance, witness), _second(instance, witness), _third(instance, witness)


def _first(instance: Instance, witness: Witness) -> Stage:
    n, e_d, e_o = witness.used[0], rational(witness.norm_epsilon), rational(witness.inner_epsilon)
    if missing := _missing(
        ("n1 >= 1", n >= 1), ("b1 > 0", witness.bias_1 > 0),
        ("0 < e_d, e_o < 1", 0 < witness.norm_epsilon < 1 and 0 < witness.inner_epsilon < 1),
    ):  # fmt: skip
        return missing
    b = rational(witness.bias_1)
    p, q = tail(b), common_correlation(0, b, instance.correlation)
    # p1 < 1/2, so (1 + e_d) p1 and e_o p1 are below 1
    return _above("e_o p1 > q1", e_o * p, q) or _compared(
        _failure(instance.points, n, (1 + e_d) * p, p)
        + _failure(instance.points, n, (1 - e_d) * p, p)
        + _failure(instance.pairs, n, e_o * p, q)
    )


def _second(instance: Instance, witness: Witness) -> Stage:
    n, e_d, e_o, b2 = witness.used[1], witness.norm_epsilon, witness.inner_epsilon, witness.bias_2
    if missing := _missing(
        ("0 < e_d, e_o and e_d + e_o < 1", e_d > 0 and e_o > 0 and e_d + e_o < 1), ("b2 > 0", b2 > 0),
        # in squares: both sides are positive
        ("b2 (1 - e_d - e_o) >= e_o sqrt(1 + e_d)", (b2 * (1 - e_d - e_o)) ** 2 >= e_o**2 * (1 + e_d)),
        ("T_min, T_max >= 1", min(witness.least, witness.most) >= 1), ("n2 > T_max + 1", n > witness.most + 1),
    ):  # fmt: skip
        return missing
    b = rational(b2)
    p = tail(b / rational(1 - e_d).sqrt())
    q = common_correlation(0, b / rational(1 + e_d).sqrt(), e_o / (1 + e_d))
    least, most = rational(Fraction(witness.least - 1, n)), rational(Fraction(witness.most + 1, n))
    return (
        _above("p2 > (T_min - 1)/n2", p, least)
        or _above("(T_max + 1)/n2 > q2", most, q)
        or _compared(_failure(instance.ones, n, least, p) + _failure(instance.pairs, n, most, q))
    )


def _third(instance: Instance, witness: Witness) -> Stage:
    if missing := _missing(("n3 >= 2", witness.used[2] >= 2), ("T_max >= 1", witness.most >= 1)):
        return missing
    size = batch(instance.ones, witness.used[2])
    exponent = rational(Fraction(witness.least**2, 8 * size * witness.most**2))
    return _compared(2 * instance.points * (-exponent).exp())


def _failure(count: int, n: int, x: arb, p: arb) -> arb:
    """count e^(-n D(x||p)), D(x||p) = x log(x/p) + (1 - x) log((1 - x)/(1 - p)), 0 <= x < 1, 0 < p < 1."""
    divergence = (0 if x == 0 else x * (x / p).log()) + (1 - x) * ((1 - x) / (1 - p)).log()
    return count * (-n * divergence).exp()


def _missing(*conditions: tuple[str, bool]) -> Stage | None:
    """The first side condition about exact numbers that does not hold."""
    return next((Stage(False, f"{name} does not hold") for name, holds in conditions if not holds), None)


def _above(name: str, left: arb, right: arb) -> Stage | None:
    """None when left > right for certain."""
    return None if left > right else Stage(False, f"{name} is not certain: {left.str(5)} and {right.str(5)}")


def _compared(bound: arb) -> Stage:
    return Stage(bool(bound < 1), f"the bound is {bound.str(8)}" + ("" if bound < 1 else ", not below 1"))
