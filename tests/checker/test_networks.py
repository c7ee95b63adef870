"""Nearby memorization and regular zeros: what is true is accepted, what is false is not."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise

import mpmath
import numpy as np
import pytest
from network_records import (
    ACTIVATIONS,
    BITS,
    CUBE,
    IDS,
    NAMES,
    POLES,
    PRECISION,
    RADIUS,
    Example,
    finding,
    hat,
    lines,
    many_rows,
    real,
    record_of,
    regular_zero,
    replaced,
    small_nearby,
    true_jet,
    two_outputs,
)
from support import table

from exactcap.checker import centre, newton, smooth
from exactcap.checker.activations import activation
from exactcap.checker.intervals import Interval
from exactcap.checker.main import main
from exactcap.checker.reader import Rejected


@pytest.fixture(scope="module")
def example():
    return Example({"name": "tanh"})


@pytest.mark.parametrize("outputs", [1, 2, 3])
@pytest.mark.parametrize("psi", ACTIVATIONS, ids=IDS)
def test_an_exact_solution_is_near(psi, outputs, tmp_path):
    """Five targets of K entries, 3(3 + K) parameters, labels rounded to 30 digits."""
    verdict = finding(Example(psi, outputs=outputs).records(), tmp_path)
    assert verdict.verified, verdict.reason
    assert verdict.relies_on == ("newton-kantorovich",)
    assert ("width 3 with" in verdict.statement) is (outputs > 1)
    assert "of the given weights there are some with which the two-layer" in verdict.statement


def test_a_false_claim_is_rejected(example, tmp_path):
    """Labels, weights, offset and distance beyond what the evidence gives."""
    records = example.records()
    claim = records[0]["claim"]
    values = claim["labels"]["values"]
    beyond = str(Fraction(values[0]) + Fraction(1, 10**19))
    mantissa, exponent = claim["distance"]
    for changes, word in (
        ({"labels": {"kind": "numbers", "values": [beyond, *values[1:]]}}, "beta + q r"),
        ({"labels": {"kind": "numbers", "values": values[::-1]}}, "beta + q r"),
        ({"labels": {"kind": "numbers", "values": values[1:]}}, "array of 5"),
        ({"labels": {"classes": ["u"], "codes": [["1", "2"]], "kind": "classes", "values": [0] * 5}}, "array of 2"),
        ({"offset": "1/8"}, "beta + q r"),
        ({"factors": ["0", "1"]}, "factor is zero"),
        ({"factors": ["1", "1"]}, "is not certain"),
        ({"activation": {"name": "erf"}}, "is not certain"),
        ({"activation": {"name": "log"}}, "no evidence of this kind"),
        ({"distance": [mantissa - 1, exponent]}, "further away"),
        ({"distance": [mantissa, exponent - 1]}, "further away"),
        ({"distance": [1, -401]}, "not between"),
        ({"distance": [0, 0]}, "not between"),
        ({"biases": [str(Fraction(example.b[0]) + Fraction(1, 10**15)), *claim["biases"][1:]]}, "further away"),
        ({"outer": [], "biases": [], "weights": []}, "no neuron"),
        ({"outer": ["1"] * (2**17 + 1)}, "more than 131072 outer weights"),
        ({"outer": claim["outer"][:-1]}, "array of 2"),
        ({"weights": [row[:-1] for row in claim["weights"]]}, "array of 2"),
        ({"inputs": {"kind": "generic", "n_inputs": 2, "n_samples": 5}}, "table"),
    ):
        verdict = finding(replaced(records, 0, **changes), tmp_path)
        assert verdict.finding == "REJECTED", changes
        assert word in verdict.reason, (changes, verdict.reason)


def test_forged_outputs_are_rejected(tmp_path):
    """Each edit keeps as much of a true certificate with three outputs and three neurons as it can."""
    example = Example({"name": "tanh"}, outputs=3)
    records = example.records()
    claim, choice = records[0]["claim"], records[4]
    assert finding(records, tmp_path).verified
    transposed = [list(row) for row in zip(*claim["outer"], strict=True)]  # 3 x 3, too
    labels, codes = claim["labels"], claim["labels"]["codes"]
    permuted = {**labels, "codes": [code[1:] + code[:1] for code in codes]}
    two = {"labels": {**labels, "codes": [c[:2] for c in codes]}, "offset": claim["offset"][:2]}
    narrow = {"outer": [row[:2] for row in claim["outer"]]}
    for edits, word in (
        ([(0, {"outer": transposed})], "further away"),
        ([(3, {"outer": transposed})], "is not certain"),
        ([(0, {"outer": transposed}), (3, {"outer": transposed})], "is not certain"),
        ([(0, {"outer": [row[0] for row in claim["outer"]]})], "array of 3"),
        ([(0, {"outer": [*claim["outer"], claim["outer"][0]]})], "array of 4"),
        ([(0, {"offset": claim["offset"][:2]})], "array of 3"),
        ([(0, {"offset": claim["offset"][0]})], "array of 3"),
        ([(0, {"offset": claim["offset"][::-1]})], "beta + q r"),
        ([(0, {"labels": permuted})], "beta + q r"),
        ([(0, {"labels": {**labels, "values": [1, 0, 2, 3, 4]}})], "beta + q r"),
        ([(0, {"labels": {**labels, "codes": [[c[0]] for c in codes]}})], "claim, outer"),
        ([(0, {**two, **narrow})], "evidence, outer"),  # an equation dropped from the claim, and from the evidence
        ([(0, {**two, **narrow}), (3, narrow)], "not between"),
        ([(0, {**two, **narrow}), (3, narrow), (4, {"columns": list(range(15))})], "array of 15"),
        ([(4, {"columns": [*choice["columns"][:-1], 18]})], "not between"),
        ([(4, {"columns": choice["columns"][:14], "exponents": choice["exponents"][:14]})], "between 15"),
    ):
        forged = records
        for k, changes in edits:
            forged = replaced(forged, k, **changes)
        verdict = finding(forged, tmp_path)
        assert verdict.finding == "REJECTED", edits
        assert word in verdict.reason, (edits, verdict.reason)
    for a, b in ((6, 7), (11, 12)):  # rows of the inverse, of w_00 and w_01, and of v_02 and w_10
        swapped = [*records[:a], records[b], records[a], *records[b + 1 :]]
        assert "is not certain" in finding(swapped, tmp_path).reason
    assert "q < 1" in finding(replaced(two_outputs(), 4, columns=[1, 2]), tmp_path).reason  # those of one output


def test_evidence_that_does_not_suffice_is_rejected(example, tmp_path):
    records = example.records()
    columns, exponents = records[4]["columns"], records[4]["exponents"]
    for k, changes, word in (
        (4, {"radius": "1/1" + "0" * 60}, "beta + q r"),
        (4, {"radius": "1000000"}, "q < 1"),
        (4, {"radius": "0"}, "positive"),
        (4, {"radius": "-1"}, "positive"),
        (4, {"columns": [columns[0], *columns[:-1]]}, "increasing"),
        (4, {"columns": columns[:-1]}, "array of 11"),
        (4, {"columns": columns[:4], "exponents": exponents[:4]}, "between 5"),
        (4, {"columns": [*columns[:-1], 12]}, "not between"),
        (4, {"exponents": [e + 1 for e in exponents]}, "q < 1"),
        (4, {"exponents": [exponents[0] + 3000, *exponents[1:]]}, "bytes"),
        (4, {"exponents": [-4000] * 12}, "q < 1"),
        (4, {"exponents": [4001] * 12}, "not between"),
        (4, {"precision": 31}, "not between"),
        (4, {"precision": 32}, "is not certain"),
        (4, {"bits": 63}, "not between"),
        (4, {"bits": 29}, "modulus"),
        (4, {"bits": 8}, "words"),
        (5, {"witness": "none"}, "inverse"),
        (5, {"witness": "eliminate"}, "inverse"),
        (6, {"row": records[7]["row"]}, "q < 1"),
        (6, {"row": records[6]["row"][:-4]}, "words"),
        (3, {"biases": records[3]["outer"]}, "is not certain"),
        (3, {"outer": ["1", "1", "2"]}, "is not certain"),
        (3, {"outer": ["1"], "biases": ["1"], "weights": [["1", "1"]]}, "another width"),
        (2, {"evidence": "regular-zero"}, "needs the kind"),
        (1, {"relies_on": []}, "relies on newton-kantorovich"),
        (1, {"relies_on": ["newton-kantorovich", "regular-zero"]}, "states otherwise"),
    ):
        verdict = finding(replaced(records, k, **changes), tmp_path)
        assert verdict.finding == "REJECTED", (k, changes)
        assert word in verdict.reason, (k, changes, verdict.reason)
    for k in range(2, len(records)):  # a line is missing, or there twice
        for edited in (records[:k] + records[k + 1 :], records[: k + 1] + records[k:]):
            assert finding(edited, tmp_path).finding == "REJECTED"


def test_the_radius_and_the_centre_have_room(example, tmp_path):
    """Another radius, and a centre beside the given weights, are accepted within a larger distance."""
    records = replaced(example.records(), 0, distance=[1, -8])
    larger = str(RADIUS * 1000)
    assert finding(replaced(records, 4, radius=larger), tmp_path).verified
    moved = [str(Fraction(example.b[0]) + Fraction(1, 10**9)), *records[3]["biases"][1:]]
    assert finding(replaced(records, 0, biases=moved), tmp_path).verified
    assert not finding(replaced(records, 0, biases=[moved[0] + "1", *moved[1:]]), tmp_path).verified


@pytest.mark.parametrize("psi", [{"name": "exp"}, {**POLES, "denominator": ["-1/4", "0", "1"]}], ids=["exp", "poles"])
def test_a_radius_that_reaches_too_far_is_rejected(psi, tmp_path):
    """exp is bounded on the reached interval only, and 1/(x^2 - 1/4) is not there at all."""
    records = replaced(Example(psi).records(), 0, distance=[1, 400])
    assert finding(records, tmp_path).verified
    for radius in ("1", "1" + "0" * 1000):
        reason = finding(replaced(records, 4, radius=radius), tmp_path).reason
        assert any(word in reason for word in ("q < 1", "may not be defined", "may become larger")), reason


def exact_jacobian(example):
    """DF by mpmath to 400 bits, entry by entry: rows iK + k, columns j(d+1+K) + c."""
    outputs = example.v.shape[1]
    with mpmath.workprec(400):
        result = []
        for i in range(example.n):
            at = [example.preactivation(i, j) for j in range(example.m)]
            jets = [true_jet(example.psi, s) for _, s in at]
            for k in range(outputs):
                row = []
                for (x, _), (value, slope, _), v in zip(at, jets, example.v, strict=True):
                    row += [mpmath.mpf(v[k]) * slope * real(a) for a in (*x, Fraction(1))]
                    row += [value if k == other else mpmath.mpf(0) for other in range(outputs)]
                result.append(row)
        return result


@pytest.mark.parametrize("outputs", [1, 3])
def test_the_defect_and_the_radii_are_those_of_the_matrices(outputs):
    """J and L, computed by definition in floats, are the checker's; the bound is not below."""
    example = Example({"name": "tanh"}, outputs=outputs)
    example.v[:, -1] *= 8  # so the last output decides, which need not be the only one
    points = centre.affine(example.rows, example.factors, example.shifts).points()
    w, v = ([[Fraction(a) for a in row] for row in matrix] for matrix in (example.w, example.v))
    given = centre.Parameters(w, [Fraction(a) for a in example.b], v)
    step = 3 + outputs
    columns = [newton.Column(*divmod(k, step), e) for k, e in zip(example.columns, example.exponents, strict=True)]
    targets = [[t - c for t, c in zip(row, example.offset, strict=True)] for row in example.targets]
    problem = newton.Problem(
        activation(example.psi), points, given, targets, centre.neurons(points, given), columns, BITS, PRECISION, RADIUS
    )
    true = exact_jacobian(example)
    for scale in (48 + BITS, 190 + BITS):  # the error is that of rounding down, and that of the intervals
        linear = newton._linearise(problem, scale, centre.Budget(2**40), lambda i: None)
        with mpmath.workprec(400):
            for integers, row, error in zip(linear.rows, true, linear.errors, strict=True):
                units = (mpmath.ldexp(y, e + scale) for y, e in zip(row, example.exponents, strict=True))
                differences = [abs(g - y) for g, y in zip(integers, units, strict=True)]
                assert 0 < max(differences) <= error
        assert (max(linear.errors) > 2**20) is (scale > 100)
    a = example.inverse * 2.0 ** np.array(example.exponents)[:, None]
    r = np.abs(a).sum(axis=1).reshape(3, step)
    s_matrix = np.array(
        [
            [np.abs([*map(float, example.preactivation(i, j)[0]), 1.0]) @ r[j, :3] for j in range(3)]
            for i in range(example.n)
        ]
    )
    lipschitz = max(
        (np.abs(example.v[:, k]) * 0.77 * s_matrix**2 + 2 * r[:, 3 + k] * s_matrix).sum(axis=1).max()
        for k in range(outputs)
    )
    sums = [int(np.abs(row).sum()) for row in example.inverse]
    bound = newton._lipschitz(problem, sums, Interval.exact(RADIUS, 64))
    assert lipschitz <= float(Fraction(bound.hi[0]) * Fraction(2) ** bound.hi[1]) * (1 + 1e-12)
    assert lipschitz == pytest.approx(float(Fraction(bound.hi[0]) * Fraction(2) ** bound.hi[1]))


