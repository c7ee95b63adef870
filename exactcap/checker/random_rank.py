"""Evidence of kind random-rank: the checker itself draws a prime and a point (SPEC.md, section 6). Polynomials only."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from .activations import Activation
from .matrices import Matrix, Network, Shallow
from .minors import Specialisation
from .modular import pack, slot_bytes
from .network import Layer, hidden_entries, jacobian_rows
from .polynomials import integer_coefficients
from .reader import Rejected
from .verdict import Proof

LOW = 2**60  # the prime is drawn from [LOW, 2 LOW)
LOG_PRIMES = 53  # [2^60, 2^61) holds more than 3 * 2^60 / (5 * 60 log 2) > 2^53 primes (Rosser and Schoenfeld)
MIN_ERROR_BITS = 30
MAX_PARAMETERS = 10**5
MAX_WORK = 2 * 10**9  # rows x columns x rank, and 40 for an entry or a term: about a minute
WITNESSES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)


@dataclass(frozen=True)
class Size:
    """A polynomial of at most this degree, whose integer coefficients' absolute values sum to at most 2^bits."""

    degree: int
    bits: int

    def __mul__(self, other: Size) -> Size:
        return Size(self.degree + other.degree, self.bits + other.bits)

    def sum_of(self, count: int, variables: int = 0) -> Size:
        """Of a sum of so many terms of this size, and so many (0 or 1) variables."""
        return Size(max(self.degree, variables), self.bits + (count + variables).bit_length())


def check_random_rank(matrix: Matrix, rank: int) -> Proof:
    """PROBABLE that the generic rank is at most `rank`, or `Rejected`: then it is larger, with certainty."""
    network, wanted = _as_network(matrix)
    cleared = Network(tuple(map(_integral, network.activations)), network.bias, network.inputs, network.widths)
    error_bits = _error_bits(cleared, rank + 1)
    # Where the rank at all inputs exceeds `rank`, it does so at rank + 1 inputs, since each new generic input, while
    # a combination of the columns vanishes on the former ones but not identically, adds to the rank.
    n_points = min(rank + 1, network.inputs.n_samples or rank + 1)
    n_rows, n_columns = n_points * network.widths[-1], network.n_parameters(0, len(network.widths) - 1)
    evaluations = n_points * sum(
        width * len(psi.numerator) for width, psi in zip(network.widths[1:-1], network.activations, strict=True)
    )
    if n_columns > MAX_PARAMETERS or max(n_rows * n_columns * rank, 40 * (evaluations + n_rows * n_columns)) > MAX_WORK:
        raise Rejected(f"random-rank: the rank of {n_rows} x {n_columns} is too much work")
    p = random_prime()
    layers = [
        Layer(_draw(cleared.widths[i], cleared.widths[i - 1], p), _draw(1, cleared.widths[i], p)[0])
        if cleared.has_bias(i)
        else Layer(_draw(cleared.widths[i], cleared.widths[i - 1], p), [0] * cleared.widths[i])
        for i in range(1, len(cleared.widths))
    ]
    points = _draw(n_points, cleared.widths[0], p)
    entries = hidden_entries(cleared, Specialisation(p, p, 0))
    rows = jacobian_rows(cleared, layers, entries, p, points)
    chosen = ([row[c] for c in wanted] for row in rows(range(n_rows)))
    if rank_above(chosen, len(wanted), p, rank):
        raise Rejected(f"random-rank: at a point that the checker drew the rank is more than {rank}")
    return Proof(("schwartz-zippel", "prime-count"), error_bits)


def _draw(rows: int, columns: int, p: int) -> list[list[int]]:
    return [[secrets.randbelow(p) for _ in range(columns)] for _ in range(rows)]


def _as_network(matrix: Matrix) -> tuple[Network, list[int]]:
    """The matrix as some columns of the Jacobian of a network; v_j != 0 scales the columns of neuron j only."""
    if not isinstance(matrix, Shallow | Network) or matrix.inputs.is_table:
        raise Rejected("random-rank: for two-layer and deep networks at generic inputs only")
    if isinstance(matrix, Network):
        return matrix, list(range(min(matrix.n_parameters(0, len(matrix.widths) - 1), MAX_PARAMETERS)))
    d, m, step = matrix.inputs.n_inputs, matrix.width, matrix.inputs.n_inputs + int(matrix.has_bias)
    if m * (d + 2) > MAX_PARAMETERS:
        raise Rejected(f"random-rank: more than {MAX_PARAMETERS} parameters")
    network = Network((matrix.psi,), "hidden" if matrix.has_bias else "none", matrix.inputs, (d, m, 1))
    columns: list[int] = []
    for j in range(m):
        columns += range(j * step, j * step + d) if "W" in matrix.blocks else ()
        columns += (j * step + d,) if "b" in matrix.blocks else ()
    return network, columns + (list(range(m * step, m * step + m)) if "v" in matrix.blocks else [])


