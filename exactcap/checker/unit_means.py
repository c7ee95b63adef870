"""Gaussian means of an activation g: Var g, E g'^2, (E g')^2 and a_2^2 (SPEC-CAPACITY.md, K2).

Most are closed forms. Those of tanh and of the logistic functions are means of powers of t = tanh, by the trapezoidal
rule: with t = tanh(x/2), sigmoid = (1 + t)/2, silu = x (1 + t)/2, softplus = x/2 + l, l = log(2 cosh(x/2)).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import factorial

from .activations import Activation, Polynomial
from .elementary import atan, exp, pi
from .gaussian_means import even_means
from .intervals import Interval, Number
from .polynomials import integer_coefficients
from .smooth import jet

ARCHITECTURES = ("tree", "full")
ODD = ("tanh", "sigmoid", "erf", "sin")  # up to a constant, so a_2 = 0
THIRD, QUARTER, HALF = Fraction(1, 3), Fraction(1, 4), Fraction(1, 2)

Four = tuple[Interval | Number, Interval | Number, Interval | Number, Interval | Number]

_tanh_jet, _softplus_jet = jet(Activation("tanh")), jet(Activation("softplus"))


@lru_cache(maxsize=4)
def hermite(g: Polynomial) -> tuple[int, tuple[int, ...]]:
    """D and D a_k^2 for k = 0, 1, ..., deg g: x^j = sum over m of j!/(2^m m! (j-2m)!) He_(j-2m), and E He_k^2 = k!.

    >>> hermite((Fraction(0), Fraction(0), Fraction(1)))
    (8, (8, 0, 16))
    """
    common, c = integer_coefficients(g)
    top, most = len(c) - 1, (len(c) - 1) // 2
    squares = []
    for k in range(top + 1):
        last = (top - k) // 2
        # 2^last k! times the coefficient of He_k
        scaled = sum(c[k + 2 * m] * (factorial(k + 2 * m) // factorial(m) << last - m) for m in range(last + 1))
        squares.append(scaled * scaled * (factorial(top) // factorial(k)) << 2 * (most - last))
    return common * common * factorial(top) << 2 * most, tuple(squares)


def exact_sums(g: Polynomial, architecture: str) -> tuple[Fraction, Fraction]:
    """Q(1) and Q'(1) of a polynomial."""
    common, squares = hermite(g)
    terms = list(enumerate(squares))[ARCHITECTURES.index(architecture) + 1 :]
    return Fraction(sum(a for _, a in terms), common), Fraction(sum(k * a for k, a in terms), common)


def sums(g: Activation, architecture: str, bits: int) -> tuple[Interval, Interval]:
    """Q(1) and Q'(1).

    >>> total, slope = sums(Activation("abs"), "full", 64)
    >>> slope.contains(1), (total * Fraction(11, 4)).certainly_below(slope)
    (True, True)
    """
    if g.name == "rational":
        total, slope = exact_sums(g.numerator, architecture)
        return Interval.exact(total, bits), Interval.exact(slope, bits)
    variance, slope_square, linear, _ = _means(g, bits)
    if architecture == "tree":
        return variance, slope_square
    return variance - linear, slope_square - linear


def total_and_bend(g: Activation, bits: int) -> tuple[Interval, Interval]:
    """Q(1) of the architecture full, and a_2^2."""
    if g.name == "rational":
        common, squares = hermite(g.numerator)
        return Interval.exact(sum(squares[2:]), bits) / common, Interval.exact(squares[2], bits) / common
    variance, _, linear, bend = _means(g, bits)
    return variance - linear, bend


def by_quadrature(g: Activation) -> bool:
    """Whether the trapezoidal rule is needed."""
    return g.name in _LOGISTIC


def _means(g: Activation, bits: int) -> tuple[Interval, Interval, Interval, Interval]:
    b = bits + 24  # the differences lose at most 12 bits
    a, s, c, d = (x if isinstance(x, Interval) else Interval.exact(x, b) for x in (_CLOSED | _LOGISTIC)[g.name](b))
    return a, s, c, d


