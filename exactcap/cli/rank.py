"""``exactcap certify rank``: the rank of a named matrix, or a claim about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.cli.answer import answer
from exactcap.errors import InputError

if TYPE_CHECKING:
    from exactcap.claims import Matrix
    from exactcap.claims.matrices import Points

Integer = options.whole_number
Equals = Annotated[int | None, Parameter(converter=Integer, help="Claim: the rank is this.")]
AtLeast = Annotated[int | None, Parameter(converter=Integer, help="Claim: the rank is at least this.")]
AtMost = Annotated[int | None, Parameter(converter=Integer, help="Claim: the rank is at most this.")]
Rows = Annotated[int, Parameter(converter=Integer, help="Rows of the matrix.")]
Columns = Annotated[int, Parameter(converter=Integer, help="Columns of the matrix.")]
Inner = Annotated[int, Parameter(converter=Integer, help="Rank of the matrix before the entrywise function.")]
Power = Annotated[int, Parameter(converter=Integer, help="The entrywise power k.")]
OptionalPower = Annotated[int | None, Parameter(converter=Integer, help="The entrywise power k.")]
Powers = Annotated[str | None, Parameter(help='A sum of entrywise powers, for example "0,2,5".')]
OptionalActivation = Annotated[str | None, Parameter(help='Any entrywise function: tanh, "x^3/3 - 2*x", ...')]
Samples = Annotated[
    int | None,
    Parameter(converter=Integer, help="Number n of generic inputs. Without it: the dimension, as functions."),
]
Inputs = Annotated[int | None, Parameter(converter=Integer, help="Dimension d of the inputs.")]
RankBlocks = Annotated[str, Parameter(help="The trained parameters: those named of W,b,v.")]
FixedBias = Annotated[bool, Parameter(negative="", help="Generic biases that are not trained (blocks without b).")]
Widths = Annotated[str, Parameter(help='All widths from the inputs to the outputs, for example "2,3,3,1".')]
Degree = Annotated[int | None, Parameter(converter=Integer, help="Every activation is x^degree.")]
Activations = Annotated[str | None, Parameter(help='Or one activation a hidden layer, for example "tanh,x^2 + x".')]
Bias = Annotated[
    Literal["none", "hidden", "all"], Parameter(help="Biases: none, in the hidden layers, or in all layers.")
]


def hadamard(
    *,
    rows: Rows,
    cols: Columns,
    inner: Inner,
    power: OptionalPower = None,
    powers: Powers = None,
    activation: OptionalActivation = None,
    equals: Equals = None,
    at_least: AtLeast = None,
    at_most: AtMost = None,
    seed: options.Seed = 0,
    output: options.Output = None,
    as_json: options.Json = False,
) -> int:
    """Rank of an entrywise function of a generic matrix U V^T of rank --inner.

    Try:

      exactcap certify rank hadamard --rows 40 --cols 50 --inner 4 --power 3
      exactcap certify rank hadamard --rows 60 --cols 60 --inner 3 --powers 0,2,5 --equals 28
      exactcap certify rank hadamard --rows 9 --cols 8 --inner 1 --activation tanh
    """
    from exactcap.claims import Hadamard
    from exactcap.claims.matrices import MAX_POWER
    from exactcap.claims.parts import MAX_SAMPLES
    from exactcap.provers.records import read_activation, sum_of_powers

    for name, size in (("rows", rows), ("cols", cols), ("inner", inner)):
        options.between(name, size, 1, MAX_SAMPLES)
    if (power is not None) + (powers is not None) + (activation is not None) != 1:
        raise InputError("power: give one of --power, --powers and --activation")
    if activation is not None:
        function = read_activation(activation)
    else:
        exponents = [power] if power is not None else _integers("powers", powers or "")
        for exponent in exponents:
            options.between("power", exponent, 0, MAX_POWER)
        function = sum_of_powers(exponents)
    return _rank(lambda: Hadamard(cols, function, inner, rows), equals, at_least, at_most, seed, output, as_json)


def khatri_rao(
    *,
    width: options.Width,
    power: Power,
    samples: Samples = None,
    inputs: Inputs = None,
    data: options.Data = None,
    label: options.Label = None,
    deduplicate: options.Deduplicate = False,
    equals: Equals = None,
    at_least: AtLeast = None,
    at_most: AtMost = None,
    seed: options.Seed = 0,
    output: options.Output = None,
    as_json: options.Json = False,
) -> int:
    """Rank of (XW)^(k) times X, row by row: <w_j,x_i>^k x_ic, with generic W and the inputs X.

    Try:

      exactcap certify rank khatri-rao --samples 40 --inputs 5 --width 7 --power 2
      exactcap certify rank khatri-rao --inputs 3 --width 5 --power 3 --equals 14
      exactcap certify rank khatri-rao --data proofs/data/iris.csv --label species --deduplicate --width 9 --power 2
    """
    from exactcap.claims import KhatriRao
    from exactcap.claims.matrices import MAX_POWER

    options.valid_width(width)
    options.between("power", power, 0, MAX_POWER)
    points = _points(data, label, deduplicate, samples, inputs)
    return _rank(lambda: KhatriRao(points, power, width), equals, at_least, at_most, seed, output, as_json)


def jacobian(
    *,
    width: options.Width,
    activation: options.ActivationText,
    blocks: RankBlocks = "W,b,v",
    fixed_bias: FixedBias = False,
    samples: Samples = None,
    inputs: Inputs = None,
    data: options.Data = None,
    label: options.Label = None,
    deduplicate: options.Deduplicate = False,
    equals: Equals = None,
    at_least: AtLeast = None,
    at_most: AtMost = None,
    seed: options.Seed = 0,
    output: options.Output = None,
    as_json: options.Json = False,
) -> int:
    """Rank of the Jacobian of a two-layer network in the parameters named by --blocks, at generic parameters.

    Without block b there are no biases, unless --fixed-bias.

    Try:

      exactcap certify rank jacobian --samples 60 --inputs 5 --width 7 --activation "x^3 + x^2" --blocks W,b,v
      exactcap certify rank jacobian --inputs 4 --width 6 --activation "x^3 + x" --equals 34
    """
    from exactcap.claims import Jacobian
    from exactcap.models.activations import ordered_blocks
    from exactcap.provers.records import read_activation

    options.valid_width(width)
    chosen = ordered_blocks(options.chosen_blocks(blocks) or ())
    if fixed_bias and "b" in chosen:
        raise InputError("fixed-bias: block b is trained; leave --fixed-bias out, or b out of --blocks")
    bias = "generic" if fixed_bias or "b" in chosen else "none"
    points, record = _points(data, label, deduplicate, samples, inputs), read_activation(activation)
    return _rank(
        lambda: Jacobian(record, bias, chosen, points, width), equals, at_least, at_most, seed, output, as_json
    )


def deep(
    *,
    widths: Widths,
    degree: Degree = None,
    activations: Activations = None,
    bias: Bias = "none",
    samples: Samples = None,
    data: options.Data = None,
    label: options.Label = None,
    deduplicate: options.Deduplicate = False,
    equals: Equals = None,
    at_least: AtLeast = None,
    at_most: AtMost = None,
    seed: options.Seed = 0,
    output: options.Output = None,
    as_json: options.Json = False,
) -> int:
    """Rank of the Jacobian of a deep network; without --samples the dimension of its set of functions.

    For monomial activations that is the dimension of the neurovariety. PROBABLE, with its error bound, where no rule
    reaches the rank and the checker has to draw points of its own.

    Try:

      exactcap certify rank deep --widths 2,3,4,5,4,6,4,1 --degree 2
      exactcap certify rank deep --widths 5,4,4,1 --degree 2 --equals 26
      exactcap certify rank deep --widths 2,3,4,1 --activations "tanh,x^2" --bias hidden --samples 40
    """
    from exactcap.claims import Deep
    from exactcap.claims.matrices import MAX_LAYERS, MAX_POWER
    from exactcap.claims.parts import MAX_INPUTS
    from exactcap.provers.records import read_activation, sum_of_powers

    sizes = _integers("widths", widths)
    if not 2 <= len(sizes) <= MAX_LAYERS + 1:
        raise InputError(f'widths: {widths!r} is not 2 to {MAX_LAYERS + 1} numbers; write for example "2,3,3,1"')
    for size in sizes:
        options.between("widths", size, 1, MAX_INPUTS)
    if (degree is not None) + (activations is not None) != (len(sizes) > 2):
        raise InputError("degree: give either --degree or --activations, and neither for two widths only")
    if activations is not None:
        records = tuple(read_activation(text) for text in activations.split(","))
    else:
        records = (sum_of_powers([options.between("degree", degree or 1, 1, MAX_POWER)]),) * (len(sizes) - 2)
    if len(records) != len(sizes) - 2:
        raise InputError(f"activations: {len(records)} given, but {len(sizes) - 2} hidden layers; name one for each")
    if any(record.name != "rational" for record in records[1:]):
        raise InputError("activations: beyond the first hidden layer they must be rational functions of x")
    points = _points(data, label, deduplicate, samples, None if data else sizes[0])
    if points.n_inputs != sizes[0]:
        raise InputError(f"widths: the data have {points.n_inputs} input columns, not {sizes[0]}; correct the first")
    return _rank(
        lambda: Deep(records, bias, points, tuple(sizes[1:])), equals, at_least, at_most, seed, output, as_json
    )


def _rank(
    build: Callable[[], Matrix],
    equals: int | None,
    at_least: int | None,
    at_most: int | None,
    seed: int,
    output: Path | None,
    as_json: bool,
) -> int:
    """Decide the claim if there is one, else find the rank."""
    options.valid_seed(seed)
    from exactcap.claims import Rank
    from exactcap.claims.parts import MAX_WIDTH
    from exactcap.provers.rank import decide_rank, find_rank

    given = {"equals": equals, "at-least": at_least, "at-most": at_most}
    claims = [(relation, rank) for relation, rank in given.items() if rank is not None]
    if len(claims) > 1:
        raise InputError("equals: give at most one of --equals, --at-least and --at-most")
    matrix = build()
    if not claims:
        return answer(lambda progress: find_rank(matrix, seed, progress), output, as_json)
    ((relation, rank),) = claims
    claim = Rank(matrix, options.between(relation, rank, 0 if relation == "at-most" else 1, MAX_WIDTH), relation)
    return answer(lambda progress: decide_rank(claim, seed, progress), output, as_json)


def _points(data: Path | None, label: str | None, deduplicate: bool, samples: int | None, inputs: int | None) -> Points:
    """The points of a matrix: a table, generic inputs, or functions."""
    from exactcap.claims import Functions
    from exactcap.claims.parts import MAX_INPUTS

    if data is None and samples is None:
        if label is not None or deduplicate:
            raise InputError("label: --label and --deduplicate go with --data FILE; give it, or leave them out")
        if inputs is None:
            raise InputError(
                "inputs: give --inputs D, for n generic inputs also --samples N; or --data FILE --label NAME"
            )
        return Functions(options.between("inputs", inputs, 1, MAX_INPUTS))
    return options.claim_inputs(data, label, deduplicate, samples, inputs)


def _integers(name: str, text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    for part in parts:
        if not part.isascii() or not part.isdigit() or len(part) > 15:
            raise InputError(f'{name}: {part!r} is not a whole number; write for example "0,2,5"')
    return [int(part) for part in parts]
