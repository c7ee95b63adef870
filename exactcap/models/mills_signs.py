"""Zeros and signs of E = B' - xB + 1 for an algebraic B, by SymPy (SPEC-GAUSSIAN.md, G3).

With s = sqrt(x^2 + m) everything is rational in t = (x + s)/2 > 0: x = t - m/(4t), s = t + m/(4t); else t = x.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import Any

import sympy
from sympy import Poly, Rational

from exactcap.errors import InputError
from exactcap.models.mills_bounds import BoundData, sign_in_pi

Pair = tuple[Fraction, Fraction]
Rows = list[tuple[str, ...]]
_T, _PI = sympy.symbols("t pi")
MAX_STURM_DEGREE, MAX_STURM_WORK = 240, 2 * 10**10
_ROUGH, _LEAST = Fraction(1, 10**9), Fraction(1, 10**90)


def pole(data: BoundData, low: Fraction | None, high: Fraction | None) -> str | None:
    """A zero of the denominator in the open range, in a few digits, or None.

    >>> from exactcap.models.mills_bounds import named_bound
    >>> pole(named_bound("sampford").data, Fraction(-2), None), pole(named_bound("sampford").data, Fraction(-1), None)
    ('-1', None)
    """
    found = _zeros(data, _curve(data)[1], low, high, _ROUGH)
    return f"{float(_x(data, sum(found[0]) / 2)):.6g}" if found else None


def zeros_and_signs(
    data: BoundData, low: Fraction | None, high: Fraction | None, width: Fraction
) -> tuple[list[Pair], list[int]]:
    """Intervals of x, one around each zero of E in the open range, and E's signs between them.

    ``width`` is their width in t at most, or twice that. The bound is without pi.

    >>> from exactcap.models.mills_bounds import read_bound
    >>> bound = read_bound("lower", "(x^2 + 1)/(x^3 + 2*x)")
    >>> intervals, signs = zeros_and_signs(bound, Fraction(1), None, Fraction(1, 100))
    >>> len(intervals), signs
    (1, [-1, 1])
    """
    defect = _curve(data)[2]
    found = _zeros(data, defect, low, high, width)
    points = [left for left, _ in found] + [found[-1][1] if found else _inside(data, low, high)]
    signs = [int(sympy.sign(defect.eval(point))) for point in points]
    return [(_x(data, left), _x(data, right)) for left, right in found], signs


def coefficient_rows(data: BoundData) -> tuple[Rows, Rows] | None:
    """Coefficients, as polynomials in pi, of B's denominator and of E in u = t^2 - m/4 (u = x without a root).

    None when even and odd powers of t are mixed. A polynomial may be multiplied by a positive number.
    """
    rows = []
    a, b = _root(data)
    for p in _curve(data)[1:]:
        if data.root is not None:
            powers = [i for (i,) in p.monoms()]
            least, top = min(powers), max(powers)
            if any((i - least) % 2 for i in powers):
                return None
            u = 4 * b * _T + a  # 4b t^2
            terms = (c * u ** ((i - least) // 2) * (4 * b) ** ((top - i) // 2) for (i,), c in p.terms())
            p = Poly(sympy.expand(sum(terms)), _T)
        rows.append([_coefficients(c) for c in reversed(p.all_coeffs())])
    return rows[0], rows[1]


def is_exact_at_zero(data: BoundData) -> bool:
    """Whether B(0)^2 = pi/2 identically; the sign of B(0) is not looked at.

    >>> from exactcap.models.mills_bounds import named_bound
    >>> is_exact_at_zero(named_bound("pollak").data), is_exact_at_zero(named_bound("komatsu").data)
    (True, False)
    """
    s = sympy.Symbol("s")
    top, bottom = (_side(side, sympy.Integer(0), s) for side in (data.numerator, data.denominator))
    if bottom == 0:
        return False
    a, b = _root(data)
    m = a / b
    # an element u + v s of the field with s^2 = m, squared
    square = sympy.cancel((top / bottom) ** 2)
    parts = [Poly(part, s) for part in sympy.fraction(square)]
    if any(i % 2 for part in parts for (i,) in part.monoms()):
        return False
    values = [sum(c * m ** (i // 2) for (i,), c in part.terms()) for part in parts]
    return bool(sympy.cancel(values[0] / values[1] - _PI / 2) == 0)


def error_failure(data: BoundData, low: Fraction | None) -> str:
    """Why |B/R - 1| does not strictly decrease for x > low by the criterion of G3, or "" when it does.

    The bound is rational and without pi.
    """
    top, bottom, defect = _curve(data)
    v = bottom**2 - defect
    c_defect = _defect(top * bottom, v)
    signs = []
    for p in (top, bottom, defect, c_defect):
        if p.is_zero or v.is_zero or _zeros(data, p, low, None, _ROUGH):
            return "B, its denominator, B' - xB + 1 or C' - xC + 1, C = B/(xB - B'), has a zero in the range"
        signs.append(1 if p.LC() > 0 else -1)
    if signs[0] != signs[1] or signs[2] == signs[3]:
        return "B is not positive, or C = B/(xB - B') is no bound on the side needed"
    return ""


def _curve(data: BoundData) -> tuple[Any, Any, Any]:
    """Polynomials in t: B is the quotient of the first two, and E has the sign of the third (for t > 0 with a root)."""
    if data.root is None:
        top, bottom = (Poly(_side(side, _T, 1), _T) for side in (data.numerator, data.denominator))
        return top, bottom, _defect(top, bottom)
    a, b = _root(data)
    x, s, t = 4 * b * _T**2 - a, 4 * b * _T**2 + a, 4 * b * _T  # x and s are x/t and s/t
    degree = max(i + j for side in (data.numerator, data.denominator) for _, i, j, _ in side)
    top, bottom = (
        Poly(sympy.expand(sum(Rational(c) * _PI**k * x**i * s**j * t ** (degree - i - j) for c, i, j, k in side)), _T)
        for side in (data.numerator, data.denominator)
    )
    slope = (top.diff(_T) * bottom - top * bottom.diff(_T)) * Poly(_T * t**2, _T)
    defect = slope - Poly(x * s, _T) * top * bottom + Poly(s * t, _T) * bottom**2
    return top, bottom, defect


def _defect(top: Any, bottom: Any) -> Any:
    """bottom^2 E for B = top/bottom and t = x."""
    return top.diff(_T) * bottom - top * bottom.diff(_T) - Poly(_T, _T) * top * bottom + bottom**2


def _side(terms: tuple[tuple[str, int, int, int], ...], x: Any, s: Any) -> Any:
    return sum((Rational(c) * _PI**k * x**i * s**j for c, i, j, k in terms), sympy.Integer(0))


def _root(data: BoundData) -> tuple[Any, Any]:
    """m = a/b with a, b > 0."""
    if data.root is None:
        return sympy.Integer(0), sympy.Integer(1)
    sign = sign_in_pi(data.root[1])
    a, b = (sign * sum(Rational(c) * _PI**k for k, c in enumerate(part)) for part in data.root)
    return a, b


def _coefficients(c: Any) -> tuple[str, ...]:
    return tuple(str(Fraction(int(q.p), int(q.q))) for q in reversed(Poly(c, _PI).all_coeffs()))


def _x(data: BoundData, t: Any) -> Fraction:
    a, b = _root(data)
    x = t - a / (4 * b * t) if data.root is not None else t
    return Fraction(int(x.p), int(x.q))


def _zeros(data: BoundData, p: Any, low: Fraction | None, high: Fraction | None, width: Fraction) -> list[Any]:
    """Isolating intervals in t of the zeros of p in the open range."""
    if p.degree() <= 0:
        return []
    _require_small(p)
    a, b = _root(data)
    rooted = data.root is not None
    p = p.sqf_part()
    for end in (low, high):  # a zero at an end is not inside
        if end is not None:
            e = Rational(end.numerator, end.denominator)
            p = p.quo(p.gcd(Poly(4 * b * _T**2 - 4 * b * e * _T - a if rooted else _T - e, _T, domain="QQ")))
    while rooted and p.eval(0) == 0:
        p = p.quo(Poly(_T, _T))
    if p.degree() <= 0:
        return []
    found = []
    for (left, right), _ in p.intervals(eps=Rational(width.numerator, width.denominator)):
        step = Rational(width.numerator, width.denominator)
        if left == right:
            while p.count_roots(left - step, right + step) > 1 or (rooted and left > 0 and left <= step):
                step /= 2
            left, right = left - step, right + step
        while not (inside := _position(data, left, right, low, high)):
            step /= 2**10
            if step < _LEAST:
                raise InputError(
                    "from: B' - xB + 1 or the denominator has a zero within 10^-90 of an end of the range; move it"
                )
            left, right = _narrowed(p, left, right, step)
        if inside > 0:
            found.append((left, right))
    return found


def _require_small(p: Any) -> None:
    """Raises InputError where the checker would refuse the Sturm sequence: n^2 products of 2n (b + log n) bits."""
    n, numbers = p.degree(), p.clear_denoms(convert=True)[1].primitive()[1].all_coeffs()
    size = 2 * n * (max(int(c).bit_length() for c in numbers) + n.bit_length())
    if n > MAX_STURM_DEGREE or n**2 * size * isqrt(size) > MAX_STURM_WORK:
        raise InputError("bound: B' - xB + 1 has too high a degree, or too long coefficients; take a simpler bound")


def _narrowed(p: Any, left: Any, right: Any, width: Any) -> tuple[Any, Any]:
    """By halves: p has one zero, a simple one, between the ends."""
    at_left = sympy.sign(p.eval(left))
    while right - left > width:
        middle = (left + right) / 2
        sign = sympy.sign(p.eval(middle))
        if sign == 0:
            return middle - width / 2, middle + width / 2
        left, right = (middle, right) if sign == at_left else (left, middle)
    return left, right


def _position(data: BoundData, left: Any, right: Any, low: Fraction | None, high: Fraction | None) -> int:
    """1 if the interval of t is in the range, -1 if it is outside, 0 if an end of the range is in it."""
    if data.root is not None and left <= 0:
        return -1 if right <= 0 else 0
    x_left, x_right = _x(data, left), _x(data, right)
    if (low is not None and x_right <= low) or (high is not None and x_left >= high):
        return -1
    return int((low is None or low <= x_left) and (high is None or x_right <= high))


def _inside(data: BoundData, low: Fraction | None, high: Fraction | None) -> Any:
    """A rational t in the range."""
    if low is None or high is None:
        x = low + 1 if low is not None else high - 1 if high is not None else Fraction(0)
    else:
        x = (low + high) / 2
    value = Rational(x.numerator, x.denominator)
    if data.root is None:
        return value
    a, b = _root(data)
    exact = (value + sympy.sqrt(value**2 + a / b)) / 2
    digits = 20
    while True:
        t = Rational(str(sympy.N(exact, digits)))
        if (low is None or low < _x(data, t)) and (high is None or _x(data, t) < high):
            return t
        digits *= 2
