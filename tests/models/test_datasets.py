"""Data tables: the shipped files against scikit-learn, every rule of the CSV reader, and a fuzz."""

import gzip
import hashlib
import os
import re
import time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactcap.errors import InputError
from exactcap.models.datasets import Dataset, parse_number, read_dataset

DATA = Path(__file__).parents[2] / "proofs" / "data"
SHIPPED = {
    "iris": ("species", 149, 4),
    "wine": ("class", 178, 13),
    "breast-cancer": ("diagnosis", 569, 30),
    "diabetes": ("target", 442, 10),
}


def read(folder: Path, content: str | bytes, label: str = "y", *, deduplicate: bool = False) -> Dataset:
    path = folder / "data.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_dataset(path, label, deduplicate=deduplicate)


def shipped_cells(name: str) -> list[list[str]]:
    return [line.split(",") for line in (DATA / f"{name}.csv").read_text("ascii").splitlines()]


# The shipped files


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_files_have_their_shapes(name: str) -> None:
    label, n_samples, n_inputs = SHIPPED[name]
    dataset = read_dataset(DATA / f"{name}.csv", label, deduplicate=True)
    assert (dataset.n_samples, dataset.n_inputs) == (n_samples, n_inputs)
    assert dataset.merged == (((143, 102),) if name == "iris" else ())
    assert len(set(dataset.values)) == n_samples


def test_iris_duplicates_are_named() -> None:
    with pytest.raises(InputError, match=r"iris\.csv: 1 of 150 rows .*\(143 equals 102\); .* --deduplicate$"):
        read_dataset(DATA / "iris.csv", "species")


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_files_equal_the_loaders_of_scikit_learn(name: str) -> None:
    datasets = pytest.importorskip("sklearn.datasets")
    options = {"scaled": False} if name == "diabetes" else {}
    bunch = getattr(datasets, "load_" + name.replace("-", "_"))(**options)
    header, *rows = shipped_cells(name)
    names = [str(column).removesuffix(" (cm)").replace("_", " ") for column in bunch.feature_names]
    assert header == [*names, SHIPPED[name][0]]
    # The nearest float of the exact decimal is the float that scikit-learn parses from its own copy.
    assert [[float(Fraction(text)) for text in row[:-1]] for row in rows] == bunch.data.tolist()
    if name in ("iris", "breast-cancer"):
        assert [row[-1] for row in rows] == [str(bunch.target_names[target]) for target in bunch.target]
    else:
        assert [float(Fraction(row[-1])) for row in rows] == bunch.target.tolist()


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_decimals_equal_the_text_of_scikit_learn(name: str) -> None:
    folder = Path(pytest.importorskip("sklearn.datasets").__file__).parent / "data"
    if name == "diabetes":
        text = gzip.decompress((folder / "diabetes_data_raw.csv.gz").read_bytes()).decode()
        source = [line.split() for line in text.splitlines()]
    else:
        file = {"iris": "iris.csv", "wine": "wine_data.csv", "breast-cancer": "breast_cancer.csv"}[name]
        source = [line.split(",")[:-1] for line in (folder / file).read_text().splitlines()[1:]]
    rows = [row[:-1] for row in shipped_cells(name)[1:]]
    assert [list(map(Decimal, row)) for row in rows] == [list(map(Decimal, row)) for row in source]
    shortest = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]*[1-9])?")
    assert all(shortest.fullmatch(text) for row in rows for text in row)


@pytest.mark.parametrize("name", SHIPPED)
def test_readme_states_the_sums(name: str) -> None:
    digest = hashlib.sha256((DATA / f"{name}.csv").read_bytes()).hexdigest()
    assert f"{digest}  {name}.csv\n" in (DATA / "README.md").read_text("utf-8")


# Numbers


digits = st.text("0123456789", min_size=1, max_size=40)
mantissas = digits | digits.map("{}.".format) | digits.map(".{}".format) | st.builds("{}.{}".format, digits, digits)
exponents = st.just("") | st.builds("{}{:d}".format, st.sampled_from(["e", "E", "e+"]), st.integers(0, 400))


