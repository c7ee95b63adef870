"""Formulas of storage capacity as quantities: which are defined, what they take and what they rely on (K2)."""

from __future__ import annotations

from fractions import Fraction

from exactcap.claims import Activation, Committee, Gordon, Perceptron, SymmetryBreaking
from exactcap.errors import InputError
from exactcap.models.committee_tree import require_tree
from exactcap.models.digits import breaking_digits, committee_digits, gordon_digits, lost_bits, perceptron_digits
from exactcap.models.kernels import hermite_squares
from exactcap.models.overlap import ARCHITECTURES
from exactcap.models.units import Unit, parse_unit, polynomial_unit

Formula = Perceptron | Committee | SymmetryBreaking | Gordon

MAX_MARGIN = 10**15
MAX_FORMULA_DIGITS = 200  # of all but the perceptron, whose value is a closed form of one unit
MAX_CHARACTERS = 6000  # of the coefficients of a polynomial; the checker reads a little more

BY_QUADRATURE = ("tanh", "sigmoid", "silu", "softplus")
KNOWN = ("relu", "abs", "erf", "sin", "cos", "exp", "gaussian", "gelu", *BY_QUADRATURE)
"""The names whose Gaussian averages the checker knows; it knows those of polynomials, too."""


def activation_record(unit: Unit) -> Activation | None:
    """The activation of claims about the unit, None if the checker does not know its averages.

    >>> activation_record(parse_unit("x^2 - 1")).numerator, activation_record(parse_unit("tanh(2*x)"))
    (('-1', '0', '1'), None)
    """
    if unit.polynomial is not None:
        return Activation("rational", tuple(map(str, unit.polynomial)), ("1",))
    return Activation(unit.name) if unit.name in KNOWN else None


def require_margin(margin: Fraction) -> None:
    """Raise InputError above `MAX_MARGIN`."""
    if abs(margin) > MAX_MARGIN:
        raise InputError(f"margin: |{str(margin)[:30]}| is above 10^15; take a smaller one")


def require_formula(quantity: Formula) -> None:
    """Raise InputError, in the words of the command line, unless K2 defines the quantity and its value."""
    if isinstance(quantity, Perceptron | Committee):
        margin = Fraction(quantity.margin)
        require_margin(margin)
    if isinstance(quantity, Perceptron):
        return
    if isinstance(quantity, Gordon):
        require_tree(quantity.activation, quantity.units)
        return
    unit, p = _unit(quantity.activation), None
    if unit.polynomial is not None:
        p = hermite_squares(unit.polynomial)
    if isinstance(quantity, SymmetryBreaking):
        if unit.is_odd_but_for_a_constant or (p is not None and not any(p[2:3])):
            raise InputError(
                f"activation: a_2 = 0 for {quantity.activation.text()[:60]}, so the symmetry breaks discontinuously, "
                "which this formula does not describe; choose a function that is not odd"
            )
        return
    if quantity.architecture not in ARCHITECTURES:
        raise InputError(f"architecture: {quantity.architecture!r} is neither tree nor full; choose one of them")
    if p is not None:
        total = sum(p[1 + ARCHITECTURES.index(quantity.architecture) :], Fraction(0))
        if total == 0:
            raise InputError(
                f"activation: {unit.text[:60]!r} is affine, so Q = 0 for a full committee; choose another, or tree"
            )
        if margin**2 > MAX_MARGIN**2 * total:
            raise InputError("margin: it is above 10^15 sqrt(Q(1)); take a smaller one")


def formula_digits(quantity: Formula, digits: int, bits: int) -> tuple[int, int] | None:
    """The digits as (m, e), None if so many bits do not tell them."""
    match quantity:
        case Perceptron():
            return perceptron_digits(Fraction(quantity.margin), digits, bits)
        case Committee():
            unit = _unit(quantity.activation)
            return committee_digits(unit, quantity.architecture, Fraction(quantity.margin), digits, bits)
        case SymmetryBreaking():
            return breaking_digits(_unit(quantity.activation), digits, bits)
    return gordon_digits(quantity.activation, quantity.units, digits, bits)


def formula_theorems(quantity: Formula) -> tuple[str, ...]:
    """What the checker's evaluation relies on."""
    if isinstance(quantity, Gordon):
        by_quadrature = quantity.activation == "sign"
    else:
        by_quadrature = not isinstance(quantity, Perceptron) and quantity.activation.name in BY_QUADRATURE
    return ("trapezoidal-rule",) if by_quadrature else ()


def formula_lost_bits(quantity: Formula) -> int:
    """About how many bits the value loses: the exponent of a tail at the margin."""
    if not isinstance(quantity, Perceptron | Committee):
        return 0
    margin = abs(Fraction(quantity.margin))
    if isinstance(quantity, Committee) and margin:
        return lost_bits((Fraction(MAX_MARGIN),))  # margin/sqrt(Q(1)) is at most that, up to a small factor
    return lost_bits((margin,))


def _unit(activation: Activation) -> Unit:
    if activation.name != "rational":
        if activation.name not in KNOWN:
            raise InputError(
                f"activation: the Gaussian averages of {activation.name!r} are certified for {', '.join(KNOWN)} and "
                "polynomials; choose one of them"
            )
        return parse_unit(activation.name)
    if activation.denominator != ("1",):
        raise InputError("activation: averages of a quotient of polynomials are not certified; choose a polynomial")
    if sum(map(len, activation.numerator)) > MAX_CHARACTERS:
        raise InputError(f"activation: its coefficients have more than {MAX_CHARACTERS} characters; use shorter ones")
    return polynomial_unit(tuple(Fraction(c) for c in activation.numerator), activation.text())