@pytest.mark.parametrize("psi", ACTIVATIONS, ids=IDS)
def test_values_slopes_and_bounds_against_mpmath(psi):
    rng = np.random.default_rng(3)
    points = [Fraction(int(a), int(b)) for a, b in rng.integers([-(10**6), 10**5], [10**6, 10**6], (40, 2))]
    points += [Fraction(x) for x in (0, "1/2", "-2.3994", "2.3994", "1.41421356", -2, 1, "0.658479", "0.70710678", 20)]
    model = activation(psi)
    jet = smooth.jet(model)
    with mpmath.workprec(300):
        for x in points:
            true = true_jet(psi, x)
            for interval, value in zip(jet(Interval.exact(x, 96)), true[:2], strict=True):
                low, high = (mpmath.ldexp(*end) for end in (interval.lo, interval.hi))
                error = mpmath.ldexp(1 + abs(value), -140)
                assert low - error <= value <= high + error
                assert high - low <= mpmath.ldexp(1 + abs(x) + abs(value), -84)
            around = Interval.exact(x, 96) + Interval.exact(Fraction(1, 100), 96)
            for bound, value in zip(
                smooth.slope_bounds(model, around.hull(Interval.exact(x, 96))), true[1:], strict=True
            ):
                assert abs(value) <= mpmath.ldexp(*bound.hi) + mpmath.ldexp(1, -100)


