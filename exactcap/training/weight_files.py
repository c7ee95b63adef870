"""Files of weights: .npz (read and written), .safetensors and PyTorch state_dicts (read, never unpickled).

All numbers become float64 exactly. What a file is, its content tells, not its name.
"""

from __future__ import annotations

import io
import shlex
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from exactcap.errors import InputError
from exactcap.models.activations import parse_activation
from exactcap.training.layer_order import layer_order
from exactcap.training.safetensors_file import read_safetensors
from exactcap.training.state_dict import ADVICE, Tensors, read_state_dict
from exactcap.training.weights import Weights

MAX_BYTES = 2**28  # of the file, and of what is in it
ZIP = b"PK\x03\x04"
PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
LEGACY_TORCH = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # its magic number, pickled
EXACT_NETWORK = b'{"columns":['  # as exactcap memorize writes them, in JSON with sorted keys
REQUIRED = ("W", "b", "v")
OPTIONAL = ("offset", "factors", "shifts", "activation", "classes", "codes")
DEEPER = "which rows such a network gives their class, exactcap certify classification proves"
FORMATS = "an .npz with the arrays W, b, v, a .safetensors file, or a PyTorch state_dict"

Members = Mapping[str, Callable[[], bytes]]
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Content:
    """What a file holds: its arrays by name, in its order, and the metadata of a .safetensors file."""

    kind: Literal["npz", "state_dict", "safetensors"]
    arrays: Arrays
    metadata: Mapping[str, str]


@dataclass(frozen=True)
class WeightFile:
    """The weights of a file, and the code of each class where they were trained on classes (else empty)."""

    weights: Weights
    codes: Mapping[str, str]


def read_weights(path: str | Path, activation: str | None = None) -> WeightFile:
    """Read two-layer weights: W (m x d), b (m), v (m, or m x K for K outputs), and offset, factors, shifts or 0, 1, 0.

    An .npz or .safetensors file has these names, or a .safetensors file those of layers, as a state_dict does: a first
    weight (m x d) and an outer one (K x m), with biases or without, in the order of a state_dict, else by
    `layer_order`. ``activation`` is needed where the file names none.

    Raises:
        InputError: the file cannot be read, is none of the three, holds other tensors, or the activation is missing
            unknown, or not that of the file.
    """
    file, found = shown_path(path), read_arrays(path)
    named, codes, tensors = "", dict[str, str](), found.arrays
    if found.kind == "npz":
        if "W1" in tensors:
            raise InputError(f"{file}: it holds W1, b1, ..., not W, b, v of two layers; {DEEPER}")
        arrays, named, codes = trained_arrays(tensors, file)
    else:
        is_named = found.kind == "safetensors" and set(REQUIRED) <= set(tensors)
        arrays = tensors if is_named else _two_layers(tensors, found.kind == "state_dict", file)
        named = found.metadata.get("activation", "")
    return WeightFile(weights_of(arrays, _activation(named, activation, file), file), codes)


def shown_path(path: str | Path) -> str:
    """The path on one line of a message."""
    return str(path) if str(path).isprintable() else repr(str(path))


def read_arrays(path: str | Path) -> Content:
    """The arrays of an .npz, .safetensors or state_dict file, those of the latter two in float64; raises InputError."""
    file = shown_path(path)
    content = _content(Path(path), file)
    if content.startswith(ZIP):
        members = _members(content, file)
        if any(name.endswith("data.pkl") for name in members):
            return Content("state_dict", read_state_dict(members, file), {})
        arrays = {name.removesuffix(".npy"): _array(read(), f"{file}: {name}") for name, read in members.items()}
        return Content("npz", arrays, {})
    if content[8:9] == b"{":
        return Content("safetensors", *read_safetensors(content, file))
    if content.startswith(EXACT_NETWORK):
        words = ["exactcap", "export", str(path), "--format", "numpy", "-o", "net.npz"]
        raise InputError(f"{file}: an exact network of exactcap memorize; export it first: {shlex.join(words)}")
    raise InputError(f"{file}: {_refusal(content)}; give {FORMATS}")


def npz_bytes(weights: Weights, codes: Mapping[str, str]) -> bytes:
    """An .npz file of these weights; the same weights give the same bytes."""
    stream = io.BytesIO()
    np.savez(
        stream,
        **{name: getattr(weights, name) for name in (*REQUIRED, "factors", "shifts")},
        offset=np.array(weights.offset),
        activation=np.array(weights.activation),
        classes=np.array(list(codes.keys()), dtype=str),
        codes=np.array(list(codes.values()), dtype=str),
    )
    return stream.getvalue()


