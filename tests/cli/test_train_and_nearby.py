"""``exactcap train``, ``certify nearby`` and ``recheck`` as a user meets them."""

from __future__ import annotations

import json
import shlex
from fractions import Fraction

import numpy as np
import pytest
from support import DATA, to_bytes

from exactcap.certificates.format import read_certificate
from exactcap.checker import newton as checker_newton
from exactcap.checker.main import check_file
from exactcap.cli.main import main
from exactcap.provers import right_inverse
from exactcap.training.weight_files import read_weights

FIXTURES = DATA.parents[1] / "tests" / "training" / "data"
ROWS = ["0,0,no", "1,0,yes", "0,1,yes", "1,1,no", "2,0.5,no", "-1.25,3,yes"]


def run(capsys, *arguments: object) -> tuple[int, list[str], str]:
    status = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return status, out.splitlines(), err


@pytest.fixture
def table(tmp_path):
    """Six rows in the plane of two classes; ``table(rows)`` has others."""

    def make(rows: list[str] = ROWS):
        path = tmp_path / "table.csv"
        path.write_text("\n".join(["a,b,y", *rows]) + "\n")
        return path

    return make


@pytest.fixture
def trained(table, tmp_path, capsys):
    """The table and weights of it."""
    path, weights = table(), tmp_path / "weights.npz"
    assert run(capsys, "train", path, "--label", "y", "--activation", "tanh", "--width", 4, "-o", weights)[0] == 0
    return path, weights


def values(path, weights) -> np.ndarray:
    """The outputs of trained tanh weights at the rows of a file, by their definition."""
    found = read_weights(weights).weights
    x = np.array(
        [[float(Fraction(cell)) for cell in line.split(",")[:2]] for line in path.read_text().splitlines()[1:]]
    )
    sums = ((x - found.shifts) * found.factors) @ found.W.T + found.b
    return np.tanh(sums) @ found.v + found.offset


def test_train_says_that_it_proves_nothing_and_what_comes_next(table, tmp_path, capsys):
    path, weights = table(), tmp_path / "my weights.npz"
    status, out, err = run(capsys, "train", path, "--label", "y", "--activation", "tanh", "--width", 4, "-o", weights)
    assert (status, err) == (0, "")
    assert out[0] == "network     tanh, width 4, 16 parameters for 6 rows of 2 columns"
    assert out[1] == "labels      2 classes (no=-1, yes=1)"
    assert "in float64" in out[2]
    assert out[-1].startswith("TRAINED in floating point, which proves nothing; next: exactcap certify nearby")
    np.testing.assert_allclose(values(path, weights), [-1, 1, 1, -1, -1, 1], atol=1e-9)
    command = shlex.split(out[-1].partition("next: ")[2])
    status, out, _ = run(capsys, *command[1:])
    assert status == 0
    assert out[-1].startswith("PROVED within ")


def test_the_same_seed_writes_the_same_bytes(table, tmp_path, capsys):
    path, found = table(), []
    for name, seed in (("a.npz", 1), ("b.npz", 1), ("c.npz", 2)):
        options = ["--label", "y", "--activation", "tanh", "--width", 4, "--seed", seed, "-o", tmp_path / name]
        assert run(capsys, "train", path, *options)[0] == 0
        found.append((tmp_path / name).read_bytes())
    assert found[0] == found[1] != found[2]


def test_numbers_json_and_no_output(table, tmp_path, capsys):
    path = table(["0,0,0.5", "1,0,-3", "0,1,2e1", "4,4,0"])
    before = set(tmp_path.iterdir())
    status, out, _ = run(capsys, "train", path, "--label", "y", "--activation", "sin", "--width", 4, "--json")
    record = json.loads(out[0])
    assert (status, record["verdict"], record["parameters"], record["weights"]) == (0, "TRAINED", 16, None)
    assert record["residual"] < 1e-9
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize("scale", ["e-9", "e9"])
def test_the_residual_is_measured_by_the_labels(scale, table, tmp_path, capsys):
    path, weights = (
        table([f"0,0,1{scale}", f"1,0,-3{scale}", f"0,1,2{scale}", f"4,4,0{scale}"]),
        tmp_path / "weights.npz",
    )
    options = ["--label", "y", "--activation", "tanh", "--width", 4, "-o", weights, "--json"]
    status, out, _ = run(capsys, "train", path, *options)
    assert status == 0
    assert json.loads(out[0])["residual"] < 1e-9 * float(f"3{scale}")
    status, out, _ = run(capsys, "certify", "nearby", "--network", weights, "--data", path, "--label", "y")
    assert status == 0


