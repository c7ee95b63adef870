"""Workers of every sort give the same bytes, and one that dies takes only its own matrix with it."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import sys
import threading
import time
import types

import pytest

from exactcap.certificates.store import read_store
from exactcap.claims import Activation, Generic, Jacobian, KhatriRao
from exactcap.errors import InputError
from exactcap.sweeps import cluster, tasks
from exactcap.sweeps.cluster import on_cluster
from exactcap.sweeps.plan import parse_plan
from exactcap.sweeps.pool import in_this_process, on_processes
from exactcap.sweeps.run import Shard, choose_workers, run_sweep
from exactcap.sweeps.tasks import Done, Failed, certify_group

PLAN = parse_plan(
    """
    [[grid]]
    matrix = "khatri-rao"
    inputs = "2..3"
    power = 3
    samples = ["ambient", 4]
    width = "1..6"
    [[grid]]
    matrix = "deep"
    degree = 2
    widths = [2, 2, "1..2", 1]
    """
)


@pytest.fixture(scope="module")
def serial():
    """The bytes of every certificate, and the records without their times."""
    return by_name(in_this_process(PLAN.tasks(), 0))


def by_name(batches) -> dict[str, tuple[object, ...]]:
    outcomes = [outcome for batch in batches for outcome in batch]
    found = {}
    for outcome in outcomes:
        assert isinstance(outcome, Done), outcome
        record = outcome.record
        found[record.name] = (
            outcome.certificate,
            record.matrix,
            record.finding,
            record.lower,
            record.upper,
            record.rules,
        )
    assert len(found) == len(outcomes)
    return found


def test_one_at_a_time_gives_the_same_bytes(serial):
    """So neither shards nor what a resumed run finds in the store enter a certificate."""
    assert by_name(certify_group([matrix], 0) for matrix in PLAN.instances.values()) == serial
    assert set(serial) == set(PLAN.instances)


def test_processes_give_the_same_bytes(serial):
    assert by_name(on_processes(PLAN.tasks(), 0, jobs=2)) == serial
    assert multiprocessing.active_children() == []


@pytest.fixture(scope="module")
def scheduler():
    import distributed  # a test extra; without it this line of the suite must fail, not skip

    options = {"n_workers": 1, "threads_per_worker": 2, "processes": False, "dashboard_address": ":0"}
    with distributed.LocalCluster(protocol="tcp", **options) as local:
        yield local.scheduler_address


def test_a_dask_cluster_gives_the_same_bytes(serial, scheduler):
    assert by_name(on_cluster(PLAN.tasks(), 0, scheduler)) == serial


def test_a_sweep_on_a_cluster_goes_on_where_it_was(scheduler, tmp_path):
    workers = choose_workers(1, scheduler)
    half = run_sweep(PLAN, tmp_path, workers, shard=Shard(1, 2))
    whole = run_sweep(PLAN, tmp_path, workers)
    assert (half.n_found, whole.n_found) == (0, half.n_instances)
    assert len(read_store(tmp_path)) == whole.n_instances == len(PLAN.instances)


def test_few_tasks_are_on_the_cluster_at_a_time(scheduler, monkeypatch):
    monkeypatch.setattr(cluster, "IN_FLIGHT", 1)  # and two for each thread
    monkeypatch.setattr(cluster, "certify_group", lambda task, seed: [Failed(matrix, "no") for matrix in task])
    many = [(KhatriRao(Generic(2, 3), 2, width),) for width in range(1, 30)]
    outcomes = [outcome for batch in on_cluster(many, 0, scheduler) for outcome in batch]
    assert sorted(outcome.matrix.width for outcome in outcomes) == list(range(1, 30))


def test_a_cluster_whose_workers_die(scheduler, monkeypatch):
    """A task that kills its workers is divided; the matrix that does so alone has failed."""
    import distributed

    def deadly(task, seed):
        if any(matrix.width == 2 for matrix in task):
            raise distributed.KilledWorker("task", types.SimpleNamespace(address="tcp://w"), 3)
        return certify_group(task, seed)

    monkeypatch.setattr(cluster, "certify_group", deadly)
    group = tuple(KhatriRao(Generic(2, 3), 2, width) for width in (1, 2, 3))
    outcomes = [outcome for batch in on_cluster([group], 0, scheduler) for outcome in batch]
    assert sorted(outcome.record.matrix.width for outcome in outcomes if isinstance(outcome, Done)) == [1, 3]
    (failed,) = (outcome for outcome in outcomes if isinstance(outcome, Failed))
    assert failed.matrix.width == 2
    assert "workers died" in failed.reason


def test_a_cluster_that_cannot_load_the_task(scheduler, monkeypatch):
    def foreign(task, seed):
        raise RuntimeError("Error during deserialization") from ModuleNotFoundError("No module named 'exactcap'")

    monkeypatch.setattr(cluster, "certify_group", foreign)
    with pytest.raises(InputError, match=r"No module named 'exactcap'.*install this exactcap there"):
        list(on_cluster(PLAN.tasks(), 0, scheduler))


def test_a_cluster_that_goes_away(monkeypatch):
    import distributed

    def lost(task, seed):
        raise distributed.client.FutureCancelledError("task", "scheduler-connection-lost")

    monkeypatch.setattr(cluster, "certify_group", lost)
    options = {"n_workers": 1, "threads_per_worker": 1, "processes": False, "dashboard_address": ":0"}
    with (
        distributed.LocalCluster(protocol="tcp", **options) as local,
        pytest.raises(InputError, match=r"scheduler: lost .*the same command goes on"),
    ):
        list(on_cluster(PLAN.tasks(), 0, local.scheduler_address))


@pytest.mark.parametrize("address", ["nowhere", "", "tcp://127.0.0.1:1", "tcp://127.0.0.1:99999", "foo://127.0.0.1:1"])
def test_no_scheduler(address, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT", 0.2)
    with pytest.raises(InputError, match=f"no Dask scheduler answers at '{re.escape(address)}'.*give the address"):
        list(on_cluster(PLAN.tasks(), 0, address))


def test_without_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"pip install 'exactcap\[cluster\]'"):
        list(on_cluster(PLAN.tasks(), 0, "tcp://127.0.0.1:8786"))


class Bomb:
    """Ends the process that reads it from a pipe."""

    width = 99

    def __init__(self, status: int) -> None:
        self.status = status

    def __reduce__(self):
        return os._exit, (self.status,)


def test_a_process_that_dies_takes_one_matrix_with_it():
    good = [KhatriRao(Generic(2, 3), 2, width) for width in (1, 2, 3)]
    bombs = [Bomb(3), Bomb(7)]
    batches = on_processes([(good[0], bombs[0], good[1]), (bombs[1],), (good[2],)], 0, jobs=2)
    outcomes = [outcome for batch in batches for outcome in batch]
    assert sorted(outcome.record.matrix.width for outcome in outcomes if isinstance(outcome, Done)) == [1, 2, 3]
    failures = {outcome.matrix: outcome.reason for outcome in outcomes if isinstance(outcome, Failed)}
    assert set(failures) == set(bombs)
    assert all(f"status {bomb.status}" in failures[bomb] for bomb in bombs)
    assert multiprocessing.active_children() == []


def test_closing_ends_the_processes(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    batches = on_processes(PLAN.tasks() * 50, 0, jobs=2)
    next(batches)
    assert len(multiprocessing.active_children()) == 2
    start = time.monotonic()
    batches.close()
    assert time.monotonic() - start < 5
    assert multiprocessing.active_children() == []
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_keeps_what_is_finished(tmp_path):
    """An interruption while workers run: they end, and the store holds whole instances only."""

    def report(done: int, total: int) -> None:
        if done >= 3:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        run_sweep(PLAN, tmp_path, choose_workers(2, None), report=report)
    assert multiprocessing.active_children() == []
    n_finished = len(read_store(tmp_path))
    assert n_finished >= 3
    assert run_sweep(PLAN, tmp_path).n_found == n_finished


def test_what_is_refused_does_not_take_others_with_it():
    """erf has no v columns: one task in which each matrix is refused for itself, beside a good one."""
    bad = Jacobian(Activation("erf"), "generic", ("W", "b", "v"), Generic(2, 3), 2)
    (failed,) = certify_group([bad], 0)
    assert isinstance(failed, Failed)
    assert not failed.is_bug
    assert "blocks" in failed.reason
    good = KhatriRao(Generic(2, 3), 2, 2)
    assert [type(outcome) for outcome in certify_group([good, bad, good], 0)] == [Done, Failed, Done]


@pytest.mark.parametrize(
    ("error", "words", "is_bug"),
    [
        (InputError("rows: too many"), "rows: too many", False),
        (MemoryError(), "out of memory", False),
        (OSError(28, "No space left on device"), "No space left", False),
        (ZeroDivisionError("oh"), "ZeroDivisionError: oh", True),
    ],
)
def test_errors_of_a_prover(error, words, is_bug, monkeypatch):
    real = tasks.find_ranks

    def find_ranks(matrices, seed):
        if any(matrix.width == 2 for matrix in matrices):
            raise error
        return real(matrices, seed)

    monkeypatch.setattr(tasks, "find_ranks", find_ranks)
    outcomes = certify_group([KhatriRao(Generic(2, 3), 2, width) for width in (1, 2, 3)], 0)
    assert [type(outcome) for outcome in outcomes] == [Done, Failed, Done]
    assert words in outcomes[1].reason
    assert outcomes[1].is_bug is is_bug


def test_the_checker_has_the_last_word(monkeypatch):
    """A prover that says more than its certificate, or writes a bad one, is a bug and no record."""
    import dataclasses

    from exactcap.certificates.format import Certificate
    from exactcap.claims import Rank

    matrix, real = KhatriRao(Generic(3, 15), 3, 5), tasks.find_ranks
    (found,) = real([matrix], 0)
    proof = found.certificate
    assert (found.lower, found.upper) == (14, 14)
    lies = [
        dataclasses.replace(found, lower=15, upper=15),
        dataclasses.replace(found, lower=13),
        dataclasses.replace(found, matrix=KhatriRao(Generic(3, 16), 3, 5)),
        dataclasses.replace(found, is_probable=True),
        dataclasses.replace(found, upper=15),
        dataclasses.replace(
            found, certificate=Certificate(Rank(matrix, 15, "equals"), proof.relies_on, proof.evidence)
        ),
        dataclasses.replace(found, certificate=Certificate(proof.claim, (), proof.evidence)),
    ]
    for lie in lies:
        monkeypatch.setattr(tasks, "find_ranks", lambda matrices, seed, lie=lie: [lie])
        (outcome,) = certify_group([matrix], 0)
        assert isinstance(outcome, Failed)
        assert outcome.is_bug
        assert "the checker, asked for" in outcome.reason


def test_a_sweep_reports_its_progress(tmp_path):
    seen: list[tuple[int, int]] = []
    run_sweep(PLAN, tmp_path, report=lambda done, total: seen.append((done, total)))
    total = len(PLAN.instances)
    assert seen[0] == (0, total)
    assert seen[-1] == (total, total)
    assert seen == sorted(seen)
    seen.clear()
    run_sweep(PLAN, tmp_path, report=lambda done, total: seen.append((done, total)))
    assert seen == [(0, 0)]


def test_threads_may_share_a_process(serial):
    """As those of a Dask worker do."""
    found, threads = [], []
    for task in PLAN.tasks():
        threads.append(threading.Thread(target=lambda task=task: found.append(certify_group(task, 0))))
        threads[-1].start()
    for thread in threads:
        thread.join()
    assert by_name(found) == serial
