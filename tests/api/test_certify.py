"""`exactcap.certify`: every family of claims, true ones, false ones, and what is no claim."""

from __future__ import annotations

from fractions import Fraction

import msgspec
import numpy as np
import pytest
from support import every_kind, small_table, table

import exactcap
from exactcap import claims
from exactcap.api import Result
from exactcap.api.check import well_formed
from exactcap.api.families import _PROVERS, outcome_of
from exactcap.api.result import decide
from exactcap.checker.main import check_file
from exactcap.claims.inequality import Decoupling, Layer, Orthogonal, SecondMoment
from exactcap.errors import CheckerDisagreesError, InputError
from exactcap.provers.outcome import Finding, Outcome, silent

PROBABLE = "rank, random"
QUICK = ("R(3)", claims.OneUnit("mills", "3"))
TANH, EXP = claims.Activation("tanh"), claims.Activation("exp")


def test_every_family_has_a_prover():
    assert set(_PROVERS) == set(claims.Claim.__args__)


@pytest.mark.parametrize("kind", every_kind())
def test_true_claims_are_proved_as_they_stand(kind, tmp_path):
    claim = every_kind()[kind].claim
    result = exactcap.certify(claim, output=tmp_path / "c.cert.jsonl")
    assert result.finding == ("PROBABLE" if kind == PROBABLE else "PROVED")
    assert result.certificate.claim == claim
    verdict = check_file(str(tmp_path / "c.cert.jsonl"))
    assert verdict == result.verdict.__class__(
        str(tmp_path / "c.cert.jsonl"), verdict.finding, "", verdict.claim_id, *_said(result)
    )
    assert repr(result).startswith(f"{result.finding} {claim.statement()}")


def _said(result):
    verdict = result.verdict
    return verdict.statement, verdict.relies_on, "", verdict.error_bound


def mills(relation, high, low, name="laplace-2"):
    from exactcap.models.mills_bounds import named_bound
    from exactcap.provers.mills import bound_record

    return claims.Mills(bound_record(named_bound(name).data), high, low, relation)


def of(kind, **changes):
    return msgspec.structs.replace(every_kind()[kind].claim, **changes)


FALSE = {
    "interpolation beyond the rank": (claims.Interpolation(EXP, claims.Generic(4, 24), 4), "REFUTED"),
    "obstruction, generic": (claims.Obstruction(TANH, 4, claims.Generic(2, 8), 4), "REFUTED"),
    "obstruction, table": (claims.Obstruction(TANH, 3, small_table(), 4), "REFUTED"),
    "obstruction, one less than the bound": (of("U2, U9", at_most=5), "UNDECIDED"),
    "rank above": (of("rank, U5", rank=15), "REFUTED"),
    "rank below": (of("rank, U5", rank=13), "REFUTED"),
    "rank at least": (of("rank, at least", rank=5), "REFUTED"),
    "rank at most": (of("rank, at most", rank=13), "REFUTED"),
    "rank at most, random": (of("rank, random", rank=10, relation="at-most"), "REFUTED"),
    "digits": (of("enclosure", mantissa=13498), "REFUTED"),
    "digits, far": (of("enclosure", mantissa=2), "REFUTED"),
    "digits of a formula": (of("formula, gordon", mantissa=4026), "REFUTED"),
    "mills on the wrong side": (mills("upper", None, "1"), "REFUTED"),
    "mills at a point": (mills("not-lower", "2", "2"), "UNDECIDED"),
    "inequality": (claims.Inequality(True, Decoupling("6/5", "1/16")), "REFUTED"),
    "inequality denied": (claims.Inequality(False, Orthogonal("threshold", "1", "2", "1/8", "plain")), "REFUTED"),
    "inequality with one output": (claims.Inequality(True, Layer("1/2", "one")), "REFUTED"),
    "inequality from too small a bias": (claims.Inequality(True, SecondMoment("relu", "1")), "REFUTED"),
    "memorization with few units": (of("memorization", widths=(7, 4, 2)), "UNDECIDED"),
    "network with a wrong label": (
        of("memorizes, relu", labels=claims.Numbers(("1/2", "0", "-3", "7/3", "7/3", "1", "3"))),
        "UNDECIDED",
    ),
    "fewer wrong rows than there are": (of("classifies", wrong=()), "REFUTED"),
    "other wrong rows": (of("classifies, relu", wrong=(0, 1, 2, 3, 4, 5, 6)), "REFUTED"),
    "nearer than any solution": (of("nearby", distance=(100, -40)), "UNDECIDED"),
    "eigenvalue too large": (of("kernel", least=(999, -1)), "UNDECIDED"),
    "kernel said to be singular": (of("kernel", least=None), "REFUTED"),
    "singular kernel": (of("kernel, parallel", least=(100, -9)), "REFUTED"),
    "tangent features said to be dependent": (of("tangent", full=False), "REFUTED"),
    "tangent features said to be independent": (of("tangent, dependent", full=True), "REFUTED"),
    "count one more": (claims.Count(claims.Dichotomies(False, 2, 5), 11), "REFUTED"),
    "count, negative": (claims.Count(claims.Dichotomies(False, 2, 5), -10), "REFUTED"),
    "shattering, not the least": (of("count, shattering", value=42), "REFUTED"),
    "shattering, below the count": (of("count, shattering", value=40), "UNDECIDED"),
}


