"""Certificates of digits: true ones are verified, the last digit off by one and every malformed field rejected."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import mpmath
import pytest
from support import judge, to_bytes

from exactcap.checker.verdict import Verdict


def one_unit(function: str, at: str) -> dict[str, Any]:
    return {"kind": "one-unit", "function": function, "at": at}


def correlation(activation: str, biases: tuple[str, str], norms: tuple[str, str], inner: str) -> dict[str, Any]:
    return {
        "kind": "correlation",
        "activation": activation,
        "biases": list(biases),
        "norms": list(norms),
        "inner": inner,
    }


def integer(value: int) -> int | str:
    return value if abs(value) < 2**53 else hex(value)


def decide(
    folder: Path, quantity: Any, mantissa: Any, exponent: Any, relies_on: Any = None, kind: Any = "evaluate"
) -> Verdict:
    """The checker's verdict on the certificate with these fields."""
    if relies_on is None:
        relies_on = ["plackett"] if type(quantity) is dict and quantity.get("kind") == "correlation" else []
    m, e = (integer(value) if type(value) is int else value for value in (mantissa, exponent))
    claim = {"family": "enclosure", "quantity": quantity, "mantissa": m, "exponent": e}
    lines = [
        {"format": "exactcap-certificate", "version": 1},
        {"claim": claim},
        {"relies_on": relies_on},
        {"evidence": kind},
    ]
    return judge(to_bytes(lines), folder)


def digits(value: mpmath.mpf, count: int) -> tuple[int, int]:
    """Mantissa and exponent of the correctly rounded value."""
    exponent = int(mpmath.floor(mpmath.log10(abs(value)))) - count + 1
    return int(mpmath.nint(value / mpmath.mpf(10) ** exponent)), exponent


def one_unit_value(function: str, x: mpmath.mpf) -> mpmath.mpf:
    q, g = mpmath.erfc(x / mpmath.sqrt(2)) / 2, mpmath.npdf(x)
    return {"mills": q / g, "tail": q, "relu-moment": g - x * q, "relu-second-moment": (1 + x * x) * q - x * g}[
        function
    ]


CORRELATIONS = {  # section 10 of the theory notes, and values by hand
    ("threshold", ("1", "1"), ("1", "1"), "1/2"): (6251409470966383379244, -23),
    ("relu", ("1", "1"), ("1", "1"), "1/2"): (2813697549906319639196, -23),
    ("threshold", ("2", "2"), ("1", "1"), "9/10"): (1336125612701928615883, -23),
    ("relu", ("6", "6"), ("3", "3"), "81/10"): (9 * 4126173049152164440222, -24),
    ("threshold", ("6/5", "7/10"), ("1", "1"), "-3/10"): (12075100299465492, -18),
    ("threshold", ("0", "0"), ("1", "2"), "1"): (33333333333333333333, -20),
    ("relu", ("0", "0"), ("2", "2"), "4"): (2, 0),
}


def test_one_unit_to_many_digits(tmp_path):
    for function in ("mills", "tail", "relu-moment", "relu-second-moment"):
        for at, count in (("3", 50), ("-7/3", 50), ("0", 30), ("1/1000", 17), ("40", 60), ("5/2", 1000)):
            with mpmath.workdps(2 * count + 400):
                top, _, bottom = at.partition("/")
                m, e = digits(one_unit_value(function, mpmath.mpf(int(top)) / int(bottom or 1)), count)
            if (function, at) == ("tail", "0") or (function, at) == ("relu-second-moment", "0"):
                m, e = 5, -1
            quantity = one_unit(function, at)
            verdict = decide(tmp_path, quantity, m, e)
            assert verdict.verified, (function, at, verdict.reason)
            assert verdict.relies_on == ()
            for wrong in ((m + 1, e), (m - 1, e), (-m, e), (m, e + 1), (m, e - 1), (m * 10 + 6, e - 1))[
                : 6 if count < 1000 else 5
            ]:
                assert decide(tmp_path, quantity, *wrong).reason.startswith("the quantity is further than half a unit")


def test_correlations(tmp_path):
    for (activation, biases, norms, inner), (m, e) in CORRELATIONS.items():
        quantity = correlation(activation, biases, norms, inner)
        if m % 9 == 0 and activation == "relu":
            m, e = round(m / 10**6), e + 6
        verdict = decide(tmp_path, quantity, m, e)
        assert verdict.verified, (quantity, verdict.reason)
        assert verdict.relies_on == ("plackett",)
        for wrong in ((m + 1, e), (m - 1, e), (-m, e), (m, e + 1)):
            assert decide(tmp_path, quantity, *wrong).finding == "REJECTED"
        assert "relies on plackett" in decide(tmp_path, quantity, m, e, relies_on=[]).reason


