"""--data: the claim is rebuilt from the user's own file."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import DATA, certificate, interpolation, judge

from exactcap.checker.main import check_file
from exactcap.models.datasets import read_dataset
from exactcap.provers.records import table_record

CSV = "a,y,b\n1,u,2\n\n0.50,v,-1e1\n1.0,u,2\n7,w,.25\n"


@pytest.fixture
def proof(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text(CSV)
    inputs = table_record(read_dataset(path, "y", deduplicate=True))
    assert (inputs.rows, inputs.merged) == ((1, 2, 4), ((3, 1),))
    return b"".join(certificate(interpolation("tanh", inputs, 2)).lines())


def test_the_own_file_is_covered(proof, tmp_path):
    verdict = judge(proof, tmp_path, tmp_path / "data.csv")
    assert verdict.verified, verdict.reason
    assert "covers 4 of the 4 rows of the data file, label 'y'" in verdict.line()


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("7,w", "8,w", "another value"),
        ("1.0,u", "1.5,u", "another value"),  # the copy that was merged
        ("1.0,u", "1.0,w", "different labels"),
        ("0.50,v,-1e1\n", "", "another value"),  # rows move up
        ("7,w,.25\n", "", "missing"),
        ("7,w,.25", "7,w", "has 2 cells"),
        ("a,y,b", "b,y,a", "other input columns"),
        ("a,y,b", "a,z,b", "no single column"),
        ("a,y,b", "y,y,b", "no single column"),
        ("-1e1", "-1e1000", "not a number"),
        ("-1e1", "nan", "not a number"),
        (CSV, "", "no single column"),
        (CSV, 'a,y,b\n"1,u', "not CSV"),
    ],
)
def test_another_file_is_rejected(proof, old, new, word, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text(CSV.replace(old, new))
    verdict = judge(proof, tmp_path, other)
    assert not verdict.verified
    assert word in verdict.reason


def test_equal_numbers_in_other_words_are_accepted(proof, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text(CSV.replace("0.50", "5e-1").replace("7,w", '" 7.00 ",w'))
    assert judge(proof, tmp_path, other).verified


def test_more_rows_than_the_claim_names_are_reported(proof, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text(CSV + "99,u,99\n")
    assert "covers 4 of the 5 rows" in judge(proof, tmp_path, other).data


def test_generic_claims_and_missing_files(tmp_path):
    from exactcap.claims import Generic

    path = tmp_path / "generic.cert.jsonl"
    path.write_bytes(b"".join(certificate(interpolation("tanh", Generic(1, 2), 2)).lines()))
    assert "generic" in check_file(str(path), str(DATA / "wine.csv")).reason


def test_a_missing_data_file_is_an_error_of_the_system(proof, tmp_path):
    with pytest.raises(FileNotFoundError):
        judge(proof, tmp_path, tmp_path / "none.csv")


def test_both_readers_agree_on_the_shipped_files():
    """The checker's reader and the front end read the same numbers."""
    from exactcap.checker.table import number, read_records

    for name, label in (("iris", "species"), ("wine", "class"), ("breast-cancer", "diagnosis"), ("diabetes", "target")):
        dataset = read_dataset(DATA / f"{name}.csv", label, deduplicate=True)
        header, *records = read_records(str(DATA / f"{name}.csv"))
        k = header.index(label)
        values = {i: tuple(number(c, "") for c in r[:k] + r[k + 1 :]) for i, r in enumerate(records, start=1)}
        assert len(records) == dataset.n_samples + len(dataset.merged)
        assert tuple(values[i] for i in dataset.rows) == dataset.values


def test_a_device_is_not_read(proof, tmp_path):
    assert "not a file" in judge(proof, tmp_path, Path("/dev/zero")).reason
