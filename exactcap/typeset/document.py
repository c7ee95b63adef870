r"""The document model: what a page says, and nothing of how it looks.

Every text but an anchor, a figure's name and a command is prose: a string with formulas of the LaTeX subset of
``exactcap.typeset.tex`` between dollars, and code between backquotes: "at most $\lceil n/d\rceil$ units,
`exactcap verify` checks it". A dollar, backquote or backslash itself has a backslash before it; text that comes from
elsewhere goes through ``exactcap.typeset.prose.literal`` or ``code``. A paragraph that is one formula, and perhaps a
full stop or comma after it, is set on display.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from exactcap.errors import InputError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Heading:
    """``level`` 1 is a section, 2 a subsection; ``anchor`` is its name for links, unique in the document."""

    level: int
    prose: str
    anchor: str


@dataclass(frozen=True)
class Paragraph:
    prose: str


@dataclass(frozen=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """A theorem, prediction, or the like: ``kind`` "Theorem", ``name`` in brackets after it, then paragraphs of prose.

    ``label`` is a short word in a badge, for example "reconstructed".
    """

    kind: str
    name: str
    label: str
    paragraphs: tuple[str, ...]
    anchor: str


@dataclass(frozen=True)
class Table:
    """Rows of prose under ``columns``; ``widths`` are relative widths of the columns. It may be pages long."""

    caption: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Figure:
    """A picture by the stem of its files (.svg, .pdf); ``words`` say what is to be seen, for those who cannot."""

    name: str
    caption: str
    words: str


@dataclass(frozen=True)
class Commands:
    """Lines for a shell, no prose: set as they are, each on a line of its own."""

    lines: tuple[str, ...]


Block = Heading | Paragraph | Bullets | Statement | Table | Figure | Commands


@dataclass(frozen=True)
class Document:
    """A title page (title, subtitle, pairs of a name and prose such as version and digest), and blocks."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]


def check(document: Document) -> None:
    """Raise InputError unless every output can write ``document``: its anchors, figures and tables fit the model.

    >>> check(Document("t", "", (), (Heading(1, "One", "a b"),)))
    Traceback (most recent call last):
    ...
    exactcap.errors.InputError: the anchor 'a b' of a document has to be letters, digits and . _ -
    """
    seen: set[str] = set()
    for block in document.blocks:
        if isinstance(block, Heading | Statement):
            _name("anchor", block.anchor)
            if block.anchor in seen:
                raise InputError(f"the anchor {block.anchor!r} of a document is there twice; give each its own")
            seen.add(block.anchor)
        if isinstance(block, Heading) and block.level not in (1, 2):
            raise InputError(f"the heading {block.prose!r} of a document has level {block.level}, not 1 or 2")
        if isinstance(block, Figure):
            _name("figure", block.name)
        if isinstance(block, Table):
            _table(block)


def _name(kind: str, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise InputError(f"the {kind} {name!r} of a document has to be letters, digits and . _ -")


def _table(table: Table) -> None:
    size = len(table.columns)
    if len(table.widths) != size or not size or min(table.widths) < 1:
        raise InputError(f"the table {table.caption!r} has {size} columns but the widths {table.widths}")
    for row in table.rows:
        if len(row) != size:
            raise InputError(f"the table {table.caption!r} has {size} columns but the row {row}")
