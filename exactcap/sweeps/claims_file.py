"""A claims file: many claims with ids in TOML, each the command that certifies it (proofs/claims)."""

from __future__ import annotations

import hashlib
import json
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from exactcap.errors import InputError
from exactcap.sweeps.claim_each import expand
from exactcap.sweeps.claim_options import file_digest, option, relative

MAX_BYTES = 2**20
OWN_KEYS = ("about", "certificate", "command", "each", "expect", "id", "recorded", "theorem")
FINDINGS = ("PROVED", "REFUTED", "PROBABLE", "UNDECIDED")
STATUSES = ("THEOREM", "UPPER BOUND", "PREDICTION")
COMMANDS = ("certify", "evaluate", "capacity", "count", "predict", "memorize")
EXACT = ("evaluate", "count", "predict")  # commands whose value must be the recorded one, digit for digit

MAX_INTEGER = 2**53
MAX_DOTS = 100  # in a key: the time of the TOML parser grows with their square

IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9.-]{0,79}(?<!\.obstruction)(?<!\.refuted)")  # which end names of files

_NUMBER = re.compile(r"-?[0-9]{1,60}([./][0-9]{1,60})?(e-?[0-9]{1,4})?")
_DIGITS = re.compile(r"-?[0-9]{1,5000}(\.[0-9]{1,5000})?(e[+-]?[0-9]{1,4})?")


@dataclass(frozen=True)
class Entry:
    """One claim: the command line that certifies it, or a shipped certificate; what it must find, and what it found.

    ``expect`` is a finding (PROVED, ...), or for count and predict the status of the first item (THEOREM, ...).
    ``recorded`` is a number as it was written. ``digest`` is that of all that makes the claim, with the content of the
    files it names: it changes when the claim does. ``where`` is the file and line, for messages.
    """

    identifier: str
    theorem: str
    about: str
    arguments: tuple[str, ...]
    certificate: Path | None
    expect: str
    recorded: str | None
    where: str
    digest: str

    @property
    def command(self) -> str:
        """The first word of the command, "" for a shipped certificate."""
        return self.arguments[0] if self.arguments else ""

    @property
    def data(self) -> Path | None:
        """The data file of the command, with which its certificates are compared."""
        words = (word.partition("=") for word in self.arguments)
        return next((Path(value) for name, _, value in words if name in ("--data", "--file")), None)


@dataclass(frozen=True)
class ClaimsFile:
    """The claims of a file, in its order, under its title (or its name)."""

    path: Path
    title: str
    entries: tuple[Entry, ...]


def claims_files(path: Path) -> list[Path]:
    """The claims files that a path names: itself, or those of the folder claims in it, or its own, sorted.

    Raises InputError when a folder has none.
    """
    if not path.is_dir():
        return [path]
    for folder in (path / "claims", path):
        found = sorted(folder.glob("*.toml"))
        if found:
            return found
    raise InputError(f"{path}: holds no claims files; name a folder with *.toml, for example proofs/claims")


def read_claims(path: Path) -> list[Entry]:
    """The claims of a file; raises InputError with the file and the line that is wrong."""
    return list(read_claims_file(path).entries)


def read_claims_file(path: Path) -> ClaimsFile:
    """The claims of a file with its title; raises InputError with the file and the line that is wrong."""
    if path.stem in (".", ".."):
        raise InputError(f"{path}: its name without .toml is that of a folder; rename it, for example to claims.toml")
    text, table = _toml(path)
    unknown = set(table) - {"claim", "title"}
    if unknown:
        raise InputError(f"{path}:{_line(text, min(unknown))}: unknown key {min(unknown)!r}; only title and [[claim]]")
    title = table.get("title", path.stem)
    _require_integers(title, f"{path}:{_line(text, 'title')}: title")
    if not isinstance(title, str) or not title.strip():
        raise InputError(f"{path}:{_line(text, 'title')}: title: {title!r} is not a text; write it in quotes")
    found = table.get("claim", [])
    if not isinstance(found, list) or not found or not all(isinstance(item, dict) for item in found):
        raise InputError(f"{path}: holds no claims; write [[claim]] with an id and a command")
    starts = [
        text[: match.start()].count("\n") + 1 for match in re.finditer(r"(?m)^[ \t]*\[\[[ \t]*claim[ \t]*\]\]", text)
    ]
    if len(starts) != len(found):
        raise InputError(f"{path}: write each claim as a table of its own, [[claim]]")
    seen: dict[str, Entry] = {}
    for item, line in zip(found, starts, strict=True):
        _require_integers(item, f"{path}:{line}")
        for claim in expand(item, f"{path}:{line}"):
            entry = _entry(claim, path.parent, f"{path}:{line}")
            first = seen.setdefault(entry.identifier, entry)
            if first is not entry:
                raise InputError(f"{entry.where}: the id {entry.identifier!r} is taken ({first.where}); choose another")
    return ClaimsFile(path, title, tuple(seen.values()))


def _toml(path: Path) -> tuple[str, dict[str, Any]]:
    text = _text(path)
    _require_short_keys(path, text)
    try:
        return text, tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{path}: is not TOML: {error}") from None
    except ValueError:  # from int()
        raise InputError(f"{path}: an integer has thousands of digits; write numbers up to 2^53") from None


def _text(path: Path) -> str:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # to read a pipe would never end
            raise InputError(f"{path}: is not a file; name a TOML file with claims")
        with open(path, "rb") as stream:
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise InputError(f"{path}: has more than {MAX_BYTES >> 20} MiB; is it a claims file?")
        return content.decode()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); name a TOML file with claims") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not UTF-8 text; name a TOML file with claims") from None


