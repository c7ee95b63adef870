"""Tasks on processes of this machine."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable
from contextlib import closing
from functools import partial

from exactcap.sweeps.plan import Task
from exactcap.sweeps.processes import Died, spread
from exactcap.sweeps.tasks import Failed, Outcome, certify_group


def in_this_process(tasks: Iterable[Task], seed: int) -> Generator[list[Outcome], None, None]:
    """The outcomes of the tasks, one after another."""
    for task in tasks:
        yield certify_group(task, seed)


def on_processes(tasks: Iterable[Task], seed: int, jobs: int) -> Generator[list[Outcome], None, None]:
    """The outcomes of the tasks as they come; closing the iterator ends the workers.

    A task whose worker dies is tried again one matrix at a time, and the matrix with which a worker dies has failed.
    """
    waiting = deque(tasks)
    with closing(spread(partial(certify_group, seed=seed), waiting, jobs)) as results:
        for task, outcomes in results:
            if isinstance(outcomes, Died):
                waiting.extendleft((matrix,) for matrix in task if len(task) > 1)
                yield [Failed(matrix, str(outcomes)) for matrix in task if len(task) == 1]
            else:
                yield outcomes
