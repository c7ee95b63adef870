"""Exact arithmetic of rational polynomials, and rank of spaces of polynomials on given points (SPEC.md, section 4)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from .activations import Polynomial
from .claims import Inputs
from .reader import Rejected, array, rational

MAX_MONOMIALS = 2000
MAX_WORK = 2 * 10**7  # products on a row, more for long numbers: less than a minute


def product(a: Polynomial, b: Polynomial) -> Polynomial:
    """The product."""
    if not a or not b:
        return ()
    # denominators are cleared first: sums of fractions with different denominators would grow with every term
    (p, left), (q, right) = integer_coefficients(a), integer_coefficients(b)
    result = [0] * (len(a) + len(b) - 1)
    for i, x in enumerate(left):
        for j, y in enumerate(right):
            result[i + j] += x * y
    return tuple(Fraction(c, p * q) for c in result)


def integer_coefficients(a: Polynomial) -> tuple[int, list[int]]:
    """A common denominator, and the coefficients times it."""
    common = math.lcm(*(c.denominator for c in a))
    return common, [c.numerator * (common // c.denominator) for c in a]


def total(*terms: Polynomial) -> Polynomial:
    """The sum, without trailing zeros."""
    result = [sum((t[k] for t in terms if k < len(t)), Fraction(0)) for k in range(max(map(len, terms)))]
    while result and result[-1] == 0:
        result.pop()
    return tuple(result)


def up_to_degree(n_inputs: int, degree: int) -> int:
    """The dimension of the polynomials of degree at most `degree` in `n_inputs` variables."""
    return math.comb(n_inputs + degree, degree)


def of_degrees(n_inputs: int, degrees: Iterable[int]) -> int:
    """The dimension of the polynomials whose terms have these degrees."""
    return sum(math.comb(n_inputs - 1 + degree, degree) for degree in set(degrees))


def monomial_values(x: Sequence[Fraction], degrees: set[int]) -> list[int]:
    """The monomials of these degrees at a point, by degree, then lexicographically as increasing tuples of variables.

    All are multiplied by q^D, q the common denominator of the point and D the largest degree.
    """
    (q, numbers), top = integer_coefficients(tuple(x)), max(degrees, default=0)
    layer, values = [(0, 1)], []  # (last variable, product of numerators) of the monomials of one degree
    for degree in range(top + 1):
        if degree in degrees:
            values += [value * q ** (top - degree) for _, value in layer]
        if degree < top:
            layer = [(c, value * numbers[c]) for last, value in layer for c in range(last, len(numbers))]
    return values


def dimension_on_points(inputs: Inputs, degrees: set[int], dimension: int, stated: Any) -> int:
    """The dimension less the relations stated: rational vectors c with sum_k c_k monomial_k = 0 on all rows.

    The vectors are independent since they are in echelon form: their last nonzero positions increase.
    """
    if not inputs.is_table:
        raise Rejected("relations: they need a table")
    if dimension > MAX_MONOMIALS:
        raise Rejected(f"relations: {dimension} monomials, at most {MAX_MONOMIALS} are allowed")
    relations = [
        [rational(c, "relations") for c in array(row, "relations", dimension)] for row in array(stated, "relations")
    ]
    last = -1
    for relation in relations:
        position = max((k for k, c in enumerate(relation) if c), default=-1)
        if position <= last:
            raise Rejected("relations: not in echelon form")
        last = position
    sparse = [[(k, c) for k, c in enumerate(integer_coefficients(tuple(row))[1]) if c] for row in relations]
    top = max(degrees, default=0)  # a constant psi has no columns in block W but zero
    per_row = sum(math.comb(inputs.n_inputs - 1 + e, e) for e in range(top + 1)) + sum(map(len, sparse))
    bits = max(n.bit_length() for x in inputs.values for q, numbers in [integer_coefficients(x)] for n in (q, *numbers))
    if per_row * inputs.n_samples * (1 + top * bits // 500) > MAX_WORK:
        raise Rejected("relations: too much work for these rows, monomials, relations and digits")
    for x in inputs.values:
        values = monomial_values(x, degrees)
        if any(sum(c * values[k] for k, c in relation) for relation in sparse):
            raise Rejected("relations: one does not hold on a row")
    return dimension - len(relations)
