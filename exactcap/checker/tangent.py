"""The rank of the tangent features of given ReLU units at given rows (SPEC-CAPACITY.md, K4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from operator import mul
from typing import Any

from .centre import Budget, hold
from .claims import Inputs, parse_inputs
from .dual_kernel import directions
from .minors import MAX_MODULUS, Progress, require_witness
from .reader import Reader, Rejected, array, fields, increasing, integer, integer_between
from .verdict import Proof

MAX_ROWS = 1800
MAX_WORK = 2**34  # steps in the sense of `Budget`: about three minutes
MAX_VECTOR_BITS = 2**16
MAX_WEIGHTS = 2**18
PLACE = 150  # steps for a unit at a row, beside its products
SUM = 200  # bits of an integer that are added in one step

Vectors = list[list[int]]


@dataclass(frozen=True)
class TangentClaim:
    """The features 1{<w_l, x_i> > 0} x_i have rank n (`full`) or less; no w_l is at right angles to an x_i."""

    bias: bool
    full: bool
    inputs: Inputs
    weights: Vectors

    def statement(self) -> str:
        m, rows = len(self.weights), self.inputs.text()
        vectors = (
            f"the rows' vectors of tangent features of {m} given ReLU units with{'' if self.bias else 'out'} biases"
        )
        if self.full:
            return (
                f"{vectors} are linearly independent, so every label vector is taken, exactly, by a ReLU network with "
                f"{2 * m} such hidden units ({rows})"
            )
        return f"{vectors} are linearly dependent ({rows})"


def parse(value: Any) -> TangentClaim:
    """The claim of a claim line's object of family "tangent"."""
    _, bias, full, inputs_line, weights_line = fields(value, ("family", "bias", "full", "inputs", "weights"), "claim")
    if type(bias) is not bool or type(full) is not bool:
        raise Rejected("claim: bias and full are true or false")
    inputs = parse_inputs(inputs_line)
    if not inputs.is_table:
        raise Rejected("claim, inputs: tangent features are those of a table")
    d = inputs.n_inputs + bias
    weights = [
        [integer(w, "claim, weights") for w in array(unit, "claim, weights", d)]
        for unit in array(weights_line, "claim, weights")
    ]
    if not weights or len(weights) * d > MAX_WEIGHTS:
        raise Rejected(f"claim, weights: there is no unit, or more than {MAX_WEIGHTS} weights")
    return TangentClaim(bias, full, inputs, weights)


def check(claim: TangentClaim, reader: Reader, progress: Progress) -> Proof:
    """Accepts when the evidence shows the rank, or raises `Rejected`."""
    rows = directions(claim.inputs, claim.bias)
    n, d, m = len(rows), len(rows[0]), len(claim.weights)
    if n > MAX_ROWS:
        raise Rejected(f"claim, inputs: at most {MAX_ROWS} rows")
    longest = max(x.bit_length() for row in rows for x in row)
    budget = Budget(MAX_WORK)
    budget.products(n * m * d, longest, max(w.bit_length() for unit in claim.weights for w in unit))
    budget.steps(n * m * PLACE)
    hold("claim, weights", n, 64 * m)  # a list of m truth values for each row
    signs = [_signs(row, number, claim.weights) for row, number in zip(rows, claim.inputs.rows, strict=True)]
    if not claim.full:
        _require_null_vector(rows, signs, reader, budget, longest)
        return Proof(())
    kind, modulus, seed = reader.record("evidence", "modulus", "seed")
    if kind != "minor":
        raise Rejected("evidence: independent features need the kind minor")
    p = integer_between(modulus, 2, MAX_MODULUS, "modulus")
    integer_between(seed, 0, 2**53 - 1, "seed")
    columns = increasing(reader.record("columns")[0], 0, m * d - 1, "columns", n)
    places = [divmod(column, d) for column in columns]
    require_witness(reader, _minor(rows, signs, places, p), n, p, progress)
    return Proof(("tangent-difference",))


def _signs(row: list[int], number: int, weights: Vectors) -> list[bool]:
    """Which units are active at a row."""
    products = [sum(map(mul, unit, row)) for unit in weights]
    if 0 in products:
        raise Rejected(f"claim, weights: unit {products.index(0) + 1} is at right angles to row {number}")
    return [product > 0 for product in products]


def _minor(rows: Vectors, signs: list[list[bool]], places: list[tuple[int, int]], p: int) -> Iterator[list[int]]:
    """The chosen columns, modulo p; rows are scaled by positive factors, which leaves ranks as they are."""
    for row, active in zip(rows, signs, strict=True):
        yield [row[c] % p if active[unit] else 0 for unit, c in places]


def _require_null_vector(rows: Vectors, signs: list[list[bool]], reader: Reader, budget: Budget, longest: int) -> None:
    """Integers v, not all 0, with sum_i v_i 1{<w_l, x_i> > 0} x_i = 0 for all l, x_i the integer directions."""
    kind, vector_line = reader.record("evidence", "vector")
    if kind != "null-vector":
        raise Rejected("evidence: dependent features need the kind null-vector")
    vector = [integer(v, "vector", MAX_VECTOR_BITS) for v in array(vector_line, "vector", len(rows))]
    used = [i for i, v in enumerate(vector) if v]
    if not used:
        raise Rejected("vector: it is zero")
    terms = len(used) * len(rows[0])
    bits = max(v.bit_length() for v in vector)
    hold("vector", terms, longest + bits)
    budget.products(terms, longest, bits)
    budget.steps(terms * len(signs[0]) * (8 + (longest + bits) // SUM))
    scaled = {i: [vector[i] * x for x in rows[i]] for i in used}
    for unit in range(len(signs[0])):
        active = [scaled[i] for i in used if signs[i][unit]]
        if any(map(sum, zip(*active, strict=True))):
            raise Rejected(f"vector: the features of unit {unit + 1} are not combined to zero")
