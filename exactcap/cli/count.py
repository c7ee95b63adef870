"""``exactcap count``: exact counts of labellings, which are theorems."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.errors import CheckerDisagreesError

if TYPE_CHECKING:
    from exactcap.api.check import Checked
    from exactcap.certificates.format import Certificate
    from exactcap.provers.outcome import Progress

DIGITS = 20  # of a fraction's decimal

Points = Annotated[int, Parameter(converter=options.whole_number, help="Number n of points, 1 to 10000.")]
Dimension = Annotated[int, Parameter(converter=options.whole_number, help="Dimension d of the points' space.")]
Affine = Annotated[
    bool, Parameter(negative="", help="Count all hyperplanes, not only those through the origin: d + 1 parameters.")
]
Inputs = Annotated[int, Parameter(converter=options.whole_number, help="Dimension d of the inputs, 1 to 30000.")]
Width = Annotated[int, Parameter(converter=options.whole_number, help="Number m of hidden units, 1 to 30000.")]


def dichotomies(
    *,
    points: Points,
    dimension: Dimension,
    affine: Affine = False,
    output: options.Output = None,
    as_json: options.Json = False,
) -> int:
    """How many of the 2^n labellings of n points in R^d a hyperplane separates.

    It is an exact integer, the same for all points in general position, that
    is, each min(n, d) of them are linearly independent (--affine: each
    min(n, d + 1) affinely). Other points have fewer. Cover 1965.

    Try:

      exactcap count dichotomies --points 100 --dimension 33
      exactcap count dichotomies --points 5 --dimension 2 --affine -o cover.cert.jsonl
    """
    from exactcap.claims import Count
    from exactcap.cli.progress import progress_bar
    from exactcap.provers.count import dichotomies as prove

    _require_output(output)
    certificate = prove(points, dimension, affine)
    with progress_bar() as progress:
        checked = _check(certificate, output, progress)
    assert isinstance(certificate.claim, Count)
    share = Fraction(certificate.claim.value, 2**points)
    exponent = share.denominator.bit_length() - 1
    fraction = f"{share.numerator}/2^{exponent}" if exponent > 1 else str(share)
    lines = [f"share of all 2^{points} labellings: {fraction}{_decimal(share)}"]
    record = {
        "value": str(certificate.claim.value),
        "share": {"numerator": str(share.numerator), "exponent_of_two": exponent, "decimal": rounded(share)[0]},
    }
    return _answer(lines, record, checked, as_json)


def bound(*, inputs: Inputs, width: Width, output: options.Output = None, as_json: options.Json = False) -> int:
    """The most points in R^d that a network of m threshold units shatters: two ends.

    A set is shattered when some such network takes each of its labellings.
    From above: where the hidden layers and outputs on n points are fewer than
    2^n, no n points are shattered. From below: Baum's networks shatter m d
    points in general position.

    Try:

      exactcap count bound --inputs 10 --width 5
      exactcap count bound --inputs 784 --width 100 -o bound.cert.jsonl
    """
    from exactcap.cli.progress import progress_bar
    from exactcap.provers.count import counting_bound

    _require_output(output)
    with progress_bar() as progress:
        found = counting_bound(inputs, width, progress)
        checked = _check(found.certificate, output, progress)
    low, high = found.guaranteed, found.excluded - 1
    ratio = Fraction(high, low)
    end, whose = ("d + 1", "one unit") if low > inputs * width else ("m d", "Baum")
    lines = [
        f"size of the largest shattered set: from {end} = {low} to N - 1 = {high} ({whose}: some set of {low} is "
        f"shattered; counting: none of N = {found.excluded})",
        f"ratio of these ends: {ratio}{_decimal(ratio)}",
        f"counting without symmetries, C(n,d+1)^m C(n,m+1) < 2^n: none of {found.classical}",
    ]
    record = {
        "value": found.excluded,
        "interval": [low, high],
        "classical": found.classical,
        "ratio": {"fraction": str(ratio), "decimal": rounded(ratio)[0]},
    }
    return _answer(lines, record, checked, as_json)


def rounded(q: Fraction) -> tuple[str, bool]:
    """A positive fraction as a decimal of at most 20 significant digits, and whether it is exact; else it is rounded.

    >>> rounded(Fraction(339, 50)), rounded(Fraction(2, 3)), rounded(Fraction(1, 2**10))
    (('6.78', True), ('0.66666666666666666667', False), ('0.0009765625', True))
    """
    from exactcap.claims.enclosure import decimal

    exponent = len(str(q.numerator)) - len(str(q.denominator)) - DIGITS  # q/10^exponent has 20 or 21 digits
    exponent += q >= Fraction(10) ** (exponent + DIGITS)
    mantissa = round(q / Fraction(10) ** exponent)
    is_exact = mantissa * Fraction(10) ** exponent == q
    while is_exact and mantissa % 10 == 0 and exponent < 0:
        mantissa, exponent = mantissa // 10, exponent + 1
    return decimal(mantissa, exponent), is_exact


def _decimal(q: Fraction) -> str:
    """What to print after a fraction: nothing after an integer."""
    text, is_exact = rounded(q)
    return "" if q.denominator == 1 else f" = {text}" if is_exact else f" = {text}, rounded"


def _require_output(output: Path | None) -> None:
    from exactcap.certificates.format import require_output

    if output is not None:
        require_output(output)  # before the work, not after it


def _check(certificate: Certificate, output: Path | None, progress: Progress) -> Checked:
    from exactcap.api.check import write_and_check

    checked = write_and_check(certificate, output, progress)
    if checked.verdict.finding != "VERIFIED":
        raise CheckerDisagreesError(f"the checker says {checked.verdict.finding} to an exact count")
    return checked


def _answer(lines: list[str], record: dict[str, Any], checked: Checked, as_json: bool) -> int:
    """Print each line with its status, the certified statement last; returns the exit status."""
    from exactcap.reports.status import Status, line

    if as_json:
        print(json.dumps({"status": Status.THEOREM, **record, "certificate": checked.record()}, sort_keys=True))
    else:
        said = [*lines, *checked.lines(), checked.verdict.statement]
        print("\n".join(line(Status.THEOREM, text) for text in said))
    return 0
