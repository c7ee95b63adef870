"""What an appendix says beside its claims: how it is read, what has to be trusted, how all of it is checked again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from exactcap.reports.appendix_records import Book, verdict_word
from exactcap.reports.appendix_tables import CHECKER, SUFFIX, wrapped
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
CAPACITY = (
    'In tables of capacities the column "all rows?" answers one question: does the width, or the least width found, '
    "take every labelling of all rows of the file? The numbers of rows beside it are proved whatever the answer."
)
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


def how_to_read(book: Book, forms: Iterable[str]) -> list[Block]:
    """The page that explains the words: verdicts, and forms of theorems, that occur."""
    verdicts = {verdict_word(case.verdict) for case in book.cases()}
    verdicts |= {verdict_word(str(item.status)) for case in book.cases() for item in case.items}
    present = set(forms)
    blocks: list[Block] = [
        Heading(1, "How to read this appendix", "how-to-read"),
        Paragraph(
            "Each claim has a name, and a certificate: a file that holds the statement and the evidence for it. "
            "Everything below was decided when this appendix was made, by a small program that takes nothing from the "
            "programs which found the evidence; a certificate that it rejects stops the appendix. Tables give for each "
            "claim its parameters, the result, the verdict, and the first 16 hexadecimal digits of the SHA-256 of its "
            "certificate. What all claims of a table share stands above it; below it stand the command that makes the "
            "certificates, capitals in the place of what differs, and the command that checks them again."
        ),
        Bullets(tuple(f"{name}: {words}." for name, words in VERDICTS.items() if name in verdicts)),
    ]
    if any(case.command[:1] == ("capacity",) for case in book.cases()):
        blocks.append(Paragraph(CAPACITY))
    if present:
        blocks += [
            Paragraph("Theorems carry a badge, which says in what form they stand here:"),
            Bullets(tuple(f"{name}: {words}." for name, words in FORMS.items() if name in present)),
        ]
    return blocks


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
            "Python 3.11 and a copy of the repository suffice; nothing is installed. Each line prints VERIFIED and the "
            "statement for a file, or REJECTED and the reason. With exactcap installed, `exactcap-check` is the same."
        ),
        Commands(tuple(line for folder in folders for line in wrapped([*CHECKER.split(), f"{folder}/*{SUFFIX}"]))),
        Paragraph(
            f"The digest of the title page is the SHA-256 of the lines that `sha256sum` prints for all {len(checked)} "
            "certificates, sorted by path."
        ),
    ]
    return blocks
