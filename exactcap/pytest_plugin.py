"""Certificates and claims files as pytest items: ``pytest --exactcap``, or the ini option ``exactcap_paths``.

A certificate (*.cert.jsonl) is one item: it passes when the independent checker verifies it, and fails when it rejects
it. PROBABLE and UNCHECKED certificates are skipped, since they are no proofs and nobody said what to expect of them.

A claims file (TOML with [[claim]] tables, as `exactcap build` reads it) has one item a claim: the claim is certified
again, in a temporary folder, and passes when the verdict is the one in ``expect`` (so PROBABLE passes where it says so)
and the number is the one in ``recorded``, or better. A shipped certificate that it names is checked.

Pytest has to come by: name the files on the command line or in ``testpaths``, or have them below the tests. Failures
show the claim, what was expected and what was found. Importing this module loads nothing of exactcap's.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from exactcap.sweeps.claims_file import Entry

SUFFIX = ".cert.jsonl"
# also of claims that exactcap refuses, which are errors, not skipped
CLAIM = re.compile(rb"""(?m)^[ \t]*(\[\[[ \t]*["']?claim\b|["']?claim["']?[ \t]*=[ \t]*\[)""")


def pytest_addoption(parser: pytest.Parser) -> None:
    """--exactcap and exactcap_paths."""
    parser.getgroup("exactcap").addoption(
        "--exactcap",
        action="store_true",
        help="collect certificates (*.cert.jsonl) and claims files (*.toml with [[claim]]), and decide each claim",
    )
    parser.addini(
        "exactcap_paths",
        "files, folders or patterns relative to the rootdir whose certificates and claims files are collected without "
        "--exactcap; in patterns * stands for any characters, / too",
        type="args",
        default=[],
    )


def pytest_configure(config: pytest.Config) -> None:
    """A path of the ini option that is not there, or not below the rootdir, would pass in silence."""
    for path in config.getini("exactcap_paths"):
        if Path(path).is_absolute() or ".." in Path(path).parts:
            raise pytest.UsageError(f"exactcap_paths: {path!r} is not below {config.rootpath}; write a path within")
        if not set(path) & set("*?[") and not (config.rootpath / path).exists():
            raise pytest.UsageError(f"exactcap_paths: there is no {path!r} in {config.rootpath}; correct the ini file")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The collector of a certificate or a claims file, where they are wanted."""
    if file_path.name.endswith(SUFFIX):
        kind: type[pytest.File] = CertificateFile
    elif file_path.suffix == ".toml":
        kind = ClaimsFile
    else:
        return None
    config = parent.config
    named = [path for path in config.getini("exactcap_paths") if _lies_in(file_path, config.rootpath, path)]
    if not named and not config.getoption("exactcap"):
        return None
    if kind is ClaimsFile and not _has_claims(file_path) and not any(path.endswith(".toml") for path in named):
        return None
    collector: pytest.Collector = kind.from_parent(parent, path=file_path)
    return collector


def _lies_in(file: Path, root: Path, path: str) -> bool:
    """Whether the file is the one of this path, lies in its folder, or matches the pattern."""
    if not file.is_relative_to(root):
        return False
    name, wanted = file.relative_to(root).as_posix(), Path(path).as_posix()
    return wanted == "." or name == wanted or name.startswith(f"{wanted}/") or fnmatch(name, wanted)


def _has_claims(file: Path) -> bool:
    try:
        return file.is_file() and CLAIM.search(file.read_bytes()) is not None
    except OSError:
        return False


class ClaimFailed(Exception):
    """What is shown of an item that fails, without a traceback."""


class ClaimItem(pytest.Item):
    """One claim; ``line`` is where it stands in its file."""

    line: int

    def fails(self, said: str, claim: str, expected: str, found: str) -> ClaimFailed:
        """What is to be shown."""
        where = f"{os.path.relpath(self.path, self.config.invocation_params.dir)}:{self.line}"
        return ClaimFailed(f"{where}: {said}\nclaim     {claim}\nexpected  {expected}\nfound     {found}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The message alone, where exactcap has one."""
        return str(excinfo.value) if isinstance(excinfo.value, ClaimFailed) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the claim stands, and what it is called."""
        return self.path, self.line - 1, self.name


class CertificateFile(pytest.File):
    """One certificate."""

    def collect(self) -> Iterator[pytest.Item]:
        """Its one claim."""
        yield CertificateItem.from_parent(self, name="certificate")


class CertificateItem(ClaimItem):
    """The claim of a certificate."""

    line = 2

    def runtest(self) -> None:
        """Passes when the independent checker verifies the certificate."""
        from exactcap.checker.main import check_file

        verdict = check_file(str(self.path))
        if verdict.finding == "REJECTED":
            raise self.fails(
                "the certificate proves nothing", _stated(self.path), "VERIFIED", f"REJECTED: {verdict.reason}"
            )
        if not verdict.verified:
            what = f"no proof, false with a chance of at most {verdict.error_bound}" if verdict.error_bound else ""
            pytest.skip(f"{verdict.finding}: {what or verdict.reason}: {verdict.statement}")


class ClaimsFile(pytest.File):
    """A claims file."""

    def collect(self) -> Iterator[pytest.Item]:
        """Its claims; a file that breaks the rules is an error with file and line."""
        from exactcap.errors import InputError
        from exactcap.sweeps.claims_file import read_claims

        try:
            entries = read_claims(self.path)
        except InputError as error:
            raise self.CollectError(str(error)) from None
        for entry in entries:
            yield EntryItem.from_parent(self, name=entry.identifier, entry=entry)


class EntryItem(ClaimItem):
    """A claim of a claims file."""

    def __init__(self, *, entry: Entry, **rest: Any) -> None:
        super().__init__(**rest)
        self.entry = entry
        self.line = int(re.findall(r":([0-9]+): claim ", entry.where)[-1])

    def runtest(self) -> None:
        """Passes when the claim, certified again, has the expected verdict and the recorded number."""
        from exactcap.cli.run_claims import Job, run_job
        from exactcap.sweeps.answers import known_of
        from exactcap.sweeps.build import best_words, evidence_fault, fault_of

        entry = self.entry
        claim = f"exactcap {' '.join(entry.arguments)}" if entry.arguments else str(entry.certificate)
        expected = entry.expect + (f", recorded {entry.recorded}" if entry.recorded is not None else "")
        with tempfile.TemporaryDirectory(prefix="exactcap-") as folder:
            answer = run_job(Job(entry, Path(folder), self.path))
            if answer.record is None:
                raise self.fails("the claim has no answer", claim, expected, answer.message)
            known = known_of(entry, answer, Path(folder))
            fault = fault_of(entry, known) or evidence_fault(entry, known, Path(folder))
        if fault is not None:
            said = "the verdict is another one" if known.verdict != entry.expect else fault.text
            best = f", {best_words(known.best)}" if known.best else ""
            found = f"{known.verdict}{best}: {known.statement}"
            raise self.fails(said.removeprefix(f"{entry.where}: "), claim, expected, found)


def _stated(path: Path) -> str:
    """What a certificate claims, as far as it can be read."""
    from exactcap.certificates.format import read_certificate
    from exactcap.errors import InputError

    try:
        return read_certificate(path).claim.statement()
    except (InputError, ValueError, KeyError):  # a claim with numbers that are none
        return "cannot be read"
