"""The numbers of a document's sections, tables and figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exactcap.typeset.document import Block, Figure, Heading, Table


def numbered(blocks: Sequence[Block]) -> Iterator[tuple[Block, str]]:
    """Every block with its number, "" where it has none. LaTeX and Typst count the same way.

    >>> [number for _, number in numbered([Heading(1, "A", "a"), Heading(2, "B", "b"), Heading(1, "C", "c")])]
    ['1', '1.1', '2']
    """
    section = subsection = tables = figures = 0
    for block in blocks:
        match block:
            case Heading(level=1):
                section, subsection = section + 1, 0
                yield block, str(section)
            case Heading():
                subsection += 1
                yield block, f"{section}.{subsection}"
            case Table():
                tables += 1
                yield block, str(tables)
            case Figure():
                figures += 1
                yield block, str(figures)
            case _:
                yield block, ""
