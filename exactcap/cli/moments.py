"""``exactcap certify gaussian`` asymptotics, stability, monotonicity, domination: moments of one unit."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.cli.answer import answer
from exactcap.cli.best import BestConstant, Output, SmallestBias, Tolerance, given, lemma_answer
from exactcap.cli.correlations import BiasFrom, Constant, Unit
from exactcap.cli.rationals import rational_option
from exactcap.errors import InputError

Order = Annotated[
    int, Parameter(converter=options.whole_number, help="The power of the moment: 0, 1 or 2; 0 is the tail.")
]


def asymptotics(
    *,
    order: Order,
    constant: Constant = None,
    best_constant: BestConstant = False,
    tolerance: Tolerance = "1/1000",
    output: Output = None,
    as_json: options.Json = False,
) -> int:
    """Lemma A.1: n! b^(-n-1) (1 - C/b^2) < E (gamma - b)_+^n / g(b) < n! b^(-n-1) for all b > 0, g the normal density.

    Try:

      exactcap certify gaussian asymptotics --order 1 --constant 3
      exactcap certify gaussian asymptotics --order 2 --best-constant
    """
    options.between("order", order, 0, 2)
    c = given("constant", constant, best_constant, "--best-constant")
    from exactcap.claims.inequality import Asymptotics
    from exactcap.provers.inequality import prove_inequality

    return lemma_answer(
        lambda number, progress: prove_inequality(Asymptotics(str(number), order), progress),
        "constant", c, is_smaller_better=True, start=Fraction(1), tolerance=tolerance, output=output, as_json=as_json,
    )  # fmt: skip


def stability(
    *,
    order: Order,
    z_from: Annotated[
        str,
        Parameter(allow_leading_hyphen=True, help="The least z, above -1; with --constant none also -1: all z > -1."),
    ],
    z_to: Annotated[str, Parameter(allow_leading_hyphen=True, help="The largest z, or 'inf'.")],
    bias_from: Annotated[
        str, Parameter(allow_leading_hyphen=True, help="The least b, positive; with --constant none also 0: all b > 0.")
    ] = "1",
    constant: Annotated[
        str | None, Parameter(help="C in |theta - 1| <= C/b^2; 'none': between 1 and e^(-zD) instead.")
    ] = None,
    best_constant: BestConstant = False,
    tolerance: Tolerance = "1/1000",
    output: Output = None,
    as_json: options.Json = False,
) -> int:
    """Lemma A.2: E (sqrt(1+z) gamma - b)_+^k = theta (1+z)^(k+1/2) e^(z b^2/(2(1+z))) E (gamma - b)_+^k, theta near 1.

    D = (k+1)(k+2)/(2 b^2). Uniform for z in a bounded range; with --z-to inf and a constant it is REFUTED.

    Try:

      exactcap certify gaussian stability --order 1 --z-from -1/4 --z-to 1 --bias-from 2 --constant 4
      exactcap certify gaussian stability --order 1 --z-from -1 --z-to inf --bias-from 0 --constant none
      exactcap certify gaussian stability --order 1 --z-from 0 --z-to inf --constant 4
    """
    options.between("order", order, 0, 2)
    is_open = constant == "none"
    low = None if is_open and z_from == "-1" else rational_option("z-from", z_from)
    top = None if z_to == "inf" else rational_option("z-to", z_to)
    b = None if is_open and bias_from == "0" else rational_option("bias-from", bias_from)
    if (low is not None and low <= -1) or (top is not None and (top <= -1 or (low is not None and top < low))):
        raise InputError(f"z-from: the range from {z_from} to {z_to} must lie above -1 and not be empty; change it")
    if b is not None and b <= 0:
        raise InputError(f"bias-from: {bias_from} is not positive; the statement is about b > 0")
    c = None if is_open else given("constant", constant, best_constant, "--best-constant")
    from exactcap.claims.inequality import Stability
    from exactcap.provers.inequality import prove_inequality

    upper = None if top is None else str(top)
    if is_open:
        every = Stability(None if b is None else str(b), None, order, None if low is None else str(low), upper)
        return answer(
            lambda progress: prove_inequality(every, progress),
            output, as_json,
        )  # fmt: skip
    return lemma_answer(
        lambda number, progress: prove_inequality(Stability(str(b), str(number), order, str(low), upper), progress),
        "constant", c, is_smaller_better=True, start=Fraction(1), tolerance=tolerance, output=output, as_json=as_json,
    )  # fmt: skip


def monotonicity(
    *,
    variable: Annotated[
        Literal["sigma", "bias", "rho", "delta"], Parameter(help="In what: scale, bias, correlation or distance.")
    ],
    activation: Annotated[
        Literal["threshold", "closed-threshold", "relu", "any"],
        Parameter(help="closed-threshold is 1{u >= 0}; any: each nondecreasing psi with psi(u) = 0 for u <= 0."),
    ] = "any",
    of: Annotated[Literal["moment", "correlation"], Parameter(help="Of one unit, or of two.")] = "moment",
    bias_from: BiasFrom = None,
    output: Output = None,
    as_json: options.Json = False,
) -> int:
    """Lemma A.3: sigma -> E psi(sigma gamma - b) does not decrease on [0, infinity), and its relatives.

    The scale sigma: for --bias-from 0; relu for all biases (--bias-from any). Others: E (gamma - b)_+^n in b,
    E phi(X - b) phi(Y - b) in rho, delta or b (--of correlation).

    Try:

      exactcap certify gaussian monotonicity --variable sigma --activation threshold --bias-from 0
      exactcap certify gaussian monotonicity --variable sigma --activation closed-threshold --bias-from 0
      exactcap certify gaussian monotonicity --of correlation --variable rho --activation relu
    """
    is_sigma = of == "moment" and variable == "sigma"
    if is_sigma and bias_from is None:
        raise InputError("bias-from: give --bias-from B (or any), the biases that the claim is about")
    if not is_sigma and bias_from not in (None, "any"):
        raise InputError(f"bias-from: {bias_from!r} does not go with --variable {variable}; leave it out")
    fits = (variable in ("sigma", "bias")) if of == "moment" else variable != "sigma"
    if not fits:
        raise InputError(f"variable: a {of} has no {variable}; see --help")
    allowed = ("any",) if of == "moment" else ("threshold", "relu")
    if not is_sigma and activation not in allowed:
        raise InputError(f"activation: {activation!r} does not go with --of {of} --variable {variable}; see --help")
    low = None if bias_from in (None, "any") else str(rational_option("bias-from", str(bias_from)))
    from exactcap.claims.inequality import Monotonicity
    from exactcap.provers.inequality import prove_inequality

    lemma = Monotonicity(activation, low, of, variable)
    return answer(lambda progress: prove_inequality(lemma, progress), output, as_json)


def domination(
    *,
    activation: Unit,
    bias_from: BiasFrom = None,
    smallest_bias: SmallestBias = False,
    tolerance: Tolerance = "1/1000",
    output: Output = None,
    as_json: options.Json = False,
) -> int:
    """Section 5: E phi(gamma - b) <= b E phi(gamma - b)^2 for all b >= B: threshold from 1, ReLU from 1.1615...

    Try:

      exactcap certify gaussian domination --activation relu --smallest-bias
    """
    b = given("bias-from", bias_from, smallest_bias, "--smallest-bias")
    from exactcap.claims.inequality import SecondMoment
    from exactcap.provers.inequality import prove_inequality

    return lemma_answer(
        lambda number, progress: prove_inequality(SecondMoment(activation, str(number)), progress),
        "bias", b, is_smaller_better=True, start=Fraction(1), tolerance=tolerance, output=output, as_json=as_json,
    )  # fmt: skip
