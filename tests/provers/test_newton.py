"""Newton-Kantorovich: proofs against zeros refined to 400 bits and sampled derivatives, and what must not be proved."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache

import mpmath
import numpy as np
import pytest
from flint import arb, arb_mat
from newton_cases import ACTIVATIONS, Case, case, lipschitz

from exactcap.arithmetic.balls import precision, rational
from exactcap.certificates.format import encode_words
from exactcap.errors import InputError
from exactcap.models.activations import Activation, parse_activation
from exactcap.models.smooth import value_and_slope
from exactcap.provers import newton_bounds, right_inverse
from exactcap.provers.newton import NewtonProof, newton_evidence, newton_kantorovich
from exactcap.training.weights import Weights

N, D, M = 18, 3, 8


@cache
def known(name: str, outputs: int = 1) -> Case:
    return case(name, N, D, M + 2 * (outputs - 1), outputs=outputs)


def prove(name: str, weights: Weights, given: Case) -> NewtonProof | str:
    return newton_kantorovich(parse_activation(name), given.inputs, weights, given.targets)


@cache
def proved(name: str, outputs: int = 1) -> NewtonProof:
    found = prove(name, known(name, outputs).weights, known(name, outputs))
    assert isinstance(found, NewtonProof), found
    return found


class Exact:
    """F and DF of a network in balls, straight from the definition, at theta_0 + A z."""

    def __init__(self, name: str, outputs: int = 1) -> None:
        proof = self.proof = proved(name, outputs)
        self.function = value_and_slope(parse_activation(name))
        self.inputs = [[*map(rational, row), arb(1)] for row in known(name, outputs).inputs]
        self.targets = [rational(t) for t in known(name, outputs).targets]
        centre = proof.centre
        self.theta = [arb(x) for x in np.column_stack([centre.W, centre.b, centre.v]).ravel().tolist()]
        k, n = proof.rows.shape
        entries = [
            arb(a) * arb(2) ** e for row, e in zip(proof.rows.tolist(), proof.exponents, strict=True) for a in row
        ]
        self.A = arb_mat(k, n, entries)

    def moved(self, z: list[arb]) -> list[arb]:
        theta = list(self.theta)
        step = (self.A * arb_mat(len(z), 1, z)).entries()
        for c, delta in zip(self.proof.columns, step, strict=True):
            theta[c] += delta
        return theta

    def residual_and_derivative(self, theta: list[arb]) -> tuple[list[arb], arb_mat]:
        d1, m, offsets = len(self.inputs[0]), self.proof.centre.width, self.proof.centre.offsets.tolist()
        step = d1 + len(offsets)
        units = [(theta[at : at + d1], theta[at + d1 : at + step]) for at in range(0, m * step, step)]
        residual, entries = [], []
        for i, x in enumerate(self.inputs):
            jets = [self.function(sum((a * b for a, b in zip(w, x, strict=True)), arb(0))) for w, _ in units]
            for k, offset in enumerate(offsets):
                total, row = arb(offset) - self.targets[i * len(offsets) + k], []
                for (value, slope), (_, v) in zip(jets, units, strict=True):
                    total += v[k] * value
                    row += [
                        *(v[k] * slope * a for a in x),
                        *(value if k == other else arb(0) for other in range(len(v))),
                    ]
                residual.append(total)
                entries += [row[c] for c in self.proof.columns]
        return residual, arb_mat(len(residual), len(self.proof.columns), entries)


SEVERAL = [(name, outputs) for outputs in (2, 3) for name in ("tanh", "gelu", "exp", "x^5 + x^2", "x/(1+x^2)")]


@pytest.mark.parametrize(("name", "outputs"), [*((name, 1) for name in ACTIVATIONS), *SEVERAL])
def test_the_zero_refined_to_400_bits_is_inside(name: str, outputs: int) -> None:
    """The chord iteration z - F(theta_0 + A z) ends within r of 0, and its weights within the distance."""
    found = proved(name, outputs)
    with precision(400):
        network, z = Exact(name, outputs), [arb(0)] * (N * outputs)
        for _ in range(20):
            residual = network.residual_and_derivative(network.moved(z))[0]
            z = [(a - f).mid() for a, f in zip(z, residual, strict=True)]
        residual = network.residual_and_derivative(network.moved(z))[0]
        assert all(abs(f) < arb(2) ** -330 for f in residual)
        radius = rational(found.radius)
        assert all(abs(a) < radius for a in z)
        given = known(name, outputs).weights
        start = np.column_stack([given.W, given.b, given.v]).ravel().tolist()
        largest = max(abs(a - arb(b)) for a, b in zip(network.moved(z), start, strict=True))
        assert largest < rational(found.distance)


@pytest.mark.parametrize(("name", "outputs"), [*((name, 1) for name in ACTIVATIONS), *SEVERAL[:5]])
def test_the_sampled_derivative_never_exceeds_its_bound(name: str, outputs: int) -> None:
    """|I - DF(theta_0 + A z) A| <= q0 + r L, also for radii far beyond the proof's, where r L is about 1/4."""
    found, rng, size = proved(name, outputs), np.random.default_rng(5), N * outputs
    centre, columns, given = found.centre, np.array(found.columns), known(name, outputs)
    data = newton_bounds.prepare(given.inputs, given.targets)
    at = newton_bounds.evaluate(parse_activation(name), data, centre, lambda part: None)
    A = np.ldexp(found.rows.astype(float), np.array(found.exponents)[:, None])
    bend = newton_bounds.curvature(
        parse_activation(name), newton_bounds.row_sums(A), columns, data, centre, at
    )  # fmt: skip
    assert bend.bound(float(found.radius)) >= found.curvature * 0.999
    wide = 0.25 / found.curvature
    with precision(120):
        network = Exact(name, outputs)
        identity = arb_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])
        for r in (0.0, float(found.radius), wide / 100, wide, wide, wide):
            z = [arb(x) for x in (r * rng.choice([-1.0, 1.0, 0.5], size)).tolist()]
            _, derivative = network.residual_and_derivative(network.moved(z))
            rows = (identity - derivative * network.A).tolist()
            norm = max(sum((abs(x) for x in row), arb(0)) for row in rows)
            assert norm < arb(found.q0) + arb(r) * arb(bend.bound(r))


