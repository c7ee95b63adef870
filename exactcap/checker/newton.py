"""An exact solution near rational weights: the lemma `newton-kantorovich` (SPEC-NETWORKS.md, N3).

What is compared: q = q0 + r L < 1 and beta + q r <= r. Every number here is exact, or an upper bound of the one that it
is named after. The costly one, q0 >= |I - J A|, is in integers: (max_i sum_l |E_il| + error)/2^T.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from .activations import Activation
from .centre import Affine, Budget, Column, Neuron, Parameters, Points, hold, moves, neurons
from .elementary import fixed
from .intervals import Interval, Undefined, rounded
from .minors import Progress
from .reader import Reader, Rejected, array, increasing, integer_between, rational, words
from .smooth import BOUNDS, jet, psi_steps, slope_bounds

GUARD = 13  # a unit of error in each J_ic costs q0 at most k N 2^(bits - T) < 2^-GUARD; more would only cost time
MAX_ROWS = 1800  # of the Jacobian: N = n K
MAX_EXPONENT = 4000
MAX_MAGNITUDE = 64  # |s| <= 2^64
MAX_WORK = 2**36  # steps in the sense of `Budget`: about ten minutes
MAX_VALUE = 2**12  # |psi|, |psi'| <= 2^4096
MAX_SLOT = 32  # bytes; so n k <= 1800 7264 numbers of J take less than 1 GB, and with those of A by MAX_WORK
BOUND_BITS = 64  # of r, S, V, L
STEPS, ENTRY = 6_000, 300  # at a preactivation for each output, at an entry of J, beside what depends on lengths

Step = Callable[[int], None]
Targets = Sequence[Sequence[Fraction]]  # n x K


@dataclass(frozen=True)
class Problem:
    """F(theta)_(iK+k) = f_k(theta, x_i) - targets[i][k] at the centre, and the choices of the evidence."""

    psi: Activation
    points: Points
    centre: Parameters
    targets: Targets
    neurons: list[Neuron]
    columns: list[Column]
    bits: int
    precision: int
    radius: Fraction


@dataclass(frozen=True)
class Linearisation:
    """|F| <= beta at the centre; J 2^(exponent + T) of the chosen columns within errors[i] units in row i."""

    beta: Interval
    rows: list[list[int]]
    errors: list[int]


def zero_near(
    psi: Activation, inputs: Affine, centre: Parameters, targets: Targets, reader: Reader, progress: Progress
) -> Fraction | None:
    """How far the parameters of some theta with f(theta, x_i) = targets[i] for all i are at most from the centre.

    DF has rank N = n K there. Reads the evidence from `columns` on; None where it has no inverse: N > 1800.
    """
    d, outputs = len(inputs.factors), len(centre.outer[0])
    size, step = len(inputs.values) * outputs, d + 1 + outputs
    bits, chosen, exponents, precision, radius = reader.record("bits", "columns", "exponents", "precision", "radius")
    places = [divmod(k, step) for k in increasing(chosen, 0, len(centre.outer) * step - 1, "columns")]
    if not size <= len(places) <= 4 * size + 64:
        raise Rejected(f"columns: {len(places)} of them, where between {size} and {4 * size + 64} are allowed")
    columns = [
        Column(j, c, integer_between(e, -MAX_EXPONENT, MAX_EXPONENT, "exponents"))
        for (j, c), e in zip(places, array(exponents, "exponents", len(places)), strict=True)
    ]
    bits, precision = integer_between(bits, 8, 62, "bits"), integer_between(precision, 32, 1000, "precision")
    if not (r := rational(radius, "radius")) > 0:
        raise Rejected("radius: it must be positive")
    (witness,) = reader.record("witness")
    if witness == "none" and size > MAX_ROWS:
        return None
    if witness != "inverse" or size > MAX_ROWS:
        raise Rejected(f"witness: inverse, for at most {MAX_ROWS} rows times outputs; none, for more")
    points = inputs.points()
    problem = Problem(psi, points, centre, targets, neurons(points, centre), columns, bits, precision, r)
    try:
        return _zero(problem, Budget(MAX_WORK), reader, progress)
    except Undefined as error:
        raise Rejected(f"the activation may not be defined near the weights: {error}") from None


def _zero(problem: Problem, budget: Budget, reader: Reader, progress: Progress) -> Fraction:
    """The lemma: r max_c R_c when its two conditions certainly hold."""
    n, k = sum(map(len, problem.targets)), len(problem.columns)  # n: N of N3
    scale = problem.bits + (n * k).bit_length() + GUARD
    _charge(problem, budget)
    linear = _linearise(problem, scale, budget, lambda i: progress(i, 2 * n))
    # |a| <= 2^bits, so a sum over c of J_ic a_cl is below 2^bits sum_c |J_ic| < 2^(8 slot - 1) in absolute value
    largest = max(sum(map(abs, row)) for row in linear.rows) << problem.bits
    slot = max(largest, 1 << problem.bits).bit_length() // 8 + 1  # it holds a word of bits + 1 bits, too
    if slot > MAX_SLOT:
        raise Rejected(f"exponents: the products J A need more than {MAX_SLOT} bytes")
    budget.products(n * k, 8 * slot, 8 * slot * n)
    packed, sums = _read_inverse(reader, k, n, problem.bits, slot)
    defect = _defect(linear, packed, slot, sum(sums), scale, lambda i: progress(n + i, 2 * n))
    radius = Interval.exact(problem.radius, BOUND_BITS)
    q, one = Interval.point(defect, -scale, 2 * BOUND_BITS), Interval.exact(1, BOUND_BITS)
    if q.certainly_below(one):  # else L is not needed
        q += radius * _lipschitz(problem, sums, radius)
    if not q.certainly_below(one):
        raise Rejected("q < 1 is not certain: the inverse is not close enough, or the radius too large")
    if not (linear.beta + q * radius).certainly_at_most(radius):
        raise Rejected("beta + q r <= r is not certain: the radius is too small for the error at the centre")
    chosen = zip(sums, problem.columns, strict=True)
    return problem.radius * max(Fraction(total) * Fraction(2) ** column.exponent for total, column in chosen)


def _charge(problem: Problem, budget: Budget) -> None:
    """The work on each preactivation, in `_linearise` and `_lipschitz`."""
    rows, neurons = problem.points.rows, problem.neurons
    count, terms, outputs = len(rows) * len(neurons), len(rows[0]) + 1, len(problem.targets[0])
    row = max(x.bit_length() for row in rows for x in row)
    weight = max(a.bit_length() for neuron in neurons for a in (*neuron.weights, neuron.bias))
    longest = row + terms.bit_length() + BOUND_BITS + 2  # of the moves
    hold("weights", len(neurons) * terms, longest)
    budget.steps(count * (outputs * STEPS + psi_steps(problem.psi, problem.precision)))
    budget.products(2 * count * terms, row, weight)
    budget.products(count * terms, row, longest)
    budget.products(4 * count, problem.precision, max(neuron.denominator.bit_length() for neuron in neurons))


def _linearise(problem: Problem, scale: int, budget: Budget, progress: Step) -> Linearisation:
    """psi and psi' at all preactivations, in intervals; from them the residuals and the Jacobian."""
    at, precision, w = jet(problem.psi), problem.precision, problem.precision + 8
    d, outputs = len(problem.points.denominators), len(problem.targets[0])
    outer = [[Interval.exact(v, precision) for v in row] for row in problem.centre.outer]
    # row iK+k of J has the entries J_c 2^(e+T) = g (v x_ic 2^up)/(u 2^down Q_c), v/u = v_jk, g = psi'_ij 2^w, x_id = 1;
    # for the parameters v_jk' g = psi_ij 2^w, v/u = 1 or, if k' is not k, 0, and x_ic = 1
    pairs = [[(v.numerator, v.denominator) for v in row] for row in problem.centre.outer]
    entries, factors = [], [list[tuple[int, int]]() for _ in range(outputs)]
    for column in problem.columns:
        block_v, power = column.c > d, column.exponent + scale - w
        denominator = problem.points.denominators[column.c] if column.c < d else 1
        entries.append((2 * column.j + (not block_v), min(column.c, d), max(0, power), denominator << max(0, -power)))
        for k, own in enumerate(factors):
            own.append(((1, 1) if column.c == d + 1 + k else (0, 1)) if block_v else pairs[column.j][k])
    used = {entry[0] for entry in entries}  # only these values are kept, since each may be long
    v_bits, u_bits = (max(pair[part].bit_length() for own in factors for pair in own) for part in (0, 1))
    up, down_bits = max(entry[2] for entry in entries), max(entry[3].bit_length() for entry in entries)
    beta, rows, errors = Interval.point(0, 0, precision), [], []
    for i, (row, target) in enumerate(zip(problem.points.rows, problem.targets, strict=True)):
        extended, values = [*row, 1], dict[int, tuple[int, int]]()
        residuals = [Interval.exact(-t, precision) for t in target]
        for j, (neuron, v_j) in enumerate(zip(problem.neurons, outer, strict=True)):
            s = neuron.preactivation(row, precision)
            if s.magnitude() > MAX_MAGNITUDE:
                raise Rejected(f"row {i + 1}: a preactivation is larger than 2^{MAX_MAGNITUDE}")
            value, slope = at(s)
            residuals = [sum_k + v * value for sum_k, v in zip(residuals, v_j, strict=True)]
            values |= {k: _fixed(y, w) for k, y in ((2 * j, value), (2 * j + 1, slope)) if k in used}
        row_bits, value_bits = (max(map(int.bit_length, numbers)) for numbers in (row, (g for g, _ in values.values())))
        for residual, own in zip(residuals, factors, strict=True):
            beta = beta.hull(residual).hull(-residual).high()
            budget.steps(ENTRY * len(entries))
            budget.products(len(entries), v_bits + up, row_bits)
            budget.products(len(entries), u_bits, down_bits)
            budget.products(2 * len(entries), value_bits, v_bits + up + row_bits)
            budget.products(2 * len(entries), 8 * MAX_SLOT, u_bits + down_bits)
            integers, error = [], 0
            for (place, c, shift, below), (v, u) in zip(entries, own, strict=True):
                (g, doubt), top, bottom = values[place], v * extended[c] << shift, u * below
                integers.append(g * top // bottom)
                error = max(error, doubt * abs(top) // bottom + 2)  # rounding down: less than 1 unit
            if max(map(int.bit_length, integers)) > 8 * MAX_SLOT:
                raise Rejected(f"exponents: the products J A need more than {MAX_SLOT} bytes")
            rows.append(integers)
            errors.append(error)
            progress(len(rows))
    return Linearisation(beta, rows, errors)


def _fixed(x: Interval, w: int) -> tuple[int, int]:
    """(g, doubt) with |y 2^w - g| <= doubt for all elements y."""
    if x.magnitude() > MAX_VALUE:
        raise Rejected(f"a value of the activation is larger than 2^{MAX_VALUE}")
    low, high = fixed(x.lo, w), -fixed((-x.hi[0], x.hi[1]), w)
    return (low + high) // 2, (high - low) // 2 + 1


def _read_inverse(reader: Reader, k: int, n: int, bits: int, slot: int) -> tuple[list[int], list[int]]:
    """The rows of integers a as sums of a_cl 2^(8 slot l), and their sums of absolute values."""
    ones = int.from_bytes((b"\1" + bytes(slot - 1)) * n, "little")
    packed, sums = [], []
    for c in range(k):
        row = words(reader.record("row")[0], n, 2 ** (bits + 1), f"row {c + 1} of the inverse")
        together = int.from_bytes(b"".join(word.to_bytes(slot, "little") for word in row), "little")
        packed.append(together - (ones << bits))
        sums.append(sum(abs(word - (1 << bits)) for word in row))
    return packed, sums


def _defect(linear: Linearisation, packed: list[int], slot: int, total: int, scale: int, progress: Step) -> int:
    """max_i sum_l |E_il| + error, in units 2^-T: at least the norm of I - J A.

    Slot l of the sum of J_ic packed_c holds G_il = sum_c J_ic a_cl, |G_il| < half = 2^(8 slot - 1); with half added to
    each it is in (0, 2^(8 slot)), so no slot borrows from the next. J is in error by errors[i], so row i of J A is by
    at most errors[i] times the sum of all |a_cl|, in absolute values summed over l.
    """
    n, half = len(linear.rows), 1 << 8 * slot - 1
    halves = int.from_bytes((bytes(slot - 1) + b"\x80") * n, "little")
    largest = 0
    for i, (row, error) in enumerate(zip(linear.rows, linear.errors, strict=True)):
        raw = (sum(map(mul, row, packed)) + halves).to_bytes(n * slot, "little")
        products = [int.from_bytes(raw[at : at + slot], "little") - half for at in range(0, n * slot, slot)]
        products[i] -= 1 << scale
        largest = max(largest, sum(map(abs, products)) + error * total)
        progress(i + 1)
    return largest


def _lipschitz(problem: Problem, sums: list[int], radius: Interval) -> Interval:
    """L = max over i, k of sum_j (|v_jk| M2_ij S_ij + 2 M1_ij V_jk) S_ij, upward."""
    everywhere = slope_bounds(problem.psi, radius) if problem.psi.name in BOUNDS else None
    unit, reach = moves(problem.points, len(problem.neurons), problem.columns, sums, BOUND_BITS)
    sizes = [[Interval.exact(abs(v), BOUND_BITS) for v in row] for row in problem.centre.outer]
    zero = largest = Interval.point(0, 0, BOUND_BITS)
    outer_moves = [[zero for _ in row] for row in sizes]  # V_jk
    for moved, column in zip(sums, problem.columns, strict=True):
        if (k := column.c - len(problem.points.denominators) - 1) >= 0:
            outer_moves[column.j][k] = Interval.point(moved, column.exponent, BOUND_BITS)
    for row in problem.points.rows:
        extended, totals = [*map(abs, row), 1], [zero for _ in sizes[0]]
        for j, neuron in enumerate(problem.neurons):
            end = rounded(sum(map(mul, reach[j], extended)), unit, BOUND_BITS, True)
            s = Interval(end, end, BOUND_BITS)
            if everywhere:
                m1, m2 = everywhere
            else:
                width = radius * s
                around = neuron.preactivation(row, problem.precision) + width.hull(-width)
                if around.magnitude() > MAX_MAGNITUDE:
                    raise Rejected(f"radius: a preactivation may become larger than 2^{MAX_MAGNITUDE}")
                m1, m2 = slope_bounds(problem.psi, around)
            bend, slope = m2 * s, m1.scaled(1)
            parts = zip(totals, sizes[j], outer_moves[j], strict=True)
            totals = [total + (v * bend + move * slope) * s for total, v, move in parts]
        for total in totals:
            largest = largest.hull(total).high()
    return largest
