"""The weight of a two-layer network: sum over units of |a_l| sqrt(|w_l|^2 + b_l^2)."""

from __future__ import annotations

from flint import arb

from exactcap.arithmetic.balls import precision, rounded
from exactcap.constructions.network import ExactNetwork

BITS, DIGITS = 128, 6


def weight_norm(network: ExactNetwork) -> tuple[int, int] | None:
    """(m, e): the norm is m 10^e to six correctly rounded digits.

    None when there is not exactly one hidden layer, and for a norm of 0 or one too near a tie to be rounded.

    It is the functional that Bubeck, Eldan, Lee & Mikulincer (arXiv:2006.02855) bound; with several outputs |a_l| is
    the sum over them.

    >>> from exactcap.constructions.network import Layer
    >>> hidden, out = Layer(((3, 0), (0, 1)), (4, 0), "relu"), Layer(((1, -2),), (0,), "identity", 7)
    >>> weight_norm(ExactNetwork((hidden, out)))  # (1 * 5 + 2 * 1)/7
    (100000, -5)
    """
    if len(network.layers) != 2:
        return None
    hidden, out = network.layers
    with precision(BITS):
        total = arb(0)
        for k, (row, bias) in enumerate(zip(hidden.weights, hidden.biases, strict=True)):
            outer = sum(abs(weights[k]) for weights in out.weights)
            total += arb(outer) * arb(sum(w * w for w in row) + bias * bias).sqrt()
        return rounded(total / (arb(hidden.denominator) * arb(out.denominator)), DIGITS)
