"""The Jacobian of a two-layer network modulo a prime, at integer inputs and weights (theory: Khatri-Rao form)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from exactcap.arithmetic.elementwise import inverses_mod, power_mod
from exactcap.arithmetic.residues import residues
from exactcap.models.activations import BLOCKS, NAMED, Activation, Quotient, Terms, entry_formulas

Matrix = NDArray[np.int64]


def jacobian_mod(
    activation: Activation,
    inputs: Sequence[Sequence[int]],
    weights: Sequence[Sequence[int]],
    biases: Sequence[int],
    blocks: Sequence[str],
    prime: int,
    residue: int,
) -> tuple[Matrix, NDArray[np.int64]]:
    """The columns of the chosen blocks of the n x M(d+2) Jacobian modulo ``prime``, and their numbers.

    Column j(d+2)+c is psi'(z_j) x_c for c < d (block W), psi'(z_j) for c = d (b), psi(z_j) for c = d+1 (v), with
    z_ij = <w_j, x_i> + b_j and outer weights 1. ``inputs`` is n x d, ``weights`` M x d; ``residue`` is the unit that
    stands for the transcendental number of the activation. Raises ZeroDivisionError when a denominator vanishes.

    >>> matrix, columns = jacobian_mod(Activation("exp"), [[1], [2]], [[3]], [0], ("W", "b"), 101, 2)
    >>> matrix.tolist(), columns.tolist()
    ([[8, 8], [27, 64]], [0, 1])
    """
    n, d, M = len(inputs), len(inputs[0]), len(biases)
    slope, value = entry_formulas(activation)
    z = _pre_activations(inputs, weights, biases, prime)
    exponential = _powers(activation, inputs, weights, biases, prime, residue)
    matrix = np.empty((n, M, d + 2), np.int64)
    if slope is not None:
        matrix[:, :, d] = _evaluate(slope, z, exponential, prime)
        np.multiply(matrix[:, :, d, None], _residues(inputs, prime)[:, None, :], out=matrix[:, :, :d])
        np.remainder(matrix[:, :, :d], prime, out=matrix[:, :, :d])
    if "v" in blocks and value is not None:
        matrix[:, :, d + 1] = _evaluate(value, z, exponential, prime)
    wanted = np.repeat([name in blocks for name in BLOCKS], [d, 1, 1])
    columns = np.flatnonzero(np.tile(wanted, M))
    flat = matrix.reshape(n, M * (d + 2))
    return (flat if wanted.all() else flat[:, columns]), columns


def _pre_activations(
    inputs: Sequence[Sequence[int]], weights: Sequence[Sequence[int]], biases: Sequence[int], modulus: int
) -> Matrix:
    """z = X W^T + b modulo ``modulus``: residues below 2^21, so d products stay below 2^42 d < 2^63."""
    x, w, b = (_residues(table, modulus) for table in (inputs, weights, [biases]))
    return np.asarray((x @ w.T + b) % modulus, dtype=np.int64)


def _residues(table: Sequence[Sequence[int]], modulus: int) -> Matrix:
    """Python integers of any size, reduced exactly before NumPy could overflow."""
    return residues(np.array([list(row) for row in table], dtype=object), modulus)


def _powers(
    activation: Activation,
    inputs: Sequence[Sequence[int]],
    weights: Sequence[Sequence[int]],
    biases: Sequence[int],
    prime: int,
    residue: int,
) -> Matrix:
    """E = residue^z or residue^(z^2), 0 where the activation has no E.

    Exponents are reduced modulo prime - 1 (Fermat), so their size does not matter.
    """
    if not activation.is_exponential:
        return np.zeros((len(inputs), len(biases)), np.int64)
    exponents = _pre_activations(inputs, weights, biases, prime - 1)
    if NAMED[activation.name].square:
        exponents = exponents * exponents % (prime - 1)
    return power_mod(residue, exponents, prime)


def _evaluate(quotient: Quotient, z: Matrix, exponential: Matrix, prime: int) -> Matrix:
    """A quotient of polynomials in z and E modulo ``prime``, entry by entry; products of residues stay below 2^42."""
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
