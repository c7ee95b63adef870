"""``exactcap verify`` and ``exactcap explain``: what the checker says of certificates, and what they mean."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from exactcap.checker.verdict import Verdict
    from exactcap.provers.outcome import Progress

PATTERN = "*.cert.jsonl"
FEW = 4  # files that are not worth other processes
MOST_ROWS = 40  # of the tall table
STYLES = {"VERIFIED": "green", "PROBABLE": "yellow", "UNCHECKED": "yellow", "REJECTED": "bold red"}


def verify(
    *paths: Annotated[Path, Parameter(help="Certificates, or folders that are searched for *.cert.jsonl.")],
    data: Annotated[Path | None, Parameter(help="Rebuild each claim from this CSV file too, and compare.")] = None,
    jobs: options.Jobs = None,
    as_json: options.Json = False,
) -> int:
    """Run the independent checker on certificates and print a table; of more than 40 files one line each.

    Exit status: 0 when all are verified, 1 when one is rejected or unchecked, 3 else, when one is probable only.

    Try:

      exactcap verify proofs
    """
    if not paths:
        raise InputError("paths: name a certificate or a folder, for example: exactcap verify proofs")
    n_jobs = options.processes(jobs)
    files = [file for path in paths for file in _certificates(path)]
    verdicts = _verdicts(files, data, n_jobs)
    if as_json:
        print(json.dumps([verdict.record() for verdict in verdicts], sort_keys=True))
    else:
        _print_verdicts(verdicts)
    findings = {verdict.finding for verdict in verdicts}
    return 1 if findings & {"REJECTED", "UNCHECKED"} else 3 if "PROBABLE" in findings else 0


def _verdicts(files: Sequence[Path], data: Path | None, jobs: int) -> list[Verdict]:
    """The verdicts in the order of the files, from so many processes."""
    from exactcap.cli.progress import instances_bar, progress_bar
    from exactcap.sweeps.processes import Died, spread

    if jobs == 1 or len(files) < FEW:
        with progress_bar() as progress:
            return [_verdict(file, data, progress, k, len(files)) for k, file in enumerate(files)]
    found: dict[Path, Verdict] = {}
    with (
        instances_bar("certificates") as report,
        closing(spread(partial(_decide, data=data), deque(files), jobs)) as results,
    ):
        for file, verdict in results:
            if isinstance(verdict, Died | str):
                raise InputError(f"{file}: {verdict}" if isinstance(verdict, Died) else verdict)
            found[file] = verdict
            report(len(found), len(files))
    return [found[file] for file in files]


def _decide(file: Path, data: Path | None) -> Verdict | str:
    """In another process: the verdict, or why there is none."""
    from exactcap.provers.outcome import silent

    try:
        return _verdict(file, data, silent, 0, 1)
    except InputError as error:
        return str(error)


def _verdict(file: Path, data: Path | None, progress: Progress, k: int, n_files: int) -> Verdict:
    from exactcap.checker.main import check_file

    def report(done: int, total: int) -> None:
        progress("verify", (k + done / total) / n_files)

    try:
        return check_file(str(file), str(data) if data else None, report)
    except OSError as error:
        raise InputError(f"{error.filename or file}: cannot be read ({error.strerror}); name another file") from None


def _certificates(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    found = sorted(path.rglob(PATTERN))
    if not found:
        raise InputError(f"paths: the folder {str(path)!r} holds no {PATTERN}; name another")
    yield from found


def _print_verdicts(verdicts: list[Verdict]) -> None:
    from rich.console import Console

    console = Console()
    (_print_lines if len(verdicts) > MOST_ROWS else _print_table)(verdicts, console)
    verified, probable, unchecked, rejected = (
        sum(verdict.finding == finding for verdict in verdicts) for finding in STYLES
    )
    by_rule = sum(
        verdict.verified and any(name.startswith("rule-") for name in verdict.relies_on) for verdict in verdicts
    )
    some = (f"{probable} probable, " if probable else "") + (f"{unchecked} unchecked, " if unchecked else "")
    console.print(f"{verified} verified ({by_rule} of them by named rules), {some}{rejected} rejected")


def _print_lines(verdicts: list[Verdict], console: Console) -> None:
    """Verdict, id and path; what is not verified with its statement and the reason."""
    from rich.text import Text

    for verdict in verdicts:
        line = Text.assemble(
            (f"{verdict.finding:<9}", STYLES[verdict.finding]), f" {verdict.claim_id[:16]:<16} {verdict.path}"
        )
        if not verdict.verified:
            error = f"error at most {verdict.error_bound}" if verdict.error_bound else ""
            line.append("".join(f"\n{'':<10}{said}" for said in (verdict.statement, verdict.reason, error) if said))
        console.print(line, soft_wrap=True)


def _print_table(verdicts: list[Verdict], console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(show_lines=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("certificate and id", overflow="fold", ratio=1)
    table.add_column("statement, or reason of the rejection", overflow="fold", ratio=3)
    for verdict in verdicts:
        said = Text(verdict.statement or verdict.reason)
        if verdict.finding != "REJECTED":
            said.append(f"\nnot checked: {verdict.reason}" if verdict.reason else "")
            said.append(f"\nrelies on {', '.join(verdict.relies_on) or 'nothing else'}", style="dim")
            said.append(f"\n{verdict.data}" if verdict.data else "", style="dim")
        table.add_row(
            Text(_said(verdict).replace(" (", "\n("), style=STYLES[verdict.finding]),
            Text(f"{Path(verdict.path).name}\n{verdict.claim_id[:16]}"),
            said,
        )
    console.print(table)


def _said(verdict: Verdict) -> str:
    return verdict.finding + (f" (error at most {verdict.error_bound})" if verdict.error_bound else "")


def explain(
    certificate: Annotated[Path, Parameter(help="A certificate (*.cert.jsonl).")], *, as_json: options.Json = False
) -> int:
    """Say what a certificate claims, why its evidence suffices, and what it relies on.

    The independent checker decides first: what it rejects or cannot check is not explained (exit status 1).

    Try:

      exactcap explain bc.cert.jsonl
    """
    from exactcap.certificates.format import read_certificate
    from exactcap.cli.progress import progress_bar
    from exactcap.reports.explain import explanation

    with progress_bar() as progress:
        verdict = _verdict(certificate, None, progress, 0, 1)
    if verdict.reason:
        print(json.dumps(verdict.record(), sort_keys=True) if as_json else verdict.line())
        return 1
    told = explanation(read_certificate(certificate))
    if as_json:
        print(json.dumps(told.record(), sort_keys=True))
    else:
        print(told.text(_said(verdict)))
    return 0 if verdict.verified else 3
