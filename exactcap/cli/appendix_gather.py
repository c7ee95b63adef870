"""What an appendix is about: the claims of a book, each certificate decided by the independent checker."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exactcap.errors import InputError

if TYPE_CHECKING:
    from exactcap.checker.verdict import Verdict
    from exactcap.reports.appendix_records import Book, Case, Checked
    from exactcap.sweeps.book import Chapter, Instance

SHOWN = ("constant", "bias", "from")  # numbers of searches; other values stand in the columns of the claim


def gather(path: Path, chapters: Sequence[Chapter], verdicts: Mapping[Path, Verdict]) -> Book:
    """The book as plain records.

    Paths are given from the folder that holds the claims and their certificates; for proofs, from where that is.
    """
    from exactcap import __version__
    from exactcap.reports import appendix_records as records

    given = path.resolve()
    folder = given if given.is_dir() else given.parent
    base = folder.parent if folder.name == "claims" else folder
    root = base.parent if given.is_dir() or base != folder else base
    made = tuple(
        records.Chapter(
            chapter.key, chapter.title, _from(chapter.file, root),
            tuple(_case(instance, root, verdicts) for instance in chapter.instances),
        )
        for chapter in chapters
    )  # fmt: skip
    return records.Book(given.name, __version__, made)


def verdicts_of(chapters: Sequence[Chapter], jobs: int) -> dict[Path, Verdict]:
    """The checker's verdict on each certificate; raises InputError when it does not accept one.

    A certificate about a table is compared with the data file of its command, too.
    """
    from exactcap.cli.progress import instances_bar
    from exactcap.sweeps.processes import Died, spread

    instances = [instance for chapter in chapters for instance in chapter.instances]
    tasks = dict.fromkeys((file, data_of(instance)) for instance in instances for file in instance.files)
    verdicts: dict[Path, Verdict] = {}
    with instances_bar() as report:
        for (file, _), verdict in spread(decide, deque(tasks), min(jobs, len(tasks) or 1)):
            if isinstance(verdict, Died):
                raise InputError(f"{file}: the checker ended early: {verdict}")
            if verdict.finding not in ("VERIFIED", "PROBABLE"):
                raise InputError(
                    f"{file}: {verdict.finding} by the independent checker: {verdict.reason}; no appendix is made of "
                    "it. Delete the file and run exactcap build"
                )
            verdicts[file] = verdict
            report(len(verdicts), len(tasks))
    return verdicts


def decide(task: tuple[Path, Path | None]) -> Verdict:
    """Run the checker on a certificate, with the data file where there is one."""
    from exactcap.checker.main import check_file
    from exactcap.checker.verdict import Verdict

    file, data = task
    try:
        return check_file(str(file), None if data is None else str(data))
    except OSError as error:
        return Verdict(str(file), "REJECTED", reason=f"{error.filename or file} cannot be read ({error.strerror})")


def data_of(instance: Instance) -> Path | None:
    """The data file of the command, with which its certificates are compared."""
    words = (word.partition("=") for word in instance.entry.arguments)
    return next((Path(value) for name, _, value in words if name in ("--data", "--file")), None)


def _case(instance: Instance, root: Path, verdicts: Mapping[Path, Verdict]) -> Case:
    from exactcap.reports.appendix_records import Case

    entry = instance.entry
    command = tuple(_shown_word(word, root) for word in entry.arguments)
    checked = tuple(_checked(file, root, verdicts[file]) for file in instance.files)
    items = tuple(_item(item) for item in instance.items)
    found = _found(instance.best, entry.recorded)
    return Case(entry.identifier, entry.theorem, command, instance.verdict, found, checked, items, instance.statement)


def _checked(file: Path, root: Path, verdict: Verdict) -> Checked:
    from exactcap.certificates.format import read_certificate
    from exactcap.reports.appendix_records import Checked
    from exactcap.reports.explain import explanation

    certificate = read_certificate(file)
    told = explanation(certificate)
    if told.identifier != verdict.claim_id:
        raise InputError(f"{file}: it changed while it was read; run the command again")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return Checked(_from(file, root), digest, certificate.claim, told, verdict.relies_on, verdict.error_bound)


def _item(item: Mapping[str, Any]) -> Any:
    from exactcap.reports.items import Item
    from exactcap.reports.status import Status

    fields = tuple((key, str(value)) for key, value in item.items() if key != "status" and isinstance(value, str | int))
    return Item(Status(item["status"]), fields)


def _found(best: Mapping[str, Any] | None, recorded: str | None) -> str:
    if best is None or (best["refuted"] is None and best["name"] not in SHOWN):
        return ""
    parts = [f"refuted: {best['refuted']}"] if best["refuted"] else []
    parts += [f"recorded: {recorded}"] if recorded and Fraction(recorded) != Fraction(best["certified"]) else []
    return f"{best['name']} {best['certified']}" + (f" ({', '.join(parts)})" if parts else "")


def _shown_word(word: str, root: Path) -> str:
    """An argument of the command, with paths as a reader types them."""
    from exactcap.sweeps.claim_options import PATHS

    name, equal, value = word.partition("=")
    return f"{name}={_from(Path(value), root)}" if equal and name.removeprefix("--") in PATHS else word


def _from(file: Path, root: Path) -> str:
    return Path(os.path.relpath(file.resolve(), root)).as_posix()
