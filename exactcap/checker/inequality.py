"""Claims that a lemma on Gaussian expectations holds, or fails (SPEC-GAUSSIAN.md, G4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .counterexamples import require_counterexample
from .cover import require_cover
from .lemma_texts import text
from .lemmas import Lemma, number, parse_lemma
from .mills import require_sign
from .mills_bound import parse_bound
from .reader import Reader, Rejected, array, fields
from .rules import CONDITIONS
from .verdict import Proof

# M_1(b) <= b M_2(b) iff (b^2 + 1)/(b^3 + 2b) <= R(b), by M_1 = g (1 - bR) and M_2 = g ((1 + b^2) R - b)
CROSSING = {
    "denominator": [["2", 1, 0, 0], ["1", 3, 0, 0]], "numerator": [["1", 0, 0, 0], ["1", 2, 0, 0]], "root": None,
}  # fmt: skip
PAIRS = ("prop-3.1", "prop-3.2-ii")  # their counterexamples evaluate a correlation


@dataclass(frozen=True)
class InequalityClaim:
    """The lemma holds, or it does not."""

    holds: bool
    lemma: Lemma

    inputs = None

    def statement(self) -> str:
        return text(self.lemma, self.holds)


def parse(value: Any) -> InequalityClaim:
    """The claim of a claim line's object of family "inequality"."""
    _, holds, lemma = fields(value, ("family", "holds", "lemma"), "claim")
    if type(holds) is not bool:
        raise Rejected("claim, holds: neither true nor false")
    return InequalityClaim(holds, parse_lemma(lemma))


def check(claim: InequalityClaim, reader: Reader, progress: Callable[[int, int], None]) -> Proof:
    """Accepts when the evidence proves the lemma, or a point refutes it."""
    value, _ = reader.line()
    kind = value.get("evidence") if type(value) is dict else None
    lemma = claim.lemma
    if not claim.holds:
        _, point = fields(value, ("evidence", "values"), "evidence")
        if kind != "point":
            raise Rejected("evidence: a lemma is refuted by the kind point")
        require_counterexample(lemma, [number(item, "point") for item in array(point, "point")])
        if lemma.name == "theorem-6.2":
            return Proof(("rule-one-output",))
        return Proof(("plackett",) if lemma.name in PAIRS else ())
    if kind == "rule":
        _, rule = fields(value, ("evidence", "rule"), "evidence")
        condition = CONDITIONS.get((rule, lemma.name)) if type(rule) is str else None
        if condition is None:
            raise Rejected(f"rule: it says nothing of {lemma.name}")
        if not condition(lemma):
            raise Rejected(f"rule {rule}: its side conditions do not hold")
        return Proof((f"rule-{rule}",))
    if kind == "cover" and lemma.name == "prop-3.1":
        _, biases, distances = fields(value, ("evidence", "biases", "distances"), "evidence")
        require_cover(lemma, biases, distances, progress)
        return Proof(("plackett", "monotone-correlation", "rule-separated"))
    if kind == "mills" and lemma.name == "second-moment" and lemma.power == 1:
        _, intervals = fields(value, ("evidence", "intervals"), "evidence")
        require_sign(parse_bound(CROSSING), False, lemma["bias_from"], None, intervals)
        return Proof(("mills-criterion", "sturm"))
    raise Rejected("evidence: none of rule, cover and point, or it does not fit the lemma")
