"""Which rows a given network gives their class: what is true is accepted, what is false or not known is not."""

from __future__ import annotations

import copy
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from network_truth import classifies
from support import every_kind, given_network, judge, small_table, table, to_bytes, to_records

from exactcap.checker import forward
from exactcap.checker.activations import Activation
from exactcap.checker.centre import Budget
from exactcap.checker.reader import Rejected
from exactcap.claims import Activation as Record
from exactcap.claims import Classes, Classifies, Dense
from exactcap.provers.classifies import prove_classifies
from exactcap.provers.records import read_unit

SMOOTH, RELU = (to_records(every_kind()[name]) for name in ("classifies", "classifies, relu"))
SIGNS = Classes(("no", "yes"), (("-1",), ("1",)), (0, 1, 1))


def one_layer(weights: list[list[str]], biases: list[str], labels: Classes, rows: list[list[object]]) -> list[Any]:
    """The lines of a certificate, at 64 bits, that all rows get their class from a network of one layer."""
    layer = Dense(Record("identity"), tuple(biases), tuple(map(tuple, weights)))
    inputs = table(rows)
    claim = Classifies(("1",) * inputs.n_inputs, inputs, labels, (layer,), ("0",) * inputs.n_inputs, ())
    proof = to_records(every_kind()["classifies"])
    body = {"claim": msgspec.to_builtins(claim)}
    return [proof[0], body, {"relies_on": []}, {"bits": 64, "evidence": "evaluation"}]


def changed(records: list[Any], **fields: Any) -> list[Any]:
    result = copy.deepcopy(records)
    result[1]["claim"].update(fields)
    return result


@pytest.mark.parametrize("records", [SMOOTH, RELU], ids=["tanh", "relu"])
def test_every_other_list_of_wrong_rows_is_rejected(records, tmp_path):
    right = records[1]["claim"]["wrong"]
    n = len(records[1]["claim"]["inputs"]["rows"])
    for subset in range(2**n):
        wrong = [i for i in range(n) if subset >> i & 1]
        verdict = judge(to_bytes(changed(records, wrong=wrong)), tmp_path)
        assert verdict.verified is (wrong == right), wrong
        assert verdict.verified or "class, the claim says otherwise" in verdict.reason


@pytest.mark.parametrize("records", [SMOOTH, RELU], ids=["tanh", "relu"])
def test_forgeries_are_rejected(records, tmp_path):
    claim = records[1]["claim"]
    labels, layers, wrong = claim["labels"], claim["layers"], claim["wrong"]
    flipped = {**labels, "values": [1 - k for k in labels["values"]]}
    permuted = {**labels, "codes": labels["codes"][::-1]}
    for other in (flipped, permuted):  # of two classes: what was right is wrong, and the other way round
        assert not judge(to_bytes(changed(records, labels=other)), tmp_path).verified
        opposite = [i for i in range(len(labels["values"])) if i not in wrong]
        assert judge(to_bytes(changed(records, labels=other, wrong=opposite)), tmp_path).verified
    refused = {
        "layers: 2 outputs": changed(records, layers=layers[:-1]),
        "layer 1: expected an array of 2": changed(records, layers=layers[1:]),
        "between 1 and 100": changed(records, layers=[]),
        "not strictly increasing": changed(records, wrong=[1, 1]),
        "-1 is not between 0 and 6": changed(records, wrong=[-1, 2]),
        "7 is not between 0 and 6": changed(records, wrong=[*wrong, 7]),
        "numbers, where classes are needed": changed(
            records, labels={"kind": "numbers", "values": ["1"] * len(labels["values"])}
        ),
        "a factor is zero": changed(records, factors=["0", "1"]),
        "log has no evidence": changed(records, layers=[{**layers[0], "activation": {"name": "log"}}, *layers[1:]]),
        "the name is not in the list": changed(
            records, layers=[{**layers[0], "activation": {"name": "abs"}}, *layers[1:]]
        ),
    }
    for reason, forged in refused.items():
        if reason != "layers: 2 outputs" or len(labels["codes"][0]) == 1:
            assert reason in judge(to_bytes(forged), tmp_path).reason
    for bits in (31, 1001, "64", None):
        forged = copy.deepcopy(records)
        forged[3]["bits"] = bits
        assert judge(to_bytes(forged), tmp_path).finding == "REJECTED"


def test_a_row_nearer_to_a_tie_than_the_precision_tells(tmp_path):
    """f(x) = x with codes -1 and 1: the sign of 2^-70 after a division by 3, at 64 bits and at 80."""
    for rest, sign in (("1", 1), ("-1", 0)):
        labels = Classes(("no", "yes"), (("-1",), ("1",)), (sign,))
        tiny = str(Fraction(int(rest), 3 * 2**70))
        records = one_layer([["1"]], ["0"], labels, [[0]])
        records[1]["claim"]["inputs"]["values"] = [[tiny]]
        assert "not decided at 64 bits" in judge(to_bytes(records), tmp_path).reason
        records[3]["bits"] = 80
        assert judge(to_bytes(records), tmp_path).verified
        records[1]["claim"]["wrong"] = [0]
        assert not judge(to_bytes(records), tmp_path).verified