def _integral(psi: Activation) -> Activation:
    """The polynomial times the denominators of its coefficients, which the next layer's generic weights absorb."""
    if psi.degree() is None:
        raise Rejected("random-rank: for polynomial activations only")
    coefficients = integer_coefficients(psi.numerator)[1]
    return Activation("rational", tuple(map(Fraction, coefficients)), psi.denominator)


def _error_bits(network: Network, size: int) -> int:
    """k with: a minor of `size` rows, not zero, is zero at a random point modulo a random prime with chance <= 2^-k.

    Its degree is D and the sum of its absolute coefficients is at most H: at most log2(H) / 60 of more than 2^53 primes
    divide all its coefficients; modulo another, at most D / 2^60 of the points are zeros (Schwartz, Zippel).
    """
    variable, values, slopes = Size(1, 0), Size(1, 0), [Size(0, 0)]
    entering = [values]
    for i, psi in enumerate(network.activations, start=1):
        z = (variable * values).sum_of(network.widths[i - 1], int(network.has_bias(i)))
        absolute, degree = [abs(int(c)) for c in psi.numerator], len(psi.numerator) - 1
        values = Size(degree * z.degree, degree * z.bits + sum(absolute).bit_length())
        derived = sum(k * c for k, c in enumerate(absolute))
        slopes.append(Size(max(degree - 1, 0) * z.degree, max(degree - 1, 0) * z.bits + derived.bit_length()))
        entering.append(values)
    delta, entry = Size(0, 0), Size(0, 0)
    for i in range(len(network.widths) - 1, 0, -1):
        product = delta * entering[i - 1]
        entry = Size(max(entry.degree, product.degree), max(entry.bits, product.bits))
        delta = (variable * delta).sum_of(network.widths[i]) * slopes[i - 1]
    row_bits = entry.bits + network.n_parameters(0, len(network.widths) - 1).bit_length()
    bad_primes = size * row_bits // 60 + 1
    chance = size * entry.degree + bad_primes * 2 ** (60 - LOG_PRIMES)  # in units of 2^-60
    bits: int = 60 - chance.bit_length()
    if bits < MIN_ERROR_BITS:
        raise Rejected(f"random-rank: the chance of an error is not below 2^-{MIN_ERROR_BITS}")
    return bits


def rank_above(rows: Iterable[list[int]], n_columns: int, modulus: int, rank: int) -> bool:
    """Whether these rows of residues have a rank above `rank` modulo a prime.

    A row is one integer with a slot for each column, wide enough for `rank` + 1 products of residues; a slot is reduced
    when its column is met.
    """
    slot = slot_bytes(rank + 2, modulus)
    width, mask = 8 * slot, (1 << 8 * slot) - 1
    pivots: list[tuple[int, int]] = []  # (slot position in bits, row with 1 there and residues elsewhere)
    for row in rows:
        packed = pack(row, rank + 2, modulus)
        for position, pivot in pivots:
            factor = -(packed >> position & mask) % modulus
            packed += factor * pivot
        raw = packed.to_bytes(slot * n_columns, "little")
        entries = [int.from_bytes(raw[i : i + slot], "little") % modulus for i in range(0, len(raw), slot)]
        column = next((c for c, entry in enumerate(entries) if entry), None)
        if column is None:
            continue
        if len(pivots) == rank:
            return True
        inverse = pow(entries[column], -1, modulus)
        pivots.append((width * column, pack([entry * inverse % modulus for entry in entries], rank + 2, modulus)))
    return False


def random_prime() -> int:
    """A prime drawn uniformly from [2^60, 2^61); the witnesses decide primality below 3 * 10^23 (Sorenson, Webster)."""
    while True:
        candidate = LOW + 2 * secrets.randbelow(LOW // 2) + 1
        if all(candidate % q for q in WITNESSES) and all(_is_strong(candidate, a) for a in WITNESSES):
            return candidate


def _is_strong(n: int, a: int) -> bool:
    """Whether n passes the strong probable-prime test to base a."""
    twos = ((n - 1) & (1 - n)).bit_length() - 1
    x = pow(a, (n - 1) >> twos, n)
    if x in (1, n - 1):
        return True
    for _ in range(twos - 1):
        x = x * x % n
        if x == n - 1:
            return True
    return False
