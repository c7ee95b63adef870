"""The Jacobian of a two-layer network modulo a prime, at integer inputs and weights (theory: Khatri-Rao form)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from exactcap.models.activations import BLOCKS, Activation, entry_formulas
from exactcap.models.layer import Matrix, evaluate_quotient, exponential_powers, pre_activations, table_residues


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
    z = pre_activations(inputs, weights, biases, prime)
    exponential = exponential_powers(activation, inputs, weights, biases, prime, residue)
    matrix = np.empty((n, M, d + 2), np.int64)
    if slope is not None:
        matrix[:, :, d] = evaluate_quotient(slope, z, exponential, prime)
        np.multiply(matrix[:, :, d, None], table_residues(inputs, prime)[:, None, :], out=matrix[:, :, :d])
        np.remainder(matrix[:, :, :d], prime, out=matrix[:, :, :d])
    if "v" in blocks and value is not None:
        matrix[:, :, d + 1] = evaluate_quotient(value, z, exponential, prime)
    wanted = np.repeat([name in blocks for name in BLOCKS], [d, 1, 1])
    columns = np.flatnonzero(np.tile(wanted, M))
    flat = matrix.reshape(n, M * (d + 2))
    return (flat if wanted.all() else flat[:, columns]), columns
