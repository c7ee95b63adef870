"""Two-layer networks whose targets are, by construction, almost their own outputs."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from exactcap.arithmetic.balls import precision, rational
from exactcap.models.activations import parse_activation
from exactcap.models.smooth import value_and_slope
from exactcap.training.weights import Weights

ACTIVATIONS = [
    "tanh", "sigmoid", "softplus", "silu", "gelu", "sin", "cos", "erf", "gaussian", "exp", "x^5 + x^2", "x/(1+x^2)",
]  # fmt: skip


@dataclass(frozen=True)
class Case:
    """Weights, exact inputs x, their images x' under factors and shifts, and targets within 2^-48 of the outputs."""

    weights: Weights
    rows: list[list[Fraction]]
    inputs: list[list[Fraction]]
    targets: list[Fraction]


def random_weights(name: str, m: int, d: int, seed: int) -> Weights:
    rng = np.random.default_rng(seed)
    factors, shifts = np.array([2.0**-k for k in range(d)]), np.arange(d) / 4
    return Weights(
        name, rng.standard_normal((m, d)), rng.standard_normal(m), rng.standard_normal(m), 0.25, factors, shifts
    )


def case(name: str, n: int, d: int, m: int, rows: list[list[Fraction]] | None = None) -> Case:
    """A network of random weights and its own outputs, rounded to 48 binary digits, as targets."""
    rng = np.random.default_rng(n)
    weights = random_weights(name, m, d, 7)
    drawn = (np.round(rng.standard_normal((n, d)) * 1024).astype(int) * 2 ** np.arange(d)).tolist()
    rows = rows or [[Fraction(x, 1024) for x in row] for row in drawn]
    factors, shifts = ([Fraction(x) for x in part.tolist()] for part in (weights.factors, weights.shifts))
    inputs = [[f * (x - s) for x, f, s in zip(row, factors, shifts, strict=True)] for row in rows]
    return Case(weights, rows, inputs, [_rounded(output(weights, row)) for row in inputs])


def output(weights: Weights, x: list[Fraction]) -> arb:
    """The network at x', in a ball of 120 bits."""
    with precision(120):
        function, total = value_and_slope(parse_activation(weights.activation)), arb(weights.offset)
        for w, b, v in zip(weights.W.tolist(), weights.b.tolist(), weights.v.tolist(), strict=True):
            total += arb(v) * function(sum((arb(a) * rational(c) for a, c in zip(w, x, strict=True)), arb(b)))[0]
        return total


def _rounded(x: arb) -> Fraction:
    with precision(120):
        return Fraction(int((x * 2**48).mid().floor().unique_fmpz()), 2**48)