def test_what_does_not_converge_is_not_written(table, tmp_path, capsys):
    weights = tmp_path / "weights.npz"
    path = table([f"{x},{x * x},{(-1) ** x * x**3}" for x in range(20)])
    status, out, _ = run(capsys, "train", path, "--label", "y", "--activation", "tanh", "--width", 1, "-o", weights)
    assert status == 3
    said = "NOT CONVERGED the parameters of width 1 have rank at most 4 on 20 rows, by rule U2; take a larger --width"
    assert out[-1].startswith(said)
    assert "starts" not in out[-2]  # what a rule excludes is not tried again
    status, out, _ = run(capsys, "train", path, "--label", "y", "--activation", "x^2", "--width", 50)
    assert status == 3
    assert "so it is at every width; choose another activation" in out[-1]
    assert not weights.exists()


def test_fewer_parameters_than_labels_are_noted(table, capsys):
    """The labels are values of a network of one neuron, so training ends; the Jacobian's rank is too small."""
    rows = [f"{x},{x * x},1" for x in range(6)]
    status, out, _ = run(capsys, "train", table(rows), "--label", "y", "--activation", "tanh", "--width", 1)
    assert (status, out[-1].split()[0]) == (0, "TRAINED")
    assert out[-2].startswith("note        4 parameters are fewer than 6 labels")


def test_merged_copies_and_codes_are_the_same_in_both_commands(table, tmp_path, capsys):
    path, weights = table([*ROWS, "1,0.0,yes"]), tmp_path / "weights.npz"
    options = ["--label", "y", "--deduplicate"]
    training = ["--activation", "gelu", "--width", 4, "--codes", "no=2,yes=-1/2", "-o", weights]
    status, out, _ = run(capsys, "train", path, *options, *training)
    assert status == 0
    assert out[-1].endswith("--deduplicate")
    assert read_weights(weights).codes == {"no": "2", "yes": "-1/2"}
    certificate = tmp_path / "near.cert.jsonl"
    status, out, _ = run(capsys, "certify", "nearby", "--network", weights, "--data", path, *options, "-o", certificate)
    assert status == 0
    assert read_certificate(certificate).claim.labels.codes == (("2",), ("-1/2",))
    assert check_file(str(certificate), str(path)).verified
    status, out, _ = run(
        capsys, "certify", "nearby", "--network", weights, "--data", path, *options, "--codes", "no=1,yes=2"
    )
    assert status == 3
    assert out[-1].startswith("UNDECIDED")


def test_codes_for_numbers_make_them_classes(table, tmp_path, capsys):
    path, weights = table([row.replace("no", "1").replace("yes", "7.0") for row in ROWS]), tmp_path / "weights.npz"
    training = ["--activation", "tanh", "--width", 4, "--codes", "1=0,7.0=1", "-o", weights]
    assert run(capsys, "train", path, "--label", "y", *training)[0] == 0
    np.testing.assert_allclose(values(path, weights), [0, 1, 1, 0, 0, 1], atol=1e-9)
    status, out, _ = run(capsys, "certify", "nearby", "--network", weights, "--data", path, "--label", "y")
    assert status == 0
    assert "2 classes" in out[-1]


def test_the_certificate_is_of_the_file_s_weights(trained, tmp_path, capsys):
    path, weights = trained
    certificate = tmp_path / "near.cert.jsonl"
    arguments = ["certify", "nearby", "--network", weights, "--data", path, "--label", "y", "-o", certificate, "--json"]
    status, out, _ = run(capsys, *arguments)
    record = json.loads(out[0])
    assert (status, record["verdict"], record["certificate"]["checker"]) == (0, "PROVED", "VERIFIED")
    claim, found = read_certificate(certificate).claim, read_weights(weights).weights
    assert [[Fraction(x) for x in row] for row in claim.weights] == [
        list(map(Fraction, row)) for row in found.W.tolist()
    ]
    assert list(map(Fraction, claim.outer)) == list(map(Fraction, found.v.tolist()))
    assert Fraction(claim.distance[0]) * Fraction(10) ** claim.distance[1] < Fraction(1, 10**9)


