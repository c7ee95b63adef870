"""The work that the independent checker counts (SPEC-NETWORKS.md, limits), for provers that stop before it would."""

from __future__ import annotations

MAX_WORK = 2**36  # steps of about 10 ns
STEPS = 6_000  # at a smooth unit for each output, beside those of its activation
ENTRY = 300  # at an entry of the Jacobian


def product_steps(bits: int, other: int) -> int:
    """Of a product of integers of these lengths, or a quotient.

    >>> product_steps(64, 640)
    18
    """
    return 8 + bits * other // 4096


def psi_steps(name: str, coefficients: int, bits: int) -> int:
    """Of a smooth activation at one number; ``coefficients`` are those of N and D of a rational one.

    >>> psi_steps("tanh", 0, 128), psi_steps("rational", 3, 128)
    (22048, 48000)
    """
    if name == "rational":
        return 16_000 * coefficients
    return 60_000 + 4 * bits**2 if name in ("gelu", "erf") else 20_000 + bits**2 // 8
