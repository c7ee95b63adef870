"""``exactcap build --check`` on stores that somebody edited, with a lock that agrees: nothing passes."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import shutil
from pathlib import Path

import pytest
from support import ROOT

from exactcap.cli.main import main
from exactcap.errors import InputError
from exactcap.sweeps.book import read_book

SMALL = "a,b,y\n1,2,0\n3,1,1\n2,5,1\n-1,4,0\n7,-2,1\n4,4,0\n"
ROWS = """[[claim]]
id = "{name}"
command = "capacity"
data = "{name}.csv"
label = "y"
activation = "tanh"
method = "paired"
smallest-width = true
"""
CLAIMS = (
    ROWS.format(name="small")
    + ROWS.format(name="other")
    + """
[[claim]]
id = "rows-{width}"
command = "capacity"
data = "small.csv"
label = "y"
activation = "tanh"
method = "paired"
each = { width = [2, 3] }
expect = "UNDECIDED"
recorded = ["4", "4"]

[[claim]]
id = "network"
command = "memorize"
file = "small.csv"
label = "y"
activation = "relu"
method = "tent"

[[claim]]
id = "larger"
command = "memorize"
file = "small.csv"
label = "y"
activation = "relu"
method = "bubeck"

[[claim]]
id = "search"
theorem = "vershynin-3.3"
command = "certify gaussian lemma-3.3"
epsilon = "1/16"
best-constant = true

