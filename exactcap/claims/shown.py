"""How a claim shows itself in a notebook: its statement, typeset; encodings do not know of it."""

from __future__ import annotations

import html
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from msgspec.structs import StructConfig


class Shown:
    """A mixin of the claims, for notebooks: the statement with its formulas, the family and its source."""

    __slots__ = ()

    if TYPE_CHECKING:
        __struct_config__: StructConfig

    def latex(self) -> str:
        """One sentence of LaTeX."""
        raise NotImplementedError

    def _repr_latex_(self) -> str:
        return self.latex()

    def _repr_html_(self) -> str:
        module = sys.modules[type(self).__module__]
        return card(f"Claim ({self.__struct_config__.tag})", self.latex(), [module.CITATION])


def card(heading: str, prose: str, notes: Sequence[str]) -> str:
    """A heading, a sentence with formulas, and lines of plain text, as HTML.

    >>> card("PROVED", "at most $2$", ["1 < 2"])[:43]
    '<div class="exactcap"><strong>PROVED</stron'
    """
    from exactcap.typeset.html import html_prose

    said = f'<div class="exactcap"><strong>{html.escape(heading)}</strong> {html_prose(prose)}'
    return said + "".join(f"<br><small>{html.escape(note)}</small>" for note in notes) + "</div>"
