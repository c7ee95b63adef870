"""Certificates of Mills-ratio bounds: what holds is verified, what is false never is."""

from __future__ import annotations

import copy
import json
import time
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from support import judge, to_bytes, to_records

from exactcap.arithmetic.balls import precision, rational
from exactcap.checker.mills import MillsClaim
from exactcap.checker.mills_bound import parse_bound
from exactcap.claims import Mills
from exactcap.models.gaussian import mills
from exactcap.models.mills_bounds import BoundData, named_bound, order, read_bound, value
from exactcap.provers.mills import bound_record, prove_mills

STURM, DESCARTES = ["mills-criterion", "sturm"], ["mills-criterion", "descartes", "lindemann"]
GRID = [Fraction(n, d) for n, d in ((1, 10**6), (1, 1000), (1, 50), (1, 10), (1, 4), (1, 2), (3, 4), (1, 1), (13, 10))]
GRID += [Fraction(n, 4) for n in range(6, 40)] + [Fraction(n) for n in (12, 20, 50, 200)]
CASES = {
    "birnbaum": (named_bound("birnbaum").data, "lower", None, None),
    "komatsu": (named_bound("komatsu").data, "upper", "-11/20", None),
    "sampford": (named_bound("sampford").data, "upper", "-1", None),
    "pollak": (named_bound("pollak").data, "upper", "0", None),
    "boyd-lower": (named_bound("boyd-lower").data, "lower", "0", None),
    "boyd-upper": (named_bound("boyd-upper").data, "upper", "0", None),
    "laplace-3": (named_bound("laplace-3").data, "upper", "0", None),
    "crossing": (read_bound("lower", "(x^2+1)/(x^3+2*x)"), "lower", "11616/10000", None),
    "crossing, below": (read_bound("lower", "(x^2+1)/(x^3+2*x)"), "upper", "0", "1161/1000"),
    "tuned": (read_bound("lower", "1/x-1/x^3+5/2/x^5"), "lower", "49/10", None),
    "error": (named_bound("laplace-4").data, "error-decreases", "0", None),
    "value": (named_bound("komatsu").data, "upper", "-14/25", None),
}


@cache
def records(name: str) -> list[Any]:
    data, relation, low, high = CASES[name]
    ends = [None if end is None else Fraction(end) for end in (low, high)]
    certificate = prove_mills(data, relation, ends[0], ends[1]).certificate
    assert certificate is not None
    return to_records(certificate)


def rebuilt(data: BoundData, relation: str, low: str | None, high: str | None, evidence: Any) -> list[Any]:
    claim = msgspec.to_builtins(Mills(bound_record(data), high, low, relation))
    theorems = {"sign": STURM, "error": STURM, "coefficients": DESCARTES, "value": []}[evidence["evidence"]]
    return [records("komatsu")[0], {"claim": claim}, {"relies_on": theorems}, evidence]


def sign(*intervals: tuple[str, str]) -> dict[str, Any]:
    return {"evidence": "sign", "intervals": [list(pair) for pair in intervals]}


def is_refuted(claim: Mills) -> bool:
    """Whether the claim is seen to be false at a point of a grid; for the error, between two points."""
    root = claim.bound.root
    terms = [
        tuple(msgspec.structs.astuple(t) for t in side) for side in (claim.bound.numerator, claim.bound.denominator)
    ]
    data = BoundData(terms[0], terms[1], None if root is None else (root.numerator, root.denominator))
    low, high = (None if end is None else Fraction(end) for end in (claim.low, claim.high))
    if claim.relation.startswith("not-"):
        return order(data, low, low) == (1 if claim.relation == "not-upper" else -1)
    base = Fraction(-6) if low is None else low
    points = [base + step for step in GRID] + ([] if high is None else [high, *(high - step for step in GRID)])
    points = sorted(x for x in points if (low is None or x > low) and (high is None or x <= high))
    if claim.relation == "error-decreases":
        with precision(300):
            errors = [abs(value(data, rational(x)) / mills(rational(x)) - 1) for x in points]
        return any(b >= a for a, b in pairwise(errors))
    return any(order(data, x, x) == (-1 if claim.relation == "upper" else 1) for x in points)


