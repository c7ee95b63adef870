"""``exactcap memorize``: an explicit network that takes the label of each row of a file, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter, Token

from exactcap.cli import options
from exactcap.errors import InputError

if TYPE_CHECKING:
    from exactcap.provers.memorizes import Attempt, Memorized
    from exactcap.provers.outcome import Finding, Progress

MAX_SECONDS = 10**6


def _seconds(_: type, tokens: Sequence[Token]) -> int:
    value = options.whole_number(int, tokens)
    if not 1 <= value <= MAX_SECONDS:
        raise ValueError(f"{value} is not a number of seconds between 1 and {MAX_SECONDS}")
    return value


MemorizeActivation = Annotated[Literal["threshold", "relu"], Parameter(help="Of the hidden units.")]
MemorizeMethod = Annotated[
    Literal["baum", "enrichment", "tent", "three-layer", "shifts", "polish", "bubeck", "deep-width-2"] | None,
    Parameter(help="The construction, see above. Default: the smallest network of those that finish in time."),
]
Coding = Annotated[
    Literal["real", "units"] | None,
    Parameter(
        help="real: numbers are themselves, classes are 0, 1, 2, ... at one output. units: an output unit a class, "
        "for two classes one. Default: units for threshold, real for relu."
    ),
]
TimeLimit = Annotated[int, Parameter(converter=_seconds, help="Seconds for all methods together, when none is named.")]
Codes = Annotated[str | None, Parameter(help='The numbers of the classes at one output, for example "no=-1,yes=1".')]
NetworkOutput = Annotated[
    Path | None,
    Parameter(name=["--output", "-o"], help="Where to write the network, NAME.json; NAME.cert.jsonl goes beside it."),
]


def memorize(
    file: options.File,
    *,
    label: options.RequiredLabel,
    activation: MemorizeActivation,
    method: MemorizeMethod = None,
    coding: Coding = None,
    codes: Codes = None,
    deduplicate: options.Deduplicate = False,
    time_limit: TimeLimit = 60,
    seed: options.Seed = 0,
    output: NetworkOutput = None,
    as_json: options.Json = False,
) -> int:
    """Build a network with rational weights that takes the label of every row exactly, and prove it by evaluation.

    Hidden units for n rows of d columns in general position (no d+1 rows on a hyperplane), else a few more:

      threshold
        baum          ceil(n/d), fewer if one class is small (Baum 1988)
        enrichment    a random sparse layer, a linear programme; small weights *
      relu
        polish        about n/(d+1): trained, frozen, solved exactly *
        tent          3 ceil(n/d)
        bubeck        4 ceil(n/d) (Bubeck, Eldan, Lee & Mikulincer)
        three-layer   about 4 sqrt(n) in two hidden layers
        shifts        n, all with one direction
        deep-width-2  at most n - 2 hidden layers of two units

    * with SciPy: pip install 'exactcap[train]'

    PROVED: the network is in the certificate, and the checker evaluated it on every row in integers.
    Such a network memorizes; it says nothing about rows that it has not seen.

    Try:

      exactcap memorize breast-cancer.csv --label diagnosis --activation threshold -o net.json
      exactcap memorize diabetes.csv --label target --activation relu --method tent
    """
    options.valid_seed(seed)
    from exactcap.certificates.format import require_output
    from exactcap.certificates.network_file import certificate_beside, require_network_output
    from exactcap.cli.progress import progress_bar
    from exactcap.cli.screen import print_answer
    from exactcap.models.datasets import read_dataset
    from exactcap.provers.labels import read_labels
    from exactcap.provers.memorizes import memorize as find
    from exactcap.provers.records import table_record

    if output is not None:  # before the work, not after it
        require_network_output(output)
        require_output(certificate_beside(output))
    if activation == "threshold" and coding == "real":
        raise InputError("coding: the output of a threshold network is 0 or 1; leave out --coding, or use relu")
    if codes is not None and (coding == "units" or activation == "threshold"):
        other = "--coding units" if activation == "relu" else "--activation threshold"
        raise InputError(f"codes: --codes are the values of one relu output, and {other} has none; leave one out")
    methods = _methods(activation, method)
    dataset = read_dataset(file, label, deduplicate=deduplicate)
    labels = read_labels(dataset, "units" if activation == "threshold" or coding == "units" else "real", codes)
    table = table_record(dataset)
    with progress_bar() as progress:
        found = find(table, labels, methods, seed, time_limit if method is None else None, progress)
        answer = _answer(found, output, None if output is None else certificate_beside(output), progress)
    return print_answer(*answer, as_json)


def _methods(activation: str, method: str | None) -> list[str]:
    """Those of the activation, or the one that was named; raises InputError when it is for the other."""
    from exactcap.constructions.catalogue import METHODS

    fitting = [name for name, known in METHODS.items() if known.activation == activation]
    if method is None:
        return fitting
    if method not in fitting:
        raise InputError(
            f"method: {method!r} is for {METHODS[method].activation} units; choose one of {', '.join(fitting)}, or "
            f"--activation {METHODS[method].activation}"
        )
    return [method]


def _answer(
    found: Memorized, output: Path | None, beside: Path | None, progress: Progress
) -> tuple[Finding, str, list[str], dict[str, Any]]:
    """Have the certificate decided, write the files; returns what is to be said."""
    from exactcap.api.check import write_and_check
    from exactcap.certificates.network_file import staged_network
    from exactcap.errors import CheckerDisagreesError
    from exactcap.provers.labels import label_words
    from exactcap.provers.outcome import Finding

    tried = [_attempt_words(attempt) for attempt in found.attempts]
    record: dict[str, Any] = {"attempts": [_attempt_record(attempt) for attempt in found.attempts]}
    best = found.best
    if best is None or best.claim is None or best.construction is None or found.certificate is None:
        lines = _listed("tried", tried)
        return (
            Finding.UNDECIDED,
            "no method gave a network; name one with --method, or raise --time-limit",
            lines,
            record,
        )
    with nullcontext() if output is None else staged_network(best.claim, output):  # both files or none
        checked = write_and_check(found.certificate, beside, progress)
    if checked.verdict.finding != "VERIFIED":
        raise CheckerDisagreesError(f"the checker says {checked.verdict.finding}, the prover PROVED")
    count = "" if best.construction.count is None else f" (theorem: {best.construction.count})"
    lines = [
        f"{'labels':<11} {label_words(best.claim.labels)}",
        f"{'method':<11} {best.method}: {_units(best)}{count}; {best.construction.theorem}",
        *_listed("note", best.construction.notes),
        f"{'weights':<11} integers of at most {best.claim.bits} bits{_norm_words(best)}",
        *(_listed("tried", tried) if len(tried) > 1 else []),
        f"{'network':<11} {output if output else 'not kept (give -o net.json)'}",
        *checked.lines(),
    ]
    record |= {
        "method": best.method,
        "hidden_units": best.units,
        "hidden_widths": list(best.claim.hidden_widths),
        "count": best.construction.count,
        "theorem": best.construction.theorem,
        "notes": list(best.construction.notes),
        "bits": best.claim.bits,
        "weight_norm": list(best.norm) if best.norm else None,
        "network": str(output) if output else None,
        "certificate": checked.record(),
    }
    return Finding.PROVED, checked.verdict.statement, lines, record


def _listed(name: str, items: Sequence[str]) -> list[str]:
    """One line an item, the name before the first."""
    return [f"{name if k == 0 else '':<11} {item}" for k, item in enumerate(items)]


def _norm_words(attempt: Attempt) -> str:
    if attempt.norm is None:
        return ""
    mantissa, exponent = attempt.norm
    digits = str(mantissa)
    return f"; sum |a_l| sqrt(|w_l|^2 + b_l^2) = {digits[0]}.{digits[1:]}e{exponent + len(digits) - 1:+d}"


def _units(attempt: Attempt) -> str:
    return f"{attempt.units} hidden unit{'' if attempt.units == 1 else 's'}"


def _attempt_words(attempt: Attempt) -> str:
    if attempt.claim is None:
        return f"{attempt.method}: {attempt.reason}"
    return f"{attempt.method}: {_units(attempt)}, {attempt.claim.bits} bits, {attempt.seconds:.1f} s"


def _attempt_record(attempt: Attempt) -> dict[str, Any]:
    return {
        "method": attempt.method,
        "hidden_units": attempt.units if attempt.claim else None,
        "bits": attempt.claim.bits if attempt.claim else None,
        "reason": attempt.reason,
    }
