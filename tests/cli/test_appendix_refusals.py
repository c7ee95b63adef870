"""``exactcap appendix`` and a lock, or a theorem key, that says more than the certificates: nothing is written."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import DATA

from exactcap.cli.main import main

CLAIMS = """
[[claim]]
id = "rank-true"
command = "certify rank khatri-rao"
inputs = 3
width = 5
power = 2
equals = 10

[[claim]]
id = "rank-false"
command = "certify rank khatri-rao"
inputs = 5
width = 7
power = 2
equals = 35
expect = "REFUTED"

[[claim]]
id = "probable"
command = "certify rank deep"
widths = "3,4,2,1"
degree = 2
expect = "PROBABLE"

[[claim]]
id = "perceptron"
command = "predict perceptron"
margin = 1
digits = 10
expect = "THEOREM"

[[claim]]
id = "committee"
command = "predict committee"
activation = "relu"
architecture = "full"
ansatz = "rs"
digits = 10
expect = "PREDICTION"

[[claim]]
id = "tail"
command = "evaluate mills"
at = "3"
digits = 10

[[claim]]
id = "decoupling"
command = "certify gaussian decoupling"
epsilon = "1/16"
best-constant = true

[[claim]]
id = "rows"
command = "capacity"
data = "iris.csv"
label = "species"
deduplicate = true
activation = "tanh"
width = 11
method = "paired"
expect = "REFUTED"
"""
Lock = dict[str, Any]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("paper")
    (folder / "c.toml").write_text(CLAIMS)
    shutil.copy(DATA / "iris.csv", folder)
    assert main(("build", str(folder / "c.toml"), "--jobs", "1")) == 0
    return folder


@pytest.fixture
def folder(built, tmp_path) -> Path:
    shutil.copytree(built, tmp_path / "paper")
    return tmp_path / "paper"


def appendix(folder: Path, capsys) -> tuple[int, str]:
    status = main(("appendix", str(folder / "c.toml"), "-o", str(folder / "out"), "--format", "tex", "--jobs", "1"))
    return status, capsys.readouterr().err


def edit(folder: Path, change: Callable[[Lock], Any]) -> None:
    lock = json.loads((folder / "c.certificates" / "claims.lock").read_text())
    change(lock)
    (folder / "c.certificates" / "claims.lock").write_text(json.dumps(lock))


def expect(folder: Path, claim: str, verdict: str) -> None:
    """Have the claims file expect what the lock says, or it is refused for that."""
    before, after = CLAIMS.split(f'id = "{claim}"')
    after = re.sub('expect = "[A-Z]*"', f'expect = "{verdict}"', after, count=1)
    (folder / "c.toml").write_text(f'{before}id = "{claim}"{after}')


def number(claim: str, **changes: str) -> Callable[[Lock], Any]:
    return lambda lock: [one.update(changes) for one in (lock[claim], lock[claim]["items"][0])]


EDITS: dict[str, tuple[str, str, Callable[[Lock], Any]]] = {
    "PROBABLE as PROVED": ("probable", "PROVED", lambda lock: lock["probable"].update(verdict="PROVED")),
    "the opposite": ("rank-false", "PROVED", lambda lock: lock["rank-false"].update(verdict="PROVED")),
    "a capacity": ("rows", "PROVED", lambda lock: lock["rows"].update(verdict="PROVED")),
    "a prediction as a theorem": ("committee", "THEOREM", number("committee", status="THEOREM", verdict="THEOREM")),
    "another value": ("perceptron", "", number("perceptron", value="0.5")),
    "a further theorem": (
        "perceptron", "", lambda lock: lock["perceptron"]["items"].append({"status": "THEOREM", "value": "0.833"}),
    ),
    "a value of evaluate": ("tail", "", lambda lock: lock["tail"].update(value="0.5")),
    "a better constant": ("decoupling", "", lambda lock: lock["decoupling"]["best"].update(certified="1/2")),
    "a constant refuted": ("decoupling", "", lambda lock: lock["decoupling"]["best"].update(refuted="12029/10000")),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_a_lock_that_says_more_than_the_certificates(name, folder, capsys):
    claim, verdict, change = EDITS[name]
    edit(folder, change)
    if verdict:
        expect(folder, claim, verdict)
    status, err = appendix(folder, capsys)
    assert status == 2
    assert f": claim {claim}: the lock and the certificates disagree: " in err
    assert not (folder / "out").exists()


def test_a_verdict_without_a_certificate(folder, capsys):
    edit(folder, lambda lock: lock["rank-false"].update(verdict="PROVED", files={}))
    (folder / "c.certificates" / "rank-false.cert.jsonl").unlink()
    expect(folder, "rank-false", "PROVED")
    status, err = appendix(folder, capsys)
    assert (status, ": claim rank-false: PROVED, without a certificate" in err) == (2, True)


def test_the_words_of_a_refusal(folder, capsys):
    edit(folder, lambda lock: lock["tail"].update(value="0.5"))
    assert appendix(folder, capsys)[1].strip().endswith(
        "c.toml:42: claim tail: the lock and the certificates disagree: the value 0.5 is not that of its certificate; "
        f"run exactcap build --check {folder / 'c.toml'}"
    )  # fmt: skip


def test_the_certificate_of_another_claim(folder, capsys):
    store = folder / "c.certificates"
    shutil.copy(store / "rank-true.cert.jsonl", store / "rank-false.cert.jsonl")
    digest = hashlib.sha256((store / "rank-false.cert.jsonl").read_bytes()).hexdigest()
    for verdict in ("PROVED", "REFUTED"):
        files = {"rank-false.cert.jsonl": digest}
        edit(folder, lambda lock: lock["rank-false"].update(verdict=verdict, files=files))  # noqa: B023
        expect(folder, "rank-false", verdict)
        status, err = appendix(folder, capsys)
        assert (status, ": claim rank-false: " in err) == (2, True)


@pytest.mark.parametrize("claim", ["rank-true", "tail", "committee", "perceptron"])
def test_a_claim_is_no_instance_of_a_theorem_about_something_else(claim, folder, capsys):
    (folder / "c.toml").write_text(CLAIMS.replace(f'id = "{claim}"', f'id = "{claim}"\ntheorem = "baum"'))
    status, err = appendix(folder, capsys)
    assert (status, f": claim {claim}: theorem: 'baum'" in err) == (2, True)


def test_the_words_of_a_theorem_are_not_those_of_the_lock(folder, capsys):
    before = appendix(folder, capsys), (folder / "out" / "appendix.tex").read_bytes()
    edit(folder, lambda lock: lock["perceptron"]["items"][0].update(meaning="networks of any size, as proved"))
    assert (appendix(folder, capsys), (folder / "out" / "appendix.tex").read_bytes()) == before
    assert before[0] == (0, "")
    assert b"the capacity of perceptrons with margin 1" in before[1]
