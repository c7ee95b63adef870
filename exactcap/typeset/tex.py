"""Formulas of a closed subset of LaTeX, read into a small tree that every output writes from.

What is not in the subset is refused: no formula can say more to LaTeX than ``exactcap.typeset.symbols`` and the
classes below allow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from exactcap.errors import InputError
from exactcap.typeset import symbols
from exactcap.typeset.characters import visible
from exactcap.typeset.symbols import Kind

MAX_DEPTH = 40
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
_TEXT_ESCAPES = ("\\$", "\\%", "\\#", "\\&", "\\_", "\\{", "\\}", "\\ ")


@dataclass(frozen=True)
class Symbol:
    """One character, number or named function: ``source`` in LaTeX, ``text`` in Unicode."""

    source: str
    text: str
    kind: Kind


@dataclass(frozen=True)
class Sized:
    """A delimiter after \\bigl, \\Bigr and the like; ``command`` without the backslash."""

    command: str
    symbol: Symbol


@dataclass(frozen=True)
class Space:
    source: str


@dataclass(frozen=True)
class Words:
    """\\text{...}: upright words of the surrounding prose."""

    text: str


@dataclass(frozen=True)
class Name:
    """Letters and digits in an alphabet: \\mathbb{R}, \\mathbf{1}, \\mathrm{dist}, \\operatorname{rank}."""

    alphabet: str
    text: str


@dataclass(frozen=True)
class Row:
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Fraction:
    top: Node
    bottom: Node
    command: str  # "frac" or "tfrac"


@dataclass(frozen=True)
class Binomial:
    top: Node
    bottom: Node


@dataclass(frozen=True)
class Root:
    body: Node


@dataclass(frozen=True)
class Accent:
    command: str  # "hat", "tilde", "bar", "overline", ...
    body: Node


@dataclass(frozen=True)
class Fenced:
    """\\left ... \\right; a missing delimiter, written ".", is None."""

    left: Symbol | None
    body: Row
    right: Symbol | None


@dataclass(frozen=True)
class Scripts:
    """``primes`` are written before the rest of the superscript."""

    base: Node
    below: Node | None
    above: Node | None
    primes: int


Node = Symbol | Sized | Space | Words | Name | Row | Fraction | Binomial | Root | Accent | Fenced | Scripts


def formula(source: str) -> Row:
    """The tree of a formula, without its dollars.

    Raises InputError, with the place, for unknown commands and characters, unbalanced braces, and scripts without base.

    >>> formula(r"x^2 \\le 1").items[1:]
    (Symbol(source='\\\\le', text='≤', kind='relation'), Symbol(source='1', text='1', kind='number'))
    >>> formula(r"\\input{x}")
    Traceback (most recent call last):
    ...
    exactcap.errors.InputError: the formula $\\input{x}$, character 1: the command \\input is not in the subset of \
