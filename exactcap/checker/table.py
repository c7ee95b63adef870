"""Rebuilding a claim's inputs from the user's own data file (SPEC.md, section 6)."""

from __future__ import annotations

import csv
import re
from fractions import Fraction

from .claims import Inputs
from .reader import Rejected

MAX_CELL = 400
MAX_EXPONENT = 400

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?")
_WHITE_SPACE = " \t\n\r\v\f"


def _number(cell: str, where: str) -> Fraction:
    match = _NUMBER.fullmatch(cell) if len(cell) <= MAX_CELL else None
    # the bound on the exponent comes before Fraction builds the power of ten
    if match is None or abs(int(match.group(1) or "0")) > MAX_EXPONENT:
        raise Rejected(f"{where}: {cell[:40]!a} is not a number of SPEC.md, section 6")
    return Fraction(cell)


def read_table(path: str) -> tuple[list[str], list[list[str]]]:
    """The header and the data records of a CSV file, cells stripped; OSError when it cannot be opened."""
    with open(path, encoding="utf-8-sig", newline="") as stream:
        try:
            records = [[cell.strip(_WHITE_SPACE) for cell in record] for record in csv.reader(stream, strict=True)]
        except (csv.Error, UnicodeDecodeError) as error:
            raise Rejected(f"the data file is not CSV text: {error}") from None
    records = [record for record in records if record not in ([], [""])]
    if not records:
        raise Rejected("the data file is empty")
    return records[0], records[1:]


def compare(inputs: Inputs, header: list[str], records: list[list[str]]) -> str:
    """Accepts when the file holds the claim's table, or raises `Rejected`; returns how much of the file it covers."""
    if not inputs.is_table:
        raise Rejected("the claim is about generic inputs, not about a data file")
    if header.count(inputs.label) != 1:
        raise Rejected(f"the data file has no single column {inputs.label!a}")
    label = header.index(inputs.label)
    if tuple(header[:label] + header[label + 1 :]) != inputs.columns:
        raise Rejected("the data file has other input columns than the claim")
    expected = dict(zip(inputs.rows, inputs.values, strict=True))
    expected |= {copy: expected[row] for copy, row in inputs.merged}
    for row, values in expected.items():
        if row > len(records) or len(records[row - 1]) != len(header):
            raise Rejected(f"row {row} of the claim is missing or ragged in the data file")
        cells = records[row - 1][:label] + records[row - 1][label + 1 :]
        for name, cell, value in zip(inputs.columns, cells, values, strict=True):
            if _number(cell, f"data file, row {row}, column {name!a}") != value:
                raise Rejected(f"row {row}, column {name!a}: the data file has another value than the claim")
    return f"covers {len(expected)} of the {len(records)} rows of the data file"
