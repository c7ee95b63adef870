"""``exactcap certify kernel``: the tangent kernel of a two-layer network at the rows of a file."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.cli.answer import answer
from exactcap.errors import InputError

KernelActivation = Annotated[str, Parameter(help="relu, abs, erf, sin, cos, exp or gaussian.")]
Bias = Annotated[bool, Parameter(negative="", help="The units have biases: a 1 is appended to each row.")]
UnitCount = Annotated[
    int | None,
    Parameter(converter=options.whole_number, help="Number of drawn units, instead of infinitely many; relu only."),
]
OptionalSeed = Annotated[
    int | None,
    Parameter(converter=options.whole_number, help="Seed of the drawn units, 0 if not given; the same draws the same."),
]


def kernel(
    *,
    data: options.RequiredData,
    label: options.RequiredLabel,
    activation: KernelActivation,
    bias: Bias = False,
    width: UnitCount = None,
    seed: OptionalSeed = None,
    deduplicate: options.Deduplicate = False,
    output: options.Output = None,
    as_json: options.Json = False,
) -> int:
    """Prove that the tangent kernel matrix of the normalised rows is positive definite, and how much.

    K_ij = rho E g'(u) g'(v), rho the cosine of rows i and j and of the standard
    normal pair u, v: the limit of infinitely many units g(<w, x>) of which the
    first layer is trained. PROVED: a lower bound of the smallest eigenvalue.
    REFUTED: the matrix is singular, with a null vector. UNDECIDED: the eigenvalue
    is too small.

    With --width M: the n x Md matrix of 1{<w_l, x_i> > 0} x_i for integer weights
    w_1..w_M drawn from the seed. PROVED: it has rank n, so every label vector is
    taken, exactly, by a ReLU network with 2M hidden units. REFUTED: a null vector.

    Try:

      exactcap certify kernel --data wine.csv --label class --activation relu
      exactcap certify kernel --data wine.csv --label class --activation relu --bias --width 20
    """
    options.valid_seed(seed or 0)
    if width is None and seed is not None:
        raise InputError("seed: --seed draws the units of --width M; add that, or leave it out")
    if width is not None:
        options.valid_width(width)
        if activation != "relu":
            raise InputError(
                f"activation: --width is for relu, not {activation[:40]!r}; leave out --width, or take relu"
            )
    from exactcap.provers.kernel import prove_kernel
    from exactcap.provers.tangent import prove_tangent

    table = options.data_table(data, label, deduplicate)
    about = [f"{'rows':<11} equal rows would make the matrix singular: {table.text()}"] if table.merged else []
    if width is None:
        return answer(lambda progress: prove_kernel(activation, table, bias, progress), output, as_json, about)
    return answer(lambda progress: prove_tangent(table, bias, width, seed or 0, progress), output, as_json, about)
