"""A second opinion on exact solutions near weights, for certificates without witness (SPEC-NETWORKS.md, N3).

It takes the centre, the columns and the radius from the certificate, finds a right inverse of its own, in integers, and
computes the lemma's bounds by another route than ``newton``: pre-activations exactly, and J A from sums of integers
below 2^53, which float64 adds exactly in whatever order (as in ``balanced.py``), instead of a bound for its roundings.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, arb_mat, fmpz_mat
from numpy.typing import NDArray

from exactcap.arithmetic.balls import precision, rational
from exactcap.certificates.format import Certificate
from exactcap.claims import Nearby
from exactcap.constructions.rounding import nearest
from exactcap.errors import InputError
from exactcap.models.activations import Activation
from exactcap.models.smooth import CURVATURE, derivative_bounds, value_and_slope
from exactcap.provers.newton import MAX_ENTRIES
from exactcap.provers.newton_bounds import MAX_TERMS
from exactcap.provers.outcome import Finding, Outcome, Progress, silent
from exactcap.provers.records import activation_model
from exactcap.provers.right_inverse import tamed

Floats = NDArray[np.float64]
Columns = NDArray[np.int64]

A_BITS, J_BITS, SLICE = 30, 47, 15
BLOCK = 2**14  # products a sum: 2^14 times 2^23 (half of J) times 2^15 (half of A) is below 2^53
ROWS = 256
DEAD = -3000  # an exponent below all others
BITS = 160
U = 2.0**-53
UP, TINY = 1 + 1e-9, 1e-300  # sums of fewer than 2^20 nonnegative float64 numbers, times UP, are upper bounds


@dataclass(frozen=True, eq=False)
class _Centre:
    """The network at the centre: exact x' as rationals, the same as nearest float64 numbers, and exact weights.

    ``v`` is m x K; the targets are n x K, less the offsets.
    """

    inputs: list[list[Fraction]]
    ones: Floats  # (x', 1)
    inner: Floats  # (W, b)
    v: Floats
    targets: list[list[Fraction]]


@dataclass(frozen=True, eq=False)
class _Derivative:
    """psi and psi' within ``error`` + 2^-53 times their size, arguments in balls, and beta."""

    values: Floats
    slopes: Floats
    error: float
    arguments: list[arb]
    beta: float


def recheck_nearby(certificate: Certificate, progress: Progress = silent) -> Outcome:
    """PROVED with the certificate if a second computation confirms its claim, else UNDECIDED with the reason.

    Raises InputError for a certificate of another family or a centre that is not of float64 numbers.
    """
    claim = certificate.claim
    if not isinstance(claim, Nearby) or len(certificate.evidence) < 4:
        raise InputError("certificate: it does not state exact solutions near weights; give one of the family nearby")
    psi = activation_model(claim.activation)
    try:
        given = {"biases": claim.biases, "outer": claim.outer, "weights": claim.weights}
        start, parameters = (_parameters(claim, line) for line in (given, certificate.evidence[1]))
        centre, columns, r = _read(claim, parameters, certificate.evidence[2])
        rows = zip(start, parameters, strict=True)
        moved = max(abs(a - b) for pair in rows for a, b in zip(*pair, strict=True))
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("certificate: its evidence is malformed; run exactcap-check for the reason") from None
    with np.errstate(all="ignore"):
        at = _evaluate(psi, centre, progress)
        J = _jacobian(centre, at, columns)
        try:
            tame = tamed(J) ** 2
            A, exponents = _integers(tame[:, None] * (J.T @ np.linalg.inv((J * tame) @ J.T)))
        except np.linalg.LinAlgError:
            return Outcome(Finding.UNDECIDED, "second opinion: the chosen columns of the Jacobian are singular")
        R = np.abs(np.ldexp(A, exponents[:, None])).sum(axis=1) * UP + TINY
        q0 = _defect(J, A, exponents, progress) + _uncertainty(centre, at, columns, R)
        L = _curvature(psi, centre, at, columns, R, float(r) * UP)
    distance = claim.distance[0] * Fraction(10) ** claim.distance[1]
    bounds = (at.beta, q0, L, float(R.max()))
    if not np.isfinite(bounds).all():
        return Outcome(Finding.UNDECIDED, f"second opinion: a bound is not finite: {bounds}")
    beta, defect, curvature, reach = map(Fraction, bounds)
    q = defect + r * curvature
    if q < 1 and beta + q * r <= r and r * reach + moved <= distance:
        return Outcome(Finding.PROVED, f"second opinion: |I - J A| <= {q0:.1e} from exact integer sums", certificate)
    return Outcome(
        Finding.UNDECIDED,
        f"second opinion: not confirmed with beta {at.beta:.1e}, q0 {q0:.1e}, L {L:.1e}, r {float(r):.1e} and reach "
        f"{nearest(r * reach + moved):.1e} of {nearest(distance):.1e}",
    )


