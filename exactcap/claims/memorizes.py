"""The claim that an explicit network takes the label of each row of a table, exactly (SPEC-NETWORKS.md, N2)."""

from __future__ import annotations

import msgspec

from exactcap.claims.labels import Labels
from exactcap.claims.parts import Table
from exactcap.claims.shown import Shown

CITATION = "exact evaluation; counts of units after Baum 1988 and Bubeck, Eldan, Lee & Mikulincer, arXiv:2006.02855"
HYPOTHESES: tuple[str, ...] = (
    "each layer maps h to psi((W h + b)/q), entry by entry, all numbers as in the certificate",
    "threshold is 1 above 0 and 0 at 0 and below",
)
MAX_LAYERS = 20_000
MAX_WEIGHTS = 2**22
MAX_WEIGHT_BITS = 2**18


class Layer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """psi((W h + b)/denominator) with integers; ``activation`` is threshold, relu or identity."""

    activation: str
    biases: tuple[int, ...]
    denominator: int
    weights: tuple[tuple[int, ...], ...]


class Memorizes(Shown, msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="family", tag="memorizes"):
    """The network of these layers takes the target of row i at row i, for all i."""

    inputs: Table
    labels: Labels
    layers: tuple[Layer, ...]

    @property
    def hidden_widths(self) -> tuple[int, ...]:
        """The numbers of units of the layers but the last."""
        return tuple(len(layer.biases) for layer in self.layers[:-1])

    @property
    def bits(self) -> int:
        """The length of the largest integer of the network."""
        return max(
            value.bit_length()
            for layer in self.layers
            for row in (layer.biases, (layer.denominator,), *layer.weights)
            for value in row
        )

    def kinds(self) -> str:
        """The activations of the hidden layers, each once."""
        return " ".join(dict.fromkeys(layer.activation for layer in self.layers[:-1]))

    def network_text(self) -> str:
        """For example "relu network with 24 hidden units, 1 linear output and integers of at most 310 bits"."""
        widths, outputs = self.hidden_widths, len(self.layers[-1].biases)
        shape = f" in {len(widths)} layers of at most {max(widths)}" if len(widths) > 1 else ""
        last = self.layers[-1].activation.replace("identity", "linear")
        return (
            f"{self.kinds()} network with {sum(widths)} hidden unit{'' if sum(widths) == 1 else 's'}{shape}, {outputs} "
            f"{last} output{'' if outputs == 1 else 's'} and integers of at most {self.bits} bits"
        ).lstrip()

    def statement(self) -> str:
        """One sentence of plain text."""
        return (
            f"a given {self.network_text()} takes the label y_i at input i for all i, exactly "
            f"({self.inputs.text()}; {self.labels.text()})"
        )

    def latex(self) -> str:
        """One sentence of LaTeX."""
        n, d = self.inputs.n_samples, self.inputs.n_inputs
        widths = ",".join(map(str, self.hidden_widths)) if len(self.layers) <= 5 else r"\dots"
        return (
            rf"The given {self.kinds()} network $F$ of hidden widths ${widths}$ has $F(x_i)=y_i$ for the "
            rf"${n}$ given rows $x_1,\dots,x_{{{n}}}\in\mathbb{{R}}^{{{d}}}$ and their labels $y_i$."
        )
