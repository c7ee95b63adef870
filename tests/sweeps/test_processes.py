"""Work on other processes: the same results, tasks added meanwhile, the dead named, nothing that stays."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import deque
from contextlib import closing

import pytest

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


@pytest.mark.parametrize("turns", [False, True])
def test_closing_ends_the_work(turns):
    """Also when the work turned SIGTERM into an exception, as the commands of exactcap do."""
    with closing(spread(sleep_long, deque([(turns, 0), (turns, 60), (turns, 60)]), 2)) as results:
        assert next(results) == ((turns, 0), None)
    assert multiprocessing.active_children() == []


def sleep_long(task: tuple[bool, int]) -> None:
    turns, seconds = task
    if turns:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    time.sleep(seconds)
