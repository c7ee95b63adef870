"""A document as Typst: a title page, a table of contents, numbered pages with running heads."""

from __future__ import annotations

from collections.abc import Sequence

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
from exactcap.typeset.plain import plain
from exactcap.typeset.prose import Code, Math, Span, displayed, pieces, spans, typographic
from exactcap.typeset.typst_math import quoted, typst_formula

LONG = 2500  # characters of a statement that may go on on the next page
FIRST = 2  # rows of a table that stay on the page of its header

_STYLE = """
#let soft = luma(38%)
#let code(size: 0.86em, ..pieces) = text(font: "DejaVu Sans Mono", size: size, hyphenate: false,
  pieces.pos().join(h(0pt)))
#let badge(body) = box(fill: luma(92%), radius: 1em, inset: (x: 0.55em), outset: (y: 0.3em),
  text(size: 0.78em, fill: soft, body))
#let statement(kind, name, label, long, ..paragraphs) = block(width: 100%, breakable: long, fill: luma(97%),
  inset: (x: 1em, y: 0.9em), stroke: (left: 1.6pt + luma(78%)), above: 1.2em, below: 1.2em, {
    block(sticky: true, below: 0.9em, grid(columns: (1fr, auto), column-gutter: 1em, [#strong(kind)#name], label))
    for paragraph in paragraphs.pos() { block(width: 100%, above: 0.9em, below: 0.9em, paragraph) }
  })
#let commands(..lines) = block(width: 100%, breakable: lines.pos().flatten().len() > 20, fill: luma(95.5%), radius: 2pt,
  inset: 0.8em, above: 1.1em, below: 1.1em, {
  set par(justify: false, hanging-indent: 2em, leading: 0.5em, spacing: 0.6em)
  for command in lines.pos() { block(breakable: false, above: 0.6em, below: 0.6em, for line in command { par(line) }) }
})
#let picture(name, words) = image(
  if name in sys.inputs { bytes(sys.inputs.at(name)) } else { name + ".svg" }, format: "svg", alt: words)
#set page(paper: "a4", margin: (x: 27mm, top: 30mm, bottom: 28mm))
#set text(font: "New Computer Modern", size: 10.5pt, lang: "en")
#show math.equation: set text(font: "New Computer Modern Math")
#set par(justify: true, leading: 0.62em, spacing: 1em)
#set heading(numbering: "1.1")
#show heading: set par(justify: false)
#show heading.where(level: 1): set block(above: 2.4em, below: 1em)
#show heading.where(level: 1): set text(size: 1.15em)
#show heading.where(level: 2): set block(above: 1.7em, below: 0.8em)
#show figure.where(kind: table): set figure.caption(position: top)
#show figure.where(kind: table): set block(breakable: true)
#set figure(gap: 0.9em)
#show figure: set block(above: 1.5em, below: 1.5em)
#show figure.caption: it => block(width: 100%, sticky: it.kind == table, text(size: 0.9em, fill: soft, align(left, it)))
#show table: set text(size: 0.82em, hyphenate: false)
#show table: set par(justify: false, leading: 0.6em)
#show table: set align(left)
#set table(stroke: none, inset: (x: 0pt, y: 0.55em))
#set image(fit: "contain")
""".strip()

_RUNNING = """
#set page(numbering: "1", header: context {
  let page = here().page()
  let all = query(heading.where(level: 1, outlined: true))
  let before = all.filter(it => it.location().page() <= page)
  if before.len() > 0 and not all.any(it => it.location().page() == page and it.location().position().y < 45mm) {
    block(width: 100%, stroke: (bottom: 0.4pt + luma(70%)), inset: (bottom: 0.5em),
      text(size: 0.85em, fill: soft, style: "italic", before.last().body))
  }
})
#counter(page).update(1)
""".strip()


def typst_source(document: Document) -> str:
    """The source of the document; it reads each figure from NAME.svg beside it, or from ``sys.inputs``.

    Raises InputError for prose that cannot be read and a document that does not fit its model.
    """
    check(document)
    return "\n".join(
        [
            f"#set document(title: {quoted(plain(document.title))}, date: none)",
            _STYLE,
            _title(document),
            _RUNNING,
            "#{",
            "  show outline.entry.where(level: 1): set block(above: 1em)",
            "  show outline.entry.where(level: 1): strong",
            "  outline(indent: 1.5em, depth: 2)",
            "}",
            "#pagebreak()",
            *(_block(block) for block in document.blocks),
            "",
        ]
    )


