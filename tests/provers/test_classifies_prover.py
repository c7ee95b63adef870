"""Which rows a network gives their class, against brute force in fractions and in 60 digits; ties, and precision."""

from __future__ import annotations

import random
from fractions import Fraction

import mpmath
import msgspec
import pytest
from network_truth import classifies, outputs_of
from support import table

from exactcap.api.result import decide
from exactcap.claims import Activation, Classes, Classifies, Dense
from exactcap.errors import InputError
from exactcap.provers import forward_cost
from exactcap.provers.classifies import prove_classifies
from exactcap.provers.outcome import Finding, silent
from exactcap.provers.records import read_unit

SMOOTH = (
    "tanh", "sigmoid", "softplus", "silu", "gelu", "sin", "cos", "erf", "gaussian", "exp", "x^3 - x", "1/(1+x^2)",
)  # fmt: skip


def units(count: int) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple("1" if k == j else "0" for j in range(count)) for k in range(count))


def network(kinds: list[str], widths: list[int], seed: int, scale: float = 1.0) -> tuple[Dense, ...]:
    """Layers of these widths, the first the number of inputs; weights are float32 numbers of many bits."""
    rng = random.Random(seed)

    def number() -> str:
        return str(Fraction(int(rng.gauss(0, scale) * 2**24), 2**24))

    return tuple(
        Dense(
            Activation("identity") if kind == "identity" else read_unit(kind),
            tuple(number() for _ in range(after)),
            tuple(tuple(number() for _ in range(before)) for _ in range(after)),
        )
        for kind, before, after in zip(kinds, widths, widths[1:], strict=False)
    )


def problem(layers: tuple[Dense, ...], n: int, seed: int, codes: tuple[tuple[str, ...], ...]) -> Classifies:
    """Random rows, scaled columns, random classes."""
    rng = random.Random(seed)
    d = len(layers[0].weights[0])
    rows = set[tuple[Fraction, ...]]()
    while len(rows) < n:
        rows.add(tuple(Fraction(rng.randint(-30, 30), rng.choice([1, 2, 3, 10])) for _ in range(d)))
    inputs = table([list(row) for row in sorted(rows)])
    labels = Classes(
        tuple(f"class {k}" for k in range(len(codes))), codes, tuple(rng.randrange(len(codes)) for _ in range(n))
    )
    factors = tuple(str(Fraction(rng.randint(1, 9), 2 ** rng.randint(3, 6))) for _ in range(d))
    return Classifies(factors, inputs, labels, layers, tuple(str(Fraction(k, 4)) for k in range(d)), ())


def require_truth(claim: Classifies) -> Classifies:
    """The prover's list is that of the definition, and the checker agrees; returns the true claim."""
    outcome = prove_classifies(claim)
    assert outcome.certificate is not None, outcome.reason
    result = decide(outcome, None, silent, claim)
    assert result.checked.verdict.verified
    truth = outcome.certificate.claim
    assert classifies(truth)
    assert result.finding is (Finding.PROVED if truth == claim else Finding.REFUTED)
    assert prove_classifies(truth).finding is Finding.PROVED
    assert result.checked.verdict.statement == truth.statement()
    return truth


@pytest.mark.parametrize("psi", SMOOTH)
def test_smooth_networks_against_sixty_digits(psi):
    scale = 0.3 if psi in ("exp", "x^3 - x") else 1.0
    layers = network([psi, psi, "identity"], [2, 4, 3, 3], 5, scale)
    require_truth(problem(layers, 12, 7, units(3)))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", ["relu", "threshold", "x^2 - x"])
def test_deep_networks_against_fractions(kind, seed):
    """Mixed layers, codes that are no unit vectors, one output and several; unequal numbers of wrong rows."""
    if seed % 2:
        codes, outputs = (("0",), ("1/3",), ("-2",)), 1
    else:
        codes, outputs = (("1", "1/2"), ("0", "-1"), ("2", "2"), ("-1/3", "1")), 2
    deep = 2 if kind == "x^2 - x" else 6
    widths = [3, *([4] * deep), outputs]
    layers = network([kind, *(["relu", kind] * deep)[: deep - 1], "identity"], widths, seed)
    require_truth(problem(layers, 25, seed, codes))


@pytest.mark.parametrize(("psi", "deep"), [("tanh", 24), ("sin", 12), ("silu", 30), ("relu", 60)])
def test_many_layers_need_more_bits_and_the_checker_follows(psi, deep):
    """Errors grow from layer to layer; the precision that the prover states is enough for the checker."""
    layers = network([psi] * deep + ["identity"], [2, *[5] * deep, 2], 2, 1.5)
    claim = problem(layers, 4, 3, units(2))
    outcome = prove_classifies(claim)
    assert outcome.certificate is not None, outcome.reason
    assert outcome.certificate.evidence[0]["bits"] > 64
    require_truth(claim)


