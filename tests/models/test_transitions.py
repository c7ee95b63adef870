"""Symmetry breaking: known loads, the formulas against their definitions, and the bounds of the quadrature."""

from __future__ import annotations

import random

import mpmath as mp
import numpy as np
import pytest
from flint import arb

from exactcap.arithmetic.balls import precision, rounded
from exactcap.errors import InputError
from exactcap.models import transitions as module
from exactcap.models.overlap import Overlap, overlap
from exactcap.models.transitions import Load, Unlocated, point, transitions
from exactcap.models.units import parse_unit

RELU = overlap(parse_unit("relu"), "full", 192)
SQUARE = Overlap(lambda q: 2 * q**2, lambda q: 4 * q, lambda q: arb(4))


def erf_value(q: arb) -> arb:
    return 2 / arb.pi() * ((q / 2).asin() - q / 2)


def erf_slope(q: arb) -> arb:
    return 2 / arb.pi() * ((4 - q**2).rsqrt() - arb(1) / 2)


def erf_bend(q: arb) -> arb:
    return 2 / arb.pi() * q / ((4 - q**2) * (4 - q**2).sqrt())


ERF = Overlap(erf_value, erf_slope, erf_bend)  # of erf(x/sqrt 2)


def test_erf_jumps() -> None:
    found = transitions(ERF, 12)
    assert found.continuous is None
    assert isinstance(found.spinodal, Load)
    assert isinstance(found.thermodynamic, Load)
    assert found.spinodal.digits == (355497189259, -11)
    assert found.thermodynamic.digits == (373126453201, -11)
    more = transitions(ERF, 30)
    assert isinstance(more.spinodal, Load)
    assert str(more.spinodal.digits[0]).startswith("35549718925874232036")
    assert more.spinodal.q0 == found.spinodal.q0 == "0.4350289722"


def test_continuous_transitions_have_closed_forms() -> None:
    with precision(160):
        expected = rounded(arb.pi() * (arb.pi() - 2) / 4, 20), rounded(arb.pi() / 4, 20)
    for kernel, digits in zip((RELU, SQUARE), expected, strict=True):
        found = transitions(kernel, 20)
        assert (found.continuous, found.spinodal, found.thermodynamic) == (digits, None, None)


def free_entropy(v: float, one: float, q: float, alpha: float) -> float:
    z = np.linspace(-10, 10, 2001)
    tail = np.array([float(mp.ncdf(x)) for x in z * (v / (one - v)) ** 0.5])
    e = -float(np.exp(-z * z / 2) @ np.log(tail)) * (z[1] - z[0]) / (2 * np.pi) ** 0.5
    return float((np.log(1 - q) + q / (1 - q)) / 2 - alpha * e)


@pytest.mark.parametrize("kernel", [RELU, ERF])
def test_loads_are_those_of_the_free_entropy(kernel: Overlap) -> None:
    q, h = 0.5, 1e-3
    with precision(64):
        at = point(kernel, arb(q), 30)
        values = [float(kernel.value(arb(x)).mid()) for x in (q - h, q, q + h, 1)]
    alpha, equal = float(at.load.mid()), float(at.balance.mid())
    low, high = (free_entropy(values[i], values[3], x, alpha) for i, x in ((0, q - h), (2, q + h)))
    assert abs(high - low) / (2 * h) < 1e-5
    assert abs(free_entropy(values[1], values[3], q, equal) + equal * np.log(2)) < 1e-9


def test_steepness_is_the_derivative() -> None:
    with precision(160):
        h = arb(2) ** -30
        for kernel in (RELU, ERF, SQUARE):
            q = arb(3) / 8
            change = (point(kernel, q + h, 70).load.log() - point(kernel, q - h, 70).load.log()) / (2 * h)
            assert abs(change - point(kernel, q, 40).steepness) < 1e-12


def test_error_of_the_quadrature_is_inside_the_ball() -> None:
    with precision(128):
        for q in (arb(1) / 50, arb(1) / 2, arb(63) / 64):
            fine = point(ERF, q, 70)
            for nats in (1, 3, 9, 20):
                coarse = point(ERF, q, nats)
                assert all(
                    getattr(coarse, name).overlaps(getattr(fine, name)) for name in ("load", "balance", "steepness")
                )


def test_integrands_are_bounded_on_the_strip() -> None:
    rng = random.Random(3)
    for _ in range(60):
        y = mp.mpc(rng.uniform(-12, 12), rng.uniform(-1, 1))
        w = 1 + abs(y.real)
        below = mp.erfc(-y / mp.sqrt(2)) / 2
        m = mp.exp(-y * y / 2) / mp.sqrt(2 * mp.pi) / below
        assert abs(mp.log(below)) <= 5 * w**2
        assert abs(m) <= 2 * w
        assert abs(m**2 * (y + m) * (y + 3 * m)) <= 84 * w**4


