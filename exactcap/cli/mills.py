"""The command ``exactcap certify gaussian mills``: an algebraic function bounds the Mills ratio."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.cli.answer import answer
from exactcap.cli.best import Output, Tolerance, lemma_answer
from exactcap.cli.rationals import rational_option
from exactcap.errors import InputError

if TYPE_CHECKING:
    from exactcap.models.mills_bounds import BoundData
    from exactcap.provers.outcome import Outcome, Progress

BoundName = Annotated[
    str | None,
    Parameter(
        help="A bound of the literature: birnbaum, komatsu, sampford, pollak, boyd-lower, boyd-upper, laplace-N (the "
        "N-th convergent of the continued fraction), partial-sum-N (of the asymptotic series), N from 1 to 20."
    ),
]
EXPRESSION = "A function of x with + - * / ^, pi and one square root sqrt(x^2 + c)."


def mills(
    *,
    bound: BoundName = None,
    upper: Annotated[str | None, Parameter(allow_leading_hyphen=True, help=f"Prove R(x) < this. {EXPRESSION}")] = None,
    lower: Annotated[str | None, Parameter(allow_leading_hyphen=True, help=f"Prove this < R(x). {EXPRESSION}")] = None,
    from_: Annotated[
        str | None,
        Parameter(
            name="--from",
            allow_leading_hyphen=True,
            help="For x above this rational, or -inf. Default: the named bound's range, or 0.",
        ),
    ] = None,
    to: Annotated[
        str | None,
        Parameter(allow_leading_hyphen=True, help="For x up to this rational. Default: all x above --from."),
    ] = None,
    error_decreases: Annotated[
        bool, Parameter(negative="", help="Prove instead that |B/R - 1| strictly decreases for x above --from.")
    ] = False,
    smallest_from: Annotated[
        bool, Parameter(negative="", help="Search the smallest x from which it certifies, instead of --from.")
    ] = False,
    tolerance: Tolerance = "1/1000",
    output: Output = None,
    as_json: options.Json = False,
) -> int:
    """Prove for all x of a range that R(x) < B(x) or B(x) < R(x), R = Q/g the Mills ratio of the normal law.

    PROVED: by the sign of B' - xB + 1, decided exactly. REFUTED: with a rational x where the order is the other.

    Try:

      exactcap certify gaussian mills --bound komatsu
      exactcap certify gaussian mills --upper "(x^2+2)/(x^3+3*x)"
      exactcap certify gaussian mills --lower "(x^2+1)/(x^3+2*x)" --from 1.1616
      exactcap certify gaussian mills --bound komatsu --smallest-from --tolerance 1/10000
      exactcap certify gaussian mills --bound laplace-4 --error-decreases
    """
    data, relation, low = _chosen(bound, upper, lower)
    if from_ is not None:
        low = None if from_.strip().lower() in ("-inf", "-infinity") else rational_option("from", from_)
    high = None if to is None or to.strip().lower() in ("inf", "infinity") else rational_option("to", to)
    for name, end in (("from", low), ("to", high)):
        if end is not None and max(abs(end.numerator), end.denominator) >= 10**50:
            raise InputError(f"{name}: the number has more than 50 digits above or below the line; shorten it")
    if error_decreases:
        relation = "error-decreases"
    if smallest_from:
        if from_ is not None or error_decreases:
            raise InputError("smallest-from: leave out --from and --error-decreases, which the search does not vary")
        return lemma_answer(
            lambda number, progress: _attempt(data, relation, number, high, progress), "from", None,
            is_smaller_better=True, start=low or Fraction(0), tolerance=tolerance, output=output, as_json=as_json,
        )  # fmt: skip
    return answer(lambda progress: _prove(data, relation, low, high, progress), output, as_json)


def _chosen(bound: str | None, upper: str | None, lower: str | None) -> tuple[BoundData, str, Fraction | None]:
    from exactcap.models.mills_bounds import named_bound, read_bound

    if sum(option is not None for option in (bound, upper, lower)) != 1:
        raise InputError("bound: give one of --bound NAME, --upper EXPRESSION and --lower EXPRESSION")
    if bound is not None:
        named = named_bound(bound)
        return named.data, named.side, named.low
    side, text = ("upper", upper) if upper is not None else ("lower", lower)
    assert text is not None
    return read_bound(side, text), side, Fraction(0)


def _attempt(data: BoundData, relation: str, low: Fraction, high: Fraction | None, progress: Progress) -> Outcome:
    """One step of a search: where the bound has a pole in the range, it can only be refuted."""
    from exactcap.provers.mills import prove_mills, refute
    from exactcap.provers.outcome import Finding, Outcome

    try:
        return prove_mills(data, relation, low, high, progress)
    except InputError as error:
        return refute(data, relation, low, high, []) or Outcome(Finding.UNDECIDED, str(error))


def _prove(data: BoundData, relation: str, low: Fraction | None, high: Fraction | None, progress: Progress) -> Outcome:
    """The prover's outcome; of a proof for low < x it says whether the checker sees the bound fail just below."""
    from exactcap.api.check import write_and_check
    from exactcap.provers.mills import prove_mills, refuted_below
    from exactcap.provers.outcome import Finding

    outcome = prove_mills(data, relation, low, high, progress)
    if outcome.finding is not Finding.PROVED or low is None or relation == "error-decreases":
        return outcome
    known = f"certified from {low}"
    below = refuted_below(data, relation, low)
    if below is not None:
        assert below.certificate is not None
        write_and_check(below.certificate, None, progress)  # the checker agrees, or this is a bug
        known += f", exact to 1/1000: {below.reason}"
    return replace(outcome, reason=f"{outcome.reason}; {known}")
