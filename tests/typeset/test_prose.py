"""Prose: what is a formula, what is code, what is neither."""

import pytest

from exactcap.errors import InputError
from exactcap.typeset.prose import Code, Math, Text, code, displayed, literal, pieces, spans, typographic
from exactcap.typeset.tex import formula


def test_spans():
    assert spans(r"a $x$ `b $c$ \n`\$\`\\") == (
        Text("a "),
        Math(formula("x")),
        Text(" "),
        Code(r"b $c$ \n"),
        Text(r"$`" + "\\"),
    )
    assert spans("") == ()
    assert spans(r"$\text{5\$}$") == (Math(formula(r"\text{5\$}")),)


@pytest.mark.parametrize(
    ("prose", "place"), [("a $x", 3), ("`x", 1), ("$$", 1), (r"a \frac", 3), ("$x$$", 4), ("a `b", 3)]
)
def test_what_is_not_closed_is_refused_at_its_place(prose, place):
    with pytest.raises(InputError, match=rf"character {place}: "):
        spans(prose)


@pytest.mark.parametrize("text", ["$x$ \\ `y`", "\\\\", "`", "a\\`", "plain", "5 $"])
def test_any_text_can_be_said(text):
    assert spans(literal(text)) == (Text(text),)
    assert spans(code(text)) == (Code(text),)


def test_quotes_are_curly_as_they_stand():
    texts = [
        ("Cover's 'count' (\"sharp\")", "Cover’s ‘count’ (“sharp”)"),
        ("'a' \"b\"", "‘a’ “b”"),
    ]
    for text, expected in texts:
        assert typographic(spans(text)) == (Text(expected),)
    assert [span.text for span in typographic(spans('"$x$" is')) if isinstance(span, Text)] == ["“", "” is"]
    assert typographic(spans("`it's`")) == (Code("it's"),)


def test_only_a_formula_alone_is_displayed():
    assert displayed("$x$") == (formula("x"), "")
    assert displayed("$x$, ") == (formula("x"), ",")
    assert displayed("$x$ and") is None
    assert displayed("") is displayed("x") is displayed("`x`") is displayed("$x$`y`") is None


@pytest.mark.parametrize("text", ["--data ../a_b/c.csv", "0123456789abcdef" * 4, "x" * 100, "/// - -", "a  b", ""])
def test_pieces_are_the_whole_and_no_longer_than_needed(text):
    assert "".join(pieces(text)) == text
    assert all(len(piece) <= 24 for piece in pieces(text))
