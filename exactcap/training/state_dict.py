"""A PyTorch state_dict read without running it: the pickle inside is interpreted by a closed list of opcodes.

The file is a ZIP of data.pkl, which names tensors, and of their storages data/0, data/1, ... A pickle may name any
function and have it called. Here nothing is ever called: a name outside GLOBALS, or an opcode outside those below, ends
the reading with an InputError.
"""

from __future__ import annotations

import pickletools
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exactcap.errors import InputError

ADVICE = "save the weights alone, by torch.save(model.state_dict(), FILE)"
MAX_PICKLE = 2**20  # bytes
MAX_DIMENSION = 8
MAX_ENTRIES = 2**24  # of a tensor: one with stride 0 may be far larger than its storage

STORAGES = {
    "torch FloatStorage": "F32",
    "torch DoubleStorage": "F64",
    "torch HalfStorage": "F16",
    "torch BFloat16Storage": "BF16",
}
DICT, TENSOR, PARAMETER = (
    "collections OrderedDict",
    "torch._utils _rebuild_tensor_v2",
    "torch._utils _rebuild_parameter",
)
COUNTER = "torch LongStorage"  # of the batches that a layer of batch normalisation has seen
GLOBALS = {DICT, TENSOR, PARAMETER, *STORAGES}
BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}

Tensors = dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class _Global:
    name: str


@dataclass(frozen=True)
class _Storage:
    kind: str
    key: str
    size: int


@dataclass(frozen=True)
class _Tensor:
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class _Foreign(Exception):
    """What the file holds beside tensors."""


_MARK = object()


