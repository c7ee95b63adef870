"""``exactcap sweep``: a plan of many matrices in, a store of certificates out."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.errors import CheckerDisagreesError, InputError

if TYPE_CHECKING:
    from exactcap.sweeps.run import Shard, Tally

MAX_JOBS = 1024
SHOWN = 5  # of the instances that are undecided or failed

PlanFile = Annotated[Path, Parameter(help="TOML file with grids of matrices; see proofs/plans.")]
Store = Annotated[Path, Parameter(help="Folder of the certificates; what it holds already is not done again.")]
Jobs = Annotated[
    int | None,
    Parameter(converter=options.whole_number, help="Processes on this machine. Default: one for each processor."),
]
Scheduler = Annotated[
    str | None, Parameter(help="Address of a running Dask scheduler, tcp://HOST:PORT, which works instead.")
]
ShardText = Annotated[str, Parameter(help="Do the I-th of N parts of the plan only, written I/N, for job arrays.")]


def sweep(
    plan: PlanFile,
    *,
    store: Store,
    jobs: Jobs = None,
    scheduler: Scheduler = None,
    shard: ShardText = "1/1",
    seed: options.Seed = 0,
    as_json: options.Json = False,
) -> int:
    """Find the rank of every matrix of a plan, each with a certificate that the independent checker has read.

    It may be interrupted at any moment; the same command goes on where it was. PROVED when all ranks are, else
    UNDECIDED or PROBABLE with the number of those that are not.

    Try:

      exactcap sweep proofs/plans/quick.toml --store ranks
      exactcap sweep proofs/plans/khatri-rao.toml --store ranks --shard 1/4
    """
    options.valid_seed(seed)
    if scheduler is not None and jobs is not None:
        raise InputError("jobs: --jobs and --scheduler exclude each other; leave one out")
    n_jobs = _processors() if jobs is None else options.between("jobs", jobs, 1, MAX_JOBS)
    from exactcap.cli.progress import instances_bar
    from exactcap.sweeps.plan import read_plan
    from exactcap.sweeps.run import choose_workers, run_sweep

    part = _shard(shard)
    instances = read_plan(plan)
    try:
        with instances_bar() as report:
            tally = run_sweep(instances, store, choose_workers(n_jobs, scheduler), seed, part, report)
    except KeyboardInterrupt:
        print(f"exactcap: what was finished is in {str(store)!r}; the same command goes on from there", file=sys.stderr)
        raise
    status = _print_tally(tally, store, as_json)
    for failure in tally.failures:
        if failure.is_bug:
            raise CheckerDisagreesError(f"{failure.matrix.text()}: {failure.reason}")
    return status


def _shard(text: str) -> Shard:
    from exactcap.sweeps.run import Shard

    written = re.fullmatch("([0-9]{1,6})/([0-9]{1,6})", text)
    if written is None or not 1 <= int(written[1]) <= int(written[2]):
        raise InputError(f"shard: {text[:40]!r} is not I/N with 1 <= I <= N; write for example 1/4")
    return Shard(int(written[1]), int(written[2]))


def _processors() -> int:
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, MAX_JOBS)


def _print_tally(tally: Tally, store: Path, as_json: bool) -> int:
    """Print the numbers and the verdict, or one JSON object; returns the exit status."""
    findings, rules = tally.findings(), tally.rules()
    n_proved, n_failed = findings["PROVED"], len(tally.failures)
    n_open = findings["UNDECIDED"] + n_failed
    finding = "UNDECIDED" if n_open else "PROBABLE" if findings["PROBABLE"] else "PROVED"
    if as_json:
        answer = {
            "verdict": finding,
            "instances": tally.n_instances,
            "already_there": tally.n_found,
            "findings": dict(findings),
            "rules": dict(rules),
            "undecided": {r.name: [r.lower, r.upper] for r in tally.records if r.finding == "UNDECIDED"},
            "failed": [{"matrix": failure.matrix.text(), "reason": failure.reason} for failure in tally.failures],
            "store": str(store),
        }
        print(json.dumps(answer, sort_keys=True))
    else:
        print("\n".join(_lines(tally, store)))
        rest = f", PROVED {n_proved}" if finding != "PROVED" else ""
        number = {"UNDECIDED": n_open, "PROBABLE": findings["PROBABLE"], "PROVED": n_proved}[finding]
        print(f"{finding} {number} of {tally.n_instances} instances{rest}")
    return 0 if finding == "PROVED" else 3


def _lines(tally: Tally, store: Path) -> list[str]:
    findings, rules = tally.findings(), tally.rules()
    n_new = len(tally.records) - tally.n_found
    lines = [
        f"{'store':<11} {store}: {n_new} new, {tally.n_found} there before",
        f"{'findings':<11} {', '.join(f'{name} {findings[name]}' for name in sorted(findings)) or 'none'}",
    ]
    if rules:
        lines.append(f"{'by rule':<11} {', '.join(f'{name} {rules[name]}' for name in sorted(rules))}")
    undecided = sorted(record.name for record in tally.records if record.finding == "UNDECIDED")
    bounds = {record.name: f"between {record.lower} and {record.upper}" for record in tally.records}
    lines += [f"{'undecided':<11} {name}: {bounds[name]}" for name in undecided[:SHOWN]]
    lines += [f"{'failed':<11} {failure.matrix.text()}: {failure.reason}" for failure in tally.failures[:SHOWN]]
    hidden = max(0, len(undecided) - SHOWN) + max(0, len(tally.failures) - SHOWN)
    return lines + ([f"{'':<11} and {hidden} more"] if hidden else [])
