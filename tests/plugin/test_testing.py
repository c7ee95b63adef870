"""`assert_certified` and `assert_bound`: true bounds pass, false and open ones fail with the word that is right."""

from __future__ import annotations

from fractions import Fraction

import pytest
from support import every_kind

from exactcap import claims
from exactcap.claims.inequality import Decoupling, Perception, SecondMoment
from exactcap.errors import InputError
from exactcap.testing import assert_bound, assert_certified

PERCEPTRON = claims.Perceptron("1")  # 0.51957...
RELU = claims.Committee(claims.Activation("relu"), "tree", "0")  # 2.93388...
THIRD = claims.Correlation("threshold", ("0", "0"), "1/2", ("1", "1"))  # 1/3
EXCEPTION = claims.KhatriRao(claims.Functions(3), 3, 5)  # 14, not 15


def decoupling(constant: str) -> claims.Inequality:
    """True from (1 + 2 eps)/sqrt(1 - 2 eps) = 1.2027 on."""
    return claims.Inequality(True, Decoupling(constant, "1/16"))


def perception(constant: str) -> claims.Inequality:
    """True for every C below noise^2/4 = 1/1024."""
    return claims.Inequality(True, Perception(constant, "1/16"))


@pytest.mark.parametrize(
    ("subject", "bounds"),
    [
        (PERCEPTRON, {"at_least": "0.5195", "at_most": "0.5196"}),
        (PERCEPTRON, {"at_least": 0, "at_most": 1}),
        (PERCEPTRON, {"at_most": Fraction(5196, 10000), "digits": 2}),
        (PERCEPTRON, {"at_least": "0.519572229604937969487", "digits": 2}),
        (RELU, {"at_least": "2.93", "at_most": "2.94"}),
        (claims.OneUnit("mills", "3"), {"at_most": "3046/10000"}),
        (claims.OneUnit("tail", str(10**12)), {"at_least": 0, "at_most": Fraction(1, 10**1999)}),
        (claims.OneUnit("mills", str(-(10**12))), {"at_least": 10**1999}),
        (claims.Gordon("sign", 3), {"at_least": "4.02", "at_most": "4.03", "digits": 4}),
        (EXCEPTION, {"at_least": 14, "at_most": "14"}),
        (decoupling, {"at_least": "1.202", "at_most": "1.203"}),
        (perception, {"at_least": "1/1025", "best": "largest"}),
    ],
)
def test_bounds_that_hold(subject, bounds):
    assert_bound(subject, **bounds)


@pytest.mark.parametrize(
    ("subject", "bounds", "word", "shown"),
    [
        (PERCEPTRON, {"at_most": "0.5195"}, "the opposite is PROVED", "<= 0.5195\nexpected  PROVED\nfound     1/E"),
        (PERCEPTRON, {"at_least": "0.5196"}, "the opposite is PROVED", ">= 0.5196"),
        (PERCEPTRON, {"at_least": 0, "at_most": "0.51957222960493796948"}, "the opposite is PROVED", "0.519572229"),
        (THIRD, {"at_least": Fraction(1, 3)}, "UNDECIDED with 300 digits", ">= 1/3"),
        (THIRD, {"at_most": Fraction(1, 3)}, "UNDECIDED with 300 digits", "<= 1/3"),
        (claims.OneUnit("tail", str(10**12)), {"at_most": 0}, "the opposite is PROVED", "e-2171472409516259138255"),
        (EXCEPTION, {"at_least": 15}, "not PROVED", "found     REFUTED"),
        (EXCEPTION, {"at_most": 13}, "not PROVED", "found     REFUTED"),
        (decoupling, {"at_most": "1.202"}, "the opposite is PROVED: the best constant is <= 601/500", "REFUTED: at "),
        (decoupling, {"at_least": "1.203"}, "UNDECIDED: the best constant is >= 1203/1000", "found     PROVED"),
        (perception, {"at_least": "1/1000", "best": "largest"}, "UNDECIDED: the best", "found     UNDECIDED"),
        (perception, {"at_most": "1/1000", "best": "largest"}, "UNDECIDED: the best", "REFUTED at 1/1000"),
    ],
)
def test_bounds_that_are_not_shown(subject, bounds, word, shown):
    with pytest.raises(AssertionError) as failure:
        assert_bound(subject, **bounds)
    assert str(failure.value).startswith(word)
    assert shown in str(failure.value)


@pytest.mark.parametrize(
    ("subject", "bounds", "rule"),
    [
        (PERCEPTRON, {}, "give at_least, at_most or both"),
        (PERCEPTRON, {"at_most": 0.5196}, "0.5196 is a float; write the number as text"),
        (PERCEPTRON, {"at_most": True}, "True is a bool"),
        (PERCEPTRON, {"at_most": "about 1"}, "not a rational number"),
        (PERCEPTRON, {"at_most": 1, "digits": 1}, "digits: 1 is not between 2 and 1000"),
        (PERCEPTRON, {"at_most": 1, "digits": "10"}, "digits: '10' is a str"),
        (PERCEPTRON, {"at_most": 1, "digits": 2.5}, "digits: 2.5 is a float"),
        (PERCEPTRON, {"at_most": 10**6000}, "at_most: it has more than 2000 digits"),
        (decoupling, {"at_least": Fraction(1, 10**6000)}, "at_least: it has more than 2000 digits"),
        (decoupling, {"at_most": "1.1", "best": "Smallest"}, "best: 'Smallest' is none of"),
        (decoupling, {"at_most": "1.1", "best": None}, "best: None is none of"),
        (claims.Perceptron(1.0), {"at_most": 1}, "1.0 is not allowed"),
        (claims.Perceptron("2/2"), {"at_most": 1}, "rational"),
        (EXCEPTION, {"at_least": "27/2"}, "a rank is an integer, not 27/2"),
        (decoupling, {"at_most": "1.203", "best": "least"}, "best: 'least' is none of smallest, largest"),
        (every_kind()["rank, U5"].claim, {"at_least": 1}, "Rank is no quantity"),
    ],
)
def test_what_is_no_bound(subject, bounds, rule):
    with pytest.raises(InputError, match=rule):
        assert_bound(subject, **bounds)


def test_a_claim_that_holds_gives_its_result():
    result = assert_certified(every_kind()["rank, U5"].claim)
    assert result.verdict.verified
    assert assert_certified(every_kind()["rank, random"].claim, "PROBABLE").finding == "PROBABLE"


def test_a_claim_that_does_not_hold_is_shown():
    false = claims.Inequality(True, SecondMoment("relu", "1"))
    with pytest.raises(
        AssertionError, match=r"(?s)not PROVED\nclaim     Moment comparison.*found     REFUTED: at b = 1"
    ):
        assert_certified(false)
    assert_certified(false, "REFUTED")
    with pytest.raises(AssertionError, match="found     PROBABLE"):
        assert_certified(every_kind()["rank, random"].claim)
    with pytest.raises(InputError, match="expect: 'TRUE' is none of PROVED"):
        assert_certified(false, "TRUE")


def test_undecided_is_not_refuted():
    narrow = claims.Interpolation(claims.Activation("tanh"), claims.Generic(4, 24), 7)
    for expect in ("PROVED", "REFUTED"):
        with pytest.raises(AssertionError, match="found     UNDECIDED: the paired argument"):
            assert_certified(narrow, expect)
    assert_certified(narrow, "UNDECIDED")
