"""Typst and PDF: golden math, text as it is, the same bytes, no file left behind."""

import re
import shutil
import subprocess
import sys

import pytest
from documents import PICTURE, PRINTABLE, SMALL, UNPRINTABLE, hostile
from support import every_kind

from exactcap.errors import InputError
from exactcap.typeset.document import Commands, Document, Paragraph
from exactcap.typeset.pdf import pdf_bytes
from exactcap.typeset.tex import formula
from exactcap.typeset.typst import typst_source
from exactcap.typeset.typst_math import typst_formula

FIGURES = {"one": PICTURE, "two": PICTURE}


def shown(pdf):
    """The text of a PDF without spaces, hyphens and the shapes of quotes."""
    text = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return squeezed(text)


def squeezed(text):
    for curly, plain in (("“", '"'), ("”", '"'), ("‘", "'"), ("’", "'"), ("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬀ", "ff")):
        text = text.replace(curly, plain)
    return re.sub(r"[\s–—-]|\x0c", "", text)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\frac{a}{b}", "frac(a, b)"),
        (r"xy_i^2", "x attach(y, b: i, t: 2)"),
        (r"f'(x)", r"attach(f, t: #math.primes(1);)\(x\)"),
        (r"\sum_{k}^n", "attach(∑, b: k, t: n)"),
        (r"\max_i x", 'attach(op("max", limits: #true), b: i)x'),
        (r"\mathbb{R}\mathbf{1}", "bb(R)upright(bold(1))"),
        (r"\{0,1\}", r'\{0 class("punctuation", \,)1\}'),
        (r"\text{a \# b}", '"a # b"'),
        (r"\left(\sqrt x\right]", r"lr(\(sqrt(x)\])"),
        (r"a/b", r'a class("normal", \/)b'),
    ],
)
def test_math(source, expected):
    assert typst_formula(formula(source)) == expected


def test_the_source_has_every_part():
    source = typst_source(SMALL)
    assert source.startswith('#set document(title: "A book of n proofs", date: none)')
    parts = ('#label("first-instances")', 'picture("two", "The same line.")', "columns: (1fr, 3fr, 0pt)", "outline(")
    for part in parts:
        assert part in source


def test_figures_that_are_missing_are_named():
    pytest.importorskip("typst")
    with pytest.raises(InputError, match="the figure 'two' of the document is not among those given"):
        pdf_bytes(SMALL, {"one": PICTURE})


def test_a_figure_that_is_no_picture_is_refused():
    pytest.importorskip("typst")
    with pytest.raises(InputError, match="typst cannot set the document"):
        pdf_bytes(SMALL, {"one": "<svg", "two": PICTURE})


def test_without_the_wheel_the_next_step_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(InputError, match=r"pip install 'exactcap\[report\]'"):
        pdf_bytes(SMALL, FIGURES)


def test_the_same_bytes_every_time_wherever_it_is_made(tmp_path, monkeypatch):
    pytest.importorskip("typst")
    first = pdf_bytes(SMALL, FIGURES)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    assert pdf_bytes(SMALL, FIGURES) == first
    assert list(tmp_path.iterdir()) == []
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from documents import SMALL, PICTURE; "
        "from exactcap.typeset.pdf import pdf_bytes; "
        "sys.stdout.buffer.write(pdf_bytes(SMALL, {'two': PICTURE, 'one': PICTURE}))"
    )
    tests = sys.modules["documents"].__file__.rpartition("/")[0]
    other = subprocess.run([sys.executable, "-c", code, tests], capture_output=True, check=True, timeout=60)
    assert other.stdout == first


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="reads the PDF")
def test_hostile_text_comes_out_as_it_is():
    pytest.importorskip("typst")
    text = shown(pdf_bytes(hostile((UNPRINTABLE, *PRINTABLE)), FIGURES))
    for said in PRINTABLE:
        assert text.count(squeezed(said)) >= 16, said


def test_every_claim_is_set():
    pytest.importorskip("typst")
    blocks = tuple(Paragraph(certificate.claim.latex()) for certificate in every_kind().values())
    assert pdf_bytes(Document("Claims", "", (), blocks), {}).startswith(b"%PDF")


def test_a_command_of_several_lines_stays_on_one_page():
    made = Document("t", "", (), (Commands(("one \\", "    two", "three", "four \\", "    five")),))
    assert (
        '#commands((code("one ", "\\\\"), code("    ", "two"),), (code("three"),), (code("four ", "\\\\"), '
        'code("    ", "five"),))'
    ) in typst_source(made)
