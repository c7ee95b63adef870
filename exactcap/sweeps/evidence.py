"""Whether a lock says more than the certificates of a claim carry: it is a plain file, which anybody may edit."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from exactcap.claims import (
    Claim,
    Classifies,
    Committee,
    Correlation,
    Count,
    Enclosure,
    Gordon,
    Inequality,
    Interpolation,
    Kernel,
    Mills,
    Obstruction,
    OneUnit,
    Perceptron,
    Quantity,
    Rank,
    Tangent,
)
from exactcap.claims.enclosure import decimal
from exactcap.sweeps.claims_file import Entry
from exactcap.sweeps.evidence_networks import given_network_fault
from exactcap.sweeps.evidence_numbers import number_fault
from exactcap.sweeps.evidence_options import option_fault
from exactcap.sweeps.lock import SUFFIX, Known

Claims = Mapping[str, tuple[str, Claim]]

DECIDED = ("PROVED", "REFUTED", "PROBABLE", "THEOREM", "UPPER BOUND")


def disagreement(entry: Entry, known: Known, claims: Claims) -> str | None:
    """What the lock says of a claim that its certificates do not carry, in words; None where there is nothing.

    ``claims`` maps the file name of each certificate of the claim to the checker's finding and to what it claims. That
    a certificate is about the data file of the command, the checker says, with ``--data``. Not looked at are the words
    of the items, numbers that no certificate carries (predictions by ball arithmetic, shares and ratios of counts), and
    which reason an UNDECIDED claim has. Of the options of the command those are compared that say what is claimed: of
    rank, the rank; of capacity, the width; and the network of a file. Raises InputError where a file or activation
    cannot be read.

    >>> from dataclasses import replace
    >>> from exactcap.claims import Dichotomies
    >>> entry = Entry("six", "", "", ("count", "dichotomies"), None, "THEOREM", None, "x.toml:1", "")
    >>> count = Count(Dichotomies(False, 3, 6), 32)
    >>> known = Known("", "THEOREM", count.statement(), None, "32", ({"status": "THEOREM", "value": "32"},), {})
    >>> claims = {"six.cert.jsonl": ("VERIFIED", count)}
    >>> disagreement(entry, known, claims)
    >>> disagreement(entry, replace(known, value="31"), claims)
    'the value 31 is not that of its first item, 32'
    >>> disagreement(entry, known, {})
    'THEOREM, without a certificate'
    """
    return (
        _finding_fault(entry, known, claims)
        or family_fault(entry, [str(claim.__struct_config__.tag) for _, claim in claims.values()])
        or _side_fault(entry, known, claims)
        or _command_fault(entry, claims)
        or _value_fault(entry, known, claims)
        or number_fault(entry, known, {name: claim for name, (_, claim) in claims.items()})
    )


def needs_certificate(entry: Entry, verdict: str) -> bool:
    """Whether a verdict of a claim is there only with a certificate: all but one that is decided.

    Gordon's bound for a tree of units that no certificate knows has digits by ball arithmetic.
    """
    is_tree = entry.arguments[:2] == ("predict", "committee") and not (
        {"--architecture=full", "--ansatz=1rsb"} & set(entry.arguments)
    )
    return verdict in DECIDED and not (is_tree and verdict == "UPPER BOUND")


def needs_fault(entry: Entry, relies_on: Collection[str]) -> str | None:
    """What is wrong with the theorem that a claim names: its certificates rely on another argument.

    >>> entry = Entry("x", "paired-on-data", "", ("capacity",), None, "PROVED", None, "x.toml:1", "")
    >>> needs_fault(entry, ["newton-kantorovich", "regular-zero"])
    "theorem: 'paired-on-data' needs paired-submersion, and the claim relies on newton-kantorovich, regular-zero; name
    another"
    """
    if not entry.theorem or not relies_on:
        return None
    from exactcap.theorems.catalogue import theorem

    missing = [name for name in theorem(entry.theorem).needs if name not in relies_on]
    if not missing:
        return None
    said = ", ".join(relies_on)
    return f"theorem: {entry.theorem!r} needs {', '.join(missing)}, and the claim relies on {said}; name another"


def family_fault(entry: Entry, families: Collection[str]) -> str | None:
    """What is wrong with the theorem that a claim names: none of its certificates is of a family of the theorem.

    A prediction may have no certificate.

    >>> entry = Entry("x", "baum", "", ("evaluate", "mills"), None, "PROVED", None, "x.toml:1", "")
    >>> family_fault(entry, ["enclosure"])
    "theorem: 'baum' is instantiated by certificates of the family memorizes, which this claim has not; name another"
    >>> family_fault(entry, ["memorizes"])
    """
    if not entry.theorem:
        return None
    from exactcap.theorems.catalogue import theorem

    named = theorem(entry.theorem)
    is_without = not families and (named.form == "prediction" or not named.families)
    if is_without or set(families) & set(named.families):
        return None
    if not named.families:
        return f"theorem: {entry.theorem!r} is instantiated without certificates, and this claim has one; name another"
    return (
        f"theorem: {entry.theorem!r} is instantiated by certificates of the family {' or '.join(named.families)}, "
        "which this claim has not; name another"
    )


def _finding_fault(entry: Entry, known: Known, claims: Claims) -> str | None:
    """A verdict without a certificate, or a stronger one than the checker's."""
    for name, (finding, _) in claims.items():
        if finding not in ("VERIFIED", "PROBABLE"):
            return f"{known.verdict}, but the checker says of {name}: {finding}"
    if needs_certificate(entry, known.verdict) and not claims:
        return f"{known.verdict}, without a certificate"
    probable = [name for name, (finding, _) in claims.items() if finding == "PROBABLE"]
    if probable and known.verdict not in ("PROBABLE", "UNDECIDED"):
        return f"{known.verdict}, but {probable[0]} is PROBABLE"
    if known.verdict == "PROBABLE" and not probable:
        return "PROBABLE, but its certificates are not"
    stated = [claim.statement() for _, claim in claims.values()]
    if known.verdict in DECIDED and claims and known.statement not in stated:
        return f"{known.verdict}, but none of its certificates states what the lock does: {stated[0][:200]}"
    return None