def test_wide_intervals_hold_the_slopes_of_their_elements():
    """M1 and M2 of exp and of quotients by interval arithmetic, against dense samples."""
    for psi in ({"name": "exp"}, POLES, CUBE):
        for low, high in pairwise(Fraction(k, 3) for k in range(-7, 8)):
            x = Interval.exact(low, 64).hull(Interval.exact(high, 64))
            m1, m2 = (mpmath.ldexp(*bound.hi) for bound in smooth.slope_bounds(activation(psi), x))
            for k in range(11):
                _, slope, bend = true_jet(psi, low + (high - low) * Fraction(k, 10))
                assert abs(slope) <= m1 * (1 + 1e-9)
                assert abs(bend) <= m2 * (1 + 1e-6)


def test_bounds_on_the_whole_line_are_close():
    """The suprema over a dense grid are below the table's constants, and not far."""
    for name, (m1, m2) in smooth.BOUNDS.items():
        grid = [true_jet({"name": name}, Fraction(k, 12)) for k in range(-40, 41)]
        for bound, largest in ((m1, max(abs(g[1]) for g in grid)), (m2, max(abs(g[2]) for g in grid))):
            assert largest <= float(bound) + 1e-12 <= 1.25 * float(largest), name


# regular zeros


def test_a_regular_zero_gives_all_labels(tmp_path):
    records = regular_zero()
    verdict = finding(records, tmp_path)
    assert verdict.verified, verdict.reason
    assert verdict.relies_on == ("newton-kantorovich", "regular-zero")
    assert finding(replaced(records, 0, width=3), tmp_path).verified
    # the affine map is undone by the first layer: x' = 2 (x - 1/2) at x = 0, 1/2, 1
    shifted = replaced(records, 0, inputs=record_of(table([[0], ["1/2"], [1]])))
    assert not finding(shifted, tmp_path).verified
    assert finding(replaced(shifted, 3, factors=["2"], shifts=["1/2"]), tmp_path).verified


