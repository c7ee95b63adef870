"""Closed formulas for generic ranks of two-layer networks, each with its status (theory/ranks.md, sections 2 to 6).

Unless rows are counted, a formula gives r(m), the dimension that the m neurons' column functions span; a matrix with n
generic rows has rank min(n, r(m)) by the row lemma (section 1). What is only checked on a grid is no theorem: an
instance is proved by a lower certificate and a named upper rule, and the formula says which number to aim for.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from math import comb

from exactcap.errors import InputError
from exactcap.models.activations import BLOCKS, Activation
from exactcap.models.differential_equation import first_order_equation

ALEXANDER_HIRSCHOWITZ_EXCEPTIONS = frozenset({(3, 3, 5), (4, 3, 9), (5, 2, 7), (5, 3, 14)})  # (d, k, m) with k >= 2


def hadamard_rank(rows: int, columns: int, inner: int, exponents: AbstractSet[int] | None) -> int:
    """Rank of f applied to each entry of U V^T, U (rows x inner) and V (columns x inner) generic (section 2).

    f is a polynomial with nonzero coefficients at exactly these exponents, or, for None, an analytic function that is
    no polynomial. Status: own, proved.

    >>> hadamard_rank(50, 60, 4, {3}), hadamard_rank(50, 60, 4, {0, 2, 3}), hadamard_rank(50, 60, 1, None)
    (20, 31, 50)
    """
    smaller = min(rows, columns)
    return smaller if exponents is None else min(smaller, sum(comb(inner + k - 1, k) for k in exponents))


def khatri_rao_rank(n_inputs: int, power: int, width: int) -> int:
    """R(d,k,m): the dimension of the span of <w_j,x>^k x_c, 1 <= j <= m, 1 <= c <= d, for generic w_j (section 3).

    By Terracini's lemma it is that of the m-th secant variety of the (k+1)-st Veronese embedding of P^(d-1). Status:
    theorem (Alexander and Hirschowitz; M. C. Brambilla, G. Ottaviani, arXiv:math/0701409, Theorem 1.1).

    >>> khatri_rao_rank(3, 1, 2), khatri_rao_rank(3, 3, 5), khatri_rao_rank(3, 3, 6), khatri_rao_rank(6, 2, 4)
    (5, 14, 15, 24)
    """
    d, k, m = n_inputs, power, width
    if k == 1:  # quadrics: C(m,2) antisymmetric relations
        return m * d - comb(m, 2) if m <= d else comb(d + 1, 2)
    return min(m * d, comb(d + k, k + 1)) - ((d, k, m) in ALEXANDER_HIRSCHOWITZ_EXCEPTIONS)


def polynomial_rank_without_bias(n_inputs: int, exponents: AbstractSet[int], width: int) -> int:
    """Weights trained, no bias; psi' has nonzero coefficients at exactly these exponents (section 4).

    Status: one exponent, theorem (section 3); otherwise the upper bound is proved (U2, U3, U4) and equality is
    checked on a grid (exponents up to 5, d <= 5, dimension at most 130, all m).

    >>> [polynomial_rank_without_bias(3, exponents, 3) for exponents in ({1}, {0, 1}, {0, 2}, {1, 2})]
    [6, 8, 9, 9]
    """
    d, m = n_inputs, width
    if len(exponents) == 1:
        return khatri_rao_rank(d, max(exponents), m)
    if exponents == {0, 1} and m <= d + 1:
        return m * d - comb(m - 1, 2)
    return min(m * d, sum(comb(d + k, k + 1) for k in exponents))


def polynomial_rank(
    n_inputs: int, degree: int, remainder_degree: int | None, blocks: Collection[str], width: int
) -> int:
    """Generic biases, psi a polynomial of this degree K + 1, blocks W or W,b or W,b,v trained (section 5).

    Shift z so that psi has no term z^K. Then ``remainder_degree`` is the degree t < K of P = psi - z psi'/(K+1), that
    is of psi without its leading term, and None if nothing is left; ``first_order_equation`` finds P. With
    N = C(d+K+1, d), the dimension of all polynomials of this degree:

    * W: m d - C(m-1,2) for K = 1 and m <= d + 1, else min(m d, N - 1), since all columns vanish at x = 0. Upper bounds
      proved (U2, U3, U4), equality checked on a grid.
    * W,b: R(d+1, K, m) for psi = a z^(K+1) + e, a theorem in dimension d + 1; else min(m (d+1), N), an upper bound (U2,
      U3), equality checked on a grid.
    * W,b,v: P(z_j) may stand for psi(z_j), modulo the columns of W and b (U9). In the homogeneous coordinates x_0, x:
      P = 0 gives R(d+1, K, m), and P constant gives min(N, R(d+1, K, m) + 1), since x_0^(K+1) is the power of a linear
      form in general position, and these powers span everything. If t = 1 and m > d, the P(z_j) span x_0^K times all
      linear forms: one more point, R(d+1, K, m+1). All three are theorems. Otherwise min(N, m (d+1) + min(m, C(d+t,d)))
      is an upper bound (U9), equality checked on a grid (d <= 5, N <= 130, all t and m; samples to d = 7, N = 330).

    For K >= 2 and W,b,v the value is below the U9 bound only at shifted Alexander-Hirschowitz exceptions (d, K, m), by
    one: (2,3,5), (3,3,9), (4,2,7), (4,3,14) for z^(K+1), and (2,3,4), (3,3,8), (4,2,6), (4,3,13) for z^(K+1) + c z + e.

    Raises:
        InputError: another choice of blocks.

    >>> polynomial_rank(2, 4, 1, "Wbv", 4), polynomial_rank(2, 4, 2, "Wbv", 4), polynomial_rank(2, 4, None, "Wbv", 5)
    (14, 15, 14)
    >>> polynomial_rank(5, 3, 1, "Wb", 7), polynomial_rank(5, 3, 1, "Wbv", 7), polynomial_rank(5, 3, 1, "W", 7)
    (42, 48, 35)
    """
    d, K, t, m = n_inputs, degree - 1, remainder_degree, width
    everything = comb(d + degree, d)
    points = khatri_rao_rank(d + 1, K, m)
    trained = "".join(name for name in BLOCKS if name in blocks)
    if trained == "W":
        return m * d - comb(m - 1, 2) if K == 1 and m <= d + 1 else min(m * d, everything - 1)
    if trained == "Wb":
        return min(m * (d + 1), everything) if t else points
    if trained != "Wbv":
        raise InputError(f"blocks: the formulas know W and W,b and W,b,v, got {','.join(blocks)}; choose one of these")
    if t is None:
        return points
    if t == 0:
        return min(everything, points + 1)
    if t == 1 and m > d:
        return khatri_rao_rank(d + 1, K, m + 1)
    return min(everything, m * (d + 1) + min(m, comb(d + t, d)))


def analytic_rank(activation: Activation, n_inputs: int, blocks: Collection[str], width: int) -> int:
    """Generic biases and an activation that is no polynomial (section 6).

    All columns are independent if psi satisfies no equation (alpha + beta z) psi' + gamma psi = P with a polynomial P.
    With one, as for exp and powers, the v-columns are polynomials of degree at most deg P modulo those of W and b, or
    of b alone if beta = 0. For log, z psi' = 1: a combination of each neuron's columns in W and b is the same constant.
    Status: own, proved for d >= 2; d = 1 and, with gamma P != 0, equality are checked on a grid. For W alone biases may
    be zero if d >= 2, but not for log, which has m (d-1) + 1 then.

    >>> from exactcap.models.activations import parse_activation
    >>> [analytic_rank(parse_activation(text), 4, "Wbv", 6) for text in ("tanh", "1/(1+x^2)", "exp", "1/x", "x + 1/x")]
    [36, 36, 30, 30, 35]

    Raises:
        InputError: the activation is a polynomial.
    """
    if activation.polynomial_degree is not None:
        raise InputError(
            f"activation: needs one that is no polynomial, got one of degree {activation.polynomial_degree}; "
            "use polynomial_rank"
        )
    d, m = n_inputs, width
    n_columns = m * sum(d if name == "W" else 1 for name in blocks)
    if activation.name == "log":
        return n_columns - (m - 1 if {"W", "b"} <= set(blocks) else 0)
    equation = first_order_equation(activation)
    if equation is None or not {"b", "v"} <= set(blocks) or ("W" not in blocks and equation.beta):
        return n_columns
    t = len(equation.remainder) - 1
    return n_columns - m + (min(m, comb(d + t, d)) if equation.remainder else 0)
