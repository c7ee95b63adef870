"""``exactcap predict``: formulas of storage capacity, each line with its status."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.cli.rationals import rational_option
from exactcap.errors import InputError

if TYPE_CHECKING:
    from exactcap.claims import Quantity
    from exactcap.reports.items import Item

ATTEMPTS = 4  # each with twice as many bits

Digits = Annotated[
    int,
    Parameter(
        converter=options.whole_number,
        help="Significant digits of the formula's value: 2 to 200, of the perceptron to 1000, of 1rsb to 50.",
    ),
]
Margin = Annotated[
    str,
    Parameter(allow_leading_hyphen=True, help="The margin: an integer, p/q or a decimal."),
]
Unit = Annotated[
    str,
    Parameter(
        help="g: tanh, sigmoid, silu, softplus, gelu, erf, sin, cos, gaussian, exp, relu, leaky_relu, abs, hardtanh, "
        'or an expression in x such as "x^2" or "x*exp(-x^2)"; with --units also sign.'
    ),
]


@dataclass(frozen=True)
class Known:
    """The digits of a formula's value, and how they are known."""

    value: str
    how: str
    record: dict[str, Any] | None


def perceptron(
    *,
    margin: Margin = "0",
    digits: Digits = 20,
    output: options.Output = None,
    as_json: options.Json = False,
) -> int:
    """Patterns per weight that a perceptron stores with a margin (Gardner).

    The formula is 1/E (gamma + margin)_+^2, gamma standard normal. A perceptron
    with weights w in R^N stores patterns x_i with labels y_i = +-1 if
    y_i <w, x_i> >= margin |w| for all i; here the patterns are Gaussian and N
    tends to infinity. From margin 0 on the number is the capacity, a theorem;
    for negative margins it is an upper bound only.

    Try:

      exactcap predict perceptron
      exactcap predict perceptron --margin 1 --digits 40
      exactcap predict perceptron --margin -1/2
    """
    kappa = rational_option("margin", margin)
    from exactcap.claims import Perceptron
    from exactcap.reports.predict_words import perceptron_item

    quantity = Perceptron(str(kappa))
    known = certified(quantity, digits, output)
    return show([perceptron_item(quantity, kappa < 0, known.value, known.how)], known.record, as_json)


def committee(
    *,
    activation: Unit,
    architecture: Annotated[
        Literal["tree", "full"], Parameter(help="tree: each hidden unit has inputs of its own. full: all see all.")
    ] = "tree",
    ansatz: Annotated[Literal["rs", "1rsb"], Parameter(help="Replica symmetry, or one step of breaking it.")] = "rs",
    margin: Margin = "0",
    units: Annotated[
        int | None,
        Parameter(
            converter=options.whole_number,
            help="A tree with this many units, instead of infinitely many: an odd number of sign units, or two of relu "
            "with outer weights 1 and -1.",
        ),
    ] = None,
    digits: Digits = 20,
    output: options.Output = None,
    as_json: options.Json = False,
) -> int:
    """Patterns per weight that a committee machine of hidden units g stores.

    Its output is the sign of sum_k v_k (g(<w_k, x>) - E g)/sqrt K with fixed
    v_k = +-1, N trained weights on spheres, Gaussian patterns, N -> infinity and
    then K -> infinity units. With (u, v) standard normal of correlation q,

      Delta(q) = E g(u) g(v),      Q(q) = Delta(q) - Delta(0)
      and for full committees      Q(q) = Delta(q) - Delta(0) - Delta'(0) q.

    rs:    2 Q'(1)/Q(1). For trees it is an upper bound, by Gordon's comparison;
           as the capacity it is a prediction, and for full committees no more.
    1rsb:  one step of replica-symmetry breaking, a prediction: the minimum over
           0 <= q0 < 1 and r > 0 of F(q0, r) =
           [ln(1 + r(1-q0)) + r q0/(1 + r(1-q0))]/(-2 E_z ln B(z)), where B(z) =
           E_x exp(-r min(0, z sqrt(Q(q0)) + x sqrt(Q(1) - Q(q0)))^2/(2 Q'(1))).
           Full replica-symmetry breaking lies below it. The least F(0, r) is
           given with rs for trees: the lifted comparison, whose proof is not
           shown here, would make it a bound. 1rsb may take a minute.

    sign has no value for infinitely many units: E g'^2 diverges; give --units.

    Try:

      exactcap predict committee --activation relu
      exactcap predict committee --activation relu --architecture full
      exactcap predict committee --activation erf --ansatz 1rsb --digits 10
      exactcap predict committee --activation "x^3 - 3*x" --margin 1/2
      exactcap predict committee --activation sign --units 3
    """
    kappa = rational_option("margin", margin)
    from exactcap.cli import predict_committee as found

    if units is not None:
        if architecture != "tree" or ansatz != "rs" or kappa != 0:
            raise InputError("units: finitely many units have a formula for --architecture tree, rs, margin 0 only")
        return found.finite_tree(activation, units, digits, output, as_json)
    if ansatz == "1rsb":
        if kappa != 0:
            raise InputError("margin: one step of breaking is computed at margin 0 only; leave out --margin")
        return found.one_step_breaking(activation, architecture, digits, output, as_json)
    return found.replica_symmetric(activation, architecture, kappa, digits, output, as_json)


