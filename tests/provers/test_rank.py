"""Ranks as a user asks for them: found and proved from both sides, claims true and false, and what stays open."""

from __future__ import annotations

import itertools
from math import comb

import pytest
from rank_oracle import generic_rank
from support import judge, power, psi, small_table, table

from exactcap.claims import Activation, Deep, Functions, Generic, Hadamard, Jacobian, KhatriRao, Matrix, Rank
from exactcap.errors import InputError
from exactcap.models.activations import parse_activation
from exactcap.models.deep_laws import ambient_dimension, naive_dimension, three_layer_rank
from exactcap.models.differential_equation import first_order_equation
from exactcap.models.rank_laws import (
    ALEXANDER_HIRSCHOWITZ_EXCEPTIONS,
    analytic_rank,
    hadamard_rank,
    khatri_rao_rank,
    polynomial_rank,
    polynomial_rank_without_bias,
)
from exactcap.provers.outcome import Finding
from exactcap.provers.rank import decide_rank, find_rank, find_ranks


def is_proved_to_be(matrix: Matrix, rank: int, tmp_path) -> bool:
    """The formula's value is proved from both sides, its neighbours are refuted; the checker agrees each time."""
    (found,) = find_ranks([matrix])
    assert (found.lower, found.upper, found.is_probable) == (rank, rank, False), matrix.text()
    claims = [("equals", rank, Finding.PROVED), ("at-least", rank + 1, Finding.REFUTED)]
    claims += [("equals", rank - 1, Finding.REFUTED), ("at-most", rank - 1, Finding.REFUTED)] if rank > 1 else []
    for relation, number, finding in claims:
        outcome = decide_rank(Rank(matrix, number, relation), seed=3)
        assert outcome.finding is finding, (matrix.text(), relation, number, outcome.reason)
        verdict = judge(b"".join(outcome.certificate.lines()), tmp_path)
        assert verdict.verified, verdict.reason
    return True


def test_hadamard_powers_and_their_sums(tmp_path):
    for inner, exponents in itertools.product((1, 2, 3), ({0}, {1}, {2}, {0, 2}, {1, 3})):
        f = Activation("rational", tuple("01"[k in exponents] for k in range(max(exponents) + 1)), ("1",))
        for rows, columns in ((4, 6), (9, 7), (30, 30)):
            law = hadamard_rank(rows, columns, inner, exponents)
            assert is_proved_to_be(Hadamard(columns, f, inner, rows), law, tmp_path)
    assert is_proved_to_be(Hadamard(6, psi("tanh"), 1, 9), hadamard_rank(9, 6, 1, None), tmp_path)


