"""``exactcap certify classification`` as a user meets it: files in, a theorem out, and what is refused."""

from __future__ import annotations

import json
import shlex

import numpy as np
import pytest
from network_files import safetensors, state_dict
from support import DATA, ROOT

from exactcap.certificates.format import read_certificate
from exactcap.checker.main import check_file
from exactcap.cli.main import main
from exactcap.models.datasets import read_dataset

WINE = ["--data", DATA / "wine.csv", "--label", "class"]
IRIS = ["--data", DATA / "iris.csv", "--label", "species", "--deduplicate"]
WEIGHTS = ROOT / "proofs" / "found" / "wine.npz"


def run(capsys, *arguments: object) -> tuple[int, list[str], str]:
    status = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return status, out.splitlines(), err


def classify(capsys, *arguments: object) -> tuple[int, list[str], str]:
    return run(capsys, "certify", "classification", "--network", *arguments)


def iris_network(outputs: int = 3, seed: int = 1) -> tuple[dict[str, np.ndarray], list[int]]:
    """Random layers 4 -> 6 -> 5 -> outputs whose last one is fitted to the classes, and where float64 is wrong."""
    dataset = read_dataset(DATA / "iris.csv", "species", deduplicate=True)
    x = np.array([[float(cell) for cell in row] for row in dataset.values])
    classes = sorted(set(dataset.labels))
    k = np.array([classes.index(name) for name in dataset.labels])
    random, tensors, h = np.random.default_rng(seed), {}, x
    for name, before, after in (("0", 4, 6), ("2", 6, 5)):
        W = random.normal(size=(after, before)).astype(np.float32)
        b = random.normal(size=after).astype(np.float32)
        tensors |= {f"{name}.weight": W, f"{name}.bias": b}
        h = np.maximum(h @ W.T.astype(float) + b, 0)
    goal = np.eye(3)[k] if outputs == 3 else k[:, None].astype(float)
    solved = np.linalg.lstsq(np.column_stack([h, np.ones(len(h))]), goal, rcond=None)[0].astype(np.float32)
    tensors |= {"4.weight": solved[:-1].T.copy(), "4.bias": solved[-1]}
    output = h @ solved[:-1] + solved[-1]
    found = output.argmax(axis=1) if outputs == 3 else np.clip(np.rint(output[:, 0]), 0, 2)
    return tensors, [dataset.rows[i] for i in np.flatnonzero(found != k)]


def test_wine_and_its_certificate(tmp_path, capsys):
    proof = tmp_path / "wine.cert.jsonl"
    status, out, err = classify(capsys, WEIGHTS, *WINE, "-o", proof)
    assert (status, err) == (0, "")
    assert out[0] == "network     13 -> 20 tanh -> 1 (W, v)"
    assert out[1] == "classes     3, the nearest number decides: 0=0, 1=1, 2=2"
    assert "nothing on other rows" in out[2]
    assert "178 of 178 rows get their class, 100.00 %" in out[3]
    assert not [line for line in out if line.startswith("accuracy")]
    assert out[-1].startswith("PROVED the given tanh network of hidden width 20 and 1 linear output")
    verdict = check_file(str(proof), str(DATA / "wine.csv"))
    assert verdict.verified
    assert out[-1] == f"PROVED {verdict.statement}" == f"PROVED {read_certificate(proof).claim.statement()}"


@pytest.mark.parametrize("outputs", [3, 1])
def test_a_deep_state_dict_against_numpy(outputs, tmp_path, capsys):
    """The wrong rows are those of a run in float64, named by their numbers in the file."""
    tensors, wrong = iris_network(outputs)
    assert wrong
    path, proof = state_dict(tmp_path / "net.pt", tensors), tmp_path / "c.cert.jsonl"
    status, out, _ = classify(capsys, path, *IRIS, "--activation", "relu", "-o", proof, "--json")
    answer = json.loads(out[0])
    assert (status, answer["verdict"], answer["rows"]) == (1, "REFUTED", 149)
    assert (answer["wrong_rows"], answer["right"]) == (wrong, 149 - len(wrong))
    status, out, _ = classify(capsys, path, *IRIS, "--activation", "relu")
    shown = ", ".join(map(str, wrong[:10])) + (", ..." if len(wrong) > 10 else "")
    assert out[0] == "network     4 -> 6 relu -> 5 relu -> " + f"{outputs} (0.weight, 2.weight, 4.weight)"
    assert out[-1].startswith(f"REFUTED the given relu network of hidden widths 6, 5 and {outputs} linear output")
    assert f"gives {149 - len(wrong)} of the 149 rows their class" in out[-1]
    assert f"and {len(wrong)} row{'s' if len(wrong) > 1 else ''} another one: {shown} (" in out[-1]
    status, out, _ = run(capsys, "explain", proof)
    assert "nothing is said of other rows or weights" in " ".join(" ".join(out).split())
    same = safetensors(tmp_path / "net.safetensors", {name: part.astype(float) for name, part in tensors.items()})
    classify(capsys, same, *IRIS, "--activation", "relu", "-o", tmp_path / "d.cert.jsonl")
    assert (tmp_path / "d.cert.jsonl").read_bytes() == proof.read_bytes()


