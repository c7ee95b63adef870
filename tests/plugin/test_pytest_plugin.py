"""pytest --exactcap in scratch projects, each run in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support import DATA, every_kind, to_bytes, to_records

from exactcap.certificates.format import write_certificate

CLAIMS = """\
title = "A paper"

[[claim]]
id = "iris-{width}"
command = "certify interpolation"
data = "../iris.csv"
label = "species"
deduplicate = true
activation = "tanh"
each = { width = [50, 52] }

[[claim]]
id = "probable"
command = "certify rank deep"
widths = [3, 4, 2, 1]
degree = 2
expect = "PROBABLE"

[[claim]]
id = "dichotomies"
command = "count dichotomies"
points = 5
dimension = 2
recorded = "10"

[[claim]]
id = "shipped"
certificate = "good.cert.jsonl"
"""
WRONG = """\
[[claim]]
id = "better-by-hand"
command = "certify gaussian decoupling"
epsilon = "1/16"
best-constant = true
recorded = "1202/1000"

[[claim]]
id = "false"
command = "certify rank khatri-rao"
inputs = 3
width = 5
power = 3
equals = 15

[[claim]]
id = "no-digit"
command = "count dichotomies"
points = 5
dimension = 2
recorded = "11"

[[claim]]
id = "no-width"
command = "certify rank khatri-rao"
inputs = 3
width = "five"
power = 3
"""
HEAVY = ("numpy", "sympy", "flint", "mpmath", "msgspec", "cyclopts", "rich", "scipy", "matplotlib")


def run(folder: Path, *arguments: str, installed: bool = False) -> subprocess.CompletedProcess[str]:
    """Pytest in this folder, without our settings; ``installed`` plugins are loaded as they are for users, else one."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    if not installed:
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        command += ["-p", "exactcap.pytest_plugin"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with a paper: data, a good claims file, certificates, and a test of its own."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "iris.csv").write_bytes((DATA / "iris.csv").read_bytes())
    paper = folder / "paper"
    paper.mkdir()
    (paper / "claims.toml").write_text(CLAIMS)
    (paper / "other.toml").write_text("[tool]\nname = 'no claims'\n")
    write_certificate(every_kind()["rank, U5"], paper / "good.cert.jsonl")
    write_certificate(every_kind()["rank, random"], paper / "chance.cert.jsonl")
    (folder / "test_own.py").write_text("def test_own():\n    pass\n")
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    return folder


def outcome(result: subprocess.CompletedProcess[str]) -> str:
    return re.sub(r" in [0-9.]+s.*", "", result.stdout.strip().splitlines()[-1].strip("= "))


def test_nothing_is_collected_without_the_flag(project):
    assert outcome(run(project, "-q", installed=True)) == "1 passed"


def test_one_item_a_claim(project):
    result = run(project, "--exactcap", "-v", "-rs")
    assert outcome(result) == "7 passed, 1 skipped"
    for name in ("iris-50", "iris-52", "probable", "dichotomies", "shipped"):
        assert f"paper/claims.toml::{name} PASSED" in result.stdout
    assert "paper/good.cert.jsonl::certificate PASSED" in result.stdout
    assert "PROBABLE: no proof, false with a chance of at most 2^-" in result.stdout
    assert sorted(path.name for path in (project / "paper").iterdir()) == [
        "chance.cert.jsonl", "claims.toml", "good.cert.jsonl", "other.toml",
    ]  # fmt: skip


def test_under_xdist(project):
    assert outcome(run(project, "--exactcap", "-q", "-p", "xdist", "-n2", "paper")) == "6 passed, 1 skipped"


def test_the_job_of_the_readme(project):
    """pytest --exactcap paper/claims.toml, with the plugin found by its entry point."""
    result = run(project, "--exactcap", "paper/claims.toml", installed=True)
    assert outcome(result) == "5 passed"
    assert result.returncode == 0


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ("paper", "8 tests collected"),
        ("paper/claims.toml", "6 tests collected"),
        ("paper/good.cert.jsonl", "2 tests collected"),
        ("*/good*", "2 tests collected"),
        ("pap", "exactcap_paths: there is no 'pap'"),
        ("../paper", "exactcap_paths: '../paper' is not below"),
        ("/", "exactcap_paths: '/' is not below"),
    ],
)
def test_paths_of_the_ini_file(project, paths, expected, tmp_path):
    ini = tmp_path / "other.ini"
    ini.write_text(f"[pytest]\nexactcap_paths = {paths}\n")
    result = run(project, "-q", "--collect-only", "-c", str(ini), f"--rootdir={project}", str(project))
    assert expected in result.stdout + result.stderr