def _relu(bits: int) -> Four:
    p = pi(bits)
    return HALF - 1 / p.scaled(1), HALF, QUARTER, 1 / p.scaled(2)


def _abs(bits: int) -> Four:
    p = pi(bits)
    return 1 - 2 / p, 1, 0, 1 / p


def _erf(bits: int) -> Four:
    p, root = pi(bits), Interval.exact(5, bits).sqrt()
    return 2 * atan(2 / root) / p, 4 / (p * root), Fraction(4, 3) / p, 0


def _sin(bits: int) -> Four:
    e = exp(Interval.exact(-1, bits))
    return (1 - e.square()) * HALF, (1 + e.square()) * HALF, e, 0


def _cos(bits: int) -> Four:
    e = exp(Interval.exact(-1, bits))
    return (1 - e).square() * HALF, (1 - e.square()) * HALF, 0, e * HALF


def _exp(bits: int) -> Four:
    e = exp(Interval.exact(1, bits))
    return e.square() - e, e.square(), e, e * HALF


def _gaussian(bits: int) -> Four:
    root = Interval.exact(3, bits).sqrt()
    return 1 / root - HALF, 1 / (3 * root), 0, Fraction(1, 16)


def _gelu(bits: int) -> Four:
    p = pi(bits)
    unit = 1 / (p * Interval.exact(3, bits).sqrt())
    return THIRD + unit * HALF - QUARTER / p, THIRD + unit * Fraction(2, 3), QUARTER, Fraction(9, 32) / p


def _tanh(bits: int) -> Four:
    def powers(x: Interval) -> tuple[Interval, ...]:
        square = _tanh_jet(x)[0].square()
        return square, square.square()

    second, fourth = even_means(powers, Fraction(3, 4), bits)
    return second, 1 - 2 * second + fourth, (1 - second).square(), 0


def _sigmoid(bits: int) -> Four:
    def powers(x: Interval) -> tuple[Interval, ...]:
        square = _tanh_jet(x.scaled(-1))[0].square()
        return square, square.square()

    second, fourth = even_means(powers, Fraction(3, 2), bits)
    return second * QUARTER, (1 - 2 * second + fourth) * QUARTER**2, (1 - second).square() * QUARTER**2, 0


def _silu(bits: int) -> Four:
    def parts(x: Interval) -> tuple[Interval, ...]:
        t, slope = _tanh_jet(x.scaled(-1))  # g = x/2 + x t/2, g' = 1/2 + t/2 + x (1 - t^2)/4, E (x^2 - 1) g
        even = x * t * HALF
        return even, even.square(), (t * HALF + x * slope * QUARTER).square(), (x.square() - 1) * even

    mean, square, slopes, bend = even_means(parts, Fraction(3, 2), bits)
    return QUARTER + square - mean.square(), QUARTER + slopes, QUARTER, bend.square() * HALF


def _softplus(bits: int) -> Four:
    def parts(x: Interval) -> tuple[Interval, ...]:
        even = _softplus_jet(x)[0] - x * HALF
        return even, even.square(), _tanh_jet(x.scaled(-1))[0].square()

    mean, square, second = even_means(parts, Fraction(3, 2), bits)
    bend = (1 - second) * QUARTER  # E g''
    return QUARTER + square - mean.square(), QUARTER + second * QUARTER, QUARTER, bend.square() * HALF


_CLOSED: dict[str, Callable[[int], Four]] = {
    "relu": _relu, "abs": _abs, "erf": _erf, "sin": _sin, "cos": _cos, "exp": _exp, "gaussian": _gaussian,
    "gelu": _gelu,
}  # fmt: skip
_LOGISTIC: dict[str, Callable[[int], Four]] = {
    "tanh": _tanh, "sigmoid": _sigmoid, "silu": _silu, "softplus": _softplus,
}  # fmt: skip
NAMES = (*_CLOSED, *_LOGISTIC)
