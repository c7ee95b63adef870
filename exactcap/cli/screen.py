"""An answer on the screen, and its exit status."""

from __future__ import annotations

import json
from typing import Any

from exactcap.provers.outcome import Finding

EXIT_STATUS = {
    Finding.PROVED: 0, Finding.REFUTED: 1, Finding.PROBABLE: 3, Finding.UNDECIDED: 3, Finding.UNCHECKED: 3,
}  # fmt: skip


def print_answer(finding: Finding, text: str, lines: list[str], record: dict[str, Any], as_json: bool) -> int:
    """Print the lines and the verdict, or one JSON object; returns the exit status."""
    if as_json:
        print(json.dumps({"verdict": finding.value, **record}, sort_keys=True))
    else:
        print("\n".join([*lines, f"{finding.value} {text}"]))
    return EXIT_STATUS[finding]
