"""Fixtures shared by all rooms."""

from __future__ import annotations

import signal

import pytest

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # a suite that runs in the background ignores Ctrl-C, and so would the commands that tests start and interrupt
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def digits_csv(tmp_path_factory):
    """The 1797 x 64 digits of scikit-learn as a CSV file."""
    from sklearn.datasets import load_digits  # a test extra; without it this line of the suite must fail, not skip

    bunch = load_digits()
    path = tmp_path_factory.mktemp("digits") / "digits.csv"
    lines = [",".join([*(f"pixel {k}" for k in range(64)), "digit"])]
    lines += [",".join(str(int(x)) for x in [*row, label]) for row, label in zip(bunch.data, bunch.target, strict=True)]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="session")
def digits(digits_csv):
    """The same as a data set."""
    from exactcap.models.datasets import read_dataset

    return read_dataset(digits_csv, "digit")
