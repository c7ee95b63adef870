"""Prove that every label vector is taken, by the paired argument or a regular zero; or refute it by an obstruction."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from exactcap.certificates.format import Certificate
from exactcap.claims import Inputs, Interpolation
from exactcap.errors import InputError
from exactcap.models.activations import Activation, require_blocks
from exactcap.provers.bounds import rank_bound
from exactcap.provers.obstruction import prove_obstruction
from exactcap.provers.outcome import Finding, Outcome, Progress, silent
from exactcap.provers.paired import Minor, PairedProblem, largest_minor, paired_certificate, paired_problem
from exactcap.provers.records import activation_model, activation_record
from exactcap.provers.regular_zero import prove_zero, require_table, why_excluded

Method = Literal["paired", "regular-zero", "best"]


def prove_interpolation(
    claim: Interpolation,
    blocks: tuple[str, ...] | None = None,
    seed: int = 0,
    progress: Progress = silent,
    method: Method = "best",
) -> Outcome:
    """PROVED by full rank of half the neurons or by a regular zero, REFUTED by an obstruction, or UNDECIDED.

    ``blocks`` are the Jacobian blocks that may enter the paired rank, by default all that the activation can certify.
    "best" is the paired argument where it suffices, else a regular zero where there may be one. Raises InputError for
    blocks that the activation does not have, and for a method that does not apply.

    >>> from exactcap.claims import Activation, Generic
    >>> prove_interpolation(Interpolation(Activation("tanh"), Generic(4, 24), 8)).finding
    <Finding.PROVED: 'PROVED'>
    >>> prove_interpolation(Interpolation(Activation("exp"), Generic(4, 24), 4)).reason
    "the Jacobian's rank is at most 20 for all parameters, by rule U2, U9, and 24 are needed"
    """
    activation = activation_model(claim.activation)
    used, with_zeros = arguments(activation, claim.inputs, blocks, method)
    opposite = prove_obstruction(activation, claim.inputs, claim.width)
    if opposite.finding is Finding.PROVED:
        return replace(opposite, finding=Finding.REFUTED)
    paired = None if used is None else _prove_paired(claim, activation, used, seed, progress)
    if paired is not None and (paired.finding is Finding.PROVED or not with_zeros):
        return paired
    certificate = prove_zero(claim, seed, progress)
    if isinstance(certificate, str):
        return Outcome(Finding.UNDECIDED, certificate if paired is None else f"{paired.reason}; {certificate}")
    return Outcome(Finding.PROVED, zero_reason(certificate), certificate)


def arguments(
    activation: Activation, inputs: Inputs, blocks: tuple[str, ...] | None, method: Method
) -> tuple[tuple[str, ...] | None, bool]:
    """The blocks of the paired argument, None where it is not used; and whether regular zeros are looked for.

    Raises InputError when the method does not apply.
    """
    if method == "regular-zero":
        if blocks is not None:
            raise InputError(
                "blocks: a regular zero uses all of W, b and v; leave --blocks out, or use --method paired"
            )
        require_table(activation, inputs)
        return None, True
    with_zeros = method == "best" and blocks is None and _zeros_apply(activation, inputs)
    if with_zeros and not activation.blocks:
        return None, True
    return require_blocks(activation, blocks), with_zeros


def _zeros_apply(activation: Activation, inputs: Inputs) -> bool:
    """Whether a regular zero of some width could be certified."""
    return why_excluded(activation, inputs, inputs.n_samples + 1) is None


def zero_reason(certificate: Certificate) -> str:
    """What the certificate of a regular zero shows, in a sentence."""
    claim, neurons = certificate.claim, len(certificate.evidence[2]["biases"])
    assert isinstance(claim, Interpolation)
    return (
        f"regular zero: {neurons_text(neurons)} with outputs exactly 0 on all rows, at a point where the Jacobian has "
        f"rank {claim.inputs.n_samples} (Newton-Kantorovich)"
    )


def _prove_paired(
    claim: Interpolation, activation: Activation, used: tuple[str, ...], seed: int, progress: Progress
) -> Outcome:
    n = claim.inputs.n_samples
    most = min(claim.width // 2, n)
    least = fewest_neurons(claim.inputs, activation, used, most, n)
    if least is None:
        return Outcome(Finding.UNDECIDED, _too_narrow(claim.inputs, activation, used, most))
    problem = paired_problem(activation, claim.inputs, used, seed)
    found, minor = search_neurons(problem, least, most, n, progress)
    if minor.rank < n:
        reason = (
            f"the paired argument needs rank {n}, and {neurons_text(found)} reached {minor.rank} at the points drawn; "
            "another seed or another argument may succeed"
        )
        return Outcome(Finding.UNDECIDED, reason)
    reason = f"paired argument: the Jacobian of {neurons_text(found)} has rank {n} at an integer point"
    return Outcome(Finding.PROVED, reason, paired_certificate(claim, problem, minor, progress))


def decide_obstruction(
    activation: Activation, inputs: Inputs, width: int, seed: int = 0, progress: Progress = silent
) -> Outcome:
    """The opposite question: PROVED with an obstruction, REFUTED with an interpolation's certificate, or UNDECIDED."""
    direct = prove_obstruction(activation, inputs, width)
    if direct.finding is Finding.PROVED or not (activation.blocks or _zeros_apply(activation, inputs)):
        return direct
    opposite = prove_interpolation(Interpolation(activation_record(activation), inputs, width), None, seed, progress)
    return replace(opposite, finding=Finding.REFUTED) if opposite.finding is Finding.PROVED else direct


