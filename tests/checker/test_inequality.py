"""The checker on lemmas: a rule proves nothing beyond its side conditions, a point nothing outside its region."""

from __future__ import annotations

from fractions import Fraction

import pytest
from lemma_cases import BY_MILLS, COVERED, FALSE, TRUE, UNDECIDED
from support import judge, to_bytes, to_records

from exactcap.certificates.format import Certificate
from exactcap.checker.rules import CONDITIONS
from exactcap.claims import Inequality
from exactcap.claims.inequality import Orthogonal, Separated, Stability
from exactcap.provers.inequality import _refuted_by, prove_inequality


def say(lemma, holds, evidence, relies_on, tmp_path):
    return judge(b"".join(Certificate(Inequality(holds, lemma), relies_on, (evidence,)).lines()), tmp_path)


def by_rule(lemma, rule, tmp_path):
    return say(lemma, True, {"evidence": "rule", "rule": rule}, (f"rule-{rule}",), tmp_path)


@pytest.mark.parametrize("lemma", [*FALSE, *UNDECIDED, *COVERED, *BY_MILLS], ids=str)
def test_no_rule_proves_a_lemma_that_is_not_its_own(lemma, tmp_path):
    for rule in {rule for rule, _ in CONDITIONS}:
        assert by_rule(lemma, rule, tmp_path).finding == "REJECTED", rule


@pytest.mark.parametrize("lemma", TRUE, ids=str)
def test_no_point_refutes_a_true_lemma(lemma, tmp_path):
    """Points of the region, and outside of it where the lemma may well fail."""
    biases, numbers = ("-3", "0", "1", "10", "1000"), ("0", "1/4", "1", "5/4", "2")
    points = [[a] for a in biases] + [[a, b] for a in biases for b in numbers]
    points += [[a, b, c] for a in biases for b in ("0", "1", "5/4") for c in ("0", "1/4", "2")]
    relies_on = _refuted_by(lemma)
    for point in points:
        verdict = say(lemma, False, {"evidence": "point", "values": point}, relies_on, tmp_path)
        assert verdict.finding == "REJECTED", point


@pytest.mark.parametrize("lemma", FALSE, ids=str)
def test_a_refutation_is_of_this_point_only(lemma, tmp_path):
    """The point of a true certificate, a hair outside of the region or with a number too many, proves nothing."""
    records = to_records(prove_inequality(lemma).certificate)
    values = records[3]["values"]
    for wrong in (values[:-1], [*values, "1"], [], ["-1000", *values[1:]], [f"{10**16}", *values[1:]]):
        assert judge(to_bytes([*records[:3], {**records[3], "values": wrong}]), tmp_path).finding == "REJECTED"
    claim = {**records[1]["claim"], "holds": True}
    assert judge(to_bytes([records[0], {"claim": claim}, *records[2:]]), tmp_path).finding == "REJECTED"


def test_a_distance_of_two_is_outside_of_the_sharp_form(tmp_path):
    sharp = Separated("threshold", "-1/10", "1", "sharp")
    evidence = {"evidence": "point", "values": ["-1/10", "2"]}
    assert "distance" in say(sharp, False, evidence, ("plackett",), tmp_path).reason


@pytest.mark.parametrize("lemma", COVERED, ids=str)
def test_a_cover_must_cover(lemma, tmp_path):
    """Cells left out, moved, exchanged or merged are found, by their shape or by the inequality."""
    records = to_records(prove_inequality(lemma).certificate)
    evidence, b0 = records[3], Fraction(lemma.bias_from)
    biases, distances = evidence["biases"], evidence["distances"]
    wrong = [
        {"biases": biases[1:], "distances": distances[1:]},
        {"biases": biases[:-1], "distances": distances[:-1]},
        {"biases": biases, "distances": distances[:-1]},
        {"biases": biases[::-1], "distances": distances},
        {"biases": biases, "distances": [[*distances[0][:-1]], *distances[1:]]},
        {"biases": biases, "distances": [distances[0][1:], *distances[1:]]},
        *([{"biases": [str(b0), "0"], "distances": [["0", "2"]]}] if b0 < -1 else []),
        {"biases": [], "distances": []},
    ]
    for change in wrong:
        mutant = to_bytes([*records[:3], {"evidence": "cover", **change}])
        assert judge(mutant, tmp_path).finding == "REJECTED", change
    farther = {**records[1]["claim"], "lemma": {**records[1]["claim"]["lemma"], "bias_from": "-3"}}
    stretched = {"evidence": "cover", "biases": ["-3", *biases[1:]], "distances": distances}
    assert judge(to_bytes([records[0], {"claim": farther}, records[2], stretched]), tmp_path).finding == "REJECTED"


@pytest.mark.parametrize(
    ("lemma", "rule"),
    [
        (Orthogonal("threshold", "1", "2", "1/2", "plain"), "corner"),
        (Orthogonal("threshold", "1", "2", "-1/8", "plain"), "corner"),
        (Orthogonal("threshold", "1", "-2", "1/8", "plain"), "corner"),
        (Stability("0", None, 1, "0", "1"), "jensen"),
        (Stability("1", None, 1, "-1", "1"), "jensen"),
        (Stability("1", None, 1, "1", "0"), "jensen"),
        (Separated("relu", "0", "1", "-1/8"), "separated"),
    ],
    ids=str,
)
def test_claims_without_a_meaning_are_rejected(lemma, rule, tmp_path):
    assert by_rule(lemma, rule, tmp_path).finding == "REJECTED"


def test_numbers_are_bounded(tmp_path):
    huge = Separated("relu", "0", str(10**400), "1/8")
    assert "digits" in by_rule(huge, "separated", tmp_path).reason
