"""Every theorem that can be instantiated is: its example gives its answer, and proofs/claims has a claim of it."""

from __future__ import annotations

import csv
import shlex
from fractions import Fraction
from pathlib import Path

import pytest

from exactcap.certificates.format import read_certificate
from exactcap.checker.main import main as check
from exactcap.cli.main import main
from exactcap.sweeps.claims_file import read_claims
from exactcap.sweeps.lock import SUFFIX, is_fresh, read_lock, store_of
from exactcap.theorems.catalogue import theorems

ROOT = Path(__file__).parents[2]
INSTANTIABLE = [entry for entry in theorems() if not entry.why_not]
PROGRAMS = {"exactcap": main, "exactcap-check": check}


@pytest.fixture(autouse=True)
def _in_the_repository(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("entry", INSTANTIABLE, ids=lambda entry: entry.identifier)
def test_the_example_gives_the_answer(entry, capsys):
    program, *arguments = shlex.split(entry.example)
    status = PROGRAMS[program](arguments)
    said = capsys.readouterr()
    lines = [" ".join(line.split()) for line in said.out.splitlines()]  # predict has columns, and says more below
    assert entry.answer in (lines if arguments[0] == "predict" else lines[-1:]), said.err
    words = {"REFUTED": 1, "UNDECIDED": 3}
    assert status == words.get(entry.answer.split()[0], 0)


@pytest.fixture(scope="module")
def shipped():
    """The claims of proofs/claims by the theorem that they name, each with its file."""
    found: dict[str, list[tuple[Path, object]]] = {}
    for path in sorted((ROOT / "proofs" / "claims").glob("*.toml")):
        for entry in read_claims(path):
            found.setdefault(entry.theorem, []).append((path, entry))
    return found


@pytest.mark.parametrize("entry", INSTANTIABLE, ids=lambda entry: entry.identifier)
def test_a_fresh_claim_names_the_theorem(entry, shipped):
    claims = shipped.get(entry.identifier, [])
    assert claims, "no claim in proofs/claims names this theorem"
    for path, claim in claims:
        store = store_of(path)
        lock = read_lock(store)
        assert path.stem == entry.paper.key
        assert is_fresh(claim, lock, store), claim.where
        made = [store / name for name in lock[claim.identifier].files if name.endswith(SUFFIX)]
        files = [claim.certificate] if claim.certificate else made
        families = {read_certificate(file).claim.__struct_config__.tag for file in files}
        assert families & set(entry.families) or (not files and entry.form == "prediction"), claim.where


def test_no_claim_names_a_theorem_without_instances(shipped):
    assert set(shipped) - {""} <= {entry.identifier for entry in INSTANTIABLE}


@pytest.mark.parametrize(("d", "k", "m", "naive"), [(3, 3, 5, 15), (4, 3, 9, 35), (5, 2, 7, 35), (5, 3, 14, 70)])
def test_the_naive_count_is_refuted_at_the_exceptions(d, k, m, naive, capsys):
    options = [f"--inputs={d}", f"--power={k}", f"--width={m}", f"--equals={naive}"]
    assert main(["certify", "rank", "khatri-rao", *options]) == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith(f"REFUTED dimension at most {naive - 1}:")


def test_claims_beside_the_truth_are_refuted(capsys):
    for false in (
        "certify rank deep --widths 2,3,4,5 --degree 2 --equals 25",
        "certify rank hadamard --rows 40 --cols 50 --inner 4 --power 3 --equals 21",
        "certify interpolation --samples 11 --inputs 2 --width 30 --activation x^3",
    ):
        status = main(false.split())
        last = capsys.readouterr().out.splitlines()[-1]
        assert (status, last.split()[0]) == (1, "REFUTED")


def test_more_dimensions_than_points_give_all_labellings_and_no_more(capsys):
    assert main(["count", "dichotomies", "--points", "6", "--dimension", "7"]) == 0
    assert "exactly 64 dichotomies" in capsys.readouterr().out.splitlines()[-1]


def test_the_corrections_of_the_irises_are_those_of_the_rule():
    """What proofs/data says of iris-corrections.csv, from iris.csv alone."""
    number = {"setosa": 0, "versicolor": 1, "virginica": 2}
    rows, changes = (
        list(csv.reader((ROOT / "proofs" / "data" / name).read_text().splitlines()))
        for name in ("iris.csv", "iris-corrections.csv")
    )
    assert changes[0] == [*rows[0][:-1], "change"]
    wrong = {}
    for k, (row, changed) in enumerate(zip(rows[1:], changes[1:], strict=True), start=1):
        width = Fraction(row[3])
        rule = 0 if width < Fraction("0.8") else 1 if width < Fraction("1.75") else 2
        assert changed == [*row[:-1], str(number[row[4]] - rule)]
        if changed[-1] != "0":
            wrong[k] = int(changed[-1])
    assert wrong == {71: -1, 107: 1, 120: 1, 130: 1, 134: 1, 135: 1}
