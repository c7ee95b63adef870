"""The file of an explicit network: the layers of a claim, without its table."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import msgspec

from exactcap.certificates.files import require_target, staged
from exactcap.certificates.format import canonical_line, decode
from exactcap.claims import Layer, Memorizes
from exactcap.errors import InputError

FORMAT, VERSION = "exactcap-network", 1
START = b'{"columns":['  # of the file, whose keys are sorted
MAX_BYTES = 2**28


def network_record(claim: Memorizes) -> dict[str, Any]:
    """What the file says: columns, label, how targets code the labels, and the layers, all of integers."""
    labels = {key: value for key, value in msgspec.to_builtins(claim.labels).items() if key != "values"}
    return {
        "format": FORMAT,
        "version": VERSION,
        "columns": claim.inputs.columns,
        "label": claim.inputs.label,
        "labels": labels,
        "layers": msgspec.to_builtins(claim.layers),
    }


def certificate_beside(path: Path) -> Path:
    """NAME.cert.jsonl for NAME.json.

    >>> certificate_beside(Path("net.json")).name
    'net.cert.jsonl'
    """
    return path.with_name(path.name.removesuffix(".json") + ".cert.jsonl")


def require_network_output(path: Path) -> Path:
    """The file, which is new or replaces a network; raises InputError otherwise."""
    if path.name.endswith(".cert.jsonl"):
        raise InputError(f"output: {path.name!r} would be the certificate; name the network, for example net.json")
    return require_target(path, START, "a network of exactcap")


def staged_network(claim: Memorizes, path: Path) -> AbstractContextManager[Path]:
    """Write the file beside ``path``; it moves there when the block ends without exception. Raises InputError."""
    return staged(require_network_output(path), [canonical_line(network_record(claim))])


def read_network(path: Path) -> tuple[dict[str, Any], tuple[Layer, ...]]:
    """The record without its layers, and the layers; raises InputError when the file is not a network."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path}: more than {MAX_BYTES >> 20} MiB; this is no network of exactcap")
        record = decode(json.loads(path.read_bytes()))
        if (record["format"], record["version"]) != (FORMAT, VERSION):
            raise InputError(f"{path}: not an exactcap network of version {VERSION}; make one with exactcap memorize")
        return record, msgspec.convert(record.pop("layers"), tuple[Layer, ...])
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); give a network (*.json)") from None
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path}: not an exactcap network; make one with exactcap memorize -o net.json") from None
