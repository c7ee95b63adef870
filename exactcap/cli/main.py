"""The ``exactcap`` command: parses, calls the provers, and lets the checker decide."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from typing import Any

from exactcap import __version__
from exactcap.errors import CheckerDisagreesError, InputError

HELP = """\
Theorems about the memory capacity of neural networks, proved exactly.

A claim is proved by a certificate, a file that a small independent program re-checks (exactcap-check).

Start here, with a CSV file of numbers whose column NAME holds the labels:

  exactcap capacity --data FILE.csv --label NAME --activation tanh --smallest-width
  exactcap certify interpolation --data FILE.csv --label NAME --activation tanh --width 36 -o out.cert.jsonl
  exactcap-check out.cert.jsonl
  exactcap explain out.cert.jsonl

Commands ('exactcap COMMAND --help' says more):

  certify interpolation   a network of this width fits every label vector, exactly
  certify obstruction     a network of this width fits almost no label vector
  certify rank            the rank of a Hadamard power, Khatri-Rao product or Jacobian, from both sides
  certify identity        the formula of the Jacobian, symbolically
  capacity                how many rows take every labelling at a width, or the least width for all
  sweep                   the ranks of all matrices of a plan, into a folder; goes on where it was interrupted
  atlas                   a store of ranks as phase diagrams and a table, each defect with its rule
  explain                 a certificate in words
  verify                  run the independent checker on files and folders, print a table

Exit status: 0 PROVED or verified, 1 REFUTED or rejected, 2 bad input, 3 UNDECIDED or PROBABLE, 70 a bug in exactcap."""

CERTIFY = """Search a proof of a claim, write its certificate, and have it checked.

The last line on standard output begins with PROVED, REFUTED, PROBABLE or UNDECIDED."""

RANK = """The generic rank of a matrix, from both sides: a minor modulo p from below, named rules from above.

Without --equals, --at-least or --at-most the rank is found. PROVED: both sides meet. PROBABLE: the upper side is what
the checker finds at points of its own, with an error bound. UNDECIDED: the interval, with its lower end certified."""


def _app() -> Any:
    import cyclopts

    from exactcap.cli.atlas import atlas
    from exactcap.cli.capacity import capacity
    from exactcap.cli.certify import identity, interpolation, obstruction
    from exactcap.cli.inspect import explain, verify
    from exactcap.cli.rank import deep, hadamard, jacobian, khatri_rao
    from exactcap.cli.sweep import sweep

    app = cyclopts.App(
        name="exactcap",
        help_format="plaintext",
        version=__version__,
        version_flags=["--version"],
        suppress_keyboard_interrupt=False,  # main() says what an interruption leaves behind
    )
    certify = cyclopts.App(name="certify", help=CERTIFY)
    certify.command(interpolation)
    certify.command(obstruction)
    rank = cyclopts.App(name="rank", help=RANK)
    for matrix in (hadamard, khatri_rao, jacobian, deep):
        rank.command(matrix)
    certify.command(rank)
    certify.command(identity)
    app.command(certify)
    app.command(capacity)
    app.command(sweep)
    app.command(atlas)
    app.command(explain)
    app.command(verify)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status.

    Bad input is one line on standard error and status 2. SIGTERM and SIGHUP end a run like Ctrl-C, without leavings.
    """
    try:
        for name in ("SIGTERM", "SIGHUP"):
            if hasattr(signal, name) and threading.current_thread() is threading.main_thread():
                signal.signal(getattr(signal, name), _interrupt)
        status = _run(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
        return status
    except InputError as error:
        return _complain(" ".join(str(error).split()), 2)
    except CheckerDisagreesError as error:
        return _complain(f"this is a bug in exactcap, please report it: {error}", 70)
    except MemoryError:
        return _complain("out of memory; take fewer samples, neurons or inputs", 2)
    except KeyboardInterrupt:
        return _complain("interrupted; no certificate was left half-written", 130)
    except OSError as error:  # nobody reads the answer, or a disk is full
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _complain(f"cannot write the answer: {error.strerror}", 2)
    except Exception as error:  # never an exit status that could be read as an answer
        traceback.print_exc()
        return _complain(f"this is a bug in exactcap, please report it: {type(error).__name__}: {error}", 70)


def _run(given: list[str]) -> int:
    if not given or given in (["--help"], ["-h"]):  # the first page, before anything heavy is loaded
        print(HELP)
        return 0
    from cyclopts import CycloptsError

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a path may hold any bytes
    try:
        status = _app()(given, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        raise InputError(f"{error} See 'exactcap --help'.") from None
    return status if isinstance(status, int) else 0


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _complain(message: str, status: int) -> int:
    print(f"exactcap: {message}", file=sys.stderr)
    return status
