"""Algebraic functions that may bound the Mills ratio R: those with names, those that a user types, and their values.

Sources: Laplace 1805 (continued fraction and asymptotic series), Birnbaum 1942, Sampford 1953, Komatsu 1955,
Pollak 1956, Boyd 1959.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import isqrt, lcm
from typing import Any

from flint import arb

from exactcap.arithmetic.balls import precision, rational
from exactcap.errors import InputError
from exactcap.models.expression import parse_rational_expression
from exactcap.models.gaussian import mills

Term = tuple[str, int, int, int]
MAX_ORDER = 20
MAX_DEGREE, MAX_BITS_OF_NUMBERS, MAX_WORK = 40, 150, 2 * 10**9
MAX_BITS = 1024


@dataclass(frozen=True)
class BoundData:
    """The quotient of two sums of terms (c, i, j, k): c x^i s^j pi^k, s = sqrt(x^2 + m), m = root[0]/root[1] in pi."""

    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]
    root: tuple[tuple[str, ...], tuple[str, ...]] | None


@dataclass(frozen=True)
class NamedBound:
    """A bound of the literature, the side it is on ("upper" or "lower"), and for which x: low < x, None for all."""

    data: BoundData
    side: str
    low: Fraction | None


_FORMULAS: dict[str, tuple[str, str, Fraction | None]] = {
    "birnbaum": ("2/(x + sqrt(x^2 + 4))", "lower", None),
    "komatsu": ("2/(x + sqrt(x^2 + 2))", "upper", Fraction(0)),
    "sampford": ("4/(3*x + sqrt(x^2 + 8))", "upper", Fraction(-1)),
    "pollak": ("2/(x + sqrt(x^2 + 8/pi))", "upper", Fraction(0)),
    "boyd-lower": ("pi/((pi - 1)*x + sqrt(x^2 + 2*pi))", "lower", Fraction(0)),
    "boyd-upper": ("pi/(2*x + (pi - 2)*sqrt(x^2 + 2*pi/(pi - 2)^2))", "upper", Fraction(0)),
}
NAMES = (*_FORMULAS, "laplace-N", "partial-sum-N")


def named_bound(name: str) -> NamedBound:
    """The bound of this name; raises InputError.

    laplace-N is the N-th convergent of 1/(x + 1/(x + 2/(x + 3/...))), partial-sum-N the sum of N terms of
    1/x - 1/x^3 + 3/x^5 - 15/x^7 + ...; both are upper for odd N, lower for even N.

    >>> named_bound("laplace-2").data.numerator, named_bound("laplace-2").side
    ((('1', 1, 0, 0),), 'lower')
    """
    if name in _FORMULAS:
        text, side, low = _FORMULAS[name]
        return NamedBound(read_bound("bound", text), side, low)
    match = re.fullmatch(r"(laplace|partial-sum)-([0-9]{1,3})", name)
    if match is None:
        raise InputError(f"bound: {name[:40]!r} is no known bound; choose {', '.join(NAMES)}")
    n = int(match[2])
    if not 1 <= n <= MAX_ORDER:
        raise InputError(f"bound: N = {n} in {name!r} is not between 1 and {MAX_ORDER}; choose one that is")
    top, bottom = (_convergent if match[1] == "laplace" else _partial_sum)(n)
    return NamedBound(BoundData(_terms(top), _terms(bottom), None), "upper" if n % 2 else "lower", Fraction(0))


def _convergent(n: int) -> tuple[dict[int, int], dict[int, int]]:
    """P_n/Q_n with P_k = x P_(k-1) + a_k P_(k-2), the same for Q, and a_k = 1, 1, 2, 3, ..."""
    p_before, p_now, q_before, q_now = {0: 1}, dict[int, int](), dict[int, int](), {0: 1}  # of k = -1 and 0
    for k in range(1, n + 1):
        a = max(1, k - 1)
        p_before, p_now = p_now, _next(p_now, p_before, a)
        q_before, q_now = q_now, _next(q_now, q_before, a)
    return p_now, q_now


def _next(now: dict[int, int], before: dict[int, int], a: int) -> dict[int, int]:
    result = {i + 1: c for i, c in now.items()}
    for i, c in before.items():
        result[i] = result.get(i, 0) + a * c
    return result


def _partial_sum(n: int) -> tuple[dict[int, int], dict[int, int]]:
    top, c = {}, 1
    for j in range(n):
        top[2 * (n - 1 - j)] = c
        c *= -(2 * j + 1)
    return top, {2 * n - 1: 1}


def _terms(polynomial: dict[int, int]) -> tuple[Term, ...]:
    return tuple((str(c), i, 0, 0) for i, c in sorted(polynomial.items()))


def read_bound(option: str, text: str) -> BoundData:
    """The function that a user typed, in x and pi, with square roots of one x^2 + c; raises InputError.

    >>> read_bound("upper", "2/(x + sqrt(x^2 + 8/pi))").root
    (('8',), ('0', '1'))
    """
    shown = repr(text if len(text) <= 60 else text[:57] + "...")
    names = set(re.findall("[A-Za-z_]+", text)) - {"x", "pi", "sqrt"}
    if names:
        raise InputError(f"{option}: {shown}: unknown name {min(names)!r}; write it with x, pi and sqrt(x^2 + c)")
    outer, radicand = _without_root(option, text, shown)
    function = _parsed(option, outer, ("x", "s", "pi"))
    root = None if radicand is None else _radicand(option, radicand, shown)
    sides = [_sorted(side) for side in (function.numer, function.denom)]
    if not any(j for side in sides for _, _, j, _ in side):
        root = None
    data = BoundData(sides[0], sides[1], root)
    if not _is_small(data):
        raise InputError(f"{option}: {shown} has too high a degree, or too long numbers; simplify it")
    return data


def _is_small(data: BoundData) -> bool:
    """Whether the checker takes it: the work for B' - xB + 1 is bounded by its degrees in t and pi, and its bits."""
    terms, root = data.numerator + data.denominator, data.root or ()
    degree = max(i + j for _, i, j, _ in terms) * (2 if root else 1)
    of_pi = max(k for *_, k in terms) + degree * max((len(part) - 1 for part in root), default=0)
    numbers = [Fraction(c) for c, *_ in terms] + [Fraction(c) for part in root for c in part]
    common = lcm(*(Fraction(c).denominator for c, *_ in terms))
    bits = 400 + common.bit_length() + (degree + 4) * (3 + sum(_bits(Fraction(c)) for part in root for c in part))
    work = ((degree + 1) * (of_pi + 1)) ** 2 * bits * isqrt(bits)
    return degree <= MAX_DEGREE and max(map(_bits, numbers)) <= MAX_BITS_OF_NUMBERS and work <= MAX_WORK


