"""Formulas of storage capacity as quantities whose digits are proved (SPEC-CAPACITY.md, K2).

A claim is about the number that the formula gives; whether it describes networks is no part of the claim.
"""

from __future__ import annotations

import msgspec

from exactcap.claims.parts import Activation

CITATION = "formulas of SPEC-CAPACITY.md, K2"


class Perceptron(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="perceptron"):
    """1/E (gamma + margin)_+^2.

    >>> Perceptron("1/2").text()
    '1/E (gamma + 1/2)_+^2'
    """

    margin: str

    def text(self) -> str:
        """The formula in plain text."""
        return f"1/E (gamma{_plus(self.margin)})_+^2" if self.margin != "0" else "1/E gamma_+^2"

    def details(self) -> str:
        """Which formula it is."""
        return f" (Gardner's formula at margin {self.margin})"

    def latex(self) -> str:
        """The formula in LaTeX."""
        return rf"1/E\,(\gamma+({self.margin}))_+^2"


class Committee(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="committee"):
    """(Q'(1)/Q(1))/E (gamma + margin/sqrt(Q(1)))_+^2, Q of the ``architecture`` "tree" or "full".

    >>> Committee(Activation("relu"), "tree", "0").text()
    "2 Q'(1)/Q(1)"
    """

    activation: Activation
    architecture: str
    margin: str

    def text(self) -> str:
        """The formula in plain text."""
        if self.margin == "0":
            return "2 Q'(1)/Q(1)"
        return f"(Q'(1)/Q(1))/E (gamma{_plus(self.margin, '/sqrt(Q(1))')})_+^2"

    def details(self) -> str:
        """Which formula it is."""
        return (
            f" (replica-symmetric formula of a {self.architecture} committee of {self.activation.text()} units at "
            f"margin {self.margin}; of networks nothing is claimed)"
        )

    def latex(self) -> str:
        """The formula in LaTeX."""
        return rf"\frac{{Q'(1)}}{{Q(1)}}/E\,(\gamma+({self.margin})/\sqrt{{Q(1)}})_+^2"


class SymmetryBreaking(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="symmetry-breaking"
):
    """(pi/4) Q(1)/a_2^2, Q of the architecture "full"."""

    activation: Activation

    def text(self) -> str:
        """The formula in plain text."""
        return "(pi/4) Q(1)/a_2^2"

    def details(self) -> str:
        """Which formula it is."""
        return (
            f" (continuous symmetry breaking in a full committee of {self.activation.text()} units; of networks "
            "nothing is claimed)"
        )

    def latex(self) -> str:
        """The formula in LaTeX."""
        return r"\frac{\pi}{4}Q(1)/a_2^2"


class Gordon(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="gordon"):
    """1/E dist^2(z, S) of a tree with ``units`` sign units (odd), or of the two ReLU units with outer weights 1, -1."""

    activation: str
    units: int

    def text(self) -> str:
        """The formula in plain text."""
        return "1/E dist^2(z, S)"

    def details(self) -> str:
        """Which formula it is."""
        which = f"{self.units} sign units" if self.activation == "sign" else "2 relu units with outer weights 1 and -1"
        return f" (Gordon's bound for a tree of {which})"

    def latex(self) -> str:
        """The formula in LaTeX."""
        return r"1/E\,\mathrm{dist}^2(z,S)"


def _plus(number: str, divisor: str = "") -> str:
    sign, size = ("-", number[1:]) if number.startswith("-") else ("+", number)
    return f" {sign} ({size}){divisor}" if divisor and "/" in size else f" {sign} {size}{divisor}"
