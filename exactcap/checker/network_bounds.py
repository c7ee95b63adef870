"""Upper bounds for the rank of the Jacobians of deep networks by the named rules (SPEC.md, section 4)."""

from __future__ import annotations

import functools
import operator
from itertools import pairwise
from typing import Any

from .claims import Inputs
from .matrices import Network, Shallow
from .polynomials import of_degrees, up_to_degree
from .reader import Rejected, array, fields, increasing
from .shallow_bounds import Bound, rule_name, shallow_bound

MAX_DEGREE = 1000  # of the functions of a segment; beyond it their dimension is of no use


def network_bound(network: Network, parts: dict[str, Any]) -> Bound:
    """The sum over the segments between the cuts, less the width at each monomial cut (U11); or U1 for the whole."""
    if set(parts) == {"whole"}:
        name = rule_name(parts["whole"])
        fields(parts["whole"], ("rule",), "rule U1")
        if name != "U1" or network.inputs.n_samples == 0:
            raise Rejected("evidence: the rule for a whole network is U1, and needs points")
        return network.inputs.n_samples * network.widths[-1], ["U1"]
    cuts_line, segments = fields(parts, ("cuts", "segments"), "evidence")
    depth = len(network.widths) - 1
    cuts = increasing(cuts_line, 1, depth - 1, "cuts")
    ends = [0, *cuts, depth]
    bounds = [
        _segment(network, low, high, rule)
        for (low, high), rule in zip(pairwise(ends), array(segments, "segments", len(ends) - 1), strict=True)
    ]
    glued = sum(network.widths[cut] for cut in cuts if is_monomial(network, cut))
    value = sum(value for value, _ in bounds) - glued
    return value, [rule for _, rules in bounds for rule in rules] + (["U11"] if cuts else [])


def is_monomial(network: Network, layer: int) -> bool:
    """Whether the activation of this hidden layer is c z^r with r >= 1."""
    psi = network.activations[layer - 1]
    return (psi.degree() or 0) >= 1 and not any(psi.numerator[:-1])


def _segment(network: Network, low: int, high: int, rule: Any) -> Bound:
    """The rank of the layers low + 1, ..., high as a network of its own on d_low inputs."""
    name, parameters = rule_name(rule), network.n_parameters(low, high)
    if name == "two-layer":
        return _two_layer(network, low, high, rule)
    fields(rule, ("rule",), "evidence, segment")
    if name == "U2":
        return parameters, ["U2"]
    if name == "U8":
        # row j of W_i and b_i times c, column j of W_{i+1} times c^-r: the map is the same
        return parameters - sum(network.widths[i] for i in range(low + 1, high) if is_monomial(network, i)), ["U8"]
    outputs, dimension = network.widths[high], _dimension(network, low, high)
    if name == "U3":
        return outputs * dimension, ["U3"]
    if name == "U13":
        inner, constants = network.widths[high - 1], int(network.has_bias(high))
        rest = dimension - constants  # modulo the constants that the biases of the last layer add
        if inner >= min(outputs, rest):
            raise Rejected("rule U13 needs a last hidden layer smaller than the outputs and than their space")
        return inner * (outputs + rest - inner) + outputs * constants, ["U13"]
    raise Rejected("evidence: the rule of a segment is none of U2, U3, U8, U13, two-layer")


def _dimension(network: Network, low: int, high: int) -> int:
    """A bound for the dimension of the space of one output of a segment: polynomials of the degrees that can occur."""
    hidden = network.activations[low : high - 1]
    degrees = [1]
    for psi in hidden:
        degree = psi.degree()
        if degree is None or degree * degrees[-1] > MAX_DEGREE:
            raise Rejected("evidence: rules U3 and U13 need polynomial activations, of small degree together")
        reached, power = 0, 1  # sets of degrees as bits: of psi, of the power of a unit
        for c in psi.numerator:
            reached |= power if c else 0
            power = functools.reduce(operator.or_, (power << shift for shift in degrees))
        degrees = [k for k in range(reached.bit_length()) if reached >> k & 1]
    d = network.widths[low]
    if any(network.has_bias(i) for i in range(low + 1, high + 1)):
        return up_to_degree(d, degrees[-1])
    return of_degrees(d, degrees)


def _two_layer(network: Network, low: int, high: int, rule: Any) -> Bound:
    """A segment of two layers and one output without bias: the two-layer Jacobian in all its parameters."""
    if type(rule) is not dict or high - low != 2 or network.widths[high] != 1 or network.has_bias(high):
        raise Rejected("rule two-layer needs a segment of two layers with one output, which has no bias")
    biased = network.has_bias(low + 1)
    blocks = ("W", "b", "v") if biased else ("W", "v")
    functions = Inputs(0, network.widths[low], False)
    jacobian = Shallow(network.activations[low], biased, blocks, functions, network.widths[low + 1])
    return shallow_bound(jacobian, {key: part for key, part in rule.items() if key != "rule"})