@pytest.mark.parametrize("name", CASES)
def test_true_claims_are_verified_and_their_statements_agree(name, tmp_path):
    verdict = judge(to_bytes(records(name)), tmp_path)
    assert verdict.finding == "VERIFIED", verdict.reason
    claim = msgspec.convert(records(name)[1]["claim"], Mills)
    assert verdict.statement == claim.statement()
    assert "\\" in claim.latex() or claim.bound.root is None
    assert not is_refuted(claim)


NUMBERS = ["0", "1", "-1", "1/1000", "-1/1000", "3", "-14/25", "4", "1161/1000", "5", None]


def mutants(original: list[Any]):
    """Changed claims and evidence."""
    for place in ("low", "high", "relation"):
        values = ("upper", "lower", "error-decreases", "not-upper", "not-lower") if place == "relation" else NUMBERS
        for new in values:
            changed = copy.deepcopy(original)
            changed[1]["claim"][place] = new
            yield changed
            if place != "relation":
                continue
            for theorems, evidence in (
                (STURM, sign()), (DESCARTES, {"evidence": "coefficients"}), ([], {"evidence": "value"}),
                (STURM, {"evidence": "error"}),
            ):  # fmt: skip
                yield [changed[0], changed[1], {"relies_on": theorems}, evidence]
    for side in ("numerator", "denominator"):
        for k, term in enumerate(original[1]["claim"]["bound"][side]):
            for step in ("1/1000", "-1/1000", "1/10", "-1"):
                changed = copy.deepcopy(original)
                c = Fraction(term[0]) + Fraction(step)
                changed[1]["claim"]["bound"][side][k][0] = str(c)
                yield changed
    if original[1]["claim"]["bound"]["root"]:
        for k, c in enumerate(original[1]["claim"]["bound"]["root"]["numerator"]):
            for step in ("1/1000", "-1/1000", "1", "-1", "-3"):
                changed = copy.deepcopy(original)
                changed[1]["claim"]["bound"]["root"]["numerator"][k] = str(Fraction(c) + Fraction(step))
                yield changed
    intervals = original[3].get("intervals")
    if intervals is not None:
        wide = [["-1/2", "1/2"], ["-1/10", "2"], ["1", "9"], ["1/2", "3/4"], ["5", "6"], ["0", "0"], ["2", "1"]]
        for new in (
            [],
            *([pair] for pair in wide),
            intervals + intervals,
            [*intervals, ["100", "101"]],
            [["1"]],
            [7],
            7,
        ):
            changed = copy.deepcopy(original)
            changed[3]["intervals"] = new
            yield changed


@pytest.mark.parametrize("name", CASES)
def test_mutants_are_rejected_or_true(name, tmp_path):
    verified = 0
    for changed in mutants(records(name)):
        verdict = judge(to_bytes(changed), tmp_path)
        if verdict.finding == "VERIFIED":
            verified += 1
            assert not is_refuted(msgspec.convert(changed[1]["claim"], Mills)), verdict.statement
        else:
            assert verdict.reason
    assert verified > 0  # some changes leave the claim true and proved


def test_a_dip_may_not_hide_in_an_interval(tmp_path):
    # B = R + a wave: E has several zeros; one interval around three of them would hide where B < R
    data = read_bound("upper", "5/4 - 13/20*x + x^2/8 + 1/500")
    zeros = prove_mills(data, "upper", Fraction(0), Fraction(3))
    assert zeros.finding.value == "REFUTED"
    for evidence in (sign(), sign(("1/100", "3")), sign(("1/10", "2"), ("2", "5/2")), sign(("1/1000", "29/10"))):
        verdict = judge(to_bytes(rebuilt(data, "upper", "0", "3", evidence)), tmp_path)
        assert verdict.finding == "REJECTED", verdict.statement


