"""``exactcap count`` as a user meets it: every line is a THEOREM, and the checker has verified it."""

from __future__ import annotations

import json
from decimal import Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactcap.checker.main import check_file
from exactcap.cli.count import rounded
from exactcap.cli.main import HELP, main


def run(capsys, *arguments: str) -> tuple[int, list[str], str]:
    status = main(["count", *arguments])
    out, err = capsys.readouterr()
    return status, out.splitlines(), err


def test_dichotomies(capsys, tmp_path):
    path = tmp_path / "out.cert.jsonl"
    status, out, err = run(capsys, "dichotomies", "--points", "6", "--dimension", "2", "--affine", "-o", str(path))
    assert (status, err) == (0, "")
    assert all(line.startswith("THEOREM ") for line in out)
    assert out[0] == "THEOREM share of all 2^6 labellings: 1/2 = 0.5"
    assert out[-1] == ("THEOREM there are exactly 32 dichotomies of 6 points in general position in R^2 by hyperplanes")
    assert check_file(str(path)).verified
    assert main(["explain", str(path)]) == 0


def test_big_numbers_are_printed_whole(capsys):
    status, out, _ = run(capsys, "dichotomies", "--points", "10000", "--dimension", "4000")
    assert status == 0
    value = out[-1].split()[4]
    assert len(value) > 2900
    status, out, _ = run(capsys, "dichotomies", "--points", "10000", "--dimension", "4000", "--json")
    record = json.loads(out[0])
    share = record["share"]
    assert (status, len(out), record["status"], record["value"]) == (0, 1, "THEOREM", value)
    assert Fraction(int(share["numerator"]), 2 ** share["exponent_of_two"]) == Fraction(int(value), 2**10000)
    assert abs(Fraction(share["decimal"]) / Fraction(int(value), 2**10000) - 1) < Fraction(1, 10**19)


def test_bound(capsys, tmp_path):
    path = tmp_path / "out.cert.jsonl"
    status, out, err = run(capsys, "bound", "--inputs", "10", "--width", "5", "-o", str(path))
    assert (status, err) == (0, "")
    assert all(line.startswith("THEOREM ") for line in out)
    assert out[0] == (
        "THEOREM size of the largest shattered set: from m d = 50 to N - 1 = 339 (Baum: some set of 50 is shattered; "
        "counting: none of N = 340)"
    )
    assert out[1] == "THEOREM ratio of these ends: 339/50 = 6.78"
    assert out[2] == "THEOREM counting without symmetries, C(n,d+1)^m C(n,m+1) < 2^n: none of 356"
    assert str(path) in out[3]
    verdict = check_file(str(path))
    assert verdict.verified
    assert out[-1] == f"THEOREM {verdict.statement}"


def test_bound_as_json(capsys):
    status, out, _ = run(capsys, "bound", "--inputs", "784", "--width", "100", "--json")
    record = json.loads(out[0])
    assert (status, len(out), record["status"]) == (0, 1, "THEOREM")
    assert (record["value"], record["interval"], record["classical"]) == (911772, [78400, 911771], 912485)
    assert record["ratio"] == {"fraction": "130253/11200", "decimal": "11.629732142857142857"}
    assert record["certificate"]["checker"] == "VERIFIED"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["dichotomies", "--points", "0", "--dimension", "2"], "points: 0 is not between 1 and 10000"),
        (["dichotomies", "--points", "5", "--dimension", "0"], "dimension: 0 is not between 1 and"),
        (["dichotomies", "--points", "10001", "--dimension", "2"], "points: 10001 is not between"),
        (["dichotomies", "--points", "5.5", "--dimension", "2"], "not a whole number"),
        (["dichotomies", "--points", "5"], "--dimension"),
        (["bound", "--inputs", "10", "--width", "30001"], "width: 30001 is not between 1 and 30000"),
        (["bound", "--inputs", "nan", "--width", "1"], "not a whole number"),
        (["bound", "--inputs", "1", "--width", "1", "-o", "/nowhere/out"], "output: "),
        (["regions"], "exactcap count --help"),
    ],
)
def test_bad_input_is_one_line(capsys, arguments, message):
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, [])
    assert message in err
    assert err.count("\n") == 1


def test_help(capsys):
    assert "\n  count " in HELP
    for command in ("dichotomies", "bound"):
        status, out, _ = run(capsys, command, "--help")
        assert status == 0
        assert "Try:" in out
        assert f"  exactcap count {command} --" in "\n".join(out)


@given(st.fractions(min_value=Fraction(1, 10**40), max_value=10**12, max_denominator=10**45))
def test_decimals_are_correctly_rounded(q):
    text, is_exact = rounded(q)
    other = Context(prec=20).divide(Decimal(q.numerator), Decimal(q.denominator))
    assert Fraction(text) == Fraction(str(other))
    assert is_exact == (Fraction(text) == q)