@pytest.mark.parametrize("name", FALSE)
def test_false_claims_are_never_proved(name, tmp_path):
    claim, expected = FALSE[name]
    output = tmp_path / "c.cert.jsonl"
    result = exactcap.certify(claim, output=output)
    assert result.finding == expected
    assert not result.proved
    if expected == "REFUTED":  # the certificate is verified, and of something else than the claim
        assert result.certificate.claim != claim
        assert check_file(str(output)).verified
    assert not list(tmp_path.glob(".*")), "nothing half-written"


WEAKER = {
    "obstruction": of("U2, U9", at_most=7),
    "eigenvalue": of("kernel", least=(1, -4)),
    "eigenvalue, erf": of("kernel, erf", least=(123, -6)),
    "distance": of("nearby", distance=(5, -3)),
    "distance, two outputs": of("nearby, two outputs", distance=(5, -3)),
    "fewer digits": claims.Enclosure(-3, 305, QUICK[1]),
    "rank at most": of("rank, at most", rank=20),
    "rank at least": of("rank, at least", rank=2),
}


@pytest.mark.parametrize("name", WEAKER)
def test_weaker_claims_are_proved_themselves(name):
    result = exactcap.certify(WEAKER[name])
    assert result.proved
    assert result.certificate.claim == WEAKER[name]
    assert result.statement == WEAKER[name].statement()


@pytest.mark.parametrize("mantissa", range(3040, 3052))
def test_only_the_right_digits_are_proved(mantissa):
    result = exactcap.certify(claims.Enclosure(-4, mantissa, QUICK[1]))
    assert result.finding == ("PROVED" if mantissa == 3046 else "REFUTED")


@pytest.mark.parametrize("exponent", [10**9, -(10**9), 2**2000, -(2**2000)])
def test_digits_of_another_magnitude_are_refuted_at_once(exponent):
    assert exactcap.certify(claims.Enclosure(exponent, 1, QUICK[1])).finding == "REFUTED"


@pytest.mark.parametrize("mantissa", range(1, 10))
@pytest.mark.parametrize("exponent", range(-5, 5))
def test_one_digit_at_every_exponent(exponent, mantissa):
    """R(3) = 0.30459...; half a unit of the digit may be larger than the number."""
    is_true = abs(Fraction(30459, 10**5) - mantissa * Fraction(10) ** exponent) <= Fraction(10) ** exponent / 2
    found = exactcap.certify(claims.Enclosure(exponent, mantissa, QUICK[1])).finding
    assert found == ("PROVED" if is_true else "REFUTED")


def test_digits_of_a_number_that_no_memory_holds():
    """P(gamma > 10^12) = 1.385e-217147240951625913825577."""
    quantity, exponent = claims.OneUnit("tail", str(10**12)), -217147240951625913825580
    for mantissa in (1384, 1385, 1386):
        found = exactcap.certify(claims.Enclosure(exponent, mantissa, quantity)).finding
        assert found == ("PROVED" if mantissa == 1385 else "REFUTED")


