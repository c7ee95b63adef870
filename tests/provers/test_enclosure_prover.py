"""Digits are proven, the checker agrees, wrong digits are rejected, and what is not defined is refused in one line."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import msgspec
import pytest

from exactcap.certificates.format import write_certificate
from exactcap.checker.main import check_file
from exactcap.claims import Correlation, Enclosure, OneUnit
from exactcap.claims.enclosure import agreeing_digits, decimal
from exactcap.errors import InputError
from exactcap.provers.enclosure import enclose
from exactcap.provers.outcome import Finding

QUANTITIES = [
    OneUnit("mills", "3"),
    OneUnit("mills", str(10**100)),
    OneUnit("mills", "-5"),
    OneUnit("tail", str(10**15)),
    OneUnit("tail", "0"),
    OneUnit("relu-moment", "-7/3"),
    OneUnit("relu-second-moment", "1000"),
    Correlation("threshold", ("5/2", "5/2"), "-9/10", ("1", "1")),
    Correlation("relu", ("3", "3"), "1/20", ("21/20", "49/50")),
    Correlation("threshold", ("0", "0"), "1/2", ("1", "1")),
    Correlation("relu", ("-2", "1"), "-1/3", ("1", "1")),
    Correlation("relu", ("1", "1"), "1", ("1", "1")),
]


@pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda quantity: quantity.text()[:40])
def test_the_checker_agrees_and_rejects_other_digits(quantity, tmp_path):
    outcome = enclose(quantity, 12)
    assert outcome.finding is Finding.PROVED
    claim, path = outcome.certificate.claim, tmp_path / "digits.cert.jsonl"
    write_certificate(outcome.certificate, path)
    verdict = check_file(str(path))
    assert (verdict.finding, verdict.statement) == ("VERIFIED", claim.statement())
    for wrong in (claim.mantissa + 1, claim.mantissa - 1, -claim.mantissa):
        write_certificate(replace(outcome.certificate, claim=msgspec.structs.replace(claim, mantissa=wrong)), path)
        assert check_file(str(path)).finding == "REJECTED"


@pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda quantity: quantity.text()[:40])
def test_more_digits_begin_with_fewer(quantity):
    few, many = (enclose(quantity, digits).certificate.claim for digits in (10, 60))
    assert agreeing_digits((few.mantissa, few.exponent), (many.mantissa, many.exponent)) == 10
    assert len(str(abs(many.mantissa))) == 60


def test_a_thousand_digits():
    claim = enclose(OneUnit("tail", "0"), 1000).certificate.claim
    assert (claim.mantissa, claim.exponent) == (5 * 10**999, -1000)
    pair = Correlation("relu", ("2", "2"), "1/3", ("1", "1"))
    assert len(str(enclose(pair, 300).certificate.claim.mantissa)) == 300
    with pytest.raises(InputError, match="digits: 301 is not between 2 and 300"):
        enclose(pair, 301)
    with pytest.raises(InputError, match="below 10\\^-200"):
        enclose(Correlation("relu", ("2", "2"), str(1 - Fraction(1, 10**300)), ("1", "1")), 5)


def test_a_decimal_in_the_middle_is_undecided():
    """rho = 1, b = 0: the value is s^2 Q(0) or s^2 M_2(0) = s^2/2 exactly, here 0.0312500; three digits lie midway."""
    quantity = Correlation("relu", ("0", "0"), "1/16", ("1/4", "1/4"))
    assert enclose(quantity, 4).certificate.claim.statement().startswith("E phi(<g,u>) phi(<g,v>) = 0.03125, ")
    outcome = enclose(quantity, 3)
    assert (outcome.finding, outcome.certificate) == (Finding.UNDECIDED, None)
    assert "midway" in outcome.reason


def test_an_exponent_of_two_hundred_digits():
    """(b + b)^2/(1 + rho) is about 10^230."""
    quantity = Correlation("threshold", (str(10**15),) * 2, str(-1 + Fraction(1, 10**199)), ("1", "1"))
    assert len(str(enclose(quantity, 5).certificate.claim.exponent)) > 200


@pytest.mark.parametrize(
    ("quantity", "digits", "message"),
    [
        (OneUnit("mills", "3"), 1, "digits: 1 is not between 2 and 1000"),
        (OneUnit("mills", "3"), 1001, "digits: 1001 is not between 2 and 1000"),
        (OneUnit("mills", str(10**100 + 1)), 5, "limit for mills"),
        (OneUnit("tail", str(-(10**15) - 1)), 5, "limit for tail"),
        (OneUnit("tail", f"1/{10**2001}"), 5, "more than 2000 digits"),
        (Correlation("relu", ("1", "1"), "2", ("1", "1")), 5, r"rho = 2 is not in \(-1, 1\]"),
        (Correlation("relu", ("1", "1"), "-1", ("1", "1")), 5, r"rho = -1 is not in \(-1, 1\]"),
        (Correlation("relu", ("1", "1"), "1", ("1", "1/2")), 5, r"inner.* = 2 is not in \(-1, 1\]"),
        (Correlation("relu", ("1", "1"), "0", ("0", "1")), 5, "norms: 0,1 are not both positive"),
        (Correlation("relu", ("1", str(10**15)), "0", ("1", "1/2")), 5, r"bias: .* above 10\^15"),
    ],
)
def test_refused_in_one_line(quantity, digits, message):
    with pytest.raises(InputError, match=message) as caught:
        enclose(quantity, digits)
    assert "\n" not in str(caught.value)


def test_decimals():
    for mantissa, exponent in (
        (123, -9),
        (123, -8),
        (123, -3),
        (123, -1),
        (123, 0),
        (123, 38),
        (123, 39),
        (-5, 3),
        (-5, -7),
    ):
        assert Fraction(decimal(mantissa, exponent)) == mantissa * Fraction(10) ** exponent
    assert Enclosure(-3, 500, OneUnit("tail", "0")).latex() == r"$P(\gamma>0)=0.500$, correctly rounded."
    assert r"7.71\cdot 10^{-100}" in Enclosure(-102, 771, OneUnit("tail", "21")).latex()
