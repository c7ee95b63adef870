"""Pictures of storage capacity: theorems, bounds and predictions look different, and the bytes are reproducible."""

from __future__ import annotations

import pytest
from matplotlib.colors import to_hex

from exactcap.reports.capacity_plots import (
    LINES,
    WORDS,
    Certified,
    Curve,
    Series,
    draw_activations,
    draw_data,
    draw_margins,
)
from exactcap.reports.plots import save_figure
from exactcap.reports.status import Status


def margins():
    curves = [
        Curve("perceptron", Status.THEOREM, ((0.0, 2.0), (1.0, 0.5))),
        Curve("perceptron", Status.UPPER_BOUND, ((-1.0, 13.0), (0.0, 2.0))),
        Curve("tree, relu", Status.UPPER_BOUND, ((-1.0, 100.0), (1.0, 0.4))),
    ]
    return draw_margins(curves)


def activations():
    series = [
        Series("tree, symmetric", Status.UPPER_BOUND, (2.9, 2.6)),
        Series("tree, one step", Status.PREDICTION, (2.7, None)),
    ]
    return draw_activations(["relu", "x^2"], series)


def data():
    certified = Certified(20, ((2, 6, 0, 7), (3, 9, 7, 10), (4, 12, 20, 20)))
    return draw_data("a.csv", "paired", certified, [("symmetric", 7.0), ("one step", 4.0)])


def labels(axes):
    return axes.get_legend_handles_labels()[1]


def test_each_status_has_its_own_line_and_words():
    assert set(LINES) == set(WORDS) == set(Status)
    assert len({str(line) for line in LINES.values()}) == len(set(WORDS.values())) == 3
    assert "theorem" not in WORDS[Status.PREDICTION]


def test_margins_are_solid_where_a_theorem_dashed_where_a_bound():
    (axes,) = margins().axes
    theorem, bound, tree = axes.lines
    assert theorem.get_linestyle() == "-"
    assert bound.get_linestyle() == tree.get_linestyle() == "--"
    assert theorem.get_color() == bound.get_color() != tree.get_color()
    assert labels(axes) == [
        "perceptron:\ntheorem",
        "perceptron:\nupper bound (theorem)",
        "tree, relu:\nupper bound (theorem)",
    ]


def test_bounds_are_filled_and_predictions_hollow():
    (axes,) = activations().axes
    bound, prediction = axes.lines[:2]
    assert to_hex(bound.get_markerfacecolor()) == to_hex(bound.get_color())
    assert to_hex(prediction.get_markerfacecolor()) == "#ffffff"
    assert bound.get_marker() != prediction.get_marker()
    assert len(bound.get_xdata()) == 2
    assert len(prediction.get_xdata()) == 1  # no number, no point
    assert [label.get_text() for label in axes.get_xticklabels()] == ["relu", "x^2"]
    assert labels(axes)[1].endswith("prediction (non-rigorous)")


def test_what_is_certified_of_data_is_not_what_is_predicted():
    (axes,) = data().axes
    assert labels(axes) == [
        "every labelling fitted: certified",
        "open",
        "almost none fitted: certified",
        "more rows than the file has",
        "all 20 rows of the file",
        "symmetric:\nprediction (non-rigorous)",
        "one step:\nprediction (non-rigorous)",
    ]
    rows = axes.lines[0]
    assert list(rows.get_xdata()) == [1.5, 2.5, 2.5, 3.5, 3.5, 4.5]
    assert list(rows.get_ydata())[::2] == [20 / 6, 20 / 9, 20 / 12]
    assert [line.get_ydata()[0] for line in axes.lines[1:3]] == [7.0, 4.0]
    lower, upper = axes.lines[3:]
    assert list(upper.get_ydata())[::2] == [7 / 6, 10 / 9, 20 / 12]
    assert list(lower.get_ydata())[2::2] == [7 / 9, 20 / 12]
    low, high = axes.get_ylim()
    assert 0 < low < 7 / 9
    assert high > 7


@pytest.mark.parametrize("draw", [margins, activations, data])
def test_pictures_are_reproducible(draw, tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    for folder in (first, second):
        folder.mkdir()
        save_figure(draw, folder, "picture")
    for suffix in (".svg", ".png"):
        content = (first / f"picture{suffix}").read_bytes()
        assert content == (second / f"picture{suffix}").read_bytes()
        assert len(content) > 5000
