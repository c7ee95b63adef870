"""Data tables read exactly: every decimal of a CSV file becomes the rational number that its text denotes.

The independent checker reads the same files by the same rules, so a rule changes here only together with the
certificate specification.
"""

import csv
import difflib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from exactcap.errors import InputError

ASCII_WHITESPACE = " \t\n\r\v\f"
MAX_NAME_LENGTH = 200
MAX_NUMBER_LENGTH = 400
MAX_EXPONENT = 400

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE](?P<exponent>[+-]?[0-9]+))?")
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity|na|n/a|null|none|\?)", re.IGNORECASE)

Record = tuple[str, ...]


@dataclass(frozen=True)
class Dataset:
    """The distinct input rows of a data table, as exact rationals, and their labels as text.

    Attributes:
        columns: the names of the input columns in file order, without the label.
        label: the name of the label column.
        rows: the 1-based data row numbers of the distinct rows, increasing.
        values: ``values[i][c]`` is the exact entry of row ``rows[i]`` in column ``columns[c]``.
        merged: pairs ``(row, earlier)`` of a row left out and the earlier row of ``rows`` that it equals, increasing.
        labels: the text of the label of each of ``rows``.
    """

    columns: tuple[str, ...]
    label: str
    rows: tuple[int, ...]
    values: tuple[tuple[Fraction, ...], ...]
    merged: tuple[tuple[int, int], ...]
    labels: tuple[str, ...]

    @property
    def n_samples(self) -> int:
        """The number of distinct rows."""
        return len(self.rows)

    @property
    def n_inputs(self) -> int:
        """The number of input columns."""
        return len(self.columns)


def parse_number(text: str) -> Fraction | None:
    """Return the rational number that ``text`` denotes in decimal notation, or None when it is not a number.

    A number is ASCII, ``[+-]?(digits[.digits?]|.digits)([eE][+-]?digits)?``, of at most 400 characters and with an
    exponent between -400 and 400. No binary float is involved.

    >>> parse_number("-0.10"), parse_number("2.5e3"), parse_number("12,5"), parse_number("1e401")
    (Fraction(-1, 10), Fraction(2500, 1), None, None)
    """
    # The bounds come first: Fraction would happily compute 10**999999999.
    if len(text) > MAX_NUMBER_LENGTH:
        return None
    match = _NUMBER.fullmatch(text)
    if match is None or abs(int(match["exponent"] or 0)) > MAX_EXPONENT:
        return None
    return Fraction(text)


def read_dataset(path: str | Path, label: str, *, deduplicate: bool = False) -> Dataset:
    """Read the CSV file at ``path`` exactly; the column ``label`` holds the labels, all others are inputs.

    The file is UTF-8 text (a byte order mark is allowed) in the default dialect of ``csv.reader``, read strictly.
    Blank records are skipped, cells are stripped of ASCII whitespace, the first record is the header, and data rows
    are counted from 1. Every input cell is a number in the sense of `parse_number`; a label is any printable text.
    Two labels are equal when both are numbers of equal value, or else the same text.

    Equal input rows make a square interpolation matrix singular. With ``deduplicate`` the later copies are left out
    and recorded in ``merged``; equal rows with different labels are an error in any case.

    Raises:
        InputError: the file cannot be read, or breaks one of the rules; the message names the row and the column.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "tiny.csv")
    ...     _ = path.write_text("height,weight,kind\\n0.1,2,a\\n3,4e-1,b\\n0.10,2.0,a\\n")
    ...     dataset = read_dataset(path, "kind", deduplicate=True)
    >>> dataset.columns, dataset.rows, dataset.merged
    (('height', 'weight'), (1, 2), ((3, 1),))
    >>> dataset.values
    ((Fraction(1, 10), Fraction(2, 1)), (Fraction(3, 1), Fraction(2, 5)))
    """
    file = str(path) if str(path).isprintable() else repr(str(path))
    header, *records = _records(_read_text(Path(path), file), file)
    _check_names(header, file)
    _check_label(label, header, file)
    if not records:
        raise InputError(f"{file}: the file has a header but no rows; add at least one data row")

    at = header.index(label)
    table, labels = [], []
    for row, cells in enumerate(records, start=1):
        where = f"{file}: row {row}"
        if len(cells) != len(header):
            raise InputError(
                f"{where} has {len(cells)} cells but the header has {len(header)}; "
                "look for a missing or extra comma, or a decimal comma"
            )
        if not cells[at]:
            raise InputError(f"{where}, column {_shown(label)}: the label is empty; fill it in or leave the row out")
        if not cells[at].isprintable():
            problem = "has a character that cannot be printed; correct it"
            raise InputError(f"{where}, column {_shown(label)}: the label {_shown(cells[at])} {problem}")
        inputs = [(name, cells[c]) for c, name in enumerate(header) if c != at]
        table.append(tuple(_number(text, f"{where}, column {_shown(name)}") for name, text in inputs))
        labels.append(cells[at])

    merged = _equal_rows(table, labels, file)
    if merged and not deduplicate:
        pairs = [f"{row} equals {earlier}" for row, earlier in merged[:5]] + ["..."] * (len(merged) > 5)
        raise InputError(
            f"{file}: {len(merged)} of {len(table)} rows equal an earlier one in every input column "
            f"({', '.join(pairs)}); leave the copies out with --deduplicate"
        )
    copies = {row for row, _ in merged}
    rows = tuple(row for row in range(1, len(table) + 1) if row not in copies)
    columns = header[:at] + header[at + 1 :]
    kept = tuple(table[row - 1] for row in rows)
    return Dataset(columns, label, rows, kept, merged, tuple(labels[row - 1] for row in rows))


