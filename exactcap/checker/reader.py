"""Reading a certificate: canonical JSON lines, exact numbers, the digest (SPEC.md, section 1).

Everything here raises `Rejected` and nothing else for a file that breaks the rules, whatever its bytes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
import re
from fractions import Fraction
from itertools import pairwise
from typing import Any, BinaryIO, NoReturn

MAX_LINE = 16 * 2**20
MAX_INTEGER_BITS = 4096
MAX_RATIONAL_DIGITS = 2000

_DEEP = re.compile(rb"(?:[\[{][^\]}\[{]*){9}")
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?')  # also without its end: then one match takes all that follows
_HEX = re.compile(r"-?0x[1-9a-f][0-9a-f]*")
_RATIONAL = re.compile(r"(-?)(0|[1-9][0-9]*)(?:/([1-9][0-9]*))?")


class Rejected(Exception):
    """The certificate does not prove its claim; the message says where it fails."""


def _forbidden(text: str) -> NoReturn:
    raise Rejected(f"{text[:20]} is not allowed: numbers are integers or strings")


def _small_integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) >= 2**53:
        raise Rejected("an integer of 2^53 or more must be a hexadecimal string")
    return int(text)


class Reader:
    """The lines of one certificate, one at a time; `line_number` counts from 1."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self.line_number = 0

    def _raw_line(self) -> bytes:
        raw = self._stream.readline(MAX_LINE + 1)
        self.line_number += 1
        if len(raw) > MAX_LINE:
            raise Rejected(f"line {self.line_number}: longer than {MAX_LINE} bytes")
        if not raw.endswith(b"\n"):
            raise Rejected(f"line {self.line_number}: the file ends before the certificate does")
        return raw

    def _parse(self, raw: bytes) -> Any:
        where = f"line {self.line_number}"
        # before parsing, since nested arrays take fifty times their size in memory; brackets in names do not count
        if _DEEP.search(raw) and _DEEP.search(_STRING.sub(b"", raw)):
            raise Rejected(f"{where}: nested deeper than 8")
        try:
            value = json.loads(
                raw.decode("ascii"), parse_int=_small_integer, parse_float=_forbidden, parse_constant=_forbidden
            )
            canonical = json.dumps(value, sort_keys=True, separators=(",", ":"))
        except Rejected as error:
            raise Rejected(f"{where}: {error}") from None
        except (ValueError, RecursionError):  # UnicodeDecodeError and JSONDecodeError are ValueErrors
            raise Rejected(f"{where}: not JSON in ASCII") from None
        # one comparison excludes duplicate keys, other orders, spaces, other escapes and "-0"
        if canonical.encode() + b"\n" != raw:
            raise Rejected(f"{where}: not canonical (sorted keys, no spaces, no duplicate keys)")
        return value

    def line(self) -> tuple[Any, bytes]:
        """The next line's value, and its bytes without the line feed."""
        raw = self._raw_line()
        self._hash.update(raw)
        return self._parse(raw), raw[:-1]

    def record(self, *keys: str) -> tuple[Any, ...]:
        """The next line, which must be an object with exactly these keys; its values in this order."""
        value, _ = self.line()
        return fields(value, keys, f"line {self.line_number}")

    def end(self) -> None:
        """The digest line, and nothing after it."""
        (digest,) = fields(self._parse(self._raw_line()), ("sha256",), f"line {self.line_number}")
        if digest != self._hash.hexdigest():
            raise Rejected("the digest does not match: the file was damaged or edited")
        if self._stream.read(1):
            raise Rejected("bytes after the last line")


def fields(value: Any, keys: tuple[str, ...], where: str) -> tuple[Any, ...]:
    """The values of an object that must have exactly these keys."""
    if type(value) is not dict or set(value) != set(keys):
        raise Rejected(f"{where}: expected an object with the keys {', '.join(sorted(keys))}")
    return tuple(value[key] for key in keys)


def array(value: Any, where: str, length: int | None = None) -> list[Any]:
    """A JSON array, of the given length if one is given."""
    if type(value) is not list or (length is not None and len(value) != length):
        raise Rejected(f"{where}: expected an array" + ("" if length is None else f" of {length}"))
    return value


def integer(value: Any, where: str, max_bits: int = MAX_INTEGER_BITS) -> int:
    """An integer: a JSON number below 2^53, or a hexadecimal string from there on."""
    if type(value) is int:
        return value
    if type(value) is str and len(value) <= max_bits // 4 + 3 and _HEX.fullmatch(value):
        number = int(value, 16)
        if abs(number) >= 2**53 and number.bit_length() <= max_bits:
            return number
    raise Rejected(f"{where}: not an integer in the form of SPEC.md, section 1")


def integer_between(value: Any, low: int, high: int, where: str) -> int:
    """An integer with low <= value <= high."""
    number = integer(value, where)
    if low <= number <= high:
        return number
    raise Rejected(f"{where}: {number} is not between {low} and {high}")


def rational(value: Any, where: str) -> Fraction:
    """A rational "p" or "p/q" in lowest terms."""
    match = _RATIONAL.fullmatch(value) if type(value) is str and len(value) <= 2 * MAX_RATIONAL_DIGITS + 2 else None
    if match:
        sign, top, bottom = match.groups()
        if max(len(top), len(bottom or "")) <= MAX_RATIONAL_DIGITS:
            numerator, denominator = int(top), int(bottom or "1")
            in_lowest_terms = math.gcd(numerator, denominator) == 1 and (bottom is None or denominator > 1)
            if in_lowest_terms and not (sign and numerator == 0):
                return Fraction(-numerator if sign else numerator, denominator)
    raise Rejected(f"{where}: not a rational in the form of SPEC.md, section 1")


def increasing(value: Any, low: int, high: int, where: str, length: int | None = None) -> list[int]:
    """An array of strictly increasing integers between low and high."""
    numbers = [integer_between(item, low, high, where) for item in array(value, where, length)]
    if any(a >= b for a, b in pairwise(numbers)):
        raise Rejected(f"{where}: not strictly increasing")
    return numbers


def words(value: Any, length: int, modulus: int, where: str) -> list[int]:
    """A row of residues modulo `modulus`, as base64 of little-endian words."""
    size = ((modulus - 1).bit_length() + 7) // 8
    try:
        raw = base64.b64decode(value, validate=True) if type(value) is str else b""
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != size * length or base64.b64encode(raw).decode() != value:
        raise Rejected(f"{where}: expected {length} words of {size} bytes in base64")
    residues = [int.from_bytes(raw[i : i + size], "little") for i in range(0, len(raw), size)]
    if any(residue >= modulus for residue in residues):
        raise Rejected(f"{where}: a residue is not below the modulus {modulus}")
    return residues
