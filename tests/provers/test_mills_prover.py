"""Every row of the table of Mills-ratio bounds comes out, and nothing beyond it."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from support import judge

from exactcap.errors import InputError
from exactcap.models.mills_bounds import named_bound, order, read_bound
from exactcap.provers.mills import prove_mills, refuted_below
from exactcap.provers.outcome import Finding

CROSSING = "(x^2+1)/(x^3+2*x)"
TUNED = "1/x - 1/x^3 + {}/x^5"


def decide(data, relation, low, high, tmp_path) -> Finding:
    """The finding, with its certificate verified."""
    outcome = prove_mills(data, relation, *(None if end is None else Fraction(end) for end in (low, high)))
    if outcome.certificate is not None:
        verdict = judge(b"".join(outcome.certificate.lines()), tmp_path)
        assert verdict.finding == "VERIFIED", verdict.reason
        assert verdict.statement == outcome.certificate.claim.statement()
        assert verdict.relies_on == outcome.certificate.relies_on
    assert (outcome.certificate is None) == (outcome.finding is Finding.UNDECIDED)
    return outcome.finding


NAMES = ["birnbaum", "komatsu", "sampford", "pollak", "boyd-lower", "boyd-upper"]
NAMES += [f"laplace-{n}" for n in range(1, 21)] + [f"partial-sum-{n}" for n in range(1, 21)]


@pytest.mark.parametrize("name", NAMES)
def test_named_bounds_on_their_ranges(name, tmp_path):
    bound = named_bound(name)
    assert decide(bound.data, bound.side, bound.low, None, tmp_path) is Finding.PROVED
    other = "lower" if bound.side == "upper" else "upper"
    assert decide(bound.data, other, bound.low, None, tmp_path) is Finding.REFUTED


@pytest.mark.parametrize(
    ("text", "side", "low", "high", "finding"),
    [
        (CROSSING, "lower", "11616/10000", None, "PROVED"),
        (CROSSING, "lower", "1161/1000", None, "REFUTED"),
        (CROSSING, "lower", "0", None, "REFUTED"),
        (CROSSING, "upper", "0", "1161/1000", "PROVED"),
        (CROSSING, "upper", "0", "11616/10000", "REFUTED"),
        (CROSSING, "upper", "1", "1161/1000", "PROVED"),
        ("(x^2+2)/(x^3+3*x)", "upper", "0", None, "PROVED"),
        ("(x^3+5*x)/(x^4+6*x^2+3)", "lower", "0", None, "PROVED"),
        ("(x^2+2)/(x^3+3*x) - 1/(x^5+1)", "upper", "0", None, "REFUTED"),
        (TUNED.format("5/2"), "lower", "5", None, "PROVED"),
        (TUNED.format("5/2"), "lower", "49/10", None, "PROVED"),
        (TUNED.format("5/2"), "lower", "9/2", None, "REFUTED"),
        (TUNED.format("2"), "lower", "3163/1000", None, "PROVED"),
        (TUNED.format("3/2"), "lower", "2237/1000", None, "PROVED"),
        (TUNED.format("3"), "lower", "5", None, "REFUTED"),
        ("2/(x+sqrt(x^2+2))", "upper", "-11/20", None, "PROVED"),
        ("2/(x+sqrt(x^2+2))", "upper", "-14/25", None, "REFUTED"),
        ("2/(x+sqrt(x^2+2))", "upper", "-11/20", "1/2", "PROVED"),
        ("2/(x+sqrt(x^2+2))", "lower", None, "-14/25", "PROVED"),
        ("2/(x+sqrt(x^2+2))", "lower", None, "-11/20", "REFUTED"),
        ("4/(3*x+sqrt(x^2+8))", "upper", "-1", "0", "PROVED"),
        ("2/(x+sqrt(x^2+4-1/1000))", "lower", None, None, "REFUTED"),
        ("2/(x+sqrt(x^2+2547/1000))", "upper", "0", None, "REFUTED"),
        ("2/(x+sqrt(x^2+2546/1000))", "upper", "0", None, "PROVED"),
        ("4/(3*x+sqrt(x^2+8+1/1000))", "upper", "0", None, "REFUTED"),
        ("2/(x+sqrt(x^2+8/pi+1/1000))", "upper", "0", None, "REFUTED"),
        ("2/(x+sqrt(x^2+8/pi-1/1000))", "upper", "0", None, "PROVED"),
        ("2/(x+sqrt(x^2+8/pi))", "upper", "1", None, "PROVED"),
        ("2/(x+sqrt(x^2+8/pi))", "upper", "1", "2", "PROVED"),
        ("2/(x+sqrt(x^2+8/pi))", "upper", "-1/1000", None, "REFUTED"),
        ("pi/((pi-1)*x+sqrt(x^2+2*pi-1/1000))", "lower", "0", None, "REFUTED"),
        ("0", "lower", None, None, "PROVED"),
        ("0", "upper", "5", None, "REFUTED"),
        ("-x", "upper", None, None, "REFUTED"),
    ],
)
def test_rows_of_the_table_and_false_neighbours(text, side, low, high, finding, tmp_path):
    assert decide(read_bound(side, text), side, low, high, tmp_path).value == finding


@pytest.mark.parametrize("n", range(1, 21))
def test_errors_of_the_convergents_decrease(n, tmp_path):
    data = named_bound(f"laplace-{n}").data
    assert decide(data, "error-decreases", "0", None, tmp_path) is Finding.PROVED


@pytest.mark.parametrize("text", ["0", "-1/x", CROSSING, "1/x + 1/(1+(x-3)^2)", "x"])
def test_errors_that_do_not_decrease(text, tmp_path):
    assert decide(read_bound("upper", "2/x"), "error-decreases", "0", None, tmp_path) is Finding.PROVED
    assert decide(read_bound("upper", text), "error-decreases", "0", None, tmp_path) is Finding.UNDECIDED


def test_just_below_the_range():
    for name, reason in (("pollak", "B < R at x = -1/1000"), ("sampford", "B < R at x = -1001/1000")):
        bound = named_bound(name)
        outcome = refuted_below(bound.data, bound.side, bound.low)
        assert outcome is not None
        assert outcome.finding is Finding.REFUTED
        assert outcome.reason.startswith(reason)
    assert refuted_below(named_bound("komatsu").data, "upper", Fraction(0)) is None


def test_poles_and_empty_ranges_are_bad_input():
    with pytest.raises(InputError, match=r"^upper: the bound has a pole at x = 1\.41421 inside the range; start above"):
        prove_mills(read_bound("upper", "1/(x^2-2)"), "upper", Fraction(0), None)
    with pytest.raises(InputError, match="from: 2 is not below 1"):
        prove_mills(read_bound("upper", "1/x"), "upper", Fraction(2), Fraction(1))
    with pytest.raises(InputError, match="error-decreases"):
        prove_mills(named_bound("komatsu").data, "error-decreases", Fraction(0), None)


@pytest.mark.parametrize("seed", range(8))
def test_random_bounds_are_decided_like_a_grid(seed, tmp_path):
    draw = random.Random(seed)
    for _ in range(4):
        a, b, c = (Fraction(draw.randint(1, 40), 10) for _ in range(3))
        text = f"{a}/({b}*x + sqrt(x^2 + {c}))" if draw.random() < 0.6 else f"(x^2 + {a})/(x^3 + {b}*x + {c})"
        side, low = draw.choice(["upper", "lower"]), Fraction(draw.randint(-3, 10), 4)
        data = read_bound(side, text)
        try:
            finding = decide(data, side, low, None, tmp_path)
        except InputError:
            continue  # a pole
        wanted = 1 if side == "upper" else -1
        holds = all(order(data, low + s, low + s) == wanted for s in (Fraction(n, 8) for n in range(1, 200)))
        assert finding is not Finding.UNDECIDED or not holds
        assert holds or finding is Finding.REFUTED, text
        assert finding is not Finding.PROVED or holds, text
