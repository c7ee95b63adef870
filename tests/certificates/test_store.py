"""The store: names that tell matrices apart, and files that are whole or absent whatever happens."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import replace

import msgspec
import pytest
from support import small_table

from exactcap.certificates import store
from exactcap.certificates.store import finished, instance_name, prepare_store, read_store, write_instance
from exactcap.checker.main import check_file
from exactcap.claims import Activation, Deep, Functions, Generic, Hadamard, Jacobian, KhatriRao, Matrix
from exactcap.errors import InputError
from exactcap.sweeps.tasks import Done, certify_group

CUBE = Activation("rational", ("0", "0", "0", "1"), ("1",))
TANH = Activation("tanh")
MATRIX = KhatriRao(Generic(2, 3), 2, 2)


@pytest.fixture(scope="module")
def done() -> Done:
    (outcome,) = certify_group([MATRIX], seed=0)
    assert isinstance(outcome, Done)
    return outcome


def test_names():
    expected = {
        "hadamard-x3-r2-4x5": Hadamard(5, CUBE, 2, 4),
        "khatri-rao-d3-k3-m5-n15": KhatriRao(Generic(3, 15), 3, 5),
        "khatri-rao-d3-k3-m5": KhatriRao(Functions(3), 3, 5),
        "jacobian-tanh-Wbv-d4-m2-n9": Jacobian(TANH, "generic", ("W", "b", "v"), Generic(4, 9), 2),
        "jacobian-x3-W-d4-m2": Jacobian(CUBE, "none", ("W",), Functions(4), 2),
        "jacobian-x3-W-bias-d4-m2": Jacobian(CUBE, "generic", ("W",), Functions(4), 2),
        "deep-x3-2.3.3.1": Deep((CUBE, CUBE), "none", Functions(2), (3, 3, 1)),
        "deep-tanh.x3-2.3.3.1-bias_all-n4": Deep((TANH, CUBE), "all", Generic(2, 4), (3, 3, 1)),
        "deep-linear-2.3": Deep((), "none", Functions(2), (3,)),
    }
    assert {instance_name(matrix): matrix for matrix in expected.values()} == expected


def test_long_names_are_cut_and_stay_different():
    cubics = [Activation("rational", ("0", f"1/{q}", "0", "1"), ("1",)) for q in range(2, 60)]
    matrices: list[Matrix] = [Jacobian(psi, "none", ("W",), Functions(3), 2) for psi in cubics]
    matrices += [Jacobian(replace_last(psi), "none", ("W",), Functions(3), 2) for psi in cubics]
    matrices += [Deep((CUBE,) * 29, "none", Functions(2), (*[10**4 + k] * 29, 1)) for k in range(50)]
    matrices += [KhatriRao(small_table(), 2, width) for width in (1, 2)]
    names = [instance_name(matrix) for matrix in matrices]
    assert len({name.casefold() for name in names}) == len(matrices)
    assert all(re.fullmatch("[A-Za-z0-9._-]{1,150}", name) for name in names)


def replace_last(psi: Activation) -> Activation:
    """The same text but for the sign of one term."""
    return Activation("rational", (*psi.numerator[:1], f"-{psi.numerator[1]}", *psi.numerator[2:]), ("1",))


def test_what_is_written_is_read(tmp_path, done):
    folder = tmp_path / "a" / "b"
    prepare_store(folder)
    write_instance(folder, done.record, done.certificate)
    assert sorted(os.listdir(folder)) == ["khatri-rao-d2-k2-m2-n3.cert.jsonl", "khatri-rao-d2-k2-m2-n3.json"]
    assert read_store(folder) == [done.record]
    assert finished(folder, {done.record.name: MATRIX}) == {done.record.name: done.record}
    assert (done.record.finding, done.record.lower, done.record.upper) == ("PROVED", 3, 3)
    verdict = check_file(str(folder / "khatri-rao-d2-k2-m2-n3.cert.jsonl"))
    assert (verdict.verified, verdict.claim_id) == (True, done.record.certificate_id)


def test_what_is_not_whole_is_not_done(tmp_path, done):
    name, names = done.record.name, {done.record.name: MATRIX}
    record, certificate = tmp_path / f"{name}.json", tmp_path / f"{name}.cert.jsonl"
    write_instance(tmp_path, done.record, done.certificate)
    good, proof = record.read_bytes(), certificate.read_bytes()
    for bad in (
        b"",
        good[:-9],
        b"\xff",
        b"[" * 10**5,
        b"{}",
        good.replace(b"PROVED", b"MAYBE"),
        good.replace(b"2-n3", b"2-n4"),
    ):
        record.write_bytes(bad)
        assert finished(tmp_path, names) == {}
        with pytest.raises(InputError, match=re.escape(f"{name}.json")):
            read_store(tmp_path)
    record.write_bytes(good)
    other = certify_group([KhatriRao(Generic(2, 3), 2, 1)], 0)[0].certificate
    for bad in (b"", proof.splitlines(keepends=True)[0], other):
        certificate.write_bytes(bad)
        assert finished(tmp_path, names) == {}
        with pytest.raises(InputError, match=re.escape(f"{name}.json")):
            read_store(tmp_path)
    certificate.unlink()
    assert finished(tmp_path, names) == {}
    certificate.write_bytes(proof)
    assert finished(tmp_path, names) == {name: done.record}
    assert finished(tmp_path, {name: KhatriRao(Generic(2, 3), 2, 1)}) == {}


KILLED = """
import os, signal, sys
from pathlib import Path
import msgspec
from exactcap.certificates import store

