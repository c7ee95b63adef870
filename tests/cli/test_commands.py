"""The command line as a user meets it: verdict lines, exit status, errors of one line, JSON, files."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from support import DATA, ROOT

from exactcap.cli.main import HELP, main

WINE = ["--data", str(DATA / "wine.csv"), "--label", "class"]
PAIRED = ["--method", "paired"]
GENERIC = ["--samples", "24", "--inputs", "4"]


def run(capsys, *arguments: str) -> tuple[int, list[str], str]:
    status = main(arguments)
    out, err = capsys.readouterr()
    return status, out.splitlines(), err


def test_proved(capsys, tmp_path):
    path = tmp_path / "out.cert.jsonl"
    options = [*GENERIC, "--width", "8", "--activation", "tanh", "-o", str(path)]
    status, out, err = run(capsys, "certify", "interpolation", *options)
    assert (status, err) == (0, "")
    assert out[-1].startswith("PROVED outside a set of inputs of measure zero, for every y in R^24")
    assert str(path) in "\n".join(out)
    assert [file.name for file in tmp_path.iterdir()] == ["out.cert.jsonl"]
    first = path.read_bytes()
    run(capsys, "certify", "interpolation", *options)
    assert path.read_bytes() == first  # the same seed, the same bytes
    run(capsys, "certify", "interpolation", *options, "--seed", "7")
    assert path.read_bytes() != first
    assert run(capsys, "verify", str(path))[0] == 0
    status, out, _ = run(capsys, "explain", str(path))
    assert status == 0
    assert [f"  {k}." for k in range(1, 6)] == [line[:4] for line in out if re.match(r"  \d\.", line)]


def test_refuted_carries_the_opposite(capsys, tmp_path):
    path = tmp_path / "out.cert.jsonl"
    options = [*GENERIC, "--width", "4", "--activation", "exp", "-o", str(path)]
    status, out, _ = run(capsys, "certify", "interpolation", *options)
    assert status == 1
    assert out[-1].startswith("REFUTED whatever the inputs, the label vectors")
    assert run(capsys, "verify", str(path))[0] == 0
    status, out, _ = run(capsys, "certify", "obstruction", *options)
    assert (status, out[-1].split()[0]) == (0, "PROVED")
    status, out, _ = run(capsys, "explain", str(path))
    assert "Sard" in "\n".join(out)


def test_undecided_says_why_and_writes_nothing(capsys, tmp_path):
    path = tmp_path / "out.cert.jsonl"
    options = [*GENERIC, "--width", "6", "--activation", "tanh", "-o", str(path)]
    status, out, _ = run(capsys, "certify", "interpolation", *options)
    assert status == 3
    assert out[-1].startswith("UNDECIDED the paired argument uses 3 neurons")
    assert not path.exists()
    status, out, _ = run(capsys, "certify", "obstruction", *options)
    assert (status, out[-1].split()[0]) == (3, "UNDECIDED")
    assert "does not mean" in out[-1]


def test_capacity(capsys, tmp_path):
    path = tmp_path / "wine.cert.jsonl"
    status, out, _ = run(
        capsys, "capacity", *WINE, "--activation", "tanh", "--smallest-width", *PAIRED, "-o", str(path)
    )
    assert status == 0
    assert out[-1] == "PROVED [12, 24]: width 24 takes every labelling of all 178 rows; no width below 12 does"
    assert {file.name for file in tmp_path.iterdir()} == {"wine.cert.jsonl", "wine.obstruction.cert.jsonl"}
    assert run(capsys, "verify", str(tmp_path), "--data", str(DATA / "wine.csv"))[0] == 0
    status, out, _ = run(capsys, "capacity", *WINE, "--activation", "tanh", "--width", "20", *PAIRED)
    assert (status, out[-1].split(":")[0]) == (3, "UNDECIDED [150, 178] of 178 rows at width 20")
    status, out, _ = run(capsys, "capacity", *WINE, "--activation", "tanh", "--width", "8", *PAIRED)
    assert (status, out[-1].split(":")[0]) == (1, "REFUTED [60, 120] of 178 rows at width 8")
    status, out, _ = run(capsys, "capacity", *WINE, "--activation", "x^2", "--smallest-width")
    assert (status, out[-1].split(":")[0]) == (1, "REFUTED no width takes every labelling of all 178 rows")


def test_json_everywhere(capsys, tmp_path):
    path = tmp_path / "out.cert.jsonl"
    options = [*GENERIC, "--width", "8", "--activation", "tanh", "-o", str(path), "--json"]
    _, out, _ = run(capsys, "certify", "interpolation", *options)
    record = json.loads("\n".join(out))
    assert record["verdict"] == "PROVED"
    assert record["certificate"]["path"] == str(path)
    _, out, _ = run(capsys, "certify", "obstruction", *GENERIC, "--width", "3", "--activation", "tanh", "--json")
    assert json.loads("\n".join(out))["verdict"] == "PROVED"
    _, out, _ = run(capsys, "explain", str(path), "--json")
    assert len(json.loads("\n".join(out))["argument"]) == 5
    _, out, _ = run(capsys, "verify", str(path), "--json")
    assert json.loads("\n".join(out))[0]["verdict"] == "VERIFIED"
    _, out, _ = run(capsys, "capacity", *WINE, "--activation", "tanh", "--width", "8", *PAIRED, "--json")
    record = json.loads("\n".join(out))
    assert (record["interval"], len(record["rows"])) == ([60, 120], 60)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["frobnicate"], "frobnicate"),
        (["certify", "interpolation"], "--activation"),
        (["certify", "interpolation", *GENERIC, "--activation", "tanh", "--width", "3.5"], "not a whole number"),
        (["certify", "interpolation", *GENERIC, "--activation", "tanh", "--width", "1e3"], "not a whole number"),
        (["certify", "interpolation", *GENERIC, "--activation", "tanh", "--width", "0"], "width: 0"),
        (["certify", "interpolation", *GENERIC, "--activation", "tanh", "--width", "8", "--seed", "-1"], "seed: -1"),
        (["certify", "obstruction", *GENERIC[2:], "--samples", "0", "--activation", "tanh", "--width", "8"], "samples"),
        (["certify", "interpolation", *GENERIC, "--activation", "tanh", "--width", "8", "--method", "magic"], "magic"),
        (["certify", "interpolation", *GENERIC, "--activation", "relu", "--width", "8"], "no analytic statement"),
        (["certify", "interpolation", *GENERIC, "--activation", "__import__('os')", "--width", "8"], "activation"),
        (["certify", "interpolation", *GENERIC, "--activation", "erf", "--width", "8", "--blocks", "v"], "W,b work"),
        (["certify", "interpolation", "--activation", "tanh", "--width", "8"], "--data FILE"),
        (["certify", "interpolation", *GENERIC, *WINE, "--activation", "tanh", "--width", "8"], "exclude each other"),
        (["certify", "interpolation", *WINE[:2], "--activation", "tanh", "--width", "8"], "--label NAME"),
        (["certify", "interpolation", *WINE[:3], "klass", "--activation", "tanh", "--width", "8"], "class"),
        (["capacity", "--data", "none.csv", "--label", "y", "--activation", "tanh", "--width", "8"], "none.csv"),
        (["capacity", *WINE, "--activation", "tanh"], "--smallest-width"),
        (["capacity", *WINE, "--activation", "tanh", "--width", "4", "--smallest-width"], "either --width"),
        (["verify"], "name a certificate"),
        (["verify", "none.cert.jsonl"], "none.cert.jsonl"),
        (["explain", "none.cert.jsonl"], "none.cert.jsonl"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_status_2(arguments, word, capsys):
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, [])
    assert err.count("\n") == 1
    assert err.startswith("exactcap: ")
    assert word in err


def test_the_data_file_is_never_overwritten(capsys, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("a,y\n1,2\n3,4\n")
    options = ["--data", str(path), "--label", "y", "--activation", "tanh", "--smallest-width", "-o", str(path)]
    status, _, err = run(capsys, "capacity", *options)
    assert (status, err.count("\n")) == (2, 1)
    assert path.read_text() == "a,y\n1,2\n3,4\n"
    for output in (".", "/", ""):
        assert run(capsys, "capacity", *options[:-1], output)[0] == 2


@pytest.mark.parametrize("command", [["--help"], ["verify", "proofs/certificates/baum-1988/iris.cert.jsonl"]])
def test_a_full_device_is_one_line(command):
    with open("/dev/full", "w") as full:
        arguments = [sys.executable, "-m", "exactcap.cli", *command]
        result = subprocess.run(arguments, stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1


def test_one_blas_thread():
    """The variables stand before NumPy is loaded, by whatever door one comes in."""
    code = "import exactcap.provers.interpolation, numpy as np, os; np.ones((500, 500)) @ np.ones((500, 500)); "
    code += "print(len(os.listdir('/proc/self/task')))"
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert result.stdout == "1\n"


def test_equal_rows_need_deduplicate(capsys):
    iris = ["--data", str(DATA / "iris.csv"), "--label", "species", "--activation", "tanh", "--width", "50"]
    status, _, err = run(capsys, "certify", "interpolation", *iris)
    assert (status, err.count("\n")) == (2, 1)
    for word in ("102", "143", "--deduplicate"):
        assert word in err
    status, out, _ = run(capsys, "certify", "interpolation", *iris, "--deduplicate")
    assert (status, out[-1].split()[0]) == (0, "PROVED")


def test_equal_rows_with_different_labels_are_always_an_error(capsys, tmp_path):
    path = tmp_path / "conflict.csv"
    path.write_text("a,y\n1,0\n2,0\n1.0,1\n")
    options = ["--data", str(path), "--label", "y", "--activation", "tanh", "--width", "50"]
    for extra in ([], ["--deduplicate"]):
        assert run(capsys, "certify", "interpolation", *options, *extra)[0] == 2


def test_an_output_that_cannot_be_written(capsys, tmp_path):
    options = [*GENERIC, "--width", "8", "--activation", "tanh", "-o"]
    for path in (tmp_path / "no" / "such" / "folder.cert.jsonl", tmp_path):
        status, _, err = run(capsys, "certify", "interpolation", *options, str(path))
        assert (status, err.count("\n")) == (2, 1)
        assert "output" in err


def test_seventeen_digits_and_large_exponents(capsys, tmp_path):
    path = tmp_path / "long.csv"
    rows = [f"{k}.12345678901234567,{k * k}e-20,{3 - k}e308,{k}" for k in range(1, 12)]
    path.write_text("a,b,c,y\n" + "\n".join(rows) + "\n")
    out_path = tmp_path / "long.cert.jsonl"
    options = ["--data", str(path), "--label", "y", "--activation", "tanh", "--smallest-width", "-o", str(out_path)]
    status, out, _ = run(capsys, "capacity", *options)
    assert (status, out[-1].split(":")[0]) == (0, "PROVED [3, 6]")
    assert run(capsys, "verify", str(out_path), "--data", str(path))[0] == 0
    path.write_text("a,y\n1,0\n1e999999999,1\n")
    assert run(capsys, "capacity", *options)[0] == 2


def test_rejected_certificates_are_shown_and_not_explained(capsys, tmp_path):
    path = tmp_path / "bad.cert.jsonl"
    path.write_bytes(b"nonsense\n")
    status, out, _ = run(capsys, "explain", str(path))
    assert (status, out[0].split()[0]) == (1, "REJECTED")
    status, out, _ = run(capsys, "verify", str(path))
    assert status == 1
    assert "REJECTED" in "\n".join(out)


def test_help_teaches_and_is_quick(capsys):
    """The first page loads nothing heavy; the time itself is in the benchmark, the cause is tested here."""
    status, out, _ = run(capsys, "--help")
    assert (status, "\n".join(out)) == (0, HELP)
    code = "import sys; from exactcap.cli.main import main; main(['--help']); print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.splitlines()[-1]
    assert not any(f"'{name}'" in loaded for name in ("numpy", "sympy", "cyclopts", "rich", "msgspec"))
    for command in (["certify"], ["certify", "interpolation"], ["certify", "obstruction"], ["capacity"], ["verify"]):
        status, out, err = run(capsys, *command, "--help")
        assert (status, err) == (0, "")
        assert "Usage" in out[0]


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, exactcap; print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert not any(f"'{name}'" in loaded for name in ("numpy", "sympy", "matplotlib", "flint"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("delay", [0.5, 1.5, 2.5])
def test_an_interrupt_leaves_no_file(delay, number, tmp_path):
    path = tmp_path / "out.cert.jsonl"
    command = [sys.executable, "-m", "exactcap.cli", "certify", "interpolation", "--samples", "900", "--inputs", "4"]
    command += ["--width", "300", "--activation", "tanh", "-o", str(path)]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ
    )
    time.sleep(delay)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    if process.returncode != 0:
        assert list(tmp_path.iterdir()) == []
        assert process.returncode in (130, -number, -signal.SIGINT)  # Python ends itself so where it cannot unwind
    if process.returncode == 130:
        assert err.startswith("exactcap: interrupted")
        assert err.count("\n") == 1
