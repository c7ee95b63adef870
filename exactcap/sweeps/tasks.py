"""One task of a sweep: find the ranks of matrices that share their work, and let the checker decide each.

It runs in any process on any machine, touches no store, and returns what the store will hold.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from exactcap.certificates.format import claim_id
from exactcap.certificates.store import Record, instance_name
from exactcap.checker.main import check_file
from exactcap.claims import Matrix, Rank
from exactcap.errors import InputError
from exactcap.provers.rank import Found, find_ranks


@dataclass(frozen=True)
class Done:
    """What goes into the store: a record, and the bytes of a certificate that the checker has read."""

    record: Record
    certificate: bytes


@dataclass(frozen=True)
class Failed:
    """Why a matrix has no certificate; ``is_bug`` where exactcap is to blame."""

    matrix: Matrix
    reason: str
    is_bug: bool = False


Outcome = Done | Failed


def certify_group(matrices: Sequence[Matrix], seed: int) -> list[Outcome]:
    """The outcome for each matrix of a task, never an exception: one that is refused does not take others with it.

    >>> from exactcap.claims import Generic, KhatriRao
    >>> [done.record.lower for done in certify_group([KhatriRao(Generic(3, 15), 3, m) for m in (4, 5)], seed=0)]
    [12, 14]
    """
    start = time.monotonic()
    try:
        found = find_ranks(matrices, seed)
        share = (time.monotonic() - start) / len(matrices)
        with tempfile.TemporaryDirectory(prefix="exactcap-") as folder:
            return [_checked(one, share, Path(folder) / "draft") for one in found]
    except Exception as error:  # a sweep outlives a bug that one of its thousands of matrices brings to light
        if len(matrices) > 1:
            return [outcome for matrix in matrices for outcome in certify_group([matrix], seed)]
        return [_failed(matrices[0], error)]


def _failed(matrix: Matrix, error: Exception) -> Failed:
    if isinstance(error, InputError):
        return Failed(matrix, str(error))
    if isinstance(error, MemoryError):
        return Failed(matrix, "out of memory; run it alone, or with fewer jobs")
    if isinstance(error, OSError):
        return Failed(matrix, f"cannot write a draft of its certificate ({error.strerror}); free some space")
    return Failed(matrix, f"{type(error).__name__}: {error}", is_bug=True)


def _checked(found: Found, seconds: float, draft: Path) -> Outcome:
    """The checker's word on a certificate, which must state exactly the rank that the record will."""
    start = time.monotonic()
    certificate = b"".join(found.certificate.lines())
    draft.write_bytes(certificate)
    verdict = check_file(str(draft))
    is_closed = found.lower == found.upper
    claim = Rank(found.matrix, found.lower, "equals" if is_closed else "at-least")
    expected = "PROBABLE" if found.is_probable else "VERIFIED"
    if verdict.finding != expected or verdict.claim_id != claim_id(claim):
        said = verdict.reason or f"{verdict.finding} {verdict.statement}"
        return Failed(found.matrix, f"the checker, asked for {expected} {claim.statement()}, says: {said}", is_bug=True)
    record = Record(
        name=instance_name(found.matrix),
        matrix=found.matrix,
        finding="PROBABLE" if found.is_probable else "PROVED" if is_closed else "UNDECIDED",
        lower=found.lower,
        upper=found.upper,
        rules=found.rules,
        relies_on=verdict.relies_on,
        error_bound=verdict.error_bound,
        certificate_id=verdict.claim_id,
        digest=hashlib.sha256(certificate).hexdigest(),
        milliseconds=round(1000 * (seconds + time.monotonic() - start)),
    )
    return Done(record, certificate)
