"""Units g of committee machines: continuous functions of finitely many smooth pieces with bounds of their growth."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from exactcap.errors import InputError
from exactcap.models import unit_trees as tree
from exactcap.models.unit_bounds import LINE, Growth, Range, finite, growth, inside
from exactcap.models.unit_expression import parse
from exactcap.models.unit_trees import Node, Polynomial

MAX_SLOPE = 2000
MAX_CURVATURE = Fraction(6, 25)  # of the growth e^(c x^2): below 1/4 g^2 has a mean, and near it the tails are long

_LEVELS = {"relu": (0,), "leaky_relu": (0,), "abs": (0,), "hardtanh": (-1, 1)}


@dataclass(frozen=True)
class Piece:
    """g and g' on [low, high] (None: unbounded), as trees without kinks, with growth bounds valid there.

    Where g is a polynomial its coefficients stand beside it.
    """

    low: Fraction | None
    high: Fraction | None
    value: Node
    slope: Node
    growth: Growth
    slope_growth: Growth
    polynomial: Polynomial | None


@dataclass(frozen=True)
class Unit:
    """g: its text, its name on the whitelist, if any, its pieces from left to right, and its parity if that is known.

    g is continuous, so it is absolutely continuous with the derivative of its pieces; g and g' are square-integrable
    under the normal law.
    """

    text: str
    name: str | None
    pieces: tuple[Piece, ...]
    parity: int | None
    is_odd_but_for_a_constant: bool

    @property
    def polynomial(self) -> Polynomial | None:
        """The coefficients of g if it is one polynomial, constant term first."""
        return self.pieces[0].polynomial if len(self.pieces) == 1 else None

    @property
    def kinks(self) -> tuple[Fraction, ...]:
        """Where the pieces meet."""
        return tuple(piece.low for piece in self.pieces if piece.low is not None)


def parse_unit(text: str) -> Unit:
    """A unit from a name or an expression in x; raises InputError with the reason where g is refused.

    Refused are jumps (E g'^2 diverges), poles, what is not shown to be square-integrable under the normal law, and
    constants. Expressions that cannot be told from a constant, such as sin(x)^2 + cos(x)^2, are read.

    >>> parse_unit("relu").kinks, parse_unit("x^3 - x").polynomial
    ((Fraction(0, 1),), (Fraction(0, 1), Fraction(-1, 1), Fraction(0, 1), Fraction(1, 1)))
    >>> parse_unit("x*sigmoid(x)").pieces[0].growth
    Growth(A=Fraction(1, 1), b=Fraction(0, 1), c=Fraction(0, 1), k=1)
    """
    node = parse(text)
    text = text.strip()
    try:
        ends: list[Fraction | None] = [None, *sorted(set(_kinks(node))), None]
        pieces: list[Piece] = []
        for low, high in pairwise(ends):
            piece = _piece(node, low, high)
            if pieces and piece.polynomial is not None and piece.polynomial == pieces[-1].polynomial:
                low = pieces.pop().low  # no kink here
                piece = _piece_of(piece.value, low, high)
            pieces.append(piece)
        if all(piece.polynomial is not None and len(piece.polynomial) <= 1 for piece in pieces):
            raise InputError("it is constant; choose a function that is not")
    except InputError as error:
        shown = repr(text if len(text) <= 60 else text[:57] + "...")
        raise InputError(f"activation: {shown}: {error}") from None
    name = next((name for name, build in tree.BUILD.items() if build(tree.X) == node), None)
    return Unit(text, name, tuple(pieces), tree.parity(node), tree.odd_but_for_a_constant(node))


def polynomial_unit(coefficients: Polynomial, text: str = "a polynomial") -> Unit:
    """The polynomial as a unit, which messages call ``text``; raises InputError for a constant, and above degree 100.

    >>> polynomial_unit((Fraction(0), Fraction(0), Fraction(1))).polynomial == parse_unit("x^2").polynomial
    True
    """
    tree.require_degree(len(coefficients) - 1)
    node = _horner(coefficients)
    piece = _piece_of(node, None, None)
    if len(piece.polynomial or ()) <= 1:
        raise InputError("activation: it is constant; choose a function that is not")
    return Unit(text, None, (piece,), tree.parity(node), tree.odd_but_for_a_constant(node))


def _kinks(node: Node) -> list[Fraction]:
    """Where an argument a x + b of relu, leaky_relu or abs is 0, or one of hardtanh is -1 or 1."""
    found = [kink for part in node.parts for kink in _kinks(part)]
    if node.head in _LEVELS:
        p = tree.polynomial(node.parts[0])
        assert p is not None
        if len(p) == 2:
            found += [(level - p[0]) / p[1] for level in _LEVELS[node.head]]
    return found


def _piece(node: Node, low: Fraction | None, high: Fraction | None) -> Piece:
    return _piece_of(_resolved(node, inside(_range(low, high))), low, high)


def _piece_of(value: Node, low: Fraction | None, high: Fraction | None) -> Piece:
    p = tree.polynomial(value)
    if p is not None:
        value = _horner(p)
    slope = tree.derivative(value) if p is None else _horner(tree.derivative_of(p))
    if slope.size > MAX_SLOPE:
        raise InputError(f"its derivative has more than {MAX_SLOPE} operations; simplify it")
    bounds = [growth(part, _range(low, high)) for part in (value, slope)]
    if max(bound.c for bound in bounds) > MAX_CURVATURE:
        raise InputError(
            f"it is not shown to grow slower than e^(x^2/4): the bound is e^({max(bound.c for bound in bounds)} x^2), "
            f"and at most {MAX_CURVATURE} is read; choose another"
        )
    return Piece(low, high, value, slope, bounds[0], bounds[1], p)


def _horner(coefficients: Polynomial) -> Node:
    node = tree.constant(0)
    for c in reversed(coefficients):
        node = tree.plus(tree.times(node, tree.X), tree.constant(c))
    return node


def _range(low: Fraction | None, high: Fraction | None) -> Range:
    return LINE[0] if low is None else finite(low), LINE[1] if high is None else finite(high)


def _resolved(node: Node, x: Fraction) -> Node:
    """The tree with each kinked function replaced by what it is around x."""
    if node.head in _LEVELS:
        (u,) = node.parts
        p = tree.polynomial(u)
        assert p is not None
        here = tree.at(p, x)
        match node.head:
            case "relu":
                return u if here > 0 else tree.constant(0)
            case "leaky_relu":
                return u if here > 0 else tree.times(tree.constant(Fraction(1, 100)), u)
            case "abs":
                return u if here > 0 else tree.times(tree.constant(-1), u)
        return u if abs(here) <= 1 else tree.constant(1 if here > 0 else -1)
    parts = [_resolved(part, x) for part in node.parts]
    match node.head:
        case "+":
            return tree.plus(*parts)
        case "*":
            return tree.times(*parts)
        case "/":
            return tree.over(*parts)
        case "^":
            return tree.power(parts[0], int(node.number))
    return Node(node.head, tuple(parts), node.number)
