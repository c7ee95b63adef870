"""The notebook of proofs runs, and shows what it stores."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
from notebook_run import NOTEBOOK
from support import ROOT


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """The notebook executed in another process, where the settings of this test run do not reach."""
    path = tmp_path_factory.mktemp("notebook") / "fresh.ipynb"
    program = [sys.executable, str(ROOT / "tests" / "notebook_run.py"), str(path)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(program, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(path.read_bytes())


def test_the_stored_outputs_are_the_fresh_ones(fresh):
    stored = json.loads(NOTEBOOK.read_bytes())
    for cell, again in zip(stored["cells"], fresh["cells"], strict=True):
        assert again == cell, f"cell {cell['id']}; if the change is meant: python tests/notebook_run.py"
    assert stored == fresh


def test_it_tells_the_whole_story(fresh):
    words = NOTEBOOK.read_text()
    for said in ("PROVED", "REFUTED", "UNDECIDED", "VERIFIED", "REJECTED", "PREDICTION (non-rigorous)"):
        assert said in words
    assert not any(output["output_type"] == "error" for cell in fresh["cells"] for output in cell.get("outputs", []))


def test_nothing_stored_is_of_this_machine_or_time():
    words = NOTEBOOK.read_text()
    assert str(ROOT) not in words
    assert not re.search(r"/tmp/|/home/|[0-9]+\.[0-9]+ s\b|20[0-9]{2}-[0-9]{2}-[0-9]{2}|0x7f", words)
    assert "execution" not in {key for cell in json.loads(words)["cells"] for key in cell["metadata"]}


def test_running_it_leaves_nothing_behind(fresh):
    assert not list((ROOT / "proofs").glob("*.cert.jsonl"))
