"""Integer expressions in a plan, such as ``ceil(ambient/inputs) + 2``: read with ``ast`` against a whitelist, exact."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from exactcap.errors import InputError

MAX_LENGTH = 300  # characters
MAX_BITS = 256  # of a numerator or denominator on the way

Value = Fraction | bool

_BINARY: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: lambda a, b: Fraction(a // b),
}
_COMPARE: dict[type[ast.cmpop], Callable[[Fraction, Fraction], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_CHARACTERS = re.compile(r"(?!.*[0-9][A-Za-z_])[0-9A-Za-z_+\-*/<>=!(), ]*")  # no 0x10, 1e9 or 1or 2
FUNCTIONS = ("ceil", "floor", "comb", "min", "max")
_ALLOWED = "integers, parameters, + - * / //, comparisons, and, or, not, ceil, floor, comb, min and max"


@dataclass(frozen=True)
class Expression:
    """An expression whose values are rational numbers or truth values, computed exactly.

    >>> Expression("ceil(ambient/inputs) + 2").integer({"ambient": 15, "inputs": 4})
    6
    >>> Expression("comb(d + k, k + 1) <= 260 and not d == 2").truth({"d": 3, "k": 2})
    True
    """

    text: str

    @cached_property
    def _tree(self) -> ast.expr:
        if len(self.text) > MAX_LENGTH:
            raise InputError(f"{self.text[:40] + '...'!r} has more than {MAX_LENGTH} characters; shorten it")
        try:
            if not _CHARACTERS.fullmatch(self.text):
                raise SyntaxError
            return ast.parse(self.text.strip(), mode="eval").body
        except (SyntaxError, RecursionError, MemoryError, ValueError):
            raise InputError(f'{self.text!r} is not an expression; write for example "ceil(ambient/inputs)"') from None

    @cached_property
    def names(self) -> frozenset[str]:
        """The parameters that the value depends on."""
        return frozenset(node.id for node in ast.walk(self._tree) if isinstance(node, ast.Name)) - set(FUNCTIONS)

    def integer(self, bindings: Mapping[str, int]) -> int:
        """The value, which must be a whole number; raises InputError."""
        value = self._value(bindings)
        if isinstance(value, bool) or value.denominator != 1:
            what = "a truth value" if isinstance(value, bool) else str(value)
            raise InputError(f"{self.text!r} is {what}, not a whole number; use ceil(...) or floor(...)")
        return value.numerator

    def truth(self, bindings: Mapping[str, int]) -> bool:
        """The value, which must be a truth value; raises InputError."""
        value = self._value(bindings)
        if not isinstance(value, bool):
            raise InputError(f'{self.text!r} is a number, not a condition; write for example "ambient <= 260"')
        return value

    def _value(self, bindings: Mapping[str, int]) -> Value:
        tree = self._tree
        try:
            return _evaluate(tree, bindings)
        except ZeroDivisionError:
            raise InputError(f"{self.text!r} divides by zero; change it") from None
        except RecursionError:
            raise InputError(f"{self.text!r} nests too deep; simplify it") from None
        except InputError as error:
            raise InputError(f"{self.text!r}: {error}") from None


def _evaluate(node: ast.expr, bindings: Mapping[str, int]) -> Value:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return _bounded(Fraction(node.value))
    if isinstance(node, ast.Name):
        if node.id not in bindings:
            known = ", ".join(bindings) or "none"
            raise InputError(f"unknown name {node.id!r}; the parameters known here are: {known}")
        return Fraction(bindings[node.id])
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        value = _number(node.operand, bindings)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return not _condition(node.operand, bindings)
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        return _bounded(_BINARY[type(node.op)](_number(node.left, bindings), _number(node.right, bindings)))
    if isinstance(node, ast.Compare) and all(type(op) in _COMPARE for op in node.ops):
        sides = [_number(side, bindings) for side in (node.left, *node.comparators)]
        return all(_COMPARE[type(op)](sides[i], sides[i + 1]) for i, op in enumerate(node.ops))
    if isinstance(node, ast.BoolOp):
        truths = (_condition(part, bindings) for part in node.values)  # the first that decides is the last looked at
        return all(truths) if isinstance(node.op, ast.And) else any(truths)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        return _call(node.func.id, [_number(argument, bindings) for argument in node.args])
    raise InputError(f"only {_ALLOWED} are read")


def _call(name: str, arguments: list[Fraction]) -> Fraction:
    if name in ("min", "max") and arguments:
        return min(arguments) if name == "min" else max(arguments)
    if name in ("ceil", "floor") and len(arguments) == 1:
        return Fraction(math.ceil(arguments[0]) if name == "ceil" else math.floor(arguments[0]))
    if name == "comb" and len(arguments) == 2:
        return _bounded(Fraction(bounded_comb(*arguments)))
    raise InputError(f"{name}({', '.join(map(str, arguments))}) is not read; the functions are {', '.join(FUNCTIONS)}")


def bounded_comb(n: Fraction, k: Fraction) -> int:
    """The binomial coefficient of two natural numbers; raises InputError before it computes an enormous one."""
    if n.denominator != 1 or k.denominator != 1 or n < 0 or k < 0:
        raise InputError(f"comb({n}, {k}) needs two whole numbers of at least 0; change its arguments")
    top, chosen = n.numerator, min(k.numerator, n.numerator - k.numerator)
    if chosen > 0 and chosen * (top // chosen).bit_length() > 2 * MAX_BITS:  # comb(n, k) >= (n/k)^k
        raise InputError(f"comb({n}, {k}) is enormous; take smaller parameters")
    return math.comb(n.numerator, k.numerator)


def _number(node: ast.expr, bindings: Mapping[str, int]) -> Fraction:
    value = _evaluate(node, bindings)
    if isinstance(value, bool):
        raise InputError(
            f"{ast.unparse(node)!r} is a truth value where a number stands; compare or combine with and/or"
        )
    return value


def _condition(node: ast.expr, bindings: Mapping[str, int]) -> bool:
    value = _evaluate(node, bindings)
    if not isinstance(value, bool):
        raise InputError(f"{ast.unparse(node)!r} is a number where a condition stands; write a comparison")
    return value


def _bounded(value: Fraction) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise InputError(f"a number has more than {MAX_BITS} bits; take smaller ones")
    return value
