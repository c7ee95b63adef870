"""Tables of claims: those that differ in numbers below one another, what they share in the caption."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from exactcap.claims import Interpolation, Obstruction
from exactcap.reports.appendix_columns import Shape, data_name, number_prose, shape
from exactcap.reports.appendix_records import Case, Checked, folders, verdict_word
from exactcap.reports.appendix_widths import widths
from exactcap.typeset.document import Block, Bullets, Commands, Paragraph, Table
from exactcap.typeset.prose import code, literal

DIGEST = 16  # hexadecimal digits of the SHA-256 of a certificate's file
LINE = 70  # characters of a line of commands
CHECKER = "python3 -I -S exactcap/checker"
SUFFIX = ".cert.jsonl"
RESULTS = (
    "rank", "value, correctly rounded", "$m$ large enough", "every labelling", "$m$ too small", "almost none above",
    "dichotomies", "not shattered", "hidden widths", "smallest eigenvalue",
)  # fmt: skip
"""Columns that are never moved into the caption."""
PLACES = ("data", r"$\psi$", "$d$")  # of a capacity, moved there even for a single claim: the line is full without them


@dataclass(frozen=True)
class _Group:
    """Claims that share a table."""

    kind: str
    columns: tuple[str, ...]
    cases: tuple[Case, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(cases: Sequence[Case], with_arguments: bool) -> list[Block]:
    """The tables of these claims, each with the commands that make and re-check its certificates.

    ``with_arguments``: each kind of claim is followed by why its evidence suffices, told for the first of its kind.
    """
    blocks: list[Block] = []
    for group in _groups(cases):
        blocks += [_table(group), *_remarks(group.cases), Commands(tuple(commands(group.cases)))]
        told = group.cases if group.columns == ("statement",) else group.cases[:1]
        blocks += [block for case in told if with_arguments for block in _argument(case)]
    return blocks


def _remarks(cases: Sequence[Case]) -> list[Block]:
    """What the claims file says about its claims, as it stands there."""
    said: list[str] = []
    for about, same in groupby(cases, key=lambda case: " ".join(case.about.split())):
        names = [code(case.identifier) for case in same]
        if about:
            whose = "All of them" if 1 < len(names) == len(cases) else _from_to(names)
            said.append(f"{whose}: {literal(about)}")
    return [Bullets(tuple(said))] if said else []


def _from_to(names: Sequence[str]) -> str:
    """The names of neighbours in a table."""
    return ", ".join(names) if len(names) < 3 else f"{names[0]} to {names[-1]}"


def _argument(case: Case) -> Iterator[Block]:
    """Why the evidence of a claim suffices, from the explanations of its certificates."""
    for one in case.checked:
        told = one.told
        conditions = literal("; ".join(told.hypotheses))
        yield Paragraph(
            f"Why the evidence of {code(one.path.rpartition('/')[2])} suffices ({literal(told.citation)}). "
            f"Hypotheses: {conditions}. Argument:"
        )
        yield Bullets(tuple(map(literal, told.argument)))
    items = [(str(item.status), dict(item.fields).get("meaning", "")) for item in case.items]
    meant = tuple(literal(f"{status}: {meaning}") for status, meaning in items if meaning)
    if meant:
        yield Paragraph(f"What the numbers of {code(case.identifier)} mean:")
        yield Bullets(meant)


def said_by(case: Case) -> str:
    """The verdict of a claim, with the error bound where there is one.

    >>> said_by(Case("a", "", (), "PREDICTION (non-rigorous)", "", (), ()))
    'PREDICTION'
    """
    bounds = [one.error_bound for one in case.checked if one.error_bound]
    return verdict_word(case.verdict) + (f" (error at most {literal(bounds[0])})" if bounds else "")


def digests_of(case: Case) -> str:
    """The first digits of the SHA-256 of the certificates."""
    return ", ".join(code(one.digest[:DIGEST]) for one in case.checked) or "no certificate"


def commands(cases: Sequence[Case]) -> list[str]:
    """Commands that make the certificates, with capitals for what differs, and the one that re-checks them.

    >>> made = Case("a-4", "", ("capacity", "--width=4"), "PROVED", "", (), ())
    >>> commands([made, Case("a-5", "", ("capacity", "--width=5"), "PROVED", "", (), ())])
    ['exactcap capacity --width=WIDTH']
    """
    templates = dict.fromkeys(_template(same) for same in _alike(cases))
    lines = [line for template in templates if template for line in wrapped(["exactcap", *template])]
    if () in templates:
        lines.append("# shipped: found by a search in floating point, and not made again")
    named = [one.path for case in cases for one in case.checked if is_named(one, case)]
    for folder, files in folders(list(dict.fromkeys(named))):
        lines += wrapped([*CHECKER.split(), *_short(folder, files)])
    for case in cases:
        for one in case.checked:
            if not is_named(one, case):
                lines += [f"# {case.identifier}", *wrapped([*CHECKER.split(), quoted(one.path)])]
    return lines


def is_named(one: Checked, case: Case) -> bool:
    """Whether the file of a certificate has the name of its claim, as all have that a command made."""
    return one.path.rpartition("/")[2].startswith(f"{case.identifier}.")


def _groups(cases: Sequence[Case]) -> list[_Group]:
    """Tables by shape, in the order of the first claim of each; what stands alone shares a table of sentences."""
    shaped: dict[tuple[str, tuple[str, ...]], list[tuple[Case, Shape]]] = {}
    alone: list[Case] = []
    for case in cases:
        found = shape(case)
        if found is None:
            alone.append(case)
        else:
            shaped.setdefault((found.kind, tuple(name for name, _ in found.cells)), []).append((case, found))
    groups = []
    for (kind, columns), members in shaped.items():
        if len(members) == 1 and not has_numbers(members[0][0]):
            alone.append(members[0][0])
            continue
        rows = tuple(tuple(cell for _, cell in found.cells) for _, found in members)
        groups.append(_Group(kind, columns, tuple(case for case, _ in members), rows))
    order = {case.identifier: k for k, case in enumerate(cases)}
    sentences = sorted(alone, key=lambda case: order[case.identifier])
    if sentences:
        rows = tuple((statement_of(case),) for case in sentences)
        groups.append(_Group("Instances in words" if groups else "Instances", ("statement",), tuple(sentences), rows))
    return sorted(groups, key=lambda group: order[group.cases[0].identifier])


def has_numbers(case: Case) -> bool:
    """Whether the claim is about a value or a capacity, whose numbers no sentence shows better than a table."""
    is_capacity = any(isinstance(one.claim, Interpolation | Obstruction) for one in case.checked)
    return is_capacity or bool(case.items) or not case.checked


def statement_of(case: Case) -> str:
    """What the certificates of a claim say, as prose; without any, why there is nothing."""
    if not case.checked:
        return literal(f"Nothing is certified: {case.reason}")
    sentences = [one.claim.latex() for one in case.checked if not _is_counterpart(one, case)]
    data = data_name(case)
    proved = " ".join([*sentences, *([f"Rows of {data}."] if data else [])])
    return f"The opposite is proved: {proved}" if case.verdict == "REFUTED" else proved


def _is_counterpart(one: Checked, case: Case) -> bool:
    """Whether this is the refutation next to a constant that was found: the column 'found' tells of it."""
    return one.path.endswith(f".refuted{SUFFIX}") and len(case.checked) > 1


def _table(group: _Group) -> Table:
    columns = ["claim", *group.columns]
    rows = [[code(case.identifier), *row] for case, row in zip(group.cases, group.rows, strict=True)]
    common = _common(list(map(_relied, group.cases)))
    extra = {
        "found": [literal(case.found) for case in group.cases],
        "recorded": [literal(case.recorded) for case in group.cases],
        "also": [_also(case) for case in group.cases],
        _verdict_name(group.cases): [said_by(case) for case in group.cases],
        "relies on": [", ".join(map(_short_name, _without(_relied(case), common))) for case in group.cases],
        "digest": [digests_of(case) for case in group.cases],
    }
    for name, cells in extra.items():
        columns.append(name)
        for row, cell in zip(rows, cells, strict=True):
            row.append(cell)
    shared, kept = [], []
    for k, name in enumerate(columns):
        different = {row[k] for row in rows}
        if different == {""}:
            continue
        is_common = len(rows) > 1 or (name in PLACES and "almost none above" in columns)
        if is_common and len(different) == 1 and name not in ("claim", "statement", *extra, *RESULTS):
            shared.append(f"{name} = {rows[0][k]}")
        else:
            kept.append(k)
    sentences = [
        group.kind,
        *([f"{'In all of them' if len(rows) > 1 else 'Here'} {'; '.join(shared)}"] if shared else []),
    ]
    if "verdict" in extra and not {"statement", "holds"} & set(columns) and "REFUTED" in extra["verdict"]:
        sentences.append("A row says what is proved: where it is REFUTED, the opposite of the claim")
    if any(one.relies_on for case in group.cases for one in case.checked):
        sentences += (
            [f"{'All rely' if len(rows) > 1 else 'It relies'} on {', '.join(map(_short_name, common))}"]
            if common
            else []
        )
    elif any(case.checked for case in group.cases):
        digits = any(case.items for case in group.cases)  # the verdict is about more than the digits
        one, more = ("Its digits rely", "The digits rely") if digits else ("It relies", "They rely")
        sentences.append(f"{more if len(rows) > 1 else one} on no theorem")
    if any(len(case.items) > 1 for case in group.cases):
        sentences.append("Under 'also' what else the command answers; the verdict is not about that")
    shown = tuple(tuple(row[k] or "–" for k in kept) for row in rows)
    names = tuple(columns[k] for k in kept)
    return Table(". ".join(sentences) + ".", names, widths(names, shown), shown)


def _verdict_name(cases: Sequence[Case]) -> str:
    """Of capacities the verdict is about the whole file; their numbers are certified in any case."""
    return "all rows?" if all(case.command[:1] == ("capacity",) for case in cases) else "verdict"


def _short_name(name: str) -> str:
    return name.removeprefix("rule-")


def _common(lists: Sequence[Sequence[str]]) -> list[str]:
    """The names that are in all of several lists; of a single one all."""
    return [name for name in lists[0] if all(name in other for other in lists)]


def _without(names: Sequence[str], common: Sequence[str]) -> list[str]:
    return [name for name in names if name not in common]


def _also(case: Case) -> str:
    """The further numbers of an answer, each with what it is."""
    first, *others = [dict(item.fields).get("value", "undecided") for item in case.items] or [""]
    statuses = [verdict_word(str(item.status)) for item in case.items[1:]]
    parts = [
        f"{status}: {'the same' if value == first else number_prose(value)}"
        for status, value in zip(statuses, others, strict=True)
    ]
    return "; ".join(parts)


def _relied(case: Case) -> list[str]:
    return list(dict.fromkeys(name for one in case.checked for name in one.relies_on))


def _alike(cases: Sequence[Case]) -> list[list[Case]]:
    """Claims whose commands differ in the values of options only."""
    groups: dict[tuple[str, ...], list[Case]] = {}
    for case in cases:
        groups.setdefault(tuple(word.partition("=")[0] for word in case.command), []).append(case)
    return list(groups.values())


def _template(cases: Sequence[Case]) -> tuple[str, ...]:
    words = []
    for column in zip(*(case.command for case in cases), strict=True):
        name = column[0].partition("=")[0]
        words.append(column[0] if len(set(column)) == 1 else f"{name}={name.lstrip('-').upper()}")
    return tuple(quoted(word) for word in words)


def quoted(word: str) -> str:
    """A word for a shell, quoted where it must be: after the sign of equality of an option."""
    from shlex import quote

    name, equal, value = word.partition("=")
    return f"{name}={quote(value)}" if word.startswith("--") and equal else quote(word)


def _short(folder: str, files: Sequence[str]) -> list[str]:
    """The files of a folder by name, or by a pattern for all of them where they are many or have long names."""
    start = f"{folder}/" if folder else ""
    if len(files) == 1 or (len(files) < 4 and all(len(start + name) + 6 < LINE for name in files)):
        return [quoted(start + name) for name in files]
    low, high = min(files), max(files)
    common = next((k for k, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), len(low))
    return [f"{quoted(start + low[:common])}*{SUFFIX}"]


def wrapped(words: Sequence[str]) -> list[str]:
    """A command in lines of at most ``LINE`` characters where its words allow.

    >>> wrapped(["a"] * 50)[0][-3:]
    'a \\\\'
    """
    lines, line = [], words[0]
    for word in words[1:]:
        if len(line) + len(word) + 3 > LINE:
            lines.append(line + " \\")
            line = f"    {word}"
        else:
            line += f" {word}"
    return [*lines, line]
