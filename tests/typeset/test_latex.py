"""LaTeX: what the fragment says, and that it compiles, alone and within papers of other kinds."""

import re
import shutil
import subprocess

import pytest
from documents import PRINTABLE, SMALL, UNPRINTABLE, hostile
from support import every_kind

from exactcap.errors import InputError
from exactcap.typeset.document import Document, Figure, Paragraph
from exactcap.typeset.latex import latex_fragment, latex_page
from exactcap.typeset.latex_text import escaped, latex_prose

needs_latex = pytest.mark.skipif(
    shutil.which("pdflatex") is None or shutil.which("pdftotext") is None, reason="compiles with pdflatex"
)

PAPERS = {
    "article, its own theorems": r"""\documentclass{article}
\usepackage{amsmath,amssymb,amsthm,array,booktabs,graphicx,longtable,xcolor}
\newtheorem{theorem}{Theorem}\newtheorem{exactcap}{Exactcap}
\begin{document}\begin{theorem}x\end{theorem}\appendix\input{fragment}\end{document}""",
    "book with hyperref and its own code": r"""\documentclass{book}
\usepackage{amsmath,amssymb,array,booktabs,graphicx,longtable,xcolor,hyperref}
\newcommand{\exactcapcode}[1]{\texttt{#1}}\newcommand{\exactcapsection}{\chapter}
\newcommand{\exactcapsubsection}{\section}
\begin{document}\input{fragment}\end{document}""",
}


def compiled(folder, name, *options):
    """Run pdflatex; the log and the text of the PDF, "" where there is none."""
    done = subprocess.run(
        ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", *options, name],
        cwd=folder,
        capture_output=True,
        timeout=60,
        check=False,
    )
    log = done.stdout.decode("latin-1")
    assert done.returncode == 0, log[-3000:]
    if not (folder / f"{name}.pdf").exists():
        return log, ""
    shown = subprocess.run(["pdftotext", f"{name}.pdf", "-"], cwd=folder, capture_output=True, text=True, check=True)
    return log, shown.stdout


def squeezed(text):
    """Text without spaces, hyphens and the shapes of quotes, as a PDF and its source have it in common."""
    for curly, plain in (("“", '"'), ("”", '"'), ("‘", "'"), ("’", "'"), ("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬀ", "ff")):
        text = text.replace(curly, plain)
    return re.sub(r"[\s–—-]|\x0c", "", text)


def with_pictures(folder, *names):
    """A tiny PDF for each figure."""
    (folder / "figures").mkdir()
    (folder / "p.tex").write_text(
        r"\documentclass{article}\pdfpagewidth=40pt\pdfpageheight=30pt\begin{document}x\end{document}"
    )
    compiled(folder, "p")
    for name in names:
        shutil.copy(folder / "p.pdf", folder / "figures" / f"{name}.pdf")


def without_figures(document):
    blocks = tuple(block for block in document.blocks if not isinstance(block, Figure))
    return Document(document.title, document.subtitle, document.facts, blocks)


def test_text_is_ascii_and_escaped():
    assert escaped("a_b & 5% #1 {x} ~^\\") == (
        r"a\_b \& 5\% \#1 \{x\} \textasciitilde{}\textasciicircum{}\textbackslash{}"
    )
    assert escaped("é Erdős ψ ≤ –") == r"\'{e} Erd\H{o}s \ensuremath{\psi} \ensuremath{\le} \textendash{}"
    assert escaped("証") == "[U+8A3C]"
    assert latex_prose("`--data a`") == r"\exactcapcode{-{}-{}data\ \allowbreak{}a}"
    assert (latex_page(hostile((UNPRINTABLE, *PRINTABLE)), "") + latex_fragment(SMALL, "x")).isascii()


