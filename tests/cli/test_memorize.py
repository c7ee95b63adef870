"""exactcap memorize as a user meets it: exact networks, their files, and clear errors."""

from __future__ import annotations

import json
import re

import pytest
from support import DATA, to_bytes

from exactcap.certificates.network_file import read_network
from exactcap.checker.main import check_file
from exactcap.cli.main import main
from exactcap.constructions import catalogue

IRIS = [str(DATA / "iris.csv"), "--label", "species", "--deduplicate"]


def run(capsys, *arguments: str) -> tuple[int, list[str], str]:
    status = main(["memorize", *arguments])
    out, err = capsys.readouterr()
    return status, out.splitlines(), err


@pytest.fixture
def small(tmp_path):
    """Nine rows in the plane with numbers and with names as labels."""
    path = tmp_path / "small.csv"
    rows = [(0, 0), (1, 0), (0, 1), (1, 1), (2, "0.5"), ("-1.25", 3), (4, 4), (5, 1), (7, 2)]
    names = ["no", "yes", "yes", "no", "no", "yes", "no", "yes", "no"]
    values = ["1/1".replace("/1", ""), "2.5", "-1", "0", "3", "1e1", "0.125", "7", "2"]
    lines = ["a,b,name,value"] + [f"{a},{b},{name},{y}" for (a, b), name, y in zip(rows, names, values, strict=True)]
    path.write_text("\n".join(lines) + "\n")
    named, numbered = tmp_path / "named.csv", tmp_path / "numbered.csv"
    named.write_text("\n".join(",".join(line.split(",")[:3]) for line in lines) + "\n")
    numbered.write_text("\n".join(",".join(line.split(",")[:2] + line.split(",")[3:]) for line in lines) + "\n")
    return named, numbered


@pytest.mark.parametrize("method", [name for name, m in catalogue.METHODS.items() if m.activation == "threshold"])
def test_threshold_networks(capsys, tmp_path, small, method):
    net = tmp_path / "net.json"
    options = ["--label", "name", "--activation", "threshold", "--method", method, "-o", str(net)]
    status, out, err = run(capsys, str(small[0]), *options)
    assert (status, err) == (0, "")
    assert re.match(
        r"PROVED a given threshold network with \d+ hidden units?, 1 threshold output and integers of", out[-1]
    )
    verdict = check_file(str(tmp_path / "net.cert.jsonl"), str(small[0]))
    assert verdict.verified, verdict.reason
    assert "covers 9 of the 9 rows" in verdict.data


@pytest.mark.parametrize("method", [name for name, m in catalogue.METHODS.items() if m.activation == "relu"])
def test_relu_networks_of_real_labels(capsys, tmp_path, small, method):
    net = tmp_path / "net.json"
    options = ["--label", "value", "--activation", "relu", "--method", method, "-o", str(net)]
    status, out, err = run(capsys, str(small[1]), *options)
    assert (status, err) == (0, "")
    assert out[-1].startswith("PROVED a given relu network")
    assert check_file(str(tmp_path / "net.cert.jsonl"), str(small[1])).verified
    status, out, _ = run(capsys, str(small[1]), *options)  # the same files again: they may be replaced
    assert status == 0


def test_the_network_file_and_one_wrong_label(capsys, tmp_path):
    net = tmp_path / "net.json"
    assert run(capsys, *IRIS, "--activation", "threshold", "--method", "baum", "-o", str(net))[0] == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == ["net.cert.jsonl", "net.json"]
    record, layers = read_network(net)
    assert record["label"] == "species"
    assert record["labels"]["classes"] == ["setosa", "versicolor", "virginica"]
    assert len(layers[-1].biases) == 3
    lines = [json.loads(line) for line in (tmp_path / "net.cert.jsonl").read_bytes().splitlines()[:-1]]
    assert lines[1]["claim"]["layers"] == json.loads(net.read_bytes())["layers"]
    labels = lines[1]["claim"]["labels"]["values"]
    labels[70] = (labels[70] + 1) % 3
    forged = tmp_path / "forged.cert.jsonl"
    forged.write_bytes(to_bytes(lines))
    verdict = check_file(str(forged))
    assert verdict.finding == "REJECTED"
    assert "row 71" in verdict.reason