def fewest_neurons(
    inputs: Inputs, activation: Activation, blocks: tuple[str, ...], most: int, target: int
) -> int | None:
    """The least number of neurons whose rank the rules do not bound below ``target``; None if ``most`` are too few."""

    def excluded(neurons: int) -> bool:
        return neurons_bound(inputs, activation, blocks, neurons) < target

    if most < 1 or excluded(most):
        return None
    low, high = 0, most  # excluded(low) or low = 0; the bounds grow with the number of neurons
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if excluded(middle) else (low, middle)
    return high


def neurons_bound(inputs: Inputs, activation: Activation, blocks: tuple[str, ...], neurons: int) -> int:
    """An upper bound for the rank of the chosen blocks of ``neurons`` neurons: the rules, and the number of columns."""
    columns = neurons * sum(inputs.n_inputs if name == "W" else 1 for name in blocks)
    return min(columns, rank_bound(activation, inputs, neurons, "v" in blocks).value)


def search_neurons(
    problem: PairedProblem, least: int, most: int, target: int, progress: Progress = silent
) -> tuple[int, Minor]:
    """A number of neurons between ``least`` and ``most`` that reaches rank ``target``, else the best minor found.

    Starts at ``least`` and grows by an eighth, so that the matrix stays near the least size. What a generic neuron adds
    to the rank never grows with the number of neurons, so the search ends when more neurons add nothing.
    """
    neurons, minor = least, largest_minor(problem, least, target, progress)
    while minor.rank < target and neurons < most:
        more = min(most, neurons + max(1, neurons // 8))
        larger = largest_minor(problem, more, target, progress)
        if larger.rank <= minor.rank:
            break
        neurons, minor = more, larger
    return neurons, minor


def _too_narrow(inputs: Inputs, activation: Activation, blocks: tuple[str, ...], most: int) -> str:
    if most < 1:
        return "the paired argument needs a width of at least 2; another argument may succeed"
    bound, least = rank_bound(activation, inputs, most, "v" in blocks), neurons_bound(inputs, activation, blocks, most)
    why = f"rule {', '.join(bound.rules)}" if bound.value == least else "their number"
    return (
        f"the paired argument uses {neurons_text(most)}, whose {','.join(blocks)} columns have rank at most {least} "
        f"< {inputs.n_samples} ({why}); a larger width or another argument may succeed"
    )


def neurons_text(count: int) -> str:
    """For example "1 neuron"."""
    return f"{count} neuron" if count == 1 else f"{count} neurons"
