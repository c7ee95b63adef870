"""The .safetensors format: the length of a JSON header in eight bytes, the header, and the numbers of all tensors."""

from __future__ import annotations

import json
from math import prod
from typing import Any

from exactcap.errors import InputError
from exactcap.training.state_dict import BYTES, MAX_DIMENSION, Tensors, decode_floats


def read_safetensors(content: bytes, file: str) -> tuple[Tensors, dict[str, str]]:
    """The tensors by name, in the order of their places in the file, and the file's metadata.

    Raises InputError when the file is damaged, or a tensor is not of F64, F32, F16 or BF16 numbers.
    """
    length = int.from_bytes(content[:8], "little")
    data = content[8 + length :]
    try:
        header = json.loads(content[8 : 8 + length])
        metadata = header.pop("__metadata__", {})
        places = sorted(header.items(), key=lambda item: tuple(item[1]["data_offsets"]))
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        raise InputError(f"{file}: not a .safetensors file, or damaged; write it again") from None
    if type(metadata) is not dict:
        raise InputError(f"{file}: the metadata is no JSON object; write the file again")
    tensors, done = {}, 0
    for name, entry in places:
        if not name.isprintable():
            raise InputError(f"{file}: {name[:60]!r} is no name that can be printed; write the file again")
        kind, shape, (start, end) = _entry(entry, f"{file}: {name}")
        # one after the other, without gap or overlap: so no small file stands for large tensors
        if start != done or not start < end <= len(data) or end - start != prod(shape) * BYTES[kind]:
            raise InputError(f"{file}: {name}: bytes {start} to {end} do not hold its shape; the file is truncated")
        tensors[name], done = decode_floats(kind, data[start:end]).reshape(shape), end
    return tensors, {key: value for key, value in metadata.items() if type(value) is str}


def _entry(entry: Any, where: str) -> tuple[str, list[int], list[int]]:
    """Type, shape and place of a tensor."""
    if type(entry) is not dict or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise InputError(f"{where}: the header does not tell its type, shape and place; write the file again")
    kind, shape, place = entry["dtype"], entry["shape"], entry["data_offsets"]
    if type(kind) is not str or kind not in BYTES:
        raise InputError(
            f"{where}: its type is {str(kind)[:20]!r}, none of {', '.join(BYTES)}; convert it to one of them"
        )
    if not _naturals(shape) or not _naturals(place) or len(place) != 2 or len(shape) > MAX_DIMENSION:
        raise InputError(f"{where}: its shape or place is no list of whole numbers; write the file again")
    return kind, shape, place


def _naturals(values: Any) -> bool:
    return type(values) is list and all(type(value) is int and value >= 0 for value in values)
