"""Which prover decides which claim. Where a claim holds its own answer, that answer is decided, never another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from exactcap.certificates.format import Certificate
from exactcap.claims import (
    Claim,
    Classifies,
    Count,
    Dichotomies,
    Enclosure,
    Generic,
    Identity,
    Inequality,
    Interpolation,
    Kernel,
    Memorization,
    Memorizes,
    Mills,
    Nearby,
    Obstruction,
    Rank,
    Tangent,
)
from exactcap.errors import InputError
from exactcap.provers.outcome import Finding, Outcome, Progress

OPPOSITE = {Finding.PROVED: Finding.REFUTED, Finding.REFUTED: Finding.PROVED}


def outcome_of(claim: Claim, seed: int, progress: Progress) -> Outcome:
    """What the prover of its family finds; the claim is well-formed."""
    return _PROVERS[type(claim)](claim, seed, progress)


def _interpolation(claim: Interpolation, seed: int, progress: Progress) -> Outcome:
    from exactcap.provers.interpolation import prove_interpolation

    return prove_interpolation(claim, None, seed, progress)


def _obstruction(claim: Obstruction, seed: int, progress: Progress) -> Outcome:
    """More than ``at_most`` inputs are too many by the rank bound; or that many take every labelling."""
    from exactcap.provers.bounds import rank_bound
    from exactcap.provers.capacity import row_capacity
    from exactcap.provers.interpolation import prove_interpolation
    from exactcap.provers.obstruction import obstruction_certificate
    from exactcap.provers.records import activation_model

    psi, inputs, more = activation_model(claim.activation), claim.inputs, claim.at_most + 1
    bound = rank_bound(psi, inputs, claim.width)
    words = f"the Jacobian's rank is at most {bound.value} for all parameters, by rule {', '.join(bound.rules)}"
    if bound.value <= claim.at_most:
        certificate = obstruction_certificate(psi, inputs, claim.width, bound)
        return Outcome(Finding.PROVED, words, replace(certificate, claim=claim))
    undecided = Outcome(Finding.UNDECIDED, f"{words}, not at most {claim.at_most}")
    if more > inputs.n_samples:
        return undecided
    try:
        if isinstance(inputs, Generic):
            fewer = Interpolation(claim.activation, Generic(inputs.n_inputs, more), claim.width)
            opposite = prove_interpolation(fewer, None, seed, progress)
            return replace(opposite, finding=Finding.REFUTED) if opposite.finding is Finding.PROVED else undecided
        found = row_capacity(psi, inputs, claim.width, None, seed, progress)
    except InputError:  # no argument for interpolation takes this activation
        return undecided
    return Outcome(Finding.REFUTED, found.reason, found.interpolation) if found.lower >= more else undecided


def _rank(claim: Rank, seed: int, progress: Progress) -> Outcome:
    from exactcap.provers.rank import decide_rank

    return decide_rank(claim, seed, progress)


def _identity(claim: Identity, seed: int, progress: Progress) -> Outcome:
    from exactcap.provers.identity import prove_jacobian_identity

    return prove_jacobian_identity(claim, progress)


def _enclosure(claim: Enclosure, seed: int, progress: Progress) -> Outcome:
    """The digits of the claim, or more digits that contradict them."""
    from exactcap.provers.enclosure import enclose, most_digits

    digits = len(str(abs(claim.mantissa)))
    for more in (0, 10):
        if more and digits + more > most_digits(claim.quantity):
            break
        outcome = enclose(claim.quantity, max(2, digits + more), progress)
        if outcome.certificate is None:
            return outcome
        found = outcome.certificate.claim
        assert isinstance(found, Enclosure)
        if found == claim:
            return outcome
        if abs(found.leading() - claim.leading()) > 2:  # half a unit of one digit is at most half of the number
            return replace(outcome, finding=Finding.REFUTED)
        (low, high), (least, most) = found.ends(found.exponent), claim.ends(found.exponent)
        if least <= low and high <= most:
            return replace(outcome, certificate=replace(outcome.certificate, claim=claim))
        if high < least or most < low:
            return replace(outcome, finding=Finding.REFUTED)
    return Outcome(Finding.UNDECIDED, "the value lies too near to an end of the claimed interval; claim more digits")


def _count(claim: Count, seed: int, progress: Progress) -> Outcome:
    from exactcap.provers.count import counting_bound, dichotomies

    if isinstance(claim.of, Dichotomies):
        certificate = dichotomies(claim.of.points, claim.of.dimension, claim.of.affine)
        what = "dichotomies"
    else:
        certificate = counting_bound(claim.of.inputs, claim.of.width, progress).certificate
        what = "points that the count excludes, the least number"
    found = certificate.claim
    assert isinstance(found, Count)
    finding = Finding.PROVED if found == claim else Finding.REFUTED
    if finding is Finding.REFUTED and not isinstance(claim.of, Dichotomies) and claim.value < found.value:
        reason = f"the count excludes {found.value} points and no fewer; fewer may be impossible for another reason"
        return Outcome(Finding.UNDECIDED, reason, certificate)
    return Outcome(finding, f"{found.value} {what}", certificate)


def _inequality(claim: Inequality, seed: int, progress: Progress) -> Outcome:
    from exactcap.provers.inequality import prove_inequality

    return _turned(prove_inequality(claim.lemma, progress), claim.holds)


def _turned(outcome: Outcome, as_it_is: bool) -> Outcome:
    """The outcome for the opposite claim."""
    return outcome if as_it_is else replace(outcome, finding=OPPOSITE.get(outcome.finding, outcome.finding))


def _memorization(claim: Memorization, seed: int, progress: Progress) -> Outcome:
    from exactcap.provers.memorization import prove_memorization, require_distances

    squared = claim.separation_squared
    require_distances(claim.points, Fraction(squared), f"sqrt({squared})")
    return prove_memorization(claim, progress).outcome


def _mills(claim: Mills, seed: int, progress: Progress) -> Outcome:
    from exactcap.provers.mills import bound_data, prove_mills, refuted_at

    data = bound_data(claim.bound)
    low, high = (None if end is None else Fraction(end) for end in (claim.low, claim.high))
    if not claim.relation.startswith("not-"):
        return prove_mills(data, claim.relation, low, high, progress)
    assert low is not None
    found = refuted_at(data, claim.relation.removeprefix("not-"), low)
    missing = f"at x = {low} the bound holds, or fails by too little to be seen in intervals"
    return replace(found, finding=Finding.PROVED) if found else Outcome(Finding.UNDECIDED, missing)


def _kernel(claim: Kernel, seed: int, progress: Progress) -> Outcome:
    """What bounds the smallest eigenvalue by so much bounds it by less, too."""
    from exactcap.provers.kernel import prove_kernel

    outcome = prove_kernel(claim.activation, claim.inputs, claim.bias, progress)
    if claim.least is None or outcome.certificate is None or outcome.finding is Finding.REFUTED:
        return _turned(outcome, claim.least is not None)
    found = outcome.certificate.claim
    assert isinstance(found, Kernel)
    assert found.least is not None
    if _decimal(claim.least) <= _decimal(found.least):
        return replace(outcome, certificate=replace(outcome.certificate, claim=claim))
    return replace(outcome, finding=Finding.UNDECIDED, reason=f"{outcome.reason}; the bound claimed is not shown")


def _decimal(number: tuple[int, int]) -> Fraction:
    return number[0] * Fraction(10) ** number[1]


def _memorizes(claim: Memorizes, seed: int, progress: Progress) -> Outcome:
    """Nothing to find: the network is given, and the checker evaluates it."""
    certificate = Certificate(claim, (), ({"evidence": "evaluation"},))
    return Outcome(Finding.PROVED, "the given network is evaluated at every row", certificate)


def _classifies(claim: Classifies, seed: int, progress: Progress) -> Outcome:
    from exactcap.provers.classifies import prove_classifies

    return prove_classifies(claim, progress)


def _nearby(claim: Nearby, seed: int, progress: Progress) -> Outcome:
    """Solutions within a distance are within a larger one, too."""
    import numpy as np

    from exactcap.provers.nearby import prove_nearby
    from exactcap.training.weights import Weights

    psi = claim.activation
    numbers = (claim.biases, claim.offsets(), claim.factors, claim.shifts)
    b, offset, factors, shifts = (np.array([_float(text) for text in part]) for part in numbers)
    inner, v = (
        np.array([[_float(text) for text in row] for row in part]) for part in (claim.weights, claim.outer_rows())
    )
    weights = Weights(psi.text(), inner, b, v, offset, factors, shifts)
    outcome = prove_nearby(psi, claim.inputs, claim.labels, weights, progress)
    if outcome.certificate is None:
        return outcome
    found = outcome.certificate.claim
    assert isinstance(found, Nearby)
    if _decimal(found.distance) <= _decimal(claim.distance):
        return replace(outcome, certificate=replace(outcome.certificate, claim=claim))
    reason = f"exactcap finds solutions within {found.distance_text()} of the given weights, and no nearer ones"
    return Outcome(Finding.UNDECIDED, reason)


def _float(text: str) -> float:
    """The rational as a float64 that is equal to it; raises InputError."""
    exact = Fraction(text)
    try:
        number = float(exact)
    except OverflowError:
        number = 0.0
    if Fraction(number) != exact:
        raise InputError(
            f"weights: {text[:40]} is no float64, and Newton's method starts from those; round the weights"
        )
    return number


def _tangent(claim: Tangent, seed: int, progress: Progress) -> Outcome:
    from exactcap.provers.tangent import decide_tangent

    return _turned(decide_tangent(claim.inputs, claim.bias, claim.weights, seed, progress), claim.full)


_PROVERS: dict[type, Callable[[Any, int, Progress], Outcome]] = {
    Classifies: _classifies, Count: _count, Enclosure: _enclosure, Identity: _identity, Inequality: _inequality,
    Interpolation: _interpolation, Kernel: _kernel, Memorization: _memorization, Memorizes: _memorizes, Mills: _mills,
    Nearby: _nearby, Obstruction: _obstruction, Rank: _rank, Tangent: _tangent,
}  # fmt: skip
