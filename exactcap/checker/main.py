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
from typing import Any

from .reader import Reader, Rejected, array, integer
from .table import compare
from .verdict import Proof, Verdict, plain

FORMAT = ("exactcap-certificate", 1)
FAMILIES = (
    "interpolation", "obstruction", "rank", "identity", "enclosure", "mills", "inequality", "memorization",
    "memorizes", "nearby", "classifies", "count", "kernel", "tangent",
)  # fmt: skip
THEOREMS = (
    "paired-submersion", "hermite-lindemann", "analytic-zeros", "sard", "schwartz-zippel", "prime-count",
    "rule-homogenise", "rule-e0", "rule-U1", "rule-U2", "rule-U3", "rule-U4", "rule-U5", "rule-U6", "rule-U8",
    "rule-U9", "rule-U10", "rule-U11", "rule-U12", "rule-U13",
    "mills-criterion", "sturm", "descartes", "lindemann", "plackett", "monotone-correlation", "rule-separated",
    "rule-norm-change", "rule-corner", "rule-density", "rule-bernstein", "rule-signs", "rule-batches",
    "rule-one-output", "rule-alternating", "rule-jensen", "rule-monotone", "rule-indicator", "rule-three-stage",
    "rule-profile", "newton-kantorovich", "regular-zero", "cover", "sheppard", "tangent-difference",
    "trapezoidal-rule",
)  # fmt: skip

Progress = Callable[[int, int], None]


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
            claim_object = value["claim"] if type(value) is dict and set(value) == {"claim"} else None
            name = claim_object.get("family") if type(claim_object) is dict else None
            if name not in FAMILIES:
                raise Rejected(f"claim: the family is none of {', '.join(FAMILIES)}")
            family = importlib.import_module(f".{name}", __package__)
            claim = family.parse(claim_object)
            del value, claim_object
            coverage = "" if data is None else _coverage(claim, data)  # first, since the proof may take long
            stated = array(reader.record("relies_on")[0], "relies_on")
            if len(stated) > len(THEOREMS) or not set(map(str, stated)) <= set(THEOREMS):
                raise Rejected("relies_on: a name is not in the list of SPEC.md, section 7")
            proof: Proof = family.check(claim, reader, progress)
            needed = sorted(set(proof.theorems), key=THEOREMS.index)
            if stated != needed:
                raise Rejected(f"relies_on: the verdict relies on {', '.join(needed)}, the file states otherwise")
            reader.end()
        except Rejected as error:
            return Verdict(path, "REJECTED", reason=str(error))
    finding, bound = ("PROBABLE", f"2^-{proof.error_bits}") if proof.error_bits else ("VERIFIED", "")
    finding = "UNCHECKED" if proof.unchecked else finding
    claim_id = hashlib.sha256(raw).hexdigest()
    return Verdict(path, finding, proof.unchecked, claim_id, claim.statement(), tuple(needed), coverage, bound)


def _coverage(claim: Any, data: str) -> str:
    if claim.inputs is None:
        raise Rejected("the claim is not about a data file; leave out --data")
    return compare(claim.inputs, data, getattr(claim, "labels", None))


def _terminal_progress(path: str) -> Progress:
    """A line on standard error for work over two seconds, on a terminal only; it is cleared at the end."""
    start = time.monotonic()

    def show(done: int, total: int) -> None:
        if time.monotonic() - start > 2.0:
            print(f"\r\033[K{plain(path)}: row {done} of {total}\r", end="", file=sys.stderr, flush=True)

    return show if sys.stderr.isatty() else _silent


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="exactcap-check",
        description="Decide certificates: each is VERIFIED when its claim follows from its evidence, else REJECTED; "
        "PROBABLE when it follows but for a stated chance of error in draws that this program makes itself; "
        "UNCHECKED when its evidence is beyond the reach of this program. "
        "Uses the Python standard library only.",
        epilog="Exit status: 0 all verified, 1 one rejected or unchecked, 2 unreadable input, 3 else one probable. "
        "Example: exactcap-check bc.cert.jsonl --data breast-cancer.csv",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a certificate (*.cert.jsonl)")
    parser.add_argument("--data", metavar="CSV", help="rebuild the claim from this data file too, and compare")
    parser.add_argument("--json", action="store_true", help="print one JSON object a file")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    findings, readable = set[str](), True
    for path in options.files:
        try:
            verdict = check_file(path, options.data, _terminal_progress(path))
        except OSError as error:
            print(f"cannot read {plain(str(error.filename or path))}: {error.strerror}", file=sys.stderr)
            readable = False
            continue
        except KeyboardInterrupt:
            return 130
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)
        try:
            print(json.dumps(verdict.record(), sort_keys=True) if options.json else verdict.line(), flush=True)
        except OSError:  # nobody reads: the exit status is the answer
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            readable = False
        findings.add(verdict.finding)
    if not readable:
        return 2
    return 1 if findings & {"REJECTED", "UNCHECKED"} else 3 if "PROBABLE" in findings else 0
