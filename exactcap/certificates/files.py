"""Files written all or nothing, and never over data of another kind."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from exactcap.errors import InputError


def require_target(path: str | Path, start: bytes, what: str) -> Path:
    """The file that may be written to, links followed; raises InputError otherwise.

    It is a new file in a folder that exists, or replaces one that begins with ``start``, which makes it ``what``: never
    a folder, a device or other data.
    """
    try:
        target = Path(path).resolve()
        if target.exists() and not target.is_file():
            raise InputError(f"output: {str(path)!r} is not a regular file; choose another")
        if target.exists() and target.stat().st_size > 0:
            with target.open("rb") as stream:
                if stream.read(len(start)) != start:
                    raise InputError(f"output: {str(path)!r} exists and is not {what}; choose another file")
        if not os.access(target.parent, os.W_OK | os.X_OK):
            raise InputError(f"output: cannot write to the folder of {str(path)!r}; choose another")
    except (OSError, RuntimeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"output: cannot write {str(path)!r}; choose another file") from None
    return target


def require_npz_target(path: str | Path) -> Path:
    """`require_target` for an .npz file. Other files are ZIP archives, too, so what it replaces must have that name."""
    target = require_target(path, b"PK\x03\x04", "an .npz file")
    if target.exists() and target.suffix != ".npz":
        raise InputError(f"output: {str(path)!r} exists and is not an .npz file by its name; choose another file")
    return target


@contextmanager
def staged(target: Path, content: Iterable[bytes]) -> Iterator[Path]:
    """Write a draft beside ``target`` and yield where; it moves to ``target`` when the block ends without exception.

    Raises InputError when the folder cannot be written.
    """
    draft: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(prefix=f".{target.name[:100]}.", dir=target.parent, delete=False) as stream:
            draft = Path(stream.name)
            stream.writelines(content)
        draft.chmod(0o666 & ~_umask())
        yield draft
        draft.replace(target)
    except OSError as error:
        raise InputError(f"output: cannot write {str(target)!r} ({error.strerror}); choose another file") from None
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
