"""Tasks on a running Dask cluster, of which only this module knows."""

from __future__ import annotations

import importlib
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import CancelledError
from typing import Any

from exactcap.errors import InputError
from exactcap.sweeps.plan import Task
from exactcap.sweeps.tasks import Failed, Outcome, certify_group

CONNECT = 10  # seconds
IN_FLIGHT = 64  # tasks at least; more where the cluster has more threads


def on_cluster(tasks: Iterable[Task], seed: int, address: str) -> Generator[list[Outcome], None, None]:
    """The outcomes of the tasks as they come; closing the iterator cancels the others.

    The scheduler and its workers need exactcap, but neither the store nor a common file system. A task with which
    several workers died is tried again one matrix at a time. Raises InputError when the scheduler is not there or lost.
    """
    try:
        distributed: Any = importlib.import_module("distributed")  # optional, and untyped
    except ImportError:
        raise InputError(
            "scheduler: it needs dask.distributed, which is not installed; run: pip install 'exactcap[cluster]'"
        ) from None
    waiting, running = deque(tasks), dict[Any, Task]()
    with _connect(distributed, address) as client:
        completed = distributed.as_completed()

        def submit() -> None:
            most = max(IN_FLIGHT, 2 * sum(client.nthreads().values()))
            while waiting and len(running) < most:
                task = waiting.popleft()
                future = client.submit(certify_group, task, seed, pure=False)
                running[future] = task
                completed.add(future)

        try:
            submit()
            for future in completed:
                task = running.pop(future)
                outcomes = _outcomes(distributed, future, task)
                if not outcomes:
                    waiting.extendleft((matrix,) for matrix in task)
                submit()
                yield outcomes
        except (CancelledError, OSError):
            raise InputError(
                f"scheduler: lost {address!r}; what was finished is in the store, and the same command goes on"
            ) from None


def _connect(distributed: Any, address: str) -> Any:
    try:
        return distributed.Client(address, timeout=CONNECT)
    except (OSError, ValueError, AssertionError) as error:  # the last for a port above 65535
        raise InputError(
            f"scheduler: no Dask scheduler answers at {address!r} ({str(error) or 'no such port'}); "
            "give the address of one, for example tcp://127.0.0.1:8786"
        ) from None


def _outcomes(distributed: Any, future: Any, task: Task) -> list[Outcome]:
    """The outcomes of a task that is over; none when its matrices must be tried one at a time."""
    try:
        outcomes: list[Outcome] = future.result()
        return outcomes
    except distributed.KilledWorker:
        reason = (
            "several workers died with it, perhaps for lack of memory; run it alone, or with fewer threads a worker"
        )
        return [Failed(matrix, reason) for matrix in task if len(task) == 1]
    except RuntimeError as error:
        if not isinstance(error.__cause__, ImportError | AttributeError):
            raise
        raise InputError(
            f"scheduler: it or a worker cannot load the task ({error.__cause__}); install this exactcap there"
        ) from None
