"""A document as one self-contained HTML page: native MathML, no script, nothing loaded from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape

from exactcap.errors import InputError
from exactcap.typeset.characters import visible
from exactcap.typeset.document import (
    Block,
    Bullets,
    Commands,
    Document,
    Figure,
    Heading,
    Paragraph,
    Statement,
    Table,
    check,
)
from exactcap.typeset.mathml import inline, mathml
from exactcap.typeset.outline import numbered
from exactcap.typeset.plain import plain
from exactcap.typeset.prose import Code, Math, Span, displayed, pieces, spans, typographic
from exactcap.typeset.style import STYLE
from exactcap.typeset.svg import inlined

_TIED = re.compile(r"([(\[“‘]*)(<math>(?:(?!</math>).)*</math>)([-,.;:!?)\]”’]*)", re.DOTALL)
"""A formula with the brackets and punctuation that no line break may tear off: browsers break before and after it."""


def html_prose(prose: str) -> str:
    """Prose as HTML text. Raises InputError where it cannot be read.

    >>> html_prose("$n$ < 5, `x & y`")
    '<math><mi>n</mi></math> &lt; 5, <code>x <wbr>&amp; <wbr>y</code>'
    """
    written = "".join(_span(span) for span in typographic(spans(prose)))
    return _TIED.sub(lambda match: match.group() if match.group(1, 3) == ("", "") else _tied(match.group()), written)


def html_page(document: Document, figures: Mapping[str, str]) -> str:
    """The page of a document; ``figures`` are the SVG texts of its figures by name.

    Raises InputError for prose that cannot be read, a document that does not fit its model, and figures that are
    missing or no SVG.
    """
    check(document)
    title = escape(plain(document.title))
    facts = "".join(f"<dt>{html_prose(name)}</dt><dd>{html_prose(prose)}</dd>\n" for name, prose in document.facts)
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{title}</title>",
            f'<meta name="description" content="{escape(plain(document.subtitle) or title)}">',
            f"<style>\n{STYLE}\n</style>",
            "</head>",
            "<body>",
            "<header>",
            f"<h1>{html_prose(document.title)}</h1>",
            *([f'<p class="subtitle">{html_prose(document.subtitle)}</p>'] if document.subtitle else []),
            *([f"<dl>\n{facts}</dl>"] if facts else []),
            "</header>",
            *_contents(document),
            "<main>",
            *(_block(block, number, figures) for block, number in numbered(document.blocks)),
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _span(span: Span) -> str:
    if isinstance(span, Math):
        return inline(span.tree)
    if isinstance(span, Code):
        return f"<code>{'<wbr>'.join(escape(piece) for piece in pieces(span.text))}</code>"
    return escape(span.text)


def _tied(text: str) -> str:
    return f'<span style="white-space: nowrap">{text}</span>'


def _paragraph(prose: str) -> str:
    shown = displayed(prose)
    if shown is None:
        return f"<p>{html_prose(prose)}</p>"
    tree, after = shown
    return mathml(tree, display=True, after=after)


def _contents(document: Document) -> Iterator[str]:
    """The table of contents: sections, and their subsections below them."""
    headings = [(block, number) for block, number in numbered(document.blocks) if isinstance(block, Heading)]
    if not headings:
        return
    yield '<nav aria-labelledby="contents-of-this-page">\n<h2 id="contents-of-this-page">Contents</h2>\n<ol>'
    depth = 1
    for at, (heading, number) in enumerate(headings):
        if heading.level > depth:
            yield "<ol>" if at else "<li><ol>"
        elif at:
            yield "</li>" + "</ol></li>" * (depth - heading.level)
        depth = heading.level
        yield f'<li><a href="#{heading.anchor}"><span class="number">{number}</span>{html_prose(heading.prose)}</a>'
    yield "</li>" + "</ol></li>" * (depth - 1) + "\n</ol>\n</nav>"


def _block(block: Block, number: str, figures: Mapping[str, str]) -> str:
    match block:
        case Heading(level=level, prose=prose, anchor=anchor):
            name = f"h{level + 1}"
            return f'<{name} id="{anchor}"><span class="number">{number}</span>{html_prose(prose)}</{name}>'
        case Paragraph(prose=prose):
            return _paragraph(prose)
        case Bullets(items=items):
            return "<ul>\n" + "".join(f"<li>{html_prose(item)}</li>\n" for item in items) + "</ul>"
        case Statement():
            return _statement(block)
        case Table():
            return _table(block, number)
        case Figure():
            return _figure(block, number, figures)
        case Commands(lines=lines):
            return f'<pre tabindex="0"><code>{escape(chr(10).join(visible(line) for line in lines))}</code></pre>'


def _statement(statement: Statement) -> str:
    name = f" ({html_prose(statement.name)})" if statement.name else ""
    badge = f'<span class="badge">{html_prose(statement.label)}</span>' if statement.label else ""
    return "\n".join(
        [
            f'<section class="statement" id="{statement.anchor}">',
            f'<p class="head"><span><strong>{html_prose(statement.kind)}</strong>{name}</span>{badge}</p>',
            *(_paragraph(prose) for prose in statement.paragraphs),
            "</section>",
        ]
    )


def _table(table: Table, number: str) -> str:
    total = sum(table.widths)
    columns = "".join(f'<col style="width: {100 * width / total:.1f}%">' for width in table.widths)
    head = "".join(f'<th scope="col">{html_prose(column)}</th>' for column in table.columns)
    rows = "".join("<tr>" + "".join(f"<td>{html_prose(cell)}</td>" for cell in row) + "</tr>\n" for row in table.rows)
    return "\n".join(
        [
            '<figure class="table wide">',
            f"<figcaption>Table {number}. {html_prose(table.caption)}</figcaption>",
            f'<div class="scroll" tabindex="0" role="region" aria-label="Table {number}">',
            f"<table>\n<colgroup>{columns}</colgroup>",
            f"<thead><tr>{head}</tr></thead>",
            f"<tbody>\n{rows}</tbody>",
            "</table>\n</div>\n</figure>",
        ]
    )


def _figure(figure: Figure, number: str, figures: Mapping[str, str]) -> str:
    if figure.name not in figures:
        raise InputError(f"the figure {figure.name!r} of the document is not among those given: {sorted(figures)}")
    label = escape(plain(figure.words))
    return "\n".join(
        [
            '<figure class="picture wide">',
            f'<div class="plate" role="img" aria-label="{label}">{inlined(figure.name, figures[figure.name])}</div>',
            f"<figcaption>Figure {number}. {html_prose(figure.caption)}</figcaption>",
            "</figure>",
        ]
    )
