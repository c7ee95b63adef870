"""``exactcap recheck``: a second opinion on exact solutions near weights, beyond the reach of the checker."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.errors import InputError


def recheck(
    certificate: Annotated[Path, Parameter(help="A certificate of certify nearby (*.cert.jsonl).")],
    *,
    as_json: options.Json = False,
) -> int:
    """A second opinion on a certificate of certify nearby: another computation of all its bounds.

    The independent checker reads the file first; above 1800 rows times outputs it
    checks the form only. RECHECKED: it does not reject, and the second computation, which shares
    the ball arithmetic with the first but not its linear algebra, confirms the
    claim. NOT RECHECKED (exit status 1): one of them does not. Only exactcap-check
    speaks for the independent checker.

    Try:

      exactcap recheck digits.cert.jsonl
    """
    from exactcap.certificates.format import read_certificate
    from exactcap.checker.main import check_file
    from exactcap.claims import Nearby
    from exactcap.cli.progress import progress_bar
    from exactcap.provers.outcome import Finding
    from exactcap.provers.recheck import recheck_nearby

    read = read_certificate(certificate)
    if not isinstance(read.claim, Nearby):
        raise InputError(f"{certificate}: not a certificate of certify nearby; exactcap-check decides the others")
    with progress_bar() as progress:
        try:
            verdict = check_file(str(certificate), progress=lambda done, total: progress("check", done / total))
        except OSError as error:
            raise InputError(f"{certificate}: cannot be read ({error.strerror}); name another file") from None
        if verdict.finding == "REJECTED":
            confirmed, reason = False, f"the independent checker rejects it: {verdict.reason}"
        else:
            outcome = recheck_nearby(read, progress)
            confirmed, reason = outcome.finding is Finding.PROVED, outcome.reason
    said = (
        f"RECHECKED {verdict.claim_id[:16]} {verdict.statement} [{reason}]" if confirmed else f"NOT RECHECKED {reason}"
    )
    record = {
        "verdict": "RECHECKED" if confirmed else "NOT RECHECKED",
        "checker": verdict.finding,
        "id": verdict.claim_id,
        "reason": reason,
        "statement": verdict.statement if confirmed else "",
    }
    print(json.dumps(record, sort_keys=True) if as_json else said)
    return 0 if confirmed else 1
