"""``exactcap evaluate``: a Gaussian quantity with proven digits."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.cli.rationals import rational_option
from exactcap.errors import InputError

if TYPE_CHECKING:
    from exactcap.claims import Correlation, OneUnit

CROSS_CHECK_DIGITS = 50

At = Annotated[
    str, Parameter(allow_leading_hyphen=True, help="The argument: an integer, p/q, a decimal, 1e15 or 10^100.")
]
Digits = Annotated[
    int, Parameter(converter=options.whole_number, help="Significant digits, 2 to 1000; of a correlation to 300.")
]
CrossCheck = Annotated[
    bool,
    Parameter(negative="", help=f"Also compute it by mpmath, another way, to at most {CROSS_CHECK_DIGITS} digits."),
]


def mills(
    *,
    at: At,
    digits: Digits = 20,
    cross_check: CrossCheck = False,
    output: options.Output = None,
    as_json: options.Json = False,
) -> int:
    """The Mills ratio R(x) = Q(x)/g(x) of the standard normal law, upper tail over density; |x| up to 10^100.

    Try:

      exactcap evaluate mills --at 3 --digits 50
      exactcap evaluate mills --at 10^100
    """
    return _one_unit("mills", at, digits, cross_check, output, as_json)


def tail(
    *,
    at: At,
    digits: Digits = 20,
    cross_check: CrossCheck = False,
    output: options.Output = None,
    as_json: options.Json = False,
) -> int:
    """The tail Q(x) = P(gamma > x), gamma standard normal; |x| up to 10^15.

    Try:

      exactcap evaluate tail --at 1000 --digits 30
    """
    return _one_unit("tail", at, digits, cross_check, output, as_json)


def relu_moment(
    *,
    at: At,
    digits: Digits = 20,
    cross_check: CrossCheck = False,
    output: options.Output = None,
    as_json: options.Json = False,
) -> int:
    """The mean of a ReLU unit, E (gamma - x)_+; |x| up to 10^15.

    Try:

      exactcap evaluate relu-moment --at 2 --digits 30
    """
    return _one_unit("relu-moment", at, digits, cross_check, output, as_json)


def relu_second_moment(
    *,
    at: At,
    digits: Digits = 20,
    cross_check: CrossCheck = False,
    output: options.Output = None,
    as_json: options.Json = False,
) -> int:
    """The second moment of a ReLU unit, E (gamma - x)_+^2; |x| up to 10^15.

    Try:

      exactcap evaluate relu-second-moment --at 2 --digits 30
    """
    return _one_unit("relu-second-moment", at, digits, cross_check, output, as_json)


def correlation(
    *,
    activation: Annotated[Literal["threshold", "relu"], Parameter(help="1{u > 0} or max(u, 0).")],
    bias: Annotated[str, Parameter(allow_leading_hyphen=True, help="The threshold b, or two as h,k.")],
    rho: Annotated[str | None, Parameter(allow_leading_hyphen=True, help="The cosine of u and v, in (-1, 1].")] = None,
    inner: Annotated[
        str | None, Parameter(allow_leading_hyphen=True, help="Their inner product, instead of --rho.")
    ] = None,
    norms: Annotated[str, Parameter(help="The lengths of u and v.")] = "1,1",
    digits: Digits = 20,
    cross_check: CrossCheck = False,
    output: options.Output = None,
    as_json: options.Json = False,
) -> int:
    """The correlation E phi(<g,u> - h) phi(<g,v> - k) of two units, g a standard normal vector.

    Try:

      exactcap evaluate correlation --activation threshold --bias 5/2 --rho -9/10 --digits 40
      exactcap evaluate correlation --activation relu --bias 3 --norms 1.05,0.98 --inner 1/20 --digits 30
      exactcap evaluate correlation --activation relu --bias 3,-1 --rho 1/2 --cross-check
    """
    h, k = _two("bias", bias if "," in bias else f"{bias},{bias}")
    s, t = _two("norms", norms)
    if (rho is None) == (inner is None):
        raise InputError("rho: give one of --rho and --inner")
    product = rational_option("inner", inner) if inner is not None else rational_option("rho", str(rho)) * s * t
    from exactcap.claims import Correlation

    quantity = Correlation(activation, (str(h), str(k)), str(product), (str(s), str(t)))
    return _answer(quantity, digits, cross_check, output, as_json)


def _one_unit(function: str, at: str, digits: int, cross_check: bool, output: options.Output, as_json: bool) -> int:
    x = rational_option("at", at)
    from exactcap.claims import OneUnit

    return _answer(OneUnit(function, str(x)), digits, cross_check, output, as_json)


def _two(name: str, text: str) -> tuple[Fraction, Fraction]:
    parts = text.split(",")
    if len(parts) != 2:
        raise InputError(f"{name}: {text[:40]!r} is not two numbers; write for example 1.05,0.98")
    return rational_option(name, parts[0]), rational_option(name, parts[1])


def _answer(
    quantity: OneUnit | Correlation, digits: int, cross_check: bool, output: options.Output, as_json: bool
) -> int:
    """Prove the digits, have the certificate decided, print; returns the exit status."""
    from exactcap.api.check import write_and_check
    from exactcap.certificates.format import require_output
    from exactcap.claims import Enclosure
    from exactcap.claims.enclosure import decimal
    from exactcap.cli.progress import progress_bar
    from exactcap.cli.screen import print_answer
    from exactcap.errors import CheckerDisagreesError
    from exactcap.provers.enclosure import enclose

    if output is not None:
        require_output(output)  # before the work, not after it
    with progress_bar() as progress:
        outcome = enclose(quantity, digits, progress)
        if outcome.certificate is None:
            return print_answer(outcome.finding, outcome.reason, [], {"reason": outcome.reason}, as_json)
        checked = write_and_check(outcome.certificate, output, progress)
    if checked.verdict.finding != "VERIFIED":
        raise CheckerDisagreesError(f"the checker says {checked.verdict.finding}, the prover {outcome.finding.value}")
    claim = outcome.certificate.claim
    assert isinstance(claim, Enclosure)
    value = decimal(claim.mantissa, claim.exponent)
    lines = [f"{'value':<11} {value}", f"{'argument':<11} {outcome.reason}"]
    record = {"value": value, "digits": digits, "reason": outcome.reason, "certificate": checked.record()}
    if cross_check:
        other, agreeing = _other_way(quantity, claim.mantissa, claim.exponent, min(digits, CROSS_CHECK_DIGITS))
        lines.append(f"{'cross-check':<11} {other} by mpmath, a quadrature; agrees in {agreeing} digits")
        record["cross_check"] = {"value": other, "agreeing_digits": agreeing}
    return print_answer(outcome.finding, checked.verdict.statement, [*lines, *checked.lines()], record, as_json)


def _other_way(quantity: OneUnit | Correlation, mantissa: int, exponent: int, digits: int) -> tuple[str, int]:
    """mpmath's value along another formula, and in how many significant digits it agrees."""
    from exactcap.claims import OneUnit
    from exactcap.claims.enclosure import agreeing_digits, decimal
    from exactcap.models.quadrature import correlation_quadrature, one_unit_quadrature

    if isinstance(quantity, OneUnit):
        m, e = one_unit_quadrature(quantity.function, Fraction(quantity.at), digits)
    else:
        (h, k), (s, t) = quantity.biases, quantity.norms
        m, e = correlation_quadrature(
            quantity.activation,
            (Fraction(h), Fraction(k)),
            (Fraction(s), Fraction(t)),
            Fraction(quantity.inner),
            digits,
        )
    return decimal(m, e), agreeing_digits((mantissa, exponent), (m, e))
