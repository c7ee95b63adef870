"""Pictures of bounds and scans: the curves lie on their proved side, and the same data give the same bytes."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest

from exactcap.errors import InputError
from exactcap.models import gaussian_curves
from exactcap.models.gaussian_curves import mills_curves, orthogonality_curves, separation_curves
from exactcap.reports.gaussian_plots import Line, Ratios, draw_correlation, draw_mills, draw_scan
from exactcap.reports.plots import save_figure
from exactcap.scans.gaussian import correlation, mills, moment
from exactcap.scans.mills import NAMES, named_bound


@pytest.fixture(autouse=True)
def few_points(monkeypatch):
    monkeypatch.setattr(gaussian_curves, "N_POINTS", 60)


def check_sides(curves) -> None:
    for curve in curves:
        errors = [error for _, _, error in curve.points]
        if curve.side == "upper":
            assert min(errors) >= 0, curve.name
        elif curve.side == "lower":
            assert max(errors) <= 0, curve.name
        else:
            assert set(errors) == {0.0}


@pytest.mark.parametrize("name", [*NAMES[:6], "laplace-4", "laplace-5", "partial-sum-2", "partial-sum-3"])
def test_mills_curves_are_on_their_side_and_agree_with_the_scans(name):
    """The scans' closed forms and erfc in mpmath are a second way to the same numbers."""
    curve = mills_curves([name], Fraction(-1, 2), Fraction(8))[0]
    check_sides([curve])
    bound = named_bound(name)
    assert bound.is_upper == (curve.side == "upper")
    with mpmath.workdps(30):
        for place, (x, value, error) in enumerate(curve.points):
            if place % 4 == 0:
                exact = mpmath.mpf(Fraction(x).numerator) / Fraction(x).denominator
                expected = bound.value(exact, 1)
                assert abs(value / expected - 1) < 1e-13
                assert abs(error - (expected / mills(exact) - 1)) < 1e-13 * (1 + abs(error))


@pytest.mark.parametrize("power", [0, 1])
@pytest.mark.parametrize("bias", ["0.001", "0.3", "1", "3", "30", "1000"])
def test_separation_curves_are_on_their_side(power, bias):
    """The curves, in balls: they hold at 60 distances for each bias."""
    curves = separation_curves(power, Fraction(bias))
    check_sides(curves)
    with mpmath.workdps(40):
        b = mpmath.mpf(bias)
        for x, value, _ in curves[0].points[::12]:
            expected = correlation(power, b, mpmath.mpf(x)) / moment(2 * power, b)
            assert abs(value / expected - 1) < 1e-6  # delta is rounded here to a float


@pytest.mark.parametrize("power", [0, 1])
@pytest.mark.parametrize("bias", ["0.1", "20"])
def test_orthogonality_curves_are_on_their_side(power, bias):
    curves = orthogonality_curves(power, Fraction(bias), Fraction(49, 100))
    check_sides(curves)
    assert all(corner[1] <= density[1] for corner, density in zip(curves[1].points, curves[2].points, strict=False))
    assert (len(curves[1].points) == 60) == (power == 1)  # the threshold has a condition on b


def test_a_bound_is_drawn_only_where_it_is_proved():
    curve = mills_curves(["sampford"], Fraction(-3), Fraction(3))[0]
    assert curve.points[0][0] > -1
    with pytest.raises(InputError, match="pollak is proved for x > 0 only"):
        mills_curves(["pollak"], Fraction(-3), Fraction(-1))


def two_sides():
    return draw_mills(
        [Line(*c) for c in mills_curves(["birnbaum", "pollak", "laplace-3"], Fraction(0), Fraction(4))], 0, 4
    )


def one_side():
    return draw_mills([Line(*curve) for curve in mills_curves(["birnbaum"], Fraction(0), Fraction(4))], 0, 4)


def separated():
    return draw_correlation([Line(*curve) for curve in separation_curves(1, Fraction(3))], "title", "delta", "words")


def orthogonal():
    curves = orthogonality_curves(0, Fraction(1, 10), Fraction(49, 100))
    return draw_correlation([Line(*curve) for curve in curves], "title", "eps", "words")


def scan():
    inside = ((0.0, -0.5), (1.0, 0.0), (900.0, -1e-9))
    outside = (("b below 0", ((-1.0, 0.1), (-2.0, 1e300))),)
    return draw_scan(Ratios("Scan", "left <= right", "both sides", "b", inside, outside, 15))


@pytest.mark.parametrize("draw", [two_sides, one_side, separated, orthogonal, scan])
def test_pictures_are_reproducible(draw, tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    for folder in (first, second):
        folder.mkdir()
        save_figure(draw, folder, "picture")
    for suffix in (".svg", ".png"):
        content = (first / f"picture{suffix}").read_bytes()
        assert content == (second / f"picture{suffix}").read_bytes()
        assert len(content) > 5000


def test_kinds_beyond_the_panel_are_drawn_below_each_other():
    """Of two kinds of points at the same place beyond the panel none hides the other."""
    outside = (("first", ((5.0, 1e300),)), ("small", ((5.0, 0.1),)), ("last", ((5.0, 1e200),)))
    upper, _ = draw_scan(Ratios("Scan", "s", "c", "b", ((1.0, -0.5),), outside, 15)).axes
    places = [tuple(line.get_ydata()) for line in upper.lines]
    assert places == [(), (1e6,), (0.1,), (1e5,)]
    assert len({line.get_color() for line in upper.lines}) == 4


def test_violations_inside_are_in_the_upper_panel():
    ratios = Ratios("Scan", "s", "c", "b", ((1.0, -0.5), (2.0, 0.25)), (), 15)
    upper, lower = draw_scan(ratios).axes
    assert [tuple(line.get_xdata()) for line in upper.lines] == [(2.0,)]
    assert [tuple(line.get_xdata()) for line in lower.lines] == [(1.0,)]
