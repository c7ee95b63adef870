"""The one-step functional: against its definition, its derivatives, its shape, and the bounds of its quadrature."""

from __future__ import annotations

import random

import mpmath as mp
import numpy as np
import pytest
from flint import arb

from exactcap.arithmetic.balls import precision
from exactcap.models.one_step import Jet, capacity, energy, energy_slope, entropy, rough_capacity
from exactcap.models.overlap import Overlap, overlap
from exactcap.models.units import parse_unit

PERCEPTRON = Overlap(lambda q: +q, lambda q: arb(1), lambda q: arb(0))
SQUARE = Overlap(lambda q: 2 * q**2, lambda q: 4 * q, lambda q: arb(4))
RELU = overlap(parse_unit("relu"), "tree", 192)
OVERLAPS = (PERCEPTRON, SQUARE, RELU)
NAMES = ("value", "q", "r", "qq", "qr", "rr")


def by_definition(v: float, s: float, level: float) -> float:
    """D from the expectation over w itself, not from its closed form: two trapezoidal rules."""
    z, w = np.linspace(-9, 9, 361), np.linspace(-9, 9, 12001)
    soft = np.exp(-level / 2 * np.minimum(z[:, None] * v**0.5 + s * w, 0) ** 2)
    normal = [np.exp(-x * x / 2) * (x[1] - x[0]) / (2 * np.pi) ** 0.5 for x in (z, w)]
    return float(-normal[0] @ np.log(soft @ normal[1]))


@pytest.mark.parametrize("kernel", OVERLAPS)
def test_energy_is_its_definition(kernel: Overlap) -> None:
    for q, r in ((0.3, 4.0), (0.75, 20.0)):
        v, one, slope = (float(x.mid()) for x in (kernel.value(arb(q)), kernel.value(arb(1)), kernel.slope(arb(1))))
        with precision(80):
            found = energy_slope(kernel, arb(q), arb(r), 30)[0]
        assert abs(float(found.mid()) - by_definition(v, (one - v) ** 0.5, r / slope)) < 1e-7


@pytest.mark.parametrize("kernel", OVERLAPS)
def test_floating_point_is_near_the_balls(kernel: Overlap) -> None:
    with precision(64):
        for p in (1.0, 0.5, 2.0**-6, 2.0**-10):
            r = np.exp2([-6.0, 0.0, 5.0, 12.0, 20.0]) / p
            for x, y in zip(r, rough_capacity(kernel, p, r), strict=True):
                exact = capacity(kernel, 1 - arb(p), arb(float(x)), 32)
                assert float(y) == pytest.approx(float(exact.mid()), rel=1e-10)


@pytest.mark.parametrize("kernel", OVERLAPS)
def test_derivatives_are_limits_of_differences(kernel: Overlap) -> None:
    rng = random.Random(5)
    with precision(200):
        q, r, h = arb(rng.randint(20, 80)) / 100, arb(rng.randint(1, 300)) / 8, arb(2) ** -40

        def both(x: arb, y: arb) -> tuple[arb, arb]:
            return entropy(x, y).value, energy_slope(kernel, x, y, 110)[0]

        for k, jet in enumerate((entropy(q, r), energy(kernel, q, r, 100))):
            f = [[both(q + i * h, r + j * h)[k] for j in (-1, 0, 1)] for i in (-1, 0, 1)]
            differences = Jet(
                f[1][1],
                (f[2][1] - f[0][1]) / (2 * h),
                (f[1][2] - f[1][0]) / (2 * h),
                (f[2][1] - 2 * f[1][1] + f[0][1]) / h**2,
                (f[2][2] - f[2][0] - f[0][2] + f[0][0]) / (4 * h**2),
                (f[1][2] - 2 * f[1][1] + f[1][0]) / h**2,
            )
            for name in NAMES:
                assert abs(getattr(jet, name) - getattr(differences, name)) < 1e-15
        assert abs(energy(kernel, q, r, 60).r - energy_slope(kernel, q, r, 60)[1]) < 1e-20


@pytest.mark.parametrize("kernel", OVERLAPS)
def test_energy_is_convex_in_q_and_concave_in_r(kernel: Overlap) -> None:
    rng = random.Random(6)
    with precision(96):
        for _ in range(6):
            q, r = arb(rng.randint(10, 90)) / 100, arb(2) ** rng.randint(-4, 9)
            dq, dr = q / 16, r / 8

            def height(x: arb, y: arb) -> arb:
                return energy_slope(kernel, x, y, 40)[0]

            assert height(q - dq, r) + height(q + dq, r) > 2 * height(q, r)
            assert height(q, r - dr) + height(q, r + dr) < 2 * height(q, r)
            assert height(q - dq, r) < height(q, r) < height(q, r + dr)


