"""Certificates of tangent features: ranks as they are, and nothing beside."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from support import judge, table, to_bytes, to_records

from exactcap.checker import tangent
from exactcap.provers import tangent as prover

ROWS: list[list[object]] = [[1, 2], [3, -1], ["-1/2", 5], [2, "7/3"], [-1, -1]]


def proof(width: int, rows: list[list[object]] = ROWS, bias: bool = False) -> list[Any]:
    certificate = prover.prove_tangent(table(rows), bias, width).certificate
    assert certificate is not None
    return to_records(certificate)


def edited(records: list[Any], line: int, **changes: Any) -> list[Any]:
    result = copy.deepcopy(records)
    (result[1]["claim"] if line == 1 else result[line]).update(changes)
    return result


def reason(records: list[Any], folder: Any) -> str:
    return judge(to_bytes(records), folder).reason


def test_both_relations(tmp_path):
    full, less = proof(20), proof(2)
    assert full[1]["claim"]["full"]
    assert not less[1]["claim"]["full"]
    for records, theorems in ((full, ("tangent-difference",)), (less, ())):
        verdict = judge(to_bytes(records), tmp_path)
        assert verdict.verified, verdict.reason
        assert verdict.relies_on == theorems
        assert judge(to_bytes(edited(records, 1, full=not records[1]["claim"]["full"])), tmp_path).finding == "REJECTED"


def test_evidence_of_full_rank(tmp_path):
    records = proof(20)
    columns, weights = records[4]["columns"], records[1]["claim"]["weights"]
    for line, changes, word in (
        (3, {"evidence": "paired-rank"}, "kind minor"),
        (3, {"modulus": 1}, "not between"),
        (3, {"seed": -1}, "not between"),
        (4, {"columns": [0, 0, *columns[2:]]}, "increasing"),
        (4, {"columns": [*columns[:-1], 40]}, "not between"),
        (4, {"columns": columns[:-1]}, "array of 5"),
        (5, {"witness": "none"}, "neither"),
        (1, {"weights": [[0, 0], *weights[1:]]}, "unit 1 is at right angles to row 1"),
        (1, {"weights": [*weights[:-1], [1, 3]]}, "unit 20 is at right angles to row 2"),
        (1, {"weights": [[2, 1]] * 20}, "no unit pivot"),
        (1, {"weights": []}, "no unit"),
        (1, {"weights": [[1]]}, "array of 2"),
        (1, {"bias": True}, "array of 3"),
        (1, {"bias": None}, "true or false"),
        (1, {"inputs": {"kind": "generic", "n_inputs": 2, "n_samples": 5}}, "table"),
    ):
        assert word in reason(edited(records, line, **changes), tmp_path), (line, changes)


def test_evidence_of_a_relation(tmp_path):
    rows: list[list[object]] = [[1, 2], [3, 6], [1, 0], [0, 1]]
    records = proof(20, rows)  # two rows in one direction
    assert records[3]["vector"] in ([1, -1, 0, 0], [-1, 1, 0, 0])
    for vector, word in (
        ([0, 0, 0, 0], "it is zero"),
        ([3, -1, 0, 0], "not combined"),
        ([1, -1, 1, 0], "not combined"),
        ([1, -1, 0], "array of 4"),
        ([1, "-1", 0, 0], "not an integer"),
    ):
        assert word in reason(edited(records, 3, vector=vector), tmp_path), vector
    big = hex(2**60)
    assert judge(to_bytes(edited(records, 3, vector=[big, "-" + big, 0, 0])), tmp_path).verified
    assert "kind null-vector" in reason(edited(records, 3, evidence="null"), tmp_path)


def test_a_composite_modulus_and_the_inverse(monkeypatch, tmp_path):
    records = proof(20)
    assert judge(to_bytes(edited(records, 3, modulus=509 * 1021)), tmp_path).verified
    monkeypatch.setattr(prover, "MAX_ELIMINATION", 0)
    inverse = proof(20)
    assert judge(to_bytes(inverse), tmp_path).verified
    inverse[6], inverse[7] = inverse[7], inverse[6]
    assert "of the inverse is not" in reason(inverse, tmp_path)


def test_limits(monkeypatch, tmp_path):
    records = proof(20)
    with monkeypatch.context() as patch:
        patch.setattr(tangent, "MAX_ROWS", 4)
        assert "at most 4 rows" in reason(records, tmp_path)
    monkeypatch.setattr(tangent, "MAX_WORK", 100)
    assert "steps" in reason(records, tmp_path)


def test_additions_of_long_integers_are_charged(monkeypatch, tmp_path):
    """Two long entries of v make all partial sums long."""
    n, m, V = 40, 50, 2**65000
    records = proof(1, [[k + 1] for k in range(n)])
    records[1]["claim"].update(full=False, weights=[[1]] * m)
    vector = [hex(V), *[1] * (n - 2), hex(-(V + n - 2))]
    forged = [*records[:2], {"relies_on": []}, {"evidence": "null-vector", "vector": vector}]
    assert judge(to_bytes(forged), tmp_path).verified
    monkeypatch.setattr(tangent, "MAX_WORK", n * m * (tangent.PLACE + 65000 // tangent.SUM))
    assert "steps" in reason(forged, tmp_path)


@pytest.mark.parametrize("bias", [False, True])
def test_a_row_without_direction(bias, tmp_path):
    records = proof(20, bias=bias)
    records[1]["claim"]["inputs"]["values"][2] = ["0", "0"]
    assert ("no direction" in reason(records, tmp_path)) is not bias
