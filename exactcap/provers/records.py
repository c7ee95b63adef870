"""Between the models, which compute with fractions, and the claims, which hold strings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from functools import lru_cache

from exactcap import claims
from exactcap.models.activations import Activation, parse_activation, parse_unit
from exactcap.models.datasets import Dataset


def activation_record(activation: Activation) -> claims.Activation:
    """The claim's record of an activation.

    >>> from exactcap.models.activations import parse_activation
    >>> activation_record(parse_activation("x^2/2"))
    Activation(name='rational', numerator=('0', '0', '1/2'), denominator=('1',))
    """
    return claims.Activation(
        activation.name, tuple(map(str, activation.numerator)), tuple(map(str, activation.denominator))
    )


@lru_cache(maxsize=1000)
def read_activation(text: str) -> claims.Activation:
    """The claim's record of an activation as a user types it; raises InputError."""
    return activation_record(parse_activation(text))


@lru_cache(maxsize=1000)
def read_unit(text: str) -> claims.Activation:
    """The claim's record of an activation that is only evaluated: also relu, threshold; raises InputError."""
    return activation_record(parse_unit(text))


def sum_of_powers(exponents: Collection[int]) -> claims.Activation:
    """The sum of x^k over these k, each once.

    >>> sum_of_powers({0, 2}).text()
    'x^2 + 1'
    """
    coefficients = tuple("1" if k in exponents else "0" for k in range(max(exponents) + 1))
    return claims.Activation("rational", coefficients, ("1",))


def activation_model(record: claims.Activation) -> Activation:
    """The model of a claim's activation."""
    return Activation(record.name, tuple(map(Fraction, record.numerator)), tuple(map(Fraction, record.denominator)))


def table_record(dataset: Dataset) -> claims.Table:
    """The claim's record of a data set."""
    values = tuple(tuple(map(str, row)) for row in dataset.values)
    return claims.Table(dataset.columns, dataset.label, dataset.rows, values, dataset.merged)


def restrict(table: claims.Table, positions: Sequence[int]) -> claims.Table:
    """The rows at these positions, and the copies merged into them."""
    rows = tuple(table.rows[i] for i in positions)
    kept = set(rows)
    return claims.Table(
        table.columns,
        table.label,
        rows,
        tuple(table.values[i] for i in positions),
        tuple(pair for pair in table.merged if pair[1] in kept),
    )
