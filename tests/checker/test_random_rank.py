"""The checker's own draws: primes, ranks modulo them, the error bound against polynomials written out, false claims."""

from __future__ import annotations

import random

import pytest
import sympy
from rank_oracle import generic_rank
from rank_oracle import rank as plain_rank
from support import judge, power, psi, to_bytes, to_records

from exactcap.certificates.format import Certificate
from exactcap.checker import random_rank
from exactcap.checker.activations import Activation as CheckerActivation
from exactcap.checker.claims import Inputs
from exactcap.checker.matrices import Network
from exactcap.claims import Deep, Functions, Generic, Hadamard, Jacobian, Rank
from exactcap.models.activations import parse_activation
from exactcap.provers.records import activation_model

CHANCE = ("schwartz-zippel", "prime-count")


def claimed(matrix, rank: int) -> Certificate:
    return Certificate(Rank(matrix, rank, "at-most"), CHANCE, ({"evidence": "random-rank"},))


def test_primes_are_prime_different_and_in_the_range():
    primes = {random_rank.random_prime() for _ in range(20)}
    assert len(primes) == 20
    assert all(sympy.isprime(p) and 2**60 <= p < 2**61 for p in primes)


def test_the_primality_test_on_known_numbers():
    strong_pseudoprime = 3825123056546413051  # to the first nine primes
    for n in (2**61 - 1, 2**60 + 33, strong_pseudoprime, (2**30 + 3) * (2**30 + 7), 2**60 + 1):
        passes = all(n % q for q in random_rank.WITNESSES) and all(
            random_rank._is_strong(n, a) for a in random_rank.WITNESSES
        )
        assert passes is sympy.isprime(n), n


def test_rank_above_is_the_rank():
    draw, p = random.Random(4), 2**61 - 1
    for _ in range(60):
        rows, columns, inner = (draw.randint(1, 9) for _ in range(3))
        left = [[draw.randrange(p) for _ in range(inner)] for _ in range(rows)]
        right = [[draw.choice((0, 1, p - 1, draw.randrange(p))) for _ in range(columns)] for _ in range(inner)]
        matrix = [[sum(a * b for a, b in zip(u, v, strict=True)) % p for v in zip(*right, strict=True)] for u in left]
        true_rank = plain_rank(matrix)
        for rank in range(10):
            assert random_rank.rank_above(matrix, columns, p, rank) is (true_rank > rank)


MATRICES = [
    Deep((power(2), power(2)), "none", Functions(3), (4, 2, 1)),
    Deep((power(2), psi("x^3/3 - x")), "all", Functions(1), (2, 2, 2)),
    Deep((power(3),), "none", Generic(2, 3), (2, 2)),
    Jacobian(psi("x^4 + x/7"), "generic", ("W", "v"), Functions(2), 4),
    Jacobian(psi("x^3"), "none", ("W",), Generic(2, 9), 3),
]


@pytest.mark.parametrize("matrix", MATRICES, ids=range(len(MATRICES)))
def test_a_false_bound_is_rejected_and_a_true_one_is_probable(matrix, tmp_path):
    rank = generic_rank(matrix)
    for bound in range(1, rank + 3):
        verdict = judge(b"".join(claimed(matrix, bound).lines()), tmp_path)
        assert verdict.finding == ("PROBABLE" if bound >= rank else "REJECTED"), (bound, verdict.reason)
        assert verdict.error_bound.startswith("2^-") if bound >= rank else "the rank is more than" in verdict.reason
        assert not verdict.verified


def test_points_of_a_prover_are_no_evidence(tmp_path):
    """The evidence may hold nothing: no points, no prime, no seed."""
    records = to_records(claimed(MATRICES[0], 11))
    for extra in ({"seed": 1}, {"modulus": 2**60 + 33}, {"points": [[0, 0, 0]]}, {"error": 99}):
        assert judge(to_bytes([*records[:3], {**records[3], **extra}]), tmp_path).finding == "REJECTED"
    assert judge(to_bytes([*records[:3], {"points": [[0, 0, 0]]}, records[3]]), tmp_path).finding == "REJECTED"


@pytest.mark.parametrize(
    ("matrix", "word"),
    [
        (Hadamard(5, power(2), 2, 5), "two-layer and deep networks"),
        (Jacobian(psi("tanh"), "generic", ("W",), Functions(2), 2), "polynomial activations only"),
        (Deep((psi("1/x"),), "none", Functions(2), (2, 1)), "polynomial activations only"),
        (Deep((power(50),) * 8, "none", Functions(2), (2,) * 8 + (1,)), "chance of an error"),
        (Deep((power(2),), "none", Functions(1000), (1000, 1)), "too much work"),
        (Jacobian(power(2), "generic", ("W",), Functions(2), 2**50), "parameters"),
    ],
)
def test_what_cannot_be_drawn_is_rejected(matrix, word, tmp_path):
    assert word in judge(b"".join(claimed(matrix, 900).lines()), tmp_path).reason


@pytest.mark.parametrize(
    ("text", "widths", "bias"),
    [("x^2", (1, 1, 1), "none"), ("x^2 - 3*x", (1, 1, 1), "hidden"), ("2*x^3 + 1", (2, 1, 1), "all")],
)
def test_the_error_bound_covers_the_polynomials_written_out(text, widths, bias):
    """Degree and coefficients of all minors, expanded by SymPy, are within the bounds that the checker follows."""
    model = activation_model(psi(text))
    activation = CheckerActivation("rational", model.numerator, model.denominator)
    network = Network((activation,), bias, Inputs(0, widths[0], False), widths)
    d, m, _ = widths
    W, v = sympy.Matrix(m, d, sympy.symbols(f"w:{m * d}")), sympy.Matrix(1, m, sympy.symbols(f"v:{m}"))
    b = sympy.Matrix(sympy.symbols(f"b:{m}")) if bias != "none" else sympy.zeros(m, 1)
    c = sympy.Symbol("c") if bias == "all" else sympy.Integer(0)
    parameters = [*W, *(b if bias != "none" else []), *v, *([c] if bias == "all" else [])]
    size, inputs = 2, [sympy.symbols(f"x{i}_:{d}") for i in range(2)]
    function = parse_activation(text).symbolic()
    x = sympy.Symbol("x")
    outputs = [(v * (W * sympy.Matrix(point) + b).applyfunc(lambda z: function.subs(x, z)))[0] + c for point in inputs]
    jacobian = sympy.Matrix([[output.diff(parameter) for parameter in parameters] for output in outputs])
    worst = 0
    for columns in [(i, j) for i in range(len(parameters)) for j in range(i)]:
        minor = sympy.Poly(jacobian[:, list(columns)].det(), *parameters, *(s for point in inputs for s in point))
        if not minor.is_zero:
            norm = sum(abs(int(k)) for k in minor.coeffs())
            worst = max(worst, minor.total_degree() + (norm.bit_length() // 60 + 1) * 2**7)
    assert random_rank._error_bits(network, size) <= 60 - worst.bit_length() + 1
    assert random_rank._error_bits(network, size) >= 40
