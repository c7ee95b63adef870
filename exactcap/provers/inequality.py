"""Prove a lemma on Gaussian expectations by its rule or a cover, or refute it by a point (SPEC-GAUSSIAN.md, G4)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from exactcap.certificates.format import Certificate
from exactcap.claims import Inequality, Statement
from exactcap.claims.inequality import Layer, Orthogonal, SecondMoment, Separated, point_words
from exactcap.errors import InputError
from exactcap.models.mills_bounds import BoundData
from exactcap.provers.lemma_cover import cover
from exactcap.provers.lemma_points import counterexample
from exactcap.provers.lemma_rules import rule_of
from exactcap.provers.mills import prove_mills
from exactcap.provers.outcome import Finding, Outcome, Progress, silent

# M_1(b) <= b M_2(b) iff (b^2 + 1)/(b^3 + 2b) <= R(b)
CROSSING = BoundData((("1", 0, 0, 0), ("1", 2, 0, 0)), (("2", 1, 0, 0), ("1", 3, 0, 0)), None)


MAX_DIGITS = 300  # of a number in a lemma


def prove_inequality(lemma: Statement, progress: Progress = silent) -> Outcome:
    """PROVED by rule NAME or by a cover, REFUTED by a point, else UNDECIDED.

    Raises InputError for numbers of more than 300 digits.

    >>> prove_inequality(Separated("relu", "0", "1", "sharp")).reason
    'by rule separated, whose side conditions hold'
    >>> prove_inequality(Separated("relu", "0", "99/100", "sharp")).reason
    'at b = 0, delta = 0 it would need 0.500000 <= 0.495000'
    """
    _require_size(lemma)
    rule = rule_of(lemma)
    if rule is not None:
        return _proved(lemma, f"by rule {rule}, whose side conditions hold", (f"rule-{rule}",), _by_rule(rule))
    if isinstance(lemma, SecondMoment) and lemma.activation == "relu" and Fraction(lemma.bias_from) > 0:
        crossing = prove_mills(CROSSING, "lower", Fraction(lemma.bias_from), None, progress)
        if crossing.finding is Finding.PROVED and crossing.certificate:
            intervals = crossing.certificate.evidence[0]["intervals"]
            evidence = {"evidence": "mills", "intervals": intervals}
            return _proved(lemma, f"M_1 <= b M_2 iff B <= R: {crossing.reason}", ("mills-criterion", "sturm"), evidence)
    if isinstance(lemma, Separated):
        cells = cover(lemma, progress)
        if cells is not None:
            count = sum(len(cuts) - 1 for cuts in cells["distances"])
            relies_on = ("plackett", "monotone-correlation", "rule-separated")
            return _proved(lemma, f"a cover of negative biases by {count} cells, and rule separated", relies_on, cells)
    found = counterexample(lemma)
    if found is not None:
        values = [str(value) for value in found.point]
        evidence = {"evidence": "point", "values": values}
        certificate = Certificate(Inequality(False, lemma), _refuted_by(lemma), (evidence,))
        return Outcome(
            Finding.REFUTED, f"at {point_words(lemma, values)} it would need {found.high} <= {found.low}", certificate
        )
    return Outcome(Finding.UNDECIDED, "no rule of this lemma applies, and no point searched refutes it")


def _require_size(lemma: Statement) -> None:
    """Raises InputError for a number with more digits than a certificate may have."""
    for name in lemma.__struct_fields__:
        for part in str(getattr(lemma, name)).lstrip("-").split("/"):
            if part.isdigit() and len(part) > MAX_DIGITS:
                option = name.replace("_", "-")
                raise InputError(f"{option}: the number has more than {MAX_DIGITS} digits; take a shorter one")


def _by_rule(rule: str) -> dict[str, Any]:
    return {"evidence": "rule", "rule": rule}


def _proved(lemma: Statement, reason: str, relies_on: tuple[str, ...], evidence: dict[str, Any]) -> Outcome:
    return Outcome(Finding.PROVED, reason, Certificate(Inequality(True, lemma), relies_on, (evidence,)))


def _refuted_by(lemma: Statement) -> tuple[str, ...]:
    if isinstance(lemma, Layer):
        return ("rule-one-output",)
    return ("plackett",) if isinstance(lemma, Separated | Orthogonal) else ()
