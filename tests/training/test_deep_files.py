"""Networks of many layers from files: the order of the layers, exact values, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from network_files import safetensors, state_dict

from exactcap.errors import InputError
from exactcap.training.deep_files import read_network

ROOT = Path(__file__).parents[2]


def mlp(widths: list[int], names: list[str], seed: int = 0) -> dict[str, np.ndarray]:
    """NAME.weight and NAME.bias of each layer, float32 numbers."""
    random, tensors = np.random.default_rng(seed), {}
    for name, before, after in zip(names, widths, widths[1:], strict=False):
        tensors[f"{name}.weight"] = random.normal(size=(after, before)).astype(np.float32)
        tensors[f"{name}.bias"] = random.normal(size=after).astype(np.float32)
    return tensors


def names_of(network: object) -> list[str]:
    return [layer.name for layer in network.layers]


@pytest.mark.parametrize("kind", ["Float", "Double"])
def test_a_state_dict_in_its_own_order(kind, tmp_path):
    """Even where another order would fit, and names are in no order."""
    tensors = mlp([3, 3, 3, 3, 2], ["out", "10", "9", "a.b"])
    network = read_network(state_dict(tmp_path / "net.pt", tensors, kind), "relu", 3)
    assert names_of(network) == ["out.weight", "10.weight", "9.weight", "a.b.weight"]
    assert [layer.psi.name for layer in network.layers] == ["relu"] * 3 + ["identity"]
    for layer in network.layers:
        np.testing.assert_array_equal(layer.W, tensors[layer.name].astype(float))
        np.testing.assert_array_equal(layer.b, tensors[layer.name.replace("weight", "bias")].astype(float))
    assert (network.codes, network.columns, network.is_fitted) == ({}, (), False)
    np.testing.assert_array_equal(network.factors, np.ones(3))


def test_layers_without_biases_and_a_single_layer(tmp_path):
    tensors = mlp([2, 4, 3], ["0", "2"])
    del tensors["0.bias"]
    network = read_network(state_dict(tmp_path / "net.pt", tensors), " Tanh ", 2)
    np.testing.assert_array_equal(network.layers[0].b, np.zeros(4))
    (layer,) = read_network(state_dict(tmp_path / "one.pt", mlp([2, 3], ["fc"])), None, 2).layers
    assert layer.psi.name == "identity"


def test_safetensors_by_the_numbers_in_the_names(tmp_path):
    """10 comes after 2, although the file has it first and it would fit there."""
    tensors = mlp([3] * 4 + [2], ["layers.0", "layers.2", "layers.10", "layers.11"])
    network = read_network(safetensors(tmp_path / "net.safetensors", tensors, {"activation": "gelu"}), None, 3)
    assert names_of(network) == [f"layers.{k}.weight" for k in (0, 2, 10, 11)]
    assert network.layers[0].psi.name == "gelu"


def test_numbers_of_any_length_order_layers_if_they_differ(tmp_path):
    long = "1" * 5000
    network = read_network(safetensors(tmp_path / "a.safetensors", mlp([2, 2, 2], ["2", long])), "relu", 2)
    assert names_of(network) == ["2.weight", f"{long}.weight"]
    with pytest.raises(InputError, match="could follow the 2 columns"):
        read_network(safetensors(tmp_path / "b.safetensors", mlp([2, 2, 2], ["1", "01"])), "relu", 2)


def test_safetensors_by_shapes_if_only_one_order_fits(tmp_path):
    tensors = mlp([3, 5, 4, 2], ["stem", "body", "head"])
    network = read_network(safetensors(tmp_path / "net.safetensors", tensors), "relu", 3)
    assert names_of(network) == ["stem.weight", "body.weight", "head.weight"]
    square = mlp([3, 3, 3], ["stem", "head"])
    with pytest.raises(InputError, match=r"head.weight and stem.weight could follow the 3 columns of the table"):
        read_network(safetensors(tmp_path / "square.safetensors", square), "relu", 3)
    with pytest.raises(InputError, match=r"none of .* can follow the 7 columns"):
        read_network(safetensors(tmp_path / "net.safetensors", tensors), "relu", 7)


def test_the_shipped_weights_of_train():
    network = read_network(ROOT / "proofs" / "found" / "wine.npz", None, 13)
    assert names_of(network) == ["W", "v"]
    assert [layer.psi.name for layer in network.layers] == ["tanh", "identity"]
    assert network.is_fitted
    assert not (network.factors == 1).all()


def exported(path: Path, **changes: object) -> Path:
    about = {"columns": ["a", "b"], "label": "y", "classes": ["no", "yes"], "codes": [["0"], ["1"]]}
    arrays = {
        "W1": np.ones((3, 2)), "b1": np.zeros(3), "W2": np.ones((1, 3)), "b2": np.zeros(1),
        "activations": np.array(["threshold", "identity"]), "about": np.array(json.dumps(about)),
    } | changes  # fmt: skip
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})
    return path


def test_an_npz_of_export(tmp_path):
    network = read_network(exported(tmp_path / "net.npz"), None, 2)
    assert [layer.psi.name for layer in network.layers] == ["threshold", "identity"]
    assert (network.codes, network.columns, network.is_fitted) == ({"no": ("0",), "yes": ("1",)}, ("a", "b"), True)


def test_an_npz_of_layers_alone(tmp_path):
    """W1, b1, W2, b2, ...: nothing is known of it but the numbers."""
    path = tmp_path / "net.npz"
    arrays = {"W1": np.ones((3, 2)), "b1": np.zeros(3), "W2": np.eye(3), "b2": np.zeros(3), "W3": np.ones((1, 3))}
    np.savez(path, **arrays, b3=np.ones(1, dtype=np.float32))
    network = read_network(path, "tanh", 2)
    assert [layer.psi.name for layer in network.layers] == ["tanh", "tanh", "identity"]
    assert (network.codes, network.columns, network.is_fitted) == ({}, (), False)
    np.testing.assert_array_equal(network.layers[2].b, [1])
    assert "give --activation" in refused(path, None, 2)
    np.savez(path, **arrays)
    assert "b3 is missing; give W1, b1, W2, b2, ... (W_k is units x inputs)" in refused(path, "tanh", 2)
    np.savez(path, W1=np.ones((2, 3)), b1=np.zeros(3), W2=np.ones((1, 3)), b2=np.zeros(1))
    assert "or W transposed, its rows are the units" in refused(path, "tanh", 2)
    np.savez(path, V=np.ones(2))
    assert "neither W1 nor W; give the arrays W1, b1, W2, b2, ... (W_k is units x inputs), or" in refused(path)


def test_only_what_train_wrote_is_fitted(tmp_path):
    """A user's W, b, v has no classes and codes; its shapes are told as certify nearby tells them."""
    path = tmp_path / "net.npz"
    arrays = {"W": np.ones((3, 2)), "b": np.zeros(3), "v": np.ones((3, 1)), "activation": np.array("x^2 + x")}
    np.savez(path, **arrays)
    network = read_network(path, None, 2)
    assert not network.is_fitted
    assert network.layers[1].W.shape == (1, 3)
    np.savez(path, **arrays, classes=np.array([], dtype=str), codes=np.array([], dtype=str))
    assert read_network(path, None, 2).is_fitted
    np.savez(path, **arrays, offset=np.ones(2))
    assert "offset: has shape (2,), but v of shape (3,) needs ()" in refused(path, None, 2)
    np.savez(path, **arrays | {"v": np.ones((2, 3))})
    assert "v: has shape (2, 3)" in refused(path, None, 2)


