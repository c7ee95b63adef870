"""What an appendix says beside its claims: how it is read, what has to be trusted, how all of it is checked again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from exactcap.reports.appendix_records import Book, how_many, verdict_word
from exactcap.reports.appendix_tables import CHECKER, SUFFIX, is_named, quoted, wrapped
from exactcap.reports.appendix_widths import widths
from exactcap.reports.rules import THEOREMS
from exactcap.theorems.theorem import FORMS
from exactcap.typeset.document import Block, Bullets, Commands, Heading, Paragraph, Table
from exactcap.typeset.prose import code, literal

VERDICTS = {
    "PROVED": "the statement is proved: the independent checker accepts its certificate",
    "REFUTED": "the opposite is proved: the checker accepts a certificate of it; of weaker statements it says nothing",
    "PROBABLE": "the checker found nothing against it at points of its own, with a stated bound of the error; no proof",
    "UNDECIDED": "one side at most is proved; that no proof of the other was found does not mean that it is false",
    "THEOREM": "the number is that of a theorem of the literature, and its digits are proved",
    "UPPER BOUND": "a theorem says that the capacity is no larger than the number; not that so much is reached",
    "PREDICTION": "a number of statistical physics, without proof that networks behave so; at most the digits of the "
    "formula are proved",
}
PREDICTED = (
    " It also computes predictions again, whose words, and whose numbers where they have no certificate, nothing else "
    "confirms."
)
BESIDE = {
    f".obstruction{SUFFIX}": "of what a capacity excludes",
    f".refuted{SUFFIX}": "of the refuted number next to the best one",
}
COLUMNS = {
    "all rows?": 'In tables of capacities the column "all rows?" answers one question: does the width, or the least '
    "width found, take every labelling of all rows of the file? The numbers of rows beside it are proved whatever the "
    "answer.",
    "naive count": 'The "naive count" beside a rank is the least of the number of rows, the number of independent '
    "parameters and, where the columns are polynomials, the dimension of the space in which they lie. No rank is above "
    "it; some are below.",
    "recorded": 'Under "recorded" stands the number that the claims file records of a search: the certified one is '
    "as good or better.",
}
TRUST = (
    "The checker, `exactcap/checker`: a program of Python's standard library alone, independent of all that searches. "
    "It rebuilds each statement from the claim and reads nothing else of exactcap.",
    "The arguments of `exactcap/certificates/SPEC.md`, `SPEC-GAUSSIAN.md`, `SPEC-NETWORKS.md` and `SPEC-CAPACITY.md`, "
    "which say why the evidence of each kind suffices.",
    "The theorems and rules of the next table: these, and no others, are what the certificates rely on beyond "
    "arithmetic. The checker derives the list of each from the claim and the evidence.",
    "Python and the machine that runs it. The programs that search are not trusted, nor are floating-point numbers.",
    "That a claim says what is meant: the statements here are printed from the certificates, and those about data from "
    "the rows that are in them.",
)


def how_to_read(book: Book, forms: Collection[str], body: Sequence[Block]) -> list[Block]:
    """The page that explains the words: verdicts, forms of theorems, and what is in the tables of ``body``."""
    columns = {column for block in body if isinstance(block, Table) for column in block.columns}
    lines = [line for block in body if isinstance(block, Commands) for line in block.lines]
    made = (
        "the commands that make the certificates, with words in capitals for what differs from row to row (WIDTH is "
        "the width of the row), and the command"
        if any(re.search(r"--[a-z-]+=[A-Z-]+( |$)", line) for line in lines)
        else "the command that makes the certificates, and the one"
    )
    verdicts = {verdict_word(case.verdict) for case in book.cases()}
    verdicts |= {verdict_word(str(item.status)) for case in book.cases() for item in case.items}
    blocks: list[Block] = [
        Heading(1, "How to read this appendix", "how-to-read"),
        Paragraph(
            "Each claim has a name, and a certificate: a file that holds the statement and the evidence for it. When "
            "this appendix was made, a small program that takes nothing from the programs which found the evidence "
            "decided every certificate anew, and verdicts, values and constants were compared with what the "
            "certificates state; a certificate that it rejects, or a word beyond the certificates, stops the appendix. "
            "The commands below were not run for it: whether they give these certificates is what "
            f"`exactcap build --check` tests.{PREDICTED if 'PREDICTION' in verdicts else ''}"
        ),
        Bullets(tuple(f"{name}: {words}." for name, words in VERDICTS.items() if name in verdicts)),
        Paragraph(
            "Tables give for each claim its parameters, the result, the verdict, and the first 16 hexadecimal digits "
            "of the SHA-256 of its certificate. What all claims of a table share stands above it. Below it stand "
            f"{made} that checks all of them again. {_one_row(book)}"
        ),
    ]
    blocks += [Paragraph(words) for name, words in COLUMNS.items() if name in columns]
    if forms:
        blocks += [
            Paragraph("Theorems carry a badge, which says in what form they stand here:"),
            Bullets(tuple(f"{name}: {words}." for name, words in FORMS.items() if name in forms)),
        ]
    return blocks


def _one_row(book: Book) -> str:
    """How the certificate of a single claim is found and checked."""
    named = [(one.path, case.identifier) for case in book.cases() for one in case.checked if is_named(one, case)]
    beside = [
        f"{code(f'ID{ending}')}, {words}" for ending, words in BESIDE.items()
        if any(f"/{path}".endswith(f"/{identifier}{ending}") for path, identifier in named)
    ]  # fmt: skip
    rule = (
        f"The certificate of the claim ID is the file {code(f'ID{SUFFIX}')} in the folder that this command names, "
        "unless it is listed there below the name of the claim"
    )
    rule += f"; beside it may be {', and '.join(beside)}." if beside else "."
    example = next((one for one in named if f"/{one[0]}".endswith(f"/{one[1]}{SUFFIX}")), None)
    if example is None:
        return rule
    return f"{rule} So {code(f'{CHECKER} {quoted(example[0])}')} checks the row {code(example[1])} alone."


def trust(book: Book) -> list[Block]:
    """What has to be trusted, and how all certificates are checked again."""
    checked = list(book.checked())
    counts = Counter(name for one in checked for name in one.relies_on)
    rows = tuple((code(name), literal(words), str(counts[name])) for name, words in THEOREMS.items() if counts[name])
    blocks: list[Block] = [Heading(1, "What has to be trusted", "trust"), Bullets(TRUST)]
    if rows:
        caption = "Theorems and rules that the certificates rely on, and by how many."
        columns = ("name", "in words", "certificates")
        blocks.append(Table(caption, columns, widths(columns, rows), rows))
    folders = list(dict.fromkeys(one.path.rpartition("/")[0] for one in checked))
    blocks += [
        Heading(1, "To check everything again", "check-again"),
        Paragraph(
            f"{_needed(folders)}; nothing is installed. Each line prints VERIFIED and the "
            "statement for a file, or REJECTED and the reason. With exactcap installed, `exactcap-check` is the same."
        ),
        Commands(tuple(line for folder in folders for line in wrapped([*CHECKER.split(), _all(folder)]))),
        Paragraph(
            f"Whether the commands give these certificates is tested, with exactcap installed, by {code(_build(book))}."
        ),
        Paragraph(
            f"The digest of the title page is the SHA-256 of the lines that `sha256sum` prints for "
            f"{'all ' if len(checked) > 1 else ''}{how_many(len(checked), 'certificate')}, sorted by path."
        ),
    ]
    return blocks


def _needed(folders: Sequence[str]) -> str:
    """What a reader needs: the certificates of a user's file are no part of the repository."""
    own = [code(folder) for folder in folders if folder and not f"{folder}/".startswith("proofs/")]
    if not own:
        return "Python 3.11 and a copy of exactcap's repository suffice"
    named = f"the folder{'' if len(own) == 1 else 's'} {', '.join(own)}"
    return f"Python 3.11, a copy of exactcap's repository and {named}, put beside `exactcap` in that copy, suffice"


def _build(book: Book) -> str:
    """The command that runs all others: on the claims file, or the folder of several."""
    paths = [chapter.path for chapter in book.chapters]
    folder = paths[0].rpartition("/")[0] or "."
    return f"exactcap build --check {quoted(paths[0] if len(paths) == 1 else folder)}"


def _all(folder: str) -> str:
    """The pattern of all certificates of a folder, which is empty for the one where the commands are typed."""
    return f"{quoted(f'{folder}/')}*{SUFFIX}" if folder else f"*{SUFFIX}"
