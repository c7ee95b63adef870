"""Work on other processes: the same results, tasks added meanwhile, the dead named, nothing that stays."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import deque
from contextlib import closing

import pytest

from exactcap.sweeps import processes
from exactcap.sweeps.processes import Died, spread


def end_process(task: int) -> int:
    if task == 5:
        os._exit(3)
    if task == 6:
        os.kill(os.getpid(), signal.SIGKILL)
    return abs(task)


def test_results_and_deaths():
    results = dict(spread(end_process, deque([-1, 5, -2, 6, -3]), 2))
    assert {task: result for task, result in results.items() if task < 0} == {-1: 1, -2: 2, -3: 3}
    assert (results[5], results[6]) == (Died(3), Died(-9))
    assert "ended with status 3" in str(results[5])
    assert multiprocessing.active_children() == []


def test_tasks_may_be_added():
    waiting, seen = deque([-1]), []
    for task, result in spread(abs, waiting, 2):
        seen.append((task, result))
        waiting.extend([task - 1] if task > -4 else [])
    assert seen == [(-1, 1), (-2, 2), (-3, 3), (-4, 4)]


def test_no_tasks():
    assert list(spread(abs, deque[int](), 2)) == []


HANDLERS = {"dies": signal.SIG_DFL, "raises": signal.default_int_handler, "ignores": signal.SIG_IGN}


@pytest.mark.parametrize("terminated", HANDLERS)
def test_closing_ends_the_work(terminated, monkeypatch):
    """Also when the work turned SIGTERM into an exception, as the commands of exactcap do, or loses it."""
    monkeypatch.setattr(processes, "PATIENCE", 0.5)
    start = time.monotonic()
    with closing(spread(sleep_long, deque([(terminated, 0), (terminated, 60), (terminated, 60)]), 2)) as results:
        assert next(results) == ((terminated, 0), None)
    assert multiprocessing.active_children() == []
    assert time.monotonic() - start < 60, "it waited until the work was done"


def sleep_long(task: tuple[str, int]) -> None:
    terminated, seconds = task
    signal.signal(signal.SIGTERM, HANDLERS[terminated])
    time.sleep(seconds)
