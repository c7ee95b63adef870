"""Characters that a reader cannot see do not reach a page or terminal."""

from __future__ import annotations

import unicodedata

_SPACES = "\t\n\v\f\r\x85\u2028\u2029"


def visible(text: str) -> str:
    """The text on one line, with control characters, marks of direction and broken characters as their numbers.

    >>> visible("a\\nb\\x1b[31m")
    'a b[U+001B][31m'
    """
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in _SPACES:
        return " "
    return (
        f"[U+{ord(character):04X}]" if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Cn", "Co") else character
    )
