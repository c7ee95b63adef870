"""Formulas of storage capacity in the checker: mpmath quadrature, exact fractions, printed values, false claims."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import comb, isqrt
from typing import Any

import mpmath
import msgspec
import numpy as np
import pytest
from test_enclosure import decide, digits, integer

from exactcap.checker import formulas as checker
from exactcap.checker.activations import Activation
from exactcap.checker.enclosure import parse
from exactcap.checker.unit_means import NAMES, ODD, by_quadrature, exact_sums, sums
from exactcap.claims import Claim
from exactcap.provers import formulas as provers

DIGITS = 30
CELLS = [-24, -8, -2, 0, 2, 8, 24]
QUADRATURE = ("tanh", "sigmoid", "silu", "softplus")


def named(name: str) -> dict[str, Any]:
    return {"name": name}


def polynomial(*coefficients: Any) -> dict[str, Any]:
    return {"name": "rational", "numerator": [str(c) for c in coefficients], "denominator": ["1"]}


def perceptron(margin: str) -> dict[str, Any]:
    return {"kind": "perceptron", "margin": margin}


def committee(activation: Any, architecture: Any, margin: Any = "0") -> dict[str, Any]:
    return {"kind": "committee", "activation": activation, "architecture": architecture, "margin": margin}


def breaking(activation: Any) -> dict[str, Any]:
    return {"kind": "symmetry-breaking", "activation": activation}


def gordon(activation: Any, units: Any) -> dict[str, Any]:
    return {"kind": "gordon", "activation": activation, "units": units}


def theorems(quantity: dict[str, Any]) -> list[str]:
    activation = quantity.get("activation")
    name = activation.get("name") if isinstance(activation, dict) else activation
    return ["trapezoidal-rule"] if name in (*QUADRATURE, "sign") else []


def verdict(folder, quantity, m, e):
    return decide(folder, quantity, m, e, relies_on=theorems(quantity))


def sigma(x):
    return 1 / (1 + mpmath.exp(-x))


def pair(name: str, x):
    """g and g' at x, written out again."""
    s, p, n = sigma(x), mpmath.npdf(x), mpmath.ncdf(x)
    return {
        "tanh": lambda: (mpmath.tanh(x), mpmath.sech(x) ** 2),
        "sigmoid": lambda: (s, s * (1 - s)),
        "silu": lambda: (x * s, s + x * s * (1 - s)),
        "softplus": lambda: (mpmath.log1p(mpmath.exp(x)), s),
        "gelu": lambda: (x * n, n + x * p),
        "erf": lambda: (mpmath.erf(x), 2 * mpmath.exp(-x * x) / mpmath.sqrt(mpmath.pi)),
        "sin": lambda: (mpmath.sin(x), mpmath.cos(x)),
        "cos": lambda: (mpmath.cos(x), -mpmath.sin(x)),
        "gaussian": lambda: (mpmath.exp(-x * x / 2), -x * mpmath.exp(-x * x / 2)),
        "exp": lambda: (mpmath.exp(x), mpmath.exp(x)),
        "relu": lambda: (max(x, 0), mpmath.mpf(x > 0)),
        "abs": lambda: (abs(x), mpmath.sign(x)),
    }[name]()


@lru_cache(maxsize=20)
def means(name: str):
    """Var g, E g'^2, (E g')^2, a_2^2: all by Gauss-Legendre quadrature, from the definitions."""
    with mpmath.workdps(DIGITS + 12):
        rule = mpmath.calculus.quadrature.GaussLegendre(mpmath.mp)
        nodes = rule.get_nodes(-1, 1, 5, mpmath.mp.prec)
        sums = [mpmath.mpf(0)] * 5
        for a, b in pairwise(CELLS):
            for node, weight in nodes:
                x = (a + b + (b - a) * node) / 2
                g, slope = pair(name, x)
                w = weight * (b - a) / 2 * mpmath.npdf(x)
                row = (g, g * g, slope, slope * slope, (x * x - 1) * g)
                sums = [total + w * value for total, value in zip(sums, row, strict=True)]
        mean, square, linear, slopes, bend = sums
        return square - mean**2, slopes, linear**2, bend**2 / 2


def moment(x):
    """E (gamma + x)_+^2."""
    if x >= 0:
        return mpmath.quad(lambda t: (t + x) ** 2 * mpmath.npdf(t), [-x, 1 - x, 4 - x, 14])
    s = 1 / (1 - x)
    return mpmath.npdf(x) * mpmath.quad(lambda t: t * t * mpmath.exp(x * t - t * t / 2), [0, s, 4 * s, 16 * s, 16])


