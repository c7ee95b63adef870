"""The explicit theorem: its ingredients one by one, its construction carried out, and the prover's answers."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from exactcap.arithmetic.balls import precision, rational
from exactcap.claims import Memorization
from exactcap.errors import InputError
from exactcap.models.gaussian import common_correlation, correlation, tail
from exactcap.models.three_stage import Instance, Witness, batch, three_stages
from exactcap.models.three_stage_search import BIASES, correlations, divergence, tails
from exactcap.provers.memorization import find_smallest, prove_memorization
from exactcap.provers.outcome import Finding

TABLE = [
    (1000, "2", (70634, 41082, 2000)),
    (10**6, "2", (124923, 712135, 666668)),
    (10**9, "2", (181572, 46733136, 48780488)),
    (1000, "1", (231063, 332803, 2000)),
    (10**7, "1", (497406, 12344359, 10**7)),
    (10**6, "1", (500000, 2300000, 2000000)),
]


def claim(points: int, squared: str, widths: tuple[int, int, int], ones: int | None = None) -> Memorization:
    return Memorization("threshold", points if ones is None else ones, points, squared, widths)


@pytest.mark.parametrize(("points", "squared", "widths"), TABLE)
def test_the_table_is_proved(points, squared, widths):
    attempt = prove_memorization(claim(points, squared, widths))
    assert attempt.outcome.finding is Finding.PROVED
    assert attempt.outcome.certificate.claim == claim(points, squared, widths)
    assert all(used <= width for used, width in zip(attempt.witness.used, widths, strict=True))
    assert [stage.holds for stage in attempt.stages] == [True] * 3


@pytest.mark.parametrize(("points", "squared", "widths"), [TABLE[0], TABLE[3]])
def test_the_search_beats_the_table_and_its_widths_are_proved_again(points, squared, widths):
    found = find_smallest(points, points, Fraction(squared))
    least = found.outcome.certificate.claim.widths
    assert sum(least) < sum(widths) * 2 // 3 + 2000
    again = prove_memorization(claim(points, squared, least))
    assert again.outcome.finding is Finding.PROVED
    assert again.witness == found.witness
    fewer = (least[0] * 9 // 10, least[1] * 9 // 10, least[2])
    assert prove_memorization(claim(points, squared, fewer)).outcome.finding is Finding.UNDECIDED


@pytest.mark.parametrize(
    ("ones", "points", "squared", "widths", "failing", "helps"),
    [
        (1000, 1000, "2", (20, 41082, 2000), "condition 1 (layer 1)", "widths "),
        (1000, 1000, "2", (70634, 4082, 2000), "condition 2 (layer 2)", "n2 = "),
        (10, 1000, "2", (70634, 41082, 3), "condition 3 (layer 3)", "n3 = "),
        (2**100, 2**200, "1/1000000", (10**5, 10**5, 2000), "condition 1 (layer 1)", "no widths below"),
    ],
)
def test_undecided_names_the_condition_and_what_helps(ones, points, squared, widths, failing, helps):
    outcome = prove_memorization(claim(points, squared, widths, ones)).outcome
    assert (outcome.finding, outcome.certificate) == (Finding.UNDECIDED, None)
    assert outcome.reason.startswith(failing)
    assert helps in outcome.reason


def test_the_advice_is_true():
    widths = (70634, 41082, 3)
    reason = prove_memorization(claim(1000, "2", widths, 10)).outcome.reason
    n2 = int(reason.split("n2 = ")[1].split()[0])
    n3 = int(reason.split("n3 = ")[1].split()[0])
    for better in ((widths[0], n2, widths[2]), (widths[0], widths[1], n3)):
        assert prove_memorization(claim(1000, "2", better, 10)).outcome.finding is Finding.PROVED


def test_other_activations_and_too_narrow_a_third_layer_are_refused():
    with pytest.raises(InputError, match="threshold units"):
        prove_memorization(Memorization("relu", 10, 10, "2", (100, 100, 100)))
    with pytest.raises(InputError, match="n3 = 1"):
        prove_memorization(claim(10, "2", (100, 100, 1)))


def test_the_competitor_memorizes():
    """One unit 1{<x_i, x> > 1 - delta^2/2} for each one: K_1 units, on exact points at distance 1."""
    n = 8
    points = [[Fraction(int(i == j)) for j in range(n)] + [Fraction(1)] for i in range(n)]  # times 1/sqrt 2
    labels = [1, 0, 0, 1, 1, 0, 1, 0]
    units = [x for x, y in zip(points, labels, strict=True) if y]
    inner = [[sum(a * b for a, b in zip(w, x, strict=True)) / 2 for w in units] for x in points]
    assert [int(any(value > 1 - Fraction(1, 2) for value in row)) for row in inner] == labels
    assert len(units) == sum(labels)


@pytest.mark.parametrize("p", [Fraction(1, 3), Fraction(1, 20)])
def test_chernoff_bounds_exact_binomial_tails(p):
    """P(X >= k) <= e^(-n D(k/n||p)) for k > np, P(X <= k) for k < np; the Poisson exponents are smaller still."""
    n = 40
    weights = [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    for k in range(n):
        exact = sum(weights[k:]) if k > n * p else sum(weights[: k + 1])
        exponent = n * float(divergence(k / n, float(p)))
        mean = n * float(p)
        assert float(exact) <= math.exp(-exponent) * (1 + 1e-12)
        assert exponent >= (k * math.log(k / mean) if k else 0) - k + mean - 1e-12


def test_floats_of_the_search_agree_with_balls():
    for rho in (-0.99, -0.5, 0.0, 0.5, 0.99):
        for k in range(0, len(BIASES), 60):
            with precision(80):
                b = rational(Fraction(float(BIASES[k])))
                exact = float(common_correlation(0, b, Fraction(rho)).mid())
                assert math.isclose(tails(BIASES[k : k + 1])[0], float(tail(b).mid()), rel_tol=1e-9)
            assert math.isclose(correlations(BIASES[k : k + 1], rho)[0], exact, rel_tol=1e-6, abs_tol=1e-250)


def second_correlation(b, first, second, inner):
    """P(<h,u> > b, <h,v> > b) for |u|^2, |v|^2 = ``first``, ``second`` and <u,v> = ``inner``."""
    b, s, t = (rational(x) for x in (b, first, second))
    return correlation(0, b / s.sqrt(), b / t.sqrt(), rational(inner) / (s * t).sqrt())


def test_the_corner_is_the_worst_case_from_the_stated_bias_on():
    """Rule corner at random lengths and inner products, with the least b2 allowed; and well below it fails."""
    draw = np.random.default_rng(5)
    with precision(60):
        for _ in range(30):
            e_d, share = (Fraction(int(k), 100) for k in draw.integers(1, 95, 2))
            e_o = (1 - e_d) * share
            b = Fraction(math.ceil(1000 * float(e_o) * math.sqrt(1 + e_d) / float(1 - e_d - e_o)) + 1, 1000)
            worst = second_correlation(b, 1 + e_d, 1 + e_d, e_o)
            for _ in range(4):
                s, t, c = (Fraction(int(k), 1000) for k in draw.integers(0, 1001, 3))
                other = second_correlation(b, 1 - e_d + 2 * e_d * s, 1 - e_d + 2 * e_d * t, e_o * c)
                assert not other > worst
                assert other < worst * rational(Fraction(10**6 + 1, 10**6))
        e = Fraction(3, 10)
        low = Fraction(1, 100)
        assert second_correlation(low, 1 - e, 1 - e, e) > second_correlation(low, 1 + e, 1 + e, e)


@pytest.mark.parametrize("squared", [2, 1])
def test_the_construction_works(squared):
    """The proof carried out for 12 points: random weights, then signs, until a draw succeeds; the network is evaluated.

    Layer 2 is drawn as the values <h_i, u_k>, which have the Gram matrix of the u_k as their covariance.
    """
    n_points = 12
    witness = find_smallest(n_points, n_points, Fraction(squared)).witness
    n1, n2, n3 = witness.used
    e_d, e_o = float(witness.norm_epsilon), float(witness.inner_epsilon)
    gram = (1 - squared / 2) + squared / 2 * np.eye(n_points)
    draw = np.random.default_rng(squared)
    p1 = float(tails(np.array([float(witness.bias_1)]))[0])

    def patterns(covariance, n, bias):
        root = np.linalg.cholesky(covariance + 1e-12 * np.eye(n_points))
        return (draw.standard_normal((n, n_points)) @ root.T > float(bias)).astype(np.int64)

    successes = 0
    for _ in range(6):
        first = patterns(gram, n1, witness.bias_1)
        covariance = first.T @ first / (n1 * p1)
        off = ~np.eye(n_points, dtype=bool)
        if np.abs(np.diag(covariance) - 1).max() >= e_d or covariance[off].max() >= e_o:
            continue
        second = patterns(covariance, n2, witness.bias_2)
        common = second.T @ second
        if np.diag(common).min() < witness.least or common[off].max() > witness.most:
            continue
        labels = draw.integers(0, 2, n_points)
        ones = np.flatnonzero(labels)
        size = batch(n_points, n3)
        outputs = []
        for start in range(0, len(ones), size):
            chosen = ones[start : start + size]
            for _ in range(100):  # each draw of signs succeeds with positive probability
                values = 2 * common[:, chosen] @ draw.choice([-1, 1], len(chosen))
                if np.abs(values[labels == 0]).max(initial=0) < witness.least < np.abs(values[chosen]).min():
                    break
            outputs += [values > witness.least, -values > witness.least]  # <w, v> > T_min/2
        assert len(outputs) <= n3
        fires = np.any(outputs, axis=0) if outputs else np.zeros(n_points, dtype=bool)
        assert (fires == (labels == 1)).all()
        successes += 1
    assert successes >= 1


def test_batches_and_signs_by_exhaustion():
    """Hoeffding with T_max = 1: of all signs of 4 vectors, fewer than 2 e^(-t^2/8) of them exceed t in size."""
    for t in range(1, 5):
        sums = [sum(1 if signs >> k & 1 else -1 for k in range(4)) for signs in range(16)]
        assert sum(abs(s) >= t for s in sums) / 16 <= 2 * math.exp(-t * t / 8)
    for ones in range(1, 40):
        for width in range(2, 45):
            size = batch(ones, width)
            assert -(-ones // size) <= width // 2
            assert size == 1 or -(-ones // (size - 1)) > width // 2


def test_every_stage_names_a_missing_condition():
    instance = Instance(10, 10, Fraction(2))
    good = find_smallest(10, 10, Fraction(2)).witness
    for values, stage, words in (
        ({"used": (0, 10, 10)}, 0, "n1 >= 1"),
        ({"bias_1": Fraction(0)}, 0, "b1 > 0"),
        ({"inner_epsilon": Fraction(1, 1000)}, 0, "e_o p1 > q1"),
        ({"norm_epsilon": Fraction(1)}, 0, "0 < e_d, e_o < 1"),
        ({"inner_epsilon": Fraction(1)}, 0, "0 < e_d, e_o < 1"),
        ({"inner_epsilon": Fraction(95, 100)}, 1, "e_d + e_o < 1"),
        ({"bias_2": Fraction(1, 100)}, 1, "sqrt(1 + e_d)"),
        ({"most": 10**9}, 1, "n2 > T_max + 1"),
        ({"least": 0}, 1, "T_min, T_max >= 1"),
        ({"used": (1000, 1000, 1)}, 2, "n3 >= 2"),
    ):
        result = three_stages(instance, Witness(**{**vars(good), **values}))[stage]
        assert not result.holds
        assert words in result.text


def test_the_bound_on_correlations_is_one():
    """delta > 1.99 is treated as rho = -99/100, which is above: F_0 does not decrease in rho."""
    with mpmath.workdps(20):
        assert Instance(2, 2, Fraction(4)).correlation == Fraction(-99, 100)
        assert Instance(2, 2, Fraction(1)).correlation == Fraction(1, 2)