def test_what_is_not_a_regular_zero_is_rejected(tmp_path):
    records = regular_zero()
    generic = {"kind": "generic", "n_inputs": 1, "n_samples": 3}
    for k, changes, word in (
        (0, {"width": 1}, "more neurons"),
        (0, {"inputs": generic}, "table"),
        (0, {"inputs": record_of(table([[-1], [0], [1], [2]]))}, "columns"),
        (0, {"activation": {"name": "tanh"}}, "is not certain"),
        (0, {"activation": {"name": "log"}}, "no evidence of this kind"),
        (3, {"factors": ["0"]}, "factor is zero"),
        (4, {"outer": ["5", "1"]}, "is not certain"),
        (4, {"outer": ["0", "0"]}, "q < 1"),  # a zero, but the Jacobian's rank is 0
        (5, {"columns": [0, 1, 2]}, "q < 1"),
        (6, {"witness": "none"}, "inverse"),
        (1, {"relies_on": ["newton-kantorovich"]}, "states otherwise"),
        (1, {"relies_on": ["paired-submersion"]}, "states otherwise"),
    ):
        verdict = finding(replaced(records, k, **changes), tmp_path)
        assert verdict.finding == "REJECTED", (k, changes)
        assert word in verdict.reason, (k, changes, verdict.reason)