[[claim]]
id = "bound"
command = "predict perceptron"
digits = 5
margin = -1
expect = "UPPER BOUND"
"""
)


def build(*arguments: str | Path) -> tuple[int, str]:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = main(["build", *map(str, arguments), "--jobs", "1"])
    return status, said.getvalue()


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("forged")
    (folder / "small.csv").write_text(SMALL)
    (folder / "other.csv").write_text(SMALL.replace("7,-2", "9,-2"))
    (folder / "paper.toml").write_text(CLAIMS)
    status, said = build(folder)
    assert (status, said.splitlines()[-1]) == (0, "BUILT 8 claims: 8 certified now, 0 failed"), said
    return folder


@pytest.fixture
def paper(built, tmp_path) -> Path:
    shutil.copytree(built, tmp_path / "copy")
    return tmp_path / "copy"


def forge(paper: Path, identifier: str, files: dict[str, bytes], **fields: object) -> None:
    """Replace files and what the lock says of a claim."""
    store = paper / "paper.certificates"
    lock = json.loads((store / "claims.lock").read_text())
    for name, content in files.items():
        (store / name).write_bytes(content)
        lock[identifier]["files"][name] = hashlib.sha256(content).hexdigest()
    for key, value in fields.items():
        lock[identifier][key] = lock[identifier][key] | value if isinstance(value, dict) else value
    (store / "claims.lock").write_text(json.dumps(lock))


def stored(paper: Path, name: str) -> bytes:
    return (paper / "paper.certificates" / name).read_bytes()


def refusal(paper: Path, identifier: str) -> str:
    status, said = build(paper, "--check")
    assert status == 1
    (line,) = (line for line in said.splitlines() if line.startswith("failed"))
    assert f": claim {identifier}: " in line
    return line


@pytest.mark.parametrize(
    ("identifier", "fields"),
    [
        ("search", {"best": {"certified": "1/2"}}),
        ("search", {"best": {"refuted": "1"}}),
        ("search", {"statement": "all is well"}),
        ("bound", {"value": "99"}),
        ("rows-2", {"verdict": "PROVED"}),
    ],
)
def test_a_lock_that_says_another_thing_than_its_certificates(identifier, fields, paper):
    forge(paper, identifier, {}, **fields)
    assert "the lock says another thing than the command" in refusal(paper, identifier)


def test_the_words_of_an_item(paper):
    lock = json.loads(stored(paper, "claims.lock"))
    forge(paper, "bound", {}, items=[lock["bound"]["items"][0] | {"meaning": "the capacity"}])
    assert "the lock says another thing than the command" in refusal(paper, "bound")


def test_rows_of_another_file_are_no_better_number(paper):
    """Under the same columns and the same width."""
    forge(paper, "small", {"small.cert.jsonl": stored(paper, "other.cert.jsonl")})
    assert "small.cert.jsonl is REJECTED: " in refusal(paper, "small")
    forge(paper, "small", {"small.obstruction.cert.jsonl": stored(paper, "other.obstruction.cert.jsonl")})
    assert "is another one than the command writes" in refusal(paper, "small")


def test_generic_inputs_are_no_rows_of_a_file(paper, tmp_path):
    fake = tmp_path / "generic.cert.jsonl"
    words = "certify interpolation --samples 6 --inputs 2 --width 4 --activation tanh --method paired -o"
    assert main([*words.split(), str(fake)]) == 0
    forge(paper, "small", {"small.cert.jsonl": fake.read_bytes()})
    assert "is another one than the command writes" in refusal(paper, "small")


def test_the_width_that_was_asked_for_is_not_sought(paper):
    forge(paper, "rows-3", {"rows-3.cert.jsonl": stored(paper, "rows-2.cert.jsonl")})
    assert "is another one than the command writes" in refusal(paper, "rows-3")


def test_a_network_of_another_method_is_held_to_the_number_found(paper):
    files = {f"network{end}": stored(paper, f"larger{end}") for end in (".cert.jsonl", ".json")}
    forge(paper, "network", files)
    assert "the lock says PROVED, but none of its certificates states what the lock does" in refusal(paper, "network")
    lock = json.loads(stored(paper, "claims.lock"))
    forge(paper, "network", files, statement=lock["larger"]["statement"])
    assert "the lock says the number of hidden units 6, but the certificate is of 8" in refusal(paper, "network")
    forge(paper, "network", files, best={"certified": "8"})
    assert "the number of hidden units 8 in the store is worse than 6, found now" in refusal(paper, "network")


def test_the_file_of_a_network_is_that_of_its_certificate(paper):
    forge(paper, "network", {"network.json": b'{"hacked":true}\n'})
    assert "network.json is not the network of its certificate" in refusal(paper, "network")
    forge(paper, "network", {"network.cert.jsonl": stored(paper, "network.cert.jsonl") + b"\n"})
    assert "REJECTED" in refusal(paper, "network")


@pytest.mark.parametrize(
    ("identifier", "theorem"), [("network", "vershynin-3.3"), ("bound", "cover-count"), ("small", "baum")]
)
def test_the_theorem_of_a_claim_is_one_of_its_certificates(identifier, theorem, paper):
    """Named with the line, at once and later."""
    path = paper / "paper.toml"
    path.write_text(CLAIMS.replace(f'id = "{identifier}"\n', f'id = "{identifier}"\ntheorem = "{theorem}"\n'))
    for arguments in ((), ("--check",)):
        status, said = build(paper, *arguments)
        assert status == 1
        assert f": claim {identifier}: " in said
        assert f"theorem: '{theorem}' is instantiated by certificates of the family" in said
    with pytest.raises(InputError, match="is instantiated by certificates of the family"):
        read_book(paper)


def test_a_bound_without_a_certificate_is_no_instance_of_a_theorem(tmp_path):
    """Trees of units that no certificate knows have a bound by ball arithmetic; what is fully connected has none."""
    path = tmp_path / "x.toml"
    text = '[[claim]]\nid = "x"\ncommand = "predict committee"\nactivation = "x*exp(-x^2)"\ndigits = 4\n'
    path.write_text(text + 'expect = "UPPER BOUND"\n')
    assert build(path)[0] == 0
    path.write_text(text + 'expect = "UPPER BOUND"\ntheorem = "gordon-many-units"\n')
    assert "x.toml:1: claim x: theorem: 'gordon-many-units' is instantiated by certificates" in build(path)[1]
    path.write_text(text + 'expect = "PREDICTION"\narchitecture = "full"\n')
    assert build(path)[0] == 0
    lock = tmp_path / "x.certificates" / "claims.lock"
    lock.write_text(lock.read_text().replace("PREDICTION (non-rigorous)", "UPPER BOUND (theorem, Gordon)").replace(
        "PREDICTION", "UPPER BOUND"))  # fmt: skip
    path.write_text(text + 'expect = "UPPER BOUND"\narchitecture = "full"\n')
    assert "x.toml:1: claim x: UPPER BOUND, without a certificate" in build(path)[1]


def test_the_argument_is_that_of_the_theorem(paper):
    """A width that a regular zero reaches is no instance of the paired argument."""
    path = paper / "paper.toml"
    shipped = ROOT / "proofs" / "found" / "wine-regular-zero.cert.jsonl"
    path.write_text(f'[[claim]]\nid = "w"\ntheorem = "paired-on-data"\ncertificate = "{shipped}"\n')
    status, said = build(paper)
    assert status == 1
    assert "theorem: 'paired-on-data' needs paired-submersion, and the claim relies on newton-kantorovich" in said


def test_recorded_numbers_of_each(paper):
    path = paper / "paper.toml"
    path.write_text(CLAIMS.replace('recorded = ["4", "4"]', 'recorded = ["4", "5"]'))
    status, said = build(paper)
    assert status == 1
    assert "claim rows-3: the number of rows 4 is worse than the recorded 5" in said
    assert "rows-2" not in said
    path.write_text(CLAIMS.replace('recorded = ["4", "4"]', 'recorded = ["4"]'))
    assert "recorded: has 1 numbers for 2 claims; write one for each" in build(paper)[1]
