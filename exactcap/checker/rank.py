"""Claims about ranks: a minor from below, rules or the checker's own draws from above (SPEC.md, section 6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .activations import Activation
from .matrices import Entrywise, Matrix, Network, RankClaim, Shallow, parse_rank_claim
from .minors import (
    Neuron,
    Progress,
    Specialisation,
    chosen_neurons,
    integer_rows,
    read_inputs,
    require_witness,
    shallow_rows,
    specialisation,
)
from .network import forward, hidden_entries, jacobian_rows, read_layers
from .network_bounds import network_bound
from .polynomials import of_degrees
from .random_rank import check_random_rank
from .reader import Reader, Rejected, array, fields, increasing, integer
from .shallow_bounds import Bound, rule_name, shallow_bound
from .verdict import Proof

MAX_TERMS = 10**8  # points x neurons x coefficients of a deep minor: about a minute

parse = parse_rank_claim


def check(claim: RankClaim, reader: Reader, progress: Progress) -> Proof:
    """Accepts the evidence or raises `Rejected`; returns the theorems that the verdict needs."""
    theorems: tuple[str, ...] = ()
    if claim.relation != "at-most":
        theorems += _minor(claim, reader, progress)
    if claim.relation == "at-least":
        return Proof(theorems)
    record, _ = reader.line()
    kind = record.pop("evidence", None) if type(record) is dict else None
    if kind == "random-rank":
        fields(record, (), "evidence random-rank")
        probable = check_random_rank(claim.matrix, claim.rank)
        return Proof(theorems + probable.theorems, probable.error_bits)
    if kind != "rank-bound":
        raise Rejected("evidence: an upper bound needs the kind rank-bound or random-rank")
    bound, rules = _bound(claim.matrix, record)
    if bound > claim.rank:
        number = bound if bound.bit_length() < 100 else "a much larger number"
        raise Rejected(f"the rules give a rank of at most {number}, not {claim.rank}")
    return Proof((*theorems, *(f"rule-{name}" for name in rules)))


def _bound(matrix: Matrix, parts: dict[str, Any]) -> Bound:
    if isinstance(matrix, Shallow):
        return shallow_bound(matrix, parts)
    if isinstance(matrix, Network):
        return network_bound(matrix, parts)
    (rule,) = fields(parts, ("whole",), "evidence")
    name = rule_name(rule)
    fields(rule, ("rule",), "evidence, whole")
    if name == "U1":
        return matrix.rows, ["U1"]
    if name == "U2":
        return matrix.columns, ["U2"]
    if name == "U3" and matrix.f.degree() is not None:
        degrees = [k for k, c in enumerate(matrix.f.numerator) if c]
        return of_degrees(matrix.inner, degrees), ["U3"]
    raise Rejected("evidence: the rule is U1, U2, or for a polynomial U3")


def _minor(claim: RankClaim, reader: Reader, progress: Progress) -> tuple[str, ...]:
    """A minor of `rank` rows at an integer point, invertible modulo p."""
    matrix, size = claim.matrix, claim.rank
    psi = (
        matrix.f if isinstance(matrix, Entrywise)
        else matrix.psi if isinstance(matrix, Shallow)
        else next(iter(matrix.activations), None)
    )  # fmt: skip
    exponential = psi is not None and psi.is_exponential()
    point = specialisation(reader.line()[0], "minor", exponential)
    if isinstance(matrix, Entrywise):
        minor = _entrywise_rows(matrix, point, reader, size)
    elif isinstance(matrix, Shallow):
        minor = _shallow_minor(matrix, point, reader, size)
    else:
        minor = _network_minor(matrix, point, reader, size)
    require_witness(reader, minor, size, point.p, progress)
    return ("analytic-zeros", "hermite-lindemann") if exponential else ("analytic-zeros",)


def _entrywise_rows(matrix: Entrywise, point: Specialisation, reader: Reader, size: int) -> Iterator[list[int]]:
    left_line, right_line = reader.record("left", "right")
    left, right = (integer_rows(value, matrix.inner, point.period, "left, right") for value in (left_line, right_line))
    if len(left) != size or len(right) != size or size > min(matrix.rows, matrix.columns):
        raise Rejected(f"left, right: expected {size} rows, at most {min(matrix.rows, matrix.columns)}")
    value = point.entries(matrix.f)[1]
    if value is None:
        raise Rejected("left, right: the values of this function are not available modulo p")
    return ([value(sum(map(int.__mul__, u, v))) for v in right] for u in left)


def _minor_points(matrix: Shallow | Network, reader: Reader, period: int, trains_bias: bool) -> list[list[int]]:
    points = read_inputs(matrix.inputs, reader, period, trains_bias)
    if matrix.inputs.n_samples and len(points) > matrix.inputs.n_samples:
        raise Rejected(f"points: more than the {matrix.inputs.n_samples} of the claim")
    return points


def _shallow_minor(matrix: Shallow, point: Specialisation, reader: Reader, size: int) -> Iterator[list[int]]:
    d = matrix.inputs.n_inputs
    points = _minor_points(matrix, reader, point.period, "b" in matrix.blocks)
    *biases_line, weights_line = reader.record(*(("biases", "weights") if matrix.has_bias else ("weights",)))
    weights = integer_rows(weights_line, d, point.period, "weights")
    if not 1 <= len(weights) <= matrix.width:
        raise Rejected(f"weights: between 1 and {matrix.width} neurons")
    biases = (
        [integer(b, "biases") % point.period for b in array(biases_line[0], "biases", len(weights))]
        if biases_line
        else [0] * len(weights)
    )
    column_line, row_line = reader.record("columns", "rows")
    columns = increasing(column_line, 0, len(weights) * (d + 2) - 1, "columns", size)
    rows = increasing(row_line, 0, len(points) - 1, "rows", size)
    blocks = {"W" if c % (d + 2) < d else "b" if c % (d + 2) == d else "v" for c in columns}
    if not blocks <= set(matrix.blocks):
        raise Rejected(f"columns: one is not of the blocks {', '.join(matrix.blocks)}")
    neurons = chosen_neurons(weights, biases, columns)
    if matrix.inputs.is_table and matrix.psi.degree() is None:
        _require_defined(matrix.psi, neurons, points, point)
    return shallow_rows((points[i] for i in rows), neurons, matrix.psi, point, size)


def _require_defined(psi: Activation, neurons: list[Neuron], points: list[list[int]], point: Specialisation) -> None:
    """Every row of the table must be where psi is defined, those outside the minor too: its denominators are units."""
    slope, value = point.entries(psi)
    for x in points:
        for neuron in neurons:
            z = sum(w * a for w, a in zip(neuron.weights, x, strict=True)) + neuron.bias
            for function in (slope, value):
                if function is not None:
                    function(z)


def _network_minor(matrix: Network, point: Specialisation, reader: Reader, size: int) -> Iterator[list[int]]:
    points = _minor_points(matrix, reader, point.period, matrix.has_bias(1))
    terms = sum(
        width * (len(psi.numerator) + len(psi.denominator) + 1)
        for width, psi in zip(matrix.widths[1:-1], matrix.activations, strict=True)
    )
    if len(points) * terms > MAX_TERMS:
        raise Rejected("points: too much work for this many points, neurons and coefficients")
    (layers_line,) = reader.record("layers")
    layers = read_layers(matrix, layers_line, point.period)
    column_line, row_line = reader.record("columns", "rows")
    n_parameters = matrix.n_parameters(0, len(matrix.widths) - 1)
    columns = increasing(column_line, 0, n_parameters - 1, "columns", size)
    rows = increasing(row_line, 0, len(points) * matrix.widths[-1] - 1, "rows", size)
    entries = hidden_entries(matrix, point)
    if matrix.inputs.is_table:
        for x in points:
            forward(layers, entries, point.p, x)  # every row of the table must be where the network is defined
    jacobian = jacobian_rows(matrix, layers, entries, point.p, points)
    return ([row[c] for c in columns] for row in jacobian(rows))