@pytest.mark.parametrize("bits", [32, 64, 1000])
def test_an_exact_tie_is_neither_right_nor_wrong(bits, tmp_path):
    for wrong in ([], [1]):
        records = changed(one_layer([["1"]], ["0"], SIGNS, [[-1], [0], [1]]), wrong=wrong)
        records[3]["bits"] = bits
        assert judge(to_bytes(records), tmp_path).reason.startswith("row 2: whether it gets its class is not decided")


def test_two_other_classes_that_tie_make_a_row_wrong(tmp_path):
    """Outputs (0, 1, 1): the first class is beaten, whoever wins."""
    units = (("1", "0", "0"), ("0", "1", "0"), ("0", "0", "1"))
    records = one_layer([["0"]] * 3, ["0", "1", "1"], Classes(("a", "b", "c"), units, (0,)), [[7]])
    assert judge(to_bytes(changed(records, wrong=[0])), tmp_path).verified
    assert not judge(to_bytes(records), tmp_path).verified
    records[1]["claim"]["labels"]["values"] = [1]  # one of the two
    for wrong in ([], [0]):
        assert "not decided" in judge(to_bytes(changed(records, wrong=wrong)), tmp_path).reason


def test_a_threshold_unit_at_zero_is_decided_only_if_it_is_exactly_there(tmp_path):
    """x -> relu(x) - 1/3 or - 1/4 at 1/3, 1/4: the first is 0 up to a rounding, the second exactly."""
    for third, verified in (("1/3", False), ("1/4", True)):
        layers = [
            {"activation": {"name": "relu"}, "biases": ["0"], "weights": [["1"]]},
            {"activation": {"name": "threshold"}, "biases": ["-" + third], "weights": [["1"]]},
            {"activation": {"name": "identity"}, "biases": ["-1"], "weights": [["2"]]},
        ]
        labels = Classes(("no", "yes"), (("-1",), ("1",)), (0,))
        records = changed(one_layer([["1"]], ["0"], labels, [[third]]), layers=layers)
        verdict = judge(to_bytes(records), tmp_path)
        assert verdict.verified is verified
        assert verified or "on either side of 0" in verdict.reason


def test_a_pole_and_a_large_value_are_rejected(tmp_path):
    pole = {"denominator": ["0", "1"], "name": "rational", "numerator": ["1"]}
    last = {"activation": {"name": "identity"}, "biases": ["0"], "weights": [["1"]]}
    labels = Classes(("no", "yes"), (("-1",), ("1",)), (1,))
    for psi, x, reason in ((pole, "0", "may be 0"), ({"name": "exp"}, "3000", "larger than 2^4096"),
                           ({"name": "tanh"}, str(2**65), "larger than 2^64")):  # fmt: skip
        layers = [{"activation": psi, "biases": ["0"], "weights": [["1"]]}, last]
        records = changed(one_layer([["1"]], ["0"], labels, [[x]]), layers=layers)
        assert reason in judge(to_bytes(records), tmp_path).reason


@pytest.mark.parametrize("name", ["relu", "threshold", "identity", "tanh", "gelu", "exp"])
def test_the_error_of_a_layer_holds_the_truth(name):
    """Two layers of one unit: the output for both ends of the first layer's enclosure, at few and at many bits."""
    layers = [
        forward.Layer(Activation(name), [[Fraction(2, 7)]], [Fraction(1, 9)]),
        forward.Layer(Activation("identity"), [[Fraction(-5, 3)]], [Fraction(1, 3)]),
    ]
    units = forward.integer_layers(layers, [10], Budget(10**9))
    for x in range(-40, 41, 7):
        (coarse,), e = forward.evaluate(units, [x], 32, Budget(10**9))
        (fine,), e_fine = forward.evaluate(units, [x], 400, Budget(10**9))
        assert e < 2**12
        assert abs((coarse << 368) - fine) <= (e << 368) + e_fine


def test_the_work_is_limited_before_it_is_done():
    layers = [forward.Layer(Activation("gelu"), [[Fraction(1)]], [Fraction(0)])]
    units = forward.integer_layers(layers, [1], Budget(1000))
    with pytest.raises(Rejected, match="more than 1000 steps"):
        forward.evaluate(units, [1], 64, Budget(1000))
    with pytest.raises(Rejected, match="more than 30 steps"):
        forward.integer_layers(layers, [1], Budget(30))
    with pytest.raises(Rejected, match="common denominator"):
        forward.integer_layers(
            [forward.Layer(Activation("relu"), [[Fraction(1, 2**16384)]], [Fraction(0)])], [1], Budget(10**9)
        )


def test_what_is_verified_is_true():
    """The truth by definition agrees with the certificates, and with no other list."""
    for activation in ("tanh", "relu", "threshold", "gelu", "x^2 - 1"):
        claim = given_network(small_table(), Classes(("no", "yes"), (("0",), ("1",)), (0, 1, 1, 0, 0, 1, 0)), "tanh")
        layers = tuple(
            Dense(
                read_unit(activation) if layer.activation.name == "tanh" else layer.activation,
                layer.biases,
                layer.weights,
            )
            for layer in claim.layers
        )
        outcome = prove_classifies(Classifies(claim.factors, claim.inputs, claim.labels, layers, claim.shifts, ()))
        assert outcome.certificate is not None
        assert classifies(outcome.certificate.claim)