def test_the_smallest_of_several_is_kept(capsys, small):
    status, out, _ = run(capsys, str(small[1]), "--label", "value", "--activation", "relu")
    assert status == 0
    tried = [line for line in out if re.search(r": \d+ hidden units, \d+ bits", line)]
    counts = [int(re.search(r"(\d+) hidden units", line)[1]) for line in tried]
    assert len(tried) >= 4
    assert f"with {min(counts)} hidden unit" in out[-1]


def test_json(capsys, small):
    arguments = ["--label", "value", "--activation", "relu", "--method", "tent", "--json"]
    status = main(["memorize", str(small[1]), *arguments])
    record = json.loads(capsys.readouterr().out)
    assert (status, record["verdict"], record["method"]) == (0, "PROVED", "tent")
    assert record["hidden_units"] == sum(record["hidden_widths"])


def test_two_classes_as_real_codes(capsys, small):
    options = ["--label", "name", "--activation", "relu", "--method", "tent"]
    assert run(capsys, str(small[0]), *options, "--codes", "no=-1/2,yes=3")[0] == 0
    status, _, _ = run(capsys, str(small[0]), *options, "--coding", "units")
    assert status == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--label", "species", "--activation", "relu"], "equals 102"),
        (["--label", "species", "--deduplicate", "--activation", "relu", "--method", "baum"], "is for threshold units"),
        (["--label", "kind", "--deduplicate", "--activation", "relu"], "no column 'kind'"),
        (["--label", "species", "--deduplicate", "--activation", "threshold", "--coding", "real"], "coding: "),
        (["--label", "species", "--deduplicate", "--activation", "threshold", "--codes", "a=1"], "codes: "),
        (["--label", "species", "--deduplicate", "--activation", "relu", "--time-limit", "0"], "seconds"),
        (["--label", "species", "--deduplicate", "--activation", "tanh"], "activation"),
        (["--label", "species", "--deduplicate", "--activation", "relu", "--method", "best"], "method"),
    ],
)
def test_bad_input(capsys, tmp_path, arguments, message):
    status, out, err = run(capsys, str(DATA / "iris.csv"), *arguments, "-o", str(tmp_path / "net.json"))
    assert (status, out) == (2, [])
    assert message in err
    assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_conflicting_rows_are_named(capsys, tmp_path):
    path = tmp_path / "conflict.csv"
    path.write_text("x,y\n1,a\n2,b\n1.0,b\n")
    status, _, err = run(capsys, str(path), "--label", "y", "--activation", "threshold")
    assert status == 2
    assert "rows 1 and 3 are equal in every input column but have the labels" in err


@pytest.mark.parametrize("activation", ["threshold", "relu"])
@pytest.mark.parametrize(
    "text",
    [
        "x,y\n1,a\n",  # one row
        "x,y\n1,a\n2,a\n3,a\n",  # one class
        "x,c,y\n1,5,a\n2,5,b\n3,5,a\n",  # a constant column
        "c,y\n5,a\n",  # nothing but a constant column
        "x,z,y\n0,0,a\n1e-12,0,b\n0,1e-12,a\n1,1,b\n",  # near-duplicates with opposite labels
        "x,z,y\n" + "".join(f"{k},{2 * k},{'ab'[k % 2]}\n" for k in range(7)),  # a line in the plane
    ],
)
def test_degenerate_tables_are_memorized(capsys, tmp_path, text, activation):
    path = tmp_path / "data.csv"
    path.write_text(text)
    status, out, err = run(capsys, str(path), "--label", "y", "--activation", activation)
    assert (status, err) == (0, ""), err
    assert out[-1].startswith("PROVED")


def test_other_files_are_not_overwritten(capsys, tmp_path, small):
    net = tmp_path / "net.json"
    net.write_text("my notes")
    status, _, err = run(capsys, str(small[1]), "--label", "value", "--activation", "relu", "-o", str(net))
    assert status == 2
    assert "is not a network of exactcap" in err
    assert net.read_text() == "my notes"
    status, _, err = run(capsys, str(small[1]), "--label", "value", "--activation", "relu", "-o", "x.cert.jsonl")
    assert "would be the certificate" in err
