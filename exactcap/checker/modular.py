"""Is a square matrix of integers invertible modulo n? (SPEC.md, section 3, (1)) n > 1 need not be prime."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import mul

from .reader import Rejected


def unit_inverse(value: int, modulus: int, what: str) -> int:
    """The inverse of a unit modulo `modulus`."""
    try:
        return pow(value, -1, modulus)
    except ValueError:
        raise Rejected(f"{what} is not a unit modulo {modulus}") from None


def totient(modulus: int) -> int:
    """Euler's phi of a modulus below 2^31, by trial division: q^phi = 1 modulo it for every unit q."""
    result, rest, factor = modulus, modulus, 2
    while factor * factor <= rest:
        if rest % factor == 0:
            result -= result // factor
            while rest % factor == 0:
                rest //= factor
        factor += 1
    return result - result // rest if rest > 1 else result


def slot_bytes(size: int, modulus: int) -> int:
    """Bytes of a slot that holds a sum of `size` products of residues without overflow.

    The sum is at most size (modulus - 1)^2 < 2^(8 slot_bytes), so no slot ever carries into the next.
    """
    return ((size * (modulus - 1) ** 2).bit_length() + 7) // 8


def pack(row: list[int], size: int, modulus: int) -> int:
    """A row of `size` residues as one integer, entry j in slot j."""
    width = slot_bytes(size, modulus)
    return int.from_bytes(b"".join(entry.to_bytes(width, "little") for entry in row), "little")


def require_inverse(
    rows: Iterable[list[int]], packed: list[int], modulus: int, progress: Callable[[int, int], None]
) -> None:
    """Accepts when A B = I modulo `modulus`; `rows` are the rows of A, `packed` those of B, residues in [0, modulus).

    Row i of A B is sum_k A_ik B_k: one sum of products of a word with a packed row.
    """
    size = len(packed)
    width = slot_bytes(size, modulus)
    for i, row in enumerate(rows):
        raw = sum(map(mul, row, packed)).to_bytes(size * width, "little")
        for j in range(size):
            if int.from_bytes(raw[j * width : (j + 1) * width], "little") % modulus != (1 if i == j else 0):
                raise Rejected(f"row {i + 1} times column {j + 1} of the inverse is not {int(i == j)} modulo {modulus}")
        progress(i + 1, size)


def require_invertible(rows: Iterable[list[int]], modulus: int) -> None:
    """Accepts when Gauss elimination finds a unit pivot in every row, so that the determinant is a unit."""
    matrix = list(rows)
    for step in range(len(matrix)):
        for k in range(step, len(matrix)):
            try:
                inverse = pow(matrix[k][step], -1, modulus)
                break
            except ValueError:  # not a unit: try the next row
                continue
        else:
            raise Rejected(f"elimination finds no unit pivot in column {step + 1} modulo {modulus}")
        matrix[step], matrix[k] = matrix[k], matrix[step]
        pivot = [entry * inverse % modulus for entry in matrix[step]]
        for k in range(step + 1, len(matrix)):
            factor = matrix[k][step]
            if factor:
                matrix[k] = [(a - factor * b) % modulus for a, b in zip(matrix[k], pivot, strict=True)]
