"""Every line of an item starts with its status, and nothing of its words is lost."""

from __future__ import annotations

import pytest

from exactcap.reports.items import KEY_WIDTH, LINE, STATUS_WIDTH, Item
from exactcap.reports.status import Status


@pytest.mark.parametrize("status", list(Status))
def test_each_line_starts_with_the_status(status):
    digits, words = "0." + "1234567890" * 30, "many long-winded words that " * 20 + "end"
    item = Item(status, (("value", digits), ("meaning", words)))
    value, *rest = item.lines()
    assert all(line.startswith(f"{status} ") for line in (value, *rest))
    assert value.split()[-1] == digits  # never broken
    assert all(len(line) <= LINE for line in rest)
    assert [line[STATUS_WIDTH:][:KEY_WIDTH].strip() for line in rest] == ["meaning", *[""] * (len(rest) - 1)]
    assert " ".join(line[STATUS_WIDTH + KEY_WIDTH :] for line in rest) == words
    assert item.record() == {"status": status.value, "value": digits, "meaning": words}


def test_statuses_fit_their_column():
    assert max(len(status) for status in Status) < STATUS_WIDTH
