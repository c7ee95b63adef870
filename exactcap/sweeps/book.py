"""The claims of a folder with what the stores hold of them: what the pages of a proof book print."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exactcap.errors import InputError
from exactcap.sweeps.build import evidence_fault, fault_of
from exactcap.sweeps.claims_file import Entry, claims_files, read_claims_file
from exactcap.sweeps.lock import Known, certificates_of, is_fresh, read_lock, store_of


@dataclass(frozen=True)
class Instance:
    """A claim, the folder of its certificates, and what the lock knows of it.

    ``files`` are its certificates: in the folder, or the shipped one; none where the answer has none, as some
    predictions.
    """

    entry: Entry
    folder: Path
    known: Known
    files: tuple[Path, ...]

    @property
    def verdict(self) -> str:
        """PROVED, ... or the status of the first item."""
        return self.known.verdict

    @property
    def best(self) -> dict[str, Any] | None:
        """The number of a search."""
        return self.known.best

    @property
    def items(self) -> tuple[dict[str, Any], ...]:
        """The numbers of count and predict."""
        return self.known.items

    @property
    def statement(self) -> str:
        """What was proved, or why nothing was."""
        return self.known.statement

    @property
    def value(self) -> str | None:
        """The number of evaluate, count and predict."""
        return self.known.value


@dataclass(frozen=True)
class Chapter:
    """A claims file: ``key`` is its name, which is that of a paper."""

    key: str
    title: str
    file: Path
    instances: tuple[Instance, ...]


def read_book(path: Path) -> tuple[Chapter, ...]:
    """The chapters of a folder with claims files, or with a folder claims, or of one claims file.

    The lock is taken at its word, if the files agree with it: who prints verdicts has the certificates checked, and
    then asks `exactcap.sweeps.evidence.disagreement` what the lock says beyond them. Raises InputError when a claim is
    not certified as it stands, or fails: ``exactcap build`` tells more.
    """
    return tuple(_chapter(file) for file in claims_files(path))


def _chapter(file: Path) -> Chapter:
    claims, folder = read_claims_file(file), store_of(file)
    lock, instances = read_lock(folder), []
    for entry in claims.entries:
        if not is_fresh(entry, lock, folder):
            raise InputError(f"{entry.where}: its certificate is missing or stale; run exactcap build {file} first")
        known = lock[entry.identifier]
        fault = fault_of(entry, known) or evidence_fault(entry, known, folder)
        if fault:
            raise InputError(fault.text)
        instances.append(Instance(entry, folder, known, certificates_of(entry, known, folder)))
    return Chapter(file.stem, claims.title, file, tuple(instances))
