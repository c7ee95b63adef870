"""Between a prover's finding and the answer on the screen: the certificate is written, and the checker decides."""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exactcap.certificates.format import Certificate, staged_certificate
from exactcap.checker.main import check_file
from exactcap.checker.verdict import Verdict
from exactcap.errors import CheckerDisagreesError
from exactcap.provers.outcome import Finding, Progress

EXIT_STATUS = {
    Finding.PROVED: 0, Finding.REFUTED: 1, Finding.PROBABLE: 3, Finding.UNDECIDED: 3, Finding.UNCHECKED: 3,
}  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """A certificate that the independent checker decided: where it is (None: not kept), its size, the time it took."""

    verdict: Verdict
    path: Path | None
    n_bytes: int
    seconds: float

    def lines(self, name: str = "certificate") -> list[str]:
        """What to say of it."""
        verdict = self.verdict
        size = f"{self.n_bytes / 1e6:.2f} MB" if self.n_bytes >= 10**4 else f"{self.n_bytes} bytes"
        where = str(self.path) if self.path else "not kept (give -o FILE)"
        if verdict.finding == "UNCHECKED":
            by = f"not by the independent checker: {verdict.reason}"
        else:
            by = f"by the independent checker in {self.seconds:.1f} s"
        return [
            f"{name:<11} {where}, {size}, id {verdict.claim_id[:16]}",
            f"{'checked':<11} {by}; relies on {', '.join(verdict.relies_on) or 'nothing else'}",
        ]

    def record(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return {
            "path": str(self.path) if self.path else None,
            "bytes": self.n_bytes,
            "checker": self.verdict.finding,
            "id": self.verdict.claim_id,
            "statement": self.verdict.statement,
            "relies_on": list(self.verdict.relies_on),
            "error_bound": self.verdict.error_bound,
        }


def write_and_check(certificate: Certificate, output: Path | None, progress: Progress) -> Checked:
    """Write a certificate, have it checked, and keep it under ``output`` only if it is not rejected.

    Raises CheckerDisagreesError when the checker rejects it, InputError when it cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="exactcap-") as folder:
        target = output or Path(folder) / "unnamed.cert.jsonl"
        with staged_certificate(certificate, target) as draft:
            start = time.monotonic()
            verdict = check_file(str(draft), progress=lambda done, total: progress("check", done / total))
            seconds, n_bytes = time.monotonic() - start, draft.stat().st_size
            if verdict.finding == "REJECTED":
                raise CheckerDisagreesError(f"the checker rejects a certificate of the prover: {verdict.reason}")
    return Checked(verdict, output, n_bytes, seconds)


def print_answer(finding: Finding, text: str, lines: list[str], record: dict[str, Any], as_json: bool) -> int:
    """Print the lines and the verdict, or one JSON object; returns the exit status."""
    if as_json:
        print(json.dumps({"verdict": finding.value, **record}, sort_keys=True))
    else:
        print("\n".join([*lines, f"{finding.value} {text}"]))
    return EXIT_STATUS[finding]
