"""The checker on the explicit theorem: it accepts what is certain, and nothing that lacks a condition by a hair."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from support import judge, to_bytes, to_records

from exactcap.certificates.format import Certificate
from exactcap.checker import memorization as checker
from exactcap.claims import Memorization
from exactcap.models.three_stage import Instance, Witness
from exactcap.provers.memorization import THEOREMS, evidence

# found by the prover for K = 1000 (delta = sqrt 2), and for K = 10^6 (delta = 1): both use nearly all that is allowed
SMALL = Witness(
    (31642, 42490, 2000), Fraction("1.398"), Fraction("2.201"), Fraction("0.07441"), Fraction("0.114"), 390, 50
)
LARGE = Witness(
    (538785, 709132, 1000000), Fraction("2.079"), Fraction("2.725"), Fraction("0.05334"), Fraction("0.19692"), 1585, 104
)  # fmt: skip
CASES = [(1000, "2", SMALL), (10**6, "1", LARGE)]


def records(points=1000, squared="2", witness=SMALL, ones=None, widths=None):
    claim = Memorization("threshold", points if ones is None else ones, points, squared, widths or witness.used)
    return to_records(Certificate(claim, THEOREMS, (evidence(witness),)))


def changed(line: int, base=None, **values):
    """The records with some values replaced in the claim (1) or in the evidence (3)."""
    lines = base or records()
    part = {**lines[1]["claim"], **values} if line == 1 else {**lines[3], **values}
    return [lines[0], {"claim": part} if line == 1 else lines[1], lines[2], part if line == 3 else lines[3]]


@pytest.mark.parametrize(("points", "squared", "witness"), CASES, ids=["small", "large"])
def test_certificates_are_verified_with_the_statement_of_the_claim(points, squared, witness, tmp_path):
    lines = records(points, squared, witness)
    verdict = judge(to_bytes(lines), tmp_path)
    assert verdict.finding == "VERIFIED", verdict.reason
    assert verdict.relies_on == THEOREMS
    assert verdict.statement == Memorization("threshold", points, points, squared, witness.used).statement()


def test_unused_units_and_weaker_claims_are_no_harm(tmp_path):
    for lines in (
        changed(1, widths=[31643, 10**15, 2001]),
        changed(1, ones=999),
        changed(1, separation_squared="201/100"),
        changed(1, ones=1, points=999),
    ):
        assert judge(to_bytes(lines), tmp_path).finding == "VERIFIED"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"used": [31642 * 9 // 10, 42490, 2000]}, "condition 1"),
        ({"used": [31642, 42490 * 9 // 10, 2000]}, "condition 2"),
        ({"used": [31642, 42490, 1998]}, "condition 3"),
        ({"used": [31642, 42490, 1]}, "not between 2 and"),
        ({"used": [31642, 42490, 0]}, "not between 2 and"),
        ({"used": [0, 42490, 2000]}, "not between 1 and"),
        ({"used": [31643, 42490, 2000]}, "not between 1 and 31642"),
        ({"used": [31642, 42490]}, "array of 3"),
        ({"least": 394}, "condition 2"),
        ({"least": 389}, "condition 3"),
        ({"least": 5000}, "(T_min - 1)/n2 < p2"),
        ({"least": 0}, "not between 1"),
        ({"most": 49}, "condition 2"),
        ({"most": 51}, "condition 3"),
        ({"most": 0}, "not between 1"),
        ({"most": 1}, "(T_max + 1)/n2 > q2"),
        ({"most": 42489}, "T_max + 1 < n2"),
        ({"inner_epsilon": "1135/10000"}, "not a rational"),
        ({"inner_epsilon": "227/2000"}, "condition 1"),
        ({"inner_epsilon": "1/100"}, "q1 < e_o p1"),
        ({"inner_epsilon": "23/200"}, "condition 2"),
        ({"inner_epsilon": "0"}, "0 < e_d, e_o"),
        ({"inner_epsilon": "92559/100000"}, "e_d + e_o < 1"),
        ({"norm_epsilon": "1/20"}, "condition 1"),
        ({"norm_epsilon": "1/10"}, "condition 2"),
        ({"norm_epsilon": "-1/10"}, "0 < e_d, e_o"),
        ({"bias_1": "-1"}, "b1, b2"),
        ({"bias_1": "101"}, "b1, b2"),
        ({"bias_1": "3/2"}, "condition 1"),
        ({"bias_2": "1/10"}, "sqrt(1 + e_d)"),
        ({"bias_2": "0"}, "b1, b2"),
        ({"bias_2": "21/10"}, "condition 2"),
        ({"bias_2": "23/10"}, "(T_min - 1)/n2 < p2"),
        ({"bias_2": "1/" + "3" * 40}, "10^30"),
    ],
)
def test_each_condition_is_needed(values, reason, tmp_path):
    verdict = judge(to_bytes(changed(3, **values)), tmp_path)
    assert verdict.finding == "REJECTED"
    assert reason in verdict.reason


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"ones": 1001}, "not between 1 and 1000"),
        ({"ones": 0}, "not between 1 and 1000"),
        ({"points": 1010, "ones": 1000}, "condition 1"),
        ({"points": 2**200}, "must be a hexadecimal string"),
        ({"points": hex(2**200 + 1)}, "not between"),
        ({"activation": "relu"}, "threshold units only"),
        ({"separation_squared": "0"}, "not above 0"),
        ({"separation_squared": "-1"}, "not above 0"),
        ({"separation_squared": "401/100"}, "at most 4"),
        ({"separation_squared": "199/100"}, "condition 1"),
        ({"separation_squared": "1/" + "7" * 50}, "10^30"),
        ({"separation_squared": 2}, "not a rational"),
        ({"widths": [31642, 42490, 1]}, "not between 2 and 1"),
        ({"widths": [31642, 42490]}, "array of 3"),
        ({"widths": [31642, 42490, 2000, 1]}, "array of 3"),
        ({"widths": [31642, 42490, hex(2**53)]}, "not between"),
    ],
)
def test_no_claim_beyond_what_is_proved(values, reason, tmp_path):
    verdict = judge(to_bytes(changed(1, **values)), tmp_path)
    assert verdict.finding == "REJECTED"
    assert reason in verdict.reason


def test_the_corner_condition_is_exact(tmp_path):
    """b2 (1 - e_d - e_o) = e_o sqrt(1 + e_d): with e_d = 9/16, e_o = 1/16 equality is at b2 = 5/24."""
    line = {"norm_epsilon": "9/16", "inner_epsilon": "1/16"}
    at = judge(to_bytes(changed(3, **line, bias_2="5/24")), tmp_path)
    below = judge(to_bytes(changed(3, **line, bias_2="5000001/24000005")), tmp_path)
    assert "sqrt(1 + e_d)" not in at.reason
    assert "sqrt(1 + e_d)" in below.reason


def test_mutations_are_rejected(tmp_path):
    """Other values anywhere in the evidence: rejected, or the three conditions still hold (as balls say)."""
    from exactcap.models.three_stage import three_stages

    base = records()
    numbers = [None, True, 1.5, "", "x", -1, 0, 1, 2**60, [], {}, "1/2", "2", "1000", [1, 2, 3], "1/0", "01"]
    for key in base[3]:
        for value in numbers:
            lines = changed(3, base, **{key: value})
            assert judge(to_bytes(lines), tmp_path).finding == "REJECTED", lines[3]
        assert judge(to_bytes([*base[:3], {k: v for k, v in base[3].items() if k != key}]), tmp_path).reason
    assert judge(to_bytes([*base[:3], {**base[3], "extra": 1}]), tmp_path).finding == "REJECTED"
    assert judge(to_bytes([*base[:2], {"relies_on": list(THEOREMS[:-1])}, base[3]]), tmp_path).finding == "REJECTED"
    assert judge(to_bytes(base[:3]), tmp_path).finding == "REJECTED"
    found = set()
    for shift in range(-3, 4):  # near the witness both programs agree on each value
        for key, field in (("bias_1", "bias_1"), ("bias_2", "bias_2"), ("norm_epsilon", "norm_epsilon")):
            value = getattr(SMALL, field) + Fraction(shift, 2000)
            witness = Witness(**{**vars(SMALL), field: value})
            holds = all(stage.holds for stage in three_stages(Instance(1000, 1000, Fraction(2)), witness))
            verdict = judge(to_bytes(changed(3, base, **{key: str(value)})), tmp_path)
            assert (verdict.finding == "VERIFIED") is holds
            found.add(holds)
    assert found == {True, False}


def bounds_by_mpmath(points, squared, witness):
    """The three bounds with the formulas of G5, quadrature for F_0."""
    mp = mpmath.mp
    K, (n1, n2, n3) = points, witness.used
    b1, b2, e_d, e_o = (mp.mpf(x.numerator) / x.denominator for x in (
        witness.bias_1, witness.bias_2, witness.norm_epsilon, witness.inner_epsilon))  # fmt: skip

    def tail(b):
        return mp.erfc(b / mp.sqrt(2)) / 2

    def common(b, rho):
        inner = mp.quad(lambda r: mp.exp(-b * b / (1 + mp.sin(r))), mp.linspace(0, mp.asin(rho), 4))
        return tail(b) ** 2 + inner / (2 * mp.pi)  # Plackett, from correlation 0

    def failure(count, n, x, p):
        return count * mp.exp(-n * (x * mp.log(x / p) + (1 - x) * mp.log((1 - x) / (1 - p))))

    p1, q1 = tail(b1), common(b1, 1 - mp.mpf(int(squared)) / 2)
    p2, q2 = tail(b2 / mp.sqrt(1 - e_d)), common(b2 / mp.sqrt(1 + e_d), e_o / (1 + e_d))
    pairs, batch = mp.binomial(K, 2), -(-K // (n3 // 2))
    return (
        failure(K, n1, (1 + e_d) * p1, p1) + failure(K, n1, (1 - e_d) * p1, p1) + failure(pairs, n1, e_o * p1, q1),
        failure(K, n2, mp.mpf(witness.least - 1) / n2, p2) + failure(pairs, n2, mp.mpf(witness.most + 1) / n2, q2),
        2 * K * mp.exp(-(mp.mpf(witness.least) ** 2) / (8 * batch * witness.most**2)),
    )


@pytest.mark.parametrize(("points", "squared", "witness"), CASES, ids=["small", "large"])
def test_the_bounds_agree_with_balls_and_with_mpmath(points, squared, witness, monkeypatch):
    from exactcap.models.three_stage import three_stages

    found = []
    monkeypatch.setattr(checker, "_require_below_one", lambda terms, _: found.append(sum(terms, checker._one(1) - 1)))
    claim = checker.MemorizationClaim(points, points, Fraction(squared), witness.used)
    values = (witness.bias_1, witness.bias_2, witness.norm_epsilon, witness.inner_epsilon)
    stated = checker.Witness(witness.used, *values, witness.least, witness.most)
    for stage in (checker._first, checker._second, checker._third):
        stage(claim, stated, 128)
    with mpmath.workdps(30):
        references = bounds_by_mpmath(points, squared, witness)
        balls = three_stages(Instance(points, points, Fraction(squared)), witness)
        for interval, reference, ball in zip(found, references, balls, strict=True):
            low, high = (mpmath.mpf(m) * mpmath.mpf(2) ** e for m, e in (interval.lo, interval.hi))
            assert abs(low - reference) < reference * mpmath.mpf(10) ** -20
            assert abs(high - reference) < reference * mpmath.mpf(10) ** -20
            middle = ball.text.split("[")[1].split(" +/-")[0]
            assert abs(mpmath.mpf(middle) - reference) < 1e-8


@pytest.mark.parametrize(
    ("claim", "values"),
    [
        ({}, {"bias_1": "100"}),
        ({}, {"bias_2": "100", "least": 2**53 - 1, "most": 2**53 - 1}),
        ({"separation_squared": "1/" + "1" + "0" * 30}, {"bias_1": "100"}),
        ({"separation_squared": "4"}, {"bias_1": "100", "inner_epsilon": "1/" + "1" + "0" * 30}),
        ({}, {"bias_1": "1/1000000000000000000000000000000"}),
        ({"points": hex(2**200), "widths": [2**53 - 1] * 3}, {"used": [2**53 - 1] * 3, "bias_2": "99"}),
        ({}, {"norm_epsilon": "1/" + "1" + "0" * 30, "inner_epsilon": f"{10**30 - 2}/{10**30 - 1}", "bias_2": "100"}),
    ],
)
def test_extreme_numbers_end_at_once_and_in_a_verdict(claim, values, tmp_path):
    verdict = judge(to_bytes(changed(3, changed(1, **claim), **values)), tmp_path)
    assert verdict.finding == "REJECTED"
    assert len(verdict.reason) < 200


def test_opposite_points_have_no_common_units(tmp_path):
    """delta = 2: rho = -1 is replaced by -99/100, so q1 stays positive."""
    witness = Witness((2000, 2000, 4), Fraction(1), Fraction("2.1"), Fraction("0.12"), Fraction("0.1"), 8, 1)
    verdict = judge(to_bytes(records(2, "4", witness)), tmp_path)
    assert verdict.finding == "VERIFIED", verdict.reason
