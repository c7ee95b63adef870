"""Replica-symmetric numbers: the printed table, mpmath's quadrature, limits and invariances, refusals."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from flint import arb
from unit_truth import UNITS, capacity, means

from exactcap.arithmetic.balls import precision, rounded
from exactcap.errors import InputError
from exactcap.models.overlap import ARCHITECTURES, Overlap, overlap
from exactcap.models.replica import continuous_breaking, storage_capacity
from exactcap.models.units import parse_unit

PERCEPTRON = Overlap(lambda q: q, lambda q: arb(1), lambda q: arb(0))


def value(text: str, architecture: str, margin: Fraction | int = 0, bits: int = 120) -> arb:
    with precision(bits):
        return storage_capacity(overlap(parse_unit(text), architecture, bits), Fraction(margin))


def shows(ball: arb, printed: str) -> bool:
    """Whether a decimal shows digits of the ball, cut off or rounded."""
    places = len(printed.partition(".")[2])
    with precision(200):
        return bool(abs(ball - arb(printed)) < arb(10) ** -places)


@pytest.mark.parametrize(
    ("text", "tree", "full"),
    [
        ("relu", "2.93388441384851971997", "5.50387678776821732241"),
        ("erf", "2.45140000757138141416", "7.22349985058391088289"),
        ("x^2", "4.00000000000000000000", "4.00000000000000000000"),
        ("abs", "5.50387678776821732241", "5.50387678776821732241"),
        ("tanh", "2.35561446460835924659", "7.11454154948384027160"),
        ("gelu", "2.63768994173124509281", "4.30452180841469314155"),
        ("erf(x)", "2.45140000757138141416", "7.22349985058391088289"),
    ],
)
def test_the_printed_table(text, tree, full):
    assert shows(value(text, "tree"), tree)
    assert shows(value(text, "full"), full)


@pytest.mark.parametrize("text", UNITS)
def test_values_are_mpmaths(text):
    for architecture in ARCHITECTURES:
        m, e = rounded(value(text, architecture), 20)
        with mpmath.workdps(40):
            expected = capacity(text, architecture)
            assert abs(m - expected * mpmath.mpf(10) ** -e) < 0.51


@pytest.mark.parametrize("text", ["tanh", "relu", "x^3 - x", "hardtanh"])
@pytest.mark.parametrize("margin", [Fraction(1), Fraction(-1, 3)])
def test_margins(text, margin):
    with mpmath.workdps(30):
        m = means(text)
        x = mpmath.mpf(margin.numerator) / margin.denominator / mpmath.sqrt(m["square"] - m["mean"] ** 2)
        moment = (1 + x * x) * mpmath.ncdf(x) + x * mpmath.npdf(x)
        expected = capacity(text, "tree") / 2 / moment
        found = mpmath.mpf(value(text, "tree", margin).mid().str(25, radius=False))
        assert abs(found / expected - 1) < 1e-20


@pytest.mark.parametrize(
    ("margin", "printed"),
    [
        (Fraction(0), "2.00000000000000000000"),
        (Fraction(1, 2), "0.96120505280154175653"),
        (Fraction(1), "0.51957222960493796948"),
        (Fraction(-1, 2), "4.77009888261938570023"),
    ],
)
def test_the_perceptron(margin, printed):
    with precision(120):
        assert shows(storage_capacity(PERCEPTRON, margin), printed)


def test_the_identity_is_the_perceptron_and_full_committees_store_more():
    assert (value("3*x + 1", "tree") - 2).contains(0)
    for text in ("tanh", "relu", "softplus", "hardtanh"):
        assert value(text, "full") > value(text, "tree")
    assert value("relu", "tree", 1) < value("relu", "tree") < value("relu", "tree", -1)


def test_margins_scale_with_the_unit():
    with precision(100):
        assert value("3*tanh(x)", "tree", 3).overlaps(value("tanh", "tree", 1))
        assert not value("3*tanh(x)", "tree", 1).overlaps(value("tanh", "tree", 1))


@pytest.mark.parametrize(
    ("text", "printed"),
    [("relu", "0.89660477347744303548"), ("x^2", "0.78539816339744830962"), ("abs", "0.89660477347744303548")],
)
def test_continuous_breaking(text, printed):
    assert shows(continuous_breaking(parse_unit(text), 120), printed)


@pytest.mark.parametrize("text", ["gelu", "silu", "softplus", "cos", "exp", "relu(2*x - 2) + x", "1/(1 + x^2)"])
def test_continuous_breaking_by_mpmath(text):
    m = means(text)
    with mpmath.workdps(30):
        total = m["square"] - m["mean"] ** 2 - m["a1"] ** 2
        found = mpmath.mpf(continuous_breaking(parse_unit(text), 120).mid().str(25, radius=False))
        assert abs(found / (mpmath.pi / 4 * total / m["a2"] ** 2) - 1) < 1e-20


def test_a_small_second_coefficient_takes_more_bits():
    small = continuous_breaking(parse_unit("tanh(x) + x^2/10^20"), 64)
    with precision(200):
        a_2, total = arb(2) * arb(10) ** -40, overlap(parse_unit("tanh"), "full", 200).value(arb(1))
        assert abs(small / (arb.pi() / 4 * (total + a_2) / a_2) - 1) < 1e-8


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tanh", "a_2 = 0"),
        ("sigmoid", "a_2 = 0"),
        ("hardtanh", "a_2 = 0"),
        ("x^3 - x", "a_2 = 0"),
        ("x^4 - 6*x^2", "a_2 = 0"),
        ("tanh(x)*tanh(x)^2/1 + sin(x)", "a_2 = 0"),
        ("softplus(x) - softplus(-x) + sin(x)", "cannot be told from 0"),
        ("2*x", "affine"),
    ],
)
def test_no_continuous_breaking(text, message):
    with pytest.raises(InputError, match=message) as caught:
        continuous_breaking(parse_unit(text), 100)
    assert "\n" not in str(caught.value)
