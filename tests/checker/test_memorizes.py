"""Explicit networks: a true claim is accepted, a false one is not, and the work is bounded."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from network_records import CLASSES, finding, hat, layer, lines, record_of, replaced
from support import judge, table

from exactcap.checker import centre, labels, memorizes
from exactcap.checker.reader import Rejected


def test_a_network_is_evaluated(tmp_path):
    verdict = finding(hat(), tmp_path)
    assert verdict.verified, verdict.reason
    assert verdict.relies_on == ()
    assert (
        "a given relu network with 2 hidden units, 1 linear output and integers of at most 2 bits takes the label"
        in verdict.statement
    )
    steps = [layer("threshold", [[1], [1]], [-1, -2]), layer("threshold", [[1, -1]], [0], 7)]
    assert finding(hat(layers=steps), tmp_path).verified
    assert not finding(hat(layers=[layer("threshold", [[2], [1]], [-3, -2]), steps[1]]), tmp_path).verified  # 0 at 0
    numbers = {"kind": "numbers", "values": ["0", "1", "0"]}
    assert finding(hat(numbers), tmp_path).verified
    huge = 2**200_000
    scaled = [
        layer("relu", [["0x2" + "0" * 50_000]] * 2, [hexadecimal(-huge), hexadecimal(-3 * huge)], hexadecimal(2 * huge))
    ]
    assert finding(hat(layers=[*scaled, layer("identity", [[1, -2]], [0])]), tmp_path).verified


def hexadecimal(number):
    return hex(number) if abs(number) >= 2**53 else number


def test_two_outputs_and_many_blocks(tmp_path):
    """300 rows: more than a block; x and -x + 1/3 by relu units, against fractions."""
    inputs = record_of(table([[f"{k}/3"] for k in range(-150, 150)]))
    names = [f"row {k}" for k in range(300)]
    codes = [[str(Fraction(k, 3)), str(Fraction(1 - k, 3))] for k in range(-150, 150)]
    stated = {"classes": names, "codes": codes, "kind": "classes", "values": list(range(300))}
    layers = [layer("relu", [[1], [-1], [0]], [0, 0, 1]), layer("identity", [[3, -3, 0], [-3, 3, 1]], [0, 0], 3)]
    verdict = finding(hat(stated, layers, inputs), tmp_path)
    assert verdict.verified, verdict.reason
    assert "300 classes by 2 outputs" in verdict.statement
    stated["values"][299] = 0
    assert "row 300:" in finding(hat(stated, layers, inputs), tmp_path).reason


def test_random_networks_against_fractions(tmp_path):
    rng = np.random.default_rng(5)
    rows = [[Fraction(int(a), int(b)) for a, b in rng.integers([-9, 1], [9, 9], (2, 2))] for _ in range(6)]
    for _ in range(5):
        sizes = [2, *map(int, rng.integers(1, 4, 3)), 1]
        layers = []
        for before, after in pairwise(sizes):
            w, b = rng.integers(-9, 9, (after, before)).tolist(), rng.integers(-9, 9, after).tolist()
            kind = "identity" if len(layers) == 3 else ("relu", "threshold")[int(rng.integers(2))]
            layers.append(layer(kind, w, b, int(rng.integers(1, 9))))
        values = []
        for row in rows:
            h = row
            for step in layers:
                s = [
                    Fraction(sum(a * x for a, x in zip(w, h, strict=True)) + b) / step["denominator"]
                    for w, b in zip(step["weights"], step["biases"], strict=True)
                ]
                kinds = {"identity": s, "relu": [max(x, 0) for x in s], "threshold": [int(x > 0) for x in s]}
                h = kinds[step["activation"]]
            values.append(str(Fraction(h[0])))
        inputs = record_of(table([[str(x) for x in row] for row in rows]))
        assert finding(hat({"kind": "numbers", "values": values}, layers, inputs), tmp_path).verified
        values[3] = str(Fraction(values[3]) + Fraction(1, 10**100))
        assert "row 4:" in finding(hat({"kind": "numbers", "values": values}, layers, inputs), tmp_path).reason


def test_networks_that_do_not_memorize_or_are_not_networks(tmp_path):
    relu, out = layer("relu", [[2], [2]], [-1, -3], 2), layer("identity", [[1, -2]], [0])
    for changes, word in (
        ({"labels": {**CLASSES, "values": [0, 1, 1]}}, "row 3:"),
        ({"labels": {**CLASSES, "values": [0, 1, 2]}}, "not between"),
        ({"labels": {**CLASSES, "values": [0, 1]}}, "array of 3"),
        ({"labels": {**CLASSES, "codes": [["0"], ["0"]]}}, "one code"),
        ({"labels": {**CLASSES, "codes": [["0"], ["1", "2"]]}}, "array of 1"),
        ({"labels": {**CLASSES, "codes": [[], []]}}, "entries"),
        ({"labels": {**CLASSES, "classes": ["no", "no"]}}, "different names"),
        ({"labels": {**CLASSES, "classes": ["1", "1.0"]}}, "same number"),
        ({"labels": {**CLASSES, "classes": ["no", 1]}}, "different names"),
        ({"labels": {**CLASSES, "kind": "other"}}, "neither"),
        ({"layers": [layer("relu", [[2], [3]], [-1, -3], 2), out]}, "row 2:"),
        ({"layers": [layer("relu", [[2], [2]], [-1, -2], 2), out]}, "row 2:"),
        ({"layers": [layer("relu", [[2], [2]], [-1, -3], 1), out]}, "row 2:"),
        ({"layers": [relu, layer("identity", [[1, -2]], [1])]}, "row 1:"),
        ({"layers": []}, "between 1"),
        ({"layers": [relu]}, "2 outputs"),
        ({"layers": [layer("identity", [[2], [2]], [-1, -3], 2), out]}, "only the last"),
        ({"layers": [relu, layer("identity", [], [])]}, "a unit"),
        ({"layers": [layer("relu", [[2]], [-1, -3], 2), out]}, "array of 2"),
        ({"layers": [relu, layer("identity", [[1, -2, 0]], [0])]}, "array of 2"),
        ({"layers": [layer("relu", [[2], [2]], [-1, -3], 0), out]}, "denominator of at least 1"),
        ({"layers": [layer("tanh", [[2], [2]], [-1, -3], 2), out]}, "none of"),
        ({"layers": [layer("relu", [[2], [True]], [-1, -3], 2), out]}, "not an integer"),
        ({"layers": [layer("relu", [[2], ["0x1" + "0" * 65_536]], [-1, -3], 2), out]}, "not an integer"),
        ({"layers": [layer("relu", [["0x2"], [2]], [-1, -3], 2), out]}, "not an integer"),
        ({"inputs": {"kind": "generic", "n_inputs": 1, "n_samples": 3}}, "table"),
    ):
        verdict = finding(replaced(hat(), 0, **changes), tmp_path)
        assert verdict.finding == "REJECTED", changes
        assert word in verdict.reason, (changes, verdict.reason)
    for k, changes in ((1, {"relies_on": ["regular-zero"]}), (2, {"evidence": "inverse"})):
        assert finding(replaced(hat(), k, **changes), tmp_path).finding == "REJECTED"


def test_work_and_memory_are_bounded():
    budget = centre.Budget(2**33)
    budget.steps(2**32)
    with pytest.raises(Rejected, match="steps"):
        budget.steps(2**32 + 1)
    with pytest.raises(Rejected, match="steps"):
        centre.Budget(2**33).steps(memorizes._products(2**26, 2**18, 2**18))
    with pytest.raises(Rejected, match="bits"):
        centre.hold("layers", 2**24, 1)
    centre.hold("layers", 2**22, 192)


def test_a_long_common_denominator_is_rejected(tmp_path):
    """3^4000 5^2700 7^1300 has 16260 bits, with 7^1400 it has 16540: more than 2^14."""
    zero = [layer("identity", [[0, 0]], [0])]
    numbers = {"kind": "numbers", "values": ["0"] * 3}
    for k, word in ((1300, ""), (1400, "common denominator")):
        rows = [[f"1/{3**4000}", 1], [f"1/{5**2700}", 1], [1, f"1/{7**k}"]]
        verdict = finding(hat(numbers, zero, record_of(table(rows))), tmp_path)
        assert verdict.verified == (not word), verdict.reason
        assert word in verdict.reason


def test_blocks_of_few_rows(tmp_path, monkeypatch):
    """Memory for one row of the first layer, and for less."""
    for held in (2000, 700):
        monkeypatch.setattr(memorizes, "MAX_HELD", held)
        assert finding(hat(), tmp_path).verified
        wrong = replaced(hat(), 0, labels={**CLASSES, "values": [0, 1, 1]})
        assert "row 3:" in finding(wrong, tmp_path).reason
    with pytest.raises(Rejected, match="memory"):
        centre.hold("inputs", 20_001, 2**17)


# labels of a data file

CSV = "a,y\n0.5,no\n1.5,yes\n0.50,no\n2.5,no\n"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (CSV, ""),
        (CSV.replace("1.5,yes", "15e-1, yes "), ""),
        (CSV.replace("2.5,no", "2.5,yes"), "row 4: the data file has another label"),
        (CSV.replace("0.50,no", "0.50,yes"), "different labels"),  # the copy that was merged
        (CSV.replace(",no", ",maybe"), "row 1: the data file has another label"),
    ],
)
def test_classes_of_a_data_file(content, word, tmp_path):
    inputs = record_of(table([["1/2"], ["3/2"], ["5/2"]])) | {"merged": [[3, 1]], "rows": [1, 2, 4]}
    data = tmp_path / "data.csv"
    data.write_text(content)
    verdict = judge(lines(*hat(inputs=inputs)), tmp_path, data)
    assert word in verdict.reason
    assert verdict.verified == (not word)
    assert ("covers 4 of the 4 rows" in verdict.data) == (not word)


@pytest.mark.parametrize(("old", "new", "same"), [("1.0", "1", True), ("1.0", "1.1", False), ("1.0", "one", False)])
def test_numbers_of_a_data_file(old, new, same, tmp_path):
    content = CSV.replace("yes", "1.0").replace("no", "0.00")
    data = tmp_path / "data.csv"
    data.write_text(content.replace(old, new))
    inputs = record_of(table([["1/2"], ["3/2"], ["5/2"]])) | {"merged": [[3, 1]], "rows": [1, 2, 4]}
    records = hat({"kind": "numbers", "values": ["0", "1", "0"]}, inputs=inputs)
    assert judge(lines(*records), tmp_path, data).verified == same


def test_classes_that_are_numbers_are_compared_as_numbers():
    stated = {"classes": ["0", "1.0", "x"], "codes": [["0"], ["1"], ["2"]], "kind": "classes", "values": [1, 2]}
    parsed = labels.parse_labels(stated, 2)
    assert [parsed.agree(0, cell) for cell in ("1", "1e0", "0", "x")] == [True, True, False, False]
    assert [parsed.agree(1, cell) for cell in ("x", "X", "2")] == [True, False, False]


def test_long_denominators_and_labels_are_counted(tmp_path, monkeypatch):
    """Units that are 0 cost nothing themselves, but their denominators grow, and labels are compared with them."""
    zero = layer("relu", [[0]], [0], hexadecimal(2**262144 - 1))
    last = layer("identity", [[0]], [0])
    labels = {"kind": "numbers", "values": ["0"] * 3}
    assert finding(hat(labels, [zero, last]), tmp_path).verified
    monkeypatch.setattr(memorizes, "MAX_WORK", 10**6)
    assert finding(hat(labels, [zero, last]), tmp_path).verified
    assert "steps" in finding(hat(labels, [*[zero] * 12, last]), tmp_path).reason
    long = {"kind": "numbers", "values": ["0", "0", f"{10**1998}/{10**1999 - 1}"]}
    monkeypatch.setattr(memorizes, "MAX_WORK", 40_000)
    assert finding(hat(labels, [zero, last]), tmp_path).verified
    assert "steps" in finding(hat(long, [zero, last]), tmp_path).reason
