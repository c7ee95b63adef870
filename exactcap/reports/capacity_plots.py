"""Pictures of storage capacity; theorems, bounds and predictions look different. All numbers come in.

A line is solid where a theorem says that it is the capacity, dashed where it is an upper bound, dotted where it is a
prediction; points are filled where they are upper bounds and hollow where they are predictions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import NullFormatter, NullLocator

from exactcap.reports.gaussian_plots import DASHES, PALETTE, page
from exactcap.reports.plots import BLUE, LIGHT_BLUE, LIGHT_ORANGE, NOT_COMPUTED, ORANGE
from exactcap.reports.status import Status

PANEL = 4.3  # inches
LINES: dict[Status, Any] = {Status.THEOREM: "-", Status.UPPER_BOUND: (0, (5, 1.8)), Status.PREDICTION: (0, (1, 1.3))}
WORDS = {
    Status.THEOREM: "theorem",
    Status.UPPER_BOUND: "upper bound (theorem)",
    Status.PREDICTION: "prediction (non-rigorous)",
}
MARKERS = "osD^vP"


@dataclass(frozen=True)
class Curve:
    """Capacity over the margin: a name, the status of its numbers, and points (margin, patterns per weight)."""

    name: str
    status: Status
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Series:
    """One formula for several activations: a name, the status of its numbers, and a number for each activation."""

    name: str
    status: Status
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Certified:
    """Of a data file: at each width (width, parameters, rows that take every labelling, rows that are the most)."""

    n_samples: int
    ends: tuple[tuple[int, int, int, int], ...]


def draw_margins(curves: Sequence[Curve]) -> Figure:
    """Capacity over the margin, log scale; curves of one name have one colour, and the status is the kind of line."""
    words = (
        "Patterns per weight, Gaussian patterns, N \u2192 \u221e weights on a sphere. Solid: the capacity, a theorem "
        "(Shcherbina & Tirozzi, Stojnic). Dashed: an upper bound by Gordon's comparison, with no claim from below; "
        "trees have K \u2192 \u221e units on disjoint inputs, and the margin is that of the output, "
        "\u03a3 v_k (g(u_k) \u2212 E g)/\u221aK with v_k = \u00b11."
    )
    figure, (axes,) = page("Storage capacity against the margin", words, 1, PANEL)
    names = list(dict.fromkeys(curve.name for curve in curves))
    for curve in curves:
        k = names.index(curve.name)
        x, y = zip(*curve.points, strict=True)
        axes.plot(
            x, y, color=("#000000", *PALETTE)[k % 6], linestyle=LINES[curve.status], linewidth=2.0 if k == 0 else 1.5,
            marker=(" ", *MARKERS)[k % 6], markersize=4.2, markevery=(2 * k, max(1, len(x) // 8)),
            label=f"{curve.name}:\n{WORDS[curve.status]}",
        )  # fmt: skip
    _log_scale(axes, [y for curve in curves for _, y in curve.points])
    axes.set_xlim(min(x for c in curves for x, _ in c.points), max(x for c in curves for x, _ in c.points))
    axes.set_xlabel("margin")
    axes.set_ylabel("patterns per weight")
    _legend(axes)
    return figure


def draw_activations(activations: Sequence[str], series: Sequence[Series]) -> Figure:
    """A group of points for each activation, one for each formula; filled points are bounds, hollow predictions."""
    words = (
        "Patterns per weight at margin 0, Gaussian patterns, N \u2192 \u221e, then K \u2192 \u221e units. Filled: no "
        "more is possible in that limit, by Gordon's comparison. Hollow: predictions of statistical physics without "
        "proof; those of fully connected committees are derived here and were not compared with the published "
        "formula. Full replica-symmetry breaking lies below the one-step values."
    )
    figure, (axes,) = page("Storage capacity of committee machines with many units", words, 1, PANEL)
    for k, one in enumerate(series):
        shift = 0.2 * (k - (len(series) - 1) / 2)
        drawn = [(place + shift, y) for place, y in enumerate(one.values) if y is not None]
        colour = BLUE if one.status == Status.UPPER_BOUND else ORANGE
        x, y = zip(*drawn, strict=True) if drawn else ((), ())
        axes.plot(
            x, y, linestyle="", marker=MARKERS[k], markersize=6.5, color=colour, markeredgewidth=1.3,
            markerfacecolor=colour if one.status == Status.UPPER_BOUND else "white",
            label=f"{one.name}:\n{WORDS[one.status]}",
        )  # fmt: skip
    for edge in range(1, len(activations)):
        axes.axvline(edge - 0.5, color="#bbbbbb", linewidth=0.6)
    axes.grid(False, axis="x")
    axes.set_ylim(0, 1.08 * max(y for one in series for y in one.values if y is not None))
    axes.set_xlim(-0.5, len(activations) - 0.5)
    axes.set_xticks(range(len(activations)), activations)
    axes.tick_params(axis="x", length=0)
    axes.set_ylabel("patterns per weight")
    _legend(axes)
    return figure


def draw_data(title: str, method: str, certified: Certified, predictions: Sequence[tuple[str, float]]) -> Figure:
    """Rows per weight over the width: what the method certifies of the file, and horizontal lines of predictions."""
    words = (
        "Rows per weight of the hidden layer, m(d + 1) with the biases, at width m. Blue and orange are certificates "
        f"(method {method}) that the independent checker has verified, of these rows and of all real label "
        "vectors: some rows take every one; above, almost none is taken. The lines are predictions without proof, "
        "of something else: random labels \u00b11, Gaussian inputs, d \u2192 \u221e, then m \u2192 \u221e, a sign "
        "after fixed output weights."
    )
    figure, (axes,) = page(title, words, 1, PANEL)
    low = [lower / weights for _, weights, lower, _ in certified.ends]
    high = [upper / weights for _, weights, _, upper in certified.ends]
    rows = [certified.n_samples / weights for _, weights, _, _ in certified.ends]
    widths = [width for width, _, _, _ in certified.ends]
    edges = [edge for width in widths for edge in (width - 0.5, width + 0.5)]
    positive = [value for value in (*low, *high, *rows, *(value for _, value in predictions)) if value > 0]
    bottom, top = min(positive) / 1.5, max(positive) * 1.3

    def steps(values: Sequence[float]) -> list[float]:
        return [max(value, bottom) for value in values for _ in range(2)]

    def fill(start: Sequence[float], end: Sequence[float], colour: str, words: str) -> None:
        axes.fill_between(edges, steps(start), steps(end), color=colour, linewidth=0)
        axes.add_patch(Rectangle((0, 0), 0, 0, facecolor=colour, edgecolor="#888888", linewidth=0.6, label=words))

    fill([bottom] * len(low), low, LIGHT_BLUE, "every labelling fitted: certified")
    fill(low, high, "white", "open")
    fill(high, rows, LIGHT_ORANGE, "almost none fitted: certified")
    fill(rows, [top] * len(rows), NOT_COMPUTED, "more rows than the file has")
    words = f"all {certified.n_samples} rows of the file"
    axes.plot(edges, steps(rows), color="black", linewidth=1.4, zorder=3, label=words)
    for style, colour, (name, value) in zip(DASHES[1:], ("#cc79a7", "#000000", "#009e73"), predictions, strict=False):
        axes.axhline(value, color=colour, linestyle=style, linewidth=1.6, label=f"{name}:\n{WORDS[Status.PREDICTION]}")
    axes.plot(edges, steps(low), color=BLUE, linewidth=1.4)
    axes.plot(edges, steps(high), color=ORANGE, linewidth=1.4)
    axes.set_yscale("log")
    axes.set_ylim(bottom, top)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_xlabel("width m")
    axes.set_ylabel("rows per weight, n/(m(d + 1))")
    _plain_ticks(axes, bottom, top)
    axes.locator_params(axis="x", integer=True)
    _legend(axes)
    return figure


def _log_scale(axes: Axes, values: Sequence[float]) -> None:
    bottom, top = min(values) / 1.15, max(values) * 1.15
    axes.set_yscale("log")
    axes.set_ylim(bottom, top)
    _plain_ticks(axes, bottom, top)


def _plain_ticks(axes: Axes, bottom: float, top: float) -> None:
    """1, 2, 5, 10, ... as they are."""
    ticks = [m * 10.0**k for k in range(-6, 7) for m in (1, 2, 3, 5) if bottom <= m * 10.0**k <= top]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_formatter(NullFormatter())


def _legend(axes: Axes) -> None:
    axes.legend(
        loc="upper left", bbox_to_anchor=(1.02, 1.0), frameon=False, fontsize=8, handlelength=3.8, labelspacing=0.8,
        borderaxespad=0,
    )  # fmt: skip
