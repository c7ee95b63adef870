"""Weights read from .npz, .safetensors and PyTorch files: exact values, and no file that can do harm.

The fixtures in data/ were written by PyTorch 2.13 and safetensors 0.8 from one network, Linear(2, 3), Tanh,
Linear(3, 1), made after torch.manual_seed(0); its float32 numbers stand below in hexadecimal.
"""

from __future__ import annotations

import contextlib
import io
import json
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
from network_files import state_dict

from exactcap.errors import InputError
from exactcap.training import weight_files
from exactcap.training.state_dict import GLOBALS
from exactcap.training.weight_files import npz_bytes, read_weights
from exactcap.training.weights import Weights

DATA = Path(__file__).parent / "data"
W = [["-0x1.5af244p-8", "0x1.846d38p-2"], ["-0x1.29f962p-1", "-0x1.0a703ap-1"], ["-0x1.16e1acp-2", "0x1.845556p-3"]]
B, V = ["-0x1.cb14aep-7", "0x1.1f0e80p-1", "-0x1.0107bcp-4"], ["0x1.38e1a4p-3", "-0x1.65573cp-3", "-0x1.d0d7d4p-4"]
OFFSET = "-0x1.1a677ap-1"


def expected() -> list[np.ndarray]:
    return [np.vectorize(float.fromhex)(np.array(part)) for part in (W, B, V, OFFSET)]


def npz(folder: Path, name: str = "weights.npz", **arrays: object) -> Path:
    """An .npz of a network with two inputs and three neurons, but for these arrays; None leaves one out."""
    usual = {"W": np.ones((3, 2)), "b": np.zeros(3), "v": np.arange(3.0), "activation": np.array("tanh")}
    path = folder / name
    with path.open("wb") as stream:
        np.savez(stream, **{key: value for key, value in (usual | arrays).items() if value is not None})
    return path


def safetensors(folder: Path, header: object, data: bytes = b"") -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path = folder / "weights.safetensors"
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


def archive(folder: Path, pickled: bytes, storages: dict[str, bytes] | None = None, **more: bytes) -> Path:
    """A file as torch.save writes it."""
    path = folder / "weights.pt"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("weights/data.pkl", pickled)
        for name, content in (storages or {}).items():
            file.writestr(f"weights/data/{name}", content)
        for name, content in more.items():
            file.writestr(f"weights/{name}", content)
    return path


def tensor(offset: int, shape: str, strides: str, size: int = 6, kind: bytes = b"Float") -> bytes:
    """The pickle of {"0.weight": a tensor}, its shape and strides as pickled tuples."""
    return (
        b"\x80\x02}X\x08\x00\x00\x000.weightctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\n"
        + kind + b"Storage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpu" + _number(size) + b"tQ" + _number(offset)
        + shape.encode("latin-1") + strides.encode("latin-1") + b"\x89ccollections\nOrderedDict\n)RtRs."
    )  # fmt: skip


def _number(value: int) -> bytes:
    return b"J" + value.to_bytes(4, "little", signed=True)


def pair(first: int, second: int) -> str:
    return (_number(first) + _number(second) + b"\x86").decode("latin-1")


@pytest.mark.parametrize("name", ["two-layers.pt", "float64.pt", "strided.pt", "two-layers.safetensors"])
def test_files_of_pytorch_and_safetensors(name):
    weights = read_weights(DATA / name, "tanh").weights
    for found, known in zip((weights.W, weights.b, weights.v, weights.offset), expected(), strict=True):
        np.testing.assert_array_equal(found, known)
    np.testing.assert_array_equal(weights.factors, [1, 1])
    np.testing.assert_array_equal(weights.shifts, [0, 0])


def test_bfloat16_is_the_float32_with_its_lower_half_rounded():
    for found, known in zip(read_weights(DATA / "bfloat16.pt", "tanh").weights.W.flat, expected()[0].flat, strict=True):
        assert abs(found - known) <= 2**-8 * abs(known)
        assert np.float32(found).view(np.uint32) & 0xFFFF == 0


def test_the_metadata_of_safetensors_may_name_the_activation():
    assert read_weights(DATA / "two-layers.safetensors").weights.activation == "tanh"


