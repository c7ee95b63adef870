"""The kinds of matrices that a plan may name: their parameters, and how their values become a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactcap.claims import Deep, Functions, Generic, Hadamard, Jacobian, KhatriRao, Matrix
from exactcap.claims.matrices import MAX_LAYERS, MAX_POWER
from exactcap.claims.parts import MAX_INPUTS, MAX_SAMPLES, MAX_WIDTH
from exactcap.errors import InputError
from exactcap.models.activations import BLOCKS
from exactcap.provers.records import read_activation, sum_of_powers
from exactcap.sweeps.choices import Reader, integer_lists, integers, text_lists, texts
from exactcap.sweeps.expressions import bounded_comb

Values = Mapping[str, Any]

LIMITS = {
    "rows": (1, MAX_SAMPLES), "cols": (1, MAX_SAMPLES), "inner": (1, MAX_SAMPLES), "power": (0, MAX_POWER),
    "degree": (1, MAX_POWER), "inputs": (1, MAX_INPUTS), "samples": (1, MAX_SAMPLES), "width": (1, MAX_WIDTH),
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A kind of matrix: its parameters, of which each group needs exactly one, and its record from their values.

    ``ambient`` is the number of that name in expressions, from the values of ``ambient_needs`` (those that are given).
    """

    parameters: Mapping[str, Reader]
    required: tuple[tuple[str, ...], ...]
    build: Callable[[Values], Matrix]
    ambient: Callable[[Values], int] | None = None
    ambient_needs: tuple[str, ...] = ()


def between(name: str, value: int, low: int, high: int) -> int:
    """The value if low <= value <= high; raises InputError."""
    if low <= value <= high:
        return value
    raise InputError(f"{name}: {value} is not between {low} and {high}; choose one that is")


def _hadamard(values: Values) -> Hadamard:
    if "activation" in values:
        psi = read_activation(values["activation"])
    else:
        exponents = values["powers"] if "powers" in values else (values["power"],)
        powers = {between("powers", k, 0, MAX_POWER) for k in exponents}
        if max(powers, default=0) == 0:
            raise InputError(f"power: {sorted(powers)} gives a constant function; take a power of at least 1")
        psi = sum_of_powers(powers)
    return Hadamard(values["cols"], psi, values["inner"], values["rows"])


def _khatri_rao(values: Values) -> KhatriRao:
    return KhatriRao(_points(values, values["inputs"]), values["power"], values["width"])


def _khatri_rao_ambient(values: Values) -> int:
    """The forms of degree k + 1 in d variables."""
    return _forms(values["inputs"], values["power"] + 1)


def _jacobian(values: Values) -> Jacobian:
    psi, blocks, points = read_activation(values["activation"]), _blocks(values), _points(values, values["inputs"])
    return Jacobian(psi, _bias(values), blocks, points, values["width"])


def _blocks(values: Values) -> tuple[str, ...]:
    text = values.get("blocks", "W,b,v")
    names = [name.strip() for name in text.split(",")]
    if len(set(names)) < len(names) or not set(names) <= set(BLOCKS):
        raise InputError(f'blocks: {text!r} is not a choice of W, b and v; write for example "W,b"')
    return tuple(name for name in BLOCKS if name in names)


def _bias(values: Values) -> str:
    has_block = "b" in _blocks(values)
    bias = _one_of("bias", values.get("bias", "generic" if has_block else "none"), ("generic", "none"))
    if has_block and bias == "none":
        raise InputError('bias: "none" leaves no block b to train; take b out of blocks, or write bias = "generic"')
    return bias


def _jacobian_ambient(values: Values) -> int:
    """With bias the polynomials of degree <= deg psi; without, the forms of the degrees > 0 that occur in psi."""
    text, d = values["activation"], values["inputs"]
    psi = read_activation(text)
    degree = psi.polynomial_degree()
    if degree is None:
        raise InputError(f"ambient: {text!r} is no polynomial, so there is no such number; write another")
    if _bias(values) == "generic":
        return _forms(d + 1, degree)
    return sum(_forms(d, t) for t in range(1, degree + 1) if psi.numerator[t] != "0")


def _deep(values: Values) -> Deep:
    given = values["widths"]
    if not 2 <= len(given) <= MAX_LAYERS + 1:
        raise InputError(f"widths: {list(given)} has not between 1 and {MAX_LAYERS} layers; write [d_0, d_1, ..., d_h]")
    n_inputs, *widths = (between("widths", width, 1, MAX_INPUTS) for width in given)
    hidden = len(widths) - 1
    if "degree" in values:
        activations = (sum_of_powers({values["degree"]}),) * hidden
    else:
        activations = tuple(map(read_activation, values["activations"]))
    if len(activations) != hidden:
        raise InputError(
            f"activations: {list(values['activations'])} is not one for each of the {hidden} hidden layers of widths "
            f"{list(given)}; give {hidden}, or a degree for all"
        )
    bias = _one_of("bias", values.get("bias", "none"), ("none", "hidden", "all"))
    return Deep(activations, bias, _points(values, n_inputs), tuple(widths))


KINDS = {
    "hadamard": Kind(
        {"rows": integers, "cols": integers, "inner": integers,
         "power": integers, "powers": integer_lists, "activation": texts},
        (("rows",), ("cols",), ("inner",), ("power", "powers", "activation")),
        _hadamard,
    ),
    "khatri-rao": Kind(
        {"inputs": integers, "power": integers, "samples": integers, "width": integers},
        (("inputs",), ("power",), ("width",)),
        _khatri_rao,
        _khatri_rao_ambient,
        ("inputs", "power"),
    ),
    "jacobian": Kind(
        {"activation": texts, "blocks": texts, "bias": texts,
         "inputs": integers, "samples": integers, "width": integers},
        (("activation",), ("inputs",), ("width",)),
        _jacobian,
        _jacobian_ambient,
        ("activation", "blocks", "bias", "inputs"),
    ),
    "deep": Kind(
        {"widths": integer_lists, "degree": integers, "activations": text_lists, "bias": texts, "samples": integers},
        (("widths",), ("degree", "activations")),
        _deep,
    ),
}  # fmt: skip


def _forms(variables: int, degree: int) -> int:
    """The dimension of the forms of this degree."""
    return bounded_comb(Fraction(variables - 1 + degree), Fraction(degree))


def _points(values: Values, n_inputs: int) -> Generic | Functions:
    return Generic(n_inputs, values["samples"]) if "samples" in values else Functions(n_inputs)


def _one_of(name: str, value: str, names: tuple[str, ...]) -> str:
    if value in names:
        return value
    raise InputError(f"{name}: {value!r} is none of {', '.join(names)}; choose one of them")
