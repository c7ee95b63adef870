"""The atlas of a store: naive counts, defects with their rules, the table, the pictures, and what is refused."""

from __future__ import annotations

import hashlib
import json
import os
import struct
import subprocess
import sys
from dataclasses import replace
from math import comb
from pathlib import Path

import pytest

from exactcap.certificates.store import Record, instance_name, write_instance
from exactcap.claims import Activation, Deep, Functions, Generic, Hadamard, Jacobian, KhatriRao, Matrix, Table
from exactcap.cli.main import main
from exactcap.errors import InputError
from exactcap.reports.atlas import write_atlas
from exactcap.reports.capacities import capacities, ends
from exactcap.reports.grids import grids
from exactcap.reports.instances import Instance, csv_text, instances
from exactcap.reports.naive import ambient_dimension, naive_count

WBV = ("W", "b", "v")
EXCEPTIONS = {(3, 3, 5): "U5", (4, 3, 9): "U5", (5, 2, 7): "U6", (5, 3, 14): "U5"}


def polynomial(*coefficients: int) -> Activation:
    return Activation("rational", tuple(map(str, coefficients)), ("1",))


SQUARE = polynomial(0, 0, 1)


def record(matrix: Matrix, lower: int, upper: int, *rules: str, finding: str = "") -> Record:
    """A record as a sweep would write it, but for the certificate."""
    name = instance_name(matrix)
    finding = finding or ("PROVED" if lower == upper else "UNDECIDED")
    identifier = hashlib.sha256(name.encode()).hexdigest()
    return Record(name, matrix, finding, lower, upper, rules, (), "", identifier, "", 1)


def khatri_rao(d: int, k: int, m: int) -> Record:
    """Alexander and Hirschowitz: the naive count but for the quadrics and four exceptions."""
    matrix = KhatriRao(Generic(d, comb(d + k, k + 1)), k, m)
    if k == 1 and 1 < m <= d:
        return record(matrix, m * d - comb(m, 2), m * d - comb(m, 2), "U4")
    naive = min(m * d, comb(d + k, k + 1))
    if (d, k, m) in EXCEPTIONS:
        return record(matrix, naive - 1, naive - 1, EXCEPTIONS[d, k, m])
    return record(matrix, naive, naive, "U2" if m * d == naive else "U3")


def small_records() -> list[Record]:
    """A grid with two defects, a capacity with an open and a probable end, and two deep networks."""
    grid = [khatri_rao(3, k, m) for k in (1, 2, 3) for m in (1, 2, 5)]
    tanh = [Jacobian(Activation("tanh"), "generic", WBV, Generic(2, 4 * m), m) for m in (1, 2, 3, 4)]
    capacity = [record(matrix, 4 * matrix.width, 4 * matrix.width, "U2") for matrix in tanh]
    capacity[2] = record(tanh[2], 11, 12, "U2")
    capacity[3] = record(tanh[3], 15, 15, finding="PROBABLE")
    deep = [Deep((SQUARE,) * 3, "none", Functions(2), (2, 3, 4, 1)), Deep((SQUARE,), "none", Functions(2), (2, 1))]
    return [*grid, *capacity, record(deep[0], 7, 7, "U11"), record(deep[1], 3, 3, "U3")]


def fill(store: Path, records: list[Record]) -> Path:
    """A store with these records, whose certificates prove nothing."""
    store.mkdir()
    for one in records:
        certificate = one.name.encode()
        write_instance(store, replace(one, digest=hashlib.sha256(certificate).hexdigest()), certificate)
    return store


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> Path:
    """The atlas of the small records."""
    folder = tmp_path_factory.mktemp("drawn")
    assert list(write_atlas(instances(small_records()), folder)) == [
        folder / name
        for name in (
            "atlas.csv", "khatri-rao.svg", "khatri-rao.png", "capacity-tanh.svg", "capacity-tanh.png", "deep-1.svg",
            "deep-1.png",
        )
    ]  # fmt: skip
    return folder


