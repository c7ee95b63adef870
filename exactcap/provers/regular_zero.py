"""Every label vector is taken, by a regular zero: all outputs 0, a Jacobian of rank n (SPEC-NETWORKS.md, N4)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from exactcap.certificates.format import Certificate
from exactcap.claims import Inputs, Interpolation, Table
from exactcap.errors import InputError
from exactcap.models.activations import Activation
from exactcap.provers.bounds import rank_bound
from exactcap.provers.newton import NewtonProof, affine_inputs, newton_evidence, newton_kantorovich, rationals
from exactcap.provers.outcome import Progress, silent
from exactcap.provers.records import activation_model
from exactcap.provers.right_inverse import MAX_WITNESS
from exactcap.training.regular_zero import zeros
from exactcap.training.standardise import standardise

EASY = Fraction(3, 5)  # of the rank bound: zeros are found at once when n is at most that


def regular_zero_certificate(claim: Interpolation, proof: NewtonProof) -> Certificate:
    """The certificate of a claim at a table, from the proof of a zero with as many neurons as its width, or fewer."""
    affine: dict[str, Any] = {"factors": rationals(proof.centre.factors), "shifts": rationals(proof.centre.shifts)}
    evidence: tuple[Mapping[str, Any], ...] = ({"evidence": "regular-zero"}, affine, *newton_evidence(proof))
    return Certificate(claim, ("newton-kantorovich", "regular-zero"), evidence)


def why_excluded(activation: Activation, inputs: Inputs, width: int) -> str | None:
    """Why no regular zero certifies this claim, or None when one may: the rules must leave room for it.

    >>> from exactcap.claims import Generic
    >>> why_excluded(Activation("tanh"), Generic(4, 24), 8)
    'the zero is at given inputs, and these are generic; give a data table'
    """
    if not isinstance(inputs, Table):
        return "the zero is at given inputs, and these are generic; give a data table"
    n, parameters = inputs.n_samples, width * (inputs.n_inputs + 2)
    if activation.name == "log":
        return "log is not smooth at 0; choose another activation"
    if n > MAX_WITNESS:
        return f"{n} rows are more than the {MAX_WITNESS} that the independent checker follows; take fewer"
    if n >= parameters:
        return f"{n} rows, and a regular zero of width {width} has rank at most {parameters - 1}; take a larger width"
    return None


def enough_neurons(activation: Activation, table: Table, width: int) -> int:
    """As many neurons, ``width`` at most, as make zeros easy to find; further ones only cost time."""
    n = table.n_samples
    low, high = 0, min(width, 2 * n + 2)

    def easy(neurons: int) -> bool:
        return n <= EASY * rank_bound(activation, table, neurons).value

    if not easy(high):
        return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if easy(middle) else (middle, high)
    return high


def prove_zero(claim: Interpolation, seed: int = 0, progress: Progress = silent) -> Certificate | str:
    """The certificate of a regular zero near one that a search in float64 finds, or why there is none.

    >>> from exactcap.provers.records import read_activation
    >>> table = Table(("x",), "y", (1, 2), (("0",), ("1",)))
    >>> certificate = prove_zero(Interpolation(activation=read_activation("tanh"), inputs=table, width=3))
    >>> certificate.relies_on
    ('newton-kantorovich', 'regular-zero')
    """
    psi, table = activation_model(claim.activation), claim.inputs
    excluded = why_excluded(psi, table, claim.width)
    if excluded is not None:
        return f"regular zero: {excluded}"
    assert isinstance(table, Table)
    rows, n = table.fractions(), table.n_samples
    neurons = enough_neurons(psi, table, claim.width)
    reason = "none was found in float64"
    try:
        for weights in zeros(psi, rows, neurons, seed, progress):
            proof = newton_kantorovich(psi, affine_inputs(rows, weights), weights, [Fraction(0)] * n, progress)
            if not isinstance(proof, str):
                return regular_zero_certificate(claim, proof)
            reason = f"what float64 found is not proved: {proof}"
    except InputError as error:  # numbers beyond float64, a Jacobian beyond memory: of the search, not of the claim
        return f"regular zero: {error}"
    return f"regular zero of {neurons} neurons: {reason}; another seed may succeed, and a larger width will sooner"


def require_table(activation: Activation, inputs: Inputs) -> Table:
    """The table, where regular zeros of some width can be certified; raises InputError."""
    excluded = why_excluded(activation, inputs, inputs.n_samples + 1)
    if excluded is not None:
        raise InputError(f"method: regular-zero: {excluded}, or use --method paired")
    assert isinstance(inputs, Table)
    return inputs


def spread_rows(table: Table) -> list[int]:
    """All positions, each row the farthest from those before it: a prefix has no close rows that a later one lacks.

    Gonzalez, "Clustering to minimize the maximum intercluster distance", 1985. Numbers beyond float64 stay as they are.
    """
    try:
        values = standardise(table.fractions()).values
    except InputError:
        return list(range(table.n_samples))
    order, nearest = [0], np.square(values - values[0]).sum(axis=1)
    nearest[0] = -1.0
    while len(order) < len(values):
        order.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, np.square(values - values[order[-1]]).sum(axis=1))
        nearest[order[-1]] = -1.0
    return order
