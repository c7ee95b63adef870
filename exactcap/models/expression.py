"""Rational expressions typed by a user, read with ``ast`` against a whitelist (SymPy's own parsers execute code)."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactcap.errors import InputError

MAX_LENGTH = 300
MAX_DEGREE = 200
MAX_BITS = 2048

_ALLOWED = re.compile(r"[0-9A-Za-z_.+\-*/^() ]*")
_DECIMAL = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")


@dataclass(frozen=True)
class _Size:
    """Bounds known before anything is computed: degrees of numerator and denominator, bits of coefficients."""

    top: int
    bottom: int
    bits: int


def parse_rational_expression(text: str, variables: tuple[str, ...] = ("x",)) -> Any:
    """The SymPy expression of a rational function with rational coefficients.

    Allowed are integers, decimals (read exactly), the variables, ``+ - * /``, ``^`` or ``**`` with an integer
    exponent, and parentheses; at most 300 characters, degree at most 200. Raises InputError otherwise.

    >>> parse_rational_expression("x^3/3 - 2*x + 0.5")
    x**3/3 - 2*x + 1/2
    """
    shown = repr(text if len(text) <= 60 else text[:57] + "...")
    if len(text) > MAX_LENGTH:
        raise InputError(f"activation: {shown} has {len(text)} characters, at most {MAX_LENGTH} are read; simplify it")
    if not _ALLOWED.fullmatch(text):
        raise InputError(f"activation: {shown} has a character other than digits, letters and .+-*/^(); remove it")
    source = text.strip().replace("^", "**")
    try:
        tree = ast.parse(source, mode="eval").body
        expression, _ = _build(tree, source, variables)
    except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
        if isinstance(error, InputError):
            raise InputError(f"activation: {shown}: {error}") from None
        raise InputError(f'activation: {shown} is not an expression; write for example "x^3/3 - 2*x"') from None
    return expression


def _build(node: ast.expr, source: str, variables: tuple[str, ...]) -> tuple[Any, _Size]:
    import sympy

    if isinstance(node, ast.Constant):
        literal = ast.get_source_segment(source, node) or ""
        if not _DECIMAL.fullmatch(literal):
            raise InputError(f"{literal!r} is not a decimal number; write for example 1/3 or 0.25")
        number = Fraction(literal)
        bits = max(number.numerator.bit_length(), number.denominator.bit_length())
        return sympy.Rational(number.numerator, number.denominator), _bounded(_Size(0, 0, bits))
    if isinstance(node, ast.Name):
        if node.id not in variables:
            raise InputError(f"unknown name {node.id!r}; the variable is {' or '.join(variables)}")
        return sympy.Symbol(node.id), _Size(1, 0, 1)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd | ast.USub):
        value, size = _build(node.operand, source, variables)
        return (-value if isinstance(node.op, ast.USub) else value), size
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return _power(node, source, variables)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div):
        left, a = _build(node.left, source, variables)
        right, b = _build(node.right, source, variables)
        bits = a.bits + b.bits + 1
        if isinstance(node.op, ast.Add | ast.Sub):
            size = _Size(max(a.top + b.bottom, a.bottom + b.top), a.bottom + b.bottom, bits)
            return (left + right if isinstance(node.op, ast.Add) else left - right), _bounded(size)
        if isinstance(node.op, ast.Mult):
            return left * right, _bounded(_Size(a.top + b.top, a.bottom + b.bottom, bits))
        if sympy.cancel(right) == 0:
            raise InputError("division by zero; change the denominator")
        return left / right, _bounded(_Size(a.top + b.bottom, a.bottom + b.top, bits))
    raise InputError(
        "only numbers, the variable, + - * / ^ and parentheses are read; activations go by name, see --help"
    )


def _power(node: ast.BinOp, source: str, variables: tuple[str, ...]) -> tuple[Any, _Size]:
    import sympy

    base, size = _build(node.left, source, variables)
    sign, exponent = 1, node.right
    if isinstance(exponent, ast.UnaryOp) and isinstance(exponent.op, ast.USub):
        sign, exponent = -1, exponent.operand
    if not isinstance(exponent, ast.Constant) or type(exponent.value) is not int:
        raise InputError("an exponent must be an integer such as 3 or -1")
    k = exponent.value
    # the bound comes before the power is formed
    bounded = _bounded(_Size(size.top * k, size.bottom * k, (size.bits + 1) * max(k, 1)))
    if sign < 0:
        if sympy.cancel(base) == 0:
            raise InputError("division by zero; change the base of the negative power")
        bounded = _Size(bounded.bottom, bounded.top, bounded.bits)
    return base ** (sign * k), bounded


def _bounded(size: _Size) -> _Size:
    if max(size.top, size.bottom) > MAX_DEGREE:
        raise InputError(f"the degree may exceed {MAX_DEGREE}; lower it")
    if size.bits > MAX_BITS:
        raise InputError(f"a coefficient may exceed {MAX_BITS} bits; shorten the numbers")
    return size
