"""SPEC.md is true: its worked examples are verified, and its numbers are those of the code."""

from __future__ import annotations

import re

import pytest
from support import ROOT, judge

from exactcap.certificates import format
from exactcap.checker import activations, claims, interpolation, reader, table
from exactcap.claims import parts
from exactcap.models import activations as model_activations
from exactcap.models import expression
from exactcap.models.activations import NAMED
from exactcap.provers import bounds, paired

SPEC = (ROOT / "exactcap" / "certificates" / "SPEC.md").read_text()
EXAMPLES = re.findall(r"```certificate\n(.*?)```", SPEC, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=["table", "generic", "obstruction"])
def test_worked_examples_are_verified(example, tmp_path):
    verdict = judge(example.encode(), tmp_path)
    assert verdict.verified, verdict.reason


def test_provers_and_checker_state_the_same_limits():
    """The two share no code, so their limits are compared here."""
    assert (parts.MAX_SAMPLES, parts.MAX_INPUTS, parts.MAX_WIDTH) == (
        claims.MAX_SAMPLES, claims.MAX_INPUTS, claims.MAX_WIDTH,
    )  # fmt: skip
    assert max(model_activations.MAX_CHARACTERS, bounds.MAX_CHARACTERS) <= activations.MAX_CHARACTERS
    assert f"at most {reader.MAX_RATIONAL_DIGITS} decimal digits" in SPEC
    assert f"at most {activations.MAX_CHARACTERS} characters" in SPEC
    assert paired.MAX_ELIMINATION == interpolation.MAX_ELIMINATION
    assert expression.MAX_DEGREE == activations.MAX_DEGREE
    assert set(NAMED) == set(activations.NAMES)
    from exactcap.checker import obstruction
    from exactcap.models import datasets

    assert bounds.RULES == obstruction.RULES
    assert (datasets.MAX_NUMBER_LENGTH, datasets.MAX_EXPONENT) == (table.MAX_CELL, table.MAX_EXPONENT)
    assert reader.MAX_LINE == format.MAX_LINE


@pytest.mark.parametrize(
    "name", [*NAMED, *bounds.RULES, "paired-submersion", "hermite-lindemann", "analytic-zeros", "sard"]
)
def test_every_name_is_defined_in_the_specification(name):
    assert re.search(rf"`?{re.escape(name)}`?", SPEC)
