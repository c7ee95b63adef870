"""Plans: the instances that a grid means, errors that say where, and tasks and shards that lose nothing."""

from __future__ import annotations

import itertools
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT

from exactcap.claims import Activation, Deep, Functions, Generic, Hadamard, Jacobian, KhatriRao
from exactcap.errors import InputError
from exactcap.sweeps import grid, plan
from exactcap.sweeps.plan import parse_plan, read_plan
from exactcap.sweeps.run import Shard

PLANS = ROOT / "proofs" / "plans"

CUBE = Activation("rational", ("0", "0", "0", "1"), ("1",))
SQUARE = Activation("rational", ("0", "0", "1"), ("1",))


def matrices(text: str) -> list[object]:
    return list(parse_plan("[[grid]]\n" + text).instances.values())


def test_each_kind():
    assert matrices('matrix="hadamard"\nrows=3\ncols=4\ninner=[1,2]\npower=3') == [
        Hadamard(4, CUBE, 1, 3), Hadamard(4, CUBE, 2, 3)
    ]  # fmt: skip
    both = Activation("rational", ("1", "0", "1"), ("1",))
    assert matrices('matrix="hadamard"\nrows=3\ncols=4\ninner=1\npowers=[2,0]') == [Hadamard(4, both, 1, 3)]
    assert matrices('matrix="hadamard"\nrows=3\ncols=4\ninner=1\nactivation="exp"') == [
        Hadamard(4, Activation("exp"), 1, 3)
    ]
    assert matrices('matrix="khatri-rao"\ninputs=3\npower=2\nwidth="1..2"\nsamples=7') == [
        KhatriRao(Generic(3, 7), 2, 1), KhatriRao(Generic(3, 7), 2, 2)
    ]  # fmt: skip
    assert matrices('matrix="khatri-rao"\ninputs=3\npower=0\nwidth=1') == [KhatriRao(Functions(3), 0, 1)]
    square = [Deep((SQUARE, SQUARE), bias, Functions(2), (3, 3, 1)) for bias in ("none", "hidden", "all")]
    text = 'matrix="deep"\nwidths=[2,3,3,1]\nbias=["none","hidden","all"]\n'
    assert matrices(text + "degree=2") == square
    assert matrices(text + 'activations=["x^2","x^2"]') == square
    tanh = (Activation("tanh"),)
    assert matrices('matrix="deep"\nwidths=[[2,"1..2",1],[3,1,4]]\nactivations=[["tanh"]]\nsamples=4') == [
        Deep(tanh, "none", Generic(2, 4), (1, 1)), Deep(tanh, "none", Generic(2, 4), (2, 1)),
        Deep(tanh, "none", Generic(3, 4), (1, 4)),
    ]  # fmt: skip
    assert matrices('matrix="deep"\nwidths=[3,2]\nactivations=[]') == [Deep((), "none", Functions(3), (2,))]


def test_biases_and_blocks():
    text = 'matrix="jacobian"\nactivation="x^2"\ninputs=2\nwidth=1\n'
    w, wv, wbv = ("W",), ("W", "v"), ("W", "b", "v")
    assert matrices(text) == [Jacobian(SQUARE, "generic", wbv, Functions(2), 1)]
    assert matrices(text + 'blocks=["W","v, W"]') == [Jacobian(SQUARE, "none", b, Functions(2), 1) for b in (w, wv)]
    assert matrices(text + 'blocks="W"\nbias="generic"') == [Jacobian(SQUARE, "generic", w, Functions(2), 1)]
    assert len(matrices(text + 'blocks="W"\nbias=["generic","none"]')) == 2


def monomials(d: int, degrees: set[int]) -> int:
    """How many monomials in d variables have one of these degrees, by counting."""
    top = max(degrees)
    return sum(sum(powers) in degrees for powers in itertools.product(range(top + 1), repeat=d))


