"""Claims that an exact solution exists near given weights (SPEC-NETWORKS.md, N3)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .activations import Activation, activation
from .centre import Parameters, affine, read_parameters, vector
from .claims import Inputs, parse_inputs
from .labels import Labels, parse_labels
from .minors import Progress, scaling
from .newton import MAX_ROWS, zero_near
from .reader import Reader, Rejected, array, fields, integer_between
from .verdict import Proof

MAX_EXPONENT = 400


@dataclass(frozen=True)
class NearbyClaim:
    """Some parameters within mantissa 10^exponent of the given ones take the targets at all rows."""

    activation: Activation
    inputs: Inputs
    labels: Labels
    parameters: Parameters
    factors: list[Fraction]
    shifts: list[Fraction]
    offset: list[Fraction]
    mantissa: int
    exponent: int

    def statement(self) -> str:
        digits = str(self.mantissa)
        distance = f"{digits[0]}.{digits[1:] or 0}e{self.exponent + len(digits) - 1}"
        outputs = f" with {len(self.offset)} outputs" if len(self.offset) > 1 else ""
        more = ", plus a given constant," if any(self.offset) else ""
        if any(self.shifts) or any(factor != 1 for factor in self.factors):
            more = f"{more.rstrip(',')}, on columns scaled by given affine maps,"
        return (
            f"within {distance} of the given weights there are some with which the two-layer "
            f"{self.activation.text()} network of width {len(self.parameters.outer)}{outputs}{more} takes the label "
            f"y_i at input i for all i, exactly ({self.inputs.text()}; {self.labels.text()})"
        )


def parse(value: Any) -> NearbyClaim:
    """The claim of a claim line's object of family "nearby"."""
    keys = (
        "activation", "biases", "distance", "factors", "inputs", "labels", "offset", "outer", "shifts", "weights",
    )  # fmt: skip
    psi, biases, distance, factors, inputs_line, labels_line, offset, outer, shifts, weights, _ = fields(
        value, (*keys, "family"), "claim"
    )
    inputs = parse_inputs(inputs_line)
    if not inputs.is_table:
        raise Rejected("claim, inputs: given weights are for a table")
    if activation(psi).name == "log":
        raise Rejected("claim, activation: log has no evidence of this kind")
    labels = parse_labels(labels_line, inputs.n_samples)
    d, outputs = inputs.n_inputs, labels.outputs()
    mantissa, exponent = array(distance, "claim, distance", 2)
    return NearbyClaim(
        activation(psi),
        inputs,
        labels,
        read_parameters(d, outputs, "claim", biases, outer, weights),
        *scaling(d, factors, shifts),
        vector(offset, outputs, "claim, offset"),
        integer_between(mantissa, 1, 2**53 - 1, "claim, distance"),
        integer_between(exponent, -MAX_EXPONENT, MAX_EXPONENT, "claim, distance"),
    )


def check(claim: NearbyClaim, reader: Reader, progress: Progress) -> Proof:
    """Accepts when the lemma gives an exact solution within the distance, or raises `Rejected`."""
    (kind,) = reader.record("evidence")
    if kind != "newton-kantorovich":
        raise Rejected("evidence: this claim needs the kind newton-kantorovich")
    given, outputs = claim.parameters, len(claim.offset)
    centre = read_parameters(claim.inputs.n_inputs, outputs, "evidence", *reader.record("biases", "outer", "weights"))
    if len(centre.outer) != len(given.outer):
        raise Rejected("evidence, outer: the centre has another width than the claim")
    targets = [[t - c for t, c in zip(target, claim.offset, strict=True)] for target in claim.labels.targets]
    points = affine(claim.inputs.values, claim.factors, claim.shifts)
    moved = zero_near(claim.activation, points, centre, targets, reader, progress)
    if moved is None:
        size = f"{claim.inputs.n_samples} rows" + (f" of {outputs} outputs" if outputs > 1 else "")
        return Proof(("newton-kantorovich",), unchecked=f"{size} are beyond the reach of this checker, {MAX_ROWS}")
    moved += max(abs(a - b) for a, b in zip(centre.flat(), given.flat(), strict=True))
    if moved > claim.mantissa * Fraction(10) ** claim.exponent:
        raise Rejected("claim, distance: the evidence gives a solution further away only")
    return Proof(("newton-kantorovich",))
