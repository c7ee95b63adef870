"""Statements about Gaussian expectations, for all parameters of a region, and that they hold or fail.

Each statement stands in SPEC-GAUSSIAN.md, G4, with its rules and proofs. Numbers are rationals "p/q"; ``None`` stands
for no restriction. "Prop", "Lemma" and "Theorem" number those of Vershynin, arXiv:2001.06938, as reconstructed from its
proofs, with the constants given here.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from exactcap.claims.correlations import Decoupling, NormChange, Orthogonal, Profile, Separated
from exactcap.claims.moments import Asymptotics, Monotonicity, SecondMoment, Stability
from exactcap.claims.perception import Deviation, Layer, Perception
from exactcap.claims.shown import Shown

CITATION = "Vershynin, arXiv:2001.06938, in the explicit form of SPEC-GAUSSIAN.md, G4"
HYPOTHESES: tuple[str, ...] = ("normal variables are exact; constants are those of the statement, not of the paper",)

__all__ = [
    "Asymptotics", "Decoupling", "Deviation", "Inequality", "Layer", "Monotonicity", "NormChange", "Orthogonal",
    "Perception", "Profile", "SecondMoment", "Separated", "Stability", "Statement", "heading", "point_words",
]  # fmt: skip

Statement = (
    Separated | Profile | NormChange | Orthogonal | Decoupling | Deviation | Perception | Layer | Asymptotics
    | Stability | Monotonicity | SecondMoment
)  # fmt: skip


class Inequality(Shown, msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="family", tag="inequality"):
    """The statement holds, or (``holds`` false) it does not.

    >>> Inequality(True, SecondMoment("threshold", "1")).statement()
    'Moment comparison of Section 5, reconstructed form: for all b >= 1: E phi(gamma - b) <= b E phi(gamma - b)^2, phi =
    threshold'
    >>> Inequality(False, Decoupling("6/5", "1/16")).statement()
    'this variant of Lemma 3.3 is false: for all eps-orthogonal u, v and measurable f >= 0: E f(<g,u>)
    f(<g,v>) <= 6/5 (E f(sqrt(1 + 2 eps) gamma))^2, eps = 1/16'
    """

    holds: bool
    lemma: Statement

    def statement(self) -> str:
        """One sentence of plain text."""
        return f"{heading(self.lemma, self.holds)}: {self.lemma.text()}"

    def latex(self) -> str:
        """One sentence of LaTeX."""
        said = heading(self.lemma, self.holds)
        return f"{said[0].upper()}{said[1:]}: {self.lemma.latex()}."


HEADINGS: dict[type, str] = {
    Separated: "Proposition 3.1", Profile: "Proposition 3.1", NormChange: "Proposition 3.2 (i)",
    Orthogonal: "Proposition 3.2 (ii)",
    Decoupling: "Lemma 3.3", Deviation: "Lemma 4.1", Perception: "Lemma 6.1", Layer: "Theorem 6.2",
    Asymptotics: "Lemma A.1", Stability: "Lemma A.2", Monotonicity: "Lemma A.3",
    SecondMoment: "Moment comparison of Section 5",
}  # fmt: skip


POINTS: dict[type, tuple[str, ...]] = {  # what the numbers of a counterexample are
    Separated: ("b", "delta"), NormChange: ("b", "|u|"), Orthogonal: ("b", "|u| = |v|", "<u,v>"),
    Decoupling: ("half width of the indicator f",), Layer: ("s",), Asymptotics: ("b",),
    Stability: ("b", "sqrt(1 + z)"), Monotonicity: ("b", "sigma", "larger sigma"), SecondMoment: ("b",),
}  # fmt: skip


def point_words(lemma: Statement, values: Sequence[str]) -> str:
    """A counterexample with the names of its numbers.

    >>> point_words(Separated("relu", "0", "1/2", "sharp"), ("0", "1/2"))
    'b = 0, delta = 1/2'
    """
    return ", ".join(f"{name} = {value}" for name, value in zip(POINTS[type(lemma)], values, strict=True))


def heading(lemma: Statement, holds: bool) -> str:
    """The number in the paper, and the form: reconstructed, sharp (with the proof's exponents), explicit, or a variant.

    >>> heading(Separated("relu", "0", "1", "sharp"), True)
    'Proposition 3.1, sharp form'
    >>> heading(Separated("relu", "0", "1/2", "sharp"), False)
    'this variant of Proposition 3.1 is false'
    """
    title = HEADINGS[type(lemma)]
    if isinstance(lemma, Monotonicity) and (lemma.of, lemma.variable) != ("moment", "sigma"):
        title = "Monotonicity"
    if not holds:
        return f"this variant of {title} is false"
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
        case Monotonicity() if title == "Monotonicity" or lemma.activation != "any":
            form = "explicit form"
        case _:
            form = "reconstructed form"
    return f"{title}, {form}"
