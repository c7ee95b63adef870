"""The claim that networks of a given width take every label vector on given or generic inputs."""

from __future__ import annotations

import msgspec

from exactcap.claims.parts import Activation, Inputs, Table
from exactcap.claims.shown import Shown

CITATION = "Madden & Thrampoulidis, arXiv:2308.02001 (generic inputs, even width); on given inputs by certificate"
HYPOTHESES: tuple[str, ...] = (
    "two layers: x -> sum_j v_j psi(<w_j, x> + b_j), all weights, biases and outer weights real and free",
    "psi is real-analytic where it is defined",
    "the rows are pairwise different",
)


class Interpolation(
    Shown, msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="family", tag="interpolation"
):
    """For every y in R^n some two-layer network of this width equals y_i at input i, for all i.

    With generic inputs: for all inputs outside a set of measure zero.

    >>> from exactcap.claims.parts import Generic
    >>> Interpolation(Activation("tanh"), Generic(4, 24), 8).statement()
    'outside a set of inputs of measure zero, for every y in R^24 some two-layer tanh network of width 8 takes the value
    y_i at input i (24 generic inputs in R^4)'
    """

    activation: Activation
    inputs: Inputs
    width: int

    def statement(self) -> str:
        """One sentence of plain text."""
        scope = "" if isinstance(self.inputs, Table) else "outside a set of inputs of measure zero, "
        return (
            f"{scope}for every y in R^{self.inputs.n_samples} some two-layer {self.activation.text()} network of width "
            f"{self.width} takes the value y_i at input i ({self.inputs.text()})"
        )

    def latex(self) -> str:
        """One sentence of LaTeX."""
        n, d = self.inputs.n_samples, self.inputs.n_inputs
        inputs = (
            rf"the ${n}$ given rows $x_1,\dots,x_{{{n}}}\in\mathbb{{R}}^{{{d}}}$"
            if isinstance(self.inputs, Table)
            else rf"almost all $x_1,\dots,x_{{{n}}}\in\mathbb{{R}}^{{{d}}}$"
        )
        return (
            rf"For {inputs} and every $y\in\mathbb{{R}}^{{{n}}}$ there are $w_j\in\mathbb{{R}}^{{{d}}}$, "
            rf"$b_j, v_j\in\mathbb{{R}}$ with "
            rf"$\sum_{{j=1}}^{{{self.width}}} v_j\,\psi(\langle w_j,x_i\rangle+b_j)=y_i$ for all $i$, "
            rf"$\psi(x)={self.activation.latex()}{'(x)' if self.activation.name != 'rational' else ''}$."
        )
