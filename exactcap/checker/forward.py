"""Values of a network of rational weights, in integers with one error a layer (SPEC-NETWORKS.md, N5).

The first layer is exact. From there on value h of a layer is known as an integer g with |2^P h - g| <= e, one e for the
whole layer: the sums of the next layer are exact integers again, in error by at most e times the sum of all |weights|.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from .activations import Activation
from .centre import Budget, common_denominator, hold
from .elementary import fixed
from .intervals import Interval, Undefined, quotient
from .newton import MAX_MAGNITUDE, MAX_VALUE, STEPS
from .reader import Rejected
from .smooth import jet, psi_steps

PIECEWISE = ("threshold", "relu", "identity")
UNIT = 1000  # steps at a unit with one of these, beside its products

Apply = Callable[[int, int, int, int], tuple[int, int]]


@dataclass(frozen=True)
class Layer:
    """h -> psi(W h + b)."""

    psi: Activation
    weights: list[list[Fraction]]
    biases: list[Fraction]


@dataclass(frozen=True)
class Unit:
    """<weights, values> + bias, all over the denominator; `norm` is the sum of the |weights|."""

    weights: list[int]
    bias: int
    denominator: int
    norm: int


@dataclass(frozen=True)
class IntegerLayer:
    """A layer in integers, with the lengths of the longest weight, and of the longest bias or denominator."""

    psi: Activation
    apply: Apply
    units: list[Unit]
    weight: int
    other: int


def integer_layers(layers: list[Layer], denominators: list[int], budget: Budget) -> list[IntegerLayer]:
    """The first layer acts on inputs over these denominators, the others on values over 1."""
    result, count, longest = [], 0, 0
    for layer in layers:
        inputs = common_denominator(denominators, "inputs")
        cofactors, units = [inputs // q for q in denominators], []
        for w, b in zip(layer.weights, layer.biases, strict=True):
            own = common_denominator((a.denominator for a in (*w, b)), "weights")
            common_denominator([own * inputs], "weights, inputs")
            count += len(w) + 3
            numerator_bits = max(a.numerator.bit_length() for a in (*w, b))
            longest = max(longest, numerator_bits + own.bit_length() + inputs.bit_length() + len(w).bit_length())
            hold("weights", count, longest)
            budget.products(
                2 * len(w) + 2, max(numerator_bits, own.bit_length()), own.bit_length() + inputs.bit_length()
            )
            scaled = [a.numerator * (own // a.denominator) * q for a, q in zip(w, cofactors, strict=True)]
            bias = b.numerator * (own // b.denominator) * inputs
            units.append(Unit(scaled, bias, own * inputs, sum(map(abs, scaled))))
        weight = max(max(map(int.bit_length, unit.weights)) for unit in units)
        other = max(max(unit.bias.bit_length(), unit.denominator.bit_length()) for unit in units)
        result.append(IntegerLayer(layer.psi, _apply(layer.psi), units, weight, other))
        denominators = [1] * len(units)
    return result


def evaluate(network: list[IntegerLayer], row: list[int], bits: int, budget: Budget) -> tuple[list[int], int]:
    """(g, e): 2^bits times each output is within e of g. Raises `Undefined` where that is not known."""
    values, error, power = row, 0, 0
    for layer in network:
        units, weight, other = layer.units, layer.weight, layer.other
        value = max(max(map(int.bit_length, values)), error.bit_length())
        longest = max(weight + value + len(values).bit_length(), other + power) + bits
        hold("values", 2 * len(units), longest)
        budget.products(len(units) * (len(values) + 1), weight, value)
        budget.products(4 * len(units), longest, other)
        budget.steps(len(units) * (UNIT if layer.psi.name in PIECEWISE else STEPS + psi_steps(layer.psi, bits)))
        ends = []
        for unit in units:
            s, doubt = sum(map(mul, unit.weights, values)) + (unit.bias << power), unit.norm * error
            low, high = layer.apply(s - doubt, s + doubt, unit.denominator << power, bits)
            ends.append((low, high))
        values = [(low + high) >> 1 for low, high in ends]
        error = max(high - g for g, (_, high) in zip(values, ends, strict=True))  # rounded down, so high is farther
        power = bits
    return values, error


def _apply(psi: Activation) -> Apply:
    """(a, b, q, P) -> (low, high): psi is in [low, high] 2^-P on the interval [a, b]/q. May raise `Undefined`."""
    if psi.name == "identity":
        return _quotients
    if psi.name == "relu":
        return lambda a, b, q, bits: _quotients(max(a, 0), max(b, 0), q, bits)
    if psi.name == "threshold":
        return _threshold
    at = jet(psi)

    def smooth(a: int, b: int, q: int, bits: int) -> tuple[int, int]:
        s = Interval(quotient((a, 0), (q, 0), bits, False), quotient((b, 0), (q, 0), bits, True), bits)
        if s.magnitude() > MAX_MAGNITUDE:
            raise Rejected(f"a preactivation is larger than 2^{MAX_MAGNITUDE}")
        y, _ = at(s)
        if y.magnitude() > MAX_VALUE:
            raise Rejected(f"a value of the activation is larger than 2^{MAX_VALUE}")
        return fixed(y.lo, bits), -fixed((-y.hi[0], y.hi[1]), bits)

    return smooth


def _quotients(a: int, b: int, q: int, bits: int) -> tuple[int, int]:
    return (a << bits) // q, -((-b << bits) // q)


def _threshold(a: int, b: int, q: int, bits: int) -> tuple[int, int]:
    if a <= 0 < b:
        raise Undefined("a threshold unit may be on either side of 0")
    value = int(a > 0) << bits
    return value, value
