"""SPEC.md is true: its worked examples are verified, and its numbers are those of the code."""

from __future__ import annotations

import re

import pytest
from support import ROOT, judge

from exactcap.certificates import format
from exactcap.checker import (
    activations,
    centre,
    claims,
    classifies,
    counterexamples,
    cover,
    dual_kernel,
    enclosure,
    forward,
    identity,
    kernel,
    lemmas,
    main,
    matrices,
    memorizes,
    minors,
    network_bounds,
    newton,
    polynomials,
    random_rank,
    reader,
    smooth,
    table,
    tangent,
)
from exactcap.checker import rules as rules_of_lemmas
from exactcap.claims import classifies as classifies_claims
from exactcap.claims import identity as identity_claims
from exactcap.claims import inequality as inequality_claims
from exactcap.claims import matrices as claim_matrices
from exactcap.claims import memorizes as network_claims
from exactcap.claims import parts
from exactcap.models import activations as model_activations
from exactcap.models import expression, tangent_kernel
from exactcap.models.activations import NAMED
from exactcap.provers import bounds, checker_cost, forward_cost, inequality, lemma_cover, lemma_points, paired, rank
from exactcap.provers import enclosure as enclosures
from exactcap.provers import forward as forwards
from exactcap.provers import kernel as kernels
from exactcap.provers import network_bounds as prover_networks
from exactcap.provers import newton as prover_newton
from exactcap.provers import tangent as tangents
from exactcap.reports import gaussian_words, rules
from exactcap.training import deep_files

FOLDER = ROOT / "exactcap" / "certificates"
SPEC = "\n".join(
    (FOLDER / name).read_text() for name in ("SPEC.md", "SPEC-GAUSSIAN.md", "SPEC-NETWORKS.md", "SPEC-CAPACITY.md")
)
EXAMPLES = re.findall(r"```certificate\n(.*?)```", SPEC, re.DOTALL)


NAMES = (
    "table", "generic", "obstruction", "rank", "by rule", "by draws", "identity", "number", "root", "change", "pi",
    "value", "error", "lemma by rule", "cover", "lemma by mills", "point", "three layers",
    "evaluation", "nearby", "nearby, two outputs", "regular zero", "classes of a network",
    "dichotomies", "shattering",
    "committee", "symmetry breaking", "tree bound",
    "kernel", "one direction", "dependent pairs", "tangent", "dependent features",
)  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_worked_examples_are_verified(example, tmp_path):
    verdict = judge(example.encode(), tmp_path)
    assert verdict.finding == ("PROBABLE" if "random-rank" in example else "VERIFIED"), verdict.reason


def test_provers_and_checker_state_the_same_limits():
    """The two share no code, so their limits are compared here."""
    assert (parts.MAX_SAMPLES, parts.MAX_INPUTS, parts.MAX_WIDTH) == (
        claims.MAX_SAMPLES, claims.MAX_INPUTS, claims.MAX_WIDTH,
    )  # fmt: skip
    assert max(model_activations.MAX_CHARACTERS, bounds.MAX_CHARACTERS) <= activations.MAX_CHARACTERS
    assert f"at most {reader.MAX_RATIONAL_DIGITS} decimal digits" in SPEC
    assert f"at most {activations.MAX_CHARACTERS} characters" in SPEC
    assert paired.MAX_ELIMINATION == minors.MAX_ELIMINATION
    assert expression.MAX_DEGREE == activations.MAX_DEGREE
    assert set(NAMED) == set(activations.NAMES)
    from exactcap.models import datasets

    assert tuple(f"rule-{name}" for name in bounds.RULES) == main.THEOREMS[6:20]
    assert tuple(rules.THEOREMS) == main.THEOREMS
    assert (claim_matrices.MAX_POWER, claim_matrices.MAX_LAYERS) == (matrices.MAX_POWER, matrices.MAX_LAYERS)
    assert identity_claims.MAX_SIZE == identity.MAX_SIZE
    assert prover_networks.MAX_DEGREE == network_bounds.MAX_DEGREE
    assert bounds.MAX_MONOMIALS <= polynomials.MAX_MONOMIALS
    assert bounds.MAX_DIGITS <= reader.MAX_RATIONAL_DIGITS
    assert bounds.MAX_RELATION_WORK <= polynomials.MAX_WORK
    assert rank.MAX_RANDOM_WORK == random_rank.MAX_WORK
    assert rank.MAX_RANDOM_PARAMETERS == random_rank.MAX_PARAMETERS
    assert (datasets.MAX_NUMBER_LENGTH, datasets.MAX_EXPONENT) == (table.MAX_CELL, table.MAX_EXPONENT)
    assert reader.MAX_LINE == format.MAX_LINE
    assert (network_claims.MAX_LAYERS, network_claims.MAX_WEIGHTS, network_claims.MAX_WEIGHT_BITS) == (
        memorizes.MAX_LAYERS, memorizes.MAX_WEIGHTS, memorizes.MAX_WEIGHT_BITS,
    )  # fmt: skip
    assert f"The inverse is for N <= {newton.MAX_ROWS}" in SPEC
    assert (memorizes.MAX_WORK, newton.MAX_WORK, centre.MAX_HELD, centre.MAX_DENOMINATOR_BITS) == (
        2**33, 2**36, 2**31, 2**14,
    )  # fmt: skip
    assert "at most 2^36 together" in SPEC
    assert "at most 2^33 together" in SPEC
    assert f"At each s_ij: {newton.STEPS} for each output, " in SPEC
    assert f"For each of the N h entries J_lc: {newton.ENTRY}. " in SPEC
    assert f"for T = B + {newton.GUARD} + t" in SPEC