def _title(document: Document) -> str:
    facts = "".join(f"    text(fill: soft, {_content(name)}), {_content(prose)},\n" for name, prose in document.facts)
    return "\n".join(
        [
            "#page(numbering: none, header: none, {",
            "  set par(justify: false)",
            "  v(22%)",
            f"  text(size: 2.3em, weight: 600, {_content(document.title)})",
            "  v(0.3em)",
            f'  text(size: 1.25em, style: "italic", fill: soft, {_content(document.subtitle)})',
            "  v(2.5em)",
            "  line(length: 100%, stroke: 0.4pt + luma(70%))",
            f"  grid(columns: (auto, 1fr), column-gutter: 1.8em, row-gutter: 0.9em,\n{facts}  )",
            "})",
        ]
    )


def _content(prose: str) -> str:
    """Prose as a content block of Typst."""
    return f"[{''.join(_span(span) for span in typographic(spans(prose)))}]"


def _paragraph(prose: str) -> str:
    shown = displayed(prose)
    if shown is None:
        return _content(prose)
    after = f'class("punctuation", \\{shown[1]})' if shown[1] else ""
    return f"[$ {typst_formula(shown[0])}{after} $]"


def _span(span: Span) -> str:
    if isinstance(span, Math):
        return f"${typst_formula(span.tree)}$"
    return f"#{_code(span.text)};" if isinstance(span, Code) else f"#{quoted(span.text)};"


def _code(text: str) -> str:
    return f"code({', '.join(quoted(piece) for piece in pieces(text))})"


def _block(block: Block) -> str:
    match block:
        case Heading(level=level, prose=prose, anchor=anchor):
            return f"#[#heading(level: {level}, {_content(prose)})#label({quoted(anchor)})]"
        case Paragraph(prose=prose):
            return f"#par({_paragraph(prose)})" if displayed(prose) is None else f"#{_paragraph(prose)}"
        case Bullets(items=items):
            return f"#list({', '.join(_content(item) for item in items)})"
        case Statement():
            return _statement(block)
        case Table():
            return _table(block)
        case Figure(name=name, caption=caption, words=words):
            return f"#figure(picture({quoted(name)}, {quoted(plain(words))}), caption: {_content(caption)})"
        case Commands(lines=lines):
            return f"#commands({', '.join(_command(command) for command in _commands(lines))})"


def _commands(lines: Sequence[str]) -> list[list[str]]:
    """The lines of each command: one that ends with a backslash goes on."""
    found: list[list[str]] = [[]]
    for line in lines:
        found[-1].append(line)
        if not line.endswith("\\"):
            found.append([])
    return [command for command in found if command]


def _command(lines: Sequence[str]) -> str:
    return f"({', '.join(_code(line) for line in lines)},)"


def _statement(statement: Statement) -> str:
    name = f"[ ({_content(statement.name)[1:-1]})]" if statement.name else "[]"
    badge = f"badge({_content(statement.label)})" if statement.label else "[]"
    paragraphs = "".join(f",\n  {_paragraph(prose)}" for prose in statement.paragraphs)
    is_long = sum(map(len, statement.paragraphs)) > LONG
    words = f"{_content(statement.kind)}, {name}, {badge}, {str(is_long).lower()}{paragraphs}"
    return f"#[#statement({words})#label({quoted(statement.anchor)})]"


def _table(table: Table) -> str:
    columns = ", ".join(f"{width}fr" for width in table.widths)
    head = ", ".join(f"strong({_content(column)})" for column in table.columns)
    rule = "  table.hline(stroke: 0.3pt + luma(80%)),\n"
    together = min(FIRST, len(table.rows))  # an invisible cell at their ends keeps these rows on the page of the header
    ends = [f"table.cell(rowspan: {together}, breakable: false)[],", *[""] * (together - 1)] if together else []
    ends += ["[],"] * (len(table.rows) - together)
    rows = rule.join(
        "  " + "".join(f"{_content(cell)}, " for cell in row) + f"{end}\n"
        for row, end in zip(table.rows, ends, strict=True)
    )
    gutters = "0.8em, " * (len(table.columns) - 1) + "0pt,"
    return (
        f"#figure(kind: table, caption: {_content(table.caption)}, table(columns: ({columns}, 0pt),\n"
        f"  column-gutter: ({gutters}),\n"
        f"  table.hline(stroke: 0.8pt), table.header({head}, [], table.hline(stroke: 0.4pt)),\n"
        f"{rows}  table.hline(stroke: 0.8pt)))"
    )
