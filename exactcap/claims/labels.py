"""The labels of a data table as targets of a network (SPEC-NETWORKS.md, N1)."""

from __future__ import annotations

from fractions import Fraction

import msgspec

SHOWN, LONGEST = 10, 20  # classes that a statement names, and letters of a name or a number


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

    def decision(self) -> str:
        """How an output decides the class, for a statement.

        >>> Classes(("a", "b"), (("1", "0"), ("0", "1")), (0,)).decision()
        "of 2 classes the one with the largest output: 'a', 'b'"
        """
        names = [ascii(name[:LONGEST]) for name in self.classes]
        if self.codes == tuple(tuple(str(int(k == j)) for j in range(len(names))) for k in range(len(names))):
            rule, each = "with the largest output", names
        else:
            rule = "whose code is nearest to the output"
            codes = [" ".join(c[:LONGEST] for c in code[:SHOWN]) for code in self.codes[:SHOWN]]
            each = [f"{name} = {code}" for name, code in zip(names, codes, strict=False)]
        more = ", ..." if len(names) > SHOWN else ""
        return f"of {len(names)} class{'es' if len(names) > 1 else ''} the one {rule}: {', '.join(each[:SHOWN])}{more}"


Labels = Numbers | Classes
