"""Certificates of counts: Cover's integers and the least excluded n, true ones verified, all neighbours rejected."""

from __future__ import annotations

import json
from math import comb
from pathlib import Path
from typing import Any

import msgspec
import pytest
from count_truth import cover, labellings_bound
from support import judge, to_bytes

from exactcap.checker import count
from exactcap.checker.verdict import Verdict
from exactcap.claims import Claim
from exactcap.provers import count as prover


def integer(value: Any) -> Any:
    return hex(value) if type(value) is int and abs(value) >= 2**53 else value


def dichotomies(points: Any, dimension: Any, affine: Any = False) -> dict[str, Any]:
    return {"kind": "dichotomies", "affine": affine, "dimension": integer(dimension), "points": integer(points)}


def shattering(inputs: Any, width: Any) -> dict[str, Any]:
    return {"kind": "shattering", "inputs": integer(inputs), "width": integer(width)}


def decide(folder: Path, of: Any, value: Any, relies_on: Any = ("cover",), kind: Any = "evaluate") -> Verdict:
    """The checker's verdict on the certificate with these fields."""
    claim = {"family": "count", "of": of, "value": integer(value)}
    lines = [
        {"format": "exactcap-certificate", "version": 1},
        {"claim": claim},
        {"relies_on": list(relies_on)},
        {"evidence": kind},
    ]
    return judge(to_bytes(lines), folder)


def test_dichotomies_are_those_of_the_recursion(tmp_path):
    for n in range(1, 13):
        for d in range(1, 13):
            for affine in (False, True):
                value = cover(n, d + affine)
                assert decide(tmp_path, dichotomies(n, d, affine), value).verified
                assert value == 2**n if n <= d + affine else value < 2**n
                for wrong in (value - 1, value + 1, -value, 0, 2 * value):
                    assert decide(tmp_path, dichotomies(n, d, affine), wrong).finding == "REJECTED"


def test_large_dichotomies(tmp_path):
    half = 2 ** (10000 - 1)
    assert decide(tmp_path, dichotomies(10000, 5000), half).verified  # C(2d, d) = 2^(2d)/2
    assert decide(tmp_path, dichotomies(10000, 2**53 - 1, True), 2 * half).verified
    assert decide(tmp_path, dichotomies(10000, 4999, True), half).verified
    value = 2 * sum(comb(9998, k) for k in range(17))
    assert decide(tmp_path, dichotomies(9999, 17), value).verified
    for of in (dichotomies(9999, 5000), dichotomies(10000, 5000, True), dichotomies(10000, 4999)):
        assert decide(tmp_path, of, half).reason == "the number of dichotomies is another one"


