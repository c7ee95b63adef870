"""Which code of a class is nearest to an output that is known up to an error (SPEC-NETWORKS.md, N5)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from exactcap.claims import Classes
from exactcap.provers.forward import Row, common_denominator


@dataclass(frozen=True, eq=False)
class NearestCode:
    """Of the codes c_l = D_l/C the nearest to f has the largest score <2C D_l, f> - |D_l|^2.

    ``bits`` is twice what bounds the length of each D_l and of 2C.
    """

    scaled: list[Row]
    squares: list[int]
    norms: list[int]
    bits: int

    def is_own(self, own: int, output: Row, error: int, bits: int) -> bool | None:
        """Whether the code of class ``own`` is nearest, strictly; None where neither that nor the opposite is sure.

        >>> signs = nearest_code(Classes(("no", "yes"), (("-1",), ("1",)), (0,)))
        >>> [signs.is_own(1, [g], 3, 10) for g in (-5, -3, 0, 3, 5)]
        [False, None, None, None, True]
        """
        pairs = zip(self.scaled, self.squares, strict=True)
        scores = [sum(map(mul, code, output)) - (square << bits) for code, square in pairs]
        gaps = [
            (scores[own] - score, (self.norms[own] + norm) * error)
            for k, (score, norm) in enumerate(zip(scores, self.norms, strict=True))
            if k != own
        ]
        if all(gap > doubt for gap, doubt in gaps):
            return True
        return False if any(-gap > doubt for gap, doubt in gaps) else None


def nearest_code(labels: Classes) -> NearestCode:
    """The codes in integers; raises InputError where their common denominator is too long."""
    codes = [[Fraction(c) for c in code] for code in labels.codes]
    common = common_denominator((c.denominator for code in codes for c in code), "codes")
    whole = [[int(c * common) for c in code] for code in codes]
    scaled = [[2 * common * c for c in code] for code in whole]
    longest = max(c.numerator.bit_length() for code in codes for c in code) + common.bit_length() + 1
    return NearestCode(
        scaled, [sum(c * c for c in code) for code in whole], [sum(map(abs, c)) for c in scaled], 2 * longest
    )
