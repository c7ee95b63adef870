"""The certified capacity of two-layer networks over their width: two certified curves and what lies between them.

At width m every labelling of n generic inputs is fitted when the Jacobian of floor(m/2) neurons has rank at least n
(each neuron is used twice, SPEC.md, section 3), and almost none is when that of m neurons has rank less than n (Sard).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Literal

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from exactcap.claims import Activation, Jacobian
from exactcap.reports.grids import WIDTH_LABEL, activation_label, is_tabular, most_samples
from exactcap.reports.instances import Instance
from exactcap.reports.naive import naive_dimension
from exactcap.reports.plots import BLUE, CAPTION, LIGHT_BLUE, LIGHT_ORANGE, NOT_COMPUTED, ORANGE, caption, write_caption

Align = Literal["left", "center", "right"]
VerticalAlign = Literal["top", "center", "bottom"]
PANEL, GAP, HEAD, NARROWEST = (3.6, 2.7), (0.75, 0.65), 0.65, 9.6  # inches
PER_LINE = 3
WORDS = (
    "Generic inputs in R^d, W, b and v trained. Up to the lower curve every labelling is fitted; above the upper, "
    "a set of measure zero."
)


@dataclass(frozen=True)
class Capacity:
    """One activation: for each input dimension the instance of each width, in blocks W, b, v."""

    name: str
    activation: Activation
    panels: dict[int, dict[int, Instance]]


def capacities(found: Iterable[Instance]) -> list[Capacity]:
    """The activations with certified ranks in W, b, v at several widths, where the number of inputs does not bind."""
    groups: dict[Activation, dict[int, dict[int, list[Instance]]]] = {}
    for instance in found:
        matrix = instance.record.matrix
        if isinstance(matrix, Jacobian) and matrix.blocks == ("W", "b", "v") and not _is_bound_by_rows(instance):
            widths = groups.setdefault(matrix.activation, {}).setdefault(instance.dimension, {})
            widths.setdefault(matrix.width, []).append(instance)
    made: list[Capacity] = []
    for psi, dimensions in sorted(groups.items(), key=lambda item: (item[0].polynomial_degree() or 0, item[0].text())):
        chosen = {d: {m: most_samples(same) for m, same in sorted(dimensions[d].items())} for d in sorted(dimensions)}
        panels = {d: widths for d, widths in chosen.items() if len(ends(widths)) > 1}
        if panels:
            made.append(Capacity(_file_name(psi, {other.name for other in made}), psi, panels))
    return made


def ends(widths: Mapping[int, Instance]) -> dict[int, tuple[int, int]]:
    """(certified rank at least, of floor(m/2) neurons; at most, of m neurons) of each width m that has both."""
    lower = {0: 0} | {width: instance.record.lower for width, instance in widths.items()}
    return {m: (lower[m // 2], i.record.upper) for m, i in widths.items() if m // 2 in lower}


def draw_capacity(capacity: Capacity) -> Figure:
    """The picture of an activation, one panel for each input dimension."""
    n_columns = 2 if len(capacity.panels) == 4 else min(PER_LINE, len(capacity.panels))
    n_lines = ceil(len(capacity.panels) / n_columns)
    width = max(NARROWEST, n_columns * (PANEL[0] + GAP[0]) + 0.3)
    panel = (width - 0.3) / n_columns - GAP[0]
    shown = [instance for widths in capacity.panels.values() for instance in widths.values()]
    lines = caption(shown, WORDS, width)
    foot = 0.5 + CAPTION * len(lines)
    height = n_lines * (PANEL[1] + GAP[1]) + HEAD + foot
    figure = Figure(figsize=(width, height))
    for k, (d, widths) in enumerate(capacity.panels.items()):
        x = GAP[0] + (k % n_columns) * (panel + GAP[0])
        y = height - HEAD - (k // n_columns + 1) * PANEL[1] - (k // n_columns) * GAP[1]
        axes = figure.add_axes((x / width, y / height, panel / width, PANEL[1] / height))
        _draw_panel(axes, d, widths, capacity.activation.polynomial_degree() is None)
    title = f"Certified capacity of two-layer networks with activation {activation_label(capacity.activation)}"
    figure.text(GAP[0] / width, 1 - 0.14 / height, title, fontsize=11, ha="left", va="top", weight="bold")
    handles = {words: line for axes in figure.axes for line, words in _legend_entries(axes)}
    place = (0.5, (foot + 0.1) / height)
    figure.legend(
        list(handles.values()), list(handles), loc="upper center", bbox_to_anchor=place, ncols=3, fontsize=8,
        frameon=False,
    )  # fmt: skip
    write_caption(figure, lines)
    return figure


def _draw_panel(axes: Axes, d: int, widths: Mapping[int, Instance], with_published: bool) -> None:
    interval = ends(widths)
    last = max(widths)
    top = 1.18 * max(instance.naive for instance in widths.values())
    axes.set_xlim(min(widths) - 0.5, last + 0.5)
    axes.set_ylim(0, top)
    axes.set_facecolor(NOT_COMPUTED)
    runs = _runs(sorted(interval))
    for k, run in enumerate(runs):
        x = [edge for m in run for edge in (m - 0.5, m + 0.5)]
        low, high = ([end for m in run for end in [interval[m][side]] * 2] for side in (0, 1))
        axes.fill_between(x, high, [top] * len(x), color=LIGHT_ORANGE, linewidth=0)
        axes.fill_between(x, low, high, color="white", linewidth=0)
        axes.fill_between(x, 0, low, color=LIGHT_BLUE, linewidth=0)
        axes.plot(x, high, color=ORANGE, linewidth=1.6, label="" if k else "certified rank at most, m neurons (Sard)")
        axes.plot(x, low, color=BLUE, linewidth=1.6, label="" if k else "certified rank at least, floor(m/2) neurons")
    _draw_counts(axes, d, widths, with_published)
    doubtful = {m: interval[m][1] for m in interval if widths[m].record.finding != "PROVED"}
    if doubtful:
        words = "upper end not certified"
        xs, ys = list(doubtful), list(doubtful.values())
        axes.plot(xs, ys, "o", color=ORANGE, markerfacecolor="white", markersize=5.5, label=words)
    axes.set_title(f"d = {d}", loc="left", fontsize=9, pad=4)
    axes.set_xlabel(WIDTH_LABEL, fontsize=8.5)
    axes.set_ylabel("number of inputs n (samples)", fontsize=8.5)
    axes.tick_params(labelsize=8, width=0.6)
    axes.locator_params(axis="both", integer=True)
    _label_regions(axes, interval, top, len(runs) > 1)


def _draw_counts(axes: Axes, d: int, widths: Mapping[int, Instance], with_published: bool) -> None:
    naive = [naive_dimension(instance.record.matrix) for instance in widths.values()]
    counted = "m(d+2) parameters" if with_published else "naive count, min(m(d+2), dimension of the polynomials)"
    axes.plot(list(widths), naive, "k.", markersize=3.5, zorder=4, label=counted)
    if with_published:
        even = [m for m in widths if m % 2 == 0]
        label = "md/2, even m (Madden, Thrampoulidis)"
        axes.plot(even, [m * d // 2 for m in even], color="black", linewidth=0.9, linestyle=(0, (6, 3)), label=label)


def _legend_entries(axes: Axes) -> Iterable[tuple[Artist, str]]:
    return zip(*axes.get_legend_handles_labels(), strict=True)


def _label_regions(axes: Axes, interval: Mapping[int, tuple[int, int]], top: float, with_gaps: bool) -> None:
    """Words inside the regions, where the region is high enough; above the upper curve there is always room."""
    ms, line = sorted(interval), 0.12 * top  # the height of a line of words
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1.5} if with_gaps else None

    def write(x: float, y: float, words: str, colour: str, ha: Align, va: VerticalAlign) -> None:
        where = axes.transAxes
        axes.text(x, y, words, color=colour, fontsize=8.5, ha=ha, va=va, weight="bold", transform=where, bbox=box)

    write(0.03, 0.95, "almost none fitted", ORANGE, "left", "top")
    if interval[ms[len(ms) // 2]][0] > line:
        write(0.97, 0.03, "every labelling fitted", BLUE, "right", "bottom")
    inside = ms[len(ms) // 8 : len(ms) - len(ms) // 8]  # away from the frame
    reach = max(1, len(ms) // 12)  # half the width of the word, in neurons
    spans = {m: [interval[k] for k in range(m - reach, m + reach + 1) if k in interval] for m in inside}
    gaps = {m: (max(low for low, _ in span), min(high for _, high in span)) for m, span in spans.items()}
    widest = max(inside, key=lambda m: gaps[m][1] - gaps[m][0])
    low, high = gaps[widest]
    if high - low > line:
        x, y = axes.transLimits.transform((widest, (low + high) / 2))
        write(min(max(x, 0.08), 0.92), y, "open", "#333333", "center", "center")


def _runs(widths: list[int]) -> list[list[int]]:
    """Maximal runs of consecutive widths.

    >>> _runs([1, 2, 3, 6, 7])
    [[1, 2, 3], [6, 7]]
    """
    runs = [widths[:1]] if widths else []
    for a, b in pairwise(widths):
        if b == a + 1:
            runs[-1].append(b)
        else:
            runs.append([b])
    return runs


def _is_bound_by_rows(instance: Instance) -> bool:
    """Whether the number of inputs, and not the network, may be what limits the rank."""
    n, matrix = instance.n_samples, instance.record.matrix
    return is_tabular(instance) or (n is not None and n <= instance.record.upper and n < naive_dimension(matrix))


def _file_name(psi: Activation, taken: set[str]) -> str:
    words = psi.text().replace("^", "").replace("*", "").replace(" + ", "-plus-").replace(" - ", "-minus-")
    name = f"capacity-{re.sub('[^a-z0-9]+', '-', words.replace('/', '-over-')).strip('-')[:60]}"
    return name if name not in taken else f"{name}-{len(taken)}"
