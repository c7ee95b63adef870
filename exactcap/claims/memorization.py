"""The claim that threshold networks of these widths memorize all separated data (SPEC-GAUSSIAN.md, G5)."""

from __future__ import annotations

from fractions import Fraction

import msgspec

from exactcap.claims.shown import Shown

MAX_POINTS = 2**200
MAX_WIDTH = 2**53 - 1
MAX_SIDE = 10**30  # of the numerator and the denominator of the squared separation
CITATION = "explicit form of Theorem 7.1 of Vershynin, arXiv:2001.06938 (rule three-stage)"
HYPOTHESES: tuple[str, ...] = ("the data are unit vectors", "real weights, threshold activation 1{u > 0}")


class Memorization(
    Shown, msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="family", tag="memorization"
):
    """Every labelling of K separated unit vectors with at most ``ones`` ones is realized up to zero/nonzero.

    >>> Memorization("threshold", 500, 1000, "2", (40000, 50000, 1000)).statement()
    'threshold networks of widths 40000, 50000, 1000 memorize: in every dimension, for all 1000 unit vectors x_k at
    pairwise distances >= delta, delta^2 = 2, and all labels with at most 500 ones, some such network F has F(x_k) = 0
    iff y_k = 0'
    """

    activation: str
    ones: int
    points: int
    separation_squared: str
    widths: tuple[int, int, int]

    def statement(self) -> str:
        """One sentence of plain text."""
        widths = ", ".join(map(str, self.widths))
        return (
            f"threshold networks of widths {widths} memorize: in every dimension, for all {self.points} unit vectors "
            f"x_k at pairwise distances >= delta, delta^2 = {self.separation_squared}, and all labels with at most "
            f"{self.ones} ones, some such network F has F(x_k) = 0 iff y_k = 0"
        )

    def latex(self) -> str:
        """One sentence of LaTeX.

        >>> print(Memorization("threshold", 5, 10, "1/4", (3, 4, 2)).latex())
        For every dimension $n$, all unit vectors $x_1,\\dots,x_{10}\\in\\mathbb{R}^n$ with $\\|x_j-x_k\\|\\ge\\delta$
        for $j\\ne k$, $\\delta^2=\\frac{1}{4}$, and all $y\\in\\{0,1\\}^{10}$ with at most $5$ ones there is a
        threshold network $F$ of widths $3,4,2$ with $F(x_k)=0$ if and only if $y_k=0$.
        """
        squared = Fraction(self.separation_squared)
        number = str(squared) if squared.denominator == 1 else rf"\frac{{{squared.numerator}}}{{{squared.denominator}}}"
        return (
            rf"For every dimension $n$, all unit vectors $x_1,\dots,x_{{{self.points}}}\in\mathbb{{R}}^n$ with "
            rf"$\|x_j-x_k\|\ge\delta$ for $j\ne k$, $\delta^2={number}$, and all $y\in\{{0,1\}}^{{{self.points}}}$ "
            rf"with at most ${self.ones}$ ones there is a threshold network $F$ of widths "
            rf"${','.join(map(str, self.widths))}$ with $F(x_k)=0$ if and only if $y_k=0$."
        )
