"""``exactcap certify kernel`` as a user meets it."""

from __future__ import annotations

import json

import pytest
from support import DATA

from exactcap.checker.main import check_file
from exactcap.cli.main import main

IRIS = ["--data", str(DATA / "iris.csv"), "--label", "species", "--deduplicate"]


def run(capsys, *arguments: str) -> tuple[int, list[str], str]:
    status = main(["certify", "kernel", *arguments])
    out, err = capsys.readouterr()
    return status, out.splitlines(), err


@pytest.fixture
def tripled(tmp_path):
    path = tmp_path / "tripled.csv"
    path.write_text("a,b,y\n1,2,0\n5,1,1\n3,6,0\n-5,-1,1\n")
    return ["--data", str(path), "--label", "y"]


@pytest.mark.parametrize(
    ("arguments", "status", "last"),
    [
        (
            "--activation relu",
            0,
            "PROVED the infinite-width tangent kernel matrix of relu units at the rows, normalised",
        ),
        ("--activation erf --bias", 0, "PROVED the infinite-width tangent kernel matrix of erf units"),
        (
            "--activation relu --bias --width 20",
            1,
            "REFUTED the rows' vectors of tangent features of 20 given ReLU units with biases are linearly dep",
        ),
        (
            "--activation relu --width 250",
            0,
            "PROVED the rows' vectors of tangent features of 250 given ReLU units without biases",
        ),
    ],
)
def test_real_data(arguments, status, last, capsys, tmp_path):
    out = tmp_path / "x.cert.jsonl"
    code, lines, err = run(capsys, *IRIS, *arguments.split(), "-o", str(out))
    assert (code, err) == (status, "")
    assert lines[-1].startswith(last)
    assert lines[0].startswith("rows        equal rows would make the matrix singular: 149 distinct rows")
    assert check_file(str(out), str(DATA / "iris.csv")).verified
    assert main(["explain", str(out)]) == 0


def test_a_duplicated_direction(tripled, capsys):
    code, lines, _ = run(capsys, *tripled, "--activation", "relu")
    assert code == 1
    assert lines[0] == "argument    rows 1 and 3 have the same direction, so e_1 - e_3 is a null vector"
    assert lines[-1].startswith("REFUTED ")
    assert lines[-1].endswith("is singular")
    code, lines, _ = run(capsys, *tripled, "--activation", "relu", "--bias", "--json")
    record = json.loads(lines[0])
    assert (code, record["verdict"], record["certificate"]["checker"]) == (0, "PROVED", "VERIFIED")
    assert record["certificate"]["relies_on"] == ["sheppard"]


def test_undecided(tmp_path, capsys):
    path = tmp_path / "alike.csv"
    path.write_text("a,y\n" + "".join(f"{k / 1000},0\n" for k in range(24)))
    code, lines, err = run(capsys, "--data", str(path), "--label", "y", "--activation", "sin", "--bias")
    assert (code, err) == (3, "")
    assert lines[-1].startswith("UNDECIDED no null vector was found, and the smallest eigenvalue is too small")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ("--activation tanh", "'tanh' is none of relu, abs, erf"),
        ("--activation erf --width 3", "--width is for relu"),
        ("--activation relu --width 0", "width: 0 is not between 1"),
        ("--activation relu --width 999999999", "features, at most"),
        ("--activation relu --width 2 --seed -1", "seed: -1"),
        ("--activation relu --seed 5", "seed: --seed draws the units of --width M"),
        ("--activation relu --width 2.5", "not a whole number"),
    ],
)
def test_bad_input_is_one_line(arguments, word, tripled, capsys):
    code, lines, err = run(capsys, *tripled, *arguments.split())
    assert (code, lines, err.count("\n")) == (2, [], 1)
    assert word in err


def test_a_zero_row_is_named(tmp_path, capsys):
    path = tmp_path / "zero.csv"
    path.write_text("a,b,y\n1,2,0\n0,0,1\n")
    for width in ([], ["--width", "2"]):
        code, _, err = run(capsys, "--data", str(path), "--label", "y", "--activation", "relu", *width)
        assert code == 2
        assert "row 2 is zero and has no direction; add --bias" in err
