"""The Gaussian, kernel and storage-capacity entries: numbers in their prose, formulas, and what they call what."""

from __future__ import annotations

import json
import re
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import mpmath
import pytest
import sympy
from support import ROOT

from exactcap.certificates.format import read_certificate
from exactcap.sweeps.claims_file import read_claims
from exactcap.sweeps.lock import read_lock
from exactcap.theorems.catalogue import theorem, theorems

PAPERS = ("bubeck-2020", "vershynin-2020", "dirksen-2021", "nishiyama-ohzeki-2024")
WITH_CLAIMS = tuple(key for key in PAPERS if key != "dirksen-2021")
CLAIMING = re.compile(r"prov(ed|en|es)|proof|certified|theorem|rigorous(?<!non-rigorous)|verified", re.IGNORECASE)
ENTRIES = {entry.identifier: entry for entry in theorems() if entry.paper.key in PAPERS}
CLAIMS = {key: read_claims(ROOT / "proofs" / "claims" / f"{key}.toml") for key in WITH_CLAIMS}
PREDICTIONS = [entry for entry in ENTRIES.values() if entry.form == "prediction"]
x = sympy.Symbol("x", positive=True)


def numbers(prose: str) -> set[Fraction]:
    """The integers and decimals in a text, with their signs."""
    return {Fraction(text) for text in re.findall(r"-?\d+(?:\.\d+)?", prose)}


def claims_of(identifier: str):
    return [claim for claim in CLAIMS[ENTRIES[identifier].paper.key] if claim.theorem == identifier]


@pytest.mark.parametrize("key", WITH_CLAIMS)
def test_each_claim_stands_under_a_theorem_of_its_paper(key):
    assert {ENTRIES[claim.theorem].paper.key for claim in CLAIMS[key]} == {key}


@pytest.mark.parametrize("identifier", [name for name, entry in ENTRIES.items() if not entry.why_not])
def test_what_a_theorem_says_of_itself_agrees_with_its_claims(identifier):
    entry, expected = ENTRIES[identifier], {claim.expect for claim in claims_of(identifier)}
    if entry.form == "variant refuted":
        assert expected == {"REFUTED"}
    elif entry.form == "prediction":
        assert expected == {"PREDICTION"}
    else:
        assert "PREDICTION" not in expected
        assert ("UPPER BOUND" in expected) == (expected == {"UPPER BOUND"})
    if expected == {"UPPER BOUND"}:
        assert entry.direction == "bound from above"


def test_constants_of_searches_are_those_of_the_conclusions():
    seen = 0
    for claim in CLAIMS["vershynin-2020"]:
        if claim.recorded and claim.command == "certify" and claim.theorem != "vershynin-e":
            assert Fraction(claim.recorded) in numbers(ENTRIES[claim.theorem].conclusion), claim.identifier
            seen += 1
    assert seen == 16


@pytest.mark.parametrize("identifier", ["mills-komatsu-range", "vershynin-3.1-negative-bias", "vershynin-5-moments"])
def test_where_a_bound_ends_is_what_was_refuted(identifier):
    lock = read_lock(ROOT / "proofs" / "certificates" / "vershynin-2020")
    for claim in claims_of(identifier):
        assert Fraction(lock[claim.identifier].best["refuted"]) in numbers(ENTRIES[identifier].conclusion)


@pytest.mark.parametrize("identifier", [name for name, e in ENTRIES.items() if e.paper.key == PAPERS[-1]])
def test_long_numbers_are_values_of_the_claims(identifier):
    lock = read_lock(ROOT / "proofs" / "certificates" / PAPERS[-1])
    values = [Decimal(item["value"]) for claim in claims_of(identifier) for item in lock[claim.identifier].items]
    for text in re.findall(r"-?\d+\.\d{4,}", ENTRIES[identifier].conclusion):
        told = Decimal(text)
        assert any(value.quantize(told, ROUND_HALF_EVEN) == told for value in values), text


def test_the_kernel_of_wine_has_the_bound_that_is_told():
    (claim,) = claims_of("bubeck-kernel")
    mantissa, exponent = read_certificate(claim.certificate).claim.least
    assert mantissa * Fraction(10) ** exponent in numbers(ENTRIES["bubeck-kernel"].conclusion)


def test_drawn_units_of_wine_are_enough_from_a_number_on():
    widths = {claim.expect: set() for claim in claims_of("bubeck-tangent-units")}
    for claim in claims_of("bubeck-tangent-units"):
        widths[claim.expect].update(
            int(a.removeprefix("--width=")) for a in claim.arguments if a.startswith("--width=")
        )
    assert {min(widths["PROVED"]), max(widths["REFUTED"])} <= numbers(ENTRIES["bubeck-tangent-units"].conclusion)
    assert max(widths["REFUTED"]) == min(widths["PROVED"]) - 1