@pytest.mark.parametrize(("name", "outputs"), [("tanh", 1), ("exp", 1), ("x/(1+x^2)", 1), ("gelu", 3)])
def test_the_bounds_are_upper_bounds(name: str, outputs: int) -> None:
    found = proved(name, outputs)
    with precision(200):
        network = Exact(name, outputs)
        residual, derivative = network.residual_and_derivative(network.theta)
        assert all(abs(f) <= arb(found.beta) for f in residual)
        products = (derivative * network.A).tolist()
        norm = max(
            sum((abs(x - int(i == at)) for at, x in enumerate(row)), arb(0)) for i, row in enumerate(products)
        )  # fmt: skip
        assert norm < arb(found.q0)
        assert norm > arb(found.q0) * 0.5  # and not idle
        assert found.beta + (found.q0 + found.radius * Fraction(found.curvature)) * found.radius < found.radius


def test_the_jacobian_of_several_outputs_is_that_of_mpmath() -> None:
    """Every entry by mpmath.diff of the network, written out, in that parameter."""
    n, d, m, outputs = 3, 2, 2, 3
    given = case("sin", n, d, m, outputs=outputs)
    data = newton_bounds.prepare(given.inputs, given.targets)
    at = newton_bounds.evaluate(Activation("sin"), data, given.weights, lambda part: None)
    found = newton_bounds.jacobian(data, given.weights, at)
    theta = [*np.column_stack([given.weights.W, given.weights.b, given.weights.v])]
    assert found.shape == (n * outputs, m * (d + 1 + outputs))

    def moved(i: int, k: int, place: int) -> Callable[[mpmath.mpf], mpmath.mpf]:
        j, c = divmod(place, d + 1 + outputs)

        def value(t: mpmath.mpf) -> mpmath.mpf:
            rows = [list(map(mpmath.mpf, row)) for row in theta]
            rows[j][c] += t
            x = [*(mpmath.mpf(a.numerator) / a.denominator for a in given.inputs[i]), 1]
            sums = (sum(a * b for a, b in zip(row[: d + 1], x, strict=True)) for row in rows)
            return sum(row[d + 1 + k] * mpmath.sin(s) for row, s in zip(rows, sums, strict=True))

        return value

    for row in range(n * outputs):
        for place in range(found.shape[1]):
            truth = mpmath.diff(moved(*divmod(row, outputs), place), 0)
            assert abs(found[row, place] - truth) < 1e-12


