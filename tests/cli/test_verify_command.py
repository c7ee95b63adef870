"""``exactcap verify``: the same verdicts from one process or several, as a table or as lines."""

from __future__ import annotations

import json
import shutil

import pytest
from support import ROOT

from exactcap.cli import inspect
from exactcap.cli.main import main

GOOD = ROOT / "proofs" / "found" / "wine-polish.cert.jsonl"


@pytest.fixture
def folder(tmp_path, capsys):
    """Five certificates in two folders, one of which is damaged."""
    for points in (3, 4, 5, 6):
        path = tmp_path / f"count-{points}.cert.jsonl"
        main(["count", "dichotomies", "--points", str(points), "--dimension", "2", "-o", str(path)])
    (tmp_path / "more").mkdir()
    text = (tmp_path / "count-3.cert.jsonl").read_text()
    (tmp_path / "more" / "bad.cert.jsonl").write_text(text.replace('"value":"6"', '"value":"7"').replace(":6", ":7"))
    capsys.readouterr()
    return tmp_path


def verify(capsys, *arguments: object) -> tuple[int, str]:
    status = main(["verify", *map(str, arguments)])
    return status, capsys.readouterr().out


def test_processes_give_the_same_answer(folder, capsys):
    one, two = (verify(capsys, folder, "--json", "--jobs", jobs) for jobs in (1, 2))
    assert one == two
    assert one[0] == 1
    assert [verdict["verdict"] for verdict in json.loads(one[1])] == ["VERIFIED"] * 4 + ["REJECTED"]
    (folder / "more" / "bad.cert.jsonl").unlink()
    assert verify(capsys, folder, "--jobs", 2)[0] == 0


def test_many_files_have_a_line_each(folder, capsys, monkeypatch):
    table = verify(capsys, folder, "--jobs", 1)[1]
    assert "dichotomies of 4 points" in " ".join(table.split())
    monkeypatch.setattr(inspect, "MOST_ROWS", 4)
    status, out = verify(capsys, folder, "--jobs", 1)
    lines = out.splitlines()
    assert (status, len(lines)) == (1, 7)
    for line, points in zip(lines, (3, 4, 5, 6), strict=False):
        assert line.split()[0] == "VERIFIED"
        assert line.endswith(f"count-{points}.cert.jsonl")
        assert len(line.split()[1]) == 16
    assert lines[4].split() == ["REJECTED", str(folder / "more" / "bad.cert.jsonl")]
    assert lines[5].startswith(" " * 10)
    assert lines[6] == "4 verified (0 of them by named rules), 1 rejected"


def test_a_data_file_is_compared_in_every_process(tmp_path, capsys):
    for k in range(5):
        shutil.copy(GOOD, tmp_path / f"{k}.cert.jsonl")
    data = ROOT / "proofs" / "data"
    assert verify(capsys, tmp_path, "--data", data / "wine.csv", "--jobs", 2)[0] == 0
    assert verify(capsys, tmp_path, "--data", data / "iris.csv", "--jobs", 2)[0] == 1


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_file_that_is_not_there(jobs, folder, capsys):
    status = main(["verify", str(folder), str(folder / "none.cert.jsonl"), "--jobs", jobs])
    out, err = capsys.readouterr()
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "none.cert.jsonl: cannot be read (No such file or directory)" in err
