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
from .centre import Neuron, Parameters, Points, neurons
from .elementary import fixed
from .intervals import Interval, Undefined, rounded
from .minors import Progress
from .reader import Reader, Rejected, array, increasing, integer_between, rational, words
from .smooth import BOUNDS, jet, slope_bounds

GUARD = 48  # T = bits + GUARD: a unit of error in each J_ic costs q0 less than k n 2^-GUARD < 2^-24
MAX_ROWS = 1800
MAX_EXPONENT = 4000
MAX_MAGNITUDE = 64  # |s| <= 2^64
MAX_EVALUATION = 2**30  # rows times neurons times bits times coefficients (4 for a named activation): some minutes
MAX_VALUE = 2**12  # |psi|, |psi'| <= 2^4096
MAX_SLOT = 32  # bytes
BOUND_BITS = 64  # of r, S, V, L

Step = Callable[[int], None]


@dataclass(frozen=True)
class Column:
    """A chosen parameter of neuron j: w_jc for c < d, b_j for c = d, v_j for c = d+1; A has a 2^exponent in its row."""

    j: int
    c: int
    exponent: int


@dataclass(frozen=True)
class Problem:
    """F(theta)_i = f(theta, x_i) - target_i at the centre, and the choices of the evidence."""

    psi: Activation
    points: Points
    centre: Parameters
    targets: Sequence[Fraction]
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
    psi: Activation, points: Points, centre: Parameters, targets: Sequence[Fraction], reader: Reader, progress: Progress
) -> Fraction | None:
    """How far the parameters of some theta with f(theta, x_i) = target_i for all i are at most from the centre.

    DF has rank n there. Reads the evidence from the line of columns on; None when it holds no inverse, as it may for
    more than 1800 rows.
    """
    n, d = len(points.rows), len(points.denominators)
    bits, chosen, exponents, precision, radius = reader.record("bits", "columns", "exponents", "precision", "radius")
    places = [divmod(k, d + 2) for k in increasing(chosen, 0, len(centre.outer) * (d + 2) - 1, "columns")]
    if not n <= len(places) <= 4 * n + 64:
        raise Rejected(f"columns: {len(places)} of them, where between {n} and {4 * n + 64} are allowed")
    columns = [
        Column(j, c, integer_between(e, -MAX_EXPONENT, MAX_EXPONENT, "exponents"))
        for (j, c), e in zip(places, array(exponents, "exponents", len(places)), strict=True)
    ]
    bits, precision = integer_between(bits, 8, 62, "bits"), integer_between(precision, 32, 1000, "precision")
    r = rational(radius, "radius")
    if not r > 0:
        raise Rejected("radius: it must be positive")
    (witness,) = reader.record("witness")
    if witness == "none" and n > MAX_ROWS:
        return None
    if witness != "inverse" or n > MAX_ROWS:
        raise Rejected(f"witness: inverse, for at most {MAX_ROWS} rows; none, for more")
    terms = len(psi.numerator) + len(psi.denominator) or 4
    if n * len(centre.outer) * precision * terms > MAX_EVALUATION:
        raise Rejected(f"weights: more than {MAX_EVALUATION} steps for the values of the activation")
    problem = Problem(psi, points, centre, targets, neurons(points, centre), columns, bits, precision, r)
    try:
        return _zero(problem, reader, progress)
    except Undefined as error:
        raise Rejected(f"the activation may not be defined near the weights: {error}") from None


def _zero(problem: Problem, reader: Reader, progress: Progress) -> Fraction:
    """The lemma: r max_c R_c when its two conditions certainly hold."""
    n, scale = len(problem.points.rows), GUARD + problem.bits
    linear = _linearise(problem, scale, lambda i: progress(i, 2 * n))
    # |a| <= 2^bits, so a sum over c of J_ic a_cl is below 2^bits sum_c |J_ic| < 2^(8 slot - 1) in absolute value
    largest = max(sum(map(abs, row)) for row in linear.rows) << problem.bits
    slot = max(largest, 1 << problem.bits).bit_length() // 8 + 1  # it holds a word of bits + 1 bits, too
    if slot > MAX_SLOT:
        raise Rejected(f"exponents: the products J A need more than {MAX_SLOT} bytes")
    packed, sums = _read_inverse(reader, len(problem.columns), n, problem.bits, slot)
    defect = _defect(linear, packed, slot, sum(sums), scale, lambda i: progress(n + i, 2 * n))
    radius = Interval.exact(problem.radius, BOUND_BITS)
    q = Interval.point(defect, -scale, 2 * BOUND_BITS) + radius * _lipschitz(problem, sums, radius)
    if not q.certainly_below(Interval.exact(1, BOUND_BITS)):
        raise Rejected("q < 1 is not certain: the inverse is not close enough, or the radius too large")
    if not (linear.beta + q * radius).certainly_at_most(radius):
        raise Rejected("beta + q r <= r is not certain: the radius is too small for the error at the centre")
    return problem.radius * max(
        Fraction(total) * Fraction(2) ** column.exponent for total, column in zip(sums, problem.columns, strict=True)
    )


