"""True and false claims whose truth follows from theory/ranks.md, computed here by its formulas, not by the provers."""

from __future__ import annotations

import itertools
from math import comb

import pytest
from support import interpolation, judge

from exactcap.claims import Generic, Obstruction
from exactcap.errors import InputError
from exactcap.models.activations import parse_activation
from exactcap.provers.interpolation import decide_obstruction, prove_interpolation
from exactcap.provers.obstruction import prove_obstruction
from exactcap.provers.outcome import Finding


def alexander_hirschowitz(d: int, k: int, m: int) -> int:
    """The rank R(d,k,m) of section 3, for quadrics and without the four exceptions otherwise."""
    if k == 1:
        return m * d - comb(m, 2) if m <= d else comb(d + 1, 2)
    return min(m * d, comb(d + k, k + 1))


def generic_rank(activation: str, d: int, m: int) -> int:
    """r(m) for W, b, v trained, by sections 5 and 6 (d >= 2)."""
    full, without_outer = m * (d + 2), m * (d + 1)
    if activation in ("exp", "1/x", "x^-2"):
        return without_outer
    if activation == "x^2":
        return alexander_hirschowitz(d + 1, 1, m)
    if activation == "x^2 + x":
        return min(comb(d + 2, 2), alexander_hirschowitz(d + 1, 1, m) + (m <= d + 1))
    if activation == "x^3":
        return alexander_hirschowitz(d + 1, 2, m)
    if activation == "x^5 + x^2":
        return min(comb(d + 5, d), without_outer + min(m, comb(d + 2, d)))
    return full


ACTIVATIONS = (
    "tanh", "sigmoid", "silu", "sin", "cos", "gaussian", "1/(1+x^2)", "exp", "1/x", "x^-2", "x^2", "x^3", "x^5 + x^2",
)  # fmt: skip


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_verdicts_on_generic_inputs(activation, tmp_path):
    for d, m in itertools.product((2, 3), (1, 2, 3, 4, 5)):
        half, whole = generic_rank(activation, d, m // 2) if m > 1 else 0, generic_rank(activation, d, m)
        for n in {1, half, half + 1, whole, whole + 1, whole + 5} - {0}:
            outcome = prove_interpolation(interpolation(activation, Generic(d, n), m))
            if n <= half:
                assert outcome.finding is Finding.PROVED, (d, m, n, outcome.reason)
            elif n > whole:
                assert outcome.finding is Finding.REFUTED, (d, m, n, outcome.reason)
                assert isinstance(outcome.certificate.claim, Obstruction)
            else:
                assert outcome.finding is Finding.UNDECIDED, (d, m, n, outcome.reason)
                assert outcome.certificate is None
                continue
            verdict = judge(b"".join(outcome.certificate.lines()), tmp_path)
            assert verdict.verified, verdict.reason
            opposite = decide_obstruction(parse_activation(activation), Generic(d, n), m)
            assert opposite.finding is (Finding.PROVED if n > whole else Finding.REFUTED)


@pytest.mark.parametrize("activation", ["softplus", "erf"])
def test_without_outer_weight_columns(activation):
    """Only W and b can be certified: PROVED up to M(d+1), refuted above m(d+2)."""
    for n, finding in ((8, Finding.PROVED), (9, Finding.UNDECIDED), (20, Finding.UNDECIDED), (21, Finding.REFUTED)):
        assert prove_interpolation(interpolation(activation, Generic(3, n), 4)).finding is finding


def test_exp_is_refuted_beyond_its_rank_and_undecided_where_the_paired_argument_stops():
    for d, m in itertools.product((1, 2, 5), (2, 4, 6)):
        beyond = prove_interpolation(interpolation("exp", Generic(d, m * (d + 1) + 1), m))
        assert beyond.finding is Finding.REFUTED
        paired = prove_interpolation(interpolation("exp", Generic(d, m // 2 * (d + 2)), m))
        assert paired.finding is Finding.UNDECIDED
        assert "another argument may succeed" in paired.reason


def test_one_positive_neuron_and_two_points():
    """sigmoid, width 1, y = (1, -1) cannot be fitted although d is large: never PROVED."""
    for d in (1, 5, 50):
        outcome = prove_interpolation(interpolation("sigmoid", Generic(d, 2), 1))
        assert outcome.finding is Finding.UNDECIDED


def test_odd_width_pairs_only_floor_of_half():
    """The trap of section 7: floor(m/2)(d+2), not floor(m(d+2)/2)."""
    assert prove_interpolation(interpolation("tanh", Generic(3, 5), 3)).finding is Finding.PROVED
    assert prove_interpolation(interpolation("tanh", Generic(3, 6), 3)).finding is Finding.UNDECIDED


@pytest.mark.parametrize(("d", "m", "true_rank"), [(2, 5, 14), (3, 9, 34)])
def test_defective_quartics_are_never_proved_beyond_their_rank(d, m, true_rank):
    """z^4 with bias is defective at the shifted Alexander-Hirschowitz triples: one point less than parameters."""
    assert prove_interpolation(interpolation("x^4", Generic(d, true_rank), 2 * m)).finding is Finding.PROVED
    claim = interpolation("x^4", Generic(d, true_rank + 1), 2 * m)
    assert prove_interpolation(claim).finding is not Finding.PROVED


def test_the_defective_cubic_with_lower_terms():
    """z^3 + c z, d = 5, m = 7 reaches 48 and not 49 (section 5)."""
    assert prove_interpolation(interpolation("x^3 + x", Generic(5, 48), 14)).finding is Finding.PROVED
    assert prove_interpolation(interpolation("x^3 + x", Generic(5, 49), 14)).finding is not Finding.PROVED


def test_the_chain_for_quadrics_with_outer_weights():
    """z^2 + z with W, b, v and d = 5, m = 2, 3, 4 has ranks 12, 16, 19 (section 8): U4, and one constant more."""
    for m, rank in ((2, 12), (3, 16), (4, 19)):
        claim = interpolation("x^2 + x", Generic(5, rank), 2 * m)
        assert prove_interpolation(claim).finding is Finding.PROVED, m
        claim = interpolation("x^2 + x", Generic(5, rank + 1), 2 * m)
        assert prove_interpolation(claim).finding is not Finding.PROVED, m
        bound = prove_obstruction(parse_activation("x^2 + x"), Generic(5, 60), m).certificate.claim.at_most
        assert bound == rank


def test_blocks_that_cannot_be_certified_are_named():
    for activation, blocks, word in (
        ("softplus", ("W", "v"), "W,b work"),
        ("erf", ("v",), "W,b work"),
        ("gelu", None, "--method regular-zero may"),
        ("tanh", ("W", "W"), "not a choice"),
        ("tanh", ("w",), "not a choice"),
    ):
        with pytest.raises(InputError, match=word):
            prove_interpolation(interpolation(activation, Generic(2, 2), 4), blocks)
