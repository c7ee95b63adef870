"""Find the rank of a named matrix and prove it from both sides, or decide a claim about it (SPEC.md, section 6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from exactcap.certificates.format import Certificate
from exactcap.claims import Deep, Hadamard, Jacobian, KhatriRao, Matrix, Rank, Table
from exactcap.errors import InputError
from exactcap.models.activations import require_blocks
from exactcap.models.monomials import of_degrees
from exactcap.provers.bounds import RankBound, polynomial, shallow, shallow_bound
from exactcap.provers.network_bounds import network_bound, output_dimension
from exactcap.provers.outcome import Finding, Outcome, Progress, silent
from exactcap.provers.rank_minors import RankMinor, deep_minor, hadamard_minor, shallow_point
from exactcap.provers.records import activation_model

ATTEMPTS = 3
MAX_RANDOM_WORK = 4 * 10**9  # rows x columns x rank: what the checker does by itself
MAX_RANDOM_PARAMETERS = 10**5


@dataclass(frozen=True)
class Found:
    """lower <= rank <= upper, with the certificate of the sharpest claim, and the rules of the upper side.

    ``certificate`` claims "equals" where both sides meet, by rules or (``is_probable``) by the checker's own draws;
    else "at-least" ``lower``, with ``rules`` those of ``upper``.
    """

    matrix: Matrix
    lower: int
    upper: int
    certificate: Certificate
    rules: tuple[str, ...]
    is_probable: bool


def upper_bound(matrix: Matrix) -> RankBound:
    """The least bound that the rules give for the rank, for all parameters.

    >>> from exactcap.claims import Generic
    >>> upper_bound(KhatriRao(Generic(3, 40), 3, 5)).value  # one of Alexander and Hirschowitz's exceptions
    14
    """
    if isinstance(matrix, Hadamard):
        bounds = [RankBound(matrix.columns, {"whole": {"rule": "U2"}})]
        coefficients = polynomial(activation_model(matrix.entrywise))
        if coefficients is not None:
            value = of_degrees(matrix.inner, [k for k, c in enumerate(coefficients) if c])
            bounds.append(RankBound(value, {"whole": {"rule": "U3"}}))
    else:
        bounds = [network_bound(matrix) if isinstance(matrix, Deep) else shallow_bound(shallow(matrix))]
    if matrix.n_rows is not None:
        bounds.append(RankBound(matrix.n_rows, {"whole": {"rule": "U1"}}))
    return min(bounds, key=lambda bound: bound.value)


def find_ranks(matrices: Sequence[Matrix], seed: int = 0, progress: Progress = silent) -> list[Found]:
    """The answer for each matrix; two-layer ones, which may differ in n_samples and width only, share one elimination.

    Raises InputError when a matrix is too large or its activation has no entries modulo a prime.

    >>> from exactcap.claims import Generic
    >>> [found.upper for found in find_ranks([KhatriRao(Generic(3, n), 3, 5) for n in (6, 13, 14, 15)])]
    [6, 13, 14, 14]
    """
    uppers = [upper_bound(matrix) for matrix in matrices]
    minors = _minors(matrices, [bound.value for bound in uppers], seed, progress)
    return [
        _found(matrix, upper, minor, progress) for matrix, upper, minor in zip(matrices, uppers, minors, strict=True)
    ]


def decide_rank(claim: Rank, seed: int = 0, progress: Progress = silent) -> Outcome:
    """PROVED or REFUTED with a certificate, PROBABLE by the checker's own draws, or UNDECIDED with the interval.

    >>> from exactcap.claims import Generic
    >>> decide_rank(Rank(KhatriRao(Generic(3, 40), 3, 5), 15, "equals")).finding
    <Finding.REFUTED: 'REFUTED'>
    """
    matrix, r = claim.matrix, claim.rank
    upper = upper_bound(matrix)
    by_rules = f"rank at most {upper.value} by rule {', '.join(upper.rules)}"
    if claim.relation == "at-most" and upper.value <= r:
        return Outcome(Finding.PROVED, by_rules, _certificate(claim, None, upper))
    if claim.relation != "at-most" and upper.value < r:
        return Outcome(Finding.REFUTED, by_rules, _certificate(Rank(matrix, upper.value, "at-most"), None, upper))
    # how large a minor decides: r suffices for a lower bound, r + 1 refutes an upper one
    enough = min(upper.value, r if claim.relation == "at-least" else r + 1)
    (minor,) = _minors([matrix], [enough], seed, progress)
    at_point = f"rank {minor.rank} at an integer point"
    if claim.relation == "at-least" and minor.rank >= r:
        return Outcome(Finding.PROVED, at_point, _certificate(claim, minor, None, progress))
    if claim.relation != "at-least" and minor.rank > r:
        opposite = Rank(matrix, minor.rank, "at-least")
        return Outcome(Finding.REFUTED, at_point, _certificate(opposite, minor, None, progress))
    if minor.rank == r == upper.value:
        return Outcome(Finding.PROVED, f"{at_point}; {by_rules}", _certificate(claim, minor, upper, progress))
    return _open(claim, _found(matrix, upper, minor, progress), by_rules)


def find_rank(matrix: Matrix, seed: int = 0, progress: Progress = silent) -> Outcome:
    """The rank, proved from both sides where they meet; the certificate's claim says what was found."""
    (found,) = find_ranks([matrix], seed, progress)
    bound = upper_bound(matrix)
    by_rules = f"at most {bound.value} by rule {', '.join(bound.rules)}"
    if not found.is_probable and found.lower == found.upper:
        return Outcome(Finding.PROVED, f"rank {found.lower} at an integer point; {by_rules}", found.certificate)
    return _open(None, found, f"rank {by_rules}")


