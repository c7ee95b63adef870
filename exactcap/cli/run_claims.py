"""The commands of claims, run with -o and --json, many at a time."""

from __future__ import annotations

import contextlib
import difflib
import io
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from exactcap.errors import InputError

if TYPE_CHECKING:
    from exactcap.sweeps.answers import Answer
    from exactcap.sweeps.claims_file import Entry

INTERRUPTED = 130  # the exit status


@dataclass(frozen=True)
class Job:
    """A claim of a file to be certified into a folder, or a certificate of it to be checked."""

    entry: Entry
    folder: Path
    file: Path
    certificate: Path | None = None


def parse(entries: Iterable[Entry]) -> None:
    """Have the command line's parser read the arguments of all claims; raises InputError with file and line."""
    from exactcap.cli.main import parse_arguments

    for entry in entries:
        if entry.arguments:
            try:
                parse_arguments(list(entry.arguments))
            except InputError as error:
                raise InputError(f"{entry.where}: {error}{_own_key(str(error))}") from None


def _own_key(message: str) -> str:
    """The key of a claim that an unknown option looks like; the command's own are in the message.

    >>> _own_key('Unknown option: "--recordd".')
    ' Or did you mean recorded?'
    """
    from exactcap.sweeps.claims_file import OWN_KEYS

    unknown = re.search(r"Unknown option\W+([a-z-]+)", message)
    near = difflib.get_close_matches(unknown[1].strip("-"), OWN_KEYS, n=1, cutoff=0.75) if unknown else []
    return f" Or did you mean {near[0]}?" if near else ""


def run_jobs(jobs: Sequence[Job], processes: int) -> Iterator[tuple[Job, Answer]]:
    """Each job with its answer, as they come."""
    from exactcap.cli.progress import instances_bar
    from exactcap.sweeps.answers import Answer
    from exactcap.sweeps.processes import Died, spread

    with instances_bar("claims") as report:
        report(0, len(jobs))
        if processes == 1 or len(jobs) == 1:
            for done, job in enumerate(jobs, start=1):
                yield job, run_job(job)
                report(done, len(jobs))
            return
        with contextlib.closing(spread(run_job, deque(jobs), processes)) as results:
            for done, (job, answer) in enumerate(results, start=1):
                report(done, len(jobs))
                yield job, Answer(70, None, str(answer)) if isinstance(answer, Died) else answer


def run_job(job: Job) -> Answer:
    """Run the command of a claim in this process, or have a certificate checked."""
    certificate = job.certificate or job.entry.certificate
    return run_entry(job.entry, job.folder) if certificate is None else check_shipped(certificate, job.entry.data)


def run_entry(entry: Entry, folder: Path) -> Answer:
    """Run the command of a claim, whose files go to the folder."""
    answer = _run(_arguments(entry, folder))
    if entry.command == "predict" and answer.record is None:
        from exactcap.cli.predict_committee import NO_CERTIFICATE

        if NO_CERTIFICATE in answer.message:
            return _run([*entry.arguments, "--json"])
    return answer


def check_shipped(certificate: Path, data: Path | None = None) -> Answer:
    """What the independent checker says, in the words of the commands: PROVED for VERIFIED.

    With ``data`` the certificate must be about the table of that file.
    """
    from exactcap.checker.main import check_file
    from exactcap.sweeps.answers import Answer

    try:
        verdict = check_file(str(certificate), None if data is None else str(data))
    except OSError as error:
        return Answer(2, None, f"{error.filename or certificate}: cannot be read ({error.strerror})")
    said = "PROVED" if verdict.verified else verdict.finding
    stated = None if verdict.reason else {"statement": verdict.statement}
    record = {"verdict": said, "reason": verdict.reason, "certificate": stated}
    return Answer(0 if verdict.verified else 1, record, verdict.reason)


def _arguments(entry: Entry, folder: Path) -> list[str]:
    from exactcap.sweeps.lock import SUFFIX

    ending = ".json" if entry.command == "memorize" else SUFFIX
    return [*entry.arguments, "-o", str(folder / f"{entry.identifier}{ending}"), "--json"]


def _run(arguments: list[str]) -> Answer:
    from exactcap.cli.main import main
    from exactcap.sweeps.answers import Answer

    said, complaints = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complaints):
        status = main(arguments)
    if status == INTERRUPTED:
        raise KeyboardInterrupt
    try:
        record = json.loads(said.getvalue())
    except ValueError:
        record = None
    message = complaints.getvalue().strip().removeprefix("exactcap: ") or f"the command ended with status {status}"
    return Answer(status, record if isinstance(record, dict) else None, message.splitlines()[-1])
