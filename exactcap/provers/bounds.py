"""Upper bounds for the rank of a two-layer Jacobian, by the named rules of SPEC.md, section 4."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from typing import Any

from exactcap.claims import Functions, Inputs, Jacobian, KhatriRao, Table
from exactcap.models.activations import Activation
from exactcap.models.differential_equation import first_order_equation
from exactcap.models.monomials import of_degrees, relations_on_points
from exactcap.provers.records import activation_model

MAX_CHARACTERS = 7000  # of the numbers of U9; with longer ones the rule is left out, which costs sharpness only
MAX_MONOMIALS = 500  # on a table; with more of them relations are not looked for
MAX_DIGITS = 1900
MAX_RELATION_WORK = 2 * 10**7
RULES = (
    "homogenise", "e0", "U1", "U2", "U3", "U4", "U5", "U6", "U8", "U9", "U10", "U11", "U12", "U13",
)  # fmt: skip


@dataclass(frozen=True)
class RankBound:
    """rank <= ``value`` for all parameters, with the parts of the evidence line."""

    value: int
    parts: Mapping[str, Any]

    @property
    def evidence(self) -> Mapping[str, Any]:
        """The evidence line."""
        return {"evidence": "rank-bound", **self.parts}

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules' names in the order of SPEC.md."""
        used = set(_names(self.parts)) | ({"U11"} if self.parts.get("cuts") else set())
        return tuple(name for name in RULES if name in used)


@dataclass(frozen=True)
class Shallow:
    """Blocks of a two-layer Jacobian; inputs may be functions. Without ``has_bias`` the biases are 0."""

    activation: Activation
    has_bias: bool
    blocks: tuple[str, ...]
    inputs: Inputs | Functions
    width: int

    @property
    def n_columns_per_neuron(self) -> int:
        """How many columns one neuron brings."""
        return sum(self.inputs.n_inputs if name == "W" else 1 for name in self.blocks)


Bound = tuple[int, Mapping[str, Any]]


def shallow(matrix: KhatriRao | Jacobian) -> Shallow:
    """A claim's matrix as blocks of a Jacobian: <w,x>^k x_c is, up to k + 1, the block W of x^(k+1) without bias."""
    if isinstance(matrix, KhatriRao):
        return Shallow(monomial(matrix.power + 1), False, ("W",), matrix.inputs, matrix.width)
    psi = activation_model(matrix.activation)
    return Shallow(psi, matrix.bias == "generic", matrix.blocks, matrix.inputs, matrix.width)


def monomial(degree: int) -> Activation:
    """x^degree."""
    return Activation("rational", (Fraction(0),) * degree + (Fraction(1),), (Fraction(1),))


def rank_bound(activation: Activation, inputs: Inputs, width: int, with_outer: bool = True) -> RankBound:
    """The bound for the n x m(d+2) Jacobian in W, b, v with biases, or in W and b only, whatever n is.

    >>> from exactcap.claims import Generic
    >>> rank_bound(Activation("exp"), Generic(4, 99), 3).value  # the v columns are lost: 3 (4 + 1)
    15
    """
    return shallow_bound(Shallow(activation, True, ("W", "b", "v") if with_outer else ("W", "b"), inputs, width))


def shallow_bound(matrix: Shallow) -> RankBound:
    """The least bound that the rules give for these blocks; U1 (the number of rows) is left to the caller.

    >>> shallow_bound(Shallow(monomial(4), False, ("W",), Functions(3), 5)).value  # Alexander and Hirschowitz
    14
    """
    parts = [("inner", _inner(matrix))] if {"W", "b"} & set(matrix.blocks) else []
    parts += [("outer", _outer(matrix))] if "v" in matrix.blocks else []
    total = sum(value for _, (value, _) in parts)
    bounds = [RankBound(total, {name: rule for name, (_, rule) in parts})]
    bounds += [RankBound(value, {"whole": rule}) for value, rule in _whole(matrix, total)]
    return min(bounds, key=lambda bound: bound.value)


def polynomial(activation: Activation) -> tuple[Fraction, ...] | None:
    """The coefficients of a polynomial activation, constant term first, else None."""
    return activation.numerator if activation.polynomial_degree is not None else None


