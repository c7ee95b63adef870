"""Each upper-bound rule: what it accepts, what it rejects when a hypothesis fails by one, that it is never false."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from rank_oracle import generic_rank, subsets
from support import judge, power, psi, table

from exactcap.certificates.format import Certificate, canonical_line
from exactcap.checker.matrices import Network, Shallow, parse_rank_claim
from exactcap.checker.network_bounds import network_bound
from exactcap.checker.rank import _bound
from exactcap.checker.reader import Rejected
from exactcap.checker.shallow_bounds import shallow_bound
from exactcap.claims import Activation, Deep, Functions, Generic, Hadamard, Jacobian, KhatriRao, Matrix, Rank


def net(*widths: int, degree: int = 2, bias: str = "none") -> Deep:
    return Deep((power(degree),) * (len(widths) - 2), bias, Functions(widths[0]), widths[1:])


def checker_bound(matrix: Matrix, parts: dict[str, Any]) -> int | None:
    """What the checker makes of an evidence line, None if it rejects it."""
    import json

    claim = parse_rank_claim(json.loads(canonical_line(msgspec.to_builtins(Rank(matrix, 1, "at-most")))))
    try:
        return _bound(claim.matrix, json.loads(canonical_line(parts)))[0]
    except Rejected:
        return None


R = {name: {"rule": name} for name in ("U1", "U2", "U3", "U4", "U5", "U6", "U8", "U13")}


def homogenise(name: str) -> dict[str, Any]:
    return {"inner": {"rule": "homogenise", "then": R[name]}}


def e0(name: str) -> dict[str, Any]:
    return {"whole": {"rule": "e0", "then": R[name]}}


def equation(alpha: str, beta: str, gamma: str, *remainder: str, rule: str = "U9") -> dict[str, Any]:
    return {"alpha": alpha, "beta": beta, "gamma": gamma, "remainder": list(remainder), "rule": rule}


def jacobian(text: str, d: int, m: int, blocks: str = "Wbv", bias: str | None = None) -> Jacobian:
    return Jacobian(psi(text), bias or ("generic" if "b" in blocks else "none"), tuple(blocks), Functions(d), m)


W, WB, WV = "W", "Wb", "Wv"
LINE = table([[k, 2 * k + 1, 3] for k in range(9)])  # the affine rank is 2
SPARSE = table([[k if k < 2 else 5, k * k] for k in range(12)])

TWO_LAYER = {"inner": R["U4"], "outer": equation("0", "1", "-2"), "rule": "two-layer"}

# matrix, evidence, the bound or None for a rejection
CASES: list[tuple[Matrix, dict[str, Any], int | None]] = [
    (KhatriRao(Generic(3, 7), 2, 9), {"whole": R["U1"]}, 7),
    (KhatriRao(Functions(3), 2, 9), {"whole": R["U1"]}, None),
    (KhatriRao(Functions(3), 2, 2), {"inner": R["U2"]}, 6),
    (KhatriRao(Functions(3), 2, 2), {"inner": R["U2"], "outer": R["U2"]}, None),
    (KhatriRao(Functions(3), 2, 2), {"outer": R["U2"]}, None),
    (KhatriRao(Functions(3), 2, 9), {"whole": R["U3"]}, 10),
    (jacobian("1/x", 3, 9), {"whole": R["U3"]}, None),
    (jacobian("tanh", 3, 9), {"whole": R["U3"]}, None),
    # U4: width at most d, or d + 1 with constant terms; degree exactly 2
    (KhatriRao(Functions(4), 1, 4), {"inner": R["U4"]}, 10),
    (KhatriRao(Functions(4), 1, 5), {"inner": R["U4"]}, 20 - 6),
    (KhatriRao(Functions(4), 1, 6), {"inner": R["U4"]}, None),
    (KhatriRao(Functions(4), 2, 3), {"inner": R["U4"]}, None),
    (jacobian("x^2+x", 4, 5, WB), {"inner": R["U4"]}, 25 - 10),
    (jacobian("x^2+x", 4, 6, WB), {"inner": R["U4"]}, None),
    (jacobian("x^2+x", 4, 5, W), {"inner": R["U4"]}, 20 - 6),
    (jacobian("x^2+x", 4, 6, W), {"inner": R["U4"]}, None),
    (jacobian("x^2", 4, 5, W, "generic"), {"inner": R["U4"]}, 20 - 6),
    (jacobian("x^3", 4, 3, W), {"inner": R["U4"]}, None),
    # U5: quartics, a quadric through the points
    (KhatriRao(Functions(3), 3, 5), homogenise("U5"), 14),
    (KhatriRao(Functions(3), 3, 6), homogenise("U5"), None),
    (KhatriRao(Functions(3), 2, 5), homogenise("U5"), None),
    (KhatriRao(Functions(4), 3, 9), homogenise("U5"), 34),
    (KhatriRao(Functions(5), 3, 14), homogenise("U5"), 69),
    (KhatriRao(Functions(5), 3, 15), homogenise("U5"), None),
    (jacobian("x^4", 2, 5, WB), homogenise("U5"), 14),
    (jacobian("(x+2)^4 + 3", 2, 5, WB), homogenise("U5"), 14),
    (jacobian("x^4 + x", 2, 5, WB), homogenise("U5"), None),
    (jacobian("x^4 + x^2", 3, 5, W), homogenise("U5"), None),
    (jacobian("(x+1)^4", 3, 5, W), homogenise("U5"), None),
    # U6: seven points of P^4, cubics
    (KhatriRao(Functions(5), 2, 7), homogenise("U6"), 34),
    (KhatriRao(Functions(5), 2, 6), homogenise("U6"), None),
    (KhatriRao(Functions(5), 2, 8), homogenise("U6"), None),
    (KhatriRao(Functions(4), 2, 7), homogenise("U6"), None),
    (KhatriRao(Functions(5), 3, 7), homogenise("U6"), None),
    (jacobian("x^3", 4, 7, WB), homogenise("U6"), 34),
    (jacobian("x^3 + x", 4, 7, WB), homogenise("U6"), None),
    # e0: biases, a power and an affine rest; one point more
    (jacobian("x^3 + x", 4, 6), e0("U6"), 34),
    (jacobian("x^3 + x", 4, 7), e0("U6"), None),
    (jacobian("x^3 + x", 4, 6, WV), e0("U6"), None),
    (jacobian("x^4 + x", 2, 4), e0("U5"), 14),
    (jacobian("x^4 + x^2", 2, 4), e0("U5"), None),
    (jacobian("x^4 + x", 2, 5), e0("U5"), None),
    (jacobian("x^4 + 4*x^3 + 6*x^2", 2, 4), e0("U5"), 14),
    (jacobian("x^4 + 4*x^3 + 5*x^2", 2, 4), e0("U5"), None),
    (jacobian("x^2 + x", 4, 3), e0("U4"), 20 - 6),
    # U9, U10
    (jacobian("exp", 2, 3), {"inner": R["U2"], "outer": equation("1", "0", "-1")}, 9),
    (jacobian("exp", 2, 3), {"inner": R["U2"], "outer": equation("1", "0", "1")}, None),
    (jacobian("exp", 2, 3, WV), {"inner": R["U2"], "outer": equation("1", "0", "-1")}, None),
    (jacobian("exp", 2, 3, "bv"), {"inner": R["U2"], "outer": equation("1", "0", "-1")}, 3),
    (jacobian("tanh", 2, 3), {"inner": R["U2"], "outer": equation("1", "0", "-1")}, None),
    (jacobian("1/x", 2, 3, WV), {"inner": R["U2"], "outer": equation("0", "1", "1")}, 6),
    (jacobian("1/x", 2, 3, WV, "generic"), {"inner": R["U2"], "outer": equation("0", "1", "1")}, None),
    (jacobian("1/x", 2, 3, "bv"), {"inner": R["U2"], "outer": equation("0", "1", "1")}, None),
    (jacobian("x^2 + 1", 2, 4, WV), {"inner": R["U4"], "outer": equation("0", "1", "-2", "-2")}, None),
    (jacobian("x^2 + 1", 3, 3, WV), {"inner": R["U4"], "outer": equation("0", "1", "-2", "-2")}, 6 + 1),
    (jacobian("x^2 + 1", 3, 3, WV), {"inner": R["U4"], "outer": equation("0", "1", "-2", "-1")}, None),
    (jacobian("x^2", 3, 3), {"inner": R["U2"], "outer": equation("0", "0", "1", "0", "0", "1")}, None),
    (jacobian("log", 3, 4, WB), {"inner": equation("0", "1", "0", "1", rule="U10")}, 13),
    (jacobian("log", 3, 4, WB), {"inner": equation("0", "1", "0", "2", rule="U10")}, None),
    (jacobian("log", 3, 4, WB), {"inner": equation("0", "1", "0", "1")}, None),
    (jacobian("log", 3, 4, W, "generic"), {"inner": equation("0", "1", "0", "1", rule="U10")}, None),
    (jacobian("log", 3, 4, W), {"inner": equation("0", "1", "0", "1", rule="U10")}, 9),
    (jacobian("1/x", 3, 4, W), {"inner": equation("0", "1", "0", "1", rule="U10")}, None),
    # tables
    (Jacobian(psi("tanh"), "generic", ("W", "b"), LINE, 2), {"inner": R["U2"]}, 8),
    (
        Jacobian(psi("tanh"), "generic", ("W", "b"), LINE, 2),
        {"inner": {"relations": [["1", "2", "-1", "0"], ["-3", "0", "0", "1"]], "rule": "U2"}},
        4,
    ),
    (
        Jacobian(psi("tanh"), "generic", ("W", "b"), LINE, 2),
        {"inner": {"relations": [["-3", "0", "0", "1"], ["-6", "0", "0", "2"]], "rule": "U2"}},
        None,
    ),
    (
        Jacobian(psi("tanh"), "generic", ("W", "b"), LINE, 2),
        {"inner": {"relations": [["0", "0", "0", "0"]], "rule": "U2"}},
        None,
    ),
    (
        Jacobian(psi("tanh"), "generic", ("W", "b"), LINE, 2),
        {"inner": {"relations": [["1", "2", "-1", "1"]], "rule": "U2"}},
        None,
    ),
    (
        Jacobian(psi("tanh"), "generic", ("W",), LINE, 2),
        {"inner": {"relations": [["1", "2", "-1", "0"]], "rule": "U2"}},
        None,
    ),
    (
        Jacobian(psi("x^2"), "generic", ("W",), LINE, 9),
        {"whole": {"relations": [["0"] * 9 + ["1"]], "rule": "U3"}},
        None,
    ),
    (jacobian("tanh", 3, 2, WB), {"inner": {"relations": [], "rule": "U2"}}, None),
    (
        Jacobian(psi("tanh"), "generic", ("W", "b"), SPARSE, 3),
        {"inner": {"columns": [0], "rule": "U12", "support": 2}},
        2 + 3 + 3,
    ),
    (
        Jacobian(psi("tanh"), "generic", ("W", "b"), SPARSE, 3),
        {"inner": {"columns": [0], "rule": "U12", "support": 1}},
        None,
    ),
    (
        Jacobian(psi("tanh"), "none", ("W",), SPARSE, 3),
        {"inner": {"columns": [0], "rule": "U12", "support": 2}},
        None,
    ),
    (jacobian("tanh", 2, 3, WB), {"inner": {"columns": [0], "rule": "U12", "support": 0}}, None),
    # Hadamard
    (Hadamard(50, power(3), 4, 40), {"whole": R["U3"]}, 20),
    (Hadamard(50, power(3), 4, 40), {"whole": R["U1"]}, 40),
    (Hadamard(50, power(3), 4, 40), {"whole": R["U2"]}, 50),
    (Hadamard(50, psi("tanh"), 4, 40), {"whole": R["U3"]}, None),
    # deep
    (net(2, 3, 4, 5), {"cuts": [], "segments": [R["U13"]]}, 24),
    (net(2, 5, 4, 5), {"cuts": [], "segments": [R["U13"]]}, 24),
    (net(2, 3, 5, 5), {"cuts": [], "segments": [R["U13"]]}, None),
    (net(2, 3, 5, 6), {"cuts": [], "segments": [R["U13"]]}, None),
    (net(2, 3, 4, 4), {"cuts": [], "segments": [R["U13"]]}, None),
    (net(2, 2, 3, 4, 1), {"cuts": [1], "segments": [R["U2"], R["U3"]]}, 7),
    (net(2, 2, 3, 4, 1), {"cuts": [1], "segments": [R["U2"]]}, None),
    (net(2, 2, 3, 4, 1), {"cuts": [4], "segments": [R["U2"], R["U3"]]}, None),
    (net(2, 2, 3, 4, 1), {"cuts": [2, 1], "segments": [R["U2"], R["U2"], R["U3"]]}, None),
    (net(5, 5, 3, 1), {"cuts": [], "segments": [R["U8"]]}, 35),
    (
        net(5, 5, 3, 1),
        {
            "cuts": [1],
            "segments": [R["U2"], {"inner": R["U4"], "outer": equation("0", "1", "-2"), "rule": "two-layer"}],
        },
        32,
    ),
    (
        net(5, 5, 3, 2),
        {
            "cuts": [1],
            "segments": [R["U2"], {"inner": R["U4"], "outer": equation("0", "1", "-2"), "rule": "two-layer"}],
        },
        None,
    ),
    (
        Deep((psi("x^2+x"), power(2)), "none", Functions(5), (5, 3, 1)),
        {"cuts": [1], "segments": [R["U2"], R["U8"]]},
        25 + 18 - 3,  # no rescaling at a layer that is not monomial
    ),
    (Deep((psi("x^2+x"), power(2)), "none", Functions(5), (5, 3, 1)), {"cuts": [], "segments": [R["U8"]]}, 43 - 3),
    (Deep((psi("tanh"), power(2)), "none", Functions(5), (5, 3, 1)), {"cuts": [], "segments": [R["U3"]]}, None),
    (net(2, 3, 4, 5), {"whole": R["U1"]}, None),
]


@pytest.mark.parametrize(("matrix", "parts", "bound"), CASES, ids=[str(k) for k in range(len(CASES))])
def test_rules_and_their_hypotheses(matrix, parts, bound):
    assert checker_bound(matrix, parts) == bound
    if bound is not None and matrix.n_columns < 70:
        assert generic_rank(matrix) <= bound


POWERS = [R[name] for name in ("U2", "U3", "U4", "U5", "U6")]
INNER = [
    R["U2"], R["U4"], *({"rule": "homogenise", "then": rule} for rule in POWERS),
    equation("1", "0", "0", "0", "2", rule="U10"), equation("0", "1", "0", "1", rule="U10"),
    equation("1", "0", "0", "1", "2", rule="U10"),
]  # fmt: skip
OUTER = [
    R["U2"], equation("1", "0", "-1"), equation("0", "1", "-2"), equation("0", "1", "-2", "0", "-1"),
    equation("1/2", "1", "-2", "1/2"), equation("0", "1", "-3"), equation("0", "1", "-3", "0", "-2"),
    equation("0", "1", "-4", "0", "-3"), equation("0", "1", "1"), equation("0", "1", "-2", "-2"),
]  # fmt: skip
WHOLE = [R["U3"], *({"rule": "e0", "then": rule} for rule in POWERS)]


@pytest.mark.parametrize(
    "text", ["x", "x^2", "x^2+x", "x^2+1", "x^3", "x^3+x", "x^4", "x^4+x", "x^4+x^2", "exp", "1/x", "log", "tanh"]
)
def test_no_evidence_bounds_a_two_layer_rank_falsely(text):
    """Every combination of rules that the checker accepts, on all choices of blocks, against the rank by definition."""
    accepted = 0
    for blocks, bias, d, m in itertools.product(subsets(("W", "b", "v")), ("none", "generic"), (1, 2, 3), (1, 2, 4, 5)):
        if "b" in blocks and bias == "none":
            continue
        matrix = Jacobian(psi(text), bias, blocks, Functions(d), m)
        record = Shallow(checker_activation(matrix.activation), bias == "generic", blocks, checker_functions(d), m)
        bounds = []
        inner = INNER if {"W", "b"} & set(blocks) else [None]
        outer = OUTER if "v" in blocks else [None]
        options = [{"whole": rule} for rule in WHOLE]
        options += [
            {key: rule for key, rule in (("inner", a), ("outer", b)) if rule is not None}
            for a, b in itertools.product(inner, outer)
        ]
        for parts in options:
            try:
                bounds.append(shallow_bound(record, parts)[0])
            except Rejected:
                continue
        accepted += len(bounds)
        assert min(bounds) >= generic_rank(matrix), (text, blocks, bias, d, m, min(bounds))
    assert accepted >= 120  # U2 for each


def checker_activation(record: Activation) -> Any:
    from exactcap.checker.activations import Activation as CheckerActivation

    parts = (tuple(map(Fraction, part)) for part in (record.numerator, record.denominator))
    return CheckerActivation(record.name, *parts)


def checker_functions(d: int) -> Any:
    from exactcap.checker.claims import Inputs

    return Inputs(0, d, False)


def test_bounds_too_large_to_print_are_rejected(tmp_path):
    """The dimension of the forms of degree 1000 in 20000 variables has more digits than Python prints."""
    matrix = Deep((power(200), power(5)), "none", Functions(20000), (3, 3, 1))
    evidence = {"cuts": [], "evidence": "rank-bound", "segments": [R["U3"]]}
    verdict = judge(b"".join(Certificate(Rank(matrix, 5, "at-most"), ("rule-U3",), (evidence,)).lines()), tmp_path)
    assert "a much larger number" in verdict.reason


def test_every_row_of_a_table_must_be_where_the_network_is_defined(tmp_path):
    """1/x without bias has no value on a row of zeros, whatever the weights: its matrix is defined nowhere."""
    for matrix, parameters, column in (
        (Jacobian(psi("1/x"), "none", ("W",), table([[0], [1]]), 1), {"weights": [[1]]}, 0),
        (
            Deep((power(2), psi("1/x")), "none", table([[0], [1]]), (1, 1, 1)),
            {"layers": [{"weights": [[1]]}, {"weights": [[1]]}, {"weights": [[1]]}]},
            2,
        ),
    ):
        evidence = (
            {"evidence": "minor", "modulus": 7, "seed": 0}, {"factors": ["1"], "shifts": ["0"]}, parameters,
            {"columns": [column], "rows": [1]}, {"witness": "eliminate"},
        )  # fmt: skip
        proof = Certificate(Rank(matrix, 1, "at-least"), ("analytic-zeros",), evidence)
        assert "not a unit" in judge(b"".join(proof.lines()), tmp_path).reason


def test_a_constant_activation_has_no_terms_and_no_relations():
    constant = Activation("rational", ("3",), ("1",))
    for bias in ("none", "generic"):
        matrix = Jacobian(constant, bias, ("W",), table([[0, 1], [1, 2]]), 1)
        assert checker_bound(matrix, {"whole": {"relations": [], "rule": "U3"}}) == 0
        assert checker_bound(matrix, {"whole": R["U3"]}) == 0
        assert checker_bound(matrix, {"whole": {"relations": [["1"]], "rule": "U3"}}) is None


def test_relations_of_long_numbers_and_many_rows_are_refused():
    long = table([[f"1/{10**300 + k}", k] for k in range(40)])
    matrix = Jacobian(psi("x^90"), "generic", ("W", "b", "v"), long, 2)
    assert checker_bound(matrix, {"whole": {"relations": [], "rule": "U3"}}) is None
    assert checker_bound(matrix, {"whole": R["U3"]}) is not None


def test_no_evidence_bounds_a_deep_rank_falsely():
    """All cuts and all rules of segments on small architectures with mixed activations and biases."""
    rules = [R["U2"], R["U3"], R["U8"], R["U13"], {"inner": R["U4"], "outer": R["U2"], "rule": "two-layer"}]
    choices = [(power(2), power(2)), (psi("x^2+x"), power(2)), (power(2), psi("x^2-1")), (power(1), power(3))]
    for widths, activations, bias in itertools.product(
        [(2, 2, 2, 1), (1, 2, 2, 3), (2, 1, 3, 2)], choices, ("none", "hidden", "all")
    ):
        matrix = Deep(activations, bias, Functions(widths[0]), widths[1:])
        network = Network(tuple(map(checker_activation, activations)), bias, checker_functions(widths[0]), widths)
        bounds = []
        for cuts in ([], [1], [2], [1, 2]):
            for segments in itertools.product(rules, repeat=len(cuts) + 1):
                try:
                    bounds.append(network_bound(network, {"cuts": cuts, "segments": list(segments)})[0])
                except Rejected:
                    continue
        assert min(bounds) >= generic_rank(matrix), (widths, activations, bias)
