"""``exactcap build`` with claims of every command: numbers under regression, stores, folders, interruptions."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
from pathlib import Path

import pytest
from support import DATA, ROOT

from exactcap.checker.main import check_file
from exactcap.cli.build import build as build_command
from exactcap.cli.main import main

KINDS = """
[[claim]]
id = "least-width"
command = "capacity"
data = "../data/small.csv"
label = "y"
activation = "tanh"
method = "paired"
smallest-width = true
recorded = "4"

[[claim]]
id = "rows"
command = "capacity"
data = "../data/small.csv"
label = "y"
activation = "tanh"
method = "paired"
width = 2
expect = "UNDECIDED"
recorded = "4"

[[claim]]
id = "network"
command = "memorize"
file = "../data/small.csv"
label = "y"
activation = "threshold"
method = "baum"
recorded = "3"

[[claim]]
id = "kernel"
command = "certify kernel"
data = "../data/small.csv"
label = "y"
activation = "relu"
recorded = "0.0121"

[[claim]]
id = "search"
command = "certify gaussian lemma-3.3"
epsilon = "1/16"
best-constant = true
recorded = "1203/1000"

[[claim]]
id = "tail"
command = "evaluate tail"
at = 1
digits = 6
recorded = "0.158655"

[[claim]]
id = "count"
command = "count dichotomies"
points = 5
dimension = 2
recorded = "10"

[[claim]]
id = "bound"
command = "count bound"
inputs = 10
width = 5
recorded = "340"

[[claim]]
id = "perceptron"
command = "predict perceptron"
digits = 5
expect = "THEOREM"
recorded = "2.0000"

[[claim]]
id = "jump"
command = "predict symmetry-breaking"
activation = "erf"
digits = 4
expect = "PREDICTION"

