"""Whether the checker will follow an evaluation: its time and memory (SPEC-NETWORKS.md, N5, limits)."""

from __future__ import annotations

from collections.abc import Sequence

from exactcap.claims.classifies import PIECEWISE
from exactcap.provers.checker_cost import MAX_WORK, STEPS, product_steps, psi_steps
from exactcap.provers.forward import Inputs, Whole
from exactcap.provers.nearest_code import NearestCode

MAX_HELD = 2**31  # bits in memory
OVERHEAD = 320  # of an integer
UNIT = 1000  # steps at a unit that is not smooth


def beyond_checker(inputs: Inputs, layers: Sequence[Whole], codes: NearestCode, bits: int, sizes: Sequence[int]) -> str:
    """Why the checker would give up, in words, or "".

    Counted as the checker does, but with the largest lengths of all rows: ``bits`` and ``sizes`` for the values.
    """
    n, once, steps, weights, longest, values = len(inputs.rows), 0, 0, 0, 0, 0
    value, power = max(abs(x) for row in inputs.rows for x in row).bit_length(), 0
    for layer, size in zip(layers, sizes, strict=True):
        (units, before), (weight, other) = layer.shape, layer.bits
        total = max(weight + value + before.bit_length(), other + power) + bits
        steps += units * ((before + 1) * product_steps(weight, value) + 4 * product_steps(total, other))
        psi = layer.psi
        smooth = STEPS + psi_steps(psi.name, len(psi.numerator) + len(psi.denominator), bits)
        steps += units * (UNIT if psi.name in PIECEWISE else smooth)
        once += units * (2 * before + 2) * product_steps(max(weight, other), other)
        weights += units * (before + 3)
        longest = max(longest, max(weight, other) + other + 1 + before.bit_length())
        values = max(values, 2 * units * (total + OVERHEAD))
        value, power = max(0, size) + bits + 1, bits
    count, outputs = len(codes.scaled), len(codes.scaled[0])
    steps += count * (outputs + 4) * product_steps(codes.bits, value)
    held = (
        n * len(inputs.denominators) * (inputs.bits + OVERHEAD),
        weights * (longest + OVERHEAD),
        values,
        count * (outputs + 2) * (codes.bits + outputs.bit_length() + bits + OVERHEAD),
    )
    for size, what in zip(held, ("the inputs", "the weights", "the values of a layer", "the codes"), strict=True):
        if size > MAX_HELD:
            return f"{what} take more memory than the independent checker has, 2^31 bits; give a smaller problem"
    if (total := once + steps * n) > MAX_WORK:
        return (
            f"{n} rows are {-(-total // MAX_WORK)} times as much work as the independent checker does (2^36 steps, "
            "about ten minutes); give fewer rows or a smaller network"
        )
    return ""
