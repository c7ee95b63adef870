"""What the commands share: their options, and how those become inputs of a claim.

Imports that load msgspec or NumPy stand inside the functions, here and in the commands, so that ``--help`` is quick.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter, Token

from exactcap.errors import InputError

if TYPE_CHECKING:
    from exactcap.claims import Inputs, Table


def whole_number(_: type, tokens: Sequence[Token]) -> int:
    """An integer as typed; cyclopts itself would round 3.5."""
    text = tokens[0].value
    if len(text) > 30 or not re.fullmatch(r"[+-]?[0-9]+", text):
        raise ValueError(f"{text[:40]!r} is not a whole number")
    return int(text)


Data = Annotated[Path | None, Parameter(help="CSV file with a header: one row a sample, numbers exact.")]
File = Annotated[Path, Parameter(help="CSV file with a header: one row a sample, numbers exact.")]
RequiredData = Annotated[Path, Parameter(help="CSV file with a header: one row a sample, numbers exact.")]
Label = Annotated[str | None, Parameter(help="The label's column; all others are inputs.")]
RequiredLabel = Annotated[str, Parameter(help="The label's column; all others are inputs.")]
Deduplicate = Annotated[bool, Parameter(negative="", help="Merge equal rows that have equal labels.")]
Samples = Annotated[
    int | None, Parameter(converter=whole_number, help="Number n of generic inputs, instead of --data.")
]
InputsPerSample = Annotated[int | None, Parameter(converter=whole_number, help="Dimension d of generic inputs.")]
ActivationText = Annotated[
    str,
    Parameter(
        help="tanh, sigmoid, silu, exp, softplus, sin, cos, erf, gaussian, gelu, log (of |x|), or a rational function "
        'of x such as "x^3/3 - 2*x" or "1/(1+x^2)".'
    ),
]
Width = Annotated[int, Parameter(converter=whole_number, help="Number of hidden neurons.")]
OptionalWidth = Annotated[int | None, Parameter(converter=whole_number, help="Number of hidden neurons.")]
Blocks = Annotated[
    str | None,
    Parameter(help="Jacobian blocks that may enter the paired rank: of W,b,v those named. Default: all that can."),
]
Method = Annotated[
    Literal["paired", "regular-zero", "best"],
    Parameter(
        help="The argument. paired: full rank of half the neurons, each used twice; exact integers, any inputs. "
        "regular-zero: a point where all outputs are 0 and the Jacobian has full rank, found by a search in floating "
        "point and proved by Newton and Kantorovich; about half as many neurons, needs --data with at most 1800 rows. "
        "best: paired where it suffices, else regular-zero where it applies."
    ),
]
Seed = Annotated[
    int,
    Parameter(converter=whole_number, help="Seed of the integer points; the same seed writes the same bytes."),
]
Output = Annotated[Path | None, Parameter(name=["--output", "-o"], help="Where to write the certificate.")]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON object instead of text.")]

Jobs = Annotated[
    int | None,
    Parameter(converter=whole_number, help="Processes on this machine. Default: one for each processor."),
]
MAX_JOBS = 1024


def processes(jobs: int | None) -> int:
    """The number of processes that the option --jobs asks for; raises InputError."""
    if jobs is not None:
        return between("jobs", jobs, 1, MAX_JOBS)
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, MAX_JOBS)


def claim_inputs(
    data: Path | None, label: str | None, deduplicate: bool, samples: int | None, inputs: int | None
) -> Inputs:
    """The inputs of a claim from the options: a data file, or generic ones; raises InputError."""
    from exactcap.claims import Generic
    from exactcap.claims.parts import MAX_INPUTS, MAX_SAMPLES

    if data is not None:
        if samples is not None or inputs is not None:
            raise InputError("data: --data and --samples/--inputs exclude each other; leave one out")
        if label is None:
            raise InputError("label: --data needs --label NAME, the column that holds the labels")
        return data_table(data, label, deduplicate)
    if samples is None or inputs is None:
        raise InputError("data: give --data FILE --label NAME, or --samples N --inputs D for generic inputs")
    if label is not None or deduplicate:
        raise InputError("label: --label and --deduplicate go with --data FILE; leave them out for generic inputs")
    between("samples", samples, 1, MAX_SAMPLES)
    between("inputs", inputs, 1, MAX_INPUTS)
    return Generic(inputs, samples)


def data_table(data: Path, label: str, deduplicate: bool) -> Table:
    """The table of a CSV file; raises InputError."""
    from exactcap.api import read_data

    return read_data(data, label, deduplicate)


def chosen_blocks(blocks: str | None) -> tuple[str, ...] | None:
    """The blocks option as a tuple."""
    return None if blocks is None else tuple(part.strip() for part in blocks.split(","))


def between(name: str, value: int, low: int, high: int) -> int:
    """The value if low <= value <= high; raises InputError."""
    if low <= value <= high:
        return value
    raise InputError(f"{name}: {value} is not between {low} and {high}; choose one that is")


def valid_width(width: int) -> int:
    """A width between 1 and 2^53 - 1; raises InputError."""
    from exactcap.claims.parts import MAX_WIDTH

    return between("width", width, 1, MAX_WIDTH)


def valid_seed(seed: int) -> int:
    """A seed between 0 and 2^53 - 1; raises InputError."""
    return between("seed", seed, 0, 2**53 - 1)
