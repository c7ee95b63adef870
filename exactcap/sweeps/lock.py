"""What a store of certificates knows of its claims: the lock beside them, and the files of each claim."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec

from exactcap.certificates.files import staged
from exactcap.errors import InputError
from exactcap.reports.status import Status
from exactcap.sweeps.claims_file import FINDINGS, IDENTIFIER, STATUSES, Entry

LOCK = "claims.lock"
SUFFIX = ".cert.jsonl"
ENDINGS = (SUFFIX, f".obstruction{SUFFIX}", f".refuted{SUFFIX}", ".json")

_NUMBER = re.compile(r"-?[0-9]{1,500}(\.[0-9]{1,500}|/0*[1-9][0-9]{0,499})?(e-?[0-9]{1,4})?")
_VALUE = re.compile(r"-?[0-9]{1,9999}(\.[0-9]{1,9999})?(e-?[0-9]{1,12})?")
_VERDICTS = frozenset((*FINDINGS, *STATUSES, "REJECTED", "UNCHECKED"))  # the last of shipped certificates
_STATUSES = frozenset(status.value for status in Status)


@dataclass(frozen=True)
class Known:
    """What was found of a claim.

    ``verdict`` is PROVED, ... or the status of the first item; ``statement`` says what was proved, or why nothing was;
    ``best`` is the number of a search, with the keys name, certified, refuted (or None) and is_smaller_better;
    ``value`` is that of evaluate, count and predict, of which the last two have ``items``, each with its status;
    ``files`` maps names in the store to SHA-256.
    """

    digest: str
    verdict: str
    statement: str
    best: dict[str, Any] | None
    value: str | None
    items: tuple[dict[str, Any], ...]
    files: dict[str, str]

    def __post_init__(self) -> None:
        """A lock may have been edited: raises ValueError where it is not what exactcap writes."""
        if self.verdict not in _VERDICTS:
            raise ValueError(f"the verdict {self.verdict!r}")
        if self.value is not None and not _VALUE.fullmatch(self.value):
            raise ValueError("a value that is no number")
        if any(item.get("status") not in _STATUSES or type(item.get("value", "")) not in (str, int)
               for item in self.items):  # fmt: skip
            raise ValueError("an item without status, or with a value that is none")
        if self.best is not None:
            _require_best(self.best)


def _require_best(best: Mapping[str, Any]) -> None:
    if set(best) != {"name", "certified", "refuted", "is_smaller_better"}:
        raise ValueError("best has other keys")
    refuted = "0" if best["refuted"] is None else best["refuted"]
    if type(best["name"]) is not str or type(best["is_smaller_better"]) is not bool:
        raise ValueError("best has values of other types")
    for number in (best["certified"], refuted):
        if type(number) is not str or not _NUMBER.fullmatch(number):  # so that no power of ten takes for ever
            raise ValueError("a number of a search that is none")


def store_of(path: Path) -> Path:
    """The folder of the certificates: certificates/NAME beside claims/NAME.toml, else NAME.certificates.

    >>> store_of(Path("proofs/claims/vershynin-2020.toml")).as_posix()
    'proofs/certificates/vershynin-2020'
    """
    if Path(os.path.abspath(path)).parent.name == "claims":
        return Path(os.path.normpath(path.parent / ".." / "certificates" / path.stem))
    return path.with_name(f"{path.stem}.certificates")


def left_over(folder: Path) -> list[tuple[Path, Path]]:
    """The stores of claims files of a folder that are gone, each with the claims file it had."""
    stores = sorted(path.parent for path in store_of(folder / "x.toml").parent.glob(f"*/{LOCK}"))
    found = [(store, folder / f"{store.name.removesuffix('.certificates')}.toml") for store in stores]
    return [(store, file) for store, file in found if store_of(file) == store and not file.exists()]


def read_lock(folder: Path) -> dict[str, Known]:
    """What is known, by id; what an older exactcap wrote, or nobody's id, is left out. Raises InputError."""
    path = folder / LOCK
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # to read a pipe would never end
            raise IsADirectoryError
        lock = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        raise InputError(f"{folder / LOCK}: cannot be read; delete it, and all claims are certified anew") from None
    known = {}
    for identifier, value in lock.items() if isinstance(lock, dict) else ():
        if not IDENTIFIER.fullmatch(identifier):  # it would be the name of a file, which may be removed
            continue
        try:
            known[identifier] = msgspec.convert(value, Known)
        except msgspec.ValidationError:
            continue
    return known


def write_lock(folder: Path, lock: Mapping[str, Known]) -> None:
    """Write the lock, all or nothing; raises InputError."""
    records = {identifier: asdict(known) for identifier, known in lock.items()}
    with staged(folder / LOCK, [(json.dumps(records, indent=1, sort_keys=True) + "\n").encode()]):
        pass


def is_fresh(entry: Entry, lock: Mapping[str, Known], folder: Path) -> bool:
    """Whether the claim was certified as it stands now and its certificates are whole."""
    known = lock.get(entry.identifier)
    if known is None or known.digest != entry.digest:
        return False
    return set(known.files) <= set(files_of(entry.identifier)) and known.files == digests(entry.identifier, folder)


def files_of(identifier: str) -> list[str]:
    """The files that a claim may have in the store."""
    return [identifier + ending for ending in ENDINGS]


def certificates_of(entry: Entry, known: Known, folder: Path) -> tuple[Path, ...]:
    """The certificates of a claim: in the store, or the shipped one."""
    if entry.certificate:
        return (entry.certificate,)
    return tuple(folder / name for name in sorted(known.files) if name.endswith(SUFFIX))


def digests(identifier: str, folder: Path) -> dict[str, str]:
    """The files that a claim has in a folder, with their SHA-256."""
    found = {}
    for name in files_of(identifier):
        with contextlib.suppress(OSError):
            if (folder / name).is_file():  # no pipe
                found[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    return found


def strays(folder: Path, lock: Mapping[str, Known]) -> list[str]:
    """What is in a store that no claim of the lock has, such as the draft of a build that lost its power."""
    names = {LOCK, *(name for known in lock.values() for name in known.files)}
    return sorted(path.name for path in folder.iterdir() if path.name not in names) if folder.is_dir() else []


def remove_files(identifier: str, folder: Path) -> None:
    """Remove what an earlier form of a claim, or one that is gone, left in the store."""
    for name in files_of(identifier):
        (folder / name).unlink(missing_ok=True)