@pytest.mark.parametrize(
    ("text", "least"), [("exp(8*x)", 110.60667), ("exp(5*x)", 42.437355), ("sin(40*x)", 2792.8695)]
)
def test_minima_near_one_are_located(text: str, least: float) -> None:
    """The limit q -> 1 of alpha and T, 2 Q'(1)/Q(1), is far below that of q -> 0; the minima are a little below it."""
    kernel = overlap(parse_unit(text), "full", 128)
    found = transitions(kernel, 8)
    with precision(64):
        end = 2 * kernel.slope(arb(1)) / kernel.value(arb(1))
        for load, name in ((found.spinodal, "load"), (found.thermodynamic, "balance")):
            assert isinstance(load, Load)
            value = load.digits[0] * 10.0 ** load.digits[1]
            assert value < end
            for j in range(1, 20):  # no other q has less
                at = point(kernel, 1 - (1 - arb(load.q0)) * arb(3 * j) / 32, 24)
                assert not getattr(at, name) < value * (1 - 1e-7)
    assert isinstance(found.spinodal, Load)
    assert found.spinodal.digits[0] * 10.0 ** found.spinodal.digits[1] == pytest.approx(least, rel=1e-6)


def test_a_height_near_one_by_another_quadrature() -> None:
    """alpha(127/128) of exp(8 x), by the definition in mpmath: Q(q) = e^64 (e^(64 q) - 1 - 64 q)."""
    with mp.workdps(20):
        q = mp.mpf(127) / 128
        v, one, slope = (mp.e ** (64 * x) - 1 - 64 * x for x in (q, 1, q))
        slope = 64 * (mp.e ** (64 * q) - 1)
        kappa = mp.sqrt(v / (one - v))
        square = mp.quad(lambda z: mp.npdf(z) * (mp.npdf(kappa * z) / mp.ncdf(kappa * z)) ** 2, list(range(-9, 10)))
        expected = q * (one - v) / ((1 - q) ** 2 * slope * square)
    kernel = overlap(parse_unit("exp(8*x)"), "full", 128)
    with precision(64):
        assert abs(point(kernel, arb(127) / 128, 30).load - float(expected)) < 1e-9
    assert float(expected) == pytest.approx(111.3, abs=0.05)


def test_the_balance_at_tiny_overlaps() -> None:
    """q = 0: T -> (pi/2) Q(1)/Q''(0) = pi/4 of 2 q^2, where the average differs from ln 2 by less than its error."""
    with precision(64):
        for j in range(10, 31, 5):
            q = arb(2) ** -j
            assert abs(point(SQUARE, q, 24).balance - arb.pi() / 4) < 3 * q
    with precision(128):
        for q in (arb(1) / 50, arb(1) / 7):
            assert point(ERF, q, 3).balance.overlaps(point(ERF, q, 70).balance)


def test_what_the_scan_does_not_locate_is_not_denied(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = overlap(parse_unit("exp(5*x)"), "full", 128)
    monkeypatch.setattr(module, "MAX_RATIO", 0)
    monkeypatch.setattr(module, "_SCAN", module._SCAN[:10])
    found = transitions(kernel, 8)
    assert (found.spinodal, found.thermodynamic) == (Unlocated.NEAR_ONE, Unlocated.NEAR_ONE)


@pytest.mark.parametrize("kernel", [SQUARE, ERF])
def test_undecided_heights_are_not_above_the_limit(kernel: Overlap) -> None:
    def blurred(q: arb) -> arb:
        wrong = bool(arb("0.4") < q) and bool(q < arb("0.43"))
        return arb.nan() if wrong else kernel.value(q)

    found = transitions(Overlap(blurred, kernel.slope, kernel.bend), 8)
    assert (found.spinodal, found.thermodynamic) == (Unlocated.UNDECIDED, Unlocated.UNDECIDED)
    wide = transitions(Overlap(lambda q: kernel.value(q) + arb(0, 1e-3), kernel.slope, kernel.bend), 8)
    assert isinstance(wide.spinodal, Unlocated)
    assert isinstance(wide.thermodynamic, Unlocated)


def test_what_has_no_transition_is_refused() -> None:
    with pytest.raises(InputError, match="architecture"):
        transitions(Overlap(lambda q: +q, lambda q: arb(1), lambda q: arb(0)), 10)
    with pytest.raises(InputError, match="digits"):
        transitions(ERF, 51)
