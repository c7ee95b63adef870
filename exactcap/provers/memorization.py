"""Prove that threshold networks of given widths memorize all separated data, or find small widths that do (G5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from exactcap.certificates.format import Certificate
from exactcap.claims import Memorization
from exactcap.errors import InputError
from exactcap.models.three_stage import Instance, Stage, Witness, batch, three_stages
from exactcap.models.three_stage_search import (
    largest_batch,
    least_second_layer,
    smallest_witness,
    strained_witness,
)
from exactcap.provers.outcome import Finding, Outcome, Progress, silent

PRECISIONS = (128, 256)
THEOREMS = ("plackett", "monotone-correlation", "rule-corner", "rule-signs", "rule-three-stage")


@dataclass(frozen=True)
class Attempt:
    """An outcome, the witness that was tried last (None: none was found), and its three bounds as text."""

    outcome: Outcome
    witness: Witness | None
    stages: tuple[Stage, ...] = ()


def require_threshold(activation: str) -> None:
    """Raises InputError for another activation than threshold."""
    if activation != "threshold":
        raise InputError(
            f"activation: {activation}: Theorem E is instantiated for threshold units; use --activation threshold"
        )


def require_distances(points: int, squared: Fraction, separation: str) -> None:
    """Raises InputError where so many unit vectors cannot lie so far apart; ``separation`` is the distance in words."""
    if squared > 2 and points > squared / (squared - 2):  # Rankin: at most that many, since the sum has a length >= 0
        raise InputError(
            f"points: at most {int(squared / (squared - 2))} unit vectors have pairwise distances of {separation} or "
            "more, so the claim would be about nothing; lower --separation or --points"
        )


def prove_memorization(claim: Memorization, progress: Progress = silent) -> Attempt:
    """PROVED with a witness that may use fewer units, or UNDECIDED with the condition that fails and what would help.

    Raises InputError for another activation than threshold, and for n3 < 2.

    >>> prove_memorization(Memorization("threshold", 1000, 1000, "2", (40000, 60000, 2000))).outcome.finding
    <Finding.PROVED: 'PROVED'>
    >>> print(prove_memorization(Memorization("threshold", 2, 2, "2", (2000, 20, 4))).outcome.reason)
    condition 2 (layer 2) is not shown: p2 > (T_min - 1)/n2 is not certain: [0.023847 +/- 6.84e-8] and
    [0.15000 +/- 3e-10]; what the search finds to help: n2 = 287 with this n1 and n3, or widths 1127, 582, 4 in all
    """
    require_threshold(claim.activation)
    instance = Instance(claim.points, claim.ones, Fraction(claim.separation_squared))
    n1, n2, n3 = claim.widths
    if n3 < 2:
        raise InputError(f"widths: n3 = {n3}, but layer 3 has two units for each batch of ones; give n3 >= 2")
    progress("search", 0.0)
    size = batch(instance.ones, n3)
    witness = least_second_layer(instance, n1, size)
    if witness and witness.used[1] <= n2:
        return _decided(instance, claim.widths, witness)
    progress("search", 0.3)
    helps = [] if witness is None else [f"n2 = {witness.used[1]} with this n1 and n3"]
    fitting = _largest_fitting(instance, n1, n2, size - 1)
    if fitting:
        helps.append(f"n3 = {fitting.used[2]} with this n1 and n2")
        tried = replace(fitting, used=(n1, fitting.used[1], n3))
    else:
        single = least_second_layer(instance, n1, 1)
        tried = replace(single, used=claim.widths) if single else strained_witness(instance, claim.widths)
    progress("search", 0.5)
    smallest = smallest_witness(instance, lambda phase, fraction: progress(phase, 0.5 + fraction / 2))
    if smallest:
        helps.append(f"widths {', '.join(map(str, smallest.used))} in all")
    attempt = _decided(instance, claim.widths, tried)
    assert attempt.outcome.finding is Finding.UNDECIDED or fitting is None
    return replace(attempt, outcome=replace(attempt.outcome, reason=attempt.outcome.reason + _advice(helps)))


def find_smallest(points: int, ones: int, separation_squared: Fraction, progress: Progress = silent) -> Attempt:
    """PROVED with the smallest widths n1 + n2 + n3 that the search finds; it is no proof that fewer units fail."""
    instance = Instance(points, ones, separation_squared)
    witness = smallest_witness(instance, progress)
    if witness is None:
        return Attempt(
            Outcome(Finding.UNDECIDED, "no widths below 2^52 were found; take fewer points or a larger separation"),
            None,
        )
    return _decided(instance, witness.used, witness)


def _largest_fitting(instance: Instance, n1: int, n2: int, limit: int) -> Witness | None:
    """A witness for n1 and n2 units and batches as large as can be, but at most ``limit``."""
    size = min(largest_batch(instance, n1, n2), limit)
    for smaller in (size, size * 19 // 20, size * 3 // 4, size // 2):
        witness = least_second_layer(instance, n1, smaller) if smaller else None
        if witness and witness.used[1] <= n2:
            return witness
    return None


def _decided(instance: Instance, widths: Sequence[int], witness: Witness) -> Attempt:
    """What balls say of a witness."""
    for bits in PRECISIONS:
        stages = three_stages(instance, witness, bits)
        if all(stage.holds for stage in stages):
            n1, n2, n3 = widths
            claim = Memorization(
                "threshold", instance.ones, instance.points, str(instance.separation_squared), (n1, n2, n3)
            )
            reason = "random weights fail in layers 1, 2, 3 with probabilities below 1"
            certificate = Certificate(claim, THEOREMS, (evidence(witness),))
            return Attempt(Outcome(Finding.PROVED, reason, certificate), witness, stages)
    number = next(k for k, stage in enumerate(stages, start=1) if not stage.holds)
    reason = f"condition {number} (layer {number}) is not shown: {stages[number - 1].text}"
    return Attempt(Outcome(Finding.UNDECIDED, reason), witness, stages)


def evidence(witness: Witness) -> dict[str, object]:
    """The line of evidence."""
    return {
        "evidence": "witness",
        "used": list(witness.used),
        "bias_1": str(witness.bias_1),
        "bias_2": str(witness.bias_2),
        "norm_epsilon": str(witness.norm_epsilon),
        "inner_epsilon": str(witness.inner_epsilon),
        "least": witness.least,
        "most": witness.most,
    }


def _advice(helps: Sequence[str]) -> str:
    return f"; what the search finds to help: {', or '.join(helps)}" if helps else "; no widths below 2^52 were found"