def shifted_remainder(coefficients: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    """f - a (z + s)^D for the s that removes the term of degree D - 1, without trailing zeros; D = deg f >= 1.

    >>> shifted_remainder((Fraction(3), Fraction(2), Fraction(1)))  # x^2 + 2 x + 3 = (x + 1)^2 + 2
    (Fraction(2, 1),)
    """
    degree, a = len(coefficients) - 1, coefficients[-1]
    shift = coefficients[-2] / (degree * a)
    rest = [c - a * math.comb(degree, i) * shift ** (degree - i) for i, c in enumerate(coefficients)]
    while rest and rest[-1] == 0:
        rest.pop()
    return tuple(rest)


def _names(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        if part.get("rule", "two-layer") != "two-layer":
            yield part["rule"]
        for inner in part.values():
            yield from _names(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _names(inner)


def _powers(dimension: int, k: int, points: int) -> Iterator[Bound]:
    """R(dimension, k, points) from above: Alexander and Hirschowitz's exceptions are U5 and U6, the quadrics U4."""
    everything = math.comb(dimension + k, k + 1)
    yield points * dimension, {"rule": "U2"}
    yield everything, {"rule": "U3"}
    if k == 1 and points <= dimension:
        yield points * dimension - math.comb(points, 2), {"rule": "U4"}
    quadrics = math.comb(dimension + 1, 2) - points
    if k == 3 and quadrics >= 1:
        yield everything - (2 * quadrics - 1), {"rule": "U5"}
    if (dimension, k, points) == (5, 2, 7):
        yield everything - 1, {"rule": "U6"}


def _degrees(matrix: Shallow, psi: tuple[Fraction, ...]) -> set[int]:
    """The degrees of the terms that the columns may have."""
    if matrix.has_bias:
        top = len(psi) - 1 if {"W", "v"} & set(matrix.blocks) else max(len(psi) - 2, 0)
        return set(range(1 if matrix.blocks == ("W",) else 0, top + 1))
    own = {k for k, c in enumerate(psi) if c}
    return (own - {0} if "W" in matrix.blocks else set()) | (own if "v" in matrix.blocks else set())


def _whole(matrix: Shallow, others: int) -> Iterator[Bound]:
    """Bounds for all columns together; relations on a table are looked for where they may beat ``others``."""
    psi, d = polynomial(matrix.activation), matrix.inputs.n_inputs
    if psi is None:
        return
    degrees = _degrees(matrix, psi)
    dimension = of_degrees(d, degrees)
    yield dimension, {"rule": "U3"}
    if isinstance(matrix.inputs, Table) and dimension <= MAX_MONOMIALS:
        relations = _relations(matrix.inputs, tuple(sorted(degrees)), others)
        if relations:
            yield dimension - len(relations), {"relations": relations, "rule": "U3"}
    if matrix.has_bias and len(psi) >= 2 and len(shifted_remainder(psi)) <= 2:
        for value, rule in _powers(d + 1, len(psi) - 2, matrix.width + 1):
            yield value, {"rule": "e0", "then": rule}


def _inner(matrix: Shallow) -> Bound:
    d, m = matrix.inputs.n_inputs, matrix.width
    per_neuron = matrix.n_columns_per_neuron - ("v" in matrix.blocks)
    bounds: list[Bound] = [(m * per_neuron, {"rule": "U2"})]
    psi, biased = polynomial(matrix.activation), "b" in matrix.blocks
    if "W" not in matrix.blocks:
        return bounds[0]
    if isinstance(matrix.inputs, Table):
        bounds.append(_support(matrix.inputs, m, biased))
        degrees = (0, 1) if biased else (1,)
        if d < MAX_MONOMIALS and (relations := _relations(matrix.inputs, degrees, per_neuron)):
            bounds.append((m * (per_neuron - len(relations)), {"relations": relations, "rule": "U2"}))
    if matrix.activation.name == "log" and (biased or not matrix.has_bias):
        equation = {"alpha": "0", "beta": "1", "gamma": "0", "remainder": ["1"], "rule": "U10"}
        bounds.append((m * per_neuron - m + 1, equation))
    if psi is not None and len(psi) == 3:
        centred = not matrix.has_bias and psi[1] == 0
        if m <= (d if centred else d + 1):
            relations_of_products = math.comb(m if biased or centred else m - 1, 2)
            bounds.append((m * per_neuron - relations_of_products, {"rule": "U4"}))
    slope = tuple(k * c for k, c in enumerate(psi))[1:] if psi else ()
    is_power = len(slope) >= 2 and (not shifted_remainder(slope) if matrix.has_bias else not any(slope[:-1]))
    if is_power:
        for value, rule in _powers(d + matrix.has_bias, len(slope) - 1, m):
            if rule["rule"] in ("U5", "U6"):
                bounds.append((value, {"rule": "homogenise", "then": rule}))
    return min(bounds, key=lambda bound: bound[0])


def _support(inputs: Table, width: int, biased: bool) -> Bound:
    """U12 for the best number of sparsest columns: where they all are constant, psi'(z_j) x_c is lost to block b."""
    d, supports = inputs.n_inputs, _column_supports(inputs, biased)
    order = sorted(range(d), key=lambda c: len(supports[c]))
    rest = width if biased else 0
    best, union = (width * d + rest, 0, 0), set[int]()
    for count, column in enumerate(order, start=1):
        union |= supports[column]
        best = min(best, (len(union) + width * (d - count) + rest, count, len(union)))
    value, count, support = best
    return value, {"columns": sorted(order[:count]), "rule": "U12", "support": support}


@lru_cache(maxsize=8)
def _column_supports(inputs: Table, biased: bool) -> tuple[set[int], ...]:
    """For each column the rows that differ from its most frequent value, or without trained biases from 0."""
    supports = []
    for column in zip(*inputs.values, strict=True):
        constant = Counter(column).most_common(1)[0][0] if biased else "0"
        supports.append({i for i, value in enumerate(column) if value != constant})
    return tuple(supports)


@lru_cache(maxsize=32)
def _relations(inputs: Table, degrees: tuple[int, ...], below: int) -> list[list[str]]:
    """Relations among monomials on the rows, as strings; those with longer numbers than a claim holds are left out."""
    relations = relations_on_points(inputs.fractions(), degrees, below)
    bits = 3 * MAX_DIGITS  # less than MAX_DIGITS decimal digits: 3 < log2(10)
    short = [
        list(map(str, relation))
        for relation in relations
        if all(max(c.numerator.bit_length(), c.denominator.bit_length()) <= bits for c in relation)
    ]
    monomials = of_degrees(inputs.n_inputs, range(max(degrees, default=0) + 1))
    size = 1 + max(degrees, default=0) * _bits(inputs) // 500
    most = MAX_RELATION_WORK // (inputs.n_samples * size) - monomials  # terms that the checker multiplies on each row
    totals = accumulate(sum(c != "0" for c in text) for text in short)
    return [text for text, total in zip(short, totals, strict=True) if total <= most]


def _bits(inputs: Table) -> int:
    """The length of the longest number when the rows are brought to a common denominator each."""
    longest = 0
    for row in inputs.fractions():
        q = math.lcm(*(x.denominator for x in row))
        longest = max(longest, q.bit_length(), *(int(x * q).bit_length() for x in row))
    return longest


def _outer(matrix: Shallow) -> Bound:
    bounds: list[Bound] = [(matrix.width, {"rule": "U2"})]
    if "W" in matrix.blocks and ("b" in matrix.blocks or not matrix.has_bias):
        equation = first_order_equation(matrix.activation, shift="b" in matrix.blocks)
    else:  # only psi' itself is there, the column of b
        is_own_derivative = matrix.activation.name == "exp" and "b" in matrix.blocks
        equation = first_order_equation(matrix.activation) if is_own_derivative else None
    if equation is not None:
        rest = equation.remainder
        degrees = range(len(rest)) if matrix.has_bias else [k for k, c in enumerate(rest) if c]
        lost = min(matrix.width, of_degrees(matrix.inputs.n_inputs, degrees)) if rest else 0
        rule = {
            "alpha": str(equation.alpha),
            "beta": str(equation.beta),
            "gamma": str(equation.gamma),
            "remainder": [str(c) for c in rest],
            "rule": "U9",
        }
        if max(map(len, (rule["alpha"], rule["beta"], rule["gamma"], "".join(rule["remainder"])))) <= MAX_CHARACTERS:
            bounds.append((lost, rule))
    return min(bounds, key=lambda bound: bound[0])
