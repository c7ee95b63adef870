"""``exactcap.verify``: the independent checker's verdict on a file, with the claim for reading."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import NoReturn

from exactcap.certificates.format import claim_id, read_certificate
from exactcap.checker import verdict as checker
from exactcap.checker.main import check_file
from exactcap.claims import Claim
from exactcap.errors import InputError
from exactcap.provers.outcome import Progress, silent


@dataclass(frozen=True, repr=False)
class Verdict(checker.Verdict):
    """The checker's verdict. It is no truth value, since PROBABLE is neither: ask for ``verified`` or ``finding``.

    ``claim`` is the claim as a record, None for a file that is REJECTED: it proves nothing.
    """

    claim: Claim | None = None

    def __bool__(self) -> NoReturn:
        raise TypeError("a verdict is not a truth value, since PROBABLE is no proof: ask for .verified, or .finding")

    def __repr__(self) -> str:
        return self.line()

    def _repr_latex_(self) -> str:
        return f"{self.finding}: {self.claim.latex() if self.claim else self.reason}"

    def _repr_html_(self) -> str:
        from exactcap.api.page import verdict_html

        return verdict_html(self)


def verify(path: str | Path, data: str | Path | None = None, *, progress: Progress = silent) -> Verdict:
    """Have the independent checker decide a certificate; with ``data``, its table must be the one in that CSV file.

    VERIFIED: the claim is proved. REJECTED: the file proves nothing, ``reason`` says where it fails; the claim may be
    true all the same. PROBABLE: proved but for a stated chance of error. UNCHECKED: beyond the checker's reach. Raises
    InputError when a file cannot be read.

    >>> verify("proofs/certificates/no-such.cert.jsonl")
    Traceback (most recent call last):
    exactcap.errors.InputError: proofs/certificates/no-such.cert.jsonl: cannot be read (No such file or directory);
    name another file
    """
    try:
        found = check_file(
            str(path), None if data is None else str(data), lambda done, total: progress("check", done / total)
        )
    except OSError as error:
        raise InputError(f"{error.filename or path}: cannot be read ({error.strerror}); name another file") from None
    claim = None if found.finding == "REJECTED" else read_certificate(path).claim
    if claim is not None and claim_id(claim) != found.claim_id:
        raise InputError(f"{path}: it changes while it is read; run verify again")
    return Verdict(**{field.name: getattr(found, field.name) for field in fields(found)}, claim=claim)
