"""Generic ranks by definition: the matrix written entry by entry at random points modulo 2^61 - 1, plain elimination.

It shares no code with the provers or the checker. Numbers that are not rational in z and an exponential (values of log,
softplus and erf) are replaced by random ones.
"""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

from exactcap.claims import Activation, Deep, Functions, Hadamard, Matrix, Rank, Table

P = 2**61 - 1


def rank(rows: list[list[int]]) -> int:
    """The rank modulo P."""
    pivots: list[tuple[int, list[int]]] = []
    for row in rows:
        for column, pivot in pivots:
            factor = row[column]
            if factor:
                row = [(a - factor * b) % P for a, b in zip(row, pivot, strict=True)]
        column = next((c for c, entry in enumerate(row) if entry), None)
        if column is not None:
            inverse = pow(row[column], -1, P)
            pivots.append((column, [entry * inverse % P for entry in row]))
    return len(pivots)


def evaluate(psi: Activation, z: int, q: int, draw: random.Random) -> tuple[int, int]:
    """(psi(z), psi'(z)) modulo P, each up to a constant factor."""
    if psi.name == "rational":
        top, bottom = (
            [Fraction(c).numerator * pow(Fraction(c).denominator, -1, P) for c in part]
            for part in (psi.numerator, psi.denominator)
        )
        n, d = (sum(c * pow(z, k, P) for k, c in enumerate(part)) for part in (top, bottom))
        dn, dd = (sum(k * c * pow(z, k - 1, P) for k, c in enumerate(part) if k) for part in (top, bottom))
        inverse = pow(d, -1, P)
        return n * inverse % P, (dn * d - n * dd) * inverse * inverse % P
    E, square = pow(q, z, P), pow(q, z * z, P)
    over = pow(E + 1, -1, P)
    inverse = pow(E, -1, P)
    unknown = draw.randrange(P)
    return {
        "tanh": ((E - 1) * over % P, E * over * over % P),
        "sigmoid": (E * over % P, E * over * over % P),
        "silu": (z * E * over % P, (E * over + z * E * over * over) % P),
        "exp": (E, E),
        "softplus": (unknown, E * over % P),
        "sin": ((E - inverse) % P, (E + inverse) % P),
        "cos": ((E + inverse) % P, (E - inverse) % P),
        "erf": (unknown, square),
        "gaussian": (square, -z * square % P),
        "log": (unknown, pow(z % P, -1, P) if z % P else 0),
        "gelu": (z * unknown % P, (unknown + z * square) % P),
    }[psi.name]


def generic_rank(matrix: Matrix, seed: int = 0) -> int:
    """The rank at random parameters (and inputs): with overwhelming probability the generic one."""
    draw = random.Random(seed)
    if isinstance(matrix, Hadamard):
        most = min(matrix.rows, matrix.columns, 60)
        left, right = ([[draw.randrange(10**6) for _ in range(matrix.inner)] for _ in range(most)] for _ in range(2))
        q = draw.randrange(2, P)
        return rank(
            [[evaluate(matrix.entrywise, dot(u, v), q, random.Random(dot(u, v)))[0] for v in right] for u in left]
        )
    d = matrix.inputs.n_inputs
    if isinstance(matrix.inputs, Table):
        scale = 1
        for row in matrix.inputs.fractions():
            for cell in row:
                scale *= cell.denominator
        points = [[int(cell * scale) for cell in row] for row in matrix.inputs.fractions()]
    else:
        most = min(matrix.n_columns, 100) + 2
        count = most if isinstance(matrix.inputs, Functions) else min(most, matrix.inputs.n_samples)
        points = [[draw.randrange(10**6) for _ in range(d)] for _ in range(count)]
    if isinstance(matrix, Deep):
        return rank(deep_rows(matrix, points, draw))
    return rank(shallow_rows(matrix, points, draw))


def dot(u: list[int], v: list[int]) -> int:
    return sum(a * b for a, b in zip(u, v, strict=True))


def shallow_rows(matrix, points: list[list[int]], draw: random.Random) -> list[list[int]]:
    d, q = matrix.inputs.n_inputs, draw.randrange(2, P)
    blocks = getattr(matrix, "blocks", ("W",))
    biased = getattr(matrix, "bias", "none") == "generic"
    width = min(matrix.width, 40)
    neurons = [
        ([draw.randrange(10**6) for _ in range(d)], draw.randrange(10**6) if biased else 0) for _ in range(width)
    ]
    rows = []
    for x in points:
        row = []
        for w, b in neurons:
            z = dot(w, x) + b
            if hasattr(matrix, "power"):
                slope, value = pow(z, matrix.power, P), 0
            else:
                value, slope = evaluate(matrix.activation, z, q, random.Random(z))
            row += [slope * a % P for a in x] if "W" in blocks else []
            row += [slope] if "b" in blocks else []
            row += [value] if "v" in blocks else []
        rows.append(row)
    return rows


def deep_rows(matrix: Deep, points: list[list[int]], draw: random.Random) -> list[list[int]]:
    """Forward mode: the derivative of all outputs in one parameter at a time."""
    widths, q = matrix.all_widths, draw.randrange(2, P)
    depth = len(widths) - 1
    biased = [matrix.bias == "all" or (matrix.bias == "hidden" and i < depth) for i in range(1, depth + 1)]
    W = [[[draw.randrange(10**6) for _ in range(widths[i])] for _ in range(widths[i + 1])] for i in range(depth)]
    b = [[draw.randrange(10**6) if biased[i] else 0 for _ in range(widths[i + 1])] for i in range(depth)]
    parameters = []
    for i in range(depth):
        for j in range(widths[i + 1]):
            parameters += [(i, j, c) for c in range(widths[i])] + ([(i, j, -1)] if biased[i] else [])
    rows = []
    for x in points:
        columns = []
        for layer, neuron, place in parameters:
            a, da = list(x), [0] * len(x)
            for i in range(depth):
                z = [dot(W[i][j], a) + b[i][j] for j in range(widths[i + 1])]
                dz = [dot(W[i][j], da) for j in range(widths[i + 1])]
                if i == layer:
                    dz[neuron] += 1 if place < 0 else a[place]
                if i == depth - 1:
                    columns.append([value % P for value in dz])
                    break
                pairs = [evaluate(matrix.activations[i], t, q, random.Random(t)) for t in z]
                a = [value for value, _ in pairs]
                da = [slope * t % P for (_, slope), t in zip(pairs, dz, strict=True)]
        rows += [[column[o] for column in columns] for o in range(widths[-1])]
    return rows


def holds(claim: Rank) -> bool:
    """Whether the claim is true, by the rank at random points."""
    true_rank = generic_rank(claim.matrix)
    return {
        "at-least": true_rank >= claim.rank,
        "at-most": true_rank <= claim.rank,
        "equals": true_rank == claim.rank,
    }[claim.relation]


def subsets(items: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The nonempty ones, in order."""
    return [
        tuple(item for item, kept in zip(items, mask, strict=True) if kept)
        for mask in product((1, 0), repeat=len(items))
        if any(mask)
    ]
