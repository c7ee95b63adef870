"""Bounds with pi in their coefficients, for all x > 0: Descartes' rule of signs (SPEC-GAUSSIAN.md, G3).

A polynomial is {(power of u, power of pi): integer}; u = x without a root, u = t^2 - m/4 with one, so u > 0 is x > 0.
"""

from __future__ import annotations

from itertools import pairwise

from .mills_bound import Bound
from .mills_curve import Poly, curve, plus, root_parts, sign_in_pi, times
from .reader import Rejected


def require_coefficients(bound: Bound, upper: bool) -> bool:
    """Raises Rejected unless the coefficients prove R < B (upper) or B < R for all x > 0, given B against R at 0.

    True: the order at 0, at least equality, is needed too. E changes sign at most once, so W = (B - R) e^(-x^2/2),
    times -1 for a lower bound, increases at first (then the order at 0 is needed) or not at all, and decreases to 0.
    """
    f = curve(bound)
    bottom, defect = (_signs(_in_u(p, bound)[0]) for p in (f.bottom, f.defect))
    if not bottom or _variations(bottom):
        raise Rejected("the coefficients: those of the denominator of B have different signs")
    if not defect or _variations(defect) > 1:
        raise Rejected("the coefficients: those of B' - xB + 1 change sign more than once")
    toward = 1 if upper else -1
    if toward * defect[-1] > 0:
        raise Rejected("the coefficients: B' - xB + 1 has the wrong sign near infinity")
    return toward * defect[0] > 0


def is_exact_at_zero(bound: Bound) -> bool:
    """Whether B(0)^2 = pi/2 identically in pi; the sign of B(0) is not looked at."""
    f = curve(bound)
    (top, e, n), (bottom, e_bottom, n_bottom) = (_in_u(p, bound) for p in (f.top, f.bottom))
    a, b = root_parts(bound) if bound.root else ({(0, 0): 1}, {(0, 0): 1})
    b4 = times(b, {(0, 0): 4})
    left, right = ({(0, k): c for (i, k), c in p.items() if i == 0} for p in (top, bottom))
    if not right:
        return False
    left, right = times(times(left, left), {(0, 0): 2}), times(times(right, right), {(0, 1): 1})
    # at t^2 = a/(4b) top is t^e left/(4b)^n; t^(2(e - e')) = (a/(4b))^(e - e')
    for base, power in ((a, e - e_bottom), (b4, 2 * (n_bottom - n) - (e - e_bottom))):
        for _ in range(abs(power)):
            left, right = (times(left, base), right) if power > 0 else (left, times(right, base))
    return left == right


def _in_u(p: Poly, bound: Bound) -> tuple[Poly, int, int]:
    """q, e, n with p = t^e q/(4b)^n and q in u; e = n = 0 without a root."""
    if bound.root is None or not p:
        return p, 0, 0
    e = min(i for i, _ in p)
    if any((i - e) % 2 for i, _ in p):
        raise Rejected("the coefficients: even and odd powers of t are mixed")
    a, b = root_parts(bound)
    b4 = times(b, {(0, 0): 4})
    shifted = plus(times({(1, 0): 1}, b4), a)  # 4b t^2
    n = max(i - e for i, _ in p) // 2
    result: Poly = {}
    for power in reversed(range(n + 1)):  # Horner's rule in 4b t^2, made homogeneous by 4b
        row = {(0, k): c for (i, k), c in p.items() if i == e + 2 * power}
        for _ in range(n - power):
            row = times(row, b4)
        result = plus(times(result, shifted), row)
    return result, e, n


def _signs(p: Poly) -> list[int]:
    """The signs of the coefficients of u^0, u^1, ... that are not 0 at pi."""
    rows: dict[int, dict[int, int]] = {}
    for (i, k), c in p.items():
        rows.setdefault(i, {})[k] = c
    return [sign_in_pi([row.get(k, 0) for k in range(max(row) + 1)]) for _, row in sorted(rows.items())]


def _variations(signs: list[int]) -> int:
    return sum(a != b for a, b in pairwise(signs))