@pytest.mark.parametrize(
    ("matrix", "ambient", "naive"),
    [
        (KhatriRao(Generic(3, 9), 3, 5), 15, 9),
        (KhatriRao(Functions(3), 3, 5), 15, 15),
        (Hadamard(50, polynomial(1, 0, 1, 1), 2, 40), 1 + 3 + 4, 8),
        (Hadamard(50, Activation("exp"), 2, 40), None, 40),
        (Jacobian(polynomial(0, 1, 1), "none", ("W",), Functions(3), 9), 3 + 6, 9),
        (Jacobian(polynomial(5, 1, 1), "none", ("W", "v"), Functions(3), 9), 1 + 3 + 6, 10),
        (Jacobian(polynomial(0, 1, 1), "generic", ("W",), Functions(3), 9), 9, 9),
        (Jacobian(polynomial(0, 1, 1), "generic", ("b",), Functions(3), 9), 4, 4),
        (Jacobian(polynomial(0, 1, 1), "generic", WBV, Functions(3), 1), 10, 5),
        (Jacobian(Activation("rational", ("1",), ("1", "0", "1")), "generic", WBV, Generic(4, 99), 5), None, 30),
        (Deep((SQUARE,) * 2, "none", Functions(5), (5, 3, 1)), 70, 35),
        (Deep((SQUARE,) * 4, "none", Functions(3), (5, 6, 4, 3, 1)), 153, 66),
        (Deep((SQUARE,) * 2, "none", Functions(2), (3, 4, 5)), 25, 25),
        (Deep((SQUARE,), "all", Generic(2, 3), (4, 2)), 12, 6),
        (Deep((SQUARE, Activation("tanh")), "hidden", Functions(2), (2, 2, 1)), None, 4 + 4 + 2 + 2 + 2 - 2),
        (Deep((polynomial(0, 1, 1),), "none", Functions(2), (3, 1)), 2 + 3, 5),
    ],
)
def test_naive_counts_of_the_literature(matrix, ambient, naive):
    assert (ambient_dimension(matrix), naive_count(matrix)) == (ambient, naive)


