"""``exactcap predict`` as a user meets it: every line has its status, and no prediction is called more than that."""

from __future__ import annotations

import io
import json
import math
import re
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from functools import cache, partial

import numpy as np
import pytest
from scipy.special import log_ndtr
from support import ROOT

from exactcap.checker.main import check_file
from exactcap.checker.main import main as check
from exactcap.cli import predict_committee
from exactcap.cli.main import main
from exactcap.models.transitions import Unlocated
from exactcap.reports import predict_words
from exactcap.reports.status import Status

CLAIMING = re.compile(r"prov(ed|en|es)|proof|certified|theorem|rigorous(?<!non-rigorous)|verified", re.IGNORECASE)
STARTS = tuple(str(status) for status in Status)

COMMANDS = (
    "perceptron --digits 12",
    "perceptron --margin 1 --digits 12",
    "perceptron --margin -1/2 --digits 12",
    "committee --activation relu --digits 12",
    "committee --activation relu --architecture full --digits 12",
    "committee --activation x^3+x --margin 1/2 --digits 8",
    "committee --activation x^3+x --architecture full --margin -1 --digits 8",
    "committee --activation hardtanh --digits 8",
    "committee --activation exp(-abs(x)) --architecture full --digits 8",
    "committee --activation sign --units 3 --digits 12",
    "committee --activation relu --units 2 --digits 12",
    "committee --activation x^2 --ansatz 1rsb --digits 4",
    "committee --activation relu --architecture full --ansatz 1rsb --digits 4",
    "symmetry-breaking --activation relu --digits 8",
    "symmetry-breaking --activation erf(x/2) --digits 5",
)


def run(command: str) -> tuple[int, list[str], str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(["predict", *command.split(" ")])
    return status, out.getvalue().splitlines(), err.getvalue()


@cache
def lines(command: str) -> list[str]:
    """The lines of a command that succeeds, computed once."""
    status, out, err = run(command)
    assert (status, err) == (0, "")
    return out


def items(command: str) -> list[dict[str, str]]:
    """What --json says."""
    (text,) = lines(f"{command} --json")
    return json.loads(text)["items"]


def values(command: str) -> list[str]:
    """The numbers of the value lines."""
    return [line.split()[-1] for line in lines(command) if line[30:36] == "value "]


@pytest.fixture
def quick(monkeypatch):
    """No proof of the minimum, for `COMMANDS`."""
    monkeypatch.setattr(predict_committee, "one_step", partial(predict_committee.one_step, most=0))


def assert_claims_nothing(out: list[str]) -> None:
    """Every line has its status, and no prediction is called more than that."""
    assert "PROVED" not in "\n".join(out)
    assert all(line.startswith(STARTS) for line in out), out
    predictions = [line.removeprefix(Status.PREDICTION) for line in out if line.startswith("PREDICTION")]
    assert not [line for line in predictions if CLAIMING.search(line)]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.usefixtures("quick")
def test_every_line_has_its_status_and_no_prediction_claims_more(command):
    out = lines(command)
    assert_claims_nothing(out)
    assert values(command)
    assert all(re.fullmatch(r"[0-9]+\.[0-9]+", value) for value in values(command))
    for place, line in enumerate(out):
        if line[30:36] == "value ":  # what the digits are those of
            assert out[place + 1][30:].startswith("digits   of the formula's value")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.usefixtures("quick")
def test_json_mirrors_the_lines(command):
    (text,) = lines(f"{command} --json")
    assert "PROVED" not in text
    told = items(command)
    assert {item["status"] for item in told} <= set(STARTS)
    for item in told:
        if item["status"] == Status.PREDICTION:
            assert not CLAIMING.search(json.dumps({**item, "status": ""}))
    assert [item["value"] for item in told if "value" in item] == values(command)


@pytest.mark.usefixtures("quick")
def test_full_committees_and_one_step_values_are_predictions_only():
    for command in COMMANDS:
        if any(word in command for word in ("full", "1rsb", "symmetry-breaking")):
            assert {item["status"] for item in items(command)} == {Status.PREDICTION}


@pytest.mark.parametrize("page", [[], ["perceptron"], ["committee"], ["symmetry-breaking"]])
def test_help_claims_nothing_of_predictions(page, capsys):
    assert main(["predict", *page, "--help"]) == 0
    text = capsys.readouterr().out
    assert "PROVED" not in text
    starts = [line.removeprefix(Status.PREDICTION) for line in text.splitlines() if line.startswith("PREDICTION")]
    assert starts or page
    assert not [line for line in starts if CLAIMING.search(line)]


def test_the_documents_call_no_prediction_more_than_that():
    for name in ("README.md", "exactcap/certificates/SPEC-CAPACITY.md"):
        for line in (ROOT / name).read_text().splitlines():
            if line.startswith("PREDICTION"):
                assert not CLAIMING.search(line.removeprefix(Status.PREDICTION)), line
    for block in re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL):
        for part in block.split("$ ")[1:]:
            if part.startswith("exactcap predict"):
                assert "PROVED" not in part


