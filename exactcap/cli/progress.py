"""A progress bar on standard error for work over two seconds; nothing when standard error is not a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from exactcap.provers.outcome import Progress

DELAY = 2.0  # seconds


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Yields a function of a phase and a fraction; the bar appears after two seconds and leaves nothing behind."""
    if not sys.stderr.isatty():
        yield lambda phase, fraction: None
        return
    start, bars = time.monotonic(), dict[str, Any]()
    display: Any = None

    def report(phase: str, fraction: float) -> None:
        nonlocal display
        if time.monotonic() - start < DELAY:
            return
        if display is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description:>10}"), BarColumn(), TextColumn("{task.percentage:3.0f} %"))
            display = Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
            display.start()
        if phase not in bars:
            bars[phase] = display.add_task(phase, total=1.0)
        display.update(bars[phase], completed=fraction)

    try:
        yield report
    finally:
        if display is not None:
            display.stop()


@contextmanager
def instances_bar(what: str = "instances") -> Iterator[Callable[[int, int], None]]:
    """Yields a function of the instances done and all; the bar shows their rate and the time that remains.

    It stands from the beginning, since a sweep is long; nothing when standard error is not a terminal.
    """
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    console, start = Console(stderr=True), time.monotonic()
    with Progress(*columns, console=console, transient=True, speed_estimate_period=300) as display:
        bar = display.add_task(what, total=None)

        def report(done: int, total: int) -> None:
            rate = done / max(time.monotonic() - start, 1e-3)
            display.update(bar, completed=done, total=total, description=f"{what}, {rate:.1f}/s, time remaining")

        yield report