name, nth = sys.argv[2], int(sys.argv[3])
calls, real = 0, getattr(os, name)

def deadly(*arguments):
    global calls
    calls += 1
    if calls == nth:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments)

setattr(os, name, deadly)
record = msgspec.json.decode(sys.stdin.buffer.readline(), type=store.Record)
store.write_instance(Path(sys.argv[1]), record, sys.stdin.buffer.read())
"""


@pytest.mark.parametrize(
    ("call", "nth", "left"), [("fsync", 1, 0), ("replace", 1, 0), ("fsync", 2, 1), ("replace", 2, 1)]
)
def test_killed_at_each_step(call, nth, left, tmp_path, done):
    """kill -9 before each of the four steps: no record, perhaps a whole certificate, and a draft that goes away."""
    given = msgspec.json.encode(done.record) + b"\n" + done.certificate
    command = [sys.executable, "-c", KILLED, str(tmp_path), call, str(nth)]
    assert subprocess.run(command, input=given).returncode == -9
    assert len(list(tmp_path.glob("*.cert.jsonl"))) == left
    assert all(path.read_bytes() == done.certificate for path in tmp_path.glob("*.cert.jsonl"))
    assert len(list(tmp_path.glob(".*.partial"))) == 1
    assert finished(tmp_path, {done.record.name: MATRIX}) == {}
    assert read_store(tmp_path) == []
    prepare_store(tmp_path)
    assert list(tmp_path.glob(".*")) == []
    write_instance(tmp_path, done.record, done.certificate)
    assert read_store(tmp_path) == [done.record]


def test_drafts_of_others_stay_for_a_day(tmp_path):
    host = store._host()
    living, elsewhere, own = (
        f".{host}.{os.getppid()}.partial",
        f".not-{host}.1.partial",
        f".{host}.{os.getpid()}.partial",
    )
    for name in (living, elsewhere, own, "mine.partial", "notes.txt"):
        (tmp_path / name).touch()
    prepare_store(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {living, elsewhere, "mine.partial", "notes.txt"}
    old = time.time() - 2 * store.DAY
    for path in tmp_path.iterdir():
        os.utime(path, (old, old))
    prepare_store(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"mine.partial", "notes.txt"}


def test_folders_that_cannot_be_used(tmp_path, done, monkeypatch):
    (tmp_path / "file").touch()
    for call in (prepare_store, read_store, lambda folder: finished(folder, {})):
        with pytest.raises(InputError, match="store: cannot use"):
            call(tmp_path / "file")
    with pytest.raises(InputError, match="store: cannot use"):
        read_store(tmp_path / "none")
    with pytest.raises(InputError, match="store: cannot use"):
        write_instance(tmp_path / "none", done.record, b"")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(InputError, match="no permission"):
        prepare_store(tmp_path)


def test_a_full_disk_leaves_nothing(tmp_path, done, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left"):
        write_instance(tmp_path, done.record, done.certificate)
    assert list(tmp_path.iterdir()) == []


def test_records_come_in_the_order_of_their_names(tmp_path, done):
    outcomes = certify_group([KhatriRao(Generic(2, 3), 2, m) for m in (2, 1)], seed=0)
    for outcome in outcomes:
        write_instance(tmp_path, outcome.record, outcome.certificate)
    assert [record.name for record in read_store(tmp_path)] == ["khatri-rao-d2-k2-m1-n3", "khatri-rao-d2-k2-m2-n3"]
    longer = replace(outcomes[0].record, milliseconds=outcomes[0].record.milliseconds + 1)
    write_instance(tmp_path, longer, outcomes[0].certificate)  # written again: replaced
    assert read_store(tmp_path)[1] == longer
