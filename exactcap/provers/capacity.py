"""How many rows of a file take every labelling at a width, and the least width for all rows: proved intervals."""

from __future__ import annotations

from dataclasses import dataclass, replace

from exactcap.certificates.format import Certificate
from exactcap.claims import Interpolation, Table
from exactcap.claims.parts import MAX_WIDTH
from exactcap.models.activations import Activation
from exactcap.provers.bounds import rank_bound
from exactcap.provers.interpolation import (
    Method,
    arguments,
    fewest_neurons,
    neurons_bound,
    neurons_text,
    search_neurons,
    zero_reason,
)
from exactcap.provers.obstruction import obstruction_certificate
from exactcap.provers.outcome import Progress, silent
from exactcap.provers.paired import Minor, PairedProblem, largest_minor, paired_certificate, paired_problem
from exactcap.provers.records import activation_record, restrict
from exactcap.provers.zero_capacity import zero_rows, zero_width


@dataclass(frozen=True)
class Interval:
    """Two ends, each with its certificate unless it is trivial; ``upper`` is None when no width is known to do.

    For the rows of a file the interpolation proves ``lower`` and the obstruction ``upper``; for the width the other way
    round. ``rows`` are the numbers of the rows that the interpolation speaks of.
    """

    lower: int
    upper: int | None
    interpolation: Certificate | None
    obstruction: Certificate | None
    reason: str
    rows: tuple[int, ...] = ()


def row_capacity(
    activation: Activation,
    table: Table,
    width: int,
    blocks: tuple[str, ...] | None = None,
    seed: int = 0,
    progress: Progress = silent,
    method: Method = "best",
) -> Interval:
    """Lower: that many named rows of the table take every labelling. Upper: no more than that many do.

    The lower end is a rank at an integer point (its rows are the row rank profile) or, with more rows, a regular zero;
    the upper end is the rank bound of the rules; where that is at least n, the upper end n is trivial and has no
    certificate. Raises InputError as `exactcap.provers.interpolation.prove_interpolation` does.
    """
    used, with_zeros = arguments(activation, table, blocks, method)
    n, bound = table.n_samples, rank_bound(activation, table, width)
    upper = min(bound.value, n)
    obstruction = obstruction_certificate(activation, table, width, bound) if bound.value < n else None
    interval = Interval(0, upper, None, obstruction, "no regular zero was found and proved")
    if used is not None:
        interval = _paired_rows(activation, table, width, used, seed, progress, upper, obstruction)
    if with_zeros and interval.lower < upper:
        certificate = zero_rows(activation, table, width, interval.lower, upper, seed, progress)
        if certificate is not None:
            rows = _rows(certificate)
            interval = replace(
                interval, lower=len(rows), interpolation=certificate, reason=zero_reason(certificate), rows=rows
            )
    return interval


def _rows(certificate: Certificate) -> tuple[int, ...]:
    assert isinstance(certificate.claim, Interpolation)
    assert isinstance(certificate.claim.inputs, Table)
    return certificate.claim.inputs.rows


