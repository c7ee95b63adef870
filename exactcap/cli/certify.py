"""``exactcap certify``: one claim in, a certificate and a verdict out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from exactcap.cli import options

if TYPE_CHECKING:
    from exactcap.provers.outcome import Outcome, Progress


def interpolation(
    *,
    activation: options.ActivationText,
    width: options.Width,
    data: options.Data = None,
    label: options.Label = None,
    deduplicate: options.Deduplicate = False,
    samples: options.Samples = None,
    inputs: options.InputsPerSample = None,
    blocks: options.Blocks = None,
    method: options.Method = "paired",
    seed: options.Seed = 0,
    output: options.Output = None,
    as_json: options.Json = False,
) -> int:
    """Prove that a two-layer network of this width fits every label vector on the data.

    PROVED: for every y in R^n there are real weights with which the network equals y_i at every row x_i exactly.
    REFUTED: almost no y is taken, with a certificate of that. UNDECIDED: the argument falls short; another may not.

    Try:

      exactcap certify interpolation --data iris.csv --label species --deduplicate --activation tanh --width 50
      exactcap certify interpolation --samples 24 --inputs 4 --width 8 --activation tanh
      exactcap certify interpolation --samples 20 --inputs 4 --width 8 --activation "x^3 + x" --blocks W,b
    """
    options.valid_width(width)
    options.valid_seed(seed)
    from exactcap.claims import Interpolation
    from exactcap.models.activations import parse_activation
    from exactcap.provers.interpolation import prove_interpolation
    from exactcap.provers.records import activation_record

    psi = activation_record(parse_activation(activation))
    claim = Interpolation(psi, options.claim_inputs(data, label, deduplicate, samples, inputs), width)
    chosen = options.chosen_blocks(blocks)
    return _answer(lambda progress: prove_interpolation(claim, chosen, seed, progress), output, as_json)


def obstruction(
    *,
    activation: options.ActivationText,
    width: options.Width,
    data: options.Data = None,
    label: options.Label = None,
    deduplicate: options.Deduplicate = False,
    samples: options.Samples = None,
    inputs: options.InputsPerSample = None,
    seed: options.Seed = 0,
    output: options.Output = None,
    as_json: options.Json = False,
) -> int:
    """Prove that a two-layer network of this width fits almost no label vector on the data.

    PROVED: on more rows than the Jacobian's rank can reach, the label vectors taken have measure zero (Sard).
    REFUTED: every label vector is taken, with a certificate of that. UNDECIDED: the rank bounds fall short.

    Try:

      exactcap certify obstruction --samples 30 --inputs 4 --width 4 --activation exp
      exactcap certify obstruction --data wine.csv --label class --width 10 --activation tanh
    """
    options.valid_width(width)
    options.valid_seed(seed)
    from exactcap.models.activations import parse_activation
    from exactcap.provers.interpolation import decide_obstruction

    psi = parse_activation(activation)
    claim_inputs = options.claim_inputs(data, label, deduplicate, samples, inputs)
    return _answer(lambda progress: decide_obstruction(psi, claim_inputs, width, seed, progress), output, as_json)


def _answer(prove: Callable[[Progress], Outcome], output: Path | None, as_json: bool) -> int:
    from exactcap.certificates.format import require_output
    from exactcap.cli.decide import print_answer, write_and_check
    from exactcap.cli.progress import progress_bar

    if output is not None:
        require_output(output)  # before the work, not after it
    with progress_bar() as progress:
        outcome = prove(progress)
        checked = write_and_check(outcome.certificate, output, progress) if outcome.certificate else None
    lines = [f"{'argument':<11} {outcome.reason}", *(checked.lines() if checked else [])]
    record = {"reason": outcome.reason, "certificate": checked.record() if checked else None}
    if checked is None:
        return print_answer(outcome.finding, f"{outcome.reason}; no certificate", [], record, as_json)
    return print_answer(outcome.finding, checked.verdict.statement, lines, record, as_json)
