"""The files of an appendix: written all or none, over nothing that exactcap did not write."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from exactcap.errors import InputError

LIST = "appendix.sha256"
FIRST = "# an appendix of exactcap: the files that it wrote, and may replace and remove"  # sha256sum -c skips the line
NAME = re.compile(r"appendix(-standalone)?\.(html|pdf|tex)|appendix-[A-Za-z0-9._-]+\.pdf")
"""The files of an appendix: a list that names others was not written here, and those are not to be touched."""


def require_folder(folder: Path) -> None:
    """Raise InputError unless files can be written into the folder, which may be new."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"output: {str(folder)!r} is a file; name a folder")
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        raise InputError(f"output: cannot write into {str(folder)!r}; name another folder")


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files, and ``appendix.sha256`` with their digests; raises InputError.

    A file that is there must be one that was written so before, by its digest, and be unchanged since. What an earlier
    appendix left and this one does not write is removed.
    """
    assert all(map(NAME.fullmatch, files))
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    lines = [FIRST, *(f"{digest}  {name}" for name, digest in sorted(digests.items()))]
    try:
        before = _before(folder)
        for name in {*files, *before}:
            _require_ours(folder / name, {before.get(name), digests.get(name)})
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".appendix-", dir=folder))
        try:
            for name, content in {**files, LIST: "".join(f"{line}\n" for line in lines).encode()}.items():
                (draft / name).write_bytes(content)
            for name in files:
                os.replace(draft / name, folder / name)
            for name in set(before) - set(files):
                (folder / name).unlink(missing_ok=True)
            os.replace(draft / LIST, folder / LIST)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise InputError(f"output: cannot write into {str(folder)!r} ({error.strerror}); name another folder") from None


def _before(folder: Path) -> dict[str, str]:
    """The files of an earlier appendix and their digests."""
    try:
        first, *lines = (folder / LIST).read_bytes().decode("ascii").splitlines()
    except FileNotFoundError:
        return {}
    except ValueError:  # not ASCII, or empty
        first, lines = "", []
    read = [re.fullmatch(r"([0-9a-f]{64})  (.*)", line) for line in lines]
    found = {match[2]: match[1] for match in read if match}
    if first != FIRST or not all(read) or not all(map(NAME.fullmatch, found)):
        raise InputError(
            f"output: {str(folder / LIST)!r} is not a list that exactcap wrote of an appendix; move it, or name "
            "another folder"
        )
    return found


def _require_ours(file: Path, digests: set[str | None]) -> None:
    if not os.path.lexists(file):
        return
    if file.is_symlink() or not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() not in digests:
        raise InputError(
            f"output: {str(file)!r} exists and was not written by exactcap, or was changed since; move it, or name "
            "another folder"
        )
