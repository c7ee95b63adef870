"""Powers and inverses of single residues, for whole arrays at once, in int64: products stay below 2^42."""

import numpy as np

from exactcap.arithmetic.modulus import require_modulus, require_prime
from exactcap.arithmetic.residues import IntegerArray, Residues, require_integers, residues
from exactcap.errors import InputError

_DIGIT_BITS = 7


def power_mod(base: int, exponents: IntegerArray, p: int) -> Residues:
    """The powers base^e modulo p for every exponent e of an array.

    The exponents are read in base 2^7: base^e is the product of (base^(2^(7 i)))^(e_i) over the digits e_i.

    Args:
        base: an integer of any size and sign.
        exponents: non-negative integers of at most 63 bits, any shape.
        p: a modulus, 2 <= p < 2^21, prime or not.

    Returns:
        Residues in [0, p), in the shape of ``exponents``; 0^0 is 1.

    Raises:
        InputError: a bad modulus, a base that is no int, or exponents that are negative or no NumPy integers.

    >>> power_mod(3, np.array([0, 1, 2, 10**9]), 7)
    array([1, 3, 2, 4])
    """
    require_modulus(p)
    if type(base) is not int:
        raise InputError(f"base: must be an int, got {base!r} of type {type(base).__name__}; pass int(base)")
    if require_integers(exponents, "exponents").dtype.kind not in "iu":
        raise InputError("exponents: must be of a NumPy integer type, got dtype object; convert them to int64")
    smallest, largest = int(exponents.min(initial=0)), int(exponents.max(initial=0))
    if smallest < 0:
        raise InputError(f"exponents: must be non-negative, got {smallest}; reduce them modulo p - 1")
    if largest >= 2**63:
        raise InputError(f"exponents: must be below 2^63, got {largest}; reduce them modulo p - 1")
    powers = np.ones(exponents.shape, np.int64)
    for shift in range(0, largest.bit_length(), _DIGIT_BITS):
        step = pow(base, 2**shift, p)
        table = np.array([pow(step, digit, p) for digit in range(2**_DIGIT_BITS)], np.int64)
        powers *= table[exponents.astype(np.int64) >> shift & (2**_DIGIT_BITS - 1)]
        powers %= p
    return powers


def inverses_mod(values: IntegerArray, p: int) -> Residues:
    """The inverses modulo a prime p of all entries of an array, at three products an entry.

    P. L. Montgomery, "Speeding the Pollard and elliptic curve methods of factorization", Math. Comp. 48 (1987), section
    10.3.1: invert a product, then multiply by the other factor.

    Args:
        values: integers of any size and sign, any shape.
        p: a prime below 2^21.

    Returns:
        Residues in [1, p), in the shape of ``values``.

    Raises:
        InputError: a bad modulus, or values that are no integers.
        ZeroDivisionError: some value is divisible by p.

    >>> inverses_mod(np.array([1, 2, -3]), 7)
    array([1, 4, 2])
    """
    require_prime(p)
    units = residues(require_integers(values, "values"), p)
    if not units.all():
        raise ZeroDivisionError(f"values: an entry is divisible by {p}")
    return _inverses(units.reshape(-1), p).reshape(values.shape)


def _inverses(units: Residues, p: int) -> Residues:
    """The inverses of a vector of units; halves are paired up, and the products are inverted recursively."""
    if units.size <= 1:
        return np.array([pow(int(unit), -1, p) for unit in units], np.int64)
    half = units.size // 2
    left, right, odd = units[:half], units[half : 2 * half], units[2 * half :]
    inverses = np.empty_like(units)
    products = _inverses(left * right % p, p)
    inverses[:half] = products * right % p
    inverses[half : 2 * half] = products * left % p
    inverses[2 * half :] = _inverses(odd, p)
    return inverses
