"""The figures of an appendix, where a picture says more than a table: all numbers are those of the certificates."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import matplotlib
from matplotlib.figure import Figure as Drawing

from exactcap.certificates.store import Record, instance_name
from exactcap.claims import Committee, Enclosure, Interpolation, Obstruction, Rank
from exactcap.reports.appendix_columns import activation_prose, data_name
from exactcap.reports.appendix_records import Case, anchor
from exactcap.reports.architectures import architectures, draw_architectures
from exactcap.reports.capacities import capacities, draw_capacity, ends
from exactcap.reports.capacity_plots import Series, draw_activations
from exactcap.reports.gaussian_plots import Line, draw_mills, page
from exactcap.reports.grids import Grid, grids
from exactcap.reports.heatmaps import draw_grid
from exactcap.reports.instances import instances
from exactcap.reports.plots import BLUE, LIGHT_BLUE, LIGHT_ORANGE, ORANGE, STYLE, finding_words
from exactcap.reports.status import Status
from exactcap.typeset.document import Figure
from exactcap.typeset.prose import literal

FEWEST = 6  # cells of a phase diagram; fewer are a table
FEWEST_WIDTHS, FEWEST_UNITS, FEWEST_ENDS = 3, 3, 4
MILLS_TO = 8.0  # the bounds of the Mills ratio are drawn from 0 to here
PANEL = 3.2  # inches


@dataclass(frozen=True)
class Picture:
    """A figure of the document and how it is drawn."""

    figure: Figure
    draw: Callable[[], Drawing]


def pictures(place: str, cases: Sequence[Case], mills: Sequence[Line]) -> list[Picture]:
    """What can be drawn of ranks, capacities and committees among claims, and of bounds of the Mills ratio.

    ``place`` is the theorem or section that they belong to; their names begin with it.
    """
    found = [*_rank_pictures(cases), *_interval_pictures(cases), *_unit_pictures(cases), *_mills_pictures(mills)]
    prefix = f"appendix-{anchor(place)}"
    return [replace(one, figure=replace(one.figure, name=f"{prefix}-{k}")) for k, one in enumerate(found, start=1)]


def rendered(draw: Callable[[], Drawing]) -> tuple[str, bytes]:
    """A drawing as the text of an SVG file, and as a PDF file; without dates or versions."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        drawing, svg, pdf = draw(), io.StringIO(), io.BytesIO()
        drawing.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
        drawing.savefig(pdf, format="pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None})
    return svg.getvalue(), pdf.getvalue()


def _rank_pictures(cases: Sequence[Case]) -> Iterator[Picture]:
    found = instances(_records(cases))
    for grid in grids(found):
        shown = grid.instances()
        if len(shown) < FEWEST or _is_empty(grid):
            continue
        caption = f"Rank less the naive count: {grid.title}. {finding_words(shown)}."
        words = f"{grid.title}: a cell for each width and row, coloured by how far the rank is below the naive count"
        yield Picture(Figure("", caption, words), partial(draw_grid, grid))
    for capacity in capacities(found):
        if max(len(ends(widths)) for widths in capacity.panels.values()) < FEWEST_ENDS:
            continue
        psi = activation_prose(capacity.activation)
        caption = (
            f"Certified capacity of two-layer networks with activation {psi} over the width: every labelling of so "
            "many generic inputs is taken below the lower curve, almost none above the upper one."
        )
        words = "Two curves over the width: ranks at least and at most, for each number of inputs."
        yield Picture(Figure("", caption, words), partial(draw_capacity, capacity))
    for part in architectures(found):
        if len(part) >= FEWEST:
            caption = f"Dimensions of deep networks beside the naive count. {finding_words(part)}."
            words = "A line for each architecture with its certified dimension and the naive count."
            yield Picture(Figure("", caption, words), partial(draw_architectures, part))


def _is_empty(grid: Grid) -> bool:
    """Whether less than a third of the cells is known, and none of them differs from the naive count."""
    cells = sum(len(panel.rows) * len(panel.widths) for panel in grid.panels)
    return 3 * len(grid.instances()) < cells and not any(one.defect for one in grid.instances())


def _records(cases: Iterable[Case]) -> Iterator[Record]:
    """The ranks that are certified from both sides, each matrix once, as the atlas takes them."""
    seen = set()
    for case in cases:
        for one in case.checked:
            claim = one.claim
            if isinstance(claim, Rank) and claim.relation == "equals" and claim.matrix not in seen:
                seen.add(claim.matrix)
                rules = tuple(name.removeprefix("rule-") for name in one.relies_on if name.startswith("rule-"))
                finding = "PROBABLE" if one.error_bound else "PROVED"
                yield Record(
                    instance_name(claim.matrix), claim.matrix, finding, claim.rank, claim.rank, rules, one.relies_on,
                    one.error_bound, one.told.identifier, one.digest, 0,
                )  # fmt: skip


@dataclass(frozen=True)
class _Ends:
    """Of one data table and activation: (width, rows that take every labelling), (width, rows that are the most)."""

    data: str
    activation: str
    n_samples: int
    fits: tuple[tuple[int, int], ...]
    most: tuple[tuple[int, int], ...]


def _interval_pictures(cases: Sequence[Case]) -> Iterator[Picture]:
    groups: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        first = case.checked[0].claim if case.checked else None
        if isinstance(first, Interpolation | Obstruction) and data_name(case):
            groups.setdefault((data_name(case), first.activation.text()), []).append(case)
    ends = [_ends(data, psi, members) for (data, psi), members in sorted(groups.items())]
    drawn = [one for one in ends if len({m for m, _ in one.fits + one.most}) >= FEWEST_WIDTHS]
    if drawn:
        caption = (
            "Rows over the width of a two-layer network, at the certified widths. Below blue, every labelling of the "
            "rows is taken; above orange, almost none is; what lies between is open."
        )
        words = "For each data file two rows of points over the width, blue below and orange above."
        yield Picture(Figure("", caption, words), partial(_draw_ends, drawn))


def _ends(data: str, activation: str, cases: Iterable[Case]) -> _Ends:
    claims = [one.claim for case in cases for one in case.checked]
    fits = {(c.width, c.inputs.n_samples) for c in claims if isinstance(c, Interpolation)}
    most = {(c.width, c.at_most) for c in claims if isinstance(c, Obstruction)}
    n = max(c.inputs.n_samples for c in claims if isinstance(c, Interpolation | Obstruction))
    return _Ends(data, activation, n, tuple(sorted(fits)), tuple(sorted(most)))


def _draw_ends(drawn: Sequence[_Ends]) -> Drawing:
    words = (
        "Points: certified, every label vector on so many rows of the file is taken (blue), on more than so many "
        "almost none (orange). Between them steps: a wider network takes what a narrower one does."
    )
    drawing, panels = page("Certified capacity of two-layer networks on data", words, len(drawn), PANEL)
    for axes, one in zip(panels, drawn, strict=True):
        widths = [m for m, _ in one.fits + one.most]
        top = 1.12 * max([one.n_samples, *(n for _, n in one.most)])
        sides: tuple[tuple[Any, str, str, str, float, Literal["pre", "post"]], ...] = (
            (one.fits, BLUE, LIGHT_BLUE, "every labelling", 0.0, "post"),
            (one.most, ORANGE, LIGHT_ORANGE, "almost none", top, "pre"),
        )
        for points, colour, light, label, end, where in sides:
            if points:
                x, y = zip(*points, strict=True)
                axes.plot(x, y, "o", color=colour, markersize=4.5, label=f"{label}: certified")
                axes.step(x, y, where=where, color=colour, linewidth=1.2)
                axes.fill_between(x, y, [end] * len(x), step=where, color=light, linewidth=0)
        axes.axhline(one.n_samples, color="black", linewidth=0.9, linestyle="--", label=f"all {one.n_samples} rows")
        axes.set_xlim(min(widths) - 0.5, max(widths) + 0.5)
        axes.set_ylim(0, top)
        axes.set_ylabel("rows n")
        axes.locator_params(axis="both", integer=True)
        axes.legend(
            loc="upper left", bbox_to_anchor=(1.02, 1.0), frameon=False, fontsize=8, borderaxespad=0,
            title=f"{_mathless(one.data)}, {one.activation}", title_fontsize=8.5, alignment="left",
        )  # fmt: skip
    panels[-1].set_xlabel("width m")
    return drawing


def _mathless(text: str) -> str:
    return text.replace("$", r"\$")


def _unit_pictures(cases: Sequence[Case]) -> Iterator[Picture]:
    """The storage capacity of committees with many units, by activation; what is a theorem looks different."""
    found: dict[tuple[str, Status], dict[str, float]] = {}
    for case in cases:
        named = _committee(case)
        if named and case.items:
            activation, formula = named
            value = dict(case.items[0].fields).get("value", "")
            if value:
                found.setdefault((formula, case.items[0].status), {})[activation] = float(value)
    names = list(dict.fromkeys(name for values in found.values() for name in values))
    if len(names) >= FEWEST_UNITS:
        series = [
            Series(formula, status, tuple(values.get(name) for name in names))
            for (formula, status), values in sorted(found.items(), key=lambda item: item[0][0])
        ]
        caption = (
            "Storage capacity of committees with many units, patterns per weight, by activation. Filled points are "
            "upper bounds, theorems; hollow ones are each a PREDICTION of statistical physics, without proof."
        )
        words = "A group of points for each activation: upper bounds filled, predictions hollow."
        yield Picture(Figure("", caption, words), partial(draw_activations, names, series))


def _committee(case: Case) -> tuple[str, str] | None:
    """The activation and the formula of a committee with infinitely many units at margin 0."""
    if case.command[:2] != ("predict", "committee") or case.option("margin") not in ("", "0") or case.option("units"):
        return None
    claims = [one.claim for one in case.checked]
    if claims and not (isinstance(claims[0], Enclosure) and isinstance(claims[0].quantity, Committee)):
        return None
    architecture = {"full": "fully connected"}.get(case.option("architecture"), "tree")
    ansatz = "one step of breaking" if case.option("ansatz") == "1rsb" else "replica symmetric"
    return case.option("activation"), f"{architecture}, {ansatz}"


def _mills_pictures(lines: Sequence[Line]) -> Iterator[Picture]:
    if lines:
        caption = (
            "Relative errors of the certified bounds of the Mills ratio, each drawn where it is certified: upper "
            "bounds above, lower bounds below."
        )
        words = f"Curves of relative errors over x: {', '.join(line.name for line in lines)}."
        yield Picture(Figure("", caption, literal(words)), partial(draw_mills, lines, 0.0, MILLS_TO))
