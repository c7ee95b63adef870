"""What several tests need: small certificates of every kind, editing with the digest repaired, an oracle of truth."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest import mock

import count_truth
import kernel_truth
import msgspec
import network_truth
import numpy as np
from newton_cases import case as network_case
from rank_oracle import holds

from exactcap.arithmetic.balls import precision, rational
from exactcap.certificates.format import Certificate, decode
from exactcap.checker.main import check_file
from exactcap.checker.verdict import Verdict
from exactcap.claims import (
    Activation,
    Claim,
    Classes,
    Classifies,
    Committee,
    Correlation,
    Count,
    Deep,
    Dense,
    Enclosure,
    Functions,
    Generic,
    Gordon,
    Hadamard,
    Identity,
    Inequality,
    Inputs,
    Interpolation,
    Jacobian,
    Kernel,
    KhatriRao,
    Memorization,
    Memorizes,
    Mills,
    Nearby,
    Numbers,
    OneUnit,
    Perceptron,
    Rank,
    SymmetryBreaking,
    Table,
    Tangent,
)
from exactcap.claims.inequality import Layer, Orthogonal, SecondMoment, Separated
from exactcap.models.activations import parse_activation
from exactcap.models.gaussian import mills
from exactcap.models.mills_bounds import BoundData, named_bound, order, value
from exactcap.provers import count, paired, rank_minors, tangent
from exactcap.provers.classifies import prove_classifies
from exactcap.provers.enclosure import enclose
from exactcap.provers.inequality import prove_inequality
from exactcap.provers.interpolation import prove_interpolation
from exactcap.provers.kernel import prove_kernel
from exactcap.provers.lemma_points import counterexample
from exactcap.provers.memorization import prove_memorization
from exactcap.provers.memorizes import memorize
from exactcap.provers.mills import prove_mills
from exactcap.provers.nearby import prove_nearby
from exactcap.provers.obstruction import prove_obstruction
from exactcap.provers.outcome import Finding
from exactcap.provers.rank import decide_rank, find_ranks
from exactcap.provers.records import activation_model, read_activation, sum_of_powers
from exactcap.provers.tangent import prove_tangent

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "proofs" / "data"


def table(values: list[list[object]], merged: tuple[tuple[int, int], ...] = ()) -> Table:
    """A table with rows 1, 2, ... and columns a, b, ...; cells are anything that Fraction reads."""
    rows = tuple(tuple(str(Fraction(str(cell))) for cell in row) for row in values)
    names = tuple("abcdefghij"[: len(rows[0])])
    return Table(names, "y", tuple(range(1, len(rows) + 1)), rows, merged)


def small_table() -> Table:
    """Seven rows, two columns, decimals, and a column that is constant but for one row."""
    values = [["0.5", 1], [2, 1], ["-1.25", 1], [7, 1], ["1/3", 1], [11, "2.5"], [13, 1]]
    return table(values, merged=((9, 2), (12, 7)))


def interpolation(activation: str, inputs: Inputs, width: int) -> Interpolation:
    """The claim, from the activation's text."""
    return Interpolation(read_activation(activation), inputs, width)


def certificate(claim: Interpolation, eliminate: bool = True) -> Certificate:
    """A certificate of a true claim; with ``eliminate=False`` it holds the inverse."""
    with mock.patch.object(paired, "MAX_ELIMINATION", 150 if eliminate else 0):
        outcome = prove_interpolation(claim)
    assert outcome.finding is Finding.PROVED, outcome.reason
    assert outcome.certificate is not None
    return outcome.certificate


def obstruction(activation: str, inputs: Inputs, width: int) -> Certificate:
    """A certificate that almost no label vector is taken."""
    outcome = prove_obstruction(parse_activation(activation), inputs, width)
    assert outcome.finding is Finding.PROVED, outcome.reason
    assert outcome.certificate is not None
    return outcome.certificate