@pytest.mark.parametrize("kernel", OVERLAPS)
def test_ends_of_q_are_limits(kernel: Overlap) -> None:
    with precision(128):
        for end, near, nats, most in ((arb(0), arb(2) ** -60, 60, 1e-8), (arb(1), 1 - arb(2) ** -12, 12, 2e-2)):
            exact, close = (energy_slope(kernel, q, arb(3), nats) for q in (end, near))
            assert all(abs(x - y) < most for x, y in zip(exact, close, strict=True))


def test_small_r_is_the_replica_symmetric_value() -> None:
    with precision(128):
        for kernel in OVERLAPS:
            limit = 2 * kernel.slope(arb(1)) / kernel.value(arb(1))
            for q in (arb(0), arb(1) / 3, arb(3) / 4):
                assert abs(capacity(kernel, q, arb(2) ** -30, 60) - limit) < 1e-7
        for r in (1, 10, 100):
            assert capacity(PERCEPTRON, arb(1) / 2, arb(r), 30) > 2


def test_wide_balls_hold_for_their_points() -> None:
    rng = random.Random(7)
    with precision(80):
        wide = energy(RELU, arb("0.7", "0.001"), arb(16, "0.01"), 20)
        start = energy(SQUARE, (arb(1) / 64).union(arb(0)), arb(16, "0.01"), 20)
        for _ in range(10):
            x, y = arb(rng.uniform(-1, 1)) / 1000, arb(16) + arb(rng.uniform(-1, 1)) / 100
            inside = energy(RELU, arb(7) / 10 + x, y, 30)
            edge = energy(SQUARE, abs(x) * 15, y, 30)
            for name in NAMES:
                assert getattr(wide, name).overlaps(getattr(inside, name))
                assert getattr(start, name).overlaps(getattr(edge, name))


def test_error_of_the_quadrature_is_inside_the_ball() -> None:
    with precision(200):
        for kernel in OVERLAPS:
            for q, r in ((arb(1) / 10, arb(2)), (arb(7) / 8, arb(60))):
                fine = energy(kernel, q, r, 90)
                for nats in (1, 2, 4, 8, 16):
                    coarse = energy(kernel, q, r, nats)
                    assert all(getattr(coarse, name).overlaps(getattr(fine, name)) for name in NAMES)


def test_integrands_are_bounded_on_the_strip() -> None:
    """The bounds K w^n of the module, at random points of the strip."""
    rng = random.Random(8)
    for _ in range(12):
        level, s, x, b = mp.mpf(2) ** rng.randint(-3, 7), mp.mpf(rng.uniform(0.1, 2)), rng.uniform(-4, 4), rng.random()
        a, v = mp.mpc(x, b * s), mp.mpf(1)  # z = a for v = 1
        u = v * x * x + s * s
        w = 1 + 2 * level * u
        with mp.workdps(20):
            spread = 1 + level * s * s
            shrink = 1 / mp.sqrt(spread)
            y = a * shrink / s
            m = [shrink * mp.exp(-level * a * a / (2 * spread)) * mp.erfc(y / mp.sqrt(2)) / 2]
            m.append(shrink * mp.exp(-a * a / (2 * s * s)) / mp.sqrt(2 * mp.pi) - y * m[0])
            for k in (2, 3, 4):
                m.append((k - 1) * m[k - 2] - y * m[k - 1])
            M = [(s * shrink) ** k * m[k] for k in range(5)]
            B = mp.erfc(-a / (s * mp.sqrt(2))) / 2 + M[0]
            psi_a, psi_l = level * M[1] / B, -M[2] / (2 * B)
            psi_aa = level * (level * M[2] - M[0]) / B - psi_a**2
            psi_al = (M[1] - level * M[3] / 2) / B - psi_a * psi_l
            psi_ll = M[4] / (4 * B) - psi_l**2
            assert abs(mp.log(B)) <= 3 * w
            assert abs(psi_l) <= w / (2 * level)
            assert abs(psi_a**2) <= level * w**2
            assert abs(psi_aa**2 - 2 * psi_a**2 * psi_aa) <= 32 * level**2 * w**2
            assert abs(2 * psi_a * psi_al) <= 8 * w**2
            assert abs(psi_ll) <= w**2 / level**2
