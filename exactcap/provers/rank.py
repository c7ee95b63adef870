"""Find the rank of a named matrix and prove it from both sides, or decide a claim about it (SPEC.md, section 6)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from exactcap.certificates.format import Certificate
from exactcap.claims import Deep, Hadamard, Jacobian, KhatriRao, Matrix, Rank, Table
from exactcap.claims.matrices import MAX_POWER
from exactcap.errors import InputError
from exactcap.models.activations import require_blocks
from exactcap.models.monomials import of_degrees
from exactcap.provers.bounds import RankBound, polynomial, shallow, shallow_bound
from exactcap.provers.network_bounds import network_bound, output_dimension
from exactcap.provers.outcome import Finding, Outcome, Progress, silent
from exactcap.provers.rank_minors import RankMinor, deep_minor, hadamard_minor, shallow_point
from exactcap.provers.records import activation_model

ATTEMPTS = 3
MAX_RANDOM_WORK = 2 * 10**9  # rows x columns x rank, 40 for an entry or a term: what the checker does by itself
MAX_RANDOM_PARAMETERS = 10**5
MAX_RANDOM_BITS = 10**5


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
    return _find(matrices, uppers, seed, progress)


def _find(matrices: Sequence[Matrix], uppers: Sequence[RankBound], seed: int, progress: Progress) -> list[Found]:
    if not any(bound.value for bound in uppers):
        return [_zero(matrix, bound) for matrix, bound in zip(matrices, uppers, strict=True)]
    minors = _minors(matrices, [bound.value for bound in uppers], seed, progress)
    return [
        _found(matrix, upper, minor, progress) for matrix, upper, minor in zip(matrices, uppers, minors, strict=True)
    ]


def _zero(matrix: Matrix, upper: RankBound) -> Found:
    """Rank 0, as on a table of zeros: it needs no minor."""
    return Found(matrix, 0, 0, _certificate(Rank(matrix, 0, "at-most"), None, upper), upper.rules, False)


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
    found = _found(matrix, upper, minor, progress)
    if found.is_probable and r > found.lower and claim.relation != "at-most":
        # a certificate of what contradicts the claim is not an answer to it: the interval is, with its proved end
        found = replace(found, upper=upper.value, is_probable=False)
        found = replace(found, certificate=_certificate(Rank(matrix, found.lower, "at-least"), minor, None, progress))
    return _open(found, by_rules)


def find_rank(matrix: Matrix, seed: int = 0, progress: Progress = silent) -> Outcome:
    """The rank, proved from both sides where they meet; the certificate's claim says what was found."""
    bound = upper_bound(matrix)
    (found,) = _find([matrix], [bound], seed, progress)
    by_rules = f"rank at most {bound.value} by rule {', '.join(bound.rules)}"
    if found.is_probable or found.lower < found.upper:
        return _open(found, by_rules)
    reason = f"rank {found.lower} at an integer point; {by_rules}"
    return Outcome(Finding.PROVED, reason, found.certificate, (found.lower, found.upper))


def _open(found: Found, by_rules: str) -> Outcome:
    """No rule reaches the rank that was observed: the checker's own draws, or the interval."""
    reason, interval = f"rank {found.lower} at an integer point; {by_rules}", (found.lower, found.upper)
    if found.is_probable:
        reason += f"; at points of the checker's own it is {found.lower}"
        return Outcome(Finding.PROBABLE, reason, found.certificate, interval)
    return Outcome(Finding.UNDECIDED, reason, found.certificate, interval)


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
    models = [activation_model(record) for record in records]
    hidden = matrix.widths[:-1] if isinstance(matrix, Deep) else (matrix.width,)
    terms = n_points * sum(hidden) * (max((psi.polynomial_degree or 0 for psi in models), default=MAX_POWER) + 2)
    entries = n_points * outputs * n_parameters
    is_little = n_parameters <= MAX_RANDOM_PARAMETERS and max(entries * rank, 40 * (terms + entries)) <= MAX_RANDOM_WORK
    return is_little and all(psi.polynomial_degree is not None for psi in models) and _chance_is_small(matrix, rank)


def _chance_is_small(matrix: KhatriRao | Jacobian | Deep, rank: int) -> bool:
    """A rough bound, above the checker's own, for the degree and the bits of a minor of ``rank`` + 1 rows."""
    psi = [shallow(matrix).activation] if not isinstance(matrix, Deep) else map(activation_model, matrix.activations)
    widths = [matrix.inputs.n_inputs, matrix.width, 1] if not isinstance(matrix, Deep) else list(matrix.all_widths)
    degree, bits, total = 1, 0, 0
    for activation, width in zip(psi, widths, strict=False):
        power = max(activation.polynomial_degree or 0, 1)
        size = sum(abs(c.numerator) * c.denominator for c in activation.numerator)  # at least the cleared coefficients
        common = math.lcm(*(c.denominator for c in activation.numerator))
        degree, bits = power * (degree + 1), power * (bits + width.bit_length() + 1) + (size * common).bit_length()
        total += bits
        if max(degree, total) > MAX_RANDOM_BITS:
            return False
    row_bits = 4 * total + 64 * len(widths)
    chance = (rank + 1) * 4 * degree * len(widths) + ((rank + 1) * row_bits // 60 + 1) * 2**7
    return chance.bit_length() <= 28


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
    if any(minor is None for minor in best):
        raise InputError(
            "activation: at the inputs a denominator vanishes, over the reals or modulo the prime; try another --seed, "
            "or inputs where the activation is defined"
        )
    result = [minor for minor in best if minor is not None and minor.rank]
    if len(result) < len(matrices):
        raise InputError(
            "matrix: all its entries vanish at the points drawn, so that no rank of 1 is certified; an upper bound may "
            "be asked for with --at-most"
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
        # as many neurons as have enough columns, then more; beyond as many as the rank there is nothing to gain
        enough = [-(-upper // widest.n_columns_per_neuron) + 2 for upper in uppers]
        most = [min(upper, (count, 4 * count, upper)[attempt]) for upper, count in zip(uppers, enough, strict=True)]
        widths = [min(matrix.width, count) for matrix, count in zip(two_layer, most, strict=True)]
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
