"""A lock that somebody edited is read as none, and breaks nothing."""

from __future__ import annotations

import json
import os

import pytest

from exactcap.errors import InputError
from exactcap.sweeps.lock import Known, digests, read_lock

BEST = {"name": "constant", "certified": "6/5", "refuted": None, "is_smaller_better": True}
KNOWN = {
    "digest": "0", "verdict": "THEOREM", "statement": "x", "best": BEST, "value": "1e-217151",
    "items": [{"status": "THEOREM", "value": "2", "share": {"exponent_of_two": 3}}], "files": {},
}  # fmt: skip


def read(folder, known):
    (folder / "claims.lock").write_text(json.dumps({"x": known}))
    return read_lock(folder)


def test_what_exactcap_writes(tmp_path):
    assert isinstance(read(tmp_path, KNOWN)["x"], Known)


@pytest.mark.parametrize(
    "changes",
    [
        {"value": "abc"}, {"value": "1/2"}, {"value": 3}, {"verdict": "CERTAIN"}, {"best": {"certified": "1"}},
        {"best": BEST | {"certified": "1/0"}}, {"best": BEST | {"certified": "1e999999999"}},
        {"best": BEST | {"refuted": "many"}}, {"best": BEST | {"certified": 1}}, {"best": BEST | {"name": 1}},
        {"best": BEST | {"is_smaller_better": "no"}}, {"items": [{"status": "PROVED"}]}, {"items": [{"value": "1"}]},
        {"items": [{"status": ["THEOREM"]}]}, {"items": [{"status": "THEOREM", "value": ["1"]}]}, {"items": [3]},
        {"files": []},
    ],
)  # fmt: skip
def test_what_it_does_not(changes, tmp_path):
    assert read(tmp_path, KNOWN | changes) == {}


def test_ids_that_are_names_of_files_of_others(tmp_path):
    (tmp_path / "claims.lock").write_text(json.dumps({"x.obstruction": KNOWN, "../x": KNOWN}))
    assert read_lock(tmp_path) == {}


def test_pipes_are_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "claims.lock")
    os.mkfifo(tmp_path / "x.cert.jsonl")
    with pytest.raises(InputError, match=r"claims\.lock: cannot be read; delete it"):
        read_lock(tmp_path)
    assert digests("x", tmp_path) == {}
