"""``exactcap theorems``: the registry, as a list and one theorem at a time."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.errors import InputError

if TYPE_CHECKING:
    from exactcap.theorems.theorem import Paper, Theorem

WIDTH = 100  # of a line

Key = Annotated[str | None, Parameter(name="--paper", help="Only this paper, by its key such as baum-1988.")]
Identifier = Annotated[str, Parameter(name="ID", help="A theorem's name in 'exactcap theorems'.")]


def listing(*, paper: Key = None, as_json: options.Json = False) -> int:
    """List the theorems that exactcap can instantiate, by paper, and those that it cannot.

    Each with its number in the paper where known, the form in which it is
    proved, the direction, the claim family, what it concludes, and an example
    command.

    Try:

      exactcap theorems --paper baum-1988
      exactcap theorems show baum
    """
    from exactcap.theorems.catalogue import papers, theorems

    chosen = [known for known in papers() if paper in (None, known.key)]
    if not chosen:
        keys = [known.key for known in papers()]
        near = [key for key in keys if paper and key.startswith(paper.lower())]
        raise InputError(f"paper: {paper!r} is none of {', '.join(keys)}; take {near[0] if near else 'one of these'}")
    found = [entry for entry in theorems() if entry.paper in chosen]
    if as_json:
        print(json.dumps([_record(entry) for entry in found], sort_keys=True))
        return 0
    for known in chosen:
        print("\n".join([known.short, *_wrapped(_headline(known), "")]) + "\n")
        for entry in found:
            if entry.paper == known:
                print("\n".join(_short(entry)) + "\n")
    n_instantiable = sum(not entry.why_not for entry in found)
    rest = len(found) - n_instantiable
    print(f"theorems: {n_instantiable} with instances, {rest} without; 'exactcap theorems show ID' says more")
    return 0


def show(identifier: Identifier, /, *, as_json: options.Json = False) -> int:
    """Say what a theorem needs and concludes, the idea of its proof, why the evidence suffices, and an instance.

    Try:

      exactcap theorems show baum
    """
    from exactcap.theorems.catalogue import theorem

    entry = theorem(identifier)
    print(json.dumps(_record(entry), sort_keys=True) if as_json else "\n".join(_whole(entry)))
    return 0


def _short(entry: Theorem) -> Iterator[str]:
    number = f"{entry.number}: " if entry.number else ""
    yield from _wrapped(f"{number}{_plain(entry.title)}", f"  {entry.identifier:<24}  ", " " * 28)
    yield from _wrapped("; ".join([entry.form, entry.direction, *entry.families]), " " * 4)
    yield from _wrapped(_plain(entry.conclusion), " " * 4)
    if entry.example:
        yield f"    $ {entry.example}"


def _whole(entry: Theorem) -> Iterator[str]:
    from exactcap.theorems.theorem import FORMS

    yield from _field("theorem", f"{entry.identifier}: {entry.title}")
    yield from _field("source", ", ".join(filter(None, [_headline(entry.paper), entry.number])))
    yield from _field("form", f"{entry.form}: {FORMS[entry.form]}")
    yield from _field("direction", entry.direction)
    for hypothesis in entry.hypotheses:
        yield from _field("hypothesis", hypothesis)
    yield from _field("conclusion", entry.conclusion)
    yield from _field("proof idea", entry.idea)
    if entry.why_not:
        yield from _field("no instance", entry.why_not)
        return
    yield from _field("family", ", ".join(entry.families) or "none: no certificate")
    if entry.needs:
        yield from _field("relies on", ", ".join(entry.needs))
    yield from _field("evidence", entry.evidence)
    yield f"{'instance':<12}$ {entry.example}"
    yield f"{'':12}{entry.answer}"


def _field(name: str, prose: str) -> Iterator[str]:
    return iter(_wrapped(_plain(prose), f"{name:<12}", " " * 12))


def _wrapped(text: str, first: str, later: str | None = None) -> list[str]:
    later = first if later is None else later
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
    )


def _headline(paper: Paper) -> str:
    return f"{paper.authors}, {paper.title}, {paper.reference}"


def _record(entry: Theorem) -> dict[str, Any]:
    import dataclasses

    record = dataclasses.asdict(entry)
    return {"id": record.pop("identifier"), **record}


def _plain(prose: str) -> str:
    """Prose for a terminal."""
    from exactcap.typeset.plain import plain

    return plain(prose)
