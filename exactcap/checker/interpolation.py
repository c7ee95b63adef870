"""Every label vector is taken: by paired neurons (SPEC.md, section 3) or a regular zero (SPEC-NETWORKS.md, N4)."""

from __future__ import annotations

from fractions import Fraction

from .centre import affine, read_parameters
from .claims import Claim, parse_claim
from .minors import (
    Progress,
    chosen_neurons,
    integer_rows,
    read_inputs,
    require_witness,
    scaling,
    shallow_rows,
    specialisation,
)
from .newton import zero_near
from .reader import Reader, Rejected, array, fields, increasing, integer
from .verdict import Proof

parse = parse_claim


def check(claim: Claim, reader: Reader, progress: Progress) -> Proof:
    """Accepts the evidence or raises `Rejected`; returns the theorems that the verdict needs."""
    first, _ = reader.line()
    if type(first) is dict and first.get("evidence") == "regular-zero":
        fields(first, ("evidence",), "evidence")
        return _regular_zero(claim, reader, progress)
    return _paired_rank(claim, first, reader, progress)


def _paired_rank(claim: Claim, first: object, reader: Reader, progress: Progress) -> Proof:
    """The Jacobian of half the neurons has rank n."""
    n, d = claim.inputs.n_samples, claim.inputs.n_inputs
    exponential = claim.activation.is_exponential()
    point = specialisation(first, "paired-rank", exponential)
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


def _regular_zero(claim: Claim, reader: Reader, progress: Progress) -> Proof:
    """Near the stated weights the network is 0 on all rows, and its Jacobian has rank n there."""
    if not claim.inputs.is_table:
        raise Rejected("evidence: regular-zero is for the inputs of a table")
    d = claim.inputs.n_inputs
    points = affine(claim.inputs.values, *scaling(d, *reader.record("factors", "shifts")))
    centre = read_parameters(d, 1, "evidence", *reader.record("biases", "outer", "weights"))
    if len(centre.outer) > claim.width:
        raise Rejected("biases: more neurons than the claim's width")
    zero = [[Fraction(0)]] * claim.inputs.n_samples
    if zero_near(claim.activation, points, centre, zero, reader, progress) is None:
        raise Rejected("witness: a regular zero needs the inverse")
    return Proof(("newton-kantorovich", "regular-zero"))