# beyond the checker's reach


def test_many_rows_are_left_unchecked(tmp_path, capsys):
    path = tmp_path / "many.cert.jsonl"
    path.write_bytes(lines(*many_rows(1801)))
    assert main([str(path)]) == 1
    assert main(["--json", str(path)]) == 1
    line, record = capsys.readouterr().out.splitlines()
    assert line.startswith(f"UNCHECKED {path} 1801 rows are beyond")
    record = json.loads(record)
    assert (record["verdict"], record["relies_on"]) == ("UNCHECKED", ["newton-kantorovich"])
    assert "1801" in record["reason"]
    assert finding(many_rows(1800), tmp_path).finding == "REJECTED"
    assert finding([*many_rows(1801), {"row": ""}], tmp_path).finding == "REJECTED"


@pytest.mark.parametrize(
    ("name", "width", "precision"), [("tanh", 1400, 128), ("gelu", 600, 32), ("erf", 600, 1000), ("exp", 600, 1000)]
)
def test_the_work_of_an_exact_solution_is_bounded(name, width, precision, tmp_path):
    """1800 rows and just more neurons than allowed: rejected before anything long begins."""
    given = {"biases": ["0"] * width, "outer": ["1"] * width, "weights": [["1"]] * width}
    records = replaced(many_rows(1800), 0, activation={"name": name}, **given)
    records[3], records[5] = given, {"witness": "inverse"}
    records[4]["precision"] = precision
    verdict = finding(records, tmp_path)
    assert verdict.finding == "REJECTED"
    assert f"more than {newton.MAX_WORK} steps" in verdict.reason


def test_the_work_of_long_products_is_bounded():
    """J A in 32 bytes with all columns that are allowed."""
    with pytest.raises(Rejected, match="steps"):
        centre.Budget(newton.MAX_WORK).products(1800 * 7264, 8 * newton.MAX_SLOT, 8 * newton.MAX_SLOT * 1800)