@pytest.mark.parametrize("seed", range(3))
def test_npz_there_and_back(seed, tmp_path):
    random = np.random.default_rng(seed)
    weights = Weights("x^3 - x", random.normal(size=(4, 2)), random.normal(size=4), random.normal(size=4), 0.25,
                      np.array([0.5, 2.0]), random.normal(size=2))  # fmt: skip
    codes = {"no, never=1": "-1", "yes": "1/3"}
    path = tmp_path / "any.name"
    path.write_bytes(npz_bytes(weights, codes))
    found = read_weights(path)
    assert found.codes == codes
    assert found.weights.activation == "x^3 - x"
    for name in ("W", "b", "v", "offset", "factors", "shifts"):
        np.testing.assert_array_equal(getattr(found.weights, name), getattr(weights, name))
    assert npz_bytes(weights, codes) == path.read_bytes()


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("kind", [">f8", "<f4", "<f2", "i1", "<u4", "<i8"])
def test_npz_of_other_types_is_exact(order, kind, tmp_path):
    values = np.array([[1, 2], [3, 4], [-5 if kind[-2] != "u" else 5, 6]]).astype(kind, order=order)
    found = read_weights(npz(tmp_path, W=values)).weights
    np.testing.assert_array_equal(found.W, values.astype(float))
    assert found.W.dtype == np.float64
    assert found.W.dtype.isnative


def test_npz_compressed_and_without_activation(tmp_path):
    path = tmp_path / "weights.npz"
    np.savez_compressed(path, W=np.ones((3, 2)), b=np.zeros(3), v=np.ones(3))
    assert read_weights(path, "gelu").weights.activation == "gelu"
    with pytest.raises(InputError, match=r"activation: .* does not name one; give --activation"):
        read_weights(path)


def test_the_activation_of_the_file_stands(tmp_path):
    with pytest.raises(InputError, match="was trained with tanh, not sin"):
        read_weights(npz(tmp_path), "sin")
    cube = npz(tmp_path, activation=np.array("(-2)*x + (1/3)*x^3"))
    assert read_weights(cube, "x^3/3 - 2*x").weights.activation == "(-2)*x + (1/3)*x^3"
    with pytest.raises(InputError, match="tanhh"):
        read_weights(npz(tmp_path, activation=np.array("tanhh")))
    with pytest.raises(InputError, match="relu"):
        read_weights(DATA / "two-layers.pt", "relu")


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"W": None}, "the array W is missing"),
        ({"v": None}, "the array v is missing"),
        ({"c": np.zeros(1)}, "'c' has no meaning here"),
        ({"W": np.full((3, 2), np.nan)}, r"W\[0, 0\]: is nan"),
        ({"W": np.array([[1, 2], [3, np.inf], [5, 6]])}, r"W\[1, 1\]: is inf"),
        ({"b": np.array([0, 0, -np.inf])}, r"b\[2\]: is -inf"),
        ({"offset": np.array(np.nan)}, "offset: is nan"),
        ({"W": np.ones(3)}, r"W: has shape \(3,\)"),
        ({"W": np.ones(())}, r"W: has shape \(\)"),
        ({"W": np.ones((0, 2))}, r"W: has shape \(0, 2\)"),
        ({"W": np.ones((2, 3))}, "give W transposed"),
        ({"b": np.zeros(4)}, r"b: has shape \(4,\), but W of shape \(3, 2\) needs \(3,\)"),
        ({"v": np.zeros((1, 3))}, r"v: has shape \(1, 3\)"),
        ({"factors": np.ones(3)}, r"factors: has shape \(3,\)"),
        ({"factors": np.array([1.0, 0.0])}, "factors: one is 0"),
        ({"shifts": np.ones(1)}, "shifts: has shape"),
        ({"offset": np.ones(2)}, r"offset: has shape \(2,\), but v of shape \(3,\) needs \(\)"),
        (
            {"v": np.ones((3, 2)), "offset": np.ones(3)},
            r"offset: has shape \(3,\), but v of shape \(3, 2\) needs \(2,\)",
        ),
        ({"v": np.ones((3, 2)), "offset": np.ones(())}, r"offset: has shape \(\)"),
        ({"v": np.ones((2, 3))}, r"v: has shape \(2, 3\).*\(m, K\) for K outputs"),
        ({"v": np.ones((3, 2, 1))}, r"v: has shape \(3, 2, 1\)"),
        ({"v": np.ones((3, 0))}, r"v: has shape \(3, 0\)"),
        ({"v": np.array([[1, 2], [3, np.inf], [5, 6]])}, r"v\[1, 1\]: is inf"),
        ({"W": np.ones((3, 2), dtype=complex)}, "complex128"),
        ({"W": np.ones((3, 2), dtype=bool)}, "type bool"),
        ({"W": np.ones((3, 2), dtype=np.longdouble)}, "type"),
        ({"b": np.array([2**53 + 1, 0, 0])}, "type int64 are not float64"),
        ({"b": np.array(["a", "b", "c"])}, "type <U1"),
        ({"W": np.array([[1, None]] * 3)}, "Python objects, which only unpickling can read"),
        ({"W": np.zeros((3, 2), dtype=[("x", "f8")])}, "are not float64"),
        ({"activation": np.array(3.0)}, "activation is not text"),
        ({"activation": np.array(["tanh", "sin"])}, "activation is not text"),
        ({"classes": np.array(["a"]), "codes": np.array(["0", "1"])}, "classes and codes differ"),
        ({"classes": np.array(["a", "a"]), "codes": np.array(["0", "1"])}, "classes has a name twice"),
    ],
)
def test_wrong_arrays(arrays, words, tmp_path):
    with pytest.raises(InputError, match=words):
        read_weights(npz(tmp_path, **arrays))


