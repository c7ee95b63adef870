"""The appendix of a paper, or the whole proof book, as a document: theorems with their instances, claims, and trust."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count

from exactcap.reports.appendix_records import Book, Case, anchor, verdict_counts
from exactcap.reports.appendix_tables import tables
from exactcap.reports.appendix_widths import widths
from exactcap.reports.appendix_words import how_to_read, trust
from exactcap.theorems.catalogue import papers, theorems
from exactcap.theorems.theorem import Paper, Theorem
from exactcap.typeset.document import Block, Document, Figure, Heading, Paragraph, Statement, Table
from exactcap.typeset.prose import code, literal

Pictures = Mapping[str, Sequence[Figure]]
"""Figures by the id of the theorem, or the key of the section, that they belong to."""


@dataclass(frozen=True)
class Section:
    """A paper with those of its theorems that are shown, or (``paper`` None) claims that are about no theorem.

    ``instances`` are claims by theorem; ``further`` are claims that are instances of none.
    """

    key: str
    title: str
    paper: Paper | None
    theorems: tuple[Theorem, ...]
    instances: Mapping[str, Sequence[Case]]
    further: Sequence[Case]

    def cases(self) -> list[Case]:
        """All claims of the section."""
        of_theorems = [case for theorem in self.theorems for case in self.instances.get(theorem.identifier, ())]
        return [*of_theorems, *self.further]


def sections(book: Book) -> list[Section]:
    """The papers in the order of the registry, then the files with claims that are instances of no theorem.

    A paper is there with the theorems of which there is a claim, wherever that stands: the name of a file says nothing.
    When each of its theorems that can be instantiated has one, those that cannot are shown, too; and when that is so of
    all papers, also the papers without instances.
    """
    instances: dict[str, list[Case]] = {theorem.identifier: [] for theorem in theorems() if not theorem.why_not}
    for case in book.cases():
        instances.get(case.theorem, []).append(case)
    is_whole = all(instances.values())
    found = []
    for paper in papers():
        own = tuple(theorem for theorem in theorems() if theorem.paper.key == paper.key)
        certified = tuple(theorem for theorem in own if instances.get(theorem.identifier))
        is_complete = bool(certified) and all(theorem in certified for theorem in own if not theorem.why_not)
        shown = own if is_whole or is_complete else certified
        if shown:
            found.append(Section(paper.key, paper.short, paper, shown, instances, ()))
    for chapter in book.chapters:
        further = [case for case in chapter.cases if case.theorem not in instances]
        if further:
            key = _new(f"claims-{anchor(chapter.key)}", {section.key for section in found})
            found.append(Section(key, literal(chapter.title), None, (), {}, further))
    return found


def _new(key: str, taken: Collection[str]) -> str:
    """The key, with the first number that makes it a new one."""
    return next(name for name in chain([key], (f"{key}-{k}" for k in count(2))) if name not in taken)


def document(book: Book, pictures: Pictures, date: str) -> Document:
    """The document of a book; ``date`` may be empty."""
    told = sections(book)
    body = [block for section in told for block in _section(section, pictures)]
    forms = {theorem.form for section in told for theorem in section.theorems}
    blocks: list[Block] = [*how_to_read(book, forms, body)]
    if len(told) > 1:
        columns = ("section", "theorems", "claims", "verdicts")
        rows = tuple(_row(section) for section in told)
        blocks.append(Table("The sections at a glance.", columns, widths(columns, rows), rows))
    return Document("Certified claims", literal(_subtitle(book)), _facts(book, date), (*blocks, *body, *trust(book)))


def _row(section: Section) -> tuple[str, ...]:
    cases = section.cases()
    return section.title, str(len(section.theorems) or "–"), str(len(cases)), verdict_counts(iter(cases)) or "–"


def _subtitle(book: Book) -> str:
    return book.chapters[0].title if len(book.chapters) == 1 else f"All claims of the folder {book.name}"


def _facts(book: Book, date: str) -> tuple[tuple[str, str], ...]:
    facts = (
        ("exactcap", book.version),
        ("Claims", verdict_counts(book.cases())),
        ("Certificates", f"{len(list(book.checked()))}, format version 1, all accepted by the independent checker"),
        ("Digest of all", code(book.digest())),
    )
    return (*facts, ("Date", literal(date))) if date else facts


def _section(section: Section, pictures: Pictures) -> Iterator[Block]:
    yield Heading(1, section.title, section.key)
    if section.paper:
        yield Paragraph(f"{section.paper.authors}: {section.paper.title}. {section.paper.reference}.")
        yield Paragraph(_line(section.paper.about))
    for theorem in section.theorems:
        if not theorem.why_not:
            yield from _theorem(theorem)
            yield from tables(section.instances.get(theorem.identifier, []), with_arguments=False)
            yield from pictures.get(theorem.identifier, ())
    without = [theorem for theorem in section.theorems if theorem.why_not]
    if without:
        rows = tuple((_named(t), _known(t), _line(t.why_not)) for t in without)
        caption = "Not instantiable here: nothing is certified, and nothing is said against these statements."
        names = ("result", "as far as it is known to us", "why there is no instance")
        yield Table(caption, names, (24, 38, 38), rows)
    yield from tables(section.further, with_arguments=True)
    yield from pictures.get(section.key, ())


def _theorem(theorem: Theorem) -> Iterator[Block]:
    kind = "Prediction" if theorem.form == "prediction" else theorem.number or "Theorem"
    name = f"{_named(theorem) if kind == 'Prediction' else theorem.title}; {code(theorem.identifier)}"
    assumed = [f"Hypotheses: {_line('; '.join(theorem.hypotheses))}."] if theorem.hypotheses else []
    paragraphs = (*assumed, _line(theorem.conclusion))
    yield Statement(kind, name, theorem.form, paragraphs, theorem.identifier)
    yield Paragraph(f"What is certified: {theorem.direction}. Proof idea: {_line(theorem.idea)}")
    yield Paragraph(f"Why the evidence suffices: {_line(theorem.evidence)}")


def _known(theorem: Theorem) -> str:
    """What is known of a theorem, in one cell."""
    assumed = "; ".join(theorem.hypotheses)
    return _line(f"{assumed}: {theorem.conclusion}" if assumed else theorem.conclusion)


def _named(theorem: Theorem) -> str:
    return f"{theorem.number}: {theorem.title}" if theorem.number else theorem.title


def _line(prose: str) -> str:
    return " ".join(prose.split())