def committee_value(name: str, architecture: str, margin: Fraction):
    variance, slopes, linear, _ = means(name)
    total, slope = (variance, slopes) if architecture == "tree" else (variance - linear, slopes - linear)
    return slope / total / moment(mpmath.mpf(margin.numerator) / margin.denominator / mpmath.sqrt(total))


@pytest.mark.parametrize("name", NAMES)
def test_named_activations_against_quadrature(name, tmp_path):
    for architecture, margin in (("tree", "0"), ("full", "0"), ("tree", "1"), ("full", "-1/2")):
        with mpmath.workdps(DIGITS + 8):
            m, e = digits(committee_value(name, architecture, Fraction(margin)), DIGITS)
        quantity = committee(named(name), architecture, margin)
        result = verdict(tmp_path, quantity, m, e)
        assert result.verified, (quantity, result.reason)
        assert list(result.relies_on) == theorems(quantity)
        wrong = [(m + 1, e), (m - 1, e), (m * 10 + 6, e - 1)] if margin == "0" else [(m + 1, e)]
        for false in wrong:
            assert "further than half a unit" in verdict(tmp_path, quantity, *false).reason
        if name not in ("abs", "cos", "gaussian"):  # for even g the two architectures agree
            other = {"tree": "full", "full": "tree"}[architecture]
            assert "further" in verdict(tmp_path, committee(named(name), other, margin), m, e).reason


@pytest.mark.parametrize("name", NAMES)
def test_symmetry_breaking_against_quadrature(name, tmp_path):
    if name in ODD:
        assert "a_2 = 0" in verdict(tmp_path, breaking(named(name)), 1, 0).reason
        return
    with mpmath.workdps(DIGITS + 8):
        variance, _, linear, bend = means(name)
        m, e = digits(mpmath.pi / 4 * (variance - linear) / bend, DIGITS)
    assert verdict(tmp_path, breaking(named(name)), m, e).verified
    for false in ((m + 1, e), (m - 1, e)):
        assert "further" in verdict(tmp_path, breaking(named(name)), *false).reason


def test_q_is_not_small():
    """What guard() and the 24 bits for the differences presume."""
    for name in NAMES:
        assert sums(Activation(name), "full", 64)[0].low().lo[0] > 0
        assert (sums(Activation(name), "full", 64)[0] * 2**12 - 1).is_positive()


PRINTED = [  # sections 1 to 3 of the theory notes, rounded
    (perceptron("0"), "2"),
    (perceptron("1/2"), "0.96120505280154175653"),
    (perceptron("1"), "0.51957222960493796949"),
    (perceptron("-1/2"), "4.77009888261938570024"),
    (committee(named("relu"), "tree"), "2.93388441384851971997"),
    (committee(named("relu"), "full"), "5.50387678776821732241"),
    (committee(named("erf"), "tree"), "2.45140000757138141416"),
    (committee(named("erf"), "full"), "7.22349985058391088289"),
    (committee(polynomial(0, 0, 1), "tree"), "4"),
    (committee(polynomial(0, 0, 1), "full"), "4"),
    (committee(named("tanh"), "tree"), "2.35561446460835924659"),
    (committee(named("tanh"), "full"), "7.11454154948384027160"),
    (committee(named("gelu"), "tree"), "2.63768994173124509281"),
    (committee(named("gelu"), "full"), "4.30452180841469314155"),
    (breaking(named("relu")), "0.89660477347744303548"),
    (breaking(polynomial(0, 0, 1)), "0.78539816339744830962"),
    (gordon("sign", 1), "2"),
    (gordon("sign", 3), "4.02519188063731037017"),
    (gordon("sign", 5), "5.76875"),
    (gordon("sign", 7), "7.31187"),
    (gordon("relu", 2), "3.81009771213"),
]


@pytest.mark.parametrize(("quantity", "text"), PRINTED, ids=[text for _, text in PRINTED])
def test_printed_values(quantity, text, tmp_path):
    whole, _, part = text.partition(".")
    m, e = int(whole + part), -len(part)
    result = verdict(tmp_path, quantity, m, e)
    assert result.verified, (quantity, result.reason)
    for false in ((m + 1, e), (m - 1, e), (-m, e), (m, e + 1)):
        assert verdict(tmp_path, quantity, *false).finding == "REJECTED"


