"""Evidence of kind paired-rank: every label vector is taken (SPEC.md, section 3)."""

from __future__ import annotations

from .claims import Claim, parse_claim
from .minors import (
    Progress,
    chosen_neurons,
    integer_rows,
    read_inputs,
    read_specialisation,
    require_witness,
    shallow_rows,
)
from .reader import Reader, Rejected, array, increasing, integer
from .verdict import Proof

parse = parse_claim


def check(claim: Claim, reader: Reader, progress: Progress) -> Proof:
    """Accepts the evidence or raises `Rejected`; returns the theorems that the verdict needs."""
    n, d = claim.inputs.n_samples, claim.inputs.n_inputs
    exponential = claim.activation.is_exponential()
    point = read_specialisation(reader, "paired-rank", exponential)
    inputs = read_inputs(claim.inputs, reader, point.period)
    array(inputs, "points", n)
    biases_line, weights_line = reader.record("biases", "weights")
    biases = [integer(b, "biases") % point.period for b in array(biases_line, "biases")]
    weights = integer_rows(array(weights_line, "weights", len(biases)), d, point.period, "weights")
    # each neuron is used twice, with opposite outer weights; spare neurons get outer weight 0
    if not 1 <= len(biases) <= n or 2 * len(biases) > claim.width:
        raise Rejected(f"biases: {len(biases)} neurons need a width of at least twice that, and at most {n} are of use")
    (columns,) = reader.record("columns")
    neurons = chosen_neurons(weights, biases, increasing(columns, 0, len(biases) * (d + 2) - 1, "columns", n))
    require_witness(reader, shallow_rows(inputs, neurons, claim.activation, point, n), n, point.p, progress)
    theorems = ["paired-submersion"]
    if exponential:
        theorems.append("hermite-lindemann")
    if not claim.inputs.is_table:
        theorems.append("analytic-zeros")
    return Proof(tuple(theorems))