@cache
def every_kind() -> dict[str, Certificate]:
    """One small certificate for each kind of claim, evidence, witness and rule."""
    sparse = table([[k if k < 2 else 5, k * k] for k in range(12)])
    return {
        "table, eliminate": certificate(interpolation("tanh", small_table(), 4)),
        "table, inverse": certificate(interpolation("tanh", small_table(), 4), eliminate=False),
        "generic, exponential": certificate(interpolation("sin", Generic(2, 8), 4)),
        "generic, rational": certificate(interpolation("x^3/3 + x", Generic(2, 6), 4), eliminate=False),
        "quotient": certificate(interpolation("1/(1+x^2)", small_table(), 4)),
        "U2, U9": obstruction("exp", Generic(2, 8), 2),
        "U9 with remainder": obstruction("x^5 + x^3 + x", Generic(1, 9), 3),
        "U3": obstruction("x^2", Generic(2, 7), 9),
        "U4": obstruction("x^2 - x", Generic(4, 25), 3),
        "U12": obstruction("tanh", sparse, 3),
        "e0": obstruction("x^4 + x", Generic(2, 16), 4),
        **every_rank(),
        "identity": Certificate(Identity("jacobian", 1, 2, 2), (), ({"evidence": "symbolic"},)),
        **every_gaussian(),
        **every_network(),
        **every_kernel(),
        "count, dichotomies": count.dichotomies(70, 20),
        "count, shattering": count.counting_bound(2, 3).certificate,
    }


def every_kernel() -> dict[str, Certificate]:
    """Certificates about tangent kernels: both families and every kind of evidence."""
    triple = table([[1, 0], ["-1/2", 0], [0, 1], [0, -3], [1, 1], [-2, -2]])
    outcomes = {
        "kernel": prove_kernel("relu", small_table(), True),
        "kernel, erf": prove_kernel("erf", table([[1, 2], [3, 1], ["-1/2", 5]]), False),
        "kernel, parallel": prove_kernel("abs", triple, False),
        "kernel, dependence": prove_kernel("relu", triple, False),
        "tangent": prove_tangent(table([[k] for k in range(3)]), True, 6),
        "tangent, dependent": prove_tangent(triple, False, 2),
    }
    with mock.patch.object(tangent, "MAX_ELIMINATION", 0):
        outcomes["tangent, inverse"] = prove_tangent(table([[1, 2], [3, -1], [-1, 1]]), False, 4)
    return {name: outcome.certificate for name, outcome in outcomes.items() if outcome.certificate is not None}


def every_network() -> dict[str, Certificate]:
    """Certificates about explicit networks: exact ones, an exact solution near by, and a regular zero."""
    inputs = small_table()
    classes = Classes(("no", "yes"), (("0",), ("1",)), (0, 1, 1, 0, 0, 1, 0))
    units = Classes(("no", "yes"), (("1", "0"), ("0", "1")), (0, 1, 1, 0, 0, 1, 0))
    numbers = Numbers(("1/2", "0", "-3", "7/3", "7/3", "1", "2"))
    near, two = network_case("tanh", 3, 2, 2), network_case("tanh", 3, 2, 3, outputs=2)
    rows = table([list(row) for row in near.rows])
    outcomes = {
        "memorizes, threshold": memorize(inputs, classes, ["baum"]),
        "memorizes, relu": memorize(inputs, numbers, ["three-layer"]),
        "nearby": prove_nearby(psi("tanh"), rows, near.labels(), near.weights),
        "nearby, two outputs": prove_nearby(psi("tanh"), rows, two.labels(), two.weights),
        "classifies": prove_classifies(given_network(inputs, classes, "tanh")),
        "classifies, relu": prove_classifies(given_network(inputs, units, "relu")),
        "regular zero": prove_interpolation(interpolation("tanh", rows, 3), method="regular-zero"),
    }
    return {name: outcome.certificate for name, outcome in outcomes.items() if outcome.certificate is not None}


def given_network(inputs: Table, labels: Classes, activation: str) -> Classifies:
    """The claim that a fixed network of three layers gives all rows their class; it does not."""
    outputs, hidden = len(labels.codes[0]), Activation(activation)
    d = inputs.n_inputs
    first = tuple(tuple(str(Fraction(j - 2 * c, 3 + c)) for c in range(d)) for j in range(3))
    second = (("1/2", "-1", "1/4"), ("-3/4", "1/8", "1"))
    last = (("1", "-2"), ("-1/2", "1"))[:outputs]
    layers = (
        Dense(hidden, ("1/3", "0", "-1/2"), first), Dense(hidden, ("1/8", "-1/4"), second),
        Dense(Activation("identity"), ("1/5", "-1/7")[:outputs], last),
    )  # fmt: skip
    return Classifies(("1", "-1/2")[:d], inputs, labels, layers, ("0", "1")[:d], ())


