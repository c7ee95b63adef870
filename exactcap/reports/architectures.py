"""Deep networks as a list: certified dimension beside naive and ambient dimension, what fills and what is defective."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from exactcap.claims import Deep
from exactcap.reports.grids import activation_label, is_tabular
from exactcap.reports.instances import Instance
from exactcap.reports.naive import ambient_dimension
from exactcap.reports.plots import BLUE, CAPTION, ORANGE, caption, label_inches, write_caption

PER_PICTURE = 40
LINE, PLOT, HEAD = 0.24, 4.4, 0.85  # inches: a line's height, the plot's width, above it
COLUMNS = ((0.75, "certified"), (1.35, "naive"), (2.1, "ambient"))  # inches right of the plot, right-aligned
HEADING = "widths, activation"
VERDICT = 2.3  # inches right of the plot, left-aligned
NAIVE = (
    "Naive dimension: min(n d_h, parameters less one for each hidden neuron that may be rescaled, ambient dimension)."
)


def architectures(found: Iterable[Instance]) -> list[list[Instance]]:
    """The deep networks on generic inputs or as functions, sorted, in lists that fit a picture."""
    deep = [i for i in found if isinstance(i.record.matrix, Deep) and not is_tabular(i)]
    deep.sort(key=lambda instance: (_activations(instance), instance.width.count("-"), instance.sort_key()))
    return [deep[start : start + PER_PICTURE] for start in range(0, len(deep), PER_PICTURE)]


def draw_architectures(found: Sequence[Instance]) -> Figure:
    """The picture of a list: a dot for the certified rank, a circle for the naive count, a bar for the ambient."""
    labels = [_label(instance) for instance in found]
    left = 0.4 + label_inches([HEADING, *labels])
    right = VERDICT + label_inches(["certified, below naive", *map(_verdict, found)])
    width, body = left + PLOT + right, len(found) * LINE
    lines = caption(found, NAIVE, width)
    foot = 0.95 + CAPTION * len(lines)
    height = body + HEAD + foot
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((left / width, foot / height, PLOT / width, body / height))
    largest = max(max(instance.naive, instance.record.upper) for instance in found)
    axes.set_xlim(0, largest * 1.1)
    axes.set_ylim(len(found) - 0.5, -0.5)
    axes.set_yticks(range(len(found)), labels, fontsize=8)
    axes.tick_params(length=0, labelsize=8)
    axes.set_xlabel("dimension (rank of the Jacobian)")
    axes.locator_params(axis="x", integer=True)
    for y, instance in enumerate(found):
        _draw_line(axes, y, instance)
    title = "Dimension of deep networks: certified, naive and ambient"
    figure.text(0.15 / width, 1 - 0.14 / height, title, fontsize=11, ha="left", va="top", weight="bold")
    for x, word in ((-PLOT - 0.05, HEADING), *COLUMNS):
        figure.text((left + PLOT + x) / width, 1 - (HEAD - 0.1) / height, word, fontsize=8, ha="right", style="italic")
    _legend(figure, axes, foot / height)
    write_caption(figure, lines)
    return figure


def _draw_line(axes: Axes, y: int, instance: Instance) -> None:
    record, ambient = instance.record, ambient_dimension(instance.record.matrix)
    if y % 2 == 0:
        axes.axhspan(y - 0.5, y + 0.5, color="#f1f3f5", linewidth=0, zorder=0)
    colour = ORANGE if instance.defect else BLUE
    if ambient is not None:
        axes.plot([ambient], [y], "|", color="#555555", markersize=11, markeredgewidth=1.6)  # clipped where far away
    axes.plot([instance.naive], [y], "o", markerfacecolor="none", markeredgecolor="black", markersize=7.5)
    if record.lower < record.upper:
        axes.plot([record.lower, record.upper], [y, y], color=colour, linewidth=3, solid_capstyle="butt")
    else:
        face = "white" if record.finding == "PROBABLE" else colour
        axes.plot([record.lower], [y], "o", color=colour, markerfacecolor=face, markersize=4.5)
    certified = str(record.lower) if record.lower == record.upper else f"{record.lower} to {record.upper}"
    place = axes.get_yaxis_transform()
    for (x, _), word in zip(COLUMNS, (certified, instance.naive, "none" if ambient is None else ambient), strict=True):
        axes.text(1 + x / PLOT, y, str(word), fontsize=8, ha="right", va="center", transform=place)
    axes.text(
        1 + VERDICT / PLOT, y, _verdict(instance), color=colour, fontsize=8, ha="left", va="center", transform=place
    )


def _verdict(instance: Instance) -> str:
    record, words = instance.record, []
    if instance.defect:
        rules = "+".join(instance.explained_by)
        probably = "probably " if record.finding == "PROBABLE" else ""
        words.append(f"{probably}defective, \u2212{instance.defect}{f' by {rules}' if rules else ''}")
    elif record.lower == ambient_dimension(record.matrix):
        words.append("filling")
    if record.finding == "UNDECIDED":
        words.append("undecided")
    return ", ".join(words)


def _label(instance: Instance) -> str:
    matrix = instance.record.matrix
    assert isinstance(matrix, Deep)
    bias = {"none": "", "hidden": ", hidden biases", "all": ", biases"}[matrix.bias]
    samples = "" if instance.n_samples is None else f", n = {instance.n_samples}"
    widths = "-".join(map(str, matrix.all_widths))
    return f"{widths}   {_activations(instance)}{bias}{samples}"


def _activations(instance: Instance) -> str:
    names = [activation_label(psi) for psi in instance.activations]
    return ", ".join(dict.fromkeys(names) if len(set(names)) == 1 else names) or "linear"


def _legend(figure: Figure, axes: Axes, top: float) -> None:
    signs = (
        ("o", 4.5, BLUE, BLUE, "certified dimension"),
        ("o", 4.5, ORANGE, ORANGE, "certified, below the naive dimension"),
        ("o", 4.5, "white", "#333333", "only probable"),
        ("_", 11, "#333333", "#333333", "undecided, interval"),
        ("o", 7.5, "none", "black", "naive dimension"),
        ("|", 11, "#555555", "#555555", "ambient dimension"),
    )
    handles = [
        axes.plot([], [], marker, markersize=size, markerfacecolor=face, markeredgecolor=edge, label=words)[0]
        for marker, size, face, edge, words in signs
    ]
    place = (0.5, top - 0.5 / figure.get_figheight())
    figure.legend(handles=handles, loc="upper center", bbox_to_anchor=place, ncols=6, fontsize=8, frameon=False)
