"""``exactcap certify gaussian`` correlation-separated, correlation-orthogonal, norm-change, decoupling."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.cli.best import BestConstant, Output, SmallestBias, Tolerance, given, lemma_answer
from exactcap.cli.rationals import rational_option
from exactcap.errors import InputError

if TYPE_CHECKING:
    from exactcap.claims import Statement

Unit = Annotated[Literal["threshold", "relu"], Parameter(help="phi: 1{u > 0} or max(u, 0).")]
Constant = Annotated[str | None, Parameter(allow_leading_hyphen=True, help="The constant in front, a rational number.")]
BiasFrom = Annotated[
    str | None,
    Parameter(
        allow_leading_hyphen=True, help="The claim is for all biases from here on (or 'any', where --help has it)."
    ),
]
Epsilon = Annotated[str, Parameter(allow_leading_hyphen=True, help="How far from orthonormal the vectors may be.")]
Rate = Annotated[
    str,
    Parameter(
        help="'sharp': (1 - d^2/4)^k e^(-b^2 d^2/(2(4 - d^2))), distance d, k = 0 (threshold) or 1 (relu); a number K: "
        "e^(-K b^2 d^2)."
    ),
]
Form = Annotated[
    Literal["sharp", "plain"], Parameter(help="The exponent: with the denominators of the proof, or without.")
]


def correlation_separated(
    *,
    activation: Annotated[
        Literal["threshold", "relu", "powers"], Parameter(help="phi: 1{u > 0}, max(u, 0), or max(u, 0)^k for every k.")
    ],
    constant: Constant = None,
    exponent: Rate = "1/8",
    bias_from: BiasFrom = None,
    best_constant: BestConstant = False,
    smallest_bias: SmallestBias = False,
    tolerance: Tolerance = "1/1000",
    output: Output = None,
    as_json: options.Json = False,
) -> int:
    """Proposition 3.1: E phi(<g,x> - b) phi(<g,y> - b) <= C e^(-b^2 d^2/8) E phi(gamma - b)^2, unit x, y, |x - y| = d.

    For b >= 0 by rule `separated`, for negative biases by a cover of the region; a false one is REFUTED by a point.

    Try:

      exactcap certify gaussian correlation-separated --activation relu --constant 1 --exponent sharp --bias-from 0
      exactcap certify gaussian correlation-separated --activation threshold --constant 2 --smallest-bias
    """
    c, b = _two(constant, bias_from, best_constant, smallest_bias)
    rate = "sharp" if exponent == "sharp" else str(_not_negative("exponent", exponent))
    from exactcap.claims.inequality import Separated

    return _answer(lambda bias, factor: Separated(activation, bias, factor, rate), c, b, tolerance, output, as_json)


def correlation_profile(*, activation: Unit, output: Output = None, as_json: options.Json = False) -> int:
    """Proposition 3.1 from both sides: the correlation of two units lies between two curves, for all b > 0.

    By rule `profile`. 'exactcap plot correlation' draws them.

    Try:

      exactcap certify gaussian correlation-profile --activation relu
    """
    from exactcap.claims.inequality import Profile
    from exactcap.cli.answer import answer
    from exactcap.provers.inequality import prove_inequality

    return answer(lambda progress: prove_inequality(Profile(activation), progress), output, as_json)


def correlation_orthogonal(
    *,
    activation: Unit,
    epsilon: Epsilon,
    constant: Constant = None,
    exponent: Form = "plain",
    bias_from: BiasFrom = None,
    best_constant: BestConstant = False,
    smallest_bias: SmallestBias = False,
    tolerance: Tolerance = "1/1000",
    output: Output = None,
    as_json: options.Json = False,
) -> int:
    """Proposition 3.2 (ii): E phi(<g,u> - b) phi(<g,v> - b) <= C e^(2 eps b^2) (E phi(gamma - b))^2.

    For eps-orthogonal u, v: squared lengths are within eps of 1, the inner product within eps of 0.
    Sharp: the exponent is 2 eps b^2/(1 + 2 eps). --bias-from any: for all biases, negative ones too.

    Try:

      exactcap certify gaussian correlation-orthogonal --activation threshold --epsilon 1/8 --constant 2 --bias-from 1
      exactcap certify gaussian correlation-orthogonal --activation relu --epsilon 1/16 --bias-from any --best-constant
    """
    every = bias_from == "any"
    c, b = _two(constant, "0" if every else bias_from, best_constant, smallest_bias)
    eps = str(_epsilon(epsilon, Fraction(1, 2)))
    from exactcap.claims.inequality import Orthogonal

    def lemma(bias: str, factor: str) -> Orthogonal:
        return Orthogonal(activation, None if every else bias, factor, eps, exponent)

    return _answer(lemma, c, b, tolerance, output, as_json)


def norm_change(
    *,
    activation: Unit,
    epsilon: Epsilon,
    constant: Constant = None,
    exponent: Form = "plain",
    bias_from: Annotated[
        str, Parameter(allow_leading_hyphen=True, help="The claim is for all biases from here on.")
    ] = "0",
    best_constant: BestConstant = False,
    tolerance: Tolerance = "1/1000",
    output: Output = None,
    as_json: options.Json = False,
) -> int:
    """Proposition 3.2 (i): E phi(<g,u> - b)^2 >= C e^(-eps b^2) E phi(gamma - b)^2 when | |u|^2 - 1 | <= eps.

    Sharp: the exponent is -eps b^2/(2(1 - eps)).

    Try:

      exactcap certify gaussian norm-change --activation relu --epsilon 1/5 --constant 1/2
      exactcap certify gaussian norm-change --activation threshold --epsilon 1/5 --exponent sharp --best-constant
    """
    c = given("constant", constant, best_constant, "--best-constant")
    b, eps = str(rational_option("bias-from", bias_from)), str(_epsilon(epsilon, Fraction(1)))
    from exactcap.claims.inequality import NormChange
    from exactcap.provers.inequality import prove_inequality

    return lemma_answer(
        lambda number, progress: prove_inequality(NormChange(activation, b, str(number), eps, exponent), progress),
        "constant", c, is_smaller_better=False, start=Fraction(0), tolerance=tolerance, output=output, as_json=as_json,
    )  # fmt: skip


def decoupling(
    *,
    epsilon: Epsilon,
    constant: Constant = None,
    best_constant: BestConstant = False,
    tolerance: Tolerance = "1/1000",
    output: Output = None,
    as_json: options.Json = False,
) -> int:
    """Lemma 3.3: E f(<g,u>) f(<g,v>) <= C (E f(sqrt(1 + 2 eps) gamma))^2 for measurable f >= 0, eps-orthogonal u, v.

    True exactly for C >= (1 + 2 eps)/sqrt(1 - 2 eps); with sqrt((1 + 2 eps)/(1 - 2 eps)) this variant is false.

    Try:

      exactcap certify gaussian decoupling --epsilon 1/16 --best-constant
    """
    c, eps = given("constant", constant, best_constant, "--best-constant"), str(_epsilon(epsilon, Fraction(1, 2)))
    from exactcap.claims.inequality import Decoupling
    from exactcap.provers.inequality import prove_inequality

    return lemma_answer(
        lambda number, progress: prove_inequality(Decoupling(str(number), eps), progress),
        "constant", c, is_smaller_better=True, start=Fraction(1), tolerance=tolerance, output=output, as_json=as_json,
    )  # fmt: skip


def _answer(
    lemma: Callable[[str, str], Statement],
    constant: Fraction | None,
    bias: Fraction | None,
    tolerance: str,
    output: Path | None,
    as_json: bool,
) -> int:
    """The answer for a lemma of a bias and a constant, of which one may be searched."""
    from exactcap.provers.inequality import prove_inequality

    if constant is None:
        return lemma_answer(
            lambda number, progress: prove_inequality(lemma(str(bias), str(number)), progress), "constant", None,
            is_smaller_better=True, start=Fraction(1), tolerance=tolerance, output=output, as_json=as_json,
        )  # fmt: skip
    return lemma_answer(
        lambda number, progress: prove_inequality(lemma(str(number), str(constant)), progress), "bias", bias,
        is_smaller_better=True, start=Fraction(0), tolerance=tolerance, output=output, as_json=as_json,
    )  # fmt: skip


def _two(
    constant: str | None, bias_from: str | None, best_constant: bool, smallest_bias: bool
) -> tuple[Fraction | None, Fraction | None]:
    """The constant and the bias, at most one of them searched."""
    if best_constant and smallest_bias:
        raise InputError("best-constant: give one of --best-constant and --smallest-bias, and a number for the other")
    return (
        given("constant", constant, best_constant, "--best-constant"),
        given("bias-from", bias_from, smallest_bias, "--smallest-bias"),
    )


def _not_negative(name: str, text: str) -> Fraction:
    number = rational_option(name, text)
    if number < 0:
        raise InputError(f"{name}: {text} is negative; give a number such as 1/8, or 'sharp'")
    return number


def _epsilon(text: str, below: Fraction) -> Fraction:
    """0 <= epsilon < below."""
    epsilon = rational_option("epsilon", text)
    if not 0 <= epsilon < below:
        raise InputError(f"epsilon: {text} is not in [0, {below}), where the statement has a meaning; make it smaller")
    return epsilon
