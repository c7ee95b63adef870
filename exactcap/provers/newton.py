"""An exact zero near float weights, by the lemma of Newton-Kantorovich (SPEC-NETWORKS.md, N3)."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from exactcap.errors import InputError
from exactcap.models.activations import Activation
from exactcap.provers.checker_cost import ENTRY, MAX_WORK, STEPS, product_steps, psi_steps
from exactcap.provers.newton_bounds import (
    MAX_TERMS,
    PRECISION,
    UP,
    Data,
    Evaluation,
    Floats,
    U,
    curvature,
    evaluate,
    jacobian,
    prepare,
    row_sums,
)
from exactcap.provers.outcome import Progress, silent
from exactcap.provers.right_inverse import MAX_WITNESS, Integers, RightInverse, right_inverse, tamed
from exactcap.training.weights import Weights

MAX_ENTRIES = 10**8  # of the Jacobian; the proof takes up to 40 bytes an entry
MAX_OUTER = 2**17  # outer weights that the checker takes
SLOT = 16  # bytes of an entry of J A that the checker computes, about
MAX_ARGUMENT = 2.0**60  # |<w_j, x'>| + |b_j|; the checker allows a little more
POLISHING = 4
SLACK = Fraction(1, 1000)  # of the inequality and the distance, for the roundings of those who compute them again
FARTHEST = 1 / 64  # polishing repairs rounding, it does not train: no longer steps, relative to the largest parameter


@dataclass(frozen=True, eq=False)
class NewtonProof:
    """The lemma's data at a centre: columns, A = rows 2^exponents, radius, and the bounds beta, q0, L it rests on.

    ``rows`` is k x N, or 0 x N for N > 1800. Every parameter of the exact zero is within ``distance`` of the given
    weights, ``moved`` of it between these and the centre. All bounds are rigorous.
    """

    centre: Weights
    bits: int
    columns: tuple[int, ...]
    exponents: tuple[int, ...]
    rows: Integers
    precision: int
    radius: Fraction
    beta: float
    q0: float
    curvature: float
    moved: Fraction
    distance: Fraction


def newton_kantorovich(
    psi: Activation,
    inputs: Sequence[Sequence[Fraction]],
    weights: Weights,
    targets: Sequence[Fraction],
    progress: Progress = silent,
) -> NewtonProof | str:
    """A proof that weights near the given ones take the targets exactly, or the reason why none was found.

    ``inputs`` are the n x d exact x', factors and shifts applied; ``targets`` the N = nK values t_ik, row by row. The
    weights are polished by a few Newton steps first, so that those of single precision do, too. Raises InputError for
    shapes that do not match, for log, and for sizes beyond memory or the checker's limits.

    >>> corner = Weights("x^2", np.array([[1.0]]), np.zeros(1), np.array([2.0]), 0.0, np.ones(1), np.zeros(1))
    >>> psi = Activation("rational", (Fraction(0), Fraction(0), Fraction(1)), (Fraction(1),))
    >>> found = newton_kantorovich(psi, [[Fraction(1)]], corner, [Fraction("2.001")])
    >>> found.q0 < 1e-6, float(found.distance) < 1e-3
    (True, True)
    >>> newton_kantorovich(psi, [[Fraction(k)] for k in range(4)], corner, [Fraction(k) for k in range(4)])
    '4 samples are more than the 3 parameters, so almost no labels are reached; take more neurons'
    """
    p = weights.parameters
    _require_shapes(psi, inputs, weights, targets)
    if len(targets) > p:
        size = f"{len(inputs)} samples" + (f" of {weights.outputs} outputs" if weights.outputs > 1 else "")
        return f"{size} are more than the {p} parameters, so almost no labels are reached; take more neurons"
    data = prepare(inputs, targets)
    with np.errstate(all="ignore"):  # what overflows is not finite, and then no bound is below 1
        inner = np.abs(np.column_stack([weights.W, weights.b]))
        if not float((np.abs(data.floats) @ inner.T).max()) < MAX_ARGUMENT:
            return f"a pre-activation may exceed {MAX_ARGUMENT:.0e}; train again with smaller weights"
        centre, at, J = _polished(psi, data, weights, progress)
        if not np.isfinite(J).all():
            return "the activation or its derivative is not finite at some input; train again with smaller weights"
        inverse = right_inverse(J, data, centre, at, progress)
        if isinstance(inverse, str):
            return inverse
        return _radius(psi, data, weights, centre, at, inverse)


def affine_inputs(rows: Sequence[Sequence[Fraction]], weights: Weights) -> list[list[Fraction]]:
    """The exact x' = factor (x - shift), column by column, of rows x.

    >>> half = Weights("tanh", np.ones((1, 1)), np.zeros(1), np.ones(1), 0.0, np.array([0.5]), np.array([3.0]))
    >>> affine_inputs([[Fraction(4)]], half)
    [[Fraction(1, 2)]]
    """
    factors, shifts = ([Fraction(x) for x in part.tolist()] for part in (weights.factors, weights.shifts))
    return [[f * (x - s) for x, f, s in zip(row, factors, shifts, strict=True)] for row in rows]


def newton_evidence(proof: NewtonProof) -> tuple[Mapping[str, Any], ...]:
    """The lines of evidence after the first: centre, columns, witness and the rows of A (SPEC-NETWORKS.md, N3, N4)."""
    centre = proof.centre
    lines: list[Mapping[str, Any]] = [
        {
            "biases": rationals(centre.b), "outer": outer_rationals(centre),
            "weights": [rationals(w) for w in centre.W],
        },
        {
            "bits": proof.bits, "columns": list(proof.columns), "exponents": list(proof.exponents),
            "precision": proof.precision, "radius": str(proof.radius),
        },
        {"witness": "inverse" if len(proof.rows) else "none"},
    ]  # fmt: skip
    return (*lines, *({"row": _words(row, proof.bits)} for row in proof.rows))


def rationals(values: Floats) -> list[str]:
    """Float64 numbers as the dyadic rationals that they are.

    >>> rationals(np.array([0.5, -3.0]))
    ['1/2', '-3']
    """
    return [str(Fraction(x)) for x in values.tolist()]


def outer_rationals(weights: Weights) -> list[Any]:
    """The outer weights as a certificate has them: a rational a neuron, or a list of K for K > 1 outputs."""
    return rationals(weights.outer[:, 0]) if weights.outputs == 1 else [rationals(row) for row in weights.outer]


def _words(row: Integers, bits: int) -> str:
    """The row a + 2^bits as base64 of little-endian words of bits + 1 bits, as `encode_words` writes them."""
    size = (bits + 8) // 8
    words = (row + (1 << bits)).astype("<u8").view(np.uint8).reshape(-1, 8)[:, :size]
    return base64.b64encode(words.tobytes()).decode()


def _require_shapes(
    psi: Activation, inputs: Sequence[Sequence[Fraction]], weights: Weights, targets: Sequence[Fraction]
) -> None:
    d, p, outputs = weights.n_inputs, weights.parameters, weights.outputs
    n = len(inputs) * outputs  # N of the specification
    if any(len(row) != d for row in inputs):
        raise InputError(f"weights: W has {d} columns, the data {len(inputs[0])}; give weights trained on this table")
    if len(targets) != n:
        each = "one" if outputs == 1 else f"{outputs}"
        raise InputError(f"labels: {len(targets)} labels for {len(inputs)} rows; give {each} each")
    if weights.width * outputs > MAX_OUTER:
        raise InputError(
            f"weights: {weights.width} neurons with {outputs} outputs have more than {MAX_OUTER} outer weights, which "
            "the independent checker does not take; give a smaller network"
        )
    if n * p > MAX_ENTRIES or p > MAX_TERMS:
        raise InputError(
            f"weights: a Jacobian of {n} x {p} is too large; at most {MAX_ENTRIES} entries and "
            f"{MAX_TERMS} columns are possible; take fewer rows or neurons"
        )
    if n <= MAX_WITNESS and (steps := checker_steps(psi, len(inputs), weights)) > MAX_WORK:
        raise InputError(
            f"weights: {len(inputs)} rows and {weights.width} neurons take about {steps / MAX_WORK:.1f} times the "
            "work that the independent checker does; take fewer rows or neurons"
        )


def checker_steps(psi: Activation, rows: int, weights: Weights) -> int:
    """About how many steps the checker counts: at each preactivation, and for J A with its N rows and k columns."""
    jet = psi_steps(psi.name, len(psi.numerator) + len(psi.denominator), PRECISION)
    n = rows * weights.outputs
    k = min(weights.parameters, n + n // 4)
    entry = ENTRY + product_steps(8 * SLOT, 8 * SLOT * n)
    return rows * weights.width * (STEPS * weights.outputs + jet) + n * k * entry


def _polished(psi: Activation, data: Data, weights: Weights, progress: Progress) -> tuple[Weights, Evaluation, Floats]:
    """Newton's steps of least norm, while each makes the residual four times smaller; rounding ends them."""
    at = evaluate(psi, data, weights, lambda part: progress("evaluate", part))
    J = jacobian(data, weights, at)
    for step in range(POLISHING):
        theta = _flat(weights)
        if not np.isfinite(J).all() or at.beta <= 4 * U * float((np.abs(J) @ np.abs(theta)).max()):
            break
        progress("polish", step / POLISHING)
        try:
            tame = tamed(J)
            change = tame * ((J * tame).T @ np.linalg.solve((J * tame) @ (J * tame).T, at.centre))
        except np.linalg.LinAlgError:
            break
        if not float(np.abs(change).max()) <= FARTHEST * max(1.0, float(np.abs(theta).max())):
            break
        nearer = _shaped(theta - change, weights)
        there = evaluate(psi, data, nearer, lambda part: progress("evaluate", part))
        if not 4 * there.beta <= at.beta:
            break
        weights, at, J = nearer, there, jacobian(data, nearer, there)
    return weights, at, J


