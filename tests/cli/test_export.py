"""``exactcap export``: rounded networks against the exact ones, by NumPy and by ONNX, and honest refusals."""

from __future__ import annotations

import json
import random
import sys
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
import onnx.reference
import pytest

from exactcap import claims
from exactcap.certificates.format import Certificate, write_certificate
from exactcap.certificates.network_file import staged_network
from exactcap.claims import Classes, Memorizes, Numbers, Table
from exactcap.cli.main import main
from exactcap.constructions.network import ExactNetwork, Layer
from exactcap.constructions.rounding import nearest, rounded, run

ABSOLUTE = ExactNetwork((Layer(((1,), (-1,)), (0, 0), "relu"), Layer(((1, 1),), (1,), "identity", 3)))
XOR = ExactNetwork((Layer(((2, 2), (2, 2)), (-1, -3), "threshold"), Layer(((3, -3),), (-1,), "threshold")))
BOTH = ExactNetwork((Layer(((1, 1), (1, 1)), (0, -1), "relu"), Layer(((1, -2), (0, 5)), (0, 1), "identity", 5)))


def export(capsys, *arguments: object) -> tuple[int, str, str]:
    status = main(["export", *map(str, arguments)])
    out, err = capsys.readouterr()
    return status, out, err


def written(
    folder: Path, network: ExactNetwork, rows: list[tuple[str, ...]], labels: claims.Labels | None = None
) -> Path:
    """net.json and its certificate; the labels are the exact outputs unless they are given."""
    width = len(rows[0])
    table = Table(tuple("abcdefg"[:width]), "y", tuple(range(1, len(rows) + 1)), tuple(rows))
    if labels is None:
        labels = Numbers(tuple(str(y) for (y,) in exact(network, rows)))
    layers = tuple(claims.Layer(l.activation, l.biases, l.denominator, l.weights) for l in network.layers)  # noqa: E741
    claim = Memorizes(table, labels, layers)
    write_certificate(Certificate(claim, (), ({"evidence": "evaluation"},)), folder / "net.cert.jsonl")
    with staged_network(claim, folder / "net.json"):
        pass
    return folder / "net.json"


def exact(network: ExactNetwork, rows: list[tuple[str, ...]]) -> list[tuple[Fraction, ...]]:
    """The outputs by the definition of a layer, in fractions."""
    psi = {"threshold": lambda s: Fraction(s > 0), "relu": lambda s: max(s, Fraction(0)), "identity": lambda s: s}
    found = []
    for row in rows:
        values = [Fraction(cell) for cell in row]
        for layer in network.layers:
            units = zip(layer.weights, layer.biases, strict=True)
            sums = [sum(w * x for w, x in zip(ws, values, strict=True)) + b for ws, b in units]
            values = [psi[layer.activation](Fraction(s) / layer.denominator) for s in sums]
        found.append(tuple(values))
    return found


def of_npz(path: Path, inputs: np.ndarray) -> np.ndarray:
    """The outputs of an exported .npz, by what its format says."""
    with np.load(path) as file:
        values = inputs
        for k, activation in enumerate(file["activations"].tolist(), start=1):
            sums = values @ file[f"W{k}"].T + file[f"b{k}"]
            values = {"threshold": np.heaviside(sums, 0.0), "relu": sums.clip(0), "identity": sums}[activation]
        return values


def of_onnx(path: Path, inputs: np.ndarray) -> np.ndarray:
    """The outputs of an exported .onnx, by ONNX's own reference."""
    (values,) = onnx.reference.ReferenceEvaluator(str(path)).run(None, {"input": inputs})
    return values


SIGNS = Classes(("odd", "even"), (("1",), ("0",)), (1, 0, 0, 1))
PAIRS = Classes(("none", "one", "two"), (("0", "1/5"), ("1/5", "1/5"), ("0", "6/5")), (0, 1, 1, 2))
SQUARE = [("0", "0"), ("1", "0"), ("0", "1"), ("1", "1")]


@pytest.mark.parametrize(
    ("network", "rows", "labels"),
    [
        (ABSOLUTE, [("-7",), ("1/10",), ("5/4",)], None),
        (XOR, SQUARE, SIGNS),
        (XOR, SQUARE, None),
        (BOTH, SQUARE, PAIRS),
    ],
)
def test_both_formats_give_the_exact_outputs(network, rows, labels, tmp_path, capsys):
    net = written(tmp_path, network, rows, labels)
    inputs = np.array([[float(Fraction(cell)) for cell in row] for row in rows])
    known = np.array([[float(y) for y in row] for row in exact(network, rows)])
    for format, outputs in (("numpy", of_npz), ("onnx", of_onnx)):
        path = tmp_path / {"numpy": "out.npz", "onnx": "out.onnx"}[format]
        status, out, err = export(capsys, net, "--format", format, "-o", path)
        assert (status, err) == (0, "")
        assert out.startswith(f"EXPORTED {path}: in float64 all {len(rows)} rows take their label")
        assert "no proof" in out
        np.testing.assert_allclose(outputs(path, inputs), known, rtol=1e-15, atol=1e-15)
        before = path.read_bytes()
        assert export(capsys, net, "--format", format, "-o", path)[0] == 0  # it may be replaced, by the same
        assert path.read_bytes() == before


