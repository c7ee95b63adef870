"""The ``exactcap`` command: parses, calls the provers, and lets the checker decide."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import re
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from functools import cache
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

or with a number, and an inequality for all x:

  exactcap evaluate mills --at 3
  exactcap certify gaussian mills --upper "(x^2+2)/(x^3+3*x)"

Commands ('exactcap COMMAND --help' says more):

  certify interpolation   a network of this width fits every label vector, exactly
  certify obstruction     a network of this width fits almost no label vector
  certify rank            the rank of a Hadamard power, Khatri-Rao product or Jacobian, from both sides
  certify identity        the formula of the Jacobian, symbolically
  certify nearby          weights close to given floating-point ones take the label of each row, exactly
  certify classification  which rows a given trained network gives their class: its accuracy on them, as a theorem
  certify kernel          a lower bound of the smallest eigenvalue of a tangent kernel matrix, or a null vector
  certify gaussian        Mills-ratio bounds and correlation lemmas for all parameters, the explicit theorem
  memorize                an explicit network that takes the label of each row of a file, exactly
  train                   floating-point weights for certify nearby
  export                  a network of memorize in float64, if it survives rounding
  capacity                how many rows take every labelling at a width, or the least width for all
  evaluate                Mills ratio, Gaussian tails, moments and correlations, each digit proven
  count                   dichotomies, and points that no threshold network shatters: exact integers, theorems
  predict                 storage capacity: theorems, upper bounds, and predictions of statistical physics, told apart
  scan gaussian           both sides of a lemma at many points, by mpmath; no proof
  plot                    bounds against the exact function, storage capacity against margin, activation or data
  build                   claims files: certify what is missing or stale, compare numbers with the recorded ones
  appendix                claims with theorems, arguments and digests, as HTML, PDF and LaTeX
  sweep                   the ranks of all matrices of a plan, into a folder; goes on where it was interrupted
  atlas                   a store of ranks as phase diagrams and a table, each defect with its rule
  explain                 a certificate in words
  recheck                 a second opinion on a certificate of certify nearby
  verify                  run the independent checker on files and folders, print a table or a line each
  theorems                the theorems behind the claims, and those without instances: hypotheses, proof ideas

Exit status: 0 PROVED or verified, 1 REFUTED or rejected, 2 bad input, 3 UNDECIDED, PROBABLE or UNCHECKED,
70 a bug in exactcap."""

CERTIFY = """Search a proof of a claim, write its certificate, and have it checked.

The last line on standard output begins with PROVED, REFUTED, PROBABLE or UNDECIDED."""

RANK = """The generic rank of a matrix, from both sides: a minor modulo p from below, named rules from above.

Without --equals, --at-least or --at-most the rank is found. PROVED: both sides meet. PROBABLE: the upper side is what
the checker finds at points of its own, with an error bound. UNDECIDED: the interval, with its lower end certified."""

GAUSSIAN = """Gaussian tails, Mills ratios and correlations of units: proved for all
parameters of a region, or refuted.

Here gamma is a standard normal number and g its density, in correlations g is a
standard normal vector; phi is a unit, b its bias, d or delta a distance. Vectors
are eps-orthogonal when their squared lengths are within eps of 1 and their inner
product within eps of 0. K points have labels, K_1 of them 1.

The statements are those of Vershynin, arXiv:2001.06938, as reconstructed from
its proofs, with explicit constants; the paper's numbers are names too
(prop-3.1). Each stands with its rule and proof in
exactcap/certificates/SPEC-GAUSSIAN.md. Statements with unspecified constants
only (5.1 to 5.4, 7.1, 7.2, 1.1) are not instantiable; 'memorization' proves an
explicit theorem in their place."""

EVALUATE = """A number with proven digits: every digit printed is correct, the last one rounded."""

COUNT = """Exact counts of labellings. Every line begins with THEOREM; the integers are those of the theorem.

The certificate is about the last line; what others add (Baum's end, shares, ratios) is arithmetic or cited."""

PREDICT = """Formulas of storage capacity: patterns per weight, in the limit of many.

Every line begins with what it is:

THEOREM                        the formula's value is the capacity
UPPER BOUND (theorem, Gordon)  no more is stored; no claim from below
PREDICTION (non-rigorous)      statistical physics, the replica method

Theorem and bound are about Gaussian patterns, with probability tending to 1.

Whatever the status, the digits are those of the formula's value, and correct.
Where the independent program can evaluate the formula, there is a certificate
of the digits (-o FILE); not for 1rsb, jumps and other expressions.

Exit status: 0 with a number, 2 for bad input, 3 where the digits could not be
decided."""

SCAN = (
    """Look before you prove: both sides of a lemma at random, boundary and just-outside points. A scan is no proof."""
)

GROUP = "this is not a whole command, only a group of them"

PLOT = """Pictures of bounds against the exact function, which is computed in balls, and of storage capacity."""


