"""Intervals: both ends proved, equal where the theory says so, honest where the argument falls short."""

from __future__ import annotations

import resource
import subprocess
import sys

import numpy as np
import pytest
from support import DATA, ROOT, judge, table

from exactcap.certificates.format import write_certificate
from exactcap.claims import Table
from exactcap.errors import InputError
from exactcap.models.activations import parse_activation
from exactcap.models.datasets import read_dataset
from exactcap.provers.capacity import row_capacity, smallest_width
from exactcap.provers.records import table_record

LEAST = {
    "iris": ("species", 149, 50),
    "wine": ("class", 178, 24),
    "breast-cancer": ("diagnosis", 569, 36),
    "diabetes": ("target", 442, 74),
}


@pytest.mark.parametrize("name", LEAST)
def test_shipped_data_at_the_least_width(name, tmp_path):
    label, n, width = LEAST[name]
    path = DATA / f"{name}.csv"
    inputs = table_record(read_dataset(path, label, deduplicate=True))
    interval = smallest_width(parse_activation("tanh"), inputs, method="paired")
    d = inputs.n_inputs
    assert width == 2 * -(-n // (d + 2))  # theory: floor(width/2) (d+2) >= n is necessary for this argument
    assert (interval.lower, interval.upper) == (-(-n // (d + 2)), width)
    for proof in (interval.interpolation, interval.obstruction):
        verdict = judge(b"".join(proof.lines()), tmp_path, path)
        assert verdict.verified, verdict.reason
        assert "covers" in verdict.data


def test_the_digits_at_the_least_width(digits, digits_csv, tmp_path):
    """n = 1797, d = 64: width 66 is certified and checked; 32 neurons have rank 1780 only."""
    inputs = table_record(digits)
    interval = smallest_width(parse_activation("tanh"), inputs, method="paired")
    assert (interval.lower, interval.upper) == (33, 66)
    assert interval.obstruction.claim.at_most == 1780
    assert judge(b"".join(interval.obstruction.lines()), tmp_path, digits_csv).verified
    path = tmp_path / "digits.cert.jsonl"
    write_certificate(interval.interpolation, path)
    run = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "exactcap" / "checker"), str(path), "--data", str(digits_csv)],
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (3 * 2**29, 3 * 2**29)),
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert "covers 1797 of the 1797 rows" in run.stdout


def test_named_rows_take_every_labelling(tmp_path):
    inputs = table_record(read_dataset(DATA / "wine.csv", "class"))
    interval = row_capacity(parse_activation("tanh"), inputs, 9, method="paired")
    assert (interval.lower, interval.upper) == (4 * 15, 9 * 15)
    assert len(interval.rows) == 60
    assert interval.interpolation.claim.inputs.rows == interval.rows
    for proof in (interval.interpolation, interval.obstruction):
        assert judge(b"".join(proof.lines()), tmp_path, DATA / "wine.csv").verified


def test_a_subset_drops_the_copies_of_dropped_rows(tmp_path):
    inputs = table([[k, k * k] for k in range(9)], merged=((20, 1), (21, 9)))
    interval = row_capacity(parse_activation("tanh"), inputs, 2, method="paired")
    assert interval.lower == 4
    assert interval.interpolation.claim.inputs.merged == ((20, 1),)
    assert judge(b"".join(interval.interpolation.lines()), tmp_path).verified


def test_width_one_and_all_rows():
    inputs = table([[k] for k in range(4)])
    assert row_capacity(parse_activation("tanh"), inputs, 1, method="paired").interpolation is None
    wide = row_capacity(parse_activation("tanh"), inputs, 2**53 - 1)
    assert (wide.lower, wide.upper, wide.obstruction) == (4, 4, None)


def test_no_width_is_enough_for_a_polynomial_of_low_degree(tmp_path):
    inputs = table([[k, k**3] for k in range(8)])
    interval = smallest_width(parse_activation("x^2"), inputs)
    assert interval.upper is None
    assert interval.obstruction.claim.at_most == 6  # quadrics in two variables
    assert judge(b"".join(interval.obstruction.lines()), tmp_path).verified


def test_one_row_one_column():
    psi, inputs = parse_activation("tanh"), table([[3]])
    assert [smallest_width(psi, inputs, method=method).upper for method in ("paired", "best")] == [2, 1]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_ones():
    inputs = table([[k, k * k % 7] for k in range(7)])
    runs = [
        b"".join(smallest_width(parse_activation("sin"), inputs, seed=s, method="paired").interpolation.lines())
        for s in (0, 0, 1)
    ]
    assert runs[0] == runs[1] != runs[2]


def test_dependent_columns_count_once(tmp_path):
    """b = 2a + 1 adds no rank: 12 rows need 12/3 neurons, not 12/4, and the relation on the rows proves it (U2)."""
    inputs = table([[k, 2 * k + 1] for k in range(12)])
    interval = smallest_width(parse_activation("tanh"), inputs, method="paired")
    assert (interval.lower, interval.upper) == (4, 8)
    assert "excluded by rule U2" in interval.reason
    assert judge(b"".join(interval.obstruction.lines()), tmp_path).verified
    assert judge(b"".join(interval.interpolation.lines()), tmp_path).verified


def scattered(n: int, d: int, seed: int = 0) -> Table:
    """Rows of decimals without structure."""
    return table(np.random.default_rng(seed).standard_normal((n, d)).round(3).tolist())


def test_regular_zeros_narrow_both_intervals(tmp_path):
    psi, inputs = parse_activation("tanh"), scattered(24, 3)
    paired, best = (smallest_width(psi, inputs, method=method) for method in ("paired", "best"))
    assert (paired.lower, paired.upper) == (5, 10)
    assert best.lower == 5 <= best.upper <= 8
    assert "regular zero" in best.reason
    few, more = (row_capacity(psi, inputs, 4, method=method) for method in ("paired", "best"))
    assert (few.lower, few.upper, more.upper) == (10, 20, 20)
    assert few.lower < more.lower < 20  # 4 (3 + 2) - 1 is the most that a regular zero can reach
    for interval in (best, more):
        assert len(interval.rows) == interval.interpolation.claim.inputs.n_samples
        assert judge(b"".join(interval.interpolation.lines()), tmp_path).verified


def test_more_neurons_never_lower_the_rows():
    psi, inputs = parse_activation("tanh"), scattered(12, 2)
    lowers = [row_capacity(psi, inputs, width).lower for width in range(1, 7)]
    assert lowers == sorted(lowers)
    assert lowers[-1] == 12


def test_an_activation_without_a_form_modulo_a_prime(tmp_path):
    inputs = scattered(10, 2)
    interval = smallest_width(parse_activation("gelu"), inputs)
    assert interval.lower <= interval.upper <= 5
    assert judge(b"".join(interval.interpolation.lines()), tmp_path).verified
    with pytest.raises(InputError, match="no W,b,v columns modulo a prime"):
        smallest_width(parse_activation("gelu"), inputs, method="paired")
