"""Thresholds in the middle of the gaps between the rows' sums, so that rounding the network hardly ever matters."""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpz_mat

from exactcap.constructions.network import ExactNetwork, Layer


def centred(network: ExactNetwork, inputs: Sequence[Sequence[int]]) -> ExactNetwork:
    """A threshold network with the same values at the rows, each unit's threshold as far from all sums as can be.

    The largest sum a <= 0 and the smallest b > 0 of a unit become a - b and b - a of its double; a unit that fires at
    every row, or at none, keeps its distance and moves by one.

    >>> late = ExactNetwork((Layer(((1,),), (-3,), "threshold"),))  # fires above 3, the rows are 3 and 9
    >>> centred(late, [(3,), (9,)]).layers[0]
    Layer(weights=((1,),), biases=(-6,), activation='threshold', denominator=1)
    """
    table, layers = [list(row) for row in inputs], []
    for layer in network.layers:
        rows = fmpz_mat([[*row, bias] for row, bias in zip(layer.weights, layer.biases, strict=True)])
        sums = (fmpz_mat([[*row, 1] for row in table]) * rows.transpose()).tolist()
        table = [[int(value > 0) for value in row] for row in sums]
        biases = tuple(
            2 * bias - _twice_the_middle(list(map(int, column)))
            for bias, column in zip(layer.biases, zip(*sums, strict=True), strict=True)
        )
        doubled = tuple(tuple(2 * weight for weight in row) for row in layer.weights)
        layers.append(Layer(doubled, biases, layer.activation).normalised())
    return ExactNetwork(tuple(layers))


def _twice_the_middle(sums: Sequence[int]) -> int:
    below = max((value for value in sums if value <= 0), default=None)
    above = min((value for value in sums if value > 0), default=None)
    if above is None:
        return 1  # all sums are at most 0, twice them less 1 below
    return -1 if below is None else above + below
