"""Rational numbers as options: exact, never through a float."""

from __future__ import annotations

import re
from fractions import Fraction

from exactcap.errors import InputError

MAX_LENGTH = 120
MAX_EXPONENT = 1000  # fractions of more than 2000 digits enter no certificate
_DECIMAL = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:[eE]([+-]?[0-9]+))?")
_POWER = re.compile(r"([+-]?)10(?:\^|\*\*)([+-]?[0-9]+)")
_QUOTIENT = re.compile(r"([+-]?[0-9]+)/([0-9]+)")


def rational_option(name: str, text: str) -> Fraction:
    """The number that an option's text denotes: an integer, decimal, quotient p/q or power 10^n; raises InputError.

    >>> [str(rational_option("at", text)) for text in ("5/2", "-0.25", "1e3", "-10^2", "1.5e-1")]
    ['5/2', '-1/4', '1000', '-100', '3/20']
    >>> rational_option("at", "nan")
    Traceback (most recent call last):
    exactcap.errors.InputError: at: 'nan' is not a rational number; write for example 5/2, 0.25 or 1e10
    """
    text = text.strip()
    if len(text) > MAX_LENGTH:
        raise InputError(
            f"{name}: {text[:20]!r}... has {len(text)} characters, at most {MAX_LENGTH} are read; shorten it"
        )
    if match := _DECIMAL.fullmatch(text):
        return Fraction(match[1]) * Fraction(10) ** _exponent(name, match[2] or "0")
    if match := _POWER.fullmatch(text):
        return Fraction(10) ** _exponent(name, match[2]) * (-1 if match[1] == "-" else 1)
    if (match := _QUOTIENT.fullmatch(text)) and int(match[2]) != 0:
        return Fraction(int(match[1]), int(match[2]))
    raise InputError(f"{name}: {text[:40]!r} is not a rational number; write for example 5/2, 0.25 or 1e10")


def _exponent(name: str, text: str) -> int:
    exponent = int(text)
    if abs(exponent) > MAX_EXPONENT:
        raise InputError(f"{name}: the exponent {text[:20]} is not between -{MAX_EXPONENT} and {MAX_EXPONENT}")
    return exponent
