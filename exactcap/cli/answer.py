"""The answer of ``exactcap certify``: search, write, check, print."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from exactcap.claims import Claim
    from exactcap.provers.outcome import Outcome, Progress


def answer(
    prove: Callable[[Progress], Outcome],
    output: Path | None,
    as_json: bool,
    about: Sequence[str] = (),
    numbers: Callable[[Claim], Mapping[str, Any]] | None = None,
    more: Callable[[Claim], Sequence[str]] | None = None,
) -> int:
    """Run a prover, have its certificate decided, print the answer after the lines ``about``; the exit status.

    The JSON object holds the ``numbers`` of what was certified, too, and the lines ``more`` stand before the verdict.
    """
    from exactcap.api.result import decide
    from exactcap.certificates.format import require_output
    from exactcap.cli.progress import progress_bar
    from exactcap.cli.screen import print_answer

    if output is not None:
        require_output(output)  # before the work, not after it
    with progress_bar() as progress:
        result = decide(prove(progress), output, progress)
    checked = result.checked
    record = {
        "reason": result.reason,
        "interval": list(result.interval) if result.interval else None,
        "certificate": checked.record() if checked else None,
    }
    argument = [f"{'argument':<11} {result.reason}", *checked.lines()] if checked else []
    if result.certificate:
        record |= numbers(result.certificate.claim) if numbers else {}
        argument += more(result.certificate.claim) if more else []
    return print_answer(result.finding, result.said, [*about, *argument], record, as_json)