def test_the_hardest_sizes_take_little_time(tmp_path):
    start = time.monotonic()
    far = correlation("relu", ("1000000000000000", "1000000000000000"), ("1", "1"), "-9/10")
    for quantity in (one_unit("tail", "1000000000000000"), one_unit("mills", "1" + "0" * 100), far):
        for m, e in ((10**999 + 7, -(2**4000)), (3, 2**4000), (7, -(2**60))):
            assert decide(tmp_path, quantity, m, e).finding == "REJECTED"
    # R(10^100) = 10^-100 (1 - 10^-200 + ...)
    assert decide(tmp_path, one_unit("mills", "1" + "0" * 100), 10**40, -140).verified
    assert decide(tmp_path, one_unit("mills", "1" + "0" * 100), 10**299 - 10**99, -399).verified
    thin = "-" + "9" * 600 + "/1" + "0" * 600
    assert decide(tmp_path, correlation("threshold", ("1/3", "2/3"), ("1", "1"), thin), 1, -4).finding == "REJECTED"
    assert time.monotonic() - start < 5


def test_a_tie_is_never_decided(tmp_path):
    """P(gamma > 0) = 1/2 is exactly half a unit from 1, and from 0."""
    verdict = decide(tmp_path, one_unit("tail", "0"), 1, 0)
    assert verdict.reason == "the quantity cannot be compared with its digits at 8192 bits"


@pytest.mark.parametrize(
    ("mantissa", "exponent", "text"),
    [
        (3046, -4, "R(3) = 0.3046, correctly rounded"),
        (30459029871010329573, -20, "R(3) = 0.30459029871010329573, correctly rounded"),
        (3, -1, "R(3) = 0.3, correctly rounded"),
    ],
)
def test_statements(tmp_path, mantissa, exponent, text):
    assert decide(tmp_path, one_unit("mills", "3"), mantissa, exponent).statement == text


def test_the_statement_is_that_of_the_claim(tmp_path):
    """The two sides write it independently."""
    import msgspec

    from exactcap.checker.enclosure import parse
    from exactcap.claims import Claim

    quantities = [one_unit(function, "-5/2") for function in ("mills", "tail", "relu-moment", "relu-second-moment")]
    quantities += [
        correlation("relu", ("1/2", "-3"), ("1", "2"), "-3/4"),
        correlation("threshold", ("0", "1"), ("1", "1"), "1"),
    ]
    for quantity in quantities:
        for m, e in (
            (1, 0),
            (-25, -1),
            (123, 38),
            (123, 39),
            (123, -8),
            (123, -9),
            (5, 41),
            (100, -109),
            (10**60, -60),
        ):
            value = {"family": "enclosure", "quantity": quantity, "mantissa": m, "exponent": e}
            assert parse(json.loads(json.dumps(value | {"mantissa": integer(m)}))).statement() == (
                msgspec.convert(value, Claim).statement()
            )


BAD = [
    (one_unit("mills", "3"), 0, -4, "0 or has more than"),
    (one_unit("mills", "3"), 10**1000, -1004, "more than 1000 digits"),
    (one_unit("mills", "3"), "0.3", -4, "not an integer"),
    (one_unit("mills", "3"), 3046, None, "not an integer"),
    (one_unit("mills", "3"), True, -4, "not an integer"),
    (one_unit("mills", "6/2"), 3046, -4, "not a rational"),
    (one_unit("mills", "3.0"), 3046, -4, "not a rational"),
    (one_unit("mills", 3), 3046, -4, "not a rational"),  # type: ignore[arg-type]
    (one_unit("erfc", "3"), 3046, -4, "the function is none of"),
    (one_unit(["mills"], "3"), 3046, -4, "the function is none of"),  # type: ignore[arg-type]
    (one_unit("mills", "1" + "0" * 99 + "1" * 2), 1, 0, "larger than 10^15 (10^100 for mills)"),
    (one_unit("tail", "1000000000000001"), 1, 0, "larger than 10^15"),
    (one_unit("mills", "3") | {"bits": 3}, 3046, -4, "expected an object with the keys"),
    ({"kind": "two-units"}, 1, 0, "the kind is none of"),
    (None, 1, 0, "the kind is none of"),
    ([1], 1, 0, "the kind is none of"),
    (correlation("sigmoid", ("1", "1"), ("1", "1"), "0"), 1, 0, "neither threshold nor relu"),
    (correlation("relu", ("1", "1"), ("1", "1"), "-1"), 1, 0, "need s, s' > 0"),
    (correlation("relu", ("1", "1"), ("1", "1"), "2"), 1, 0, "need s, s' > 0"),
    (correlation("relu", ("1", "1"), ("0", "1"), "0"), 1, 0, "need s, s' > 0"),
    (correlation("relu", ("1", "1"), ("-1", "-1"), "0"), 1, 0, "need s, s' > 0"),
    (correlation("relu", ("1", "1000000000000001"), ("1", "1"), "0"), 1, 0, "10^15 times its norm"),
    (correlation("relu", ("1",), ("1", "1"), "0"), 1, 0, "expected an array of 2"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("quantity", "mantissa", "exponent", "reason"), BAD)
def test_malformed_claims(tmp_path, quantity, mantissa, exponent, reason):
    verdict = decide(tmp_path, quantity, mantissa, exponent)
    assert verdict.finding == "REJECTED"
    assert reason in verdict.reason


def test_malformed_evidence(tmp_path):
    for kind in ("rule", None, ["evaluate"]):
        assert "evaluate" in decide(tmp_path, one_unit("mills", "3"), 3046, -4, kind=kind).reason
    assert "relies_on" in decide(tmp_path, one_unit("mills", "3"), 3046, -4, relies_on=["plackett"]).reason
