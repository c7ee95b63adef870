"""``exactcap build``: the claims of claims files, certified where that is due, and kept under regression test."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.errors import InputError

if TYPE_CHECKING:
    from exactcap.cli.run_claims import Job
    from exactcap.sweeps.answers import Answer
    from exactcap.sweeps.build import Fault
    from exactcap.sweeps.claims_file import ClaimsFile, Entry
    from exactcap.sweeps.lock import Known

Files = Annotated[Path, Parameter(help="TOML files with [[claim]] tables, or folders of such files.")]
Check = Annotated[
    bool,
    Parameter(negative="", help="Write nothing: certify every claim again, and check the certificates that are there."),
]


def build(*files: Files, check: Check = False, jobs: options.Jobs = None, as_json: options.Json = False) -> int:
    """Certify the claims of a file whose certificate is missing or stale; fail when a claim or a number got worse.

    Each [[claim]] of a file has an id and the command that certifies it. The
    other keys are the options of the command, without hyphens. A whole file:

      title = "Wine"

      [[claim]]
      id = "every-labelling-{width}"
      command = "certify interpolation"
      data = "wine.csv"
      label = "class"
      activation = "tanh"
      each = { width = [24, 36] }

      [[claim]]
      id = "network"
      about = "the label of each row, exactly"
      command = "memorize"
      file = "wine.csv"
      label = "class"
      activation = "relu"
      method = "tent"
      recorded = "30"

      [[claim]]
      id = "perceptron"
      command = "predict perceptron"
      margin = 1
      digits = 10
      expect = "THEOREM"

    command      certify ..., capacity, memorize, evaluate ..., count ..., or
                 predict ...
    certificate  in its place: a certificate that is checked, never made again
    expect       the verdict, if it is not PROVED; of predict what the answer
                 begins with: THEOREM, UPPER BOUND or PREDICTION
    recorded     the number found earlier, in quotes. The claim fails with other
                 digits of evaluate, count and predict, and with a worse number
                 of capacity, memorize, certify kernel and searches such as
                 best-constant
    each         one claim for each value, or combination: {width} is its place
                 in the id; {NAME} may stand in the command and in options, too
    theorem      an id of 'exactcap theorems'
    about        a remark

    Paths (data, file, network, certificate) are relative to the claims file. The
    certificates of claims/NAME.toml go to certificates/NAME beside the folder
    claims, those of other files to NAME.certificates. A claim is stale when it
    changed, or the content of its files. After an interruption the same command
    goes on.

    Exit status 1 when a claim fails.

    Try:

      exactcap build proofs/claims
      exactcap build --check proofs/claims/vershynin-2020.toml
    """
    from exactcap.sweeps.claims_file import claims_files, read_claims_file

    if not files:
        raise InputError("files: name a claims file or a folder of them, for example: exactcap build proofs/claims")
    n_jobs = options.processes(jobs)
    paths = {os.path.realpath(path): path for name in files for path in claims_files(name)}
    read = [read_claims_file(path) for path in paths.values()]  # all of them before the work
    notes = _left_over(files)
    faults, n_new = _check(read, n_jobs) if check else _update(read, n_jobs, notes)
    n_claims = sum(len(file.entries) for file in read)
    if as_json:
        print(json.dumps({"claims": n_claims, "certified": n_new, "failed": [fault.text for fault in faults]}))
        return 1 if faults else 0
    print("".join(f"{line}\n" for line in (*notes, *(f"failed      {fault.text}" for fault in faults))), end="")
    done = "certified again" if check else "certified now"
    print(f"{'FAILED' if faults else 'BUILT'} {n_claims} claims: {n_new} {done}, {len(faults)} failed")
    return 1 if faults else 0


def _left_over(files: Sequence[Path]) -> list[str]:
    """Notes on stores in folders that were named, whose claims file is gone."""
    from exactcap.sweeps.claims_file import claims_files
    from exactcap.sweeps.lock import left_over

    folders = {claims_files(path)[0].parent for path in files if path.is_dir()}
    return [
        f"left over   {store}: its claims file {file} is gone; remove it" for folder in sorted(folders)
        for store, file in left_over(folder)
    ]  # fmt: skip


def _update(files: Sequence[ClaimsFile], jobs: int, notes: list[str]) -> tuple[list[Fault], int]:
    """Certify what is due into the stores of the files; what else of claims is in them goes."""
    from exactcap.cli.run_claims import Job, parse, run_jobs
    from exactcap.sweeps.answers import known_of
    from exactcap.sweeps.build import answer_fault, fault_of, note_of
    from exactcap.sweeps.lock import is_fresh, read_lock, store_of, strays, write_lock

    stores = {file.path: store_of(file.path) for file in files}
    locks = {path: read_lock(store) for path, store in stores.items()}
    due = [
        Job(entry, stores[file.path], file.path)
        for file in files for entry in file.entries if not is_fresh(entry, locks[file.path], stores[file.path])
    ]  # fmt: skip
    parse([job.entry for job in due])  # before anything is removed
    for file in files:
        stale = {job.entry.identifier for job in due if job.file == file.path}
        _clear(stores[file.path], locks[file.path], {entry.identifier for entry in file.entries} - stale, stale)
    failed: dict[Entry, Fault] = {}
    for job, answer in run_jobs(due, jobs):
        fault = answer_fault(job.entry, answer)
        if fault:
            failed[job.entry] = fault
            continue
        locks[job.file][job.entry.identifier] = known_of(job.entry, answer, job.folder)
        write_lock(job.folder, locks[job.file])  # after each claim: an interrupted build goes on from there
    faults, new = [], {job.entry for job in due}
    for file in files:
        store, lock = stores[file.path], locks[file.path]
        write_lock(store, lock)
        for entry in file.entries:
            known = lock.get(entry.identifier)
            fault = fault_of(entry, known) if known else failed[entry]
            faults += [fault] if fault else []
            note = note_of(entry, known) if known and entry in new else None
            notes += [note] if note else []
        notes += [f"stray       {store / name}: belongs to no claim; remove it" for name in strays(store, lock)]
    return faults, len(due)


def _clear(store: Path, lock: dict[str, Known], fresh: set[str], stale: set[str]) -> None:
    """Make the store if it is not there, and remove from it and its lock what is stale or of no claim any more."""
    from exactcap.sweeps.lock import remove_files

    try:
        store.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{store}: cannot be made ({error.strerror}); put the claims file elsewhere") from None
    for identifier in (set(lock) | stale) - fresh:
        lock.pop(identifier, None)
        remove_files(identifier, store)


def _check(files: Sequence[ClaimsFile], jobs: int) -> tuple[list[Fault], int]:
    """Certify all claims into a folder that is thrown away, and check the certificates of the stores."""
    from exactcap.cli.run_claims import Job, parse, run_jobs
    from exactcap.sweeps.build import Fault
    from exactcap.sweeps.lock import SUFFIX, files_of, is_fresh, read_lock, store_of, strays

    parse([entry for file in files for entry in file.entries])
    stores = {file.path: store_of(file.path) for file in files}
    locks = {path: read_lock(store) for path, store in stores.items()}
    failed: dict[Entry, Fault] = {}
    again, there = [], []
    with tempfile.TemporaryDirectory(prefix="exactcap-") as folder:
        for k, file in enumerate(files):
            store, lock, thrown_away = stores[file.path], locks[file.path], Path(folder, str(k))
            thrown_away.mkdir()
            for entry in file.entries:
                again.append(Job(entry, thrown_away, file.path))
                if is_fresh(entry, lock, store):
                    names = [name for name in lock[entry.identifier].files if name.endswith(SUFFIX)]
                    there += [Job(entry, store, file.path, store / name) for name in names]
                else:
                    lock.pop(entry.identifier, None)
                    failed[entry] = Fault(
                        f"{entry.where}: its certificate is missing or stale; run exactcap build {file.path}"
                    )
        for job, answer in run_jobs([*again, *there], jobs):
            fault = _job_fault(job, answer, stores[job.file], locks[job.file].get(job.entry.identifier))
            if fault:
                failed.setdefault(job.entry, fault)
    faults = []
    for file in files:
        entries, store, lock = file.entries, stores[file.path], locks[file.path]
        for identifier in sorted(set(lock) - {entry.identifier for entry in entries}):
            faults.append(Fault(f"{file.path}: no claim {identifier}, but certificates of it; run exactcap build"))
        faults += [failed[entry] for entry in entries if entry in failed]
        stale = {name for entry in entries if entry in failed for name in files_of(entry.identifier)}
        found = [name for name in strays(store, lock) if name not in stale]
        faults += [Fault(f"{store / name}: belongs to no claim; remove it") for name in found]
    return faults, len(again)


def _job_fault(job: Job, answer: Answer, store: Path, stored: Known | None) -> Fault | None:
    """What is wrong with a certificate of the store, or with what a command wrote beside what is stored."""
    from exactcap.sweeps.answers import known_of
    from exactcap.sweeps.build import Fault, answer_fault, fault_of, store_fault

    fault = answer_fault(job.entry, answer)
    if fault or answer.record is None:
        return fault
    if job.certificate:
        verdict = answer.record["verdict"]
        is_good = verdict in ("PROVED", "PROBABLE")
        return None if is_good else Fault(f"{job.entry.where}: {job.certificate} is {verdict}: {answer.message}")
    known = known_of(job.entry, answer, job.folder)
    fault = fault_of(job.entry, known)
    return fault or (store_fault(job.entry, known, job.folder, stored, store) if stored else None)
