"""Tangent kernels of two-layer networks at given rows: infinitely many units, or some with integer weights.

For standard normal w the pair u = <w, x>, v = <w, y> of unit vectors x, y at cosine rho is standard normal with
correlation rho, and K = rho E g'(u) g'(v) = rho Delta'(rho) with Delta(rho) = E g(u) g(v) (SPEC-CAPACITY.md, K3).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor, gcd, lcm

from flint import arb, fmpz_mat

from exactcap.arithmetic.balls import precision

ACTIVATIONS = ("relu", "abs", "erf", "sin", "cos", "exp", "gaussian")
EVEN, ODD = ("abs", "cos", "gaussian"), ("erf", "sin")  # as functions g
LEAST_SPREAD = 1000
GUARD = 24

Integers = Sequence[Sequence[int]]


def direction(row: Sequence[Fraction], bias: bool) -> list[int]:
    """The least integer vector on the ray of a row, after a 1 was appended with ``bias``; of a row 0: zeros.

    >>> direction([Fraction(1, 2), Fraction(-3)], False), direction([Fraction(1, 2), Fraction(-3)], True)
    ([1, -6], [1, -6, 2])
    """
    common = lcm(*(x.denominator for x in row))
    integers = [x.numerator * (common // x.denominator) for x in row] + [common] * bias
    return [x // (gcd(*integers) or 1) for x in integers]


def kernel(activation: str, rho: arb, sine: arb) -> arb:
    """rho Delta'(rho) for the cosine and the sine of an angle, which are needed both near rho = 1 or -1.

    Delta: relu (sqrt(1 - r^2) + r (pi - acos r))/(2 pi); abs 2 (sqrt(1 - r^2) + r asin r)/pi; erf 2 asin(2r/3)/pi;
    sin sinh(r)/e; cos cosh(r)/e; exp e^(1 + r); gaussian (4 - r^2)^(-1/2).

    >>> kernel("relu", arb(1), arb(0)), kernel("gaussian", arb(0), arb(1))
    (0.500000000000000, 0)
    """
    if activation == "relu":
        return rho * (1 - arb.atan2(sine, rho) / arb.pi()) / 2
    if activation == "abs":
        return rho * (1 - 2 * arb.atan2(sine, rho) / arb.pi())
    if activation == "erf":
        return 4 * rho / (arb.pi() * (9 - 4 * rho * rho).sqrt())
    if activation == "gaussian":
        return rho * rho * (4 - rho * rho).rsqrt() ** 3
    if activation == "exp":
        return rho * (1 + rho).exp()
    return rho * (rho.cosh() if activation == "sin" else rho.sinh()) * arb(-1).exp()


def kernel_matrix(activation: str, directions: Integers, bits: int) -> list[list[int]]:
    """Row i: K_ij 2^bits for j <= i, within 2 units; the directions are integers, none is 0."""
    n = len(directions)
    points = fmpz_mat(n, len(directions[0]), [x for row in directions for x in row])
    gram = (points * points.transpose()).tolist()
    with precision(bits + GUARD):
        unit = arb(2) ** bits
        norms = [arb(gram[i][i]).sqrt() for i in range(n)]
        result = []
        for i in range(n):
            row = []
            for j in range(i + 1):
                c, length = gram[i][j], norms[i] * norms[j]
                sine = arb(gram[i][i] * gram[j][j] - c * c).sqrt() / length
                man, exponent = (kernel(activation, arb(c) / length, sine) * unit).mid().man_exp()
                row.append(int(man) << int(exponent) if exponent >= 0 else int(man) >> -int(exponent))
            result.append(row)
    return result


def suited_weights(values: Sequence[Sequence[Fraction]], bias: bool, drawn: Integers) -> list[list[int]]:
    """Weights on the columns as they are, from drawn ones on columns brought to one scale; with ``bias`` one more each.

    With S >= 1000 the weight of a column that reaches from a to b is about S/((b - a)/2) times the drawn one, and with
    a bias the middles are subtracted: the hyperplanes then pass through the rows. Without, a and b are -max|x|, max|x|.

    >>> suited_weights([[Fraction(1)], [Fraction(5)]], True, [[3, 1]])  # 3000 (x - 3) + 2000
    [[3000, -7000]]
    """
    middles, spreads = [], []
    for column in zip(*values, strict=True):
        low, high = (min(column), max(column)) if bias else (-max(map(abs, column)), max(map(abs, column)))
        middles.append((low + high) / 2)
        spreads.append((high - low) / 2 or Fraction(1))
    scale = ceil(LEAST_SPREAD * max(Fraction(1), *spreads))
    factors = [ceil(scale / spread) for spread in spreads]
    result = []
    for draw in drawn:
        weights = [g * factor for g, factor in zip(draw, factors, strict=False)]
        if bias:
            weights.append(draw[-1] * scale - floor(sum(w * x for w, x in zip(weights, middles, strict=True))))
        result.append(weights)
    return result


def is_in_general_direction(weights: Sequence[int], directions: Integers) -> bool:
    """Whether the weights are at right angles to none of the rows."""
    return all(sum(w * x for w, x in zip(weights, row, strict=True)) for row in directions)


def tangent_features(directions: Integers, weights: Integers) -> list[list[int]]:
    """Row i: 1{<w_l, x_i> > 0} x_ic at column l d + c.

    >>> tangent_features([[1, 2], [3, -1]], [[1, 0], [-1, 1]])
    [[1, 2, 1, 2], [3, -1, 0, 0]]
    """
    result = []
    for row in directions:
        zeros = [0] * len(row)
        signs = [sum(w * x for w, x in zip(unit, row, strict=True)) > 0 for unit in weights]
        result.append([x for sign in signs for x in (row if sign else zeros)])
    return result
