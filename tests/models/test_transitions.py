"""Symmetry breaking: known loads, the formulas against their definitions, and the bounds of the quadrature."""

from __future__ import annotations

import random

import mpmath as mp
import numpy as np
import pytest
from flint import arb

from exactcap.arithmetic.balls import precision, rounded
from exactcap.errors import InputError
from exactcap.models.overlap import Overlap, overlap
from exactcap.models.transitions import point, transitions
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
    assert found.spinodal is not None
    assert found.thermodynamic is not None
    assert found.spinodal.digits == (355497189259, -11)
    assert found.thermodynamic.digits == (373126453201, -11)
    more = transitions(ERF, 30)
    assert more.spinodal is not None
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


def test_what_has_no_transition_is_refused() -> None:
    with pytest.raises(InputError, match="architecture"):
        transitions(Overlap(lambda q: +q, lambda q: arb(1), lambda q: arb(0)), 10)
    with pytest.raises(InputError, match="digits"):
        transitions(ERF, 51)
