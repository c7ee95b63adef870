"""Lemmas on Gaussian expectations: true ones are proved, false ones refuted, and the checker agrees with each word."""

from __future__ import annotations

from fractions import Fraction

import pytest
from lemma_cases import BY_MILLS, COVERED, FALSE, TRUE, UNDECIDED
from support import judge

from exactcap.claims.inequality import Decoupling, NormChange, Orthogonal, SecondMoment, Separated
from exactcap.errors import InputError
from exactcap.provers.extremal import find_extremal
from exactcap.provers.inequality import prove_inequality
from exactcap.provers.outcome import Finding


def checked(lemma, tmp_path):
    outcome = prove_inequality(lemma)
    assert outcome.certificate is not None
    verdict = judge(b"".join(outcome.certificate.lines()), tmp_path)
    assert verdict.verified, verdict.reason
    assert verdict.statement == outcome.certificate.claim.statement()
    assert verdict.relies_on == outcome.certificate.relies_on
    return outcome


@pytest.mark.parametrize("lemma", [*TRUE, *COVERED, *BY_MILLS], ids=str)
def test_true_lemmas_are_proved(lemma, tmp_path):
    outcome = checked(lemma, tmp_path)
    assert outcome.finding is Finding.PROVED
    assert outcome.certificate.claim.holds


@pytest.mark.parametrize("lemma", FALSE, ids=str)
def test_false_lemmas_are_refuted(lemma, tmp_path):
    outcome = checked(lemma, tmp_path)
    assert outcome.finding is Finding.REFUTED
    assert not outcome.certificate.claim.holds


@pytest.mark.parametrize("lemma", UNDECIDED[:3], ids=str)
def test_what_no_rule_reaches_is_undecided(lemma):
    outcome = prove_inequality(lemma)
    assert (outcome.finding, outcome.certificate) == (Finding.UNDECIDED, None)


def best(make, is_smaller_better, tolerance):
    found = find_extremal(
        lambda number: prove_inequality(make(str(number))),
        is_smaller_better=is_smaller_better, start=Fraction(1), tolerance=Fraction(tolerance),
    )  # fmt: skip
    assert found.refutation.finding is Finding.REFUTED
    assert abs(found.value - found.refuted_at) == Fraction(tolerance)
    return found.value


def test_the_best_constants_are_those_of_the_theory():
    """The smallest multiple above the closed form, or the largest below, compared by squares."""
    step = "1/10000"
    density = best(lambda c: Decoupling(c, "1/16"), True, step)
    assert density**2 * (1 - Fraction(1, 8)) >= Fraction(9, 8) ** 2 > (density - Fraction(step)) ** 2 * Fraction(7, 8)
    corner = best(lambda c: Orthogonal("threshold", "1", c, "1/8", "sharp"), True, step)
    assert corner**2 >= Fraction(5, 4) ** 3 > (corner - Fraction(step)) ** 2
    shortest = best(lambda c: NormChange("relu", "0", c, "1/5", "sharp"), False, step)
    assert shortest**2 <= Fraction(4, 5) ** 5 < (shortest + Fraction(step)) ** 2


def test_the_smallest_biases():
    assert best(lambda b: SecondMoment("threshold", b), True, "1/1000") == 1
    value = best(lambda b: SecondMoment("relu", b), True, "1/100000")
    assert value == Fraction(116153, 100000)  # b0 = 1.16152788927...
    critical = find_extremal(
        lambda b: prove_inequality(Separated("threshold", str(b), "2", "1/8")),
        is_smaller_better=True, start=Fraction(0), tolerance=Fraction(1, 10),
    )  # fmt: skip
    assert (critical.value, critical.refuted_at) == (Fraction(-6, 5), Fraction(-13, 10))


def test_a_tolerance_must_be_positive():
    with pytest.raises(InputError, match="tolerance: 0 is not between"):
        best(lambda c: Decoupling(c, "1/16"), True, "0")