def test_the_defects_are_those_of_alexander_and_hirschowitz():
    found = instances(
        khatri_rao(d, k, m)
        for d in range(1, 6)
        for k in range(1, 5)
        for m in range(1, comb(d + k, k + 1) // d + 3)
    )  # fmt: skip
    defects = {(i.dimension, i.degree, int(i.width)): (i.defect, i.explained_by) for i in found if i.defect}
    quadrics = {(3, 1, 2): 1, (4, 1, 2): 1, (4, 1, 3): 1, (5, 1, 2): 1, (5, 1, 3): 3, (5, 1, 4): 1}
    assert defects == {place: (1, (rule,)) for place, rule in EXCEPTIONS.items()} | {
        place: (defect, ("U4",)) for place, defect in quadrics.items()
    }


def test_rules_that_only_count_do_not_explain():
    matrix = Jacobian(polynomial(0, 0, 0, 0, 1), "generic", WBV, Functions(2), 5)
    assert Instance(record(matrix, 14, 14, "U2", "U5", "homogenise"), 15).explained_by == ("U5",)
    assert Instance(record(matrix, 15, 15, "U3", "homogenise"), 15).explained_by == ("U3", "homogenise")


def test_table():
    """Exact lines, in the order of kind, dimension, degree, width, whatever the order of the store."""
    records = small_records()
    text = csv_text(instances(reversed(records)))
    assert text == csv_text(instances(records))
    lines = text.splitlines()
    assert lines[0] == ("kind,matrix,d,power_or_degree,m,n,lower,upper,naive,defect,finding,rules,certificate_id,name")
    assert [line.rsplit(",", 2)[0].rsplit('"', 1)[-1] for line in lines[1:]] == [
        ",2,2,2,,3,3,3,0,PROVED,U3", ",2,8,2-3-4,,7,7,9,2,PROVED,U11",
        ",2,,1,4,4,4,4,0,PROVED,U2", ",2,,2,8,8,8,8,0,PROVED,U2", ",2,,3,12,11,12,12,0,UNDECIDED,U2",
        ",2,,4,16,15,15,16,1,PROBABLE,",
        ",3,1,1,6,3,3,3,0,PROVED,U2", ",3,1,2,6,5,5,6,1,PROVED,U4", ",3,1,5,6,6,6,6,0,PROVED,U3",
        ",3,2,1,10,3,3,3,0,PROVED,U2", ",3,2,2,10,6,6,6,0,PROVED,U2", ",3,2,5,10,10,10,10,0,PROVED,U3",
        ",3,3,1,15,3,3,3,0,PROVED,U2", ",3,3,2,15,6,6,6,0,PROVED,U2", ",3,3,5,15,14,14,15,1,PROVED,U5",
    ]  # fmt: skip
    exception = khatri_rao(3, 3, 5)
    words = '"the row-wise Khatri-Rao product (XW)^(3) * X, W 3 x 5 generic (15 generic inputs in R^3)"'
    assert lines[-1] == f"khatri-rao,{words},3,3,5,15,14,14,15,1,PROVED,U5,{exception.certificate_id},{exception.name}"


def test_a_cell_shows_the_most_inputs():
    few, many = (KhatriRao(Generic(3, n), 3, 5) for n in (9, 15))
    records = [record(few, 9, 9, "U1"), khatri_rao(3, 3, 4), khatri_rao(3, 2, 4), record(many, 14, 14, "U5")]
    (grid,) = grids(instances(records))
    (panel,) = grid.panels
    assert (panel.title, panel.rows, panel.widths) == ("d = 3", ("2", "3"), (4, 5))
    assert {place: i.record.name for place, i in panel.cells.items()} == {
        (0, 4): "khatri-rao-d3-k2-m4-n10", (1, 4): "khatri-rao-d3-k3-m4-n20", (1, 5): "khatri-rao-d3-k3-m5-n15"
    } | {(1, 4): "khatri-rao-d3-k3-m4-n15"}  # fmt: skip


def test_activations_of_one_degree_have_rows_of_their_own():
    """Also where their labels, shortened, are the same."""
    long = [polynomial(*[7654321] * 5, c, 1) for c in (1, 2)]
    matrices = [Jacobian(psi, "generic", ("W", "b"), Functions(2), m) for psi in (*long, SQUARE) for m in (1, 2)]
    (grid,) = grids(instances(record(matrix, 3 * matrix.width, 3 * matrix.width, "U2") for matrix in matrices[:4]))
    (panel,) = grid.panels
    assert len(panel.rows) == 2
    assert panel.rows[0].startswith("6: x^6 + ")
    assert len(panel.cells) == 4
    assert [g.name for g in grids(instances(record(m, 3, 3, "U2") for m in matrices))] == ["jacobian-Wb-polynomials"]


def test_long_panels_have_pictures_of_their_own():
    psis = [polynomial(0, c, 1) for c in range(1, 14)]
    matrices = [Jacobian(psi, "none", ("W",), Functions(d), m) for psi in psis for d in (2, 3) for m in (1, 2)]
    found = grids(instances(record(matrix, 2, 2, "U2") for matrix in matrices))
    assert [grid.name for grid in found] == [f"jacobian-W-polynomials-no-bias-{k}" for k in (1, 2)]
    assert [[panel.title for panel in grid.panels] for grid in found] == [["d = 2"], ["d = 3"]]


def test_given_data_is_in_the_table_only():
    table = Table(("a", "b"), "y", (1, 2, 3), (("0", "1"), ("1", "0"), ("2", "5")))
    found = instances(record(KhatriRao(table, k, m), 1, 1, "U1") for k in (1, 2) for m in (1, 2))
    assert not grids(found)
    assert not capacities(found)
    assert len(csv_text(found).splitlines()) == 5


def test_capacity_interval():
    """Width m: rank at least, of floor(m/2) neurons; rank at most, of m; instances that the rows bind are left out."""
    found = instances(small_records())
    (capacity,) = capacities(found)
    assert ends(capacity.panels[2]) == {1: (0, 4), 2: (4, 8), 3: (4, 12), 4: (8, 15)}
    bound = [Jacobian(Activation("tanh"), "generic", WBV, Generic(2, 3), m) for m in (1, 2, 3)]
    assert not capacities(instances(record(matrix, 3, 3, "U1") for matrix in bound))


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("khatri-rao", [
            "width m (hidden neurons)", "power k (degree", "rank − naive count (dimensions)", "d = 3", "−1", "U4",
            "U5", "not computed", "Rules: U4 Koszul relations of quadrics; U5 double quadric.",
            "Naive count: min(n, m d, C(d+k, k+1)). Each cell at its largest n.",
        ]),
        ("capacity-tanh", [
            "width m (hidden neurons)", "number of inputs n (samples)", "every labelling fitted", "almost none fitted",
            "m(d+2) parameters", "upper end not certified", "md/2, even m (Madden, Thrampoulidis)",
        ]),
        ("deep-1", [
            "dimension (rank of the Jacobian)", "defective, −2 by U11", "filling", "ambient", "naive", "certified",
        ]),
    ],
)  # fmt: skip
def test_pictures_have_their_labels(drawn, name, labels):
    text = (drawn / f"{name}.svg").read_text(encoding="utf-8")
    missing = [label for label in labels if f"<!-- {label}" not in text]
    assert not missing
    assert "date" not in text
    header = (drawn / f"{name}.png").read_bytes()[:24]
    width, height = struct.unpack(">II", header[16:24])
    assert header.startswith(b"\x89PNG")
    assert 1200 <= width <= 3200
    assert 400 <= height <= 2500


