"""The appendix as a document: every claim once, each word of doubt in its place, and the whole proof book."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from support import ROOT

from exactcap.checker.verdict import Verdict
from exactcap.claims import (
    Activation,
    Claim,
    Committee,
    Enclosure,
    Functions,
    Generic,
    Inequality,
    Interpolation,
    KhatriRao,
    Obstruction,
    OneUnit,
    Rank,
)
from exactcap.claims.correlations import Decoupling
from exactcap.reports.appendix import document, sections
from exactcap.reports.appendix_records import Book, Case, Chapter, Checked
from exactcap.reports.appendix_tables import commands, tables
from exactcap.reports.explain import Explanation
from exactcap.reports.items import Item
from exactcap.reports.status import Status
from exactcap.theorems.catalogue import theorems
from exactcap.typeset.document import Block, Bullets, Commands, Document, Heading, Paragraph, Statement, Table
from exactcap.typeset.html import html_page
from exactcap.typeset.latex import latex_fragment
from exactcap.typeset.typst import typst_source

PROOFS = ROOT / "proofs"


def checked(name: str, claim: Claim, relies_on: tuple[str, ...] = ()) -> Checked:
    told = Explanation("0" * 64, claim.statement(), claim.latex(), "a source", ("a hypothesis",), ("so",), ())
    return Checked(f"x/{name}.cert.jsonl", f"{abs(hash(name)):064x}"[-64:], claim, told, relies_on, "")


def rank_case(m: int, theorem: str = "") -> Case:
    claim = Rank(KhatriRao(Functions(3), 2, m), 3 * m, "equals")
    command = ("certify", "rank", "khatri-rao", "--inputs=3", f"--width={m}")
    name = f"forms-{m}"
    return Case(name, theorem, command, "PROVED", "", (checked(name, claim, ("analytic-zeros", "rule-U2")),), ())


def prediction(name: str, activation: str) -> Case:
    claim = Enclosure(-4, 55038, Committee(Activation(activation), "full", "0"))
    fields = (("value", "5.5038"), ("meaning", "the storage capacity of committees"))
    command = ("predict", "committee", f"--activation={activation}", "--architecture=full")
    return Case(name, "", command, "PREDICTION", "", (checked(name, claim),), (Item(Status.PREDICTION, fields),))


def book(*cases: Case, key: str = "mine") -> Book:
    return Book(key, "1.0", (Chapter(key, "My paper", f"{key}.toml", cases),))


def prose(blocks: tuple[Block, ...] | list[Block]) -> list[str]:
    """All prose of the blocks, one string each."""
    found: list[str] = []
    for block in blocks:
        match block:
            case Heading(prose=text) | Paragraph(prose=text):
                found.append(text)
            case Bullets(items=items):
                found += items
            case Statement(kind=kind, name=name, paragraphs=paragraphs):
                found += [kind, name, *paragraphs]
            case Table(caption=caption, columns=columns, rows=rows):
                found += [caption, *columns, *(cell for row in rows for cell in row)]
            case Commands(lines=lines):
                found += lines
    return found


def written(made: Document) -> tuple[str, str, str]:
    """The document in all three notations, which raise where its prose cannot be read."""
    return html_page(made, {}), latex_fragment(made, "figures"), typst_source(made)


def test_claims_that_differ_in_a_number_share_a_table():
    table, lines = tables([rank_case(m) for m in (1, 2, 3)], with_arguments=False)
    assert isinstance(table, Table)
    assert table.columns == ("claim", "$m$", "naive count", "rank", "verdict", "digest")
    assert [row[:4] for row in table.rows] == [
        (f"`forms-{m}`", str(m), str(min(3 * m, 10)), str(3 * m)) for m in (1, 2, 3)
    ]
    assert "$d$ = 3; $k$ = 2" in table.caption
    assert table.caption.endswith("All rely on analytic-zeros, U2.")
    assert isinstance(lines, Commands)
    assert lines.lines[0] == "exactcap certify rank khatri-rao --inputs=3 --width=WIDTH"


def test_a_claim_alone_is_told_in_words_with_its_command():
    table, lines = tables([rank_case(2)], with_arguments=False)
    assert isinstance(table, Table)
    assert table.columns == ("claim", "statement", "verdict", "digest")
    assert "operatorname{rank}} = 6" in table.rows[0][1].replace(r"\operatorname{rank}", "operatorname{rank}}")
    assert isinstance(lines, Commands)
    assert lines.lines == (
        "exactcap certify rank khatri-rao --inputs=3 --width=2",
        "python3 -I -S exactcap/checker x/forms-2.cert.jsonl",
    )


def test_commands_are_quoted_for_a_shell_and_long_lines_go_on():
    case = Case(
        "a", "", ("capacity", "--activation=x^3 + x", *(f"--option-{k}=value" for k in range(9))), "PROVED", "", (), ()
    )
    lines = commands([case])
    assert lines[0].startswith("exactcap capacity --activation='x^3 + x' ")
    assert all(line.endswith(" \\") for line in lines[:-1])
    assert max(map(len, lines)) <= 80


def test_a_certificate_with_another_name_than_its_claim_is_listed_with_it():
    cases = [rank_case(m) for m in range(1, 6)]
    shipped = [Case(f"mine-{k}", "", (), "PROVED", "", case.checked, ()) for k, case in enumerate(cases)]
    assert commands(cases)[-1] == "python3 -I -S exactcap/checker x/forms-*.cert.jsonl"
    checks = [(f"# mine-{k}", f"python3 -I -S exactcap/checker x/forms-{k + 1}.cert.jsonl") for k in range(5)]
    assert commands(shipped)[1:] == [line for pair in checks for line in pair]
    said = " ".join(prose(document(book(*shipped, *cases), {}, "").blocks))
    assert "So `python3 -I -S exactcap/checker x/forms-1.cert.jsonl` checks the row `forms-1` alone." in said
    assert "`exactcap build --check mine.toml`" in said


def test_a_blank_in_a_path_is_quoted_everywhere():
    """And a certificate beside the claims file is not sought in the root of all folders."""
    claim = Rank(KhatriRao(Functions(3), 2, 1), 3, "equals")
    for folder, name, everything in (
        ("my x/", "'my x/a.cert.jsonl'", "'my x/'*.cert.jsonl"),
        ("", "a.cert.jsonl", "*"),
    ):
        one = replace(checked("a", claim), path=f"{folder}a.cert.jsonl")
        chapter = Chapter("c", "t", f"{folder}c.toml", (Case("a", "", ("capacity",), "PROVED", "", (one,), ()),))
        blocks = document(Book("b", "1.0", (chapter,)), {}, "").blocks
        assert f"So `python3 -I -S exactcap/checker {name}` checks" in " ".join(prose(blocks))
        lines = [line for block in blocks if isinstance(block, Commands) for line in block.lines]
        assert lines[1] == f"python3 -I -S exactcap/checker {name}"
        assert lines[-1].startswith(f"python3 -I -S exactcap/checker {everything}")


def test_what_was_done_when_the_appendix_was_made():
    """The commands were not run: nothing says that they were."""
    said = prose(document(book(rank_case(1)), {}, "").blocks)[1]
    assert "decided every certificate anew" in said
    assert "The commands below were not run for it" in said
    assert "verything" not in said


def test_two_widths_of_one_capacity_are_told_apart():
    fits, fails = (
        Interpolation(Activation("tanh"), Generic(4, 24), 8),
        Obstruction(Activation("tanh"), 18, Generic(4, 24), 3),
    )
    cases = [
        Case(name, "", ("capacity",), "PROVED", "", (checked(name, fits), checked(f"{name}.obstruction", fails)), ())
        for name in ("one", "two")
    ]
    table = tables(cases, with_arguments=False)[0]
    assert isinstance(table, Table)
    sizes = ("$m$ large enough", "every labelling", "$m$ too small", "almost none above")
    assert table.columns == ("claim", *sizes, "all rows?", "digest")
    assert table.rows[0][1:6] == ("8", "24", "3", "18", "PROVED")
    (alone, *_) = tables([replace(cases[0], recorded="9")], with_arguments=False)
    assert isinstance(alone, Table)
    assert alone.columns == ("claim", *sizes, "recorded", "all rows?", "digest")
    assert alone.rows[0][1:7] == ("8", "24", "3", "18", "9", "PROVED")
    assert r"Here $\psi$ = tanh; $d$ = 4." in alone.caption


def test_a_statement_beside_refuted_is_said_to_be_proved():
    """No sentence that a certificate proves stands as refuted; a table of numbers says so above it."""
    lemma = Inequality(False, Decoupling("1", "1/16"))
    case = Case("variant", "", ("certify",), "REFUTED", "", (checked("variant", lemma),), ())
    table = tables([case], with_arguments=False)[0]
    assert isinstance(table, Table)
    assert table.rows[0][1].startswith("The opposite is proved: This variant of Lemma 3.3 is false: ")
    ranks = [replace(rank_case(m), verdict=verdict) for m, verdict in ((1, "PROVED"), (2, "REFUTED"))]
    numbers = tables(ranks, with_arguments=False)[0]
    assert isinstance(numbers, Table)
    assert "A row says what is proved: where it is REFUTED, the opposite of the claim." in numbers.caption
    proved = tables([ranks[0], replace(ranks[1], verdict="PROVED")], with_arguments=False)[0]
    assert isinstance(proved, Table)
    assert "opposite" not in proved.caption


def test_what_the_file_says_about_a_claim_stands_under_its_table():
    about = "Table 2: $5 of `x`\n and 100%"
    cases = [replace(rank_case(m), about=text) for m, text in ((1, about), (2, about), (3, ""))]
    _, remarks, _ = tables(cases, with_arguments=False)
    assert remarks == Bullets((r"`forms-1`, `forms-2`: Table 2: \$5 of \`x\` and 100%",))
    _, remarks, _ = tables([*(replace(rank_case(m), about="a") for m in (4, 5, 6)), cases[2]], with_arguments=False)
    assert remarks == Bullets(("`forms-4` to `forms-6`: a",))
    _, remarks, _ = tables(cases[:2], with_arguments=False)
    assert remarks == Bullets((r"All of them: Table 2: \$5 of \`x\` and 100%",))
    written(document(book(*cases), {}, ""))


def test_only_columns_that_occur_are_explained():
    said = [" ".join(prose(document(book(case), {}, "").blocks)) for case in (rank_case(1), prediction("r", "relu"))]
    assert not any("all rows?" in text or "naive count" in text or "capitals" in text for text in said)
    both = " ".join(prose(document(book(rank_case(1), rank_case(2)), {}, "").blocks))
    assert 'The "naive count" beside a rank is the least of' in both
    assert "words in capitals" in both


def test_one_certificate_is_not_several_and_where_it_lies_is_said():
    one = replace(checked("a", rank_case(1).checked[0].claim), path="mine.certificates/a.cert.jsonl")
    made = document(book(replace(rank_case(1), checked=(one,))), {}, "")
    said = " ".join(prose(made.blocks))
    assert "a copy of exactcap's repository and the folder `mine.certificates`" in said
    assert "for 1 certificate, sorted" in said


def test_a_users_claims_without_theorems_have_statements_and_arguments():
    made = document(book(rank_case(1), rank_case(2), prediction("relu-full", "relu")), {}, "")
    said = prose(made.blocks)
    assert any(text.startswith("Why the evidence of `forms-1.cert.jsonl` suffices (a source)") for text in said)
    assert "My paper" in said
    assert not any(isinstance(block, Statement) for block in made.blocks)
    written(made)


def test_a_prediction_is_called_so_wherever_its_number_stands():
    made = document(book(prediction("relu-full", "relu"), prediction("tanh-full", "tanh")), {}, "")
    (table,) = [block for block in made.blocks if isinstance(block, Table) and "`relu-full`" in str(block.rows)]
    assert {row[table.columns.index("verdict")] for row in table.rows} == {"PREDICTION"}
    assert any("PREDICTION (non-rigorous): the storage capacity" in text for text in prose(made.blocks))
    assert not any("PROVED" in text for text in prose(made.blocks))


def test_a_number_without_a_certificate_says_so():
    item = Item(Status.PREDICTION, (("value", "4.1863713103"), ("meaning", "capacity after one step")))
    case = Case("erf-one-step", "", ("predict", "committee", "--ansatz=1rsb"), "PREDICTION", "", (), (item,))
    table = tables([case, case], with_arguments=False)[0]
    assert isinstance(table, Table)
    assert "computed and not certified" in table.caption
    assert table.rows[0][-2:] == ("PREDICTION", "no certificate")


def test_what_was_not_found_says_so_and_nothing_more():
    case = Case("open", "", ("certify", "rank"), "UNDECIDED", "", (), (), "no proof was found in $5")
    table = tables([case], with_arguments=True)[0]
    assert isinstance(table, Table)
    assert table.rows == (
        ("`open`", r"Nothing is certified: no proof was found in \$5", "UNDECIDED", "no certificate"),
    )
    written(document(book(case), {}, ""))


def test_the_digest_depends_on_every_certificate():
    one, other = book(rank_case(1)), book(rank_case(1), rank_case(2))
    assert one.digest() != other.digest()
    assert one.digest() == book(rank_case(1)).digest()


def test_only_papers_with_claims_are_shown_of_a_users_file():
    named = theorems()[0]
    found = sections(book(rank_case(1, named.identifier), rank_case(2)))
    assert [section.key for section in found] == [named.paper.key, "claims-mine"]
    assert [theorem.identifier for theorem in found[0].theorems] == [named.identifier]
    assert len(found[0].cases()) == 1


def test_no_claim_is_lost_when_its_theorem_is_said_to_have_no_instances():
    named = next(theorem for theorem in theorems() if theorem.why_not)
    (found,) = sections(book(rank_case(1, named.identifier)))
    assert [case.identifier for case in found.cases()] == ["forms-1"]
    said = prose(document(book(rank_case(1, named.identifier)), {}, "").blocks)
    assert said.count("`forms-1`") == 1


def test_a_file_named_like_a_paper_is_not_about_it():
    """Only a claim with a theorem of the paper is, and it alone."""
    named = theorems()[0]
    (found,) = sections(book(rank_case(1), key=named.paper.key))
    assert (found.paper, found.theorems, found.title) == (None, (), "My paper")
    said = prose(document(book(rank_case(1), key=named.paper.key), {}, "").blocks)
    assert named.paper.title not in said
    paper, rest = sections(book(rank_case(1, named.identifier), rank_case(2), key=named.paper.key))
    assert [theorem.identifier for theorem in paper.theorems] == [named.identifier]
    assert [case.identifier for case in paper.cases()] == ["forms-1"]
    assert (rest.paper, [case.identifier for case in rest.cases()]) == (None, ["forms-2"])


def test_what_has_no_instances_is_shown_when_all_else_of_its_paper_has():
    own = [theorem for theorem in theorems() if theorem.paper.key == "bubeck-2020"]
    claimed = [theorem.identifier for theorem in own if not theorem.why_not]
    assert 1 < len(claimed) < len(own)
    (found,) = sections(book(*(rank_case(k, name) for k, name in enumerate(claimed, start=1))))
    assert list(found.theorems) == own
    (found,) = sections(book(*(rank_case(k, name) for k, name in enumerate(claimed[1:], start=1))))
    assert [theorem.identifier for theorem in found.theorems] == claimed[1:]


def test_files_whose_names_differ_in_a_blank_have_links_of_their_own():
    names = ["a b", "a-b", "a-b-2", "a_b"]
    chapters = tuple(Chapter(key, "My paper", f"{key}.toml", (rank_case(k),)) for k, key in enumerate(names, start=1))
    made = document(Book("mine", "1.0", chapters), {}, "")
    links = [block.anchor for block in made.blocks if isinstance(block, Heading)]
    assert len(set(links)) == len(links)
    written(made)


def test_every_form_of_a_value_is_read_by_all_outputs():
    units = [OneUnit("mills", "1" + "0" * 100), OneUnit("tail", "-3/2"), OneUnit("relu-second-moment", "0")]
    cases = [
        Case(
            f"value-{k}", "", ("evaluate",), "PROVED", "", (checked(f"value-{k}", Enclosure(-60, 10**50 + 7, of)),), ()
        )
        for k, of in enumerate(units)
    ]
    for text in written(document(book(*cases), {}, "2026-01-01")):
        assert "2026" in text


@pytest.fixture(scope="module")
def proof_book() -> Book:
    """The shipped proofs, their locks taken at their word: the checker has tests of its own."""
    from exactcap.certificates.format import claim_id, read_certificate
    from exactcap.cli.appendix_gather import gather
    from exactcap.sweeps.book import read_book

    chapters = read_book(PROOFS)
    files = {file for chapter in chapters for instance in chapter.instances for file in instance.files}
    verdicts: dict[Path, Verdict] = {}
    for file in files:
        read = read_certificate(file)
        verdicts[file] = Verdict(str(file), "VERIFIED", "", claim_id(read.claim), "", read.relies_on)
    return gather(PROOFS, chapters, verdicts)


def test_the_proof_book_has_every_theorem_and_every_claim_once(proof_book):
    made = document(proof_book, {}, "")
    anchors = Counter(block.anchor for block in made.blocks if isinstance(block, Statement))
    assert anchors == Counter(theorem.identifier for theorem in theorems() if not theorem.why_not)
    titles = " ".join(prose(made.blocks))
    assert all(theorem.title in titles for theorem in theorems())
    listed = Counter(
        (row[0], row[block.columns.index("digest")])
        for block in made.blocks
        if isinstance(block, Table) and "digest" in block.columns
        for row in block.rows
    )
    expected = Counter(
        (f"`{case.identifier}`", ", ".join(f"`{one.digest[:16]}`" for one in case.checked) or "no certificate")
        for case in proof_book.cases()
    )
    assert listed == expected


def test_every_certificate_of_the_proof_book_is_covered_by_a_command(proof_book):
    from fnmatch import fnmatch

    blocks = document(proof_book, {}, "").blocks
    lines = [line for block in blocks if isinstance(block, Commands) for line in block.lines]
    words = {word for line in lines for word in line.split()}
    patterns = [word for word in words if word.endswith(".cert.jsonl") and not word.endswith("/*.cert.jsonl")]
    everything = [word for word in words if word.endswith("/*.cert.jsonl")]
    for one in proof_book.checked():
        assert any(fnmatch(one.path, pattern) for pattern in patterns + everything), one.path
        assert any(one.path.rpartition("/")[0] == word.rpartition("/")[0] for word in everything), one.path


def test_the_proof_book_can_be_written_in_all_formats(proof_book):
    page, fragment, source = written(document(proof_book, {}, ""))
    for case in proof_book.cases():
        assert case.checked == () or case.checked[0].digest[:8] in fragment
    assert page.count("<table>") == fragment.count(r"\begin{longtable}") == source.count("#figure(kind: table")


def test_no_prediction_of_the_proof_book_is_called_a_theorem(proof_book):
    for block in document(proof_book, {}, "").blocks:
        if isinstance(block, Statement) and block.label == "prediction":
            assert block.kind == "Prediction"
        if isinstance(block, Table) and "verdict" in block.columns:
            names = {row[0]: row[block.columns.index("verdict")] for row in block.rows}
            for case in proof_book.cases():
                if case.items and case.items[0].status is Status.PREDICTION and f"`{case.identifier}`" in names:
                    assert names[f"`{case.identifier}`"] == "PREDICTION"