def _activation(named: str, given: str | None, file: str) -> str:
    """The activation, which the file or the user names, or both alike."""
    if not named and given is None:
        raise InputError(f"activation: {file} does not name one; give --activation, for example --activation tanh")
    if named and given is not None and parse_activation(named) != parse_activation(given):
        raise InputError(f"activation: {file} was trained with {named}, not {given}; leave out --activation")
    text = named or given or ""
    parse_activation(text)
    return text


def _content(path: Path, file: str) -> bytes:
    try:
        if path.is_dir():
            raise InputError(f"{file}: is a directory; name a file of weights in it")
        if path.exists() and not path.is_file():
            raise InputError(f"{file}: is not a regular file; give {FORMATS}")
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{file}: has more than {MAX_BYTES >> 20} MiB; give the weights of a smaller network")
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{file}: no such file; check the path") from None
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror}); check the path and its permissions") from None
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{file}: is not a possible file name; check the path") from None
    if not content:
        raise InputError(f"{file}: the file is empty; give {FORMATS}")
    return content


def _refusal(content: bytes) -> str:
    if content.startswith(LEGACY_TORCH):
        return f"a PyTorch file in the old format, which only unpickling can read; {ADVICE} with PyTorch 1.6 or later"
    if content.startswith(PICKLES):
        return "a pickle, which could run any program when it is loaded, so it is not read"
    if content.startswith(b"\x93NUMPY"):
        return "a single array (.npy)"
    return "not a file of weights, or damaged"


