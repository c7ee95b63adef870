"""Evidence of kind rank-bound: almost no label vector is taken (SPEC.md, section 5)."""

from __future__ import annotations

from .claims import Claim, parse_claim
from .matrices import Shallow
from .minors import Progress
from .reader import Reader, Rejected
from .shallow_bounds import shallow_bound
from .verdict import Proof

parse = parse_claim


def check(claim: Claim, reader: Reader, progress: Progress) -> Proof:
    """Accepts the evidence or raises `Rejected`; returns the theorems that the verdict needs."""
    record, _ = reader.line()
    if type(record) is not dict or record.pop("evidence", None) != "rank-bound":
        raise Rejected("evidence: an obstruction needs the kind rank-bound")
    jacobian = Shallow(claim.activation, True, ("W", "b", "v"), claim.inputs, claim.width)
    bound, rules = shallow_bound(jacobian, record)
    if claim.at_most is None or bound > claim.at_most:
        number = bound if bound.bit_length() < 100 else "a much larger number"
        raise Rejected(f"the rules give a rank of at most {number}, not {claim.at_most}")
    return Proof(("sard", *(f"rule-{name}" for name in rules)))
