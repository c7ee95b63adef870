"""Networks of any number of linear layers from files of weights: exact numbers, and nothing guessed.

A file is read as `weight_files` does. Which layer follows which, a state_dict tells by its order, an .npz by its names,
and for a .safetensors file `layer_order`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain, pairwise
from pathlib import Path

import numpy as np

from exactcap.errors import InputError
from exactcap.models.activations import UNITS, Activation, parse_unit
from exactcap.training.activations import activation_text
from exactcap.training.layer_order import layer_order
from exactcap.training.state_dict import Tensors
from exactcap.training.weight_files import REQUIRED, Arrays, exact, read_arrays, shown_path, trained_arrays, weights_of
from exactcap.training.weights import Array

MAX_LAYERS = 100
MAX_WEIGHTS = 2**22
IDENTITY = Activation("identity")
LAYOUT = "W1, b1, W2, b2, ... (W_k is units x inputs)"
TRAINED = ("classes", "codes")  # arrays that train always writes, if need be empty
EXPORTED = ("activations", "about")  # arrays that export always writes
READ = (
    "only linear layers with one activation between them are read; fold batch normalisation into the layer before it "
    "(convolutions, attention and embeddings are not read)"
)


@dataclass(frozen=True, eq=False)
class DenseLayer:
    """h -> psi(W h + b), W of shape (units, inputs); the name of W in the file."""

    psi: Activation
    W: Array
    b: Array
    name: str


@dataclass(frozen=True, eq=False)
class DenseNetwork:
    """The layers, the first one on x'_c = factors_c (x_c - shifts_c), and what the file says of its classes.

    ``codes`` maps names of classes to texts of rationals, one for each output, and ``columns`` are the names of the
    inputs; both are empty where the file has none. ``is_fitted``: train or export wrote it, whose labels that are
    numbers are their own codes.
    """

    layers: tuple[DenseLayer, ...]
    factors: Array
    shifts: Array
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    is_fitted: bool = False


def read_network(path: str | Path, activation: str | None, n_inputs: int) -> DenseNetwork:
    """The network of a file, for a table of ``n_inputs`` columns; ``activation`` is that of all hidden layers.

    Raises InputError where the file cannot be read, holds anything else than linear layers, names another activation or
    none where none is given, where a number is not finite or the shapes do not fit together.
    """
    file, found = shown_path(path), read_arrays(path)
    arrays = found.arrays
    if found.kind == "npz" and "W1" in arrays:
        network = _numbered(arrays, activation, file)
    elif found.kind == "npz" and "W" not in arrays:
        raise InputError(
            f"{file}: it holds neither W1 nor W; give the arrays {LAYOUT}, or those of two layers as exactcap train "
            "writes them, W (m x d), b (m), v (m, or m x K)"
        )
    elif found.kind == "npz" or set(REQUIRED) <= set(arrays):
        network = _trained(arrays, found.metadata.get("activation", ""), activation, file)
    else:
        named = found.metadata.get("activation", "")
        network = _plain(arrays, found.kind == "state_dict", named, activation, n_inputs, file)
    _require(network, n_inputs, file)
    return network


def _hidden(named: str, given: str | None, is_needed: bool, file: str) -> Activation:
    """The activation of the hidden layers, which the file or the user names, or both alike."""
    if not named and given is None and is_needed:
        choice = f"{', '.join(UNITS)}, tanh, gelu, ..."
        raise InputError(f"activation: {file} does not name that of the hidden layers; give --activation: {choice}")
    if named and given is not None and parse_unit(named) != parse_unit(given):
        raise InputError(f"activation: {file} was made with {named}, not {given}; leave out --activation")
    return parse_unit(named or given or UNITS[0])


def _numbered(arrays: Arrays, given: str | None, file: str) -> DenseNetwork:
    """W1, b1, W2, b2, ...; if exactcap export wrote them, with the activation of each layer."""
    count = sum(name.startswith("W") for name in arrays)
    wanted = [f"{part}{k}" for k in range(1, count + 1) for part in "Wb"]
    is_exported = any(name in arrays for name in EXPORTED)
    names = [*wanted, *(EXPORTED if is_exported else ())]
    missing, unknown = [name for name in names if name not in arrays], [name for name in arrays if name not in names]
    if missing or unknown:
        fault = f"{missing[0]} is missing" if missing else f"the array {unknown[0][:40]!r} has no meaning here"
        also = " and activations, about, as exactcap export writes" if is_exported else ""
        raise InputError(f"{file}: {fault}; give {LAYOUT}{also}")
    columns, codes = tuple[str, ...](), dict[str, tuple[str, ...]]()
    if is_exported:
        kinds, text = _export_texts(arrays, count, given, file)
        columns, codes = _about(text, file)
    else:
        kinds = [*[_hidden("", given, count > 1, file)] * (count - 1), IDENTITY]
    tensors = {name: exact(arrays[name], f"{file}: {name}") for name in wanted}
    layers = tuple(
        DenseLayer(kind, tensors[f"W{k}"], tensors[f"b{k}"], f"W{k}") for k, kind in enumerate(kinds, start=1)
    )
    d = layers[0].W.shape[-1] if layers[0].W.ndim else 0
    return DenseNetwork(layers, np.ones(d), np.zeros(d), codes, columns, is_exported)


def _export_texts(arrays: Arrays, count: int, given: str | None, file: str) -> tuple[list[Activation], str]:
    """The activation of each layer, and the text ``about``."""
    texts = [arrays[name] for name in EXPORTED]
    if any(text.dtype.kind != "U" for text in texts) or texts[0].shape != (count,) or texts[1].ndim:
        raise InputError(f"{file}: activations or about is not text, one for each layer and one; export it again")
    kinds = texts[0].tolist()
    if not set(kinds) <= {*UNITS, IDENTITY.name}:
        raise InputError(f"{file}: activations are {', '.join(kinds)[:60]}; export writes threshold, relu, identity")
    others = [kind for kind in kinds[:-1] if given is not None and parse_unit(given).name != kind]
    if others:
        raise InputError(f"activation: {file} was made with {others[0]}, not {given}; leave out --activation")
    return [Activation(kind) for kind in kinds], str(texts[1])


def _about(text: str, file: str) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """The names of the columns, and the codes of the classes if there are any."""
    try:
        about = json.loads(text)
        columns, names, codes = about["columns"], about.get("classes", []), about.get("codes", [])
        if not all(type(words) is list for words in (columns, names, codes, *codes)):
            raise TypeError
        found = {name: tuple(code) for name, code in zip(names, codes, strict=True)}
        words = (*columns, *names, *chain(*codes))
        if len(found) != len(names) or not all(type(word) is str and word.isprintable() for word in words):
            raise TypeError
        return tuple(columns), found
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        raise InputError(
            f"{file}: about does not tell columns, and classes, each once, with their codes; export it again"
        ) from None


def _trained(arrays: Arrays, named: str, given: str | None, file: str) -> DenseNetwork:
    """W, b, v, offset, factors, shifts of `exactcap train`, or like them."""
    tensors, in_file, codes = trained_arrays(arrays, file)
    psi = _hidden(in_file or named, given, True, file)
    weights = weights_of(tensors, activation_text(psi), file)
    layers = (
        DenseLayer(psi, weights.W, weights.b, "W"),
        DenseLayer(IDENTITY, weights.outer.T, weights.offsets, "v"),
    )
    split = {name: tuple(code.split()) for name, code in codes.items()}
    return DenseNetwork(layers, weights.factors, weights.shifts, split, is_fitted=set(TRAINED) <= set(arrays))


def _plain(tensors: Tensors, is_ordered: bool, named: str, given: str | None, n_inputs: int, file: str) -> DenseNetwork:
    """Layers NAME.weight and NAME.bias, as PyTorch calls them."""
    weights = [name for name, tensor in tensors.items() if tensor.ndim == 2 and re.search(r"(^|\.)weight$", name)]
    biases = {f"{name.removesuffix('weight')}bias" for name in weights}
    others = [name for name in tensors if name not in weights and (name not in biases or tensors[name].ndim != 1)]
    if others or not weights:
        fault = "it holds no layer"
        if others:
            shape = " x ".join(map(str, tensors[others[0]].shape)) or "a number"
            fault = f"{others[0][:80]} ({shape}) belongs to no linear layer"
        raise InputError(f"{file}: {fault}; {READ}")
    order = weights if is_ordered else layer_order(tensors, weights, n_inputs, file)
    psi = _hidden(named, given, len(order) > 1, file)
    layers = []
    for k, name in enumerate(order, start=1):
        W = tensors[name]
        b = tensors.get(f"{name.removesuffix('weight')}bias", np.zeros(len(W)))
        layers.append(DenseLayer(psi if k < len(order) else IDENTITY, W, b, name))
    return DenseNetwork(tuple(layers), np.ones(n_inputs), np.zeros(n_inputs))


def _require(network: DenseNetwork, n_inputs: int, file: str) -> None:
    layers, arrays = network.layers, dict[str, Array]()
    for layer in layers:
        if layer.W.ndim != 2 or 0 in layer.W.shape or layer.b.shape != (len(layer.W),):
            shapes = f"{layer.W.shape} and {layer.b.shape}"
            turned = ", or W transposed, its rows are the units" if layer.b.shape == layer.W.shape[1:] else ""
            raise InputError(
                f"{file}: {layer.name} and its bias have the shapes {shapes}; give (m, d) and (m,){turned}"
            )
        arrays |= {layer.name: layer.W, f"the bias of {layer.name}": layer.b}
    for first, second in pairwise(layers):
        if second.W.shape[1] != len(first.W):
            raise InputError(
                f"{file}: {second.name} takes {second.W.shape[1]} inputs, {first.name} before it has {len(first.W)} "
                f"outputs, so they do not follow each other; {READ}"
            )
    if layers[0].W.shape[1] != n_inputs:
        raise InputError(
            f"network: {layers[0].name} of {file} takes {layers[0].W.shape[1]} inputs, the table has {n_inputs} "
            "columns beside the label; give the table that it was trained on"
        )
    if len(layers) > MAX_LAYERS or sum(layer.W.size for layer in layers) > MAX_WEIGHTS:
        raise InputError(f"{file}: more than {MAX_LAYERS} layers or {MAX_WEIGHTS} weights; give a smaller network")
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            at = tuple(map(int, np.argwhere(~np.isfinite(array))[0]))
            raise InputError(
                f"{file}: {name}{list(at)} is {array[at]}; every weight is a finite number, so train again"
            )
