"""The numbers of the pictures of `exactcap plot capacity`: from balls to floats, for drawing only."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cache

from flint import arb

from exactcap.api.check import write_and_check
from exactcap.arithmetic.balls import precision
from exactcap.claims import Table
from exactcap.cli.progress import progress_bar
from exactcap.errors import CheckerDisagreesError
from exactcap.models.activations import parse_activation
from exactcap.models.overlap import Overlap, overlap
from exactcap.models.replica import storage_capacity
from exactcap.models.units import parse_unit
from exactcap.provers.capacity import row_capacity
from exactcap.provers.interpolation import Method
from exactcap.provers.one_step import one_step
from exactcap.reports.capacity_plots import Certified, Curve, Series
from exactcap.reports.status import Status

BITS = 96
ONE_STEP_DIGITS = 4  # enough for a picture; found, without the proof that it is the minimum
SHOWN = ("relu", "gelu", "abs", "x^2", "tanh", "erf", "sin")
TREES = ("relu", "tanh", "erf", "x^2")  # against the margin
MARGINS = tuple(Fraction(k, 20) for k in range(-20, 41))


def margin_curves() -> list[Curve]:
    """The perceptron and some trees: the theorem from margin 0 on, upper bounds elsewhere."""
    curves = []
    with precision(BITS):
        line = Overlap(lambda q: q, lambda q: arb(1), lambda q: arb(0))  # the perceptron is the committee with Q = q
        whole = [(kappa, float(storage_capacity(line, kappa))) for kappa in MARGINS]
        for status, part in (
            (Status.THEOREM, [point for point in whole if point[0] >= 0]),
            (Status.UPPER_BOUND, [point for point in whole if point[0] <= 0]),
        ):
            curves.append(Curve("perceptron", status, tuple((float(x), y) for x, y in part)))
        for name in TREES:
            Q = overlap(parse_unit(name), "tree", BITS)
            points = tuple((float(kappa), float(storage_capacity(Q, kappa))) for kappa in MARGINS)
            curves.append(Curve(f"tree, {name}", Status.UPPER_BOUND, points))
    return curves


def activation_series() -> list[Series]:
    """Replica-symmetric and one-step values of trees and of fully connected committees."""
    kinds = (
        ("tree, replica symmetric", Status.UPPER_BOUND, "tree", symmetric),
        ("tree, one step of breaking", Status.PREDICTION, "tree", broken),
        ("fully connected, symmetric", Status.PREDICTION, "full", symmetric),
        ("fully connected, one step", Status.PREDICTION, "full", broken),
    )
    return [Series(name, status, tuple(f(g, kind) for g in SHOWN)) for name, status, kind, f in kinds]


def symmetric(activation: str, architecture: str) -> float:
    """The replica-symmetric value at margin 0."""
    with precision(BITS):
        return float(storage_capacity(overlap(parse_unit(activation), architecture, BITS), Fraction(0)))


@cache
def broken(activation: str, architecture: str) -> float:
    """The one-step value at margin 0, found by a search."""
    with precision(BITS):
        found = one_step(overlap(parse_unit(activation), architecture, BITS), ONE_STEP_DIGITS, most=0)
    return float(found.mantissa * Fraction(10) ** found.exponent)


def data_numbers(
    table: Table, activation: str, widths: Iterable[int], method: Method
) -> tuple[Certified, list[tuple[str, float]]]:
    """The certified interval of rows at each width, decided by the checker, and the predictions beside it."""
    psi, ends = parse_activation(activation), []
    predictions = [
        ("fully connected, symmetric", symmetric(activation, "full")),
        ("fully connected, one step", broken(activation, "full")),
    ]
    chosen = list(widths)
    with progress_bar() as progress:
        for done, width in enumerate(chosen):
            progress(f"width {width}", done / len(chosen))
            interval = row_capacity(psi, table, width, None, 0, progress, method)
            for certificate in (interval.interpolation, interval.obstruction):
                if certificate is not None:
                    verdict = write_and_check(certificate, None, progress).verdict
                    if verdict.finding != "VERIFIED":
                        raise CheckerDisagreesError(f"the checker says {verdict.finding}: {verdict.reason}")
            assert interval.upper is not None
            ends.append((width, width * (table.n_inputs + 1), interval.lower, interval.upper))
    return Certified(table.n_samples, tuple(ends)), predictions