@cache
def _app() -> Any:
    import cyclopts

    from exactcap.cli.appendix import appendix
    from exactcap.cli.atlas import atlas
    from exactcap.cli.build import build
    from exactcap.cli.capacity import capacity
    from exactcap.cli.certify import identity, interpolation, obstruction
    from exactcap.cli.classification import classification
    from exactcap.cli.export import export
    from exactcap.cli.inspect import explain, verify
    from exactcap.cli.kernel import kernel
    from exactcap.cli.memorize import memorize
    from exactcap.cli.nearby import nearby
    from exactcap.cli.plot import plot_correlation, plot_mills
    from exactcap.cli.plot_capacity import plot_capacity
    from exactcap.cli.rank import deep, hadamard, jacobian, khatri_rao
    from exactcap.cli.recheck import recheck
    from exactcap.cli.scan import scan_gaussian
    from exactcap.cli.sweep import sweep
    from exactcap.cli.train import train

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
    certify.command(nearby)
    certify.command(classification)
    certify.command(kernel)
    certify.command(_gaussian())
    app.command(certify)
    app.command(_evaluate())
    app.command(_count())
    app.command(_predict())
    scan_app, plot_app = cyclopts.App(name="scan", help=SCAN), cyclopts.App(name="plot", help=PLOT)
    scan_app.command(scan_gaussian, name="gaussian")
    plot_app.command(plot_mills, name="mills")
    plot_app.command(plot_correlation, name="correlation")
    plot_app.command(plot_capacity, name="capacity")
    app.command(scan_app)
    app.command(plot_app)
    app.command(build)
    app.command(appendix)
    app.command(memorize)
    app.command(train)
    app.command(export)
    app.command(capacity)
    app.command(sweep)
    app.command(atlas)
    app.command(explain)
    app.command(verify)
    app.command(recheck)
    app.command(_theorems())
    return app


def _gaussian() -> Any:
    import cyclopts

    from exactcap.cli.correlations import (
        correlation_orthogonal,
        correlation_profile,
        correlation_separated,
        decoupling,
        norm_change,
    )
    from exactcap.cli.memorization import memorization
    from exactcap.cli.mills import mills
    from exactcap.cli.moments import asymptotics, domination, monotonicity, stability
    from exactcap.cli.perception import deviation, perception, perception_layer
    from exactcap.cli.printed import PRINTED, printed_only

    app = cyclopts.App(name="gaussian", help=GAUSSIAN)
    app.command(mills)
    app.command(correlation_separated, name=["correlation-separated", "prop-3.1"])
    app.command(correlation_profile, name=["correlation-profile", "profile"])
    app.command(norm_change, name=["norm-change", "prop-3.2-i"])
    app.command(correlation_orthogonal, name=["correlation-orthogonal", "prop-3.2-ii"])
    app.command(decoupling, name=["decoupling", "lemma-3.3"])
    app.command(deviation, name=["deviation", "lemma-4.1"])
    app.command(perception, name=["perception", "lemma-6.1"])
    app.command(perception_layer, name=["perception-layer", "theorem-6.2"])
    app.command(asymptotics, name=["asymptotics", "lemma-A.1"])
    app.command(stability, name=["stability", "lemma-A.2"])
    app.command(monotonicity, name=["monotonicity", "lemma-A.3"])
    app.command(domination, name=["domination", "second-moment"])
    app.command(memorization, name=["memorization", "theorem-E"])
    for name in PRINTED:
        app.command(printed_only(name), name=name, show=False)
    return app


def _evaluate() -> Any:
    import cyclopts

    from exactcap.cli.evaluate import correlation, mills, relu_moment, relu_second_moment, tail

    app = cyclopts.App(name="evaluate", help=EVALUATE)
    for quantity in (mills, tail, relu_moment, relu_second_moment, correlation):
        app.command(quantity)
    return app


def _count() -> Any:
    import cyclopts

    from exactcap.cli.count import bound, dichotomies

    app = cyclopts.App(name="count", help=COUNT)
    app.command(dichotomies)
    app.command(bound)
    return app


def _predict() -> Any:
    import cyclopts

    from exactcap.cli.predict import committee, perceptron, symmetry_breaking

    app = cyclopts.App(name="predict", help=PREDICT)
    for formula in (perceptron, committee, symmetry_breaking):
        app.command(formula)
    return app


def _theorems() -> Any:
    import cyclopts

    from exactcap.cli.theorems import listing, show

    app = cyclopts.App(name="theorems")
    app.default(listing)
    app.command(show)
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
        raise InputError(_parser_words(str(error), given)) from None
    return status if isinstance(status, int) else 0


def parse_arguments(given: list[str]) -> None:
    """Parse a command line without running it; raises InputError where it is no command with all it needs."""
    from cyclopts import CycloptsError

    try:
        function, *_ = _app().parse_args(given, exit_on_error=False, print_error=False)
        message = "" if getattr(function, "__module__", "").startswith("exactcap.") else GROUP  # it prints help pages
    except CycloptsError as error:
        message = GROUP if str(error).startswith('Unknown command "-') else str(error)
    if message:
        raise InputError(_parser_words(message, given))


def _parser_words(message: str, given: list[str]) -> str:
    """What the parser says, and the page that helps: that of the command which was named."""
    missing = re.search(r"(--[a-z-]+)\W* requires an argument", message)
    said = f"{missing[1]} is missing, or has no value" if missing else message.strip()
    said = re.sub(r" Available commands:.*", "", said, flags=re.DOTALL).rstrip(".")
    said = re.sub(r"^Unused Tokens: (.*)$", r"\1 is not expected here", said)
    names = list(itertools.takewhile(lambda word: re.fullmatch("[a-zA-Z][a-zA-Z0-9.-]*", word), given))
    known = next((names[:k] for k in range(len(names), 0, -1) if _is_command(names[:k])), [])
    end = "" if said.endswith("?") else "."
    return f"{said}{end} See '{' '.join(['exactcap', *known])} --help'."


def _is_command(names: list[str]) -> bool:
    app = _app()
    for name in names:
        try:
            app = app[name]
        except (KeyError, TypeError):
            return False
    return True


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _complain(message: str, status: int) -> int:
    print(f"exactcap: {message}", file=sys.stderr)
    return status
