"""Expressions in x for Gaussian averages, read with ``ast`` against a whitelist (SymPy's own parsers execute code).

relu, leaky_relu, abs and hardtanh take affine arguments with rational coefficients, so that their kinks are known.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Callable
from fractions import Fraction

from exactcap.errors import InputError
from exactcap.models.expression import readable
from exactcap.models.unit_trees import (
    BUILD,
    KINKED,
    MAX_DEGREE,
    NUMBERS,
    Node,
    X,
    constant,
    negative,
    over,
    plus,
    polynomial,
    power,
    require_bits,
    require_degree,
    root,
    times,
)

MAX_DEPTH = 100
MAX_NODES = 300  # silu(u) is u sigmoid(u): nested, it doubles

_DECIMAL = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")

_REASONS = {
    **dict.fromkeys(
        ("sign", "threshold", "heaviside", "step"),
        "jumps, so E g'^2 diverges, and with it the formulas for infinitely many units; give sign and --units K with "
        "an odd K for a tree of K sign units, or choose a continuous activation",
    ),
    **dict.fromkeys(
        ("log", "ln"),
        "is not read: the derivative 1/x of log|x| is not square-integrable; log(1+exp(x)) is softplus(x)",
    ),
    "tan": "is not finite on the whole line; choose another",
    "swish": "is silu; with a factor beta write x*sigmoid(beta*x)",
    "mish": "is x*tanh(softplus(x)); write that",
    "max": "is not read; write relu(u) for max(u, 0)",
}


def parse(text: str) -> Node:
    """The tree of an expression in x, or of the name of a function, meaning that function of x; raises InputError.

    >>> parse("tanh") == parse("tanh(x)"), polynomial(parse("x^3/3 - 0.5"))
    (True, (Fraction(-1, 2), Fraction(0, 1), Fraction(0, 1), Fraction(1, 3)))
    """
    shown, source = readable(text)
    try:
        if source.isidentifier() and source != "x":
            return _function(source)(X)
        return _build(ast.parse(source, mode="eval").body, source, 0)
    except InputError as error:
        raise InputError(f"activation: {shown}: {error}") from None
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        raise InputError(f'activation: {shown} is not an expression; write for example "x*tanh(2*x)"') from None


def _build(node: ast.expr, source: str, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise InputError(f"it is nested more than {MAX_DEPTH} deep; simplify it")
    built = _built(node, source, depth)
    require_bits(built.number)
    if built.size > MAX_NODES:
        raise InputError(f"it has more than {MAX_NODES} operations when written out; simplify it")
    return built


def _built(node: ast.expr, source: str, depth: int) -> Node:
    match node:
        case ast.Constant():
            literal = ast.get_source_segment(source, node) or ""
            if not _DECIMAL.fullmatch(literal):
                raise InputError(f"{literal!r} is not a decimal number; write for example 1/3 or 0.25")
            return constant(Fraction(literal))
        case ast.Name(id="x"):
            return X
        case ast.Name():
            raise InputError(f"unknown name {node.id!r}; the variable is x, and a function has an argument")
        case ast.UnaryOp(op=ast.UAdd() | ast.USub()):
            part = _build(node.operand, source, depth + 1)
            return negative(part) if isinstance(node.op, ast.USub) else part
        case ast.BinOp(op=ast.Pow()):
            return _power(node, source, depth)
        case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div()):
            u, v = _build(node.left, source, depth + 1), _build(node.right, source, depth + 1)
            match node.op:
                case ast.Add():
                    return plus(u, v)
                case ast.Sub():
                    return plus(u, negative(v))
                case ast.Mult():
                    return times(u, v)
            return over(u, v)
        case ast.Call(func=ast.Name(), args=[argument], keywords=[]):
            return _function(node.func.id)(_build(argument, source, depth + 1))  # type: ignore[attr-defined]
    raise InputError(f"only numbers, x, + - * / ^, parentheses and the functions {', '.join(BUILD)} are read")


def _function(name: str) -> Callable[[Node], Node]:
    if name in _REASONS:
        raise InputError(f"{name} {_REASONS[name]}")
    if name not in BUILD and name != "sqrt":
        close = difflib.get_close_matches(name, BUILD, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"choose one of {', '.join(BUILD)}"
        raise InputError(f"unknown function {name!r}; {hint}")

    def build(u: Node) -> Node:
        if name == "sqrt":
            if u.head != "number":
                raise InputError("sqrt is read of numbers only, such as sqrt(2); rewrite it")
            return root(u.number)
        if name in KINKED:
            p = polynomial(u)
            if p is None or len(p) > 2:
                raise InputError(f"{name} is read of a*x + b only, so that its kinks are known; rewrite it")
        return BUILD[name](u)

    return build


def _power(node: ast.BinOp, source: str, depth: int) -> Node:
    base, exponent = _build(node.left, source, depth + 1), node.right
    negative = isinstance(exponent, ast.UnaryOp) and isinstance(exponent.op, ast.USub)
    if negative:
        exponent = exponent.operand  # type: ignore[attr-defined]
    literal = ast.get_source_segment(source, exponent) or ""
    if not isinstance(exponent, ast.Constant) or not re.fullmatch("[0-9]{1,9}", literal):
        raise InputError("an exponent must be an integer such as 3 or -1")
    n = int(literal)
    if n > MAX_DEGREE and base.head in NUMBERS:
        raise InputError(f"an exponent may be at most {MAX_DEGREE}, and {literal} is above; lower it")
    require_degree(n)
    if base.head == "number":
        bits = max(base.number.numerator.bit_length(), base.number.denominator.bit_length())
        require_bits(Fraction(2) ** (n * bits))
    result = power(base, n)
    return over(constant(1), result) if negative else result