def _paired_rows(
    activation: Activation,
    table: Table,
    width: int,
    used: tuple[str, ...],
    seed: int,
    progress: Progress,
    upper: int,
    obstruction: Certificate | None,
) -> Interval:
    n = table.n_samples
    most = min(width // 2, n)
    target = min(n, neurons_bound(table, activation, used, most))
    least = fewest_neurons(table, activation, used, most, target)
    if least is None:
        reason = "the paired argument needs a width of at least 2"
        return Interval(0, upper, None, obstruction, reason)
    problem = paired_problem(activation, table, used, seed)
    neurons, minor = search_neurons(problem, least, most, target, progress)
    reason = f"paired argument: the Jacobian of {neurons_text(neurons)} has rank {minor.rank} at an integer point"
    if minor.rank == 0:
        return Interval(0, upper, None, obstruction, reason)
    named = restrict(table, minor.rows)
    claim = Interpolation(activation_record(activation), named, width)
    certificate = paired_certificate(claim, problem, minor, progress)
    return Interval(minor.rank, upper, certificate, obstruction, reason, named.rows)


def smallest_width(
    activation: Activation,
    table: Table,
    blocks: tuple[str, ...] | None = None,
    seed: int = 0,
    progress: Progress = silent,
    method: Method = "best",
) -> Interval:
    """Upper: the least width certified for all rows. Lower: no smaller width can do.

    The upper end is the least width of the paired argument, or a smaller one with a regular zero. The lower certificate
    is an obstruction at width ``lower - 1``; when no width can do, it is one at the largest width that a claim may
    state, and ``upper`` is None. Raises InputError as `exactcap.provers.interpolation.prove_interpolation` does.
    """
    used, with_zeros = arguments(activation, table, blocks, method)
    n = table.n_samples
    everything = rank_bound(activation, table, MAX_WIDTH)
    if everything.value < n:
        rules = ", ".join(everything.rules)
        reason = f"at every width up to {MAX_WIDTH} the rank is at most {everything.value} < {n}, by rule {rules}"
        proof = obstruction_certificate(activation, table, MAX_WIDTH, everything)
        return Interval(MAX_WIDTH, None, None, proof, reason)
    lower, obstruction = _necessary_width(activation, table)
    interval = Interval(lower, None, None, obstruction, "no regular zero was found and proved")
    if used is not None:
        interval = _paired_width(activation, table, used, seed, progress, lower, obstruction)
    if with_zeros:
        certificate = zero_width(activation, table, lower, interval.upper, seed, progress)
        if certificate is not None:
            assert isinstance(certificate.claim, Interpolation)
            interval = replace(
                interval,
                upper=certificate.claim.width,
                interpolation=certificate,
                reason=zero_reason(certificate),
                rows=table.rows,
            )
    return interval


def _paired_width(
    activation: Activation,
    table: Table,
    used: tuple[str, ...],
    seed: int,
    progress: Progress,
    lower: int,
    obstruction: Certificate | None,
) -> Interval:
    n = table.n_samples
    least = fewest_neurons(table, activation, used, n, n)
    if least is None:
        reason = f"the paired argument cannot reach rank {n} with the blocks {','.join(used)}"
        return Interval(lower, None, None, obstruction, reason)
    problem = paired_problem(activation, table, used, seed)
    neurons, minor = _least_neurons(problem, least, n, progress)
    if minor.rank < n:
        reason = f"the paired argument reached rank {minor.rank} < {n} with {neurons_text(neurons)}"
        return Interval(lower, None, None, obstruction, reason)
    claim = Interpolation(activation_record(activation), table, 2 * neurons)
    fewer = rank_bound(activation, table, neurons - 1, "v" in used)
    if neurons > least:
        why_least = f"with {neurons - 1} the points drawn did not reach it"
    elif fewer.value < n:
        why_least = f"fewer are excluded by rule {', '.join(fewer.rules)}"
    else:
        why_least = f"fewer have too few {','.join(used)} columns"
    reason = f"paired argument: {neurons_text(neurons)} reach rank {n} at an integer point; {why_least}"
    certificate = paired_certificate(claim, problem, minor, progress)
    return Interval(lower, 2 * neurons, certificate, obstruction, reason, table.rows)


def _necessary_width(activation: Activation, table: Table) -> tuple[int, Certificate | None]:
    """The least width that the rules do not exclude, with the obstruction one below it."""
    low, high = 0, 1
    while rank_bound(activation, table, high).value < table.n_samples:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if rank_bound(activation, table, middle).value < table.n_samples else (low, middle)
    if low == 0:
        return high, None
    return high, obstruction_certificate(activation, table, low, rank_bound(activation, table, low))


def _least_neurons(problem: PairedProblem, least: int, n: int, progress: Progress) -> tuple[int, Minor]:
    """Bisection between the last failure and the first success; the rank grows with the number of neurons."""
    neurons, minor = search_neurons(problem, least, n, n, progress)
    low = least - 1
    while minor.rank == n and neurons - low > 1:
        middle = (low + neurons) // 2
        smaller = largest_minor(problem, middle, n, progress)
        if smaller.rank == n:
            neurons, minor = middle, smaller
        else:
            low = middle
    return neurons, minor
