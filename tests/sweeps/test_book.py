"""A book is read from claims files and locks, and refused when the two do not agree."""

from __future__ import annotations

import json

import pytest

from exactcap.cli.main import main
from exactcap.errors import InputError
from exactcap.sweeps.book import read_book

CLAIMS = """title = "Two values"

[[claim]]
id = "tail"
theorem = "gaussian-moments"
about = "a value"
command = "evaluate tail"
at = 1
digits = 6
recorded = "0.158655"

[[claim]]
id = "perceptron"
command = "predict perceptron"
digits = 5
expect = "THEOREM"

[[claim]]
id = "shipped"
certificate = "../x.cert.jsonl"
"""


@pytest.fixture
def book(tmp_path, capsys):
    for name in ("claims", "own"):
        (tmp_path / name).mkdir()
    main(["count", "dichotomies", "--points", "4", "--dimension", "2", "-o", str(tmp_path / "x.cert.jsonl")])
    (tmp_path / "claims" / "values.toml").write_text(CLAIMS)
    (tmp_path / "claims" / "again.toml").write_text(CLAIMS.split("\n\n")[1])
    assert main(["build", str(tmp_path), "--jobs", "1"]) == 0
    capsys.readouterr()
    return tmp_path


def test_chapters_are_the_claims_files(book):
    chapters = read_book(book)
    assert [(chapter.key, chapter.title, len(chapter.instances)) for chapter in chapters] == [
        ("again", "again", 1), ("values", "Two values", 3),
    ]  # fmt: skip
    assert read_book(book / "claims") == chapters
    assert read_book(book / "claims" / "values.toml") == chapters[1:]
    store = book / "certificates" / "values"
    tail, perceptron, shipped = chapters[1].instances
    assert (tail.entry.theorem, tail.entry.about, tail.verdict) == ("gaussian-moments", "a value", "PROVED")
    assert (tail.value, tail.best) == ("0.158655", None)
    assert (tail.folder, tail.files) == (store, (store / "tail.cert.jsonl",))
    assert (perceptron.verdict, perceptron.items[0]["value"]) == ("THEOREM", "2.0000")
    assert (shipped.verdict, shipped.files) == ("PROVED", (book / "x.cert.jsonl",))
    assert "exactly 8 dichotomies of 4 points" in shipped.statement


@pytest.mark.parametrize(
    ("old", "new"),
    [("at = 1", "at = 2"), ("at = 1", 'at = 1\n[[claim]]\nid = "new"\ncommand = "evaluate tail"\nat = 5')],
)
def test_a_claim_that_is_not_certified_as_it_stands(old, new, book):
    path = book / "claims" / "values.toml"
    path.write_text(CLAIMS.replace(old, new))
    with pytest.raises(InputError, match=r"values.toml:[0-9]+: claim .*missing or stale; run exactcap build .* first"):
        read_book(book)


def test_a_number_that_fails_is_not_printed(book):
    (book / "claims" / "values.toml").write_text(CLAIMS.replace("0.158655", "0.158654"))
    with pytest.raises(InputError, match=r"values.toml:3: claim tail: the value 0.158655 is not the recorded 0.158654"):
        read_book(book)


def test_damaged_files_and_locks(book):
    store = book / "certificates" / "values"
    (store / "tail.cert.jsonl").write_bytes(b"")
    with pytest.raises(InputError, match="claim tail: its certificate is missing or stale"):
        read_book(book)
    assert main(["build", str(book), "--jobs", "1"]) == 0
    (book / "x.cert.jsonl").write_bytes(b"")
    with pytest.raises(InputError, match="claim shipped: its certificate is missing or stale"):
        read_book(book)
    lock = json.loads((store / "claims.lock").read_text())
    searched = {"name": "constant", "certified": "1", "refuted": None, "is_smaller_better": True}
    for best in ({**searched, "certified": "many"}, {**searched, "certified": "1/0"}, {"certified": "1"}):
        lock["tail"]["best"] = best  # not what exactcap writes
        (store / "claims.lock").write_text(json.dumps(lock))
        with pytest.raises(InputError, match="claim tail: its certificate is missing or stale"):
            read_book(book)
    (store / "claims.lock").write_text("{")
    with pytest.raises(InputError, match=r"claims\.lock: cannot be read; delete it"):
        read_book(book)


def test_a_lock_removes_nothing_outside_of_its_store(book):
    """An id of a lock is the name of files, which go when the claim has gone."""
    store = book / "certificates" / "values"
    lock = json.loads((store / "claims.lock").read_text())
    lock["../../x"] = lock["tail"]
    (store / "claims.lock").write_text(json.dumps(lock))
    assert main(["build", str(book), "--jobs", "1"]) == 0
    assert (book / "x.cert.jsonl").exists()
