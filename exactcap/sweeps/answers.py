"""From the JSON answer of a command to what the lock keeps: nothing of times and places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exactcap.claims.enclosure import decimal
from exactcap.sweeps.claims_file import Entry
from exactcap.sweeps.lock import SUFFIX, Known, digests

UNDECIDED = "UNDECIDED"


@dataclass(frozen=True)
class Answer:
    """What a command said: its exit status, its JSON object (None: bad input) and its message."""

    status: int
    record: Mapping[str, Any] | None
    message: str


def known_of(entry: Entry, answer: Answer, folder: Path) -> Known:
    """What the lock keeps of a claim that was certified into the folder."""
    record = answer.record
    assert record is not None
    items = _items(entry, record, folder)
    verdict = str(record["verdict"]) if "verdict" in record else _status(answer.status, items)
    statement = _statement(record, items, verdict)
    best = _best(entry, record, verdict, folder)
    value = None if verdict == UNDECIDED else (items[0] if items else record).get("value")
    files = digests(entry.identifier, folder)
    return Known(entry.digest, verdict, statement, best, None if value is None else str(value), items, files)


def _items(entry: Entry, record: Mapping[str, Any], folder: Path) -> tuple[dict[str, Any], ...]:
    """The lines of count and predict, with certificates by their name alone."""
    if entry.command == "count":
        return ({key: value for key, value in record.items() if key != "certificate"},)
    if entry.command != "predict":
        return ()
    place = str(folder / entry.identifier) + SUFFIX
    return tuple(
        {key: str(words).replace(place, entry.identifier + SUFFIX) for key, words in item.items()}
        for item in record["items"]
    )


def _status(status: int, items: tuple[dict[str, Any], ...]) -> str:
    """The status of the first item, without what stands in brackets; UNDECIDED where digits are."""
    return UNDECIDED if status else str(items[0]["status"]).partition(" (")[0]


def _statement(record: Mapping[str, Any], items: tuple[dict[str, Any], ...], verdict: str) -> str:
    if verdict != UNDECIDED:
        names = {"PROVED": ("certificate", "interpolation"), "REFUTED": ("certificate", "obstruction")}
        for name in names.get(verdict, ("certificate",)):
            if record.get(name):
                return str(record[name]["statement"])
        if items:
            return f"{items[0].get('formula', 'value')} = {items[0].get('value', 'undecided')}"
    return str(record.get("reason", "nothing was found"))


def _best(entry: Entry, record: Mapping[str, Any], verdict: str, folder: Path) -> dict[str, Any] | None:
    """The number that was found where a better one would be a better theorem."""
    if record.get("best"):
        return dict(record["best"])
    if entry.command == "capacity":
        if "--smallest-width" in entry.arguments:
            return _number("width", record["interval"][1], True) if verdict == "PROVED" else None
        return _number("number of rows", record["interval"][0], False)
    if entry.command == "memorize" and verdict == "PROVED":
        return _number("number of hidden units", record["hidden_units"], True)
    if entry.arguments[:2] == ("certify", "kernel") and verdict == "PROVED":
        return _least_eigenvalue(folder / (entry.identifier + SUFFIX))
    return None


def _least_eigenvalue(path: Path) -> dict[str, Any] | None:
    from exactcap.certificates.format import read_certificate
    from exactcap.claims import Kernel

    claim = read_certificate(path).claim
    if not isinstance(claim, Kernel) or claim.least is None:  # of drawn units: a rank
        return None
    return _number("bound of the smallest eigenvalue", decimal(*claim.least), False)


def _number(name: str, value: object, is_smaller_better: bool) -> dict[str, Any]:
    return {"name": name, "certified": str(value), "refuted": None, "is_smaller_better": is_smaller_better}