def brute_sums(g: list[Fraction], architecture: str) -> tuple[Fraction, Fraction]:
    """Var g and E g'^2 from the moments E gamma^2k = (2k - 1)!!, less (E g')^2."""

    def mean(p: list[Fraction]) -> Fraction:
        moments = [1, 0]
        for k in range(2, len(p)):
            moments.append((k - 1) * moments[k - 2])
        return sum((c * mu for c, mu in zip(p, moments, strict=False)), Fraction(0))

    def square(p: list[Fraction]) -> list[Fraction]:
        out = [Fraction(0)] * (2 * len(p) - 1)
        for i, a in enumerate(p):
            for j, b in enumerate(p):
                out[i + j] += a * b
        return out

    slope = [k * c for k, c in enumerate(g)][1:]
    less = mean(slope) ** 2 if architecture == "full" else 0
    return mean(square(g)) - mean(g) ** 2 - less, mean(square(slope)) - less


def test_polynomials_exactly(tmp_path):
    rng = random.Random(3)
    for degree in (2, 3, 4, 7, 12):
        g = [Fraction(rng.randint(-9, 9), rng.randint(1, 5)) for _ in range(degree)] + [Fraction(1, 3)]
        for architecture in ("tree", "full"):
            total, slope = brute_sums(g, architecture)
            assert exact_sums(tuple(g), architecture) == (total, slope)
            value = 2 * slope / total
            m = round(value * 10**25)
            for multiple, shift in ((1, 0), (Fraction(-7, 3), 5), (Fraction(10**40), Fraction(1, 10**40))):
                h = [multiple * c for c in g]
                h[0] += shift
                quantity = committee(polynomial(*h), architecture)
                assert verdict(tmp_path, quantity, m, -25).verified
                assert "further" in verdict(tmp_path, quantity, m + 1, -25).reason
    added = committee(polynomial(0, 17, 0, 1), "full")  # g + c z leaves "full" as it is
    assert verdict(tmp_path, added, 6, 0).verified
    assert verdict(tmp_path, committee(polynomial(0, 0, 0, 1), "full"), 6, 0).verified
    assert verdict(tmp_path, committee(polynomial(0, 0, 0, 1), "tree"), 36, -1).verified
    assert verdict(tmp_path, committee(polynomial(5, -3), "tree"), 2, 0).verified  # the perceptron


def test_margins_scale_with_polynomials(tmp_path):
    """Q(1) = c^2 for g = c x: the margin m is one of m/c."""
    with mpmath.workdps(60):
        for c, margin, count in (("2", "1", 40), ("1/10", "-2", 40), ("3", "100", 40), ("7", "-70", 40)):
            x = mpmath.mpf(Fraction(margin).numerator) * Fraction(c).denominator / Fraction(c).numerator
            q, g = mpmath.erfc(-x / mpmath.sqrt(2)) / 2, mpmath.npdf(x)
            with mpmath.workdps(200):
                q, g = mpmath.erfc(-x / mpmath.sqrt(2)) / 2, mpmath.npdf(x)
                m, e = digits(1 / ((1 + x * x) * q + x * g), count)
            assert verdict(tmp_path, committee(polynomial(0, c), "tree", margin), m, e).verified
            assert "further" in verdict(tmp_path, committee(polynomial(0, c), "tree", margin), m + 1, e).reason


def test_many_digits(tmp_path):
    with mpmath.workdps(260):
        root3, pi = mpmath.sqrt(3), mpmath.pi
        three = 1 / (mpmath.mpf(5) / 8 - (3 + root3) / (4 * pi))
        values = [
            (committee(named("relu"), "tree"), 2 * pi / (pi - 1), 199),
            (gordon("relu", 2), 1 / (mpmath.mpf(3) / 8 - mpmath.sqrt(2) / (4 * pi)), 199),
            (gordon("sign", 3), three, 50),
            (gordon("sign", 3), three, 100),
            (perceptron("3"), 1 / (10 * mpmath.ncdf(3) + 3 * mpmath.npdf(3)), 199),
        ]
        for quantity, value, count in values:
            m, e = digits(value, count)
            assert verdict(tmp_path, quantity, m, e).verified
    far = verdict(tmp_path, committee(named("relu"), "tree"), 10**200 + 1, -200)
    assert far.reason == "claim, mantissa: more than 200 digits of a committee quantity"


