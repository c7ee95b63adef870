"""Two-layer networks from a list of units, and the exact evaluation that every construction ends with."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exactcap.constructions.network import Activation, ExactNetwork, integer_layer
from exactcap.constructions.problem import Problem, Progress

ROWS = 256
"""Rows evaluated between two calls of progress."""


def two_layers(
    units: Sequence[Sequence[int]], activation: Activation, outer: Sequence[Sequence[Fraction | int]], n_inputs: int
) -> ExactNetwork:
    """The network with hidden ``units`` (weights, then bias) and outputs ``outer`` (a weight a unit, then offset).

    Threshold networks have threshold outputs, ReLU networks linear ones. A layer needs a unit: without any, there is
    one that is always 0.

    >>> two_layers([(1, 0), (-1, 0)], "relu", [[1, 1, Fraction(1, 2)]], 1).outputs([[-3]])
    [(Fraction(7, 2),)]
    """
    if not units:
        units, outer = [(0,) * (n_inputs + 1)], [(0, *row) for row in outer]
    last: Activation = "threshold" if activation == "threshold" else "identity"
    return ExactNetwork((integer_layer(units, activation), integer_layer(outer, last)))


def verified(network: ExactNetwork, problem: Problem, progress: Progress) -> ExactNetwork:
    """The network itself, evaluated: it must take the target of every row.

    Raises:
        RuntimeError: it does not, a bug in the construction.

    >>> zero = two_layers([], "relu", [[0]], 1)
    >>> verified(zero, Problem(((5,), (6,)), ((Fraction(0),), (Fraction(0),))), lambda phase, part: None) is zero
    True
    """
    wrong = []
    for start in range(0, len(problem.inputs), ROWS):
        progress("evaluation", start / len(problem.inputs))
        outputs = network.outputs(problem.inputs[start : start + ROWS])
        pairs = zip(outputs, problem.targets[start : start + ROWS], strict=True)
        wrong += [start + i for i, (output, target) in enumerate(pairs) if output != target]
    if wrong:
        raise RuntimeError(f"a construction misses the targets of {len(wrong)} rows, the first is row {wrong[0] + 1}")
    return network
