"""What every output can write, and what none can."""

import pytest
from documents import SMALL, hostile

from exactcap.errors import InputError
from exactcap.typeset.document import Document, Figure, Heading, Statement, Table, check
from exactcap.typeset.outline import numbered


def document(*blocks):
    return Document("t", "", (), blocks)


@pytest.mark.parametrize(
    ("blocks", "reason"),
    [
        ((Heading(1, "a", "x"), Statement("T", "", "", (), "x")), "the anchor 'x' of a document is there twice"),
        ((Heading(1, "a", "x y"),), "the anchor 'x y'"),
        ((Heading(1, "a", ""),), "the anchor ''"),
        ((Heading(3, "a", "x"),), "level 3, not 1 or 2"),
        ((Figure("../one", "", ""),), "the figure '../one'"),
        ((Table("T", ("a", "b"), (1, 1), (("1", "2"), ("3",))),), r"has 2 columns but the row \('3',\)"),
        ((Table("T", ("a", "b"), (1, 0), ()),), r"the widths \(1, 0\)"),
        ((Table("T", (), (), ()),), "has 0 columns"),
    ],
)
def test_documents_that_no_output_can_write_are_refused(blocks, reason):
    with pytest.raises(InputError, match=reason):
        check(document(*blocks))


def test_others_pass():
    check(SMALL)
    check(hostile())


def test_numbers():
    numbers = [(type(block).__name__, number) for block, number in numbered(SMALL.blocks) if number]
    assert numbers == [
        ("Heading", "1"),
        ("Heading", "1.1"),
        ("Table", "1"),
        ("Figure", "1"),
        ("Figure", "2"),
        ("Heading", "2"),
    ]