def last_output_largest(name: str, size: float) -> tuple[newton_bounds.Data, Weights, newton_bounds.Evaluation]:
    """Random weights of three outputs, but for the outer ones of the last, which are all of this size."""
    given = case(name, 6, D, 5, outputs=3)
    weights = replace(given.weights, v=np.column_stack([given.weights.v[:, :2], np.full(5, size)]))
    data = newton_bounds.prepare(given.inputs, given.targets)
    return data, weights, newton_bounds.evaluate(parse_activation(name), data, weights, lambda part: None)


@pytest.mark.parametrize("name", ["tanh", "exp"])
def test_the_curvature_is_that_of_the_largest_output(name: str) -> None:
    """By definition, for radii and sizes of the outer moves at which each of its terms counts."""
    data, weights, at = last_output_largest(name, 8)
    rng, radius = np.random.default_rng(1), 0.125
    columns = np.delete(np.arange(weights.parameters), np.s_[3::4])
    R = np.zeros((weights.width, D + 4))
    R.flat[columns] = rng.random(len(columns))
    first, second = np.ones((6, 5)), np.full((6, 5), 0.77)
    if name == "exp":
        first = second = at.values * np.exp(radius * np.abs(data.floats) @ R[:, : D + 1].T)
    true = lipschitz(data.floats, weights.outer, R, first, second)
    assert true > 2 * lipschitz(data.floats, weights.outer[:, :2], R, first, second)  # the last output
    assert true > 1.001 * lipschitz(data.floats, weights.outer, R * ([1] * (D + 1) + [0] * 3), first, second)
    bend = newton_bounds.curvature(parse_activation(name), R.ravel()[columns], columns, data, weights, at)
    assert true <= bend.bound(radius) * (1 + 1e-12)
    assert true == pytest.approx(bend.bound(radius))


def test_the_balls_count_in_the_defect_by_each_outputs_weights() -> None:
    """With psi and psi' off by all that ``error`` allows, far above the rest, |I - J A| stays below its bound."""
    data, weights, at = last_output_largest("tanh", 64)
    columns, error = np.arange(0, weights.parameters, 2)[:18], 1e6
    A = np.eye(18)  # one column of J each, so nothing cancels
    J = newton_bounds.jacobian(data, weights, at)[:, columns]
    bound = newton_bounds.defect(J, A, columns, data, weights, replace(at, error=error))
    moved = replace(at, values=at.values + error, slopes=at.slopes + error)
    sums = np.abs(A - newton_bounds.jacobian(data, weights, moved)[:, columns]).sum(axis=1)
    assert sums.argmax() % 3 == 2
    assert sums.max() < bound < 4 * sums.max()


def test_the_evidence_reads_back() -> None:
    found = proved("tanh")
    centre, choice, witness, *rows = newton_evidence(found)
    assert [Fraction(x) for x in centre["biases"]] == [Fraction(x) for x in found.centre.b.tolist()]
    assert [[float(Fraction(x)) for x in row] for row in centre["weights"]] == found.centre.W.tolist()
    assert choice["columns"] == sorted(set(choice["columns"]))
    assert Fraction(choice["radius"]) == found.radius
    assert witness == {"witness": "inverse"}
    assert len(rows) == len(choice["columns"]) == len(choice["exponents"])
    for line, row in zip(rows, found.rows.tolist(), strict=True):
        assert line["row"] == encode_words([a + 2**found.bits for a in row], 2 ** (found.bits + 1))
        assert len(base64.b64decode(line["row"])) == 4 * N


