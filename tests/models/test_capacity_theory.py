"""Formulas of the theory of capacity to 20 digits, along other routes in mpmath: plain quadratures of definitions."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from flint import arb

from exactcap.arithmetic.balls import precision, rational
from exactcap.models.committee_tree import lifted
from exactcap.models.one_step import capacity
from exactcap.models.overlap import overlap
from exactcap.models.transitions import transitions
from exactcap.models.units import parse_unit
from exactcap.provers.one_step import zero_column

WORK = 30  # digits


def relu_overlap(q, architecture):
    delta = (mpmath.sqrt(1 - q * q) + q * (mpmath.pi - mpmath.acos(q))) / (2 * mpmath.pi)
    return delta - 1 / (2 * mpmath.pi) - (q / 4 if architecture == "full" else 0)


def line(f, reach, steps):
    """The integral over the real line by the trapezoidal rule, for f analytic in a strip and small beyond the ends."""
    return mpmath.fsum(f(mpmath.mpf(k) / steps) for k in range(-reach * steps, reach * steps + 1)) / steps


def as_real(x: arb):
    return mpmath.mpf(x.str(25, radius=False))


@pytest.mark.parametrize(
    ("architecture", "slope", "q0", "r"), [("tree", "1/2", "1/2", "10"), ("full", "1/4", "2/5", "18")]
)
def test_the_one_step_functional(architecture, slope, q0, r):
    """B from its definition, E_w exp(-(l/2) min(0, a + s w)^2), by Gauss and Legendre on the half-line of the kink."""
    q, ratio = Fraction(q0), Fraction(r)
    with precision(120):
        found = capacity(overlap(parse_unit("relu"), architecture, 128), rational(q), rational(ratio), 60)
    with mpmath.workdps(WORK):
        q, ratio = (mpmath.mpf(x.numerator) / x.denominator for x in (q, ratio))
        inner, whole = relu_overlap(q, architecture), relu_overlap(mpmath.mpf(1), architecture)
        s, level = mpmath.sqrt(whole - inner), ratio * Fraction(slope).denominator  # r/Q'(1), as the slope is 1/n

        def log_mean(z):
            a = z * mpmath.sqrt(inner)
            # y = -(a + s w) > 0
            below = mpmath.quad(
                lambda y: mpmath.npdf((y + a) / s) * mpmath.exp(-level * y * y / 2) / s, [0, 0.25, 0.5, 1, 2, 4]
            )
            return mpmath.log(mpmath.ncdf(a / s) + below)

        loss = -line(lambda z: mpmath.npdf(z) * log_mean(z), 10, 4)
        entropy = (mpmath.log(1 + ratio * (1 - q)) + ratio * q / (1 + ratio * (1 - q))) / 2
        assert abs(as_real(found) * loss / entropy - 1) < mpmath.mpf(10) ** -20


def test_the_column_of_overlap_zero():
    """The closed form ln(1 + r)/(2 ln(2/(1 + (1 + r/rho)^(-1/2)))), rho = alpha_RS/2, at its stationary point."""
    found = zero_column(overlap(parse_unit("relu"), "tree", 192), 20)
    with mpmath.workdps(WORK):
        rho = mpmath.pi / (mpmath.pi - 1)

        def value(r):
            return mpmath.log(1 + r) / (2 * mpmath.log(2 / (1 + 1 / mpmath.sqrt(1 + r / rho))))

        least = value(mpmath.findroot(lambda r: mpmath.diff(value, r), 1.24))
        assert abs(mpmath.mpf(found.mantissa) * mpmath.mpf(10) ** found.exponent / least - 1) < mpmath.mpf(10) ** -19
        assert mpmath.nstr(least, 9) == "2.85021161"


def test_the_lifted_value_of_three_sign_units():
    """E e^(-r dist^2/2) over the sorted sizes of the negative ones: the least of two, or the two least of three."""
    with precision(120):
        found = lifted(3, Fraction(27, 5))
    with mpmath.workdps(WORK):
        r, ends = mpmath.mpf(27) / 5, [0, 1, 2, 4, 8, 16]
        density = lambda t: 2 * mpmath.npdf(t)  # noqa: E731 - of a size
        above = lambda t: mpmath.erfc(t / mpmath.sqrt(2))  # noqa: E731
        two = mpmath.quad(lambda t: 2 * density(t) * above(t) * mpmath.exp(-r * t * t / 2), ends)
        # E of a product over all three, less what the largest one's own factor makes of it
        weight = lambda t: mpmath.exp(-r * t * t / 2)  # noqa: E731
        small = lambda t: mpmath.erf(t * mpmath.sqrt((1 + r) / 2)) / mpmath.sqrt(1 + r)  # noqa: E731
        three = 1 / mpmath.sqrt(1 + r) ** 3 + mpmath.quad(
            lambda t: 3 * density(t) * (1 - weight(t)) * small(t) ** 2, ends
        )
        mean = (4 + 3 * two + three) / 8
        expected = mpmath.log(1 + r) / (-2 * mpmath.log(mean))
        assert abs(as_real(found) / expected - 1) < mpmath.mpf(10) ** -20


def test_the_jump_of_odd_units():
    """erf(x/sqrt 2): Q = (2/pi)(asin(q/2) - q/2); alpha(q) = S'/e' and T(q) = S/(e - ln 2), by differences."""
    found = transitions(overlap(parse_unit("erf(x/sqrt(2))"), "full", 192), 20)
    with mpmath.workdps(WORK + 10):
        overlap_at = lambda q: 2 / mpmath.pi * (mpmath.asin(q / 2) - q / 2)  # noqa: E731
        entropy = lambda q: (mpmath.log(1 - q) + q / (1 - q)) / 2  # noqa: E731

        def energy(q):
            scale = mpmath.sqrt(overlap_at(q) / (overlap_at(mpmath.mpf(1)) - overlap_at(q)))
            return -line(lambda z: mpmath.npdf(z) * mpmath.log(mpmath.ncdf(-scale * z)), 14, 8)

        def load(q):
            h = mpmath.mpf(10) ** -6
            slope = [f(q + h) - f(q - h) for f in (entropy, energy)]
            wide = [f(q + 2 * h) - f(q - 2 * h) for f in (entropy, energy)]
            return (8 * slope[0] - wide[0]) / (8 * slope[1] - wide[1])  # errors of order h^4

        def least(f, q):
            """The vertex of the parabola through three points."""
            h = mpmath.mpf(10) ** -6
            a, b, c = f(q - h), f(q), f(q + h)
            return b - (c - a) ** 2 / (8 * (a - 2 * b + c))

        for place, f in (
            (found.spinodal, load),
            (found.thermodynamic, lambda q: entropy(q) / (energy(q) - mpmath.log(2))),
        ):
            assert place is not None
            mantissa, exponent = place.digits
            value = mpmath.mpf(mantissa) * mpmath.mpf(10) ** exponent
            assert abs(value / least(f, mpmath.mpf(place.q0)) - 1) < mpmath.mpf(10) ** -19
