"""``exactcap plot capacity`` as a user meets it; its numbers are those of ``predict`` and ``capacity``."""

from __future__ import annotations

import json
import math
import sys
from fractions import Fraction

import pytest
from support import DATA

from exactcap.cli import capacity_numbers, options
from exactcap.cli.main import main
from exactcap.reports.status import Status


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(capacity_numbers, "SHOWN", ("x^2",))
    monkeypatch.setattr(capacity_numbers, "TREES", ("relu", "x^2"))
    monkeypatch.setattr(capacity_numbers, "MARGINS", tuple(Fraction(k, 2) for k in range(-2, 5)))


def run(capsys, command: str) -> tuple[int, list[str], str]:
    status = main(["plot", "capacity", *command.split(" ")])
    out, err = capsys.readouterr()
    return status, out.splitlines(), err


@pytest.fixture
def points(tmp_path):
    path = tmp_path / "points$.csv"
    path.write_text("a,b,y\n" + "".join(f"{k},{k * k % 7},{k % 2}\n" for k in range(9)))
    return path


@pytest.mark.parametrize("suffix", ["svg", "png"])
@pytest.mark.parametrize("by", ["margin", "activation", "data"])
def test_pictures(by, suffix, capsys, tmp_path, points, monkeypatch):
    monkeypatch.setattr(capacity_numbers, "broken", lambda *_: 3.0)
    path = tmp_path / f"picture.{suffix}"
    given = f" --data {points} --label y --activation x^3+x --widths 2:4" if by == "data" else ""
    assert run(capsys, f"--by {by} -o {path}{given}") == (0, [f"wrote {path}"], "")
    assert path.stat().st_size > 5000
    assert json.loads(run(capsys, f"--by {by} -o {path}{given} --json")[1][0]) == {"file": str(path)}


def test_margin_curves_are_gardners_formula():
    def gardner(kappa: float) -> float:
        phi = math.exp(-kappa * kappa / 2) / math.sqrt(2 * math.pi)
        return 1 / ((1 + kappa * kappa) * math.erfc(-kappa / math.sqrt(2)) / 2 + kappa * phi)

    theorem, bound, relu, square = capacity_numbers.margin_curves()
    assert theorem.status == Status.THEOREM
    assert min(x for x, _ in theorem.points) == 0  # below it is no theorem
    assert {curve.status for curve in (bound, relu, square)} == {Status.UPPER_BOUND}
    assert max(x for x, _ in bound.points) == 0
    for curve, factor, variance in (
        (theorem, 1, 1), (bound, 1, 1), (relu, math.pi / (math.pi - 1), (1 - 1 / math.pi) / 2), (square, 2, 2),
    ):  # fmt: skip
        for kappa, value in curve.points:
            assert value == pytest.approx(factor * gardner(kappa / math.sqrt(variance)), rel=1e-12)


def test_series_of_activations(capsys):
    series = capacity_numbers.activation_series()
    assert [one.status for one in series] == [Status.UPPER_BOUND, *[Status.PREDICTION] * 3]
    tree, tree_broken, full, full_broken = (one.values[0] for one in series)
    assert tree == full == 4.0  # x^2 is even
    assert tree_broken == full_broken == pytest.approx(3.37466442549963848926, abs=5e-4)


def test_ends_of_data_are_those_of_capacity(capsys, points, monkeypatch):
    monkeypatch.setattr(capacity_numbers, "broken", lambda *_: 3.0)
    table = options.data_table(points, "y", False)
    certified, predictions = capacity_numbers.data_numbers(table, "x^3 + x", range(1, 5), "paired")
    assert certified.n_samples == 9
    for width, weights, lower, upper in certified.ends:
        command = ["capacity", "--data", str(points), "--label", "y", "--activation", "x^3 + x", "--method", "paired"]
        main([*command, "--width", str(width), "--json"])
        assert json.loads(capsys.readouterr().out)["interval"] == [lower, upper]
        assert weights == 3 * width
    assert [value for _, value in predictions] == [6.0, 3.0]  # x^3 + x is He_3 and a linear term


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("-o x.pdf", "output: 'x.pdf' does not end in .svg or .png"),
        ("-o no/such/folder/x.svg", "output: cannot write 'no/such/folder/x.svg'"),
        ("--by data -o x.svg", "data: --by data needs --data FILE and --label NAME"),
        ("--by margin --label y -o x.svg", "go with --by data"),
        ("--by margin --activation nosuch -o x.svg", "activation: --activation go with --by data"),
        ("--by activation --widths 3:2 -o x.svg", "widths: --widths go with --by data"),
        ("--method paired --deduplicate -o x.svg", "method: --method, --deduplicate go with --by data"),
        (f"--by data --data {DATA}/iris.csv --label species --deduplicate --widths 2 -o x.svg", "widths: '2' is not"),
        (f"--by data --data {DATA}/iris.csv --label species --deduplicate --widths 5:2 -o x.svg", "widths: 5:2 is not"),
        (f"--by data --data {DATA}/iris.csv --label species --deduplicate --widths 0:3 -o x.svg", "widths: 0:3 is not"),
        (f"--by data --data {DATA}/iris.csv --label species --deduplicate --widths 2:99 -o x.svg", "widths: 2:99 is"),
        (
            f"--by data --data {DATA}/iris.csv --label species --deduplicate --activation relu -o x.svg",
            "no analytic statement applies",
        ),
        (
            f"--by data --data {DATA}/iris.csv --label species --deduplicate --activation log -o x.svg",
            "activation: 'log': log is not read",
        ),
        ("--by law -o x.svg", "--by"),
    ],
)
def test_bad_input_is_one_line(command, words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = run(capsys, command)
    assert (status, out) == (2, [])
    assert words in err
    assert len(err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_without_matplotlib(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    status, _, err = run(capsys, "-o x.svg")
    assert status == 2
    assert "pip install 'exactcap[plot]'" in err
