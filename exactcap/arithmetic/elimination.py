"""Row-recursive Gaussian elimination modulo a prime on balanced float64 residues: nearly all work is BLAS products.

The upper half of the rows is eliminated first, then used to clear the lower half, which is eliminated in turn. Rows are
never exchanged with later ones to find a pivot, so a row is a pivot row exactly if it is independent of the rows above:
the pivot rows are the row rank profile (compare J.-G. Dumas, C. Pernet, Z. Sultan, "Simultaneous computation of the row
and column rank profiles", ISSAC 2013). Exactness of the arithmetic is argued in ``balanced.py``.
"""

import numpy as np
import numpy.typing as npt

from exactcap.arithmetic.balanced import CACHE_ENTRIES, Balanced, BalancedRing
from exactcap.arithmetic.block_inverse import block_inverse

BLOCK = 128
"""Blocks of at most this many rows are inverted as one; BLOCK <= 2048 <= products per reduction."""


class Elimination:
    """Eliminates a matrix of reduced entries modulo a prime, in place.

    With r the rank, A the matrix on entry and Q the permutation matrix of ``column_order``, the r rows of A Q in
    ``pivot_rows`` equal L U modulo p, with L invertible and U left behind in the first r rows. U is block unit upper
    triangular: identities of the sizes ``blocks`` on its diagonal, any entries to the right of them. What is left below
    the diagonal of the matrix has no meaning.

    Attributes:
        pivot_rows: the row rank profile, increasing.
        column_order: the original index of every column, pivot columns first.
        blocks: sizes of the identity blocks, of sum r.
    """

    def __init__(self, matrix: Balanced, ring: BalancedRing) -> None:
        self._A = matrix
        self._ring = ring
        self.pivot_rows: list[int] = []
        self.column_order: npt.NDArray[np.intp] = np.arange(matrix.shape[1])
        self.blocks = self._eliminate(0, matrix.shape[0], 0)

    def _eliminate(self, top: int, bottom: int, left: int) -> list[int]:
        """Eliminate rows top..bottom from column left on; return the sizes of their identity blocks.

        On return the pivot rows come first; the remaining rows of the range depend on them, and are of no more use.
        """
        A, size = self._A, bottom - top
        if left == A.shape[1] or size == 0 or not (A[top, left:].any() or A[top:bottom, left:].any()):
            return []
        if size == 1:
            return self._eliminate_row(top, left)
        if size <= BLOCK and left + size <= A.shape[1] and self._eliminate_block(top, bottom, left):
            return [size]
        middle = top + (size // 2 if size <= BLOCK else -(-size // BLOCK) // 2 * BLOCK)
        upper = self._eliminate(top, middle, left)
        right = left + sum(upper)
        if right == A.shape[1]:
            return upper
        if upper:
            self._clear(middle, bottom, top, left, upper)
        lower = self._eliminate(middle, bottom, right)
        self._close_gap(top + sum(upper), middle, sum(lower), right)
        if size <= BLOCK and upper and lower:
            return self._merge(top, left, sum(upper), sum(lower))
        return upper + lower

    def _eliminate_row(self, i: int, left: int) -> list[int]:
        """Bring the first non-zero entry of a row, which there is, to column left, and scale it to 1."""
        A, row = self._A, self._A[i, left:]
        pivot = left + int(np.argmax(row != 0.0))
        if pivot != left:
            A[:, [left, pivot]] = A[:, [pivot, left]]
            self.column_order[[left, pivot]] = self.column_order[[pivot, left]]
        row *= self._ring.inverse(row[0])
        self._ring.reduce(row)
        self.pivot_rows.append(i)
        return [1]

    def _eliminate_block(self, top: int, bottom: int, left: int) -> bool:
        """Turn the leading square block of the rows into the identity, if it is invertible."""
        A, right = self._A, left + bottom - top
        inverse = block_inverse(A[top:bottom, left:right], self._ring)
        if inverse is None:
            return False
        self._ring.multiply_from_left(inverse, A[top:bottom, right:])
        A[top:bottom, left:right] = np.eye(bottom - top)
        self.pivot_rows.extend(range(top, bottom))
        return True

    def _clear(self, middle: int, bottom: int, top: int, left: int, blocks: list[int]) -> None:
        """Subtract from rows middle..bottom the combinations of the pivot rows at top which make their columns zero."""
        A, rank = self._A, sum(blocks)
        multipliers = A[middle:bottom, left : left + rank]
        self._divide(multipliers, blocks, top, left)
        right = left + rank
        self._ring.subtract_product(A[middle:bottom, right:], multipliers, A[top : top + rank, right:])

    def _divide(self, X: Balanced, blocks: list[int], top: int, left: int) -> None:
        """X := X U^-1, for U the block unit upper triangular matrix at (top, left)."""
        if len(blocks) == 1:
            return
        half = len(blocks) // 2
        first, size = sum(blocks[:half]), sum(blocks)
        U = self._A[top : top + first, left + first : left + size]
        self._divide(X[:, :first], blocks[:half], top, left)
        self._ring.subtract_product(X[:, first:], X[:, :first], U)
        self._divide(X[:, first:], blocks[half:], top + first, left + first)

    def _close_gap(self, target: int, source: int, count: int, left: int) -> None:
        """Move ``count`` rows up from source to target, from column left on."""
        if target == source:
            return
        A = self._A
        step = max(1, CACHE_ENTRIES // (A.shape[1] - left))
        for i in range(0, count, step):
            end = min(i + step, count)
            A[target + i : target + end, left:] = A[source + i : source + end, left:]

    def _merge(self, top: int, left: int, upper: int, lower: int) -> list[int]:
        """Make two neighbouring identity blocks one, by clearing the block above the lower one."""
        A, right = self._A, left + upper + lower
        above = A[top : top + upper, left + upper : right]
        pivots = A[top + upper : top + upper + lower, right:]
        self._ring.subtract_product(A[top : top + upper, right:], above, pivots)
        above[...] = 0.0
        return [upper + lower]
