"""Whether claims about tangent kernels hold: eigenvalues by mpmath, ranks over the rationals, from the definitions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import mpmath
from flint import fmpq, fmpq_mat

from exactcap.claims import Kernel, Table, Tangent

DELTA = {  # E g(u) g(v) as a function of the correlation
    "relu": lambda q: (mpmath.sqrt(1 - q * q) + q * (mpmath.pi - mpmath.acos(q))) / (2 * mpmath.pi),
    "abs": lambda q: 2 / mpmath.pi * (mpmath.sqrt(1 - q * q) + q * mpmath.asin(q)),
    "erf": lambda q: 2 / mpmath.pi * mpmath.asin(2 * q / 3),
    "sin": lambda q: mpmath.exp(-1) * mpmath.sinh(q),
    "cos": lambda q: mpmath.exp(-1) * mpmath.cosh(q),
    "exp": lambda q: mpmath.exp(1 + q),
    "gaussian": lambda q: 1 / mpmath.sqrt(4 - q * q),
}
SLOPE = {  # their derivatives
    "relu": lambda q: (mpmath.pi - mpmath.acos(q)) / (2 * mpmath.pi),
    "abs": lambda q: 2 / mpmath.pi * mpmath.asin(q),
    "erf": lambda q: 4 / mpmath.pi / mpmath.sqrt(9 - 4 * q * q),
    "sin": lambda q: mpmath.exp(-1) * mpmath.cosh(q),
    "cos": lambda q: mpmath.exp(-1) * mpmath.sinh(q),
    "exp": lambda q: mpmath.exp(1 + q),
    "gaussian": lambda q: q * (4 - q * q) ** mpmath.mpf(-1.5),
}


def rows_of(inputs: Table, bias: bool) -> list[list[Fraction]]:
    return [row + [Fraction(1)] * bias for row in inputs.fractions()]


def matrix(activation: str, rows: Sequence[Sequence[Fraction]], digits: int = 60) -> mpmath.matrix:
    """K at this many digits; no row is 0."""
    with mpmath.workdps(2 * digits + 20):

        def cosine(x: Sequence[Fraction], y: Sequence[Fraction]) -> mpmath.mpf:
            c, a, b = (sum(s * t for s, t in zip(*pair, strict=True)) for pair in ((x, y), (x, x), (y, y)))
            square = c * c / (a * b)
            root = mpmath.sqrt(mpmath.mpf(square.numerator) / square.denominator)
            return root if c >= 0 else -root

        cosines = [[cosine(x, y) for y in rows] for x in rows]
        return mpmath.matrix([[rho * SLOPE[activation](rho) for rho in line] for line in cosines])


def least_eigenvalue(activation: str, rows: Sequence[Sequence[Fraction]], digits: int = 60) -> mpmath.mpf:
    with mpmath.workdps(digits):
        return min(mpmath.eigsy(matrix(activation, rows, digits), eigvals_only=True))


def holds(claim: Kernel | Tangent) -> bool:
    """The claim, but for eigenvalues below 10^-40."""
    rows = rows_of(claim.inputs, claim.bias)
    if not all(any(row) for row in rows):
        return False
    if isinstance(claim, Tangent):
        return _tangent(claim, rows)
    least = least_eigenvalue(claim.activation, rows)
    if claim.least is None:
        return bool(abs(least) < mpmath.mpf(10) ** -40)
    return bool(least >= claim.least[0] * mpmath.mpf(10) ** claim.least[1])


def features(rows: Sequence[Sequence[Fraction]], weights: Sequence[Sequence[int]]) -> list[list[Fraction]]:
    """1{<w_l, x_i> > 0} x_ic."""
    return [
        [x * (sum(a * b for a, b in zip(unit, row, strict=True)) > 0) for unit in weights for x in row] for row in rows
    ]


def _tangent(claim: Tangent, rows: Sequence[Sequence[Fraction]]) -> bool:
    products = [sum(a * b for a, b in zip(unit, row, strict=True)) for unit in claim.weights for row in rows]
    found = fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in features(rows, claim.weights)]).rank()
    return 0 not in products and (found == len(rows)) is claim.full
