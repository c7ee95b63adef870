"""Integer arrays as they come from callers, checked, and their least non-negative residues in int64."""

from typing import Any

import numpy as np
import numpy.typing as npt

from exactcap.errors import InputError

IntegerArray = npt.NDArray[Any]
"""A NumPy array of a signed or unsigned integer type, or of type object holding Python integers of any size."""

Residues = npt.NDArray[np.int64]
"""Least non-negative residues: 0 <= entry < modulus."""


def require_integers(values: IntegerArray, name: str) -> IntegerArray:
    """Return the array if all its entries are integers.

    Raises:
        InputError: not a NumPy array, or entries of another type (floats, bools, fractions).

    >>> require_integers(np.array([2**70, -1], dtype=object), "A").shape
    (2,)
    """
    if not isinstance(values, np.ndarray):
        raise InputError(
            f"{name}: must be a NumPy array, got {type(values).__name__}; pass np.array({name}, dtype=object)"
        )
    if values.dtype.kind not in "iuO":
        raise InputError(
            f"{name}: entries must be integers, got dtype {values.dtype}; convert exactly to int64 or object"
        )
    if values.dtype.kind == "O":
        for entry in values.flat:
            if not isinstance(entry, int | np.integer) or isinstance(entry, bool):
                kind = type(entry).__name__
                raise InputError(
                    f"{name}: entries must be integers, got {entry!r} of type {kind}; clear denominators first"
                )
    return values


def require_matrix(A: IntegerArray, name: str) -> IntegerArray:
    """Return the array if it is a matrix of integers.

    Raises:
        InputError: not a NumPy array, not of dimension two, or with entries that are not integers.

    >>> require_matrix(np.eye(2, dtype=np.int8), "A").shape
    (2, 2)
    """
    if isinstance(A, np.ndarray) and A.ndim != 2:
        raise InputError(f"{name}: must have dimension 2, got shape {A.shape}; reshape it to (rows, columns)")
    return require_integers(A, name)


def require_square(A: IntegerArray, name: str) -> IntegerArray:
    """Return the array if it is a square matrix of integers.

    Raises:
        InputError: not a matrix of integers, or not square.

    >>> require_square(np.eye(2, dtype=np.int8), "A").shape
    (2, 2)
    """
    if require_matrix(A, name).shape[0] != A.shape[1]:
        raise InputError(f"{name}: must be square, got shape {A.shape}; take a square minor")
    return A


def residues(values: IntegerArray, modulus: int) -> Residues:
    """The least non-negative residues of an integer array of any shape, in a new int64 array.

    >>> residues(np.array([-1, 10**60], dtype=object), 7)
    array([6, 1])
    """
    if values.dtype.kind == "O":
        return np.fromiter((int(entry) % modulus for entry in values.flat), np.int64, values.size).reshape(values.shape)
    if values.dtype == np.uint64:
        return (values % np.uint64(modulus)).astype(np.int64)
    reduced: Residues = values.astype(np.int64) % modulus
    return reduced
