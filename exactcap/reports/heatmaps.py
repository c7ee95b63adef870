"""The phase diagrams: rank minus naive count over width and degree, one panel for each input dimension.

All cells of a picture have the same size; the panels flow from left to right and from top to bottom.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from math import ceil

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from exactcap.reports.grids import MAX_ROWS, Grid, Panel
from exactcap.reports.instances import Instance
from exactcap.reports.plots import (
    CAPTION,
    CLASSES,
    NOT_COMPUTED,
    caption,
    class_handles,
    defect_class,
    label_inches,
    write_caption,
)

LARGEST_CELL, SMALLEST_LABELLED, SMALLEST_CELL = 0.40, 0.30, 0.12  # inches
PAGE = 14.5  # inches of cells in a row, as long as the cells do not get smaller than SMALLEST_CELL
LEFT, TITLE, TICKS, HEAD = 0.6, 0.28, 0.30, 0.55  # inches: left of the page; above, below a panel; above all panels
NARROWEST = 10.0  # inches of a picture, for its title
LEGEND_COLUMNS, LEGEND_LINE = 9, 0.2  # inches
MARKERS = "os^Dv<>P*X"


def draw_grid(grid: Grid) -> Figure:
    """The picture of a grid."""
    cell = max(SMALLEST_CELL, min(_largest_cell(grid), PAGE / max(len(panel.widths) for panel in grid.panels)))
    places, width, height = _flow(grid.panels, cell)
    found = grid.instances()
    lines = caption(found, f"Naive count: {grid.naive}. Each cell at its largest n.", width)
    markers = _markers(found) if cell < SMALLEST_LABELLED else {}
    handles = _handles(grid, markers)
    foot = 0.75 + LEGEND_LINE * ceil(len(handles) / LEGEND_COLUMNS) + CAPTION * len(lines)
    total = height + HEAD + foot
    figure = Figure(figsize=(width, total))
    for panel, (x, y) in zip(grid.panels, places, strict=True):
        size = (len(panel.widths) * cell / width, len(panel.rows) * cell / total)
        _draw_panel(figure.add_axes((x / width, (foot + y) / total, *size)), panel, cell, markers)
    title = f"Rank minus naive count: {grid.title}"
    figure.text(0.1 / width, 1 - 0.16 / total, title, fontsize=11, ha="left", va="top", weight="bold")
    y_label = textwrap.fill(grid.y_label, max(16, int(11 * height)))
    figure.text(0.1 / width, (foot + height / 2) / total, y_label, rotation=90, ha="left", va="center")
    figure.text(0.5, (foot - 0.08) / total, grid.x_label, ha="center", va="center")
    figure.legend(
        handles=handles, title="rank \u2212 naive count (dimensions)", loc="upper center", frameon=False, fontsize=8,
        bbox_to_anchor=(0.5, (foot - 0.18) / total), ncols=LEGEND_COLUMNS, title_fontsize=8.5, columnspacing=1.2,
        handlelength=1.4, handleheight=1.1,
    )  # fmt: skip
    write_caption(figure, lines)
    return figure


def _largest_cell(grid: Grid) -> float:
    return SMALLEST_LABELLED if max(len(panel.rows) for panel in grid.panels) > MAX_ROWS else LARGEST_CELL


def _flow(panels: Sequence[Panel], cell: float) -> tuple[list[tuple[float, float]], float, float]:
    """Left lower corners of the panels in inches, and the size of the page that holds them."""
    lines: list[list[Panel]] = [[]]
    widest = max(PAGE, cell * max(len(panel.widths) for panel in panels))
    gap = 0.3 + label_inches(row for panel in panels for row in panel.rows)
    for panel in panels:
        used = sum(len(other.widths) * cell + gap for other in lines[-1])
        if lines[-1] and used + len(panel.widths) * cell > widest:
            lines.append([])
        lines[-1].append(panel)
    heights = [max(len(panel.rows) for panel in line) * cell + TITLE + TICKS for line in lines]
    places, top, right = [], sum(heights), 0.0
    for line, line_height in zip(lines, heights, strict=True):
        x = LEFT + gap - 0.15
        for panel in line:
            places.append((x, top - TITLE - len(panel.rows) * cell))
            x += len(panel.widths) * cell + gap
        top, right = top - line_height, max(right, x)
    return places, max(right, NARROWEST), sum(heights)


def _draw_panel(axes: Axes, panel: Panel, cell: float, markers: dict[str, str]) -> None:
    axes.set_facecolor(NOT_COMPUTED)
    axes.set_xlim(-0.5, len(panel.widths) - 0.5)
    axes.set_ylim(-0.5, len(panel.rows) - 0.5)
    axes.set_title(panel.title, loc="left", fontsize=9, pad=4)
    every = max(1, round(0.28 / cell))
    axes.set_xticks(range(0, len(panel.widths), every), [str(m) for m in panel.widths[::every]], fontsize=7)
    axes.set_yticks(range(len(panel.rows)), panel.rows, fontsize=7)
    axes.tick_params(length=2, width=0.6, pad=2)
    columns = {width: x for x, width in enumerate(panel.widths)}
    for (row, width), instance in panel.cells.items():
        _draw_cell(axes, columns[width], row, instance, cell, markers)


def _draw_cell(axes: Axes, x: int, y: int, instance: Instance, cell: float, markers: dict[str, str]) -> None:
    k = defect_class(instance.defect)
    undecided = instance.record.finding == "UNDECIDED"
    ink = "white" if k >= 4 else "black"
    edge = "#999999" if not undecided else "#bbbbbb" if k >= 4 else "#777777"
    hatch = "////" if undecided else None
    axes.add_patch(
        Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=CLASSES[k][2], edgecolor=edge, linewidth=0.5, hatch=hatch)
    )
    if instance.record.finding == "PROBABLE":
        axes.plot([x + 0.36], [y + 0.36], "o", color=ink, markersize=72 * cell * 0.09)
    if not instance.defect:
        return
    if markers:
        axes.plot([x], [y], markers[_words(instance)], color=ink, markersize=72 * cell * 0.4, markeredgewidth=0)
        return
    lines = [f"\u2212{instance.defect}", *_broken(instance.explained_by)]
    size = min(6.5, 72 * cell * 0.92 / (0.64 * max(map(len, lines))), 72 * cell * 0.9 / (1.2 * len(lines)))
    box = {"facecolor": CLASSES[k][2], "edgecolor": "none", "pad": 0.3} if undecided else None
    axes.text(x, y, "\n".join(lines), color=ink, fontsize=size, ha="center", va="center", linespacing=1.1, bbox=box)


def _broken(rules: Sequence[str]) -> list[str]:
    """The rules in lines of one, or two short ones.

    >>> _broken(("e0", "U6")), _broken(()), _broken(("U11", "U13"))
    (['e0+U6'], [], ['U11', '+U13'])
    """
    lines: list[str] = []
    for rule in rules:
        if lines and len(lines[-1]) + len(rule) < 5:
            lines[-1] += f"+{rule}"
        else:
            lines.append(f"+{rule}" if lines else rule)
    return lines


def _markers(found: Sequence[Instance]) -> dict[str, str]:
    """A sign for each set of rules, for cells that are too small for words."""
    chains = sorted({_words(instance) for instance in found if instance.defect})
    return {chain: MARKERS[k % len(MARKERS)] for k, chain in enumerate(chains)}


def _words(instance: Instance) -> str:
    return "+".join(instance.explained_by) or "no rule"


def _handles(grid: Grid, markers: dict[str, str]) -> list[Artist]:
    """The legend: colours and signs that occur, and what the markers of small cells mean."""
    handles = class_handles(grid.instances())
    if any(len(panel.cells) < len(panel.rows) * len(panel.widths) for panel in grid.panels):
        handles.append(Rectangle((0, 0), 1, 1, facecolor=NOT_COMPUTED, label="not computed"))
    signs = [
        Line2D([], [], linestyle="", color="black", marker=marker, markersize=5, label=chain)
        for chain, marker in markers.items()
    ]
    return [*handles, *signs]
