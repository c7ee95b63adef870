"""Claims files: certified when due, stale when they change, failing when a claim or a constant got worse."""

from __future__ import annotations

import json

import pytest

from exactcap.cli.main import main

GOOD = """title = "two claims"

[[claim]]
id = "orthogonal"
command = "certify gaussian prop-3.2-ii"
activation = "relu"
epsilon = "1/16"
constant = "2"
bias-from = "any"

[[claim]]
id = "density"
about = "a constant under regression"
command = "certify gaussian lemma-3.3"
epsilon = "1/16"
best-constant = true
recorded = "1203/1000"

[[claim]]
id = "variant"
command = "certify gaussian lemma-3.3"
epsilon = "1/16"
constant = "6/5"
expect = "REFUTED"
"""


def build(capsys, *arguments: str) -> tuple[int, list[str], str]:
    status = main(("build", *arguments, "--jobs", "1"))
    out, err = capsys.readouterr()
    return status, out.splitlines(), err


@pytest.fixture
def claims(tmp_path):
    (tmp_path / "claims").mkdir()
    path = tmp_path / "claims" / "paper.toml"
    path.write_text(GOOD)
    return path


def test_a_build_certifies_what_is_due_and_no_more(claims, capsys):
    store = claims.parent.parent / "certificates" / "paper"
    assert build(capsys, str(claims))[:2] == (0, ["BUILT 3 claims: 3 certified now, 0 failed"])
    names = sorted(path.name for path in store.iterdir())
    assert names == [
        "claims.lock", "density.cert.jsonl", "density.refuted.cert.jsonl", "orthogonal.cert.jsonl",
        "variant.cert.jsonl",
    ]  # fmt: skip
    assert main(("verify", str(store))) == 0
    before = (store / "density.cert.jsonl").stat().st_mtime_ns
    assert build(capsys, str(claims))[1][-1] == "BUILT 3 claims: 0 certified now, 0 failed"
    assert build(capsys, str(claims), "--check")[:2] == (0, ["BUILT 3 claims: 3 certified again, 0 failed"])
    assert (store / "density.cert.jsonl").stat().st_mtime_ns == before
    claims.write_text(GOOD.replace('epsilon = "1/16"\nconstant = "2"', 'epsilon = "1/17"\nconstant = "2"'))
    status, out, _ = build(capsys, str(claims), "--check")
    assert status == 1
    assert "paper.toml:3: claim orthogonal: its certificate is missing or stale; run exactcap build" in out[0]
    assert build(capsys, str(claims))[1][-1] == "BUILT 3 claims: 1 certified now, 0 failed"
    (store / "variant.cert.jsonl").write_bytes(b"")
    assert build(capsys, str(claims))[1][-1] == "BUILT 3 claims: 1 certified now, 0 failed"


def test_a_worse_constant_fails_with_both_numbers(claims, capsys):
    claims.write_text(GOOD.replace("1203/1000", "1202/1000"))
    for arguments in ((), ("--check",)):
        status, out, _ = build(capsys, str(claims), *arguments)
        assert status == 1
        assert out[-2].endswith(
            "paper.toml:11: claim density: the constant 1203/1000 is worse than the recorded 1202/1000"
        )
        assert out[-1].startswith("FAILED 3 claims")


def test_a_claim_that_no_longer_certifies_fails(claims, capsys):
    claims.write_text(GOOD.replace('constant = "2"', 'constant = "1"'))
    status, out, _ = build(capsys, str(claims))
    assert status == 1
    assert "paper.toml:3: claim orthogonal: expected PROVED, found REFUTED: this variant of" in out[0]
    assert "is false: for all b and eps-orthogonal u, v" in out[0]


def test_json(claims, capsys):
    _, out, _ = build(capsys, str(claims), "--json")
    assert json.loads(out[-1]) == {"claims": 3, "certified": 3, "failed": []}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "density"', 'id = "orthogonal"', ":11: claim orthogonal: the id 'orthogonal' is taken"),
        ('id = "density"', 'id = "../x"', ":11: id: '../x' is not 1 to 80 of a-z"),
        ('title = "two claims"', 'titel = "two claims"', ":1: unknown key 'titel'"),
        ("[[claim]]", "[[claims]]", ":3: unknown key 'claims'"),
        (
            'command = "certify gaussian lemma-3.3"',
            'command = "sweep"',
            ":11: claim density: command: 'sweep' does not",
        ),
        ('epsilon = "1/16"\nbest', "epsilon = 0.5\nbest", ":11: claim density: epsilon: write a string"),
        ('expect = "REFUTED"', 'expect = "FALSE"', ":19: claim variant: expect: 'FALSE' is none of"),
        ('recorded = "1203/1000"', 'recorded = "x"', ":11: claim density: recorded: 'x' is not a number"),
        ('recorded = "1203/1000"', 'output = "x"', ":11: claim density: 'output' is not a key here"),
        ('title = "two claims"', "title = ", "is not TOML"),
    ],
)
def test_faulty_files_are_refused_before_the_work(old, new, message, claims, capsys):
    claims.write_text(GOOD.replace(old, new))
    status, out, err = build(capsys, str(claims))
    assert (status, out) == (2, [])
    assert message in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("arguments", [(), ("--check",)])
