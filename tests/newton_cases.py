"""Two-layer networks whose targets are, by construction, almost their own outputs."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb
from numpy.typing import NDArray

from exactcap.arithmetic.balls import precision, rational
from exactcap.claims import Classes, Numbers
from exactcap.models.activations import parse_activation
from exactcap.models.smooth import value_and_slope
from exactcap.training.weights import Weights

Floats = NDArray[np.float64]

ACTIVATIONS = [
    "tanh", "sigmoid", "softplus", "silu", "gelu", "sin", "cos", "erf", "gaussian", "exp", "x^5 + x^2", "x/(1+x^2)",
]  # fmt: skip


@dataclass(frozen=True)
class Case:
    """Weights, exact inputs x, their images x' under factors and shifts, and targets within 2^-48 of the outputs.

    The targets are one list: those of the K outputs at the first row, at the second, and so on.
    """

    weights: Weights
    rows: list[list[Fraction]]
    inputs: list[list[Fraction]]
    targets: list[Fraction]

    def labels(self) -> Numbers | Classes:
        """Numbers; with several outputs each row is a class of its own."""
        texts, outputs = tuple(map(str, self.targets)), self.weights.outputs
        if outputs == 1:
            return Numbers(texts)
        codes = tuple(texts[i : i + outputs] for i in range(0, len(texts), outputs))
        return Classes(tuple(f"class {k}" for k in range(len(codes))), codes, tuple(range(len(codes))))


def random_weights(name: str, m: int, d: int, seed: int, outputs: int = 1) -> Weights:
    rng = np.random.default_rng(seed)
    factors, shifts = np.array([2.0**-k for k in range(d)]), np.arange(d) / 4
    W, b, v = (rng.standard_normal(shape) for shape in ((m, d), m, m if outputs == 1 else (m, outputs)))
    return Weights(name, W, b, v, 0.25 if outputs == 1 else np.arange(1.0, outputs + 1) / 4, factors, shifts)


def case(name: str, n: int, d: int, m: int, rows: list[list[Fraction]] | None = None, outputs: int = 1) -> Case:
    """A network of random weights and its own outputs, rounded to 48 binary digits, as targets."""
    rng = np.random.default_rng(n)
    weights = random_weights(name, m, d, 7, outputs)
    drawn = (np.round(rng.standard_normal((n, d)) * 1024).astype(int) * 2 ** np.arange(d)).tolist()
    rows = rows or [[Fraction(x, 1024) for x in row] for row in drawn]
    factors, shifts = ([Fraction(x) for x in part.tolist()] for part in (weights.factors, weights.shifts))
    inputs = [[f * (x - s) for x, f, s in zip(row, factors, shifts, strict=True)] for row in rows]
    return Case(weights, rows, inputs, [_rounded(y) for row in inputs for y in network_outputs(weights, row)])


def network_outputs(weights: Weights, x: list[Fraction]) -> list[arb]:
    """The network at x', in balls of 120 bits."""
    with precision(120):
        function = value_and_slope(parse_activation(weights.activation))
        totals = [arb(c) for c in np.reshape(weights.offset, -1).tolist()]
        for w, b, v_j in zip(weights.W.tolist(), weights.b.tolist(), weights.v, strict=True):
            value = function(sum((arb(a) * rational(c) for a, c in zip(w, x, strict=True)), arb(b)))[0]
            totals = [total + arb(v) * value for total, v in zip(totals, np.reshape(v_j, -1).tolist(), strict=True)]
        return totals


def lipschitz(X: Floats, v: Floats, R: Floats, first: Floats, second: Floats) -> float:
    """L of N3 by definition: X = (x', 1), n x (d+1), v is m x K, R of the parameters m x (d+1+K), M1 and M2 n x m."""
    d1, S = X.shape[1], np.abs(X) @ R[:, : X.shape[1]].T
    return max(
        sum((abs(v[j, k]) * second[i, j] * S[i, j] + 2 * first[i, j] * R[j, d1 + k]) * S[i, j] for j in range(len(v)))
        for i in range(len(X))
        for k in range(v.shape[1])
    )


def _rounded(x: arb) -> Fraction:
    with precision(120):
        return Fraction(int((x * 2**48).mid().floor().unique_fmpz()), 2**48)
