"""The README is true: its commands are run, and their output is what it shows."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT

from exactcap.sweeps.claims_file import read_claims

README, GUIDE = ((ROOT / name).read_text() for name in ("README.md", "proofs/GUIDE.md"))
BLOCKS = re.findall(r"```console\n(.*?)```", README + GUIDE, re.DOTALL)
assert len(BLOCKS) >= 17


def session(block: str) -> list[list[str]]:
    """The [command, shown output] pairs of a console block."""
    return [part.split("\n", 1) for part in re.split(r"^\$ ", block, flags=re.MULTILINE) if part]


def comparable(command: str, text: str) -> str:
    """Without the seconds; of what floating-point search found, which differs between machines, without numbers."""
    if re.search(r"exactcap (train|certify (nearby|kernel)|capacity.*--smallest-width)", command):
        return re.sub(r"id [0-9a-f]+|[0-9]+", "_", re.sub(r"[0-9]+\.[0-9]+(e-?[0-9]+)?", "_", text))
    return re.sub(r"in [0-9.]+ s;", "in _ s;", text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder in which the repository's paths exist, and where output may be written."""
    folder = tmp_path_factory.mktemp("readme")
    for name in ("proofs", "exactcap"):
        (folder / name).symlink_to(ROOT / name)
    (shown,) = re.findall(r"```toml\n# mine.toml\n(.*?)```", README, re.DOTALL)
    (folder / "mine.toml").write_text("# mine.toml\n" + shown)
    return folder


@pytest.mark.parametrize("block", [block for block in BLOCKS if not block.startswith("$ make")])
def test_console_block(block, folder):
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for command, shown in session(block):
        result = subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True)
        assert result.stderr == ""
        assert comparable(command, result.stdout) == comparable(command, shown)


def test_python_block(folder, monkeypatch):
    (block,) = re.findall(r"```pycon\n(.*?)```", README, re.DOTALL)
    monkeypatch.chdir(folder)
    test = doctest.DocTestParser().get_doctest(block, {}, "README", "README.md", 0)
    assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed == 0


def test_the_numbers_of_claims():
    claims = {path.stem: len(read_claims(path)) for path in (ROOT / "proofs" / "claims").glob("*.toml")}
    assert f"{sum(claims.values())} claims" in README
    assert f"{claims['vershynin-2020']} claims" in GUIDE


def test_the_pictures_and_pages_exist():
    for name, text in (("README.md", README), ("proofs/GUIDE.md", GUIDE)):
        for link in re.findall(r"\]\(([^):]+)\)", text):
            assert ((ROOT / name).parent / link).exists(), link


def test_the_guarantee_is_stated_for_even_width_only():
    assert "floor(md/2) points for *even* width m" in GUIDE


def test_no_placeholder_and_the_benchmark_with_its_command():
    assert "bench_rank.py --sizes" in README
    ratios = [float(x) for x in re.findall(r"^ +(?:2000|4000) fflas-ffpack +[0-9.]+ +([0-9.]+)$", README, re.MULTILINE)]
    assert len(ratios) == 2
    assert min(ratios) >= 1
    assert not re.search(r"\b[A-Z]{8,}TABLE\b|TODO|XXX", README)


def test_make_test_is_what_ci_runs():
    assert "make test" in README
    assert "make test" in (ROOT / ".ci" / "run").read_text()