def decode_floats(kind: str, content: bytes) -> NDArray[np.float64]:
    """Little-endian F64, F32, F16 or BF16 numbers as float64, exactly.

    >>> decode_floats("BF16", bytes([0x80, 0x3F])), decode_floats("F16", bytes([0, 0x3C]))
    (array([1.]), array([1.]))
    """
    if kind == "BF16":  # the upper half of a float32
        return (np.frombuffer(content, "<u2").astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    return np.frombuffer(content, {"F64": "<f8", "F32": "<f4", "F16": "<f2"}[kind]).astype(np.float64)


def read_state_dict(members: Mapping[str, Callable[[], bytes]], file: str) -> Tensors:
    """The tensors of a state_dict by name, in its order, from the members of its ZIP archive.

    Raises InputError when the file holds anything else, or is damaged.
    """
    folder = next(name for name in members if name.endswith("data.pkl"))[: -len("data.pkl")]
    pickle = members[folder + "data.pkl"]()
    if len(pickle) > MAX_PICKLE:
        raise InputError(
            f"{file}: its data.pkl has more than {MAX_PICKLE >> 20} MiB, so no network of linear layers; {ADVICE}"
        )
    order = members.get(folder + "byteorder", lambda: b"little")()
    if order != b"little":
        raise InputError(f"{file}: the byte order is {order[:20]!r}; save the weights on a little-endian machine")
    try:
        with warnings.catch_warnings(action="ignore"):  # of pickletools, about escapes in damaged names
            found = _interpret(pickle)
        if type(found) is not dict or not all(type(value) is _Tensor for value in found.values()):
            raise _Foreign("it is no dictionary of tensors")
    except _Foreign as error:
        raise InputError(f"{file}: not a plain PyTorch state_dict ({error}); {ADVICE}") from None
    except (ValueError, TypeError, LookupError):
        raise InputError(f"{file}: its data.pkl is damaged; {ADVICE}") from None
    return {name: _values(tensor, folder, members, f"{file}: {name}") for name, tensor in found.items()}


def _values(
    tensor: _Tensor, folder: str, members: Mapping[str, Callable[[], bytes]], where: str
) -> NDArray[np.float64]:
    storage = tensor.storage
    member = f"{folder}data/{storage.key}"
    if member not in members:
        raise InputError(f"{where}: its storage is missing in the file; {ADVICE}")
    if len(tensor.shape) > MAX_DIMENSION or not 0 < prod(tensor.shape) <= MAX_ENTRIES:
        raise InputError(f"{where}: the tensor is empty or has more than {MAX_ENTRIES} entries; give a smaller network")
    content = members[member]()
    steps = [(n - 1, step) for n, step in zip(tensor.shape, tensor.strides, strict=True)]
    last = tensor.offset + sum(n * step for n, step in steps)
    if len(content) != storage.size * BYTES[storage.kind] or last >= storage.size:
        raise InputError(f"{where}: its storage has {len(content)} bytes, which do not hold the tensor; {ADVICE}")
    entries = decode_floats(storage.kind, content)[tensor.offset :]
    # within the storage: offset and strides are not negative, and the last entry was compared with its size
    strides = tuple(8 * step if n else 0 for n, step in steps)
    return np.lib.stride_tricks.as_strided(entries, tensor.shape, strides, writeable=False).copy()


def _interpret(pickle: bytes) -> Any:
    """The object that a pickle describes, of dict, tuple, str, int, bool, None and _Tensor only."""
    stack, memo = list[Any](), dict[int, Any]()
    argument: Any
    for opcode, argument, _ in pickletools.genops(pickle):
        match opcode.name:
            case "PROTO":
                pass
            case "BINUNICODE" | "BININT" | "BININT1" | "BININT2" | "LONG1":
                stack.append(argument)
            case "NEWTRUE" | "NEWFALSE" | "NONE":
                stack.append({"NEWTRUE": True, "NEWFALSE": False, "NONE": None}[opcode.name])
            case "EMPTY_DICT":
                stack.append({})
            case "EMPTY_TUPLE":
                stack.append(())
            case "MARK":
                stack.append(_MARK)
            case "TUPLE":
                stack.append(tuple(_since_mark(stack)))
            case "TUPLE1" | "TUPLE2" | "TUPLE3":
                parts = [stack.pop() for _ in range(int(opcode.name[-1]))]
                stack.append(tuple(reversed(parts)))
            case "BINPUT" | "LONG_BINPUT":
                memo[argument] = stack[-1]
            case "BINGET" | "LONG_BINGET":
                stack.append(memo[argument])
            case "GLOBAL":
                if argument not in GLOBALS:
                    why = ", as batch normalisation does, which is not read" if argument == COUNTER else ""
                    raise _Foreign(f"it names {argument.replace(' ', '.')[:80]!r}{why}")
                stack.append(_Global(argument))
            case "REDUCE":
                arguments, function = stack.pop(), stack.pop()
                stack.append(_built(function, arguments))
            case "BINPERSID":
                stack.append(_storage(stack.pop()))
            case "SETITEM":
                value, key = stack.pop(), stack.pop()
                _set(stack[-1], key, value)
            case "SETITEMS":
                items = _since_mark(stack)
                for key, value in zip(items[::2], items[1::2], strict=True):
                    _set(stack[-1], key, value)
            case "BUILD":  # attributes of the dictionary, such as _metadata: of no use here
                stack.pop()
            case "STOP":
                (found,) = stack
                return found
            case _:
                raise _Foreign(f"it has the pickle opcode {opcode.name}")
    raise ValueError("no STOP")


def _since_mark(stack: list[Any]) -> list[Any]:
    items = []
    while (item := stack.pop()) is not _MARK:
        items.append(item)
    return items[::-1]


def _set(target: Any, key: Any, value: Any) -> None:
    if type(target) is not dict or type(key) is not str:
        raise _Foreign("a name is not text")
    if not key.isprintable():
        raise _Foreign("a name has a character that cannot be printed")
    target[key] = value


def _storage(found: Any) -> _Storage:
    """The persistent id ("storage", type, name, device, number of entries)."""
    word, kind, key, _, size = found
    if word != "storage" or type(kind) is not _Global or type(key) is not str or not _naturals((size,)):
        raise ValueError("not a storage")
    if kind.name not in STORAGES:
        raise _Foreign(f"it stores {kind.name.replace(' ', '.')}")
    return _Storage(STORAGES[kind.name], key, size)


def _built(function: Any, arguments: Any) -> Any:
    """What the three functions of a state_dict would return."""
    if type(function) is not _Global or type(arguments) is not tuple:
        raise ValueError("not a function")
    if function.name == DICT and not arguments:
        return {}
    if function.name == PARAMETER and type(arguments[0]) is _Tensor:
        return arguments[0]
    if function.name != TENSOR:
        raise _Foreign(f"it calls {function.name.replace(' ', '.')}")
    storage, offset, shape, strides = arguments[:4]
    if type(storage) is not _Storage or type(shape) is not tuple or type(strides) is not tuple:
        raise ValueError("not a tensor")
    if not _naturals((offset, *shape, *strides)) or len(shape) != len(strides):
        raise ValueError("not a tensor")
    return _Tensor(storage, offset, shape, strides)


def _naturals(values: tuple[Any, ...]) -> bool:
    return all(type(value) is int and value >= 0 for value in values)
