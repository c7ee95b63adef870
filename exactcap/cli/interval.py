"""The answer of ``exactcap capacity``: an interval, its two certificates, and a sentence."""

from __future__ import annotations

from pathlib import Path

from exactcap.api.check import Checked, write_and_check
from exactcap.certificates.format import Certificate, require_output
from exactcap.claims import Table
from exactcap.claims.parts import MAX_WIDTH
from exactcap.cli.progress import progress_bar
from exactcap.cli.screen import print_answer
from exactcap.models.activations import parse_activation
from exactcap.provers.capacity import Interval, row_capacity, smallest_width
from exactcap.provers.interpolation import Method
from exactcap.provers.outcome import Finding, Progress


def answer_interval(
    table: Table,
    activation: str,
    width: int | None,
    blocks: tuple[str, ...] | None,
    method: Method,
    seed: int,
    output: Path | None,
    as_json: bool,
) -> int:
    """Find, write, check and print the interval at ``width``, or for the width when it is None; the exit status."""
    psi, n = parse_activation(activation), table.n_samples
    beside = None
    if output is not None:
        require_output(output)  # before the work, not after it
        beside = output.with_name(output.name.removesuffix(".cert.jsonl") + ".obstruction.cert.jsonl")
        require_output(beside)
    with progress_bar() as progress:
        if width is None:
            interval = smallest_width(psi, table, blocks, seed, progress, method)
        else:
            interval = row_capacity(psi, table, width, blocks, seed, progress, method)
        interpolation = _check(interval.interpolation, output, progress)
        obstruction = _check(interval.obstruction, beside, progress)
    lines = [f"{'argument':<11} {interval.reason}"]
    lines += interpolation.lines() if interpolation else []
    lines += obstruction.lines("obstruction") if obstruction else []
    record = {
        "interval": [interval.lower, interval.upper],
        "n_samples": n,
        "rows": list(interval.rows),
        "reason": interval.reason,
        "interpolation": interpolation.record() if interpolation else None,
        "obstruction": obstruction.record() if obstruction else None,
    }
    finding, text = _width_answer(interval, n) if width is None else _row_answer(interval, n, width)
    return print_answer(finding, text, lines, record, as_json)


def _check(certificate: Certificate | None, output: Path | None, progress: Progress) -> Checked | None:
    return write_and_check(certificate, output, progress) if certificate else None


def _row_answer(interval: Interval, n: int, width: int) -> tuple[Finding, str]:
    ends = f"[{interval.lower}, {interval.upper}] of {n} rows at width {width}"
    if interval.lower == n:
        return Finding.PROVED, f"{ends}: all rows take every labelling"
    named = f"rows {row_ranges(interval.rows)} take every labelling" if interval.rows else "no row is certified"
    if interval.upper is not None and interval.upper < n:
        return Finding.REFUTED, f"{ends}: {named}; no {interval.upper + 1} rows do, whichever they are"
    return Finding.UNDECIDED, f"{ends}: {named}; whether more do is open, another argument may decide"


def _width_answer(interval: Interval, n: int) -> tuple[Finding, str]:
    if interval.upper is not None:
        ends = f"[{interval.lower}, {interval.upper}]"
        below = f"; no width below {interval.lower} does" if interval.lower > 1 else ""
        return Finding.PROVED, f"{ends}: width {interval.upper} takes every labelling of all {n} rows{below}"
    if interval.obstruction and interval.lower == MAX_WIDTH:
        return Finding.REFUTED, f"no width takes every labelling of all {n} rows: {interval.reason}"
    return Finding.UNDECIDED, f"[{interval.lower}, ?]: {interval.reason}; another argument may certify a width"


def row_ranges(rows: tuple[int, ...], most: int = 8) -> str:
    """Row numbers as ranges, shortened.

    >>> row_ranges((1, 2, 3, 5, 7, 8))
    '1-3, 5, 7-8'
    """
    ranges: list[list[int]] = []
    for row in rows:
        if ranges and row == ranges[-1][1] + 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    shown = [str(a) if a == b else f"{a}-{b}" for a, b in ranges[:most]]
    return ", ".join(shown) + (f", ... ({len(rows)} rows, all named in the certificate)" if len(ranges) > most else "")
