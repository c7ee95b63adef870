"""``exactcap certify gaussian memorization``: the explicit theorem on networks of three threshold layers."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.cli.rationals import rational_option
from exactcap.errors import InputError

if TYPE_CHECKING:
    from exactcap.provers.memorization import Attempt

Points = Annotated[int, Parameter(converter=options.whole_number, help="Number K of data points, unit vectors.")]
Ones = Annotated[
    int | None, Parameter(converter=options.whole_number, help="At most so many labels are 1. Default: all K.")
]
Separation = Annotated[
    str, Parameter(help='Least distance between two points, at most 2: a rational or "sqrt(2)", the root of one.')
]
Widths = Annotated[str | None, Parameter(help='Units in the three layers, for example "500000,2300000,2000000".')]
Smallest = Annotated[
    bool, Parameter(negative="", help="Search the least n1 + n2 + n3 instead of --widths; a search, not a minimum.")
]
Unit = Annotated[Literal["threshold", "relu"], Parameter(help="1{u > 0}; relu: not instantiated.")]

_ROOT = re.compile(r"\s*sqrt\s*\((.*)\)\s*")


def memorization(
    *,
    points: Points,
    separation: Separation,
    widths: Widths = None,
    smallest: Smallest = False,
    ones: Ones = None,
    activation: Unit = "threshold",
    output: options.Output = None,
    as_json: options.Json = False,
) -> int:
    """Three layers of these widths memorize all K separated unit vectors, in every dimension, for all labels.

    An explicit form of Theorem 7.1, without unknown constants: some network F has F(x_k) = 0 iff y_k = 0. PROVED with a
    witness (thresholds, deviations, three failure probabilities below 1), which may leave units unused. UNDECIDED: no
    witness was found; the condition that fails is named, and what the search finds to help. The trivial competitor,
    one unit for each point with label 1, is quoted in both cases.

    Try:

      exactcap certify gaussian memorization --points 1000000 --separation 1 --widths 500000,2300000,2000000
      exactcap certify gaussian memorization --points 1000 --separation "sqrt(2)" --smallest
    """
    squared = separation_squared(separation)
    from exactcap.claims.memorization import MAX_POINTS
    from exactcap.provers.memorization import require_distances, require_threshold

    require_threshold(activation)
    options.between("points", points, 1, MAX_POINTS)
    n_ones = options.between("ones", points if ones is None else ones, 1, points)
    if smallest is not (widths is None):
        raise InputError("widths: give either --widths n1,n2,n3 or --smallest")
    require_distances(points, squared, separation)
    sizes = None if widths is None else layer_widths(widths)
    return _answer(points, n_ones, squared, sizes, output, as_json)


def separation_squared(text: str) -> Fraction:
    """delta^2 of "delta" or "sqrt(delta^2)", 0 < delta <= 2; raises InputError.

    >>> separation_squared("3/2"), separation_squared("sqrt(2)")
    (Fraction(9, 4), Fraction(2, 1))
    """
    from exactcap.claims.memorization import MAX_SIDE

    root = _ROOT.fullmatch(text)
    number = rational_option("separation", root.group(1) if root else text)
    squared = number if root else number**2
    if number <= 0 or squared > 4:
        raise InputError(f"separation: {text} is not above 0 and at most 2, the diameter of the sphere; change it")
    if max(squared.numerator, squared.denominator) > MAX_SIDE:
        raise InputError("separation: its square has more than 30 digits above or below the bar; round it down")
    return squared


def layer_widths(text: str) -> tuple[int, int, int]:
    """Three widths from "n1,n2,n3"; raises InputError.

    >>> layer_widths("500000, 2300000, 2000000")
    (500000, 2300000, 2000000)
    """
    from exactcap.claims.memorization import MAX_WIDTH

    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 3 or not all(re.fullmatch(r"[0-9]{1,30}", part) for part in parts):
        raise InputError(f"widths: {text[:60]!r} is not of the form n1,n2,n3; give three whole numbers")
    n1, n2, n3 = (options.between("widths", int(part), 1, MAX_WIDTH) for part in parts)
    return n1, n2, n3


def _answer(
    points: int, ones: int, squared: Fraction, widths: tuple[int, int, int] | None, output: Any, as_json: bool
) -> int:
    from exactcap.api.check import write_and_check
    from exactcap.certificates.format import require_output
    from exactcap.claims import Memorization
    from exactcap.cli.progress import progress_bar
    from exactcap.cli.screen import print_answer
    from exactcap.provers.memorization import find_smallest, prove_memorization

    if output is not None:
        require_output(output)  # before the work, not after it
    with progress_bar() as progress:
        if widths is None:
            attempt = find_smallest(points, ones, squared, progress)
        else:
            attempt = prove_memorization(Memorization("threshold", ones, points, str(squared), widths), progress)
        certificate = attempt.outcome.certificate
        checked = write_and_check(certificate, output, progress) if certificate else None
    lines, record = _words(attempt, ones, widths)
    record["certificate"] = checked.record() if checked else None
    if checked is None:
        return print_answer(
            attempt.outcome.finding, f"{attempt.outcome.reason}; no certificate", lines, record, as_json
        )
    said = checked.verdict.statement
    if widths is None:
        total = record["units"]
        said = f"least units found for this construction {total} (a search, no proof that fewer fail): {said}"
        record["best"] = {"name": "units", "certified": str(total), "refuted": None, "is_smaller_better": True}
    return print_answer(attempt.outcome.finding, said, [*lines, *checked.lines()], record, as_json)


def _words(attempt: Attempt, ones: int, widths: tuple[int, int, int] | None) -> tuple[list[str], dict[str, Any]]:
    """Lines and JSON fields: the argument, the witness, the three conditions, and the competitor."""
    from exactcap.provers.memorization import evidence

    outcome, witness = attempt.outcome, attempt.witness
    units = sum(witness.used) if witness and outcome.certificate else None
    trivial = "one unit 1{<x_i,x> > 1 - delta^2/2} for each point with label 1 memorizes in a single layer"
    verdict = "" if units is None else f"; the three layers use {units}, {_compared(units, ones)}"
    if units is None and widths is not None and widths[0] >= ones:
        verdict = "; copied through layers 2 and 3 it has these widths: the claim is true, if not by this theorem"
    lines = [f"{'argument':<11} {outcome.reason}"] if outcome.certificate else []
    if witness:
        lines.append(
            f"{'witness' if outcome.certificate else 'tried':<11} units used {', '.join(map(str, witness.used))}; "
            f"thresholds b1 = {float(witness.bias_1)}, b2 = {float(witness.bias_2)}; "
            f"e_d = {float(witness.norm_epsilon)}, e_o = {float(witness.inner_epsilon)}; "
            f"common ones T_min = {witness.least}, T_max = {witness.most}"
        )
    lines += [f"{f'condition {k}':<11} {stage.text}" for k, stage in enumerate(attempt.stages, start=1)]
    lines.append(f"{'competitor':<11} {ones} units: {trivial}{verdict}")
    return lines, {
        "reason": outcome.reason,
        "witness": evidence(witness) if witness else None,
        "conditions": [stage.text for stage in attempt.stages],
        "units": units,
        "competitor": ones,
    }


def _compared(units: int, ones: int) -> str:
    if units == ones:
        return "as many"
    return "more: the competitor is smaller" if units > ones else "fewer: the three layers are smaller"
