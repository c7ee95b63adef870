"""Tasks on processes of this machine.

``concurrent.futures`` is not used: when one of its workers is killed, all tasks in flight fail and none is named, and
when the parent is killed, its workers stay. Here each worker has its own pipe, whose end tells either side.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import tempfile
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from exactcap.sweeps.plan import Task
from exactcap.sweeps.tasks import Failed, Outcome, certify_group


def in_this_process(tasks: Iterable[Task], seed: int) -> Generator[list[Outcome], None, None]:
    """The outcomes of the tasks, one after another."""
    for task in tasks:
        yield certify_group(task, seed)


def on_processes(tasks: Iterable[Task], seed: int, jobs: int) -> Generator[list[Outcome], None, None]:
    """The outcomes of the tasks as they come; closing the iterator ends the workers.

    A task whose worker dies is tried again one matrix at a time, and the matrix with which a worker dies has failed.
    """
    waiting, workers = deque(tasks), dict[Connection, _Worker]()
    with tempfile.TemporaryDirectory(prefix="exactcap-") as folder:  # for the drafts of workers that are ended
        try:
            while waiting or workers:
                while waiting and len(workers) < jobs:
                    worker = _start(seed, folder)
                    workers[worker.pipe] = worker
                    worker.give(waiting.popleft())
                ready = set(wait(list(workers)))
                for pipe, worker in [(pipe, worker) for pipe, worker in workers.items() if pipe in ready]:
                    task = worker.task
                    try:
                        outcomes = pipe.recv()
                    except (EOFError, OSError):  # the worker is gone
                        status = worker.end()
                        outcomes = [Failed(matrix, _died(status)) for matrix in task if len(task) == 1]
                        waiting.extendleft((matrix,) for matrix in task if len(task) > 1)
                        del workers[pipe]
                    if pipe in workers and waiting:
                        worker.give(waiting.popleft())  # before the outcomes are written, so that it need not wait
                    elif pipe in workers:
                        worker.end()
                        del workers[pipe]
                    yield outcomes
        finally:
            for worker in workers.values():
                worker.process.terminate()
            for worker in workers.values():
                worker.end()


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    task: Task = ()

    def give(self, task: Task) -> None:
        self.task = task
        with contextlib.suppress(OSError):  # it died meanwhile, which the next wait tells
            self.pipe.send(task)

    def end(self) -> int | None:
        """Close the pipe, at which the worker returns, and wait for it; its exit status."""
        self.pipe.close()
        self.process.join()
        return self.process.exitcode


def _died(status: int | None) -> str:
    what = f"signal {-status}" if status is not None and status < 0 else f"status {status}"
    return f"its process ended with {what}, perhaps for lack of memory; run it alone, or with fewer jobs"


def _start(seed: int, folder: str) -> _Worker:
    context = multiprocessing.get_context("spawn")  # a fork would copy the threads' locks and other workers' pipes
    pipe, end = context.Pipe()
    process = context.Process(target=_serve, args=(end, seed, folder), daemon=True)
    with _interrupt_held():
        process.start()
    end.close()
    return _Worker(process, pipe)


@contextlib.contextmanager
def _interrupt_held() -> Iterator[None]:
    """A process that starts here never sees Ctrl-C, not even while it loads: it is for the parent."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # which Process.start() would do, and lift the mask
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, seed: int, folder: str) -> None:
    """A worker: tasks in, outcomes out, until the pipe ends, be it that its parent was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where there are no masks
    tempfile.tempdir = folder
    while True:
        try:
            task: Task = pipe.recv()
        except EOFError:
            return
        outcomes = certify_group(task, seed)
        try:
            pipe.send(outcomes)
        except OSError:  # the parent was killed meanwhile
            return
