"""What ``exactcap predict`` says of a number: which formula gives it, what it means, and who showed or assumed that."""

from __future__ import annotations

from exactcap.claims import Committee, Gordon, Perceptron, Quantity
from exactcap.reports.items import Item
from exactcap.reports.status import Status

UNDECIDED = "undecided"
DERIVED = "derived here; the published formula (Nishiyama & Ohzeki, arXiv:2404.13404) was not compared"
GORDON = "Gordon's comparison (Stojnic, arXiv:2312.08244)"
LIFTED = "derived here after the partially lifted comparison (Stojnic, arXiv:2312.08257), which was not compared"
SEARCHED = "found by a search in floating point; a smaller value elsewhere is not excluded"
SMALLER = "more patterns are not stored according to the lifted comparison; every r gives a value that is no smaller"
Q = {"tree": "Q(q) = Delta(q) - Delta(0)", "full": "Q(q) = Delta(q) - Delta(0) - Delta'(0) q"}
MACHINES = {"tree": "trees of K {g} units", "full": "fully connected committees of K {g} units"}
LIMIT = "Gaussian patterns, N weights, N -> infinity"
SCAN = "a scan of 0 < q < 1"
STORED = "alpha N patterns, alpha above the value, are stored with a probability that tends to 0"

Fields = tuple[tuple[str, str], ...]


def perceptron_item(of: Perceptron, is_negative: bool, value: str, how: str) -> Item:
    """The perceptron at a margin: a theorem from 0 on, a bound below."""
    machine = f"perceptrons with margin {of.margin}, {LIMIT}"
    if is_negative:
        meaning = f"{machine}: {STORED}; nothing is claimed from below, where the problem is not convex"
        return _item(Status.UPPER_BOUND, of.text(), value, how, meaning, "Gordon's comparison (Stojnic 2013)")
    meaning = (
        f"the capacity of {machine}: alpha N patterns are stored with a probability that tends to 1 for alpha below "
        "the value, to 0 above"
    )
    source = "Gardner 1988; shown by Shcherbina & Tirozzi 2003, Stojnic 2013"
    return _item(Status.THEOREM, of.text(), value, how, meaning, source)


def tree_items(of: Committee, g: str, value: str, how: str) -> tuple[Item, Item]:
    """The replica-symmetric value of a tree: an upper bound, and a prediction."""
    formula = f"{of.text()}, {Q['tree']}"
    as_capacity = (
        "the storage capacity of these trees, replica symmetric; at most that, and lower where the symmetry "
        f"breaks{_hint(of)}"
    )
    return (
        _item(Status.UPPER_BOUND, formula, value, how, f"{_machine('tree', g, of.margin)}: {STORED}", GORDON),
        _item(Status.PREDICTION, formula, value, "as above", as_capacity, "replica theory"),
    )


def lifted_item(value: str, r: str, is_least: bool) -> Item:
    """The partially lifted value of a tree with many units; r = 0 is the limit, the replica-symmetric value.

    It is no theorem here: with a length for each unit's weights the exponential form of the comparison needs more than
    the one scalar of the sketch (SPEC-CAPACITY.md, K2).
    """
    formula = f"the least F(0, r) over r > 0 (see --help), {Q['tree']}"
    where = "value" if is_least else "value at an r that rounds to this one"
    minimum = ("minimum", "interval search leaves no smaller value for any r > 0" if is_least else SEARCHED)
    if r == "0":
        where = "value in the limit r -> 0, which is the number above"
        smaller = "no smaller value exists for any r > 0 (an inequality, for numbers up to 5/2)"
        minimum = ("minimum", smaller if is_least else "no smaller value was found")
    digits = ("digits", f"of the formula's {where}, the last one rounded; ball arithmetic, no certificate")
    return Item(
        Status.PREDICTION,
        (
            ("formula", formula), ("value", value), digits, ("r", r), minimum, ("meaning", SMALLER),
            ("source", LIFTED),
        ),
    )  # fmt: skip


def finite_lifted_item(value: str, r: str) -> Item:
    """The partially lifted value of a tree with finitely many sign units at an r."""
    digits = f"of the formula's value at r = {r}, the last one rounded; ball arithmetic, no certificate"
    formula = "ln(1+r)/(-2 ln E e^(-r dist^2(z, S)/2))"
    return Item(
        Status.PREDICTION,
        (("formula", formula), ("value", value), ("digits", digits), ("meaning", SMALLER), ("source", LIFTED)),
    )


def full_item(of: Committee, g: str, value: str, how: str) -> Item:
    """The replica-symmetric value of a fully connected committee."""
    meaning = (
        f"the storage capacity of {_machine('full', g, of.margin)}, in patterns per weight, replica symmetric; lower "
        f"where the symmetry breaks{_hint(of)}"
    )
    return _item(Status.PREDICTION, f"{of.text()}, {Q['full']}", value, how, meaning, DERIVED)


def finite_items(of: Gordon, value: str, how: str) -> tuple[Item, Item]:
    """A tree of finitely many units: an upper bound, and a prediction."""
    if of.activation == "sign":
        inside = f"z standard normal in R^{of.units}, S = {{u: sum of sign(u_k) > 0}}"
        machine = f"trees of {of.units} sign units with a majority vote"
    else:
        inside = "z standard normal in R^2, S = {u: max(u_1, 0) >= max(u_2, 0)}"
        machine = "trees of 2 relu units with outer weights 1 and -1, ties counted as correct"
    formula = f"{of.text()}, {inside}"
    as_capacity = "the storage capacity of these trees, replica symmetric; at most that"
    return (
        _item(Status.UPPER_BOUND, formula, value, how, f"{machine}, {LIMIT}: {STORED}", GORDON),
        _item(Status.PREDICTION, formula, value, "as above", as_capacity, "replica theory"),
    )


