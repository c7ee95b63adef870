"""The labels that a claim states for the rows of its table, as targets of a network (SPEC-NETWORKS.md, N1)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .reader import Rejected, array, fields, integer_between, rational
from .table import number, same_label

MAX_OUTPUTS = 1000
SHOWN, LONGEST = 10, 20  # classes that a statement names, and letters of a name or a number

Target = tuple[Fraction, ...]


@dataclass(frozen=True)
class Labels:
    """The target of each row; `classes` holds the name of each row's class, or is None when labels are numbers.

    The target of row i is then `codes[chosen[i]]`.
    """

    targets: tuple[Target, ...]
    names: tuple[str, ...]
    classes: tuple[str, ...] | None = None
    codes: tuple[Target, ...] = ()
    chosen: tuple[int, ...] = ()

    def outputs(self) -> int:
        """The entries of a target."""
        return len(self.targets[0])

    def text(self) -> str:
        if self.classes is None:
            return "labels are numbers"
        outputs = f" by {self.outputs()} outputs" if self.outputs() > 1 else ""
        return f"{len(self.names)} class{'es' if len(self.names) > 1 else ''}{outputs}"

    def decision(self) -> str:
        """How an output decides the class, with the names as Python writes them, so that no name hides or adds words.

        >>> Labels((), ("a", "b"), (), ((Fraction(-1),), (Fraction(1, 2),)), ()).decision()
        "of 2 classes the one whose code is nearest to the output: 'a' = -1, 'b' = 1/2"
        """
        names = [ascii(name[:LONGEST]) for name in self.names]
        units = tuple(tuple(Fraction(k == j) for j in range(len(names))) for k in range(len(names)))
        if self.codes == units:
            rule, each = "with the largest output", names
        else:
            rule = "whose code is nearest to the output"
            codes = [" ".join(str(c)[:LONGEST] for c in code[:SHOWN]) for code in self.codes[:SHOWN]]
            each = [f"{name} = {code}" for name, code in zip(names, codes, strict=False)]
        more = ", ..." if len(names) > SHOWN else ""
        return f"of {len(names)} class{'es' if len(names) > 1 else ''} the one {rule}: {', '.join(each[:SHOWN])}{more}"

    def agree(self, i: int, cell: str) -> bool:
        """Whether the text is the label of row i: the same number, or the name of its class."""
        if self.classes is not None:
            return same_label(self.classes[i], cell)
        try:
            return number(cell, "") == self.targets[i][0]
        except Rejected:
            return False


def parse_labels(value: Any, n: int) -> Labels:
    """Labels for n rows: numbers, or classes with their codes."""
    where = "claim, labels"
    if type(value) is dict and value.get("kind") == "numbers":
        _, values = fields(value, ("kind", "values"), where)
        return Labels(tuple((rational(item, where),) for item in array(values, where, n)), ())
    names, codes_line, kind, values = fields(value, ("classes", "codes", "kind", "values"), where)
    if kind != "classes":
        raise Rejected(f"{where}: the kind is neither numbers nor classes")
    names = array(names, where)
    if not names or not all(type(name) is str and name for name in names) or len(set(names)) != len(names):
        raise Rejected(f"{where}: classes are different names")
    # a label that is a number belongs to one class only; canonical texts, since hashes of numbers are made to collide
    if len({_canonical(name) for name in names}) != len(names):
        raise Rejected(f"{where}: two classes are the same number")
    codes_line = array(codes_line, where, len(names))
    outputs = len(array(codes_line[0], where))
    if not 1 <= outputs <= MAX_OUTPUTS:
        raise Rejected(f"{where}: a code has between 1 and {MAX_OUTPUTS} entries")
    codes = [tuple(rational(item, where) for item in array(code, where, outputs)) for code in codes_line]
    if len({tuple(code) for code in codes_line}) != len(names):
        raise Rejected(f"{where}: two classes have one code")
    chosen = [integer_between(k, 0, len(names) - 1, where) for k in array(values, where, n)]
    targets, own_names = tuple(codes[k] for k in chosen), tuple(names[k] for k in chosen)
    return Labels(targets, tuple(names), own_names, tuple(codes), tuple(chosen))


def _canonical(name: str) -> tuple[bool, str]:
    try:
        return True, str(number(name, ""))
    except Rejected:
        return False, name