@pytest.mark.parametrize(
    ("text", "side", "low", "reason"),
    [
        ("x/(x^2 - 2)", "upper", "0", "denominator of B has a zero"),
        ("1/x", "upper", "-1/1000", "denominator of B has a zero"),
        ("1/x", "upper", None, "denominator of B has a zero"),
        ("1/x", "lower", "0", "wrong sign near infinity"),
        ("2/(x + sqrt(x^2 + 4))", "upper", None, "wrong sign near infinity"),
        ("13/10", "upper", "-1", "zeros in the range"),
        ("2/(x + sqrt(x^2 + 2))", "upper", None, "zeros in the range"),
    ],
)
def test_false_bounds_without_intervals(text, side, low, reason, tmp_path):
    verdict = judge(to_bytes(rebuilt(read_bound(side, text), side, low, None, sign())), tmp_path)
    assert verdict.finding == "REJECTED"
    assert reason in verdict.reason


def test_a_common_zero_of_numerator_and_denominator_is_a_pole(tmp_path):
    data = BoundData((("-1", 0, 0, 0), ("1", 1, 0, 0)), (("-1", 1, 0, 0), ("1", 2, 0, 0)), None)  # (x-1)/(x^2-x)
    verdict = judge(to_bytes(rebuilt(data, "upper", "0", None, sign())), tmp_path)
    assert verdict.finding == "REJECTED"
    assert "simplify the bound" in verdict.reason
    assert judge(to_bytes(rebuilt(data, "upper", "1", None, sign())), tmp_path).finding == "VERIFIED"


def test_equality_at_zero_needs_pi_exactly(tmp_path):
    tight = read_bound("upper", "2/(x + sqrt(x^2 + 8/pi))")
    for step in ("1/1000000000000000000000000000000", "1/1000"):
        root = (("8", step), ("0", "1"))  # 8/pi + step: below R at 0
        data = BoundData(tight.numerator, tight.denominator, root)
        verdict = judge(to_bytes(rebuilt(data, "upper", "0", None, {"evidence": "coefficients"})), tmp_path)
        assert verdict.finding == "REJECTED", verdict.statement
    smaller = BoundData(tight.numerator, tight.denominator, (("8", "-1/1000"), ("0", "1")))
    for data in (tight, smaller):
        verdict = judge(to_bytes(rebuilt(data, "upper", "0", None, {"evidence": "coefficients"})), tmp_path)
        assert verdict.finding == "VERIFIED", verdict.reason


@pytest.mark.parametrize(
    "numerator",
    [[["1", 0, 1, 0]], [["1", 201, 0, 0]], [["0", 0, 0, 0]], [["1", 1, 0, 0], ["1", 0, 0, 0]], [["1", 0, 0, 0]] * 2,
     [["1", 0, 0]], [["9" * 101, 0, 0, 0]], [["1", -1, 0, 0]], [["1", 0, 0, 61]], 5, [["1", True, 0, 0]]],
)  # fmt: skip
def test_malformed_bounds(numerator, tmp_path):
    changed = copy.deepcopy(records("laplace-3"))
    changed[1]["claim"]["bound"]["numerator"] = numerator
    assert judge(to_bytes(changed), tmp_path).finding == "REJECTED"


def test_malformed_claims(tmp_path):
    for place, new in (("relation", "above"), ("high", "0"), ("low", 0), ("low", "2/4"), ("bound", {})):
        changed = copy.deepcopy(records("laplace-3"))
        changed[1]["claim"][place] = new
        assert judge(to_bytes(changed), tmp_path).finding == "REJECTED"
    changed = copy.deepcopy(records("laplace-3"))
    changed[1]["claim"]["bound"]["denominator"] = []
    assert "denominator is 0" in judge(to_bytes(changed), tmp_path).reason