def _members(content: bytes, file: str) -> Members:
    """The files in a ZIP archive by name, each read when it is called for; their sizes are bounded together."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise InputError(f"{file}: a truncated or damaged .npz or .pt file; copy or write it again") from None
    entries = archive.infolist()
    for entry in entries:
        if not entry.filename.isprintable():
            raise InputError(f"{file}: {entry.filename[:60]!r} is no name that can be printed; write the file again")
    if sum(entry.file_size for entry in entries) > MAX_BYTES:
        raise InputError(f"{file}: unpacks to more than {MAX_BYTES >> 20} MiB; give the weights of a smaller network")

    def member(entry: zipfile.ZipInfo) -> bytes:
        try:
            return archive.read(entry)  # no more bytes than its stated size
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError):
            raise InputError(f"{file}: {entry.filename} in it is damaged or encrypted; write the file again") from None

    return {entry.filename: partial(member, entry) for entry in entries}


def trained_arrays(arrays: Arrays, file: str) -> tuple[Tensors, str, dict[str, str]]:
    """Of an .npz with W, b, v: the numeric arrays, the activation, and the codes of the classes; raises InputError."""
    names = list(arrays)
    missing = [name for name in REQUIRED if name not in names]
    unknown = [name for name in names if name not in (*REQUIRED, *OPTIONAL)]
    if missing or unknown:
        fault = (
            f"the array {missing[0]} is missing" if missing else f"the array {unknown[0][:40]!r} has no meaning here"
        )
        raise InputError(
            f"{file}: {fault}; give W (m x d), b (m), v (m, or m x K), and if need be offset, factors (d), shifts (d), "
            "activation"
        )
    texts = {name: arrays.get(name, np.array([], dtype=str)) for name in ("activation", "classes", "codes")}
    for name, text in texts.items():
        if text.dtype.kind != "U" or text.ndim != (0 if name == "activation" and text.size else 1):
            raise InputError(f"{file}: {name} is not text; write it as a string array")
    if len(texts["classes"]) != len(texts["codes"]):
        raise InputError(f"{file}: classes and codes differ in length; train again")
    tensors = {name: exact(array, f"{file}: {name}") for name, array in arrays.items() if name not in texts}
    codes = dict(zip(texts["classes"].tolist(), texts["codes"].tolist(), strict=True))
    if len(codes) != len(texts["classes"]):
        raise InputError(f"{file}: classes has a name twice; train again")
    if not all(word.isprintable() for pair in codes.items() for word in pair):
        raise InputError(f"{file}: classes or codes have a character that cannot be printed; train again")
    return tensors, str(texts["activation"]) if texts["activation"].size else "", codes


def _array(content: bytes, where: str) -> NDArray[Any]:
    """One .npy file, whose header is believed only when it fits the number of bytes."""
    stream = io.BytesIO(content)
    try:
        version = np.lib.format.read_magic(stream)
        if version not in ((1, 0), (2, 0)):
            raise InputError(f"{where}: version {version} of the .npy format is not read; write it with numpy.savez")
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        with warnings.catch_warnings(action="ignore"):  # NumPy's about headers of Python 2
            shape, fortran, dtype = read(stream)
        if dtype.hasobject:
            raise InputError(f"{where}: an array of Python objects, which only unpickling can read; give float64")
        flat = np.frombuffer(content, dtype, offset=stream.tell())
        return flat.reshape(shape, order="F" if fortran else "C")
    except (ValueError, TypeError, SyntaxError, LookupError, OverflowError, MemoryError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{where}: truncated, or not an .npy array; write the file again") from None


def exact(array: NDArray[Any], where: str) -> NDArray[np.float64]:
    """The same numbers in float64; raises InputError when float64 does not hold them all."""
    kind, size = array.dtype.kind, array.dtype.itemsize
    # float16, 32, 64 are in float64, and integers up to 2^53 in size
    if not ((kind == "f" and size <= 8) or (kind in "iu" and (size <= 4 or np.all(abs(array.astype(float)) < 2**53)))):
        raise InputError(f"{where}: numbers of type {array.dtype} are not float64; convert them")
    return np.ascontiguousarray(array, dtype=np.float64).reshape(array.shape)


def _two_layers(tensors: Tensors, is_ordered: bool, file: str) -> Tensors:
    """W, b, v and offset from the tensors of the two layers."""
    shapes = ", ".join(f"{name} {' x '.join(map(str, t.shape))}" for name, t in list(tensors.items())[:8])
    matrices = [name for name, tensor in tensors.items() if tensor.ndim == 2]
    if len(matrices) != 2:
        more = f"; {DEEPER}" if len(matrices) > 2 else ""
        raise InputError(
            f"{file}: {len(matrices)} matrices, not those of two layers (it holds {shapes or 'nothing'}){more}"
        )
    pairs = (matrices,) if is_ordered else (matrices, matrices[::-1])
    fits = [pair for pair in pairs if tensors[pair[1]].shape[1] == len(tensors[pair[0]])]
    order = layer_order(tensors, matrices, None, file) if fits and not is_ordered else matrices
    if order not in fits:
        raise InputError(
            f"{file}: the layers do not fit together ({shapes}); give a first weight (m x d) and an outer one (K x m)"
        )
    first, outer = order
    biases = {name: _bias_name(name) for name in (first, outer)}
    others = [name for name in tensors if name not in (*biases.keys(), *biases.values())]
    if others:
        raise InputError(f"{file}: {others[0]} belongs to neither of the two layers (it holds {shapes}); leave it out")
    outputs, width = tensors[outer].shape
    c = tensors.get(biases[outer], np.zeros(outputs))
    if c.shape != (outputs,):
        raise InputError(f"{file}: {biases[outer]} has the shape {c.shape}, but {outer} needs {(outputs,)}")
    return {
        "W": tensors[first],
        "b": tensors.get(biases[first], np.zeros(width)),
        "v": tensors[outer].T.copy(),
        "offset": c,
    }


def _bias_name(weight: str) -> str:
    return weight.removesuffix("weight") + "bias"


def weights_of(arrays: Tensors, activation: str, file: str) -> Weights:
    """The weights in the arrays W, b, v, offset, factors, shifts, whose shapes must fit; raises InputError."""
    W, b, v = (arrays[name] for name in REQUIRED)
    unknown = [name for name in arrays if name not in (*REQUIRED, *OPTIONAL)]
    if unknown:
        raise InputError(f"{file}: the array {unknown[0][:40]!r} has no meaning here; leave it out")
    v = v.reshape(len(v)) if v.shape[1:] == (1,) else v
    offset = arrays.get("offset", np.zeros(v.shape[1:]))
    constant = float(offset.reshape(())) if offset.size == 1 and v.ndim < 2 else offset
    d = W.shape[-1] if W.ndim else 0  # W that is no matrix is refused by Weights
    factors, shifts = arrays.get("factors", np.ones(d)), arrays.get("shifts", np.zeros(d))
    try:
        return Weights(activation, W, b, v, constant, factors, shifts)
    except InputError as error:
        raise InputError(f"{file}: {error}") from None
