"""The numbers of searches in a lock against those that the certificates carry: widths, rows, units, constants."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import msgspec

from exactcap.claims import (
    Claim,
    Inequality,
    Interpolation,
    Kernel,
    Memorization,
    Memorizes,
    Mills,
    Obstruction,
)
from exactcap.claims.correlations import NormChange
from exactcap.claims.enclosure import decimal
from exactcap.claims.perception import Layer, Perception
from exactcap.sweeps.claims_file import Entry
from exactcap.sweeps.lock import SUFFIX, Known

FIELDS = {"constant": "constant", "bias": "bias_from"}  # of a lemma


def number_fault(entry: Entry, known: Known, claims: Mapping[str, Claim]) -> str | None:
    """What the number that the lock has of a search is, and its certificates' is not; None where they agree."""
    main, refuted = (claims.get(entry.identifier + middle + SUFFIX) for middle in ("", ".refuted"))
    if entry.command == "capacity":
        return _capacity_fault(entry, known, main, claims.get(f"{entry.identifier}.obstruction{SUFFIX}"))
    if known.best is None:
        return "a refutation beside it, of no number" if refuted else None
    name, certified = known.best["name"], known.best["certified"]
    found = _number(entry, name, main)
    if found is None:
        return f"the {name} {certified}, which its certificate does not carry"
    number, is_smaller_better = found
    if number != certified:
        return f"the {name} {certified}, but the certificate is of {number}"
    if known.best["is_smaller_better"] is not is_smaller_better:
        return f"the {name} {certified}, the better number on the wrong side"
    return _refuted_fault(name, known.best["refuted"], main, refuted)


def _number(entry: Entry, name: str, claim: Claim | None) -> tuple[str, bool] | None:
    """The number of that name in a certificate, and whether a smaller one is a better theorem."""
    match claim:
        case Memorizes() if name == "number of hidden units" and entry.command == "memorize":
            return str(sum(claim.hidden_widths)), True
        case Kernel(least=least) if name == "bound of the smallest eigenvalue" and least is not None:
            return decimal(*least), False
        case Memorization(widths=widths) if name == "units":
            return str(sum(widths)), True
        case Mills(low=str(low)) if name == "from":
            return low, True
        case Inequality(lemma=lemma) if name in FIELDS and isinstance(getattr(lemma, FIELDS[name], None), str):
            is_larger_better = name == "constant" and isinstance(lemma, NormChange | Perception | Layer)
            return getattr(lemma, FIELDS[name]), not is_larger_better
    return None


def _refuted_fault(name: str, at: str | None, claim: Claim | None, opposite: Claim | None) -> str | None:
    """A number refuted needs the certificate of the opposite claim with that number."""
    if at is None and opposite is None:
        return None
    if at is None or opposite is None:
        return f"the {name} {at} refuted, without a certificate" if at else f"a refutation beside it, of no {name}"
    if isinstance(claim, Inequality) and name in FIELDS:
        expected = Inequality(False, msgspec.structs.replace(claim.lemma, **{FIELDS[name]: at}))
        is_opposite = opposite == expected
    else:  # one point beyond the number, where the order is the other
        is_opposite = (
            isinstance(claim, Mills)
            and isinstance(opposite, Mills)
            and (opposite.bound, opposite.relation) == (claim.bound, f"not-{claim.relation}")
            and opposite.low is not None
            and Fraction(opposite.low) >= Fraction(at)
        )
    return None if is_opposite else f"the {name} {at} refuted, but {opposite.statement()[:200]}"


def _capacity_fault(entry: Entry, known: Known, lower: Claim | None, upper: Claim | None) -> str | None:
    """Both certificates of a capacity: the width or the rows that they are of, and the verdict that follows."""
    fits = lower if isinstance(lower, Interpolation) else None
    fails = upper if isinstance(upper, Obstruction) else None
    if (fits, fails) != (lower, upper):
        return "a certificate that is none of a capacity"
    width = _option(entry, "width")
    if width is None:
        number, name, is_smaller_better = fits and str(fits.width), "width", True
    else:
        number, name, is_smaller_better = str(fits.inputs.n_samples if fits else 0), "number of rows", False
        if any(claim.width != int(width) for claim in (fits, fails) if claim):
            return f"width {width}, but a certificate is of another width"
    best = known.best
    is_searched = width is not None or known.verdict == "PROVED"
    if best is not None and (
        not is_searched
        or (best["name"], best["certified"], best["refuted"], best["is_smaller_better"])
        != (name, number, None, is_smaller_better)
    ):
        return f"the {best['name']} {best['certified']}, but the certificate is of the {name} {number}"
    if known.verdict == "PROVED":
        if fits is None:
            return "PROVED, without an interpolation"
        n = fails.inputs.n_samples if fails else _n_rows(entry)
        if fits.inputs.n_samples != n:
            return f"PROVED, but the interpolation is of {fits.inputs.n_samples} of {n} rows"
    if known.verdict == "REFUTED" and (fails is None or fails.at_most >= fails.inputs.n_samples):
        return "REFUTED, without an obstruction that excludes a row"
    return None


def _option(entry: Entry, name: str) -> str | None:
    start = f"--{name}="
    return next((word.removeprefix(start) for word in entry.arguments if word.startswith(start)), None)


def _n_rows(entry: Entry) -> int:
    """The distinct rows of the data file of a command."""
    from exactcap.models.datasets import read_dataset
    from exactcap.provers.records import table_record

    path, label = Path(_option(entry, "data") or ""), _option(entry, "label") or ""
    return table_record(read_dataset(path, label, deduplicate="--deduplicate" in entry.arguments)).n_samples
