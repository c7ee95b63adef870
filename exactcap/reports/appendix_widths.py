"""Widths of columns: each as wide as its longest word, and the rest of the line for those with long cells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from exactcap.typeset.plain import plain_formula
from exactcap.typeset.prose import Code, Math, Span, pieces, spans

LINE, GAP = 112.0, 3.0  # widths of small letters: of the line, between columns
CAPITAL, CODE, FORMULA, HEAD = 1.5, 1.2, 1.2, 1.15  # of a capital, a character of code, one of a formula, bold print
WHOLE, SHORT = 16, 10  # characters of code that are not broken, digests and short names; of others in a line at least
LONGEST = 24.0  # of a formula in one piece; longer ones break at relations


def widths(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """The relative width of each column.

    >>> widths(("n", "in words"), [("1", "a sentence of several words")])
    (42, 300)
    """
    least, most = [], []
    for k, name in enumerate(columns):
        cells = [spans(row[k]) for row in rows]
        heads = [_size(word) * HEAD for span in spans(name) for word in _words(span)]
        words = [_size(word) for cell in cells for span in cell for word in _words(span)]
        least.append(max([*heads, *words, 1.0]))
        most.append(max([least[-1], *(sum(_size(_whole(span)) for span in cell) for cell in cells)]))
    room = LINE - GAP * (len(columns) - 1) - sum(least)
    wanted = sum(b - a for a, b in zip(least, most, strict=True))
    share = max(0.0, min(1.0, room / wanted)) if wanted else 0.0
    return tuple(round(10 * (a + share * (b - a) + GAP)) for a, b in zip(least, most, strict=True))


Word = tuple[str, float]


def _size(word: Word) -> float:
    text, factor = word
    return factor * (len(text) + (CAPITAL - 1) * sum(c.isupper() for c in text))


def _whole(span: Span) -> Word:
    if isinstance(span, Math):
        return re.sub(r"[_^{} ]", "", plain_formula(span.tree)), FORMULA
    return (span.text, CODE) if isinstance(span, Code) else (span.text, 1.0)


def _words(span: Span) -> list[Word]:
    """What is not broken: words, short formulas and names, digests, pieces of longer code."""
    text, factor = _whole(span)
    if isinstance(span, Math):
        return [(text[: round(LONGEST / factor)], factor)]
    if isinstance(span, Code):
        return [(text, CODE)] if len(text) <= WHOLE else [(piece, CODE) for piece in (*pieces(text), "x" * SHORT)]
    return [(word, 1.0) for word in re.split(r"(?<=-)|\s+", text)]
