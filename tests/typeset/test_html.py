"""The page: valid, self-contained, saying what the document says; opened in a browser where there is one."""

import shutil
import struct
import subprocess
import zlib
from html.parser import HTMLParser

import pytest
from documents import PICTURE, PRINTABLE, SMALL, UNPRINTABLE, VISIBLE, hostile
from support import every_kind

from exactcap.errors import InputError
from exactcap.typeset.document import Document, Heading, Paragraph
from exactcap.typeset.html import html_page, html_prose

VOID = {"meta", "br", "col", "wbr", "hr", "img", "link", "input"}
FIGURES = {"one": PICTURE, "two": PICTURE}


class Page(HTMLParser):
    """Elements, attributes and text of a page; every element has to be closed in its place."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.text = [], [], [], ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += data

    def values(self, name):
        return [value for _, key, value in self.attributes if key == name]


def straight(text):
    """Text as it was before quotes were curly."""
    for curly, plain in (("“", '"'), ("”", '"'), ("‘", "'"), ("’", "'")):
        text = text.replace(curly, plain)
    return text


def test_the_page_has_its_frame_and_every_link_leads_somewhere():
    text = html_page(SMALL, FIGURES)
    page = Page(text)
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "<title>A book of n proofs</title>" in text
    assert ("meta", "name", "description") in page.attributes
    ids = page.values("id")
    assert len(set(ids)) == len(ids)
    links = page.values("href")
    assert len(links) == 3 + 2
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert page.tags.count("figcaption") == 3
    assert page.tags.count("svg") == 2
    assert "A line from one corner to the other." in page.values("aria-label")
    for text in ("Theorem (Cover)", "as stated", "Table 1. Instances", "Figure 2. The line again", "1.1Instances of"):
        assert text in page.text


def test_a_formula_alone_is_displayed():
    assert html_page(SMALL, FIGURES).count('<math display="block">') == 1


def test_punctuation_is_tied_to_its_formula():
    assert html_prose("($n$), $m$ is") == (
        '<span style="white-space: nowrap">(<math><mi>n</mi></math>),</span> <math><mi>m</mi></math> is'
    )


def test_nothing_is_loaded_and_nothing_runs():
    for document in (SMALL, hostile()):
        page = Page(html_page(document, FIGURES))
        assert not {"script", "link", "iframe", "img", "object", "embed", "base", "form"} & set(page.tags)
        assert not [name for _, name, _ in page.attributes if name.startswith("on") or name == "src"]
        assert all(link.startswith("#") for link in page.values("href"))


@pytest.mark.parametrize("texts", [PRINTABLE, (UNPRINTABLE, *PRINTABLE)])
def test_every_text_comes_out_as_it_is(texts):
    page = Page(html_page(hostile(texts), FIGURES))
    shown = straight(page.text)
    for text in texts:
        assert shown.count(VISIBLE if text == UNPRINTABLE else text) >= 16, text


def test_contents_are_nested_as_the_headings_are():
    def contents(*levels):
        headings = tuple(Heading(level, "x", f"h{at}") for at, level in enumerate(levels))
        text = html_page(Document("t", "", (), headings), {})
        Page(text)
        return text[text.index("<ol>") : text.index("</nav>")].count("<ol>")

    assert contents(1, 2, 2, 1, 2) == 3
    assert contents(1, 1) == 1
    assert contents(2, 1) == 2
    assert "<nav" not in html_page(Document("t", "", (), (Paragraph("x"),)), {})


def test_missing_figures_are_named():
    with pytest.raises(InputError, match=r"the figure 'two' of the document is not among those given: \['one'\]"):
        html_page(SMALL, {"one": PICTURE})


def test_every_claim_has_its_place():
    blocks = tuple(Paragraph(certificate.claim.latex()) for certificate in every_kind().values())
    page = Page(html_page(Document("Claims", "", (), blocks), {}))
    assert page.tags.count("p") == len(blocks)


def looked_at(png):
    """How many lines of a PNG differ, and the colour of its first pixel."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, data = 8, b""
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, chunk = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, _, depth, colour = struct.unpack(">IIBB", chunk[:10])
        elif kind == b"IDAT":
            data += chunk
        at += length + 12
    assert depth == 8
    size = {2: 3, 6: 4}[colour]
    raw, step = zlib.decompress(data), 1 + width * size
    lines = [raw[start : start + step] for start in range(0, len(raw), step)]
    return len(set(lines)), lines[0][1:4]


@pytest.mark.skipif(shutil.which("chromium") is None, reason="opens the page in Chromium")
@pytest.mark.parametrize(("scheme", "dark"), [(0, True), (1, False)])
def test_a_browser_shows_it_without_an_error_by_day_and_night(tmp_path, scheme, dark):
    (tmp_path / "page.html").write_text(html_page(SMALL, FIGURES), encoding="utf-8")
    done = subprocess.run(
        [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
            f"--user-data-dir={tmp_path / 'profile'}", f"--blink-settings=preferredColorScheme={scheme}",
            "--window-size=800,900", f"--screenshot={tmp_path / 'page.png'}", f"file://{tmp_path / 'page.html'}",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )  # fmt: skip
    assert "CONSOLE" not in done.stderr
    different_lines, (red, green, blue) = looked_at((tmp_path / "page.png").read_bytes())
    assert different_lines > 50
    assert (max(red, green, blue) < 64) if dark else (min(red, green, blue) > 192)
