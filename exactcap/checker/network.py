"""Jacobians of deep networks modulo p by backpropagation (SPEC.md, section 6): all parameters, exact residues."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import mul

from .activations import Residue
from .matrices import Network
from .minors import Specialisation, integer_rows
from .reader import Rejected, array, fields

Entries = Sequence[tuple[Residue, Residue]]  # z -> psi'(z) and z -> psi(z) of each hidden layer


@dataclass(frozen=True)
class Layer:
    """W_i (d_i rows) and b_i (zeros where the layer has none)."""

    weights: list[list[int]]
    biases: list[int]


def read_layers(network: Network, value: object, period: int) -> list[Layer]:
    """The parameters, layer by layer; `biases` is there exactly where the claim has them."""
    layers = []
    widths = network.widths
    for i, record in enumerate(array(value, "layers", len(widths) - 1), start=1):
        where = f"layer {i}"
        keys = ("biases", "weights") if network.has_bias(i) else ("weights",)
        *biases, weights = fields(record, keys, where)
        rows = integer_rows(array(weights, where, widths[i]), widths[i - 1], period, where)
        (offsets,) = integer_rows(biases, widths[i], period, where) if biases else [[0] * widths[i]]
        layers.append(Layer(rows, offsets))
    return layers


def hidden_entries(network: Network, point: Specialisation) -> Entries:
    """The activations modulo p; each needs both its values and its slopes."""
    result = []
    for psi in network.activations:
        slope, value = point.entries(psi)
        if slope is None or value is None:
            raise Rejected(f"activations: the values of {psi.text()} are not available modulo p")
        result.append((slope, value))
    return result


def jacobian_rows(
    network: Network, layers: list[Layer], entries: Entries, p: int, inputs: Sequence[list[int]]
) -> Callable[[Sequence[int]], Iterator[list[int]]]:
    """A function of row numbers i d_h + o (output o at input i, increasing) to the rows in all parameters modulo p."""
    n_outputs = network.widths[-1]

    def rows(chosen: Sequence[int]) -> Iterator[list[int]]:
        place, states = -1, list[tuple[list[int], list[int]]]()
        for row in chosen:
            i, output = divmod(row, n_outputs)
            if i != place:
                place, states = i, forward(layers, entries, p, inputs[i])
            yield _backward(network, layers, states, p, output)

    return rows


def forward(layers: list[Layer], entries: Entries, p: int, x: list[int]) -> list[tuple[list[int], list[int]]]:
    """For each layer what enters it, and the slopes of the activation before it (none before the first)."""
    states = [(x, [1] * len(x))]
    for layer, (slope, value) in zip(layers, entries, strict=False):
        a = states[-1][0]
        # the integers of the first layer are kept modulo p phi(p): they may be exponents
        z = [sum(map(mul, w, a)) + b for w, b in zip(layer.weights, layer.biases, strict=True)]
        states.append(([value(t) for t in z], [slope(t) for t in z]))
    return states


def _backward(
    network: Network, layers: list[Layer], states: list[tuple[list[int], list[int]]], p: int, output: int
) -> list[int]:
    """d output / d parameters: layer by layer, neuron by neuron the weights, then the bias if there is one."""
    delta = [int(o == output) for o in range(network.widths[-1])]
    blocks: list[list[int]] = []
    for i in range(len(layers), 0, -1):
        a, slopes = states[i - 1]
        tail = [1] if network.has_bias(i) else []
        blocks.append([d * c % p for d in delta for c in (*a, *tail)])
        if i > 1:
            columns = zip(*layers[i - 1].weights, strict=True)
            delta = [sum(map(mul, delta, column)) % p * s % p for column, s in zip(columns, slopes, strict=True)]
    return [entry for block in reversed(blocks) for entry in block]
