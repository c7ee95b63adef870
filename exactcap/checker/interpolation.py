"""Evidence of kind paired-rank: every label vector is taken (SPEC.md, section 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from .activations import Residue, entries
from .claims import Claim
from .modular import pack, require_inverse, require_invertible, totient
from .reader import Reader, Rejected, array, increasing, integer, integer_between, rational, words

MAX_MODULUS = 2**31 - 1
MAX_ELIMINATION = 150


@dataclass(frozen=True)
class Neuron:
    """A neuron with its chosen columns: (position in the matrix, input index) for block W, positions for b and v."""

    weights: list[int]
    bias: int
    weight_columns: list[tuple[int, int]]
    bias_columns: list[int]
    outer_columns: list[int]


def _integer_inputs(claim: Claim, reader: Reader, period: int) -> list[list[int]]:
    n, d = claim.inputs.n_samples, claim.inputs.n_inputs
    if not claim.inputs.is_table:
        (points,) = reader.record("points")
        return [[integer(x, "points") % period for x in array(row, "points", d)] for row in array(points, "points", n)]
    factors_line, shifts_line = reader.record("factors", "shifts")
    factors = [rational(item, "factors") for item in array(factors_line, "factors", d)]
    shifts = [rational(item, "shifts") for item in array(shifts_line, "shifts", d)]
    if not all(factors):
        raise Rejected("factors: a factor is zero, so the scaling cannot be undone")
    return [
        [_scaled(f, s, x, period) for f, s, x in zip(factors, shifts, row, strict=True)] for row in claim.inputs.values
    ]


def _scaled(factor: Fraction, shift: Fraction, value: Fraction, period: int) -> int:
    """factor * (value - shift) modulo the period; it must be an integer. Without gcds, which Fraction would take."""
    difference = value.numerator * shift.denominator - shift.numerator * value.denominator
    quotient, remainder = divmod(
        factor.numerator * difference, factor.denominator * value.denominator * shift.denominator
    )
    if remainder:
        raise Rejected("factors: a scaled input is not an integer")
    return quotient % period


def _neurons(claim: Claim, reader: Reader, period: int) -> list[Neuron]:
    n, d = claim.inputs.n_samples, claim.inputs.n_inputs
    biases_line, weights_line = reader.record("biases", "weights")
    biases = [integer(b, "biases") % period for b in array(biases_line, "biases")]
    weights = [
        [integer(w, "weights") % period for w in array(row, "weights", d)]
        for row in array(weights_line, "weights", len(biases))
    ]
    # each neuron is used twice, with opposite outer weights; spare neurons get outer weight 0
    if not 1 <= len(biases) <= n or 2 * len(biases) > claim.width:
        raise Rejected(f"biases: {len(biases)} neurons need a width of at least twice that, and at most {n} are of use")
    neurons = [Neuron(w, b, [], [], []) for w, b in zip(weights, biases, strict=True)]
    (columns,) = reader.record("columns")
    for position, column in enumerate(increasing(columns, 0, len(biases) * (d + 2) - 1, "columns", n)):
        j, c = divmod(column, d + 2)
        if c < d:
            neurons[j].weight_columns.append((position, c))
        elif c == d:
            neurons[j].bias_columns.append(position)
        else:
            neurons[j].outer_columns.append(position)
    # a neuron without a chosen column is a spare one
    return [neuron for neuron in neurons if neuron.weight_columns or neuron.bias_columns or neuron.outer_columns]


def _minor(
    inputs: list[list[int]], neurons: list[Neuron], slope: Residue | None, value: Residue | None, p: int
) -> Iterator[list[int]]:
    """The rows of the n x n minor of the Jacobian modulo p, made from the claim's inputs one at a time."""
    for x in inputs:
        row = [0] * len(inputs)
        for neuron in neurons:
            z = sum(w * a for w, a in zip(neuron.weights, x, strict=True)) + neuron.bias
            if neuron.weight_columns or neuron.bias_columns:
                if slope is None:
                    raise Rejected("columns: the blocks W and b of this activation are not available modulo p")
                s = slope(z)
                for position, c in neuron.weight_columns:
                    row[position] = s * x[c] % p
                for position in neuron.bias_columns:
                    row[position] = s
            if neuron.outer_columns:
                if value is None:
                    raise Rejected("columns: the block v of this activation is not available modulo p")
                v = value(z)
                for position in neuron.outer_columns:
                    row[position] = v
        yield row


def check(claim: Claim, reader: Reader, progress: Callable[[int, int], None]) -> list[str]:
    """Accepts the evidence or raises `Rejected`; returns the theorems that the verdict needs."""
    n = claim.inputs.n_samples
    exponential = claim.activation.is_exponential()
    kind, modulus, seed, *rest = reader.record("evidence", "modulus", "seed", *(("residue",) if exponential else ()))
    if kind != "paired-rank":
        raise Rejected("evidence: an interpolation needs the kind paired-rank")
    p = integer_between(modulus, 2, MAX_MODULUS, "modulus")
    integer_between(seed, 0, 2**53 - 1, "seed")
    residue = integer_between(rest[0], 1, p - 1, "residue") if exponential else 0
    slope, value = entries(claim.activation, p, residue)
    # entries depend on z modulo p, and on powers of a unit q, which by Euler depend on the exponent modulo phi(p)
    period = p * totient(p)
    inputs = _integer_inputs(claim, reader, period)
    neurons = _neurons(claim, reader, period)
    minor = _minor(inputs, neurons, slope, value, p)
    (witness,) = reader.record("witness")
    if witness == "eliminate":
        if n > MAX_ELIMINATION:
            raise Rejected(f"witness: elimination is for at most {MAX_ELIMINATION} rows")
        require_invertible(minor, p)
    elif witness == "inverse":
        packed = [pack(words(reader.record("row")[0], n, p, f"row {i + 1}"), n, p) for i in range(n)]
        require_inverse(minor, packed, p, progress)
    else:
        raise Rejected("witness: neither eliminate nor inverse")
    theorems = ["paired-submersion"]
    if exponential:
        theorems.append("hermite-lindemann")
    if not claim.inputs.is_table:
        theorems.append("analytic-zeros")
    return theorems
