"""The claim line: its parts, validated, and the statement that it makes (SPEC.md, section 2)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .activations import Activation, activation
from .reader import Rejected, array, fields, increasing, integer_between, rational

MAX_SAMPLES = 20000
MAX_INPUTS = 20000
MAX_WIDTH = 2**53 - 1
MAX_ROW = 2**53 - 1


@dataclass(frozen=True)
class Inputs:
    """The inputs of a claim: a table with exact values, or generic ones (then the table's parts are empty).

    n_samples = 0 stands for functions instead of points, in claims about ranks.
    """

    n_samples: int
    n_inputs: int
    is_table: bool
    columns: tuple[str, ...] = ()
    label: str = ""
    rows: tuple[int, ...] = ()
    values: tuple[tuple[Fraction, ...], ...] = ()
    merged: tuple[tuple[int, int], ...] = ()

    def text(self) -> str:
        if self.n_samples == 0:
            return f"as functions on R^{self.n_inputs}"
        if not self.is_table:
            return f"{self.n_samples} generic inputs in R^{self.n_inputs}"
        merged = f", copies merged: {len(self.merged)}" if self.merged else ""
        return f"{self.n_samples} distinct rows of {self.n_inputs} columns{merged}"


@dataclass(frozen=True)
class Claim:
    """A claim of family interpolation or obstruction; `at_most` is None unless it is the latter."""

    family: str
    activation: Activation
    inputs: Inputs
    width: int
    at_most: int | None

    def statement(self) -> str:
        n, network = self.inputs.n_samples, f"two-layer {self.activation.text()} network of width {self.width}"
        if self.family == "interpolation":
            scope = "" if self.inputs.is_table else "outside a set of inputs of measure zero, "
            return f"{scope}for every y in R^{n} some {network} takes the value y_i at input i ({self.inputs.text()})"
        scope = "the" if self.inputs.is_table else "whatever the inputs, the"
        where = f"{n} rows" if self.inputs.is_table else f"{n} inputs"
        return (
            f"{scope} label vectors that a {network} can take on more than {self.at_most} of the {where} "
            f"have measure zero ({self.inputs.text()})"
        )


def _name(value: Any, where: str) -> str:
    if type(value) is not str or not 1 <= len(value) <= 200 or not value.isprintable():
        raise Rejected(f"{where}: a name is 1 to 200 printable characters")
    return value


def _table(value: Any) -> Inputs:
    keys = ("columns", "kind", "label", "merged", "rows", "values")
    column_names, _, label, merged_rows, row_numbers, table = fields(value, keys, "claim, inputs")
    columns = tuple(_name(item, "claim, columns") for item in array(column_names, "claim, columns"))
    n, d = len(array(table, "claim, values")), len(columns)
    if not 1 <= n <= MAX_SAMPLES or not 1 <= d <= MAX_INPUTS:
        raise Rejected(f"claim, values: between 1 and {MAX_SAMPLES} rows, and 1 and {MAX_INPUTS} columns")
    if len({*columns, _name(label, "claim, label")}) != d + 1:
        raise Rejected("claim, columns: two columns have one name")
    rows = increasing(row_numbers, 1, MAX_ROW, "claim, rows", n)
    pairs = [array(pair, "claim, merged", 2) for pair in array(merged_rows, "claim, merged")]
    copies = increasing([copy for copy, _ in pairs], 1, MAX_ROW, "claim, merged")
    originals = [integer_between(row, 1, MAX_ROW, "claim, merged") for _, row in pairs]
    named = set(rows)
    if any(copy in named or row not in named or row > copy for copy, row in zip(copies, originals, strict=True)):
        raise Rejected("claim, merged: each pair is a row that is not listed and an earlier one that is")
    values = tuple(tuple(rational(cell, "claim, values") for cell in array(row, "claim, values", d)) for row in table)
    # canonical strings, equal only for equal numbers: a Fraction's hash is easily made to collide, a string's is not
    if len({tuple(row) for row in table}) != n:
        raise Rejected("claim, values: two rows are equal, so not every label vector can be taken")
    return Inputs(n, d, True, columns, label, tuple(rows), values, tuple(zip(copies, originals, strict=True)))


def parse_inputs(value: Any) -> Inputs:
    """A table, or generic inputs."""
    if type(value) is dict and value.get("kind") == "table":
        return _table(value)
    kind, d, n = fields(value, ("kind", "n_inputs", "n_samples"), "claim, inputs")
    if kind != "generic":
        raise Rejected("claim, inputs: the kind is neither table nor generic")
    n = integer_between(n, 1, MAX_SAMPLES, "claim, n_samples")
    return Inputs(n, integer_between(d, 1, MAX_INPUTS, "claim, n_inputs"), False)


def parse_claim(value: Any) -> Claim:
    """The claim of a claim line's object, of family interpolation or obstruction."""
    family = value["family"]
    keys: tuple[str, ...] = ("activation", "family", "inputs", "width")
    bound = None
    if family == "interpolation":
        psi, _, inputs, width = fields(value, keys, "claim")
    else:
        psi, _, inputs, width, bound = fields(value, (*keys, "at_most"), "claim")
    claim_inputs = parse_inputs(inputs)
    if bound is not None:
        bound = integer_between(bound, 0, claim_inputs.n_samples - 1, "claim, at_most")
    return Claim(family, activation(psi), claim_inputs, integer_between(width, 1, MAX_WIDTH, "claim, width"), bound)