def bound_item(of: Quantity, value: str) -> Item:
    """The theorem or bound that a formula's value is, from the certified formula alone.

    >>> bound_item(Gordon("sign", 3), "4.03").status
    <Status.UPPER_BOUND: 'UPPER BOUND (theorem, Gordon)'>
    """
    how = "of the formula's value, the last one rounded"
    match of:
        case Perceptron(margin=margin):
            return perceptron_item(of, margin.startswith("-"), value, how)
        case Gordon():
            return finite_items(of, value, how)[0]
        case Committee(architecture="tree", activation=psi):
            return tree_items(of, psi.text(), value, how)[0]
    raise ValueError(f"{of.text()}: no theorem says what its value bounds")


def one_step_item(architecture: str, g: str, value: str, q0: str, r: str, is_least: bool, least: str | None) -> Item:
    """One step of breaking; ``is_least`` if no other q0, r give less, else ``least`` bounds it; r = 0 is the limit."""
    formula = f"the least F(q0, r) over 0 <= q0 < 1, r > 0 (see --help), {Q[architecture]}"
    digits = "of the formula's value at a point that rounds to this q0 and r"
    minimum = SEARCHED
    minimum += "" if least is None else f", but none below {least}"
    after = "not exact: full replica-symmetry breaking lies below"
    if r == "0":
        digits = "of the formula's value in the limit r -> 0, which is the replica-symmetric one"
        after = "none smaller than the replica-symmetric number was found"
        if is_least:
            minimum = "no smaller value exists for any 0 <= q0 < 1 and r > 0 (an inequality)"
            after = "no smaller than the replica-symmetric number"
    elif is_least:
        digits = "of the formula's value"
        minimum = "interval search leaves no smaller value for any 0 <= q0 < 1 and r > 0"
    fields = (("q0", q0), ("r", r), ("minimum", minimum))
    meaning = (
        f"the storage capacity of {_machine(architecture, g, '0')}, in patterns per weight, with one step of "
        f"replica-symmetry breaking; {after}"
    )
    source = DERIVED if architecture == "full" else "replica theory"
    known = ("digits", f"{digits}, the last one rounded; ball arithmetic, no certificate")
    return Item(
        Status.PREDICTION,
        (("formula", formula), ("value", value), known, *fields, ("meaning", meaning), ("source", source)),
    )


def continuous_item(g: str, value: str, how: str, scan: str) -> Item:
    """Where q = 0 loses its stability; ``scan`` says whether a jump was found before it."""
    formula = f"(pi/4) Q(1)/a_2^2, {Q['full']}, a_2^2 its coefficient of q^2"
    meaning = f"{_machine('full', g, '0')}, in patterns per weight, replica symmetric: q = 0 loses its stability"
    return _item(Status.PREDICTION, formula, value, how, meaning, DERIVED, (("scan", f"{SCAN} {scan}"),))


def scan_item(g: str, missed: str) -> Item:
    """What a scan for transitions did not find out."""
    fields = (("scan", f"a scan of 0 < q < 1 {missed}"), ("meaning", _machine("full", g, "0")), ("source", DERIVED))
    return Item(Status.PREDICTION, fields)


def jump_item(name: str, g: str, value: str, q: str, at_most: str) -> Item:
    """A jump: the spinodal or the thermodynamic point; ``at_most`` says how many digits if fewer than asked for."""
    formula, event = {
        "spinodal": ("the least alpha(q) over 0 < q < 1 (see --help)", "solutions with an overlap q > 0 appear"),
        "thermodynamic": ("the least T(q) over 0 < q < 1 (see --help)", "an overlap q > 0 becomes better than q = 0"),
    }[name]
    digits = (
        f"of the formula's value at a q that rounds to this one, {at_most}the last one rounded; ball arithmetic, no "
        "certificate"
    )
    minimum = "found by a scan and a local search; a smaller value elsewhere is not excluded"
    meaning = f"{name} point of {_machine('full', g, '0')}, in patterns per weight, replica symmetric: {event}"
    return Item(
        Status.PREDICTION,
        (
            ("formula", f"{formula}, {Q['full']}"), ("value", value), ("digits", digits), ("q", q),
            ("minimum", minimum), ("meaning", meaning), ("source", DERIVED),
        ),
    )  # fmt: skip


def _item(
    status: Status, formula: str, value: str, how: str, meaning: str, source: str, place: Fields = ()
) -> Item:  # fmt: skip
    digits = how if value == UNDECIDED else f"of the formula's value, the last one rounded; {how}"
    fields = (("formula", formula), ("value", value), ("digits", digits), *place)
    return Item(status, (*fields, ("meaning", meaning), ("source", source)))


def _machine(architecture: str, g: str, margin: str) -> str:
    above = "" if margin == "0" else f" with margin {margin}"
    return f"{MACHINES[architecture].format(g=g)}{above}, {LIMIT}, then K -> infinity"


def _hint(of: Committee) -> str:
    return " (--ansatz 1rsb)" if of.margin == "0" else ""
