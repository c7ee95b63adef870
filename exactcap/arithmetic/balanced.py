"""Balanced residues in float64: reduction and products, with the inequalities that make every operation exact.

A residue modulo n is kept as the integer r with |r| <= h, h = floor(n/2), in a float64. Sums of products are reduced
once per block of products, not once per product ("delayed reduction": J.-G. Dumas, P. Giorgi, C. Pernet, "Dense linear
algebra over word-size prime fields", ACM Trans. Math. Software 35 (2008), arXiv:cs/0601133).

Exact sums. Integers of absolute value at most 2^53 are float64 numbers, so a sum of integers whose partial sums all
stay in that range is exact in whatever order, with or without fused multiply-add, a BLAS adds it.

Exact reduction. Let x be an integer with |x| < 2^51, and q = rint(fl(x fl(1/n))). Both roundings have relative error at
most u = 2^-53, so |q - x/n| <= 1/2 + (|x|/n)(2u + u^2), and r = x - q n has |r| <= n/2 + |x| (2u + u^2) < (n + 1)/2. As
r is an integer, |r| <= h. Moreover |q n| <= |x| + h < 2^53, so the product q n and the difference r are exact. Since
h < n, the result is 0 exactly if n divides x.
"""

import numpy as np
import numpy.typing as npt

from exactcap.arithmetic.progress import WorkMeter
from exactcap.arithmetic.residues import IntegerArray, Residues, residues

Balanced = npt.NDArray[np.float64]

REDUCIBLE = 2**51
"""Integers of absolute value below this are reduced exactly (module docstring)."""

CACHE_ENTRIES = 32768
"""Reductions run through pieces of this many entries, which stay in the second-level cache."""

TILE_ROWS, TILE_COLUMNS = 512, 2048
"""Products are formed in tiles of at most this shape: the only workspace beside the matrix itself."""


class BalancedRing:
    """Integers modulo n, 2 <= n < 2^21, as balanced residues in float64 arrays; all operations work in place.

    Attributes:
        modulus: n.
        products: the largest number K of products per reduction with K h^2 + h < 2^51, h = floor(n/2). A reduced entry
            minus K products of reduced entries is then reducible; K >= 2048 since h < 2^20.
    """

    def __init__(self, modulus: int, meter: WorkMeter) -> None:
        h = modulus // 2
        self.modulus = modulus
        self.products = (REDUCIBLE - 1 - h) // h**2
        assert self.products * h**2 + h < REDUCIBLE
        self._meter = meter
        self._n = float(modulus)
        self._reciprocal = 1.0 / modulus
        self._quotients = np.empty(CACHE_ENTRIES)
        self._tile = np.empty(0)

    def reduce(self, C: Balanced) -> None:
        """C := C mod n, for integers below 2^51 in absolute value; C is a vector or a matrix."""
        if C.size <= CACHE_ENTRIES:
            self._reduce_piece(C, C)
        elif C.ndim == 2 and C.shape[1] > CACHE_ENTRIES:
            for row in C:
                self.reduce(row)
        else:
            step = CACHE_ENTRIES if C.ndim == 1 else CACHE_ENTRIES // C.shape[1]
            for i in range(0, C.shape[0], step):
                self._reduce_piece(C[i : i + step], C[i : i + step])

    def _reduce_piece(self, c: Balanced, out: Balanced) -> None:
        q = self._quotients[: c.size].reshape(c.shape)
        np.multiply(c, self._reciprocal, out=q)
        np.rint(q, out=q)
        np.multiply(q, self._n, out=q)
        np.subtract(c, q, out=out)

    def _workspace(self, rows: int, columns: int) -> Balanced:
        if self._tile.size < rows * columns:
            self._tile = np.empty(0)  # free the old tile first
            self._tile = np.empty(rows * columns)
        return self._tile[: rows * columns].reshape(rows, columns)

    def subtract_product(self, C: Balanced, L: Balanced, U: Balanced) -> None:
        """C := C - L U mod n, for reduced C, L, U of shapes (m, w), (m, k), (k, w)."""
        for i in range(0, C.shape[0], TILE_ROWS):
            for j in range(0, C.shape[1], TILE_COLUMNS):
                c, left, right = (
                    C[i : i + TILE_ROWS, j : j + TILE_COLUMNS],
                    L[i : i + TILE_ROWS],
                    U[:, j : j + TILE_COLUMNS],
                )
                product = self._workspace(*c.shape)
                step = CACHE_ENTRIES // c.shape[1]
                for k in range(0, L.shape[1], self.products):  # at most K products: |c - product| <= K h^2 + h < 2^51
                    np.matmul(left[:, k : k + self.products], right[k : k + self.products], out=product)
                    for s in range(0, c.shape[0], step):
                        piece = product[s : s + step]
                        np.subtract(c[s : s + step], piece, out=piece)
                        self._reduce_piece(piece, c[s : s + step])
                self._meter.add(c.size * L.shape[1])

    def product(self, L: Balanced, U: Balanced) -> Balanced:
        """L U mod n, for reduced L, U of shapes (m, k), (k, w)."""
        C = np.zeros((L.shape[0], U.shape[1]))
        self.subtract_product(C, L, U)
        np.negative(C, out=C)
        return C

    def multiply_from_left(self, S: Balanced, C: Balanced) -> None:
        """C := S C mod n, for reduced S, C of shapes (k, k), (k, w) with k <= K, so that |S C| <= K h^2 < 2^51."""
        assert S.shape[0] <= self.products
        for j in range(0, C.shape[1], TILE_COLUMNS):
            c = C[:, j : j + TILE_COLUMNS]
            product = self._workspace(*c.shape)
            np.matmul(S, c, out=product)
            self.reduce(product)
            c[...] = product
            self._meter.add(c.size * S.shape[0])

    def inverse(self, unit: float) -> float:
        """The balanced inverse of a reduced entry. Raises ValueError if it is not a unit modulo n."""
        inverse = pow(int(unit), -1, self.modulus)
        return float(inverse if 2 * inverse <= self.modulus else inverse - self.modulus)

    def load(self, A: IntegerArray, out: Balanced) -> None:
        """out := A mod n; A and out are of the same shape, and A is read in pieces of a few rows."""
        step = max(1, CACHE_ENTRIES // max(1, A.shape[1]))
        for i in range(0, A.shape[0], step):
            piece = A[i : i + step]
            if (
                piece.dtype.kind == "O"
                or not -REDUCIBLE < int(piece.min(initial=0)) <= int(piece.max(initial=0)) < REDUCIBLE
            ):
                piece = residues(piece, self.modulus)
            out[i : i + step] = piece  # exact: entries are below 2^51 in absolute value
            self.reduce(out[i : i + step])

    def unload(self, C: Balanced) -> Residues:
        """The least non-negative residues of a reduced matrix, as int64."""
        A = np.empty(C.shape, np.int64)
        step = max(1, CACHE_ENTRIES // max(1, C.shape[1]))
        for i in range(0, C.shape[0], step):
            piece = A[i : i + step]
            piece[...] = C[i : i + step]
            piece += self.modulus * (piece < 0)
        return A
