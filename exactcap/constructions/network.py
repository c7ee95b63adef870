"""Networks with integer weights, evaluated exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Activation = Literal["threshold", "relu", "identity"]


@dataclass(frozen=True)
class Layer:
    """h -> psi((W h + b)/denominator), entry by entry; threshold is 1 above 0, else 0. Row l of W belongs to unit l."""

    weights: tuple[tuple[int, ...], ...]
    biases: tuple[int, ...]
    activation: Activation
    denominator: int = 1


@dataclass(frozen=True)
class ExactNetwork:
    """Layers from the inputs on; the last one is the output."""

    layers: tuple[Layer, ...]

    @property
    def hidden_units(self) -> int:
        """The number of units of all layers but the last."""
        return sum(len(layer.biases) for layer in self.layers[:-1])

    def outputs(self, inputs: Sequence[Sequence[int]]) -> list[tuple[Fraction, ...]]:
        """The output vector at each integer input, exactly."""
        raise NotImplementedError
