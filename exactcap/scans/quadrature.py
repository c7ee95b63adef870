"""Gauss–Legendre rules at any precision, computed once, for integrands that were scaled to their own size.

mpmath.quad stops at an absolute error of the working precision, which is no accuracy at all for a tail of size 1e-90,
and it is slow. A fixed rule on a well chosen interval is neither. Rules aim at a relative error of 10^(``SPARE`` - dps)
at the working precision of dps digits; that they reach it on the intervals used here is a matter of tests.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import mpmath

Real = Any  # mpmath.mpf, which has no type annotations
SPARE = 10  # digits of the working precision that an integral need not reach


@cache
def legendre_rule(digits: int) -> tuple[tuple[Real, ...], tuple[Real, ...]]:
    """The nodes and the weights on [0, 1] for a working precision of so many digits: two for each digit aimed at.

    Newton's method for the zeros of the Legendre polynomial P_n, from Tricomi's cos(pi (j + 3/4)/(n + 1/2)).

    >>> len(legendre_rule(27)[0]), mpmath.nstr(sum(legendre_rule(27)[1]), 15)
    (34, '1.0')
    """
    n = 2 * (digits - SPARE)
    nodes, weights = [], []
    with mpmath.workdps(digits + 10):
        for j in range(n):
            x = mpmath.cos(mpmath.pi * (j + mpmath.mpf(3) / 4) / (n + mpmath.mpf(1) / 2))
            for _ in range(3 + digits.bit_length()):  # from an error below n^-2, each step squares it
                before, value = mpmath.mpf(1), x
                for k in range(2, n + 1):
                    before, value = value, ((2 * k - 1) * x * value - (k - 1) * before) / k
                slope = n * (x * value - before) / (x * x - 1)
                step = value / slope
                x -= step
                if abs(step) < mpmath.mpf(10) ** (-digits):
                    break
            nodes.append((1 + x) / 2)
            weights.append(1 / ((1 - x * x) * slope * slope))
        return tuple(nodes), tuple(weights)


@cache
def fixed_rule(digits: int, bits: int) -> tuple[tuple[int, int], ...]:
    """Pairs of a node and its weight as multiples of 2^-bits.

    >>> sum(weight for _, weight in fixed_rule(27, 40)) / 2**40 > 1 - 1e-10
    True
    """
    with mpmath.workdps(digits + 10):
        return tuple(
            (int(mpmath.ldexp(node, bits)), int(mpmath.ldexp(weight, bits)))
            for node, weight in zip(*legendre_rule(digits), strict=True)
        )


def integral(integrand: Callable[[Real], Real], ends: Sequence[Real]) -> Real:
    """The integral from ends[0] to ends[-1], by the rule of the working precision between each end and the next.

    >>> with mpmath.workdps(25):
    ...     print(mpmath.nstr(integral(lambda x: mpmath.exp(-x), [0, 40]), 15))
    1.0
    """
    nodes, weights = legendre_rule(mpmath.mp.dps)
    total = mpmath.mpf(0)
    for low, high in pairwise(ends):
        width = high - low
        total += width * mpmath.fdot(weights, [integrand(low + node * width) for node in nodes])
    return total


def reach() -> Real:
    """The exponent L at which an integrand that decays like e^(-L) is cut off: a little below the aimed error."""
    return (mpmath.mp.dps - SPARE + 2) * mpmath.ln10