@given(st.sampled_from(["", "+", "-"]), mantissas, exponents | st.integers(-400, 400).map("e{}".format))
def test_numbers_equal_those_of_the_decimal_module(sign: str, mantissa: str, exponent: str) -> None:
    text = sign + mantissa + exponent
    assert parse_number(text) == Fraction(*Decimal(text).as_integer_ratio())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.", Fraction(1)),
        (".5", Fraction(1, 2)),
        ("+007", Fraction(7)),
        ("-0", Fraction(0)),
        ("1e308", Fraction(10**308)),
        ("1.E-400", Fraction(1, 10**400)),
        ("1e00000000400", Fraction(10**400)),
        ("0.12345678901234567", Fraction(12345678901234567, 10**17)),
        ("9" * 400, Fraction(10**400 - 1)),
    ],
)
def test_numbers(text: str, value: Fraction) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["", ".", "e5", "1e", "+", "--1", "1 2", "1\n", "12,5", "1_000", "٣", "²", "１"])
def test_text_that_is_no_number(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize("text", ["0x10", "1/3", "nan", "inf", "1e401", "1e-401", "0" * 401, "1e" + "9" * 398])
def test_what_other_parsers_may_call_a_number(text: str) -> None:
    assert parse_number(text) is None


def test_huge_exponents_are_refused_quickly(tmp_path: Path) -> None:
    assert read(tmp_path, "x,y\n1e308,a\n").values == ((Fraction(10**308),),)
    start = time.perf_counter()
    with pytest.raises(InputError, match="exponent"):
        read(tmp_path, "x,y\n1e999999999,a\n")
    assert time.perf_counter() - start < 0.5


# What is accepted


@pytest.mark.parametrize(
    "content",
    [
        "a,b,y\n1,2.5,u\n3,-4e-1,v\n",
        "\ufeffa,b,y\r\n1,2.5,u\r\n3,-4e-1,v",
        "\n \t\n a ,\tb,y \n\n1, 2.5\v,u\n\f\n3,-4e-1,v\n\n",
        'a,b,y\r"1","2.5",u\r"3"," -4e-1\n","v"\r',
        "a,y,b\n1,u,2.50\n3,v,-.4\n",
        "y,a,b\nsome text,+1,25e-1\n\N{SNOWMAN},3.0,-0.4\n",
    ],
)
def test_spellings_of_one_table(tmp_path: Path, content: str) -> None:
    values = ((Fraction(1), Fraction(5, 2)), (Fraction(3), Fraction(-2, 5)))
    dataset = read(tmp_path, content)
    assert dataset == Dataset(("a", "b"), "y", (1, 2), values, (), dataset.labels)
    assert dataset.labels in (("u", "v"), ("some text", "\N{SNOWMAN}"))


def test_names_of_two_hundred_characters(tmp_path: Path) -> None:
    assert read(tmp_path, f"{'n' * 200},y\n1,a\n").columns == ("n" * 200,)


def test_seventeen_digits_stay_distinct_and_exact(tmp_path: Path) -> None:
    # The two inputs are the same binary float.
    first, second = "0.30000000000000001", "0.29999999999999999"
    assert float(first) == float(second)
    assert read(tmp_path, f"x,y\n{first},a\n{second},b\n").values == ((Fraction(first),), (Fraction(second),))


def test_copies_are_merged_into_the_first_row(tmp_path: Path) -> None:
    content = "x,y\n1,a\n2,5\n\n1.0,a\n3,c\n2e0,5.0\n10e-1,a\n"
    dataset = read(tmp_path, content, deduplicate=True)
    assert dataset.rows == (1, 2, 4)
    assert dataset.merged == ((3, 1), (5, 2), (6, 1))
    message = "3 of 6 rows equal an earlier one in every input column (3 equals 1, 5 equals 2, 6 equals 1); "
    with pytest.raises(InputError, match=re.escape(message)):
        read(tmp_path, content)


def test_many_copies_are_counted(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^.*: 8 of 9 rows .*\(2 equals 1, .*, 6 equals 1, \.\.\.\)"):
        read(tmp_path, "x,y\n" + "1,a\n" * 9)


@given(st.lists(st.tuples(st.integers(-2, 2), st.integers(-2, 2)), min_size=1, max_size=12))
def test_every_row_is_kept_or_merged(tmp_path_factory: pytest.TempPathFactory, table: list[tuple[int, int]]) -> None:
    content = "a,b,y\n" + "".join(f"{a},{b},{a}\n" for a, b in table)
    dataset = read(tmp_path_factory.getbasetemp(), content, deduplicate=True)
    copies = dict(dataset.merged)
    assert sorted([*dataset.rows, *copies]) == list(range(1, len(table) + 1))
    assert all(table[row - 1] == table[first - 1] and first < row for row, first in copies.items())
    assert set(copies.values()) <= set(dataset.rows)
    assert dataset.values == tuple(dict.fromkeys((Fraction(a), Fraction(b)) for a, b in table))


# What is refused

LONG = "n" * 201
REFUSED = [
    (b"", "the file is empty; it needs a header"),
    ("\ufeff\n \n", "the file is empty; it needs a header"),
    ("x,y\n", "the file has a header but no rows; add at least one data row"),
    ("x,y\n1,a\n\n2\n", "row 2 has 1 cells but the header has 2; look for a missing or extra comma"),
    ("x,y\n1,a\n12,5,a\n", "row 2 has 3 cells but the header has 2; .* or a decimal comma"),
    ("x,y\n,\n", "row 1, column 'y': the label is empty; fill it in"),
    ('x,y\n1,"a\nPROVED b"\n', r"row 1, column 'y': the label 'a\\nPROVED b' has a character that cannot be printed"),
    ("x,species\n1,a\n", "no column 'y' for the labels; choose one of the columns. The columns are 'x', 'species'"),
    ("x,Y.\n1,a\n", "no column 'y' for the labels; choose one of the columns. The columns are 'x', 'Y.'"),
    ("y\n1\n", "the label 'y' is the only column; add at least one input column"),
    ("x;y\n1;a\n", "the header is the single column 'x;y'; separate columns by commas"),
    ("x\ty\n1\ta\n", r"the header is the single column 'x\\ty'; separate columns by commas"),
    ("x,y,x\n1,a,2\n", "header, column 3: 'x' is also the name of column 1; rename one of them"),
    ("x,,y\n1,2,a\n", "header, column 2: the name is empty; name the column"),
    ("x,a\u200bb,y\n1,2,a\n", r"header, column 2: 'a\\u200bb' has a character that cannot be printed; rename"),
    ("\ufeff\ufeffx,y\n1,a\n", r"header, column 1: '\\ufeffx' has a character that cannot be printed; rename"),
    (f"x,{LONG},y\n1,2,a\n", r"header, column 2: 'n{56}\.\.\. has 201 characters, a name at most 200; shorten it"),
    ("5.1,3.5,0\n4.9,3,0\n", r"every cell of the header is a number \('5.1, 3.5, 0'\); put a line with the column"),
    ("x,y\n 1,a\n ,a\n", "row 2, column 'x': the cell is empty; fill in a number"),
    ("x,y\n1,a\nNaN,a\n", "row 2, column 'x': 'NaN' is not a number; fill in a finite one"),
    ("x,y\n-inf,a\n", "row 1, column 'x': '-inf' is not a number; fill in a finite one"),
    ('age,y\n1,a\n"12,5",a\n', "row 2, column 'age': '12,5' is not a number; use a point for decimals"),
    ("x,y\nmale,a\n", "row 1, column 'x': 'male' is not a number; write a decimal such as 12.5"),
    ("x,y\n1_000,a\n", "row 1, column 'x': '1_000' is not a number; write a decimal"),
    ("x,y\n٣,a\n", "row 1, column 'x': '٣' is not a number; write a decimal"),
    ("x,y\n1\xa0,a\n", r"row 1, column 'x': '1\\xa0' is not a number; write a decimal"),
    ("x,y\n0x10,a\n", "row 1, column 'x': '0x10' is not a number; write a decimal"),
    ("x,y\n1/3,a\n", "row 1, column 'x': '1/3' is not a number; write a decimal"),
    ("x,y\n1e999999999,a\n", "row 1, column 'x': the exponent of '1e999999999' is beyond 400 in size; rescale"),
    ("x,y\n" + "1" * 401 + ",a\n", r"row 1, column 'x': '1{56}\.\.\. has 401 characters, a number at most 400; round"),
    ('x,y\n1,a\n2,"a"b\n', "row 2, which ends on line 3: not CSV .*; check the quotes there"),
    ('"x,y\n1,a\n', "the header, which ends on line 2: not CSV .unexpected end of data.; check the quotes there"),
    ('x,y\n1,"' + "a" * 131073 + '"\n', "row 1, which ends on line 2: not CSV .field larger than field limit"),
    (b"x,y\n1,a\n2,caf\xe9\n", "line 3, byte 0xe9: not UTF-8 text; export the table as CSV in UTF-8"),
    (b"PK\x03\x04\x14\x00\x06\x00", "line 1: a NUL byte, so not text; export the table as CSV in UTF-8"),
    ("x,y\n1,a\n".encode("utf-16"), "line 1, byte 0xff: not UTF-8 text; export"),
    (
        "x,y\n1,a\n1.0,b\n",
        "rows 1 and 2 are equal in every input column but have the labels 'a' and 'b', so no function",
    ),
]


@pytest.mark.parametrize(("content", "message"), REFUSED, ids=[message for _, message in REFUSED])
@pytest.mark.parametrize("deduplicate", [False, True])
def test_refused(tmp_path: Path, content: str | bytes, message: str, deduplicate: bool) -> None:
    with pytest.raises(InputError, match=r"data\.csv: " + message) as caught:
        read(tmp_path, content, deduplicate=deduplicate)
    assert str(caught.value).isprintable()


def test_a_misspelled_label_is_suggested() -> None:
    with pytest.raises(
        InputError, match=r"no column 'Species' .*; did you mean 'species'\? The columns are 'sepal len"
    ):
        read_dataset(DATA / "iris.csv", "Species")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path, message in {
        tmp_path / "none.csv": r"none\.csv: no such file; check the path",
        tmp_path: "is a directory; name a CSV file in it",
        tmp_path / ("n" * 300): "cannot be read",
        tmp_path / "a\0b": r"'.*a\\x00b': is not a possible file name",
        tmp_path / "a\udc00b" / "\ud800": r"'.*a\\udc00b/\\ud800': is not a possible file name",
        Path(os.devnull): "is a device, not a file",
    }.items():
        with pytest.raises(InputError, match=message) as caught:
            read_dataset(path, "y")
        assert str(caught.value).isprintable()


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)  # a superuser may read any file
    with pytest.raises(InputError, match=r"data\.csv: cannot be read \(Permission denied\); check the path"):
        read_dataset(tmp_path / "data.csv", "y")


# Whatever the bytes, the answer is a data set or an InputError.

FRAGMENTS = [
    b"x",
    b"y",
    b",",
    b"\n",
    b"\r",
    b'"',
    b"1",
    b".5",
    b"e9",
    b" ",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"nan",
    b";",
]


@given(st.binary(max_size=60) | st.lists(st.sampled_from(FRAGMENTS), max_size=40).map(b"".join), st.booleans())
def test_fuzz(tmp_path_factory: pytest.TempPathFactory, content: bytes, deduplicate: bool) -> None:
    for body in (content, b"x,y\n1,a\n" + content):
        try:
            dataset = read(tmp_path_factory.getbasetemp(), body, deduplicate=deduplicate)
        except InputError:
            continue
        assert dataset.n_samples == len(set(dataset.values)) >= 1
        assert all(len(row) == dataset.n_inputs >= 1 for row in dataset.values)
