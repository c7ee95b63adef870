"""Statements about Gaussian expectations, for all parameters of a region, and that they hold or fail.

Each statement stands in SPEC-GAUSSIAN.md, G4, with its rules and proofs. Numbers are rationals "p/q"; ``None`` stands
for no restriction. "Prop", "Lemma" and "Theorem" number those of Vershynin, arXiv:2001.06938, as reconstructed from its
proofs, with the constants given here.
"""

from __future__ import annotations

import msgspec

from exactcap.claims.correlations import Decoupling, NormChange, Orthogonal, Profile, Separated
from exactcap.claims.moments import Asymptotics, Monotonicity, SecondMoment, Stability
from exactcap.claims.perception import Deviation, Layer, Perception

CITATION = "Vershynin, arXiv:2001.06938, in the explicit form of SPEC-GAUSSIAN.md, G4"
HYPOTHESES: tuple[str, ...] = ("normal variables are exact; constants are those of the statement, not of the paper",)

__all__ = [
    "Asymptotics", "Decoupling", "Deviation", "Inequality", "Layer", "Monotonicity", "NormChange", "Orthogonal",
    "Perception", "Profile", "SecondMoment", "Separated", "Stability", "Statement", "heading",
]  # fmt: skip

Statement = (
    Separated | Profile | NormChange | Orthogonal | Decoupling | Deviation | Perception | Layer | Asymptotics
    | Stability | Monotonicity | SecondMoment
)  # fmt: skip


class Inequality(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="family", tag="inequality"):
    """The statement holds, or (``holds`` false) it does not.

    >>> Inequality(True, SecondMoment("threshold", "1")).statement()
    'Section 5, reconstructed form: for all b >= 1: E phi(gamma - b) <= b E phi(gamma - b)^2, phi = threshold'
    >>> Inequality(False, Decoupling("6/5", "1/16")).statement()
    'this is false: Lemma 3.3, reconstructed form: for all eps-orthogonal u, v and measurable f >= 0: E f(<g,u>)
    f(<g,v>) <= 6/5 (E f(sqrt(1 + 2 eps) gamma))^2, eps = 1/16'
    """

    holds: bool
    lemma: Statement

    def statement(self) -> str:
        """One sentence of plain text."""
        said = f"{heading(self.lemma)}: {self.lemma.text()}"
        return said if self.holds else f"this is false: {said}"

    def latex(self) -> str:
        """One sentence of LaTeX."""
        said = f"{heading(self.lemma)}: {self.lemma.latex()}."
        return said if self.holds else f"This is false: {said}"


HEADINGS: dict[type, str] = {
    Separated: "Proposition 3.1", Profile: "Proposition 3.1", NormChange: "Proposition 3.2 (i)",
    Orthogonal: "Proposition 3.2 (ii)",
    Decoupling: "Lemma 3.3", Deviation: "Lemma 4.1", Perception: "Lemma 6.1", Layer: "Theorem 6.2",
    Asymptotics: "Lemma A.1", Stability: "Lemma A.2", Monotonicity: "Lemma A.3", SecondMoment: "Section 5",
}  # fmt: skip


def heading(lemma: Statement) -> str:
    """The number in the paper, and the form: reconstructed, sharp (with the proof's exponents), explicit, or a variant.

    >>> heading(Separated("relu", "0", "1", "sharp"))
    'Proposition 3.1, sharp form'
    """
    match lemma:
        case Separated(exponent="sharp") | NormChange(exponent="sharp") | Orthogonal(exponent="sharp"):
            form = "sharp form"
        case Profile():
            form = "profile"
        case Separated() if lemma.exponent != "1/8":
            form = "variant"
        case Layer(outputs="one"):
            form = "variant with one output"
        case Deviation() | Perception() | Layer() | Asymptotics() | Stability():
            form = "explicit form"
        case Monotonicity() if lemma.activation != "any":
            form = "explicit form"
        case _:
            form = "reconstructed form"
    return f"{HEADINGS[type(lemma)]}, {form}"