def test_weights_that_do_not_fit_are_undecided_and_leave_no_certificate(trained, tmp_path, capsys):
    path, weights = trained
    found, certificate = read_weights(weights).weights, tmp_path / "near.cert.jsonl"
    moved = tmp_path / "moved.npz"
    np.savez(moved, W=found.W + 0.3, b=found.b, v=found.v, activation=np.array("tanh"))
    arguments = ["certify", "nearby", "--network", moved, "--data", path, "--label", "y", "-o", certificate]
    status, out, _ = run(capsys, *arguments)
    assert status == 3
    assert out[-1].startswith("UNDECIDED")
    assert not certificate.exists()


def test_a_pytorch_file(tmp_path, capsys):
    """Labels near what the fixture's network gives at two points: a solution is near its weights."""
    path = tmp_path / "two.csv"
    found = read_weights(FIXTURES / "two-layers.pt", "tanh").weights
    x = np.array([[1.0, 0.0], [-1.0, 2.0]])
    outputs = np.tanh(x @ found.W.T + found.b) @ found.v + found.offset
    path.write_text("a,b,y\n" + "".join(f"{p:.0f},{q:.0f},{y:.7f}\n" for (p, q), y in zip(x, outputs, strict=True)))
    for name in ("two-layers.pt", "two-layers.safetensors", "float64.pt"):
        arguments = ["certify", "nearby", "--network", FIXTURES / name, "--data", path, "--label", "y"]
        status, out, _ = run(capsys, *arguments, "--activation", "tanh")
        assert status == 0
        assert out[-1].startswith("PROVED within ")
    status, _, err = run(capsys, *arguments)
    assert status == 2
    assert "does not name one; give --activation" in err


