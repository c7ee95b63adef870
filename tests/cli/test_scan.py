"""``exactcap scan`` and ``exactcap plot`` as a user meets them."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import pytest

from exactcap.cli.main import main
from exactcap.models import gaussian_curves
from exactcap.scans import catalogue


def run(capsys, *arguments: str) -> tuple[int, list[str], str]:
    status = main(arguments)
    out, err = capsys.readouterr()
    return status, out.splitlines(), err


@pytest.mark.parametrize(
    "arguments",
    [
        "prop-3.1 --activation relu",
        "prop-3.2-i --exponent plain",
        "lemma-4.1",
        "theorem-6.2 --bound one",
        "theorem-E --bound corner",
        "lemma-A.2 --order 2 --bound linear",
        "second-moment --activation relu --seed 5",
        "mills --bound laplace-3",
    ],
)
def test_scans_end_in_scanned_and_say_that_they_prove_nothing(arguments, capsys):
    status, out, err = run(capsys, "scan", "gaussian", *arguments.split(), "--points", "40", "--digits", "20")
    assert (status, err) == (0, "")
    assert out[-1].startswith("SCANNED 40 points: no violation inside; this is no proof")
    names = [line.split()[0] for line in out]
    assert [name for name in names if name != "notation"][:2] == ["statement", "compared"]
    assert {"points", "worst", "where", "outside"} <= set(names)
    assert any("violated, as it must be" in line for line in out)
    assert not any("blind" in line for line in out)


@pytest.mark.parametrize(("alias", "lemma"), catalogue.ALIASES.items())
def test_names_of_certify_gaussian(alias, lemma, capsys):
    command = ["--points", "3", "--digits", "15"]
    first, again = (run(capsys, "scan", "gaussian", name, *command) for name in (alias, lemma))
    assert first == again
    assert first[0] == 0


def test_every_command_of_certify_gaussian_has_a_scan(capsys):
    """Its help names each command, the paper's name as the second one; printed-only names are not listed."""
    _, out, _ = run(capsys, "certify", "gaussian", "--help")
    listed = {name for name in (*catalogue.ALIASES, "mills") if any(name in line.split() for line in out)}
    assert listed == {*catalogue.ALIASES, "mills"}
    _, out, _ = run(capsys, "scan", "gaussian", "--help")
    words = " ".join(out)
    assert all(lemma in words for lemma in catalogue.ENTRIES)
    assert set(catalogue.ALIASES.values()) | {"mills"} == set(catalogue.ENTRIES)


def test_the_notation_is_explained(capsys):
    _, out, _ = run(capsys, "scan", "gaussian", "second-moment", "--activation", "relu", "--points", "3")
    assert out[1] == (
        "notation   M_1(b) = E (gamma - b)_+; M_2(b) = E (gamma - b)_+^2; gamma a standard normal variable"
    )
    _, out, _ = run(capsys, "scan", "gaussian", "lemma-6.1", "--points", "3")
    assert out[1].startswith("compared")  # no symbol to explain


def test_json(capsys):
    status, out, _ = run(capsys, "scan", "gaussian", "mills", "--bound", "pollak", "--points", "9", "--json")
    record = json.loads(out[0])
    assert status == 0
    assert (record["verdict"], record["proof"], record["points"], record["digits"]) == ("SCANNED", False, 9, 50)
    assert record["equal"] == 1  # at 0, where Pollak's bound is exact
    assert [tried["violated"] for tried in record["outside"]] == [True, True]
    assert record["violations"] == []


def test_json_names_the_options(capsys):
    _, out, _ = run(capsys, "scan", "gaussian", "decoupling", "--points", "1", "--digits", "15", "--json")
    assert json.loads(out[0])["lemma"] == "lemma-3.3"
    _, out, _ = run(capsys, "scan", "gaussian", "prop-3.1", "--points", "1", "--digits", "15", "--json")
    record = json.loads(out[0])
    assert record["options"] == {"activation": "threshold", "exponent": "sharp"}
    assert record["notation"].startswith("F_0(b) = P(X > b, Y > b)")


