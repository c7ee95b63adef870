r"""Prose: a string with formulas between dollars and code between backquotes, read into spans.

A dollar, backquote or backslash that is meant as such has a backslash before it: ``\$``. In code, only ``\``` and
``\\`` are read so; in formulas ``\$`` is a dollar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from exactcap.errors import InputError
from exactcap.typeset.characters import visible
from exactcap.typeset.tex import Row, formula

_FORMULA = re.compile(r"\$((?:[^$\\]|\\.)+)\$", re.DOTALL)
_CODE = re.compile(r"`((?:[^`\\]|\\.)*)`", re.DOTALL)
_TEXT = re.compile(r"(?:[^$`\\]|\\[$`\\])+")
_BREAKABLE = re.compile(r"[0-9a-f]{8}(?=[0-9a-f]{8})|[^\s/_=,:.-]{24}|[/_=,:.-]*[^\s/_=,:.-]*(?:[/_=,:.-]+|\s+|$)")


@dataclass(frozen=True)
class Text:
    text: str


@dataclass(frozen=True)
class Math:
    tree: Row


@dataclass(frozen=True)
class Code:
    text: str


Span = Text | Math | Code


def spans(prose: str) -> tuple[Span, ...]:
    """The spans of ``prose``. Raises InputError, with the place, for an unclosed dollar or backquote and bad formulas.

    >>> spans("at most $n$ units, `exactcap verify`")[2:]
    (Text(text=' units, '), Code(text='exactcap verify'))
    >>> spans("5 $")
    Traceback (most recent call last):
    ...
    exactcap.errors.InputError: the prose '5 $', character 3: a $ without its partner, or with nothing between the \
two; a character itself is written \\$
    """
    found: list[Span] = []
    at = 0
    while at < len(prose):
        if match := _TEXT.match(prose, at):
            found.append(Text(visible(re.sub(r"\\(.)", r"\1", match.group()))))
        elif match := _FORMULA.match(prose, at):
            found.append(Math(formula(match.group(1))))
        elif match := _CODE.match(prose, at):
            found.append(Code(visible(re.sub(r"\\([`\\])", r"\1", match.group(1)))))
        else:
            character = prose[at]
            reason = {
                "\\": "a \\ before an ordinary character, outside of a formula",
                "$": "a $ without its partner, or with nothing between the two",
            }.get(character, f"a {character} without its partner")
            raise InputError(
                f"the prose {prose!r}, character {at + 1}: {reason}; a character itself is written \\{character}"
            )
        at = match.end()
    return tuple(found)


def typographic(found: tuple[Span, ...]) -> tuple[Span, ...]:
    """The spans of prose with curly quotes and apostrophes in their text, for paper and pages.

    >>> typographic(spans("Cover's 'theorem'"))
    (Text(text='Cover’s ‘theorem’'),)
    """
    return tuple(Text(_curly(span.text, at == 0)) if isinstance(span, Text) else span for at, span in enumerate(found))


def _curly(text: str, first: bool) -> str:
    """Quotes open at the start of the prose, after spaces and after brackets; else they close."""
    text = re.sub(r"(?<=[\s(\[–—])['\"]", lambda match: "“" if match.group() == '"' else "‘", text)
    if first and text[:1] in ("'", '"'):
        text = ("“" if text[0] == '"' else "‘") + text[1:]
    return text.replace('"', "”").replace("'", "’")


def literal(text: str) -> str:
    r"""Prose that says ``text`` and nothing else.

    >>> literal("5 $ and `x`")
    '5 \\$ and \\`x\\`'
    """
    return re.sub(r"([$`\\])", r"\\\1", text)


def code(text: str) -> str:
    """Prose that shows ``text`` as code.

    >>> code("exactcap verify")
    '`exactcap verify`'
    """
    return "`" + re.sub(r"([`\\])", r"\\\1", text) + "`"


def displayed(prose: str) -> tuple[Row, str] | None:
    """The formula, and the punctuation after it, of prose that is one formula and nothing else: it is set on display.

    >>> displayed("$x$ is"), displayed("$x$.")[1]
    (None, '.')
    """
    found = spans(prose)
    if len(found) in (1, 2) and isinstance(found[0], Math):
        rest = found[1].text if len(found) == 2 and isinstance(found[1], Text) else "" if len(found) == 1 else None
        if rest is not None and rest.strip() in ("", ".", ",", ";", ":"):
            return found[0].tree, rest.strip()
    return None


def pieces(code: str) -> tuple[str, ...]:
    """Code in pieces, between which a line may be broken: digests after eight digits, paths after a slash or hyphen.

    >>> pieces("proofs/found/wine.jsonl")
    ('proofs/', 'found/', 'wine.', 'jsonl')
    """
    return tuple(piece for piece in _BREAKABLE.findall(visible(code)) if piece)
