"""The progress bar: on a terminal after two seconds, never when piped."""

from __future__ import annotations

import io

from exactcap.cli import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_nothing_when_piped(monkeypatch, capsys):
    monkeypatch.setattr(progress, "DELAY", 0.0)
    with progress.progress_bar() as report:
        report("rank", 0.5)
    assert capsys.readouterr().err == ""


def test_a_bar_on_a_terminal_after_the_delay(monkeypatch):
    for delay, shown in ((0.0, True), (60.0, False)):
        terminal = Terminal()
        monkeypatch.setattr("sys.stderr", terminal)
        monkeypatch.setattr(progress, "DELAY", delay)
        with progress.progress_bar() as report:
            report("rank", 0.25)
            report("check", 1.0)
        assert ("rank" in terminal.getvalue()) is shown