def test_beyond_the_checker_s_reach_it_says_so(trained, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(right_inverse, "MAX_WITNESS", 5)
    monkeypatch.setattr(checker_newton, "MAX_ROWS", 5)
    path, weights = trained
    certificate = tmp_path / "near.cert.jsonl"
    arguments = ["certify", "nearby", "--network", weights, "--data", path, "--label", "y", "-o", certificate]
    status, out, _ = run(capsys, *arguments)
    assert status == 3
    assert out[-1].startswith(
        "UNCHECKED proved by exactcap alone, since the independent checker stops at 1800 rows times outputs (exactcap "
        "recheck gives a second opinion): within "
    )
    assert any(line.startswith("checked     not by the independent checker: 6 rows") for line in out)
    status, out, _ = run(capsys, *arguments, "--json")
    assert status == 3
    assert json.loads(out[0])["verdict"] == "UNCHECKED"
    assert json.loads(out[0])["certificate"]["checker"] == "UNCHECKED"
    assert check_file(str(certificate)).finding == "UNCHECKED"
    status, out, _ = run(capsys, "recheck", certificate)
    assert status == 0
    assert out[-1].startswith("RECHECKED ")
    assert "VERIFIED" not in out[-1]
    assert "PROVED" not in out[-1]


def near(trained, tmp_path, capsys):
    path, weights = trained
    certificate = tmp_path / "near.cert.jsonl"
    arguments = ["certify", "nearby", "--network", weights, "--data", path, "--label", "y", "-o", certificate]
    assert run(capsys, *arguments)[0] in (0, 3)  # 3: beyond the checker's rows
    return certificate


def test_recheck(trained, tmp_path, capsys):
    certificate = near(trained, tmp_path, capsys)
    status, out, err = run(capsys, "recheck", certificate)
    assert (status, err, len(out)) == (0, "", 1)
    assert out[0].startswith("RECHECKED ")
    status, out, _ = run(capsys, "recheck", certificate, "--json")
    assert json.loads(out[0])["verdict"] == "RECHECKED"


def test_recheck_confirms_no_false_claim(trained, tmp_path, monkeypatch, capsys):
    """A smaller distance, other labels or other weights, with the digest repaired: above the checker's reach, too."""
    monkeypatch.setattr(right_inverse, "MAX_WITNESS", 5)
    monkeypatch.setattr(checker_newton, "MAX_ROWS", 5)
    certificate = near(trained, tmp_path, capsys)
    records = [json.loads(line) for line in certificate.read_bytes().splitlines()][:-1]

    def said(change) -> tuple[int, str]:
        changed = json.loads(json.dumps(records))
        change(changed[1]["claim"], changed)
        certificate.write_bytes(to_bytes(changed))
        status, out, err = run(capsys, "recheck", certificate)
        return status, out[-1] if out else err

    def smaller(claim, _):
        claim["distance"][1] -= 6

    def labels(claim, _):
        claim["labels"]["values"] = [1 - k for k in claim["labels"]["values"]]

    def weights(claim, _):
        claim["outer"][0] = "17/3"

    def radius(_, lines):
        lines[5]["radius"] = "1"

    assert said(lambda claim, lines: None)[0] == 0
    for change in (smaller, labels, weights, radius):
        status, words = said(change)
        assert status == 1
        assert words.startswith("NOT RECHECKED ")


def test_recheck_of_a_damaged_or_another_certificate(trained, tmp_path, capsys):
    certificate = near(trained, tmp_path, capsys)
    certificate.write_bytes(certificate.read_bytes().replace(b'"sha256":"', b'"sha256":"0'))
    status, out, _ = run(capsys, "recheck", certificate)
    assert status == 1
    assert out[0].startswith("NOT RECHECKED the independent checker rejects it: ")
    status, _, err = run(capsys, "recheck", DATA.parent / "certificates" / "iris-tanh-50.cert.jsonl")
    assert status == 2
    for path in (tmp_path, tmp_path / "missing", FIXTURES / "two-layers.pt"):
        status, _, err = run(capsys, "recheck", path)
        assert status == 2
        assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--activation tanh --width 0", "width: 0 is not between"),
        ("--activation tanh --width 1000000", "width: 1000000 is not between"),
        ("--activation tanh --width 3.5", "not a whole number"),
        ("--activation tanhh --width 3", "tanh"),
        ("--activation log --width 3", "log is not smooth"),
        ("--activation tanh --width 3 --seed -1", "seed: -1"),
        ("--activation tanh --width 3 --codes no=1,yes=1", "codes: two classes have the same code"),
        ("--activation tanh --width 3 --codes no=1", "codes: 'no=1' does not name each class once"),
        ("--activation tanh --width 3 --codes no=1,yes=x", "codes: 'x' is not a number"),
        ("--activation tanh --width 3 -o missing/weights.npz", "output: cannot write"),
        ("--activation tanh --width 3 -o .", "output: '.' is not a regular file"),
        ("--activation tanh", "--width"),
        ("--width 3", "--activation"),
    ],
)
def test_bad_input_of_train(arguments, words, table, capsys):
    status, out, err = run(capsys, "train", table(), "--label", "y", *arguments.split())
    assert (status, out) == (2, [])
    assert err.count("\n") == 1
    assert words in err


def test_train_overwrites_weights_only(table, tmp_path, capsys):
    path, other = table(), tmp_path / "thesis.txt"
    other.write_text("ten years of work")
    options = ["--label", "y", "--activation", "tanh", "--width", 4, "-o", other]
    status, _, err = run(capsys, "train", path, *options)
    assert status == 2
    assert "exists and is not an .npz file" in err
    assert other.read_text() == "ten years of work"
    model = tmp_path / "model.pt"  # a ZIP archive, as an .npz file is
    np.savez(tmp_path / "old.npz", x=np.zeros(3))
    model.write_bytes((tmp_path / "old.npz").read_bytes())
    assert run(capsys, "train", path, *options[:-1], model)[0] == 2
    assert model.read_bytes() == (tmp_path / "old.npz").read_bytes()
    assert run(capsys, "train", path, *options[:-1], tmp_path / "old.npz")[0] == 0
    assert read_weights(tmp_path / "old.npz").weights.width == 4


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["0,0,no", "0,0,yes"], "so no function fits both"),
        (["0,0,no", "0,0,no"], "--deduplicate"),
        (["1e400,0,no", "0,0,yes"], "too large for float64"),
        (["0,0,1e400", "1,1,3"], "too large for float64"),
        (["nan,0,no"], "not a number"),
    ],
)
def test_tables_that_cannot_be_trained(rows, words, table, capsys):
    status, _, err = run(capsys, "train", table(rows), "--label", "y", "--activation", "tanh", "--width", 3)
    assert status == 2
    assert words in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("rows", [["1,2,no"], ["1,2,5", "3,4,5"], ["7,0,1", "7,1,2", "7,2,4"]])
