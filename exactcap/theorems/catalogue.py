"""The registry's content: one TOML file a paper beside this module, read and checked."""

from __future__ import annotations

import difflib
import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from exactcap.errors import InputError
from exactcap.theorems.theorem import FORMS, Paper, Theorem

PAPERS = (
    "cover-1965",
    "baum-1988",
    "bubeck-2020",
    "yun-2019",
    "hernandez-zuazua-2024",
    "vardi-2021",
    "rajput-2021",
    "sohn-2024",
    "madden-thrampoulidis-2023",
    "madden-2024",
    "alexander-hirschowitz",
    "kileel-trager-bruna-2019",
    "vershynin-2020",
    "dirksen-2021",
    "nishiyama-ohzeki-2024",
    "exactcap",
)
NOT_INSTANTIABLE = "not instantiable"
PAPER_KEYS = ("short", "authors", "title", "reference", "about")
PROSE = ("number", "title", "form", "direction", "conclusion", "idea", "evidence", "example", "answer", "why_not")
LISTS = ("families", "needs", "hypotheses")
NEEDED = ("title", "form", "direction", "conclusion", "idea")
OF_INSTANCES = ("families", "evidence", "example", "answer")


def papers() -> tuple[Paper, ...]:
    """The papers of the registry, in its order.

    >>> [paper.key for paper in papers()][:2]
    ['cover-1965', 'baum-1988']
    """
    return tuple(paper for paper, _ in _registry())


def theorems() -> tuple[Theorem, ...]:
    """All theorems, in the order of the papers; those that cannot be instantiated say why in ``why_not``."""
    return tuple(theorem for _, found in _registry() for theorem in found)


def theorem(identifier: str) -> Theorem:
    """The theorem with this id; raises InputError, which names similar ids.

    >>> theorem("cover-count").paper.key
    'cover-1965'
    """
    known = {entry.identifier: entry for entry in theorems()}
    if identifier in known:
        return known[identifier]
    near = difflib.get_close_matches(identifier, known, n=3, cutoff=0.5)
    near = (
        near or [name for name in known if len(identifier) > 2 and identifier in f"{name} {known[name].paper.key}"][:3]
    )
    hint = f"did you mean {' or '.join(near)}?" if near else "'exactcap theorems' lists them"
    raise InputError(f"id: the registry has no theorem {identifier!r}; {hint}")


def read_paper(key: str, text: str) -> tuple[Paper, tuple[Theorem, ...]]:
    """A paper and its theorems from the text of KEY.toml; raises InputError, which names the file and the theorem."""
    where = f"{key}.toml"
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{where}: is not TOML: {error}") from None
    entries = table.pop("theorem", [])
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise InputError(f"{where}: holds no theorems; write [[theorem]] with an id, a title, a form, ...")
    _require(where, table, PAPER_KEYS, PAPER_KEYS)
    paper = Paper(key, **{name: _text(where, name, table[name]) for name in PAPER_KEYS})
    return paper, tuple(_theorem(paper, where, entry) for entry in entries)


@functools.cache
def _registry() -> tuple[tuple[Paper, tuple[Theorem, ...]], ...]:
    folder = resources.files("exactcap.theorems")
    found = tuple(read_paper(key, (folder / f"{key}.toml").read_text(encoding="utf-8")) for key in PAPERS)
    _unique(entry for _, entries in found for entry in entries)
    return found


def _unique(entries: Iterable[Theorem]) -> None:
    seen: dict[str, Theorem] = {}
    for entry in entries:
        first = seen.setdefault(entry.identifier, entry)
        if first is not entry:
            taken = f"{entry.paper.key}.toml: the id {entry.identifier!r} is taken in {first.paper.key}.toml"
            raise InputError(f"{taken}; choose another")


def _theorem(paper: Paper, where: str, entry: Mapping[str, Any]) -> Theorem:
    identifier = entry.get("id")
    if not isinstance(identifier, str) or not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,49}", identifier):
        raise InputError(f"{where}: id: {identifier!r} is not 1 to 50 of a-z, 0-9, '.' and '-'; change it")
    where = f"{where}: theorem {identifier}"
    _require(where, entry, NEEDED, ("id", *PROSE, *LISTS))
    prose = {name: _text(where, name, entry.get(name, "")) for name in PROSE}
    lists = {name: _texts(where, name, entry.get(name, [])) for name in LISTS}
    if prose["form"] not in FORMS:
        raise InputError(f"{where}: form: {prose['form']!r} is none of {', '.join(FORMS)}")
    given = [name for name in OF_INSTANCES if (lists | prose)[name]]
    if (prose["form"] == NOT_INSTANTIABLE) != bool(prose["why_not"]):
        raise InputError(f"{where}: why_not: say why exactly if the form is {NOT_INSTANTIABLE!r}")
    if prose["why_not"] and given:
        raise InputError(f"{where}: {given[0]}: a theorem that is {NOT_INSTANTIABLE} has none; remove it")
    # for some predictions there is no certificate of the digits, so no family
    needed = [name for name in OF_INSTANCES if (name, prose["form"]) != ("families", "prediction")]
    missing = next((name for name in needed if name not in given), None)
    if not prose["why_not"] and missing:
        raise InputError(f"{where}: {missing}: is missing; write it, or say in why_not that there are no instances")
    fields: dict[str, Any] = {**prose, **lists}
    return Theorem(identifier=identifier, paper=paper, **fields)


def _require(where: str, table: Mapping[str, Any], needed: tuple[str, ...], known: tuple[str, ...]) -> None:
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise InputError(f"{where}: unknown key {unknown[0]!r}; keys are {', '.join(known)}")
    missing = [name for name in needed if not table.get(name)]
    if missing:
        raise InputError(f"{where}: {missing[0]}: is missing; write it")


def _text(where: str, name: str, value: Any) -> str:
    if isinstance(value, str):
        return " ".join(value.split())
    raise InputError(f"{where}: {name}: {value!r} is not a string; write one")


def _texts(where: str, name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, list) and value == [*filter(None, value)]:
        return tuple(_text(where, name, item) for item in value)
    raise InputError(f"{where}: {name}: {value!r} is not a list of strings; write one")
