"""exactcap certify gaussian mills, as a user meets it."""

from __future__ import annotations

import json

import pytest

from exactcap.cli.main import main


def run(capsys, *arguments: str) -> tuple[int, list[str], str]:
    status = main(["certify", "gaussian", "mills", *arguments])
    out, err = capsys.readouterr()
    return status, out.splitlines(), err


def test_a_named_bound(capsys, tmp_path):
    path = tmp_path / "pollak.cert.jsonl"
    status, out, err = run(capsys, "--bound", "pollak", "-o", str(path))
    assert (status, err) == (0, "")
    assert out[-1] == "PROVED R(x) < B for every x > 0, B = 2/(x + sqrt(x^2 + 8/pi))"
    assert "certified from 0, exact to 1/1000: B < R at x = -1/1000" in out[0]
    assert "lindemann" in "\n".join(out)
    assert main(["verify", str(path)]) == 0


def test_from_a_negative_number(capsys):
    status, out, _ = run(capsys, "--bound", "komatsu", "--from", "-11/20")
    assert (status, out[-1].split()[0]) == (0, "PROVED")
    assert "exact to 1/1000: B < R at x = -551/1000" in out[0]
    status, out, _ = run(capsys, "--bound", "komatsu", "--from", "-14/25")
    assert status == 1
    assert out[-1].startswith("REFUTED B < R(x) at x = -559/1000")


def test_expressions_and_ranges(capsys):
    assert run(capsys, "--upper", "(x^2+2)/(x^3+3*x)")[0] == 0
    assert run(capsys, "--lower", "(x^2+1)/(x^3+2*x)", "--from", "1.1616")[0] == 0
    assert run(capsys, "--upper", "(x^2+1)/(x^3+2*x)", "--to", "1.161")[0] == 0
    assert run(capsys, "--lower", "-1/(x^2+1)", "--from", "-inf")[0] == 0
    status, out, _ = run(capsys, "--bound", "laplace-4", "--error-decreases")
    assert status == 0
    assert out[-1].startswith("PROVED |B/R(x) - 1| strictly decreases for every x > 0")


def test_undecided_writes_nothing(capsys, tmp_path):
    path = tmp_path / "none.cert.jsonl"
    status, out, _ = run(capsys, "--upper", "1/x + 1/(1+(x-3)^2)", "--error-decreases", "-o", str(path))
    assert status == 3
    assert out[-1].startswith("UNDECIDED")
    assert not path.exists()


def test_json(capsys):
    status, out, _ = run(capsys, "--bound", "sampford", "--json")
    record = json.loads(out[0])
    assert status == 0
    assert record["verdict"] == "PROVED"
    assert record["certificate"]["statement"].startswith("R(x) < B for every x > -1")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--bound", "komatsu", "--upper", "1/x"], "bound: give one of"),
        ([], "bound: give one of"),
        (["--bound", "mills"], "is no known bound; choose birnbaum"),
        (["--bound", "laplace-99"], "is not between 1 and 20"),
        (["--upper", "1/(x^2-2)"], "upper: the bound has a pole at x = 1.41421 inside the range; start above it with"),
        (["--bound", "sampford", "--from", "-2"], "the bound has a pole at x = -1"),
        (["--upper", "1/x", "--from", "3", "--to", "2"], "from: 3 is not below 2"),
        (["--upper", "1/x", "--from", "inf"], "from: 'inf' is not a rational number"),
        (["--upper", "1/x", "--from", "1e60"], "from: the number has more than 50 digits"),
        (["--upper", "__import__('os')"], "upper: "),
        (["--lower", "x.real"], "lower: "),
        (["--upper", "sqrt(x)"], "under the square root must be x^2 + c"),
        (["--bound", "komatsu", "--error-decreases"], "error-decreases: only rational bounds"),
    ],
)
def test_bad_input_is_one_line(capsys, arguments, said):
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, [])
    assert said in err
    assert err.count("\n") == 1
