"""Which scan belongs to which lemma, and the options that each of them takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from exactcap.errors import InputError
from exactcap.scans import deviation, mills, moments, monotone, orthogonal, perception, separated, three_stage
from exactcap.scans import profile as profiles
from exactcap.scans.scan import Scan

POWERS = {"threshold": 0, "relu": 1}


@dataclass(frozen=True)
class Entry:
    """The options of a lemma with their values, the first of each the default, and how they make a scan.

    A value None stands for any text, which the scan checks itself.
    """

    options: dict[str, tuple[str, ...] | None]
    make: Callable[..., Scan]


UNITS = tuple(POWERS)
ORDERS = ("0", "1", "2")
STAGES = {"layers": three_stage.layers, "corner": three_stage.corner, "signs": three_stage.random_signs}
MONOTONE = ("sigma", "bias", "correlation-rho", "correlation-delta", "correlation-bias")


def _monotone(bound: str, activation: str, order: str) -> Scan:
    if bound == "sigma":
        return monotone.monotone_in_scale(activation)
    if bound == "bias":
        return monotone.monotone_in_bias(int(order))
    if activation not in POWERS:
        raise InputError(f"activation: {activation!r} has no scan of --bound {bound}; choose threshold or relu")
    return monotone.monotone_correlation(POWERS[activation], bound.removeprefix("correlation-"))


ENTRIES: dict[str, Entry] = {
    "prop-3.1": Entry(
        {"activation": UNITS, "exponent": ("sharp", "1/8", "paper")},
        lambda activation, exponent: separated.separated(POWERS[activation], exponent),
    ),
    "profile": Entry({"activation": UNITS}, lambda activation: profiles.profile(POWERS[activation])),
    "prop-3.2-i": Entry(
        {"activation": UNITS, "exponent": ("sharp", "plain")},
        lambda activation, exponent: orthogonal.norm_change(POWERS[activation], exponent),
    ),
    "prop-3.2-ii": Entry(
        {"activation": UNITS, "bound": ("corner", "density")},
        lambda activation, bound: orthogonal.orthogonal(POWERS[activation], bound),
    ),
    "lemma-3.3": Entry({}, orthogonal.decoupling),
    "lemma-4.1": Entry(
        {"activation": UNITS},
        lambda activation: deviation.relu_pieces() if activation == "relu" else deviation.threshold_deviation(),
    ),
    "lemma-6.1": Entry({}, perception.signs),
    "theorem-6.2": Entry(
        {"bound": ("two-or-more", "one")},
        lambda bound: perception.one_output() if bound == "one" else perception.batches(),
    ),
    "lemma-A.1": Entry({"order": ORDERS}, lambda order: moments.asymptotics(int(order))),
    "lemma-A.2": Entry(
        {"order": ORDERS, "bound": ("exponential", "linear")},
        lambda order, bound: moments.stability(int(order), bound),
    ),
    "lemma-A.3": Entry(
        {"bound": MONOTONE, "activation": ("threshold", "closed-threshold", "relu"), "order": ORDERS}, _monotone
    ),
    "second-moment": Entry({"activation": UNITS}, lambda activation: moments.second_moment(POWERS[activation])),
    "theorem-E": Entry({"bound": tuple(STAGES)}, lambda bound: STAGES[bound]()),
    "mills": Entry({"bound": None}, lambda bound: mills.mills_bound(bound)),
}
DEFAULT_MILLS = "birnbaum"
# The names of 'exactcap certify gaussian' for the same statements.
ALIASES = {
    "correlation-separated": "prop-3.1",
    "correlation-profile": "profile",
    "norm-change": "prop-3.2-i",
    "correlation-orthogonal": "prop-3.2-ii",
    "decoupling": "lemma-3.3",
    "deviation": "lemma-4.1",
    "perception": "lemma-6.1",
    "perception-layer": "theorem-6.2",
    "asymptotics": "lemma-A.1",
    "stability": "lemma-A.2",
    "monotonicity": "lemma-A.3",
    "domination": "second-moment",
    "memorization": "theorem-E",
}


def choose(lemma: str, **given: str | None) -> tuple[str, dict[str, str]]:
    """The lemma, by either of its names, and its options with these values (None: the default).

    Raises InputError for what does not exist.

    >>> choose("domination", activation="relu")
    ('second-moment', {'activation': 'relu'})
    >>> choose("lemma-A.1", activation="relu")
    Traceback (most recent call last):
    exactcap.errors.InputError: activation: the scan of lemma-A.1 has no such option; leave out --activation
    """
    lemma = ALIASES.get(lemma, lemma)
    if lemma not in ENTRIES:
        raise InputError(f"lemma: {lemma[:40]!r} has no scan; choose one of {', '.join(ENTRIES)}")
    entry, chosen = ENTRIES[lemma], {}
    for name, value in given.items():
        if name not in entry.options and value is not None:
            raise InputError(f"{name}: the scan of {lemma} has no such option; leave out --{name}")
    for name, values in entry.options.items():
        value = given.get(name)
        if values is None:
            chosen[name] = value or DEFAULT_MILLS
        elif value is None:
            chosen[name] = values[0]
        elif value in values:
            chosen[name] = value
        else:
            raise InputError(
                f"{name}: {value[:40]!r} is not one of {', '.join(values)} for {lemma}; choose one of them"
            )
    return lemma, chosen


def find_scan(lemma: str, **given: str | None) -> Scan:
    """The scan of a lemma with these options. Raises InputError for what does not exist.

    >>> find_scan("second-moment", activation="relu").statement
    'M_1(b) <= b M_2(b) for b >= 1.16152788927...'
    """
    lemma, chosen = choose(lemma, **given)
    return ENTRIES[lemma].make(**chosen)
