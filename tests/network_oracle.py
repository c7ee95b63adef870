"""A second, slow evaluation of a network in fractions, and counts of wrong rows."""

from collections.abc import Sequence
from fractions import Fraction

from exactcap.constructions.network import ExactNetwork
from exactcap.constructions.problem import Problem


def nothing(phase: str, part: float) -> None:
    """A progress that nobody watches."""


def naive_output(network: ExactNetwork, row: Sequence[int]) -> tuple[Fraction, ...]:
    """The output at one row, unit by unit."""
    values = [Fraction(entry) for entry in row]
    for layer in network.layers:
        sums = []
        for weights, bias in zip(layer.weights, layer.biases, strict=True):
            total = sum((w * value for w, value in zip(weights, values, strict=True)), Fraction(bias))
            sums.append(total / layer.denominator)
        if layer.activation == "relu":
            values = [max(total, Fraction(0)) for total in sums]
        elif layer.activation == "threshold":
            values = [Fraction(total > 0) for total in sums]
        else:
            values = sums
    return tuple(values)


def wrong_rows(network: ExactNetwork, problem: Problem) -> list[int]:
    """The rows whose output is not the target."""
    pairs = enumerate(zip(problem.inputs, problem.targets, strict=True))
    return [i for i, (row, target) in pairs if naive_output(network, row) != target]


def flipped(problem: Problem, row: int) -> Problem:
    """The problem with another target in one row."""
    targets = list(problem.targets)
    targets[row] = tuple(1 - entry for entry in targets[row])
    return Problem(problem.inputs, tuple(targets))


def bits(network: ExactNetwork) -> int:
    """The length of the longest integer."""
    return max(
        value.bit_length()
        for layer in network.layers
        for row in (layer.biases, (layer.denominator,), *layer.weights)
        for value in row
    )