LaTeX of exactcap.typeset.symbols
    """
    reader = _Reader(source)
    row = reader.row(())
    if reader.peek() is not None:  # a stray } or \right
        reader.fail(f"{reader.peek()} closes nothing")
    return row


class _Reader:
    """A recursive descent over the tokens of one formula."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = [(match.group(), match.start()) for match in _TOKEN.finditer(source)]
        self.at = 0
        self.depth = 0

    def fail(self, reason: str) -> NoReturn:
        place = self.tokens[self.at][1] + 1 if self.at < len(self.tokens) else len(self.source)
        raise InputError(f"the formula ${self.source}$, character {place}: {reason}")

    def peek(self) -> str | None:
        """The next token that is no space, or None at the end."""
        while self.at < len(self.tokens) and self.tokens[self.at][0].isspace():
            self.at += 1
        return self.tokens[self.at][0] if self.at < len(self.tokens) else None

    def row(self, stops: Sequence[str]) -> Row:
        """Everything up to one of ``stops``, a closing brace, \\right or the end."""
        if self.depth == MAX_DEPTH:
            self.fail(f"nested deeper than {MAX_DEPTH} levels")
        self.depth += 1
        items: list[Node] = []
        while (token := self.peek()) is not None and token not in ("}", "\\right") and token not in stops:
            items.append(self.number() if token in _DIGITS else self.scripts(self.atom()))
        self.depth -= 1
        return Row(_signs(items))

    def number(self) -> Node:
        """Digits, with a decimal point if a digit follows it."""
        start = self.tokens[self.at][1]
        match = re.match(r"[0-9]+(\.[0-9]+)?", self.source[start:])
        assert match is not None
        self.at += len(match.group())  # a digit or point is a token of one character
        return self.scripts(Symbol(match.group(), match.group(), "number"))

    def scripts(self, base: Node) -> Node:
        below = above = None
        primes = 0
        while (token := self.peek()) in ("_", "^", "'"):
            if (token == "_" and below is not None) or (token != "_" and above is not None):
                self.fail(f"a second {token} on the same base: put braces around what the first belongs to")
            if isinstance(base, Space):
                self.fail(f"nothing stands before {token}")
            self.at += 1
            if token == "'":
                primes += 1
            elif token == "_":
                below = self.argument(token)
            else:
                above = self.argument(token)
        return Scripts(base, below, above, primes) if below is not None or above is not None or primes else base

    def argument(self, command: str) -> Node:
        """A group in braces, or the next single token, as TeX takes it."""
        token = self.peek()
        if token is None or token in ("}", "^", "_", "'", "\\right"):
            self.fail(f"{command} needs something after it, for example {command}{{n}}")
        if token in _DIGITS:
            self.at += 1
            return Symbol(token, token, "number")
        found = self.atom()
        if isinstance(found, Symbol) and found.kind == "binary":
            return replace(found, kind="ordinary")
        return found

    def atom(self) -> Node:
        token = self.peek()
        assert token is not None
        if token in _SPECIAL:
            return _SPECIAL[token](self)
        if token in ("^", "_", "'"):
            self.fail(f"nothing stands before {token}; write {{}}{token} if that is meant")
        known = _known(token)
        if known is None:
            self.fail(
                f"the command {token} is not in the subset of LaTeX of exactcap.typeset.symbols"
                if token.startswith("\\")
                else f"the character {token!r} cannot stand in a formula"
            )
        self.at += 1
        return known

    def group(self) -> Node:
        self.at += 1
        row = self.row(())
        self.close()
        if len(row.items) == 1:
            only = row.items[0]
            if isinstance(only, Symbol) and only.kind not in ("letter", "number", "ordinary"):
                return Symbol("{" + only.source + "}", only.text, "ordinary")  # {=} and {,} take no space
            return only
        return row

    def close(self) -> None:
        if self.peek() != "}":
            self.fail("a { is never closed" if self.peek() is None else f"{self.peek()} stands where }} is missing")
        self.at += 1

    def node(self) -> Node:
        """The argument of a command such as \\frac."""
        command = self.tokens[self.at - 1][0]
        return self.argument(command)

    def raw(self) -> str:
        """The characters of a group that is not a formula, with \\% and the like resolved."""
        command = self.tokens[self.at][0]
        self.at += 1
        if self.peek() != "{":
            self.fail(f"{command} needs braces")
        self.at += 1
        text = ""
        while self.at < len(self.tokens) and (token := self.tokens[self.at][0]) != "}":
            if token.startswith("\\") and token not in _TEXT_ESCAPES:
                self.fail(f"{token} cannot stand in {command}")
            if token in ("{", "$"):
                self.fail(f"{token} cannot stand in {command}; write \\{token}")
            text += token.removeprefix("\\")
            self.at += 1
        self.close()
        return text

    def words(self) -> Node:
        return Words(visible(self.raw()))

    def name(self) -> Node:
        start, alphabet = self.at, self.tokens[self.at][0]
        text = self.raw()
        if not (text.isascii() and text.isalnum()):
            self.at = start
            self.fail(f"{alphabet} takes letters and digits only, not {text!r}")
        if alphabet in ("\\mathbb", "\\mathcal") and not (text.isalpha() and text.isupper()):
            self.at = start
            self.fail(f"{alphabet} takes capitals only, not {text!r}")
        return Name(alphabet[1:], text)

    def two(self) -> tuple[Node, Node]:
        command = self.tokens[self.at][0]
        self.at += 1
        top = self.argument(command)
        return top, self.argument(command)

    def fraction(self) -> Node:
        command = self.tokens[self.at][0][1:]
        return Fraction(*self.two(), command)

    def binomial(self) -> Node:
        return Binomial(*self.two())

    def root(self) -> Node:
        self.at += 1
        if self.peek() == "[":
            self.fail("only square roots: write x^{1/3}")
        return Root(self.node())

    def accent(self) -> Node:
        command = self.tokens[self.at][0][1:]
        self.at += 1
        return Accent(command, self.node())

    def space(self) -> Node:
        self.at += 1
        return Space(self.tokens[self.at - 1][0])

    def negated(self) -> Node:
        self.at += 1
        token = self.peek()
        known = _known(token) if token is not None else None
        if known is None or known.text not in symbols.NEGATED:
            self.fail(f"\\not goes before one of {' '.join(symbols.NEGATED)}")
        self.at += 1
        return Symbol(f"\\not{known.source}", symbols.NEGATED[known.text], known.kind)

    def delimiter(self, kind: Kind) -> Symbol | None:
        """The delimiter after \\left and the like; None for "."."""
        command = self.tokens[self.at][0]
        self.at += 1
        token = self.peek()
        if token == ".":
            self.at += 1
            return None
        if token not in symbols.DELIMITERS:
            self.fail(f"{command} needs a delimiter after it, such as ( or \\lfloor")
        assert token is not None
        known = _known(token)
        assert known is not None
        self.at += 1
        return replace(known, kind=kind)

    def fenced(self) -> Node:
        left = self.delimiter("open")
        body = self.row(())
        if self.peek() != "\\right":
            self.fail("\\left without its \\right")
        return Fenced(left, body, self.delimiter("close"))

    def sized(self) -> Node:
        command = self.tokens[self.at][0][1:]
        symbol = self.delimiter("open" if command[-1] == "l" else "close" if command[-1] == "r" else "ordinary")
        if symbol is None:
            self.fail(f"\\{command} needs a delimiter that is not empty")
        return Sized(command, symbol)


