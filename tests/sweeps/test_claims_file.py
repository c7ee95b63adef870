"""The grammar of claims files: what a claim is made of, and where what is wrong stands."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from support import DATA

from exactcap.errors import InputError
from exactcap.sweeps.claims_file import claims_files, read_claims, read_claims_file

TAIL = '[[claim]]\nid = "tail"\ncommand = "evaluate tail"\nat = 1\n'


def read(folder: Path, text: str):
    path = folder / "paper.toml"
    path.write_text(text)
    return read_claims(path)


def message(folder: Path, text: str) -> str:
    with pytest.raises(InputError) as caught:
        read(folder, text)
    return str(caught.value)


def test_a_command_with_its_options(tmp_path):
    (entry,) = read(tmp_path, TAIL + 'about = "a value"\ncross-check = true\n')
    assert entry.arguments == ("evaluate", "tail", "--at=1", "--cross-check")
    assert (entry.identifier, entry.about, entry.expect, entry.recorded) == ("tail", "a value", "PROVED", None)
    assert (entry.command, entry.theorem, entry.certificate) == ("evaluate", "", None)
    assert entry.where == f"{tmp_path / 'paper.toml'}:1: claim tail"


def test_the_title_is_that_of_the_file_or_its_name(tmp_path):
    read(tmp_path, TAIL)
    assert read_claims_file(tmp_path / "paper.toml").title == "paper"
    read(tmp_path, 'title = "A paper"\n' + TAIL)
    assert read_claims_file(tmp_path / "paper.toml").title == "A paper"
    assert ":1: title: 3 is not a text" in message(tmp_path, "title = 3\n" + TAIL)


def test_the_digest_is_of_the_claim_not_of_what_is_expected(tmp_path):
    def digest(text: str) -> str:
        return read(tmp_path, text)[0].digest

    same = {digest(TAIL), digest("\n\n" + TAIL + 'recorded = "0.1"\nexpect = "UNDECIDED"\nabout = "x"\n')}
    assert len(same) == 1
    assert digest(TAIL.replace("at = 1", "at = 2")) not in same
    assert digest(TAIL.replace("tail", "mills")) not in same
    assert digest(TAIL + "digits = 30\n") not in same


def test_paths_are_relative_to_the_claims_file(tmp_path, monkeypatch):
    """From wherever they are read; and the content counts, not the path."""
    (tmp_path / "claims").mkdir()
    (tmp_path / "data.csv").write_text("a,y\n1,0\n2,1\n")
    text = '[[claim]]\nid = "x"\ncommand = "capacity"\ndata = "../{}"\nlabel = "y"\nactivation = "tanh"\nwidth = 2\n'
    (entry,) = read(tmp_path / "claims", text.format("data.csv"))
    assert f"--data={tmp_path / 'data.csv'}" in entry.arguments
    monkeypatch.chdir(tmp_path / "claims")
    (here,) = read_claims(Path("paper.toml"))
    assert "--data=../data.csv" in here.arguments
    (tmp_path / "copy.csv").write_text("a,y\n1,0\n2,1\n")
    (copied,) = read(tmp_path / "claims", text.format("copy.csv"))
    assert entry.digest == here.digest == copied.digest
    (tmp_path / "data.csv").write_text("a,y\n1,0\n3,1\n")
    assert read_claims(Path("paper.toml"))[0].digest == copied.digest
    (changed,) = read(tmp_path / "claims", text.format("data.csv"))
    assert changed.digest != entry.digest
    assert ":1: claim x: data: " in message(tmp_path / "claims", text.format("none.csv"))
    assert "cannot be read (No such file or directory)" in message(tmp_path / "claims", text.format("none.csv"))
    assert "is not a file" in message(tmp_path / "claims", text.format("claims"))
    assert "data: 3 is not a path" in message(tmp_path / "claims", text.replace('"../{}"', "3"))


def test_each_is_all_combinations(tmp_path):
    text = (
        '[[claim]]\nid = "{activation}-{bias}"\ncommand = "evaluate correlation"\nrho = "1/2"\n'
        'each = { activation = ["relu", "threshold"], bias = [1, "-3/2"] }\nrecorded = "0.5"\n'
    )
    entries = read(tmp_path, text)
    assert [entry.identifier for entry in entries] == [
        "relu-1", "relu-minus-3-2", "threshold-1", "threshold-minus-3-2",
    ]  # fmt: skip
    assert entries[3].arguments == ("evaluate", "correlation", "--rho=1/2", "--activation=threshold", "--bias=-3/2")
    assert {entry.recorded for entry in entries} == {"0.5"}
    assert len({entry.digest for entry in entries}) == 4
    single = '[[claim]]\nid = "x"\ncommand = "evaluate correlation"\nrho = "1/2"\nactivation = "relu"\nbias = 1\n'
    assert read(tmp_path, single)[0].digest == entries[0].digest


def test_each_may_stand_in_the_command_and_in_options(tmp_path):
    text = '[[claim]]\nid = "{name}"\ncommand = "evaluate {name}"\nat = 1\neach = { name = ["tail", "mills"] }\n'
    assert [entry.arguments for entry in read(tmp_path, text)] == [
        ("evaluate", "tail", "--at=1"), ("evaluate", "mills", "--at=1"),
    ]  # fmt: skip
    for name in ("wine", "iris"):
        (tmp_path / f"{name}.csv").write_text("a,y\n1,0\n")
    text = '[[claim]]\nid = "{set}"\ncommand = "capacity"\ndata = "{set}.csv"\neach = { set = ["wine", "iris"] }'
    assert [entry.arguments[1] for entry in read(tmp_path, text)] == [
        f"--data={tmp_path / name}.csv" for name in ("wine", "iris")
    ]


@pytest.mark.parametrize(
    ("each", "said"),
    [
        ("[1, 2]", "each: write a table of lists"),
        ("{}", "each: write a table of lists"),
        ("{ at = 3 }", "each: at: write a list"),
        ("{ at = [] }", "each: at: write a list"),
        ("{ at = [1.5] }", "each: at: write a list"),
        ("{ at = [true] }", "each: at: write a list"),
        ("{ id = [1] }", "each: 'id' is no option"),
        ("{ recorded = ['1'] }", "each: 'recorded' is no option"),
        ("{ digits = [2, 3] }", "id: the place of 'digits' is missing"),
        ("{ at = [1, 1] }", "claim tail-1: the id 'tail-1' is taken"),
        ("{ at = ['1/2', '1-2'] }", "claim tail-1-2: the id 'tail-1-2' is taken"),
    ],
)
def test_faulty_each(each, said, tmp_path):
    identifier = "tail" if "digits" in each else "tail-{at}"
    text = f'title = "x"\n\n[[claim]]\nid = "{identifier}"\ncommand = "evaluate tail"\neach = {each}\n'
    assert f"paper.toml:3: {said}" in message(tmp_path, text)


def test_placeholders_that_are_none(tmp_path):
    assert ":1: command: {widht} is no key of each" in message(
        tmp_path, TAIL.replace("evaluate tail", "evaluate {widht}")
    )
    text = TAIL.replace('"tail"', '"tail-{at}"') + "each = { at = [2] }\n"
    assert ":1: 'at' is a key of the claim and of each" in message(tmp_path, text)
    large = ", ".join(map(str, range(101)))
    text = TAIL.replace('"tail"', '"{a}-{b}"') + f"each = {{ a = [{large}], b = [{large}] }}\n"
    assert "has 10201 combinations" in message(tmp_path, text)


def test_a_shipped_certificate(tmp_path):
    (tmp_path / "x.cert.jsonl").write_text("{}\n")
    text = '[[claim]]\nid = "x"\ncertificate = "x.cert.jsonl"\n'
    (entry,) = read(tmp_path, text)
    assert (entry.arguments, entry.certificate, entry.command) == ((), tmp_path / "x.cert.jsonl", "")
    (tmp_path / "x.cert.jsonl").write_text("{ }\n")
    assert read(tmp_path, text)[0].digest != entry.digest
    for key in ('command = "capacity"', 'recorded = "3"', "width = 3"):
        assert "does not go with certificate" in message(tmp_path, text + key + "\n")
    assert "expect: 'REFUTED' is none of PROVED, PROBABLE" in message(tmp_path, text + 'expect = "REFUTED"\n')
    assert ":1: claim x: certificate: " in message(tmp_path, text.replace("x.cert", "y.cert"))
    (entry,) = read(tmp_path, text.replace('"x', '"{name}', 2) + 'each = { name = ["x"] }\n')
    assert entry.certificate == tmp_path / "x.cert.jsonl"


def test_what_is_expected_of_each_command(tmp_path):
    predict = TAIL.replace("evaluate tail", "predict perceptron").replace("at = 1\n", "")
    assert ":1: claim tail: expect: is missing" in message(tmp_path, predict)
    assert "expect: 'PROVED' is none of THEOREM, UPPER BOUND, PREDICTION" in message(
        tmp_path, predict + 'expect = "PROVED"\n'
    )
    assert read(tmp_path, predict + 'expect = "UPPER BOUND"\n')[0].expect == "UPPER BOUND"
    count = TAIL.replace("evaluate tail", "count bound").replace("at = 1\n", "")
    assert read(tmp_path, count)[0].expect == "THEOREM"
    assert "expect: 'PREDICTION' is none of THEOREM" in message(tmp_path, count + 'expect = "PREDICTION"\n')
    assert "expect: 'THEOREM' is none of PROVED" in message(tmp_path, TAIL + 'expect = "THEOREM"\n')


@pytest.mark.parametrize(
    ("command", "recorded", "is_good"),
    [
        ("evaluate tail", '"0.1586"', True),
        ("evaluate tail", '"1.5e-100"', True),
        ("evaluate tail", '"1/2"', False),
        ("evaluate tail", "0.1586", False),
        ("evaluate tail", "3", False),
        ("count bound", '"340"', True),
        ("capacity", '"12"', True),
        ("capacity", '"1/0"', False),
        ("capacity", '"1e5/3"', False),
        ("capacity", '"twelve"', False),
        ("certify kernel", '"2.9e-4"', True),
        ("certify gaussian lemma-3.3", '"-1203/1000"', True),
    ],
)
def test_recorded_numbers(command, recorded, is_good, tmp_path):
    text = f'[[claim]]\nid = "x"\ncommand = "{command}"\nrecorded = {recorded}\n'
    if is_good:
        assert read(tmp_path, text)[0].recorded == recorded.strip('"')
    else:
        assert ":1: claim x: recorded: " in message(tmp_path, text)


def test_theorems_are_those_of_the_registry(tmp_path):
    assert read(tmp_path, TAIL + 'theorem = "cover-count"\n')[0].theorem == "cover-count"
    said = message(tmp_path, TAIL + 'theorem = "covr-count"\n')
    assert ":1: claim tail: theorem: the registry has no theorem 'covr-count'; did you mean cover-count" in said
    assert "theorem: 3 is not a text" in message(tmp_path, TAIL + "theorem = 3\n")


def test_a_theorem_without_instances(tmp_path):
    from exactcap.theorems.catalogue import theorems

    without = next(theorem for theorem in theorems() if theorem.why_not)
    assert f"{without.identifier} has no instances" in message(tmp_path, TAIL + f'theorem = "{without.identifier}"\n')


def test_a_network_that_depends_on_the_time_is_no_claim(tmp_path):
    (tmp_path / "x.csv").write_text("a,y\n1,0\n")
    text = '[[claim]]\nid = "x"\ncommand = "memorize"\nfile = "x.csv"\nlabel = "y"\nactivation = "relu"\n'
    assert ":1: claim x: method: is missing" in message(tmp_path, text)
    assert "the file is a key of its own" in message(tmp_path, text.replace('"memorize"', '"memorize x.csv"'))
    assert "--method=tent" in read(tmp_path, text + 'method = "tent"\n')[0].arguments


@pytest.mark.parametrize("key", ["help", "version", "json", "output"])
def test_keys_that_are_no_options(key, tmp_path):
    assert f":1: claim tail: '{key}' is not a key here" in message(tmp_path, TAIL + f"{key} = true\n")


def test_lines_are_those_of_the_claims(tmp_path):
    text = f'# comment\n{TAIL}\n# [[claim]]\n\n  [[ claim ]]\nid = "b"\ncommand = "fly"\n'
    assert "paper.toml:9: claim b: command: 'fly' does not begin with" in message(tmp_path, text)
    assert "about: 3 is not a text" in message(tmp_path, TAIL + "about = 3\n")


def test_folders(tmp_path):
    assert claims_files(DATA.parent / "claims") == claims_files(DATA.parent)
    assert claims_files(tmp_path / "x.toml") == [tmp_path / "x.toml"]
    with pytest.raises(InputError, match="holds no claims files"):
        claims_files(tmp_path)
    for name in ("b.toml", "a.toml", "c.txt"):
        (tmp_path / name).write_text("")
    assert claims_files(tmp_path) == [tmp_path / "a.toml", tmp_path / "b.toml"]


def test_recorded_may_be_a_list_with_one_number_for_each_claim(tmp_path):
    each = '[[claim]]\nid = "t-{at}-{digits}"\ncommand = "evaluate tail"\neach = { at = [1, 2], digits = [3, 4] }\n'
    entries = read(tmp_path, each + 'recorded = ["0.1", "0.2", "0.3", "0.4"]\n')
    assert [(entry.identifier, entry.recorded) for entry in entries] == [
        ("t-1-3", "0.1"), ("t-1-4", "0.2"), ("t-2-3", "0.3"), ("t-2-4", "0.4"),
    ]  # fmt: skip
    assert {entry.recorded for entry in read(tmp_path, each + 'recorded = "0.1"\n')} == {"0.1"}
    assert ":1: recorded: has 3 numbers for 4 claims; write one for each" in message(
        tmp_path, each + 'recorded = ["0.1", "0.2", "0.3"]\n'
    )
    assert "claim t-1-4: recorded: 'x' is not the digits of a number" in message(
        tmp_path, each + 'recorded = ["0.1", "x", "0.3", "0.4"]\n'
    )
    assert "has 2 numbers for 1 claims" in message(tmp_path, TAIL + 'recorded = ["0.1", "0.2"]\n')


@pytest.mark.parametrize("identifier", ["x.obstruction", "x.refuted"])
def test_ids_that_would_share_files(identifier, tmp_path):
    assert "without .obstruction or .refuted at the end" in message(tmp_path, TAIL.replace("tail", identifier, 1))
    assert read(tmp_path, TAIL.replace("tail", f"{identifier}-1", 1))


@pytest.mark.parametrize("number", ["9" * 5000, "0x" + "f" * 20000, str(2**53 + 1), str(-(2**60))])
@pytest.mark.parametrize(
    "text",
    [
        TAIL + "digits = {}\n", TAIL + "recorded = {}\n", TAIL + "theorem = {}\n", "title = {}\n" + TAIL,
        TAIL.replace('"tail"', "{}", 1), TAIL + "each = {{ digits = [{}] }}\n",
    ],
)  # fmt: skip
def test_huge_integers(text, number, tmp_path):
    said = message(tmp_path, text.format(number))
    assert re.search("an integer (is beyond 2.53|has thousands of digits)", said)
    assert len(said) < 300


def test_names_and_keys_that_would_take_long_or_go_astray(tmp_path):
    assert ":5: a key has more than 100 parts" in message(tmp_path, TAIL + "a." * 60000 + "b = 1\n")
    assert ":1: a key has more than 100 parts" in message(tmp_path, '["a" . ' + "'b' . " * 200 + "c]\n" + TAIL)
    about = "about = '" + "A sentence. " * 90 + "." * 500 + "'\n"
    assert "a key has more than" not in message(tmp_path, TAIL + about + "x = 1.5\n")
    for name in ("..toml", "...toml"):
        (tmp_path / name).write_text(TAIL)
        with pytest.raises(InputError, match="is that of a folder; rename it"):
            read_claims(tmp_path / name)
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(InputError, match="is not a file; name a TOML file"):
        read_claims(tmp_path / "pipe.toml")
