"""An exact network in float64: scaled by powers of two where that changes nothing, then rounded, then run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from exactcap.constructions.network import Activation, ExactNetwork, Layer

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FloatLayer:
    """h -> psi(W h + b), entry by entry, W of shape (units, inputs)."""

    W: Array
    b: Array
    activation: Activation


def rounded(network: ExactNetwork) -> tuple[FloatLayer, ...]:
    """The nearest float64 weights of an equal network whose units have largest weights of size about 1.

    A threshold unit times s > 0 is itself. A relu unit times s > 0 is s times itself, so the next layer's weights on it
    are divided by s. All s are powers of two: nothing is lost before the one rounding of each weight, which gives an
    infinite one beyond 2^1024.

    >>> huge = Layer(((3 * 2**2000, 2**2001),), (-(2**2000),), "relu"), Layer(((1,),), (0,), "identity", 2**2000)
    >>> for layer in rounded(ExactNetwork(huge)):
    ...     print(layer.W, layer.b)
    [[0.75 0.5 ]] [-0.25]
    [[4.]] [0.]
    """
    layers: list[FloatLayer] = []
    scales = [0] * len(network.layers[0].weights[0])  # of the inputs of a layer, as exponents of two
    for number, layer in enumerate(network.layers, start=1):
        is_last = number == len(network.layers)
        exponents = [0] * len(layer.biases)
        if layer.activation == "threshold" or not is_last:
            exponents = [-_size(layer, unit, scales) for unit in range(len(layer.biases))]
        weights = [
            [_quotient(w, layer.denominator, e - s) for w, s in zip(row, scales, strict=True)]
            for row, e in zip(layer.weights, exponents, strict=True)
        ]
        biases = [_quotient(b, layer.denominator, e) for b, e in zip(layer.biases, exponents, strict=True)]
        layers.append(FloatLayer(np.array(weights), np.array(biases), layer.activation))
        scales = [0] * len(exponents) if layer.activation == "threshold" else exponents
    return tuple(layers)


def run(layers: Sequence[FloatLayer], inputs: Array) -> Array:
    """The outputs (n x outputs) at the n rows of inputs, in float64; overflow gives what is not finite."""
    values = inputs
    with np.errstate(all="ignore"):
        for layer in layers:
            sums = values @ layer.W.T + layer.b
            if layer.activation == "threshold":
                values = (sums > 0).astype(np.float64)
            else:
                values = np.maximum(sums, 0.0) if layer.activation == "relu" else sums
    return values


def nearest(x: Fraction) -> float:
    """The float64 number nearest to x, infinite beyond its range.

    >>> nearest(Fraction(1, 10)), nearest(Fraction(-(10**400)))
    (0.1, -inf)
    """
    return _quotient(x.numerator, x.denominator, 0)


def _size(layer: Layer, unit: int, scales: Sequence[int]) -> int:
    """k with largest weight (or bias) of the unit between 2^(k-2) and 2^k, its inputs divided by 2^scales."""
    sizes = [w.bit_length() - s for w, s in zip(layer.weights[unit], scales, strict=True) if w]
    sizes += [layer.biases[unit].bit_length()] if layer.biases[unit] else []
    return max(sizes, default=0) - layer.denominator.bit_length() + 1


def _quotient(top: int, bottom: int, exponent: int) -> float:
    """top/bottom 2^exponent, rounded once: the quotient of integers is correctly rounded."""
    try:
        return (top << max(exponent, 0)) / (bottom << max(-exponent, 0))
    except OverflowError:
        return math.inf if top > 0 else -math.inf
