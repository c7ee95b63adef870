"""The claim that a Gaussian quantity has these decimal digits (SPEC-GAUSSIAN.md, G2)."""

from __future__ import annotations

from fractions import Fraction

import msgspec

from exactcap.claims.formulas import Committee, Gordon, Perceptron, SymmetryBreaking
from exactcap.claims.shown import Shown

CITATION = "closed forms of SPEC-GAUSSIAN.md, G1"
HYPOTHESES: tuple[str, ...] = ("the normal variables are exact: no sampling, no rounding",)
MAX_DIGITS = 1000
POSITIONAL = range(-6, 41)  # exponents of the leading digit that are written without e


class OneUnit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="one-unit"):
    """R(at), Q(at), E (gamma - at)_+ or E (gamma - at)_+^2.

    >>> OneUnit("relu-second-moment", "5/2").text()
    'E (gamma - 5/2)_+^2'
    """

    function: str
    at: str

    def text(self) -> str:
        """The quantity in plain text."""
        return {
            "mills": f"R({self.at})",
            "tail": f"P(gamma > {self.at})",
            "relu-moment": f"E (gamma{_minus(self.at)})_+",
            "relu-second-moment": f"E (gamma{_minus(self.at)})_+^2",
        }[self.function]

    def details(self) -> str:
        """What the text leaves open: nothing."""
        return ""

    def latex(self) -> str:
        """The quantity in LaTeX."""
        return {
            "mills": f"R({self.at})",
            "tail": rf"P(\gamma>{self.at})",
            "relu-moment": rf"E\,(\gamma-({self.at}))_+",
            "relu-second-moment": rf"E\,(\gamma-({self.at}))_+^2",
        }[self.function]


class Correlation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="correlation"):
    """E phi(<g,u> - h) phi(<g,v> - k) with |u|, |v| = ``norms``, <u,v> = ``inner`` and h, k = ``biases``.

    >>> Correlation("threshold", ("5/2", "5/2"), "-9/10", ("1", "1")).text()
    'E phi(<g,u> - 5/2) phi(<g,v> - 5/2)'
    """

    activation: str
    biases: tuple[str, str]
    inner: str
    norms: tuple[str, str]

    def text(self) -> str:
        """The quantity in plain text."""
        h, k = self.biases
        return f"E phi(<g,u>{_minus(h)}) phi(<g,v>{_minus(k)})"

    def details(self) -> str:
        """What the text leaves open."""
        s, t = self.norms
        return f" (phi = {self.activation}, |u| = {s}, |v| = {t}, <u,v> = {self.inner})"

    def latex(self) -> str:
        """The quantity in LaTeX."""
        (h, k), (s, t) = self.biases, self.norms
        phi = r"\mathbf{1}\{t>0\}" if self.activation == "threshold" else r"\max(t,0)"
        return (
            rf"E\,\varphi(\langle g,u\rangle-({h}))\,\varphi(\langle g,v\rangle-({k}))\quad(\varphi(t)={phi},\ "
            rf"|u|={s},\ |v|={t},\ \langle u,v\rangle={self.inner})"
        )


def _minus(number: str) -> str:
    return "" if number == "0" else f" + {number[1:]}" if number.startswith("-") else f" - {number}"


Quantity = OneUnit | Correlation | Perceptron | Committee | SymmetryBreaking | Gordon


class Enclosure(Shown, msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="family", tag="enclosure"):
    """|quantity - mantissa 10^exponent| <= 10^exponent / 2.

    >>> Enclosure(-4, 3046, OneUnit("mills", "3")).statement()
    'R(3) = 0.3046, correctly rounded'
    """

    exponent: int
    mantissa: int
    quantity: Quantity

    def statement(self) -> str:
        """One sentence of plain text."""
        digits = decimal(self.mantissa, self.exponent)
        return f"{self.quantity.text()} = {digits}, correctly rounded{self.quantity.details()}"

    def leading(self) -> int:
        """The exponent of the first digit.

        >>> Enclosure(-4, 3046, OneUnit("mills", "3")).leading()
        -1
        """
        return self.exponent + len(str(abs(self.mantissa))) - 1

    def ends(self, exponent: int = 0) -> tuple[Fraction, Fraction]:
        """Between which two numbers the quantity lies, in units of 10^``exponent``.

        The exponent of a claim may have a thousand digits, so that no memory holds the power.

        >>> Enclosure(-1, 3, OneUnit("mills", "3")).ends()
        (Fraction(1, 4), Fraction(7, 20))
        """
        unit = Fraction(10) ** (self.exponent - exponent)
        return (self.mantissa - Fraction(1, 2)) * unit, (self.mantissa + Fraction(1, 2)) * unit

    def latex(self) -> str:
        """One sentence of LaTeX."""
        number = decimal(self.mantissa, self.exponent)
        if "e" in number:
            number = rf"{number.replace('e', chr(92) + 'cdot 10^{')}}}"
        return rf"${self.quantity.latex()}={number}$, correctly rounded."


def decimal(mantissa: int, exponent: int) -> str:
    """mantissa 10^exponent with all its digits: positional, or d.ddd e E far from the point.

    >>> decimal(3046, -4), decimal(-25, 0), decimal(25, 3), decimal(100, -109), decimal(5, 41)
    ('0.3046', '-25', '2.5e4', '1.00e-107', '5e41')
    """
    sign, digits = "-" if mantissa < 0 else "", str(abs(mantissa))
    leading = exponent + len(digits) - 1
    if leading not in POSITIONAL or exponent > 0:  # zeros in the place of unknown digits would be read as digits
        return f"{sign}{digits[0]}{'.' if digits[1:] else ''}{digits[1:]}e{leading}"
    if exponent == 0:
        return sign + digits
    digits = digits.zfill(1 - exponent)
    return f"{sign}{digits[:exponent]}.{digits[exponent:]}"


def agreeing_digits(a: tuple[int, int], b: tuple[int, int]) -> int:
    """In how many significant digits a = (m, e), m 10^e, and b agree, both not 0: they differ by at most half a unit.

    >>> agreeing_digits((3046, -4), (30459, -5)), agreeing_digits((1, 0), (2, 0))
    (4, 0)
    """
    low = min(a[1], b[1])
    if max(a[1], b[1]) - low > 2 * MAX_DIGITS:  # far apart
        return 0
    x, y = a[0] * 10 ** (a[1] - low), b[0] * 10 ** (b[1] - low)
    most = min(len(str(abs(a[0]))), len(str(abs(b[0]))))
    return next((n for n in range(most, 0, -1) if 2 * abs(x - y) <= 10 ** (len(str(abs(x))) - n)), 0)
