"""``exactcap build --check``: all claims certified once more elsewhere, and what is stored compared and checked."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from exactcap.errors import InputError

if TYPE_CHECKING:
    from exactcap.cli.run_claims import Job
    from exactcap.sweeps.answers import Answer
    from exactcap.sweeps.build import Fault
    from exactcap.sweeps.claims_file import ClaimsFile, Entry
    from exactcap.sweeps.lock import Known

FINDINGS = {"PROVED": "VERIFIED"}  # what a command calls the checker's word


@dataclass
class Stored:
    """The store of a claims file with its lock, and what the checker says of its certificates, by claim and name."""

    folder: Path
    lock: dict[str, Known]
    findings: dict[str, dict[str, str]] = field(default_factory=dict)


def check_again(files: Sequence[ClaimsFile], jobs: int) -> tuple[list[Fault], int]:
    """Certify all claims into a folder that is thrown away, and check the certificates of the stores."""
    from exactcap.cli.run_claims import Job, parse, run_jobs
    from exactcap.sweeps.build import Fault
    from exactcap.sweeps.lock import certificates_of, is_fresh, read_lock, store_of

    parse([entry for file in files for entry in file.entries])
    stores = {file.path: store_of(file.path) for file in files}
    found = {path: Stored(store, read_lock(store)) for path, store in stores.items()}
    failed: dict[Entry, Fault] = {}
    again, there = [], []
    with tempfile.TemporaryDirectory(prefix="exactcap-") as folder:
        for k, file in enumerate(files):
            stored, thrown_away = found[file.path], Path(folder, str(k))
            thrown_away.mkdir()
            for entry in file.entries:
                again.append(Job(entry, thrown_away, file.path))
                if is_fresh(entry, stored.lock, stored.folder):
                    paths = certificates_of(entry, stored.lock[entry.identifier], stored.folder)
                    made = () if entry.certificate else paths
                    there += [Job(entry, stored.folder, file.path, path) for path in made]
                else:
                    stored.lock.pop(entry.identifier, None)
                    failed[entry] = Fault(
                        f"{entry.where}: its certificate is missing or stale; run exactcap build {file.path}"
                    )
        for job, answer in run_jobs([*again, *there], jobs):
            fault = _job_fault(job, answer, found[job.file])
            if fault:
                failed.setdefault(job.entry, fault)
    for file in files:
        for entry in file.entries:
            fault = None if entry in failed else _lock_fault(entry, found[file.path])
            if fault:
                failed[entry] = fault
    return [fault for file in files for fault in _in_order(file, found[file.path], failed)], len(again)


def _in_order(file: ClaimsFile, stored: Stored, failed: Mapping[Entry, Fault]) -> list[Fault]:
    """The faults of a file: of claims that are gone, of its claims, and of what belongs to none."""
    from exactcap.sweeps.build import Fault
    from exactcap.sweeps.lock import files_of, strays

    gone = sorted(set(stored.lock) - {entry.identifier for entry in file.entries})
    faults = [Fault(f"{file.path}: no claim {name}, but certificates of it; run exactcap build") for name in gone]
    faults += [failed[entry] for entry in file.entries if entry in failed]
    stale = {name for entry in file.entries if entry in failed for name in files_of(entry.identifier)}
    found = [name for name in strays(stored.folder, stored.lock) if name not in stale]
    return faults + [Fault(f"{stored.folder / name}: belongs to no claim; remove it") for name in found]


def _job_fault(job: Job, answer: Answer, stored: Stored) -> Fault | None:
    """What is wrong with a certificate of the store, or with what a command wrote beside what is stored."""
    from exactcap.sweeps.answers import known_of
    from exactcap.sweeps.build import Fault, answer_fault, fault_of, store_fault

    fault = answer_fault(job.entry, answer)
    if fault or answer.record is None:
        return fault
    certificate = job.certificate or job.entry.certificate
    if certificate:
        verdict = str(answer.record["verdict"])
        stored.findings.setdefault(job.entry.identifier, {})[certificate.name] = FINDINGS.get(verdict, verdict)
    if job.certificate:
        is_good = verdict in ("PROVED", "PROBABLE")
        return None if is_good else Fault(f"{job.entry.where}: {job.certificate} is {verdict}: {answer.message}")
    known = known_of(job.entry, answer, job.folder)
    there = stored.lock.get(job.entry.identifier)
    fault = fault_of(job.entry, known)
    return fault or (store_fault(job.entry, known, job.folder, there, stored.folder) if there else None)


def _lock_fault(entry: Entry, stored: Stored) -> Fault | None:
    """What the lock says of a claim beyond its certificates, which the checker has accepted."""
    from exactcap.certificates.format import read_certificate
    from exactcap.sweeps.build import Fault, network_fault
    from exactcap.sweeps.evidence import disagreement
    from exactcap.sweeps.lock import certificates_of

    known, findings = stored.lock[entry.identifier], stored.findings.get(entry.identifier, {})
    try:
        paths = certificates_of(entry, known, stored.folder)
        claims = {path.name: read_certificate(path).claim for path in paths}
        said = disagreement(entry, known, {name: (findings[name], claim) for name, claim in claims.items()})
    except InputError as error:
        return Fault(f"{entry.where}: {error}")
    if said:
        return Fault(f"{entry.where}: the lock says {said}; run exactcap build again, or correct the claim")
    return network_fault(entry, claims, stored.folder)