@pytest.mark.parametrize(
    ("options", "d", "degrees"),
    [
        ('activation="x^3"\nblocks="W"', 3, {3}),
        ('activation="x^4 + x^2/3 + 5"\nblocks="W"', 2, {2, 4}),
        ('activation="x^4 + x^2/3 + 5"\nblocks="W"\nbias="generic"', 2, {0, 1, 2, 3, 4}),
        ('activation="x^3"\nblocks="W,b"', 3, {0, 1, 2, 3}),
        ('activation="x^3"', 2, {0, 1, 2, 3}),
    ],
)
def test_ambient_of_a_jacobian(options, d, degrees):
    (found,) = matrices(f'matrix="jacobian"\n{options}\ninputs={d}\nwidth="ambient"')
    assert found.width == monomials(d, degrees)


def test_ambient_of_a_khatri_rao_product():
    for d, k in itertools.product(range(1, 4), range(4)):
        (found,) = matrices(f'matrix="khatri-rao"\ninputs={d}\npower={k}\nwidth=1\nsamples="ambient"')
        assert found.inputs.n_samples == monomials(d, {k + 1})


def test_the_shipped_plan_of_371():
    pairs = [(d, k, math.comb(d + k, k + 1)) for d in range(1, 7) for k in range(1, 7)]
    expected = [
        KhatriRao(Generic(d, n), k, m) for d, k, n in pairs if n <= 260 for m in range(1, n // d + 3)
    ]  # fmt: skip
    found = list(read_plan(PLANS / "khatri-rao.toml").instances.values())
    assert len(found) == 371
    assert set(found) == set(expected)


def test_the_other_shipped_plans():
    counts = {path.name: len(read_plan(path).instances) for path in PLANS.glob("*.toml")}
    assert counts == {"khatri-rao.toml": 371, "polynomial.toml": 3570, "deep.toml": 34, "quick.toml": 11}


def test_parameters_may_depend_on_each_other_in_any_order():
    text = 'matrix="khatri-rao"\nwidth="inputs..power"\npower="inputs + 1"\ninputs=[2,1]\nwhere="width != 2"'
    assert {(m.inputs.n_inputs, m.power, m.width) for m in matrices(text)} == {(2, 3, 3), (1, 2, 1)}


def test_the_condition_spares_what_it_excludes():
    """Beyond the condition the width would be enormous."""
    text = 'matrix="khatri-rao"\ninputs="1..20"\npower=9\nwidth="1..ambient"\nwhere="ambient <= 12"'
    assert len(matrices(text)) == 1 + 11


def test_what_two_grids_share_is_there_once():
    text = '[[grid]]\nmatrix="khatri-rao"\ninputs=2\npower=2\nwidth="{}"\n'
    assert list(parse_plan(text.format("1..3") + text.format("2..4")).instances) == [
        f"khatri-rao-d2-k2-m{m}" for m in (1, 2, 3, 4)
    ]


KR = 'matrix="khatri-rao"\ninputs=2\npower=2\n'
JACOBIAN = 'matrix="jacobian"\ninputs=2\nwidth=2\n'
DEEP = 'matrix="deep"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "at least one table"),
        ("grid = 3", "at least one table"),
        ("grid = []", "at least one table"),
        ("title = 3\n[[grid]]\n" + KR + "width=1", "title: 3 is not a text"),
        ("[[grid]", "not TOML"),
        ("[" * 5000, "not TOML|too deep"),
        ("[[grids]]", "'grids': unknown key; did you mean 'grid'"),
        ("[[grid]]\ninputs=2", "grid 1, matrix: 'missing' is none of hadamard"),
        ('[[grid]]\nmatrix="kr"', "matrix: 'kr' is none of hadamard"),
        ("[[grid]]\nmatrix=[1]", "is none of hadamard"),
        ("[[grid]]\n" + KR + "with=1", "grid 1 (khatri-rao), 'with': unknown key; did you mean 'width'"),
        ("[[grid]]\n" + KR + "width=1\nbias='none'", "'bias': unknown key; the keys here are matrix, inputs"),
        ("[[grid]]\n" + KR, "width: missing; give width"),
        ("[[grid]]\n" + KR + "width=1\n[[grid]]\n" + KR + "width=0", "grid 2 (khatri-rao), width: 0 is not between 1"),
        ("[[grid]]\n" + KR + "width=1\nsamples=20001", "samples: 20001 is not between 1 and 20000"),
        ("[[grid]]\n" + KR + "width=1.5", "width: 1.5 is not an integer"),
        ("[[grid]]\n" + KR + "width=true", "width: True is not an integer"),
        ("[[grid]]\n" + KR + "width='1..widht'", "width: unknown name 'widht'; the numbers of this grid are inputs"),
        ("[[grid]]\n" + KR + "width='1..samples'", "width: unknown name 'samples'"),
        ("[[grid]]\n" + KR + "width='1..width'", "width needs width; give one of them a number"),
        ("[[grid]]\n" + KR + "width='samples'\nsamples='width'", "samples needs width needs samples"),
        ("[[grid]]\nmatrix='khatri-rao'\ninputs=2\nwidth=1\npower='ambient'", "needs"),
        ("[[grid]]\n" + KR + "width='1..1/2'", "'1/2' is 1/2, not a whole number"),
        ("[[grid]]\n" + KR + "width='3..1'", "no combination is left"),
        ("[[grid]]\n" + KR + "width=[]", "no combination is left"),
        ("[[grid]]\n" + KR + "width=1\nwhere='inputs'", "where: 'inputs' is a number, not a condition"),
        ("[[grid]]\n" + KR + "width=1\nwhere='depth > 1'", "where: unknown name 'depth'"),
        ("[[grid]]\n" + KR + "width=1\nwhere=1", "where: 1 is not a text"),
        ("[[grid]]\n" + KR + "width='1..2000000'", "more than 1000000 values"),
        ("[[grid]]\n" + JACOBIAN, "activation: missing"),
        ("[[grid]]\n" + JACOBIAN + "activation='tanhh'", "did you mean 'tanh'"),
        ("[[grid]]\n" + JACOBIAN + "activation=3", "activation: 3 is not a text"),
        ("[[grid]]\n" + JACOBIAN + "activation='x^2'\nblocks='W,c'", "'W,c' is not a choice"),
        ("[[grid]]\n" + JACOBIAN + "activation='x^2'\nblocks='W,W'", "'W,W' is not a choice"),
        ("[[grid]]\n" + JACOBIAN + "activation='x^2'\nbias='none'", "leaves no block b"),
        ("[[grid]]\n" + JACOBIAN + "activation='x^2'\nbias='all'", "bias: 'all' is none of generic, none"),
        ("[[grid]]\n" + JACOBIAN + "activation='tanh'\nsamples='ambient'", "'tanh' is no polynomial"),
        ("[[grid]]\nmatrix='hadamard'\nrows=1\ncols=1\ninner=1\npower=0", "power: [0] gives a constant"),
        ("[[grid]]\nmatrix='hadamard'\nrows=1\ncols=1\ninner=1\npowers=[]", "gives a constant"),
        ("[[grid]]\nmatrix='hadamard'\nrows=1\ncols=1\ninner=1\npower=1\npowers=[1]", "power and powers exclude"),
        ("[[grid]]\nmatrix='hadamard'\nrows=1\ncols=1\ninner=1\npower='ambient'", "unknown name 'ambient'"),
        ("[[grid]]\n" + DEEP + "widths=[2,'1..1/0',1]\ndegree=2", "widths: '1/0' divides by zero"),
        ("[[grid]]\n" + DEEP + "widths=[2,1]", "degree: missing; give degree or activations"),
        ("[[grid]]\n" + DEEP + "widths=3\ndegree=2", "widths: 3 is neither a list"),
        ("[[grid]]\n" + DEEP + "widths=[3]\ndegree=2", "has not between 1 and 30 layers"),
        ("[[grid]]\n" + DEEP + "widths=[3,0,1]\ndegree=2", "widths: 0 is not between"),
        ("[[grid]]\n" + DEEP + "widths=[3,2,1]\nactivations=['x^2','x^2']", "for each of the 1 hidden layers"),
        ("[[grid]]\n" + DEEP + "widths=[3,2,1]\nactivations='x^2'", "activations: 'x^2' is neither a list of texts"),
    ],
)  # fmt: skip
def test_errors_say_where(text, words, tmp_path):
    path = tmp_path / "my.toml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_plan(path)
    message = str(caught.value)
    assert any(word in message for word in words.split("|")), message
    assert message.startswith(f"plan: '{path}': ")
    assert len(message) < 600


