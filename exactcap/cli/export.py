"""``exactcap export``: an exact network in float64, for other programs, if it survives rounding."""

from __future__ import annotations

import json
import shlex
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from exactcap import claims
    from exactcap.constructions.network import Layer

ADVICE = {
    "threshold": "baum or enrichment",
    "relu": "polish, shifts or deep-width-2",
    "identity": "shifts",
}
"""Methods whose networks survived on most shipped data sets; those of tent and bubeck rely on cancellation."""
TOLERANCE = 1e-6  # of a label that is a number, or of 1

Network = Annotated[Path, Parameter(help="net.json of exactcap memorize, its net.cert.jsonl beside it.")]
Format = Annotated[Literal["onnx", "numpy"], Parameter(help="onnx: needs exactcap[onnx]. numpy: an .npz file.")]
FileOutput = Annotated[Path, Parameter(name=["--output", "-o"], help="Where to write the network.")]


def export(
    network: Network,
    *,
    format: Format,
    output: FileOutput,
    as_json: options.Json = False,
) -> int:
    """Write an exact network with float64 weights, if these still take the labels.

    Weights of hundreds of bits often do not survive rounding. So the rounded
    network is run on every row in float64: the nearest code must be that of the
    row's class, a number be met within 1e-6 max(1, |y|). NOT EXPORTED (exit status
    1): some row fails, and nothing is written. EXPORTED: none does; that is a run
    in floating point and no proof.

    Try:

      exactcap memorize iris.csv --label species --deduplicate --activation relu --method shifts -o net.json
      exactcap export net.json --format onnx -o net.onnx
    """
    import numpy as np

    from exactcap.certificates.files import require_npz_target, require_target, staged
    from exactcap.claims import Classes
    from exactcap.constructions.export import ONNX_START, npz_bytes, onnx_bytes
    from exactcap.constructions.network import ExactNetwork
    from exactcap.constructions.rounding import nearest, rounded, run

    if format == "onnx":
        target = require_target(output, ONNX_START, "an ONNX file of exactcap")
    else:
        target = require_npz_target(output)
    claim = _claim(network)
    layers = rounded(ExactNetwork(tuple(map(_layer, claim.layers))))
    inputs = np.array([[nearest(x) for x in row] for row in claim.inputs.fractions()])
    outputs = run(layers, inputs)
    missed = np.flatnonzero(~_met(outputs, claim.labels))
    n, bits = claim.inputs.n_samples, claim.bits
    record = {
        "verdict": "NOT EXPORTED" if len(missed) else "EXPORTED",
        "rows": n,
        "missed": len(missed),
        "bits": bits,
        "path": None if len(missed) else str(output),
    }
    if len(missed):
        row, others = claim.inputs.rows[missed[0]], ADVICE[claim.layers[0].activation]
        said = (
            f"NOT EXPORTED in float64 {len(missed)} of {n} rows miss their label (row {row} first): the exact weights "
            f"of {bits} bits, or the rows' decimals, do not survive rounding; try exactcap memorize --method {others}"
        )
    else:
        about: dict[str, Any] = {"columns": list(claim.inputs.columns), "label": claim.inputs.label}
        if isinstance(claim.labels, Classes):
            about |= {"classes": list(claim.labels.classes), "codes": [list(code) for code in claim.labels.codes]}
        with staged(target, [(onnx_bytes if format == "onnx" else npz_bytes)(layers, about)]):
            pass
        said = f"EXPORTED {output}: in float64 all {n} rows take their label; a run in floating point, no proof"
        if format == "numpy" and isinstance(claim.labels, Classes):
            words = ["exactcap", "certify", "classification", "--network", str(output), "--data", "FILE.csv"]
            words += ["--label", claim.inputs.label, *(["--deduplicate"] if claim.inputs.merged else [])]
            said += f"; the classes as a theorem: {shlex.join(words)}"
    print(json.dumps(record, sort_keys=True) if as_json else said)
    return 1 if len(missed) else 0


def _claim(network: Path) -> claims.Memorizes:
    """The claim of the certificate beside the network; raises InputError unless it is verified and of this network."""
    from exactcap.certificates.format import read_certificate
    from exactcap.certificates.network_file import certificate_beside, read_network
    from exactcap.checker.main import check_file
    from exactcap.claims import Memorizes
    from exactcap.cli.progress import progress_bar

    _, layers = read_network(network)
    beside = certificate_beside(network)
    try:
        with progress_bar() as progress:
            verdict = check_file(str(beside), progress=lambda done, total: progress("check", done / total))
    except OSError as error:
        raise InputError(
            f"{beside}: cannot be read ({error.strerror}); export needs the certificate beside the network"
        ) from None
    if not verdict.verified:
        raise InputError(f"{beside}: the checker says {verdict.finding}: {verdict.reason}; run exactcap memorize again")
    claim = read_certificate(beside).claim
    if not isinstance(claim, Memorizes) or claim.layers != layers:
        raise InputError(f"{beside}: is not the certificate of {network}; run exactcap memorize again")
    return claim


def _layer(layer: claims.Layer) -> Layer:
    from exactcap.constructions.network import Activation, Layer

    # the activation is one of the three, since the checker has verified the claim
    return Layer(layer.weights, layer.biases, cast(Activation, layer.activation), layer.denominator)


def _met(outputs: NDArray[np.float64], labels: claims.Labels) -> NDArray[np.bool_]:
    """Whether each row's output is its label; what is not finite is never."""
    import numpy as np

    from exactcap.claims import Numbers
    from exactcap.constructions.rounding import nearest

    with np.errstate(all="ignore"):
        if isinstance(labels, Numbers):
            targets = np.array([nearest(Fraction(value)) for value in labels.values])
            met: NDArray[np.bool_] = np.abs(outputs[:, 0] - targets) <= TOLERANCE * np.maximum(1.0, np.abs(targets))
            met &= np.isfinite(targets)
            return met
        codes = np.array([[nearest(Fraction(c)) for c in code] for code in labels.codes])
        squares = np.array([np.square(outputs - code).sum(axis=1) for code in codes])  # classes x rows
        rows, own_class = np.arange(len(outputs)), np.array(labels.values)
        own = squares[own_class, rows]
        squares[own_class, rows] = np.inf
        nearer: NDArray[np.bool_] = own < squares.min(axis=0)
        return nearer
