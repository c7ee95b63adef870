"""Writing and reading the certificate file (SPEC.md, section 1)."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from exactcap.claims import Claim
from exactcap.errors import InputError

MAX_LINE = 16 * 2**20  # bytes; the checker reads no longer line
HEADER = {"format": "exactcap-certificate", "version": 1}


@dataclass(frozen=True)
class Certificate:
    """A claim, the theorems that its verdict relies on, and the lines of evidence, in the order of the file."""

    claim: Claim
    relies_on: tuple[str, ...]
    evidence: tuple[Mapping[str, Any], ...]

    def lines(self) -> Iterator[bytes]:
        """The lines of the file, the digest last; raises InputError when one is longer than the format allows."""
        digest = hashlib.sha256()
        body: Iterable[Any] = (
            HEADER, {"claim": msgspec.to_builtins(self.claim)}, {"relies_on": self.relies_on}, *self.evidence,
        )  # fmt: skip
        for record in body:
            line = canonical_line(record)
            if len(line) > MAX_LINE:
                raise InputError(
                    f"data: a line of the certificate would have {len(line) >> 20} MiB, at most {MAX_LINE >> 20} are "
                    "allowed; take fewer rows, columns or neurons"
                )
            digest.update(line)
            yield line
        yield canonical_line({"sha256": digest.hexdigest()})


def canonical_line(record: Any) -> bytes:
    """One record as a line of ASCII: sorted keys, no spaces; large integers in hexadecimal.

    >>> canonical_line({"b": [1, 2**60], "a": "x"})
    b'{"a":"x","b":[1,"0x1000000000000000"]}\\n'
    """
    return json.dumps(_encode(record), sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _encode(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _encode(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_encode(item) for item in value]
    if isinstance(value, int) and abs(value) >= 2**53:
        return hex(value)
    return value


def _decode(value: Any) -> Any:
    """Large integers from hexadecimal; no name or rational begins with 0x."""
    if isinstance(value, dict):
        return {key: _decode(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_decode(item) for item in value]
    return int(value, 16) if isinstance(value, str) and re.fullmatch("-?0x[0-9a-f]+", value) else value


def encode_words(residues: Iterable[int], modulus: int) -> str:
    """Residues modulo ``modulus`` as base64 of little-endian words of ceil(bits(modulus - 1) / 8) bytes.

    >>> encode_words([1, 258], 2097143)
    'AQAAAgEA'
    """
    size = ((modulus - 1).bit_length() + 7) // 8
    return base64.b64encode(b"".join(residue.to_bytes(size, "little") for residue in residues)).decode()


def claim_id(claim: Claim) -> str:
    """The id of a claim: the SHA-256 of its line."""
    return hashlib.sha256(canonical_line({"claim": msgspec.to_builtins(claim)})[:-1]).hexdigest()


def require_output(path: str | Path) -> Path:
    """The file that a certificate may be written to, links followed; raises InputError otherwise.

    It is a new file in a folder that exists, or replaces a certificate: never a folder, a device or other data.
    """
    try:
        target = Path(path).resolve()
        if target.exists() and not target.is_file():
            raise InputError(f"output: {str(path)!r} is not a regular file; choose another")
        if target.exists() and target.stat().st_size > 0:
            with target.open("rb") as stream:
                if not stream.read(64).startswith(canonical_line(HEADER)[:20]):
                    raise InputError(f"output: {str(path)!r} exists and is not a certificate; choose another file")
        if not os.access(target.parent, os.W_OK | os.X_OK):
            raise InputError(f"output: cannot write to the folder of {str(path)!r}; choose another")
    except (OSError, RuntimeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"output: cannot write {str(path)!r}; choose another file") from None
    return target


@contextmanager
def staged_certificate(certificate: Certificate, path: str | Path) -> Iterator[Path]:
    """Write a certificate beside ``path`` and yield where; it moves to ``path`` when the block ends without exception.

    So a reader of ``path`` finds a whole certificate or none, and the caller may have it checked before it is there.
    Raises InputError when the folder cannot be written.
    """
    path = require_output(path)
    draft: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(prefix=f".{path.name[:100]}.", dir=path.parent, delete=False) as stream:
            draft = Path(stream.name)
            stream.writelines(certificate.lines())
        draft.chmod(0o666 & ~_umask())
        yield draft
        draft.replace(path)
    except OSError as error:
        raise InputError(f"output: cannot write {str(path)!r} ({error.strerror}); choose another file") from None
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def write_certificate(certificate: Certificate, path: str | Path) -> None:
    """Write the file, all or nothing; raises InputError."""
    with staged_certificate(certificate, path):
        pass


def read_certificate(path: str | Path) -> Certificate:
    """The contents of a certificate, for reports; the checker alone decides whether they prove anything.

    The rows of an inverse are skipped. Raises InputError when the file is not a certificate.
    """
    try:
        with open(path, "rb") as stream:
            records = [json.loads(line) for line in stream if not line.startswith((b'{"row":', b'{"sha256":'))]
        header, claim_line, relies_line, *evidence = records
        if header != HEADER:
            raise InputError(f"{path}: not an exactcap certificate of version 1; run exactcap-check for the reason")
        claim = msgspec.convert(_decode(claim_line["claim"]), Claim)
        return Certificate(claim, tuple(relies_line["relies_on"]), tuple(evidence))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); give a certificate (*.cert.jsonl)") from None
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path}: not an exactcap certificate; run exactcap-check for the reason") from None
