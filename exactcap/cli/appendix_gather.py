"""What an appendix is about: the claims of a book, each certificate decided by the independent checker."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exactcap.errors import InputError

if TYPE_CHECKING:
    from exactcap.checker.verdict import Verdict
    from exactcap.reports.appendix_records import Book, Case, Checked
    from exactcap.reports.items import Item
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
    _require_agreement(instance, checked, verdicts)
    items = tuple(_item(item, checked) for item in instance.items)
    recorded = (entry.recorded or "") if instance.best else ""
    return Case(
        entry.identifier, entry.theorem, command, instance.verdict, _found(instance.best), checked, items,
        instance.statement, entry.about, recorded,
    )  # fmt: skip


def _require_agreement(instance: Instance, checked: Sequence[Checked], verdicts: Mapping[Path, Verdict]) -> None:
    """Raise InputError where the lock, which anybody can edit, says what the certificates do not."""
    from exactcap.sweeps.evidence import disagreement

    entry = instance.entry
    claims = {file.name: (verdicts[file].finding, one.claim) for file, one in zip(instance.files, checked, strict=True)}
    said = disagreement(entry, instance.known, claims)
    if said:
        file = entry.where.partition(": claim ")[0].rpartition(":")[0]
        raise InputError(
            f"{entry.where}: the lock and the certificates disagree: {said}; run exactcap build --check {file}"
        )


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


def _item(item: Mapping[str, Any], checked: Sequence[Checked]) -> Item:
    """A number of the lock. Words of the lock are taken of a prediction alone: a theorem's follow from the claim."""
    from exactcap.claims import Enclosure
    from exactcap.reports.items import Item
    from exactcap.reports.predict_words import bound_item
    from exactcap.reports.status import Status

    status, value = Status(item["status"]), str(item.get("value", "undecided"))
    if status is Status.PREDICTION:
        return Item(status, (("value", value), ("meaning", str(item.get("meaning", "")))))
    quantity = next((one.claim.quantity for one in checked if isinstance(one.claim, Enclosure)), None)
    return bound_item(quantity, value) if quantity else Item(status, (("value", value),))


def _found(best: Mapping[str, Any] | None) -> str:
    if best is None or (best["refuted"] is None and best["name"] not in SHOWN):
        return ""
    return f"{best['name']} {best['certified']}" + (f" (refuted: {best['refuted']})" if best["refuted"] else "")


def _shown_word(word: str, root: Path) -> str:
    """An argument of the command, with paths as a reader types them."""
    from exactcap.sweeps.claim_options import PATHS

    name, equal, value = word.partition("=")
    return f"{name}={_from(Path(value), root)}" if equal and name.removeprefix("--") in PATHS else word


def _from(file: Path, root: Path) -> str:
    return Path(os.path.relpath(file.resolve(), root)).as_posix()
