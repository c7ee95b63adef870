"""Formulas as Typst math: every symbol escaped and with its class, so that the tree says what is seen."""

from __future__ import annotations

from exactcap.typeset.symbols import SIZES, SPACES
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

_ACCENTS = {
    "hat": "hat", "widehat": "hat", "tilde": "tilde", "widetilde": "tilde", "bar": "macron", "overline": "overline",
    "vec": "arrow", "dot": "dot",
}  # fmt: skip
_ALPHABETS = {"mathbb": "bb", "mathcal": "cal"}


def quoted(text: str) -> str:
    r"""A Typst string that says ``text``.

    >>> print(quoted('a "b" \\'))
    "a \"b\" \\"
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def typst_formula(node: Node) -> str:
    r"""A formula, as it stands between the dollars of Typst.

    >>> from exactcap.typeset.tex import formula
    >>> print(typst_formula(formula(r"x_{ij}(2)")))
    attach(x, b: i j)\(2\)
    """
    match node:
        case Symbol():
            return _symbol(node)
        case Sized(command=command, symbol=symbol):
            size = SIZES["\\" + command.rstrip("lr")]
            return f"lr(size: #{size}em, {_escaped(symbol.text)})"
        case Space(source=source):
            return f"#h({SPACES[source]:.4f}em);"
        case Words(text=text):
            return quoted(text)
        case Name(alphabet=alphabet, text=text):
            return _name(alphabet, text)
        case Row(items=items):
            return _joined([_spaced(item, after) for item, after in zip(items, (*items[1:], None), strict=True)])
        case Fraction(top=top, bottom=bottom, command=command):
            fraction = f"frac({typst_formula(top)}, {typst_formula(bottom)})"
            return fraction if command == "frac" else f"inline({fraction})"
        case Binomial(top=top, bottom=bottom):
            return f"binom({typst_formula(top)}, {typst_formula(bottom)})"
        case Root(body=body):
            return f"sqrt({typst_formula(body)})"
        case Accent(command=command, body=body):
            return f"{_ACCENTS[command]}({typst_formula(body)})"
        case Fenced(left=left, body=body, right=right):
            fences = [_escaped(fence.text) if fence else "" for fence in (left, right)]
            return f"lr({fences[0]}{typst_formula(body)}{fences[1]})"
        case Scripts(base=base, below=below, above=above, primes=primes):
            raised = [f"#math.primes({primes});"] if primes else []
            raised += [typst_formula(above)] if above is not None else []
            return (
                f"attach({typst_formula(base)}"
                + (f", b: {typst_formula(below)}" if below is not None else "")
                + (f", t: {_joined(raised)}" if raised else "")
                + ")"
            )


def _spaced(item: Node, after: Node | None) -> str:
    """An item of a row; dots are spaced from the comma after them."""
    dots = isinstance(item, Symbol) and item.kind == "dots"
    return typst_formula(item) + ("thin" if dots and isinstance(after, Symbol) and after.kind == "punctuation" else "")


def _joined(parts: list[str]) -> str:
    """Side by side; a space, which means nothing there, only where two names would become one."""
    text = ""
    for part in parts:
        text += (" " if text[-1:].isalnum() and part[:1].isalnum() else "") + part
    return text or '""'


def _symbol(symbol: Symbol) -> str:
    text, kind = symbol.text, symbol.kind
    if kind == "function":
        return f"op({quoted(text)})"
    if kind == "limits":
        return f"op({quoted(text)}, limits: #true)"
    if kind == "dots":
        return f'class("normal", {_escaped(text)})'
    if kind == "ordinary":
        return f"upright({text})" if text.isalpha() else f'class("normal", {_escaped(text)})'
    if kind in ("relation", "binary", "punctuation"):
        return f'class("{kind}", {_escaped(text)})'
    return _escaped(text)


def _escaped(text: str) -> str:
    """Signs of Typst's own, and brackets of every kind: Typst would pair and stretch them."""
    return f"\\{text}" if (text.isascii() and not text[0].isalnum()) or text in "⟨⟩⌊⌋⌈⌉‖" else text


def _name(alphabet: str, text: str) -> str:
    if alphabet == "operatorname":
        return f"op({quoted(text)})"
    if alphabet == "mathrm":
        return f"upright({text})" if len(text) == 1 else quoted(text)
    letters = " ".join(text)
    return f"upright(bold({letters}))" if alphabet == "mathbf" else f"{_ALPHABETS[alphabet]}({letters})"
