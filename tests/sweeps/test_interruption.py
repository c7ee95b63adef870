"""A real sweep, killed at random moments and resumed: no certificate is corrupt, and nothing finished is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from exactcap.certificates.store import read_store
from exactcap.checker.main import check_file

PLAN = """
[[grid]]
matrix = "khatri-rao"
inputs = 4
power = 2
samples = "12..18"
width = "1..6"
"""
N_INSTANCES = 7 * 6


@pytest.fixture
def command(tmp_path):
    (tmp_path / "plan.toml").write_text(PLAN)
    (tmp_path / "temporary").mkdir()
    options = [str(tmp_path / "plan.toml"), "--store", str(tmp_path / "store"), "--jobs", "2"]
    return [sys.executable, "-m", "exactcap.cli", "sweep", *options]


def start(command: list[str], tmp_path: Path) -> subprocess.Popen[str]:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    return subprocess.Popen(command, start_new_session=True, env=environment, **pipes)


def wait_until(condition, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def is_empty(session: int) -> bool:
    try:
        os.killpg(session, 0)
    except ProcessLookupError:
        return True
    return False


def test_killed_at_random_moments(command, tmp_path):
    store, draws = tmp_path / "store", random.Random(0)
    certificates: dict[str, bytes] = {}
    for least in (1, 12):
        run = start(command, tmp_path)
        wait_until(lambda least=least: len(list(store.glob("*.cert.jsonl"))) >= least)
        time.sleep(draws.uniform(0, 0.05))
        run.kill()
        run.communicate()
        assert run.returncode == -signal.SIGKILL
        wait_until(lambda run=run: is_empty(run.pid))  # its workers see that it is gone, and leave no drafts
        assert [path for path in (tmp_path / "temporary").rglob("*") if path.is_file()] == []
        found = {path.name: path.read_bytes() for path in store.glob("*.cert.jsonl")}
        assert found.items() >= certificates.items()
        assert all(check_file(str(store / name)).verified for name in found)
        assert {f"{record.name}.cert.jsonl" for record in read_store(store)} <= set(found)
        certificates = found
    assert 12 <= len(certificates) < N_INSTANCES

    n_there = len(read_store(store))
    both = [start([*command[:-1], "1"], tmp_path) for _ in range(2)]  # two sweeps into one store
    for run in both:
        out, err = run.communicate(timeout=60)
        assert (run.returncode, err) == (0, "")
        assert out.splitlines()[-1] == f"PROVED {N_INSTANCES} of {N_INSTANCES} instances"
        assert f"{N_INSTANCES - n_there} new, {n_there} there before" in out
    names = {path.name.removesuffix(".json").removesuffix(".cert.jsonl") for path in store.iterdir()}
    assert len(list(store.iterdir())) == 2 * len(names) == 2 * N_INSTANCES  # and no draft
    assert len(read_store(store)) == N_INSTANCES
    for path in store.glob("*.cert.jsonl"):
        assert check_file(str(path)).verified
        assert path.read_bytes() == certificates.get(path.name, path.read_bytes())


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_ended_by_a_signal(name, command, tmp_path):
    """Like Ctrl-C to the whole group, or a batch system's end of time: quick, one page, no leavings."""
    run = start(command, tmp_path)
    wait_until(lambda: (tmp_path / "store").exists() and len(os.listdir(tmp_path / "store")) >= 2)
    os.killpg(run.pid, getattr(signal, name))
    out, err = run.communicate(timeout=10)
    assert (run.returncode, out) == (130, "")
    assert "the same command goes on from there" in err
    assert "Traceback" not in err
    wait_until(lambda: is_empty(run.pid), 2.0)
    assert list((tmp_path / "temporary").iterdir()) == []
    assert [path for path in (tmp_path / "store").iterdir() if path.name.startswith(".")] == []
    read_store(tmp_path / "store")
