"""The answer of ``exactcap certify gaussian`` for a lemma: one claim, or the best number for which it certifies."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from exactcap.cli.rationals import rational_option
from exactcap.errors import InputError

if TYPE_CHECKING:
    from exactcap.provers.outcome import Outcome, Progress

BestConstant = Annotated[
    bool, Parameter(negative="", help="Search the best constant that certifies, instead of --constant.")
]
SmallestBias = Annotated[
    bool, Parameter(negative="", help="Search the smallest bias from which it certifies, instead of --bias-from.")
]
Tolerance = Annotated[str, Parameter(help="The search takes multiples of this number.")]
Output = Annotated[
    Path | None,
    Parameter(
        name=["--output", "-o"],
        help="Where to write the certificate; of a search the refutation goes beside it, as NAME.refuted.cert.jsonl.",
    ),
]


def given(name: str, text: str | None, is_searched: bool, hint: str) -> Fraction | None:
    """The number of an option, or None when it is searched; raises InputError when it is both or neither."""
    if is_searched is not (text is None):
        raise InputError(f"{name}: give either --{name} NUMBER or {hint}")
    return None if text is None else rational_option(name, text)


def lemma_answer(
    prove: Callable[[Fraction, Progress], Outcome],
    name: str,
    value: Fraction | None,
    *,
    is_smaller_better: bool,
    start: Fraction,
    tolerance: str,
    output: Path | None,
    as_json: bool,
) -> int:
    """Decide the claim at ``value``, or with None search the best value; returns the exit status."""
    from exactcap.cli.answer import answer

    if value is not None:
        return answer(lambda progress: prove(value, progress), output, as_json)
    from exactcap.api.check import write_and_check
    from exactcap.certificates.format import require_output
    from exactcap.cli.progress import progress_bar
    from exactcap.cli.screen import print_answer
    from exactcap.provers.extremal import find_extremal
    from exactcap.provers.outcome import Finding, silent

    beside = None
    if output is not None:
        require_output(output)  # before the work, not after it
        beside = output.with_name(output.name.removesuffix(".cert.jsonl") + ".refuted.cert.jsonl")
        require_output(beside)
    step = rational_option("tolerance", tolerance)
    with progress_bar() as progress:
        found = find_extremal(
            lambda number: prove(number, silent),
            is_smaller_better=is_smaller_better,
            start=start,
            tolerance=step,
            progress=progress,
        )
        if found is None:
            reason = f"no {name} that was tried is certified, from {start} on; --help says where the rules apply"
            return print_answer(Finding.UNDECIDED, reason, [], {"best": None, "certificate": None}, as_json)
        assert found.outcome.certificate is not None
        checked = write_and_check(found.outcome.certificate, output, progress)
        refutation = found.refutation.certificate if found.refutation else None
        opposite = write_and_check(refutation, beside, progress) if refutation else None
    lines = [f"{'argument':<11} {found.outcome.reason}", *checked.lines()]
    if found.refutation and opposite:
        lines += [f"{'refuted':<11} {name} {found.refuted_at}: {found.refutation.reason}", *opposite.lines()]
    word = "smallest" if is_smaller_better else "largest"
    if opposite is None or found.refuted_at is None:
        other = "smaller" if is_smaller_better else "larger"
        text = f"{name} {found.value}, whether a {other} one does is open: {checked.verdict.statement}"
    elif abs(found.value - found.refuted_at) <= step:
        text = f"{word} {name} {found.value} (refuted at {found.refuted_at}): {checked.verdict.statement}"
    else:
        text = f"{name} {found.value} (refuted at {found.refuted_at}, open between): {checked.verdict.statement}"
    record: dict[str, Any] = {
        "best": {
            "name": name,
            "certified": str(found.value),
            "refuted": None if found.refuted_at is None else str(found.refuted_at),
            "is_smaller_better": is_smaller_better,
        },
        "reason": found.outcome.reason,
        "certificate": checked.record(),
        "refutation": opposite.record() if opposite else None,
    }
    return print_answer(Finding.PROVED, text, lines, record, as_json)