def _linearise(problem: Problem, scale: int, progress: Step) -> Linearisation:
    """psi and psi' at all preactivations, in intervals; from them the residuals and the Jacobian."""
    at, precision = jet(problem.psi), problem.precision
    w = precision + 8
    d = len(problem.points.denominators)
    outer = [Interval.exact(v, precision) for v in problem.centre.outer]
    # J_ic 2^(e+T) = g top x_ic/bottom, g = psi'_ij 2^w, x_id = 1; for block v g = psi_ij 2^w, v_j is left out, x_ic = 1
    entries = []
    for column in problem.columns:
        block_v = column.c > d
        factor = Fraction(1) if block_v else problem.centre.outer[column.j]
        factor /= problem.points.denominators[column.c] if column.c < d else 1
        power = column.exponent + scale - w
        top, bottom = factor.numerator << max(0, power), factor.denominator << max(0, -power)
        entries.append((2 * column.j + (not block_v), min(column.c, d), top, bottom))
    beta, rows, errors = Interval.point(0, 0, precision), [], []
    for i, (row, target) in enumerate(zip(problem.points.rows, problem.targets, strict=True)):
        residual, values = Interval.exact(-target, precision), []
        for neuron, v in zip(problem.neurons, outer, strict=True):
            s = neuron.preactivation(row, precision)
            if s.magnitude() > MAX_MAGNITUDE:
                raise Rejected(f"row {i + 1}: a preactivation is larger than 2^{MAX_MAGNITUDE}")
            value, slope = at(s)
            residual += v * value
            values += [_fixed(value, w), _fixed(slope, w)]
        beta = beta.hull(residual).hull(-residual).high()
        extended, integers, error = [*row, 1], [], 0
        for k, c, top, bottom in entries:
            g, doubt = values[k]
            factor_x = top * extended[c]
            integers.append(g * factor_x // bottom)
            error = max(error, doubt * abs(factor_x) // bottom + 2)  # rounding down: less than 1 unit
        if max(map(int.bit_length, integers)) > 8 * MAX_SLOT:
            raise Rejected(f"exponents: the products J A need more than {MAX_SLOT} bytes")
        rows.append(integers)
        errors.append(error)
        progress(i + 1)
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
    """L = max_i sum_j (|v_j| M2_ij S_ij + 2 M1_ij V_j) S_ij, upward."""
    everywhere = slope_bounds(problem.psi, radius) if problem.psi.name in BOUNDS else None
    unit, moves = _moves(problem, sums)
    sizes = [Interval.exact(abs(v), BOUND_BITS) for v in problem.centre.outer]
    zero = largest = Interval.point(0, 0, BOUND_BITS)
    outer_moves = [zero for _ in sizes]  # V_j
    for total, column in zip(sums, problem.columns, strict=True):
        if column.c > len(problem.points.denominators):
            outer_moves[column.j] = Interval.point(total, column.exponent, BOUND_BITS)
    for row in problem.points.rows:
        extended, total_row = [*map(abs, row), 1], zero
        for j, neuron in enumerate(problem.neurons):
            end = rounded(sum(map(mul, moves[j], extended)), unit, BOUND_BITS, True)
            s = Interval(end, end, BOUND_BITS)
            if everywhere:
                m1, m2 = everywhere
            else:
                width = radius * s
                around = neuron.preactivation(row, problem.precision) + width.hull(-width)
                if around.magnitude() > MAX_MAGNITUDE:
                    raise Rejected(f"radius: a preactivation may become larger than 2^{MAX_MAGNITUDE}")
                m1, m2 = slope_bounds(problem.psi, around)
            total_row += (sizes[j] * m2 * s + outer_moves[j] * m1.scaled(1)) * s
        largest = largest.hull(total_row).high()
    return largest


def _moves(problem: Problem, sums: list[int]) -> tuple[int, list[list[int]]]:
    """(unit, moves) with S_ij <= 2^unit (<moves_j, |rows_i|> + moves_jd): the R_c/Q_c in units 2^unit, rounded up.

    Q_c is the denominator of input c. A unit is below 2^-BOUND_BITS of the largest term divided by d + 1 times |rows|.
    """
    points, d = problem.points, len(problem.points.denominators)
    denominators = [*points.denominators, 1]
    lengths = [max(map(abs, column)).bit_length() for column in zip(*points.rows, strict=True)] + [1]
    inner = [(total, column) for total, column in zip(sums, problem.columns, strict=True) if column.c <= d and total]
    terms = [
        total.bit_length() + column.exponent - denominators[column.c].bit_length() + lengths[column.c]
        for total, column in inner
    ]
    unit = max(terms, default=0) - max(lengths) - d.bit_length() - BOUND_BITS - 2
    moves = [[0] * (d + 1) for _ in problem.neurons]
    for total, column in inner:
        shift = column.exponent - unit
        moves[column.j][column.c] = -((-total << max(0, shift)) // (denominators[column.c] << max(0, -shift)))
    return unit, moves
