"""Bring the certificates of a claims file up to date, and compare what is found with what was recorded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from exactcap.certificates.files import staged
from exactcap.errors import InputError
from exactcap.sweeps.claims_file import Entry

LOCK = "claims.lock"
SUFFIX = ".cert.jsonl"


@dataclass(frozen=True)
class Answer:
    """What a command said: its exit status, its JSON object (None: bad input) and its message."""

    status: int
    record: Mapping[str, Any] | None
    message: str


@dataclass(frozen=True)
class Fault:
    """A claim that fails, with the reason; it begins with the file and line."""

    text: str


def store_of(path: Path) -> Path:
    """The folder of the certificates: certificates/NAME beside claims/NAME.toml, else NAME.certificates.

    >>> store_of(Path("proofs/claims/vershynin-2020.toml")).as_posix()
    'proofs/certificates/vershynin-2020'
    """
    if path.parent.name == "claims":
        return path.parent.parent / "certificates" / path.stem
    return path.with_name(f"{path.stem}.certificates")


def read_lock(folder: Path) -> dict[str, Any]:
    """What was certified, by id: the digest of the claim, its verdict, and the digests of its files."""
    try:
        lock = json.loads((folder / LOCK).read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise InputError(f"{folder / LOCK}: cannot be read; delete it, and all claims are certified anew") from None
    return lock if isinstance(lock, dict) else {}


def write_lock(folder: Path, lock: Mapping[str, Any]) -> None:
    """Write the lock, all or nothing; raises InputError."""
    with staged(folder / LOCK, [(json.dumps(lock, indent=1, sort_keys=True) + "\n").encode()]):
        pass


def is_fresh(entry: Entry, lock: Mapping[str, Any], folder: Path) -> bool:
    """Whether the claim was certified as it stands now and its certificates are whole."""
    known = lock.get(entry.identifier)
    if not isinstance(known, dict) or known.get("digest") != entry.digest:
        return False
    return all(_digest(folder / name) == digest for name, digest in known["files"].items())


def files_of(identifier: str) -> list[str]:
    """The files that a claim may have in the store."""
    return [identifier + part + SUFFIX for part in ("", ".refuted", ".obstruction")]


def remove_files(identifier: str, folder: Path) -> None:
    """Remove what an earlier form of a claim, or one that is gone, left in the store."""
    for name in files_of(identifier):
        (folder / name).unlink(missing_ok=True)


def lock_entry(entry: Entry, answer: Answer, folder: Path) -> dict[str, Any]:
    """What the lock keeps of a claim that was certified into the folder."""
    assert answer.record is not None
    files = {name: _digest(folder / name) for name in files_of(entry.identifier) if (folder / name).exists()}
    return {
        "digest": entry.digest,
        "verdict": answer.record.get("verdict"),
        "best": answer.record.get("best"),
        "files": files,
    }


def fault_of(entry: Entry, known: Mapping[str, Any]) -> Fault | None:
    """What is wrong with a claim's verdict or constant, if anything."""
    if known["verdict"] != entry.expect:
        return Fault(f"{entry.where}: expected {entry.expect}, found {known['verdict']}")
    best = known["best"]
    if entry.recorded is None:
        return None
    if best is None:
        return Fault(f"{entry.where}: recorded: there is no constant to compare; use best-constant or smallest-bias")
    found = Fraction(best["certified"])
    is_worse = found > entry.recorded if best["is_smaller_better"] else found < entry.recorded
    if is_worse:
        return Fault(f"{entry.where}: the {best['name']} {found} is worse than the recorded {entry.recorded}")
    return None


def store_fault(entry: Entry, known: Mapping[str, Any], stored: Mapping[str, Any] | None) -> Fault | None:
    """What is wrong when the certificates made again differ from those in the store; searches may find better ones."""
    if stored is None or stored.get("files") == known["files"] or known["best"]:
        return None
    return Fault(f"{entry.where}: its certificate in the store is another one than the command writes")


def best_words(best: Mapping[str, Any]) -> str:
    """What a search found.

    >>> best_words({"name": "constant", "certified": "6", "refuted": "5999/1000", "is_smaller_better": True})
    'constant 6 certified, 5999/1000 refuted'
    """
    refuted = f", {best['refuted']} refuted" if best["refuted"] else ""
    return f"{best['name']} {best['certified']} certified{refuted}"


def answer_fault(entry: Entry, answer: Answer) -> Fault | None:
    """What is wrong when a command ended without an answer."""
    return Fault(f"{entry.where}: {answer.message}") if answer.record is None else None


def _digest(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
