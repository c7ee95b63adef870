"""The answer of ``exactcap certify``: search, write, check, print."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exactcap.provers.outcome import Outcome, Progress

ALONE = (
    "proved by exactcap alone, since the independent checker stops at 1800 rows (exactcap recheck gives a second "
    "opinion)"
)


def answer(prove: Callable[[Progress], Outcome], output: Path | None, as_json: bool, about: Sequence[str] = ()) -> int:
    """Run a prover, have its certificate decided, print the answer after the lines ``about``; the exit status."""
    from exactcap.certificates.format import require_output
    from exactcap.cli.decide import print_answer, write_and_check
    from exactcap.cli.progress import progress_bar
    from exactcap.errors import CheckerDisagreesError
    from exactcap.provers.outcome import Finding

    if output is not None:
        require_output(output)  # before the work, not after it
    with progress_bar() as progress:
        outcome = prove(progress)
        checked = write_and_check(outcome.certificate, output, progress) if outcome.certificate else None
    lines = [*about, f"{'argument':<11} {outcome.reason}", *(checked.lines() if checked else [])]
    record = {
        "reason": outcome.reason,
        "interval": list(outcome.interval) if outcome.interval else None,
        "certificate": checked.record() if checked else None,
    }
    if checked is None:
        return print_answer(outcome.finding, f"{outcome.reason}; no certificate", list(about), record, as_json)
    said = checked.verdict.statement
    if checked.verdict.finding == "UNCHECKED" and outcome.finding is Finding.PROVED:
        return print_answer(Finding.UNCHECKED, f"{ALONE}: {said}", lines, record, as_json)
    if checked.verdict.finding != ("PROBABLE" if outcome.finding is Finding.PROBABLE else "VERIFIED"):
        raise CheckerDisagreesError(f"the checker says {checked.verdict.finding}, the prover {outcome.finding.value}")
    if outcome.finding is Finding.PROBABLE:
        said += f" (a false claim would pass with a chance of at most {checked.verdict.error_bound})"
    if outcome.finding is Finding.UNDECIDED:
        known = f"the rank is in [{outcome.interval[0]}, {outcome.interval[1]}]; " if outcome.interval else ""
        said = f"{known}another rule may decide; certified is {said}"
    return print_answer(outcome.finding, said, lines, record, as_json)