[[claim]]
id = "shipped"
certificate = "../data/shipped.cert.jsonl"
"""
SMALL = "a,b,y\n1,2,0\n3,1,1\n2,5,1\n-1,4,0\n7,-2,1\n4,4,0\n"
SHIPPED = ROOT / "proofs" / "found" / "wine-polish.cert.jsonl"
N_CLAIMS = KINDS.count("[[claim]]")


def build(*arguments: str | Path) -> tuple[int, list[str], str]:
    said, complaints = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complaints):
        status = main(["build", *map(str, arguments), "--jobs", "1"])
    return status, said.getvalue().splitlines(), complaints.getvalue()


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("kinds")
    for name in ("claims", "data"):
        (folder / name).mkdir()
    (folder / "data" / "small.csv").write_text(SMALL)
    shutil.copy(SHIPPED, folder / "data" / "shipped.cert.jsonl")
    (folder / "claims" / "kinds.toml").write_text(KINDS)
    assert build(folder / "claims")[:2] == (0, [f"BUILT {N_CLAIMS} claims: {N_CLAIMS} certified now, 0 failed"])
    return folder


@pytest.fixture
def kinds(built, tmp_path) -> Path:
    """A copy of the built claims of every kind."""
    shutil.copytree(built, tmp_path / "copy")
    return tmp_path / "copy"


def locked(folder: Path) -> dict[str, dict[str, object]]:
    return json.loads((folder / "certificates" / "kinds" / "claims.lock").read_text())


def test_each_command_leaves_its_files(built):
    store = built / "certificates" / "kinds"
    assert sorted(path.name for path in store.iterdir()) == [
        "bound.cert.jsonl", "claims.lock", "count.cert.jsonl", "kernel.cert.jsonl", "least-width.cert.jsonl",
        "least-width.obstruction.cert.jsonl", "network.cert.jsonl", "network.json", "perceptron.cert.jsonl",
        "rows.cert.jsonl", "search.cert.jsonl", "search.refuted.cert.jsonl", "tail.cert.jsonl",
    ]  # fmt: skip
    for path in store.glob("*.cert.jsonl"):
        assert check_file(str(path)).verified
    assert build(built / "claims")[1] == [f"BUILT {N_CLAIMS} claims: 0 certified now, 0 failed"]


def test_the_lock_keeps_answers_without_times_and_places(built):
    lock = locked(built)
    text = json.dumps(lock)
    assert str(built) not in text
    assert "seconds" not in text
    assert lock["perceptron"]["verdict"] == lock["count"]["verdict"] == "THEOREM"
    (item,) = lock["perceptron"]["items"]
    assert (item["status"], item["value"]) == ("THEOREM", "2.0000")
    assert "certificate perceptron.cert.jsonl, id " in item["digits"]
    (count,) = lock["count"]["items"]
    assert (count["status"], count["value"], count["share"]["numerator"]) == ("THEOREM", "10", "5")
    assert lock["jump"]["verdict"] == "PREDICTION"
    assert lock["jump"]["files"] == lock["shipped"]["files"] == {}
    assert all(item["status"].startswith("PREDICTION") for item in lock["jump"]["items"])
    assert "no certificate" in lock["jump"]["items"][0]["digits"]
    assert lock["rows"]["best"] == {
        "name": "number of rows", "certified": "4", "refuted": None, "is_smaller_better": False,
    }  # fmt: skip


def test_a_built_folder_passes_the_check(built):
    before = {path: path.read_bytes() for path in built.rglob("*") if path.is_file()}
    assert build(built / "claims", "--check")[:2] == (
        0, [f"BUILT {N_CLAIMS} claims: {N_CLAIMS} certified again, 0 failed"],
    )  # fmt: skip
    assert {path: path.read_bytes() for path in built.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("identifier", "recorded", "edited", "words"),
    [
        ("least-width", "4", "3", "the width 4 is worse than the recorded 3"),
        ("rows", "4", "5", "the number of rows 4 is worse than the recorded 5"),
        ("network", "3", "2", "the number of hidden units 3 is worse than the recorded 2"),
        ("kernel", "0.0121", "0.0122", "the bound of the smallest eigenvalue 0.0121 is worse than the recorded 0.0122"),
        ("search", "1203/1000", "1202/1000", "the constant 1203/1000 is worse than the recorded 1202/1000"),
        ("tail", "0.158655", "0.158654", "the value 0.158655 is not the recorded 0.158654"),
        ("tail", "0.158655", "0.1586550", "the value 0.158655 is not the recorded 0.1586550"),
        ("count", "10", "11", "the value 10 is not the recorded 11"),
        ("bound", "340", "339", "the value 340 is not the recorded 339"),
        ("perceptron", "2.0000", "2.0001", "the value 2.0000 is not the recorded 2.0001"),
    ],
)
def test_a_number_edited_by_hand_fails_with_both(identifier, recorded, edited, words, kinds):
    claims = kinds / "claims" / "kinds.toml"
    before, after = KINDS.split(f'id = "{identifier}"')
    claims.write_text(f'{before}id = "{identifier}"' + after.replace(f'"{recorded}"', f'"{edited}"', 1))
    status, out, _ = build(claims)
    line = before.count("\n")
    assert status == 1
    assert out == [
        f"failed      {claims}:{line}: claim {identifier}: {words}",
        f"FAILED {N_CLAIMS} claims: 0 certified now, 1 failed",
    ]


@pytest.mark.parametrize(
    ("identifier", "recorded", "edited"),
    [("least-width", "4", "5"), ("rows", "4", "3"), ("kernel", "0.0121", "1e-3"), ("search", "1203/1000", "2")],
)
def test_a_worse_recorded_number_is_noted_when_a_better_one_is_found(identifier, recorded, edited, kinds):
    """And only then."""
    before, after = KINDS.split(f'id = "{identifier}"')
    claims = kinds / "claims" / "kinds.toml"
    claims.write_text(f'{before}id = "{identifier}"' + after.replace(f'"{recorded}"', f'"{edited}"', 1))
    assert build(claims)[1] == [f"BUILT {N_CLAIMS} claims: 0 certified now, 0 failed"]
    for path in (kinds / "certificates" / "kinds").glob(f"{identifier}.*"):
        path.unlink()
    status, out, _ = build(claims)
    assert (status, len(out)) == (0, 2)
    assert re.fullmatch(rf"better      {identifier}: .* {re.escape(recorded)} certified.*; recorded {edited}", out[0])


@pytest.mark.parametrize(
    ("identifier", "old", "new", "words"),
    [
        ("rows", '"UNDECIDED"', '"PROVED"', "expected PROVED, found UNDECIDED: paired argument"),
        ("perceptron", '"THEOREM"', '"UPPER BOUND"', r"expected UPPER BOUND, found THEOREM: 1/E gamma_\+\^2 = 2.0000"),
        ("jump", '"PREDICTION"', '"THEOREM"', r"expected THEOREM, found PREDICTION: the least .* = [0-9.]+$"),
        ("tail", 'recorded = "0.158655"', 'expect = "REFUTED"', "expected REFUTED, found PROVED: P.gamma > 1. = 0.158"),
    ],
)
def test_another_verdict_fails_with_what_was_found(identifier, old, new, words, kinds):
    before, after = KINDS.split(f'id = "{identifier}"')
    claims = kinds / "claims" / "kinds.toml"
    claims.write_text(f'{before}id = "{identifier}"' + after.replace(old, new, 1))
    status, out, _ = build(claims)
    assert status == 1
    assert re.search(rf"kinds.toml:{before.count(chr(10))}: claim {identifier}: {words}", out[0])


def test_a_number_where_none_is_found(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text('[[claim]]\nid = "x"\ncommand = "certify rank khatri-rao"\ninputs = 2\nwidth = 2\npower = 2\n'
                    'recorded = "2"\n')  # fmt: skip
    status, out, _ = build(path)
    assert status == 1
    assert "x.toml:1: claim x: recorded: there is no number to compare with 2; leave it out" in out[0]


def test_a_false_claim_fails_with_what_is_true(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text('title = "x"\n\n[[claim]]\nid = "x"\ncommand = "certify interpolation"\nsamples = 21\ninputs = 4\n'
                    'width = 4\nactivation = "exp"\n')  # fmt: skip
    status, out, _ = build(path)
    assert status == 1
    assert "x.toml:3: claim x: expected PROVED, found REFUTED: whatever the inputs, the label" in out[0]


def test_what_a_command_refuses_has_file_and_line(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text('[[claim]]\nid = "x"\ncommand = "count dichotomies"\npoints = 0\ndimension = 2\n')
    status, out, _ = build(path)
    assert status == 1
    assert "x.toml:1: claim x: points: 0 is not between" in out[0]


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("network.json", lambda text: text.replace(b"1", b"2", 1)),
        ("network.cert.jsonl", lambda text: text[:-20]),
        ("count.cert.jsonl", lambda text: text.replace(b"1", b"2", 1)),
        ("search.refuted.cert.jsonl", lambda text: b""),
    ],
)
def test_what_was_tampered_with_is_made_again(name, damage, kinds):
    path = kinds / "certificates" / "kinds" / name
    before = path.read_bytes()
    path.write_bytes(damage(before))
    assert build(kinds / "claims")[:2] == (0, [f"BUILT {N_CLAIMS} claims: 1 certified now, 0 failed"])
    assert path.read_bytes() == before


def test_changed_data_makes_its_claims_stale(kinds):
    (kinds / "data" / "small.csv").write_text(SMALL.replace("7,-2", "8,-2"))
    status, out, _ = build(kinds / "claims", "--check")
    assert status == 1
    stale = [line for line in out if "is missing or stale" in line]
    assert [re.search("claim ([a-z-]+):", line)[1] for line in stale] == ["least-width", "rows", "network", "kernel"]


@pytest.mark.parametrize(("taken", "name"), [("count", "bound"), ("tail", "search"), ("kernel", "least-width")])
def test_a_certificate_of_another_claim_is_found(taken, name, kinds):
    """Under the right name, with a lock that agrees: also of claims whose number a search may change."""
    store = kinds / "certificates" / "kinds"
    lock = locked(kinds)
    (store / f"{name}.cert.jsonl").write_bytes((store / f"{taken}.cert.jsonl").read_bytes())
    lock[name]["files"][f"{name}.cert.jsonl"] = lock[taken]["files"][f"{taken}.cert.jsonl"]
    (store / "claims.lock").write_text(json.dumps(lock))
    assert build(kinds / "claims")[0] == 0  # the lock is taken at its word
    status, out, _ = build(kinds / "claims", "--check")
    assert status == 1
    assert f"claim {name}: its certificate in the store is another one than the command writes" in out[0]


def test_an_answer_edited_in_the_lock_is_found(kinds):
    lock = locked(kinds)
    lock["jump"]["items"][0]["value"] = "3.000"
    (kinds / "certificates" / "kinds" / "claims.lock").write_text(json.dumps(lock))
    status, out, _ = build(kinds / "claims", "--check")
    assert status == 1
    assert "claim jump: " in out[0]


def test_a_shipped_certificate_that_is_none(kinds):
    path = kinds / "data" / "shipped.cert.jsonl"
    path.write_bytes(path.read_bytes()[:-30])
    for arguments in ((), (), ("--check",)):
        status, out, _ = build(kinds / "claims", *arguments)
        assert status == 1
        assert "claim shipped: expected PROVED, found REJECTED: " in out[-2]


def test_claims_in_several_files_and_folders(tmp_path):
    tail = '[[claim]]\nid = "tail"\ncommand = "evaluate tail"\nat = {}\n'
    (tmp_path / "claims").mkdir()
    for name, at in (("b", 1), ("a", 2)):
        (tmp_path / "claims" / f"{name}.toml").write_text(tail.format(at))
    (tmp_path / "own.toml").write_text(tail.format(3))
    status, out, _ = build(tmp_path / "claims", tmp_path / "own.toml", tmp_path / "claims" / "a.toml")
    assert (status, out) == (0, ["BUILT 3 claims: 3 certified now, 0 failed"])
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.cert.jsonl")) == [
        "certificates/a/tail.cert.jsonl", "certificates/b/tail.cert.jsonl", "own.certificates/tail.cert.jsonl",
    ]  # fmt: skip
    (tmp_path / "claims" / "b.toml").unlink()
    store = tmp_path / "certificates" / "b"
    note = f"left over   {store}: its claims file {tmp_path / 'claims' / 'b.toml'} is gone; remove it"
    assert build(tmp_path)[1] == [note, "BUILT 1 claim: 0 certified now, 0 failed"]
    assert (store / "tail.cert.jsonl").exists()
    assert build(tmp_path / "claims" / "a.toml")[1] == ["BUILT 1 claim: 0 certified now, 0 failed"]
    (tmp_path / "none").mkdir()
    assert "holds no claims files" in build(tmp_path / "none")[2]


def test_what_belongs_to_no_claim_is_named(kinds):
    stray = kinds / "certificates" / "kinds" / "old.cert.jsonl"
    shutil.copy(SHIPPED, stray)
    status, out, _ = build(kinds / "claims")
    assert (status, out[0]) == (0, f"stray       {stray}: belongs to no claim; remove it")
    assert stray.exists()
    status, out, _ = build(kinds / "claims", "--check")
    assert (status, out[0]) == (1, f"failed      {stray}: belongs to no claim; remove it")


def test_from_another_working_directory(kinds, monkeypatch):
    monkeypatch.chdir(kinds / "claims")
    assert build("kinds.toml")[1] == [f"BUILT {N_CLAIMS} claims: 0 certified now, 0 failed"]
    (kinds / "certificates" / "kinds" / "network.json").unlink()
    assert build(Path())[1] == [f"BUILT {N_CLAIMS} claims: 1 certified now, 0 failed"]
    assert build("../claims", "--check")[0] == 0


def test_a_lock_of_an_older_exactcap(kinds):
    """Without the answers: all is certified anew, into the same bytes."""
    store = kinds / "certificates" / "kinds"
    before = {path.name: path.read_bytes() for path in store.iterdir()}
    lock = {
        name: {k: known[k] for k in ("digest", "verdict", "best", "files")} for name, known in locked(kinds).items()
    }
    (store / "claims.lock").write_text(json.dumps(lock))
    assert build(kinds / "claims")[1] == [f"BUILT {N_CLAIMS} claims: {N_CLAIMS} certified now, 0 failed"]
    assert {path.name: path.read_bytes() for path in store.iterdir()} == before


def test_the_example_of_the_help_page(tmp_path):
    assert build_command.__doc__ is not None
    example = build_command.__doc__.split("A whole file:\n")[1].split("\n    command ")[0]
    path = tmp_path / "wine.toml"
    path.write_text("\n".join(line[6:] for line in example.splitlines()))
    shutil.copy(DATA / "wine.csv", tmp_path)
    assert build(path)[:2] == (0, ["BUILT 4 claims: 4 certified now, 0 failed"])
