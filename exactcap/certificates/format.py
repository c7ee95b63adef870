"""Writing and reading the certificate file (SPEC.md, section 1)."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from exactcap.certificates.files import require_target, staged
from exactcap.claims import Claim
from exactcap.claims.shown import card
from exactcap.errors import InputError

MAX_LINE = 16 * 2**20  # bytes; the checker reads no longer line
NAMES = ("columns", "label", "classes")  # what a claim calls by the user's names
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

    def _repr_latex_(self) -> str:
        return self.claim.latex()

    def _repr_html_(self) -> str:
        relies_on = f"relies on {', '.join(self.relies_on) or 'nothing else'}"
        unchecked = "written down, not checked here: exactcap.verify of the file decides"
        return card(f"Certificate {claim_id(self.claim)[:16]}", self.claim.latex(), [relies_on, unchecked])


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


def decode(value: Any) -> Any:
    """Large integers from hexadecimal. A user's names may look like that, too, and no rational does.

    >>> decode({"columns": ["0x20"], "width": "0x20000000000000"})
    {'columns': ['0x20'], 'width': 9007199254740992}
    """
    if isinstance(value, dict):
        return {key: item if key in NAMES else decode(item) for key, item in value.items()}
    if isinstance(value, list):
        return [decode(item) for item in value]
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
    """The file that a certificate may be written to: a new one or a certificate; raises InputError otherwise."""
    return require_target(path, canonical_line(HEADER)[:20], "a certificate")


@contextmanager
def staged_certificate(certificate: Certificate, path: str | Path) -> Iterator[Path]:
    """Write a certificate beside ``path`` and yield where; it moves to ``path`` when the block ends without exception.

    So a reader of ``path`` finds a whole certificate or none, and the caller may have it checked before it is there.
    Raises InputError when the folder cannot be written.
    """
    with staged(require_output(path), certificate.lines()) as draft:
        yield draft


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
        claim = msgspec.convert(decode(claim_line["claim"]), Claim)
        return Certificate(claim, tuple(relies_line["relies_on"]), tuple(evidence))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); give a certificate (*.cert.jsonl)") from None
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path}: not an exactcap certificate; run exactcap-check for the reason") from None