def test_digits_at_the_largest_number_of_digits():
    digits = 300
    quantity = claims.Correlation("threshold", ("0", "0"), "1/2", ("1", "1"))  # 1/3
    third = 10**digits // 3
    assert exactcap.certify(claims.Enclosure(-digits, third, quantity)).proved
    assert exactcap.certify(claims.Enclosure(-digits, third + 1, quantity)).finding == "UNDECIDED"
    assert exactcap.certify(claims.Enclosure(-digits, third + 2, quantity)).finding == "REFUTED"


@pytest.mark.parametrize(
    ("claim", "rule"),
    [
        (claims.Rank(claims.KhatriRao(claims.Generic(3, 15.0), 3, 5), 14, "equals"), "15.0 is not allowed"),
        (claims.Count(claims.Dichotomies(False, 3, 6), 32.5), "32.5 is not allowed"),
        (claims.Count(claims.Dichotomies(0, 3, 6), 32), "affine"),
        (claims.Count(claims.Dichotomies(False, 3, np.int64(6)), 32), "int64"),
        (claims.Interpolation(TANH, claims.Generic(4, 24), True), "width"),
        (claims.Interpolation(TANH, claims.Generic(4, 24), -8), "width"),
        (claims.Interpolation(claims.Activation("relu"), claims.Generic(4, 24), 8), "activation"),
        (claims.Interpolation("tanh", claims.Generic(4, 24), 8), "activation"),
        (claims.Enclosure(-4, 3046, claims.OneUnit("mills", "6/2")), "rational"),
        (claims.Enclosure(-4, 3046, claims.OneUnit("mills", 3)), "rational"),
        (claims.Enclosure(-4, 3046, claims.OneUnit("mills", float("nan"))), "NaN"),
        (claims.Inequality(True, Decoupling("1.2", "1/16")), "rational"),
        (claims.Interpolation(TANH, table([[1, 2], [1, 2]]), 4), "row"),
        (claims.Obstruction(TANH, 4, claims.Generic(2, 8), 4.0), "4.0 is not allowed"),
        (claims.Generic(4, 24), "Generic is not a claim"),
        ("PROVED", "str is not a claim"),
        (None, "NoneType is not a claim"),
    ],
)
def test_what_is_no_claim_is_bad_input(claim, rule, tmp_path):
    with pytest.raises(InputError, match=rule):
        exactcap.certify(claim, output=tmp_path / "c.cert.jsonl")
    assert not list(tmp_path.iterdir())


def test_lists_are_read_as_what_a_certificate_holds():
    matrix = claims.Jacobian(TANH, "generic", ["W", "b", "v"], claims.Generic(2, 6), 2)
    result = exactcap.certify(claims.Rank(matrix, 6, "equals"))
    assert result.proved
    assert result.claim.matrix.blocks == ("W", "b", "v")
    assert well_formed(result.claim) == result.claim


def test_a_claim_about_nothing_is_refused():
    with pytest.raises(InputError, match="about nothing"):
        exactcap.certify(of("memorization", separation_squared="3"))


def test_weights_that_are_no_floats_are_refused():
    claim = of("nearby", offset="1/3")
    with pytest.raises(InputError, match="1/3 is no float64"):
        exactcap.certify(claim)
    with pytest.raises(InputError, match="offset: expected an array of 2"):
        exactcap.certify(of("nearby, two outputs", offset="1/3"))


def test_output_and_seed_are_refused_before_the_work(tmp_path):
    claim = every_kind()["rank, U5"].claim
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="not a certificate"):
        exactcap.certify(claim, output=tmp_path / "notes.txt")
    with pytest.raises(InputError, match="cannot write"):
        exactcap.certify(claim, output=tmp_path / "no" / "c.cert.jsonl")
    for name in (b"c.cert.jsonl", 3):
        with pytest.raises(InputError, match="give a str or Path"):
            exactcap.certify(claim, output=name)
    for seed in (-1, 2**53, 1.0, True, "0"):
        with pytest.raises(InputError, match="seed"):
            exactcap.certify(claim, seed=seed)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_the_same_seed_writes_the_same_bytes(tmp_path):
    claim = every_kind()["generic, exponential"].claim
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        exactcap.certify(claim, output=str(tmp_path / f"{name}.cert.jsonl"), seed=seed)
    a, b, c = ((tmp_path / f"{name}.cert.jsonl").read_bytes() for name in "abc")
    assert a == b != c


