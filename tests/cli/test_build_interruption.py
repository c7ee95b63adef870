"""A build that is killed or interrupted leaves whole certificates, no workers, and a lock to go on from."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from exactcap.checker.main import check_file
from exactcap.cli.main import main

MANY = (
    '[[claim]]\nid = "tail-{at}"\ncommand = "evaluate tail"\ndigits = 200\n'
    f"each = {{ at = [{', '.join(map(str, range(1, 13)))}] }}\n"
)


def start(path: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "exactcap.cli", "build", str(path), "--jobs", "2"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, start_new_session=True, env={**os.environ, "TMPDIR": str(path.parent)}, **pipes)


@pytest.mark.parametrize("name", ["SIGKILL", "SIGINT"])
def test_an_interrupted_build_goes_on(name, tmp_path, capsys):
    path = tmp_path / "many.toml"
    path.write_text(MANY)
    store = tmp_path / "many.certificates"
    run = start(path)
    deadline = time.monotonic() + 60
    while not (store / "claims.lock").exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    run.kill() if name == "SIGKILL" else os.killpg(run.pid, getattr(signal, name))
    out, err = run.communicate(timeout=60)
    assert (run.returncode, out) == (-signal.SIGKILL if name == "SIGKILL" else 130, "")
    assert "Traceback" not in err
    while is_running(run.pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_running(run.pid)  # no worker stays
    assert all(check_file(str(file)).verified for file in store.glob("*.cert.jsonl"))
    assert [file for file in store.iterdir() if file.name.startswith(".")] == []
    assert name == "SIGKILL" or list(tmp_path.glob("exactcap-*")) == []
    n_known = len(json.loads((store / "claims.lock").read_text()))
    assert 1 <= n_known < 12
    assert main(["build", str(path), "--jobs", "1"]) == 0
    assert capsys.readouterr().out == f"BUILT 12 claims: {12 - n_known} certified now, 0 failed\n"


def is_running(session: int) -> bool:
    try:
        os.killpg(session, 0)
    except ProcessLookupError:
        return False
    return True
