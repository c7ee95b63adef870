"""Pictures in a page: their ids are their own, and they load nothing."""

from xml.etree import ElementTree

import pytest
from documents import PICTURE

from exactcap.errors import InputError
from exactcap.typeset.svg import inlined


def test_two_pictures_share_no_ids_and_keep_their_references():
    one, two = (ElementTree.fromstring(inlined(name, PICTURE)) for name in ("one", "two"))
    ids = [{element.get("id") for element in picture.iter() if element.get("id")} for picture in (one, two)]
    assert ids == [{"one-p", "one-c"}, {"two-p", "two-c"}]
    assert one.find("g").get("clip-path") == "url(#one-c)"
    assert one.find("g/use").get("href") == "#one-p"
    assert one.find("g/use").get("stroke") == "#000000"


def test_what_is_for_programs_only_is_left_out():
    head = '<?xml version="1.0"?><!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg">'
    assert inlined("one", head + "<!-- c --><metadata>2026</metadata></svg>") == '<svg aria-hidden="true" />'


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ("<script>alert(1)</script>", "an element 'script'"),
        ("<foreignObject/>", "an element 'foreignObject'"),
        ('<image href="http://x/y.png"/>', "an element 'image'"),
        ('<g onclick="f()"/>', "the attribute onclick='f"),
        ('<use href="http://x/y.svg#a"/>', "the attribute href='http"),
        ('<g style="fill: url(http://x/y)"/>', "the attribute style="),
        ("<style>@import url(http://x/y.css);</style>", "a style that loads"),
        ("<g>", "is not an SVG file"),
    ],
)
def test_scripts_and_other_files_are_refused(inside, reason):
    with pytest.raises(InputError, match=reason):
        inlined("one", f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>')


def test_other_files_are_refused():
    with pytest.raises(InputError, match="its outermost element is 'html'"):
        inlined("one", "<html/>")
    with pytest.raises(InputError, match="the figure 'one' is not an SVG file"):
        inlined("one", "PNG")