def test_the_files_tell_columns_and_codes(tmp_path, capsys):
    net = written(tmp_path, BOTH, SQUARE, PAIRS)
    for format in ("numpy", "onnx"):
        assert export(capsys, net, "--format", format, "-o", tmp_path / format)[0] == 0
    with np.load(tmp_path / "numpy") as file:
        about = json.loads(str(file["about"]))
    assert about == {
        "columns": ["a", "b"], "label": "y", "classes": ["none", "one", "two"],
        "codes": [["0", "1/5"], ["1/5", "1/5"], ["0", "6/5"]],
    }  # fmt: skip
    model = onnx.load(str(tmp_path / "onnx"))
    assert {prop.key: json.loads(prop.value) for prop in model.metadata_props} == about
    assert model.graph.input[0].type.tensor_type.elem_type == onnx.TensorProto.DOUBLE


def small_network(seed: int) -> tuple[ExactNetwork, int]:
    """A random network of one to three layers with small integers, denominators powers of two."""
    rng = random.Random(seed)
    widths = [rng.randint(1, 4) for _ in range(rng.randint(2, 4))]
    layers = []
    for k, (before, width) in enumerate(pairwise(widths)):
        kinds = ["threshold", "relu", "identity"] if k == len(widths) - 2 else ["threshold", "relu"]
        weights = tuple(tuple(rng.randint(-9, 9) for _ in range(before)) for _ in range(width))
        biases = tuple(rng.randint(-9, 9) for _ in range(width))
        layers.append(Layer(weights, biases, rng.choice(kinds), 2 ** rng.randint(0, 5)))
    return ExactNetwork(tuple(layers)), widths[0]


@pytest.mark.parametrize("seed", range(40))
def test_networks_of_small_dyadic_numbers_lose_nothing(seed):
    network, d = small_network(seed)
    rng = random.Random(seed)
    rows = [tuple(str(Fraction(rng.randint(-64, 64), 8)) for _ in range(d)) for _ in range(6)]
    inputs = np.array([[nearest(Fraction(cell)) for cell in row] for row in rows])
    found = run(rounded(network), inputs)
    assert [[Fraction(y) for y in row] for row in found.tolist()] == [list(row) for row in exact(network, rows)]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("bits", [300, 3000])
def test_units_may_be_scaled_by_any_power(seed, bits):
    """Hidden units times 2^bits, the next weights divided by it: the same function, so the same float64 network."""
    network, _ = small_network(seed)
    layers, scale = [], 0
    for k, layer in enumerate(network.layers):
        is_last = k == len(network.layers) - 1
        free = layer.activation == "threshold" or not is_last
        more = bits if free else 0
        # (W h 2^more + b 2^(more + scale)) / (q 2^scale): the inputs are 2^scale times those before
        layers.append(
            Layer(
                tuple(tuple(w << more for w in row) for row in layer.weights),
                tuple(b << (more + scale) for b in layer.biases),
                layer.activation,
                layer.denominator << scale,
            )
        )
        scale = 0 if layer.activation == "threshold" else more
    for found, known in zip(rounded(ExactNetwork(tuple(layers))), rounded(network), strict=True):
        np.testing.assert_array_equal(found.W, known.W)
        np.testing.assert_array_equal(found.b, known.b)


def test_weights_are_rounded_once():
    """Against fractions: no float64 number is nearer."""
    rng = random.Random(5)
    for _ in range(200):
        x = Fraction(
            rng.getrandbits(rng.randint(1, 400)) * rng.choice((1, -1)), 1 + rng.getrandbits(rng.randint(1, 400))
        )
        found = nearest(x)
        for other in (np.nextafter(found, np.inf), np.nextafter(found, -np.inf)):
            assert abs(Fraction(found) - x) <= abs(Fraction(float(other)) - x)
    assert nearest(Fraction(10) ** 400) == np.inf


def refused(folder: Path, capsys, net: Path, format: str = "numpy") -> str:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    status, out, err = export(capsys, net, "--format", format, "-o", folder / "out")
    assert (status, err) == (1, "")
    assert out.startswith("NOT EXPORTED in float64 ")
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    return out