def _bits(c: Fraction) -> int:
    return c.numerator.bit_length() + c.denominator.bit_length()


def _without_root(option: str, text: str, shown: str) -> tuple[str, str | None]:
    """The text with s for its square roots, and what is under them."""
    inner = None
    while (start := text.find("sqrt")) >= 0:
        depth, end = 0, start + 4
        for end in range(start + 4, len(text)):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            if depth == 0:
                break
        radicand = text[start + 5 : end]
        if depth or end == start + 4 or not radicand.strip() or "sqrt" in radicand:
            raise InputError(f"{option}: {shown}: a square root is written sqrt(x^2 + c)")
        if inner is not None and radicand.replace(" ", "") != inner.replace(" ", ""):
            raise InputError(f"{option}: {shown} has two different square roots; one is read")
        text, inner = f"{text[:start]} s {text[end + 1 :]}", radicand
    return text, inner


def _parsed(option: str, text: str, variables: tuple[str, ...]) -> Any:
    try:
        return parse_rational_expression(text, variables)
    except InputError as error:
        said = str(error).removeprefix("activation: ").replace("; activations go by name, see --help", "")
        said = said.replace("x^3/3 - 2*x", "(x^2 + 2)/(x^3 + 3*x)")
        raise InputError(f"{option}: {said}") from None


def _radicand(option: str, text: str, shown: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    function = _parsed(option, text, ("x", "pi"))
    m = function - function.field.gens[0] ** 2
    if any(i for part in (m.numer, m.denom) for (i, _), _ in part.terms()):
        raise InputError(f"{option}: {shown}: under the square root must be x^2 + c, c without x")
    sides = []
    for part in (m.numer, m.denom):
        coefficients = {k: str(c) for (_, k), c in part.terms()}
        sides.append(tuple(coefficients.get(k, "0") for k in range(max(coefficients, default=-1) + 1)))
    if not sides[0] or not _in_pi(sides[0]) / _in_pi(sides[1]) > 0:
        raise InputError(f"{option}: {shown}: under the square root must be x^2 + c with c > 0")
    return sides[0], sides[1]


def _sorted(polynomial: Any) -> tuple[Term, ...]:
    return tuple(sorted(((str(c), *powers) for powers, c in polynomial.terms()), key=lambda term: term[1:]))


def _number(c: str | Fraction) -> arb:
    return rational(Fraction(c))


def _in_pi(coefficients: tuple[str, ...]) -> arb:
    return reduce(lambda total, c: total * arb.pi() + _number(c), reversed(coefficients), arb(0))


def value(data: BoundData, x: arb) -> arb:
    """B(x), a ball; not finite where the denominator may be 0."""
    s = x if data.root is None else (x * x + _in_pi(data.root[0]) / _in_pi(data.root[1])).sqrt()
    top, bottom = (
        sum((_number(c) * x**i * s**j * arb.pi() ** k for c, i, j, k in side), arb(0))
        for side in (data.numerator, data.denominator)
    )
    return top / bottom


def order(data: BoundData, left: Fraction, right: Fraction) -> int:
    """1 if B > R for all x from left to right, -1 if B < R, 0 if that is not seen at 1024 bits.

    >>> data = named_bound("komatsu").data
    >>> [order(data, x, x) for x in (Fraction(-11, 20), Fraction(-14, 25))]
    [1, -1]
    """
    return _decided(lambda: _difference(data, left, right))


def sign_in_pi(coefficients: tuple[str, ...]) -> int:
    """The sign of a polynomial at pi, constant first; 0 when it is not seen at 1024 bits.

    >>> sign_in_pi(("-3", "1"))
    1
    """
    return _decided(lambda: _in_pi(coefficients))


def _difference(data: BoundData, left: Fraction, right: Fraction) -> arb:
    x = _number(left).union(_number(right))
    return value(data, x) - mills(x)


def _decided(compute: Callable[[], arb]) -> int:
    bits = 64
    while bits <= MAX_BITS:
        with precision(bits):
            difference = compute()
            if difference > 0 or difference < 0:
                return 1 if difference > 0 else -1
        bits *= 4
    return 0
