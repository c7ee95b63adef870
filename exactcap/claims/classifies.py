"""The claim which rows of a table a given network gives their class (SPEC-NETWORKS.md, N5)."""

from __future__ import annotations

import msgspec

from exactcap.claims.labels import Classes
from exactcap.claims.parts import Activation, Table
from exactcap.claims.shown import Shown

CITATION = "evaluation in integers and intervals; SPEC-NETWORKS.md, N5"
HYPOTHESES: tuple[str, ...] = (
    "each layer maps h to psi(W h + b), entry by entry; weights, biases and rows are exact rationals, not rounded",
    "the first layer acts on x'_c = factor_c (x_c - shift_c)",
    "a row gets its class if the output is strictly nearer to the code of its class than to that of any other class; "
    "with unit vectors as codes: if its output is the largest",
    "nothing is said of rows that are not in the table, nor of a run in floating point",
)
MAX_LAYERS = 100
MAX_WEIGHTS = 2**22
PIECEWISE = ("threshold", "relu", "identity")
SHOWN = 10  # rows that a statement names


class Dense(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """h -> psi(W h + b) with rationals; psi is one of N3's, or threshold, relu or identity."""

    activation: Activation
    biases: tuple[str, ...]
    weights: tuple[tuple[str, ...], ...]


class Classifies(Shown, msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="family", tag="classifies"):
    """The network gives the rows at the positions ``wrong``, from 0, another class than theirs, others their own."""

    factors: tuple[str, ...]
    inputs: Table
    labels: Classes
    layers: tuple[Dense, ...]
    shifts: tuple[str, ...]
    wrong: tuple[int, ...]

    def hidden_widths(self) -> tuple[int, ...]:
        """The numbers of units of the layers but the last."""
        return tuple(len(layer.biases) for layer in self.layers[:-1])

    def kinds(self) -> str:
        """The activations of the hidden layers, each once."""
        return " ".join(dict.fromkeys(layer.activation.text() for layer in self.layers[:-1]))

    def network_text(self) -> str:
        """For example "relu network of hidden widths 64, 32 and 10 linear outputs"."""
        widths, last = self.hidden_widths(), self.layers[-1]
        shape = f"hidden width{'s' if len(widths) > 1 else ''} {', '.join(map(str, widths))}"
        if len(widths) > 5:
            shape = f"{len(widths)} hidden layers of at most {max(widths)}"
        count, kind = len(last.biases), last.activation.text().replace("identity", "linear")
        outputs = f"{count} {kind} output{'s' if count > 1 else ''}"
        return f"{self.kinds()} network of {shape} and {outputs}" if widths else f"network of {outputs}"

    def wrong_rows(self) -> list[int]:
        """The numbers in the file of the rows that get another class."""
        return [self.inputs.rows[i] for i in self.wrong]

    def statement(self) -> str:
        """One sentence of plain text."""
        n, wrong = self.inputs.n_samples, self.wrong_rows()
        given = f"all {n} rows" if not wrong else f"{n - len(wrong)} of the {n} rows"
        shown = ", ".join(map(str, wrong[:SHOWN])) + (", ..." if len(wrong) > SHOWN else "")
        others = f", and {len(wrong)} row{'s' if len(wrong) > 1 else ''} another one: {shown}" if wrong else ""
        scaled = set(self.shifts) != {"0"} or set(self.factors) != {"1"}
        more = ", on columns scaled by given affine maps," if scaled else ""
        return (
            f"the given {self.network_text()}{more} gives {given} their class{others} ({self.inputs.text()}; "
            f"{self.labels.decision()})"
        )

    def latex(self) -> str:
        """One sentence of LaTeX."""
        n, d, right = self.inputs.n_samples, self.inputs.n_inputs, self.inputs.n_samples - len(self.wrong)
        widths = self.hidden_widths()
        shape = rf" of hidden widths ${','.join(map(str, widths))}$" if 1 <= len(widths) <= 5 else ""
        less = r"\|F(x_i)-c_{k_i}\|<\|F(x_i)-c_l\|"
        return (
            rf"The given network $F:\mathbb{{R}}^{{{d}}}\to\mathbb{{R}}^{{{len(self.layers[-1].biases)}}}${shape} has "
            rf"${less}$ for all $l\ne k_i$ at exactly ${right}$ of the ${n}$ given rows $x_i$ of class $k_i$, where "
            rf"$c_l$ are the codes of the classes."
        )
