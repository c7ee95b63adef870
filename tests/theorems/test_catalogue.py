"""The registry: every entry well-formed, every formula readable, and what a bad file is told."""

from __future__ import annotations

import subprocess
import sys
from typing import get_args

import pytest

from exactcap import claims
from exactcap.errors import InputError
from exactcap.theorems.catalogue import PAPERS, papers, read_paper, theorem, theorems
from exactcap.theorems.theorem import FORMS
from exactcap.typeset.plain import plain

FAMILIES = {kind.__struct_config__.tag for kind in get_args(claims.Claim)}

HEAD = "short = 'S'\nauthors = 'A'\ntitle = 'T'\nreference = 'R'\nabout = 'B'\n"
ENTRY = {
    "id": "'x'",
    "title": "'t'",
    "form": "'own'",
    "direction": "'equality'",
    "families": "['rank']",
    "conclusion": "'c'",
    "idea": "'i'",
    "evidence": "'e'",
    "example": "'exactcap x'",
    "answer": "'a'",
}


def text(**changes: str | None) -> str:
    entry = {**ENTRY, **changes}
    return HEAD + "[[theorem]]\n" + "".join(f"{key} = {value}\n" for key, value in entry.items() if value is not None)


def test_all_papers_are_there_in_order():
    assert [paper.key for paper in papers()] == list(PAPERS)
    keys = [entry.paper.key for entry in theorems()]
    assert keys == sorted(keys, key=PAPERS.index)
    assert set(keys) == set(PAPERS)


def test_ids_are_unique_and_found():
    identifiers = [entry.identifier for entry in theorems()]
    assert len(set(identifiers)) == len(identifiers)
    assert all(theorem(identifier).identifier == identifier for identifier in identifiers)


@pytest.mark.parametrize("entry", theorems(), ids=lambda entry: entry.identifier)
def test_entries_are_well_formed(entry):
    assert entry.form in FORMS
    assert (entry.form == "not instantiable") == bool(entry.why_not)
    assert set(entry.families) <= FAMILIES
    for part in (entry.families or entry.form == "prediction", entry.evidence, entry.example, entry.answer):
        assert bool(part) != bool(entry.why_not)
    assert " -o " not in entry.example
    if entry.form == "prediction":
        assert "PREDICTION" in entry.answer
    prose = (entry.title, entry.conclusion, entry.idea, entry.evidence, entry.why_not, *entry.hypotheses)
    assert not any("\\" in plain(part) or "$" in plain(part) for part in prose)


def test_papers_are_readable_prose():
    for paper in papers():
        assert "$" not in plain(paper.about)
        assert paper.about.endswith(".")


def test_an_unknown_id_is_told_near_ones():
    with pytest.raises(InputError, match=r"^id: the registry has no theorem 'cover-cuont'; did you mean .*cover-count"):
        theorem("cover-cuont")
    with pytest.raises(InputError, match=r"'exactcap theorems' lists them$"):
        theorem("0")


def test_a_small_file_is_read():
    paper, (entry,) = read_paper("k", text(idea='"""\ntwo\nlines\n"""', hypotheses="['h']"))
    assert (paper.key, paper.authors, entry.paper) == ("k", "A", paper)
    assert (entry.idea, entry.hypotheses, entry.families, entry.number) == ("two lines", ("h",), ("rank",), "")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("x = ", r"^k\.toml: is not TOML: "),
        (HEAD, r"^k\.toml: holds no theorems; write "),
        (HEAD + "theorem = 3", r"holds no theorems"),
        (text() + "proof = 'p'\n", r"^k\.toml: theorem x: unknown key 'proof'; keys are id, "),
        ("year = 1\n" + text(), r"^k\.toml: unknown key 'year'"),
        (text().replace("about = 'B'\n", ""), r"^k\.toml: about: is missing; write it$"),
        (text(id="'X y'"), r"^k\.toml: id: 'X y' is not 1 to 50 of "),
        (text(id=None), r"^k\.toml: id: None "),
        (text(title=None), r"^k\.toml: theorem x: title: is missing"),
        (text(form="'proved'"), r"form: 'proved' is none of as stated, "),
        (text(idea="3"), r"idea: 3 is not a string; write one$"),
        (text(families="'rank'"), r"families: 'rank' is not a list of strings"),
        (text(families="['']"), r"families: \[''\] is not a list"),
        (text(answer=None), r"answer: is missing; write it, or say in why_not "),
        (text(families="[]"), r"families: is missing"),
        (text(why_not="'w'"), r"why_not: say why exactly if the form is 'not instantiable'$"),
        (text(form="'not instantiable'"), r"why_not: say why exactly"),
        (text(form="'not instantiable'", why_not="'w'"), r"families: a theorem that is not instantiable has none"),
    ],
)
def test_a_bad_file_is_refused(content, message):
    with pytest.raises(InputError, match=message):
        read_paper("k", content)


def test_one_id_twice_is_refused(monkeypatch):
    from exactcap.theorems import catalogue

    (_, first), (_, second) = read_paper("k", text()), read_paper("l", text())
    with pytest.raises(InputError, match=r"^l\.toml: the id 'x' is taken in k\.toml; choose another$"):
        catalogue._unique([*first, *second])


def test_the_registry_loads_nothing_heavy():
    code = "import sys; from exactcap.theorems.catalogue import theorems; theorems(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "msgspec", "sympy", "flint", "cyclopts", "rich", "typst"} & set(loaded)
