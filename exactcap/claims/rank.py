"""The claim that a matrix, named by its parameters, has a rank: at least, at most, or exactly so much."""

from __future__ import annotations

import msgspec

from exactcap.claims.matrices import Functions, Hadamard, Matrix
from exactcap.claims.shown import Shown

RELATIONS = ("at-least", "at-most", "equals")
CITATION = "lower bounds by a minor modulo p, upper bounds by the rules of SPEC.md, section 4"
HYPOTHESES: tuple[str, ...] = (
    "at-least holds for all generic parameters and inputs outside a set of measure zero; at-most holds for all of them",
    "the activations are real-analytic where they are defined",
)


class Rank(Shown, msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="family", tag="rank"):
    """The generic rank of ``matrix`` is at least, at most, or equals ``rank``.

    >>> from exactcap.claims.matrices import KhatriRao
    >>> from exactcap.claims.parts import Generic
    >>> Rank(KhatriRao(Generic(3, 15), 3, 5), 14, "equals").statement()
    'rank 14: the row-wise Khatri-Rao product (XW)^(3) * X, W 3 x 5 generic (15 generic inputs in R^3)'
    """

    matrix: Matrix
    rank: int
    relation: str

    def statement(self) -> str:
        """One sentence of plain text."""
        word = (
            "dimension"
            if not isinstance(self.matrix, Hadamard) and isinstance(self.matrix.inputs, Functions)
            else "rank"
        )
        how = {"at-least": "at least ", "at-most": "at most ", "equals": ""}[self.relation]
        return f"{word} {how}{self.rank}: {self.matrix.text()}"

    def latex(self) -> str:
        """One sentence of LaTeX."""
        sign = {"at-least": r"\ge", "at-most": r"\le", "equals": "="}[self.relation]
        return rf"$\operatorname{{rank}} {sign} {self.rank}$ for {self.matrix.latex()}."