@pytest.mark.parametrize("format", ["numpy", "onnx"])
def test_what_does_not_survive_rounding_is_refused(format, tmp_path, capsys):
    """relu(2^70 x + 1) - relu(2^70 x) is 1 for x >= 0 and 0 for x = -1, exactly; in float64 it is 0 at x = 3."""
    step = ExactNetwork((Layer(((2**70,), (2**70,)), (1, 0), "relu"), Layer(((1, -1),), (0,), "identity")))
    out = refused(tmp_path, capsys, written(tmp_path, step, [("-1",), ("0",), ("3",), ("5",)]), format)
    assert "2 of 4 rows miss their label (row 3 first)" in out
    assert "weights of 71 bits, or the rows' decimals, do not survive rounding; try exactcap memorize --method" in out
    status, out, _ = export(capsys, tmp_path / "net.json", "--format", format, "-o", tmp_path / "out", "--json")
    assert (status, json.loads(out)["missed"], json.loads(out)["path"]) == (1, 2, None)


def test_numbers_beyond_float64_are_refused(tmp_path, capsys):
    huge = ExactNetwork((Layer(((1,),), (0,), "relu"), Layer(((10**400,),), (0,), "identity")))
    refused(tmp_path, capsys, written(tmp_path, huge, [("0",), ("1",)]))
    inputs = ExactNetwork((Layer(((1,),), (0,), "relu"), Layer(((1,),), (0,), "identity", 10**400)))
    refused(tmp_path, capsys, written(tmp_path, inputs, [("0",), (str(10**400),)]))


def test_classes_whose_codes_are_one_float64_number_are_refused(tmp_path, capsys):
    near = f"{2**60 + 1}/{2**60}"
    line = ExactNetwork((Layer(((1,),), (0,), "relu"), Layer(((1,),), (2**60,), "identity", 2**60)))
    labels = Classes(("one", "more"), (("1",), (near,)), (0, 1))
    assert "2 of 2 rows miss" in refused(tmp_path, capsys, written(tmp_path, line, [("0",), ("1",)], labels))


def test_onnx_is_an_extra(tmp_path, monkeypatch, capsys):
    net = written(tmp_path, XOR, SQUARE)
    monkeypatch.setitem(sys.modules, "onnx", None)
    status, out, err = export(capsys, net, "--format", "onnx", "-o", tmp_path / "net.onnx")
    assert (status, out) == (2, "")
    assert "pip install 'exactcap[onnx]'" in err
    assert not (tmp_path / "net.onnx").exists()


def test_the_certificate_beside_must_be_verified_and_of_this_network(tmp_path, capsys):
    net, beside = written(tmp_path, XOR, SQUARE), tmp_path / "net.cert.jsonl"
    arguments = (net, "--format", "numpy", "-o", tmp_path / "out.npz")
    content = beside.read_bytes()

    def complaint() -> str:
        status, out, err = export(capsys, *arguments)
        assert (status, out) == (2, "")
        assert err.count("\n") == 1
        assert not (tmp_path / "out.npz").exists()
        return err

    beside.write_bytes(content.replace(b'"sha256":"', b'"sha256":"0'))
    assert "the checker says REJECTED" in complaint()
    beside.unlink()
    assert "export needs the certificate beside the network" in complaint()
    (tmp_path / "other").mkdir()
    written(tmp_path / "other", BOTH, SQUARE, PAIRS)
    beside.write_bytes((tmp_path / "other" / "net.cert.jsonl").read_bytes())
    assert "is not the certificate of" in complaint()
    beside.write_bytes(content)
    net.write_text("{}")
    assert "not an exactcap network" in complaint()
    net.unlink()
    assert "cannot be read" in complaint()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--format numpy", "--output"),
        ("-o out.npz", "--format"),
        ("--format tensorflow -o out", "tensorflow"),
        ("--format numpy -o missing/out.npz", "output: cannot write"),
        ("--format numpy -o .", "is not a regular file"),
    ],
)
def test_bad_input(arguments, words, tmp_path, capsys):
    status, out, err = export(capsys, written(tmp_path, XOR, SQUARE), *arguments.split())
    assert (status, out) == (2, "")
    assert words in err


@pytest.mark.parametrize("format", ["numpy", "onnx"])
def test_other_files_are_not_overwritten(format, tmp_path, capsys):
    net, other = written(tmp_path, XOR, SQUARE), tmp_path / "thesis.txt"
    other.write_text("ten years of work")
    status, _, err = export(capsys, net, "--format", format, "-o", other)
    assert status == 2
    assert "choose another file" in err
    assert other.read_text() == "ten years of work"