def test_one_row_one_label_and_a_constant_column(rows, table, tmp_path, capsys):
    weights = tmp_path / "weights.npz"
    path = table(rows)
    status, out, _ = run(capsys, "train", path, "--label", "y", "--activation", "tanh", "--width", 4, "-o", weights)
    assert status == 0
    status, out, err = run(capsys, "certify", "nearby", "--network", weights, "--data", path, "--label", "y")
    assert status in (0, 3)
    assert out[-1].startswith(("PROVED within", "UNDECIDED "))
    assert err == ""


@pytest.mark.parametrize(
    ("arrays", "arguments", "words"),
    [
        ({}, "", "does not name one; give --activation"),
        ({}, "--activation relu", "relu"),
        ({}, "--activation tanhh", "tanh"),
        ({}, "--activation log", "log"),
        ({"W": np.full((3, 2), np.nan)}, "--activation tanh", "W[0, 0]: is nan"),
        ({"v": np.array([1.0, np.inf, 0.0])}, "--activation tanh", "v[1]: is inf"),
        ({"W": np.ones((3, 5))}, "--activation tanh", "W has 5 columns"),
        ({"W": np.ones((2, 3))}, "--activation tanh", "give W transposed"),
        ({"W": np.array([["a", None]] * 3, dtype=object)}, "--activation tanh", "Python objects"),
        ({}, "--activation tanh --codes no=1", "codes: "),
        ({"W": np.full((3, 2), 1e300), "factors": np.full(2, 1e300)}, "--activation tanh", None),
        ({"W": np.full((3, 2), 5e-324)}, "--activation tanh", None),
        ({"v": np.full(3, 1e308)}, "--activation exp", None),
    ],
)
def test_bad_weights(arrays, arguments, words, table, tmp_path, capsys):
    weights = tmp_path / "bad.npz"
    np.savez(weights, **({"W": np.ones((3, 2)), "b": np.zeros(3), "v": np.ones(3)} | arrays))
    options = ["--network", weights, "--data", table(), "--label", "y", *arguments.split()]
    status, out, err = run(capsys, "certify", "nearby", *options)
    if words is None:
        assert (status, err) == (3, "")
        assert out[-1].startswith("UNDECIDED ")
    else:
        assert (status, out) == (2, [])
        assert err.count("\n") == 1
        assert words in err


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x04N.", b"W,b\n"])
def test_files_that_are_no_weights(content, table, tmp_path, capsys):
    weights = tmp_path / "weights.npz"
    weights.write_bytes(content)
    for path in (weights, tmp_path, tmp_path / "missing.npz"):
        options = ["--network", path, "--data", table(), "--label", "y", "--activation", "tanh"]
        status, out, err = run(capsys, "certify", "nearby", *options)
        assert (status, out) == (2, [])
        assert err.count("\n") == 1


def test_training_goes_on_from_rough_weights(trained, tmp_path, capsys):
    """Weights too far off for a proof become good enough; the width is theirs."""
    path, weights = trained
    arrays = dict(np.load(weights, allow_pickle=False))
    rough = tmp_path / "rough.npz"
    np.savez(rough, **{**arrays, "W": arrays["W"] + 0.3})
    common = ["--data", path, "--label", "y"]
    assert run(capsys, "certify", "nearby", "--network", rough, *common)[0] == 3
    better = tmp_path / "better.npz"
    arguments = ["train", path, "--label", "y", "--activation", str(arrays["activation"]), "--start", rough]
    status, _out, err = run(capsys, *arguments, "-o", better)
    assert (status, err) == (0, "")
    assert run(capsys, "certify", "nearby", "--network", better, *common)[0] == 0
    status, _, err = run(capsys, *arguments, "--width", "3")
    assert status == 2
    assert "give either --width M or --start FILE" in err