ABOUT = {"columns": ["a", "b"], "classes": ["no", "yes"], "codes": [["0"], ["1"]]}


@pytest.mark.parametrize("change", [{"classes": ["no", "no"]}, {"codes": ["01", "10"]}, {"columns": "ab"}])
def test_about_with_a_class_twice_or_text_for_a_list(change, tmp_path):
    path = exported(tmp_path / "net.npz", about=np.array(json.dumps(ABOUT | change)))
    assert "about does not tell columns, and classes, each once" in refused(path, None, 2)


EXPORTS = {
    "b2 is missing": {"b2": None},
    "the array 'W4' has no meaning here|b3 is missing|W3 is missing": {"W4": np.ones((1, 1))},
    "activations or about is not text": {"activations": np.array([1, 2])},
    "export writes threshold, relu, identity": {"activations": np.array(["tanh", "identity"])},
    "about does not tell": {"about": np.array("[1]")},
    "do not follow each other": {"W2": np.ones((1, 4))},
    r"\['W1'\]\[1, 0\] is nan|W1\[1, 0\] is nan": {"W1": np.array([[1, 1], [np.nan, 1], [1, 1]])},
    "have the shapes": {"b1": np.zeros(2)},
}


@pytest.mark.parametrize("message", EXPORTS)
def test_a_bad_npz_of_export(message, tmp_path):
    with pytest.raises(InputError, match=message):
        read_network(exported(tmp_path / "net.npz", **EXPORTS[message]), None, 2)


