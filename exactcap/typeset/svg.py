"""A picture of an SVG file as an element inside of an HTML page."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from exactcap.errors import InputError

_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")
_OUTSIDE = re.compile(r"@import|url\(\s*['\"]?(?!['\"]?#)", re.IGNORECASE)
_LEFT_OUT = ("metadata", "title", "desc")
_REFUSED = ("script", "foreignObject", "image", "a", "iframe")


def inlined(name: str, text: str) -> str:
    """The ``svg`` element of an SVG file. ``name`` goes before all its ids: two pictures in one page do not clash.

    Raises InputError for text that is no SVG, for scripts, and for references to other files.

    >>> inlined("one", '<svg xmlns="http://www.w3.org/2000/svg"><g id="a"/><use href="#a"/></svg>')
    '<svg aria-hidden="true"><g id="one-a" /><use href="#one-a" /></svg>'
    """
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError) as error:
        raise InputError(f"the figure {name!r} is not an SVG file: {error}") from None
    if _local(root.tag) != "svg":
        raise InputError(f"the figure {name!r} is not an SVG file: its outermost element is {_local(root.tag)!r}")
    _clean(root, name)
    root.set("aria-hidden", "true")  # its words stand in the figure's label
    root.tail = None
    return ElementTree.tostring(root, encoding="unicode")


def _clean(element: ElementTree.Element, name: str) -> None:
    element.tag = _local(element.tag)
    if element.tag in _REFUSED:
        raise InputError(f"the figure {name!r} has an element {element.tag!r}; a page takes drawings and text only")
    attributes = {_local(key): value for key, value in element.attrib.items()}
    element.attrib.clear()
    for key, value in attributes.items():
        if key.startswith("on") or (key == "href" and not value.startswith("#")) or _OUTSIDE.search(value):
            raise InputError(f"the figure {name!r} has the attribute {key}={value!r}; a page takes drawings only")
        if key == "id":
            value = f"{name}-{value}"
        elif key == "href":
            value = f"#{name}-{value[1:]}"
        element.set(key, _REFERENCE.sub(rf"url(#{name}-\1)", value))
    if element.tag == "style" and _OUTSIDE.search(element.text or ""):
        raise InputError(f"the figure {name!r} has a style that loads another file")
    for child in list(element):
        if not isinstance(child.tag, str) or _local(child.tag) in _LEFT_OUT:
            element.remove(child)
        else:
            _clean(child, name)


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]