def test_the_same_records_give_the_same_bytes(drawn, tmp_path):
    """In another process, with other hashes of strings and with settings of the user's own."""
    store = fill(tmp_path / "store", small_records()[::-1])
    settings = tmp_path / "matplotlibrc"
    settings.write_text("font.size: 20\naxes.grid: True\nsvg.fonttype: none\n")
    environment = os.environ | {"PYTHONHASHSEED": "5", "MATPLOTLIBRC": str(settings)}
    command = [sys.executable, "-m", "exactcap.cli", "atlas", str(store), "-o", str(tmp_path / "out")]
    subprocess.run(command, check=True, env=environment, capture_output=True)
    again = {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir() if file.suffix != ".csv"}
    assert again == {file.name: file.read_bytes() for file in drawn.iterdir() if file.suffix != ".csv"}


def test_command(capsys, tmp_path):
    records = [khatri_rao(3, k, m) for k in (2, 3) for m in (4, 5)]
    store, folder = fill(tmp_path / "store", records), tmp_path / "a" / "b"
    assert main(["atlas", str(store), "-o", str(folder)]) == 0
    out, err = capsys.readouterr()
    assert not err
    assert out.splitlines() == [
        *(f"wrote {folder / name}" for name in ("atlas.csv", "khatri-rao.svg", "khatri-rao.png")),
        "instances 4: 4 PROVED",
        "defects   1, by the rules that explain them:",
        "  U5      1  down to -1    double quadric",
    ]
    assert main(["atlas", str(store), "-o", str(folder), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["defects"] == [{"defect": 1, "finding": "PROVED", "name": "khatri-rao-d3-k3-m5-n15", "rules": ["U5"]}]
    assert answer["instances"] == {"PROVED": 4}
    assert [Path(name).name for name in answer["files"]] == ["atlas.csv", "khatri-rao.svg", "khatri-rao.png"]


def test_errors_name_the_next_step(capsys, tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    store = fill(tmp_path / "store", [khatri_rao(3, 3, 5)])
    (tmp_path / "file").write_text("")

    def complaint(source: Path, folder: Path) -> str:
        assert main(["atlas", str(source), "-o", str(folder)]) == 2
        out, err = capsys.readouterr()
        assert not out
        return err

    assert "holds no finished instances; fill it by exactcap sweep" in complaint(tmp_path / "empty", tmp_path / "out")
    assert "name another folder" in complaint(tmp_path / "nowhere", tmp_path / "out")
    assert "output: cannot write into" in complaint(store, tmp_path / "file")
    (store / "khatri-rao-d3-k3-m5-n15.json").write_text("{}")
    assert "khatri-rao-d3-k3-m5-n15.json" in complaint(store, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_impossible_record_is_refused():
    with pytest.raises(InputError, match="the naive count is 15, which no rank exceeds"):
        instances([record(KhatriRao(Generic(3, 15), 3, 5), 16, 16, "U2")])


def test_without_matplotlib_nothing_is_written(tmp_path, monkeypatch):
    for module in [name for name in sys.modules if name.startswith(("matplotlib", "exactcap.reports."))]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    from exactcap.reports import atlas

    with pytest.raises(InputError, match=r"plot: Matplotlib is not installed; pip install 'exactcap\[plot\]'"):
        list(atlas.write_atlas(instances([khatri_rao(3, 3, 5)]), tmp_path / "out"))
    assert not (tmp_path / "out").exists()
