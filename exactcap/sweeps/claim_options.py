"""The options of a claim as arguments of its command, and what they stand for: of a file, its content."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from pathlib import Path
from typing import Any

from exactcap.errors import InputError

PATHS = ("data", "file", "network")  # relative to the claims file


def option(key: str, value: Any, folder: Path, where: str) -> tuple[str, str]:
    """The argument, and what goes into the digest of the claim: the same, but of a file its SHA-256.

    Raises InputError, which begins with ``where``, also for a file that is not there.

    >>> option("widths", [2, 3], Path("."), "x.toml:1"), option("bias", True, Path("."), "x.toml:1")
    (('--widths=2,3', '--widths=2,3'), ('--bias', '--bias'))
    """
    if not re.fullmatch(r"[a-z][a-z-]*", key) or key in ("output", "json", "help", "version"):
        near = key.replace("_", "-").lower()
        hint = f"did you mean {near!r}?" if near != key and re.fullmatch(r"[a-z][a-z-]*", near) else (
            "write an option of the command without the two hyphens before it, for example best-constant = true"
        )  # fmt: skip
        raise InputError(f"{where}: {key!r} is not a key here; {hint}")
    if key in PATHS:
        path = relative(key, value, folder, where)
        return f"--{key}={path}", f"--{key}=sha256:{file_digest(path, f'{where}: {key}')}"
    argument = _argument(key, value, where)
    return argument, argument


def relative(key: str, value: Any, folder: Path, where: str) -> Path:
    """A path that a claims file names, seen from here; raises InputError if it is none."""
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise InputError(f"{where}: {key}: {value!r} is not a path; write one relative to the claims file, in quotes")
    return Path(os.path.normpath(folder / value))


def file_digest(path: Path, where: str) -> str:
    """The SHA-256 of a file; raises InputError, which begins with ``where``."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError(f"{where}: {path} is not a file; name one, relative to the claims file")
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise InputError(
            f"{where}: {path} cannot be read ({error.strerror}); name a file, relative to the claims file"
        ) from None


def _argument(key: str, value: Any, where: str) -> str:
    if value is True:
        return f"--{key}"
    if isinstance(value, list) and value and all(type(part) in (str, int) for part in value):
        return f"--{key}={','.join(map(str, value))}"
    if type(value) in (str, int):
        return f"--{key}={value}"
    raise InputError(
        f"{where}: {key}: write a string, an integer, a list of those, or true; numbers like 1/2 as strings"
    )
