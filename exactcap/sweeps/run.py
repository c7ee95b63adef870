"""Run a plan: what is not in the store yet goes to workers, and what comes back goes into the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from exactcap.certificates.store import Record, finished, instance_name, prepare_store, write_instance
from exactcap.claims import Matrix
from exactcap.sweeps.cluster import on_cluster
from exactcap.sweeps.plan import Plan, Task
from exactcap.sweeps.pool import in_this_process, on_processes
from exactcap.sweeps.tasks import Done, Failed, Outcome

Workers = Callable[[Sequence[Task], int], Generator[list[Outcome], None, None]]
"""From tasks and the seed to their outcomes, in any order; closing the iterator ends what still runs."""
Report = Callable[[int, int], None]
"""Called with how many of the instances that were to do are done or failed, and how many there are."""


@dataclass(frozen=True)
class Shard:
    """The ``index``-th of ``count`` parts of a plan, from 1. The parts are disjoint, and together they are the plan."""

    index: int = 1
    count: int = 1

    def tasks(self, plan: Plan) -> list[Task]:
        """Its tasks: whole ones, since their instances share work."""
        return plan.tasks()[self.index - 1 :: self.count]


@dataclass
class Tally:
    """The records of the instances of a shard, of which ``n_found`` were there before, and what failed."""

    n_instances: int
    records: list[Record]
    n_found: int
    failures: list[Failed] = field(default_factory=list)

    def findings(self) -> Counter[str]:
        """How many are PROVED, PROBABLE and UNDECIDED."""
        return Counter(record.finding for record in self.records)

    def rules(self) -> Counter[str]:
        """How many PROVED ranks rest on each rule for their upper side."""
        return Counter(rule for record in self.records if record.finding == "PROVED" for rule in set(record.rules))


def choose_workers(jobs: int, scheduler: str | None) -> Workers:
    """This process, ``jobs`` processes, or the workers of a Dask scheduler."""
    if scheduler is not None:
        return partial(on_cluster, address=scheduler)
    return in_this_process if jobs == 1 else partial(on_processes, jobs=jobs)


def run_sweep(
    plan: Plan,
    store: Path,
    workers: Workers = in_this_process,
    seed: int = 0,
    shard: Shard = Shard(),
    report: Report = lambda done, total: None,
) -> Tally:
    """Certify what the store does not hold yet; whenever it ends, what was finished is in the store.

    Raises InputError when the store cannot be written or the scheduler is not there.
    """
    tasks = shard.tasks(plan)
    prepare_store(store)
    names = {instance_name(matrix): matrix for task in tasks for matrix in task}
    found = finished(store, names)
    done = {record.matrix for record in found.values()}
    rests = (tuple(matrix for matrix in task if matrix not in done) for task in tasks)
    remaining = sorted((rest for rest in rests if rest), key=_work, reverse=True)  # no large one is left for the end
    tally = Tally(len(names), list(found.values()), len(found))
    report(0, tally.n_instances - tally.n_found)
    with closing(workers(remaining, seed)) as batches:
        for outcomes in batches:
            for outcome in outcomes:
                if isinstance(outcome, Done):
                    write_instance(store, outcome.record, outcome.certificate)
                    tally.records.append(outcome.record)
                else:
                    tally.failures.append(outcome)
            n_new = len(tally.records) - tally.n_found + len(tally.failures)
            report(n_new, tally.n_instances - tally.n_found)
    return tally


def _work(task: Task) -> int:
    """Roughly the cost of the largest elimination of a task; the rows of functions are as many as are needed."""
    return max(map(_cube, task))


def _cube(matrix: Matrix) -> int:
    rows, columns = matrix.n_rows or matrix.n_columns, matrix.n_columns
    return rows * columns * min(rows, columns)
