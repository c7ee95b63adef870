"""Tangent kernel matrices: bounds against mpmath's eigenvalues, and singular ones exactly where K3 says."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import mpmath
import numpy as np
import pytest
from kernel_truth import least_eigenvalue, rows_of
from support import DATA, judge, table

from exactcap.claims import Kernel
from exactcap.errors import InputError
from exactcap.models.datasets import read_dataset
from exactcap.models.tangent_kernel import ACTIVATIONS
from exactcap.provers import kernel
from exactcap.provers.kernel import prove_kernel, rounded_down
from exactcap.provers.outcome import Finding
from exactcap.provers.records import restrict, table_record

GRID = [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if (a, b) != (0, 0)]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_matrix_is_singular_where_the_specification_says(activation):
    """All sets of up to four rows out of eight directions and two multiples: PROVED exactly where lambda > 0."""
    directions = [*GRID, (2, 0), (-3, -3)]
    sets = [rows for size in (2, 3, 4) for rows in combinations(directions, size)][:: 5 if activation == "relu" else 11]
    sets += [tuple(GRID), ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1))]
    for rows in sets:
        inputs = table([list(row) for row in rows])
        least = least_eigenvalue(activation, rows_of(inputs, False), 30)
        outcome = prove_kernel(activation, inputs, False)
        assert outcome.certificate is not None, rows
        claim = outcome.certificate.claim
        assert isinstance(claim, Kernel)
        if abs(least) < mpmath.mpf(10) ** -25:
            assert (outcome.finding, claim.least) == (Finding.REFUTED, None), rows
        else:
            assert outcome.finding is Finding.PROVED, (rows, least)
            assert claim.least is not None
            assert 0.98 * least < claim.least[0] * mpmath.mpf(10) ** claim.least[1] < least


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("bias", [False, True])
def test_bounds_are_close_to_the_eigenvalue(activation, bias, tmp_path):
    """Random rows at different scales, at 80 digits; some eigenvalues have no digit in float64."""
    generator = np.random.default_rng(7)
    rows = [[int(a), Fraction(int(b), 1000)] for a, b in generator.integers(-1000, 1000, (9, 2))]
    inputs = table(rows)
    outcome = prove_kernel(activation, inputs, bias)
    assert outcome.finding is Finding.PROVED, outcome.reason
    assert judge(b"".join(outcome.certificate.lines()), tmp_path).verified
    least = least_eigenvalue(activation, rows_of(inputs, bias), 80)
    mantissa, exponent = outcome.certificate.claim.least
    with mpmath.workdps(80):
        bound = mantissa * mpmath.mpf(10) ** exponent
        assert bound < least < 1.011 * bound
    assert 100 <= mantissa < 1000


def test_a_duplicated_direction_is_refused(tmp_path):
    """A row that is three times another one, in the middle of real data."""
    whole = table_record(read_dataset(DATA / "wine.csv", "class"))
    inputs = restrict(whole, range(20))
    assert prove_kernel("relu", inputs, False).finding is Finding.PROVED
    values = [list(row) for row in inputs.fractions()]
    values[11] = [3 * x for x in values[4]]
    tripled = type(inputs)(inputs.columns, inputs.label, inputs.rows, tuple(tuple(map(str, row)) for row in values))
    outcome = prove_kernel("relu", tripled, False)
    assert outcome.finding is Finding.REFUTED
    assert outcome.reason == "rows 5 and 12 have the same direction, so e_5 - e_12 is a null vector"
    verdict = judge(b"".join(outcome.certificate.lines()), tmp_path)
    assert verdict.verified
    assert verdict.statement.endswith("is singular")
    assert prove_kernel("relu", tripled, True).finding is Finding.PROVED


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_nearly_parallel_rows(activation, tmp_path):
    """The angle is about 10^-9; the eigenvalue falls with it for kinks, with its square for smooth units."""
    inputs = table([[10**9, 1], [10**9, 2], [1, 10**9]])
    outcome = prove_kernel(activation, inputs, False)
    assert outcome.finding is Finding.PROVED, outcome.reason
    assert judge(b"".join(outcome.certificate.lines()), tmp_path).verified
    mantissa, exponent = outcome.certificate.claim.least
    least = least_eigenvalue(activation, rows_of(inputs, False), 60)
    assert mantissa * mpmath.mpf(10) ** exponent < least < 1.011 * mantissa * mpmath.mpf(10) ** exponent


def test_eigenvalues_out_of_reach_are_undecided(monkeypatch):
    inputs = table([[Fraction(k, 1000)] for k in range(24)])
    outcome = prove_kernel("sin", inputs, True)
    assert (outcome.finding, outcome.certificate) == (Finding.UNDECIDED, None)
    assert "the smallest eigenvalue is too small for a lower bound" in outcome.reason
    monkeypatch.setattr(kernel, "FACTORS", (Fraction(2),))
    outcome = prove_kernel("relu", table([[1, 0], [0, 1], [1, 1]]), False)
    assert (outcome.finding, outcome.certificate) == (Finding.UNDECIDED, None)


def test_a_relation_that_is_too_long_is_undecided(monkeypatch):
    rows = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1)]
    monkeypatch.setattr(kernel, "MAX_COEFFICIENT_BITS", 0)
    outcome = prove_kernel("relu", table([list(row) for row in rows]), False)
    assert (outcome.finding, outcome.certificate) == (Finding.UNDECIDED, None)
    assert "definite" not in outcome.reason


def test_input_that_is_refused(monkeypatch):
    with pytest.raises(InputError, match="row 2 is zero and has no direction; add --bias"):
        prove_kernel("relu", table([[1, 2], [0, 0]]), False)
    with pytest.raises(InputError, match="'tanh' is none of relu, abs"):
        prove_kernel("tanh", table([[1, 2], [0, 1]]), False)
    monkeypatch.setattr(kernel, "MAX_ROWS", 2)
    with pytest.raises(InputError, match="3 rows, a lower bound is proved for at most 2"):
        prove_kernel("relu", table([[1, 2], [0, 1], [1, 1]]), False)
    assert prove_kernel("relu", table([[1, 2], [0, 1], [3, 6]]), False).finding is Finding.REFUTED
    monkeypatch.setattr(kernel, "MAX_ROWS", 1800)
    monkeypatch.setattr(kernel, "MAX_WORK", 10)
    with pytest.raises(InputError, match="take fewer rows or columns, or round them"):
        prove_kernel("relu", table([[1, 2], [0, 1], [1, 1]]), False)


def test_one_row():
    outcome = prove_kernel("relu", table([[1, 2]]), False)
    assert outcome.certificate.claim.least == (499, -3)


def test_rounding_down():
    for x in (Fraction(1, 3), Fraction(1, 10**50), Fraction(12345), Fraction(999999, 10**6), Fraction(1)):
        m, e = rounded_down(x, 3)
        assert 100 <= m < 1000
        assert m * Fraction(10) ** e <= x < (m + 1) * Fraction(10) ** e