def every_gaussian() -> dict[str, Certificate]:
    """Certificates about Gaussian quantities: every family and kind of evidence."""
    pollak, birnbaum, convergent = (named_bound(name).data for name in ("pollak", "birnbaum", "laplace-2"))
    layers = Memorization("threshold", 1000, 1000, "2", (70634, 41082, 2000))
    outcomes = {
        "enclosure": enclose(OneUnit("tail", "3"), 5),
        "enclosure, correlation": enclose(Correlation("relu", ("2", "1"), "1/2", ("1", "5/4")), 4),
        "formula, perceptron": enclose(Perceptron("-1/2"), 6),
        "formula, tree": enclose(Committee(Activation("tanh"), "tree", "1/3"), 4),
        "formula, full": enclose(Committee(read_activation("x^3 - x^2/2"), "full", "0"), 4),
        "formula, breaking": enclose(SymmetryBreaking(Activation("relu")), 4),
        "formula, gordon": enclose(Gordon("sign", 3), 4),
        "mills, root": prove_mills(birnbaum, "lower", None, None),
        "mills, interval": prove_mills(named_bound("komatsu").data, "upper", Fraction(-1, 2), None),
        "mills, pi": prove_mills(pollak, "upper", Fraction(0), None),
        "mills, error": prove_mills(convergent, "error-decreases", Fraction(0), None),
        "mills, value": prove_mills(convergent, "upper", Fraction(1), Fraction(2)),
        "inequality, rule": prove_inequality(Orthogonal("threshold", "1", "2", "1/8", "plain")),
        "inequality, cover": prove_inequality(Separated("threshold", "-1", "2", "1/8")),
        "inequality, mills": prove_inequality(SecondMoment("relu", "6/5")),
        "inequality, point": prove_inequality(Separated("relu", "-3", "2", "1/8")),
        "inequality, one output": prove_inequality(Layer("1/2", "one")),
        "memorization": prove_memorization(layers).outcome,
    }
    return {name: outcome.certificate for name, outcome in outcomes.items() if outcome.certificate is not None}


def every_rank() -> dict[str, Certificate]:
    """Certificates of ranks: every matrix, relation and kind of evidence."""
    line = table([[k, 2 * k + 1, 3] for k in range(5)])
    square, tanh = power(2), read_activation("tanh")
    quartic = read_activation("x^4 + x")
    two = Deep((square, square), "none", Functions(2), (2, 3, 3))
    with mock.patch.object(rank_minors, "MAX_ELIMINATION", 0):
        inverse = find_ranks([Jacobian(tanh, "generic", ("W", "b"), small_table(), 2)])[0].certificate
    (defect,) = find_ranks([KhatriRao(Generic(3, 15), 3, 5)])
    at_least = decide_rank(Rank(KhatriRao(Functions(2), 2, 2), 3, "at-least")).certificate
    at_most = decide_rank(
        Rank(Jacobian(quartic, "generic", ("W", "b", "v"), Functions(2), 4), 14, "at-most")
    ).certificate
    assert at_least is not None
    assert at_most is not None
    return {
        "rank, hadamard": find_ranks([Hadamard(4, power(2), 2, 5)])[0].certificate,
        "rank, U5": defect.certificate,
        "rank, table, inverse": inverse,
        "rank, table, relations": find_ranks([Jacobian(tanh, "generic", ("W", "b"), line, 1)])[0].certificate,
        "rank, at least": at_least,
        "rank, at most": at_most,
        "rank, deep": find_ranks([two])[0].certificate,
        "rank, deep, exponential": find_ranks([Deep((tanh,), "hidden", Generic(1, 9), (2, 1))])[0].certificate,
        "rank, random": find_ranks([Deep((square, square), "none", Functions(3), (4, 2, 1))])[0].certificate,
    }


psi = read_activation


def power(k: int) -> Activation:
    """x^k."""
    return sum_of_powers({k})


def to_records(proof: Certificate) -> list[Any]:
    """The lines of a certificate as Python objects, without the digest."""
    return [json.loads(line) for line in list(proof.lines())[:-1]]