def test_truncation_of_every_length_is_refused(tmp_path):
    whole = npz(tmp_path).read_bytes()
    for cut in (*range(0, 120), *range(120, len(whole), 37), len(whole) - 1):
        path = tmp_path / "cut.npz"
        path.write_bytes(whole[:cut])
        with pytest.raises(InputError):
            read_weights(path)


@pytest.mark.parametrize("name", ["two-layers.pt", "two-layers.safetensors", "weights.npz"])
def test_one_damaged_byte_is_refused_or_changes_a_number(name, tmp_path):
    """Whatever byte is turned, the answer is an InputError or some weights, never another exception."""
    whole = (npz(tmp_path) if name == "weights.npz" else DATA / name).read_bytes()
    path = tmp_path / name
    for k in range(0, len(whole), 5):
        path.write_bytes(whole[:k] + bytes([whole[k] ^ (1 << k % 8)]) + whole[k + 1 :])
        with contextlib.suppress(InputError):
            read_weights(path, "tanh")


class Harmful:
    """Unpickling this writes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.mark.parametrize("protocol", [0, 2, 3, 4, 5])
@pytest.mark.parametrize("name", ["weights.npz", "weights.pt", "weights.pkl", "weights.safetensors"])
def test_a_pickle_is_refused_and_not_run(protocol, name, tmp_path):
    path, trace = tmp_path / name, tmp_path / "trace"
    path.write_bytes(pickle.dumps(Harmful(trace), protocol=protocol))
    with pytest.raises(InputError, match=r"a pickle, which could run any program|not a file of weights"):
        read_weights(path, "tanh")
    assert not trace.exists()


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_a_harmful_pickle_in_an_archive_is_not_run(protocol, tmp_path):
    trace = tmp_path / "trace"
    path = archive(tmp_path, pickle.dumps({"0.weight": Harmful(trace)}, protocol=protocol))
    with pytest.raises(InputError, match="not a plain PyTorch state_dict"):
        read_weights(path, "tanh")
    with pytest.raises(InputError, match="Python objects"):
        read_weights(npz(tmp_path, W=np.array([[Harmful(trace), 1.0]] * 3, dtype=object)))
    assert not trace.exists()


def test_the_globals_are_closed(tmp_path):
    for name in (
        "os system",
        "builtins eval",
        "torch load",
        "collections OrderedDict2",
        "torch._utils _rebuild_tensor",
    ):
        module, function = name.split()
        path = archive(tmp_path, f"\x80\x02c{module}\n{function}\n(X\x02\x00\x00\x00lstR.".encode("latin-1"))
        with pytest.raises(InputError, match=f"it names '{module}.{function}'"):
            read_weights(path, "tanh")
    assert len(GLOBALS) == 7


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("old-format.pt", "in the old format, which only unpickling can read"),
        ("whole-model.pt", r"it names 'torch.nn.modules.container.Sequential'.*state_dict\(\)"),
    ],
)
def test_other_pytorch_files(name, words):
    with pytest.raises(InputError, match=words):
        read_weights(DATA / name, "tanh")


@pytest.mark.parametrize(
    ("pickled", "words"),
    [
        (tensor(0, pair(3, 2), pair(2, 1)), "1 matrices, not those of two layers"),
        (tensor(1, pair(3, 2), pair(2, 1)), "do not hold the tensor"),
        (tensor(-1, pair(3, 2), pair(2, 1)), "damaged"),
        (tensor(0, pair(3, 2), pair(2, -1)), "damaged"),
        (tensor(0, pair(-3, 2), pair(2, 1)), "damaged"),
        (tensor(0, pair(3, 2), "K\x01\x85"), "damaged"),
        (tensor(0, pair(3, 2), "K\x01"), "damaged"),
        (tensor(0, pair(3, 2), pair(2, 2)), "do not hold the tensor"),
        (tensor(0, pair(3, 2), pair(2, 1), size=7), "do not hold the tensor"),
        (tensor(0, pair(2**30, 2**30), pair(0, 0)), "more than 16777216 entries"),
        (tensor(0, pair(0, 2**30), pair(0, 0)), "the tensor is empty"),
        (tensor(0, "(" + "K\x01" * 9 + "t", "(" + "K\x01" * 9 + "t"), "the tensor is empty or has"),
        (tensor(0, pair(3, 2), pair(2, 1), kind=b"Quantised"), "it names 'torch.QuantisedStorage'"),
        (tensor(0, pair(3, 2), pair(2, 1))[:-1], "damaged"),
        (b"", "damaged"),
        (b".", "damaged"),
        (b"t.", "damaged"),
        (b"(t.", "no dictionary of tensors"),
        (b"}(K\x01K\x02u.", "a name is not text"),
        (b"}X\x01\x00\x00\x00xK\x01s.", "no dictionary of tensors"),
        (b"h\x05.", "damaged"),
        (b"NR.", "damaged"),
        (b"NQ.", "damaged"),
        (b"}", "damaged"),
        (b"ccollections\nOrderedDict\n(K\x01tR.", "it calls collections.OrderedDict"),
        (b"\xff", "damaged"),
        (b"ctorch\n\\load\n.", "it names"),
        (b"G\x00\x00\x00\x00\x00\x00\x00\x00.", "the pickle opcode BINFLOAT"),
        (b"N" * (2**20 + 1), "more than 1 MiB"),
    ],
)
def test_pickles_that_are_no_state_dict(pickled, words, tmp_path):
    with pytest.raises(InputError, match=words):
        read_weights(archive(tmp_path, pickled, {"0": bytes(24)}), "tanh")


def test_storages_that_are_missing_and_big_endian_files(tmp_path):
    pickled = tensor(0, pair(3, 2), pair(2, 1))
    with pytest.raises(InputError, match="its storage is missing"):
        read_weights(archive(tmp_path, pickled), "tanh")
    with pytest.raises(InputError, match="little-endian"):
        read_weights(archive(tmp_path, pickled, {"0": bytes(24)}, byteorder=b"big"), "tanh")


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        ({"a.weight": (3, 2), "b.weight": (1, 4)}, "do not fit together"),
        ({"a.weight": (3, 2), "b.weight": (3, 1)}, "do not fit together"),
        ({"a.weight": (3, 2), "b.weight": (3, 3), "c.weight": (1, 3)}, "3 matrices"),
        ({"a.weight": (3, 2)}, "1 matrices"),
        ({}, "holds nothing"),
        ({"a.weight": (3, 2), "b.weight": (1, 3), "norm.running_mean": (3,)}, "norm.running_mean belongs to neither"),
        ({"a.weight": (3, 2), "b.weight": (1, 3), "b.bias": (2,)}, "b.bias has the shape"),
        ({"a.weight": (3, 2), "b.weight": (1, 3), "a.bias": (2,)}, "b: has shape"),
    ],
)
def test_layers_that_are_no_two_layer_network(shapes, words, tmp_path):
    with pytest.raises(InputError, match=words):
        read_weights(layers(tmp_path, shapes), "tanh")


def layers(folder: Path, shapes: dict[str, tuple[int, ...]]) -> Path:
    """A .safetensors file with tensors 0, 1, 2, ... of these shapes."""
    header, data = {}, b""
    for name, shape in shapes.items():
        values = np.arange(np.prod(shape), dtype="<f8").tobytes()
        header[name] = {"dtype": "F64", "shape": list(shape), "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    return safetensors(folder, header, data)


def test_several_outputs_come_from_every_format(tmp_path):
    """Linear(2, 3), Linear(3, 2): both orders would fit, and the numbers tell. One column is one output."""
    shapes = {"0.weight": (3, 2), "0.bias": (3,), "2.weight": (2, 3), "2.bias": (2,)}
    found = read_weights(layers(tmp_path, shapes), "tanh").weights
    np.testing.assert_array_equal(found.W, [[0, 1], [2, 3], [4, 5]])
    np.testing.assert_array_equal(found.v, [[0, 3], [1, 4], [2, 5]])
    np.testing.assert_array_equal(found.offset, [0, 1])
    assert (found.outputs, found.parameters) == (2, 15)
    path, codes = tmp_path / "again.npz", {"no": "1 0", "yes": "0 1"}
    path.write_bytes(npz_bytes(found, codes))
    again = read_weights(path)
    assert again.codes == codes
    np.testing.assert_array_equal(again.weights.v, found.v)
    np.testing.assert_array_equal(again.weights.offset, found.offset)
    five = read_weights(layers(tmp_path, {"a.weight": (3, 2), "b.weight": (5, 3)}), "tanh").weights
    np.testing.assert_array_equal(five.offset, np.zeros(5))
    named = read_weights(layers(tmp_path, {"W": (3, 2), "b": (3,), "v": (3, 2), "offset": (2,)}), "tanh").weights
    np.testing.assert_array_equal(named.v, [[0, 1], [2, 3], [4, 5]])
    one = read_weights(npz(tmp_path, v=np.ones((3, 1)), offset=np.ones(1))).weights
    assert (one.v.shape, one.offset) == ((3,), 1.0)


def test_layers_in_any_order_without_biases(tmp_path):
    found = read_weights(layers(tmp_path, {"a.out.weight": (1, 3), "z.weight": (3, 2)}), "tanh").weights
    np.testing.assert_array_equal(found.W, [[0, 1], [2, 3], [4, 5]])
    np.testing.assert_array_equal(found.v, [0, 1, 2])
    np.testing.assert_array_equal(found.b, np.zeros(3))
    assert found.offset == 0
    one = read_weights(layers(tmp_path, {"0.weight": (1, 1), "1.weight": (1, 1)}), "tanh").weights
    assert (one.width, one.n_inputs) == (1, 1)


def test_a_bottleneck_that_fits_in_both_orders(tmp_path):
    """Linear(3, 1), Linear(1, 3): by the order of a state_dict, or by numbers; else it is not guessed."""
    tensors = {"z.weight": np.ones((1, 3)), "a.weight": np.full((3, 1), 2.0)}
    found = read_weights(state_dict(tmp_path / "net.pt", tensors), "tanh").weights
    assert (found.width, found.n_inputs, found.outputs) == (1, 3, 3)
    found = read_weights(layers(tmp_path, {"fc9.weight": (1, 3), "fc10.weight": (3, 1)}), "tanh").weights
    assert (found.width, found.n_inputs, found.outputs) == (1, 3, 3)
    with pytest.raises(InputError, match=r"could come first, and a \.safetensors file does not tell the order"):
        read_weights(layers(tmp_path, {"stem.weight": (1, 3), "head.weight": (3, 1)}), "tanh")
    backwards = {"1.weight": np.ones((1, 3)), "0.weight": np.ones((3, 2))}
    with pytest.raises(InputError, match="do not fit together"):
        read_weights(state_dict(tmp_path / "net.pt", backwards), "tanh")


def test_files_for_certify_classification_say_so(tmp_path):
    layer = {"W": None, "b": None, "v": None, "W1": np.ones((1, 2)), "b1": np.zeros(1)}
    for path in (npz(tmp_path, **layer), layers(tmp_path, {f"{k}.weight": (2, 2) for k in range(3)})):
        with pytest.raises(InputError, match="exactcap certify classification proves"):
            read_weights(path, "tanh")
    net = tmp_path / "my net.json"
    net.write_text('{"columns":["x"],"format":"exactcap-network"')
    with pytest.raises(InputError, match=r"export it first: exactcap export '.*my net.json' --format numpy -o net.npz"):
        read_weights(net)


def test_safetensors_with_the_names_of_an_npz(tmp_path):
    found = read_weights(layers(tmp_path, {"W": (3, 2), "b": (3,), "v": (3,), "offset": (1,)}), "tanh").weights
    np.testing.assert_array_equal(found.b, [0, 1, 2])
    with pytest.raises(InputError, match="'extra' has no meaning"):
        read_weights(layers(tmp_path, {"W": (3, 2), "b": (3,), "v": (3,), "extra": (1,)}), "tanh")


ENTRY = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


@pytest.mark.parametrize(
    ("header", "data", "words"),
    [
        (b"{", b"", "not a .safetensors file"),
        (b"{" * 5000, b"", "not a .safetensors file"),
        ({"a": 3}, b"", "not a .safetensors file"),
        ({"a": {"data_offsets": [[], 1]}, "b": {"data_offsets": [0, 1]}}, b"", "not a .safetensors file"),
        ({"a": {"data_offsets": [0, 1]}}, b"", "does not tell its type"),
        ({"a": ENTRY}, bytes(7), "truncated"),
        ({"a": ENTRY | {"shape": [3]}}, bytes(8), "truncated"),
        ({"a": ENTRY | {"shape": [-2]}}, bytes(8), "no list of whole numbers"),
        ({"a": ENTRY | {"shape": [True]}}, bytes(8), "no list of whole numbers"),
        ({"a": ENTRY | {"shape": [0, 2**70], "data_offsets": [0, 0]}}, bytes(8), "truncated"),
        ({"a": ENTRY | {"dtype": "I64"}}, bytes(8), "its type is 'I64', none of F64"),
        ({"a": ENTRY | {"dtype": ["F32"]}}, bytes(8), "none of F64"),
        ({"a": ENTRY | {"data_offsets": [4, 12]}}, bytes(12), "do not hold its shape"),
        ({"a": ENTRY, "b": ENTRY}, bytes(8), "do not hold its shape"),
        ({"__metadata__": 3, "a": ENTRY}, bytes(8), "metadata is no JSON object"),
        ({"a": ENTRY}, bytes(8), "0 matrices"),
    ],
)
def test_wrong_safetensors(header, data, words, tmp_path):
    with pytest.raises(InputError, match=words):
        read_weights(safetensors(tmp_path, header, data), "tanh")


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(weight_files, "MAX_BYTES", 2**20)
    path = tmp_path / "bomb.npz"
    np.savez_compressed(path, W=np.zeros((2**10, 2**7)), b=np.zeros(2**10), v=np.zeros(2**10))
    assert path.stat().st_size < 2**14
    with pytest.raises(InputError, match="unpacks to more than 1 MiB"):
        read_weights(path, "tanh")
    path.write_bytes(bytes(2**20 + 1))
    with pytest.raises(InputError, match="has more than 1 MiB"):
        read_weights(path, "tanh")


def test_a_header_of_npy_that_promises_too_much(tmp_path):
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": "<f8", "fortran_order": False, "shape": (2**40, 2**40)})
    path = tmp_path / "weights.npz"
    with zipfile.ZipFile(path, "w") as file:
        for name in ("W", "b", "v"):
            file.writestr(f"{name}.npy", stream.getvalue() + bytes(64))
    with pytest.raises(InputError, match=r"W\.npy: truncated"):
        read_weights(path, "tanh")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"\x93NUMPY\x01\x00", "a single array"),
        (b"W,b,v\n1,2,3\n", "not a file of weights"),
        (b"\x89HDF\r\n\x1a\n", "not a file of weights"),
        (b"PK\x03\x04", "truncated or damaged"),
    ],
)
def test_other_files(content, words, tmp_path):
    path = tmp_path / "weights.npz"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        read_weights(path, "tanh")


def test_paths(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_weights(tmp_path / "missing.npz")
    with pytest.raises(InputError, match="is a directory"):
        read_weights(tmp_path)
    with pytest.raises(InputError, match="not a regular file"):
        read_weights("/dev/zero")
    with pytest.raises(InputError, match="not a possible file name"):
        read_weights("a\0b")
