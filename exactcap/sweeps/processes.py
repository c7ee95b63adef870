"""Any work on processes of this machine.

``concurrent.futures`` is not used: when one of its workers is killed, all tasks in flight fail and none is named, and
when the parent is killed, its workers stay. Here each worker has its own pipe, whose end tells either side.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import tempfile
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

PATIENCE = 5.0  # seconds that a worker has to clean up after SIGTERM


@dataclass(frozen=True)
class Died:
    """The end of a worker in place of a result."""

    status: int | None

    def __str__(self) -> str:
        """The status or signal, and what may help.

        >>> print(Died(-9))
        its process ended with signal 9, perhaps for lack of memory; run it alone, or with fewer jobs
        """
        is_signal = self.status is not None and self.status < 0
        what = f"signal {-self.status}" if self.status is not None and is_signal else f"status {self.status}"
        return f"its process ended with {what}, perhaps for lack of memory; run it alone, or with fewer jobs"


def spread(work: Callable[[T], R], waiting: deque[T], jobs: int) -> Generator[tuple[T, R | Died], None, None]:
    """Each task with its result as they come, from ``jobs`` processes; closing the iterator ends them.

    Tasks leave ``waiting``, and may be put into it while the results come.
    """
    workers = dict[Connection, _Worker]()
    with tempfile.TemporaryDirectory(prefix="exactcap-") as folder:  # for the drafts of workers that are ended
        try:
            while waiting or workers:
                while waiting and len(workers) < jobs:
                    worker = _start(work, folder)
                    workers[worker.pipe] = worker
                    worker.give(waiting.popleft())
                ready = set(wait(list(workers)))
                for pipe, worker in [(pipe, worker) for pipe, worker in workers.items() if pipe in ready]:
                    task, result = worker.task, None
                    try:
                        result = pipe.recv()
                    except (EOFError, OSError):  # the worker is gone
                        result = Died(worker.end())
                        del workers[pipe]
                    if pipe in workers and waiting:
                        worker.give(waiting.popleft())  # before the result is used, so that it need not wait
                    elif pipe in workers:
                        worker.end()
                        del workers[pipe]
                    yield task, result
        finally:
            for worker in workers.values():
                worker.process.terminate()
            for worker in workers.values():
                worker.process.join(PATIENCE)
                if worker.process.is_alive():  # a signal turned into an exception is lost where those are ignored
                    worker.process.kill()
                worker.end()


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    task: Any = None

    def give(self, task: Any) -> None:
        self.task = task
        with contextlib.suppress(OSError):  # it died meanwhile, which the next wait tells
            self.pipe.send(task)

    def end(self) -> int | None:
        """Close the pipe, at which the worker returns, and wait for it; its exit status."""
        self.pipe.close()
        self.process.join()
        return self.process.exitcode


def _start(work: Callable[[Any], Any], folder: str) -> _Worker:
    context = multiprocessing.get_context("spawn")  # a fork would copy the threads' locks and other workers' pipes
    pipe, end = context.Pipe()
    process = context.Process(target=_serve, args=(end, work, folder), daemon=True)
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


def _serve(pipe: Connection, work: Callable[[Any], Any], folder: str) -> None:
    """A worker: tasks in, results out, until the pipe ends, be it that its parent was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where there are no masks
    tempfile.tempdir = folder
    with contextlib.suppress(KeyboardInterrupt):  # into which the work may turn SIGTERM
        while True:
            try:
                task = pipe.recv()
            except (EOFError, OSError):  # the parent was killed, perhaps with a result that it had not read
                return
            result = work(task)
            try:
                pipe.send(result)
            except OSError:  # the parent was killed meanwhile
                return
