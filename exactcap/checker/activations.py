"""The closed list of activations: which they are, and their Jacobian entries modulo n (SPEC.md, sections 2 and 3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .modular import unit_inverse
from .reader import Rejected, array, fields, rational

MAX_DEGREE = 200
MAX_CHARACTERS = 8000  # of all coefficients of a polynomial
NAMES = ("tanh", "sigmoid", "silu", "exp", "softplus", "sin", "cos", "erf", "gaussian", "log", "gelu")

Polynomial = tuple[Fraction, ...]  # constant term first, no trailing zero; () is 0
Residue = Callable[[int], int]


@dataclass(frozen=True)
class Activation:
    """A named activation, or numerator/denominator when `name` is "rational"."""

    name: str
    numerator: Polynomial = ()
    denominator: Polynomial = ()

    def is_exponential(self) -> bool:
        return self.name not in ("rational", "log")

    def degree(self) -> int | None:
        """The degree if the activation is a polynomial, else None."""
        return len(self.numerator) - 1 if self.name == "rational" and len(self.denominator) == 1 else None

    def text(self) -> str:
        if self.name != "rational":
            return self.name
        top, bottom = polynomial_text(self.numerator), polynomial_text(self.denominator)
        return top if bottom == "1" else f"({top})/({bottom})"


def polynomial(value: Any, where: str) -> Polynomial:
    """Coefficients of a nonzero or zero polynomial, constant term first, the last one nonzero."""
    items = array(value, where)
    if sum(len(item) for item in items if type(item) is str) > MAX_CHARACTERS:
        raise Rejected(f"{where}: the coefficients have more than {MAX_CHARACTERS} characters")
    coefficients = tuple(rational(item, where) for item in items)
    if coefficients and coefficients[-1] == 0:
        raise Rejected(f"{where}: the last coefficient is zero")
    return coefficients


def polynomial_text(coefficients: Polynomial) -> str:
    """For example "x^3 - 1/2*x + 1"."""
    text = ""
    for power in range(len(coefficients) - 1, -1, -1):
        c = coefficients[power]
        if c:
            variable = "" if power == 0 else "x" if power == 1 else f"x^{power}"
            size = "*".join(part for part in ("" if abs(c) == 1 and variable else str(abs(c)), variable) if part)
            text += (" - " if c < 0 else " + ") + size if text else ("-" if c < 0 else "") + size
    return text or "0"


def activation(value: Any) -> Activation:
    """The activation of a claim."""
    where = "claim, activation"
    if type(value) is dict and value.get("name") != "rational":
        (name,) = fields(value, ("name",), where)
        if type(name) is not str or name not in NAMES:
            raise Rejected(f"{where}: the name is not in the list of SPEC.md, section 2")
        return Activation(name)
    _, top, bottom = fields(value, ("name", "numerator", "denominator"), where)
    numerator, denominator = polynomial(top, where), polynomial(bottom, where)
    if not numerator or not denominator or denominator[-1] != 1:
        raise Rejected(f"{where}: numerator and denominator must be nonzero, the denominator monic")
    if max(len(numerator), len(denominator)) > MAX_DEGREE + 1:
        raise Rejected(f"{where}: the degree is above {MAX_DEGREE}")
    return Activation("rational", numerator, denominator)


def derivative(coefficients: Polynomial) -> Polynomial:
    """The derivative of a polynomial."""
    return tuple(k * c for k, c in enumerate(coefficients))[1:]


def _rational_entries(psi: Activation, p: int) -> tuple[Residue, Residue]:
    def residues(coefficients: Polynomial) -> list[int]:
        return [
            c.numerator * unit_inverse(c.denominator, p, "a coefficient's denominator") % p
            for c in reversed(coefficients)
        ]

    top, bottom = residues(psi.numerator), residues(psi.denominator)
    top_slope, bottom_slope = residues(derivative(psi.numerator)), residues(derivative(psi.denominator))

    def at(coefficients: list[int], z: int) -> int:
        value = 0
        for c in coefficients:
            value = (value * z + c) % p
        return value

    def inverse(z: int) -> int:
        return unit_inverse(at(bottom, z), p, "the activation's denominator at an input")

    def slope(z: int) -> int:
        z %= p
        return (at(top_slope, z) * at(bottom, z) - at(top, z) * at(bottom_slope, z)) * inverse(z) ** 2 % p

    def value(z: int) -> int:
        z %= p
        return at(top, z) * inverse(z) % p

    return slope, value


def _exponential_entries(name: str, p: int, q: int) -> tuple[Residue | None, Residue | None]:
    unit_inverse(q, p, "the residue")

    def power(z: int) -> int:
        return pow(q, z, p)

    def square_power(z: int) -> int:
        return pow(q, z * z, p)

    def over(z: int) -> int:  # 1/(E + 1)
        return unit_inverse(power(z) + 1, p, "E + 1")

    def logistic(z: int) -> int:
        return power(z) * over(z) % p

    def bell(z: int) -> int:
        return power(z) * over(z) ** 2 % p

    def even(z: int) -> int:
        return (power(z) + power(-z)) % p

    def odd(z: int) -> int:
        return (power(z) - power(-z)) % p

    # (blocks W and b, block v), each up to a constant nonzero factor: the table of SPEC.md, section 3
    table: dict[str, tuple[Residue | None, Residue | None]] = {
        "tanh": (bell, lambda z: (power(z) - 1) * over(z) % p),
        "sigmoid": (bell, logistic),
        "silu": (lambda z: (logistic(z) + z * bell(z)) % p, lambda z: z * logistic(z) % p),
        "exp": (power, power),
        "softplus": (logistic, None),
        "sin": (even, odd),
        "cos": (odd, even),
        "gaussian": (lambda z: -z * square_power(z) % p, square_power),
        "erf": (square_power, None),
        "gelu": (None, None),
    }
    return table[name]


def entries(psi: Activation, modulus: int, residue: int) -> tuple[Residue | None, Residue | None]:
    """Functions z -> psi'(z) and z -> psi(z) modulo `modulus`, up to constant nonzero factors; None: not available."""
    if psi.is_exponential():
        return _exponential_entries(psi.name, modulus, residue)
    if psi.name == "log":  # log|z|
        return lambda z: unit_inverse(z, modulus, "the argument of log"), None
    return _rational_entries(psi, modulus)
