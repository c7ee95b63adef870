"""What a plan may write for a parameter: a value, a list of values, or a range whose ends depend on others."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from reprlib import repr as short
from typing import Any

from exactcap.errors import InputError
from exactcap.sweeps.expressions import Expression

MAX_RANGE = 10**6

Bindings = Mapping[str, int]


@dataclass(frozen=True)
class Choices:
    """The values of a parameter, given the integer parameters in ``names``."""

    names: frozenset[str]
    values: Callable[[Bindings], Iterable[Any]]


Reader = Callable[[Any], Choices]


def integers(value: Any) -> Choices:
    """From an integer, a range ``"1..6"``, an expression, or a list of such.

    >>> list(integers([1, "3..width"]).values({"width": 5}))
    [1, 3, 4, 5]
    """
    parts = [_integer(part) for part in (value if isinstance(value, list) else [value])]
    names = frozenset[str]().union(*(part.names for part in parts))
    return Choices(names, lambda known: dict.fromkeys(n for part in parts for n in part.values(known)))


def integer_lists(value: Any) -> Choices:
    """From a list of integers, ranges or expressions, of which every combination is taken; or a list of such lists.

    >>> list(integer_lists([3, "1..2", 1]).values({}))
    [(3, 1, 1), (3, 2, 1)]
    """
    rows = [[_integer(part) for part in row] for row in _rows(value, "integers")]
    names = frozenset[str]().union(*(part.names for row in rows for part in row))

    def values(known: Bindings) -> Iterable[tuple[int, ...]]:
        found = [[list(part.values(known)) for part in row] for row in rows]
        return itertools.chain.from_iterable(itertools.product(*row) for row in found)

    return Choices(names, values)


def texts(value: Any) -> Choices:
    """From a text or a list of texts."""
    found = value if isinstance(value, list) else [value]
    _require_texts(found)
    return Choices(frozenset(), lambda known: dict.fromkeys(found))


def text_lists(value: Any) -> Choices:
    """From a list of texts, which is one value; or a list of such lists."""
    rows = _rows(value, "texts")
    for row in rows:
        _require_texts(row)
    return Choices(frozenset(), lambda known: [tuple(row) for row in rows])


def _integer(value: Any) -> Choices:
    if type(value) is int:
        return Choices(frozenset(), lambda known: (value,))
    if not isinstance(value, str):
        raise InputError(f'{short(value)} is not an integer; write 3, [1, 3] or "1..ceil(ambient/inputs)"')
    ends = [Expression(end) for end in value.split("..")]
    if len(ends) > 2:
        raise InputError(f'{short(value)} has more than two ends; write for example "1..6"')
    names = ends[0].names | ends[-1].names
    if len(ends) == 1:
        return Choices(names, lambda known: (ends[0].integer(known),))

    def values(known: Bindings) -> Iterable[int]:
        low, high = (end.integer(known) for end in ends)
        if high - low >= MAX_RANGE:
            raise InputError(f"{value!r} has more than {MAX_RANGE} values; take fewer")
        return range(low, high + 1)

    return Choices(names, values)


def _rows(value: Any, what: str) -> list[list[Any]]:
    if not isinstance(value, list) or any(isinstance(row, list) is not isinstance(value[0], list) for row in value):
        raise InputError(f"{short(value)} is neither a list of {what} nor a list of such lists; write one of them")
    rows: list[list[Any]] = value if value and isinstance(value[0], list) else [value]
    return rows


def _require_texts(values: list[Any]) -> None:
    for value in values:
        if not isinstance(value, str):
            raise InputError(f'{short(value)} is not a text; write it in quotes, for example "tanh"')
