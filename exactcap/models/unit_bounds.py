"""Bounds of trees on a piece of the line, by rules: ranges, and growth |g(x)| <= A e^(b|x| + c x^2) (1 + |x|)^k."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from exactcap.arithmetic.balls import precision, rational
from exactcap.errors import InputError
from exactcap.models.unit_trees import Node, Polynomial, at, polynomial

End = tuple[int, Fraction]
"""(-1, 0), (0, x) or (1, 0): minus infinity, the number x, infinity; the order of tuples is theirs."""
Range = tuple[End, End]


def finite(x: Fraction | int) -> End:
    """The number as an end."""
    return 0, Fraction(x)


ZERO, INFINITY = finite(0), (1, Fraction(0))
LINE: Range = ((-1, Fraction(0)), INFINITY)

_EXACT_BITS = 64  # of bounds; they are rounded outward
_HUGE = Fraction(2) ** 10000  # a bound of a range beyond it is given up: infinity is always true
_MAX_EXPONENT = 1000
_MAX_POWER = 400
_MAX_HALVINGS = 300

_BOUNDED: dict[str, Range] = {
    "tanh": (finite(-1), finite(1)),
    "sin": (finite(-1), finite(1)),
    "cos": (finite(-1), finite(1)),
    "erf": (finite(-1), finite(1)),
    "cdf": (finite(0), finite(1)),
    "density": (finite(0), finite(Fraction(2, 5))),  # 1/sqrt(2 pi) < 0.3990
    "bell": (finite(0), finite(Fraction(8, 7))),  # 2/sqrt(pi) < 1.1284
}


@dataclass(frozen=True)
class Growth:
    """|g(x)| <= A e^(b|x| + c x^2) (1 + |x|)^k for every x of the piece, A, b >= 0."""

    A: Fraction
    b: Fraction
    c: Fraction
    k: int

    def __mul__(self, other: Growth) -> Growth:
        return _growth(self.A * other.A, self.b + other.b, self.c + other.c, self.k + other.k)


def growth(node: Node, piece: Range = LINE) -> Growth:
    """A growth bound of a tree without kinks; raises InputError where the rules find none.

    >>> from exactcap.models.unit_expression import parse
    >>> growth(parse("x^2*exp(-x)"))
    Growth(A=Fraction(1, 1), b=Fraction(1, 1), c=Fraction(0, 1), k=2)
    """
    match node.head:
        case "x":
            return Growth(Fraction(1), Fraction(0), Fraction(0), 1)
        case "number":
            return _growth(abs(node.number), Fraction(0), Fraction(0), 0)
        case "sqrt":
            return _growth(_root(node.number), Fraction(0), Fraction(0), 0)
        case "+":
            u, v = (growth(part, piece) for part in node.parts)
            return _growth(u.A + v.A, max(u.b, v.b), max(u.c, v.c), max(u.k, v.k))
        case "*":
            return growth(node.parts[0], piece) * growth(node.parts[1], piece)
        case "^":
            u, n = growth(node.parts[0], piece), int(node.number)
            return _growth(u.A**n, n * u.b, n * u.c, n * u.k)
        case "/":
            u, least = growth(node.parts[0], piece), _least(node.parts[1], piece)
            return _growth(u.A / least, u.b, u.c, u.k)
        case "exp":
            return _exponential(node.parts[0], piece)
        case "softplus":  # log(1 + e^u) <= |u| + log 2
            u = growth(node.parts[0], piece)
            return _growth(u.A + 1, u.b, max(u.c, Fraction(0)), u.k)
    (_, low), (_, high) = _BOUNDED[node.head]
    return Growth(max(-low, high), Fraction(0), Fraction(0), 0)


def _exponential(u: Node, piece: Range) -> Growth:
    p = polynomial(u)
    if p is not None and len(p) <= 3:
        a, b, c = (*p, *[Fraction(0)] * (3 - len(p)))
        return _growth(_exp(a), abs(b), c, 0)
    sign, high = value_range(u, piece)[1]
    if not sign:
        return _growth(_exp(high), Fraction(0), Fraction(0), 0)
    v = growth(u, piece)
    if v.b == 0 and v.c <= 0 and v.k <= 2:  # |u| <= A (1 + |x|)^2 = A (1 + 2|x| + x^2)
        return _growth(_exp(v.A), (0, 1, 2)[v.k] * v.A, v.A if v.k == 2 else Fraction(0), 0)
    raise InputError("it is not shown to grow slower than e^(x^2/4), so its square may have no mean; choose another")


def _exp(x: Fraction) -> Fraction:
    """An upper bound of e^x."""
    if x > _MAX_EXPONENT:
        raise InputError(f"an exponential may exceed e^{_MAX_EXPONENT}; take smaller numbers")
    with precision(_EXACT_BITS):
        return _fraction(rational(max(x, Fraction(-_MAX_EXPONENT))).exp().upper())


def _root(x: Fraction) -> Fraction:
    """An upper bound of sqrt(x), x >= 0."""
    return Fraction(isqrt(2**_EXACT_BITS * x.numerator // x.denominator) + 1, 2 ** (_EXACT_BITS // 2))


def _fraction(x: object) -> Fraction:
    q = x.fmpq()  # type: ignore[attr-defined]
    return Fraction(int(q.p), int(q.q))


def _growth(A: Fraction, b: Fraction, c: Fraction, k: int) -> Growth:
    if k > _MAX_POWER or A > _HUGE:
        raise InputError(f"it may grow faster than |x|^{_MAX_POWER}; lower the degree")
    return Growth(_up(A), _up(b), _up(c), k)


def _up(x: Fraction) -> Fraction:
    """A number of few bits, not below x."""
    if max(x.numerator.bit_length(), x.denominator.bit_length()) <= _EXACT_BITS:
        return x
    shift = _EXACT_BITS - x.numerator.bit_length() + x.denominator.bit_length()
    scale = Fraction(2) ** shift
    return Fraction(-((-x * scale).__floor__())) / scale


def value_range(node: Node, piece: Range = LINE) -> Range:
    """An interval that holds the values on the piece.

    >>> from exactcap.models.unit_expression import parse
    >>> value_range(parse("1 + x^2")) == (finite(1), INFINITY), value_range(parse("cos(x) - exp(x)"))[1] == finite(1)
    (True, True)
    """
    match node.head:
        case "x":
            return piece
        case "number":
            return finite(node.number), finite(node.number)
        case "sqrt":  # y >= sqrt(x) and x/y <= sqrt(x)
            return finite(node.number / _root(node.number)), finite(_root(node.number))
        case "+":
            (a, b), (c, d) = (value_range(part, piece) for part in node.parts)
            return _rounded(_plus(a, c), _plus(b, d))
        case "*":
            return _times(value_range(node.parts[0], piece), value_range(node.parts[1], piece))
        case "^":
            n, (low, high) = int(node.number), value_range(node.parts[0], piece)
            ends = [_product(end, n) for end in (low, high)]
            crosses = n % 2 == 0 and low < ZERO < high
            return _rounded(ZERO if crosses else min(ends), max(ends))
        case "/":
            low, high = value_range(node.parts[1], piece)
            if not (low > ZERO or high < ZERO):
                return LINE
            inverse = [ZERO if sign else finite(1 / x) for sign, x in (high, low)]
            return _times(value_range(node.parts[0], piece), (inverse[0], inverse[1]))
        case "exp" | "softplus":  # log(1 + e^u) <= max(u, 0) + log 2
            sign, x = value_range(node.parts[0], piece)[1]
            if sign or x > _MAX_EXPONENT:
                return ZERO, INFINITY
            return ZERO, finite(_exp(x) if node.head == "exp" else max(x, Fraction(0)) + 1)
    return _BOUNDED[node.head]


def _plus(a: End, b: End) -> End:
    return a if a[0] else b if b[0] else finite(a[1] + b[1])


def _times(u: Range, v: Range) -> Range:
    ends = [_times_ends(a, b) for a in u for b in v]
    return _rounded(min(ends), max(ends))


def _times_ends(a: End, b: End) -> End:
    """0 times infinity is 0: infinity is not one of the values."""
    if not a[0] and not b[0]:
        return finite(a[1] * b[1])
    sign = _sign(a) * _sign(b)
    return sign, Fraction(0)


def _product(a: End, n: int) -> End:
    result = finite(1)
    for _ in range(n):
        result = _times_ends(result, a)
    return result


def _sign(a: End) -> int:
    return a[0] or (a[1] > 0) - (a[1] < 0)


def _rounded(low: End, high: End) -> Range:
    """Outward, to few bits; what is huge becomes infinite."""
    low = low if low[0] else finite(-_up(-low[1]))
    high = high if high[0] else finite(_up(high[1]))
    return (-INFINITY[0], Fraction(0)) if low[1] < -_HUGE else low, INFINITY if high[1] > _HUGE else high


def _least(node: Node, piece: Range) -> Fraction:
    """A positive lower bound of |node| on the piece; raises InputError where the rules find none."""
    match node.head:
        case "*":
            return _least(node.parts[0], piece) * _least(node.parts[1], piece)
        case "^":
            return _least(node.parts[0], piece) ** int(node.number)
    p = polynomial(node)
    if p is not None:
        return _least_of_polynomial(p, piece)
    low, high = value_range(node, piece)
    if low > ZERO:
        return low[1]
    if high < ZERO:
        return -high[1]
    raise InputError("a denominator is not shown to stay away from 0; write one that is, such as 1 + x^2")


def _least_of_polynomial(p: Polynomial, piece: Range) -> Fraction:
    """By Sturm: no root on the piece of p, nor of p -+ m for the m that is returned."""
    import sympy

    x = sympy.Symbol("x")
    poly = sympy.Poly([sympy.Rational(c.numerator, c.denominator) for c in reversed(p)] or [0], x, domain="QQ")
    ends = [None if sign else sympy.Rational(end.numerator, end.denominator) for sign, end in piece]
    if poly.is_zero or poly.count_roots(*ends):
        raise InputError("a denominator has a zero; choose a function without poles")
    here = at(p, inside(piece))
    bound = abs(here) / 2
    for _ in range(_MAX_HALVINGS):
        level = bound if here > 0 else -bound
        if not (poly - sympy.Rational(level.numerator, level.denominator)).count_roots(*ends):
            return bound
        bound /= 2
    raise InputError("a denominator comes too near to 0; choose other numbers")


def inside(piece: Range) -> Fraction:
    """A rational point inside the piece."""
    (low_sign, low), (high_sign, high) = piece
    if low_sign:
        return Fraction(0) if high_sign else high - 1
    return low + 1 if high_sign else (low + high) / 2
