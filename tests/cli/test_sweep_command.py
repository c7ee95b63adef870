"""``exactcap sweep`` as a user meets it."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from support import ROOT

from exactcap.certificates.format import Certificate
from exactcap.claims import Generic, KhatriRao, Rank
from exactcap.cli.main import HELP, main
from exactcap.cli.progress import instances_bar
from exactcap.sweeps import pool, tasks
from exactcap.sweeps.tasks import Failed

QUICK = str(ROOT / "proofs" / "plans" / "quick.toml")
SMALL = '[[grid]]\nmatrix = "khatri-rao"\ninputs = 2\npower = 2\nwidth = "1..3"\nsamples = 3\n'


def run(capsys, *arguments: str) -> tuple[int, list[str], str]:
    status = main(["sweep", *arguments])
    out, err = capsys.readouterr()
    return status, out.splitlines(), err


@pytest.fixture
def plan(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text(SMALL)
    return str(path)


def test_the_quick_plan(capsys, tmp_path):
    store = tmp_path / "store"
    status, out, err = run(capsys, QUICK, "--store", str(store))
    assert (status, err) == (0, "")
    assert out[0] == f"store       {store}: 11 new, 0 there before"
    assert out[1] == "findings    PROVED 11"
    assert out[2].startswith("by rule     ")
    assert out[-1] == "PROVED 11 of 11 instances"
    assert main(["verify", str(store)]) == 0
    assert "11 verified" in capsys.readouterr().out
    status, out, _ = run(capsys, QUICK, "--store", str(store))
    assert (status, out[0], out[-1]) == (0, f"store       {store}: 0 new, 11 there before", "PROVED 11 of 11 instances")


def test_json_and_shards(capsys, tmp_path, plan):
    store = str(tmp_path / "store")
    options = ["--store", store, "--jobs", "1", "--json"]
    status, out, _ = run(capsys, QUICK, *options, "--shard", "2/3")
    first = json.loads("\n".join(out))
    assert (status, first["verdict"], first["already_there"], first["store"]) == (0, "PROVED", 0, store)
    status, out, _ = run(capsys, QUICK, *options)
    whole = json.loads("\n".join(out))
    assert (whole["instances"], whole["already_there"]) == (11, first["instances"])
    assert (whole["findings"], whole["undecided"], whole["failed"]) == ({"PROVED": 11}, {}, [])
    assert sum(whole["rules"].values()) >= 11


def test_the_seed_enters_the_certificates(capsys, tmp_path, plan):
    found = []
    for number, seed in enumerate(("0", "0", "7")):
        store = tmp_path / str(number)
        assert run(capsys, plan, "--store", str(store), "--jobs", "1", "--seed", seed)[0] == 0
        found.append({path.name: path.read_bytes() for path in store.glob("*.cert.jsonl")})
    assert found[0] == found[1]
    assert found[0].keys() == found[2].keys()
    assert all(found[0][name] != found[2][name] for name in found[0])


def test_undecided_ranks_are_named(capsys, tmp_path, monkeypatch):
    """As if the rules had been less sharp by one: the certificates are those of the lower side."""
    real = tasks.find_ranks

    def less_sharp(matrices, seed):
        found = []
        for sharp in real(matrices, seed):
            lower_side = sharp.certificate.evidence[:-1]
            proof = Certificate(Rank(sharp.matrix, sharp.lower, "at-least"), ("analytic-zeros",), lower_side)
            found.append(replace(sharp, upper=sharp.upper + 1, certificate=proof))
        return found

    monkeypatch.setattr(tasks, "find_ranks", less_sharp)
    path = tmp_path / "plan.toml"
    path.write_text(SMALL.replace("samples = 3", 'samples = "1..3"'))
    options = [str(path), "--store", str(tmp_path / "store"), "--jobs", "1"]
    status, out, err = run(capsys, *options)
    assert (status, err) == (3, "")
    assert out[1] == "findings    UNDECIDED 9"
    assert out[2] == "undecided   khatri-rao-d2-k2-m1-n1: between 1 and 2"
    assert out[-2].strip() == "and 4 more"
    assert out[-1] == "UNDECIDED 9 of 9 instances, PROVED 0"
    status, out, _ = run(capsys, *options, "--json")
    assert (status, json.loads(out[0])["undecided"]["khatri-rao-d2-k2-m1-n1"]) == (3, [1, 2])


def test_a_probable_dimension(capsys, tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text('[[grid]]\nmatrix = "deep"\ndegree = 2\nwidths = [[3, 4, 2, 1], [2, 2, 1]]')
    status, out, _ = run(capsys, str(path), "--store", str(tmp_path / "store"), "--jobs", "1")
    assert status == 3
    assert out[1] == "findings    PROBABLE 1, PROVED 1"
    assert out[-2] == "probable    deep-x2-3.4.2.1: 11, error at most 2^-50"
    assert out[-1] == "PROBABLE 1 of 2 instances, PROVED 1"


@pytest.mark.parametrize(("is_bug", "status"), [(False, 3), (True, 70)])
def test_failures(is_bug, status, capsys, tmp_path, plan, monkeypatch):
    refused = KhatriRao(Generic(2, 3), 2, 9)
    monkeypatch.setattr(pool, "certify_group", lambda task, seed: [Failed(refused, "rows: too many", is_bug)])
    found, out, err = run(capsys, plan, "--store", str(tmp_path / "store"), "--jobs", "1")
    assert found == status
    assert out[-2].startswith("failed      the row-wise Khatri-Rao product")
    assert out[-2].endswith("rows: too many")
    assert out[-1] == "UNDECIDED 1 of 3 instances, PROVED 0"
    assert ("this is a bug in exactcap" in err) is is_bug


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ([], "--plan"),
        ([QUICK], "--store"),
        (["none.toml", "--store", "s"], "none.toml"),
        ([QUICK, "--store", QUICK], "store: cannot use"),
        ([QUICK, "--store", "s", "--jobs", "0"], "jobs: 0"),
        ([QUICK, "--store", "s", "--jobs", "1.5"], "not a whole number"),
        ([QUICK, "--store", "s", "--jobs", "2", "--scheduler", "tcp://127.0.0.1:1"], "exclude each other"),
        ([QUICK, "--store", "s", "--scheduler", "here"], "no Dask scheduler answers at 'here'"),
        ([QUICK, "--store", "s", "--shard", "0/4"], "shard: '0/4'"),
        ([QUICK, "--store", "s", "--shard", "5/4"], "shard: '5/4'"),
        ([QUICK, "--store", "s", "--shard", "half"], "shard: 'half'"),
        ([QUICK, "--store", "s", "--seed", "-1"], "seed: -1"),
    ],
)
def test_bad_input_is_one_line_and_status_2(arguments, word, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, [])
    assert err.count("\n") == 1
    assert err.startswith("exactcap: ")
    assert word in err


def test_an_interruption_says_how_to_go_on(capsys, tmp_path, plan, monkeypatch):
    def interrupt(task, seed):
        raise KeyboardInterrupt

    monkeypatch.setattr(pool, "certify_group", interrupt)
    status, out, err = run(capsys, plan, "--store", str(tmp_path / "store"), "--jobs", "1")
    assert (status, out) == (130, [])
    assert "the same command goes on from there" in err


def test_a_shard_may_be_empty(capsys, tmp_path, plan):
    status, out, _ = run(capsys, plan, "--store", str(tmp_path / "store"), "--shard", "2/2")
    assert (status, out[-1]) == (0, "PROVED 0 of 0 instances")


def test_the_first_page_names_it():
    assert "\n  sweep " in HELP


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar(monkeypatch, capsys):
    with instances_bar() as report:
        report(1, 2)
    assert capsys.readouterr().err == ""  # piped
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with instances_bar() as report:
        report(0, 40)
        report(10, 40)
    assert "10/40" in terminal.getvalue()
    assert "instances, " in terminal.getvalue()
