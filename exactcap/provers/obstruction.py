"""Prove that almost no label vector is taken: the rank of the Jacobian is too small for all parameters."""

from __future__ import annotations

from exactcap.certificates.format import Certificate
from exactcap.claims import Inputs, Obstruction
from exactcap.models.activations import Activation
from exactcap.provers.bounds import RankBound, rank_bound
from exactcap.provers.outcome import Finding, Outcome
from exactcap.provers.records import activation_record


def obstruction_certificate(activation: Activation, inputs: Inputs, width: int, bound: RankBound) -> Certificate:
    """The certificate that no more than ``bound.value`` of the inputs take every label vector."""
    claim = Obstruction(activation_record(activation), bound.value, inputs, width)
    return Certificate(claim, ("sard", *(f"rule-{name}" for name in bound.rules)), (bound.evidence,))


def prove_obstruction(activation: Activation, inputs: Inputs, width: int) -> Outcome:
    """PROVED when the rules of SPEC.md, section 4, bound the rank below the number of inputs, else UNDECIDED.

    >>> from exactcap.claims import Generic
    >>> prove_obstruction(Activation("exp"), Generic(4, 30), 4).finding
    <Finding.PROVED: 'PROVED'>
    """
    n, bound = inputs.n_samples, rank_bound(activation, inputs, width)
    rules = ", ".join(bound.rules)
    if bound.value < n:
        reason = f"the Jacobian's rank is at most {bound.value} for all parameters, by rule {rules}, and {n} are needed"
        return Outcome(Finding.PROVED, reason, obstruction_certificate(activation, inputs, width, bound))
    reason = (
        f"the rules ({rules}) bound the rank by {bound.value} only, not below {n}; "
        "this does not mean that every label vector is taken"
    )
    return Outcome(Finding.UNDECIDED, reason)