@pytest.mark.parametrize("d", [1, 2, 3, 4])
def test_khatri_rao_products(d, tmp_path):
    for k in range(5):
        ambient = comb(d + k, k + 1)
        if ambient > 35:
            continue
        for m in range(1, -(-ambient // d) + 2):
            law = khatri_rao_rank(d, k, m)
            assert is_proved_to_be(KhatriRao(Functions(d), k, m), law, tmp_path)
            for n in (law // 2, law + 3):
                assert n == 0 or find_ranks([KhatriRao(Generic(d, n), k, m)])[0].lower == min(n, law)


@pytest.mark.parametrize("triple", sorted(ALEXANDER_HIRSCHOWITZ_EXCEPTIONS))
def test_alexander_hirschowitz_exceptions_have_a_reason(triple, tmp_path):
    d, k, m = triple
    (found,) = find_ranks([KhatriRao(Functions(d), k, m)])
    assert found.rules == ("homogenise", "U6" if k == 2 else "U5")
    assert is_proved_to_be(KhatriRao(Functions(d), k, m), min(m * d, comb(d + k, k + 1)) - 1, tmp_path)
    naive = decide_rank(Rank(KhatriRao(Functions(d), k, m), min(m * d, comb(d + k, k + 1)), "equals"))
    assert naive.finding is Finding.REFUTED


def test_polynomials_without_bias(tmp_path):
    for exponents in ({0}, {0, 1}, {1, 2}, {0, 3}, {0, 1, 2}):
        coefficients = tuple("01"[k - 1 in exponents] for k in range(max(exponents) + 2))
        for d, m in itertools.product((1, 2, 3), (1, 2, 3, 4, 5)):
            matrix = Jacobian(Activation("rational", coefficients, ("1",)), "none", ("W",), Functions(d), m)
            assert is_proved_to_be(matrix, polynomial_rank_without_bias(d, exponents, m), tmp_path)


@pytest.mark.parametrize(
    "text", ["x^2", "x^2 + x", "x^3", "x^3 + 2*x + 1", "x^4 + x", "x^4 + 3", "x^4 + x^3", "x^5 + x^2"]
)
def test_polynomials_with_bias(text, tmp_path):
    model = parse_activation(text)
    equation = first_order_equation(model)
    t = len(equation.remainder) - 1 if equation.remainder else None
    for blocks, d, m in itertools.product(("W", "Wb", "Wbv"), (1, 2), (1, 2, 3, 4, 5)):
        law = polynomial_rank(d, model.polynomial_degree, t, blocks, m)
        assert is_proved_to_be(Jacobian(psi(text), "generic", tuple(blocks), Functions(d), m), law, tmp_path)


@pytest.mark.parametrize(
    "text", ["tanh", "sin", "gaussian", "silu", "exp", "1/x", "1/(1+x^2)", "x + 1/x", "softplus", "log"]
)
def test_analytic_activations(text, tmp_path):
    model = parse_activation(text)
    for blocks, m in itertools.product(("W", "Wb", "Wbv"), (1, 3)):
        if set(blocks) <= set(model.blocks):
            matrix = Jacobian(psi(text), "generic", tuple(blocks), Functions(2), m)
            assert is_proved_to_be(matrix, analytic_rank(model, 2, blocks, m), tmp_path)


def test_chains_reach_what_no_single_rule_does(tmp_path):
    """Section 8: z^2 + z with W, b, v, d = 5, m = 2, 3, 4, and z^3 + z with d = 4, m = 6."""
    for m, rank in ((2, 12), (3, 16), (4, 19)):
        assert is_proved_to_be(Jacobian(psi("x^2 + x"), "generic", ("W", "b", "v"), Functions(5), m), rank, tmp_path)
    assert is_proved_to_be(Jacobian(psi("x^3 + x"), "generic", ("W", "b", "v"), Functions(4), 6), 34, tmp_path)


DEEP = {
    (5, 5, 3, 1): 32, (3, 5, 6, 4, 3, 1): 58, (2, 3, 4, 5): 24, (2, 2, 3, 4, 1): 7, (5, 4, 4, 1): 26,
    (2, 2, 1): 3, (2, 2, 2, 1): 5, (2, 3, 3, 2, 1): 9, (2, 2, 2): 6, (2, 3, 3, 2): 10, (2, 3, 3): 9, (2, 3, 3, 3): 15,
    (3, 3, 1): 6, (3, 4, 3, 1): 15, (2, 3, 4, 5, 4, 6, 4, 1): 65,
}  # fmt: skip


@pytest.mark.parametrize("widths", DEEP)
def test_deep_networks_of_squares(widths, tmp_path):
    squares = (power(2),) * (len(widths) - 2)
    assert is_proved_to_be(Deep(squares, "none", Functions(widths[0]), widths[1:]), DEEP[widths], tmp_path)
    assert (
        DEEP[widths] <= naive_dimension(widths, (2,) * len(squares)) <= ambient_dimension(widths, (2,) * len(squares))
    )


def test_too_few_points_do_not_show_the_dimension():
    """Widths 5, 4, 4, 1 and squares: 20 points give 20, the dimension is 26; a claim of 20 is refuted."""
    squares = (power(2), power(2))
    assert find_ranks([Deep(squares, "none", Generic(5, 20), (4, 4, 1))])[0].lower == 20
    claim = Rank(Deep(squares, "none", Functions(5), (4, 4, 1)), 20, "equals")
    assert decide_rank(claim).finding is Finding.REFUTED


def test_three_layers_with_analytic_activations(tmp_path):
    """The middle block alone has rank m1 m2; all parameters together give the whole Jacobian."""
    quotient = psi("1/(1+x^2)")
    for m1, m2 in ((2, 2), (3, 4)):
        matrix = Deep((quotient, quotient), "hidden", Generic(2, 60), (m1, m2, 1))
        assert is_proved_to_be(
            matrix, 2 * m1 + m1 + three_layer_rank(m1, m2) + m2 + m2, tmp_path
        )  # W_1, b_1, W_2, b_2, v
    for first in ("tanh", "sin", "silu"):
        (found,) = find_ranks([Deep((psi(first), psi("1/(1+x^2)")), "all", Generic(2, 50), (2, 3, 2))])
        assert found.lower == found.upper == generic_rank(found.matrix)


def test_mixed_activations_and_several_outputs_agree_with_the_definition(tmp_path):
    choices = [(power(2), psi("x^2+x")), (psi("x^2-1"), power(3)), (psi("tanh"), power(2)), (psi("1/x"), power(2))]
    for activations, bias in itertools.product(choices, ("none", "hidden", "all")):
        for widths in ((2, 2, 2), (2, 3, 1)):
            matrix = Deep(activations, bias, Generic(2, 18), widths)
            (found,) = find_ranks([matrix])
            true_rank = generic_rank(matrix)
            assert found.lower == true_rank <= found.upper
            verdict = judge(b"".join(found.certificate.lines()), tmp_path)
            assert verdict.finding == ("PROBABLE" if found.is_probable else "VERIFIED"), verdict.reason


def test_what_no_rule_reaches_is_probable_and_never_proved(tmp_path):
    """Widths 3, 4, 2, 1: the rules give 12, the dimension is 11; the checker draws points of its own."""
    matrix = Deep((power(2), power(2)), "none", Functions(3), (4, 2, 1))
    outcome = find_rank(matrix)
    assert outcome.finding is Finding.PROBABLE
    verdict = judge(b"".join(outcome.certificate.lines()), tmp_path)
    assert (verdict.finding, verdict.verified) == ("PROBABLE", False)
    assert int(verdict.error_bound.removeprefix("2^-")) >= 40
    for relation, rank, finding in (
        ("equals", 12, Finding.UNDECIDED), ("equals", 11, Finding.PROBABLE), ("at-most", 11, Finding.PROBABLE),
        ("at-least", 12, Finding.UNDECIDED), ("at-least", 11, Finding.PROVED), ("at-most", 12, Finding.PROVED),
        ("equals", 10, Finding.REFUTED), ("equals", 13, Finding.REFUTED), ("at-most", 10, Finding.REFUTED),
    ):  # fmt: skip
        assert decide_rank(Rank(matrix, rank, relation)).finding is finding, (relation, rank)


def test_ranks_on_a_table(tmp_path):
    """The lower side at the table; above U1, U2, U12, and the ambient dimension less the relations on the rows."""
    line = table([[k, 2 * k + 1, 3] for k in range(9)])
    one_hot = table([[1, 0, 0, 2], [0, 1, 0, 3], [0, 0, 1, 5], [1, 0, 0, 7], [0, 1, 0, 11], [0, 0, 1, 13]])
    for inputs, activation, blocks in itertools.product((line, one_hot, small_table()), ("tanh", "x^2"), ("Wb", "Wbv")):
        for m in (1, 2, 3):
            matrix = Jacobian(psi(activation), "generic", tuple(blocks), inputs, m)
            assert is_proved_to_be(matrix, generic_rank(matrix), tmp_path)
    for m in (1, 2, 9):
        assert is_proved_to_be(KhatriRao(line, 2, m), generic_rank(KhatriRao(line, 2, m)), tmp_path)


def test_an_open_interval_keeps_the_certificate_of_its_lower_end(tmp_path):
    """tanh' is even, so without bias x and -x give opposite rows; no rule knows it: [4, 6], and 4 is certified."""
    inputs = table([[3, 4], [-3, -4], [1, 0], [-1, 0], [0, 1], [0, -1], [1, 2], [-1, -2]])
    matrix = Jacobian(psi("tanh"), "none", ("W",), inputs, 3)
    assert generic_rank(matrix) == 4
    for outcome in (find_rank(matrix), decide_rank(Rank(matrix, 5, "equals")), decide_rank(Rank(matrix, 5, "at-most"))):
        assert outcome.finding is Finding.UNDECIDED
        assert outcome.certificate.claim == Rank(matrix, 4, "at-least")
        assert outcome.interval == (4, 6)
        assert judge(b"".join(outcome.certificate.lines()), tmp_path).verified


def test_a_group_shares_its_elimination_and_gives_the_same_ranks():
    group = [KhatriRao(Generic(4, n), 3, m) for n in (1, 7, 35, 60) for m in (1, 3, 8, 9, 10, 2**40)]
    together = find_ranks(group)
    assert [found.lower for found in together] == [find_ranks([matrix])[0].lower for matrix in group]
    assert [found.lower for found in together] == [
        min(found.matrix.n_rows, khatri_rao_rank(4, 3, min(found.matrix.width, 99))) for found in together
    ]


def test_rank_zero_on_a_table_of_zeros(tmp_path):
    zeros = table([[0, 0]])
    for matrix in (KhatriRao(zeros, 3, 2), Jacobian(psi("x^2"), "none", ("W",), zeros, 2)):
        outcome = find_rank(matrix)
        assert (outcome.finding, outcome.interval) == (Finding.PROVED, (0, 0))
        assert outcome.certificate.claim == Rank(matrix, 0, "at-most")
        assert judge(b"".join(outcome.certificate.lines()), tmp_path).verified
        assert decide_rank(Rank(matrix, 1, "at-least")).finding is Finding.REFUTED
    with pytest.raises(InputError, match="all its entries vanish"):
        find_rank(Deep((power(2),), "none", table([[0]]), (2, 1)))


def test_many_points_do_not_meet_poles_for_nothing():
    """Only as many neurons are drawn as have enough columns: 6 million pre-activations modulo p would meet a pole."""
    (found,) = find_ranks([Jacobian(psi("1/x"), "generic", ("W", "b"), Generic(3, 2500), 2400)])
    assert found.lower == found.upper == 2500


def test_draws_that_the_checker_would_refuse_are_not_offered(tmp_path):
    matrix = Deep((power(50),) * 7, "none", Generic(2, 3), (3, 3, 3, 3, 3, 3, 2, 4))
    outcome = find_rank(matrix)
    assert outcome.finding is Finding.UNDECIDED
    assert judge(b"".join(outcome.certificate.lines()), tmp_path).verified


def test_an_upper_bound_needs_no_entries_modulo_a_prime(tmp_path):
    claim = Rank(Jacobian(psi("gelu"), "generic", ("W", "b", "v"), Functions(4), 6), 36, "at-most")
    outcome = decide_rank(claim)
    assert outcome.finding is Finding.PROVED
    assert judge(b"".join(outcome.certificate.lines()), tmp_path).verified


def test_errors_name_what_to_do():
    with pytest.raises(InputError, match="values of softplus"):
        find_ranks([Hadamard(3, psi("softplus"), 2, 3)])
    with pytest.raises(InputError, match="not available"):
        find_ranks([Deep((psi("erf"),), "none", Generic(2, 5), (2, 1))])
    with pytest.raises(InputError, match="W,b work"):
        find_ranks([Jacobian(psi("log"), "generic", ("W", "b", "v"), Generic(2, 5), 2)])
    with pytest.raises(InputError, match="denominator"):
        find_ranks([Jacobian(psi("1/x"), "none", ("W",), table([[0, 0], [1, 2]]), 2)])
    for large in (Hadamard(20000, psi("tanh"), 3, 20000), Hadamard(20000, power(1), 20000, 20000)):
        with pytest.raises(InputError, match="fewer samples"):
            find_ranks([large])
    with pytest.raises(InputError, match="fewer samples"):
        find_ranks([Jacobian(psi("tanh"), "generic", ("W",), Generic(2000, 20000), 2000)])
