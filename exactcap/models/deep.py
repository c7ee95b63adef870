"""The Jacobian of a deep network modulo a prime, at integer inputs and parameters, by backpropagation over residues."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from exactcap.errors import InputError
from exactcap.models.activations import NAMED, Activation, entry_formulas
from exactcap.models.layer import Matrix, evaluate_quotient, exponential_powers, table_residues


def deep_jacobian_mod(
    activations: Sequence[Activation],
    inputs: Sequence[Sequence[int]],
    weights: Sequence[Sequence[Sequence[int]]],
    biases: Sequence[Sequence[int] | None],
    prime: int,
    residue: int,
) -> Matrix:
    """The (n d_h) x P Jacobian modulo ``prime`` of x -> W_h psi_{h-1}(W_{h-1} ... psi_1(W_1 x + b_1) ...) + b_h.

    Row i d_h + o is output o at input i. Columns go layer by layer, within layer i neuron by neuron: for neuron j the
    derivatives in W_i[j, 0], ..., W_i[j, d_{i-1} - 1], then in b_i[j] if the layer has a bias. Rational activations
    are evaluated exactly. A named one (psi_1 only) enters up to constants, as a psi_1 and s psi_1' with a, s != 0: the
    result is the Jacobian at a W_2 in place of W_2, with layer 1's columns times s/a and W_2's times a. Its rank is
    that Jacobian's, and so at most the generic rank of the real Jacobian (theory: sections 1 and 9).

    Args:
        activations: psi_1, ..., psi_{h-1}.
        inputs: n x d_0.
        weights: W_i, d_i x d_{i-1}, for i = 1, ..., h.
        biases: b_i, d_i entries, or None where layer i has no bias, for i = 1, ..., h.
        prime: p < 2^21; products of residues stay below 2^42, so sums of up to 2^21 of them below 2^63.
        residue: the unit that stands for the transcendental number of psi_1 where that is a named activation.

    Raises:
        InputError: an exponential activation in a later layer, or one without values modulo a prime, as softplus.
        ZeroDivisionError: a denominator vanishes.

    >>> from exactcap.models.activations import parse_activation
    >>> square = parse_activation("x^2")  # 5 (3 x)^2, derived in 3 and 5, at x = 1 and x = 2
    >>> deep_jacobian_mod([square], [[1], [2]], [[[3]], [[5]]], [None, None], 101, 1).tolist()
    [[30, 9], [19, 36]]
    """
    _require_values(activations)
    W = [table_residues(layer, prime) for layer in weights]
    b = [None if layer is None else table_residues([layer], prime) for layer in biases]
    signals, slopes = [table_residues(inputs, prime)], []  # the inputs of each layer; psi' after each hidden layer
    for i, activation in enumerate(activations):
        z = signals[i] @ W[i].T % prime
        if (bias := b[i]) is not None:
            z = (z + bias) % prime
        E = np.zeros_like(z)
        if i == 0:  # the exponents are the integers z: only here do they depend on them alone
            shift = biases[0] if biases[0] is not None else [0] * len(weights[0])
            E = exponential_powers(activation, inputs, weights[0], shift, prime, residue)
        slope, value = entry_formulas(activation)
        assert slope is not None
        assert value is not None
        slopes.append(evaluate_quotient(slope, z, E, prime))
        signals.append(evaluate_quotient(value, z, E, prime))
    n, n_outputs = len(inputs), len(weights[-1])
    # gradient[i, o, j] is the derivative of output o at input i in the pre-activation of neuron j
    gradient = np.tile(np.eye(n_outputs, dtype=np.int64), (n, 1, 1))
    blocks = []
    for i in reversed(range(len(weights))):
        signal = signals[i] if b[i] is None else np.pad(signals[i], ((0, 0), (0, 1)), constant_values=1)
        blocks.append((gradient[:, :, :, None] * signal[:, None, None, :] % prime).reshape(n * n_outputs, -1))
        if i > 0:
            gradient = gradient @ W[i] % prime * slopes[i - 1][:, None, :] % prime
    return np.hstack(blocks[::-1])


def _require_values(activations: Sequence[Activation]) -> None:
    """E = residue^z needs an integer z, so layer 1; a later layer needs the values of psi, rational in z and E."""
    for layer, activation in enumerate(activations, start=1):
        if activation.is_exponential and layer > 1:
            raise InputError(
                f"activations: layer {layer} has {activation.name}, but an exponential activation can be certified in "
                "layer 1 only, where its exponents are integers; use a rational expression in x there"
            )
        if "v" not in activation.blocks:
            raise InputError(
                f"activations: layer {layer} has {activation.name}, which cannot enter the next layer modulo a prime, "
                f"since {NAMED[activation.name].why_not}; choose another activation"
            )