def _open(claim: Rank | None, found: Found, by_rules: str) -> Outcome:
    """No rule reaches the rank that was observed: the checker's own draws, or the interval."""
    reason = f"rank {found.lower} at an integer point; {by_rules}"
    if found.is_probable:
        reason += f"; at points of the checker's own it is {found.lower}"
        if claim is not None and claim.rank > found.lower and claim.relation != "at-most":
            reason += f", less than {claim.rank}"
        return Outcome(Finding.PROBABLE, reason, found.certificate)
    interval = f"the rank is in [{found.lower}, {found.upper}]"
    return Outcome(Finding.UNDECIDED, f"{interval}: {reason}; another rule may decide", found.certificate)


def _found(matrix: Matrix, upper: RankBound, minor: RankMinor, progress: Progress) -> Found:
    lower = minor.rank
    if lower == upper.value:
        certificate = _certificate(Rank(matrix, lower, "equals"), minor, upper, progress)
        return Found(matrix, lower, lower, certificate, upper.rules, False)
    if _may_be_drawn(matrix, lower):
        certificate = _certificate(Rank(matrix, lower, "equals"), minor, None, progress)
        return Found(matrix, lower, lower, certificate, (), True)
    certificate = _certificate(Rank(matrix, lower, "at-least"), minor, None, progress)
    return Found(matrix, lower, upper.value, certificate, upper.rules, False)


def _certificate(
    claim: Rank, minor: RankMinor | None, upper: RankBound | None, progress: Progress = silent
) -> Certificate:
    """The lines of the lower side, then those of the upper side; without ``upper`` the latter is left to chance."""
    theorems, evidence = [], []
    if minor is not None:
        assert minor.rank == claim.rank
        theorems += ["hermite-lindemann"] if minor.residue is not None else []
        theorems += ["analytic-zeros"]
        evidence += minor.evidence(progress)
    if claim.relation != "at-least":
        theorems += [f"rule-{name}" for name in upper.rules] if upper else ["schwartz-zippel", "prime-count"]
        evidence += [upper.evidence if upper else {"evidence": "random-rank"}]
    return Certificate(claim, tuple(theorems), tuple(evidence))


def _may_be_drawn(matrix: Matrix, rank: int) -> bool:
    """Whether the checker can decide an upper bound by points of its own: polynomials, generic inputs, little work."""
    if isinstance(matrix, Hadamard) or isinstance(matrix.inputs, Table):
        return False
    records = (
        matrix.activations if isinstance(matrix, Deep) else [] if isinstance(matrix, KhatriRao) else [matrix.activation]
    )
    outputs = matrix.widths[-1] if isinstance(matrix, Deep) else 1
    n_points = min(rank + 1, matrix.inputs.n_samples or rank + 1)
    n_parameters = matrix.n_columns if isinstance(matrix, Deep) else matrix.width * (matrix.inputs.n_inputs + 2)
    is_little = n_parameters <= MAX_RANDOM_PARAMETERS and n_points * outputs * n_parameters * rank <= MAX_RANDOM_WORK
    return is_little and all(activation_model(record).polynomial_degree is not None for record in records)


def _minors(matrices: Sequence[Matrix], uppers: Sequence[int], seed: int, progress: Progress) -> list[RankMinor]:
    """For each matrix the largest invertible minor of at most ``upper`` rows that a few draws give."""
    best: list[RankMinor | None] = [None] * len(matrices)
    for attempt in range(ATTEMPTS):
        try:
            draw = _draw(matrices, uppers, seed, attempt, progress)
        except ZeroDivisionError:  # a pole modulo the prime: draw again
            continue
        for k, upper in enumerate(uppers):
            if (so_far := best[k]) is None or so_far.rank < upper:
                minor = draw(k)
                best[k] = minor if so_far is None or minor.rank > so_far.rank else so_far
        if all(minor is not None and minor.rank >= upper for minor, upper in zip(best, uppers, strict=True)):
            break
    result = [minor for minor in best if minor is not None and minor.rank]
    if len(result) < len(matrices):
        raise InputError(
            "activation: at the inputs a denominator or all entries vanish modulo the prime; try another --seed, or "
            "inputs where the activation is defined"
        )
    return result


def _draw(
    matrices: Sequence[Matrix], uppers: Sequence[int], seed: int, attempt: int, progress: Progress
) -> Callable[[int], RankMinor]:
    """Parameters drawn once: a function of the matrix's place in the list to its minor."""
    two_layer = [matrix for matrix in matrices if isinstance(matrix, KhatriRao | Jacobian)]
    if two_layer:
        widest = shallow(max(two_layer, key=lambda matrix: matrix.width))
        require_blocks(widest.activation, widest.blocks)
        # with more neurons or points than the rank there is nothing to gain
        widths = [min(matrix.width, upper) for matrix, upper in zip(two_layer, uppers, strict=True)]
        point = shallow_point(widest, max(uppers), max(widths), seed, attempt, progress)
        return lambda k: point.minor(widths[k], uppers[k])

    def minor(k: int) -> RankMinor:
        matrix, size = matrices[k], uppers[k]
        if isinstance(matrix, Deep):
            enough = output_dimension(matrix, 0, len(matrix.widths)) or size
            n_points = min(enough, size, matrix.inputs.n_samples or size)
            return deep_minor(matrix, n_points, size, seed, attempt, progress)
        assert isinstance(matrix, Hadamard)
        return hadamard_minor(matrix, size, seed + attempt)

    return minor
