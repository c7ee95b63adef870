"""Scans see violations: just outside the exact conditions, and where a false statement is given to them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import mpmath
import pytest

from exactcap.errors import InputError
from exactcap.scans.catalogue import ENTRIES, find_scan
from exactcap.scans.draws import shown
from exactcap.scans.mills import NAMES
from exactcap.scans.moments import CROSSING
from exactcap.scans.orthogonal import decoupling
from exactcap.scans.scan import run_scan
from exactcap.scans.separated import LEAST_BIAS

EVERY = [
    (lemma, dict(zip(entry.options, values, strict=True)))
    for lemma, entry in ENTRIES.items()
    if lemma not in ("mills", "lemma-A.3")
    for values in product(*[choices or () for choices in entry.options.values()])
]
EVERY += [("mills", {"bound": name.replace("N", "3")}) for name in NAMES]
EVERY += [("mills", {"bound": name.replace("N", "4")}) for name in NAMES[-2:]]
EVERY += [("lemma-A.3", {"bound": "sigma", "activation": psi}) for psi in ("threshold", "closed-threshold")]


@pytest.mark.parametrize(("lemma", "options"), EVERY, ids=lambda value: value if isinstance(value, str) else None)
def test_violations_show_just_outside(lemma, options):
    found = run_scan(find_scan(lemma, **options), 1, 15, 0)
    assert found.tried
    for tried in found.tried:
        assert tried.violates or not tried.outside.is_false, (tried.outside.what, tried.worst)
    assert not found.violations


def test_statements_without_conditions_have_nothing_outside():
    for bound in ("bias", "correlation-rho", "correlation-delta", "correlation-bias"):
        assert find_scan("lemma-A.3", bound=bound).outside == ()
    assert find_scan("lemma-A.3", bound="sigma", activation="relu").outside == ()


def test_a_condition_that_is_only_sufficient_is_said_to_be():
    for scan in (
        find_scan("prop-3.2-ii", activation="threshold", bound="corner"),
        find_scan("theorem-E", bound="corner"),
    ):
        low = [tried for tried in run_scan(scan, 1, 15, 0).tried if not tried.outside.is_false]
        assert [tried.violates for tried in low] == [False]


@pytest.mark.parametrize("lemma", ["prop-3.1", "second-moment", "lemma-A.1", "lemma-3.3", "theorem-E"])
def test_a_false_statement_is_a_violation(lemma):
    """The sides of the first broken condition, given out as the statement itself."""
    scan = find_scan(lemma)
    broken = scan.outside[0]
    found = run_scan(replace(scan, pairs=broken.pairs, edges=broken.points), len(broken.points) + 5, 15, 0)
    assert found.violations
    assert found.worst.ratio > 1
    assert found.worst in found.violations


def test_the_factor_of_the_literature_in_lemma_3_3_is_too_small():
    """sqrt((1 + 2 eps)/(1 - 2 eps)) at eps = 1/16: the best factor is 1.2026756 (theory, section 3)."""
    found = run_scan(decoupling(), 1, 15, 0)
    (sample,) = (sample for sample in found.inside if sample.point["eps"] == Fraction(1, 16))
    assert 1 - 1e-5 < sample.ratio < 1
    best = (1 + 2 / 16) / (1 - 2 / 16) ** 0.5
    assert abs(best - 1.2026756) < 1e-7
    false = next(tried for tried in found.tried if tried.outside.what.startswith("sqrt"))
    ratios = {sample.point["eps"]: sample.ratio for sample in false.samples}
    assert abs(ratios[Fraction(1, 16)] - best / ((1 + 2 / 16) / (1 - 2 / 16)) ** 0.5) < 1e-5


def test_the_least_biases_are_roots():
    """F_0(-a) = 1 - 2Q(a), F_1(-a) = (a^2 - 1)(1 - 2Q(a)) + 2a g(a) at delta = 2; no prover's code, nor the scans'."""
    with mpmath.workdps(30):
        for k, least in enumerate(LEAST_BIAS):
            signs = []
            for gap in (-(mpmath.mpf(10) ** -13), mpmath.mpf(0)):  # below the root, at the rational above it
                a = -(mpmath.mpf(least.numerator) / least.denominator + gap)
                inside, density = mpmath.erf(a / mpmath.sqrt(2)), mpmath.npdf(a)
                second = (1 + a * a) * mpmath.ncdf(a) + a * density if k else mpmath.ncdf(a)
                left = (a * a - 1) * inside + 2 * a * density if k else inside
                signs.append(left > 2 * mpmath.exp(-a * a / 2) * second)
            assert signs == [True, False], k


def test_the_crossing_of_second_moment_is_a_root():
    """M_1 = g - bQ and M_2 = (1 + b^2) Q - bg written out; positive below the root, negative at the rational above."""
    with mpmath.workdps(60):
        for gap, is_above in ((mpmath.mpf(10) ** -37, True), (0, False)):
            b = mpmath.mpf(CROSSING.numerator) / CROSSING.denominator - gap
            density, tail = mpmath.npdf(b), mpmath.erfc(b / mpmath.sqrt(2)) / 2
            assert (density - b * tail > b * ((1 + b * b) * tail - b * density)) == is_above


def test_scans_are_reproducible_and_seeds_differ():
    scan = find_scan("second-moment")
    first, again, other = (run_scan(scan, 30, 15, seed).inside for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_digits_are_precision():
    """At 50 digits a gap of 1e-23 shows that 15 digits round away."""
    scan = find_scan("mills", bound="laplace-8")
    assert run_scan(scan, 200, 15, 0).equal
    assert not run_scan(scan, 200, 50, 0).equal


@pytest.mark.parametrize(
    ("lemma", "options", "words"),
    [
        ("prop-9.9", {}, "lemma: 'prop-9.9' has no scan"),
        ("prop-3.1", {"exponent": "1/7"}, "exponent: '1/7' is not one of sharp, 1/8, paper"),
        ("prop-3.1", {"bound": "corner"}, "bound: the scan of prop-3.1 has no such option"),
        ("lemma-A.1", {"order": "3"}, "order: '3' is not one of 0, 1, 2"),
        ("mills", {"bound": "laplace-21"}, "bound: 'laplace-21' is not among"),
        ("mills", {"bound": "laplace-0"}, "bound: 'laplace-0' is not among"),
        ("lemma-A.3", {"bound": "correlation-rho", "activation": "closed-threshold"}, "activation: 'closed-threshold'"),
    ],
)
def test_unknown_combinations(lemma, options, words):
    with pytest.raises(InputError) as caught:
        find_scan(lemma, **options)
    assert str(caught.value).startswith(words)
    assert "\n" not in str(caught.value)


def test_points_print_as_they_were_drawn():
    for sample in run_scan(find_scan("second-moment"), 40, 15, 4).inside:
        assert Fraction(shown(sample.point["b"])) == sample.point["b"]
    assert shown(LEAST_BIAS[0]) == "-1.27481909779114"
