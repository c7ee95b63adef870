"""``exactcap certify rank`` and ``certify identity`` as a user meets them."""

from __future__ import annotations

import json

import pytest
from support import DATA

from exactcap.checker.main import check_file
from exactcap.cli.main import main

IRIS = ["--data", str(DATA / "iris.csv"), "--label", "species", "--deduplicate"]


def run(capsys, *arguments: str) -> tuple[int, list[str], str]:
    status = main(arguments)
    out, err = capsys.readouterr()
    return status, out.splitlines(), err


@pytest.mark.parametrize(
    ("arguments", "status", "last"),
    [
        ("hadamard --rows 40 --cols 50 --inner 4 --power 3", 0, "PROVED rank 20: x^3 applied"),
        ("hadamard --rows 60 --cols 60 --inner 3 --powers 0,2,5", 0, "PROVED rank 28: "),
        ("hadamard --rows 9 --cols 8 --inner 1 --activation tanh --equals 8", 0, "PROVED rank 8: tanh"),
        ("hadamard --rows 9 --cols 8 --inner 2 --power 0", 0, "PROVED rank 1: 1 applied"),
        ("khatri-rao --samples 40 --inputs 5 --width 7 --power 2", 0, "PROVED rank 34: "),
        ("khatri-rao --inputs 5 --width 7 --power 2 --equals 34", 0, "PROVED dimension 34: "),
        ("khatri-rao --inputs 5 --width 7 --power 2 --at-least 30", 0, "PROVED dimension at least 30: "),
        ("khatri-rao --inputs 5 --width 7 --power 2 --at-most 35", 0, "PROVED dimension at most 35: "),
        ("khatri-rao --inputs 5 --width 7 --power 2 --equals 35", 1, "REFUTED dimension at most 34: "),
        ("khatri-rao --inputs 5 --width 7 --power 2 --at-most 33", 1, "REFUTED dimension at least 34: "),
        ('jacobian --samples 60 --inputs 5 --width 7 --activation x^3+x^2 --blocks W,b,v', 0, "PROVED rank 48: "),
        ("jacobian --inputs 4 --width 6 --activation x^3+x", 0, "PROVED dimension 34: "),
        ("jacobian --inputs 3 --width 4 --activation tanh --blocks W --fixed-bias", 0, "PROVED dimension 12: "),
        ("deep --widths 2,3,4,5,4,6,4,1 --degree 2", 0, "PROVED dimension 65: "),
        ("deep --widths 5,4,4,1 --degree 2 --equals 20", 1, "REFUTED dimension at least 21: "),
        ("deep --widths 2,3,4,1 --activations tanh,x^2 --bias hidden --samples 40", 0, "PROVED rank 19: "),
        ("deep --widths 3,4,2,1 --degree 2", 3, "PROBABLE dimension 11: "),
        ("deep --widths 3,4,2,1 --degree 2 --equals 12", 3, "UNDECIDED the rank is in [11, 12]; another rule"),
        ("jacobian --inputs 4 --width 6 --activation gelu --at-most 36", 0, "PROVED dimension at most 36: "),
    ],
)  # fmt: skip
def test_the_issue_s_commands(arguments, status, last, capsys):
    code, out, err = run(capsys, "certify", "rank", *arguments.split())
    assert (code, err) == (status, "")
    assert out[-1].startswith(last)


def test_certificates_are_kept_and_explained(capsys, tmp_path):
    path = tmp_path / "deep.cert.jsonl"
    status, out, _ = run(capsys, "certify", "rank", "deep", "--widths", "3,4,2,1", "--degree", "2", "-o", str(path))
    assert status == 3
    assert "a false claim would pass with a chance of at most 2^-" in out[-1]
    assert check_file(str(path)).finding == "PROBABLE"
    status, out, _ = run(capsys, "explain", str(path))
    assert status == 3
    assert "PROBABLE (error at most 2^-" in out[-1]
    status, out, _ = run(capsys, "verify", str(path))
    assert status == 3
    assert out[-1] == "0 verified (0 of them by named rules), 1 probable, 0 rejected"
    from exactcap.checker.main import main as check

    assert check([str(path)]) == 3
    assert capsys.readouterr().out.startswith("PROBABLE ")


