"""Regular zeros proved and checked, and those that must not be: trivial zeros, too many rows, equal rows."""

from __future__ import annotations

from fractions import Fraction
from unittest import mock

import numpy as np
import pytest
from support import interpolation, judge, small_table, table

from exactcap.claims import Generic, Table
from exactcap.errors import InputError
from exactcap.models.activations import parse_activation
from exactcap.provers import regular_zero
from exactcap.provers.interpolation import decide_obstruction, prove_interpolation
from exactcap.provers.newton import newton_kantorovich
from exactcap.provers.outcome import Finding
from exactcap.provers.regular_zero import prove_zero, spread_rows
from exactcap.training.weights import Weights


def scattered(n: int, d: int) -> Table:
    return table(np.random.default_rng(n).standard_normal((n, d)).round(3).tolist())


@pytest.mark.parametrize("text", ["tanh", "sigmoid", "softplus", "silu", "gelu", "sin", "erf", "gaussian", "x^3 + x"])
def test_an_odd_width_beyond_the_paired_bound(text, tmp_path):
    n = 9 if text == "x^3 + x" else 14
    claim = interpolation(text, scattered(n, 3), 5)  # the paired argument ends at 2 (3 + 2) = 10
    outcome = prove_interpolation(claim)
    assert outcome.finding is Finding.PROVED, outcome.reason
    verdict = judge(b"".join(outcome.certificate.lines()), tmp_path)
    assert verdict.verified, verdict.reason
    if text == "tanh":
        assert "regular zero: 5 neurons" in outcome.reason
        assert verdict.relies_on == ("newton-kantorovich", "regular-zero")
        assert prove_interpolation(claim, method="paired").finding is Finding.UNDECIDED


def test_spare_neurons_constant_columns_and_one_row(tmp_path):
    for inputs, width in ((small_table(), 2**53 - 1), (small_table(), 4), (table([[3]]), 1)):
        outcome = prove_interpolation(interpolation("tanh", inputs, width), method="regular-zero")
        assert outcome.finding is Finding.PROVED, outcome.reason
        assert judge(b"".join(outcome.certificate.lines()), tmp_path).verified


def weights(W, b, v) -> Weights:
    d = len(W[0])
    return Weights("tanh", np.array(W), np.array(b), np.array(v), 0.0, np.ones(d), np.zeros(d))


@pytest.mark.parametrize(
    "point",
    [
        weights([[0.0], [1.0]], [0.0, 0.5], [1.0, 0.0]),  # one neuron vanishes, the other is not used
        weights([[1.0], [2.0]], [0.3, 0.1], [0.0, 0.0]),
        weights([[0.0], [0.0]], [0.0, 0.0], [1.0, -2.0]),
        weights([[0.7], [0.7]], [0.3, 0.3], [1.0, -1.0]),  # a pair has the rank of one neuron
    ],
)
def test_trivial_zeros_are_not_proved(point):
    claim = interpolation("tanh", table([[0], [1], [3], ["-2.5"]]), 2)
    rows = claim.inputs.fractions()
    assert isinstance(newton_kantorovich(parse_activation("tanh"), rows, point, [Fraction(0)] * 4), str)
    with mock.patch.object(regular_zero, "zeros", return_value=iter([point])):
        assert "is not proved" in prove_zero(claim)


def test_no_more_rows_than_parameters():
    for n, finding in ((11, Finding.UNDECIDED), (12, Finding.UNDECIDED), (13, Finding.REFUTED)):
        claim = interpolation("tanh", scattered(n, 2), 3)  # m (d + 2) = 12
        outcome = prove_interpolation(claim, method="regular-zero")
        assert outcome.finding is finding or n == 11
    assert "rank at most 11" in prove_interpolation(interpolation("tanh", scattered(12, 2), 3)).reason


def test_a_method_that_does_not_apply():
    tanh = parse_activation("tanh")
    generic = interpolation("tanh", Generic(3, 8), 5)
    with pytest.raises(InputError, match="at given inputs"):
        prove_interpolation(generic, method="regular-zero")
    with pytest.raises(InputError, match="1801 rows are more than the 1800"):
        regular_zero.require_table(tanh, table([[k] for k in range(1801)]))
    with pytest.raises(InputError, match="blocks: a regular zero uses all"):
        prove_interpolation(interpolation("tanh", small_table(), 3), ("W",), method="regular-zero")
    with pytest.raises(InputError, match="log is not smooth"):
        prove_interpolation(interpolation("log", small_table(), 3), method="regular-zero")
    beyond = interpolation("tanh", table([[10**399], [0], [1]]), 2)
    assert "too large for float64" in prove_interpolation(beyond, method="regular-zero").reason


def test_an_obstruction_without_a_route_to_the_opposite_is_undecided():
    many = table([[k] for k in range(1801)])  # too many for a regular zero, and gelu has no blocks
    assert decide_obstruction(parse_activation("gelu"), many, 1000).finding is Finding.UNDECIDED


def test_chosen_blocks_mean_the_paired_argument():
    outcome = prove_interpolation(interpolation("tanh", scattered(14, 3), 5), ("W", "b"))
    assert outcome.finding is Finding.UNDECIDED
    assert "regular" not in outcome.reason


def test_spread_rows_start_with_the_extremes():
    order = spread_rows(table([[0], [1], [100], [101], [50]]))
    assert sorted(order) == list(range(5))
    assert order[:3] == [0, 3, 4]
