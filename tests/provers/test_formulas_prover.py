"""Digits of formulas of storage capacity: certificates that the checker verifies, other digits, and refusals."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import msgspec
import pytest

from exactcap.certificates.format import write_certificate
from exactcap.checker.main import check_file
from exactcap.claims import Activation, Committee, Gordon, Perceptron, SymmetryBreaking
from exactcap.claims.enclosure import agreeing_digits
from exactcap.errors import InputError
from exactcap.models.digits import committee_digits
from exactcap.models.units import parse_unit
from exactcap.provers.enclosure import enclose
from exactcap.provers.formulas import KNOWN, activation_record
from exactcap.provers.outcome import Finding


def polynomial(*coefficients) -> Activation:
    return Activation("rational", tuple(map(str, coefficients)), ("1",))


ODD = ("tanh", "sigmoid", "erf", "sin")
QUANTITIES = [
    Perceptron("1/2"),
    Perceptron("-3"),
    Perceptron(str(-(10**15))),
    *(Committee(Activation(name), "tree", "0") for name in KNOWN),
    *(Committee(Activation(name), "full", "-2/3") for name in KNOWN),
    *(SymmetryBreaking(Activation(name)) for name in KNOWN if name not in ODD),
    Committee(polynomial(0, 0, 1), "tree", "0"),
    Committee(polynomial(1, -2, 0, "1/3"), "full", "1"),
    Committee(polynomial(0, 1), "tree", "2"),
    SymmetryBreaking(polynomial(0, 5, 1, 1)),
    Gordon("sign", 1),
    Gordon("sign", 3),
    Gordon("sign", 7),
    Gordon("relu", 2),
]


@pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda quantity: f"{quantity.details()[-60:]}")
def test_the_checker_agrees_and_rejects_other_digits(quantity, tmp_path):
    outcome = enclose(quantity, 20)
    assert outcome.finding is Finding.PROVED
    claim, path = outcome.certificate.claim, tmp_path / "digits.cert.jsonl"
    write_certificate(outcome.certificate, path)
    verdict = check_file(str(path))
    assert (verdict.finding, verdict.statement) == ("VERIFIED", claim.statement())
    wrong = msgspec.structs.replace(claim, mantissa=claim.mantissa + 1)
    write_certificate(replace(outcome.certificate, claim=wrong), path)
    assert check_file(str(path)).finding == "REJECTED"


@pytest.mark.parametrize("quantity", QUANTITIES[::4], ids=lambda quantity: f"{quantity.details()[-60:]}")
def test_more_digits_begin_with_fewer(quantity):
    few, many = (enclose(quantity, digits).certificate.claim for digits in (12, 50))
    assert agreeing_digits((few.mantissa, few.exponent), (many.mantissa, many.exponent)) == 12


def test_a_claim_about_another_architecture_or_unit_is_rejected(tmp_path):
    path = tmp_path / "digits.cert.jsonl"
    certificate = enclose(Committee(Activation("relu"), "tree", "0"), 15).certificate
    for other in (Committee(Activation("relu"), "full", "0"), Committee(Activation("gelu"), "tree", "0")):
        claim = msgspec.structs.replace(certificate.claim, quantity=other)
        write_certificate(replace(certificate, claim=claim), path)
        assert check_file(str(path)).finding == "REJECTED"
    for theorems in (("trapezoidal-rule",), ("plackett",)):
        write_certificate(replace(certificate, relies_on=theorems), path)
        assert check_file(str(path)).finding == "REJECTED"


def test_a_polynomial_is_the_unit_of_its_expression():
    record = activation_record(parse_unit("(x - 1/2)^2 + x^3"))
    claim = enclose(Committee(record, "full", "0"), 30).certificate.claim
    assert (claim.mantissa, claim.exponent) == committee_digits(
        parse_unit("x^3 + x^2 - x"), "full", Fraction(0), 30, 200
    )
    assert activation_record(parse_unit("tanh")) == Activation("tanh")
    assert activation_record(parse_unit("tanh(2*x)")) is None
    assert activation_record(parse_unit("leaky_relu")) is None


@pytest.mark.parametrize(
    ("quantity", "digits", "message"),
    [
        (Perceptron("0"), 1001, "digits: 1001 is not between 2 and 1000"),
        (Gordon("sign", 3), 201, "digits: 201 is not between 2 and 200"),
        (Perceptron(str(10**15 + 1)), 5, "margin: .* above 10\\^15"),
        (Perceptron(f"1/{10**2001}"), 5, "margin: it has more than 2000 characters"),
        (Committee(Activation("relu"), "forest", "0"), 5, "neither tree nor full"),
        (Committee(Activation("sign"), "tree", "0"), 5, "'sign' are certified for relu"),
        (Committee(Activation("leaky_relu"), "tree", "0"), 5, "'leaky_relu' are certified for relu"),
        (Committee(Activation("rational", ("1",), ("1", "0", "1")), "tree", "0"), 5, "quotient of polynomials"),
        (Committee(polynomial(1, 2), "full", "0"), 5, "is affine, so Q = 0"),
        (Committee(polynomial(2), "tree", "0"), 5, "it is constant"),
        (Committee(polynomial(*[0] * 101, 1), "tree", "0"), 5, "degree may exceed 100"),
        (Committee(polynomial(0, "1/10000000"), "tree", str(10**15)), 5, r"10\^15 sqrt\(Q\(1\)\)"),
        (Committee(polynomial(0, "7" * 6001), "tree", "0"), 5, "more than 6000 characters"),
        (SymmetryBreaking(Activation("tanh")), 5, "a_2 = 0 for tanh"),
        (SymmetryBreaking(Activation("sigmoid")), 5, "a_2 = 0 for sigmoid"),
        (SymmetryBreaking(polynomial(0, 1)), 5, "a_2 = 0"),
        (SymmetryBreaking(polynomial(0, 0, -6, 0, 1)), 5, "a_2 = 0"),
        (Gordon("sign", 2), 5, "2 is not an odd number"),
        (Gordon("relu", 3), 5, "2 relu units, not 3"),
        (Gordon("tanh", 3), 5, "not 'tanh'"),
    ],
)
def test_refused_in_one_line(quantity, digits, message):
    with pytest.raises(InputError, match=message) as caught:
        enclose(quantity, digits)
    assert "\n" not in str(caught.value)
