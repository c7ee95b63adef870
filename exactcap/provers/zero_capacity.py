"""How far regular zeros reach: many rows at a width, few neurons for all rows. Every step is proved, none assumed."""

from __future__ import annotations

from exactcap.certificates.format import Certificate
from exactcap.claims import Interpolation, Table
from exactcap.claims.parts import MAX_WIDTH
from exactcap.models.activations import Activation
from exactcap.provers.outcome import Progress
from exactcap.provers.records import activation_record, restrict
from exactcap.provers.regular_zero import enough_neurons, prove_zero, spread_rows
from exactcap.provers.right_inverse import MAX_WITNESS

PERCENT = (100, 97, 94, 90, 80, 70, 60, 50)  # of the rows that rules and parameters leave possible
MANY = 1000  # rows, of which a search that fails takes minutes: then only what is found easily is looked for


def zero_rows(
    activation: Activation, table: Table, width: int, more_than: int, at_most: int, seed: int, progress: Progress
) -> Certificate | None:
    """A regular zero of this width on more than ``more_than`` of the rows, spread ones, the largest number first."""
    top = min(at_most, width * (table.n_inputs + 2) - 1, MAX_WITNESS)
    order: list[int] = []
    percents = PERCENT if top <= MANY else PERCENT[-2:]
    for count in dict.fromkeys(top * percent // 100 for percent in percents):
        if count <= more_than:
            break
        order = order or spread_rows(table)
        claim = Interpolation(activation_record(activation), restrict(table, sorted(order[:count])), width)
        certificate = prove_zero(claim, seed, progress)
        if not isinstance(certificate, str):
            return certificate
    return None


def zero_width(
    activation: Activation, table: Table, lower: int, upper: int | None, seed: int, progress: Progress
) -> Certificate | None:
    """A regular zero on all rows of a width from ``lower`` on and below ``upper``, by bisection.

    The first width tried is one where zeros are found easily, and of many rows the only one. A width where the search
    fails counts as too small.
    """
    easy = enough_neurons(activation, table, MAX_WIDTH)
    low, high = lower - 1, easy + 1 if upper is None else upper
    best, width = None, easy
    while high - low > 1:
        if not low < width < high:
            width = (low + high) // 2
        claim = Interpolation(activation_record(activation), table, width)
        certificate = prove_zero(claim, seed, progress)
        if isinstance(certificate, str):
            low = width
        else:
            best, high = certificate, width
        if table.n_samples > MANY:
            break
    return best
