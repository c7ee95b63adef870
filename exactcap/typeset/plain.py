"""Prose for a terminal: formulas in readable Unicode on one line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from exactcap.typeset.prose import Code, Math, Span, spans
from exactcap.typeset.tex import (
    Accent,
    Binomial,
    Fenced,
    Fraction,
    Name,
    Node,
    Root,
    Row,
    Scripts,
    Sized,
    Space,
    Symbol,
    Words,
)

_MARKS = {"tilde": "\u0303", "hat": "\u0302", "bar": "\u0304", "overline": "\u0304", "vec": "\u20d7", "dot": "\u0307"}
_COMMON = {"∑": "sum", "∏": "prod", "∫": "int", "−": "-", "⋅": "·", "∙": "•", "∗": "*", "∣": "|"}
"""What terminals have, for what they may not have."""
_UNBROKEN = re.compile(r"\w+|[\w']+([_^](\w|\{[^{}]*\}))*(\([^()]*\))?|\w+\([^()]*\)")
"""What needs no brackets above or below a fraction's line: a name, with scripts or in the way of f(x)."""
_SPACED = ("relation", "binary")


def plain(prose: str) -> str:
    r"""The prose as text: code keeps its backquotes. Raises InputError where the prose cannot be read.

    >>> plain(r"at most $\lfloor md/2\rfloor$ of $x_i\in\mathbb{R}^d$, $\frac{a+b}{c}\le\sum_{i=1}^n\psi(x_i)$")
    'at most ⌊md/2⌋ of x_i ∈ R^d, (a+b)/c ≤ sum_{i=1}^n ψ(x_i)'
    """
    return "".join(_span(span) for span in spans(prose))


def _span(span: Span) -> str:
    if isinstance(span, Math):
        return plain_formula(span.tree)
    return f"`{span.text}`" if isinstance(span, Code) else span.text


def plain_formula(tree: Row) -> str:
    """A formula on one line, relations and sums of its outermost level spaced."""
    return " ".join(_row(tree, spaced=True).split())


def _row(row: Row, spaced: bool) -> str:
    text = ""
    before: Node | None = None
    for at, item in enumerate(row.items):
        part = _node(item, spaced)
        if isinstance(item, Fraction) and _is_factor(row.items[at + 1 :]):
            part = f"({part})"
        if isinstance(item, Symbol) and (item.kind in _SPACED and spaced):
            part = f" {part} "
        elif isinstance(item, Symbol) and item.kind == "punctuation":
            part = f"{part} " if spaced else part
        elif before is not None and _needs_space(before, text, part):
            part = f" {part}"
        text += part
        before = item
    return text


def _is_factor(following: Sequence[Node]) -> bool:
    """Whether a product or quotient goes on after a fraction: without brackets 1/2 x could be read as 1/(2x)."""
    after = next((item for item in following if not isinstance(item, Space)), None)
    if after is None or isinstance(after, Words):
        return False
    return not isinstance(after, Symbol) or after.kind not in ("relation", "binary", "punctuation", "close")


def _needs_space(before: Node, text: str, part: str) -> bool:
    """Whether two neighbours would run into one another: names and scripts before letters, digits and names."""
    if not text or text[-1].isspace() or not part[:1].isalnum():
        return False
    if len(part) > 1 and part[:2].isalpha() and (text[-1].isalnum() or text[-1] in ")]}"):
        return True
    if isinstance(before, Symbol):
        return before.kind in ("function", "limits", "big")
    return isinstance(before, Scripts | Fraction | Name | Root | Binomial | Words)


def _node(node: Node, spaced: bool) -> str:
    match node:
        case Symbol(text=text):
            return _COMMON.get(text, text)
        case Sized(symbol=symbol):
            return symbol.text
        case Space(source=source):
            return "" if source == "\\!" else " "
        case Words(text=text) | Name(text=text):
            return text
        case Row():
            return _row(node, spaced)
        case Fraction(top=top, bottom=bottom):
            return f"{_bracketed(top)}/{_bracketed(bottom)}"
        case Binomial(top=top, bottom=bottom):
            return f"binom({_node(top, False)}, {_node(bottom, False)})"
        case Root(body=body):
            return f"sqrt({_node(body, spaced)})"
        case Accent(command=command, body=body):
            inside = _node(body, False)
            return inside + _MARKS[command] if len(inside) == 1 and command in _MARKS else f"{command}({inside})"
        case Fenced(left=left, body=body, right=right):
            return (left.text if left else "") + _row(body, spaced).strip() + (right.text if right else "")
        case Scripts(base=base, below=below, above=above, primes=primes):
            return (
                _base(base, spaced)
                + "'" * primes
                + ("_" + _script(below) if below is not None else "")
                + ("^" + _script(above) if above is not None else "")
            )


def _base(base: Node, spaced: bool) -> str:
    inside = _node(base, spaced)
    return f"({inside})" if isinstance(base, Row | Fraction) and len(inside) > 1 else inside


def _script(node: Node) -> str:
    """A script without braces where none can be missed."""
    inside = _node(node, False)
    bare = len(inside) == 1 or inside.isalpha() or inside.removeprefix("-").isdecimal()
    return inside if bare else "{" + inside + "}"


def _bracketed(node: Node) -> str:
    inside = _node(node, False).strip()
    return inside if _UNBROKEN.fullmatch(inside) else f"({inside})"
