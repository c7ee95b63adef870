"""What the lock keeps of an answer: never more than the answer says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from exactcap.sweeps.answers import Answer, known_of
from exactcap.sweeps.build import answer_fault, fault_of, note_of
from exactcap.sweeps.claims_file import Entry


def entry(command: str, expect: str = "PROVED", recorded: str | None = None) -> Entry:
    return Entry("x", "", "", tuple(command.split()), None, expect, recorded, "f:1: claim x", "0")


def known(command: str, record: dict[str, Any], status: int = 0, folder: Path = Path("store")):
    return known_of(entry(command), Answer(status, record, ""), folder)


def item(status: str, value: str, digits: str = "") -> dict[str, str]:
    return {"status": status, "formula": "F", "value": value, "digits": digits}


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("THEOREM", "THEOREM"),
        ("UPPER BOUND (theorem, Gordon)", "UPPER BOUND"),
        ("PREDICTION (non-rigorous)", "PREDICTION"),
    ],
)
def test_the_status_is_that_of_the_first_item(status, verdict):
    items = [item(status, "2.0"), item("THEOREM", "1.0")]
    found = known("predict committee", {"certificate": None, "items": items})
    assert (found.verdict, found.statement, len(found.items)) == (verdict, "F = 2.0", 2)
    assert (found.value, found.best) == ("2.0", None)


def test_undecided_digits_are_neither_theorem_nor_value():
    found = known("predict perceptron", {"certificate": None, "items": [item("THEOREM", "undecided")]}, status=3)
    assert (found.verdict, found.value, found.best) == ("UNDECIDED", None, None)
    fault = fault_of(entry("predict perceptron", "THEOREM"), found)
    assert fault is not None
    assert fault.text.startswith("f:1: claim x: expected THEOREM, found UNDECIDED")


def test_places_are_left_out():
    words = "certificate /a/store/x.cert.jsonl, id 12, checked"
    found = known(
        "predict perceptron", {"certificate": None, "items": [item("THEOREM", "2", words)]}, folder=Path("/a/store")
    )
    assert found.items[0]["digits"] == "certificate x.cert.jsonl, id 12, checked"


@pytest.mark.parametrize(
    ("verdict", "statement"), [("PROVED", "all rows"), ("REFUTED", "no more"), ("UNDECIDED", "by rank")]
)
def test_a_capacity_is_told_by_the_certificate_that_decides(verdict, statement):
    record = {
        "verdict": verdict, "interval": [3, 5], "reason": "by rank",
        "interpolation": {"statement": "all rows"}, "obstruction": {"statement": "no more"},
    }  # fmt: skip
    assert known("capacity --width=2", record).statement == statement
    best = known("capacity --smallest-width", record).best
    assert best == (
        {"name": "width", "certified": "5", "refuted": None, "is_smaller_better": True} if verdict == "PROVED" else None
    )


def test_a_better_number_is_no_fault_but_a_note():
    record = {"verdict": "PROVED", "hidden_units": 7, "certificate": {"statement": "it does"}}
    found = known("memorize", record)
    notes = {"6": None, "7": None, "8": "better      x: number of hidden units 7 certified; recorded 8"}
    for recorded, note in notes.items():
        claim = entry("memorize", recorded=recorded)
        assert (fault_of(claim, found) is not None) is (recorded == "6")
        assert note_of(claim, found) == note or recorded == "6"
    assert note_of(entry("memorize"), found) == "found       x: number of hidden units 7 certified; not recorded"


def test_no_answer_is_a_fault():
    fault = answer_fault(entry("memorize"), Answer(2, None, "file: none"))
    assert fault is not None
    assert fault.text == "f:1: claim x: file: none"
    assert answer_fault(entry("memorize"), Answer(0, {}, "")) is None
