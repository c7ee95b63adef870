"""Minors modulo p, rebuilt from the claim at an integer point, and witnesses that they are invertible (SPEC.md, 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from .activations import Activation, Residue, entries
from .claims import Inputs
from .modular import pack, require_inverse, require_invertible, totient
from .reader import Reader, Rejected, array, fields, integer, integer_between, rational, words

MAX_MODULUS = 2**31 - 1
MAX_ELIMINATION = 150

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Specialisation:
    """The modulus p, and p phi(p): entries depend on integers z modulo it (SPEC.md, section 3)."""

    p: int
    period: int
    residue: int

    def entries(self, psi: Activation) -> tuple[Residue | None, Residue | None]:
        """z -> psi'(z) and z -> psi(z) modulo p, up to constant nonzero factors; None: not available."""
        return entries(psi, self.p, self.residue)


def specialisation(line: object, kind: str, exponential: bool) -> Specialisation:
    """From the first line of evidence by a minor."""
    evidence, modulus, seed, *rest = fields(
        line, ("evidence", "modulus", "seed", *(("residue",) if exponential else ())), "evidence"
    )
    if evidence != kind:
        raise Rejected(f"evidence: this claim needs the kind {kind}")
    p = integer_between(modulus, 2, MAX_MODULUS, "modulus")
    integer_between(seed, 0, 2**53 - 1, "seed")
    # powers of a unit q depend, by Euler, on the exponent modulo phi(p)
    return Specialisation(p, p * totient(p), integer_between(rest[0], 1, p - 1, "residue") if exponential else 0)


def read_inputs(inputs: Inputs, reader: Reader, period: int, shifts_allowed: bool = True) -> list[list[int]]:
    """Integer inputs modulo the period: a table scaled by one affine map a column, or the points of the evidence."""
    d = inputs.n_inputs
    if not inputs.is_table:
        (points,) = reader.record("points")
        return [[integer(x, "points") % period for x in array(row, "points", d)] for row in array(points, "points")]
    factors, shifts = scaling(d, *reader.record("factors", "shifts"))
    if any(shifts) and not shifts_allowed:
        raise Rejected("shifts: without trained biases they must be zero")
    return [[_scaled(f, s, x, period) for f, s, x in zip(factors, shifts, row, strict=True)] for row in inputs.values]


def scaling(d: int, factors_line: object, shifts_line: object) -> tuple[list[Fraction], list[Fraction]]:
    """The affine map of each column: a nonzero factor and a shift."""
    factors = [rational(item, "factors") for item in array(factors_line, "factors", d)]
    shifts = [rational(item, "shifts") for item in array(shifts_line, "shifts", d)]
    if not all(factors):
        raise Rejected("factors: a factor is zero, so the scaling cannot be undone")
    return factors, shifts


def _scaled(factor: Fraction, shift: Fraction, value: Fraction, period: int) -> int:
    """factor * (value - shift) modulo the period; it must be an integer. Without gcds, which Fraction would take."""
    difference = value.numerator * shift.denominator - shift.numerator * value.denominator
    quotient, remainder = divmod(
        factor.numerator * difference, factor.denominator * value.denominator * shift.denominator
    )
    if remainder:
        raise Rejected("factors: a scaled input is not an integer")
    return quotient % period


@dataclass(frozen=True)
class Neuron:
    """A neuron with its chosen columns: (position in the matrix, input index) for block W, positions for b and v."""

    weights: list[int]
    bias: int
    weight_columns: list[tuple[int, int]]
    bias_columns: list[int]
    outer_columns: list[int]


def integer_rows(value: object, length: int, period: int, where: str) -> list[list[int]]:
    """An array of rows of integers, modulo the period."""
    return [[integer(x, where) % period for x in array(row, where, length)] for row in array(value, where)]


def chosen_neurons(weights: list[list[int]], biases: list[int], columns: list[int]) -> list[Neuron]:
    """The neurons with a chosen column; column j(d+2)+c is W_jc for c < d, b_j for c = d, v_j for c = d+1."""
    neurons = [Neuron(w, b, [], [], []) for w, b in zip(weights, biases, strict=True)]
    d = len(weights[0])
    for position, column in enumerate(columns):
        j, c = divmod(column, d + 2)
        if c < d:
            neurons[j].weight_columns.append((position, c))
        elif c == d:
            neurons[j].bias_columns.append(position)
        else:
            neurons[j].outer_columns.append(position)
    return [neuron for neuron in neurons if neuron.weight_columns or neuron.bias_columns or neuron.outer_columns]


def shallow_rows(
    inputs: Iterable[list[int]], neurons: list[Neuron], psi: Activation, point: Specialisation, size: int
) -> Iterator[list[int]]:
    """The chosen columns of the two-layer Jacobian with v = (1, ..., 1) modulo p, one row at a time."""
    p = point.p
    slope, value = point.entries(psi)
    for x in inputs:
        row = [0] * size
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


def require_witness(reader: Reader, minor: Iterator[list[int]], size: int, p: int, progress: Progress) -> None:
    """Accepts when the square matrix is invertible modulo p: by elimination, or by the inverse that follows."""
    (witness,) = reader.record("witness")
    if witness == "eliminate":
        if size > MAX_ELIMINATION:
            raise Rejected(f"witness: elimination is for at most {MAX_ELIMINATION} rows")
        require_invertible(minor, p)
    elif witness == "inverse":
        packed = [pack(words(reader.record("row")[0], size, p, f"row {i + 1}"), size, p) for i in range(size)]
        require_inverse(minor, packed, p, progress)
    else:
        raise Rejected("witness: neither eliminate nor inverse")
