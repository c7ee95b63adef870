"""Upper bounds for the rank of a two-layer Jacobian, by the named rules of SPEC.md, section 4."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from exactcap.claims import Inputs, Table
from exactcap.models.activations import Activation
from exactcap.models.differential_equation import first_order_equation

MAX_CHARACTERS = 7000  # of the numbers of U9; with longer ones the rule is left out, which costs sharpness only
RULES = ("U2", "U3", "U4", "U9", "U12")


@dataclass(frozen=True)
class RankBound:
    """rank <= ``value`` for all parameters, with the evidence line and the rules' names in the order of SPEC.md."""

    value: int
    evidence: Mapping[str, Any]

    @property
    def rules(self) -> tuple[str, ...]:
        used = {part["rule"] for part in self.evidence.values() if isinstance(part, Mapping)}
        return tuple(name for name in RULES if name in used)


Bound = tuple[int, Mapping[str, Any]]


def rank_bound(activation: Activation, inputs: Inputs, width: int, with_outer: bool = True) -> RankBound:
    """The least bound that the rules give for the n x m(d+2) Jacobian, or for its W and b columns only.

    Only the former is evidence of an obstruction.

    >>> from exactcap.claims import Generic
    >>> rank_bound(Activation("exp"), Generic(4, 99), 3).value  # the v columns are lost: 3 (4 + 1)
    15
    """
    d = inputs.n_inputs
    inner = _inner(activation, inputs, width)
    bounds = [RankBound(inner[0], {"evidence": "rank-bound", "inner": inner[1]})]
    if with_outer:
        outer = _outer(activation, d, width)
        bounds = [RankBound(inner[0] + outer[0], {"evidence": "rank-bound", "inner": inner[1], "outer": outer[1]})]
    degree = activation.polynomial_degree
    if degree is not None:
        bounds.append(RankBound(math.comb(d + degree, d), {"evidence": "rank-bound", "whole": {"rule": "U3"}}))
    return min(bounds, key=lambda bound: bound.value)


def _inner(activation: Activation, inputs: Inputs, width: int) -> Bound:
    d = inputs.n_inputs
    bounds: list[Bound] = [(width * (d + 1), {"rule": "U2"})]
    if activation.polynomial_degree == 2 and width <= d + 1:
        bounds.append((width * (d + 1) - math.comb(width, 2), {"rule": "U4"}))
    if isinstance(inputs, Table):
        bounds.append(_support(inputs, width))
    return min(bounds, key=lambda bound: bound[0])


def _support(inputs: Table, width: int) -> Bound:
    """U12 for the best number of sparsest columns: where they all are constant, psi'(z_j) x_c is lost to block b."""
    d, supports = inputs.n_inputs, _column_supports(inputs)
    order = sorted(range(d), key=lambda c: len(supports[c]))
    best, union = (width * (d + 1), 0, 0), set[int]()
    for count, column in enumerate(order, start=1):
        union |= supports[column]
        best = min(best, (len(union) + width * (d - count) + width, count, len(union)))
    value, count, support = best
    return value, {"columns": sorted(order[:count]), "rule": "U12", "support": support}


@lru_cache(maxsize=8)
def _column_supports(inputs: Table) -> tuple[set[int], ...]:
    """For each column the rows that differ from its most frequent value."""
    supports = []
    for column in zip(*inputs.values, strict=True):
        constant = Counter(column).most_common(1)[0][0]
        supports.append({i for i, value in enumerate(column) if value != constant})
    return tuple(supports)


def _outer(activation: Activation, n_inputs: int, width: int) -> Bound:
    bounds: list[Bound] = [(width, {"rule": "U2"})]
    equation = first_order_equation(activation)
    if equation is not None:
        degree = len(equation.remainder) - 1
        lost = min(width, math.comb(n_inputs + degree, degree)) if equation.remainder else 0
        rule = {
            "alpha": str(equation.alpha),
            "beta": str(equation.beta),
            "gamma": str(equation.gamma),
            "remainder": [str(c) for c in equation.remainder],
            "rule": "U9",
        }
        if max(map(len, (rule["alpha"], rule["beta"], rule["gamma"], "".join(rule["remainder"])))) <= MAX_CHARACTERS:
            bounds.append((lost, rule))
    return min(bounds, key=lambda bound: bound[0])
