"""What claims are made of: activations and inputs, as they stand in a certificate (SPEC.md, section 2).

Rationals are strings "p" or "p/q" in lowest terms; nothing here is a float.
"""

from __future__ import annotations

from fractions import Fraction

import msgspec

MAX_SAMPLES = 20_000
MAX_INPUTS = 20_000
MAX_WIDTH = 2**53 - 1


class Activation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A named activation, or with ``name="rational"`` the quotient of two polynomials, constant term first.

    >>> Activation("tanh").text()
    'tanh'
    >>> Activation("rational", ("0", "-2", "0", "1/3"), ("1",)).text()
    '1/3*x^3 - 2*x'
    """

    name: str
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()

    def polynomial_degree(self) -> int | None:
        """The degree if the activation is a polynomial, else None."""
        return len(self.numerator) - 1 if len(self.denominator) == 1 else None

    def text(self) -> str:
        """The activation as a user would type it."""
        if self.name != "rational":
            return self.name
        top, bottom = (_polynomial_text(part, "*") for part in (self.numerator, self.denominator))
        return top if bottom == "1" else f"({top})/({bottom})"

    def latex(self) -> str:
        r"""The activation in LaTeX, for example ``\frac{1}{3}x^{3}``."""
        if self.name != "rational":
            return rf"\mathrm{{{self.name}}}"
        top, bottom = (_polynomial_text(part, "", latex=True) for part in (self.numerator, self.denominator))
        return top if bottom == "1" else rf"\frac{{{top}}}{{{bottom}}}"


class Generic(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="generic"):
    """``n_samples`` inputs in R^``n_inputs``, outside a set of measure zero (interpolation) or any (obstruction)."""

    n_inputs: int
    n_samples: int

    def text(self) -> str:
        """A phrase for people."""
        return f"{self.n_samples} generic inputs in R^{self.n_inputs}"


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="table"):
    """Given inputs: exact values of pairwise different rows, the rows' numbers in the file, and merged copies."""

    columns: tuple[str, ...]
    label: str
    rows: tuple[int, ...]
    values: tuple[tuple[str, ...], ...]
    merged: tuple[tuple[int, int], ...] = ()

    @property
    def n_samples(self) -> int:
        return len(self.rows)

    @property
    def n_inputs(self) -> int:
        return len(self.columns)

    def fractions(self) -> list[list[Fraction]]:
        """The values as exact rationals, row by row."""
        return [[Fraction(cell) for cell in row] for row in self.values]

    def __repr__(self) -> str:
        return f"<Table: {self.text()}, label {self.label!r}>"

    def text(self) -> str:
        """A phrase for people."""
        merged = f", copies merged: {len(self.merged)}" if self.merged else ""
        return f"{self.n_samples} distinct rows of {self.n_inputs} columns{merged}"


Inputs = Generic | Table


def _polynomial_text(coefficients: tuple[str, ...], times: str, latex: bool = False) -> str:
    text = ""
    for power in range(len(coefficients) - 1, -1, -1):
        c = Fraction(coefficients[power])
        if c == 0:
            continue
        variable = "" if power == 0 else "x" if power == 1 else f"x^{{{power}}}" if latex else f"x^{power}"
        size = abs(c)
        number = (
            "" if size == 1 and variable
            else rf"\frac{{{size.numerator}}}{{{size.denominator}}}" if latex and size.denominator > 1
            else str(size)
        )  # fmt: skip
        term = number + (times if number and variable else "") + variable
        sign = ("-" if c < 0 else "") if not text else (" - " if c < 0 else " + ")
        text += sign + term
    return text or "0"
