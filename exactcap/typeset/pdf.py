"""A document as PDF, by the typst wheel: offline, with its own fonts, the same bytes every time."""

from __future__ import annotations

from collections.abc import Mapping

from exactcap.errors import InputError
from exactcap.typeset.document import Document, Figure
from exactcap.typeset.typst import typst_source


def pdf_bytes(document: Document, figures: Mapping[str, str]) -> bytes:
    """The PDF of a document; ``figures`` are the SVG texts of its figures by name.

    Raises InputError without the typst wheel, for prose that cannot be read, a document that does not fit its model,
    and figures that are missing or no SVG.
    """
    try:
        import typst
    except ImportError:
        raise InputError("a PDF needs the typst wheel: pip install 'exactcap[report]'") from None
    source = typst_source(document).encode()
    given: dict[str, str] = {}
    for block in document.blocks:
        if isinstance(block, Figure):
            if block.name not in figures:
                raise InputError(
                    f"the figure {block.name!r} of the document is not among those given: {sorted(figures)}"
                )
            given[block.name] = figures[block.name]
    try:
        return typst.compile(source, format="pdf", ignore_system_fonts=True, sys_inputs=given, timestamp=0)
    except typst.TypstError as error:
        raise InputError(f"typst cannot set the document: {error}") from None