@pytest.mark.parametrize(
    ("command", "status", "value"),
    [  # theory/capacity.md and quadratures of mpmath at 30 digits (tests of the models)
        ("perceptron --digits 20", "THEOREM", "2.0000000000000000000"),
        ("perceptron --margin 0.5 --digits 20", "THEOREM", "0.96120505280154175653"),
        ("perceptron --margin 1 --digits 20", "THEOREM", "0.51957222960493796949"),
        ("perceptron --margin -1/2 --digits 20", "UPPER", "4.7700988826193857002"),
        ("committee --activation relu", "UPPER", "2.9338844138485197200"),
        ("committee --activation relu --architecture full", "PREDICTION", "5.5038767877682173224"),
        ("committee --activation erf", "UPPER", "2.4514000075713814142"),
        ("committee --activation erf --architecture full", "PREDICTION", "7.2234998505839108829"),
        ("committee --activation x^2 --digits 5", "UPPER", "4.0000"),
        ("committee --activation tanh", "UPPER", "2.3556144646083592466"),
        ("committee --activation tanh --architecture full", "PREDICTION", "7.1145415494838402716"),
        ("committee --activation gelu", "UPPER", "2.6376899417312450928"),
        ("committee --activation gelu --architecture full", "PREDICTION", "4.3045218084146931416"),
        ("committee --activation sign --units 3", "UPPER", "4.0251918806373103702"),
        ("committee --activation relu --units 2 --digits 12", "UPPER", "3.81009771213"),
        ("committee --activation relu --ansatz 1rsb --architecture full --digits 12", "PREDICTION", "3.81213133491"),
        ("committee --activation x^2 --ansatz 1rsb --digits 10", "PREDICTION", "3.374664425"),
        ("symmetry-breaking --activation relu", "PREDICTION", "0.89660477347744303548"),
        ("symmetry-breaking --activation x^2 --digits 12", "PREDICTION", "0.785398163397"),
    ],
)  # fmt: skip
def test_values(command, status, value):
    first = items(command)[0]
    assert first["status"].startswith(status)
    assert first["value"] == value


def test_units_that_are_affinely_related_have_one_value():
    """g -> c g + const changes nothing, and g -> g + c x nothing in a fully connected committee."""
    pairs = [
        ("committee --activation relu", "committee --activation 3-2*relu(x)"),
        ("committee --activation relu --architecture full", "committee --activation abs --architecture full"),
        ("committee --activation x^3 --architecture full", "committee --activation x^3-7*x --architecture full"),
    ]
    for one, other in pairs:
        assert items(one)[0]["value"] == items(other)[0]["value"]