def to_bytes(records: list[Any]) -> bytes:
    """Canonical lines with the right digest."""
    body = b"".join(json.dumps(r, sort_keys=True, separators=(",", ":")).encode() + b"\n" for r in records)
    return body + b'{"sha256":"%s"}\n' % hashlib.sha256(body).hexdigest().encode()


def judge(content: bytes, folder: Path, data: Path | None = None) -> Verdict:
    """The checker's verdict on a certificate with this content."""
    path = folder / "mutant.cert.jsonl"
    path.write_bytes(content)
    return check_file(str(path), str(data) if data else None)


def follows(records: list[Any]) -> bool:
    """Is the claim true, by other means than its evidence: proved afresh from another seed, or by a rank at a point.

    For an obstruction the rank is taken at a random point: it must not exceed what the claim allows. For a rank it is
    computed by definition, modulo a large prime.
    """
    return _is_true(msgspec.convert(decode(records[1]["claim"]), Claim))


@lru_cache(maxsize=1000)
def _is_true(claim: Claim) -> bool:
    if isinstance(claim, Interpolation):
        return prove_interpolation(claim, seed=2**40 + 1).finding is Finding.PROVED
    if isinstance(claim, Rank):
        return holds(claim)
    if isinstance(claim, Identity):
        return True  # the formula holds for all sizes
    if isinstance(claim, Enclosure):
        digits = enclose(claim.quantity, max(2, len(str(abs(claim.mantissa))))).certificate
        return digits is not None and digits.claim == claim
    if isinstance(claim, Mills):
        return _orders(claim)
    if isinstance(claim, Inequality):
        return (counterexample(claim.lemma) is None) is claim.holds
    if isinstance(claim, Count):
        return count_truth.holds(claim)
    if isinstance(claim, Kernel | Tangent):
        return kernel_truth.holds(claim)
    if isinstance(claim, Memorizes):
        return network_truth.memorizes(claim)
    if isinstance(claim, Classifies):
        return network_truth.classifies(claim)
    if isinstance(claim, Nearby):
        return network_truth.is_near(claim)
    if isinstance(claim, Memorization):
        return prove_memorization(claim).outcome.finding is Finding.PROVED
    activation = activation_model(claim.activation)
    problem = paired.paired_problem(activation, claim.inputs, activation.blocks, 77)
    width = min(claim.width, 60)
    observed = paired.largest_minor(problem, width, claim.inputs.n_samples).rank
    return observed <= claim.at_most < claim.inputs.n_samples


def _orders(claim: Mills) -> bool:
    """The claim at points of its range, by balls; of a decreasing error the sides of neighbouring points."""
    bound = claim.bound
    top, bottom = (tuple(map(msgspec.structs.astuple, side)) for side in (bound.numerator, bound.denominator))
    data = BoundData(top, bottom, None if bound.root is None else (bound.root.numerator, bound.root.denominator))
    low, high = (None if end is None else Fraction(end) for end in (claim.low, claim.high))
    if claim.relation.startswith("not-"):
        return order(data, low, low) == (-1 if claim.relation == "not-upper" else 1)
    start = Fraction(-6) if low is None else low
    steps = [Fraction(k, 16) ** 3 for k in range(1, 60)]
    points = [start + step for step in steps if high is None or start + step <= high]
    if claim.relation == "error-decreases":
        with precision(400):
            errors = [abs(value(data, rational(x)) / mills(rational(x)) - 1) for x in points]
            return all(a > b for a, b in pairwise(errors))
    return all(order(data, x, x) == (1 if claim.relation == "upper" else -1) for x in points)


def numeric_jacobian(
    activation: str, inputs: np.ndarray, weights: np.ndarray, biases: np.ndarray, step: float = 1e-6
) -> np.ndarray:
    """The Jacobian of the network with outer weights 1 by central differences, columns ordered as in SPEC.md."""
    import sympy

    psi = sympy.lambdify(sympy.Symbol("x"), parse_activation(activation).symbolic(), ["scipy", "numpy"])
    d = inputs.shape[1]
    columns = []
    for j in range(len(biases)):
        z = inputs @ weights[j] + biases[j]
        slope = (psi(z + step) - psi(z - step)) / (2 * step)
        columns += [slope * inputs[:, c] for c in range(d)] + [slope, psi(z)]
    return np.array(columns).T
