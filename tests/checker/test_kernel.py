"""Certificates of tangent kernel matrices: entries within their error, true bounds accepted, false ones rejected."""

from __future__ import annotations

import base64
import copy
from fractions import Fraction
from functools import partial
from typing import Any

import mpmath
import pytest
from kernel_truth import SLOPE, least_eigenvalue
from support import judge, small_table, table, to_bytes, to_records

from exactcap.arithmetic.cholesky import fixed_cholesky
from exactcap.checker import dual_kernel, kernel
from exactcap.checker.claims import parse_inputs
from exactcap.checker.dual_kernel import ERROR, EVEN, MAX_PRECISION, NAMES, ODD, directions, entry
from exactcap.checker.reader import Rejected
from exactcap.models.tangent_kernel import direction, kernel_matrix
from exactcap.provers.kernel import prove_kernel, rounded_down

PAIRS = [
    ((1, 0), (1, 0)), ((1, 0), (-3, 0)), ((1, 2), (-2, 1)), ((1, 1), (1, 0)), ((3, 4), (-4, -3)), ((5, 1), (1, 7)),
    ((10**9, 1), (10**9, 2)), ((10**9, 1), (-(10**9), 2)), ((1, 10**12), (1, -1)), ((10**30, 7, 1), (10**30, 7, 2)),
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("precision", [16, 74, 512])
def test_entries_are_within_two_units(name, precision):
    """Also for equal, opposite, orthogonal and nearly parallel rows, where the cosine alone would not do."""
    value = entry(name, precision)
    for x, y in PAIRS:
        a, b, c = (sum(s * t for s, t in zip(*pair, strict=True)) for pair in ((x, x), (y, y), (x, y)))
        with mpmath.workdps(500):
            rho = mpmath.mpf(c) / mpmath.sqrt(a * b)
            rho = max(-1, min(1, rho))
            true = rho * SLOPE[name](rho) * mpmath.mpf(2) ** precision
            assert abs(true - value(a, b, c)) <= ERROR, (x, y)


def test_the_error_bound_covers_the_precision():
    assert 16 * MAX_PRECISION < 2**16
    assert 2 * kernel.MAX_BITS + 16 <= MAX_PRECISION


def proof(activation: str = "relu", rows: Any = None, bias: bool = False) -> list[Any]:
    inputs = small_table() if rows is None else table(rows)
    certificate = prove_kernel(activation, inputs, bias or rows is None).certificate
    assert certificate is not None
    return to_records(certificate)


def edited(records: list[Any], line: int, **changes: Any) -> list[Any]:
    result = copy.deepcopy(records)
    (result[1]["claim"] if line == 1 else result[line]).update(changes)
    return result


ROWS = [[1, 2], [3, -1], ["-1/2", 5], [2, "7/3"]]


@pytest.mark.parametrize("activation", NAMES)
def test_bounds_below_the_eigenvalue_only(activation, tmp_path):
    records = proof(activation, ROWS)
    mantissa, exponent = records[1]["claim"]["least"]
    true = least_eigenvalue(activation, [[Fraction(str(x)) for x in row] for row in ROWS])
    assert mantissa * mpmath.mpf(10) ** exponent < true < 1.011 * mantissa * mpmath.mpf(10) ** exponent
    assert judge(to_bytes(records), tmp_path).verified
    assert judge(to_bytes(edited(records, 1, least=[1, -300])), tmp_path).verified
    above, e = rounded_down(Fraction(str(mpmath.nstr(true, 15))), 5)
    for least in ([above + 1, e], [2 * mantissa, exponent], [mantissa, exponent + 1], [1, 400]):
        verdict = judge(to_bytes(edited(records, 1, least=least)), tmp_path)
        assert "smaller bound only" in verdict.reason, least


def test_no_factor_proves_more_than_the_eigenvalue():
    """The least slack of D, for factors of K - shift I with errors of any size, is at most the least eigenvalue."""
    values = [[Fraction(str(x)) for x in row] for row in ROWS]
    rows, bits = [direction(row, False) for row in values], 20
    true = least_eigenvalue("relu", values) * mpmath.mpf(4) ** bits
    matrix = kernel_matrix("relu", rows, 2 * bits)
    slot = (len(rows).bit_length() + 2 * (bits + 2) + 1) // 8 + 1
    slacks = []
    for k in range(60):
        factor = fixed_cholesky(matrix, bits, int(true * k / 61))
        assert factor is not None
        noisy = [[x + ((7919 * (k + 1) * (5 * i + j + 1)) % 2**16 - 2**15 >> k % 16) for j, x in enumerate(row)]
                 for i, row in enumerate(factor)]  # fmt: skip
        columns = kernel._columns(noisy, bits, slot)
        slacks.append(kernel._least_slack(rows, entry("relu", 2 * bits), noisy, columns, slot, lambda *_: None))
    assert max(slacks) <= true < 1.1 * max(slacks)
    assert min(slacks) < 0


def test_gershgorin_is_the_factor_zero(tmp_path):
    records = edited(proof("relu", [[1, 0], [0, 1], [1, 1]]), 3, bits=8)
    zero = (1 << 10).to_bytes(2, "little")
    records[4:] = [{"row": base64.b64encode(zero * (i + 1)).decode()} for i in range(3)]
    assert not judge(to_bytes(records), tmp_path).verified  # 1/2 - 2 * 0.265 < 0
    records[1]["claim"]["inputs"] = proof("relu", [[1, 0], [0, 1], [-1, "1/10"]])[1]["claim"]["inputs"]
    assert judge(to_bytes(edited(records, 1, least=[4, -1])), tmp_path).verified
    assert not judge(to_bytes(edited(records, 1, least=[5, -1])), tmp_path).verified


def test_evidence_that_does_not_suffice(tmp_path):
    records = proof()
    rows = records[1]["claim"]["inputs"]["rows"]
    for line, changes, word in (
        (3, {"bits": 7}, "not between"),
        (3, {"bits": kernel.MAX_BITS + 1}, "not between"),
        (3, {"bits": 36}, "not below the modulus"),
        (3, {"bits": 45}, "words"),
        (3, {"evidence": "parallel"}, "kind factor"),
        (4, {"row": records[5]["row"]}, "words"),
        (5, {"row": "A" * 16}, "words"),
        (9, {"row": records[9]["row"][:-8] + "AAAAAAAA"}, "smaller bound"),
        (1, {"activation": "tanh"}, "none of"),
        (1, {"activation": ["relu"]}, "none of"),
        (1, {"activation": "exp"}, "smaller bound"),
        (1, {"bias": 1}, "neither true"),
        (1, {"least": [0, 0]}, "not between"),
        (1, {"least": [-1, 0]}, "not between"),
        (1, {"least": [1, -401]}, "not between"),
        (1, {"least": [1]}, "array of 2"),
        (1, {"least": None}, "parallel or dependence"),
        (1, {"inputs": {"kind": "generic", "n_inputs": 2, "n_samples": 7}}, "table"),
        (2, {"relies_on": []}, "sheppard"),
    ):
        verdict = judge(to_bytes(edited(records, line, **changes)), tmp_path)
        assert verdict.finding == "REJECTED", (line, changes)
        assert word in verdict.reason, (line, changes, verdict.reason)
    assert rows == [1, 2, 3, 4, 5, 6, 7]


def test_limits(monkeypatch, tmp_path):
    content = to_bytes(proof())
    with monkeypatch.context() as patch:
        patch.setattr(kernel, "MAX_ROWS", 6)
        assert "at most 6 rows" in judge(content, tmp_path).reason
    monkeypatch.setattr(kernel, "MAX_WORK", 10**4)
    assert "steps" in judge(content, tmp_path).reason


def test_a_row_without_direction(tmp_path):
    records = proof("relu", [[1, 2], [3, -1]])
    records[1]["claim"]["inputs"]["values"][1] = ["0", "0"]
    assert judge(to_bytes(records), tmp_path).reason == "row 2: it is zero and has no direction"


def test_rows_that_fill_the_memory(monkeypatch):
    monkeypatch.setattr(dual_kernel, "hold", partial(dual_kernel.hold, most=2**12))
    inputs = parse_inputs(proof()[1]["claim"]["inputs"])
    with pytest.raises(Rejected, match="bits of memory"):
        directions(inputs, False)


def singular(activation: str, rows: list[list[object]], line: dict[str, Any]) -> bytes:
    records = proof("relu", [[1, 0], [0, 1]])
    claim = records[1]["claim"] | {"activation": activation, "least": None}
    claim["inputs"] = claim["inputs"] | {
        "rows": list(range(1, len(rows) + 1)), "values": [[str(x) for x in row] for row in rows],
    }  # fmt: skip
    return to_bytes([records[0], {"claim": claim}, {"relies_on": []}, line])


@pytest.mark.parametrize("activation", NAMES)
def test_parallel_rows(activation, tmp_path):
    rows = [["1/3", -1], [2, -6], ["-1/30", "1/10"], [1, 0]]
    for i, j in ((0, 1), (0, 2), (1, 2), (0, 3), (2, 3)):
        verdict = judge(singular(activation, rows, {"evidence": "parallel", "rows": [i, j]}), tmp_path)
        opposite = j == 2 and activation in (*EVEN, *ODD)
        assert verdict.verified is ((i, j) == (0, 1) or opposite), (i, j)
    for wrong in ([1, 0], [0, 0], [0, 4], [-1, 1], [0], [0, 1, 2]):
        assert not judge(singular(activation, rows, {"evidence": "parallel", "rows": wrong}), tmp_path).verified


def test_dependent_pairs(tmp_path):
    rows: list[list[object]] = [[1, 0], [-2, 0], [0, 3], [0, -1], [2, 2], [-1, -1]]
    line = {"evidence": "dependence", "pairs": [[0, 1], [2, 3], [4, 5]], "coefficients": [1, 1, -1]}
    assert judge(singular("relu", rows, line), tmp_path).verified
    assert judge(singular("relu", rows, line | {"coefficients": [-7, -7, 7]}), tmp_path).verified
    assert "needs relu" in judge(singular("exp", rows, line), tmp_path).reason
    for changes, word in (
        ({"coefficients": [0, 0, 0]}, "not 0"),
        ({"coefficients": [1, 1, 1]}, "is not 0"),
        ({"coefficients": [1, 1]}, "array of 3"),
        ({"pairs": [[0, 1], [0, 1], [4, 5]]}, "common row"),
        ({"pairs": [[0, 1], [1, 0]], "coefficients": [1, 1]}, "common row"),
        ({"pairs": [], "coefficients": []}, "not 0"),
        ({"pairs": [[0, 2], [1, 3], [4, 5]]}, "opposite"),
        ({"pairs": [[1, 0], [2, 3], [4, 5]]}, "is not 0"),
        ({"pairs": [[0, 0], [2, 3], [4, 5]]}, "common row"),
        ({"coefficients": ["1", "1", "-1"]}, "not an integer"),
        ({"pairs": [[0, 6], [2, 3], [4, 5]]}, "not between"),
    ):
        assert word in judge(singular("relu", rows, line | changes), tmp_path).reason, changes
