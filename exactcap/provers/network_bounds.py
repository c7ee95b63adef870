"""Upper bounds for the rank of the Jacobian of a deep network: the best cuts and rules (SPEC.md, section 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from exactcap.claims import Deep, Functions
from exactcap.models.activations import Activation
from exactcap.models.monomials import of_degrees
from exactcap.provers.bounds import RankBound, Shallow, shallow_bound
from exactcap.provers.records import activation_model

MAX_DEGREE = 1000  # of the functions of a segment; beyond it the checker does not read their dimension

Bound = tuple[int, Mapping[str, Any]]


def network_bound(matrix: Deep) -> RankBound:
    """The least bound over all choices of cuts; U1 (the number of rows) is left to the caller.

    f(high) = min over low of f(low) + segment(low, high), less d_low where layer low is monomial.

    >>> square = ("0", "0", "1"), ("1",)
    >>> from exactcap import claims
    >>> psi = claims.Activation("rational", *square)
    >>> network_bound(Deep((psi, psi, psi), "none", Functions(2), (2, 3, 4, 1))).value  # naive: 9
    7
    """
    psi = [activation_model(record) for record in matrix.activations]
    depth = len(matrix.widths)
    best: list[tuple[int, list[int], list[Mapping[str, Any]]]] = [(0, [], [])]
    for high in range(1, depth + 1):
        options = []
        for low in range(high):
            value, rule = min(_segment(matrix, psi, low, high), key=lambda bound: bound[0])
            before, cuts, segments = best[low]
            glued = matrix.all_widths[low] if low and is_monomial(psi[low - 1]) else 0
            options.append((before + value - glued, cuts + ([low] if low else []), [*segments, rule]))
        best.append(min(options, key=lambda option: (option[0], len(option[1]))))
    value, cuts, segments = best[depth]
    return RankBound(value, {"cuts": cuts, "segments": segments})


def is_monomial(psi: Activation) -> bool:
    """Whether it is c z^r with r >= 1."""
    return (psi.polynomial_degree or 0) >= 1 and not any(psi.numerator[:-1])


def has_bias(matrix: Deep, layer: int) -> bool:
    """Whether layer 1 <= layer <= h has a bias vector."""
    return matrix.bias == "all" or (matrix.bias == "hidden" and layer < len(matrix.widths))


def output_dimension(matrix: Deep, low: int, high: int) -> int | None:
    """A bound for the dimension of the space of one output of layers low + 1, ..., high; None if there is none.

    >>> square = ("0", "0", "1"), ("1",)
    >>> from exactcap import claims
    >>> psi = claims.Activation("rational", *square)
    >>> output_dimension(Deep((psi, psi), "none", Functions(5), (4, 4, 1)), 0, 3)  # quartic forms in 5 variables
    70
    """
    degrees = {1}
    for record in matrix.activations[low : high - 1]:
        psi = activation_model(record)
        if psi.polynomial_degree is None or psi.polynomial_degree * max(degrees) > MAX_DEGREE:
            return None
        exponents = [k for k, c in enumerate(psi.numerator) if c]
        degrees = set().union(*(_sums(degrees, k) for k in exponents))
    d = matrix.all_widths[low]
    if any(has_bias(matrix, i) for i in range(low + 1, high + 1)):
        return of_degrees(d, range(max(degrees) + 1))
    return of_degrees(d, degrees)


def _sums(degrees: set[int], count: int) -> set[int]:
    """The sums of ``count`` of these degrees, with repetition."""
    reached = {0}
    for _ in range(count):
        reached = {a + b for a in reached for b in degrees}
    return reached


def _segment(matrix: Deep, psi: list[Activation], low: int, high: int) -> Iterator[Bound]:
    widths = matrix.all_widths
    parameters = sum(widths[i] * (widths[i - 1] + has_bias(matrix, i)) for i in range(low + 1, high + 1))
    rescalings = sum(widths[i] for i in range(low + 1, high) if is_monomial(psi[i - 1]))
    yield parameters - rescalings, {"rule": "U8" if rescalings else "U2"}
    dimension, outputs = output_dimension(matrix, low, high), widths[high]
    if dimension is not None:
        yield outputs * dimension, {"rule": "U3"}
        inner, constants = widths[high - 1], int(has_bias(matrix, high))
        rest = dimension - constants
        if inner < min(outputs, rest):
            yield inner * (outputs + rest - inner) + outputs * constants, {"rule": "U13"}
    if high - low == 2 and outputs == 1 and not has_bias(matrix, high):
        biased = has_bias(matrix, low + 1)
        blocks = ("W", "b", "v") if biased else ("W", "v")
        bound = shallow_bound(Shallow(psi[low], biased, blocks, Functions(widths[low]), widths[low + 1]))
        yield bound.value, {**bound.parts, "rule": "two-layer"}
