"""Digits of a Gaussian quantity: the checker evaluates it by itself, in intervals (SPEC-GAUSSIAN.md, G2)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .formulas import MAX_BITS, Formula
from .formulas import parse as formula
from .intervals import Interval, Undefined
from .minors import Progress
from .normal import mills, moment
from .owen import correlation
from .reader import Reader, Rejected, array, fields, integer, rational
from .verdict import Proof

MAX_DIGITS = 1000
MAX_THRESHOLD = 10**15
MAX_MILLS = 10**100
MAX_PAIR_DIGITS = 300  # of a correlation; with the bound below the worst takes some twenty seconds
LEAST_VARIANCE = Fraction(1, 10**200)
POSITIONAL = range(-6, 41)  # exponents of the leading digit that are written without e

ONE_UNIT = {
    "mills": "R({})",
    "tail": "P(gamma > {})",
    "relu-moment": "E (gamma{})_+",
    "relu-second-moment": "E (gamma{})_+^2",
}
ACTIVATIONS = ("threshold", "relu")


def _minus(number: Fraction) -> str:
    return "" if not number else f" + {-number}" if number < 0 else f" - {number}"


@dataclass(frozen=True)
class OneUnit:
    """R, M_0, M_1 or M_2 at a rational."""

    function: str
    at: Fraction

    theorems: tuple[str, ...] = ()
    most_bits = MAX_BITS

    def text(self) -> str:
        return ONE_UNIT[self.function].format(_minus(self.at) if "moment" in self.function else self.at)

    def details(self) -> str:
        return ""

    def guard(self) -> int:
        """The value changes by a factor of at most 1 + |at| (|at| + 2) r when `at` does by 1 + r, but for r^2."""
        return 2 * _size(self.at)

    def value(self, bits: int) -> Interval:
        at = Interval.exact(self.at, bits)
        order = tuple(ONE_UNIT).index(self.function) - 1
        return moment(order, at) if order >= 0 else mills(at)


@dataclass(frozen=True)
class Correlation:
    """E phi(<g,u> - h) phi(<g,v> - k) for two units with the norms and the inner product of u and v."""

    activation: str
    biases: tuple[Fraction, Fraction]
    norms: tuple[Fraction, Fraction]
    inner: Fraction

    theorems: tuple[str, ...] = ("plackett",)
    most_bits = MAX_BITS

    def text(self) -> str:
        h, k = self.biases
        return f"E phi(<g,u>{_minus(h)}) phi(<g,v>{_minus(k)})"

    def details(self) -> str:
        s, t = self.norms
        return f" (phi = {self.activation}, |u| = {s}, |v| = {t}, <u,v> = {self.inner})"

    def thresholds(self) -> tuple[Fraction, Fraction]:
        """Those of u/|u| and v/|v|."""
        return self.biases[0] / self.norms[0], self.biases[1] / self.norms[1]

    def rho(self) -> Fraction:
        """The correlation of <g,u> and <g,v>."""
        return self.inner / (self.norms[0] * self.norms[1])

    def guard(self) -> int:
        """The exponent -(h^2 - 2hk rho + k^2)/(2 (1 - rho^2)) of the value changes with relative changes of h and k."""
        variance = (1 - self.rho()) * (1 + self.rho()) or Fraction(1)
        return 2 * max(map(_size, self.thresholds())) + _size(1 / variance)

    def value(self, bits: int) -> Interval:
        power = ACTIVATIONS.index(self.activation)
        h, k = (Interval.exact(threshold, bits) for threshold in self.thresholds())
        return correlation(power, h, k, self.rho()) * (self.norms[0] * self.norms[1]) ** power


def _size(number: Fraction) -> int:
    return max(0, Interval.exact(number, 8).magnitude())


@dataclass(frozen=True)
class EnclosureClaim:
    """|quantity - mantissa 10^exponent| <= 10^exponent/2."""

    quantity: OneUnit | Correlation | Formula
    mantissa: int
    exponent: int

    inputs = None

    def statement(self) -> str:
        digits = decimal(self.mantissa, self.exponent)
        return f"{self.quantity.text()} = {digits}, correctly rounded{self.quantity.details()}"


def decimal(mantissa: int, exponent: int) -> str:
    sign, digits = "-" if mantissa < 0 else "", str(abs(mantissa))
    leading = exponent + len(digits) - 1
    if leading not in POSITIONAL or exponent > 0:  # zeros in the place of unknown digits would be read as digits
        return sign + digits[0] + ("." + digits[1:] if digits[1:] else "") + f"e{leading}"
    if exponent == 0:
        return sign + digits
    if leading >= 0:
        return f"{sign}{digits[: leading + 1]}.{digits[leading + 1 :]}"
    return f"{sign}0.{'0' * (-1 - leading)}{digits}"


def parse(value: Any) -> EnclosureClaim:
    """The claim of a claim line's object of family "enclosure"."""
    _, quantity, mantissa, exponent = fields(value, ("family", "quantity", "mantissa", "exponent"), "claim")
    m, e = integer(mantissa, "claim, mantissa"), integer(exponent, "claim, exponent")
    if m == 0 or abs(m) >= 10**MAX_DIGITS:
        raise Rejected(f"claim, mantissa: it is 0 or has more than {MAX_DIGITS} digits")
    kind = quantity.get("kind") if type(quantity) is dict else None
    if kind == "one-unit":
        return EnclosureClaim(_one_unit(quantity), m, e)
    if kind == "correlation":
        if abs(m) >= 10**MAX_PAIR_DIGITS:
            raise Rejected(f"claim, mantissa: more than {MAX_PAIR_DIGITS} digits of a correlation")
        return EnclosureClaim(_correlation(quantity), m, e)
    of_capacity = formula(quantity, m)
    if of_capacity is not None:
        return EnclosureClaim(of_capacity, m, e)
    raise Rejected("claim, quantity: the kind is none of SPEC-GAUSSIAN.md, G2, and SPEC-CAPACITY.md, K2")