def _command_fault(entry: Entry, claims: Claims) -> str | None:
    """A certificate of other numbers than the command has."""
    for name, (_, claim) in claims.items():
        if entry.command == "evaluate" and not _is_evaluated(entry, claim):
            return f"{' '.join(entry.arguments[:2])}, but {name} is about another number"
        said = option_fault(entry, claim) or given_network_fault(entry, claim)
        if said:
            return f"{name}: {said}"
    return None


def _is_evaluated(entry: Entry, claim: Claim) -> bool:
    quantity = claim.quantity if isinstance(claim, Enclosure) else None
    is_pair = isinstance(quantity, Correlation) and entry.arguments[1:2] == ("correlation",)
    return is_pair or (isinstance(quantity, OneUnit) and entry.arguments[1:2] == (quantity.function,))


def _side_fault(entry: Entry, known: Known, claims: Claims) -> str | None:
    """PROVED with a certificate of the opposite, or REFUTED with one of the claim."""
    if known.verdict not in ("PROVED", "REFUTED") or entry.command == "capacity":
        return None
    refuted = f"{entry.identifier}.refuted{SUFFIX}"
    main = next((claim for name, (_, claim) in claims.items() if name != refuted), None)
    if main is None:
        return f"{known.verdict}, without a certificate of it"
    if known.verdict != (_side(entry, main) or known.verdict):
        return f"{known.verdict}, but the certificate is of the opposite: {main.statement()[:200]}"
    return None


