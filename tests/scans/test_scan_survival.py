"""Every named rule of SPEC-GAUSSIAN.md, G4 and G5, survives 10^4 points inside; each seed is a test of a second or two.

15 digits, with 12 more in the computation: a ratio above 1 + 1e-15 would be a violation, not a rounding.
"""

from __future__ import annotations

import mpmath
import pytest

from exactcap.checker.rules import CONDITIONS
from exactcap.scans.catalogue import find_scan
from exactcap.scans.mills import NAMES
from exactcap.scans.scan import run_scan

THRESHOLD, RELU = {"activation": "threshold"}, {"activation": "relu"}
# (rule, lemma, options, points of one test, number of tests): at least 10^4 points for each rule
SURVIVAL = [
    ("separated", "prop-3.1", {**THRESHOLD, "exponent": "sharp"}, 400, 10),
    ("separated", "prop-3.1", {**RELU, "exponent": "sharp"}, 400, 10),
    ("separated", "prop-3.1", {**THRESHOLD, "exponent": "1/8"}, 400, 3),
    ("separated", "prop-3.1", {**RELU, "exponent": "1/8"}, 400, 3),
    ("profile", "profile", THRESHOLD, 400, 13),
    ("profile", "profile", RELU, 400, 13),
    ("norm-change", "prop-3.2-i", {**THRESHOLD, "exponent": "sharp"}, 3500, 1),
    ("norm-change", "prop-3.2-i", {**RELU, "exponent": "sharp"}, 3500, 1),
    ("norm-change", "prop-3.2-i", {**THRESHOLD, "exponent": "plain"}, 1500, 1),
    ("norm-change", "prop-3.2-i", {**RELU, "exponent": "plain"}, 1500, 1),
    ("corner", "prop-3.2-ii", {**THRESHOLD, "bound": "corner"}, 400, 13),
    ("corner", "prop-3.2-ii", {**RELU, "bound": "corner"}, 400, 13),
    ("density", "prop-3.2-ii", {**THRESHOLD, "bound": "density"}, 400, 10),
    ("density", "prop-3.2-ii", {**RELU, "bound": "density"}, 400, 10),
    ("density", "lemma-3.3", {}, 200, 10),
    ("bernstein", "lemma-4.1", THRESHOLD, 1500, 6),
    ("bernstein", "lemma-4.1", RELU, 300, 4),
    ("signs", "lemma-6.1", {}, 2500, 4),
    ("batches", "theorem-6.2", {"bound": "two-or-more"}, 5000, 2),
    ("one-output", "theorem-6.2", {"bound": "one"}, 5000, 2),
    ("alternating", "lemma-A.1", {"order": "0"}, 3500, 1),
    ("alternating", "lemma-A.1", {"order": "1"}, 3500, 1),
    ("alternating", "lemma-A.1", {"order": "2"}, 3500, 1),
    *[
        ("jensen", "lemma-A.2", {"order": order, "bound": bound}, 2000, 1)
        for order in "012"
        for bound in ("exponential", "linear")
    ],
    *[
        ("monotone", "lemma-A.3", {"bound": "sigma", "activation": activation}, 1000, 2)
        for activation in ("threshold", "closed-threshold", "relu")
    ],
    *[("monotone", "lemma-A.3", {"bound": "bias", "order": order}, 1000, 1) for order in "012"],
    *[
        ("monotone", "lemma-A.3", {"bound": f"correlation-{variable}", "activation": activation}, 250, 1)
        for variable in ("rho", "delta", "bias")
        for activation in ("threshold", "relu")
    ],
    ("indicator", "second-moment", THRESHOLD, 5000, 2),
    ("second-moment", "second-moment", RELU, 5000, 2),
    ("three-stage", "theorem-E", {"bound": "layers"}, 1000, 6),
    ("three-stage", "theorem-E", {"bound": "corner"}, 600, 5),
    ("three-stage", "theorem-E", {"bound": "signs"}, 2000, 1),
]  # fmt: skip
MILLS = [*NAMES[:6], *(f"laplace-{n}" for n in (1, 2, 3, 4, 7, 8)), *(f"partial-sum-{n}" for n in (1, 2, 3, 6))]
TESTS = [
    pytest.param(lemma, options, points, seed, id=f"{rule}-{'-'.join([lemma, *options.values()])}-{seed}")
    for rule, lemma, options, points, tests in SURVIVAL
    for seed in range(tests)
]


def test_every_rule_is_tried():
    """Those of the checker's table, the counterexample and G5's rule; second-moment with relu is by a Mills bound."""
    rules = {rule for rule, *_ in SURVIVAL}
    assert rules - {"second-moment"} == {rule for rule, _ in CONDITIONS} | {"one-output", "three-stage"}
    assert {(rule, lemma) for rule, lemma, *_ in SURVIVAL} >= set(CONDITIONS)


def test_every_rule_has_ten_thousand_points():
    counts: dict[str, int] = {}
    for rule, _, _, points, tests in SURVIVAL:
        counts[rule] = counts.get(rule, 0) + points * tests
    assert min(counts.values()) >= 10**4, counts


@pytest.mark.parametrize(("lemma", "options", "points", "seed"), TESTS)
def test_rules_survive(lemma, options, points, seed):
    found = run_scan(find_scan(lemma, **options), points, 15, seed)
    assert len(found.inside) == points
    assert not found.violations, [(sample.point, mpmath.nstr(sample.ratio, 20)) for sample in found.violations[:3]]


@pytest.mark.parametrize("activation", ["threshold", "relu"])
def test_the_constant_2_holds_down_to_its_least_bias(activation):
    found = run_scan(find_scan("prop-3.1", activation=activation, exponent="paper"), 400, 15, 3)
    assert not found.violations
    assert sum(sample.point["b"] < 0 for sample in found.inside) > 100
    assert float(found.worst.ratio) > 1 - 1e-12  # at b = -a*, delta = 2


@pytest.mark.parametrize("bound", MILLS)
def test_mills_bounds_survive_on_their_whole_range(bound):
    assert not run_scan(find_scan("mills", bound=bound), 2000, 15, 11).violations
