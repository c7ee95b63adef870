"""Whatever a prover writes, the checker verifies: on random and extreme tables, activations, widths and blocks."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from network_truth import has_regular_zero
from support import follows, interpolation, judge, table, to_records

from exactcap.claims import Generic
from exactcap.errors import InputError
from exactcap.models.activations import parse_activation
from exactcap.provers.capacity import row_capacity, smallest_width
from exactcap.provers.interpolation import prove_interpolation
from exactcap.provers.obstruction import prove_obstruction

LONG = ["9" * 395 + "e400", "." + "0" * 392 + "1e-400", "-1e308", "0.12345678901234567", "1e-20"]
ACTIVATIONS = [
    "tanh", "sigmoid", "silu", "exp", "softplus", "sin", "cos", "erf", "gaussian", "x", "x^2", "x^2 + x", "x^3 - 7*x",
    "x^5/3 + x^2", "1/x", "1/(x^2-1)", "x/(x-3)", "x^3 + 65535^119*x^2", "1/(2097143*x^2+x+1)", "1/(x^2+1/2097143)",
    "(x+1)^90/(x-1)^90", "x^200 + x", "0.3333333333333333333333*x^4 - 17/1000003*x",
]  # fmt: skip

cells = st.integers(-3, 3).map(str) | st.sampled_from(LONG) | st.decimals(-9, 9, places=3).map(str)


@st.composite
def tables(draw):
    """Small tables with random, constant and dependent columns; distinct rows."""
    n = draw(st.integers(1, 12))
    base = [draw(cells) for _ in range(n)]
    columns = [base]
    for kind in draw(st.lists(st.sampled_from(["random", "constant", "same", "sparse"]), max_size=3)):
        if kind == "random":
            columns.append([draw(cells) for _ in range(n)])
        elif kind == "sparse":
            columns.append(["1" if i == 0 else "0" for i in range(n)])
        else:
            columns.append(base if kind == "same" else ["5"] * n)
    rows = sorted(set(zip(*columns, strict=True)))
    distinct = {tuple(map(str, row)): list(row) for row in table([list(r) for r in rows]).values}
    return table(list(distinct.values()))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(inputs=tables(), activation=st.sampled_from(ACTIVATIONS), width=st.integers(1, 14), seed=st.integers(0, 3))
def test_certificates_of_tables_are_verified(inputs, activation, width, seed, tmp_path):
    _verify_all(inputs, activation, width, seed, "paired", tmp_path)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))  # a search in floats takes long
@given(inputs=tables(), activation=st.sampled_from(ACTIVATIONS), width=st.integers(1, 6), seed=st.integers(0, 3))
def test_regular_zeros_of_tables_are_verified(inputs, activation, width, seed, tmp_path):
    _verify_all(inputs, activation, width, seed, "best", tmp_path)


def test_a_regular_zero_with_a_small_jacobian(tmp_path):
    """The search goes to exp(-35), and the derivative there, of rank 1, is as small."""
    _verify_all(table([["0"]]), "exp", 1, 0, "best", tmp_path)


@pytest.mark.parametrize("activation", ["x^2", "gaussian", "x^5/3 + x^2"])
def test_a_search_among_numbers_beyond_float64_ends_quietly(activation, tmp_path):
    """Warnings are errors here."""
    for size in (300, 307, 308):
        _verify_all(table([[f"-1e{size}"]]), activation, 1, 0, "best", tmp_path)


def _verify_all(inputs, activation, width, seed, method, folder):
    psi = parse_activation(activation)
    proofs = [prove_obstruction(psi, inputs, width).certificate]
    try:
        for interval in (
            row_capacity(psi, inputs, width, None, seed, method=method),
            smallest_width(psi, inputs, None, seed, method=method),
        ):
            proofs += [interval.interpolation, interval.obstruction]
    except InputError as error:
        assert "2097143" in str(error)  # noqa: PT017 - the one activation without residues
    for proof in proofs:
        if proof is not None:
            verdict = judge(b"".join(proof.lines()), folder)
            assert verdict.verified, verdict.reason
            records = to_records(proof)
            if records[3] == {"evidence": "regular-zero"}:
                assert has_regular_zero(proof.claim, records[4:])
            else:
                assert "2097143" in activation or follows(records)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    n=st.integers(1, 20),
    d=st.integers(1, 4),
    activation=st.sampled_from(ACTIVATIONS),
    width=st.integers(1, 12) | st.just(2**53 - 1),
    blocks=st.sampled_from([None, ("W",), ("b",), ("W", "b"), ("W", "b", "v"), ("v",)]),
)
def test_certificates_of_generic_inputs_are_verified(n, d, activation, width, blocks, tmp_path):
    try:
        outcome = prove_interpolation(interpolation(activation, Generic(d, n), width), blocks)
    except InputError as error:
        assert "blocks" in str(error) or "2097143" in str(error)  # noqa: PT017
        return
    if outcome.certificate is not None:
        verdict = judge(b"".join(outcome.certificate.lines()), tmp_path)
        assert verdict.verified, verdict.reason
