"""The smallest eigenvalue of an infinite-width tangent kernel matrix of given rows (SPEC-CAPACITY.md, K3)."""

from __future__ import annotations

import msgspec

from exactcap.claims.enclosure import decimal
from exactcap.claims.parts import Table
from exactcap.claims.shown import Shown

CITATION = "kernel of Bubeck, Eldan, Lee & Mikulincer, arXiv:2006.02855; its null space is proved in K3"
HYPOTHESES: tuple[str, ...] = (
    "each row is divided by its Euclidean norm, after a 1 was appended if the units have biases",
    "infinitely many hidden units with standard normal weights, of which the first layer's are trained",
)


class Kernel(Shown, msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="family", tag="kernel"):
    """K_ij = rho E g'(u) g'(v), rho the cosine of rows i and j and of the standard normal pair u, v.

    ``least`` = (m, e): the smallest eigenvalue is at least m 10^e > 0; None: the matrix is singular.
    """

    activation: str
    bias: bool
    inputs: Table
    least: tuple[int, int] | None

    def statement(self) -> str:
        """One sentence of plain text."""
        rows = f"the rows, {'a 1 appended and then ' if self.bias else ''}normalised ({self.inputs.text()})"
        matrix = f"the infinite-width tangent kernel matrix of {self.activation} units at {rows},"
        if self.least is None:
            return f"{matrix} is singular"
        return f"{matrix} is positive definite, its smallest eigenvalue at least {decimal(*self.least)}"

    def latex(self) -> str:
        """One sentence of LaTeX."""
        n = self.inputs.n_samples
        end = (
            "is singular" if self.least is None
            else rf"has $\lambda_{{\min}}\ge {self.least[0]}\cdot 10^{{{self.least[1]}}}$"
        )  # fmt: skip
        return (
            rf"The matrix $K_{{ij}}=\langle\hat x_i,\hat x_j\rangle\,E\,g'(\langle w,\hat x_i\rangle)"
            rf"g'(\langle w,\hat x_j\rangle)$ of the ${n}$ given rows, $g$ = {self.activation}, {end}."
        )
