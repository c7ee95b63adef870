"""The atlas of a store: a table of its instances, phase diagrams, certified capacities, deep networks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from exactcap.errors import InputError
from exactcap.reports.grids import grids
from exactcap.reports.instances import Instance, csv_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TABLE = "atlas.csv"


def write_atlas(found: Sequence[Instance], folder: Path) -> Iterator[Path]:
    """Write the table and then each picture, as NAME.svg and NAME.png; yields each file once it is there.

    Raises InputError before anything is written when Matplotlib is missing, and when the folder cannot be written to.
    """
    pictures = _pictures(found)
    from exactcap.reports.plots import save_figure

    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / TABLE).write_text(csv_text(found), encoding="utf-8", newline="")
    except OSError as error:
        raise InputError(f"output: cannot write into {str(folder)!r} ({error.strerror}); name another folder") from None
    yield folder / TABLE
    for name, draw in pictures.items():
        yield from save_figure(draw, folder, name)


def _pictures(found: Sequence[Instance]) -> dict[str, Callable[[], Figure]]:
    """What to draw under which name; only the pictures that the instances suffice for."""
    try:
        from exactcap.reports.architectures import architectures, draw_architectures
        from exactcap.reports.capacities import capacities, draw_capacity
        from exactcap.reports.heatmaps import draw_grid
    except ModuleNotFoundError as error:
        if str(error.name).split(".")[0] != "matplotlib":
            raise
        raise InputError("plot: Matplotlib is not installed; pip install 'exactcap[plot]'") from None
    pictures: dict[str, Callable[[], Figure]] = {grid.name: partial(draw_grid, grid) for grid in grids(found)}
    pictures |= {capacity.name: partial(draw_capacity, capacity) for capacity in capacities(found)}
    deep = architectures(found)
    return pictures | {f"deep-{k}": partial(draw_architectures, part) for k, part in enumerate(deep, start=1)}
