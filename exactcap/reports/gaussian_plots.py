"""Pictures of bounds beside the exact functions, and of scans. All numbers come in; nothing is computed here."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from exactcap.reports.plots import BLUE, CAPTION, CHARACTERS, LIGHT_BLUE, ORANGE, write_caption

WIDTH, LEFT, RIGHT, HEAD, FOOT = 9.2, 0.95, 2.9, 0.45, 0.60  # inches; RIGHT holds the legend, FOOT the axis
PANEL, GAP = 2.5, 0.30
# Okabe and Ito without yellow, which is too light for lines.
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#56b4e9", "#e69f00")
DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1, 1)), (0, (6, 1.5, 1, 1.5)))
MARKERS = "^sDvP"
OUTSIDE = (ORANGE, "#000000", "#cc79a7", "#009e73", "#e69f00")
SMALLEST = 1e-13
SMALLEST_GAP, LARGEST = 1e-24, 1e-6  # of scans: gaps are drawn from the first to the inverse of the second


@dataclass(frozen=True)
class Line:
    """A function: its name, "exact", "upper" or "lower", and points (x, value, value/exact - 1)."""

    name: str
    side: str
    points: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True)
class Ratios:
    """What a scan found: points (parameter, left/right - 1) inside, and outside for each broken condition."""

    title: str
    statement: str
    compared: str
    parameter: str
    inside: tuple[tuple[float, float], ...]
    outside: tuple[tuple[str, tuple[tuple[float, float], ...]], ...]
    digits: int


def draw_mills(lines: Sequence[Line], low: float, high: float) -> Figure:
    """Relative errors of upper bounds above, of lower bounds below, mirrored; between the best ones the proved band."""
    words = (
        "Relative error of bounds B of the Mills ratio R(x) = Q(x)/g(x), each drawn where it is proved for every x: "
        "upper bounds above, lower bounds below, both on a log scale. Shaded: R is proved to lie between the best of "
        "the drawn bounds. Exact values from balls of 128 bits; the proofs are in 'exactcap certify gaussian mills'."
    )
    sides = [side for side in ("upper", "lower") if any(line.side == side for line in lines)]
    figure, panels = page("Bounds of the Mills ratio of the normal law", words, len(sides))
    smallest, largest = _range(lines)
    for side, axes in zip(sides, panels, strict=True):
        chosen = [line for line in lines if line.side == side]
        _draw_errors(axes, chosen, (smallest, largest))
        axes.set_xlim(low, high)
        best = _best(chosen)
        places, errors = zip(*best, strict=True)
        axes.fill_between(places, errors, smallest, color=LIGHT_BLUE, linewidth=0, label="proved band")
        axes.set_ylabel("B/R \u2212 1" if side == "upper" else "1 \u2212 B/R")
        if side == "lower" and len(sides) == 2:
            axes.invert_yaxis()
        _legend(axes, f"{side} bounds")
    panels[-1].set_xlabel("x")
    return figure


def draw_correlation(lines: Sequence[Line], title: str, parameter: str, words: str) -> Figure:
    """The exact ratio with its bounds, log scale, and below the relative errors of the bounds."""
    figure, (top, bottom) = page(title, words, 2)
    bounds = [line for line in lines if line.side != "exact"]
    for line, style in zip(lines, _styles(lines), strict=True):
        if line.points:
            x, values = zip(*((x, value) for x, value, _ in line.points), strict=True)
            top.plot(x, values, label=line.name, **style)
    _draw_band(top, lines)
    top.set_yscale("log")
    positive = [value for line in lines for _, value, _ in line.points if value > 0]
    top.set_ylim(max(min(positive), 1e-12) / 1.5, max(positive) * 1.5)
    top.set_ylabel("ratio")
    _legend(top, "")
    _draw_errors(bottom, bounds, _range(bounds, 1000.0), _styles(lines)[1:])
    bottom.set_ylabel("|bound/exact \u2212 1|")
    _legend(bottom, "relative error")
    end = max(x for line in lines for x, _, _ in line.points)
    for axes in (top, bottom):
        axes.set_xlim(0, end)
    bottom.set_xlabel(parameter)
    return figure


def draw_scan(ratios: Ratios) -> Figure:
    """The gaps left/right - 1, mirrored: violations above, points where the statement holds below, both log scale."""
    gaps = [abs(gap) for points in (ratios.inside, *(p for _, p in ratios.outside)) for _, gap in points]
    rounding = max(10.0**-ratios.digits, SMALLEST_GAP)
    floor = min(0.001, min((gap for gap in gaps if gap > rounding), default=rounding)) / 2
    words = (
        f"{ratios.statement}. Compared: {ratios.compared}; {ratios.digits} digits. Inside, no point may lie in the "
        "upper panel; outside, one condition is broken by a little. Gaps beyond the panels are drawn at their edges, "
        "one kind below another. A scan is no proof."
    )
    figure, panels = page(ratios.title, words, 2)
    groups: list[tuple[str, tuple[tuple[float, float], ...], dict[str, Any]]] = [
        ("inside", ratios.inside, {"marker": "o", "color": BLUE, "markersize": 2.6, "alpha": 0.55})
    ]
    for k, (marker, (what, points)) in enumerate(zip(MARKERS, ratios.outside, strict=False)):
        look = {"marker": marker, "color": OUTSIDE[k], "markersize": 5.5, "markeredgecolor": "white"}
        groups.append((f"outside: {what}", points, look))
    every = [x for _, points, _ in groups for x, _ in points]
    for is_above, axes in zip((True, False), panels, strict=True):
        top = 1 / LARGEST
        for label, points, style in groups:
            drawn = [(x, min(max(abs(gap), floor), top)) for x, gap in points if (gap > floor) == is_above]
            if any(y == top for _, y in drawn):
                top /= 10  # for the next kind, which would hide this one
            x, y = zip(*drawn, strict=True) if drawn else ((), ())
            axes.plot(x, y, linestyle="", markeredgewidth=0.5, label=textwrap.fill(label, 36), clip_on=False, **style)
        axes.set_yscale("log")
        axes.set_ylim(floor, 1 / LARGEST if is_above else 2.0)
        axes.yaxis.set_major_locator(LogLocator(numticks=8))
        axes.yaxis.set_minor_locator(NullLocator())
        _scale_places(axes, every)
    panels[0].set_ylabel("left/right \u2212 1")
    panels[1].set_ylabel("1 \u2212 left/right")
    panels[1].invert_yaxis()
    panels[1].set_xlabel(ratios.parameter)
    _legend(panels[0], "above: violated; below: left \u2264 right")
    return figure


def _scale_places(axes: Axes, places: Sequence[float]) -> None:
    """A log scale where the places spread over it, linear around 0 where 0 or negative places occur."""
    low, high = min(places), max(places)
    near = min((place for place in places if place > 0), default=1.0)
    if low > 0 and high > 30 * low:
        axes.set_xscale("log")
        axes.set_xlim(low / 1.3, high * 1.3)
    elif low == 0 and high > 30 * near:
        axes.set_xscale("symlog", linthresh=near)
        axes.set_xlim(-near / 2, high * 1.3)
    elif low < 0 and high > 30:
        axes.set_xscale("symlog", linthresh=1.0)
        axes.set_xlim(1.3 * low - 0.1, high * 1.3)
    else:
        room = 0.03 * (high - low) or 1.0
        axes.set_xlim(low - room, high + room)


def page(title: str, words: str, n_panels: int, panel: float = PANEL) -> tuple[Figure, list[Axes]]:
    """A figure with a title, a caption, and panels above each other with room for legends at their right."""
    lines = textwrap.wrap(words, int(WIDTH * CHARACTERS))
    foot = FOOT + CAPTION * len(lines)
    height = HEAD + n_panels * panel + (n_panels - 1) * GAP + foot
    figure = Figure(figsize=(WIDTH, height))
    figure.text(0.1 / WIDTH, 1 - 0.16 / height, title, fontsize=11, ha="left", va="top", weight="bold")
    write_caption(figure, lines)
    axes = []
    for k in range(n_panels):
        bottom = foot + (n_panels - 1 - k) * (panel + GAP)
        axes.append(figure.add_axes((LEFT / WIDTH, bottom / height, (WIDTH - LEFT - RIGHT) / WIDTH, panel / height)))
        axes[-1].grid(True, color="#dddddd", linewidth=0.5)
        axes[-1].set_axisbelow(True)
    return figure, axes


def _styles(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Colour and dashes for each line, the exact one black and thick."""
    bounds = [line for line in lines if line.side != "exact"]
    styles = []
    for line in lines:
        if line.side == "exact":
            styles.append({"color": "black", "linewidth": 2.2})
        else:
            k = bounds.index(line)
            styles.append({"color": PALETTE[k % len(PALETTE)], "linestyle": DASHES[k % len(DASHES)], "linewidth": 1.4})
    return styles


