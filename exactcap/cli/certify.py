"""``exactcap certify``: one claim in, a certificate and a verdict out."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.cli.answer import answer


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
    method: options.Method = "best",
    seed: options.Seed = 0,
    output: options.Output = None,
    as_json: options.Json = False,
) -> int:
    """Prove that a two-layer network of this width fits every label vector on the data.

    PROVED: for every y in R^n there are real weights with which the network equals y_i at every row x_i exactly.
    REFUTED: almost no y is taken, with a certificate of that. UNDECIDED: the argument falls short; another may not.

    Try:

      exactcap certify interpolation --data iris.csv --label species --deduplicate --activation tanh --width 50
      exactcap certify interpolation --data wine.csv --label class --activation tanh --width 13 --method regular-zero
      exactcap certify interpolation --samples 24 --inputs 4 --width 8 --activation tanh
      exactcap certify interpolation --samples 20 --inputs 4 --width 8 --activation "x^3 + x" --blocks W,b
    """
    options.valid_width(width)
    options.valid_seed(seed)
    from exactcap.claims import Interpolation
    from exactcap.provers.interpolation import prove_interpolation
    from exactcap.provers.records import read_activation

    psi = read_activation(activation)
    claim = Interpolation(psi, options.claim_inputs(data, label, deduplicate, samples, inputs), width)
    chosen = options.chosen_blocks(blocks)
    return answer(lambda progress: prove_interpolation(claim, chosen, seed, progress, method), output, as_json)


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
    return answer(lambda progress: decide_obstruction(psi, claim_inputs, width, seed, progress), output, as_json)


def identity(
    formula: Annotated[Literal["jacobian"], Parameter(help="jacobian: of a two-layer network, in W, b, v.")],
    *,
    samples: Annotated[int, Parameter(converter=options.whole_number, help="Number of inputs.")],
    inputs: Annotated[int, Parameter(converter=options.whole_number, help="Dimension of the inputs.")],
    width: options.Width,
    output: options.Output = None,
    as_json: options.Json = False,
) -> int:
    """Prove a formula symbolically: the derivative of a network equals its Khatri-Rao and Hadamard form.

    SymPy finds it for any differentiable psi; the checker differentiates again with its own formal rules.

    Try:

      exactcap certify identity jacobian --samples 2 --inputs 2 --width 2
    """
    from exactcap.claims import Identity
    from exactcap.claims.identity import MAX_SIZE
    from exactcap.provers.identity import prove_jacobian_identity

    for name, size in (("samples", samples), ("inputs", inputs), ("width", width)):
        options.between(name, size, 1, MAX_SIZE)
    claim = Identity(formula, inputs, samples, width)
    return answer(lambda progress: prove_jacobian_identity(claim, progress), output, as_json)
