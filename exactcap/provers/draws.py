"""Integers drawn from an explicit seed, the same on every machine and in every version of Python and NumPy."""

from __future__ import annotations

import hashlib

SPREAD = 10**6


def draw_integers(seed: int, purpose: str, count: int, low: int = -SPREAD, high: int = SPREAD) -> list[int]:
    """``count`` integers between ``low`` and ``high``, read from SHAKE-256 of the seed and the purpose.

    Prefixes agree: the first integers do not depend on ``count``. The bias of the reduction is below 2^-40.

    >>> draw_integers(0, "weights", 3) == draw_integers(0, "weights", 5)[:3]
    True
    """
    stream = hashlib.shake_256(f"exactcap:{seed}:{purpose}".encode()).digest(8 * count)
    span = high - low + 1
    return [low + int.from_bytes(stream[i : i + 8], "little") % span for i in range(0, 8 * count, 8)]
