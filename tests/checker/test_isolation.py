"""The checker stands alone: standard library only, small, and the same from a bare clone."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT, certificate, interpolation

from exactcap.checker.main import main
from exactcap.claims import Generic

CHECKER = ROOT / "exactcap" / "checker"
FAMILIES = {
    "interpolation.py", "minors.py", "obstruction.py", "rank.py", "matrices.py", "shallow_bounds.py", "network.py",
    "network_bounds.py", "polynomials.py", "random_rank.py", "identity.py", "intervals.py", "elementary.py",
    "normal.py", "mills_curve.py", "owen.py", "enclosure.py", "sturm.py", "mills.py", "lemmas.py", "rules.py",
    "counterexamples.py", "cover.py", "inequality.py", "memorization.py", "lemma_texts.py", "descartes.py",
    "mills_bound.py", "labels.py", "memorizes.py", "smooth.py", "centre.py", "newton.py", "nearby.py",
    "classifies.py", "forward.py",
    "count.py", "dual_kernel.py", "kernel.py", "tangent.py",
    "formulas.py", "unit_means.py", "gaussian_means.py",
}  # fmt: skip


@pytest.fixture
def proof(tmp_path):
    path = tmp_path / "proof.cert.jsonl"
    path.write_bytes(b"".join(certificate(interpolation("tanh", Generic(1, 2), 2)).lines()))
    return path


def test_it_imports_the_standard_library_and_itself():
    for file in CHECKER.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                assert all(alias.name.split(".")[0] in sys.stdlib_module_names for alias in node.names), file
            if isinstance(node, ast.ImportFrom):
                assert node.level == 1 or str(node.module).split(".")[0] in sys.stdlib_module_names, file


def test_it_fits_in_an_afternoon():
    lines = {file.name: len(file.read_text().splitlines()) for file in CHECKER.glob("*.py")}
    assert sum(count for name, count in lines.items() if name not in FAMILIES) <= 900
    assert all(lines[name] <= 250 for name in FAMILIES)


def test_a_copy_of_the_folder_is_enough(proof, tmp_path):
    """No package around it, isolated mode, no site packages: the same verdict."""
    copy = tmp_path / "elsewhere" / "checker"
    shutil.copytree(CHECKER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    run = subprocess.run([sys.executable, "-I", "-S", str(copy), str(proof)], capture_output=True, text=True, cwd="/")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("VERIFIED ")
    assert run.stdout.count("\n") == 1


def test_exit_status_and_one_line_a_file(proof, tmp_path, capsys):
    bad = tmp_path / "bad\nname.cert.jsonl"
    bad.write_bytes(proof.read_bytes()[:-5])
    assert main([str(proof)]) == 0
    assert main([str(proof), str(bad)]) == 1
    assert main([str(tmp_path / "none"), str(proof), str(bad)]) == 2
    assert main([str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert [line.split()[0] for line in out.splitlines()] == [
        "VERIFIED",
        "VERIFIED",
        "REJECTED",
        "VERIFIED",
        "REJECTED",
    ]
    assert err.count("\n") == 2
    assert "cannot read" in err


def test_json(proof, capsys):
    assert main(["--json", str(proof)]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["verdict"] == "VERIFIED"
    assert len(record["id"]) == 64
    assert record["relies_on"] == ["paired-submersion", "hermite-lindemann", "analytic-zeros"]


def test_the_console_script_loads_nothing_heavy(proof):
    code = "import sys; from exactcap.checker.main import main; main(sys.argv[1:]); print(sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code, str(proof)], capture_output=True, text=True)
    loaded = run.stdout.splitlines()[-1]
    assert not any(
        f"'{name}'" in loaded for name in ("numpy", "sympy", "flint", "msgspec", "cyclopts", "rich", "mpmath")
    )


def test_shipped_certificates_are_verified_and_belong_to_the_shipped_data():
    from exactcap.checker.main import check_file

    for name in ("iris", "wine", "diabetes", "breast-cancer"):
        for suffix in ("", ".obstruction"):
            path = ROOT / "proofs" / "certificates" / "madden-thrampoulidis-2023" / f"{name}{suffix}.cert.jsonl"
            verdict = check_file(str(path), str(ROOT / "proofs" / "data" / f"{name}.csv"))
            assert verdict.verified, verdict.reason
            assert verdict.data, path


def test_the_shipped_gaussian_certificates_need_the_standard_library_only(tmp_path):
    """In isolated mode, without site packages: no python-flint, mpmath or NumPy."""
    files = sorted(map(str, (ROOT / "proofs" / "certificates" / "vershynin-2020").glob("*.cert.jsonl")))
    assert len(files) >= 140
    run = subprocess.run([sys.executable, "-I", "-S", str(CHECKER), *files], capture_output=True, text=True, cwd="/")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.count("VERIFIED ") == len(files)


def test_main_runs_as_a_module(proof):
    run = subprocess.run(
        [sys.executable, "-m", "exactcap.checker", str(proof)], capture_output=True, text=True, cwd=Path("/")
    )
    assert run.stdout.startswith("VERIFIED")
