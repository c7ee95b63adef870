"""The minimum of the one-step functional: known digits, proofs of true bounds, and false bounds that are not proved."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

import pytest
from flint import arb

from exactcap.arithmetic.balls import precision, rational
from exactcap.errors import InputError
from exactcap.models.one_step import capacity, energy_slope
from exactcap.models.overlap import Overlap, overlap
from exactcap.models.units import parse_unit
from exactcap.provers.one_step import convex_box, nonnegative_on, one_step, polish, search, zero_column
from exactcap.provers.one_step_cover import Cover
from exactcap.provers.outcome import silent

PERCEPTRON = Overlap(lambda q: +q, lambda q: arb(1), lambda q: arb(0))
SQUARE = Overlap(lambda q: 2 * q**2, lambda q: 4 * q, lambda q: arb(4))
FULL = overlap(parse_unit("relu"), "full", 192)
TREE = overlap(parse_unit("relu"), "tree", 192)


def at(kernel: Overlap, q: Fraction, r: Fraction) -> arb:
    with precision(64):
        return capacity(kernel, rational(q), rational(r), 20)


def mixture(m: int, n: int, c: Fraction) -> Overlap:
    """Q = (1 - c) q^m + c q^n."""

    def total(first: int, second: int, k: int) -> Callable[[arb], arb]:
        return lambda q: rational((1 - c) * first) * q ** max(m - k, 0) + rational(c * second) * q ** (n - k)

    return Overlap(total(1, 1, 0), total(m, n, 1), total(m * (m - 1), n * (n - 1), 2))


def cover(
    kernel: Overlap, alpha: str, most: int, core: tuple[Fraction, Fraction, Fraction, Fraction] | None = None
) -> Cover:
    return Cover(kernel, Fraction(alpha), core, most, silent)


def test_digits_of_relu_full_are_proved() -> None:
    found = one_step(FULL, 20)
    assert (found.mantissa, found.exponent, found.proved) == (38121313349111800647, -19, True)
    assert (found.q0, found.r) == ("0.4086311523", "17.92116792")
    assert found.lower is not None
    assert Fraction(found.lower) * 10**19 < found.mantissa


def test_digits_at_the_edge_are_proved() -> None:
    erf = one_step(overlap(parse_unit("erf"), "full", 192), 20)
    assert (erf.mantissa, erf.exponent, erf.proved, erf.q0) == (41863713103022013639, -19, True, "0.0000000000")


def test_digits_of_relu_tree_are_found_without_work() -> None:
    found = one_step(TREE, 20, most=0)
    assert (found.mantissa, found.exponent) == (26642800565872624133, -19)
    assert (found.proved, found.lower) == (False, None)
    column = zero_column(TREE, 9)
    assert (column.mantissa, column.exponent, column.proved) == (285021161, -8, True)


def test_one_step_is_below_the_column_and_the_symmetric_value() -> None:
    for kernel in (FULL, SQUARE):
        one = arb(1)
        column, least = zero_column(kernel, 12), one_step(kernel, 12, most=0)
        symmetric = 2 * kernel.slope(one) / kernel.value(one)
        assert least.exponent == column.exponent
        assert least.mantissa < column.mantissa
        assert symmetric * 10**11 > column.mantissa


def test_minimum_next_to_the_edge() -> None:
    kernel = overlap(parse_unit("sin(5*x)"), "tree", 256)  # Q'(0) > 0 is 1e-9, so q = 0 is not the minimum
    found, column = one_step(kernel, 20), zero_column(kernel, 20)
    assert (found.mantissa, found.q0, found.proved) == (62629744207185739835, "0.0000000018", True)
    assert (column.mantissa, column.q0, column.proved) == (62629744207185739851, "0.0000000000", True)


def test_perceptron_tends_to_two() -> None:
    for found in (one_step(PERCEPTRON, 20), zero_column(PERCEPTRON, 20)):
        assert (found.mantissa, found.exponent, found.proved) == (2 * 10**19, -19, True)
        assert found.lower is not None
        assert 2 - Fraction(1, 10**20) < Fraction(found.lower) < 2
    rng = random.Random(13)
    for _ in range(40):
        assert at(PERCEPTRON, Fraction(rng.randint(0, 99), 100), Fraction(2) ** rng.randint(-6, 6)) > 2


def test_column_has_a_gain_from_five_halves_on() -> None:
    """Q = (1 - c) q + c q^2 has the replica-symmetric value 2 (1 + c)."""
    below, above = (zero_column(mixture(1, 2, c), 10) for c in (Fraction(249, 1000), Fraction(30, 100)))
    assert (below.mantissa, below.exponent, below.proved, below.r) == (2498000000, -9, True, "0")
    assert above.proved
    assert above.mantissa < 26 * 10**8


def test_a_number_half_way_between_two_has_one_digit_more() -> None:
    for c, value in ((Fraction(1, 8), 225), (Fraction(9, 40), 245)):
        found = zero_column(mixture(1, 2, c), 2)
        assert (found.mantissa, found.exponent, found.proved, found.r) == (value, -2, True, "0")
        assert found.lower is not None
        assert Fraction(value, 100) - Fraction(1, 10**4) < Fraction(found.lower) < Fraction(value, 100)


@pytest.mark.parametrize(
    ("c", "mantissa", "q0"), [("0.01", 2019988815, "0.9974631593"), ("0.1", 2193357681, "0.8842775466")]
)
def test_minimum_next_to_one(c: str, mantissa: int, q0: str) -> None:
    """Nearly linear Q: the minimum lies close to q = 1 and hardly below the replica-symmetric value."""
    found = one_step(mixture(1, 2, Fraction(c)), 10, most=0)
    assert (found.mantissa, found.exponent, found.q0) == (mantissa, -9, q0)


def test_search_reaches_q_very_near_one() -> None:
    kernel = overlap(parse_unit("erf(x/5)"), "tree", 160)
    point = Fraction(99983, 100000), Fraction(3221)
    with precision(64):
        symmetric = 2 * kernel.slope(arb(1)) / kernel.value(arb(1))
    ((q, r),) = search(kernel)
    assert at(kernel, q, r) < at(kernel, *point) < symmetric
    assert Fraction(9997, 10000) < q < Fraction(9999, 10000)


@pytest.mark.parametrize("w", [Fraction(41, 2000), Fraction(43, 2000), Fraction(22, 1000)])
def test_no_competing_minimum_is_missed(w: Fraction) -> None:
    """Q = (1 - w) q^3 + w q^400: minima at q = 0 and near q = 0.66, equally low at about w = 0.02173."""
    kernel = mixture(3, 400, w)
    found, column = one_step(kernel, 8, most=0), zero_column(kernel, 8, most=0)
    assert (found.mantissa, found.exponent) <= (column.mantissa, column.exponent)
    assert (found.q0 == "0.0000000000") == (w < Fraction(2173, 100000))
    assert rational(found.mantissa * Fraction(10) ** found.exponent) < at(kernel, Fraction(67, 100), Fraction(354))


def test_never_above_the_column() -> None:
    rng = random.Random(17)
    for _ in range(3):
        kernel = mixture(rng.randint(2, 5), rng.randint(50, 800), Fraction(rng.randint(1, 300), 10000))
        found, column = one_step(kernel, 10, most=0), zero_column(kernel, 10, most=0)
        assert found.exponent == column.exponent
        assert found.mantissa <= column.mantissa


def test_newton_is_not_followed_to_a_higher_saddle() -> None:
    kernel, start = mixture(3, 400, Fraction(43, 2000)), (Fraction(42, 100), Fraction(220))
    saddle = polish(kernel, Fraction(4, 10), Fraction(230), 64)
    assert saddle is not None
    assert at(kernel, *start) < at(kernel, *saddle)
    assert polish(kernel, *start, 64) is None


def test_proved_bounds_are_below_random_values() -> None:
    rng = random.Random(11)
    assert cover(SQUARE, "3.36", 60_000).holds()
    assert cover(TREE, "2.4", 60_000).holds()
    for _ in range(60):
        q, r = Fraction(rng.randint(0, 999), 1000), Fraction(rng.randint(1, 16)) * Fraction(2) ** rng.randint(-9, 8)
        assert at(SQUARE, q, r) > 3.374
        assert at(TREE, q, r) > 2.66


@pytest.mark.parametrize("alpha", ["3.8122", "3.9", "5.51", "50"])
def test_false_bounds_are_not_proved(alpha: str) -> None:
    assert not cover(FULL, alpha, 10_000).holds()


def test_a_box_elsewhere_does_not_help() -> None:
    elsewhere = Fraction(1, 2), Fraction(3, 4), Fraction(16), Fraction(20)
    assert not cover(FULL, "3.8122", 10_000, elsewhere).holds()
    around = Fraction(1, 4), Fraction(1, 2), Fraction(12), Fraction(24)
    assert cover(FULL, "3.8122", 60_000, around).holds()  # what is inside the box is not claimed


def test_tails() -> None:
    """No tail is claimed for an alpha above its values, and where a tail is claimed, F is above alpha."""
    with precision(64):
        assert cover(FULL, "5.6", 10**4)._small() is None
        assert cover(FULL, "5.6", 10**4)._corner() is None
        part = cover(FULL, "3.8", 10**4)
        corner, start = part._corner(), part._small()
        assert corner is not None
        assert start is not None
        far = part._far(corner)
        assert far is not None
        assert not cover(FULL, "8", 10**4)._beyond(Fraction(64), [(Fraction(0), 1 - corner)])
        rng = random.Random(12)
        for _ in range(15):
            q, p = Fraction(rng.randint(0, 99), 100), corner * Fraction(rng.randint(1, 100), 100)
            assert at(FULL, q, start * Fraction(rng.randint(1, 100), 100)) > 3.8
            assert at(FULL, q * (1 - corner), far * rng.randint(1, 100)) > 3.8
            assert at(FULL, 1 - p, rng.randint(1, 300) / corner) > 3.8


def test_bounds_of_the_energy_at_large_r() -> None:
    """The bounds (1) and (2) of the cover against D itself."""
    with precision(64):
        for q, r in ((0.0, 3.0), (0.25, 1.0), (0.5, 40.0), (0.875, 1000.0), (0.96875, 30.0)):
            energy = energy_slope(FULL, arb(q), arb(r), 20)[0]
            v, one, level = FULL.value(arb(q)), FULL.value(arb(1)), arb(r) / FULL.slope(arb(1))
            s2 = one - v
            rho = (v / s2).sqrt()
            x = 1 + level * s2
            assert energy < arb(2).log() + x.log() / 4 + level * v / (4 * x)
            assert energy < arb(2).log() / 2 + (2 * arb.pi()).log() / 4 + rho**2 / 4 + (1 + rho).log() / 2


def test_convex_boxes() -> None:
    alpha = Fraction("3.812")
    box = convex_box(FULL, Fraction("0.40863"), Fraction("17.92"), alpha)
    assert box is not None
    assert box[0] < Fraction("0.40863") < box[1]
    assert box[2] < Fraction("17.92") < box[3]
    assert convex_box(FULL, Fraction("0.4"), Fraction(900), alpha) is None  # N - alpha D is not convex there


def test_tangent_planes() -> None:
    with precision(160):
        start = Fraction("0.4086311523"), Fraction("17.92116792")
        point = polish(FULL, *start, 160)
        assert point is not None
        box = convex_box(FULL, *point, Fraction("3.8121313349"))
        assert box is not None
        assert nonnegative_on(FULL, *point, Fraction("3.81213133491118006"), box, 80)
        assert not nonnegative_on(FULL, *point, Fraction("3.81213133491118007"), box, 80)  # above the minimum
        beside = point[0] + (box[1] - box[0]) / 4, point[1]
        assert not nonnegative_on(FULL, *beside, Fraction("3.81213133491118006"), box, 80)  # a steep plane


@pytest.mark.parametrize("digits", [0, 1, 51])
def test_digits_out_of_range_are_refused(digits: int) -> None:
    with pytest.raises(InputError, match="digits"):
        one_step(FULL, digits)


def test_a_constant_is_refused() -> None:
    with pytest.raises(InputError, match="activation"):
        one_step(Overlap(lambda q: arb(0), lambda q: arb(0), lambda q: arb(0)), 10)