def test_an_unknown_option_is_named_with_its_line_before_the_work(arguments, claims, capsys):
    """Nothing is made, nor removed."""
    build(capsys, str(claims))
    store = claims.parent.parent / "certificates" / "paper"
    before = {path.name: path.read_bytes() for path in store.iterdir()}
    claims.write_text(GOOD.replace('constant = "6/5"', 'constnat = "6/5"').replace('"1/16"', '"1/17"', 1))
    status, out, err = build(capsys, str(claims), *arguments)
    assert (status, out) == (2, [])
    assert ":19: claim variant: " in err
    assert "constnat" in err
    assert {path.name: path.read_bytes() for path in store.iterdir()} == before


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'command = "certify gaussian lemma-3.3"',
            'command = "certify gaussian lemma-33"',
            ":11: claim density: Unknown",
        ),
        (
            'command = "certify gaussian lemma-3.3"',
            'command = "certify gaussian"',
            ":11: claim density: this is not a whole command",
        ),
        (
            'command = "certify gaussian lemma-3.3"',
            'command = "certify"',
            ":11: claim density: this is not a whole command",
        ),
        ("best-constant = true", 'best-constant = "maybe"', ":11: claim density: "),
    ],
)
def test_commands_that_are_none(old, new, message, claims, capsys):
    claims.write_text(GOOD.replace(old, new))
    status, out, err = build(capsys, str(claims))
    assert (status, out, err.count("\n")) == (2, [], 1)
    assert message in err


def test_missing_files(capsys, tmp_path):
    assert "cannot be read" in build(capsys, str(tmp_path / "none.toml"))[2]
    assert "name a claims file" in build(capsys)[2]


def test_constants_found_are_named_until_they_are_recorded(claims, capsys):
    claims.write_text(GOOD.replace('recorded = "1203/1000"\n', ""))
    assert build(capsys, str(claims))[1] == [
        "found       density: constant 1203/1000 certified, 601/500 refuted; not recorded",
        "BUILT 3 claims: 3 certified now, 0 failed",
    ]


def test_nothing_stays_of_earlier_claims(claims, capsys):
    """Neither of a search that is one no more, nor of a claim that is gone."""
    store = claims.parent.parent / "certificates" / "paper"
    build(capsys, str(claims))
    shorter = GOOD.split('[[claim]]\nid = "var')[0]
    claims.write_text(shorter.replace('best-constant = true\nrecorded = "1203/1000"', 'constant = "2"'))
    status, out, _ = build(capsys, str(claims), "--check")
    assert status == 1
    assert "no claim variant, but certificates of it" in out[0]
    assert build(capsys, str(claims))[1][-1] == "BUILT 2 claims: 1 certified now, 0 failed"
    assert sorted(path.name for path in store.iterdir()) == [
        "claims.lock", "density.cert.jsonl", "orthogonal.cert.jsonl",
    ]  # fmt: skip


def test_a_foreign_certificate_in_the_store_is_found(claims, capsys):
    """Also when the lock was edited to agree with it."""
    store = claims.parent.parent / "certificates" / "paper"
    build(capsys, str(claims))
    lock = json.loads((store / "claims.lock").read_text())
    (store / "orthogonal.cert.jsonl").write_bytes((store / "variant.cert.jsonl").read_bytes())
    lock["orthogonal"]["files"]["orthogonal.cert.jsonl"] = lock["variant"]["files"]["variant.cert.jsonl"]
    (store / "claims.lock").write_text(json.dumps(lock))
    status, out, _ = build(capsys, str(claims), "--check")
    assert status == 1
    assert "claim orthogonal: its certificate in the store is another one" in out[0]


def test_a_claim_that_may_be_undecided(claims, capsys):
    """It has no certificate, and is fresh all the same."""
    options = 'activation = "threshold"\nroot = "9"\nexpect = "UNDECIDED"\n'
    claims.write_text('[[claim]]\nid = "open"\ncommand = "certify gaussian deviation"\n' + options)
    assert build(capsys, str(claims))[1] == ["BUILT 1 claim: 1 certified now, 0 failed"]
    assert build(capsys, str(claims))[1] == ["BUILT 1 claim: 0 certified now, 0 failed"]
    assert build(capsys, str(claims), "--check")[0] == 0


def test_two_processes(claims, capsys):
    assert main(("build", str(claims), "--jobs", "2")) == 0
    assert capsys.readouterr().out == "BUILT 3 claims: 3 certified now, 0 failed\n"
