"""The claim that exact solutions exist within a distance of given weights (SPEC-NETWORKS.md, N3)."""

from __future__ import annotations

import msgspec

from exactcap.claims.labels import Labels
from exactcap.claims.parts import Activation, Table
from exactcap.claims.shown import Shown

CITATION = "Newton-Kantorovich; own, proved in SPEC-NETWORKS.md, N3"
HYPOTHESES: tuple[str, ...] = (
    "two layers: x -> sum_j v_j psi(<w_j, x'> + b_j) + offset, x'_c = factor_c (x_c - shift_c); v_j and the offset are "
    "numbers, or vectors with an entry for each output",
    "weights, biases and outer weights may move by the distance; offset, factors and shifts are fixed",
    "psi is twice continuously differentiable",
)


class Nearby(Shown, msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="family", tag="nearby"):
    """Some weights within m 10^e, ``distance`` = (m, e), of the given ones give the target of row i at row i, all i.

    ``offset`` is a number and ``outer`` one a neuron where there is one output; else they are tuples of K numbers.
    """

    activation: Activation
    biases: tuple[str, ...]
    distance: tuple[int, int]
    factors: tuple[str, ...]
    inputs: Table
    labels: Labels
    offset: str | tuple[str, ...]
    outer: tuple[str | tuple[str, ...], ...]
    shifts: tuple[str, ...]
    weights: tuple[tuple[str, ...], ...]

    def offsets(self) -> tuple[str, ...]:
        """The constant of each output."""
        return _entries(self.offset)

    def outer_rows(self) -> tuple[tuple[str, ...], ...]:
        """For each neuron its weight in each output."""
        return tuple(map(_entries, self.outer))

    def distance_text(self) -> str:
        """The distance as a decimal, for example 3.17e-14 for (317, -16)."""
        mantissa, exponent = self.distance
        digits = str(mantissa)
        return f"{digits[0]}.{digits[1:] or 0}e{exponent + len(digits) - 1}"

    def statement(self) -> str:
        """One sentence of plain text."""
        outputs = f" with {len(self.offsets())} outputs" if len(self.offsets()) > 1 else ""
        more = ", plus a given constant," if set(self.offsets()) != {"0"} else ""
        if set(self.shifts) != {"0"} or set(self.factors) != {"1"}:
            more = f"{more.rstrip(',')}, on columns scaled by given affine maps,"
        return (
            f"within {self.distance_text()} of the given weights there are some with which the two-layer "
            f"{self.activation.text()} network of width {len(self.outer)}{outputs}{more} takes the label y_i "
            f"at input i for all i, exactly ({self.inputs.text()}; {self.labels.text()})"
        )

    def latex(self) -> str:
        """One sentence of LaTeX."""
        n, m, outputs = self.inputs.n_samples, len(self.outer), len(self.offsets())
        vectors = rf", $v_j,c,y_i\in\mathbb{{R}}^{{{outputs}}}$" if outputs > 1 else ""
        each, (mantissa, exponent) = "each" if outputs == 1 else "each entry", self.distance
        return (
            rf"There are $w_j, b_j, v_j$, {each} within ${mantissa}\cdot 10^{{{exponent}}}$ of the given "
            rf"ones, with $\sum_{{j=1}}^{{{m}}} v_j\,\psi(\langle w_j,x'_i\rangle+b_j)+c=y_i$ for all $i\le {n}$, "
            rf"$\psi(x)={self.activation.latex()}{'(x)' if self.activation.name != 'rational' else ''}${vectors}."
        )


def _entries(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value