def test_the_fragment_says_what_it_needs_and_has_no_preamble():
    text = latex_fragment(SMALL, "figures")
    assert text.startswith("% A fragment: \\input it")
    assert r"\usepackage{amsmath,amssymb,array,booktabs,graphicx,longtable,xcolor}" in text.split("\\providecommand")[0]
    lines = [line for line in text.splitlines() if not line.startswith("%")]
    assert not [line for line in lines if "\\usepackage" in line or "\\documentclass" in line]
    assert r"\exactcapfigure{figures/one}" in text
    assert r"\label{exactcap:cover}" in text
    defined = re.findall(r"\\(?:providecommand|newenvironment)\{\\?(\w+)\}", text)
    assert {name for name in defined if not name.startswith("exactcap")} == {"texorpdfstring", "phantomsection"}


def test_long_names_and_references_may_be_broken():
    assert latex_prose("in arXiv:2001.06938, too") == r"in arXiv:\allowbreak{}2001.\allowbreak{}06938, too"
    assert latex_prose("indistinguishable") == "indistinguishable"


def test_the_fragment_begins_with_its_first_section():
    text = latex_fragment(SMALL, "figures")
    body = text[text.index(r"\begingroup\emergencystretch") :].splitlines()
    assert body[1].startswith(r"\exactcapsection{")
    assert text.index(r"\begin{description}") > text.index(body[1])


@needs_latex
def test_a_paper_without_the_packages_gets_one_error_that_names_them(tmp_path):
    (tmp_path / "fragment.tex").write_text(latex_fragment(without_figures(SMALL), ""), encoding="ascii")
    (tmp_path / "paper.tex").write_text(
        r"\documentclass{article}\usepackage{amsmath,graphicx}\begin{document}x\input{fragment}\end{document}"
    )
    command = ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "paper"]
    log = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=False).stdout.decode("latin-1")
    (error,) = re.findall(r"(?m)^! .*(?:\n .*)?", log)
    assert error.split("Not loaded:")[1].split() == ["amssymb", "array", "booktabs", "longtable", "xcolor."]


@pytest.mark.parametrize("folder", ["a b", "{x}", "$HOME", "a%b", "\\x"])
def test_folders_that_latex_cannot_read_are_refused(folder):
    with pytest.raises(InputError, match="the folder of figures"):
        latex_fragment(SMALL, folder)


@needs_latex
def test_the_page_compiles_with_its_figures(tmp_path):
    with_pictures(tmp_path, "one", "two")
    (tmp_path / "page.tex").write_text(latex_page(SMALL, "figures"), encoding="ascii")
    log, text = compiled(tmp_path, "page")
    assert "verfull" not in log
    for words in ("A book of n proofs", "Theorem (Cover)", "as stated", "Figure 2", "exactcap verify proofs"):
        assert words in text


@needs_latex
@pytest.mark.parametrize("paper", PAPERS)
def test_the_fragment_compiles_in_papers_with_their_own_names(tmp_path, paper):
    (tmp_path / "fragment.tex").write_text(latex_fragment(without_figures(SMALL), ""), encoding="ascii")
    (tmp_path / "paper.tex").write_text(PAPERS[paper], encoding="ascii")
    _, text = compiled(tmp_path, "paper")
    assert "Theorem (Cover)" in text


@needs_latex
def test_hostile_text_comes_out_as_it_is(tmp_path):
    document = without_figures(hostile((UNPRINTABLE, *PRINTABLE)))
    (tmp_path / "page.tex").write_text(latex_page(document, ""), encoding="ascii")
    compiled(tmp_path, "page", "-draftmode")  # headings reach the table of contents and the bookmarks in the second run
    log, text = compiled(tmp_path, "page")
    shown = squeezed(text)
    for said in PRINTABLE:
        assert shown.count(squeezed(said)) >= 16, said
    assert "passwd" not in "".join(re.findall(r"\([^()\s]*passwd", log))


@needs_latex
def test_every_claim_compiles(tmp_path):
    blocks = tuple(Paragraph(certificate.claim.latex()) for certificate in every_kind().values())
    (tmp_path / "page.tex").write_text(latex_page(Document("Claims", "", (), blocks), ""), encoding="ascii")
    log, _ = compiled(tmp_path, "page")
    assert log.count("verfull") <= 2
