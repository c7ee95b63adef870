"""``exactcap certify gaussian memorization`` as a user meets it."""

from __future__ import annotations

import json

import pytest

from exactcap.checker.main import check_file
from exactcap.cli.main import main


def run(capsys, *arguments: str) -> tuple[int, list[str], str]:
    status = main(("certify", "gaussian", "memorization", *arguments))
    out, err = capsys.readouterr()
    return status, out.splitlines(), err


def test_the_issue_s_example(capsys, tmp_path):
    path = tmp_path / "million.cert.jsonl"
    status, out, err = run(
        capsys, "--points", "1000000", "--separation", "1", "--widths", "500000,2300000,2000000",
        "--activation", "threshold", "-o", str(path),
    )  # fmt: skip
    assert (status, err) == (0, "")
    assert out[-1].startswith("PROVED threshold networks of widths 500000, 2300000, 2000000 memorize")
    text = "\n".join(out)
    for words in (
        "units used 500000, ",
        "condition 3 the bound is [0.9",
        "competitor  1000000 units",
        "more: the comp",
    ):
        assert words in text
    verdict = check_file(str(path))
    assert verdict.finding == "VERIFIED"
    assert out[-1].removeprefix("PROVED ") == verdict.statement


def test_smallest_and_its_widths(capsys):
    status, out, _ = run(capsys, "--points", "50", "--separation", "sqrt(2)", "--ones", "5", "--smallest", "--json")
    record = json.loads(out[0])
    assert (status, record["verdict"], record["competitor"]) == (0, "PROVED", 5)
    used = record["witness"]["used"]
    assert record["best"] == {
        "name": "units", "certified": str(sum(used)), "refuted": None, "is_smaller_better": True
    }  # fmt: skip
    assert "delta^2 = 2, and all labels with at most 5 ones" in record["certificate"]["statement"]
    widths = ",".join(map(str, used))
    status, out, _ = run(capsys, "--points", "50", "--separation", "sqrt(2)", "--ones", "5", "--widths", widths)
    assert status == 0
    status, out, _ = run(capsys, "--points", "3", "--separation", "5/4", "--smallest")
    assert status == 0
    assert "(a search, no proof that fewer fail)" in out[-1]


def test_three_layers_beat_the_competitor_from_millions_on(capsys):
    _, out, _ = run(capsys, "--points", "3000000", "--separation", "sqrt(2)", "--smallest", "--json")
    record = json.loads(out[0])
    assert record["units"] < record["competitor"] == 3000000


def test_undecided_shows_the_condition_the_ball_and_the_next_step(capsys, tmp_path):
    path = tmp_path / "no.cert.jsonl"
    status, out, _ = run(
        capsys, "--points", "1000", "--separation", "sqrt(2)", "--widths", "70634,41082,10", "-o", str(path)
    )
    assert status == 3
    assert out[-1].startswith("UNDECIDED condition 3 (layer 3) is not shown: the bound is [")
    assert "n3 = " in out[-1]
    assert "widths " in out[-1]
    assert any(line.startswith("competitor  1000 units") for line in out)
    assert not path.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--points 10 --separation 1", "widths: give either"),
        ("--points 10 --separation 1 --widths 5,5,5 --smallest", "widths: give either"),
        ("--points 10 --separation 1 --widths 5,5", "widths: '5,5' is not of the form"),
        ("--points 10 --separation 1 --widths 5,x,5", "is not of the form"),
        ("--points 10 --separation 1 --widths 5,5,1", "widths: n3 = 1"),
        ("--points 10 --separation 1 --widths 0,5,5", "widths: 0 is not between"),
        ("--points 10 --separation 1 --widths 5,5,9007199254740992", "is not between"),
        ("--points 10 --separation 2.01 --smallest", "separation: 2.01 is not above 0"),
        ("--points 10 --separation sqrt(4.1) --smallest", "separation: sqrt(4.1) is not above 0"),
        ("--points 10 --separation 0 --smallest", "separation: 0 is not above 0"),
        ("--points 10 --separation=-1 --smallest", "separation: -1 is not above 0"),
        ("--points 10 --separation sqrt(-2) --smallest", "separation: sqrt(-2) is not above 0"),
        ("--points 10 --separation sqrt(two) --smallest", "separation: 'two' is not a rational"),
        ("--points 10 --separation 1/3000000000000000000 --smallest", "more than 30 digits"),
        ("--points 10 --ones 11 --separation 1 --smallest", "ones: 11 is not between 1 and 10"),
        ("--points 10 --ones 0 --separation 1 --smallest", "ones: 0 is not between"),
        ("--points 0 --separation 1 --smallest", "points: 0 is not between"),
        ("--points 1e3 --separation 1 --smallest", "not a whole number"),
        ("--points 10 --separation 1 --smallest --activation relu", "relu: Theorem E is instantiated for threshold"),
        ("--points 10 --separation 1 --smallest --activation tanh", "tanh"),
    ],
)
def test_bad_input_is_one_line(arguments, words, capsys):
    status, out, err = run(capsys, *arguments.split())
    assert (status, out) == (2, [])
    assert err.count("\n") == 1
    assert words in err


def test_a_claim_about_nothing_is_refused(capsys):
    """Rankin: at most delta^2/(delta^2 - 2) unit vectors have pairwise distances >= delta > sqrt 2."""
    assert main(("certify", "gaussian", "memorization", "--points", "5000", "--separation", "1.9", "--smallest")) == 2
    assert "points: at most 2 unit vectors have pairwise distances of 1.9 or more" in capsys.readouterr().err