def _draw_errors(
    axes: Axes, lines: Sequence[Line], limits: tuple[float, float], styles: Sequence[dict[str, Any]] | None = None
) -> None:
    for line, style in zip(lines, styles or _styles(lines), strict=True):
        drawn = [(x, abs(error)) for x, _, error in line.points if error]
        if drawn:
            axes.plot(*zip(*drawn, strict=True), label=line.name, **style)
    axes.set_yscale("log")
    axes.set_ylim(*limits)
    axes.yaxis.set_major_locator(LogLocator(numticks=8))
    axes.yaxis.set_minor_locator(NullLocator())


def _range(lines: Sequence[Line], largest: float = 3.0) -> tuple[float, float]:
    """The errors to show: down to ``SMALLEST`` at most, up to the largest of interest, 3 being 300 %."""
    errors = [abs(error) for line in lines for _, _, error in line.points if error]
    return max(min(errors), SMALLEST) / 2, min(max(errors) * 2, largest)


def _draw_band(axes: Axes, lines: Sequence[Line]) -> None:
    """Shade what lies between the best upper and the best lower bound, where there are both, at the same places."""
    upper, lower = ([line.points for line in lines if line.side == side and line.points] for side in ("upper", "lower"))
    if upper and lower:
        places = [x for x, _, _ in lower[0]]
        above = [min(value for _, value, _ in column) for column in zip(*upper, strict=True)]
        below = [max(value for _, value, _ in column) for column in zip(*lower, strict=True)]
        axes.fill_between(places, below, above, color=LIGHT_BLUE, linewidth=0, label="proved band")


def _best(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """The smallest error at each x."""
    smallest: dict[float, float] = {}
    for line in lines:
        for x, _, error in line.points:
            smallest[x] = min(abs(error), smallest.get(x, abs(error)))
    return sorted(smallest.items())


def _legend(axes: Axes, title: str) -> None:
    axes.legend(
        loc="upper left", bbox_to_anchor=(1.02, 1.0), frameon=False, fontsize=8, title=title or None,
        title_fontsize=8.5, alignment="left", borderaxespad=0,
    )  # fmt: skip
