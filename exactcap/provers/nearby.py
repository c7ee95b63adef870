"""Prove that exact solutions exist near given weights (SPEC-NETWORKS.md, N3)."""

from __future__ import annotations

from fractions import Fraction

from exactcap.certificates.format import Certificate
from exactcap.claims import Activation, Classes, Labels, Nearby, Table
from exactcap.errors import InputError
from exactcap.provers.newton import (
    NewtonProof,
    affine_inputs,
    newton_evidence,
    newton_kantorovich,
    outer_rationals,
    rationals,
)
from exactcap.provers.outcome import Finding, Outcome, Progress, silent
from exactcap.provers.records import activation_model
from exactcap.training.weights import Weights

DIGITS = 3


def prove_nearby(
    activation: Activation, table: Table, labels: Labels, weights: Weights, progress: Progress = silent
) -> Outcome:
    """PROVED with a certificate that exact solutions lie near the weights, or UNDECIDED with the reason.

    The rows of the table are pairwise different, the targets have an entry for each output. For more than 1800 rows
    times outputs the certificate holds no witness, and the checker leaves it unchecked; `recheck.recheck_nearby` is a
    second opinion. Raises InputError for weights that do not fit the table or the labels, and for log.

    >>> import numpy as np
    >>> from exactcap.claims import Numbers
    >>> table = Table(("x",), "y", (1, 2), (("0",), ("1",)))
    >>> line = Weights("exp", np.ones((2, 1)), np.array([0.0, 1.0]), np.ones(2), 0.0, np.ones(1), np.zeros(1))
    >>> prove_nearby(Activation("exp"), table, Numbers(("1859/500", "10107/1000")), line).reason
    'Newton-Kantorovich: exact solutions lie within 5.11e-5 of the given weights'
    """
    targets = labels.targets()
    outputs = weights.outputs
    if any(len(target) != outputs for target in targets):
        had = f"{labels.text()}, codes of length {len(targets[0])}" if isinstance(labels, Classes) else labels.text()
        raise InputError(
            f"labels: {had}, but the weights have {outputs} output{'' if outputs == 1 else 's'}; give codes of length "
            f"{outputs}, one for each class, or weights with {len(targets[0])}"
        )
    if table.n_inputs != weights.n_inputs:
        raise InputError(
            f"weights: W has {weights.n_inputs} columns, the table {table.n_inputs}; give weights trained on this table"
        )
    inputs = affine_inputs(table.fractions(), weights)
    found = newton_kantorovich(
        activation_model(activation), inputs, weights, [t for target in targets for t in target], progress
    )
    if isinstance(found, str):
        return Outcome(Finding.UNDECIDED, found)
    certificate = nearby_certificate(activation, table, labels, weights, found)
    assert isinstance(certificate.claim, Nearby)
    reason = f"Newton-Kantorovich: exact solutions lie within {certificate.claim.distance_text()} of the given weights"
    return Outcome(Finding.PROVED, reason, certificate)


def nearby_certificate(
    activation: Activation, table: Table, labels: Labels, weights: Weights, proof: NewtonProof
) -> Certificate:
    """The claim of what a proof shows, and its evidence."""
    claim = nearby_claim(activation, table, labels, weights, rounded_up(proof.distance, DIGITS))
    return Certificate(claim, ("newton-kantorovich",), ({"evidence": "newton-kantorovich"}, *newton_evidence(proof)))


def nearby_claim(
    activation: Activation, table: Table, labels: Labels, weights: Weights, distance: tuple[int, int]
) -> Nearby:
    """That an exact solution lies within m 10^e, ``distance`` = (m, e), of the weights; the float64 numbers exactly."""
    offset = rationals(weights.offsets)
    return Nearby(
        activation,
        tuple(rationals(weights.b)),
        distance,
        tuple(rationals(weights.factors)),
        table,
        labels,
        offset[0] if len(offset) == 1 else tuple(offset),
        tuple(v if isinstance(v, str) else tuple(v) for v in outer_rationals(weights)),
        tuple(rationals(weights.shifts)),
        tuple(tuple(rationals(row)) for row in weights.W),
    )


def rounded_up(x: Fraction, digits: int) -> tuple[int, int]:
    """The least (m, e) with x <= m 10^e and ``digits`` digits in m, for x > 0.

    >>> rounded_up(Fraction(1, 3), 2), rounded_up(Fraction(999, 1000), 2), rounded_up(Fraction(500), 2)
    ((34, -2), (10, -1), (50, 1))
    """
    e = 0
    while x >= Fraction(10) ** (digits + e):
        e += 1
    while x < Fraction(10) ** (digits + e - 1):
        e -= 1
    m = -(-x // Fraction(10) ** e)
    return (m, e) if m < 10**digits else (m // 10, e + 1)
