"""Statements of the paper that cannot be instantiated as printed: their constants are not specified."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from cyclopts import Parameter

from exactcap.errors import InputError

PRINTED = {
    "lemma-5.1": "two features become eps-orthogonal",
    "theorem-5.2": "K features become eps-orthogonal",
    "lemma-5.3": "two features become nearly orthogonal",
    "theorem-5.4": "K features become nearly orthogonal",
    "theorem-7.1": "three layers memorize",
    "theorem-7.2": "L layers memorize up to zero or nonzero",
    "theorem-1.1": "L layers memorize",
}


def printed_only(name: str) -> Callable[..., int]:
    """A command that says why the statement ``name`` is not instantiable, and what to use."""

    def command(*options: Annotated[str, Parameter(allow_leading_hyphen=True)]) -> int:
        raise InputError(
            f"{name} ({PRINTED[name]}): not instantiable, its absolute constants are not specified; use Theorem E, "
            "'exactcap certify gaussian memorization'"
        )

    return command
