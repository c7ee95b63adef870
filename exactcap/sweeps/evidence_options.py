"""The options of a command against the certificates that it wrote: numbers that the claim must have, too."""

from __future__ import annotations

import re
from fractions import Fraction

from exactcap.claims import (
    Activation,
    Claim,
    Classifies,
    Committee,
    Correlation,
    Count,
    Deep,
    Dichotomies,
    Enclosure,
    Functions,
    Generic,
    Gordon,
    Hadamard,
    Inequality,
    Inputs,
    Interpolation,
    Jacobian,
    Kernel,
    KhatriRao,
    Memorization,
    Obstruction,
    OneUnit,
    Perceptron,
    Rank,
    Shattering,
    Table,
)
from exactcap.provers.records import read_unit
from exactcap.sweeps.claims_file import Entry

PLAIN = re.compile(r"-?[0-9]{1,999}([./][0-9]{1,999})?")  # what else an option may be, its command knows


def option_fault(entry: Entry, claim: Claim) -> str | None:
    """An option of the command of which the certificate's claim has another number, activation or architecture.

    Only options that give what stands in the claim are compared, as plain numbers or words. Raises InputError for an
    activation that is none.

    >>> from exactcap.claims import Generic
    >>> entry = Entry("x", "", "", ("certify", "interpolation", "--width=6"), None, "PROVED", None, "x.toml:1", "")
    >>> option_fault(entry, Interpolation(Activation("tanh"), Generic(4, 24), 8))
    '6 is the width in the command, 8 in the certificate'
    """
    known = _options(claim)
    for word in entry.arguments:
        option, _, given = word.partition("=")
        name = option.removeprefix("--")
        found = known.get(name)
        if found is not None and not _is_equal(given, found):
            shown = found.text() if isinstance(found, Activation) else str(found).strip("()")
            return f"{given} is the {name} in the command, {shown} in the certificate"
    return None


Found = int | str | tuple[int, ...] | Activation


def _is_equal(given: str, found: Found) -> bool:
    """Whether an option says what was found; true where that cannot be told."""
    if isinstance(found, Activation):
        return read_unit(given) == found
    if isinstance(found, tuple):
        return [part.strip() for part in given.split(",")] == [str(part) for part in found]
    if PLAIN.fullmatch(str(found)):
        return not PLAIN.fullmatch(given) or Fraction(given) == Fraction(found)
    return given.strip() == found


def _options(claim: Claim) -> dict[str, Found]:
    """What a claim says, by the options that set it."""
    match claim:
        case Interpolation() | Obstruction():
            return {"width": claim.width, "activation": claim.activation, **_points(claim.inputs)}
        case Rank(matrix=Hadamard() as matrix):
            return {"cols": matrix.columns, "inner": matrix.inner, "rows": matrix.rows}
        case Rank(matrix=KhatriRao() as matrix):
            return {"power": matrix.power, "width": matrix.width, **_points(matrix.inputs)}
        case Rank(matrix=Jacobian() as matrix):
            return {"width": matrix.width, "activation": matrix.activation, **_points(matrix.inputs)}
        case Rank(matrix=Deep() as matrix):
            return {"widths": matrix.all_widths, **_points(matrix.inputs)}
        case Classifies(layers=(first, _, *_)):
            return {"activation": first.activation}
        case Count(of=Dichotomies() as of):
            return {"dimension": of.dimension, "points": of.points}
        case Count(of=Shattering() as of):
            return {"inputs": of.inputs, "width": of.width}
        case Enclosure(quantity=OneUnit() as of):
            return {"at": of.at}
        case Enclosure(quantity=Perceptron() as of):
            return {"margin": of.margin}
        case Enclosure(quantity=Committee() as of):
            return {"margin": of.margin, "architecture": of.architecture}
        case Enclosure(quantity=Gordon() as of):
            return {"units": of.units, "activation": of.activation}
        case Inequality(lemma=lemma):
            fields = {field.replace("_", "-"): getattr(lemma, field) for field in lemma.__struct_fields__}
            return {name: value for name, value in fields.items() if isinstance(value, str | int)}
        case Memorization():
            return {"ones": claim.ones, "points": claim.points, "widths": claim.widths}
        case Kernel(activation=name) | Enclosure(quantity=Correlation(activation=name)):
            return {"activation": name}
    return {}


def _points(inputs: Inputs | Functions) -> dict[str, Found]:
    if isinstance(inputs, Table):
        return {}
    samples: dict[str, Found] = {"samples": inputs.n_samples} if isinstance(inputs, Generic) else {}
    return {"inputs": inputs.n_inputs, **samples}
