"""``exactcap atlas``: what a sweep has certified, as pictures and a table."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.errors import InputError

if TYPE_CHECKING:
    from exactcap.reports.instances import Instance

Store = Annotated[Path, Parameter(help="A folder that 'exactcap sweep' has filled.")]
Folder = Annotated[Path, Parameter(name=["--output", "-o"], help="The folder for the pictures and the table.")]


def atlas(store: Store, *, output: Folder, as_json: options.Json = False) -> int:
    """Draw the phase diagrams of a store, with the rule that explains each defect.

    A defect is a certified rank below the naive count, which counts rows, parameters and polynomials. Pictures, each as
    SVG and PNG: rank minus naive count over width and degree; certified capacity over width; deep networks. The table
    atlas.csv has one line an instance. Needs Matplotlib: pip install 'exactcap[plot]'.

    Try:

      exactcap atlas ranks.store -o atlas
    """
    from exactcap.certificates.store import read_store
    from exactcap.reports.atlas import write_atlas
    from exactcap.reports.instances import instances

    found = instances(read_store(store))
    if not found:
        raise InputError(f"store: the folder {str(store)!r} holds no finished instances; fill it by exactcap sweep")
    files = []
    for file in write_atlas(found, output):
        files.append(str(file))
        if not as_json:
            print(f"wrote {file}", flush=True)
    if as_json:
        print(json.dumps({"files": files, **_summary(found)}, sort_keys=True))
    else:
        _print_summary(found)
    return 0


def _summary(found: Sequence[Instance]) -> dict[str, Any]:
    """How many instances of each finding, and each defect with its rules."""
    defects = [
        {
            "name": instance.record.name,
            "defect": instance.defect,
            "finding": instance.record.finding,
            "rules": list(instance.record.rules),
        }
        for instance in found
        if instance.defect
    ]
    return {"instances": dict(Counter(instance.record.finding for instance in found)), "defects": defects}


def _print_summary(found: Sequence[Instance]) -> None:
    from exactcap.reports.instances import RULES, defects_by_rule

    counts = Counter(instance.record.finding for instance in found)
    print(f"instances {len(found)}: {', '.join(f'{count} {name}' for name, count in sorted(counts.items()))}")
    groups = defects_by_rule(found)
    print(f"defects   {sum(map(len, groups.values()))}{', by the rules that explain them:' if groups else ''}")
    space = max((len(chain) for chain, _ in groups), default=0)
    for (chain, finding), members in groups.items():
        words = ", ".join(RULES.get(rule, "") for rule in chain.split("+")) if chain else "no rule"
        largest = max(instance.defect for instance in members)
        doubt = "" if finding == "PROVED" else f" ({finding})"
        print(f"  {chain:<{space}}  {len(members):>5}  down to -{largest:<4} {words}{doubt}")
