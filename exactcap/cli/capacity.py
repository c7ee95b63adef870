"""``exactcap capacity``: how many rows of a file take every labelling, and the least width for all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.errors import InputError

SmallestWidth = Annotated[
    bool, Parameter(negative="", help="Find the least width that certifies all rows, instead of --width.")
]
LowerOutput = Annotated[
    Path | None,
    Parameter(
        name=["--output", "-o"],
        help="Where to write the interpolation certificate; the obstruction goes beside it, as "
        "NAME.obstruction.cert.jsonl.",
    ),
]


def capacity(
    *,
    data: options.RequiredData,
    label: options.RequiredLabel,
    activation: options.ActivationText,
    width: options.OptionalWidth = None,
    smallest_width: SmallestWidth = False,
    deduplicate: options.Deduplicate = False,
    blocks: options.Blocks = None,
    method: options.Method = "best",
    seed: options.Seed = 0,
    output: LowerOutput = None,
    as_json: options.Json = False,
) -> int:
    """Print a certified interval: how many rows take every labelling at a width, or which width takes all rows.

    With --width: lower, the largest number of named rows proved to take every labelling; upper, by obstruction.
    PROVED when that is all rows, REFUTED when an obstruction excludes it, else UNDECIDED.

    With --smallest-width: upper, the least width certified for all rows; lower, no smaller width can do (obstruction).
    PROVED when a width is found. The search of --method best takes seconds to minutes, --method paired is quicker.
    Both ends are certificates that the independent checker has verified.

    Try:

      exactcap capacity --data wine.csv --label class --activation tanh --width 20
      exactcap capacity --data wine.csv --label class --activation tanh --smallest-width -o wine.cert.jsonl
    """
    options.valid_seed(seed)
    if width is not None:
        options.valid_width(width)
    if (width is None) is not smallest_width:
        raise InputError("width: give either --width M or --smallest-width")
    from exactcap.cli.interval import answer_interval  # loads NumPy, which --help should not wait for

    chosen = options.chosen_blocks(blocks)
    table = options.data_table(data, label, deduplicate)
    return answer_interval(table, activation, width, chosen, method, seed, output, as_json)
