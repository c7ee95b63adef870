"""Activations: the closed list, rational functions typed by a user, and what each can certify modulo a prime.

Every Jacobian entry that enters a rank is a rational function of z and E, where E stands for e^{cz} or e^{c z^2} with
an algebraic c != 0. Blocks W and b need psi'(z), block v needs psi(z), each up to a constant nonzero factor. The
factors are those of the table in SPEC.md, section 3, since the inverse of the minor depends on them.
"""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from exactcap.errors import InputError
from exactcap.models.expression import parse_rational_expression

BLOCKS = ("W", "b", "v")
MAX_CHARACTERS = 6000  # of the coefficients of a numerator or denominator; the checker reads a little more

Terms = tuple[tuple[int, int, int], ...]  # (power of z, power of E, integer coefficient)


@dataclass(frozen=True)
class Exponential:
    """How a named activation is specialised, with E = q^z, or q^(z^2) where ``square`` (log, meaning log|z|, has no E).

    ``value`` is psi and ``slope`` is psi' in z and E, up to constant factors. Where a value is given, the slope is its
    derivative by SymPy with E' = ``rate`` E; where z does not occur explicitly, any constant may stand for the rate.
    """

    square: bool = False
    value: str | None = None
    rate: str = "1"
    slope: str | None = None
    why_not: str = ""


NAMED = {
    "tanh": Exponential(value="(E-1)/(E+1)", rate="1/2"),
    "sigmoid": Exponential(value="E/(E+1)"),
    "silu": Exponential(value="z*E/(E+1)"),
    "exp": Exponential(value="E"),
    "softplus": Exponential(slope="E/(E+1)", why_not="its values log(1+e^z) are logarithms"),
    "sin": Exponential(value="E-1/E"),
    "cos": Exponential(value="E+1/E"),
    "gaussian": Exponential(square=True, value="E", rate="-z"),
    "erf": Exponential(square=True, slope="E", why_not="its values are not rational in z and e^(-z^2)"),
    "log": Exponential(slope="1/z", why_not="its values log|z| are logarithms"),
    "gelu": Exponential(why_not="its derivative Phi(z) + z phi(z) mixes the error function with e^(-z^2/2)"),
}
UNITS = ("relu", "threshold")
_PIECEWISE = ("relu", "leaky_relu", "heaviside", "threshold", "step", "sign", "abs", "hardtanh")


@dataclass(frozen=True)
class Activation:
    """An activation: a name of the closed list, or ``"rational"`` with coefficients, constant term first.

    >>> parse_activation("tanh").blocks
    ('W', 'b', 'v')
    >>> parse_activation("x^3/3 - 2*x").numerator
    (Fraction(0, 1), Fraction(-2, 1), Fraction(0, 1), Fraction(1, 3))
    """

    name: str
    numerator: tuple[Fraction, ...] = ()
    denominator: tuple[Fraction, ...] = ()

    @property
    def is_exponential(self) -> bool:
        """Whether E occurs in its entries."""
        return self.name not in ("rational", "log")

    @property
    def polynomial_degree(self) -> int | None:
        return len(self.numerator) - 1 if len(self.denominator) == 1 else None

    @property
    def blocks(self) -> tuple[str, ...]:
        """The Jacobian blocks that can be certified modulo a prime."""
        if self.name == "rational":
            return BLOCKS
        form = NAMED[self.name]
        return (("W", "b") if form.slope or form.value else ()) + (("v",) if form.value else ())

    def symbolic(self) -> Any:
        """The activation as a SymPy expression in x."""
        import sympy

        x = sympy.Symbol("x")
        if self.name == "rational":
            top, bottom = (
                sum((sympy.Rational(c.numerator, c.denominator) * x**k for k, c in enumerate(part)), sympy.Integer(0))
                for part in (self.numerator, self.denominator)
            )
            return top / bottom
        return {
            "tanh": sympy.tanh(x),
            "sigmoid": 1 / (1 + sympy.exp(-x)),
            "silu": x / (1 + sympy.exp(-x)),
            "exp": sympy.exp(x),
            "softplus": sympy.log(1 + sympy.exp(x)),
            "sin": sympy.sin(x),
            "cos": sympy.cos(x),
            "gaussian": sympy.exp(-(x**2) / 2),
            "erf": sympy.erf(x),
            "log": sympy.log(sympy.Abs(x)),
            "gelu": x * (1 + sympy.erf(x / sympy.sqrt(2))) / 2,
        }[self.name]


def parse_activation(text: str) -> Activation:
    """An activation from its name or from a rational expression in x; raises InputError."""
    name = text.strip().removesuffix("(x)").lower()
    if name in NAMED:
        return Activation(name)
    if name in _PIECEWISE:
        raise InputError(
            f"activation: {text!r} is polynomial on either side of 0, so no analytic statement applies; "
            f"choose one of {', '.join(NAMED)} or a rational expression in x"
        )
    return _expression(text, name, list(NAMED))


