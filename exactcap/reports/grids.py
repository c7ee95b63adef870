"""The phase diagrams as data: which instances share a picture, a panel and a row, before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf

from exactcap.claims import Activation, Deep, Functions, Generic, Hadamard, KhatriRao
from exactcap.reports.instances import Instance

MAX_SPAN = 64
MAX_ROWS = 12  # of a panel that shares its picture with others
MAX_LABEL = 48  # characters
WIDTH_LABEL = "width m (hidden neurons)"
CLASSES = {"analytic": "not polynomials", "powers": "$x^D$", "polynomials": "polynomials of several terms"}


@dataclass(frozen=True)
class Panel:
    """One heat map: ``rows`` from bottom to top, ``widths`` from left to right, ``cells`` by (row number, width)."""

    title: str
    rows: tuple[str, ...]
    widths: tuple[int, ...]
    cells: dict[tuple[int, int], Instance]


@dataclass(frozen=True)
class Grid:
    """One picture of heat maps."""

    name: str
    title: str
    x_label: str
    y_label: str
    naive: str
    panels: tuple[Panel, ...]

    def instances(self) -> list[Instance]:
        """All instances shown."""
        return [instance for panel in self.panels for instance in panel.cells.values()]


@dataclass(frozen=True)
class _Family:
    """What the instances of one picture have in common."""

    name: str
    title: str
    x_label: str
    y_label: str
    naive: str
    panel_is_dimension: bool
    symbol: str = "d"


def grids(found: Iterable[Instance]) -> list[Grid]:
    """The pictures with at least two widths and two rows; data tables and deep networks have no phase diagram.

    Where instances differ only in the number of inputs, the one with the most stands for the cell.
    """
    groups: dict[_Family, list[Instance]] = {}
    for instance in found:
        family = _family(instance)
        if family is not None:
            groups.setdefault(family, []).append(instance)
    made = (_grid(family, groups[family]) for family in sorted(groups, key=lambda family: family.name))
    return [part for grid in made if _is_two_dimensional(grid) for part in _parts(grid)]


def activation_label(psi: Activation) -> str:
    """The activation for a picture, in Matplotlib's mathematical notation.

    >>> activation_label(Activation("rational", ("0", "1", "0", "2"), ("1",)))
    '$2x^{3} + x$'
    >>> activation_label(Activation("tanh"))
    'tanh'
    """
    if psi.name != "rational":
        return psi.name
    text = psi.text()
    return f"${psi.latex()}$" if len(text) <= MAX_LABEL else f"{text[: MAX_LABEL - 4].rsplit(' ', 1)[0]} ..."


def is_tabular(instance: Instance) -> bool:
    """Whether the instance is about given data instead of generic inputs or functions."""
    matrix = instance.record.matrix
    return not isinstance(matrix, Hadamard) and not isinstance(matrix.inputs, Generic | Functions)


def most_samples(found: Iterable[Instance]) -> Instance:
    """The instance with the most inputs; functions count as infinitely many."""
    return max(found, key=lambda instance: inf if instance.n_samples is None else instance.n_samples)


def _family(instance: Instance) -> _Family | None:
    matrix = instance.record.matrix
    if is_tabular(instance) or isinstance(matrix, Deep):
        return None
    if isinstance(matrix, KhatriRao):
        title = "Khatri-Rao product $(XW)^{(k)} \\bullet X$"
        naive = "min(n, m d, C(d+k, k+1))"
        y_label = "power k (degree of the entrywise power)"
        return _Family("khatri-rao", title, WIDTH_LABEL, y_label, naive, True)
    slug = _class_of(instance.activations[0])
    polynomial = slug != "analytic"
    if isinstance(matrix, Hadamard):
        title = f"generic n x m matrix of rank r, entrywise {CLASSES[slug]}"
        naive = f"min(n, m{', number of monomials in r variables' if polynomial else ''})"
        y_label = "degree of the entrywise function" if polynomial else "inner dimension r"
        return _Family(f"hadamard-{slug}", title, "width m (columns)", y_label, naive, polynomial, "r")
    bias = "" if "b" in matrix.blocks else "no bias" if matrix.bias == "none" else "biases fixed"
    name = "-".join(["jacobian", "".join(matrix.blocks), slug, *bias.split()])
    title = f"Jacobian in {', '.join(matrix.blocks)}{f' ({bias})' if bias else ''}, activations: {CLASSES[slug]}"
    naive = f"min(n, number of parameters{', dimension of the polynomials' if polynomial else ''})"
    y_label = "degree D of the activation" if polynomial else "input dimension d (coordinates)"
    return _Family(name, title, WIDTH_LABEL, y_label, naive, polynomial)


def _class_of(psi: Activation) -> str:
    if psi.polynomial_degree() is None:
        return "analytic"
    return "powers" if sum(coefficient != "0" for coefficient in psi.numerator) == 1 else "polynomials"


def _grid(family: _Family, found: Sequence[Instance]) -> Grid:
    panels: dict[tuple[int, str], list[Instance]] = {}
    for instance in found:
        is_dimension = family.panel_is_dimension
        key = (instance.dimension, "") if is_dimension else (0, _activation_text(instance))
        panels.setdefault(key, []).append(instance)
    made = tuple(_panel(family, panels[key]) for key in sorted(panels))
    return Grid(family.name, family.title, family.x_label, family.y_label, family.naive, made)


def _panel(family: _Family, found: Sequence[Instance]) -> Panel:
    rows: dict[tuple[int, str], list[Instance]] = {}
    for instance in found:
        number = (instance.degree or 0) if family.panel_is_dimension else instance.dimension
        rows.setdefault((number, _activation_text(instance)), []).append(instance)
    numbers = [number for number, _ in rows]
    if len(set(numbers)) == len(numbers):  # one activation a degree: the degree alone names the row
        lines = _span(numbers)
        labels = [str(number) for number in lines]
        places = {key: lines.index(key[0]) for key in rows}
    else:
        keys = sorted(rows)
        labels = [f"{key[0]}: {_activation_words(rows[key][0])}" for key in keys]
        places = {key: y for y, key in enumerate(keys)}
    cells: dict[tuple[int, int], list[Instance]] = {}
    for key, members in rows.items():
        for instance in members:
            cells.setdefault((places[key], int(instance.width)), []).append(instance)
    chosen = {place: most_samples(same) for place, same in cells.items()}
    title = f"{family.symbol} = {found[0].dimension}" if family.panel_is_dimension else _activation_words(found[0])
    return Panel(title, tuple(labels), tuple(_span(width for _, width in cells)), chosen)


def _activation_text(instance: Instance) -> str:
    """What tells activations apart; empty for a Khatri-Rao product."""
    return ", ".join(psi.text() for psi in instance.activations)


def _activation_words(instance: Instance) -> str:
    return ", ".join(map(activation_label, instance.activations))


def _span(values: Iterable[int]) -> list[int]:
    """All integers from the least to the largest, so that gaps are seen; only the values themselves if that is long."""
    present = sorted(set(values))
    low, high = present[0], present[-1]
    return list(range(low, high + 1)) if high - low < MAX_SPAN else present


def _parts(grid: Grid) -> list[Grid]:
    """A picture for each panel where some are long, else one for all."""
    if all(len(panel.rows) <= MAX_ROWS for panel in grid.panels):
        return [grid]
    return [replace(grid, name=f"{grid.name}-{k}", panels=(panel,)) for k, panel in enumerate(grid.panels, start=1)]


def _is_two_dimensional(grid: Grid) -> bool:
    widths = {width for panel in grid.panels for _, width in panel.cells}
    rows = {(k, row) for k, panel in enumerate(grid.panels) for row, _ in panel.cells}
    return len(widths) > 1 and len(rows) > 1