def _require_short_keys(path: Path, text: str) -> None:
    """Raise InputError for a key of so many parts that the TOML parser would take very long."""
    for run in re.finditer(r"[A-Za-z0-9_.\"' \t-]{200,}", text):
        if len(re.findall(r"[\w\"'-][ \t]*\.(?=[ \t]*[\w\"'-])", run[0])) > MAX_DOTS:
            line = text[: run.start()].count("\n") + 1
            raise InputError(f"{path}:{line}: a key has more than {MAX_DOTS} parts; is it a claims file?")


def _require_integers(value: Any, where: str) -> None:
    """Raise InputError for an integer that other programs would not read, and Python not print."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            _require_integers(part, where)
    elif type(value) is int and abs(value) > MAX_INTEGER:
        raise InputError(f"{where}: an integer is beyond 2^53; write it in quotes, if the command takes such a number")


def _entry(item: Mapping[str, Any], folder: Path, where: str) -> Entry:
    identifier = item.get("id")
    if identifier is None:
        raise InputError(f"{where}: id: is missing; write for example id = 'wine-24'")
    if not isinstance(identifier, str) or not IDENTIFIER.fullmatch(identifier):
        raise InputError(
            f"{where}: id: {identifier!r} is not 1 to 80 of a-z, 0-9, '.' and '-' without .obstruction or .refuted at "
            "the end; change it"
        )
    where = f"{where}: claim {identifier}"
    certificate, arguments = None, tuple[str, ...]()
    if "certificate" in item:
        certificate, made_of = _shipped(item, folder, where)
    else:
        arguments, made_of = _command(item, folder, where)
    command = arguments[0] if arguments else ""
    about = item.get("about", "")
    if not isinstance(about, str):
        raise InputError(f"{where}: about: {about!r} is not a text; write it in quotes")
    return Entry(
        identifier, _theorem(item.get("theorem", ""), where), about, arguments, certificate,
        _expect(item.get("expect"), command, where), _recorded(item.get("recorded"), command, where), where,
        hashlib.sha256(json.dumps([made_of]).encode()).hexdigest(),
    )  # fmt: skip


def _shipped(item: Mapping[str, Any], folder: Path, where: str) -> tuple[Path, list[str]]:
    """The certificate of a claim that is not made here, and what goes into the digest."""
    for key in item:
        if key not in ("about", "certificate", "expect", "id", "theorem"):
            raise InputError(
                f"{where}: {key!r} does not go with certificate, which is checked and never made; leave it out"
            )
    certificate = relative("certificate", item["certificate"], folder, where)
    return certificate, ["certificate", file_digest(certificate, f"{where}: certificate")]


def _command(item: Mapping[str, Any], folder: Path, where: str) -> tuple[tuple[str, ...], list[str]]:
    """The command line of a claim, and what goes into the digest."""
    command = item.get("command")
    if not isinstance(command, str) or command.split()[:1] == [] or command.split()[0] not in COMMANDS:
        raise InputError(f"{where}: command: {command!r} does not begin with {', '.join(COMMANDS)}; for example "
                         "command = 'certify gaussian mills'")  # fmt: skip
    words = command.split()
    if any(word.startswith("-") for word in words):
        raise InputError(f"{where}: command: options are keys of their own, for example activation = 'relu'")
    if words[0] == "memorize" and len(words) > 1:
        raise InputError(f"{where}: command: the file is a key of its own, for example file = '../data/wine.csv'")
    if words[0] == "memorize" and "method" not in item:
        raise InputError(f"{where}: method: is missing; without one the network depends on the speed of the machine")
    options = [option(key, value, folder, where) for key, value in item.items() if key not in OWN_KEYS]
    return (*words, *(argument for argument, _ in options)), [*words, *(content for _, content in options)]


def _expect(value: Any, command: str, where: str) -> str:
    if command == "predict" and value is None:
        raise InputError(
            f"{where}: expect: is missing; say what the first line of the answer is: {', '.join(STATUSES)}"
        )
    known = {"predict": STATUSES, "count": STATUSES[:1]}.get(command, FINDINGS if command else ("PROVED", "PROBABLE"))
    if value is not None and value not in known:
        raise InputError(f"{where}: expect: {value!r} is none of {', '.join(known)}")
    return known[0] if value is None else str(value)


def _recorded(value: Any, command: str, where: str) -> str | None:
    if value is None:
        return None
    text = value.strip() if isinstance(value, str) else ""
    if command in EXACT:
        if _DIGITS.fullmatch(text):
            return text
        raise InputError(f"{where}: recorded: {value!r} is not the digits of a number in quotes, for example '0.2420'")
    try:
        if _NUMBER.fullmatch(text):
            Fraction(text)
            return text
    except (ValueError, ZeroDivisionError):
        pass
    raise InputError(f"{where}: recorded: {value!r} is not a number as a string, for example '1203/1000'")


def _theorem(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise InputError(f"{where}: theorem: {value!r} is not a text; write an id of 'exactcap theorems' in quotes")
    if value:
        from exactcap.theorems.catalogue import theorem

        try:
            reason = theorem(value).why_not
        except InputError as error:
            raise InputError(f"{where}: theorem: {str(error).removeprefix('id: ')}") from None
        if reason:
            raise InputError(
                f"{where}: theorem: {value} has no instances; name another, or leave it out ('exactcap theorems show "
                f"{value}' says why)"
            )
    return value


def _line(text: str, key: str) -> int:
    match = re.search(rf"(?m)^[ \t]*(\[+[ \t]*)?[\"']?{re.escape(key)}", text)
    return text[: match.start()].count("\n") + 1 if match else 1