def test_sizes_that_provers_make_are_within_the_limits():
    """1800 rows, 70 neurons, 128 bits: less than half of the work, with J A in 12 bytes and 2240 columns."""
    for name in NAMES:
        budget = centre.Budget(newton.MAX_WORK // 2)
        budget.steps(1800 * 70 * (newton.STEPS + smooth.psi_steps(activation({"name": name}), 128)))
        budget.products(1800 * 2240, 8 * 12, 8 * 12 * 1800)
        budget.steps(1800 * 2240 * newton.ENTRY)


def test_long_factors_and_shifts_are_not_used_without_an_inverse(tmp_path):
    """2000 digits each, in 1801 rows: computed for no witness, rejected with one."""
    long = str(Fraction(10**1999 + 1, 10**1999 + 2))
    records = replaced(many_rows(1801), 0, factors=[long], shifts=[long])
    assert finding(records, tmp_path).finding == "UNCHECKED"
    values = [[Fraction(k)] for k in range(1800)]
    assert len(centre.affine(values, [Fraction(long)], [Fraction(long)]).points().rows) == 1800
    for cells, factor, word in (
        ([[Fraction(1, 3**4000)], [Fraction(1)]], Fraction(long), "common denominator"),
        ([[Fraction(k)] * 60 for k in range(1800)], Fraction(long) * 10**1999, "memory"),
    ):
        width = len(cells[0])
        inputs = centre.affine(cells, [factor] * width, [Fraction(long)] * width)
        with pytest.raises(Rejected, match=word):
            inputs.points()


def test_points_and_neurons_are_exact():
    """x' and s by fractions."""
    rng = np.random.default_rng(8)
    draw = lambda *shape: np.vectorize(lambda a, b: Fraction(int(a), int(b)), otypes=[object])(  # noqa: E731
        rng.integers(-99, 99, shape), rng.integers(1, 99, shape)
    ).tolist()
    values, factors, shifts, weights, biases = draw(6, 3), draw(3), draw(3), draw(4, 3), draw(4)
    points = centre.affine(values, factors, shifts).points()
    moved = [[f * (x - s) for x, f, s in zip(row, factors, shifts, strict=True)] for row in values]
    assert [[Fraction(x, q) for x, q in zip(row, points.denominators, strict=True)] for row in points.rows] == moved
    for neuron, w, b in zip(
        centre.neurons(points, centre.Parameters(weights, biases, [[b] for b in biases])), weights, biases, strict=True
    ):
        for row, x in zip(points.rows, moved, strict=True):
            top = sum(a * c for a, c in zip(neuron.weights, row, strict=True)) + neuron.bias
            assert Fraction(top, neuron.denominator) == sum(a * c for a, c in zip(w, x, strict=True)) + b


# mutations

ODD = (None, True, -1, 0, 7, 10**9, "0x" + "f" * 20, "", "0", "-1/2", "1/0", "1" + "0" * 300, [[]], {}, "AAAA")
FREE = {"width", "distance", "classes"}  # of a claim: other values can be true, as can those of its inputs


def leaves(value, path=()):
    """The paths to all places in a record."""
    yield path
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from leaves(value[key], (*path, key))


@pytest.mark.parametrize("make", [hat, regular_zero, small_nearby, two_outputs])
def test_mutations_of_every_place(make, tmp_path):
    """Nothing raises, and another claim is not verified."""
    records = make()
    assert finding(records, tmp_path).verified
    for k, record in enumerate(records):
        for shift, path in enumerate(leaves(record)):
            for odd in ODD[shift % 3 :: 3] if path else ():
                mutant = json.loads(json.dumps(records))
                place = mutant[k]
                for key in path[:-1]:
                    place = place[key]
                if place[path[-1]] == odd and type(place[path[-1]]) is type(odd):
                    continue
                place[path[-1]] = odd
                verdict = finding(mutant, tmp_path)
                if verdict.verified and k == 0:
                    assert FREE & {*path} or path[1] == "inputs", (path, odd)