@pytest.mark.parametrize("bits", [46, 62])
def test_more_bits_are_written_as_the_contract_says(bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(right_inverse, "BITS", (bits,))
    found = prove("tanh", known("tanh").weights, known("tanh"))
    assert isinstance(found, NewtonProof)
    assert found.bits == bits
    assert found.q0 < 1e-10  # far below what 30 bits allow
    for line, row in zip(newton_evidence(found)[3:], found.rows.tolist(), strict=True):
        assert all(-(2**bits) < a < 2**bits for a in row)
        assert line["row"] == encode_words([a + 2**bits for a in row], 2 ** (bits + 1))


def test_weights_of_single_precision_are_proved_with_the_distance_to_the_given_ones() -> None:
    def single(a: np.ndarray) -> np.ndarray:
        return a.astype(np.float32).astype(float)

    weights = known("tanh").weights
    given = replace(weights, W=single(weights.W), b=single(weights.b), v=single(weights.v))
    found = prove("tanh", given, known("tanh"))
    assert isinstance(found, NewtonProof)
    difference = max(np.abs(found.centre.W - given.W).max(), np.abs(found.centre.v - given.v).max())
    assert found.moved >= Fraction(difference) > Fraction(1, 10**9)
    assert found.distance > found.moved
    assert found.beta < 1e-13


@pytest.mark.parametrize("seed", range(4))
def test_noise_and_random_weights_are_refused(seed: int) -> None:
    rng, weights = np.random.default_rng(seed), known("tanh").weights

    def noisy(a: np.ndarray) -> np.ndarray:
        return a + 0.3 * rng.standard_normal(a.shape)

    for given in (
        replace(weights, W=noisy(weights.W), b=noisy(weights.b), v=noisy(weights.v)),
        replace(weights, W=rng.standard_normal((M, D)), b=rng.standard_normal(M), v=rng.standard_normal(M)),
    ):
        found = prove("tanh", given, known("tanh"))
        assert isinstance(found, str)
        assert "must be below 1; train longer" in found


def with_second_row_near_the_first(distance: Fraction) -> Case:
    rows = [list(row) for row in known("tanh").rows]
    rows[1] = [rows[0][0] + distance, *rows[0][1:]]
    return case("tanh", N, D, M, rows)


@pytest.mark.parametrize("change", [0, 1])
def test_equal_rows_are_refused_whatever_their_labels(change: int) -> None:
    """Also where the weights fit: the Jacobian is singular."""
    given = with_second_row_near_the_first(Fraction(0))
    given.targets[1] += change
    found = prove("tanh", given.weights, given)
    assert isinstance(found, str)
    assert "merge equal rows" in found or "train longer" in found


@pytest.mark.parametrize("bits", [4, 8, 20, 30, 40])
def test_near_duplicates(bits: int) -> None:
    """With the labels that the weights give, a proof while the digits suffice; with opposite ones never."""
    given = with_second_row_near_the_first(Fraction(1, 2**bits))
    found = prove("tanh", given.weights, given)
    assert isinstance(found, NewtonProof) or bits >= 20
    assert isinstance(found, str) or bits < 30
    given.targets[1] += 2
    assert isinstance(prove("tanh", given.weights, given), str)


def test_more_samples_than_parameters_are_refused() -> None:
    two = Weights("tanh", np.ones((2, 3)), np.zeros(2), np.ones(2), 0.0, np.ones(3), np.zeros(3))
    assert prove("tanh", two, known("tanh")) == (
        "18 samples are more than the 10 parameters, so almost no labels are reached; take more neurons"
    )
    four = case("tanh", N, D, M, outputs=4)
    assert prove("tanh", four.weights, four) == (
        "18 samples of 4 outputs are more than the 64 parameters, so almost no labels are reached; take more neurons"
    )


@pytest.mark.parametrize("power", [-27, 27])
def test_a_parameter_of_another_scale_makes_no_difference(power: int) -> None:
    """The first column in other units: the weights w_j1 become 2^power times as large."""
    given = known("tanh")
    W = given.weights.W.copy()
    W[:, 0] *= 2.0**power
    inputs = [[row[0] / Fraction(2) ** power, *row[1:]] for row in given.inputs]
    found = newton_kantorovich(Activation("tanh"), inputs, replace(given.weights, W=W), given.targets)
    assert isinstance(found, NewtonProof), found
    assert found.q0 < 1e-4


def test_poles_and_overflow_are_refused() -> None:
    one = Weights("1/x", np.ones((3, 1)), np.zeros(3), np.ones(3), 0.0, np.ones(1), np.zeros(1))
    found = newton_kantorovich(parse_activation("1/x"), [[Fraction(0)], [Fraction(1)]], one, [Fraction(1)] * 2)
    assert isinstance(found, str)
    assert "not finite at some input" in found
    far = newton_kantorovich(Activation("tanh"), [[Fraction(1)]], replace(one, W=np.full((3, 1), 1e19)), [Fraction(1)])
    assert far == "a pre-activation may exceed 1e+18; train again with smaller weights"
    huge = replace(one, activation="exp", W=np.full((3, 1), 1e4))
    found = newton_kantorovich(Activation("exp"), [[Fraction(1)], [Fraction(2)]], huge, [Fraction(1)] * 2)
    assert isinstance(found, str)


def test_what_does_not_fit_raises() -> None:
    weights, given = known("tanh").weights, known("tanh")
    with pytest.raises(InputError, match="log has no proof by Newton's method"):
        prove("log", weights, given)
    with pytest.raises(InputError, match="3 columns, the data 2"):
        newton_kantorovich(Activation("tanh"), [[Fraction(1), Fraction(2)]], weights, [Fraction(1)])
    with pytest.raises(InputError, match="18 labels for 18 rows; give 3 each"):
        newton_kantorovich(Activation("tanh"), given.inputs, known("tanh", 3).weights, given.targets)
    with pytest.raises(InputError, match="17 labels for 18 rows"):
        newton_kantorovich(Activation("tanh"), given.inputs, weights, [Fraction(1)] * 17)
    wide, rows = 110_000, [[Fraction(k)] for k in range(25)]
    many = Weights("tanh", np.ones((wide, 1)), np.zeros(wide), np.ones(wide), 0.0, np.ones(1), np.zeros(1))
    with pytest.raises(InputError, match="25 rows and 110000 neurons take about"):
        newton_kantorovich(Activation("tanh"), rows, many, [Fraction(1)] * 25)
    with pytest.raises(InputError, match="beyond 1e308"):
        newton_kantorovich(Activation("tanh"), [[Fraction(10) ** 400] * 3], weights, [Fraction(1)])


def test_an_input_that_float64_takes_for_zero_counts_in_the_curvature() -> None:
    data = newton_bounds.prepare([[Fraction(1, 10**330)]], [Fraction(0)])
    one = Weights("tanh", np.ones((1, 1)), np.zeros(1), np.ones(1), 0.0, np.ones(1), np.zeros(1))
    at = newton_bounds.Evaluation([], np.ones((1, 1)), np.ones((1, 1)), 0.0, [arb(0)])
    bend = newton_bounds.curvature(Activation("tanh"), np.array([1e250]), np.array([0]), data, one, at)
    assert Fraction(float(bend.S[0, 0])) >= Fraction(1, 10**330) * 10**250


def test_a_nan_reaches_no_bound() -> None:
    """Python's max would lose a NaN that is not the first; every bound keeps it."""
    balls = [arb(1), arb("nan"), arb(2)]
    at = newton_bounds.Evaluation([], np.ones((1, 1)), np.ones((1, 1)), 0.0, balls)
    assert np.isnan(at.beta)
    data = newton_bounds.prepare([[Fraction(1)], [Fraction(2)]], [Fraction(0), Fraction(0)])
    one = Weights("tanh", np.ones((1, 1)), np.zeros(1), np.ones(1), 0.0, np.ones(1), np.zeros(1))
    at = newton_bounds.Evaluation([], np.ones((2, 1)), np.ones((2, 1)), 0.0, [arb(0)] * 2)
    J = np.array([[1.0, 0.0], [np.nan, 1.0]])
    assert np.isnan(newton_bounds.defect(J, np.eye(2), np.array([0, 1]), data, one, at))
