"""One grid of a plan: every combination of its parameters' values that meets its condition, as a matrix."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from reprlib import repr as short
from typing import Any, TypeVar

from exactcap.claims import Matrix
from exactcap.errors import InputError
from exactcap.sweeps.choices import Choices, integers
from exactcap.sweeps.expressions import Expression
from exactcap.sweeps.kinds import KINDS, LIMITS, Kind, Values, between

MAX_COMBINATIONS = 10**6  # of a grid, those that its condition excludes included

T = TypeVar("T")


def expand(table: Mapping[str, Any]) -> Iterator[Matrix]:
    """The matrices of a grid, a table of the TOML file; raises InputError, now or on the way."""
    name = table.get("matrix", "missing")
    if not isinstance(name, str) or name not in KINDS:
        raise InputError(f"matrix: {short(name)} is none of {', '.join(KINDS)}; write one of them")
    kind = KINDS[name]
    require_known(table, ("matrix", *kind.parameters, "where"))
    for group in kind.required:
        given = [name for name in group if name in table]
        if len(given) != 1:
            fault = f"{' and '.join(given)} exclude each other" if given else "missing"
            raise InputError(f"{group[0]}: {fault}; give {' or '.join(group)}")
    choices = {name: _told(name, read, table[name]) for name, read in kind.parameters.items() if name in table}
    condition = table.get("where", "1 == 1")
    if not isinstance(condition, str):
        raise InputError(f'where: {short(condition)} is not a text; write for example "ambient <= 260"')
    where = Expression(condition)
    return _Grid(kind, choices, where, *_order(kind, choices, _told("where", lambda: where.names))).matrices()


def require_known(table: Mapping[str, Any], known: tuple[str, ...]) -> None:
    """Raises InputError for a key that has no meaning."""
    for key in table:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"the keys here are {', '.join(known)}"
            raise InputError(f"{short(key)}: unknown key; {hint}")


def _order(kind: Kind, choices: Mapping[str, Choices], condition: frozenset[str]) -> tuple[list[str], int]:
    """The parameters, each after those that it depends on, and how many of them the condition waits for."""
    numbers = [name for name in choices if kind.parameters[name] is integers] + (["ambient"] if kind.ambient else [])
    needs = {name: choice.names for name, choice in choices.items()} | {"where": condition}
    for name, mentioned in needs.items():
        for unknown in sorted(mentioned - set(numbers)):
            raise InputError(f"{name}: unknown name {unknown!r}; the numbers of this grid are {', '.join(numbers)}")
    if any("ambient" in mentioned for mentioned in needs.values()):
        needs["ambient"] = frozenset(name for name in kind.ambient_needs if name in choices)
    del needs["where"]
    sorter = TopologicalSorter[str]()
    for name, mentioned in needs.items():
        sorter.add(name, *sorted(mentioned))  # sorted, since a set of texts has another order in every process
    try:
        order = list(sorter.static_order())
    except CycleError as error:
        raise InputError(
            f"{error.args[1][0]}: {' needs '.join(error.args[1][::-1])}; give one of them a number"
        ) from None
    return order, max((order.index(name) + 1 for name in condition), default=0)


@dataclass
class _Grid:
    kind: Kind
    choices: Mapping[str, Choices]
    where: Expression
    order: list[str]
    ready: int  # so many parameters decide the condition
    tried: int = 0

    def matrices(self, level: int = 0, values: Values = {}) -> Iterator[Matrix]:  # noqa: B006 (never changed)
        """The matrices whose first ``level`` parameters in ``order`` have these values."""
        if level == self.ready and not _told("where", self.where.truth, _numbers(values)):
            self._count()
            return
        if level == len(self.order):
            self._count()
            yield self.kind.build(values)
            return
        name, is_empty = self.order[level], True
        for value in self._values(name, values):
            is_empty = False
            yield from self.matrices(level + 1, {**values, name: value})
        if is_empty:
            self._count()

    def _values(self, name: str, values: Values) -> Iterable[Any]:
        if name == "ambient":
            assert self.kind.ambient is not None
            return [self.kind.ambient(values)]
        found = _told(name, self.choices[name].values, _numbers(values))
        return (between(name, value, *LIMITS[name]) for value in found) if name in LIMITS else found

    def _count(self) -> None:
        self.tried += 1
        if self.tried > MAX_COMBINATIONS:
            raise InputError(f"it has more than {MAX_COMBINATIONS} combinations of parameters; divide it")


def _numbers(values: Values) -> dict[str, int]:
    return {name: value for name, value in values.items() if type(value) is int}


def _told(name: str, compute: Callable[..., T], *arguments: Any) -> T:
    """The value computed; an InputError says for which key."""
    try:
        return compute(*arguments)
    except InputError as error:
        raise InputError(f"{name}: {error}") from None
