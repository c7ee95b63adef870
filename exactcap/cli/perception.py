"""``exactcap certify gaussian`` deviation, perception, perception-layer: random features and random signs."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.cli.answer import answer
from exactcap.cli.best import BestConstant, Output, Tolerance, given, lemma_answer
from exactcap.cli.correlations import Constant, Unit
from exactcap.cli.rationals import rational_option
from exactcap.errors import InputError


def deviation(
    *,
    activation: Unit,
    root: Annotated[str, Parameter(help="A in sqrt(A m p ln N).")] = "10",
    linear: Annotated[str | None, Parameter(help="B in B ln N (threshold, 10/3) or B ln(N)^2 (relu, 800/3).")] = None,
    output: Output = None,
    as_json: options.Json = False,
) -> int:
    """Lemma 4.1: the inner product of two random feature vectors is near its mean, for all m and N.

    p is the mixed moment: E phi phi for threshold, E phi^2 phi^2 for relu. By rule `bernstein`; smaller numbers are
    UNDECIDED, not false.

    Try:

      exactcap certify gaussian deviation --activation threshold
    """
    a = rational_option("root", root)
    default = "10/3" if activation == "threshold" else "800/3"
    b = rational_option("linear", default if linear is None else linear)
    from exactcap.claims.inequality import Deviation
    from exactcap.provers.inequality import prove_inequality

    lemma = Deviation(activation, str(b), str(a))
    return answer(lambda progress: prove_inequality(lemma, progress), output, as_json)


def perception(
    *,
    constant: Constant = None,
    noise: Annotated[str, Parameter(help="How large the sum may be at points with label 0.")] = "1/16",
    best_constant: BestConstant = False,
    tolerance: Tolerance = "1/100000",
    output: Output = None,
    as_json: options.Json = False,
) -> int:
    """Lemma 6.1: when K_1 ln K <= C eta^-2, a signed sum of the vectors with label 1 tells them from the others.

    By rule `signs`: every C below noise^2/4. Larger ones are UNDECIDED, not false.

    Try:

      exactcap certify gaussian perception --constant 1/1025
    """
    level = rational_option("noise", noise)
    if not 0 < level < Fraction(1, 8):
        raise InputError(f"noise: {noise} is not between 0 and 1/8, where the sum still tells the labels; change it")
    c = _positive(given("constant", constant, best_constant, "--best-constant"))
    from exactcap.claims.inequality import Perception
    from exactcap.provers.inequality import prove_inequality

    return lemma_answer(
        lambda number, progress: prove_inequality(Perception(str(number), str(level)), progress), "constant", c,
        is_smaller_better=False, start=rational_option("tolerance", tolerance), tolerance=tolerance, output=output,
        as_json=as_json,
    )  # fmt: skip


def perception_layer(
    *,
    constant: Constant = None,
    outputs: Annotated[
        Literal["two-or-more", "one"], Parameter(help="The width r of the layer: every r >= 2, or r = 1.")
    ] = "two-or-more",
    best_constant: BestConstant = False,
    tolerance: Tolerance = "1/100000",
    output: Output = None,
    as_json: options.Json = False,
) -> int:
    """Theorem 6.2: when (2 K_1/r + 1) ln K <= C eta^-2, one threshold layer of width r tells zeros from ones.

    By rule `batches` for r >= 2 and C < 1/384. With one output it is false for every C > 0: REFUTED by a configuration.

    Try:

      exactcap certify gaussian perception-layer --constant 1/385
      exactcap certify gaussian perception-layer --constant 1/1000000 --outputs one
    """
    c = _positive(given("constant", constant, best_constant, "--best-constant"))
    from exactcap.claims.inequality import Layer
    from exactcap.provers.inequality import prove_inequality

    return lemma_answer(
        lambda number, progress: prove_inequality(Layer(str(number), outputs), progress), "constant", c,
        is_smaller_better=False, start=rational_option("tolerance", tolerance), tolerance=tolerance, output=output,
        as_json=as_json,
    )  # fmt: skip


def _positive(constant: Fraction | None) -> Fraction | None:
    if constant is not None and constant <= 0:
        raise InputError(f"constant: {constant} is not positive; the statement needs one that is")
    return constant