def _side(entry: Entry, claim: Claim) -> str | None:
    """The verdict that a certificate gives the claim of a command; None where it may be neither."""
    match claim:
        case Inequality(holds=holds):
            return "PROVED" if holds else "REFUTED"
        case Mills(relation=relation):
            return "REFUTED" if relation.startswith("not-") else "PROVED"
        case Kernel(least=least):
            return "REFUTED" if least is None else "PROVED"
        case Tangent(full=full):
            return "PROVED" if full else "REFUTED"
        case Classifies(wrong=wrong):  # the command claims that there are none
            return "REFUTED" if wrong else "PROVED"
        case Interpolation():
            return "REFUTED" if entry.arguments[1:2] == ("obstruction",) else "PROVED"
        case Obstruction(at_most=at_most, inputs=inputs):
            is_asked = entry.arguments[1:2] != ("interpolation",)
            return "PROVED" if is_asked else "REFUTED" if at_most < inputs.n_samples else "UNDECIDED"
        case Rank():
            return _rank_side(entry, claim)
    return "PROVED"


def _rank_side(entry: Entry, claim: Rank) -> str:
    asked = [word[2:].split("=") for word in entry.arguments if word.startswith(("--equals=", "--at-"))]
    if not asked:  # to find the rank: of both sides, or 0, which has no lower side
        return "PROVED" if claim.relation == "equals" or (claim.relation, claim.rank) == ("at-most", 0) else "UNDECIDED"
    relation, rank = asked[0][0], int(asked[0][-1])
    if (claim.relation, claim.rank) == (relation, rank):
        return "PROVED"
    is_below = claim.relation != "at-least" and claim.rank < rank and relation != "at-most"
    is_above = claim.relation != "at-most" and claim.rank > rank and relation != "at-least"
    return "REFUTED" if is_below or is_above else "UNDECIDED"


def _value_fault(entry: Entry, known: Known, claims: Claims) -> str | None:
    """Values of evaluate, count and predict."""
    numbers = [(value, claim) for _, claim in claims.values() if (value := _value(claim)) is not None]
    values = [value for value, _ in numbers]
    if entry.command not in ("evaluate", "count", "predict"):
        return None if known.value is None and not known.items else "a value, of a command that has none"
    if entry.command == "evaluate":
        if known.verdict == "UNDECIDED":
            return None
        return None if known.value in values else f"the value {known.value} is not that of its certificate"
    if known.verdict == "UNDECIDED":
        return None if known.value is None else "a value, which is undecided"
    if not known.items:
        return f"{known.verdict}, without an item"
    first = known.items[0]
    if str(first["status"]).partition(" (")[0] != known.verdict:
        return f"{known.verdict}, but the first item is a {first['status']}"
    if known.value != _text(first.get("value")):
        return f"the value {known.value} is not that of its first item, {first.get('value')}"
    for item in known.items:
        fault = _item_fault(item, numbers)
        if fault and (claims or needs_certificate(entry, str(item["status"]).partition(" (")[0])):
            return fault
    return None


def _item_fault(item: Mapping[str, object], numbers: list[tuple[str, Claim]]) -> str | None:
    """An item that is more than its number: a bound or a theorem needs the certificate of a formula that is one."""
    status, value = str(item["status"]).partition(" (")[0], _text(item.get("value"))
    if status == "PREDICTION":
        is_checked = ", checked by the independent program" in str(item.get("digits", ""))
        if is_checked and value not in [number for number, _ in numbers]:
            return f"the value {value} of a {status} is not that of its certificate"
        return None
    if any(value == number and status == _status(claim) for number, claim in numbers):
        return None
    if any(value == number for number, _ in numbers):
        return f"the value {value} as {status}, but its certificate is of a formula that is none"
    return f"the value {value} as {status}, without a certificate of it"


def _text(value: object) -> str | None:
    """A value of an item, which of count bound is an integer."""
    return None if value is None else str(value)


def _value(claim: Claim) -> str | None:
    if isinstance(claim, Count):
        return str(claim.value)
    return decimal(claim.mantissa, claim.exponent) if isinstance(claim, Enclosure) else None


def _status(claim: Claim) -> str:
    """What a number is, of which a certificate proves the digits."""
    quantity: Quantity | None = claim.quantity if isinstance(claim, Enclosure) else None
    match quantity:
        case None:
            return "THEOREM"  # an exact count
        case Perceptron(margin=margin):
            return "UPPER BOUND" if margin.startswith("-") else "THEOREM"
        case Gordon() | Committee(architecture="tree"):
            return "UPPER BOUND"
    return "PREDICTION"