def _one_unit(value: Any) -> OneUnit:
    _, function, text = fields(value, ("kind", "function", "at"), "claim, quantity")
    if type(function) is not str or function not in ONE_UNIT:
        raise Rejected(f"claim, quantity: the function is none of {', '.join(ONE_UNIT)}")
    at = rational(text, "claim, at")
    if abs(at) > (MAX_MILLS if function == "mills" else MAX_THRESHOLD):
        raise Rejected("claim, at: it is larger than 10^15 (10^100 for mills)")
    return OneUnit(function, at)


def _correlation(value: Any) -> Correlation:
    names = ("kind", "activation", "biases", "norms", "inner")
    _, activation, biases, norms, inner = fields(value, names, "claim, quantity")
    if activation not in ACTIVATIONS:
        raise Rejected("claim, quantity: the activation is neither threshold nor relu")
    h, k = (rational(item, "claim, biases") for item in array(biases, "claim, biases", 2))
    s, t = (rational(item, "claim, norms") for item in array(norms, "claim, norms", 2))
    i = rational(inner, "claim, inner")
    if not (s > 0 and t > 0 and -s * t < i <= s * t):
        raise Rejected("claim, quantity: the norms s, s' and the inner product i need s, s' > 0 and -s s' < i <= s s'")
    rho = i / (s * t)
    if rho != 1 and 1 - rho**2 < LEAST_VARIANCE:  # closer, the precision that the closed forms need takes minutes
        raise Rejected("claim, quantity: 1 - rho^2 is below 10^-200 but not 0")
    if max(abs(h / s), abs(k / t)) > MAX_THRESHOLD:
        raise Rejected("claim, quantity: a bias is larger than 10^15 times its norm")
    return Correlation(activation, (h, k), (s, t), i)


def check(claim: EnclosureClaim, reader: Reader, progress: Progress) -> Proof:
    """Accepts when the quantity is certainly within half a unit of the last digit."""
    (kind,) = reader.record("evidence")
    if kind != "evaluate":
        raise Rejected("evidence: an enclosure needs the kind evaluate")
    most = claim.quantity.most_bits
    bits = min(abs(claim.mantissa).bit_length() + 64 + claim.quantity.guard(), most)
    while (decided := _is_within(claim, bits)) is None:
        if bits == most:
            raise Rejected(f"the quantity cannot be compared with its digits at {most} bits")
        bits = min(2 * bits, most)
    if not decided:
        raise Rejected("the quantity is further than half a unit from its digits")
    return Proof(claim.quantity.theorems)


def _is_within(claim: EnclosureClaim, bits: int) -> bool | None:
    """(2m - 1) 10^e <= 2 quantity <= (2m + 1) 10^e; None where the intervals overlap."""
    try:
        twice = claim.quantity.value(bits).scaled(1)
    except Undefined as error:
        raise Rejected(f"the quantity cannot be evaluated: {error}") from None
    unit = (
        Interval.exact(10, bits + claim.exponent.bit_length()) ** claim.exponent
    )  # relative error: |e| times one step
    low, high = unit * (2 * claim.mantissa - 1), unit * (2 * claim.mantissa + 1)
    if low.certainly_at_most(twice) and twice.certainly_at_most(high):
        return True
    return False if twice.certainly_below(low) or high.certainly_below(twice) else None