def test_failures_show_claim_expected_and_found_and_no_traceback(tmp_path):
    (tmp_path / "pytest.ini").touch()
    (tmp_path / "wrong.toml").write_text(WRONG)
    records = to_records(every_kind()["rank, U5"])
    records[1]["claim"]["rank"] = 13
    (tmp_path / "edited.cert.jsonl").write_bytes(to_bytes(records))
    (tmp_path / "broken.cert.jsonl").write_bytes(b"{}\n")
    result = run(tmp_path, "--exactcap", "-q")
    assert result.returncode == 1
    assert "6 failed" in outcome(result)
    for said in (
        "wrong.toml:1: the constant 1203/1000 is worse than the recorded 1202/1000",
        "expected  PROVED, recorded 1202/1000\nfound     PROVED, constant 1203/1000 certified, 601/500 refuted: Lemma",
        "wrong.toml:8: the verdict is another one\nclaim     exactcap certify rank khatri-rao --inputs=3 --width=5",
        "expected  PROVED\nfound     REFUTED: dimension at most 14",
        "wrong.toml:16: the value 10 is not the recorded 11",
        "wrong.toml:23: the claim has no answer",
        "found     Invalid value for --width: 'five' is not a whole number",
        "edited.cert.jsonl:2: the certificate proves nothing\nclaim     rank 13: the row-wise Khatri-Rao product",
        "expected  VERIFIED\nfound     REJECTED: ",
        "broken.cert.jsonl:2: the certificate proves nothing\nclaim     cannot be read",
    ):
        assert said in result.stdout
    assert "Traceback" not in result.stdout
    assert ".py:" not in result.stdout
    assert str(tmp_path) not in "\n".join(line for line in result.stdout.splitlines() if line.startswith("wrong.toml"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[claim]]\nid = "a"\n', "bad.toml:1: claim a: command: None does not begin with"),
        ('[[claim]]\nid = "a"\ncommand = "evaluate mills"\nat = 3\n' * 2, "bad.toml:5"),
        ('[[claim]]\nid = "a"\ncertificate = "none.cert.jsonl"\n', "none.cert.jsonl cannot be read"),
        ("[[claim]]\nid = a\n", "is not TOML"),
    ],
)
def test_claims_files_that_break_the_rules_are_errors_with_a_line(tmp_path, text, said):
    (tmp_path / "bad.toml").write_text(text)
    result = run(tmp_path, "--exactcap", "-q")
    assert result.returncode == 2
    assert said in result.stdout
    assert "Traceback" not in result.stdout


def test_a_named_claims_file_without_claims_is_an_error(tmp_path):
    (tmp_path / "claims.toml").write_text('title = "x"\n[[claims]]\nid = "a"\n')
    (tmp_path / "pytest.ini").write_text("[pytest]\nexactcap_paths = claims.toml\n")
    result = run(tmp_path, "-q")
    assert "unknown key 'claims'" in result.stdout
    assert result.returncode == 2


def test_the_plugin_loads_nothing_heavy(tmp_path):
    program = (
        "import sys, pytest\n"
        "status = pytest.main(['-q', '-p', 'exactcap.pytest_plugin', '--collect-only', '--exactcap'])\n"
        f"loaded = [m for m in sys.modules if m.split('.')[0] in {HEAVY}]\n"
        "rooms = [m for m in sys.modules if m.startswith('exactcap.') and m != 'exactcap.pytest_plugin']\n"
        "assert not loaded and not rooms, (loaded, rooms)\n"
        "assert status == pytest.ExitCode.NO_TESTS_COLLECTED, status"
    )
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_help_names_the_option_and_the_setting(tmp_path):
    shown = " ".join(run(tmp_path, "--help").stdout.split())
    assert "--exactcap collect certificates (*.cert.jsonl) and claims files" in shown
    assert "exactcap_paths (args): files, folders or patterns relative to the rootdir" in shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('claim = [{ id = "x", command = "evaluate tail", at = 1 }]\n', "write each claim as a table of its own"),
        ('[["claim"]]\nid = "x"\ncommand = "evaluate tail"\nat = 1\n', "write each claim as a table of its own"),
        ("#" * 2**20 + '\n[[claim]]\nid = "x"\n', "has more than 1 MiB"),
    ],
)
def test_claims_that_exactcap_refuses_are_errors_and_not_skipped(text, said, tmp_path):
    (tmp_path / "paper.toml").write_text(text)
    (tmp_path / "pyproject.toml").write_text('[project]\nclaims = ["a"]\nclaim = "b"\n')
    result = run(tmp_path, "--exactcap", "-q", ".")
    assert result.returncode == 2
    assert said in result.stdout
    assert "pyproject" not in result.stdout
