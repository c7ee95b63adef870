"""``exactcap evaluate`` as a user meets it."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from exactcap.cli.main import main
from exactcap.cli.rationals import rational_option
from exactcap.errors import InputError

THRESHOLD = ["correlation", "--activation", "threshold"]
RELU = ["correlation", "--activation", "relu"]


def run(capsys, *arguments: str) -> tuple[int, list[str], str]:
    status = main(["evaluate", *arguments])
    out, err = capsys.readouterr()
    return status, out.splitlines(), err


def test_digits_and_certificate(capsys, tmp_path):
    path = tmp_path / "out.cert.jsonl"
    status, out, err = run(capsys, "mills", "--at", "3", "--digits", "50", "--cross-check", "-o", str(path))
    assert (status, err) == (0, "")
    assert out[0] == "value       0.30459029871010329573361254651572220194332086785732"
    assert "agrees in 50 digits" in "\n".join(out)
    assert str(path) in "\n".join(out)
    assert out[-1] == f"PROVED R(3) = {out[0].split()[1]}, correctly rounded"
    assert main(["verify", str(path)]) == 0
    assert main(["explain", str(path)]) == 0


@pytest.mark.parametrize(
    ("arguments", "value"),
    [
        (["tail", "--at", "1000", "--digits", "5"], "2.2906e-217151"),
        (["tail", "--at", "-3", "--digits", "5"], "0.99865"),
        (["tail", "--at=-3", "--digits", "5"], "0.99865"),
        (["relu-moment", "--at", "1e15", "--digits", "4"], "1.988e-217147240951625913825564459489"),
        (["relu-second-moment", "--at", "-10^2", "--digits", "5"], "10001"),
        (["mills", "--at", "10^100", "--digits", "3"], "1.00e-100"),
        ([*THRESHOLD, "--bias", "0", "--rho", "0.5", "--digits", "4"], "0.3333"),
        ([*THRESHOLD, "--bias", "5/2", "--rho", "-9/10", "--digits", "6"], "4.10053e-31"),
        ([*THRESHOLD, "--bias", "5/2", "--rho=-9/10", "--digits", "6"], "4.10053e-31"),
        ([*RELU, "--bias", "3", "--norms", "1.05,0.98", "--inner", "1/20", "--digits", "6"], "3.50927e-7"),
        ([*RELU, "--bias", "-3,2", "--rho", "-9/10", "--digits", "6"], "0.00544819"),
    ],
)  # fmt: skip
def test_json(capsys, arguments, value):
    status, out, _ = run(capsys, *arguments, "--cross-check", "--json")
    (line,) = out
    record = json.loads(line)
    assert (status, record["verdict"], record["value"]) == (0, "PROVED", value)
    assert record["cross_check"]["agreeing_digits"] == int(arguments[-1])
    assert value in record["certificate"]["statement"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mills", "--at", "nan"], "at: 'nan' is not a rational number; write for example 5/2, 0.25 or 1e10"),
        (["mills", "--at", "inf"], "at: 'inf' is not a rational number"),
        (["tail", "--at", "1/0"], "at: '1/0' is not a rational number"),
        (["tail", "--at", "1e16"], "the limit for tail"),
        (["tail", "--at", "1", "--digits", "1001"], "digits: 1001"),
        (["tail", "--at", "1", "--digits", "2.5"], "not a whole number"),
        ([*RELU, "--bias", "3", "--rho", "2"], "rho = 2 is not in (-1, 1]"),
        ([*RELU, "--bias", "3"], "give one of --rho and --inner"),
        ([*RELU, "--bias", "3", "--rho", "0", "--inner", "0"], "give one of"),
        ([*RELU, "--bias", "1,2,3", "--rho", "0"], "bias: '1,2,3' is not two numbers"),
        ([*RELU, "--bias", "3", "--norms", "0,1", "--rho", "0"], "not both positive"),
        (["correlation", "--activation", "tanh", "--bias", "3", "--rho", "0"], "activation"),
    ],
)
def test_bad_input_is_one_line(capsys, arguments, message):
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, [])
    assert message in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_undecided(capsys):
    arguments = ["--activation", "relu", "--bias", "0", "--norms", "1/4,1/4", "--rho", "1", "--digits", "3"]
    status, out, _ = run(capsys, "correlation", *arguments)
    assert status == 3
    assert out[-1].startswith("UNDECIDED 3 digits are not certain")


def test_rationals():
    numbers = {
        "5/2": "5/2",
        "-0.25": "-1/4",
        "+1e3": "1000",
        "10^-2": "1/100",
        "-10^2": "-100",
        "1.5E-1": "3/20",
        ".5": "1/2",
        "7.": "7",
    }
    for text, number in numbers.items():
        assert rational_option("at", text) == Fraction(number)
    for text in (
        "",
        "1/",
        "1//2",
        "0x10",
        "2^3",
        "1_000",
        "1e",
        "--1",
        "1/-2",
        "٣",
        "1e1001",
        "10^99999",
        "1" * 121,
        "1 2",
    ):
        with pytest.raises(InputError, match=r"^at: "):
            rational_option("at", text)