def test_gordon_by_sampling():
    """E dist^2 from its definition: flip the negative units of least size; for ReLU the nearer of two half-planes."""
    rng = np.random.default_rng(1)
    for units, value in ((3, 4.02519188), (5, 5.76875), (7, 7.31187)):
        z = rng.standard_normal((200_000, units))
        sizes = np.sort(np.where(z < 0, z**2, np.inf), axis=1)
        flips = np.maximum((z < 0).sum(axis=1) - units // 2, 0)
        distance = np.where(np.arange(units) < flips[:, None], sizes, 0).sum(axis=1)
        assert abs(1 / distance.mean() - value) < 0.02 * value
    z = rng.standard_normal((400_000, 2))
    outside = z[:, 1] > np.maximum(z[:, 0], 0)
    angle = np.linspace(0, 2 * np.pi, 721)  # S is a cone: the distance to its rays
    rays = np.stack([np.cos(angle), np.sin(angle)])
    rays = rays[:, np.maximum(rays[0], 0) >= np.maximum(rays[1], 0) - 1e-12]
    near = z[outside][:20_000]
    distance = (near**2).sum(axis=1) - np.maximum(near @ rays, 0).max(axis=1) ** 2
    assert abs(distance.mean() * outside.mean() * 3.8100977 - 1) < 0.02


def test_gordon_by_order_statistics(tmp_path):
    """The sum over the number k of negative units, as in the theory notes, to 20 digits."""
    units, half, total = 7, 3, mpmath.mpf(0)
    with mpmath.workdps(30):
        for k in range(half + 1, units + 1):

            def integrand(t, k=k):
                f = mpmath.erf(t / mpmath.sqrt(2))
                chance = sum(comb(k - 1, i) * f**i * (1 - f) ** (k - 1 - i) for i in range(k - half))
                return 2 * t * t * mpmath.npdf(t) * chance

            total += mpmath.mpf(comb(units, k)) / 2**units * k * mpmath.quad(integrand, [0, 2, 5, 13])
        m, e = digits(1 / total, 20)
    assert verdict(tmp_path, gordon("sign", units), m, e).verified
    assert "further" in verdict(tmp_path, gordon("sign", units), m + 1, e).reason
    assert "further" in verdict(tmp_path, gordon("sign", units + 2), m, e).reason


HUGE = "9" * 1990


HOSTILE = [
    (committee(polynomial(*["0"] * 198, HUGE, "1/" + HUGE, "7/" + "3" * 1499), "full", "1"), 3, 0, "further"),
    (committee(polynomial(*(Fraction(k**9 + 1, 10**17 + 2 * k + 1) for k in range(200)), 1), "full"), 3, 0, "further"),
    (committee(polynomial(*(["1"] * 202)), "tree"), 3, 0, "the degree is above 200"),
    (committee(polynomial("0", "1/" + HUGE), "tree", "1"), 3, 0, "10^15 sqrt(Q(1))"),
    (committee(polynomial("0", HUGE), "tree", "-1000000000000000"), 3, 2**4000, "further"),
    (committee(named("tanh"), "full", "1000000000000000"), 3, 0, "further"),
    (committee(named("tanh"), "full", "-1000000000000000"), 10**99 + 1, 2**4000, "further"),
    (perceptron("1000000000000001"), 3, 0, "larger than 10^15"),
    (perceptron("-1000000000000000"), 10**999 + 7, 2**4000, "further"),
    (perceptron("1/" + "7" * 2000), 10**999 + 7, -999, "further"),
    (perceptron("1" * 10**6), 3, 0, "not a rational"),
    (gordon("sign", 10**9), 3, 0, "not between 1 and 15"),
    (gordon("sign", 10**9 + 1), 3, 0, "not between 1 and 15"),
    (gordon("sign", 15), 10**99 + 1, -98, "further"),
    (gordon("sign", 3), 10**200, 0, "more than 200 digits"),
    (gordon("sign", 3), "0x" + "f" * 10**6, 0, "not an integer"),
]


@pytest.mark.parametrize(("quantity", "mantissa", "exponent", "reason"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_sizes(quantity, mantissa, exponent, reason, tmp_path):
    """Each is decided within seconds."""
    result = verdict(tmp_path, quantity, mantissa, exponent)
    assert result.finding == "REJECTED"
    assert reason in result.reason


def test_a_tie_is_never_decided(tmp_path):
    """3 He_2 + He_3: Q = 18 q^2 + 6 q^3, and 2 Q'(1)/Q(1) = 9/2."""
    quantity = committee(polynomial(-3, -3, 3, 1), "full")
    assert verdict(tmp_path, quantity, 45, -1).verified
    for m in (4, 5):
        assert "at 1024 bits" in verdict(tmp_path, quantity, m, 0).reason


def test_near_ties_are_decided_at_the_highest_precision(tmp_path):
    """x + s x^2, s^2 just below 1/6: 2 Q'(1)/Q(1) = 4 - 2/(1 + 2 s^2) is below 5/2 by about 2^-664."""
    quantity = committee(polynomial(0, 1, Fraction(isqrt(10**400 // 6), 10**200)), "tree")
    assert verdict(tmp_path, quantity, 2, 0).verified
    assert verdict(tmp_path, quantity, 3, 0).finding == "REJECTED"


@pytest.mark.parametrize(
    ("quantity", "reason"),
    [
        (committee(polynomial(3), "tree"), "Q(1) = 0"),
        (committee(polynomial(3, 1), "full"), "Q(1) = 0"),
        (committee(polynomial(3, 1), "full", "1"), "Q(1) = 0"),
        (committee(polynomial(), "tree"), "must be nonzero"),
        (committee(named("sign"), "tree"), "not in the list"),
        (committee(named("log"), "tree"), "its Gaussian means are known for"),
        (committee(named("hardtanh"), "tree"), "not in the list"),
        (committee({"name": "relu", "slope": "1"}, "tree"), "expected an object with the keys name"),
        (committee("relu", "tree"), "expected an object"),
        (committee({"name": ["relu"]}, "tree"), "not in the list"),
        (committee({"name": "rational", "numerator": ["1"], "denominator": ["1", "1"]}, "tree"), "quotient"),
        (committee({"name": "rational", "numerator": ["0", "1"], "denominator": ["2"]}, "tree"), "monic"),
        (committee(named("relu"), "forest"), "neither tree nor full"),
        (committee(named("relu"), ["tree"]), "neither tree nor full"),
        (committee(named("relu"), "tree", 0), "not a rational"),
        (committee(named("relu"), "tree", "0.5"), "not a rational"),
        (committee(named("relu"), "tree", "1000000000000001"), "larger than 10^15"),
        (committee(named("relu"), "tree") | {"bits": 9}, "expected an object with the keys"),
        (breaking(polynomial(3, 1)), "a_2 = 0"),
        (breaking(polynomial(0, 1, 0, 1)), "a_2 = 0"),
        (breaking(polynomial(0, 0, -6, 0, 1)), "a_2 = 0"),
        (breaking(named("relu")) | {"margin": "0"}, "expected an object with the keys"),
        (gordon("sign", 4), "an even number"),
        (gordon("sign", 0), "not between"),
        (gordon("sign", -3), "not between"),
        (gordon("sign", True), "not an integer"),
        (gordon("sign", "3"), "not an integer"),
        (gordon("relu", 3), "not between 2 and 2"),
        (gordon("tanh", 3), "for sign and relu"),
        (gordon(["sign"], 3), "for sign and relu"),
        (perceptron("1") | {"units": 1}, "expected an object with the keys"),
    ],
)
def test_malformed_quantities(quantity, reason, tmp_path):
    result = verdict(tmp_path, quantity, 3, 0)
    assert result.finding == "REJECTED"
    assert reason in result.reason


def test_what_it_relies_on_is_stated(tmp_path):
    quantity = committee(named("tanh"), "tree")
    assert "relies on trapezoidal-rule" in decide(tmp_path, quantity, 2356, -3, relies_on=[]).reason
    quantity = committee(named("relu"), "tree")
    assert "relies on " in decide(tmp_path, quantity, 2934, -3, relies_on=["trapezoidal-rule"]).reason
    assert "enclosure needs the kind evaluate" in decide(tmp_path, quantity, 2934, -3, relies_on=[], kind="rule").reason


def test_the_statement_is_that_of_the_claim():
    """The two sides write it independently."""
    units = [named("tanh"), named("relu"), named("abs"), polynomial("1/2", 0, "-2/3", 1)]
    quantities = [perceptron(margin) for margin in ("0", "1/2", "-3", "-7/3")]
    quantities += [
        committee(unit, architecture, margin)
        for unit in units
        for architecture in ("tree", "full")
        for margin in ("0", "1", "-1/2")
    ]
    quantities += [breaking(unit) for unit in units[1:]]
    quantities += [gordon("sign", 3), gordon("sign", 15), gordon("relu", 2)]
    for quantity in quantities:
        for m, e in ((1, 0), (-25, -1), (123, 39), (10**60, -60)):
            value = {"family": "enclosure", "quantity": quantity, "mantissa": m, "exponent": e}
            assert parse(json.loads(json.dumps(value | {"mantissa": integer(m)}))).statement() == (
                msgspec.convert(value, Claim).statement()
            )


def test_provers_and_checker_state_the_same_limits():
    """The two share no code."""
    assert (provers.MAX_MARGIN, provers.MAX_FORMULA_DIGITS) == (checker.MAX_MARGIN, checker.MAX_FORMULA_DIGITS)
    assert set(provers.KNOWN) == set(NAMES)
    assert set(provers.BY_QUADRATURE) == set(QUADRATURE) == {name for name in NAMES if by_quadrature(Activation(name))}
