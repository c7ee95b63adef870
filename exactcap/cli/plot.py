"""``exactcap plot``: bounds against the exact function, on a log scale."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.cli.rationals import rational_option
from exactcap.errors import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MAX_PLACE, MAX_BIAS = 100, 1000
SEPARATED = (
    "The exponential bounds are certified for every b ≥ 0 and δ (rule separated). The profiles hold for every b > 0 "
    "and δ (rule profile); with c~=~δ/√(4~−~δ²) they are {profile}. The exact curve lies in the shaded band."
)
PROFILES = (
    "P~=~2Q(bc) above and P/(1~+~c²~+~2/b²) below",
    "P~=~2((1~−~b²c²)Q(bc)~+~bc~g(bc))/(1~+~c²) above and P/(1~+~c²~+~4/b²)² below",
)
ORTHOGONAL = (
    "Both bounds are certified for all vectors with ||u|²~−~1|, ||v|²~−~1| and |<u,v>| at most eps, where they are "
    "drawn. The exact curve is at |u|²~=~|v|²~=~1~+~eps, <u,v>~=~eps, where rule corner is best possible "
    "asymptotically for large b: its relative error tends to 0."
)

Bounds = Annotated[
    str,
    Parameter(
        help="Names with commas: birnbaum, komatsu, sampford, pollak, boyd-lower, boyd-upper, laplace-N, partial-sum-N."
    ),
]
Picture = Annotated[Path, Parameter(name=["--output", "-o"], help="The picture, FILE.svg or FILE.png.")]


def plot_mills(
    *,
    bounds: Bounds = "birnbaum,komatsu,sampford,pollak,boyd-lower,boyd-upper,laplace-4,laplace-5",
    low: Annotated[str, Parameter(name="--from", help="The least x.")] = "0",
    high: Annotated[str, Parameter(name="--to", help="The largest x.")] = "8",
    output: Picture,
    as_json: options.Json = False,
) -> int:
    """Draw the relative errors of named bounds of the Mills ratio, and the band that they leave.

    Each bound is drawn where it is proved. Needs Matplotlib: pip install 'exactcap[plot]'.

    Try:

      exactcap plot mills -o mills.svg
      exactcap plot mills --bounds birnbaum,sampford --from -1 --to 4 -o two.png
    """
    names = [name.strip() for name in bounds.split(",")]
    start, end = (_place(name, text, MAX_PLACE) for name, text in (("from", low), ("to", high)))
    if start >= end:
        raise InputError(f"from: {low} is not below --to {high}; give a smaller --from or a larger --to")
    if len(names) > 14 or len(set(names)) < len(names):
        raise InputError("bounds: at most 14 different names fit a picture; leave some out")
    require_picture(output, "output")
    from exactcap.models.gaussian_curves import mills_curves
    from exactcap.models.mills_bounds import named_bound
    from exactcap.reports.gaussian_plots import Line, draw_mills

    for name in names:
        try:
            named_bound(name)
        except InputError as error:  # which speaks of the option --bound of other commands
            raise InputError(f"bounds: {str(error).removeprefix('bound: ')}") from None
    lines = [Line(*curve) for curve in mills_curves(names, start, end)]
    write_picture(lambda: draw_mills(lines, float(start), float(end)), output)
    return print_file(output, as_json)


def plot_correlation(
    *,
    activation: Annotated[Literal["threshold", "relu"], Parameter(help="phi: 1{u > 0} or max(u, 0).")],
    bias: Annotated[str, Parameter(help="The bias b, above 0.")],
    epsilon: Annotated[
        str | None, Parameter(help="Draw nearly orthogonal vectors instead, up to this epsilon, below 1/2.")
    ] = None,
    output: Picture,
    as_json: options.Json = False,
) -> int:
    """Draw a correlation of two units with its proved bounds, and the bounds' relative errors.

    Over the distance of two unit vectors (prop-3.1), or with --epsilon over eps for the worst vectors of prop-3.2-ii,
    |u|^2 = |v|^2 = 1 + eps, <u,v> = eps. Needs Matplotlib: pip install 'exactcap[plot]'.

    Try:

      exactcap plot correlation --activation relu --bias 3 -o correlation.svg
      exactcap plot correlation --activation threshold --bias 2 --epsilon 0.3 -o orthogonal.png
    """
    b = _place("bias", bias, MAX_BIAS)
    if 1000 * b < 1:
        raise InputError(f"bias: {bias} is not between 1/1000 and {MAX_BIAS}; choose one that is")
    eps = None if epsilon is None else rational_option("epsilon", epsilon)
    if eps is not None and not 0 < 2 * eps < 1:
        raise InputError(f"epsilon: {epsilon} is not between 0 and 1/2; the bounds hold there only")
    require_picture(output, "output")
    from exactcap.models.gaussian_curves import orthogonality_curves, separation_curves
    from exactcap.reports.gaussian_plots import Line, draw_correlation

    power = 1 if activation == "relu" else 0
    if eps is None:
        curves, parameter = separation_curves(power, b), "distance δ of the unit vectors"
        words = SEPARATED.format(profile=PROFILES[power])
        title = f"Correlation of two {activation} units at unit vectors, bias {bias}"
    else:
        curves, parameter = orthogonality_curves(power, b, eps), "eps"
        words = ORTHOGONAL
        title = f"Correlation of two {activation} units at nearly orthogonal vectors, bias {bias}"
    words = words.replace("~", "\u00a0") + " Exact values from balls of 128 bits."
    lines = [Line(*curve) for curve in curves]
    write_picture(lambda: draw_correlation(lines, title, parameter, words), output)
    return print_file(output, as_json)


def require_picture(path: Path, option: str) -> None:
    """Raise InputError unless Matplotlib is there and ``path`` can become an SVG or PNG file."""
    if path.suffix not in (".svg", ".png"):
        raise InputError(f"{option}: {str(path)[-60:]!r} does not end in .svg or .png; name a file that does")
    if path.is_dir() or not os.access(path.parent, os.W_OK | os.X_OK):
        raise InputError(f"{option}: cannot write {str(path)!r}; name a file in a folder that exists")
    try:
        import matplotlib  # noqa: F401
    except ModuleNotFoundError:
        raise InputError(f"{option}: Matplotlib is not installed; pip install 'exactcap[plot]'") from None


def write_picture(draw: Callable[[], Figure], path: Path) -> None:
    """Draw into the file, which appears when it is complete; raises InputError when it cannot be written."""
    from exactcap.reports.plots import save_figure

    try:
        with tempfile.TemporaryDirectory(prefix=".exactcap-", dir=path.parent) as folder:
            for file in save_figure(draw, Path(folder), "picture"):
                if file.suffix == path.suffix:
                    os.replace(file, path)
    except OSError as error:
        raise InputError(f"output: cannot write {str(path)!r} ({error.strerror}); name another file") from None


def _place(name: str, text: str, most: int) -> Fraction:
    value = rational_option(name, text)
    if abs(value) > most:
        raise InputError(f"{name}: {text[:40]} is not between -{most} and {most}; choose one that is")
    return value


def print_file(path: Path, as_json: bool) -> int:
    """Say which file was written; the exit status."""
    print(json.dumps({"file": str(path)}) if as_json else f"wrote {path}")
    return 0