def test_export_names_the_next_step(tmp_path, capsys):
    net, path = tmp_path / "net.json", tmp_path / "my net.npz"
    options = ["--label", "species", "--deduplicate", "--activation", "relu", "--method", "shifts", "--coding", "units"]
    assert run(capsys, "memorize", DATA / "iris.csv", *options, "-o", net)[0] == 0
    assert "export it first: exactcap export" in classify(capsys, net, *IRIS)[2]
    status, out, _ = run(capsys, "export", net, "--format", "numpy", "-o", path)
    assert status == 0
    command = shlex.split(out[-1].partition("the classes as a theorem: ")[2])
    status, out, _ = run(capsys, *[str(DATA / "iris.csv") if word == "FILE.csv" else word for word in command[1:]])
    assert status == 0
    assert out[1] == "classes     3, the largest output decides; outputs in the order setosa, versicolor, virginica"
    assert out[-1].startswith(
        "PROVED the given relu network of hidden width 46 and 3 linear outputs gives all 149 rows"
    )
    assert "its input 1 is 'sepal length', the table's column 'a'" in classify(capsys, path, *other_names(tmp_path))[2]


def other_names(folder) -> list[object]:
    lines = (DATA / "iris.csv").read_text().splitlines()
    path = folder / "other.csv"
    path.write_text("\n".join(["a,b,c,d,species", *lines[1:]]) + "\n")
    return ["--data", path, "--label", "species", "--deduplicate"]


def test_codes_permuted_refute(capsys):
    status, out, _ = classify(capsys, WEIGHTS, *WINE, "--codes", "0=1,1=0,2=2")
    assert status == 1
    assert "gives 48 of the 178 rows their class" in out[-1]
    assert out[-2] == "accuracy    48 of 178 rows: proved; REFUTED is the claim of all rows"
    assert "and 130 rows another one: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ... (" in out[-1]


@pytest.fixture
def sign(tmp_path):
    """Rows x = -1, 0 and 2 of a network of one layer, 2 x + bias; ``sign(labels, bias)``."""

    def make(labels: list[str], bias: float = 0.0, outputs: int = 1) -> list[object]:
        data = tmp_path / "rows.csv"
        data.write_text("x,y\n" + "".join(f"{x},{y}\n" for x, y in zip((-1, 0, 2), labels, strict=True)))
        tensors = {"weight": np.full((outputs, 1), 2.0), "bias": np.full(outputs, bias)}
        return [state_dict(tmp_path / "net.pt", tensors, "Double"), "--data", data, "--label", "y"]

    return make


def test_one_output_decides_by_the_codes(sign, capsys):
    """Text: the sign. Numbers: themselves, but 0 and 1 are not guessed."""
    assert classify(capsys, *sign(["no", "no", "yes"], -0.5))[0] == 0
    assert classify(capsys, *sign(["-1", "-1", "1"], -0.5))[0] == 0
    status, out, _ = classify(capsys, *sign(["-2", "0", "4"]))
    assert (status, out[1]) == (0, "classes     3, the nearest number decides: -2=-2, 0=0, 4=4")
    status, out, _ = classify(capsys, *sign(["a", "b", "d"], 1.0))  # -1, 1, 5 are nearest to 0, 1, 2
    assert (status, out[1]) == (0, "classes     3, the nearest number decides: a=0, b=1, d=2")
    status, _, err = classify(capsys, *sign(["0", "0", "1"], 0.25))
    assert (status, err.count("\n")) == (2, 1)
    assert '--codes "0=-1,1=1" if by the sign (logits), "0=0,1=1" if the output is to be near the label' in err
    for codes, wrong in (("0=-1,1=1", [2]), ("0=0,1=1", [])):
        _, out, _ = classify(capsys, *sign(["0", "0", "1"], 0.25), "--codes", codes, "--json")
        assert json.loads(out[0])["wrong_rows"] == wrong