@pytest.mark.parametrize(("activation", "bound"), [("relu", "2.850211606"), ("x^2", "3.381001627")])
def test_the_lifted_bound_of_trees(activation, bound):
    symmetric, prediction, lifted = items(f"committee --activation {activation} --digits 10")
    assert symmetric["status"] == Status.UPPER_BOUND
    assert lifted["status"] == Status.PREDICTION  # the sketch of its proof has a gap (SPEC-CAPACITY.md, K2)
    assert prediction["status"] == Status.PREDICTION
    assert lifted["value"] == bound
    assert float(lifted["value"]) < float(symmetric["value"])


def test_without_a_better_lifted_bound():
    _, _, lifted = items("committee --activation erf")
    assert lifted["r"] == "0"
    assert "no smaller value exists" in lifted["minimum"]


def test_the_lifted_bound_of_three_sign_units():
    gordon, _, lifted = items("committee --activation sign --units 3 --digits 12")
    assert lifted["status"] == Status.PREDICTION
    assert 3.454566 < float(lifted["value"]) < 3.454567 < float(gordon["value"])
    perceptron, _ = items("committee --activation sign --units 1 --digits 5")  # it has no smaller one
    assert perceptron["value"] == "2.0000"


def test_a_certificate_is_verified_and_explained(tmp_path):
    for k, command in enumerate(
        ("perceptron --margin 2", "committee --activation relu --architecture full", "committee --activation tanh(x)",
         "committee --activation sign --units 5", "symmetry-breaking --activation relu")
    ):  # fmt: skip
        path = tmp_path / f"{k}.cert.jsonl"
        out = lines(f"{command} -o {path}")
        assert f"certificate {path}," in " ".join(" ".join(line[39:] for line in out).split())
        verdict = check_file(str(path))
        assert verdict.finding == "VERIFIED"
        value = next(line.split()[-1] for line in out if line[30:36] == "value ")
        assert value in verdict.statement
        with redirect_stdout(io.StringIO()) as explained:
            assert main(["explain", str(path)]) == 0
        with redirect_stdout(io.StringIO()) as checked:
            assert check([str(path)]) == 0
        told = " ".join(explained.getvalue().split())
        disclaimer = (
            "It says nothing of networks: whether the formula is their storage capacity is no part of the claim."
        )
        assert disclaimer in told
        assert "SPEC-CAPACITY.md" in told
        for text in (told.replace(disclaimer, ""), checked.getvalue()):  # the digits are proved, and nothing else is
            assert not re.search(r"PROVED|PREDICTION|capacity|stored|patterns", text)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("committee --activation sign", "activation: 'sign': sign jumps, so E g'^2 diverges"),
        ("committee --activation sign(x)", "give sign and --units K with an odd K"),
        ("committee --activation sign --ansatz 1rsb", "give sign and --units K with an odd K"),
        ("symmetry-breaking --activation sign", "give sign and --units K with an odd K"),
        ("committee --activation 3", "activation: '3': it is constant"),
        ("committee --activation 2*x+1 --architecture full", "is affine"),
        ("symmetry-breaking --activation 2*x+1", "is affine"),
        ("symmetry-breaking --activation relu --digits 100000", "digits: 100000 is not between"),
        ("symmetry-breaking --activation erf -o x.cert.jsonl", "output: there is no certificate"),
        ("committee --activation relu --ansatz 1rsb -o x.cert.jsonl", "output: there is no certificate"),
        (
            "committee --activation exp(x^2/4)",
            "activation: 'exp(x^2/4)': it is not shown to grow slower than e^(x^2/4)",
        ),
        ("committee --activation 1/x", "activation: '1/x': "),
        ("committee --activation foo", "activation: 'foo': "),
        ("committee --activation sign --units 4", "units: "),
        ("committee --activation relu --units 3", "units: "),
        ("committee --activation tanh --units 3", "activation: "),
        ("committee --activation sign --units 3 --architecture full", "units: "),
        ("committee --activation sign --units 3 --margin 1", "units: "),
        ("committee --activation relu --ansatz 1rsb --margin 1", "margin: "),
        ("committee --activation relu --digits 0", "digits: 0 is not between"),
        ("committee --activation hardtanh --digits 100000", "digits: 100000 is not between"),
        ("committee --activation relu --ansatz 1rsb --digits 100000", "digits: 100000 is not between"),
        ("symmetry-breaking --activation erf(x/2) --digits 100000", "digits: 100000 is not between"),
        ("committee --activation relu --margin x", "margin: 'x' is not a rational number"),
        ("committee --activation relu --architecture star", "architecture"),
        ("committee --activation hardtanh -o x.cert.jsonl", "output: there is no certificate"),
        ("perceptron --margin 1e16", "margin: "),
        ("committee --activation tanh(2*x) --margin 100000000000000000", "margin: |100000000000000000| is above 10^15"),
        ("committee --activation tanh --margin -1e16", "is above 10^15"),
        ("committee --activation tanh(100*x)+x^2/(1+(x^2-x+1)^20)", "is too steep or too long for so many digits"),
        ("perceptron --margin nan", "margin: "),
        ("perceptron --digits 2.5", "not a whole number"),
    ],
)
def test_bad_input_is_one_line(command, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = run(command)
    assert (status, out) == (2, [])
    assert words in err
    assert len(err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_whether_the_minimum_is_known_is_said():
    (item,) = items("committee --activation relu --ansatz 1rsb --architecture full --digits 12")
    assert item["minimum"].startswith("interval search leaves no smaller value")
    assert "full replica-symmetry breaking lies below" in item["meaning"]
    assert item["q0"][:6] == "0.4086"
    assert item["r"][:5] == "17.92"


def test_without_a_proof_of_the_minimum_it_is_found_by_a_search(monkeypatch):
    monkeypatch.setattr(predict_committee, "one_step", partial(predict_committee.one_step, most=0))
    status, out, _ = run("committee --activation relu --architecture full --ansatz 1rsb --digits 5 --json")
    (item,) = json.loads(out[0])["items"]
    assert status == 0
    assert item["minimum"] == "found by a search in floating point; a smaller value elsewhere is not excluded"
    assert item["digits"].startswith("of the formula's value at a point that rounds to this q0 and r")


def test_an_inequality_settles_linear_overlaps():
    (item,) = items("committee --activation 2*x+1 --ansatz 1rsb --digits 10")
    assert (item["value"], item["r"]) == ("2.000000000", "0")
    assert item["minimum"] == "no smaller value exists for any 0 <= q0 < 1 and r > 0 (an inequality)"
    assert item["meaning"].endswith("no smaller than the replica-symmetric number")


def test_a_limit_that_is_not_known_to_be_the_minimum_is_not_called_so():
    item = dict(predict_words.one_step_item("tree", "g", "2.0", "0", "0", False, None).fields)
    assert item["minimum"] == "found by a search in floating point; a smaller value elsewhere is not excluded"
    assert item["meaning"].endswith("none smaller than the replica-symmetric number was found")
    assert "in the limit r -> 0" in item["digits"]


def test_a_tie_does_not_hide_the_lifted_item():
    """The replica-symmetric value is 9/4, half-way between 2.2 and 2.3."""
    status, out, _ = run("committee --activation sqrt(14)*x+x^2 --digits 2 --json")
    symmetric, _, lifted = json.loads(out[0])["items"]
    assert (status, symmetric["value"]) == (3, "undecided")
    assert "no smaller value exists" in lifted["minimum"]


def erf_load(q: float) -> tuple[float, float]:
    """alpha(q) = S'/e' and T(q) = S/(e - ln 2) of erf units by Gauss-Hermite quadrature and differences."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(100)

    def energy(p):
        overlap, total = (2 / math.pi * (math.asin(2 * x / 3) - 2 * x / 3) for x in (p, 1.0))
        return -weights @ log_ndtr(math.sqrt(overlap / (total - overlap)) * nodes) / math.sqrt(2 * math.pi)

    def entropy(p):
        return (math.log(1 - p) + p / (1 - p)) / 2

    h = 1e-5
    slopes = [(f(q + h) - f(q - h)) / (2 * h) for f in (entropy, energy)]
    return slopes[0] / slopes[1], entropy(q) / (energy(q) - math.log(2))


def test_odd_units_break_symmetry_by_a_jump():
    for place, item in enumerate(items("symmetry-breaking --activation erf --digits 8")):
        q, value = float(item["q"]), float(item["value"])
        assert erf_load(q)[place] == pytest.approx(value, rel=1e-7)
        assert min(erf_load(q - 0.02)[place], erf_load(q + 0.02)[place]) > value + 1e-5


def test_a_jump_may_come_before_the_continuous_point():
    spinodal, thermodynamic, continuous = items("symmetry-breaking --activation x^3+x^2/10 --digits 6")
    assert float(spinodal["value"]) < float(thermodynamic["value"]) < float(continuous["value"])
    assert continuous["scan"] == "a scan of 0 < q < 1 found a jump before it, above"
    (item,) = items("symmetry-breaking --activation relu --digits 8")
    assert item["scan"] == "a scan of 0 < q < 1 found no jump before it"  # and no proof that there is none


def test_a_jump_near_one_is_found():
    spinodal, thermodynamic, continuous = items("symmetry-breaking --activation exp(8*x) --digits 8")
    assert (spinodal["value"], thermodynamic["value"]) == ("110.60667", "119.48984")
    assert float(continuous["value"]) > 1e24
    assert "found a jump before it" in continuous["scan"]
    spinodal, _ = items("symmetry-breaking --activation sin(40*x) --digits 6")
    assert spinodal["value"] == "2792.87"


@pytest.mark.parametrize("why", Unlocated)
def test_a_jump_that_is_not_located_is_not_denied(why, monkeypatch):
    real = predict_committee.transitions

    def found(kernel, digits):
        return replace(real(kernel, digits), spinodal=why, thermodynamic=None)

    monkeypatch.setattr(predict_committee, "transitions", found)
    status, out, _ = run("symmetry-breaking --activation relu --digits 5 --json")
    (item,) = json.loads(out[0])["items"]
    assert status == 0
    assert item["scan"] == f"a scan of 0 < q < 1 did not locate the spinodal point: {why.value}"
    status, _, err = run("symmetry-breaking --activation erf --digits 5")
    assert status == 2
    assert f"activation: 'erf': a scan did not locate the spinodal point: {why.value}; choose another" in err


def test_a_jump_has_at_most_twenty_digits_and_says_so():
    spinodal, _, continuous = items("symmetry-breaking --activation x^3+x^2/10 --digits 25")
    assert len(spinodal["value"]) == 21
    assert "here at most 20, the last one rounded" in spinodal["digits"]
    assert len(continuous["value"]) == 26
    spinodal, _ = items("symmetry-breaking --activation erf --digits 25")
    assert len(spinodal["value"]) == 26
    assert "at most" not in spinodal["digits"]


def test_undecided_digits_are_status_3(monkeypatch):
    monkeypatch.setattr(predict_committee, "committee_digits", lambda *_: None)
    status, out, _ = run("committee --activation hardtanh --digits 8")
    assert status == 3
    assert_claims_nothing(out)
    assert out[1].split()[-1] == "undecided"
    assert "8 digits are not certain with" in out[2]


def test_an_undecided_coefficient_is_not_passed_over():
    """sin^2 + cos^2 is a constant, which no parity shows: a_2 = 0 is not seen."""
    *_, last = items("symmetry-breaking --activation sin(x)*sin(x)+cos(x)*cos(x)+tanh(x) --digits 5")
    assert "whether a_2 is 0" in last["scan"]
    assert last["status"] == Status.PREDICTION