def test_ranks_on_a_data_file(capsys, tmp_path):
    path = tmp_path / "iris.cert.jsonl"
    command = ["certify", "rank", "khatri-rao", *IRIS, "--width", "9", "--power", "2", "-o", str(path)]
    status, out, _ = run(capsys, *command)
    assert status == 0
    assert out[-1].startswith("PROVED rank 20: ")
    verdict = check_file(str(path), str(DATA / "iris.csv"))
    assert verdict.verified
    assert "covers 150 of the 150 rows" in verdict.data
    assert check_file(str(path), str(DATA / "wine.csv")).finding == "REJECTED"


def test_identity(capsys, tmp_path):
    path = tmp_path / "identity.cert.jsonl"
    sizes = ["--samples", "2", "--inputs", "2", "--width", "2"]
    status, out, _ = run(capsys, "certify", "identity", "jacobian", *sizes, "-o", str(path))
    assert status == 0
    assert out[-1].startswith("PROVED for every differentiable psi")
    assert check_file(str(path), str(DATA / "wine.csv")).reason.startswith("the claim is not about a data file")
    assert run(capsys, "explain", str(path))[0] == 0


def test_json(capsys):
    status, out, _ = run(capsys, "certify", "rank", "deep", "--widths", "3,4,2,1", "--degree", "2", "--json")
    record = json.loads(out[0])
    assert (status, record["verdict"]) == (3, "PROBABLE")
    assert record["certificate"]["error_bound"].startswith("2^-")
    assert record["interval"] == [11, 11]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("hadamard --rows 4 --cols 5 --inner 2", "one of --power, --powers and --activation"),
        ("hadamard --rows 4 --cols 5 --inner 2 --power 2 --powers 1", "one of --power"),
        ("hadamard --rows 4 --cols 5 --inner 0 --power 2", "inner: 0 is not between"),
        ("hadamard --rows 4 --cols 5 --inner 2 --powers 1,x", "'x' is not a whole number"),
        ("hadamard --rows 4 --cols 5 --inner 2 --power 201", "power: 201"),
        ("hadamard --rows 4 --cols 5 --inner 2 --activation softplus", "values of softplus"),
        ("khatri-rao --width 3 --power 2", "give --inputs D"),
        ("khatri-rao --width 3 --power 2 --inputs 2 --label y", "--label and --deduplicate go with --data"),
        ("khatri-rao --width 0 --power 2 --inputs 2", "width: 0"),
        ("khatri-rao --width 3 --power 2 --inputs 2 --equals 3 --at-most 4", "at most one of"),
        ("khatri-rao --width 3 --power 2 --inputs 2 --equals 0", "equals: 0"),
        ("khatri-rao --width 3 --power 2.5 --inputs 2", "not a whole number"),
        ("jacobian --width 3 --inputs 2 --activation relu", "polynomial on either side of 0"),
        ("jacobian --width 3 --inputs 2 --activation softplus", "W,b work"),
        ("jacobian --width 3 --inputs 2 --activation tanh --fixed-bias", "block b is trained"),
        ("jacobian --width 3 --inputs 2 --activation tanh --blocks W,x", "not a choice of W, b and v"),
        ("deep --widths 2,3,1", "either --degree or --activations"),
        ("deep --widths 2 --degree 2", "write for example"),
        ("deep --widths 5,4 --degree 3", "neither for two widths"),
        ("deep --widths 2,0,1 --degree 2", "widths: 0"),
        ("deep --widths 2,3,1 --activations tanh,tanh", "2 given, but 1 hidden"),
        ("deep --widths 2,3,3,1 --activations tanh,tanh", "beyond the first hidden layer"),
        ("deep --widths 2,3,1 --activations erf", "values of erf"),
        ("deep --widths 2,3,1 --degree 2 --bias some", "some"),
        ("deep --widths 5000,5000,5000,1 --degree 2", "more than 100000000 entries"),
    ],
)
def test_bad_input_is_one_line(arguments, words, capsys):
    status, out, err = run(capsys, "certify", "rank", *arguments.split())
    assert (status, out) == (2, [])
    assert words in err
    assert err.count("\n") == 1


def test_the_data_s_columns_must_be_the_first_width(capsys):
    status, _, err = run(capsys, "certify", "rank", "deep", *IRIS, "--widths", "3,2,1", "--degree", "2")
    assert status == 2
    assert "the data have 4 input columns, not 3" in err


def test_help_teaches(capsys):
    for command in ("hadamard", "khatri-rao", "jacobian", "deep"):
        status, out, _ = run(capsys, "certify", "rank", command, "--help")
        assert status == 0
        assert any(f"exactcap certify rank {command}" in line for line in out)