def parse_unit(text: str) -> Activation:
    """An activation of units that are only evaluated: relu and threshold (1 above 0) too, but not log.

    Raises InputError.

    >>> parse_unit("ReLU").name, parse_unit("tanh") == parse_activation("tanh")
    ('relu', True)
    """
    name = text.strip().removesuffix("(x)").lower()
    evaluated = [*UNITS, *(known for known in NAMED if known != "log")]
    if name in evaluated:
        return Activation(name)
    if name in _PIECEWISE or name == "log":
        raise InputError(
            f"activation: {text!r} is not one that is evaluated here; choose one of {', '.join(evaluated)}, "
            "or a rational expression in x"
        )
    return _expression(text, name, evaluated)


def _expression(text: str, name: str, known: list[str]) -> Activation:
    """A rational expression in x; a word that is none is taken as meant for one of the known names."""
    if name.isidentifier() and name != "x":
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {close[0]!r}?" if close else "choose one of them"
        raise InputError(
            f"activation: {text!r} is not a rational expression in x, nor one of {', '.join(known)}; {hint}"
        )
    return _rational(parse_rational_expression(text), text)


def _rational(function: Any, text: str) -> Activation:
    top, bottom = (_coefficients(part) for part in (function.numer, function.denom))
    if len(top) < 2 and len(bottom) < 2:
        raise InputError(f"activation: {text!r} is constant; no network with it fits two different labels")
    numerator, denominator = (tuple(c / bottom[-1] for c in part) for part in (top, bottom))
    if max(sum(len(str(c)) for c in part) for part in (numerator, denominator)) > MAX_CHARACTERS:
        raise InputError(
            f"activation: the coefficients of {text!r} have more than {MAX_CHARACTERS} digits; use shorter ones"
        )
    return Activation("rational", numerator, denominator)


def _coefficients(polynomial: Any) -> tuple[Fraction, ...]:
    """The coefficients of a polynomial in one variable, constant term first."""
    terms = {monomial[0]: Fraction(int(c.numerator), int(c.denominator)) for monomial, c in polynomial.terms()}
    return tuple(terms.get(k, Fraction(0)) for k in range(max(terms, default=-1) + 1))


@dataclass(frozen=True)
class Quotient:
    """numerator/denominator as integer polynomials in z and E."""

    numerator: Terms
    denominator: Terms


@lru_cache(maxsize=64)
def entry_formulas(activation: Activation) -> tuple[Quotient | None, Quotient | None]:
    """(psi', psi) as quotients of integer polynomials in z and E, up to constant factors; None where not available."""
    import sympy

    field = sympy.QQ.frac_field(*sympy.symbols("z E"))
    z, E = field.gens
    if activation.name == "rational":
        top, bottom = (
            sum((field(c.numerator) / field(c.denominator) * z**k for k, c in enumerate(part)), field(0))
            for part in (activation.numerator, activation.denominator)
        )
        return _quotient((top / bottom).diff(z)), _quotient(top / bottom)
    form = NAMED[activation.name]
    if form.value is None:
        return (_quotient(parse_rational_expression(form.slope, ("z", "E"))) if form.slope else None), None
    value, rate = (parse_rational_expression(part, ("z", "E")) for part in (form.value, form.rate))
    return _quotient(value.diff(z) + rate * E * value.diff(E)), _quotient(value)


def _quotient(function: Any) -> Quotient:
    parts = [
        [(monomial, Fraction(int(c.numerator), int(c.denominator))) for monomial, c in sorted(part.terms())]
        for part in (function.numer, function.denom)
    ]
    common = math.lcm(*(c.denominator for part in parts for _, c in part))
    top, bottom = (tuple((i, j, int(c * common)) for (i, j), c in part) for part in parts)
    return Quotient(top, bottom)


def ordered_blocks(blocks: tuple[str, ...]) -> tuple[str, ...]:
    """The blocks in the order W, b, v; raises InputError when they are not a choice of these.

    >>> ordered_blocks(("v", "W"))
    ('W', 'v')
    """
    asked = tuple(name for name in BLOCKS if name in blocks)
    if len(set(blocks)) != len(blocks) or len(asked) != len(blocks) or not blocks:
        raise InputError(f"blocks: {','.join(blocks)!r} is not a choice of W, b and v; write for example W,b")
    return asked


def require_blocks(activation: Activation, blocks: tuple[str, ...] | None) -> tuple[str, ...]:
    """The blocks to use: those asked for, or all that the activation can certify; raises InputError when it cannot."""
    possible = activation.blocks
    asked = possible if blocks is None else ordered_blocks(blocks)
    missing = [name for name in asked if name not in possible]
    if missing or not possible:
        work = f"the blocks {','.join(possible)} work" if possible else "no block works, but --method regular-zero may"
        raise InputError(
            f"blocks: {activation.name} has no {','.join(missing or BLOCKS)} columns modulo a prime, "
            f"since {NAMED[activation.name].why_not}; {work}"
        )
    return asked
