"""The inverse of one small block modulo a prime: halves down to tiny blocks, which Gauss-Jordan inverts in place."""

import numpy as np

from exactcap.arithmetic.balanced import Balanced, BalancedRing

GAUSS_JORDAN = 16
"""Blocks of at most this size are inverted one pivot at a time, where the calls, not the entries, cost the time."""


def block_inverse(S: Balanced, ring: BalancedRing) -> Balanced | None:
    """The inverse of a square block of reduced entries modulo a prime, reduced, or None if it is not found this way.

    None is returned if S is singular, and also if some leading block, or the Schur complement of one, is: the caller
    has another way for both. With S = [[P, Q], [R, T]], Y = P^-1 Q, X = R P^-1 and Z = (T - X Q)^-1,

        S^-1 = [[P^-1 + Y Z X, -Y Z], [-Z X, Z]].
    """
    k = S.shape[0]
    if k <= GAUSS_JORDAN:
        return _gauss_jordan_inverse(S, ring)
    h = k // 2
    P_inverse = block_inverse(S[:h, :h], ring)
    if P_inverse is None:
        return None
    X, Y = ring.product(S[h:, :h], P_inverse), ring.product(P_inverse, S[:h, h:])
    complement = S[h:, h:].copy()
    ring.subtract_product(complement, X, S[:h, h:])
    Z = block_inverse(complement, ring)
    if Z is None:
        return None
    inverse = np.zeros((k, k))
    inverse[:h, :h], inverse[h:, h:] = P_inverse, Z
    ring.subtract_product(inverse[:h, h:], Y, Z)
    ring.subtract_product(inverse[h:, :h], Z, X)
    ring.subtract_product(inverse[:h, :h], inverse[:h, h:], X)  # P^-1 - (-Y Z) X
    return inverse


def _gauss_jordan_inverse(S: Balanced, ring: BalancedRing) -> Balanced | None:
    """The inverse of a tiny block, or None if a pivot on its diagonal is zero; without divisions until the end.

    Step j replaces each row w_i of [S | I], i != j, by pivot_j w_i - s_ij w_j. At the end the left part is diagonal,
    with the entries d_i = pivot_i ... pivot_(k-1); before step j the diagonal entry of row j in the right part is
    pivot_0 ... pivot_(j-1). Column j of W is column j of the left part before step j, and of the right part after.
    """
    modulus = ring.modulus
    W, update = S.copy(), np.empty(S.shape)
    leading = [1]  # the products pivot_0 ... pivot_(j-1), in [0, modulus)
    for j in range(S.shape[0]):
        column, row = W[:, j].copy(), W[j].copy()
        pivot = column[j]
        if pivot == 0.0:
            return None
        row[j] = leading[j]
        W[:, j] = 0.0
        np.multiply(W, pivot, out=W)
        np.multiply(column[:, None], row, out=update)
        np.subtract(W, update, out=W)  # at most h h + h (2 h) < 2^51, as modulus - 1 <= 2 h
        W[j] = row  # unchanged, but for column j, which the right part takes over
        ring.reduce(W)
        leading.append(leading[j] * int(pivot) % modulus)
    inverse = pow(leading[-1], -1, modulus)
    scale = np.array([[factor * inverse % modulus] for factor in leading[:-1]], float)  # 1 / d_i
    W *= scale  # at most h (2 h) < 2^51
    ring.reduce(W)
    return W