def _parameters(claim: Nearby, line: Mapping[str, Any]) -> list[list[Fraction]]:
    """The rows (w_j, b_j, v_j), m x (d + 1 + K)."""
    rows, shape = [], (claim.inputs.n_inputs, len(claim.offsets()))
    for w, b, v in zip(line["weights"], line["biases"], line["outer"], strict=True):
        v = [v] if isinstance(v, str) else v
        if (len(w), len(v)) != shape:
            raise ValueError
        rows.append([Fraction(x) for x in (*w, b, *v)])
    return rows


def _read(
    claim: Nearby, parameters: list[list[Fraction]], choice: Mapping[str, Any]
) -> tuple[_Centre, Columns, Fraction]:
    offsets = [Fraction(c) for c in claim.offsets()]
    N, p = claim.inputs.n_samples * len(offsets), sum(map(len, parameters))
    if N * p > MAX_ENTRIES or p > MAX_TERMS:
        raise InputError(
            f"certificate: a Jacobian of {N} x {p} is too large; at most {MAX_ENTRIES} entries and {MAX_TERMS} columns"
        )
    factors, shifts = ([Fraction(x) for x in part] for part in (claim.factors, claim.shifts))
    inputs = [[f * (x - s) for x, f, s in zip(row, factors, shifts, strict=True)] for row in claim.inputs.fractions()]
    table = np.array([[_exact(x) for x in row] for row in parameters])
    ones = np.array([[*map(float, row), 1.0] for row in inputs])
    targets = [[t - c for t, c in zip(target, offsets, strict=True)] for target in claim.labels.targets()]
    columns, radius = np.array(choice["columns"], dtype=np.int64), Fraction(choice["radius"])
    if not 2.0**-900 < radius < 2.0**900:
        raise InputError("certificate: its radius is beyond the range of float64; certify again")
    if not (np.diff(columns, prepend=-1, append=p) > 0).all():
        raise ValueError  # neither increasing nor in range
    d1 = ones.shape[1]
    return _Centre(inputs, ones, table[:, :d1], table[:, d1:], targets), columns, radius


def _exact(number: Fraction) -> float:
    if not abs(number) < 2**1000 or Fraction(float(number)) != number:
        raise InputError(
            f"certificate: {str(number)[:40]} is not a float64 number, as those of a centre are; certify again"
        )
    return float(number)


def _evaluate(psi: Activation, centre: _Centre, progress: Progress) -> _Derivative:
    """Pre-activations as exact integers over one denominator, then psi, psi' and the residual in balls."""
    (n, _), m = centre.ones.shape, len(centre.v)
    Q = math.lcm(*(x.denominator for row in centre.inputs for x in row))
    weights = [[Fraction(w) for w in row] for row in centre.inner.tolist()]
    q = math.lcm(*(w.denominator for row in weights for w in row))
    X = fmpz_mat([[*(int(Q * x) for x in row), Q] for row in centre.inputs])
    S = X * fmpz_mat([[int(q * w) for w in row] for row in weights]).transpose()
    values, slopes, error, arguments, beta = np.empty((n, m)), np.empty((n, m)), 0.0, [], 0.0
    with precision(BITS):
        function = value_and_slope(psi)
        outer = arb_mat(m, centre.v.shape[1], [arb(x) for x in centre.v.ravel().tolist()])
        for i in range(n):
            row = [arb(S[i, j]) / (Q * q) for j in range(m)]
            pairs = [function(s) for s in row]
            values[i], slopes[i] = ([float(pair[k]) for pair in pairs] for k in (0, 1))
            radii = [float(x.rad()) if x.is_finite() else math.inf for pair in pairs for x in pair]
            error = max(error, *radii)
            outputs = (arb_mat(1, m, [value for value, _ in pairs]) * outer).entries()
            for output, target in zip(outputs, centre.targets[i], strict=True):
                residual = output - rational(target)
                beta = max(beta, float(abs(residual).upper()) if residual.is_finite() else math.inf)
            if psi.name not in CURVATURE:
                arguments += row
            if i % ROWS == 0:
                progress("second opinion: evaluate", i / n)
    return _Derivative(values, slopes, error * UP, arguments, beta * UP + TINY)


def _jacobian(centre: _Centre, at: _Derivative, columns: Columns) -> Floats:
    """The chosen columns of DF, N x k, in float64: row iK + l has those of output l at input i."""
    d1, outputs = centre.ones.shape[1], centre.v.shape[1]
    neuron, place = np.divmod(columns, d1 + outputs)
    outer = place >= d1
    J = np.empty((len(centre.ones), outputs, len(columns)))
    for k, v in enumerate(centre.v.T):
        J[:, k] = (at.slopes * v)[:, neuron]
        J[:, k] *= centre.ones[:, np.where(outer, 0, place)]
        J[:, k, outer] = at.values[:, neuron[outer]] * (place[outer] == d1 + k)
    return J.reshape(-1, len(columns))


