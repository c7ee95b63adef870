"""``exactcap train``: floating-point weights that nearly take the labels, the start of a proof and no proof."""

from __future__ import annotations

import json
import math
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.errors import InputError

if TYPE_CHECKING:
    from exactcap.claims import Labels, Table
    from exactcap.models.activations import Activation

CONVERGED, ROUNDING = 1e-9, 1e-15  # parts of the labels' differences and sizes: beyond it the proof fails anyway
MAX_WIDTH = 10**5
STARTS = 4  # with seeds that follow each other, before it gives up

Codes = Annotated[
    str | None,
    Parameter(
        help='The number of each class, "a=0,b=1,...", or one for each output, "a=1 0,b=0 1". '
        "Default: two classes are -1, 1, more are 0, 1, 2, ..."
    ),
]
NetworkCoding = Annotated[
    Literal["real", "units"] | None,
    Parameter(
        help="real: one output; numbers are themselves, classes have a number each. units: an output a class, "
        "1 for its rows and 0 for others. Default: that of the weights given, else real."
    ),
]
Start = Annotated[
    Path | None,
    Parameter(help="Go on from these weights, of its width: .npz, .safetensors or a PyTorch state_dict."),
]
WeightsOutput = Annotated[Path | None, Parameter(name=["--output", "-o"], help="Where to write the weights, NAME.npz.")]


def train(
    file: options.File,
    *,
    label: options.RequiredLabel,
    activation: options.ActivationText,
    width: options.OptionalWidth = None,
    start: Start = None,
    coding: NetworkCoding = None,
    codes: Codes = None,
    deduplicate: options.Deduplicate = False,
    seed: options.Seed = 0,
    output: WeightsOutput = None,
    as_json: options.Json = False,
) -> int:
    """Find weights of a two-layer network that takes the labels up to rounding, by Levenberg-Marquardt.

    TRAINED: what remains is rounding. That is floating point and proves nothing;
    certify nearby proves that exact weights are close by. NOT CONVERGED (exit
    status 3): the residual is larger, and nothing is written.

    With --coding units the network has an output for each class.

    Try:

      exactcap train wine.csv --label class --activation tanh --width 20 -o weights.npz
      exactcap certify nearby --network weights.npz --data wine.csv --label class
      exactcap train wine.csv --label class --activation tanh --start mine.pt -o weights.npz
    """
    options.valid_seed(seed)
    if (width is None) is (start is None):
        raise InputError("width: give either --width M or --start FILE")
    from exactcap.certificates.files import require_npz_target, staged
    from exactcap.cli.progress import progress_bar
    from exactcap.models.activations import parse_activation
    from exactcap.models.datasets import read_dataset
    from exactcap.provers.labels import label_words, labels_of
    from exactcap.provers.records import table_record
    from exactcap.training.levenberg_marquardt import fit
    from exactcap.training.weight_files import npz_bytes, read_weights

    target = None if output is None else require_npz_target(output)
    psi = parse_activation(activation)
    dataset = read_dataset(file, label, deduplicate=deduplicate)
    given = None if start is None else read_weights(start, activation)
    neurons = options.between("width", given.weights.width if given else width or 0, 1, MAX_WIDTH)
    labels = labels_of(dataset, coding, codes, given)
    targets = labels.targets()
    began = time.monotonic()
    residual, enough, starts, excluded = math.inf, 0.0, 0, None
    with progress_bar() as progress:
        while not residual <= enough and starts < (STARTS if given is None else 1) and excluded is None:
            weights = fit(
                psi, dataset.values, targets, neurons, seed + starts, progress, given.weights if given else None
            )
            residual = math.inf if weights.residual is None else weights.residual
            # `fit` refuses labels beyond float64
            spread = min(float(max(column) - min(column)) or 1.0 for column in zip(*targets, strict=True))
            enough = CONVERGED * spread + ROUNDING * max(abs(float(t)) for target in targets for t in target)
            starts += 1
            converged = residual <= enough
            if not converged:  # where rules exclude almost all labels, no other start will do
                excluded = _excluded(psi, table_record(dataset), neurons, len(targets[0]))
    seconds = time.monotonic() - began
    n, d, outputs = dataset.n_samples, dataset.n_inputs, len(targets[0])
    p = neurons * (d + 1 + outputs)
    if converged and target is not None:
        with staged(target, [npz_bytes(weights, class_codes(labels))]):
            pass
    record: dict[str, Any] = {
        "verdict": "TRAINED" if converged else "NOT CONVERGED",
        "width": neurons,
        "outputs": outputs,
        "parameters": p,
        "residual": residual if math.isfinite(residual) else None,
        "seconds": seconds,
        "starts": starts,
        "weights": str(output) if converged and output else None,
    }
    lines = [
        f"{'network':<11} {activation}, width {neurons}, {f'{outputs} outputs, ' if outputs > 1 else ''}"
        f"{p} parameters for {n} rows of {d} columns",
        f"{'labels':<11} {label_words(labels)}",
        f"{'residual':<11} {residual:.1e}, the largest |f(x_i) - y_i| in float64, after {seconds:.1f} s"
        + (f" and {starts} starts" if starts > 1 else ""),
    ]
    if converged:
        lines.append(f"{'weights':<11} {output if output else 'not kept (give -o weights.npz)'}")
        if p < n * outputs:
            lines.append(
                f"{'note':<11} {p} parameters are fewer than {n * outputs} labels: these are of a special kind, and "
                "certify nearby will be undecided; take a larger --width"
            )
        words = _next_command(output, file, label, deduplicate)
        lines.append(f"TRAINED in floating point, which proves nothing; next: {words}")
    else:
        record["reason"] = excluded or "try another --seed, or a larger --width"
        lines.append(f"NOT CONVERGED {record['reason']}; no weights were written")
    print(json.dumps(record, sort_keys=True) if as_json else "\n".join(lines))
    return 0 if converged else 3


def _excluded(psi: Activation, table: Table, width: int, outputs: int) -> str | None:
    """Why networks of this width take almost no labels by the rules for ranks, and what to try; None if they may.

    The rows of the Jacobian that belong to one output are those of a network with that output alone.
    """
    from exactcap.claims.parts import MAX_WIDTH as WIDEST
    from exactcap.provers.bounds import rank_bound

    n, bound, widest = table.n_samples, rank_bound(psi, table, width), rank_bound(psi, table, WIDEST)
    each = table.n_inputs + 1 + outputs
    if width * each < n * outputs and outputs > 1:
        least = -(-n * outputs // each)
        return f"width {width} has {width * each} parameters for {n * outputs} labels; take --width {least} or more"
    if bound.value >= n:
        return None
    rules = f"by rule {', '.join(bound.rules)}" if bound.rules else "by their number"
    wider = "take a larger --width" if widest.value >= n else "so it is at every width; choose another activation"
    return f"the parameters of width {width} have rank at most {bound.value} on {n} rows, {rules}; {wider}"


def class_codes(labels: Labels) -> dict[str, str]:
    """The code of each class, as text; empty for labels that are numbers."""
    from exactcap.claims import Classes

    if not isinstance(labels, Classes):
        return {}
    return {name: " ".join(code) for name, code in zip(labels.classes, labels.codes, strict=True)}


def _next_command(output: Path | None, file: Path, label: str, deduplicate: bool) -> str:
    words = ["exactcap", "certify", "nearby", "--network", str(output or "weights.npz"), "--data", str(file)]
    return shlex.join([*words, "--label", label, *(["--deduplicate"] if deduplicate else [])])
