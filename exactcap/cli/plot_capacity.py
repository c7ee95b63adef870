"""``exactcap plot capacity``: storage capacity against margin, activation, or beside the certified rows of a file."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.cli.plot import Picture, print_file, require_picture, write_picture
from exactcap.errors import InputError

MOST_WIDTHS = 40

By = Annotated[
    Literal["margin", "activation", "data"],
    Parameter(
        help="margin: the perceptron and trees. activation: trees and fully connected committees. data: the certified "
        "rows of a file over the width, beside predictions."
    ),
]
Widths = Annotated[str | None, Parameter(help="The widths of the picture by data, FROM:TO; 2:20 if not given.")]
ActivationText = Annotated[str | None, Parameter(help="The activation of the picture by data; tanh if not given.")]
Method = Annotated[
    Literal["paired", "regular-zero", "best"] | None,
    Parameter(help="The argument of the picture by data, as in exactcap capacity; paired if not given."),
]


def plot_capacity(
    *,
    by: By = "activation",
    data: options.Data = None,
    label: options.Label = None,
    deduplicate: options.Deduplicate = False,
    activation: ActivationText = None,
    widths: Widths = None,
    method: Method = None,
    output: Picture,
    as_json: options.Json = False,
) -> int:
    """Draw storage capacity, patterns per weight, with theorems, upper bounds and predictions told apart.

    By data: for each width the certified interval of exactcap capacity, both ends verified by the independent checker,
    divided by the weights m(d + 1) of the hidden layer; beside it the predictions for a fully connected committee with
    Gaussian inputs and random labels. Needs Matplotlib: pip install 'exactcap[plot]'.

    Try:

      exactcap plot capacity -o activations.svg
      exactcap plot capacity --by margin -o margins.png
      exactcap plot capacity --by data --data wine.csv --label class --widths 2:16 -o wine.svg
    """
    if by == "data":
        if data is None or label is None:
            raise InputError("data: --by data needs --data FILE and --label NAME")
    else:
        given = {"data": data, "label": label, "activation": activation, "widths": widths, "method": method}
        extra = [name for name, value in given.items() if value is not None] + ["deduplicate"] * deduplicate
        if extra:
            raise InputError(f"{extra[0]}: --{', --'.join(extra)} go with --by data; add that, or leave them out")
    require_picture(output, "output")
    from exactcap.cli import capacity_numbers as numbers
    from exactcap.reports import capacity_plots as pictures

    if by == "margin":
        curves = numbers.margin_curves()
        write_picture(lambda: pictures.draw_margins(curves), output)
    elif by == "activation":
        series = numbers.activation_series()
        write_picture(lambda: pictures.draw_activations(numbers.SHOWN, series), output)
    else:
        assert data is not None
        assert label is not None
        table = options.data_table(data, label, deduplicate)
        low, high = _widths(widths or "2:20")
        activation = activation or "tanh"
        method = method or "paired"
        certified, predictions = numbers.data_numbers(table, activation, range(low, high + 1), method)
        name = data.name[-40:].replace("$", r"\$")  # which would begin a formula
        title = f"Rows of {name}, two-layer {activation} networks: certified, beside predictions"
        write_picture(lambda: pictures.draw_data(title, method, certified, predictions), output)
    return print_file(output, as_json)


def _widths(text: str) -> tuple[int, int]:
    low, _, high = text.partition(":")
    if not (low.isascii() and low.isdigit() and high.isascii() and high.isdigit() and len(text) < 20):
        raise InputError(f"widths: {text[:40]!r} is not FROM:TO; write for example 2:20")
    start, end = int(low), int(high)
    if not 1 <= start < end < start + MOST_WIDTHS:
        raise InputError(f"widths: {text} is not between 2 and {MOST_WIDTHS} widths from 1 on; write for example 2:20")
    return start, end
