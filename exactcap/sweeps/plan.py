"""A plan: grids of matrices in a TOML file, expanded to instances, and to tasks whose instances share their work."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from reprlib import repr as short
from typing import Any

import msgspec

from exactcap.certificates.store import instance_name
from exactcap.claims import Functions, Hadamard, Jacobian, KhatriRao, Matrix
from exactcap.errors import InputError
from exactcap.sweeps.grid import expand, require_known
from exactcap.sweeps.kinds import KINDS

MAX_BYTES = 2**20
MAX_INSTANCES = 10**6
MAX_TASK = 8  # instances: enough to share an elimination, few enough to keep all workers busy and the bar moving

Task = tuple[Matrix, ...]


@dataclass(frozen=True)
class Plan:
    """The instances of all grids by name, each once, in the order of the file."""

    title: str
    instances: Mapping[str, Matrix]

    def tasks(self) -> list[Task]:
        """The instances in tasks: those of one task differ in ``width`` and ``n_samples`` only.

        The list depends on the plan alone, so shards taken from it on different machines fit together.
        """
        groups: dict[Any, list[Matrix]] = {}
        for matrix in self.instances.values():
            groups.setdefault(_shared_part(matrix), []).append(matrix)
        found = []
        for group in groups.values():
            group.sort(key=lambda matrix: (matrix.n_columns, matrix.n_rows or 0))
            found += [tuple(group[i : i + MAX_TASK]) for i in range(0, len(group), MAX_TASK)]
        return found


def read_plan(path: Path) -> Plan:
    """The plan in a TOML file; raises InputError that says where it is wrong."""
    try:
        with open(path, "rb") as stream:
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise InputError(f"has more than {MAX_BYTES >> 20} MiB; is it a plan?")
        return parse_plan(content.decode())
    except OSError as error:
        raise InputError(f"plan: {str(path)!r} cannot be read ({error.strerror}); name a TOML file") from None
    except UnicodeDecodeError:
        raise InputError(f"plan: {str(path)!r} is not UTF-8 text; name a TOML file") from None
    except InputError as error:
        raise InputError(f"plan: {str(path)!r}: {error}") from None


def parse_plan(text: str) -> Plan:
    """The plan in a TOML text; raises InputError.

    >>> plan = parse_plan('''
    ... [[grid]]
    ... matrix = "khatri-rao"
    ... inputs = "2..3"
    ... power = 2
    ... width = "1..ceil(ambient/inputs)"
    ... samples = "ambient"
    ... ''')
    >>> list(plan.instances)[-2:]
    ['khatri-rao-d3-k2-m3-n10', 'khatri-rao-d3-k2-m4-n10']
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"not TOML: {error}; correct it") from None
    except RecursionError:
        raise InputError("nests too deep; a plan is a list of [[grid]] tables") from None
    except ValueError:  # from int()
        raise InputError("not TOML: an integer has thousands of digits; correct it") from None
    require_known(document, ("title", "grid"))
    title, tables = document.get("title", ""), document.get("grid")
    if not isinstance(title, str):
        raise InputError(f"title: {short(title)} is not a text; write it in quotes")
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise InputError("grid: a plan needs at least one table [[grid]]; add it")
    instances: dict[str, Matrix] = {}
    for number, table in enumerate(tables, start=1):
        try:
            _add_grid(table, instances)
        except InputError as error:
            kind = f" ({table['matrix']})" if table.get("matrix") in tuple(KINDS) else ""
            raise InputError(f"grid {number}{kind}, {error}") from None
    return Plan(title, instances)


def _add_grid(table: Mapping[str, Any], instances: dict[str, Matrix]) -> None:
    is_empty = True
    for matrix in expand(table):
        is_empty = False
        name = instance_name(matrix)
        if instances.setdefault(name, matrix) != matrix:
            raise InputError(f"matrix: two have one name, {name}; take them into two plans with a store each")
        if len(instances) > MAX_INSTANCES:
            raise InputError(f"matrix: with it the plan has more than {MAX_INSTANCES} instances; divide the plan")
    if is_empty:
        raise InputError("where: no combination is left by the ranges and the condition; widen them")


def _shared_part(matrix: Matrix) -> Any:
    """Equal for matrices that share an elimination: all but the width and the number of samples."""
    if isinstance(matrix, Hadamard):
        return matrix
    changes: dict[str, Any] = {"inputs": Functions(matrix.inputs.n_inputs)}
    if isinstance(matrix, KhatriRao | Jacobian):
        changes["width"] = 0
    return msgspec.structs.replace(matrix, **changes), isinstance(matrix.inputs, Functions)
