"""The claim that on more than so many of the inputs almost no label vector is taken."""

from __future__ import annotations

import msgspec

from exactcap.claims.parts import Activation, Inputs, Table
from exactcap.claims.shown import Shown

CITATION = "Sard's theorem with the rank bounds of SPEC.md, section 4"
HYPOTHESES: tuple[str, ...] = (
    "two layers: x -> sum_j v_j psi(<w_j, x> + b_j), all weights, biases and outer weights real and free",
    "psi is infinitely differentiable where it is defined",
)


class Obstruction(
    Shown, msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="family", tag="obstruction"
):
    """On more than ``at_most`` of the inputs, the label vectors that networks of this width take have measure zero.

    With generic inputs: whatever the inputs.

    >>> from exactcap.claims.parts import Generic
    >>> Obstruction(Activation("exp"), 20, Generic(4, 30), 4).statement()
    'whatever the inputs, the label vectors that a two-layer exp network of width 4 can take on more than 20 of the 30
    inputs have measure zero (30 generic inputs in R^4)'
    """

    activation: Activation
    at_most: int
    inputs: Inputs
    width: int

    def statement(self) -> str:
        """One sentence of plain text."""
        given = isinstance(self.inputs, Table)
        return (
            f"{'the' if given else 'whatever the inputs, the'} label vectors that a two-layer {self.activation.text()} "
            f"network of width {self.width} can take on more than {self.at_most} of the {self.inputs.n_samples} "
            f"{'rows' if given else 'inputs'} have measure zero ({self.inputs.text()})"
        )

    def latex(self) -> str:
        """One sentence of LaTeX."""
        n, d = self.inputs.n_samples, self.inputs.n_inputs
        rows = (
            "the given rows" if isinstance(self.inputs, Table) else rf"any $x_1,\dots,x_{{{n}}}\in\mathbb{{R}}^{{{d}}}$"
        )
        return (
            rf"For {rows} and $S\subseteq\{{1,\dots,{n}\}}$ with $|S|>{self.at_most}$, the vectors "
            rf"$\bigl(\sum_{{j=1}}^{{{self.width}}} v_j\,\psi(\langle w_j,x_i\rangle+b_j)\bigr)_{{i\in S}}$ "
            rf"form a set of measure zero in $\mathbb{{R}}^S$, "
            rf"$\psi(x)={self.activation.latex()}{'(x)' if self.activation.name != 'rational' else ''}$."
        )
