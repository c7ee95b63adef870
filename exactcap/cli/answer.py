"""The answer of ``exactcap certify``: search, write, check, print."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exactcap.provers.outcome import Outcome, Progress


def answer(prove: Callable[[Progress], Outcome], output: Path | None, as_json: bool, about: Sequence[str] = ()) -> int:
    """Run a prover, have its certificate decided, print the answer after the lines ``about``; the exit status."""
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
    return print_answer(result.finding, result.said, [*about, *argument], record, as_json)
