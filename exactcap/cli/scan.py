"""``exactcap scan``: both sides of a lemma at many points, in mpmath. It shows, it never proves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from exactcap.cli import options

if TYPE_CHECKING:
    from exactcap.scans.scan import Found, Sample, Tried

MAX_POINTS, MAX_DIGITS = 10**6, 100
NO_PROOF = "no proof: 'exactcap certify gaussian' proves"

Lemma = Annotated[
    str,
    Parameter(
        help="prop-3.1, profile, prop-3.2-i, prop-3.2-ii, lemma-3.3, lemma-4.1, lemma-6.1, theorem-6.2, lemma-A.1, "
        "lemma-A.2, lemma-A.3, second-moment, theorem-E or mills; or the command of 'exactcap certify gaussian'."
    ),
]
Unit = Annotated[str | None, Parameter(help="threshold (the default) or relu; lemma-A.3 also closed-threshold.")]
Exponent = Annotated[
    str | None,
    Parameter(
        help="prop-3.1: sharp, 1/8, or paper (constant 2, negative biases too); prop-3.2-i: sharp or plain. "
        "The first is the default."
    ),
]
Order = Annotated[
    str | None,
    Parameter(help="Order of the moment in lemma-A.1, lemma-A.2, lemma-A.3 --bound bias: 0 (the default), 1 or 2."),
]
BoundName = Annotated[
    str | None,
    Parameter(
        help="prop-3.2-ii: corner or density; theorem-6.2: two-or-more or one; lemma-A.2: exponential or linear; "
        "lemma-A.3: sigma, bias, correlation-rho, correlation-delta or correlation-bias; theorem-E: layers, corner or "
        "signs; mills: birnbaum, komatsu, sampford, pollak, boyd-lower, boyd-upper, laplace-N or partial-sum-N. "
        "The first is the default."
    ),
]
Points = Annotated[
    int,
    Parameter(
        converter=options.whole_number,
        help="Points inside, on the boundary and random. Correlations at 50 digits take some 10 ms for each.",
    ),
]
Digits = Annotated[
    int, Parameter(converter=options.whole_number, help="Sides that agree to so many digits count as equal.")
]
Seed = Annotated[int, Parameter(converter=options.whole_number, help="Seed of the random points.")]
PlotFile = Annotated[Path | None, Parameter(help="A picture of the ratios, FILE.svg or FILE.png.")]


def scan_gaussian(
    lemma: Lemma,
    *,
    activation: Unit = None,
    exponent: Exponent = None,
    order: Order = None,
    bound: BoundName = None,
    points: Points = 500,
    digits: Digits = 50,
    seed: Seed = 0,
    plot: PlotFile = None,
    as_json: options.Json = False,
) -> int:
    """Evaluate both sides of a lemma at random, boundary and just-outside points. This is no proof.

    The sides are computed with mpmath, by formulas that no prover shares. The worst ratio left/right inside says how
    tight the lemma is; one above 1 would be a violation. Outside, one condition at a time is broken by a little.

    Exit status: 0 no violation inside, 1 a violation, 2 bad input.

    Try:

      exactcap scan gaussian prop-3.1 --activation relu
      exactcap scan gaussian mills --bound sampford --points 2000 --plot sampford.svg
    """
    options.between("points", points, 1, MAX_POINTS)
    options.between("digits", digits, 15, MAX_DIGITS)
    options.valid_seed(seed)
    from exactcap.cli.progress import progress_bar
    from exactcap.scans.catalogue import choose, find_scan
    from exactcap.scans.scan import run_scan

    name, chosen = choose(lemma, activation=activation, exponent=exponent, order=order, bound=bound)
    scan = find_scan(name, **chosen)
    if plot is not None:
        from exactcap.cli.plot import require_picture

        require_picture(plot, "plot")  # before the work, not after it
    with progress_bar() as progress:
        found = run_scan(scan, points, digits, seed, progress)
    if plot is not None:
        _draw(found, ", ".join([name, *chosen.values()]), plot)
    if as_json:
        print(json.dumps(_record(found, name, chosen, seed, plot), sort_keys=True))
    else:
        print("\n".join(_lines(found, seed, plot)))
    return 1 if found.violations else 0


def _lines(found: Found, seed: int, plot: Path | None) -> list[str]:
    """What the scan found, the last line its answer."""
    from exactcap.scans.notation import notation

    scan, n_points = found.scan, len(found.inside)
    symbols = notation(scan.statement)
    lines = [
        f"{'statement':<10} {scan.statement}",
        *([f"{'notation':<10} {symbols}"] * bool(symbols)),
        f"{'compared':<10} {scan.compares}; {found.digits} digits",
        f"{'points':<10} {n_points}: {len(scan.edges)} on the boundary, the others random with seed {seed}",
        *(
            [f"{'equal':<10} {len(found.equal)} points, where both sides agree to {found.digits} digits"]
            * bool(found.equal)
        ),
        f"{'worst':<10} left/right = {_ratio_text(found.worst)}",
        f"{'where':<10} {_place_text(found.worst)}",
        *(f"{'outside':<10} {_outside_text(tried)}" for tried in found.tried),
    ]
    if not found.tried:
        lines.append(f"{'outside':<10} nothing: the statement has no condition that could be broken")
    if plot is not None:
        lines.append(f"{'plot':<10} {plot}")
    if found.violations:
        worst = max(found.violations, key=lambda sample: sample.ratio)
        return [
            *lines,
            f"VIOLATION at {len(found.violations)} of {n_points} points, e.g. {_place_text(worst)}; {NO_PROOF}",
        ]
    return [*lines, f"SCANNED {n_points} points: no violation inside; this is {NO_PROOF}"]


def _outside_text(tried: Tried) -> str:
    expected = tried.outside.is_false
    said = {
        (True, True): "violated, as it must be",
        (True, False): "violated; the condition is not superfluous",
        (False, True): "NOT violated, although it must be: the scan is blind here",
        (False, False): "not violated; the condition is sufficient only",
    }[tried.violates, expected]
    return f"{tried.outside.what}: {said}; left/right = {_ratio_text(tried.worst)} at {_place_text(tried.worst)}"


def _ratio_text(sample: Sample) -> str:
    """The ratio, near 1 as the difference from 1."""
    import mpmath

    gap = sample.ratio - 1
    if gap == 0:
        return "1"
    if abs(gap) < mpmath.mpf("0.001"):
        return f"1 {'+' if gap > 0 else '-'} {mpmath.nstr(abs(gap), 4)}"
    return str(mpmath.nstr(sample.ratio, 8))


def _place_text(sample: Sample) -> str:
    from exactcap.scans.draws import shown

    return ", ".join(f"{name} = {shown(value)}" for name, value in sample.point.items())


def _record(found: Found, lemma: str, chosen: dict[str, str], seed: int, plot: Path | None) -> dict[str, Any]:
    """The same as a JSON object; numbers are text, points exact."""
    from exactcap.scans.notation import notation

    def sample_record(sample: Sample) -> dict[str, Any]:
        return {"ratio": _ratio_text(sample), "at": {name: str(value) for name, value in sample.point.items()}}

    return {
        "verdict": "VIOLATION" if found.violations else "SCANNED",
        "proof": False,
        "lemma": lemma,
        "options": chosen,
        "statement": found.scan.statement,
        "notation": notation(found.scan.statement),
        "compared": found.scan.compares,
        "points": len(found.inside),
        "digits": found.digits,
        "seed": seed,
        "worst": sample_record(found.worst),
        "equal": len(found.equal),
        "violations": [sample_record(sample) for sample in found.violations[:100]],
        "outside": [
            {
                "what": tried.outside.what,
                "violated": tried.violates,
                "must_be_violated": tried.outside.is_false,
                "worst": sample_record(tried.worst),
            }
            for tried in found.tried
        ],
        "plot": str(plot) if plot else None,
    }


def _draw(found: Found, what: str, plot: Path) -> None:
    from exactcap.cli.plot import write_picture
    from exactcap.reports.gaussian_plots import Ratios, draw_scan

    name = found.scan.parameter
    ratios = Ratios(
        title=f"Scan of {what}",
        statement=found.scan.statement,
        compared=found.scan.compares,
        parameter=name,
        inside=tuple((float(sample.point[name]), _gap(sample)) for sample in found.inside),
        outside=tuple(
            (tried.outside.what, tuple((float(sample.point[name]), _gap(sample)) for sample in tried.samples))
            for tried in found.tried
        ),
        digits=found.digits,
    )
    write_picture(lambda: draw_scan(ratios), plot)


def _gap(sample: Sample) -> float:
    """left/right - 1 as a float: at least -1, for pictures, which show no more, at most 1e300."""
    return float(min(max(sample.ratio - 1, -1), 10**300))
