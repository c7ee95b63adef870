"""What the pictures share: colours, words for rules, and files whose bytes depend on the data alone.

Colours: white for no defect, then from light orange to dark brown, ordered by lightness so that every kind of colour
vision can read them; the capacity regions are blue and orange of the palette of Okabe and Ito.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from exactcap.errors import InputError
from exactcap.reports.instances import RULES, Instance

DPI = 160
CAPTION = 0.155  # inches, the height of a line
CHARACTERS = 14.5  # of a caption in an inch
STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # ships with Matplotlib: the same glyphs everywhere
    "font.size": 9,
    "axes.linewidth": 0.6,
    "hatch.linewidth": 0.6,
    "svg.hashsalt": "exactcap",
    "svg.fonttype": "path",
}
NOT_COMPUTED = "#c6cbd3"
# The least defect of a class, the words for it, its colour: the same in all pictures.
CLASSES = (
    (0, "0", "#ffffff"),
    (1, "-1", "#fedc9c"),
    (2, "-2", "#fdb863"),
    (3, "-3, -4", "#f08f33"),
    (5, "-5 to -8", "#cf6412"),
    (9, "-9 to -16", "#a04000"),
    (17, "-17 to -32", "#6d2a04"),
    (33, "below -32", "#3a1503"),
)
BLUE, ORANGE, LIGHT_BLUE, LIGHT_ORANGE = "#0072b2", "#c04f00", "#cfe5f3", "#fde3cf"


def defect_class(defect: int) -> int:
    """The index of the defect's class in ``CLASSES``.

    >>> [defect_class(defect) for defect in (0, 1, 4, 5, 1000)]
    [0, 1, 3, 4, 7]
    """
    return max(k for k, (least, _, _) in enumerate(CLASSES) if defect >= least)


def caption(found: Sequence[Instance], words: str, width: float) -> list[str]:
    """How many instances a picture of this width shows, what certifies them, and the rules of its defects, in lines."""
    used = {rule for instance in found if instance.defect for rule in instance.explained_by}
    known = [f"{rule} {meaning}" for rule, meaning in RULES.items() if rule in used]
    open_ends = any(instance.record.finding == "UNDECIDED" for instance in found)
    paragraphs = (
        f"{finding_words(found)}. Lower ends by a minor modulo p, upper ends by named rules"
        f"{' (without certificate where UNDECIDED)' if open_ends else ''}.",
        words,
        f"Rules: {'; '.join(known)}." if known else "",
    )
    return [line for paragraph in paragraphs for line in textwrap.wrap(paragraph, int(width * CHARACTERS))]


def write_caption(figure: Figure, lines: Sequence[str]) -> None:
    """Write the caption at the foot of a picture, ``CAPTION`` inches high for each line."""
    y, spacing = 0.1 / figure.get_figheight(), CAPTION * 72 / (1.17 * 8)
    figure.text(0.5, y, "\n".join(lines), fontsize=8, ha="center", va="bottom", linespacing=spacing)


def label_inches(labels: Iterable[str]) -> float:
    """About how wide the widest of these labels is in small print; the commands of mathematical notation take no room.

    >>> label_inches(["tanh", "$2x^{3} + x$"])
    0.525
    """
    return max(0.075 * len(re.sub(r"\\[a-z]+|[{}$^]", "", label)) for label in labels)


def finding_words(found: Sequence[Instance]) -> str:
    """How many instances a picture shows, and how each was decided.

    >>> finding_words([])
    '0 instances: 0 PROVED'
    """
    counts = {name: sum(i.record.finding == name for i in found) for name in ("PROVED", "PROBABLE", "UNDECIDED")}
    parts = [f"{count} {name}" for name, count in counts.items() if count or name == "PROVED"]
    return f"{len(found)} instances: {', '.join(parts)}"


def class_handles(found: Iterable[Instance]) -> list[Artist]:
    """The legend of the classes and signs that occur among these instances."""
    present = list(found)
    classes = {defect_class(instance.defect) for instance in present}
    handles: list[Artist] = [
        Patch(facecolor=colour, edgecolor="#555555", linewidth=0.6, label=words.replace("-", "\u2212"))
        for k, (_, words, colour) in enumerate(CLASSES)
        if k in classes
    ]
    if any(instance.record.finding == "UNDECIDED" for instance in present):
        label = "undecided: the rank may be lower"
        handles.append(Patch(facecolor="white", edgecolor="#555555", hatch="////", linewidth=0.6, label=label))
    if any(instance.record.finding == "PROBABLE" for instance in present):
        label = "upper end only probable"
        handles.append(Line2D([], [], linestyle="", marker="o", color="black", markersize=3, label=label))
    return handles


def save_figure(draw: Callable[[], Figure], folder: Path, name: str) -> list[Path]:
    """Draw and write NAME.svg and NAME.png, without dates or versions; raises InputError when a file cannot be written.

    The user's own Matplotlib settings are set aside, so that the same records give the same bytes.
    """
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        figure = draw()
        files = [folder / f"{name}.svg", folder / f"{name}.png"]
        try:
            figure.savefig(files[0], metadata={"Date": None, "Creator": None})
            figure.savefig(files[1], dpi=DPI, metadata={"Software": None})
        except OSError as error:
            raise InputError(
                f"output: cannot write into {str(folder)!r} ({error.strerror}); name another folder"
            ) from None
    return files