def _flat(weights: Weights) -> Floats:
    """The parameters in the order of the columns of the Jacobian."""
    return np.column_stack([weights.W, weights.b, weights.v]).ravel()


def _shaped(theta: Floats, weights: Weights) -> Weights:
    table, d = theta.reshape(weights.width, -1), weights.n_inputs
    return replace(
        weights, W=table[:, :d].copy(), b=table[:, d].copy(), v=table[:, d + 1 :].copy().reshape(weights.v.shape)
    )


def _radius(
    psi: Activation, data: Data, given: Weights, centre: Weights, at: Evaluation, inverse: RightInverse
) -> NewtonProof | str:
    """The least of three radii with beta + (q0 + r L) r <= r.

    The lemma's r lies between beta/(1 - q0) and twice that, if 4 beta L <= (1 - q0)^2.
    """
    R = row_sums(inverse.matrix)
    bend = curvature(psi, R, inverse.columns, data, centre, at)
    size = 1 + float(((1 + np.abs(at.values)) @ np.abs(centre.outer)).max())
    beta = at.beta + 2.0**-100 * size  # the checker sees even an exact zero, or a value near 0, only up to its bits
    q0, L = inverse.q0, 0.0
    if not np.isfinite(beta):
        return "the activation is not finite at some input; train again with smaller weights"
    for factor in (1.01, 1.25, 2.0):
        r = factor * beta / (1 - q0)
        L = bend.bound(r)
        if not np.isfinite([r, L]).all():
            return (
                f"the residual {beta:.1e} is too large: within the radius {r:.1e} that it needs a derivative of the "
                "activation is not bounded; train longer"
            )
        exact_beta, exact_q0, exact_L, exact_r = map(Fraction, (beta, q0, L, r))
        q = exact_q0 + exact_r * exact_L
        if q < 1 and exact_beta + q * exact_r <= exact_r * (1 - SLACK):
            moved = Fraction(float(np.abs(_flat(centre) - _flat(given)).max() * UP))
            reach = exact_r * Fraction(float(R.max())) * (1 + SLACK)
            return NewtonProof(
                centre, inverse.bits, tuple(inverse.columns.tolist()), tuple(inverse.exponents.tolist()), inverse.rows,
                PRECISION, exact_r, beta, q0, L, moved, moved + reach,
            )  # fmt: skip
    return (
        f"the residual {beta:.1e} is too large for the curvature {L:.1e}: 4 beta L/(1 - q0)^2 = "
        f"{4 * beta * L / (1 - q0) ** 2:.2g} must be below 1; train longer"
    )
