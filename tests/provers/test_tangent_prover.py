"""Tangent features of drawn units: ranks two ways, and the network of 2m units that takes any labels, evaluated."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import fmpq, fmpq_mat
from kernel_truth import features, holds, rows_of
from support import DATA, judge, small_table, table

from exactcap.claims import Tangent
from exactcap.errors import InputError
from exactcap.models.datasets import read_dataset
from exactcap.provers import tangent
from exactcap.provers.outcome import Finding
from exactcap.provers.records import restrict, table_record
from exactcap.provers.tangent import prove_tangent


def claim_of(outcome) -> Tangent:
    assert outcome.certificate is not None
    return outcome.certificate.claim


@pytest.mark.parametrize("width", [1, 2, 3, 4, 6, 10, 20])
@pytest.mark.parametrize("bias", [False, True])
def test_the_rank_is_that_over_the_rationals(width, bias, tmp_path):
    for seed in range(3):
        outcome = prove_tangent(small_table(), bias, width, seed)
        claim = claim_of(outcome)
        assert holds(claim)
        assert (outcome.finding is Finding.PROVED) is claim.full
        assert judge(b"".join(outcome.certificate.lines()), tmp_path).verified
        assert len(claim.weights) == width


def relu(x: Fraction) -> Fraction:
    return max(x, Fraction(0))


@pytest.mark.parametrize("bias", [False, True])
def test_the_network_of_twice_as_many_units_takes_all_labels(bias):
    """Built and evaluated in fractions: sum over l of (relu(<w + h u, x>) - relu(<w, x>))/h."""
    inputs = restrict(table_record(read_dataset(DATA / "iris.csv", "species", deduplicate=True)), range(0, 149, 12))
    claim = claim_of(prove_tangent(inputs, bias, 30))
    assert claim.full
    rows = rows_of(inputs, bias)
    n, d = len(rows), len(rows[0])
    labels = [Fraction((7 * i * i + 3) % 11 - 5, 3) for i in range(n)]
    phi = fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in features(rows, claim.weights)])
    echelon, rank = phi.rref()
    assert rank == n
    pivots = [next(c for c in range(phi.ncols()) if echelon[i, c] != 0) for i in range(n)]
    square = fmpq_mat([[phi[i, c] for c in pivots] for i in range(n)])
    solution = square.solve(fmpq_mat([[fmpq(y.numerator, y.denominator)] for y in labels]))
    u = [[Fraction(0)] * d for _ in claim.weights]
    for k, column in enumerate(pivots):
        u[column // d][column % d] = Fraction(int(solution[k, 0].p), int(solution[k, 0].q))

    def inner(a, b) -> Fraction:
        return sum((s * t for s, t in zip(a, b, strict=True)), Fraction(0))

    h = min(
        abs(inner(w, x)) / (abs(inner(v, x)) + 1) for w, v in zip(claim.weights, u, strict=True) for x in rows
    ) / 2  # fmt: skip
    hidden = [[a + h * b for a, b in zip(w, v, strict=True)] for w, v in zip(claim.weights, u, strict=True)]
    hidden += [list(w) for w in claim.weights]
    outer = [1 / h] * len(u) + [-1 / h] * len(u)
    assert len(hidden) == 2 * len(claim.weights)
    assert [sum(v * relu(inner(w, x)) for v, w in zip(outer, hidden, strict=True)) for x in rows] == labels


def test_too_few_features_are_dependent():
    inputs = restrict(table_record(read_dataset(DATA / "wine.csv", "class")), range(60))
    outcome = prove_tangent(inputs, False, 4)  # 52 columns
    assert outcome.finding is Finding.REFUTED
    assert "a linear relation among the features of" in outcome.reason
    assert holds(claim_of(outcome))


def test_one_direction_is_dependent_at_any_width():
    rows = [[1, 2], [3, 6], [1, 0]]
    assert prove_tangent(table(rows), False, 40).finding is Finding.REFUTED
    assert prove_tangent(table(rows), True, 40).finding is Finding.PROVED


def test_units_at_right_angles_are_left_out(monkeypatch):
    drawn = [1, -1, 2, 1, 1, 3, *[0] * 14]
    monkeypatch.setattr(tangent, "draw_integers", lambda *_: drawn)
    claim = claim_of(prove_tangent(table([[1, 1], [2, 1]]), False, 2))
    assert len(claim.weights) == 2
    assert all(sum(w * x for w, x in zip(unit, row, strict=True)) for unit in claim.weights for row in ((1, 1), (2, 1)))
    with pytest.raises(InputError, match="at right angles to a row; take another"):
        prove_tangent(table([[1, 1], [2, 1]]), False, 3)


def test_the_seed_decides():
    first, again, other = (prove_tangent(small_table(), True, 9, seed).certificate for seed in (1, 1, 2))
    assert b"".join(first.lines()) == b"".join(again.lines())
    assert first.claim.weights != other.claim.weights


def test_input_that_is_refused(monkeypatch):
    with pytest.raises(InputError, match="row 1 is zero"):
        prove_tangent(table([[0], [1]]), False, 2)
    with pytest.raises(InputError, match="width: 100000000 units have 2 x 200000000 features"):
        prove_tangent(table([[0], [1]]), True, 10**8)
    with pytest.raises(InputError, match="more than 4096 bits; rescale"):
        prove_tangent(table([[f"1e-{k}", f"1e{k}"] for k in (900, 901)]), False, 2)
    monkeypatch.setattr(tangent, "MAX_VECTOR_BITS", 0)
    outcome = prove_tangent(small_table(), False, 2)
    assert (outcome.finding, outcome.certificate) == (Finding.UNDECIDED, None)
    monkeypatch.setattr(tangent, "MAX_ROWS", 6)
    with pytest.raises(InputError, match="at most 6"):
        prove_tangent(small_table(), False, 2)


def test_no_more_work_than_the_checker_does(monkeypatch):
    monkeypatch.setattr(tangent, "MAX_WORK", 7 * 4 * tangent.PLACE)
    with pytest.raises(InputError, match="too long for so many rows and units"):
        prove_tangent(small_table(), False, 4)


def test_a_relation_of_more_work_than_the_checker_does_is_left_out(monkeypatch):
    assert prove_tangent(small_table(), False, 2).finding is Finding.REFUTED
    monkeypatch.setattr(tangent, "MAX_WORK", 7 * 2 * (2 * 8 + tangent.PLACE))
    assert prove_tangent(small_table(), False, 2).finding is Finding.UNDECIDED


def test_no_more_weights_than_the_checker_reads():
    with pytest.raises(InputError, match="131073 units have 262146 weights"):
        prove_tangent(small_table(), False, 131073)