def test_files_that_are_no_plan(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="cannot be read"):
        read_plan(tmp_path / "none.toml")
    with pytest.raises(InputError, match="cannot be read"):
        read_plan(tmp_path)
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="not UTF-8"):
        read_plan(path)
    monkeypatch.setattr(plan, "MAX_BYTES", 100)
    path.write_bytes(b"#" * 101)
    with pytest.raises(InputError, match="is it a plan"):
        read_plan(path)


def test_plans_are_bounded_over_all_grids(monkeypatch):
    monkeypatch.setattr(plan, "MAX_INSTANCES", 5)
    text = "[[grid]]\n" + KR + "width='{}'\n"
    parse_plan(text.format("1..3") + text.format("2..5"))
    with pytest.raises(InputError, match=r"grid 2 .*more than 5 instances"):
        parse_plan(text.format("1..3") + text.format("4..6"))
    monkeypatch.setattr(grid, "MAX_COMBINATIONS", 3)
    parse_plan(text.format("1..3"))
    excluded = text.format("1..4") + "where = 'width == 1'"
    dead_ends = text.format("9..samples") + "samples = '1..10'"
    for too_many in (text.format("1..4"), excluded, dead_ends):
        with pytest.raises(InputError, match=r"grid 1 .*more than 3 combinations"):
            parse_plan(too_many)


