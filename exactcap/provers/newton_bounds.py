"""Rigorous bounds for the Newton-Kantorovich lemma from float64 matrices and balls (SPEC-NETWORKS.md, N3).

u = 2^-53. A float64 sum of k products, in whatever order a BLAS adds them, with or without fused multiply-add, is off
by at most gamma_k = k u/(1 - k u) times the sum of the absolute products, and k 2^-1074 where they underflow (N. J.
Higham, Accuracy and Stability of Numerical Algorithms, section 3.1). So sums of at most 2^20 nonnegative numbers, a few
roundings more included, need a factor below 1 + 2^21 u < ``UP`` to be upper bounds; ``TINY`` is far above all
underflow. An overflow or a NaN passes on to the bound, and a bound that is not finite proves nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, arb_mat
from numpy.typing import NDArray

from exactcap.arithmetic.balls import precision, rational
from exactcap.errors import InputError
from exactcap.models.activations import Activation
from exactcap.models.smooth import CURVATURE, derivative_bounds, value_and_slope
from exactcap.training.weights import Weights

Floats = NDArray[np.float64]
Tick = Callable[[float], None]

U = 2.0**-53
UP = 1 + 1e-9
TINY = 1e-300
MAX_TERMS = 2**20
PRECISION = 128
GUARD = 64  # more bits for the pre-activations, whose terms may cancel


@dataclass(frozen=True, eq=False)
class Data:
    """The inputs x~ = (x', 1), n x (d+1), in balls and as nearest float64, and the targets t_ik, entry iK + k."""

    balls: arb_mat
    floats: Floats
    targets: list[arb]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A network on the data: psi and psi' near the truth, the residual F in balls, N = nK of them.

    The pre-activations in balls, row by row, where bounds of the derivatives depend on them, else none.

    ``error`` bounds the distance of the centres of the balls of psi and psi' from the truth; ``values`` and ``slopes``
    are the float64 numbers nearest to these centres.
    """

    arguments: list[arb]
    values: Floats
    slopes: Floats
    error: float
    residual: list[arb]

    @property
    def beta(self) -> float:
        """An upper bound of the maximum norm of F; not finite where a ball is not."""
        return float(np.max([upward(abs(x)) for x in self.residual]))  # np.max, unlike max, passes a NaN on

    @property
    def centre(self) -> Floats:
        """F in float64, for Newton's step."""
        return np.array([float(x) for x in self.residual])


def upward(x: arb) -> float:
    """A float64 upper bound of the numbers of a ball, NaN for a ball that is not finite."""
    return math.nextafter(float(x.upper()), math.inf) if x.is_finite() else math.nan


def prepare(inputs: Sequence[Sequence[Fraction]], targets: Sequence[Fraction]) -> Data:
    """The data in balls and floats; raises InputError for inputs beyond float64."""
    n, d = len(inputs), len(inputs[0])
    try:
        floats = np.array([[*map(float, row), 1.0] for row in inputs])
    except OverflowError:
        raise InputError("data: a scaled input is beyond 1e308; give other factors and shifts") from None
    with precision(PRECISION + GUARD):
        entries = [rational(x) for row in inputs for x in (*row, Fraction(1))]
        return Data(arb_mat(n, d + 1, entries), floats, [rational(t) for t in targets])


def evaluate(psi: Activation, data: Data, weights: Weights, tick: Tick) -> Evaluation:
    """Psi, psi' and the residual at exact dyadic weights; about 4 microseconds a neuron and row."""
    (n, d), m, outputs = data.floats.shape, weights.width, weights.outputs
    rows = np.column_stack([weights.W, weights.b])
    with precision(PRECISION + GUARD):
        arguments = (data.balls * arb_mat(d, m, [arb(x) for x in rows.T.ravel().tolist()])).entries()
    values, slopes, radius, residual = np.empty((n, m)), np.empty((n, m)), arb(0), []
    with precision(PRECISION):
        function = value_and_slope(psi)
        outer = arb_mat(m, outputs, [arb(x) for x in weights.outer.ravel().tolist()])
        offsets = [arb(x) for x in weights.offsets.tolist()]
        for i in range(n):
            pairs = [function(s) for s in arguments[i * m : (i + 1) * m]]
            value = [pair[0] for pair in pairs]
            values[i] = [float(x) for x in value]
            slopes[i] = [float(pair[1]) for pair in pairs]
            radius = max(radius, *(x.rad() for pair in pairs for x in pair))
            sums, goal = (arb_mat(1, m, value) * outer).entries(), data.targets[i * outputs : (i + 1) * outputs]
            residual += [total + c - t for total, c, t in zip(sums, offsets, goal, strict=True)]
            if i % 64 == 0:
                tick(i / n)
        if psi.name in CURVATURE:
            arguments = []  # only local bounds need them
        return Evaluation(arguments, values, slopes, upward(radius), residual)


def jacobian(data: Data, weights: Weights, at: Evaluation) -> Floats:
    """DF in float64, N x m(d+1+K), rows and columns numbered as in N3; ``defect`` knows how far it is from the truth.

    Row iK + k has v_jk psi'(s_ij) x~_ic and psi(s_ij) for the parameters of output k, and 0 for the v_jk' of others.
    """
    (n, d), m, outputs = data.floats.shape, weights.width, weights.outputs  # d + 1 of the specification
    J = np.zeros((n, outputs, m, d + outputs))
    for k in range(outputs):
        slopes = at.slopes * weights.outer[:, k]
        np.multiply(slopes[:, :, None], data.floats[:, None, :], out=J[:, k, :, :d])
        J[:, k, :, d + k] = at.values
    return J.reshape(n * outputs, m * (d + outputs))


def row_sums(A: Floats) -> Floats:
    """Upper bounds of the R_c = sum_l |A_cl|."""
    sums: Floats = np.abs(A).sum(axis=1) * UP + TINY
    return sums


def defect(J: Floats, A: Floats, columns: NDArray[np.int64], data: Data, weights: Weights, at: Evaluation) -> float:
    """An upper bound of |I - DF A|, maximum norm, for the chosen columns J of the float64 Jacobian and rows A.

    Entry (iK + l, c) of J is fl(fl(v_jl psi') x~): four roundings with those of psi' and x~, so it is off by at most
    5 u |J| + rho (1 + |v_jl|) (1 + |x~_ic|), where rho covers the balls and, with TINY, underflow; or it is psi, off by
    u |J| + rho, or exactly 0. So, row by row, with x~ = 0 in the last factor for the columns of all outer weights,
    |I - DF A| e <= |I - fl(J A)| e + (gamma_k + 5 u) |J| R + rho (1 + |v|) (1 + |x~|) R.
    """
    n, k = J.shape  # N of the specification
    d = data.floats.shape[1]
    assert k <= MAX_TERMS
    R = row_sums(A)
    neuron, place = np.divmod(columns, d + weights.outputs)
    rho = at.error + TINY * (1 + float(np.abs(at.slopes).max()))
    sizes = (np.bincount(np.minimum(place, d), (1 + np.abs(v[neuron])) * R, d + 1) for v in weights.outer.T)
    reach = np.column_stack([1 + np.abs(data.floats), np.ones(len(data.floats))])
    spread = rho * np.column_stack([reach @ size for size in sizes]).ravel()
    gamma = (k + 4) * U / (1 - (k + 4) * U) + 5 * U
    worst = 0.0
    for start in range(0, n, 512):
        part = J[start : start + 512]
        E = part @ A
        E[np.arange(len(part)), np.arange(start, start + len(part))] -= 1.0
        rows = np.abs(E).sum(axis=1) + gamma * (np.abs(part) @ R) + spread[start : start + 512]
        worst = float(np.maximum(worst, rows.max()))  # np.maximum, unlike max, passes a NaN on
    return worst * UP + TINY


@dataclass(frozen=True, eq=False)
class Curvature:
    """What L depends on: S, n x m, and V, m x K, upward; the sizes of the outer weights; arguments for local bounds."""

    psi: Activation
    S: Floats
    V: Floats
    outer: Floats
    arguments: list[arb]

    def bound(self, r: float) -> float:
        """An upper bound of L = max over i, k of sum_j (|v_jk| M2 S_ij + 2 M1 V_jk) S_ij for radii up to r."""
        first, second = self._derivatives(r)
        largest = []
        for outer, V in zip(self.outer.T, self.V.T, strict=True):
            inner = (outer * second + TINY) * self.S + 2 * first * V + TINY
            largest.append(((inner * self.S + TINY).sum(axis=1) * UP).max() * UP)
        return float(np.max(largest))  # np.max, unlike max, passes a NaN on

    def _derivatives(self, r: float) -> tuple[Floats | float, Floats | float]:
        if self.psi.name in CURVATURE:
            first, second = (math.nextafter(float(c), math.inf) for c in CURVATURE[self.psi.name])
            return first, second
        with precision(PRECISION):
            reach = (r * self.S * UP + TINY).ravel().tolist()
            balls = (s + arb(0, delta) for s, delta in zip(self.arguments, reach, strict=True))
            found = [(upward(a), upward(b)) for a, b in derivative_bounds(self.psi, balls)]
        array = np.array(found).reshape(*self.S.shape, 2)
        return array[:, :, 0], array[:, :, 1]


def curvature(
    psi: Activation, R: Floats, columns: NDArray[np.int64], data: Data, weights: Weights, at: Evaluation
) -> Curvature:
    """S_ij = sum over c <= d of |x~_ic| R_(j,c) and V_jk, from the R of the chosen columns, others 0.

    An input of which float64 keeps nothing is still below TINY, and its R may be large.
    """
    d, m = data.floats.shape[1], weights.width
    full = np.zeros(weights.parameters)
    full[columns] = R
    table = full.reshape(m, -1)
    S = ((np.abs(data.floats) + TINY) @ table[:, :d].T) * UP + TINY
    return Curvature(psi, S, table[:, d:], np.abs(weights.outer), at.arguments)