@pytest.mark.parametrize(("name", "label", "width"), [("wine", "class", 12), ("iris", "species", 18)])
def test_a_class_is_an_output(name, label, width, tmp_path, capsys):
    """From every fifth row of a data set to the independent checker, with one-hot targets."""
    path, weights, certificate = tmp_path / "fifth.csv", tmp_path / "w.npz", tmp_path / "near.cert.jsonl"
    header, *rows = (DATA / f"{name}.csv").read_text().splitlines()
    path.write_text("\n".join([header, *rows[::5]]) + "\n")
    common = ["--label", label, "--deduplicate"]
    training = ["--activation", "tanh", "--width", width, "--coding", "units", "-o", weights]
    status, out, _ = run(capsys, "train", path, *common, *training)
    assert (status, out[0].split(", ")[2]) == (0, "3 outputs")
    arguments = ["certify", "nearby", "--network", weights, "--data", path, *common, "-o", certificate]
    status, out, _ = run(capsys, *arguments)
    assert status == 0
    assert f"network of width {width} with 3 outputs" in out[-1]
    assert check_file(str(certificate), str(path)).verified
    found = read_certificate(certificate)
    assert found.claim.labels.codes == (("1", "0", "0"), ("0", "1", "0"), ("0", "0", "1"))
    assert len(found.evidence[2]["columns"]) >= 3 * len(rows[::5])


def test_the_outputs_of_the_weights_decide_the_codes(table, tmp_path, capsys):
    """A file without codes: as many classes as outputs, or codes for each, or an error with the numbers."""
    path, weights = table(), tmp_path / "weights.npz"
    common = ["--data", path, "--label", "y"]

    def trained(width: int, *coding: str) -> list[object]:
        assert (
            run(
                capsys, "train", path, "--label", "y", "--activation", "tanh", "--width", width, *coding, "-o", weights
            )[0]
            == 0
        )
        arrays = {name: array for name, array in np.load(weights).items() if name not in ("classes", "codes")}
        np.savez(weights, **arrays)  # as of PyTorch, which knows no codes
        return ["certify", "nearby", "--network", weights, *common]

    two = trained(5, "--coding", "units")
    status, out, _ = run(capsys, *two)
    assert (status, out[0]) == (0, "labels      2 classes by 2 outputs (no=1 0, yes=0 1)")
    assert run(capsys, *two, "--codes", "no=0 1,yes=1 0")[0] == 3  # the outputs exchanged
    status, _, err = run(capsys, *two, "--coding", "real")
    assert status == 2
    assert "2 classes, codes of length 1, but the weights have 2 outputs" in err
    status, _, err = run(capsys, *two, "--coding", "units", "--codes", "no=0 1,yes=1 0")
    assert status == 2
    assert "leave out one of the two" in err
    status, _, err = run(
        capsys, "train", path, "--label", "y", "--activation", "tanh", "--start", weights, "--coding", "real"
    )
    assert status == 2
    assert "start: v has 2 outputs, the targets 1" in err
    status, out, _ = run(capsys, "train", path, "--label", "y", "--activation", "tanh", "--start", weights)
    assert (status, out[1]) == (0, "labels      2 classes by 2 outputs (no=1 0, yes=0 1)")
    three = trained(8, "--codes", "no=1 0 1/2,yes=0 1 3")
    status, _, err = run(capsys, *three)
    assert status == 2
    assert "2 classes by 2 outputs, codes of length 2, but the weights have 3 outputs" in err
    status, out, _ = run(capsys, *three, "--codes", "no=1 0 1/2,yes=0 1 3")
    assert status == 0
    one = trained(4)
    status, _, err = run(capsys, *one, "--coding", "units")
    assert status == 2
    assert "codes of length 2, but the weights have 1 output; give codes of length 1" in err
    status, out, _ = run(
        capsys, "train", path, "--label", "y", "--activation", "tanh", "--width", 1, "--coding", "units"
    )
    assert status == 3
    assert "width 1 has 5 parameters for 12 labels; take --width 3 or more" in out[-1]
