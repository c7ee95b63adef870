"""The figures of an appendix: drawn only where they say something, from the numbers of the certificates alone."""

from __future__ import annotations

from matplotlib.figure import Figure

from exactcap.claims import (
    Activation,
    Claim,
    Committee,
    Enclosure,
    Functions,
    Interpolation,
    KhatriRao,
    Obstruction,
    Rank,
    Table,
)
from exactcap.reports.appendix_figures import pictures, rendered
from exactcap.reports.appendix_records import Case, Checked
from exactcap.reports.explain import Explanation
from exactcap.reports.gaussian_plots import Line
from exactcap.reports.items import Item
from exactcap.reports.status import Status


def case(name: str, claims: list[Claim], *command: str, items: tuple[Item, ...] = ()) -> Case:
    told = Explanation("0" * 64, "", "", "", (), (), ())
    checked = tuple(Checked(f"{name}-{k}", "0" * 64, claim, told, ("rule-U2",), "") for k, claim in enumerate(claims))
    return Case(name, "", command, "PROVED", "", checked, items)


def ranks(widths: range) -> list[Case]:
    return [
        case(f"{k}-{m}", [Rank(KhatriRao(Functions(3), k, m), min(3 * m, (k + 2) * (k + 3) // 2), "equals")])
        for k in (2, 3)
        for m in widths
    ]


def capacity(width: int, n: int, most: int) -> Case:
    def table(n: int) -> Table:
        return Table(("a",), "y", tuple(range(n)), tuple((str(k),) for k in range(n)))

    psi = Activation("tanh")
    claims: list[Claim] = [Interpolation(psi, table(n), width), Obstruction(psi, most, table(20), width)]
    return case(f"width-{width}", claims, "capacity", "--data=folder/some$file.csv")


def unit(activation: str, status: Status, value: str) -> Case:
    claim = Enclosure(-1, 20, Committee(Activation(activation), "full", "0"))
    item = Item(status, (("value", value),))
    command = ("predict", "committee", f"--activation={activation}", "--architecture=full")
    return case(activation, [claim], *command, items=(item,))


def labels(drawing: Figure) -> list[str]:
    return [text for axes in drawing.axes for text in axes.get_legend_handles_labels()[1]]


def test_ranks_are_drawn_as_a_phase_diagram():
    (picture,) = pictures("some-paper", ranks(range(1, 5)), ())
    assert picture.figure.name == "appendix-some-paper-1"
    assert "8 instances: 8 PROVED" in picture.figure.caption
    assert isinstance(picture.draw(), Figure)


def test_few_ranks_and_bounds_of_one_side_are_left_to_the_table():
    assert pictures("x", ranks(range(1, 3)), ()) == []
    one_sided = [
        case(str(m), [Rank(KhatriRao(Functions(3), k, m), 1, "at-least")]) for m in range(1, 9) for k in (2, 3)
    ]
    assert pictures("x", one_sided, ()) == []


def test_a_sparse_diagram_in_which_nothing_differs_is_not_drawn():
    def diagonal(below: int) -> list[Case]:
        claims = [Rank(KhatriRao(Functions(3), m + 1, m), 3 * m - below, "equals") for m in range(1, 7)]
        return [case(str(k), [claim]) for k, claim in enumerate(claims)]

    assert pictures("x", diagonal(0), ()) == []
    assert len(pictures("x", diagonal(1), ())) == 1


def test_a_matrix_that_is_claimed_twice_is_drawn_once():
    (picture,) = pictures("x", ranks(range(1, 5)) + ranks(range(1, 5)), ())
    assert "8 instances" in picture.figure.caption


def test_capacities_are_steps_that_claim_nothing_between_the_widths():
    cases = [capacity(2, 4, 8), capacity(5, 10, 18), capacity(9, 17, 20)]
    (picture,) = pictures("x", cases, ())
    drawing = picture.draw()
    (axes,) = drawing.axes
    blue, orange = (line for line in axes.lines if line.get_drawstyle().startswith("steps"))
    assert (blue.get_drawstyle(), orange.get_drawstyle()) == ("steps-post", "steps-pre")
    assert list(zip(*blue.get_data(), strict=True)) == [(2, 4), (5, 10), (9, 17)]
    assert list(zip(*orange.get_data(), strict=True)) == [(2, 8), (5, 18), (9, 20)]
    assert "all 20 rows" in labels(drawing)
    rendered(picture.draw)  # the dollar in the file's name begins no formula


def test_predictions_and_bounds_are_told_apart():
    cases = [unit("relu", Status.PREDICTION, "5.50"), unit("tanh", Status.PREDICTION, "7.11")]
    assert pictures("x", cases, ()) == []  # two are a table
    (picture,) = pictures("x", [*cases, unit("erf", Status.PREDICTION, "7.2")], ())
    assert labels(picture.draw()) == ["fully connected, replica symmetric:\nprediction (non-rigorous)"]
    assert "PREDICTION" in picture.figure.caption


def test_figures_have_the_same_bytes_each_time():
    lines = [
        Line("one", "upper", tuple((x / 4, 1.0, 0.1 + x / 100) for x in range(33))),
        Line("two", "lower", tuple((x / 4, 1.0, -0.1 - x / 100) for x in range(33))),
    ]
    (picture,) = pictures("x", (), lines)
    svg, pdf = rendered(picture.draw)
    assert (svg, pdf) == rendered(picture.draw)
    assert svg.startswith("<?xml")
    assert pdf.startswith(b"%PDF-")
    assert b"CreationDate" not in pdf