def test_a_result_is_no_truth_value():
    result = exactcap.certify(every_kind()["rank, U5"].claim)
    with pytest.raises(TypeError, match=r"ask for \.proved"):
        bool(result)
    assert (result.proved, result.refuted, result.path) == (True, False, None)
    assert result.verdict.verified


def test_progress_is_reported():
    seen = []
    exactcap.certify(every_kind()["table, inverse"].claim, progress=lambda phase, fraction: seen.append(fraction))
    assert seen
    assert all(0 <= fraction <= 1 for fraction in seen)


def test_a_prover_that_errs_is_caught():
    """Nothing is PROVED without a certificate of this very claim that the checker verifies."""
    claim, other = every_kind()["rank, U5"].claim, every_kind()["rank, hadamard"]
    with pytest.raises(CheckerDisagreesError, match="without a certificate"):
        decide(Outcome(Finding.PROVED, "so it is"), None, silent, claim)
    with pytest.raises(CheckerDisagreesError, match="another claim"):
        decide(Outcome(Finding.PROVED, "so it is", other), None, silent, claim)
    with pytest.raises(CheckerDisagreesError, match="REFUTED with a certificate of another claim"):
        decide(Outcome(Finding.REFUTED, "so it is", every_kind()["rank, U5"]), None, silent, claim)
    probable = every_kind()[PROBABLE]
    with pytest.raises(CheckerDisagreesError, match="PROBABLE"):
        decide(Outcome(Finding.PROVED, "so it is", probable), None, silent, probable.claim)
    wrong = msgspec.structs.replace(claim, rank=13)
    outcome = outcome_of(claim, 0, silent)
    forged = type(outcome.certificate)(wrong, outcome.certificate.relies_on, outcome.certificate.evidence)
    with pytest.raises(CheckerDisagreesError, match="rejects"):
        decide(Outcome(Finding.PROVED, "so it is", forged), None, silent, wrong)


def test_beyond_the_checker_is_not_proved(monkeypatch):
    """As above 1800 rows: exactcap alone has a proof."""
    from exactcap.checker import newton as checked
    from exactcap.provers import right_inverse

    monkeypatch.setattr(checked, "MAX_ROWS", 1)
    monkeypatch.setattr(right_inverse, "MAX_WITNESS", 1)
    monkeypatch.setattr("exactcap.provers.newton.MAX_WITNESS", 1, raising=False)
    result = exactcap.certify(every_kind()["nearby"].claim)
    assert result.finding == "UNCHECKED"
    assert not result.proved
    assert repr(result).startswith("UNCHECKED proved by exactcap alone")


def test_data_and_activations():
    from support import DATA

    from exactcap.models.datasets import read_dataset
    from exactcap.provers.records import table_record

    assert exactcap.read_data(DATA / "wine.csv", label="class") == table_record(
        read_dataset(DATA / "wine.csv", "class")
    )
    for path, label in ((3, "class"), (b"wine.csv", "class"), (DATA / "wine.csv", None), (DATA / "wine.csv", [])):
        with pytest.raises(InputError, match="give a str"):
            exactcap.read_data(path, label)
    with pytest.raises(InputError, match="give a str"):
        exactcap.activation(None)
    with pytest.raises(InputError, match="no column 'clas'"):
        exactcap.read_data(str(DATA / "wine.csv"), label="clas")
    with pytest.raises(InputError, match="143 equals 102"):
        exactcap.read_data(DATA / "iris.csv", label="species")
    assert exactcap.activation("x^2/2").numerator == ("0", "0", "1/2")
    assert Fraction(exactcap.activation("0.1*x").numerator[1]) == Fraction(1, 10)
    with pytest.raises(InputError):
        exactcap.activation("relu(x)")


def test_results_are_values():
    claim = every_kind()["rank, U5"].claim
    assert isinstance(exactcap.certify(claim), Result)
    undecided = exactcap.certify(of("memorization", widths=(7, 4, 2)))
    assert undecided.statement == undecided.claim.statement()
    assert repr(undecided).endswith("; no certificate")