@pytest.mark.parametrize("seed", range(6))
def test_a_row_as_near_to_a_tie_as_one_likes(seed):
    """The bias of the output moves the first row to 2^-k from a tie: decided on the right side, whatever k."""
    psi = ["relu", "tanh", "gelu"][seed % 3]
    layers = network([psi, "identity"], [2, 3, 1], seed)
    claim = problem(layers, 3, seed, (("-1",), ("1",)))
    with mpmath.workdps(60):
        (value,) = outputs_of(claim)[0]
    exact = value if psi == "relu" else Fraction(*mpmath.libmp.to_rational(value._mpf_))
    for k in (50, 100) if psi != "relu" else (60, 200, 900):
        for side in (1, -1):
            moved = Fraction(layers[-1].biases[0]) - exact + Fraction(side, 2**k)
            near = msgspec.structs.replace(layers[-1], biases=(str(moved),))
            truth = require_truth(msgspec.structs.replace(claim, layers=(*layers[:-1], near)))
            assert (0 in truth.wrong) is (truth.labels.values[0] != int(side > 0))


def test_an_exact_tie_is_undecided_and_named():
    layers = network(["relu", "identity"], [1, 2, 2], 1)
    same = msgspec.structs.replace(layers[-1], weights=(layers[-1].weights[0],) * 2, biases=("0", "0"))
    claim = problem((layers[0], same), 5, 2, units(2))
    for wrong in ((), (0,), (0, 1, 2, 3, 4)):
        outcome = prove_classifies(msgspec.structs.replace(claim, wrong=wrong))
        assert (outcome.finding, outcome.certificate) == (Finding.UNDECIDED, None)
        assert outcome.reason.startswith("row 1 and 4 more: too near to a tie")


def test_a_tie_below_all_precisions_is_undecided():
    layers = network(["tanh", "identity"], [1, 2, 2], 1)
    last = layers[-1]
    near = msgspec.structs.replace(last, weights=(last.weights[0],) * 2, biases=("0", str(Fraction(1, 2**1070))))
    outcome = prove_classifies(problem((layers[0], near), 2, 2, units(2)))
    assert (outcome.finding, outcome.certificate) == (Finding.UNDECIDED, None)


def test_poles_and_huge_values_are_undecided():
    for kind, factor in (("1/x", "0"), ("exp", "1000000"), ("tanh", str(2**70))):
        layers = (Dense(read_unit(kind), ("0",), ((factor,),)), network(["identity"], [1, 2], 3)[0])
        outcome = prove_classifies(problem(layers, 3, 1, units(2)))
        assert (outcome.finding, outcome.certificate) == (Finding.UNDECIDED, None)
        assert "too large or not defined" in outcome.reason


def test_what_the_checker_would_not_follow_is_not_tried(monkeypatch):
    claim = problem(network(["relu", "identity"], [2, 3, 2], 1), 10, 1, units(2))
    monkeypatch.setattr(forward_cost, "MAX_WORK", 30_000)
    outcome = prove_classifies(claim)
    assert outcome.finding is Finding.UNDECIDED
    assert "10 rows are 2 times as much work" in outcome.reason
    monkeypatch.undo()
    monkeypatch.setattr(forward_cost, "MAX_HELD", 4000)
    assert "memory" in prove_classifies(claim).reason
    monkeypatch.undo()
    odd = msgspec.structs.replace(claim, factors=("1", f"1/{3**4000}"), shifts=("0", f"1/{5**2800}"))
    odd = msgspec.structs.replace(odd, inputs=table([[k, f"{k}/{7**2300}"] for k in range(10)]))
    with pytest.raises(InputError, match=r"^inputs: a common denominator has more than 16384 bits; round"):
        prove_classifies(odd)


def test_the_cost_is_at_least_what_the_checker_counts(monkeypatch):
    """The checker accepts with exactly the budget that the prover reckons, for every kind of unit."""
    from exactcap.checker import classifies as checked
    from exactcap.checker.centre import Budget

    counted: list[int] = []
    monkeypatch.setattr(checked, "Budget", lambda most: counted.append(0) or _Spy(most, counted))

    class _Spy(Budget):
        def __init__(self, most: int, total: list[int]) -> None:
            super().__init__(most)
            self.total = total

        def steps(self, count: int) -> None:
            super().steps(count)
            self.total[-1] = self.work

    for kind in ("relu", "threshold", "tanh", "gelu", "x^3 - x"):
        claim = problem(network([kind, kind, "identity"], [3, 5, 4, 3], 2, 0.5), 9, 4, units(3))
        outcome = prove_classifies(claim)
        decide(outcome, None, silent, claim)
        monkeypatch.setattr(forward_cost, "MAX_WORK", counted[-1] - 1)
        assert "as much work" in prove_classifies(claim).reason
        monkeypatch.setattr(forward_cost, "MAX_WORK", 2 * counted[-1])
        assert prove_classifies(claim).certificate == outcome.certificate
