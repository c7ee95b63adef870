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
    """A rational function with rational coefficients, as an element of SymPy's field QQ(x) (or in other variables).

    Allowed are integers, decimals (read exactly), the variables, ``+ - * /``, ``^`` or ``**`` with an integer
    exponent, and parentheses; at most 300 characters, degree at most 200. Raises InputError otherwise.

    >>> parse_rational_expression("x^3/3 - 2*x + 0.5").as_expr()
    x**3/3 - 2*x + 1/2
    """
    import sympy

    shown, source = readable(text)
    field = sympy.QQ.frac_field(*map(sympy.Symbol, variables))
    symbols = dict(zip(variables, field.gens, strict=True))
    try:
        return _build(ast.parse(source, mode="eval").body, source, field, symbols)[0]
    except ZeroDivisionError:
        raise InputError(f"activation: {shown}: division by zero; change the denominator") from None
    except InputError as error:
        raise InputError(f"activation: {shown}: {error}") from None
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        raise InputError(f'activation: {shown} is not an expression; write for example "x^3/3 - 2*x"') from None


def readable(text: str) -> tuple[str, str]:
    """The text as messages show it and as Python reads it; raises InputError for its length or a character.

    >>> readable("x^2")
    ("'x^2'", 'x**2')
    """
    shown = repr(text if len(text) <= 60 else text[:57] + "...")
    if len(text) > MAX_LENGTH:
        raise InputError(f"activation: {shown} has {len(text)} characters, at most {MAX_LENGTH} are read; simplify it")
    if not _ALLOWED.fullmatch(text):
        raise InputError(f"activation: {shown} has a character other than digits, letters and .+-*/^(); remove it")
    return shown, text.strip().replace("^", "**")


def _build(node: ast.expr, source: str, field: Any, symbols: dict[str, Any]) -> tuple[Any, _Size]:
    if isinstance(node, ast.Constant):
        literal = ast.get_source_segment(source, node) or ""
        if not _DECIMAL.fullmatch(literal):
            raise InputError(f"{literal!r} is not a decimal number; write for example 1/3 or 0.25")
        number = Fraction(literal)
        bits = max(number.numerator.bit_length(), number.denominator.bit_length())
        return field(number.numerator) / field(number.denominator), _bounded(_Size(0, 0, bits))
    if isinstance(node, ast.Name):
        if node.id not in symbols:
            raise InputError(f"unknown name {node.id!r}; the variable is {' or '.join(symbols)}")
        return symbols[node.id], _Size(1, 0, 1)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd | ast.USub):
        value, size = _build(node.operand, source, field, symbols)
        return (-value if isinstance(node.op, ast.USub) else value), size
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return _power(node, source, field, symbols)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div):
        left, a = _build(node.left, source, field, symbols)
        right, b = _build(node.right, source, field, symbols)
        bits = a.bits + b.bits + 1
        # the bound comes before the operation
        if isinstance(node.op, ast.Add | ast.Sub):
            size = _bounded(_Size(max(a.top + b.bottom, a.bottom + b.top), a.bottom + b.bottom, bits))
            return (left + right if isinstance(node.op, ast.Add) else left - right), size
        if isinstance(node.op, ast.Mult):
            size = _bounded(_Size(a.top + b.top, a.bottom + b.bottom, bits))
            return left * right, size
        size = _bounded(_Size(a.top + b.bottom, a.bottom + b.top, bits))
        return left / right, size
    raise InputError(
        "only numbers, the variable, + - * / ^ and parentheses are read; activations go by name, see --help"
    )


def _power(node: ast.BinOp, source: str, field: Any, symbols: dict[str, Any]) -> tuple[Any, _Size]:
    base, size = _build(node.left, source, field, symbols)
    negative = isinstance(node.right, ast.UnaryOp) and isinstance(node.right.op, ast.USub)
    exponent = node.right.operand if isinstance(node.right, ast.UnaryOp) and negative else node.right
    literal = ast.get_source_segment(source, exponent) or ""
    if not isinstance(exponent, ast.Constant) or not re.fullmatch("[0-9]{1,9}", literal):
        raise InputError("an exponent must be an integer such as 3 or -1")
    k = int(literal)
    bounded = _bounded(_Size(size.top * k, size.bottom * k, (size.bits + 1) * max(k, 1)))
    power = base**k
    return (1 / power, _Size(bounded.bottom, bounded.top, bounded.bits)) if negative else (power, bounded)


def _bounded(size: _Size) -> _Size:
    if max(size.top, size.bottom) > MAX_DEGREE:
        raise InputError(f"the degree may exceed {MAX_DEGREE}; lower it")
    if size.bits > MAX_BITS:
        raise InputError(f"a coefficient may exceed {MAX_BITS} bits; shorten the numbers")
    return size
