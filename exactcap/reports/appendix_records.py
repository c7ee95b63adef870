"""What an appendix tells of: chapters of claims, each with the certificates that the independent checker accepted."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from exactcap.claims import Claim
from exactcap.reports.explain import Explanation
from exactcap.reports.items import Item

ORDER = ("PROVED", "REFUTED", "PROBABLE", "UNDECIDED", "THEOREM", "UPPER BOUND", "PREDICTION")


@dataclass(frozen=True)
class Checked:
    """A certificate as the checker saw it: ``path`` is where a reader finds it, ``digest`` the SHA-256 of its file.

    ``told`` is its explanation, ``relies_on`` the checker's names of theorems and rules; ``error_bound`` is empty
    unless the verdict is probable only.
    """

    path: str
    digest: str
    claim: Claim
    told: Explanation
    relies_on: tuple[str, ...]
    error_bound: str


@dataclass(frozen=True)
class Case:
    """One claim of a claims file.

    ``command`` are the words that make its certificates, none where a certificate is shipped; ``theorem`` is an id of
    the registry or empty; ``found`` says what a search found; ``items`` are the numbers of an answer of ``count`` or
    ``predict``, each with what is known of it; ``reason`` says why there is nothing, where there is nothing; ``about``
    is the remark of the claims file, and ``recorded`` the number that it records of a search.
    """

    identifier: str
    theorem: str
    command: tuple[str, ...]
    verdict: str
    found: str
    checked: tuple[Checked, ...]
    items: tuple[Item, ...]
    reason: str = ""
    about: str = ""
    recorded: str = ""

    def option(self, name: str) -> str:
        """The value of an option of the command; empty where it is not given.

        >>> Case("a", "", ("capacity", "--width=4"), "PROVED", "", (), ()).option("width")
        '4'
        """
        start = f"--{name}="
        return next((word.removeprefix(start) for word in self.command if word.startswith(start)), "")


@dataclass(frozen=True)
class Chapter:
    """The claims of one file; ``key`` is its stem, that of a paper of the registry where it is about one."""

    key: str
    title: str
    path: str
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Book:
    """All chapters, with the version of exactcap that checked them."""

    name: str
    version: str
    chapters: tuple[Chapter, ...]

    def cases(self) -> Iterator[Case]:
        """All claims, in the order of the files."""
        for chapter in self.chapters:
            yield from chapter.cases

    def checked(self) -> Iterator[Checked]:
        """All certificates, each once, by path."""
        found = {one.path: one for case in self.cases() for one in case.checked}
        yield from (found[path] for path in sorted(found))

    def digest(self) -> str:
        """The SHA-256 of the lines "digest  path" of all certificates, as ``sha256sum`` prints them."""
        lines = "".join(f"{one.digest}  {one.path}\n" for one in self.checked())
        return hashlib.sha256(lines.encode()).hexdigest()


def verdict_word(verdict: str) -> str:
    """A verdict without what stands in brackets behind it.

    >>> verdict_word("PREDICTION (non-rigorous)")
    'PREDICTION'
    """
    return verdict.partition(" (")[0]


def verdict_counts(cases: Iterator[Case]) -> str:
    """How many claims have which verdict, in words.

    >>> verdict_counts(iter([Case("a", "", (), "PROVED", "", (), ()), Case("b", "", (), "REFUTED", "", (), ())]))
    '1 PROVED, 1 REFUTED'
    """
    counts = Counter(verdict_word(case.verdict) for case in cases)
    known = [name for name in ORDER if name in counts] + sorted(set(counts) - set(ORDER))
    return ", ".join(f"{counts[name]} {name}" for name in known)


def how_many(number: int, noun: str) -> str:
    """A number with its noun.

    >>> how_many(1, "claim"), how_many(2, "claim")
    ('1 claim', '2 claims')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def anchor(text: str) -> str:
    """A text as a name that links and files may have.

    >>> anchor("baum & co")
    'baum---co'
    """
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in text)


def folders(paths: list[str]) -> list[tuple[str, list[str]]]:
    """Paths by folder: the folders with the names in them.

    >>> folders(["a/x", "a/y", "b/z"])
    [('a', ['x', 'y']), ('b', ['z'])]
    """
    split = [path.rpartition("/")[::2] for path in paths]
    return [(folder, [name for _, name in group]) for folder, group in groupby(sorted(split), key=lambda p: p[0])]