def test_two_matrices_never_share_a_name(monkeypatch):
    monkeypatch.setattr(plan, "instance_name", lambda matrix: "same")
    with pytest.raises(InputError, match="two have one name, same"):
        parse_plan("[[grid]]\n" + KR + "width='1..2'")


def shared_part(matrix: object) -> tuple[object, ...]:
    """All parameters but the width and the number of samples, listed by hand."""
    if isinstance(matrix, KhatriRao):
        return ("kr", matrix.power, matrix.inputs.n_inputs, type(matrix.inputs))
    if isinstance(matrix, Jacobian):
        return (matrix.activation, matrix.bias, matrix.blocks, matrix.inputs.n_inputs, type(matrix.inputs))
    assert isinstance(matrix, Deep | Hadamard)
    return (matrix,)


@pytest.mark.parametrize("path", sorted(PLANS.glob("*.toml")), ids=lambda path: path.stem)
def test_tasks_and_shards_partition_the_plan(path: Path):
    whole = read_plan(path)
    everything = sorted(map(id, whole.instances.values()))
    tasks = whole.tasks()
    assert sorted(id(m) for task in tasks for m in task) == everything
    for task in tasks:
        assert 1 <= len(task) <= plan.MAX_TASK
        assert len({shared_part(m) for m in task}) == 1
    n_groups = len({shared_part(m) for m in whole.instances.values()})
    assert len(tasks) <= n_groups + len(everything) // plan.MAX_TASK
    for count in (1, 2, 7):
        parts = [Shard(i, count).tasks(whole) for i in range(1, count + 1)]
        assert sorted(id(m) for part in parts for task in part for m in task) == everything
        assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert Shard(len(tasks) + 1, len(tasks) + 1).tasks(whole) == []


def test_another_process_has_the_same_tasks():
    """Shards on different machines fit together: neither hash seeds nor the like enter."""
    code = (
        "import sys; from pathlib import Path; from exactcap.sweeps.plan import read_plan; "
        "print(read_plan(Path(sys.argv[1])).tasks())"
    )
    path = str(PLANS / "quick.toml")
    runs = [
        subprocess.run(
            [sys.executable, "-c", code, path],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        )
        for seed in ("1", "2")
    ]
    assert runs[0].stdout == runs[1].stdout != b""
