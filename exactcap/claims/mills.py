"""The claim that an algebraic function bounds the Mills ratio on a half-line or interval (SPEC-GAUSSIAN.md, G3)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from exactcap.claims.shown import Shown

CITATION = "the sign of B' - xB + 1, SPEC-GAUSSIAN.md, G3"
HYPOTHESES: tuple[str, ...] = ("R = Q/g is the Mills ratio of the standard normal law",)


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """coefficient * pi^of_pi * x^of_x * s^of_root, s = sqrt(x^2 + root)."""

    coefficient: str
    of_x: int
    of_root: int
    of_pi: int


class Root(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """m > 0 as the quotient of two polynomials in pi, constant terms first."""

    denominator: tuple[str, ...]
    numerator: tuple[str, ...]


class Bound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The quotient of two sums of terms.

    >>> komatsu = Bound((Term("1", 0, 1, 0), Term("1", 1, 0, 0)), (Term("2", 0, 0, 0),), Root(("1",), ("2",)))
    >>> komatsu.text(), komatsu.latex()
    ('2/(x + sqrt(x^2 + 2))', '\\\\frac{2}{x + \\\\sqrt{x^2 + 2}}')
    """

    denominator: tuple[Term, ...]
    numerator: tuple[Term, ...]
    root: Root | None

    def text(self) -> str:
        """B as a user would type it."""
        return self._written(latex=False)

    def latex(self) -> str:
        """B in LaTeX."""
        return self._written(latex=True)

    def has_pi(self) -> bool:
        """Whether pi occurs in the coefficients or under the root."""
        in_root = self.root is not None and max(len(self.root.numerator), len(self.root.denominator)) > 1
        return in_root or any(term.of_pi for term in self.numerator + self.denominator)

    def _written(self, latex: bool) -> str:
        m = ""
        if self.root is not None:
            top, bottom = (_sum(_in_pi(part), "", latex) for part in (self.root.numerator, self.root.denominator))
            m = _quotient(top, bottom, latex)
        return _quotient(_sum(self.numerator, m, latex), _sum(self.denominator, m, latex), latex)


class Mills(Shown, msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="family", tag="mills"):
    """``bound`` is above or below R for every x with low < x (<= high); None stands for infinity.

    "error-decreases": |B/R - 1| strictly decreases there. "not-upper", "not-lower": B fails at low = high.

    >>> laplace = Bound((Term("3", 1, 0, 0), Term("1", 3, 0, 0)), (Term("2", 0, 0, 0), Term("1", 2, 0, 0)), None)
    >>> Mills(laplace, None, "0", "upper").statement()
    'R(x) < B for every x > 0, B = (x^2 + 2)/(x^3 + 3*x)'
    """

    bound: Bound
    high: str | None
    low: str | None
    relation: str

    def statement(self) -> str:
        """One sentence of plain text."""
        text, low, high = self.bound.text(), self.low, self.high
        if self.relation.startswith("not-"):
            order = "B < R(x)" if self.relation == "not-upper" else "R(x) < B"
            return f"{order} at x = {low}, so B is no {self.relation[4:]} bound there, B = {text}"
        where = (
            ("every x" if low is None else f"every x > {low}") if high is None
            else f"every x <= {high}" if low is None else f"every x with {low} < x <= {high}"
        )  # fmt: skip
        if self.relation == "error-decreases":
            return f"|B/R(x) - 1| strictly decreases for {where}, B = {text}"
        return f"{'R(x) < B' if self.relation == 'upper' else 'B < R(x)'} for {where}, B = {text}"

    def latex(self) -> str:
        """One sentence of LaTeX; R is the Mills ratio."""
        bound, low, high = self.bound.latex(), self.low, self.high
        if self.relation.startswith("not-"):
            sign = "<" if self.relation == "not-upper" else ">"
            return rf"At $x={low}$ the function ${bound}$ is no {self.relation[4:]} bound of $R$: it is ${sign}R(x)$."
        where = "$x$" if low is None and high is None else (
            f"$x>{low}$" if high is None else rf"$x\le {high}$" if low is None else rf"${low}<x\le {high}$"
        )  # fmt: skip
        if self.relation == "error-decreases":
            return rf"With $B(x)={bound}$, $|B(x)/R(x)-1|$ strictly decreases for every {where}."
        return rf"$R(x){'<' if self.relation == 'upper' else '>'}{bound}$ for every {where}."


def _in_pi(coefficients: tuple[str, ...]) -> list[Term]:
    return [Term(c, 0, 0, k) for k, c in enumerate(coefficients) if c != "0"]


def _sum(terms: Sequence[Term], m: str, latex: bool) -> str:
    """The terms, highest powers first."""
    names = (r"\pi", "x", rf"\sqrt{{x^2 + {m}}}") if latex else ("pi", "x", f"sqrt(x^2 + {m})")
    text = ""
    for term in reversed(terms):
        c = Fraction(term.coefficient)
        powers = zip(names, (term.of_pi, term.of_x, term.of_root), strict=True)
        factors = [name if n == 1 else f"{name}^{{{n}}}" if latex else f"{name}^{n}" for name, n in powers if n]
        if abs(c) != 1 or not factors:
            size = abs(c)
            plain = not latex or size.denominator == 1
            factors.insert(0, str(size) if plain else rf"\frac{{{size.numerator}}}{{{size.denominator}}}")
        text += ((" - " if c < 0 else " + ") if text else "-" if c < 0 else "") + (" " if latex else "*").join(factors)
    return text or "0"


def _quotient(top: str, bottom: str, latex: bool) -> str:
    if bottom == "1":
        return top
    if latex:
        return rf"\frac{{{top}}}{{{bottom}}}"
    top = f"({top})" if " " in top else top
    bare = bottom.isalnum() or (bottom.startswith("x^") and " " not in bottom)
    return f"{top}/{bottom}" if bare else f"{top}/({bottom})"
