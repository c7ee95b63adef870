"""exactcap-check: decide certificates, one line each. Standard library only, deterministic."""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .claims import parse_claim
from .reader import Reader, Rejected, array, integer
from .table import compare

FORMAT = ("exactcap-certificate", 1)
THEOREMS = {
    "paired-submersion", "hermite-lindemann", "analytic-zeros", "sard",
    "rule-U2", "rule-U3", "rule-U4", "rule-U9", "rule-U12",
}  # fmt: skip

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Verdict:
    """What the checker says about one file; `claim_id`, `statement` and `relies_on` are empty unless it is verified."""

    path: str
    verified: bool
    reason: str = ""
    claim_id: str = ""
    statement: str = ""
    relies_on: tuple[str, ...] = ()
    data: str = ""

    def line(self) -> str:
        if not self.verified:
            return f"REJECTED {_plain(self.path)} {self.reason}"
        rules = [name.removeprefix("rule-") for name in self.relies_on if name.startswith("rule-")]
        theorems = [name for name in self.relies_on if not name.startswith("rule-")]
        by = f"by rule {', '.join(rules)}; " if rules else ""
        data = f"; {self.data}" if self.data else ""
        return f"VERIFIED {self.claim_id[:16]} {self.statement} [{by}relies on {', '.join(theorems)}{data}]"

    def record(self) -> dict[str, object]:
        """The verdict as a JSON object."""
        return {
            "verdict": "VERIFIED" if self.verified else "REJECTED",
            "path": self.path,
            "reason": self.reason,
            "id": self.claim_id,
            "statement": self.statement,
            "relies_on": list(self.relies_on),
            "data": self.data,
        }


def _plain(text: str) -> str:
    return text.encode("unicode_escape").decode("ascii")


def _silent(done: int, total: int) -> None:
    pass


def check_file(path: str, data: str | None = None, progress: Progress = _silent) -> Verdict:
    """Decide one certificate; with `data`, its table must be the one in that CSV file.

    Raises OSError when a file cannot be opened or read; every other fault of the input is a REJECTED verdict.
    """
    with open(path, "rb") as stream:
        reader = Reader(stream)
        try:
            name, version = reader.record("format", "version")
            if (name, integer(version, "line 1, version")) != FORMAT:
                raise Rejected("line 1: not an exactcap certificate of version 1")
            value, raw = reader.line()
            claim = parse_claim(value["claim"] if type(value) is dict and set(value) == {"claim"} else None)
            del value
            coverage = compare(claim.inputs, data) if data is not None else ""  # first, since the proof may take long
            stated = array(reader.record("relies_on")[0], "relies_on")
            if len(stated) > len(THEOREMS) or not set(map(str, stated)) <= THEOREMS:
                raise Rejected("relies_on: a name is not in the list of SPEC.md, section 5")
            family = importlib.import_module(f".{claim.family}", __package__)  # parse_claim knows two
            needed: list[str] = family.check(claim, reader, progress)
            if stated != needed:
                raise Rejected(f"relies_on: the verdict relies on {', '.join(needed)}, the file states otherwise")
            reader.end()
        except Rejected as error:
            return Verdict(path, False, reason=str(error))
    return Verdict(path, True, "", hashlib.sha256(raw).hexdigest(), claim.statement(), tuple(needed), coverage)


def _terminal_progress(path: str) -> Progress:
    """A line on standard error for work over two seconds, on a terminal only; it is cleared at the end."""
    start = time.monotonic()

    def show(done: int, total: int) -> None:
        if time.monotonic() - start > 2.0:
            print(f"\r\033[K{_plain(path)}: row {done} of {total}\r", end="", file=sys.stderr, flush=True)

    return show if sys.stderr.isatty() else _silent


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="exactcap-check",
        description="Decide certificates: each is VERIFIED when its claim follows from its evidence, else REJECTED. "
        "Uses the Python standard library only.",
        epilog="Exit status: 0 all verified, 1 one rejected, 2 unreadable input. "
        "Example: exactcap-check bc.cert.jsonl --data breast-cancer.csv",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a certificate (*.cert.jsonl)")
    parser.add_argument("--data", metavar="CSV", help="rebuild the claim from this data file too, and compare")
    parser.add_argument("--json", action="store_true", help="print one JSON object a file")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    status = 0
    for path in options.files:
        try:
            verdict = check_file(path, options.data, _terminal_progress(path))
        except OSError as error:
            print(f"cannot read {_plain(str(error.filename or path))}: {error.strerror}", file=sys.stderr)
            status = 2
            continue
        except KeyboardInterrupt:
            return 130
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)
        try:
            print(json.dumps(verdict.record(), sort_keys=True) if options.json else verdict.line(), flush=True)
        except OSError:  # nobody reads: the exit status is the answer
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            status = 2
        if not verdict.verified:
            status = max(status, 1)
    return status
