"""The claim that a Gaussian quantity has these decimal digits (SPEC-GAUSSIAN.md, G2)."""

from __future__ import annotations

import msgspec

CITATION = "closed forms and formula (1) of SPEC-GAUSSIAN.md, G1 (Plackett 1954, Owen 1956)"
HYPOTHESES: tuple[str, ...] = ("the normal variables are exact: no sampling, no rounding",)


class OneUnit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="one-unit"):
    """R(at), Q(at), E (gamma - at)_+ or E (gamma - at)_+^2."""

    function: str
    at: str


class Correlation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="correlation"):
    """E phi(<g,u> - h) phi(<g,v> - k) with |u|, |v| = ``norms``, <u,v> = ``inner`` and h, k = ``biases``."""

    activation: str
    biases: tuple[str, str]
    inner: str
    norms: tuple[str, str]


Quantity = OneUnit | Correlation


class Enclosure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="family", tag="enclosure"):
    """|quantity - mantissa 10^exponent| <= 10^exponent / 2."""

    exponent: int
    mantissa: int
    quantity: Quantity
