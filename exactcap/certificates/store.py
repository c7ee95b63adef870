"""A folder of certified matrices: for each a certificate and then a record, both all or nothing.

A record is written after its certificate, so an instance whose record stands there is done. Whoever is killed between
the two, or within one, leaves nothing that a reader would take for a result.
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import msgspec

from exactcap.certificates.format import canonical_line
from exactcap.claims import Activation, Hadamard, Jacobian, KhatriRao, Matrix, Table
from exactcap.errors import InputError

FINDINGS = ("PROVED", "PROBABLE", "UNDECIDED")
CERTIFICATE, RECORD, PARTIAL = ".cert.jsonl", ".json", ".partial"
MAX_NAME = 120  # characters; file systems allow 255 with the suffix
DAY = 86400.0  # seconds


@dataclass(frozen=True)
class Record:
    """lower <= rank <= upper of a matrix, as the checker saw it; equal and PROVED, equal and PROBABLE, or UNDECIDED.

    ``rules`` gave the upper side, ``relies_on`` is what the certificate needs, ``error_bound`` belongs to PROBABLE, and
    ``certificate_id`` is the id of the claim in the certificate, ``digest`` the SHA-256 of the certificate's file. The
    time is this matrix's share of its group's.
    """

    name: str
    matrix: Matrix
    finding: str
    lower: int
    upper: int
    rules: tuple[str, ...]
    relies_on: tuple[str, ...]
    error_bound: str
    certificate_id: str
    digest: str
    milliseconds: int


def instance_name(matrix: Matrix) -> str:
    """A name for files: readable, the same everywhere, different for different matrices.

    Where the parameters do not fit into it in full, it ends with eight digits of the SHA-256 of the matrix.

    >>> from exactcap.claims import Functions, Generic
    >>> instance_name(KhatriRao(Generic(3, 15), 3, 5))
    'khatri-rao-d3-k3-m5-n15'
    >>> cubic = Activation("rational", ("0", "1/2", "0", "1"), ("1",))
    >>> instance_name(Jacobian(cubic, "generic", ("W", "b"), Functions(4), 2))
    'jacobian-x3_1_2x-Wb-d4-m2-bc7be340'
    """
    parts, is_whole = _parts(matrix)
    name = "-".join(parts)
    if is_whole and len(name) <= MAX_NAME:
        return name
    digest = hashlib.sha256(canonical_line(msgspec.to_builtins(matrix))).hexdigest()
    return f"{name[:MAX_NAME]}-{digest[:8]}"


def _parts(matrix: Matrix) -> tuple[list[str], bool]:
    """The parts of the name, and whether they tell the matrix in full."""
    if isinstance(matrix, Hadamard):
        psi, is_whole = _short(matrix.entrywise)
        return ["hadamard", psi, f"r{matrix.inner}", f"{matrix.rows}x{matrix.columns}"], is_whole
    n, is_whole = matrix.inputs.n_samples, not isinstance(matrix.inputs, Table)
    samples = [] if n is None else [f"n{n}"] if is_whole else [f"n{n}", "table"]
    if isinstance(matrix, KhatriRao):
        return ["khatri-rao", f"d{matrix.inputs.n_inputs}", f"k{matrix.power}", f"m{matrix.width}", *samples], is_whole
    if isinstance(matrix, Jacobian):
        psi, psi_is_whole = _short(matrix.activation)
        fixed = ["bias"] if matrix.bias == "generic" and "b" not in matrix.blocks else []
        sizes = [f"d{matrix.inputs.n_inputs}", f"m{matrix.width}"]
        return ["jacobian", psi, "".join(matrix.blocks), *fixed, *sizes, *samples], is_whole and psi_is_whole
    texts = [_short(psi) for psi in matrix.activations]
    names = [text for text, _ in texts]
    psi = names[0] if len(set(names)) == 1 else ".".join(names) or "linear"
    fixed = [] if matrix.bias == "none" else [f"bias_{matrix.bias}"]
    widths = ".".join(map(str, matrix.all_widths))
    return ["deep", psi, widths, *fixed, *samples], is_whole and all(told for _, told in texts)


def _short(activation: Activation) -> tuple[str, bool]:
    """A short text of an activation, and whether it tells which one it is: named ones and x^k do."""
    if activation.name != "rational":
        return activation.name, True
    degree = activation.polynomial_degree()
    if degree is not None and activation.numerator == ("0",) * degree + ("1",):
        return f"x{degree}", True
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"[\^*() ]", "", activation.text()))[:24].strip("_"), False


def prepare_store(folder: Path) -> None:
    """Make the folder where it is missing, and remove what killed runs left in it; raises InputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(0, "no permission to write")
        for entry in os.scandir(folder):
            if _is_abandoned(entry):
                os.unlink(entry)
    except OSError as error:
        _refuse(folder, error)


