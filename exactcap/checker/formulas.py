"""The numbers that formulas of storage capacity give: the checker evaluates them by itself (SPEC-CAPACITY.md, K2)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .activations import Activation, activation
from .elementary import pi
from .gaussian_means import order_integral
from .intervals import Interval
from .normal import moment
from .reader import Rejected, fields, integer_between, rational
from .unit_means import ARCHITECTURES, NAMES, ODD, by_quadrature, exact_sums, hermite, sums, total_and_bend

MAX_MARGIN = 10**15
MAX_FORMULA_DIGITS = 200  # the perceptron's closed form is that of one unit and has MAX_DIGITS
MAX_FORMULA_BITS = 1024  # of the precision that a comparison may ask for; some seconds
MAX_BITS = 8192  # the same for closed forms of one unit, and correlations
MAX_UNITS = 15


def _plus(number: Fraction, divisor: str = "") -> str:
    sign, size = "-" if number < 0 else "+", abs(number)
    return f" {sign} ({size}){divisor}" if divisor and size.denominator > 1 else f" {sign} {size}{divisor}"


def _inverse_moment(x: Interval) -> Interval:
    """1/E (gamma + x)_+^2."""
    return 1 / moment(2, -x)


@dataclass(frozen=True)
class Perceptron:
    """1/E (gamma + margin)_+^2."""

    margin: Fraction

    theorems: tuple[str, ...] = ()
    most_bits = MAX_BITS

    def text(self) -> str:
        return f"1/E (gamma{_plus(self.margin)})_+^2" if self.margin else "1/E gamma_+^2"

    def details(self) -> str:
        return f" (Gardner's formula at margin {self.margin})"

    def guard(self) -> int:
        """The exponent -margin^2/2 of the value changes with relative changes of the margin."""
        return 2 * max(0, Interval.exact(self.margin, 8).magnitude())

    def value(self, bits: int) -> Interval:
        return _inverse_moment(Interval.exact(self.margin, bits))


@dataclass(frozen=True)
class Committee:
    """(Q'(1)/Q(1))/E (gamma + margin/sqrt(Q(1)))_+^2."""

    activation: Activation
    architecture: str
    margin: Fraction
    theorems: tuple[str, ...]
    most_bits = MAX_FORMULA_BITS

    def text(self) -> str:
        if not self.margin:
            return "2 Q'(1)/Q(1)"
        return f"(Q'(1)/Q(1))/E (gamma{_plus(self.margin, '/sqrt(Q(1))')})_+^2"

    def details(self) -> str:
        return (
            f" (replica-symmetric formula of a {self.architecture} committee of {self.activation.text()} units at "
            f"margin {self.margin}; of networks nothing is claimed)"
        )

    def guard(self) -> int:
        """As for a perceptron at margin/sqrt(Q(1)), which is at most 10^15 for polynomials; Q(1) > 2^-12 for others."""
        if self.activation.name == "rational":
            return 100 if self.margin else 0
        return 12 + 2 * max(0, Interval.exact(self.margin, 8).magnitude())

    def value(self, bits: int) -> Interval:
        total, slope = sums(self.activation, self.architecture, bits)
        return slope / total * _inverse_moment(self.margin / total.sqrt())


@dataclass(frozen=True)
class SymmetryBreaking:
    """(pi/4) Q(1)/a_2^2 with Q of the architecture full."""

    activation: Activation
    theorems: tuple[str, ...]
    most_bits = MAX_FORMULA_BITS

    def text(self) -> str:
        return "(pi/4) Q(1)/a_2^2"

    def details(self) -> str:
        return (
            f" (continuous symmetry breaking in a full committee of {self.activation.text()} units; of networks "
            "nothing is claimed)"
        )

    def guard(self) -> int:
        return 0

    def value(self, bits: int) -> Interval:
        total, bend = total_and_bend(self.activation, bits)
        return pi(bits).scaled(-2) * total / bend


@dataclass(frozen=True)
class Gordon:
    """1/E dist^2(z, S)."""

    activation: str
    units: int
    theorems: tuple[str, ...]
    most_bits = MAX_FORMULA_BITS

    def text(self) -> str:
        return "1/E dist^2(z, S)"

    def details(self) -> str:
        which = f"{self.units} sign units" if self.activation == "sign" else "2 relu units with outer weights 1 and -1"
        return f" (Gordon's bound for a tree of {which})"

    def guard(self) -> int:
        return 0

    def value(self, bits: int) -> Interval:
        if self.activation == "relu":
            return 1 / (Fraction(3, 8) - Interval.exact(2, bits).sqrt() / pi(bits).scaled(2))
        return 1 / (self.units * order_integral(self.units // 2, bits))


Formula = Perceptron | Committee | SymmetryBreaking | Gordon


def parse(quantity: Any, mantissa: int) -> Formula | None:
    """The quantity of a claim if its kind is one of these; raises Rejected when it has no value or too many digits."""
    kind = quantity.get("kind") if type(quantity) is dict else None
    if kind == "perceptron":
        return Perceptron(_margin(fields(quantity, ("kind", "margin"), "claim, quantity")[1]))
    if kind == "committee":
        parsed: Formula = _committee(quantity)
    elif kind == "symmetry-breaking":
        parsed = _symmetry_breaking(quantity)
    elif kind == "gordon":
        parsed = _gordon(quantity)
    else:
        return None
    if abs(mantissa) >= 10**MAX_FORMULA_DIGITS:
        raise Rejected(f"claim, mantissa: more than {MAX_FORMULA_DIGITS} digits of a {kind} quantity")
    return parsed


def _margin(value: Any) -> Fraction:
    margin = rational(value, "claim, margin")
    if abs(margin) > MAX_MARGIN:
        raise Rejected("claim, margin: it is larger than 10^15")
    return margin


def _unit(value: Any) -> tuple[Activation, tuple[str, ...]]:
    """The activation, and the theorems that its means rely on."""
    name = value.get("name") if type(value) is dict else None
    if name in ("relu", "abs"):
        fields(value, ("name",), "claim, activation")
        return Activation(name), ()
    g = activation(value)
    if g.name != "rational" and g.name not in NAMES:
        raise Rejected(f"claim, activation: its Gaussian means are known for {', '.join(NAMES)} and polynomials")
    if g.name == "rational" and g.degree() is None:
        raise Rejected("claim, activation: a quotient of polynomials, and its Gaussian means are not known")
    return g, ("trapezoidal-rule",) if by_quadrature(g) else ()


def _committee(quantity: Any) -> Committee:
    _, value, architecture, text = fields(quantity, ("kind", "activation", "architecture", "margin"), "claim, quantity")
    if type(architecture) is not str or architecture not in ARCHITECTURES:
        raise Rejected("claim, architecture: it is neither tree nor full")
    (g, theorems), margin = _unit(value), _margin(text)
    if g.name == "rational":
        total = exact_sums(g.numerator, architecture)[0]
        if not total:
            raise Rejected(f"claim, activation: Q(1) = 0 for this polynomial and the architecture {architecture}")
        if margin**2 > MAX_MARGIN**2 * total:
            raise Rejected("claim, margin: it is larger than 10^15 sqrt(Q(1))")
    return Committee(g, architecture, margin, theorems)


def _symmetry_breaking(quantity: Any) -> SymmetryBreaking:
    g, theorems = _unit(fields(quantity, ("kind", "activation"), "claim, quantity")[1])
    if g.name in ODD or (g.name == "rational" and not any(hermite(g.numerator)[1][2:3])):
        raise Rejected("claim, activation: a_2 = 0, and the formula has no value")
    return SymmetryBreaking(g, theorems)


def _gordon(quantity: Any) -> Gordon:
    _, name, units = fields(quantity, ("kind", "activation", "units"), "claim, quantity")
    if name == "relu":
        return Gordon(name, integer_between(units, 2, 2, "claim, units of relu"), ())
    if name != "sign":
        raise Rejected("claim, activation: Gordon's bound is for sign and relu")
    if integer_between(units, 1, MAX_UNITS, "claim, units of sign") % 2 == 0:
        raise Rejected("claim, units: an even number of sign units")
    return Gordon(name, units, ("trapezoidal-rule",))
