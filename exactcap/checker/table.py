"""Rebuilding a claim's inputs from the user's own data file (SPEC.md, section 8)."""

from __future__ import annotations

import csv
import os
import re
import stat
from collections.abc import Iterator
from fractions import Fraction
from typing import Protocol

from .claims import Inputs
from .reader import Rejected

MAX_CELL = 400
MAX_EXPONENT = 400

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?")
_WHITE_SPACE = " \t\n\r\v\f"


def number(cell: str, where: str) -> Fraction:
    """The rational that a cell denotes."""
    match = _NUMBER.fullmatch(cell) if len(cell) <= MAX_CELL else None
    # the bound on the exponent comes before Fraction builds the power of ten
    if match is None or abs(int(match.group(1) or "0")) > MAX_EXPONENT:
        raise Rejected(f"{where}: {cell[:40]!a} is not a number of SPEC.md, section 8")
    return Fraction(cell)


def read_records(path: str) -> Iterator[list[str]]:
    """The records of a CSV file, cells stripped, blank ones skipped; OSError when it cannot be opened."""
    if not (stat.S_ISREG(mode := os.stat(path).st_mode) or stat.S_ISFIFO(mode)):
        raise Rejected("the data file is not a file")  # a device may never end
    with open(path, encoding="utf-8-sig", newline="") as stream:
        try:
            for record in csv.reader(stream, strict=True):
                cells = [cell.strip(_WHITE_SPACE) for cell in record]
                if cells not in ([], [""]):
                    yield cells
        except (csv.Error, UnicodeDecodeError) as error:
            raise Rejected(f"the data file is not CSV text: {error}") from None


def same_label(a: str, b: str) -> bool:
    """Equal as numbers if both are numbers, else as text."""
    try:
        return number(a, "") == number(b, "")
    except Rejected:
        return a == b


class Labels(Protocol):
    """The labels that a claim states."""

    def agree(self, i: int, cell: str) -> bool:
        """Whether the text is the label of row i of the table, counted from 0."""


def compare(inputs: Inputs, path: str, stated: Labels | None = None) -> str:
    """Accepts when the file holds the claim's table, or raises `Rejected`; returns how much of the file it covers.

    Equal rows that the claim merges must have equal labels, since no function fits them otherwise; where the claim
    states labels, those of all rows that it covers must be these.
    """
    if not inputs.is_table:
        raise Rejected("the claim is about generic inputs, not about a data file")
    records = read_records(path)
    header = next(records, [])
    if header.count(inputs.label) != 1:
        raise Rejected(f"the data file has no single column {inputs.label!a}")
    label = header.index(inputs.label)
    if tuple(header[:label] + header[label + 1 :]) != inputs.columns:
        raise Rejected("the data file has other input columns than the claim")
    values, original = dict(zip(inputs.rows, inputs.values, strict=True)), dict(inputs.merged)
    position = {row: i for i, row in enumerate(inputs.rows)}
    labels: dict[int, str] = {}
    n_rows = 0
    for n_rows, record in enumerate(records, start=1):
        source = original.get(n_rows, n_rows)
        if source not in values:
            continue
        if len(record) != len(header):
            raise Rejected(f"row {n_rows} of the data file has {len(record)} cells, the header {len(header)}")
        cells = record[:label] + record[label + 1 :]
        for name, cell, value in zip(inputs.columns, cells, values[source], strict=True):
            if number(cell, f"data file, row {n_rows}, column {name!a}") != value:
                raise Rejected(f"row {n_rows}, column {name!a}: the data file has another value than the claim")
        # an original stands before its copies
        if not same_label(labels.setdefault(source, record[label]), record[label]):
            raise Rejected(f"rows {source} and {n_rows} of the data file are equal but have different labels")
        if stated is not None and not stated.agree(position[source], record[label]):
            raise Rejected(f"row {n_rows}: the data file has another label than the claim")
    last = max(*inputs.rows, *original, 0)
    if last > n_rows:
        raise Rejected(f"row {last} of the claim is missing in the data file")
    covered = len(values) + len(original)
    return f"covers {covered} of the {n_rows} rows of the data file, label {inputs.label!a}"
