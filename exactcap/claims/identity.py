"""The claim that a formula holds identically."""

from __future__ import annotations

import msgspec

from exactcap.claims.shown import Shown

MAX_SIZE = 10
CITATION = "theory of two-layer Jacobians, for example Madden & Thrampoulidis, arXiv:2308.02001"
HYPOTHESES: tuple[str, ...] = ("psi is differentiable",)


class Identity(Shown, msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="family", tag="identity"):
    """The derivative of a two-layer network in all parameters is its Khatri-Rao and Hadamard form.

    >>> Identity("jacobian", 2, 2, 2).statement().split(" is ")[0]
    'for every differentiable psi the derivative of sum_j v_j psi(<w_j,x_i> + b_j) in (W, b, v)'
    """

    formula: str
    n_inputs: int
    n_samples: int
    width: int

    def statement(self) -> str:
        """One sentence of plain text."""
        return (
            "for every differentiable psi the derivative of sum_j v_j psi(<w_j,x_i> + b_j) in (W, b, v) is "
            "[(psi'(Z) diag v) * X, psi'(Z) diag v, psi(Z)], * the row-wise Khatri-Rao product, for "
            f"{self.n_samples} inputs in R^{self.n_inputs} and width {self.width}"
        )

    def latex(self) -> str:
        """One sentence of LaTeX."""
        return (
            r"For every differentiable $\psi$, with $Z=XW+\mathbf{1}b^\top$, the derivative of $\psi(Z)v$ in $(W,b,v)$ "
            r"is $[(\psi'(Z)\operatorname{diag}v)\bullet X,\ \psi'(Z)\operatorname{diag}v,\ \psi(Z)]$ "
            rf"($X\in\mathbb{{R}}^{{{self.n_samples}\times {self.n_inputs}}}$, width ${self.width}$)."
        )
