"""``exactcap build``: the claims of a file, certified where that is due, and kept under regression test."""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.errors import InputError

if TYPE_CHECKING:
    from exactcap.sweeps.build import Answer, Fault
    from exactcap.sweeps.claims_file import Entry

Files = Annotated[Path, Parameter(help="TOML files with [[claim]] tables: an id, a command, its options as keys.")]
Check = Annotated[
    bool,
    Parameter(negative="", help="Write nothing: certify every claim again, and check the certificates that are there."),
]
Jobs = Annotated[
    int | None, Parameter(converter=options.whole_number, help="Processes. Default: one for each processor.")
]


def build(*files: Files, check: Check = False, jobs: Jobs = None, as_json: options.Json = False) -> int:
    """Certify the claims of a file whose certificate is missing or stale; fail when a claim or a constant got worse.

    The certificates of claims/NAME.toml go to certificates/NAME beside the folder claims, those of other files to
    NAME.certificates. A claim fails when its verdict is not the expected one (PROVED unless 'expect' says otherwise),
    or when the constant found is worse than the one in 'recorded'. Exit status 1 when a claim fails.

    A file of one claim; keys other than id, command, about, expect and recorded are the options of the command:

      [[claim]]
      id = "decoupling"
      command = "certify gaussian decoupling"
      epsilon = "1/16"
      best-constant = true
      recorded = "1203/1000"

    Try:

      exactcap build proofs/claims/vershynin-2020.toml
      exactcap build --check proofs/claims/vershynin-2020.toml
    """
    from exactcap.sweeps.claims_file import read_claims

    if not files:
        raise InputError("files: name a claims file, for example: exactcap build proofs/claims/vershynin-2020.toml")
    n_jobs = os.cpu_count() or 1 if jobs is None else options.between("jobs", jobs, 1, 1024)
    read = [(file, read_claims(file)) for file in files]  # all of them before the work
    faults: list[Fault] = []
    notes: list[str] = []
    n_claims, n_new = 0, 0
    for file, entries in read:
        found, new = (_check if check else _update)(file, entries, n_jobs, notes)
        faults += found
        n_claims, n_new = n_claims + len(entries), n_new + new
    if as_json:
        print(json.dumps({"claims": n_claims, "certified": n_new, "failed": [fault.text for fault in faults]}))
        return 1 if faults else 0
    print("".join(f"{line}\n" for line in (*notes, *(f"failed      {fault.text}" for fault in faults))), end="")
    done = "certified again" if check else "certified now"
    print(f"{'FAILED' if faults else 'BUILT'} {n_claims} claims: {n_new} {done}, {len(faults)} failed")
    return 1 if faults else 0


def _update(file: Path, entries: Sequence[Entry], jobs: int, notes: list[str]) -> tuple[list[Fault], int]:
    """Certify what is due into the store of the file; what else is in it goes. Constants found become notes."""
    from exactcap.sweeps.build import (
        answer_fault,
        best_words,
        fault_of,
        is_fresh,
        lock_entry,
        read_lock,
        remove_files,
        store_of,
        write_lock,
    )

    folder = store_of(file)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made ({error.strerror}); put the claims file elsewhere") from None
    lock, faults = read_lock(folder), []
    due = [entry for entry in entries if not is_fresh(entry, lock, folder)]
    for identifier in {*(set(lock) - {entry.identifier for entry in entries}), *(entry.identifier for entry in due)}:
        lock.pop(identifier, None)
        remove_files(identifier, folder)
    for entry, answer in _answers(due, folder, jobs):
        fault = answer_fault(entry, answer)
        if fault:
            faults.append(fault)
            continue
        known = lock[entry.identifier] = lock_entry(entry, answer, folder)
        write_lock(folder, lock)  # after each claim: an interrupted build goes on from there
        if known["best"] and entry.recorded is None:
            notes.append(f"found       {entry.identifier}: {best_words(known['best'])}; not recorded")
    write_lock(folder, lock)
    faults += [f for e in entries if e.identifier in lock and (f := fault_of(e, lock[e.identifier]))]
    return faults, len(due)


def _check(file: Path, entries: Sequence[Entry], jobs: int, notes: list[str]) -> tuple[list[Fault], int]:
    """Certify all claims into a folder that is thrown away, and check the certificates of the store."""
    from exactcap.checker.main import check_file
    from exactcap.sweeps.build import (
        Fault,
        answer_fault,
        fault_of,
        is_fresh,
        lock_entry,
        read_lock,
        store_fault,
        store_of,
    )

    folder = store_of(file)
    lock, faults = read_lock(folder), []
    for identifier in sorted(set(lock) - {entry.identifier for entry in entries}):
        faults.append(Fault(f"{file}: no claim {identifier}, but certificates of it; run exactcap build {file}"))
    for entry in entries:
        if not is_fresh(entry, lock, folder):
            faults.append(Fault(f"{entry.where}: its certificate is missing or stale; run exactcap build {file}"))
            continue
        for name in lock[entry.identifier]["files"]:
            verdict = check_file(str(folder / name))
            if verdict.finding not in ("VERIFIED", "PROBABLE"):
                faults.append(Fault(f"{entry.where}: {name} is {verdict.finding}: {verdict.reason}"))
    with tempfile.TemporaryDirectory(prefix="exactcap-") as name:
        for entry, answer in _answers(entries, Path(name), jobs):
            fault = answer_fault(entry, answer)
            if fault is None:
                known = lock_entry(entry, answer, Path(name))
                fault = fault_of(entry, known) or store_fault(entry, known, lock.get(entry.identifier))
            faults += [fault] if fault else []
    return faults, len(entries)


def _answers(entries: Sequence[Entry], folder: Path, jobs: int) -> Iterator[tuple[Entry, Answer]]:
    """Each claim with the answer of its command, as they come."""
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from multiprocessing import get_context

    from exactcap.cli.progress import instances_bar

    outputs = {entry: str(folder / f"{entry.identifier}.cert.jsonl") for entry in entries}
    with instances_bar() as report:
        if jobs == 1:
            for done, (entry, output) in enumerate(outputs.items(), start=1):
                yield entry, run_claim(entry.arguments, output)
                report(done, len(outputs))
            return
        # spawned, since a fork would copy the locks of other threads
        with ProcessPoolExecutor(max_workers=jobs, mp_context=get_context("spawn")) as pool:
            tasks = {pool.submit(run_claim, entry.arguments, output): entry for entry, output in outputs.items()}
            try:
                for done, task in enumerate(as_completed(tasks), start=1):
                    report(done, len(tasks))
                    yield tasks[task], task.result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)


def run_claim(arguments: Sequence[str], output: str) -> Answer:
    """Run a command of exactcap in this process, with -o and --json."""
    from exactcap.cli.main import main
    from exactcap.sweeps.build import Answer

    said, complaints = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complaints):
        status = main([*arguments, "-o", output, "--json"])
    try:
        record = json.loads(said.getvalue())
    except ValueError:
        record = None
    message = complaints.getvalue().strip().removeprefix("exactcap: ") or f"the command ended with status {status}"
    return Answer(status, record if isinstance(record, dict) else None, message.splitlines()[-1])
