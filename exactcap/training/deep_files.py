"""Networks of any number of linear layers from files of weights: exact numbers, and nothing guessed.

A file is read as `weight_files` does. Which layer follows which, a state_dict tells by its order, an .npz by its names.
A .safetensors file is sorted by names or sizes, so there the numbers in the names tell, or the shapes if only one
order fits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np

from exactcap.errors import InputError
from exactcap.models.activations import UNITS, Activation, parse_unit
from exactcap.training.state_dict import Tensors
from exactcap.training.weight_files import REQUIRED, Arrays, exact, read_arrays, shown_path, trained_arrays
from exactcap.training.weights import Array

MAX_LAYERS = 100
MAX_WEIGHTS = 2**22
IDENTITY = Activation("identity")
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
    inputs; both are empty where the file has none. ``is_fitted``: exactcap made it, whose labels that are numbers are
    their own codes.
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
        network = _exported(arrays, activation, file)
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


def _exported(arrays: Arrays, given: str | None, file: str) -> DenseNetwork:
    """W1, b1, W2, ... of `exactcap export`; each layer has its activation."""
    count = sum(name.startswith("W") for name in arrays)
    wanted = [f"{part}{k}" for k in range(1, count + 1) for part in "Wb"]
    names = [*wanted, "activations", "about"]
    missing, unknown = [name for name in names if name not in arrays], [name for name in arrays if name not in names]
    if missing or unknown:
        fault = f"{missing[0]} is missing" if missing else f"the array {unknown[0][:40]!r} has no meaning here"
        raise InputError(f"{file}: {fault}; give W1, b1, W2, b2, ..., activations, about, as exactcap export writes")
    texts = [arrays[name] for name in ("activations", "about")]
    if any(text.dtype.kind != "U" for text in texts) or texts[0].shape != (count,) or texts[1].ndim:
        raise InputError(f"{file}: activations or about is not text, one for each layer and one; export it again")
    kinds = texts[0].tolist()
    if not set(kinds) <= {*UNITS, IDENTITY.name}:
        raise InputError(f"{file}: activations are {', '.join(kinds)[:60]}; export writes threshold, relu, identity")
    others = [kind for kind in kinds[:-1] if given is not None and parse_unit(given).name != kind]
    if others:
        raise InputError(f"activation: {file} was made with {others[0]}, not {given}; leave out --activation")
    tensors = {name: exact(arrays[name], f"{file}: {name}") for name in wanted}
    layers = tuple(
        DenseLayer(Activation(kind), tensors[f"W{k}"], tensors[f"b{k}"], f"W{k}")
        for k, kind in enumerate(kinds, start=1)
    )
    columns, codes = _about(str(texts[1]), file)
    d = layers[0].W.shape[-1] if layers[0].W.ndim else 0
    return DenseNetwork(layers, np.ones(d), np.zeros(d), codes, columns, is_fitted=True)


def _about(text: str, file: str) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """The names of the columns, and the codes of the classes if there are any."""
    try:
        about = json.loads(text)
        columns, names, codes = about["columns"], about.get("classes", []), about.get("codes", [])
        found = {name: tuple(code) for name, code in zip(names, codes, strict=True)}
        if not all(type(word) is str for word in (*columns, *names, *(c for code in codes for c in code))):
            raise TypeError
        return tuple(columns), found
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        raise InputError(f"{file}: about does not tell columns, classes and codes; export it again") from None


def _trained(arrays: Arrays, named: str, given: str | None, file: str) -> DenseNetwork:
    """W, b, v, offset, factors, shifts of `exactcap train`, or like them."""
    tensors, in_file, codes = trained_arrays(arrays, file)
    W, b, v = (tensors[name] for name in REQUIRED)
    d = W.shape[-1] if W.ndim else 0
    factors, shifts = tensors.get("factors", np.ones(d)), tensors.get("shifts", np.zeros(d))
    outer = np.atleast_2d(v.T)  # v is (m,) or (m, K)
    offset = np.atleast_1d(tensors.get("offset", np.zeros(len(outer))))
    layers = (
        DenseLayer(_hidden(in_file or named, given, True, file), W, b, "W"),
        DenseLayer(IDENTITY, outer, offset, "v"),
    )
    split = {name: tuple(code.split()) for name, code in codes.items()}
    return DenseNetwork(layers, factors, shifts, split, is_fitted=True)


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
    order = weights if is_ordered else _ordered(tensors, weights, n_inputs, file)
    psi = _hidden(named, given, len(order) > 1, file)
    layers = []
    for k, name in enumerate(order, start=1):
        W = tensors[name]
        b = tensors.get(f"{name.removesuffix('weight')}bias", np.zeros(len(W)))
        layers.append(DenseLayer(psi if k < len(order) else IDENTITY, W, b, name))
    return DenseNetwork(tuple(layers), np.ones(n_inputs), np.zeros(n_inputs))


def _ordered(tensors: Tensors, names: list[str], n_inputs: int, file: str) -> list[str]:
    """By the numbers in the names where these differ in nothing else; else each layer is the only one that fits."""
    if len({re.sub("[0-9]+", "#", name) for name in names}) == 1:
        return sorted(names, key=lambda name: [int(number) for number in re.findall("[0-9]+", name)])
    order, size, left = list[str](), n_inputs, list(names)
    while left:
        fitting = [name for name in left if tensors[name].shape[1] == size]
        if len(fitting) != 1:
            what = f"{' and '.join(fitting[:2])} could" if fitting else f"none of {', '.join(left[:4])} can"
            before = order[-1] if order else f"the {n_inputs} columns of the table"
            raise InputError(
                f"{file}: {what} follow {before}, and a .safetensors file does not tell the order of its layers; save "
                "a state_dict by torch.save(model.state_dict(), FILE)"
            )
        order.append(fitting[0])
        left.remove(fitting[0])
        size = len(tensors[fitting[0]])
    return order


def _require(network: DenseNetwork, n_inputs: int, file: str) -> None:
    layers, arrays = network.layers, {"factors": network.factors, "shifts": network.shifts}
    for layer in layers:
        if layer.W.ndim != 2 or 0 in layer.W.shape or layer.b.shape != (len(layer.W),):
            shapes = f"{layer.W.shape} and {layer.b.shape}"
            raise InputError(f"{file}: {layer.name} and its bias have the shapes {shapes}; give (m, d) and (m,)")
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
    if any(array.shape != (n_inputs,) for array in (network.factors, network.shifts)):
        raise InputError(f"{file}: factors or shifts have not one number a column; write them again")
    if len(layers) > MAX_LAYERS or sum(layer.W.size for layer in layers) > MAX_WEIGHTS:
        raise InputError(f"{file}: more than {MAX_LAYERS} layers or {MAX_WEIGHTS} weights; give a smaller network")
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            at = tuple(map(int, np.argwhere(~np.isfinite(array))[0]))
            raise InputError(
                f"{file}: {name}{list(at)} is {array[at]}; every weight is a finite number, so train again"
            )
    if not network.factors.all():
        raise InputError(f"{file}: a factor is 0, which drops its column; use nonzero factors")