@pytest.mark.parametrize(
    ("arguments", "title"),
    [("mills --bound sampford", "Scan of mills, sampford"), ("domination", "Scan of second-moment, threshold")],
)
def test_titles_name_the_options(arguments, title, capsys, tmp_path):
    path = tmp_path / "scan.svg"
    run(capsys, "scan", "gaussian", *arguments.split(), "--points", "5", "--digits", "15", "--plot", str(path))
    assert f"<!-- {title} -->" in path.read_text()


def test_a_violation_is_status_1(capsys, monkeypatch):
    scan = catalogue.find_scan("second-moment")
    broken = replace(scan, draw=lambda random: {"b": scan.edges[0]["b"] / 2})
    monkeypatch.setattr(catalogue, "find_scan", lambda *_, **__: broken)
    status, out, _ = run(capsys, "scan", "gaussian", "second-moment", "--points", "4")
    assert status == 1
    assert out[-1].startswith("VIOLATION at 2 of 4 points, e.g. b = 0.5; no proof")


def test_the_same_seed_prints_the_same(capsys):
    command = ["scan", "gaussian", "lemma-A.1", "--points", "30", "--digits", "15"]
    assert run(capsys, *command) == run(capsys, *command)


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_a_picture_of_a_scan(suffix, capsys, tmp_path):
    path = tmp_path / f"scan.{suffix}"
    command = ["scan", "gaussian", "second-moment", "--points", "30", "--digits", "15", "--plot", str(path)]
    status, out, _ = run(capsys, *command)
    assert status == 0
    assert f"plot       {path}" in out
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_size > 5000


@pytest.mark.parametrize(
    "arguments",
    [
        "mills --bounds birnbaum,sampford --from -1 --to 2",
        "correlation --activation relu --bias 3",
        "correlation --activation threshold --bias 1/2 --epsilon 0.45",
    ],
)
def test_plots(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(gaussian_curves, "N_POINTS", 60)
    path = tmp_path / "picture.svg"
    status, out, err = run(capsys, "plot", *arguments.split(), "-o", str(path))
    assert (status, out, err) == (0, [f"wrote {path}"], "")
    assert path.read_text().startswith("<?xml")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("scan gaussian prop-9", "lemma: 'prop-9' has no scan; choose one of prop-3.1"),
        ("scan gaussian prop-3.1 --points 0", "points: 0 is not between 1 and 1000000"),
        ("scan gaussian prop-3.1 --points 2.5", "'2.5' is not a whole number"),
        ("scan gaussian prop-3.1 --digits 1000000", "digits: 1000000 is not between 15 and 100"),
        ("scan gaussian prop-3.1 --order 1", "order: the scan of prop-3.1 has no such option"),
        ("scan gaussian mills --bound feller", "bound: 'feller' is not among birnbaum"),
        ("scan gaussian prop-3.1 --plot x.pdf", "plot: 'x.pdf' does not end in .svg or .png"),
        ("scan gaussian prop-3.1 --plot no/such/folder/x.svg", "plot: cannot write 'no/such/folder/x.svg'"),
        ("plot mills -o x.jpeg", "output: 'x.jpeg' does not end in .svg or .png"),
        ("plot mills --bounds feller -o x.svg", "bounds: 'feller' is no known bound"),
        ("plot mills --bounds pollak,pollak -o x.svg", "bounds: at most 14 different names"),
        ("plot mills --from 2 --to 1 -o x.svg", "from: 2 is not below --to 1"),
        ("plot mills --to 1e9 -o x.svg", "to: 1e9 is not between -100 and 100"),
        ("plot mills --from -3 --to -2 -o x.svg", "bounds: "),
        ("plot correlation --activation relu --bias 0 -o x.svg", "bias: 0 is not between 1/1000 and 1000"),
        ("plot correlation --activation relu --bias x -o x.svg", "bias: 'x' is not a rational number"),
        ("plot correlation --activation relu --bias 1 --epsilon 1/2 -o x.svg", "epsilon: 1/2 is not between 0 and 1/2"),
    ],
)
def test_bad_input_is_one_line(arguments, words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = run(capsys, *arguments.split())
    assert (status, out) == (2, [])
    assert words in err
    assert len(err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["scan gaussian second-moment --plot x.svg", "plot mills -o x.svg"])
def test_without_matplotlib(command, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    status, _, err = run(capsys, *command.split())
    assert status == 2
    assert "Matplotlib is not installed; pip install 'exactcap[plot]'" in err
