"""The moduli that the engines accept, checked before FLINT sees them: it aborts the process on bad ones."""

from functools import lru_cache
from math import isqrt

from exactcap.errors import InputError

MAX_MODULUS = 2**21
"""Moduli are below this: then 2048 products of balanced residues are summed exactly in float64 (``balanced.py``)."""

DEFAULT_PRIME = 2097143
"""A safe prime below 2^21: (p - 1)/2 = 1048571 is prime too.

So the squares modulo p form a group of the odd prime order 1048571: every square other than 1 generates it, has as many
distinct powers as a modulus of this size allows, and -1, whose order is 2, is never among those powers.
"""


def require_modulus(n: int) -> int:
    """Return n if it is an integer with 2 <= n < 2^21.

    Raises:
        InputError: n is not of type int, or lies outside the range.

    >>> require_modulus(12)
    12
    """
    if type(n) is not int:
        raise InputError(f"modulus: must be an int, got {n!r} of type {type(n).__name__}; pass int(modulus)")
    if not 2 <= n < MAX_MODULUS:
        raise InputError(f"modulus: must satisfy 2 <= modulus < 2^21 = {MAX_MODULUS}, got {n}; {DEFAULT_PRIME} is fine")
    return n


def require_prime(p: int) -> int:
    """Return p if it is a prime with 2 <= p < 2^21, decided by trial division.

    Raises:
        InputError: p is not of type int, lies outside the range, or has a proper divisor.

    >>> require_prime(DEFAULT_PRIME), require_prime((DEFAULT_PRIME - 1) // 2)
    (2097143, 1048571)
    """
    require_modulus(p)
    divisor = _smallest_divisor(p)
    if divisor < p:
        raise InputError(f"modulus: must be prime, got {p} = {divisor} * {p // divisor}; {DEFAULT_PRIME} is prime")
    return p


@lru_cache(maxsize=64)
def _smallest_divisor(n: int) -> int:
    """The smallest divisor above 1, by trial division; remembered, as a sweep asks for few moduli very often."""
    return next((d for d in range(2, isqrt(n) + 1) if n % d == 0), n)
