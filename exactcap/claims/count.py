"""Exact counts: dichotomies of points, and points that no threshold network shatters (SPEC-CAPACITY.md, K1)."""

from __future__ import annotations

import msgspec

from exactcap.claims.shown import Shown

CITATION = "Cover 1965, IEEE Trans. Electronic Computers 14, 326-334; the count for networks is proved in K1"
HYPOTHESES: tuple[str, ...] = (
    "dichotomies: the points are in general position",
    "shattering: a unit is 1 where its sum is positive and 0 elsewhere, hidden units and output have biases",
)


class Dichotomies(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="dichotomies"):
    """The separable labellings of ``points`` points in R^``dimension``, by hyperplanes through 0 or, affine, by any.

    >>> Dichotomies(False, 3, 6).text()
    'dichotomies of 6 points in general position in R^3 by hyperplanes through the origin'
    """

    affine: bool
    dimension: int
    points: int

    def text(self) -> str:
        """The counted objects in plain text."""
        which = "hyperplanes" if self.affine else "hyperplanes through the origin"
        many = "1 point" if self.points == 1 else f"{self.points} points"
        return f"dichotomies of {many} in general position in R^{self.dimension} by {which}"


class Shattering(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="shattering"):
    """How many points of R^``inputs`` no threshold network with ``width`` hidden units shatters."""

    inputs: int
    width: int

    def text(self) -> str:
        """The networks in plain text."""
        units = "1 hidden threshold unit" if self.width == 1 else f"{self.width} hidden threshold units"
        return f"networks of {units} and a threshold output on R^{self.inputs}"


class Count(Shown, msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="family", tag="count"):
    """``value`` is the number of dichotomies, or so many points and more are never shattered.

    >>> Count(Dichotomies(False, 2, 5), 10).statement()
    'there are exactly 10 dichotomies of 5 points in general position in R^2 by hyperplanes through the origin'
    """

    of: Dichotomies | Shattering
    value: int

    def statement(self) -> str:
        """One sentence of plain text."""
        if isinstance(self.of, Dichotomies):
            return f"there are exactly {self.value} {self.of.text()}"
        return (
            f"{self.of.text()} shatter no set of {self.value} or more points; the count does not exclude "
            f"{self.value - 1}"
        )

    def latex(self) -> str:
        """One sentence of LaTeX."""
        if isinstance(self.of, Dichotomies):
            terms = self.of.dimension + (1 if self.of.affine else 0)
            return (
                rf"$n={self.of.points}$ points in general position in $\mathbb{{R}}^{{{self.of.dimension}}}$ have "
                rf"exactly $2\sum_{{k<{terms}}}\binom{{n-1}}{{k}}={self.value}$ dichotomies by "
                rf"hyperplanes{'' if self.of.affine else ' through the origin'}."
            )
        return (
            rf"No set of ${self.value}$ or more points in $\mathbb{{R}}^{{{self.of.inputs}}}$ is shattered by "
            rf"networks of ${self.of.width}$ hidden threshold units and a threshold output; the count does not exclude "
            rf"${self.value - 1}$."
        )
