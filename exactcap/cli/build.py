"""``exactcap build``: the claims of claims files, certified where that is due, and kept under regression test."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.errors import InputError

if TYPE_CHECKING:
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
                 best-constant. Of a claim with each, also a list: a number for
                 each value, or combination (the last key of each runs fastest)
    each         one claim for each value, or combination: {width} is its place
                 in the id; {NAME} may stand in the command and in options, too
    theorem      an id of 'exactcap theorems' of whose kind the certificate is
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
    from exactcap.cli.check_claims import check_again
    from exactcap.sweeps.claims_file import claims_files, read_claims_file

    if not files:
        raise InputError("files: name a claims file or a folder of them, for example: exactcap build proofs/claims")
    n_jobs = options.processes(jobs)
    paths = {os.path.realpath(path): path for name in files for path in claims_files(name)}
    read = [read_claims_file(path) for path in paths.values()]  # all of them before the work
    notes = _left_over(files)
    faults, n_new = check_again(read, n_jobs) if check else _update(read, n_jobs, notes)
    n_claims = sum(len(file.entries) for file in read)
    if as_json:
        print(json.dumps({"claims": n_claims, "certified": n_new, "failed": [fault.text for fault in faults]}))
        return 1 if faults else 0
    print("".join(f"{line}\n" for line in (*notes, *(f"failed      {fault.text}" for fault in faults))), end="")
    done = "certified again" if check else "certified now"
    words = "1 claim" if n_claims == 1 else f"{n_claims} claims"
    print(f"{'FAILED' if faults else 'BUILT'} {words}: {n_new} {done}, {len(faults)} failed")
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
    from exactcap.sweeps.build import answer_fault, evidence_fault, fault_of, note_of
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
            fault = fault_of(entry, known) or evidence_fault(entry, known, store) if known else failed[entry]
            faults += [fault] if fault else []
            note = note_of(entry, known) if known and entry in new else None
            notes += [note] if note else []
        notes += [f"stray       {store / name}: belongs to no claim; remove it" for name in strays(store, lock)]
    return faults, len(due) - len(failed)


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
