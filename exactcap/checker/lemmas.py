"""The lemmas on Gaussian expectations as data: their fields, validated, and their texts (SPEC-GAUSSIAN.md, G4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .reader import Rejected, fields, integer_between, rational

MAX_DIGITS = 300  # of a number in a lemma or a point
UNITS = ("threshold", "relu")


@dataclass(frozen=True)
class Lemma:
    """A lemma with all its parameters: numbers are Fractions, None stands for no restriction."""

    name: str
    values: Mapping[str, Any]

    def __getitem__(self, field: str) -> Any:
        return self.values[field]

    @property
    def power(self) -> int:
        """k: 0 for threshold, 1 for relu; of all powers the one that a counterexample may take, 0."""
        return 1 if self["activation"] == "relu" else 0


def number(value: Any, where: str) -> Fraction:
    """A rational of bounded size."""
    result = rational(value, where)
    if max(abs(result.numerator), result.denominator) >= 10**MAX_DIGITS:
        raise Rejected(f"{where}: more than {MAX_DIGITS} digits")
    return result


def _optional(value: Any, where: str) -> Fraction | None:
    return None if value is None else number(value, where)


def _one_of(*names: str) -> Callable[[Any, str], str]:
    def read(value: Any, where: str) -> str:
        if type(value) is not str or value not in names:
            raise Rejected(f"{where}: none of {', '.join(names)}")
        return value

    return read


def _rate(value: Any, where: str) -> Fraction | str:
    if value == "sharp":
        return "sharp"
    kappa = number(value, where)
    if kappa < 0:
        raise Rejected(f"{where}: negative")
    return kappa


def _order(value: Any, where: str) -> int:
    return integer_between(value, 0, 2, where)


def _epsilon(below: Fraction) -> Callable[[Any, str], Fraction]:
    def read(value: Any, where: str) -> Fraction:
        epsilon = number(value, where)
        if not 0 <= epsilon < below:
            raise Rejected(f"{where}: not in [0, {below})")
        return epsilon

    return read


def _above_or_none(bound: int) -> Callable[[Any, str], Fraction | None]:
    def read(value: Any, where: str) -> Fraction | None:
        return None if value is None else _above(bound)(value, where)

    return read


def _above(bound: int) -> Callable[[Any, str], Fraction]:
    def read(value: Any, where: str) -> Fraction:
        result = number(value, where)
        if result <= bound:
            raise Rejected(f"{where}: not above {bound}")
        return result

    return read


_UNIT, _FORM = _one_of(*UNITS), _one_of("sharp", "plain")
FIELDS: dict[str, dict[str, Callable[[Any, str], Any]]] = {
    "prop-3.1": {"activation": _one_of(*UNITS, "powers"), "bias_from": number, "constant": number, "exponent": _rate},
    "prop-3.2-i": {
        "activation": _UNIT, "bias_from": number, "constant": number, "epsilon": _epsilon(Fraction(1)),
        "exponent": _FORM,
    },
    "prop-3.2-ii": {
        "activation": _UNIT, "bias_from": _optional, "constant": number, "epsilon": _epsilon(Fraction(1, 2)),
        "exponent": _FORM,
    },
    "profile": {"activation": _UNIT},
    "lemma-3.3": {"constant": number, "epsilon": _epsilon(Fraction(1, 2))},
    "lemma-4.1": {"activation": _UNIT, "linear": number, "root": number},
    "lemma-6.1": {"constant": _above(0), "noise": number},
    "theorem-6.2": {"constant": _above(0), "outputs": _one_of("two-or-more", "one")},
    "lemma-A.1": {"constant": number, "order": _order},
    "lemma-A.2": {
        "bias_from": _above_or_none(0), "constant": _optional, "order": _order, "z_from": _above_or_none(-1),
        "z_to": _optional,
    },
    "lemma-A.3": {
        "activation": _one_of(*UNITS, "closed-threshold", "any"), "bias_from": _optional,
        "of": _one_of("moment", "correlation"), "variable": _one_of("sigma", "bias", "rho", "delta"),
    },
    "second-moment": {"activation": _UNIT, "bias_from": number},
}  # fmt: skip


def parse_lemma(value: Any) -> Lemma:
    """The lemma of a claim."""
    name = value.get("name") if type(value) is dict else None
    if type(name) is not str or name not in FIELDS:
        raise Rejected(f"claim, lemma: the name is none of {', '.join(FIELDS)}")
    readers = FIELDS[name]
    found = fields(value, ("name", *readers), "claim, lemma")[1:]
    values = {field: read(item, f"claim, {field}") for (field, read), item in zip(readers.items(), found, strict=True)}
    lemma = Lemma(name, values)
    if name == "lemma-A.2":
        low, top = lemma["z_from"], lemma["z_to"]
        if top is not None and (top <= -1 or (low is not None and top < low)):
            raise Rejected("claim, z_to: below z_from, or not above -1")
        if lemma["constant"] is not None and None in (low, lemma["bias_from"]):
            raise Rejected("claim, z_from and bias_from: only the exponential form holds for all of them")
    if name == "lemma-A.3":
        _require_monotonicity(lemma)
    return lemma


def _require_monotonicity(lemma: Lemma) -> None:
    """The combinations that have a meaning."""
    of, variable, psi = lemma["of"], lemma["variable"], lemma["activation"]
    is_sigma = of == "moment" and variable == "sigma"
    is_bias = of == "moment" and variable == "bias" and psi == "any" and lemma["bias_from"] is None
    is_pair = of == "correlation" and variable != "sigma" and psi in UNITS and lemma["bias_from"] is None
    if not (is_sigma or is_bias or is_pair):
        raise Rejected("claim, lemma: this combination of lemma-A.3 is not in SPEC-GAUSSIAN.md, G4")
