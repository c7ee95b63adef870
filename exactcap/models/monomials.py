"""Spaces of polynomials on given points: the relations that hold there (SPEC.md, section 4, U2 and U3)."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement

import numpy as np

from exactcap.arithmetic.flint_engine import column_relations
from exactcap.arithmetic.modular import row_rank_profile
from exactcap.arithmetic.modulus import DEFAULT_PRIME

MAX_BITS = 2**18  # of a relation's numbers; those of more than 2000 digits enter no certificate


def of_degrees(n_inputs: int, degrees: Collection[int]) -> int:
    """The dimension of the polynomials in ``n_inputs`` variables whose terms have these degrees.

    >>> of_degrees(3, {2}), of_degrees(3, {0, 1, 2})
    (6, 10)
    """
    return sum(math.comb(n_inputs - 1 + degree, degree) for degree in set(degrees))


def monomials(n_inputs: int, degrees: Collection[int]) -> Iterator[tuple[int, ...]]:
    """The monomials of these degrees as increasing tuples of variables, by degree, then lexicographically."""
    for degree in sorted(set(degrees)):
        yield from combinations_with_replacement(range(n_inputs), degree)


def relations_on_points(
    values: Sequence[Sequence[Fraction]], degrees: Collection[int], below: int
) -> list[list[Fraction]]:
    """The polynomials of these degrees that vanish on all rows, in echelon form: coefficients of the monomials.

    None are sought, which may take long, unless they leave a dimension less than ``below``, nor where their numbers, up
    to minors of the matrix, may have more than `MAX_BITS`.

    >>> relations_on_points([[Fraction(0), Fraction(1)], [Fraction(1), Fraction(0)]], {0, 1}, 3)  # y = 1 - x
    [[Fraction(-1, 1), Fraction(1, 1), Fraction(1, 1)]]
    """
    longest = max(max(x.numerator.bit_length(), x.denominator.bit_length()) for row in values for x in row)
    if max(degrees, default=0) * longest > MAX_BITS:
        return []
    terms = list(monomials(len(values[0]), degrees))
    rows = []
    for x in values:
        row = [math.prod((x[c] for c in term), start=Fraction(1)) for term in terms]
        common = math.lcm(*(value.denominator for value in row))  # a row's factor changes no relation
        rows.append([int(value * common) for value in row])
    matrix = np.array(rows, dtype=object)
    profile = list(row_rank_profile(matrix, DEFAULT_PRIME))
    if len(profile) >= min(below, len(terms)):
        return []
    if len(profile) * max((abs(entry).bit_length() for i in profile for entry in rows[i]), default=0) > MAX_BITS:
        return []
    relations = column_relations(matrix[profile])
    # modulo the prime the rank may be smaller than over Q: keep what holds on all rows
    return [c for c in relations if not any(sum(a * b for a, b in zip(row, c, strict=True)) for row in rows)]