def _uncertainty(centre: _Centre, at: _Derivative, columns: Columns, R: Floats) -> float:
    """At least the largest sum_c |J_c - DF_c| R_c of a row.

    An entry is fl(fl(v psi') x~) of rounded psi' and x~, or psi rounded, or exactly 0, so
    |J - DF| <= (5 u (|psi'| + |psi| + 1) + error) (1 + |v|) (1 + |x~|), where 5 u is far above all underflow.
    """
    sizes = 5 * U * (np.abs(at.slopes) + np.abs(at.values) + 1) + at.error
    inner, outer = _by_neuron(centre, columns, R)
    inside = (1 + np.abs(centre.ones)) @ inner.T + outer.sum(axis=1)
    rows = [(sizes * (1 + np.abs(v)) * inside).sum(axis=1) for v in centre.v.T]
    return float(np.max(rows) * UP * UP + TINY)


def _by_neuron(centre: _Centre, columns: Columns, R: Floats) -> tuple[Floats, Floats]:
    """The R of (w_j, b_j), m x (d+1), and of v_j, m x K; 0 for parameters that are not chosen."""
    d1 = centre.ones.shape[1]
    full = np.zeros((len(centre.v), d1 + centre.v.shape[1]))
    full.flat[columns] = R
    return full[:, :d1], full[:, d1:]


def _integers(A: Floats) -> tuple[Floats, Columns]:
    """Integers a, |a| <= 2^30, and exponents e: the right inverse in use has the entries a_cl 2^(e_c) exactly.

    Rows below 2^-900 become 0, with an exponent that makes the column of J nothing, too.
    """
    largest = np.abs(A).max(axis=1)
    dead = largest < 2.0**-900
    exponents = np.where(dead, DEAD, np.frexp(largest)[1] - A_BITS).astype(np.int64)
    return np.where(dead[:, None], 0.0, np.rint(np.ldexp(A, -exponents[:, None]))), exponents


def _defect(J: Floats, A: Floats, exponents: Columns, progress: Progress) -> float:
    """At least |I - J A'|, A' = A 2^exponents, maximum norm, for float64 J and integers |A| <= 2^30.

    With one scale 2^T for all, the J_ic 2^(e_c + T) are integers |K_ic| <= 2^47 but for half a unit each.
    """
    n, k = J.shape
    largest = np.abs(J).max(axis=0)
    sizes = np.where(largest > 0, np.frexp(largest)[1] + exponents, DEAD)
    T = J_BITS - int(sizes.max())
    high_A = np.rint(A * 2.0**-SLICE)  # |A - 2^15 high| <= 2^14
    low_A = A - 2.0**SLICE * high_A
    total_A = np.abs(A).sum(axis=1).sum() * UP
    worst = 0.0
    for start in range(0, n, ROWS):
        progress("second opinion: product", start / n)
        K = np.rint(np.ldexp(J[start : start + ROWS], exponents + T))  # exact, but for half a unit an entry
        high_K = np.rint(K * 2.0**-24)
        low_K = K - 2.0**24 * high_K
        E, size = np.zeros((len(K), n)), np.zeros((len(K), n))
        E[np.arange(len(K)), np.arange(start, start + len(K))] = -1.0
        for c in range(0, k, BLOCK):
            for left, shift in ((high_K, 24), (low_K, 0)):
                for right, more in ((high_A, SLICE), (low_A, 0)):
                    term = np.ldexp(left[:, c : c + BLOCK] @ right[c : c + BLOCK], shift + more - T)  # exact
                    E += term
                    size += np.abs(term)
        terms = 4 * (-(-k // BLOCK)) + 1  # the only roundings: sums of so many terms
        rows = np.abs(E).sum(axis=1) + (terms + 1) * U * (size + 1.0).sum(axis=1)
        worst = float(np.maximum(worst, rows.max()))
    return float(worst * UP + np.ldexp(0.5 * total_A, -T) * UP + TINY)


def _curvature(psi: Activation, centre: _Centre, at: _Derivative, columns: Columns, R: Floats, r: float) -> float:
    """At least L = max over i, k of sum_j (|v_jk| M2 S_ij + 2 M1 V_jk) S_ij on the radius r."""
    inner, moves = _by_neuron(centre, columns, R)
    S = ((np.abs(centre.ones) + TINY) @ inner.T) * UP + TINY  # TINY: inputs that float64 takes for 0
    if psi.name in CURVATURE:
        first, second = (np.full(S.shape, float(c) * UP) for c in CURVATURE[psi.name])
    else:
        with precision(BITS):
            reach = (r * S * UP + TINY).ravel().tolist()
            intervals = [s + arb(0, delta) for s, delta in zip(at.arguments, reach, strict=True)]
            found = derivative_bounds(psi, intervals)
            tops = [float(x.upper()) * UP + TINY if x.is_finite() else math.inf for pair in found for x in pair]
        both = np.array(tops).reshape(*S.shape, 2)
        first, second = both[:, :, 0], both[:, :, 1]
    rows = [
        (((np.abs(v) * second + TINY) * S + 2 * first * V + TINY) * S + TINY).sum(axis=1)
        for v, V in zip(centre.v.T, moves.T, strict=True)
    ]
    return float(np.max(rows) * UP * UP)
