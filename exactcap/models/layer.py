"""One layer of a network modulo a prime: pre-activations, powers that stand for exponentials, activations by entry.

A prime is below 2^21, so products of residues stay below 2^42, and sums of at most 2^21 of them below 2^63: int64 is
exact.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from exactcap.arithmetic.elementwise import inverses_mod, power_mod
from exactcap.arithmetic.residues import residues
from exactcap.models.activations import NAMED, Activation, Quotient, Terms

Matrix = NDArray[np.int64]


def table_residues(table: Sequence[Sequence[int]], modulus: int) -> Matrix:
    """Python integers of any size, reduced exactly before NumPy could overflow.

    >>> table_residues([[10**60, -1]], 7).tolist()
    [[1, 6]]
    """
    return residues(np.array([list(row) for row in table], dtype=object), modulus)


def pre_activations(
    inputs: Sequence[Sequence[int]], weights: Sequence[Sequence[int]], biases: Sequence[int], modulus: int
) -> Matrix:
    """z = X W^T + b modulo ``modulus``: residues below 2^21, so d products stay below 2^42 d < 2^63.

    >>> pre_activations([[1, 2]], [[3, 4], [5, 6]], [0, 10**30], 101).tolist()
    [[11, 16]]
    """
    x, w, b = (table_residues(table, modulus) for table in (inputs, weights, [biases]))
    return np.asarray((x @ w.T + b) % modulus, dtype=np.int64)


def exponential_powers(
    activation: Activation,
    inputs: Sequence[Sequence[int]],
    weights: Sequence[Sequence[int]],
    biases: Sequence[int],
    prime: int,
    residue: int,
) -> Matrix:
    """E = residue^z or residue^(z^2), 0 where the activation has no E.

    Exponents are reduced modulo prime - 1 (Fermat), so their size does not matter.

    >>> exponential_powers(Activation("exp"), [[1], [10**30]], [[2]], [1], 101, 3).tolist()
    [[27], [3]]
    """
    if not activation.is_exponential:
        return np.zeros((len(inputs), len(biases)), np.int64)
    exponents = pre_activations(inputs, weights, biases, prime - 1)
    if NAMED[activation.name].square:
        exponents = exponents * exponents % (prime - 1)
    return power_mod(residue, exponents, prime)


def evaluate_quotient(quotient: Quotient, z: Matrix, exponential: Matrix, prime: int) -> Matrix:
    """A quotient of polynomials in z and E modulo ``prime``, entry by entry; raises ZeroDivisionError at a pole.

    >>> one = np.array([[1]])
    >>> evaluate_quotient(Quotient(((0, 1, 1),), ((1, 0, 1), (0, 0, 1))), one, 5 * one, 101).item()  # E / (z + 1)
    53
    """
    top, bottom = (_polynomial(terms, z, exponential, prime) for terms in (quotient.numerator, quotient.denominator))
    return top * inverses_mod(bottom, prime) % prime


def _polynomial(terms: Terms, z: Matrix, exponential: Matrix, prime: int) -> Matrix:
    """Horner's rule in E, with Horner's rule in z for each coefficient."""
    total = np.zeros_like(z)
    for power in range(max((j for _, j, _ in terms), default=-1), -1, -1):
        coefficients = {i: c % prime for i, j, c in terms if j == power}
        inner = np.zeros_like(z)
        for i in range(max(coefficients, default=-1), -1, -1):
            inner = (inner * z + coefficients.get(i, 0)) % prime
        total = (total * exponential + inner) % prime
    return total
