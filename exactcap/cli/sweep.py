"""``exactcap sweep``: a plan of many matrices in, a store of certificates out."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.errors import CheckerDisagreesError, InputError

if TYPE_CHECKING:
    from exactcap.sweeps.run import Shard, Tally

SHOWN = 5  # of the instances that are probable, undecided or failed

PlanFile = Annotated[Path, Parameter(help="TOML file with grids of matrices; see proofs/plans.")]
Store = Annotated[Path, Parameter(help="Folder of the certificates; what it holds already is not done again.")]
Scheduler = Annotated[
    str | None, Parameter(help="Address of a running Dask scheduler, tcp://HOST:PORT, which works instead.")
]
ShardText = Annotated[str, Parameter(help="Do the I-th of N parts of the plan only, written I/N, for job arrays.")]


def sweep(
    plan: PlanFile,
    *,
    store: Store,
    jobs: options.Jobs = None,
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
    n_jobs = options.processes(jobs)
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


def _print_tally(tally: Tally, store: Path, as_json: bool) -> int:
    """Print the numbers and the verdict, or one JSON object; returns the exit status."""
    findings = tally.findings()
    n_open = findings["UNDECIDED"] + len(tally.failures)
    finding = "UNDECIDED" if n_open else "PROBABLE" if findings["PROBABLE"] else "PROVED"
    if as_json:
        answer = {
            "verdict": finding,
            "instances": tally.n_instances,
            "already_there": tally.n_found,
            "findings": dict(findings),
            "rules": dict(tally.rules()),
            "probable": {r.name: [r.lower, r.error_bound] for r in tally.records if r.finding == "PROBABLE"},
            "undecided": {r.name: [r.lower, r.upper] for r in tally.records if r.finding == "UNDECIDED"},
            "failed": [{"matrix": failure.matrix.text(), "reason": failure.reason} for failure in tally.failures],
            "store": str(store),
        }
        print(json.dumps(answer, sort_keys=True))
    else:
        number = {"PROVED": findings["PROVED"], "PROBABLE": findings["PROBABLE"], "UNDECIDED": n_open}[finding]
        rest = f", PROVED {findings['PROVED']}" if finding != "PROVED" else ""
        print("\n".join([*_lines(tally, store), f"{finding} {number} of {tally.n_instances} instances{rest}"]))
    return 0 if finding == "PROVED" else 3


def _lines(tally: Tally, store: Path) -> list[str]:
    """What was there, the findings, and the first few that are not proved."""
    findings, rules = tally.findings(), tally.rules()
    lines = [
        f"{'store':<11} {store}: {len(tally.records) - tally.n_found} new, {tally.n_found} there before",
        f"{'findings':<11} {', '.join(f'{name} {findings[name]}' for name in sorted(findings)) or 'none'}"
        + (f", failed {len(tally.failures)}" if tally.failures else ""),
    ]
    if rules:
        lines.append(f"{'by rule':<11} {', '.join(f'{name} {rules[name]}' for name in sorted(rules))}")
    records = sorted(tally.records, key=lambda record: record.name)
    probable = [f"{r.name}: {r.lower}, error at most {r.error_bound}" for r in records if r.finding == "PROBABLE"]
    undecided = [f"{r.name}: between {r.lower} and {r.upper}" for r in records if r.finding == "UNDECIDED"]
    failed = [f"{failure.matrix.text()}: {failure.reason}" for failure in tally.failures]
    for label, texts in (("probable", probable), ("undecided", undecided), ("failed", failed)):
        lines += [f"{label:<11} {text}" for text in texts[:SHOWN]]
        lines += [f"{'':<11} and {len(texts) - SHOWN} more"] if len(texts) > SHOWN else []
    return lines
