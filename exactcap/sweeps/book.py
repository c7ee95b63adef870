"""The claims of a folder with what the stores hold of them: what the pages of a proof book print."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exactcap.errors import InputError
from exactcap.sweeps.build import fault_of
from exactcap.sweeps.claims_file import Entry, claims_files, read_claims_file
from exactcap.sweeps.lock import SUFFIX, is_fresh, read_lock, store_of


@dataclass(frozen=True)
class Instance:
    """A claim, the folder of its certificates, and what the lock knows of it (see `exactcap.sweeps.lock.Known`).

    ``files`` are its certificates: in the folder, or the shipped one; none where the answer has none, as some
    predictions.
    """

    entry: Entry
    folder: Path
    verdict: str
    best: dict[str, Any] | None
    items: tuple[dict[str, Any], ...]
    files: tuple[Path, ...]
    statement: str = ""
    value: str | None = None


@dataclass(frozen=True)
class Chapter:
    """A claims file: ``key`` is its name, which is that of a paper."""

    key: str
    title: str
    file: Path
    instances: tuple[Instance, ...]


def read_book(path: Path) -> tuple[Chapter, ...]:
    """The chapters of a folder with claims files, or with a folder claims, or of one claims file.

    The lock is taken at its word, if the files agree with it: who prints verdicts has the certificates checked.
    Raises InputError when a claim is not certified as it stands, or fails: ``exactcap build`` tells more.
    """
    return tuple(_chapter(file) for file in claims_files(path))


def _chapter(file: Path) -> Chapter:
    claims, folder = read_claims_file(file), store_of(file)
    lock, instances = read_lock(folder), []
    for entry in claims.entries:
        if not is_fresh(entry, lock, folder):
            raise InputError(f"{entry.where}: its certificate is missing or stale; run exactcap build {file} first")
        known = lock[entry.identifier]
        fault = fault_of(entry, known)
        if fault:
            raise InputError(fault.text)
        made = [folder / name for name in sorted(known.files) if name.endswith(SUFFIX)]
        files = tuple([entry.certificate] if entry.certificate else made)
        instances.append(
            Instance(entry, folder, known.verdict, known.best, known.items, files, known.statement, known.value)
        )
    return Chapter(file.stem, claims.title, file, tuple(instances))