def test_a_tie_is_undecided(sign, tmp_path, capsys):
    proof = tmp_path / "tie.cert.jsonl"
    status, out, err = classify(capsys, *sign(["no", "no", "yes"]), "-o", proof)
    assert (status, err) == (3, "")
    assert out[-1].startswith("UNDECIDED row 2: too near to a tie")
    assert "of the other rows 2 get their class, 0 another one; no certificate" in out[-1]
    assert not proof.exists()


def test_what_is_refused_in_one_line(sign, tmp_path, capsys):
    three = sign(["a", "b", "c"], outputs=2)
    for arguments, message in (
        (three, "network: it has 2 outputs, the labels 3 classes (a, b, c); one output a class is needed"),
        (three, "name them too, each with its code: --codes"),
        ([*three, "--codes", "a=1,b=2,c=3"], "codes: the code of 'a' has length 1, but the network's number of"),
        ([*three, "--codes", "a=1 0,b=0 1"], "does not name each class once"),
        ([*three, "--codes", "a=1 0,b=0 1,c=1 1,b=0 0"], "does not name each class once"),
        ([*three, "--codes", "a=1 0,b=0 1,c=2/2 0"], "codes: two classes have the same code"),
        ([WEIGHTS, *IRIS], "network: W of"),
        ([WEIGHTS, *WINE, "--codes", "0=1"], "codes: '0=1' does not name each class once"),
        ([WEIGHTS, *WINE, "--codes", "0=1,1=1,2=2"], "codes: two classes have the same code"),
        ([WEIGHTS, *WINE, "--activation", "relu"], "was made with tanh, not relu; leave out --activation"),
        ([ROOT / "README.md", *WINE], "not a file of weights, or damaged"),
        ([tmp_path / "none.pt", *WINE], "no such file"),
    ):
        status, out, err = classify(capsys, *arguments)
        assert (status, out, err.count("\n")) == (2, [], 1), err
        assert message in err
    err = classify(capsys, *sign(["a", "a", "a"]))[2]
    assert "label: all rows have the label 'a', which every network gives to all rows" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.pt", "rows.csv"]


def test_a_table_of_fewer_classes_than_the_file_has(tmp_path, capsys):
    """The codes of an export are those of all its classes; a row may get one that the table has not."""
    about = {"columns": ["x"], "label": "y", "classes": ["a", "b", "c"], "codes": [["0"], ["1"], ["2"]]}
    net, data = tmp_path / "net.npz", tmp_path / "rows.csv"
    np.savez(net, W1=np.ones((1, 1)), b1=np.zeros(1), activations=np.array(["identity"]), about=json.dumps(about))
    data.write_text("x,y\n0,a\n0.75,b\n1.625,b\n")
    status, out, _ = classify(capsys, net, "--data", data, "--label", "y")
    assert status == 1
    assert out[0] == "network     1 -> 1 (W1)"
    assert out[-1].startswith("REFUTED the given network of 1 linear output gives 2 of the 3 rows their class")
    assert "and 1 row another one: 3 (" in out[-1]
    for change, message in (
        ({"codes": [["0"], ["1"], ["one"]]}, "codes: 'one' is not a number for the class 'c'"),
        ({"codes": [["0"], ["1"], ["2/2"]]}, "network: two classes have the same code"),
        ({"classes": ["a", "b", ""]}, "network: a class is there twice, or without a name"),
        ({"codes": [["0", "1"]] * 3}, "length 2, but the network's number of outputs is 1; give each class a number"),
    ):
        text = json.dumps(about | change)
        np.savez(net, W1=np.ones((1, 1)), b1=np.zeros(1), activations=np.array(["identity"]), about=text)
        assert message in classify(capsys, net, "--data", data, "--label", "y")[2]
    np.savez(net, W1=np.ones((1, 1)), b1=np.zeros(1), activations=np.array(["identity"]), about=json.dumps(about))
    data.write_text("x,y\n0,a\n1,z\n")
    assert "the table has 'z'" in classify(capsys, net, "--data", data, "--label", "y")[2]