def _read_text(path: Path, file: str) -> str:
    try:
        # A device such as /dev/zero never ends; a pipe, as in <(zcat data.csv.gz), does.
        if path.is_char_device() or path.is_block_device():
            raise InputError(f"{file}: is a device, not a file; name a CSV file")
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{file}: no such file; check the path") from None
    except IsADirectoryError:
        raise InputError(f"{file}: is a directory; name a CSV file in it") from None
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror}); check the path and its permissions") from None
    except InputError:
        raise
    except ValueError:  # the path itself holds a NUL or a lone surrogate
        raise InputError(f"{file}: is not a possible file name; check the path") from None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        place = f"line {data.count(10, 0, error.start) + 1}, byte 0x{data[error.start]:02x}"
        raise InputError(f"{file}: {place}: not UTF-8 text; export the table as CSV in UTF-8") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(f"{file}: line {line}: a NUL byte, so not text; export the table as CSV in UTF-8")
    return text.removeprefix("\ufeff")


def _records(text: str, file: str) -> list[Record]:
    """The non-blank records with stripped cells, the header first; at least one."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[Record] = []
    try:
        for cells in reader:
            record = tuple(cell.strip(ASCII_WHITESPACE) for cell in cells)
            if record not in ((), ("",)):
                records.append(record)
    except csv.Error as error:
        where = f"row {len(records)}" if records else "the header"
        raise InputError(
            f"{file}: {where}, which ends on line {reader.line_num}: not CSV ({error}); check the quotes there"
        ) from None
    if not records:
        raise InputError(f"{file}: the file is empty; it needs a header with column names and at least one data row")
    return records


def _check_names(header: Record, file: str) -> None:
    if all(parse_number(name) is not None for name in header):
        raise InputError(
            f"{file}: every cell of the header is a number ({_shown(', '.join(header))}); "
            "put a line with the column names first"
        )
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        raise InputError(f"{file}: the header is the single column {_shown(header[0])}; separate columns by commas")
    first: dict[str, int] = {}
    for position, name in enumerate(header, start=1):
        where = f"{file}: header, column {position}: "
        if not name:
            raise InputError(where + "the name is empty; name the column or leave it out (an exported index?)")
        where += _shown(name)
        if len(name) > MAX_NAME_LENGTH:
            raise InputError(where + f" has {len(name)} characters, a name at most {MAX_NAME_LENGTH}; shorten it")
        if not name.isprintable():
            raise InputError(where + " has a character that cannot be printed; rename the column")
        if first.setdefault(name, position) < position:
            raise InputError(where + f" is also the name of column {first[name]}; rename one of them")


def _check_label(label: str, header: Record, file: str) -> None:
    if label not in header:
        close = difflib.get_close_matches(label, header, n=1)
        advice = f"did you mean {_shown(close[0])}?" if close else "choose one of the columns."
        names = ", ".join(map(_shown, header[:40])) + (", ..." if len(header) > 40 else "")
        raise InputError(f"{file}: no column {_shown(label)} for the labels; {advice} The columns are {names}")
    if len(header) == 1:
        raise InputError(f"{file}: the label {_shown(label)} is the only column; add at least one input column")


def _number(text: str, where: str) -> Fraction:
    number = parse_number(text)
    if number is not None:
        return number
    if not text:
        problem = "the cell is empty; fill in a number, or leave out the row or the column"
    elif len(text) > MAX_NUMBER_LENGTH:
        problem = f"{_shown(text)} has {len(text)} characters, a number at most {MAX_NUMBER_LENGTH}; round it"
    elif _NUMBER.fullmatch(text):
        problem = f"the exponent of {_shown(text)} is beyond {MAX_EXPONENT} in size; rescale the column"
    elif _NOT_FINITE.fullmatch(text):
        problem = f"{_shown(text)} is not a number; fill in a finite one, or leave out the row or the column"
    elif parse_number(text.replace(",", ".")) is not None:
        problem = f"{_shown(text)} is not a number; use a point for decimals"
    else:
        problem = f"{_shown(text)} is not a number; write a decimal such as 12.5 or 1e-3, or leave out the column"
    raise InputError(f"{where}: {problem}")


def _equal_rows(table: Sequence[tuple[Fraction, ...]], labels: Sequence[str], file: str) -> tuple[tuple[int, int], ...]:
    """The pairs (row, first earlier row equal to it), by row; equal rows must have equal labels."""
    first: dict[tuple[str, ...], int] = {}
    merged = []
    for row, values in enumerate(table, start=1):
        earlier = first.setdefault(tuple(map(str, values)), row)  # the hash of a Fraction collides easily
        if earlier == row:
            continue
        if not _equal_labels(labels[earlier - 1], labels[row - 1]):
            raise InputError(
                f"{file}: rows {earlier} and {row} are equal in every input column but have the labels "
                f"{_shown(labels[earlier - 1])} and {_shown(labels[row - 1])}, so no function fits both; "
                "correct or leave out one of them, or add an input column that tells them apart"
            )
        merged.append((row, earlier))
    return tuple(merged)


def _equal_labels(a: str, b: str) -> bool:
    number_a, number_b = parse_number(a), parse_number(b)
    return a == b if number_a is None or number_b is None else number_a == number_b


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