def test_provers_and_checker_state_the_same_limits_of_given_networks():
    for other in (classifies_claims, deep_files):
        assert (other.MAX_LAYERS, other.MAX_WEIGHTS) == (classifies.MAX_LAYERS, classifies.MAX_WEIGHTS) == (100, 2**22)
    assert (classifies_claims.PIECEWISE, classifies_claims.SHOWN) == (forward.PIECEWISE, classifies.SHOWN)
    assert (checker_cost.MAX_WORK, forward_cost.MAX_HELD, forward_cost.OVERHEAD) == (
        newton.MAX_WORK, centre.MAX_HELD, centre.OVERHEAD,
    )  # fmt: skip
    assert (checker_cost.STEPS, checker_cost.ENTRY, forward_cost.UNIT) == (newton.STEPS, newton.ENTRY, forward.UNIT)
    assert prover_newton.MAX_OUTER == centre.MAX_OUTER == 2**17
    assert "At most 2^17 outer weights" in SPEC
    assert (forwards.MAX_MAGNITUDE, forwards.MAX_VALUE, forwards.MAX_DENOMINATOR_BITS) == (
        newton.MAX_MAGNITUDE, newton.MAX_VALUE, centre.MAX_DENOMINATOR_BITS,
    )  # fmt: skip
    for name in (*(set(NAMED) - {"log"}), "rational"):
        psi = parts.Activation(name, *((("0", "1"), ("1",)) if name == "rational" else ()))
        for bits in (32, 64, 1000):
            expected = smooth.psi_steps(activations.Activation(name, psi.numerator, psi.denominator), bits)
            assert checker_cost.psi_steps(name, len(psi.numerator) + len(psi.denominator), bits) == expected
    assert f"u times {forward.UNIT} for the three, else {newton.STEPS} " in SPEC


def test_provers_and_checker_state_the_same_limits_of_gaussian_claims():
    assert (lemma_cover.MAX_CELLS, lemma_cover.LARGEST) == (cover.MAX_CELLS, cover.LARGEST)
    assert {rule for rule, _ in rules_of_lemmas.CONDITIONS} | {"one-output", "three-stage"} == {
        name.removeprefix("rule-") for name in main.THEOREMS[26:] if name.startswith("rule-")
    }
    assert set(gaussian_words.RULES) == {rule for rule, _ in rules_of_lemmas.CONDITIONS}
    assert inequality.MAX_DIGITS == lemmas.MAX_DIGITS
    assert (enclosures.MAX_PAIR_DIGITS, enclosures.LEAST_VARIANCE, enclosures.MAX_DIGITS) == (
        enclosure.MAX_PAIR_DIGITS, enclosure.LEAST_VARIANCE, enclosure.MAX_DIGITS,
    )  # fmt: skip
    assert max(lemma_points.LARGE) <= counterexamples.LARGEST
    for lemma in inequality_claims.HEADINGS:
        assert set(lemma.__struct_fields__) == set(lemmas.FIELDS[lemma.__struct_config__.tag])


def test_provers_and_checker_state_the_same_limits_of_kernel_claims():
    for name in ("MAX_ROWS", "MAX_BITS", "MAX_WORK", "PAIR", "HEADROOM", "MAX_COEFFICIENT_BITS"):
        assert getattr(kernels, name) == getattr(kernel, name)
    assert (tangents.MAX_ROWS, tangents.MAX_VECTOR_BITS, tangents.MAX_ELIMINATION, tangents.MAX_WEIGHT_BITS) == (
        tangent.MAX_ROWS, tangent.MAX_VECTOR_BITS, minors.MAX_ELIMINATION, reader.MAX_INTEGER_BITS,
    )  # fmt: skip
    assert set(tangent_kernel.ACTIVATIONS) == set(dual_kernel.NAMES)
    assert (tangent_kernel.EVEN, tangent_kernel.ODD) == (dual_kernel.EVEN, dual_kernel.ODD)
    assert f"For `factor` n <= {kernel.MAX_ROWS} and at most 2^34 steps" in SPEC
    assert kernel.MAX_WORK == tangent.MAX_WORK == tangents.MAX_WORK == 2**34
    assert (tangent.PLACE, tangent.SUM, tangent.MAX_WEIGHTS) == (tangents.PLACE, tangents.SUM, tangents.MAX_WEIGHTS)
    assert "m d' <= 2^18; v at most 2^16 bits; at most 2^34 steps as in K3: n m d' products" in SPEC
    assert f"{tangent.PLACE} steps for each of the n m pairs" in SPEC
    assert f"8 + b/{tangent.SUM} steps" in SPEC
    assert f"{kernel.PAIR} steps and 8 products" in SPEC


@pytest.mark.parametrize("name", [*NAMED, *main.THEOREMS])
def test_every_name_is_defined_in_the_specification(name):
    assert re.search(rf"`?{re.escape(name)}`?", SPEC)
