"""Files of deep networks as other programs write them, without those programs: state_dicts and .safetensors."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np


def state_dict(path: Path, tensors: Mapping[str, np.ndarray], kind: str = "Float") -> Path:
    """What torch.save(model.state_dict(), path) writes: a pickle that names tensors, and their storages."""
    pickled = b"\x80\x02}("
    with zipfile.ZipFile(path, "w") as file:
        for key, (name, tensor) in enumerate(tensors.items()):
            strides = [int(np.prod(tensor.shape[k + 1 :])) for k in range(tensor.ndim)]
            pickled += (
                _text(name) + b"ctorch._utils\n_rebuild_tensor_v2\n((" + _text("storage")
                + b"ctorch\n" + kind.encode() + b"Storage\n" + _text(str(key)) + _text("cpu") + _number(tensor.size)
                + b"tQ" + _number(0) + _tuple(tensor.shape) + _tuple(strides) + b"\x89ccollections\nOrderedDict\n)RtR"
            )  # fmt: skip
            file.writestr(
                f"net/data/{key}", tensor.astype({"Float": "<f4", "Double": "<f8", "Long": "<i8"}[kind]).tobytes()
            )
        file.writestr("net/data.pkl", pickled + b"u.")
    return path


def safetensors(path: Path, tensors: Mapping[str, np.ndarray], metadata: Mapping[str, str] | None = None) -> Path:
    """Float64 tensors, by name as the writer of that format sorts them."""
    header, content = dict[str, object]({"__metadata__": metadata} if metadata else {}), b""
    for name in sorted(tensors):
        data = tensors[name].astype("<f8").tobytes()
        place = [len(content), len(content) + len(data)]
        header[name] = {"dtype": "F64", "shape": list(tensors[name].shape), "data_offsets": place}
        content += data
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + content)
    return path


def _text(text: str) -> bytes:
    return b"X" + len(text.encode()).to_bytes(4, "little") + text.encode()


def _number(value: int) -> bytes:
    return b"J" + value.to_bytes(4, "little", signed=True)


def _tuple(values: tuple[int, ...] | list[int]) -> bytes:
    return b"(" + b"".join(map(_number, values)) + b"t"