def symmetry_breaking(
    *,
    activation: Unit,
    digits: Digits = 20,
    output: options.Output = None,
    as_json: options.Json = False,
) -> int:
    """Patterns per weight from which the units of a full committee differ.

    With few patterns two solutions have overlap q = 0, unit by unit: the units
    are alike; with more they specialise, q > 0. The free entropy per weight is
    S(q) - alpha e(q), S = (ln(1-q) + q/(1-q))/2, e = -E ln Phi(z sqrt(Q(q)/(Q(1)
    - Q(q)))), with z standard normal and Q that of full committees in 'exactcap
    predict committee'. If the coefficient a_2^2 of q^2 in Q is not 0, q = 0 loses
    its stability at alpha = (pi/4) Q(1)/a_2^2. A scan looks whether q jumps
    before that, as for odd units: q > 0 is stationary at alpha(q) = S'/e', so
    such solutions appear at the least alpha(q), the spinodal; they are better
    than q = 0 from the least T(q) = S/(e - ln 2) on, the thermodynamic point.
    All of that is replica-symmetric theory, and every line a prediction.

    Try:

      exactcap predict symmetry-breaking --activation relu
      exactcap predict symmetry-breaking --activation erf --digits 10
    """
    from exactcap.cli import predict_committee as found

    return found.breaking(activation, digits, output, as_json)


def certified(quantity: Quantity, digits: int, output: Path | None) -> Known:
    """Prove the digits of a formula, and have the certificate decided by the checker."""
    from exactcap.api.check import write_and_check
    from exactcap.certificates.format import require_output
    from exactcap.claims import Enclosure
    from exactcap.claims.enclosure import decimal
    from exactcap.cli.progress import progress_bar
    from exactcap.errors import CheckerDisagreesError
    from exactcap.provers.enclosure import enclose
    from exactcap.reports.predict_words import UNDECIDED

    if output is not None:
        require_output(output)  # before the work, not after it
    with progress_bar() as progress:
        outcome = enclose(quantity, digits, progress)
        if outcome.certificate is None:
            return Known(UNDECIDED, outcome.reason, None)
        checked = write_and_check(outcome.certificate, output, progress)
    if checked.verdict.finding != "VERIFIED":
        raise CheckerDisagreesError(f"the checker says {checked.verdict.finding}, the prover {outcome.finding.value}")
    claim = outcome.certificate.claim
    assert isinstance(claim, Enclosure)
    where = str(checked.path) if checked.path else "not kept (give -o FILE)"
    relying = f"; relies on {', '.join(checked.verdict.relies_on)}" if checked.verdict.relies_on else ""
    how = f"certificate {where}, id {checked.verdict.claim_id[:16]}, checked by the independent program{relying}"
    return Known(decimal(claim.mantissa, claim.exponent), how, checked.record())


def by_balls(digits_at: Callable[[int], tuple[int, int] | None], digits: int) -> Known:
    """The digits that ``digits_at`` finds with so many bits, which are raised until there are some."""
    from exactcap.claims.enclosure import decimal
    from exactcap.reports.predict_words import UNDECIDED

    bits = 10 * digits // 3 + 64
    for _ in range(ATTEMPTS):
        found = digits_at(bits)
        if found is not None:
            return Known(decimal(*found), f"ball arithmetic with {bits} bits, no certificate", None)
        bits *= 2
    return Known(UNDECIDED, f"{digits} digits are not certain with {bits // 2} bits; take another number", None)


def show(items: Sequence[Item], certificate: dict[str, Any] | None, as_json: bool) -> int:
    """Print the items, or one JSON object; the exit status is 3 where digits are undecided."""
    from exactcap.reports.predict_words import UNDECIDED

    if as_json:
        print(json.dumps({"certificate": certificate, "items": [item.record() for item in items]}, sort_keys=True))
    else:
        print("\n".join(line for item in items for line in item.lines()))
    return 3 if any(dict(item.fields).get("value") == UNDECIDED for item in items) else 0
