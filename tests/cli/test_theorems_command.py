"""The command ``exactcap theorems``: the list, one theorem, and unknown names."""

from __future__ import annotations

import json

import pytest

from exactcap.cli.main import main
from exactcap.theorems.catalogue import papers, theorem, theorems


def run(capsys, *words):
    status = main(["theorems", *words])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_the_list_has_every_theorem_under_its_paper(capsys):
    status, out, err = run(capsys)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    places = [k for entry in theorems() for k, line in enumerate(lines) if line.startswith(f"  {entry.identifier} ")]
    assert len(places) == len(theorems())
    assert places == sorted(places)
    assert all(f"    $ {entry.example}" in lines for entry in theorems() if entry.example)
    assert "$\\" not in out
    n = sum(bool(entry.example) for entry in theorems())
    assert lines[-1].startswith(f"theorems: {n} with instances, {len(theorems()) - n} without; ")


def test_one_paper(capsys):
    status, out, _ = run(capsys, "--paper", "baum-1988")
    assert status == 0
    assert out.startswith(
        "Baum (1988): threshold networks\nE. B. Baum, On the capabilities of multilayer perceptrons, "
    )
    assert "at most ⌈n/d⌉ hidden threshold units" in out
    assert "Cover" not in out
    status, out, err = run(capsys, "--paper", "baum")
    assert (status, out) == (2, "")
    assert err.startswith("exactcap: paper: 'baum' is none of cover-1965, baum-1988, ")
    assert err.endswith("; take baum-1988\n")


def test_json_has_all_fields(capsys):
    records = json.loads(run(capsys, "--json")[1])
    assert [record["id"] for record in records] == [entry.identifier for entry in theorems()]
    assert {record["paper"]["key"] for record in records} == {paper.key for paper in papers()}
    one = json.loads(run(capsys, "show", "baum", "--json")[1])
    assert one == next(record for record in records if record["id"] == "baum")
    assert one["conclusion"] == theorem("baum").conclusion


def test_show_says_everything(capsys):
    status, out, _ = run(capsys, "show", "cover-count")
    entry = theorem("cover-count")
    assert status == 0
    names = [line.split("  ")[0] for line in out.splitlines() if not line.startswith(" ")]
    assert names == [
        "theorem", "source", "form", "direction", "hypothesis", "conclusion", "proof idea", "family", "evidence",
        "instance",
    ]  # fmt: skip
    assert out.endswith(f"$ {entry.example}\n            {entry.answer}\n")
    assert "as stated: the theorem as it stands in the literature" in out


def test_show_says_why_there_is_no_instance(capsys):
    status, out, _ = run(capsys, "show", "rajput-deep-threshold")
    assert status == 0
    assert "\nno instance " in out
    assert "\ninstance" not in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["show", "cover-conut"], "did you mean "),
        (["show"], "See 'exactcap theorems show --help'."),
        (["list"], "See 'exactcap theorems --help'."),
    ],
)
def test_bad_words_are_one_line(words, message, capsys):
    status, out, err = run(capsys, *words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert message in err
