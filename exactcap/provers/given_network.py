"""From the network of a file and a table to the claim that the network gives all rows their class."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from exactcap.claims import Classes, Classifies, Dense
from exactcap.claims.parts import MAX_SAMPLES
from exactcap.errors import InputError
from exactcap.models.datasets import Dataset, parse_number
from exactcap.provers.labels import code_number, read_labels, split_codes
from exactcap.provers.newton import rationals
from exactcap.provers.records import activation_record, table_record
from exactcap.training.deep_files import DenseNetwork

ONE_CLASS = "which every network gives to all rows; name the other classes by --codes, or choose another label"


def classification_claim(network: DenseNetwork, dataset: Dataset, codes: str | None = None) -> Classifies:
    """The claim, the numbers of the file as the dyadic rationals that they are; raises InputError.

    >>> from fractions import Fraction
    >>> import numpy as np
    >>> from exactcap.training.deep_files import IDENTITY, DenseLayer
    >>> table = Dataset(("x",), "y", (1, 2), ((Fraction(-3),), (Fraction(2),)), (), ("no", "yes"))
    >>> layers = (DenseLayer(IDENTITY, np.array([[0.5]]), np.array([1.0]), "weight"),)
    >>> claim = classification_claim(DenseNetwork(layers, np.ones(1), np.zeros(1)), table)
    >>> claim.layers[0].weights, claim.labels.codes, claim.wrong
    ((('1/2',),), (('-1',), ('1',)), ())
    """
    if dataset.n_samples > MAX_SAMPLES:
        raise InputError(f"data: {dataset.n_samples} rows, at most {MAX_SAMPLES} are allowed; give fewer")
    if network.columns and len(network.columns) != len(dataset.columns):
        raise InputError(
            f"network: the file names {len(network.columns)} columns, the table has {len(dataset.columns)} inputs; "
            "give the table it is for"
        )
    if network.columns and network.columns != dataset.columns:
        pairs = zip(network.columns, dataset.columns, strict=True)
        place, (one, other) = next((k, pair) for k, pair in enumerate(pairs, start=1) if pair[0] != pair[1])
        raise InputError(
            f"network: its input {place} is {one!r}, the table's column {other!r}; give the table it is for"
        )
    layers = tuple(
        Dense(activation_record(layer.psi), tuple(rationals(layer.b)), tuple(tuple(rationals(row)) for row in layer.W))
        for layer in network.layers
    )
    labels = class_labels(dataset, len(layers[-1].biases), network.codes, network.is_fitted, codes)
    factors, shifts = tuple(rationals(network.factors)), tuple(rationals(network.shifts))
    return Classifies(factors, table_record(dataset), labels, layers, shifts, ())


def class_labels(
    dataset: Dataset, outputs: int, in_file: Mapping[str, tuple[str, ...]], is_fitted: bool, given: str | None
) -> Classes:
    """The classes and their codes: those given, or of the file, or by the number of outputs; raises InputError.

    An output a class: unit vectors, in the order of the classes. One output: labels that are numbers are their own
    codes; else two classes are -1 and 1, more are 0, 1, 2, ... Two numbers such as 0 and 1 at one output are not
    guessed, unless exactcap fitted them: a network trained with logits decides at 0, one trained on the numbers at 1/2.
    Codes that are given, or in the file, may name more classes than the table has.
    """
    labels = read_labels(dataset, "units")
    assert isinstance(labels, Classes)
    names, count = labels.classes, len(labels.classes)
    if given is not None:
        return _named(labels, split_codes(given, names), outputs, "codes")
    if in_file:
        return _named(labels, in_file, outputs, "network")
    if count == 1:
        raise InputError(f"label: all rows have the label {names[0]!r}, {ONE_CLASS}")
    if outputs == count:
        units = tuple(tuple("1" if k == j else "0" for j in range(count)) for k in range(count))
        return msgspec.structs.replace(labels, codes=units)
    if outputs != 1:
        shown = ", ".join(names[:6]) + (", ..." if count > 6 else "")
        raise InputError(
            f"network: it has {outputs} outputs, the labels {count} classes ({shown}); one output a class is needed, "
            "or one output for all. If the table lacks classes of the network, name them too, each with its code: "
            '--codes "u=1 0 0,v=0 1 0,w=0 0 1"'
        )
    return msgspec.structs.replace(labels, codes=tuple((code,) for code in _numbers(names, is_fitted)))


def _named(labels: Classes, named: Mapping[str, tuple[str, ...]], outputs: int, source: str) -> Classes:
    """All classes that are named, of which the table may have fewer; ``source`` is the argument that names them."""
    missing = [name for name in labels.classes if name not in named]
    if missing:
        raise InputError(
            f"network: its classes are {', '.join(list(named)[:6])}, the table has {missing[0]!r}; give the table it "
            "was trained on, or --codes"
        )
    for name, code in named.items():
        if len(code) != outputs:
            raise InputError(
                f"{source}: the code of {name!r} has length {len(code)}, but the network's number of outputs is "
                f"{outputs}; give each class a number for each output"
            )
    places = {name: k for k, name in enumerate(named)}
    values = tuple(places[labels.classes[k]] for k in labels.values)
    codes = tuple(tuple(str(code_number(name, c)) for c in code) for name, code in named.items())
    numbers = [parse_number(name) for name in named]
    if len(set(codes)) != len(codes):
        raise InputError(f"{source}: two classes have the same code; make them different")
    if len({name if q is None else q for name, q in zip(named, numbers, strict=True)}) != len(codes) or "" in named:
        raise InputError(f"{source}: a class is there twice, or without a name; name each class once")
    if len(codes) == 1:
        raise InputError(f"{source}: {next(iter(named))!r} is the only class, {ONE_CLASS}")
    return Classes(tuple(named), codes, values)


def _numbers(names: tuple[str, ...], is_fitted: bool) -> list[str]:
    numbers = [parse_number(name) for name in names]
    if None in numbers:
        return ["-1", "1"] if len(names) == 2 else [str(k) for k in range(len(names))]
    if len(names) == 2 and not is_fitted and set(numbers) != {-1, 1}:
        first, second = names
        raise InputError(
            f"codes: the network has one output for the labels {first} and {second}; say how it decides: --codes "
            f'"{first}=-1,{second}=1" if by the sign (logits), "{first}={first},{second}={second}" if the output is to '
            "be near the label"
        )
    return [str(number) for number in numbers]
