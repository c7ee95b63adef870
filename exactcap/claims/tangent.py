"""The rank of the tangent features of given ReLU units at given rows (SPEC-CAPACITY.md, K4)."""

from __future__ import annotations

import msgspec

from exactcap.claims.parts import Table
from exactcap.claims.shown import Shown

CITATION = "finite-width tangent kernel, after Bubeck, Eldan, Lee & Mikulincer, arXiv:2006.02855; proved in K4"
HYPOTHESES: tuple[str, ...] = (
    "the integer weights of the first layer are those of the certificate, none at right angles to a row",
)


class Tangent(Shown, msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="family", tag="tangent"):
    """The n x md matrix of 1{<w_l, x_i> > 0} x_i, x_i with a 1 appended if ``bias``, has rank n (``full``) or less.

    Rank n: every label vector is taken, exactly, by a ReLU network with 2m hidden units.
    """

    bias: bool
    full: bool
    inputs: Table
    weights: tuple[tuple[int, ...], ...]

    def statement(self) -> str:
        """One sentence of plain text."""
        m, rows = len(self.weights), self.inputs.text()
        vectors = (
            f"the rows' vectors of tangent features of {m} given ReLU units with{'' if self.bias else 'out'} biases"
        )
        if self.full:
            return (
                f"{vectors} are linearly independent, so every label vector is taken, exactly, by a ReLU network with "
                f"{2 * m} such hidden units ({rows})"
            )
        return f"{vectors} are linearly dependent ({rows})"

    def latex(self) -> str:
        """One sentence of LaTeX."""
        n, sign = self.inputs.n_samples, "=" if self.full else "<"
        return (
            rf"$\operatorname{{rank}}\,(\mathbf{{1}}\{{\langle w_l,x_i\rangle>0\}}\,x_i)_{{i\le {n},\,l\le "
            rf"{len(self.weights)}}}{sign}{n}$ for the given rows $x_i$ and integer weights $w_l$."
        )
