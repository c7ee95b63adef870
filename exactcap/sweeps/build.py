"""What is wrong with the claims of a claims file: other verdicts, worse numbers, certificates of something else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from exactcap.sweeps.answers import Answer
from exactcap.sweeps.claims_file import Entry
from exactcap.sweeps.lock import SUFFIX, Known

SOUGHT = {  # keys of a claim that a search in floating point sets, so that another machine may find others
    "interpolation": {"inputs", "width"},
    "kernel": {"least"},
    "memorization": {"widths"},
    "memorizes": {"layers"},
    "obstruction": {"inputs", "width"},
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
    """What is wrong when the files made again, in ``folder``, differ from those in the store.

    Where a search in floating point may have found another number, they must differ in that only.
    """
    if stored.files == known.files and _answer(stored) == _answer(known):
        return None
    names = [name for name in known.files if name.endswith(SUFFIX)]
    is_same = (
        known.best is not None
        and known.verdict == stored.verdict
        and set(known.files) == set(stored.files)
        and all(_is_alike(_claim(folder / name), _claim(store / name)) for name in names)
    )
    if is_same:
        return None
    return Fault(
        f"{entry.where}: its certificate in the store is another one than the command writes; remove it from {store}, "
        "and run exactcap build again"
    )


def _answer(known: Known) -> object:
    return known.verdict, [(item["status"], item.get("value")) for item in known.items]


def _is_alike(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    family = a.get("family")
    sought = SOUGHT.get(str(family), set())
    return family in SOUGHT and {k: v for k, v in a.items() if k not in sought} == {
        k: v for k, v in b.items() if k not in sought
    }


def _claim(path: Path) -> dict[str, Any]:
    """The claim on the second line of a certificate, which the checker has accepted."""
    with path.open("rb") as stream:
        stream.readline()
        found: dict[str, Any] = json.loads(stream.readline())["claim"]
    return found


def _gain(entry: Entry, best: Mapping[str, Any]) -> Fraction:
    """By how much the number found is better than the recorded one."""
    assert entry.recorded is not None
    gain = Fraction(best["certified"]) - Fraction(entry.recorded)
    return -gain if best["is_smaller_better"] else gain


def _digits(text: str) -> object:
    """A decimal number as its digits and exponent: 0.50 is not 0.5."""
    return Decimal(text).as_tuple()
