"""Between a claim and its proof: the claim has the checker's form, the certificate is written, the checker decides."""

from __future__ import annotations

import importlib
import io
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import msgspec

from exactcap.certificates.format import Certificate, canonical_line, decode, staged_certificate
from exactcap.checker.main import check_file
from exactcap.checker.reader import Reader, Rejected
from exactcap.checker.verdict import Verdict
from exactcap.claims import Claim, Interpolation, Obstruction
from exactcap.errors import CheckerDisagreesError, InputError
from exactcap.provers.outcome import Progress


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


def well_formed(claim: Claim) -> Claim:
    """The claim as it is read back from a certificate; raises InputError when the checker would not read it.

    So no float, no fraction that is not in lowest terms, no size beyond the limits reaches a prover.

    >>> from exactcap.claims import Count, Dichotomies
    >>> well_formed(Count(Dichotomies(False, 3, 6), 32.0))
    Traceback (most recent call last):
    exactcap.errors.InputError: line 1: 32.0 is not allowed: numbers are integers or strings; correct the claim
    (rationals are strings such as '5/2', in lowest terms)
    """
    if not isinstance(claim, Claim):
        families = ", ".join(kind.__name__ for kind in get_args(Claim))
        raise InputError(
            f"claim: {type(claim).__name__} is not a claim; claims are {families} (a quantity such as Perceptron goes "
            "into an Enclosure with digits, or into exactcap.testing.assert_bound)"
        )
    try:
        line = canonical_line({"claim": msgspec.to_builtins(claim)})
        value = Reader(io.BytesIO(line)).line()[0]["claim"]
        importlib.import_module(f"exactcap.checker.{value['family']}").parse(value)
        read: Claim = msgspec.convert(decode(json.loads(line)["claim"]), Claim)
        return read
    except (Rejected, TypeError, ValueError) as error:  # a field of another type, for example an array of NumPy
        advice = "rationals are strings such as '5/2', in lowest terms"
        if isinstance(claim, Interpolation | Obstruction):
            advice += "; exactcap.activation('tanh') and exactcap.read_data(FILE, LABEL) make its parts"
        raise InputError(f"{error}; correct the claim ({advice})") from None
