"""Answers in which every line starts with what it is: a theorem, an upper bound, or a prediction."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from exactcap.reports.status import Status

STATUS_WIDTH, KEY_WIDTH, LINE = 30, 9, 118


@dataclass(frozen=True)
class Item:
    """One number with what is known of it: ``fields`` are pairs of a key and words, the number's key is "value"."""

    status: Status
    fields: tuple[tuple[str, str], ...]

    def lines(self) -> list[str]:
        """The fields, long ones in several lines; each line starts with the status.

        >>> Item(Status.THEOREM, (("value", "2"),)).lines()
        ['THEOREM                       value    2']
        """
        made = []
        for key, words in self.fields:
            parts = textwrap.wrap(
                words, LINE - STATUS_WIDTH - KEY_WIDTH, break_long_words=False, break_on_hyphens=False
            )
            made += [
                f"{self.status:<{STATUS_WIDTH}}{'' if k else key:<{KEY_WIDTH}}{part}" for k, part in enumerate(parts)
            ]
        return made

    def record(self) -> dict[str, str]:
        """The same as a JSON object."""
        return {"status": str(self.status), **dict(self.fields)}