def test_hostile_sizes_are_refused_in_time(tmp_path):
    digits = "7" * 99
    dense = [[digits, i, 0, 0] for i in range(41)]
    bounds = [
        {"numerator": dense, "denominator": [*dense, [digits, 41, 0, 0]], "root": None},
        {"numerator": [["1", 200, 0, 0]], "denominator": [["1", 0, 0, 0], ["1", 199, 0, 0]], "root": None},
        {"numerator": [["1", 20, 20, 0]], "denominator": [["1", 0, 0, 60]], "root": {"numerator": ["1"] * 60,
                                                                                    "denominator": ["1"]}},
        {"numerator": [["1", 1, 1, 0]], "denominator": [["1", 2, 2, 0]], "root": {"numerator": [digits],
                                                                                  "denominator": ["1"]}},
    ]  # fmt: skip
    for bound in bounds:
        for relation, theorems, evidence in (
            ("upper", STURM, sign(("1", "2"))), ("upper", DESCARTES, {"evidence": "coefficients"}),
            ("error-decreases", STURM, {"evidence": "error"}),
        ):  # fmt: skip
            claim = {"family": "mills", "bound": bound, "relation": relation, "low": "1/" + digits, "high": None}
            start = time.monotonic()
            judge(to_bytes([records("komatsu")[0], {"claim": claim}, {"relies_on": theorems}, evidence]), tmp_path)
            assert time.monotonic() - start < 15


def test_the_largest_bound_with_pi_takes_seconds(tmp_path):
    terms = [["1", i, 0, k] for i in range(0, 9, 2) for k in range(10)]
    bound = {
        "numerator": terms,
        "denominator": [["1", 9, 0, 0]],
        "root": {"numerator": ["1", "1"], "denominator": ["1"]},
    }
    claim = {"family": "mills", "bound": bound, "relation": "upper", "low": "0", "high": None}
    start = time.monotonic()
    judge(
        to_bytes([records("komatsu")[0], {"claim": claim}, {"relies_on": DESCARTES}, {"evidence": "coefficients"}]),
        tmp_path,
    )
    assert time.monotonic() - start < 15


def test_the_text_of_a_bound_is_the_same_in_claim_and_checker():
    for text in (
        "3/2",
        "-x/2",
        "1/(x^3)",
        "pi/2*x",
        "(x^2+1)/7",
        "1/sqrt(x^2+1/pi)",
        "(pi^2-1)/(x*sqrt(x^2+pi/(pi+1))+2)",
    ):
        record = bound_record(read_bound("upper", text))
        checked = parse_bound(json.loads(msgspec.json.encode(record)))
        assert record.text() == checked.text()
        for relation, low, high in (
            ("upper", "1", "2"),
            ("lower", None, "2"),
            ("lower", None, None),
            ("not-upper", "1", "1"),
        ):
            ends = [None if end is None else Fraction(end) for end in (low, high)]
            assert Mills(record, high, low, relation).statement() == MillsClaim(checked, relation, *ends).statement()


@pytest.mark.parametrize("root", [["4"], ["0", "1"]])
def test_a_denominator_that_vanishes_identically_is_rejected(root, tmp_path):
    """s^2 - x^2 - m is 0 for every x."""
    constant = ["-4", 0, 0, 0] if root == ["4"] else ["-1", 0, 0, 1]
    zero = [constant, ["1", 0, 2, 0], ["-1", 2, 0, 0]]
    for numerator in ([], zero, [["1", 0, 0, 0]]):
        bound = {"denominator": zero, "numerator": numerator, "root": {"denominator": ["1"], "numerator": root}}
        claim = {"bound": bound, "family": "mills", "high": None, "low": None, "relation": "upper"}
        for evidence in ({"evidence": "sign", "intervals": []}, {"evidence": "coefficients"}):
            records = [{"format": "exactcap-certificate", "version": 1}, {"claim": claim}]
            verdict = judge(to_bytes([*records, {"relies_on": ["mills-criterion", "sturm"]}, evidence]), tmp_path)
            assert verdict.finding == "REJECTED"


def test_a_root_must_be_positive_also_at_a_point(tmp_path):
    root = {"denominator": ["1"], "numerator": ["-4"]}
    bound = {"denominator": [["1", 0, 0, 0]], "numerator": [["1", 0, 1, 0]], "root": root}
    claim = {"bound": bound, "family": "mills", "high": "3", "low": "3", "relation": "not-lower"}
    records = [{"format": "exactcap-certificate", "version": 1}, {"claim": claim}, {"relies_on": []}]
    assert "m > 0" in judge(to_bytes([*records, {"evidence": "value"}]), tmp_path).reason