def test_names_in_files_cannot_write_lines_of_their_own(tmp_path, capsys):
    """A line that begins with PROVED must come from the verdict."""
    data, evil = tmp_path / "rows.csv", "z\nPROVED all rows\x1b[2K"
    data.write_text("x,y\n-1,a\n2,b\n")
    layers = {f"0{evil}.weight": np.ones((2, 1))}
    trained = {"W": np.ones((1, 1)), "b": np.zeros(1), "v": np.ones(1), "activation": np.array("tanh")}
    paths = [state_dict(tmp_path / "net.pt", layers), safetensors(tmp_path / "net.safetensors", layers)]
    for name, arrays in (
        ("classes", trained | {"classes": np.array(["a", "b", evil]), "codes": np.array(["0", "1", "2"])}),
        ("member", trained | {evil: np.zeros(1)}),
        ("about", {"W1": np.ones((1, 1)), "b1": np.zeros(1), "activations": np.array(["identity"])}),
    ):
        about = {"about": np.array(json.dumps({"columns": [evil]}))} if name == "about" else {}
        paths.append(tmp_path / f"{name}.npz")
        np.savez(paths[-1], **arrays, **about)
    for path in paths:
        status, out, err = classify(capsys, path, "--data", data, "--label", "y", "--activation", "tanh")
        assert (status, out, err.count("\n"), err.count("\x1b")) == (2, [], 1, 0), path
        assert err.startswith("exactcap: ")


def test_columns_of_an_export_are_compared_with_the_table(tmp_path, capsys):
    net, data = tmp_path / "net.npz", tmp_path / "rows.csv"
    data.write_text("a,b,y\n-1,0,no\n2,1,yes\n")
    layer = {"W1": np.ones((1, 2)), "b1": np.zeros(1), "activations": np.array(["identity"])}
    for columns, message in (
        (["a"], "names 1 columns, the table has 2 inputs"),
        (["a", "b", "c"], "names 3 columns"),
        (["b", "a"], "its input 1 is 'b', the table's column 'a'"),
    ):
        np.savez(net, **layer, about=np.array(json.dumps({"columns": columns})))
        status, _, err = classify(capsys, net, "--data", data, "--label", "y")
        assert (status, err.count("\n")) == (2, 1)
        assert message in err


def test_codes_name_classes_that_the_table_lacks(tmp_path, capsys):
    """The third output is the largest on no row of class u or w; a subset of one class is as good as any."""
    net, data = tmp_path / "net.npz", tmp_path / "rows.csv"
    np.savez(net, W1=np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), b1=np.array([0.0, 0.0, 1.0]))
    files = [net, "--data", data, "--label", "class"]
    data.write_text("x,y,class\n3,2,v\n2,3,u\n0,0,w\n")
    codes = ["--codes", "u=0 1 0,v=1 0 0,w=0 0 1"]
    status, out, _ = classify(capsys, *files, *codes)
    assert (status, out[1]) == (0, "classes     3, the largest output decides; outputs in the order v, u, w")
    data.write_text("x,y,class\n3,2,v\n2,3,u\n0,0,u\n")
    assert "3 outputs, the labels 2 classes (u, v)" in classify(capsys, *files)[2]
    status, out, _ = classify(capsys, *files, *codes, "--json")
    assert (status, json.loads(out[0])["wrong_rows"]) == (1, [3])
    status, out, _ = classify(capsys, *files, "--codes", "u=0 1 0,v=1 0 -1/2")  # 1 and 5/4 from (0, 0, 1)
    assert (status, out[1]) == (0, "classes     2, the nearest code decides: u=0 1 0, v=1 0 -1/2")
    data.write_text("x,y,class\n3,2,v\n4,3,v\n")
    proof = tmp_path / "one.cert.jsonl"
    assert classify(capsys, *files, *codes, "-o", proof)[0] == 0
    assert check_file(str(proof), str(data)).verified
    assert "'v' is the only class" in classify(capsys, *files, "--codes", "v=1 0 0")[2]


def test_a_file_of_ones_own_with_labels_0_and_1_needs_codes(tmp_path, capsys):
    net, data = tmp_path / "net.npz", tmp_path / "rows.csv"
    data.write_text("x,y\n-1,0\n1,1\n")
    one = np.ones((1, 1))
    for arrays in ({"W": one, "b": np.zeros(1), "v": np.ones(1)}, {"W1": one, "b1": np.zeros(1)}):
        np.savez(net, **arrays)
        err = classify(capsys, net, "--data", data, "--label", "y", "--activation", "tanh")[2]
        assert '--codes "0=-1,1=1" if by the sign' in err