_DIGITS = frozenset("0123456789")
_SPECIAL: dict[str, Callable[[_Reader], Node]] = {
    "{": _Reader.group,
    "\\frac": _Reader.fraction,
    "\\tfrac": _Reader.fraction,
    "\\binom": _Reader.binomial,
    "\\sqrt": _Reader.root,
    "\\text": _Reader.words,
    "\\not": _Reader.negated,
    "\\left": _Reader.fenced,
    **dict.fromkeys(symbols.ACCENTS, _Reader.accent),
    **dict.fromkeys(symbols.ALPHABETS, _Reader.name),
    **dict.fromkeys(symbols.SPACES, _Reader.space),
    **dict.fromkeys([size + side for size in symbols.SIZES for side in ("", "l", "r")], _Reader.sized),
}


def _known(token: str) -> Symbol | None:
    if token in symbols.COMMANDS:
        return Symbol(token, *symbols.COMMANDS[token])
    if token in symbols.CHARACTERS:
        return Symbol(token, *symbols.CHARACTERS[token])
    return Symbol(token, token, "letter") if token.isascii() and token.isalpha() else None


def _signs(items: Sequence[Node]) -> tuple[Node, ...]:
    """TeX's rule: a binary operator with nothing to join, such as the minus of (-1), is an ordinary symbol."""
    result: list[Node] = []
    for item in items:
        kind = _kind(item)
        before = next((_kind(other) for other in reversed(result) if not isinstance(other, Space)), "open")
        if kind == "binary" and before in ("open", "relation", "binary", "punctuation", "big", "limits", "function"):
            item = _ordinary(item)
        elif kind in ("relation", "punctuation", "close") and before == "binary":
            result[-1] = _ordinary(result[-1])
        result.append(item)
    if result and _kind(result[-1]) == "binary":
        result[-1] = _ordinary(result[-1])
    return tuple(result)


def _kind(node: Node) -> Kind | None:
    if isinstance(node, Sized):
        return node.symbol.kind
    if isinstance(node, Scripts):
        return _kind(node.base)
    return node.kind if isinstance(node, Symbol) else None


def _ordinary(node: Node) -> Node:
    if isinstance(node, Scripts):
        return replace(node, base=_ordinary(node.base))
    return replace(node, kind="ordinary") if isinstance(node, Symbol) else node
