"""Functions of one variable as trees: evaluated in balls, differentiated, expanded if they are polynomials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from math import isqrt
from typing import Any

from flint import acb, arb

from exactcap.arithmetic.balls import rational
from exactcap.errors import InputError

MAX_DEGREE = 100
MAX_BITS = 2048  # of the numbers

Polynomial = tuple[Fraction, ...]  # constant term first, no zeros at the end; () is 0


@dataclass(frozen=True)
class Node:
    """``head`` is x, number, sqrt (of ``number``), + * / ^ (to the integer ``number``), or the name of a function."""

    head: str
    parts: tuple[Node, ...] = ()
    number: Fraction = Fraction(0)
    size: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", 1 + sum(part.size for part in self.parts))


X = Node("x")
NUMBERS = ("number", "sqrt")


def constant(number: Fraction | int) -> Node:
    """The number as a tree."""
    return Node("number", (), Fraction(number))


def root(number: Fraction) -> Node:
    """The square root of a number >= 0 as a tree."""
    if number < 0:
        raise InputError(f"sqrt of the negative number {number}; take a positive one")
    top, bottom = isqrt(number.numerator), isqrt(number.denominator)
    if Fraction(top * top, bottom * bottom) == number:
        return constant(Fraction(top, bottom))
    return Node("sqrt", (), number)


def plus(u: Node, v: Node) -> Node:
    """u + v, numbers added up."""
    if u.head == v.head == "number":
        return constant(u.number + v.number)
    return v if u == constant(0) else u if v == constant(0) else Node("+", (u, v))


def times(u: Node, v: Node) -> Node:
    """u v, numbers multiplied."""
    if u.head == v.head == "number":
        return constant(u.number * v.number)
    if constant(0) in (u, v):
        return constant(0)
    return v if u == constant(1) else u if v == constant(1) else Node("*", (u, v))


def over(u: Node, v: Node) -> Node:
    """u/v; raises InputError for the number v = 0."""
    if v.head == "number":
        if v.number == 0:
            raise InputError("division by zero; change the denominator")
        return times(constant(1 / v.number), u)
    if v.head == "sqrt":
        return times(root(1 / v.number), u)
    if v.head == "exp":  # so that its growth is seen
        return times(u, _exp(negative(v.parts[0])))
    return Node("/", (u, v))


def power(u: Node, n: int) -> Node:
    """u^n, n >= 0."""
    if u.head == "number":
        return constant(u.number**n)
    return constant(1) if n == 0 else u if n == 1 else Node("^", (u,), Fraction(n))


def _tanh(u: Node) -> Node:
    return Node("tanh", (u,))


def _exp(u: Node) -> Node:
    return Node("exp", (u,))


def _square(u: Node) -> Node:
    return times(u, u) if u.head == "number" else power(u, 2)


def negative(u: Node) -> Node:
    """-u."""
    return times(constant(-1), u)


HALF = constant(Fraction(1, 2))


def _sigmoid(u: Node) -> Node:
    return times(HALF, plus(constant(1), _tanh(times(HALF, u))))


KINKED = ("relu", "leaky_relu", "abs", "hardtanh")
BUILD: dict[str, Callable[[Node], Node]] = {
    "tanh": _tanh,
    "sigmoid": _sigmoid,
    "silu": lambda u: times(u, _sigmoid(u)),
    "softplus": lambda u: Node("softplus", (u,)),
    "gelu": lambda u: times(u, Node("cdf", (u,))),
    "erf": lambda u: Node("erf", (u,)),
    "sin": lambda u: Node("sin", (u,)),
    "cos": lambda u: Node("cos", (u,)),
    "gaussian": lambda u: _exp(times(constant(Fraction(-1, 2)), _square(u))),
    "exp": _exp,
    **{name: (lambda u, name=name: Node(name, (u,))) for name in KINKED},  # type: ignore[misc]
}
"""The names of the whitelist, as trees of the functions below; cdf is the normal distribution function."""

SLOPE: dict[str, Callable[[Node], Node]] = {
    "tanh": lambda u: plus(constant(1), negative(power(_tanh(u), 2))),
    "softplus": _sigmoid,
    "cdf": lambda u: Node("density", (u,)),
    "density": lambda u: negative(times(u, Node("density", (u,)))),
    "erf": lambda u: Node("bell", (u,)),
    "bell": lambda u: times(constant(-2), times(u, Node("bell", (u,)))),
    "sin": lambda u: Node("cos", (u,)),
    "cos": lambda u: negative(Node("sin", (u,))),
    "exp": _exp,
}
"""Their derivatives; density is the normal density, bell is 2 e^(-u^2)/sqrt(pi)."""


def _softplus(z: Any) -> Any:
    if isinstance(z, acb):  # principal logarithm: not finite where 1 + e^z meets its cut, analytic elsewhere
        if z.real > 0:
            return z + (1 + (-z).exp()).log(analytic=True)
        return (1 + z.exp()).log(analytic=True)
    return (z + abs(z)) / 2 + (-abs(z)).exp().log1p()


_VALUE: dict[str, Callable[[Any], Any]] = {
    "tanh": lambda z: z.tanh(),
    "softplus": _softplus,
    "cdf": lambda z: (1 + (z / arb(2).sqrt()).erf()) / 2,
    "density": lambda z: (-z * z / 2).exp() / (2 * arb.pi()).sqrt(),
    "erf": lambda z: z.erf(),
    "bell": lambda z: 2 * (-z * z).exp() / arb.pi().sqrt(),
    "sin": lambda z: z.sin(),
    "cos": lambda z: z.cos(),
    "exp": lambda z: z.exp(),
}


def evaluate(node: Node, z: Any) -> Any:
    """The value at a ball z, real (arb) or complex (acb), of a tree without kinks.

    Every function here is analytic wherever its ball is finite, so a finite complex ball says that the tree is analytic
    on z: division by a ball with 0 in it and tanh at a pole are not finite.

    >>> from exactcap.models.unit_expression import parse
    >>> evaluate(parse("x/(1 + x^2)"), arb(2)), evaluate(parse("1/x"), acb(0)).is_finite()
    ([0.400000000000000 +/- 8.89e-17], False)
    """
    match node.head:
        case "x":
            return z
        case "number":
            return type(z)(rational(node.number))
        case "sqrt":
            return type(z)(rational(node.number).sqrt())
        case "^":
            return evaluate(node.parts[0], z) ** int(node.number)
    values = [evaluate(part, z) for part in node.parts]
    match node.head:
        case "+":
            return values[0] + values[1]
        case "*":
            return values[0] * values[1]
        case "/":
            return values[0] / values[1]
    return _VALUE[node.head](values[0])


def derivative(node: Node) -> Node:
    """The derivative of a tree without kinks."""
    match node.head, node.parts:
        case "x", _:
            return constant(1)
        case "number" | "sqrt", _:
            return constant(0)
        case "+", (u, v):
            return plus(derivative(u), derivative(v))
        case "*", (u, v):
            return plus(times(derivative(u), v), times(u, derivative(v)))
        case "/", (u, v):
            top = plus(times(derivative(u), v), negative(times(u, derivative(v))))
            return over(top, power(v, 2))
        case "^", (u,):
            return times(times(constant(node.number), power(u, int(node.number) - 1)), derivative(u))
    (u,) = node.parts
    return times(SLOPE[node.head](u), derivative(u))


def parity(node: Node) -> int | None:
    """0 or 1 where the rules show the function to be even or odd, else None.

    >>> from exactcap.models.unit_expression import parse
    >>> parity(parse("x*tanh(x)")), parity(parse("sin(x)^3 - x")), parity(parse("relu(x)"))
    (0, 1, None)
    """
    match node.head:
        case "x":
            return 1
        case "number" | "sqrt":
            return 0
    parts = [parity(part) for part in node.parts]
    if None in parts:
        return None
    match node.head:
        case "+":
            return parts[0] if parts[0] == parts[1] else None
        case "*" | "/":
            return (parts[0] + parts[1]) % 2  # type: ignore[operator]
        case "^":
            return parts[0] * int(node.number) % 2  # type: ignore[operator]
        case "tanh" | "sin" | "erf" | "hardtanh":
            return parts[0]
        case "cos" | "abs" | "density" | "bell":
            return 0
    return 0 if parts[0] == 0 else None


def odd_but_for_a_constant(node: Node) -> bool:
    """Whether the rules show g - g(0) to be odd.

    >>> from exactcap.models.unit_expression import parse
    >>> odd_but_for_a_constant(parse("sigmoid")), odd_but_for_a_constant(parse("silu"))
    (True, False)
    """
    if node.head == "+":
        return all(part.head in NUMBERS or odd_but_for_a_constant(part) for part in node.parts)
    if node.head == "*" and node.parts[0].head in NUMBERS:
        return odd_but_for_a_constant(node.parts[1])
    if node.head == "*" and node.parts[1].head in NUMBERS:
        return odd_but_for_a_constant(node.parts[0])
    return parity(node) == 1


def polynomial(node: Node) -> Polynomial | None:
    """The coefficients of a polynomial, or None for another tree; raises InputError above degree 100.

    >>> from exactcap.models.unit_expression import parse
    >>> polynomial(parse("(x - 1)^2/2 - 1/2"))
    (Fraction(0, 1), Fraction(-1, 1), Fraction(1, 2))
    """
    match node.head:
        case "x":
            return Fraction(0), Fraction(1)
        case "number":
            return (node.number,) if node.number else ()
        case "+" | "*" | "^":
            parts = [polynomial(part) for part in node.parts]
            if None in parts:
                return None
            p = parts[0] or ()
            if node.head == "^":
                result: Polynomial = (Fraction(1),)
                require_degree((len(p) - 1) * int(node.number))
                for _ in range(int(node.number)):
                    result = product(result, p)
                return result
            q = parts[1] or ()
            if node.head == "*":
                require_degree(len(p) + len(q) - 2)
                return product(p, q)
            size = max(len(p), len(q))
            return _trimmed([a + b for a, b in zip(_padded(p, size), _padded(q, size), strict=True)])
    return None


def product(p: Polynomial, q: Polynomial) -> Polynomial:
    """p q."""
    result = [Fraction(0)] * max(len(p) + len(q) - 1, 0)
    for i, a in enumerate(p):
        for j, b in enumerate(q):
            result[i + j] += a * b
    return _trimmed(result)


def derivative_of(p: Polynomial) -> Polynomial:
    """p'."""
    return _trimmed([k * c for k, c in enumerate(p)][1:])


def _padded(p: Polynomial, size: int) -> list[Fraction]:
    return [*p, *[Fraction(0)] * (size - len(p))]


def _trimmed(p: list[Fraction]) -> Polynomial:
    while p and p[-1] == 0:
        p.pop()
    for c in p:
        require_bits(c)
    return tuple(p)


def at(p: Polynomial, x: Fraction) -> Fraction:
    """p(x)."""
    total = Fraction(0)
    for c in reversed(p):
        total = total * x + c
    return total


def require_degree(degree: int) -> None:
    """Raise InputError above `MAX_DEGREE`."""
    if degree > MAX_DEGREE:
        raise InputError(f"the degree may exceed {MAX_DEGREE}; lower it")


def require_bits(number: Fraction) -> None:
    """Raise InputError above `MAX_BITS`."""
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > MAX_BITS:
        raise InputError(f"a number exceeds {MAX_BITS} bits; shorten the numbers")