def write_instance(folder: Path, record: Record, certificate: bytes) -> None:
    """Put a certificate, already checked, and its record into the store; raises InputError when it cannot be written.

    Several processes may write into one store at a time: each file is one or the other's, whole.
    """
    try:
        _replace(folder, record.name + CERTIFICATE, certificate)
        _replace(folder, record.name + RECORD, canonical_line(msgspec.to_builtins(record)))
    except OSError as error:
        _refuse(folder, error)


def finished(folder: Path, matrices: Mapping[str, Matrix]) -> dict[str, Record]:
    """The records of those named matrices that are done. What cannot be read, or tells of another matrix, is not done.

    Raises InputError when the folder cannot be read.
    """
    try:
        present = {entry.name for entry in os.scandir(folder)}
    except OSError as error:
        _refuse(folder, error)
    named = [name for name in matrices if name + RECORD in present and name + CERTIFICATE in present]
    records = {name: _read(folder, name) for name in named}
    return {name: record for name, record in records.items() if record and record.matrix == matrices[name]}


def read_store(folder: Path) -> list[Record]:
    """All records of a store, by name; raises InputError when one cannot be read or lacks its certificate."""
    try:
        names = sorted(e.name for e in os.scandir(folder) if e.name.endswith(RECORD) and not e.name.startswith("."))
    except OSError as error:
        _refuse(folder, error)
    records = []
    for name in names:
        record = _read(folder, name.removesuffix(RECORD))
        if record is None:
            raise InputError(
                f"store: {str(folder / name)!r} is not the record of a certificate beside it; "
                "delete it, or run the sweep again, which does this instance anew"
            )
        records.append(record)
    return records


def _read(folder: Path, name: str) -> Record | None:
    """The record of this name if it is whole and belongs to the certificate of this name."""
    try:
        record = msgspec.json.decode((folder / (name + RECORD)).read_bytes(), type=Record)
        with open(folder / (name + CERTIFICATE), "rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    is_sound = record.name == name and record.finding in FINDINGS
    return record if is_sound and digest == record.digest else None


def _replace(folder: Path, name: str, content: bytes) -> None:
    """Write a file so that whoever looks, even after a crash, finds the old one or the new one."""
    draft = folder / f".{_host()}.{os.getpid()}{PARTIAL}"  # one for each process, which writes one file at a time
    try:
        with open(draft, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(draft, folder / name)
    finally:
        draft.unlink(missing_ok=True)


def _is_abandoned(entry: os.DirEntry[str]) -> bool:
    """Whether this is a draft whose process is gone: on this machine by its number, elsewhere after a day."""
    draft = re.fullmatch(rf"\.(.+)\.([0-9]{{1,9}}){re.escape(PARTIAL)}", entry.name)
    if draft is None:
        return False
    try:
        if entry.stat().st_mtime < time.time() - DAY:
            return True
        if draft[1] != _host() or os.name != "posix":
            return False
        os.kill(int(draft[2]), 0)
    except FileNotFoundError:  # just now it became a certificate
        return False
    except PermissionError:  # another user's process
        return False
    except ProcessLookupError:
        return True
    return int(draft[2]) == os.getpid()  # a process of the past had our number


def _host() -> str:
    return re.sub("[^A-Za-z0-9-]", "_", socket.gethostname())


def _refuse(folder: Path, error: OSError) -> NoReturn:
    raise InputError(f"store: cannot use {str(folder)!r} ({error.strerror}); name another folder") from None