def test_the_least_excluded_number(tmp_path):
    for inputs, width in ((1, 1), (1, 2), (2, 1), (3, 7), (7, 3), (10, 5), (1, 100), (100, 1)):
        n = next(n for n in range(2, 10**4) if labellings_bound(n, inputs, width) < 2**n)
        of = shattering(inputs, width)
        verdict = decide(tmp_path, of, n)
        assert verdict.verified, verdict.reason
        assert verdict.relies_on == ("cover",)
        assert decide(tmp_path, of, n - 1).reason == "the count does not exclude so many points"
        assert decide(tmp_path, of, n + 1).reason == "the count excludes one point less, too"
        for wrong in (2 * n, n // 2, 2**53 - 1):
            assert decide(tmp_path, of, wrong).finding == "REJECTED"
        for other in (shattering(inputs + 1, width), shattering(inputs, width + 1)):
            assert decide(tmp_path, other, n).finding == "REJECTED"


def test_the_bounds_hold_the_exact_count():
    for inputs, width in ((1, 1), (2, 5), (30, 4), (4, 30)):
        for n in (1, 2, 3, 10, 100, 700):
            bound = count.Shattering(inputs, width).bound(n)
            assert bound.contains(labellings_bound(n, inputs, width))
            assert bound.accuracy() >= 220


def test_what_is_excluded_once_is_excluded_from_there_on():
    """The least n is the only one with f(n) < 2^n and f(n - 1) >= 2^(n-1)."""
    for inputs in range(1, 7):
        for width in range(1, 10):
            excluded = [labellings_bound(n, inputs, width) < 2**n for n in range(1, 500)]
            assert sorted(excluded) == excluded
            assert excluded[-1]


def test_the_lemma_for_it():
    """Q^2 - PR = (b/d) sum of (d - j) (n choose j) over j < d, and >= (M - 1) R for M >= d."""
    for d in range(1, 12):
        for m in range(d, 30):
            p, q, r = (sum(comb(m, k) for k in range(top)) for top in (d + 1, d, d - 1))
            gap = q * q - p * r
            assert d * gap == comb(m, d - 1) * sum((d - j) * comb(m + 1, j) for j in range(d))
            assert gap >= (m - 1) * r


def test_the_statement_is_that_of_the_claim():
    """The two sides write it independently."""
    cases = [(dichotomies(1, 1), 2), (dichotomies(70, 20, True), cover(70, 21)), (dichotomies(9, 2**53 - 1), 512)]
    cases += [(shattering(1, 1), 7), (shattering(10, 20), 1826)]
    for of, value in cases:
        record = {"family": "count", "of": of, "value": value}
        parsed = count.parse(json.loads(json.dumps(record | {"value": integer(value)})))
        assert parsed.statement() == msgspec.convert(record, Claim).statement()


def test_the_largest_sizes_are_decided(tmp_path):
    """Their limits are the prover's; both sides of such a network take about a second."""
    assert (count.MAX_POINTS, count.MAX_UNITS, count.MAX_VALUE) == (
        prover.MAX_POINTS, prover.MAX_UNITS, prover.MAX_DIMENSION,
    )  # fmt: skip
    assert decide(tmp_path, shattering(count.MAX_UNITS, 1), 61028).verified


HOSTILE = [
    (dichotomies(0, 1), 2, "0 is not between 1 and 10000"),
    (dichotomies(-1, 1), 2, "-1 is not between 1 and 10000"),
    (dichotomies(10001, 1), 2, "10001 is not between 1 and 10000"),
    (dichotomies(2**4000, 1), 2, "is not between 1 and 10000"),
    (dichotomies(5, 0), 2, "0 is not between 1 and"),
    (dichotomies(5, 2**53), 32, "is not between 1 and"),
    (dichotomies(5, 2, 1), 10, "neither true nor false"),
    (dichotomies(5, 2, None), 10, "neither true nor false"),
    (dichotomies(True, 2), 2, "not an integer"),
    (dichotomies("5", 2), 10, "not an integer"),
    (dichotomies(5, 2) | {"seed": 1}, 10, "expected an object with the keys"),
    (dichotomies(5, 2), "10", "not an integer"),
    (dichotomies(5, 2), True, "not an integer"),
    (dichotomies(5, 2), None, "not an integer"),
    (dichotomies(5, 2), hex(2**10001), "not an integer"),
    (dichotomies(5, 2), hex(-(2**100000)), "not an integer"),
    (dichotomies(5, 2), hex(2**10000), "another one"),
    (shattering(0, 1), 2, "0 is not between 1 and 30000"),
    (shattering(1, 30001), 2, "30001 is not between 1 and 30000"),
    (shattering(2**60, 1), 2, "is not between 1 and 30000"),
    (shattering(1, 1), 2**53, "not between 2 and"),
    (shattering(1, 1), 1, "not between 2 and"),
    (shattering(1, 1), 0, "not between 2 and"),
    (shattering(1, 1), -7, "not between 2 and"),
    (shattering(1, 1) | {"affine": False}, 7, "expected an object with the keys"),
    ({"kind": "regions"}, 7, "neither dichotomies nor shattering"),
    ([], 7, "neither dichotomies nor shattering"),
    (None, 7, "neither dichotomies nor shattering"),
]


@pytest.mark.parametrize(("of", "value", "reason"), HOSTILE, ids=range(len(HOSTILE)))
def test_malformed_claims(tmp_path, of, value, reason):
    verdict = decide(tmp_path, of, value)
    assert verdict.finding == "REJECTED"
    assert reason in verdict.reason


def test_malformed_evidence(tmp_path):
    of = dichotomies(5, 2)
    for kind in ("symbolic", None, ["evaluate"], {"kind": "evaluate"}):
        assert "evaluate" in decide(tmp_path, of, 10, kind=kind).reason
    for relies_on in ((), ("sard",), ("cover", "cover"), ("cover", "sard")):
        assert decide(tmp_path, of, 10, relies_on).reason.startswith("relies_on")
    assert decide(tmp_path, of, 10).verified
