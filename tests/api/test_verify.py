"""`exactcap.verify`: the checker's verdict, never more; and importing the package loads nothing heavy."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest
from support import DATA, every_kind

import exactcap
from exactcap.certificates.format import write_certificate
from exactcap.checker.main import check_file
from exactcap.errors import InputError


@pytest.mark.parametrize("kind", ["rank, U5", "rank, random", "memorizes, relu"])
def test_it_says_what_the_checker_says(kind, tmp_path):
    path = tmp_path / "c.cert.jsonl"
    write_certificate(every_kind()[kind], path)
    found, checked = exactcap.verify(path), check_file(str(path))
    assert dataclasses.asdict(found) == {**dataclasses.asdict(checked), "claim": found.claim}
    assert found.claim == every_kind()[kind].claim
    assert repr(found) == checked.line()
    assert found.verified is (kind != "rank, random")
    with pytest.raises(TypeError, match=r"ask for \.verified"):
        bool(found)


def test_every_edited_byte_is_rejected(tmp_path):
    path = tmp_path / "c.cert.jsonl"
    write_certificate(every_kind()["rank, U5"], path)
    content = path.read_bytes()
    for k in range(0, len(content), 7):
        path.write_bytes(content[:k] + bytes([content[k] ^ 1]) + content[k + 1 :])
        found = exactcap.verify(str(path))
        assert found.finding == "REJECTED"
        assert found.claim is None
        assert found.statement == ""


def test_data_are_compared(tmp_path):
    path = tmp_path / "c.cert.jsonl"
    iris = exactcap.read_data(DATA / "iris.csv", label="species", deduplicate=True)
    claim = exactcap.claims.Obstruction(exactcap.activation("exp"), 24, iris, 4)
    assert exactcap.certify(claim, output=path).proved
    assert exactcap.verify(path, data=DATA / "iris.csv").data.startswith("covers 150 of the 150 rows")
    other = exactcap.verify(path, data=DATA / "wine.csv")
    assert (other.finding, other.claim) == ("REJECTED", None)


def test_what_cannot_be_read_is_bad_input(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        exactcap.verify(tmp_path / "no.cert.jsonl")
    path = tmp_path / "c.cert.jsonl"
    write_certificate(every_kind()["table, eliminate"], path)
    with pytest.raises(InputError, match=r"no\.csv"):
        exactcap.verify(path, data=tmp_path / "no.csv")
    with pytest.raises(InputError, match="cannot be read"):
        exactcap.verify(tmp_path)


def test_importing_the_package_is_light():
    heavy = "('numpy', 'sympy', 'flint', 'mpmath', 'msgspec', 'cyclopts', 'rich', 'scipy', 'matplotlib')"
    program = (
        "import sys, exactcap; before = set(sys.modules); exactcap.__version__; dir(exactcap)\n"
        f"assert not [m for m in sys.modules if m.split('.')[0] in {heavy}]\n"
        "assert not [m for m in sys.modules if m.startswith('exactcap.')], 'not even rooms of its own'\n"
        "assert callable(exactcap.certify) and exactcap.claims.Rank and exactcap.activation('tanh')\n"
        "assert 'sympy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_names_that_are_not_there():
    with pytest.raises(AttributeError, match=r"no attribute 'prove'; it has .*certify"):
        _ = exactcap.prove
    assert {"certify", "verify", "claims", "read_data", "activation"} <= set(dir(exactcap))
    assert (DATA.parent.parent / "exactcap" / "py.typed").exists()