@pytest.mark.parametrize("entry", PREDICTIONS, ids=lambda entry: entry.identifier)
def test_no_prediction_is_called_more_than_that(entry):
    assert not CLAIMING.search(" ".join((entry.title, entry.conclusion, entry.direction, *entry.hypotheses)))
    for sentence in re.split(r"(?<=[.:;]) ", f"{entry.idea} {entry.evidence}"):
        assert "digits" in sentence or not CLAIMING.search(sentence), sentence
    assert entry.answer.startswith("PREDICTION (non-rigorous)")


def test_statements_with_unspecified_constants_are_not_instantiable():
    for number in ("5.1", "5.2", "5.3", "5.4", "7.1", "7.2", "1.1"):
        entry = theorem(f"vershynin-{number}")
        assert entry.number.endswith(number)
        assert "unspecified" in entry.why_not
        assert "vershynin-e" in entry.why_not


def sign_function(bound: sympy.Expr) -> sympy.Expr:
    """E = B' - xB + 1."""
    return sympy.diff(bound, x) - x * bound + 1


def convergent(n: int) -> sympy.Expr:
    tail = x
    for k in range(n - 1, 0, -1):
        tail = x + sympy.Integer(k) / tail
    return sympy.together(1 / tail)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_the_sign_function_of_convergents_and_partial_sums(n):
    assert sympy.cancel(convergent(3) - (x**2 + 2) / (x**3 + 3 * x)) == 0
    denominator = sympy.Poly(sympy.denom(sympy.cancel(convergent(n))), x).monic().as_expr()
    assert sympy.cancel(sign_function(convergent(n)) - (-1) ** n * sympy.factorial(n) / denominator**2) == 0
    partial = sum((-1) ** j * sympy.factorial2(2 * j - 1) / x ** (2 * j + 1) for j in range(n))
    assert sympy.expand(sign_function(partial) - (-1) ** n * sympy.factorial2(2 * n - 1) / x ** (2 * n)) == 0


def test_the_sign_functions_of_the_other_bounds():
    a, t = sympy.symbols("a t", positive=True)
    fifth = 1 / x - 1 / x**3 + a / x**5
    assert sympy.cancel(sign_function(fifth) - ((3 - a) * x**2 - 5 * a) / x**6) == 0
    crossing = (x**2 + 1) / (x**3 + 2 * x)
    assert sympy.cancel(sign_function(crossing) - (x**2 - 2) / (x**2 * (x**2 + 2) ** 2)) == 0
    for m, sign in ((4, 1 / (t**2 * (t**2 + 1))), (2, (1 - 2 * t**2) / (2 * t**2 * (2 * t**2 + 1)))):
        place = t - sympy.Rational(m, 4) / t  # sqrt(x^2 + m) = t + m/(4t), so B = 1/t
        found = sympy.diff(1 / t, t) / sympy.diff(place, t) - place / t + 1
        assert sympy.cancel(found - sign) == 0


def test_the_ranges_of_epsilon_are_those_of_the_formulas():
    def starts(value, text):
        return mpmath.nstr(value, 12).startswith(text)

    (_, first, _), (_, threshold, relu, _) = (theorem(f"vershynin-3.2-{part}").hypotheses for part in ("i", "ii"))
    assert "0.2421" in first
    assert starts(1 - mpmath.mpf(2) ** (-mpmath.mpf(2) / 5), "0.2421")
    assert "0.2937" in threshold
    assert starts((mpmath.mpf(2) ** (mpmath.mpf(2) / 3) - 1) / 2, "0.2937")
    assert "0.1095" in relu
    assert starts((mpmath.mpf(2) ** (mpmath.mpf(2) / 7) - 1) / 2, "0.1095")
    assert "0.147798" in threshold
    epsilon = Fraction("0.147798")  # (1 + 2 eps)^2 <= 2 sqrt(1 - 2 eps), and just so
    assert (1 + 2 * epsilon) ** 4 <= 4 * (1 - 2 * epsilon)
    assert (1 + 2 * (epsilon + Fraction(1, 10**6))) ** 4 > 4 * (1 - 2 * (epsilon + Fraction(1, 10**6)))


def test_from_which_width_on_a_literal_condition_holds():
    (m,) = (int(text) for text in re.findall(r"m = (\d+)", theorem("vershynin-1.1").why_not))
    holds = [4 * k <= mpmath.exp(mpmath.root(k, 5)) for k in (m - 1, m)]
    assert holds == [False, True]


def test_certificates_of_formulas_claim_digits_and_nothing_else():
    folder = ROOT / "proofs" / "certificates" / PAPERS[-1]
    for path in sorted(folder.glob("*.cert.jsonl")):
        claim = json.loads(path.read_bytes().splitlines()[1])["claim"]
        assert claim["family"] == "enclosure"