def refused(path: Path, activation: str | None = "relu", n_inputs: int = 3) -> str:
    with pytest.raises(InputError) as caught:
        read_network(path, activation, n_inputs)
    return str(caught.value)


def test_layers_of_other_kinds_are_named(tmp_path):
    linear = mlp([3, 4, 2], ["0", "3"])
    others = {
        "1.weight (4)": {"1.weight": np.ones(4), "1.bias": np.ones(4)},
        "conv.weight (2 x 3 x 3 x 3)": {"conv.weight": np.ones((2, 3, 3, 3))},
        "attn.in_proj_weight (9 x 3)": {"attn.in_proj_weight": np.ones((9, 3))},
        "running_mean (4)": {"running_mean": np.ones(4)},
        "other.bias (4)": {"other.bias": np.ones(4)},
    }
    for said, more in others.items():
        message = refused(state_dict(tmp_path / "net.pt", more | linear))
        assert f"{said} belongs to no linear layer; only linear layers" in message
    counter = state_dict(tmp_path / "net.pt", {"1.num_batches_tracked": np.ones(1)}, "Long")
    assert "as batch normalisation does, which is not read" in refused(counter)


def test_shapes_numbers_and_activations(tmp_path):
    path = tmp_path / "net.pt"
    assert "2.weight takes 5 inputs, 0.weight before it has 4 outputs" in refused(
        state_dict(path, mlp([3, 4], ["0"]) | mlp([5, 2], ["2"]))
    )
    good = state_dict(path, mlp([3, 4, 2], ["0", "2"]))
    assert "0.weight of" in refused(good, n_inputs=4)
    assert "takes 3 inputs, the table has 4 columns beside the label" in refused(good, n_inputs=4)
    assert "does not name that of the hidden layers; give --activation: relu, threshold" in refused(good, None)
    for name in ("leaky_relu", "log", "abs"):
        assert f"{name!r} is not one that is evaluated here; choose one of relu, threshold, tanh" in refused(good, name)
    unknown = refused(good, "thanh")
    assert "nor one of relu, threshold, tanh" in unknown
    assert "did you mean 'tanh'" in unknown
    assert "log" not in unknown
    infinite = mlp([3, 4, 2], ["0", "2"])
    infinite["2.bias"][1] = np.inf
    assert "the bias of 2.weight[1] is inf; every weight is a finite number" in refused(state_dict(path, infinite))
    named = safetensors(tmp_path / "n.safetensors", mlp([3, 4, 2], ["0", "2"]), {"activation": "tanh"})
    assert "was made with tanh, not relu; leave out --activation" in refused(named)
    wine = ROOT / "proofs" / "found" / "wine.npz"
    assert "was made with tanh, not relu" in refused(wine, "relu", 13)
    deep = mlp([1] * 102, [str(k) for k in range(101)])
    assert "more than 100 layers" in refused(state_dict(path, deep), n_inputs=1)
