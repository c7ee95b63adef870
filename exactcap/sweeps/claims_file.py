"""A claims file: many claims with ids in TOML, each the command that certifies it (proofs/claims)."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from exactcap.errors import InputError

MAX_BYTES = 2**20
OWN_KEYS = ("about", "command", "expect", "id", "recorded")
FINDINGS = ("PROVED", "REFUTED", "PROBABLE", "UNDECIDED")
COMMANDS = ("certify", "evaluate", "capacity")


@dataclass(frozen=True)
class Entry:
    """One claim: the command line that certifies it, the finding it must have, and the constant it had.

    ``digest`` is that of all keys but ``about``, ``expect`` and ``recorded``: it changes when the claim does.
    """

    identifier: str
    arguments: tuple[str, ...]
    expect: str
    recorded: Fraction | None
    where: str
    digest: str


def read_claims(path: Path) -> list[Entry]:
    """The claims of a file; raises InputError with the file and the line that is wrong."""
    try:
        with open(path, "rb") as stream:
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise InputError(f"{path}: has more than {MAX_BYTES >> 20} MiB; is it a claims file?")
        text = content.decode()
        table = tomllib.loads(text)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); name a TOML file with claims") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not UTF-8 text; name a TOML file with claims") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: is not TOML: {error}") from None
    unknown = set(table) - {"claim", "title"}
    if unknown:
        raise InputError(f"{path}:{_line(text, min(unknown))}: unknown key {min(unknown)!r}; only title and [[claim]]")
    found = table.get("claim", [])
    if not isinstance(found, list) or not found or not all(isinstance(item, dict) for item in found):
        raise InputError(f"{path}: holds no claims; write [[claim]] with an id and a command")
    starts = [
        text[: match.start()].count("\n") + 1 for match in re.finditer(r"(?m)^[ \t]*\[\[[ \t]*claim[ \t]*\]\]", text)
    ]
    if len(starts) != len(found):
        raise InputError(f"{path}: write each claim as a table of its own, [[claim]]")
    entries = [_entry(item, f"{path}:{line}") for item, line in zip(found, starts, strict=True)]
    seen: dict[str, Entry] = {}
    for entry in entries:
        first = seen.setdefault(entry.identifier, entry)
        if first is not entry:
            raise InputError(f"{entry.where}: the id {entry.identifier!r} is taken ({first.where}); choose another")
    return entries


def _entry(item: Mapping[str, Any], where: str) -> Entry:
    identifier, command = item.get("id"), item.get("command")
    if not isinstance(identifier, str) or not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,79}", identifier):
        raise InputError(f"{where}: id: {identifier!r} is not 1 to 80 of a-z, 0-9, '.' and '-'; change it")
    where = f"{where}: claim {identifier}"
    if not isinstance(command, str) or command.split()[:1] == [] or command.split()[0] not in COMMANDS:
        raise InputError(f"{where}: command: {command!r} does not begin with {', '.join(COMMANDS)}; for example "
                         "command = 'certify gaussian mills'")  # fmt: skip
    words = command.split()
    if any(word.startswith("-") for word in words):
        raise InputError(f"{where}: command: options are keys of their own, for example activation = 'relu'")
    expect = item.get("expect", "PROVED")
    if expect not in FINDINGS:
        raise InputError(f"{where}: expect: {expect!r} is none of {', '.join(FINDINGS)}")
    options = {key: value for key, value in item.items() if key not in OWN_KEYS}
    arguments = [*words, *(_option(key, value, where) for key, value in options.items())]
    digest = hashlib.sha256(json.dumps([arguments], sort_keys=True).encode()).hexdigest()
    return Entry(identifier, tuple(arguments), expect, _recorded(item.get("recorded"), where), where, digest)


def _option(key: str, value: Any, where: str) -> str:
    if not re.fullmatch(r"[a-z][a-z-]*", key) or key in ("output", "json"):
        raise InputError(f"{where}: {key!r} is not a key here; keys are {', '.join(OWN_KEYS)} and options")
    if value is True:
        return f"--{key}"
    if isinstance(value, list) and all(isinstance(part, str | int) and not isinstance(part, bool) for part in value):
        return f"--{key}={','.join(map(str, value))}"
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return f"--{key}={value}"
    raise InputError(
        f"{where}: {key}: write a string, an integer, a list of those, or true; numbers like 1/2 as strings"
    )


def _recorded(value: Any, where: str) -> Fraction | None:
    if value is None:
        return None
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,60}([./][0-9]{1,60})?", value):
        try:
            return Fraction(value)
        except ZeroDivisionError:
            pass
    raise InputError(f"{where}: recorded: {value!r} is not a number as a string, for example '1203/1000'")


def _line(text: str, key: str) -> int:
    match = re.search(rf"(?m)^[ \t]*(\[+[ \t]*)?[\"']?{re.escape(key)}", text)
    return text[: match.start()].count("\n") + 1 if match else 1
