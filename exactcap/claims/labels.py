"""The labels of a data table as targets of a network (SPEC-NETWORKS.md, N1)."""

from __future__ import annotations

from fractions import Fraction

import msgspec


class Numbers(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="numbers"):
    """A rational number for each row; the target of row i is the vector with that one entry."""

    values: tuple[str, ...]

    def targets(self) -> list[tuple[Fraction, ...]]:
        """The targets, row by row."""
        return [(Fraction(value),) for value in self.values]

    def text(self) -> str:
        """A phrase for people."""
        return "labels are numbers"


class Classes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="classes"):
    """A class for each row, by its position in ``classes``; the target of row i is the code of its class.

    >>> Classes(("no", "yes"), (("-1",), ("1",)), (1, 0)).targets()
    [(Fraction(1, 1),), (Fraction(-1, 1),)]
    """

    classes: tuple[str, ...]
    codes: tuple[tuple[str, ...], ...]
    values: tuple[int, ...]

    def targets(self) -> list[tuple[Fraction, ...]]:
        """The targets, row by row."""
        codes = [tuple(map(Fraction, code)) for code in self.codes]
        return [codes[k] for k in self.values]

    def text(self) -> str:
        """A phrase for people."""
        count = len(self.classes)
        outputs = f" by {len(self.codes[0])} outputs" if len(self.codes[0]) > 1 else ""
        return f"{count} class{'es' if count > 1 else ''}{outputs}"


Labels = Numbers | Classes
