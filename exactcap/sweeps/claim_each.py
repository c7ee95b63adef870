"""One claim of a claims file that stands for several: ``each``, and placeholders {key} in its texts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from exactcap.errors import InputError

MAX_CLAIMS = 10**4
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
PLAIN = ("about", "expect", "recorded", "theorem")  # keys whose texts are taken as they stand

Choice = Mapping[str, str | int]


def expand(item: Mapping[str, Any], where: str) -> Iterator[dict[str, Any]]:
    """The claims that an item stands for: one for each combination of the values in ``each``, or the item itself.

    A value goes where its key is a placeholder: into the id, where it must be, with other characters than a-z, 0-9, '.'
    and '-' replaced; into the command and the options as it is. If it is a placeholder in the id only, it becomes the
    option of that name. ``recorded`` may be a list with one number for each claim, the last key of ``each`` running
    fastest. Raises InputError, which begins with ``where``.

    >>> item = {"id": "rank-{width}", "command": "certify rank deep", "each": {"width": [2, 3]}}
    >>> [claim["id"] for claim in expand(item, "x.toml:1")]
    ['rank-2', 'rank-3']
    """
    each = _each(item, where)
    rest = {key: value for key, value in item.items() if key != "each"}
    used = {key: _placeholders(value) for key, value in rest.items() if key not in PLAIN}
    for place, names in used.items():
        for name in sorted(names - set(each)):
            raise InputError(f"{where}: {place}: {{{name}}} is no key of each; write each = {{ {name} = [...] }}")
    missing = sorted(set(each) - used.get("id", set()))
    if missing:
        raise InputError(
            f"{where}: id: the place of {missing[0]!r} is missing; write for example id = 'x-{{{missing[0]}}}'"
        )
    placed = set[str]().union(*(names for place, names in used.items() if place != "id"))
    for key in set(each) - placed:
        if key in item:
            raise InputError(f"{where}: {key!r} is a key of the claim and of each; leave one of them out")
    choices = [dict(zip(each, values, strict=True)) for values in itertools.product(*each.values())]
    numbers = _recorded(rest, len(choices), where)
    for choice, recorded in zip(choices, numbers, strict=True):
        claim = {key: value if key in PLAIN else _filled(value, choice) for key, value in rest.items()} | recorded
        if isinstance(item.get("id"), str):
            claim["id"] = _filled(item["id"], {key: in_an_id(value) for key, value in choice.items()})
        yield claim | {key: value for key, value in choice.items() if key not in placed}


def _recorded(item: Mapping[str, Any], n_claims: int, where: str) -> list[dict[str, Any]]:
    """Of each claim its number, where they are given as a list."""
    numbers = item.get("recorded")
    if not isinstance(numbers, list):
        return [{}] * n_claims
    if len(numbers) != n_claims:
        raise InputError(
            f"{where}: recorded: has {len(numbers)} numbers for {n_claims} claims; write one for each, in the order of "
            "each, or one for all of them"
        )
    return [{"recorded": number} for number in numbers]


def in_an_id(value: str | int) -> str:
    """A value as a part of an id.

    >>> in_an_id(36), in_an_id("-1/2"), in_an_id("x^3 + x"), in_an_id("leaky_relu")
    ('36', 'minus-1-2', 'x-3-x', 'leaky-relu')
    """
    text = re.sub(r"^-", "minus-", str(value).strip().lower())
    return re.sub(r"[^a-z0-9.]+", "-", text).strip("-")


def _each(item: Mapping[str, Any], where: str) -> dict[str, list[str | int]]:
    each = item.get("each", {})
    if not isinstance(each, dict) or ("each" in item and not each):
        raise InputError(f"{where}: each: write a table of lists, for example each = {{ width = [2, 4, 6] }}")
    n_claims = 1
    for key, values in each.items():
        if not re.fullmatch(r"[a-z][a-z-]*", key) or key in ("id", "each", "command", "certificate", *PLAIN):
            raise InputError(f"{where}: each: {key!r} is no option; write for example each = {{ width = [2, 4, 6] }}")
        if not isinstance(values, list) or not values or any(type(value) not in (str, int) for value in values):
            raise InputError(f"{where}: each: {key}: write a list of integers or strings, for example [2, 4, 6]")
        n_claims *= len(values)
    if n_claims > MAX_CLAIMS:
        raise InputError(f"{where}: each: has {n_claims} combinations, more than {MAX_CLAIMS}; take fewer values")
    return each


def _placeholders(value: Any) -> set[str]:
    return set(PLACEHOLDER.findall(value)) if isinstance(value, str) else set()


def _filled(value: Any, choice: Choice) -> Any:
    if not isinstance(value, str):
        return value
    return PLACEHOLDER.sub(lambda match: str(choice[match[1]]), value)
