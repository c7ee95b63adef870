"""What is wrong with the claims of a claims file: other verdicts, worse numbers, certificates of something else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from exactcap.certificates.format import canonical_line
from exactcap.certificates.network_file import network_record
from exactcap.claims import Claim, Memorizes
from exactcap.sweeps.answers import Answer
from exactcap.sweeps.claims_file import Entry
from exactcap.sweeps.evidence import family_fault, needs_certificate, needs_fault
from exactcap.sweeps.lock import LOCK, SUFFIX, Known, certificates_of

SOUGHT = {  # keys of a claim that a search in floating point sets, so that another machine may find others
    "interpolation": {"inputs", "width"},
    "kernel": {"least"},
    "memorization": {"widths"},
    "memorizes": {"layers"},
}


@dataclass(frozen=True)
class Fault:
    """A claim that fails, with the reason; it begins with the file and line."""

    text: str


def answer_fault(entry: Entry, answer: Answer) -> Fault | None:
    """What is wrong when a command ended without an answer."""
    return Fault(f"{entry.where}: {answer.message}") if answer.record is None else None


def fault_of(entry: Entry, known: Known) -> Fault | None:
    """What is wrong with a claim's verdict or number, if anything."""
    if known.verdict != entry.expect:
        return Fault(f"{entry.where}: expected {entry.expect}, found {known.verdict}: {known.statement}")
    if entry.recorded is None:
        return None
    if known.value is not None:
        if _digits(known.value) == _digits(entry.recorded):
            return None
        return Fault(f"{entry.where}: the value {known.value} is not the recorded {entry.recorded}")
    if known.best is None:
        return Fault(
            f"{entry.where}: recorded: there is no number to compare with {entry.recorded}; leave it out, or search "
            "one, for example with best-constant = true"
        )
    if _gain(entry, known.best) < 0:
        name, found = known.best["name"], known.best["certified"]
        return Fault(f"{entry.where}: the {name} {found} is worse than the recorded {entry.recorded}")
    return None


def evidence_fault(entry: Entry, known: Known, folder: Path) -> Fault | None:
    """What is wrong with the certificates of a claim by their number and kind: none of a theorem, or of another one."""
    files = certificates_of(entry, known, folder)
    if needs_certificate(entry, known.verdict) and not files:
        return Fault(
            f"{entry.where}: {known.verdict}, without a certificate, which 'exactcap {entry.command}' has not of that; "
            "leave the claim out"
        )
    said = None
    if entry.theorem:
        said = family_fault(entry, [str(_claim(path).get("family")) for path in files])
        said = said or needs_fault(entry, sorted({name for path in files for name in _relies_on(path)}))
    return Fault(f"{entry.where}: {said}") if said else None


def note_of(entry: Entry, known: Known) -> str | None:
    """A number that is not recorded, or is better than the recorded one."""
    if known.best is None:
        return None
    if entry.recorded is None:
        return f"found       {entry.identifier}: {best_words(known.best)}; not recorded"
    if _gain(entry, known.best) > 0:
        return f"better      {entry.identifier}: {best_words(known.best)}; recorded {entry.recorded}"
    return None


def best_words(best: Mapping[str, Any]) -> str:
    """What a search found.

    >>> best_words({"name": "constant", "certified": "6", "refuted": "5999/1000", "is_smaller_better": True})
    'constant 6 certified, 5999/1000 refuted'
    """
    refuted = f", {best['refuted']} refuted" if best["refuted"] else ""
    return f"{best['name']} {best['certified']} certified{refuted}"


def store_fault(entry: Entry, known: Known, folder: Path, stored: Known, store: Path) -> Fault | None:
    """What is wrong when what was made again, in ``folder``, differs from what is in the store and its lock.

    Where a search in floating point may have found another number, certificates may differ in that only, and the one
    of the store must be as good as the recorded one, or else as the one found now. That its certificates carry it, says
    `exactcap.sweeps.evidence.disagreement`.
    """
    if stored == known:
        return None
    if stored.files == known.files:
        return Fault(
            f"{entry.where}: the lock says another thing than the command; remove {store / LOCK}, and run exactcap "
            "build again"
        )
    is_same = (
        known.best is not None
        and stored.best is not None
        and (known.verdict, known.value, known.items) == (stored.verdict, stored.value, stored.items)
        and set(known.files) == set(stored.files)
        and all(_is_alike(entry, name, known, folder, stored, store) for name in known.files)
    )
    if not is_same:
        return Fault(
            f"{entry.where}: its certificate in the store is another one than the command writes; remove it from "
            f"{store}, and run exactcap build again"
        )
    assert known.best is not None
    assert stored.best is not None
    found = known.best["certified"]
    if entry.recorded is None and _gain(replace(entry, recorded=found), stored.best) < 0:
        return Fault(
            f"{entry.where}: the {stored.best['name']} {stored.best['certified']} in the store is worse than {found}, "
            f"found now; remove its certificates from {store}, and run exactcap build again"
        )
    return fault_of(entry, stored)


def network_fault(entry: Entry, claims: Mapping[str, Claim], store: Path) -> Fault | None:
    """What is wrong with the file of a network in the store: it is not the one of the certificate beside it."""
    path = store / f"{entry.identifier}.json"
    claim = claims.get(entry.identifier + SUFFIX)
    if entry.command != "memorize" or not isinstance(claim, Memorizes):
        return None
    if path.read_bytes() == canonical_line(network_record(claim)):
        return None
    return Fault(f"{entry.where}: {path} is not the network of its certificate; remove it and run exactcap build")


def _is_alike(entry: Entry, name: str, known: Known, folder: Path, stored: Known, store: Path) -> bool:
    """Whether a file is the same in both folders, or could be from the same search."""
    if known.files[name] == stored.files[name] or not name.endswith(SUFFIX):  # networks: see network_fault
        return True
    a, b = _claim(folder / name), _claim(store / name)
    return a.get("family") in SOUGHT and _fixed(entry, a) == _fixed(entry, b)


def _fixed(entry: Entry, claim: Mapping[str, Any]) -> dict[str, Any]:
    """What a search does not set: of the rows of a data file, their columns and what they are labelled with."""
    sought = SOUGHT[str(claim["family"])]
    fixed = {key: value for key, value in claim.items() if key not in sought}
    inputs = claim.get("inputs")
    if "inputs" in sought and isinstance(inputs, dict):
        is_table = inputs.get("kind") == "table"
        fixed["inputs"] = {key: inputs.get(key) for key in ("kind", "columns", "label")} if is_table else inputs
    if "width" in sought and any(word.startswith("--width=") for word in entry.arguments):
        fixed["width"] = claim.get("width")
    return fixed


def _claim(path: Path) -> dict[str, Any]:
    """The claim on the second line of a certificate; nothing where there is none."""
    try:
        with path.open("rb") as stream:
            stream.readline()
            found = json.loads(stream.readline())["claim"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _relies_on(path: Path) -> list[str]:
    """The theorems on the third line of a certificate."""
    with path.open("rb") as stream:
        found: list[str] = json.loads(stream.readlines()[2])["relies_on"]
    return found


def _gain(entry: Entry, best: Mapping[str, Any]) -> Fraction:
    """By how much the number found is better than the recorded one."""
    assert entry.recorded is not None
    gain = Fraction(best["certified"]) - Fraction(entry.recorded)
    return -gain if best["is_smaller_better"] else gain


def _digits(text: str) -> object:
    """A decimal number as its digits and exponent: 0.50 is not 0.5."""
    return Decimal(text).as_tuple()
