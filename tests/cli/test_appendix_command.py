"""``exactcap appendix``: a user's claims as HTML, PDF and LaTeX; nothing of it from a certificate that is refused."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from exactcap.checker.verdict import Verdict
from exactcap.cli import appendix as command
from exactcap.cli import appendix_files
from exactcap.cli.main import main
from exactcap.errors import InputError

CLAIMS = """title = "My paper: two claims & more"

[[claim]]
id = "six-points"
command = "count dichotomies"
points = 6
dimension = 3

[[claim]]
id = "mills-{bound}"
command = "certify gaussian mills"
each = { bound = ["laplace-1", "laplace-2", "laplace-3", "laplace-4", "birnbaum"] }
"""
MADE = {"appendix.html", "appendix.pdf", "appendix.tex", "appendix-standalone.tex", "appendix.sha256"}


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A claims file with its certificates."""
    folder = tmp_path_factory.mktemp("paper")
    (folder / "claims.toml").write_text(CLAIMS)
    assert main(("build", str(folder / "claims.toml"), "--jobs", "1")) == 0
    return folder


@pytest.fixture
def claims(built, tmp_path) -> Path:
    """A copy of it that a test may spoil."""
    shutil.copytree(built, tmp_path / "paper")
    return tmp_path / "paper" / "claims.toml"


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    status = main(("appendix", *map(str, arguments), "--jobs", "1"))
    out, err = capsys.readouterr()
    return status, out, err


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_all_formats_and_the_same_bytes_again(claims, capsys, tmp_path):
    status, out, err = run(capsys, claims, "-o", tmp_path / "one")
    assert (status, err) == (0, "")
    one = content(tmp_path / "one")
    figures = {name for name in one if name not in MADE}
    assert set(one) == MADE | figures
    assert figures
    assert all(name.startswith("appendix-") and name.endswith(".pdf") for name in figures)
    assert re.search(r"6 claims, 6 certificates, digest of all [0-9a-f]{64}\n$", out)
    assert run(capsys, claims, "-o", tmp_path / "two")[0] == 0
    assert content(tmp_path / "two") == one
    assert run(capsys, claims, "-o", tmp_path / "two")[0] == 0  # over its own files
    assert content(tmp_path / "two") == one
    page = one["appendix.html"].decode()
    assert "My paper: two claims &amp; more" in page
    assert str(tmp_path) not in page
    assert "claims.certificates/" in page
    assert one["appendix.pdf"].startswith(b"%PDF-")
    first, *lines = one["appendix.sha256"].decode().splitlines()
    assert first.startswith("# an appendix of exactcap")
    listed = dict(line.split("  ")[::-1] for line in lines)
    assert set(listed) == set(one) - {"appendix.sha256"}


def test_a_tampered_certificate_stops_everything(claims, capsys, tmp_path):
    store = claims.parent / "claims.certificates"
    file = store / "six-points.cert.jsonl"
    text = file.read_text()
    body = text[: text.rindex('{"sha256"')].replace('"value":32', '"value":31')
    assert body not in text
    file.write_text(f'{body}{{"sha256":"{hashlib.sha256(body.encode()).hexdigest()}"}}\n')
    status, out, err = run(capsys, claims, "-o", tmp_path / "out")
    assert (status, out) == (2, "")
    assert "missing or stale" in err
    assert "exactcap build" in err
    # with a lock that agrees with it, the checker refuses it
    lock = json.loads((store / "claims.lock").read_text())
    lock["six-points"]["files"][file.name] = hashlib.sha256(file.read_bytes()).hexdigest()
    (store / "claims.lock").write_text(json.dumps(lock))
    status, out, err = run(capsys, claims, "-o", tmp_path / "out")
    assert (status, out) == (2, "")
    assert "REJECTED by the independent checker" in err
    assert not (tmp_path / "out").exists()


def test_claims_that_were_never_built(claims, capsys, tmp_path):
    shutil.rmtree(claims.parent / "claims.certificates")
    status, _, err = run(capsys, claims, "-o", tmp_path / "out")
    assert status == 2
    assert "run exactcap build" in err
    assert not (tmp_path / "out").exists()


def test_a_file_of_the_users_is_not_overwritten(claims, capsys, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "appendix.tex").write_text("mine\n")
    status, _, err = run(capsys, claims, "-o", out, "--format", "tex")
    assert status == 2
    assert "was not written by exactcap" in err
    assert content(out) == {"appendix.tex": b"mine\n"}
    (out / "appendix.tex").unlink()
    assert run(capsys, claims, "-o", out, "--format", "tex")[0] == 0
    (out / "appendix.tex").write_text("changed by hand\n")
    assert run(capsys, claims, "-o", out, "--format", "html")[0] == 2
    assert (out / "appendix.tex").read_text() == "changed by hand\n"


def test_formats_that_are_not_wanted_any_more_go(claims, capsys, tmp_path):
    assert run(capsys, claims, "-o", tmp_path / "out", "--format", "html,tex")[0] == 0
    (tmp_path / "out" / "notes.txt").write_text("mine\n")
    assert run(capsys, claims, "-o", tmp_path / "out", "--format", "html", "--date", "1 May 2026")[0] == 0
    assert set(content(tmp_path / "out")) == {"appendix.html", "appendix.sha256", "notes.txt"}
    assert b"1 May 2026" in (tmp_path / "out" / "appendix.html").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--format", "docx"), "'docx' is none of html, pdf, tex"),
        (("--jobs-missing", "3"), "--jobs-missing"),
    ],
)
def test_options_that_are_not_there(claims, capsys, tmp_path, arguments, said):
    status, out, err = run(capsys, claims, "-o", tmp_path / "out", *arguments)
    assert (status, out) == (2, "")
    assert said in err


def test_what_is_not_installed(claims, capsys, tmp_path, monkeypatch):
    def without(*missing: str):
        find = command.importlib.util.find_spec
        monkeypatch.setattr(command, "_is_installed", lambda name: name not in missing and find(name) is not None)

    without("typst")
    status, _, err = run(capsys, claims, "-o", tmp_path / "out", "--format", "pdf")
    assert status == 2
    assert "pip install 'exactcap[report]'" in err
    status, _, err = run(capsys, claims, "-o", tmp_path / "out")
    assert status == 0
    assert "no PDF" in err
    assert "appendix.pdf" not in content(tmp_path / "out")
    without("matplotlib")
    status, _, err = run(capsys, claims, "-o", tmp_path / "other", "--format", "html")
    assert status == 2
    assert "Matplotlib" in err
    assert not (tmp_path / "other").exists()


def test_a_failure_while_writing_leaves_what_was_there(tmp_path, monkeypatch):
    appendix_files.write_files(tmp_path, {"appendix.html": b"old"})
    before = content(tmp_path)

    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match="No space left"):
        appendix_files.write_files(tmp_path, {"appendix.html": b"new"})
    assert content(tmp_path) == before


MINE = f"{hashlib.sha256(b'mine').hexdigest()}  "


@pytest.mark.parametrize(
    "listed",
    [
        b"\xff",
        b"",
        f"{MINE}thesis.tex\n".encode(),
        f"{MINE}appendix.html\n".encode(),
        f"{appendix_files.FIRST}\n{MINE}thesis.tex\n".encode(),
        f"{appendix_files.FIRST}\n{MINE}appendix-x.tex\n".encode(),
        f"{appendix_files.FIRST}\n{MINE}../appendix.tex\n".encode(),
    ],
)
def test_a_list_of_digests_that_is_something_else(tmp_path, listed):
    """What `sha256sum` of the user wrote, above all: none of the files in it goes."""
    (tmp_path / "appendix.sha256").write_bytes(listed)
    for name in ("thesis.tex", "appendix-x.tex"):
        (tmp_path / name).write_bytes(b"mine")
    before = content(tmp_path)
    with pytest.raises(InputError, match="is not a list that exactcap wrote"):
        appendix_files.write_files(tmp_path, {"appendix.pdf": b"new"})
    assert content(tmp_path) == before


def test_the_list_is_read_by_sha256sum(tmp_path):
    appendix_files.write_files(tmp_path, {"appendix.html": b"one", "appendix-x.pdf": b"two"})
    done = subprocess.run(["sha256sum", "-c", "appendix.sha256"], cwd=tmp_path, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"appendix-x.pdf: OK\nappendix.html: OK\n", b"")


def test_the_checker_runs_with_the_data_file(tmp_path, monkeypatch):
    from exactcap.checker import main as checker
    from exactcap.cli.appendix_gather import decide

    seen = []
    monkeypatch.setattr(checker, "check_file", lambda *given: seen.append(given) or Verdict("f", "VERIFIED"))
    decide((tmp_path / "a", tmp_path / "b.csv"))
    decide((tmp_path / "a", None))
    assert seen == [(str(tmp_path / "a"), str(tmp_path / "b.csv")), (str(tmp_path / "a"), None)]


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_the_standalone_page_is_compiled_with_its_figures(claims, capsys, tmp_path):
    assert run(capsys, claims, "-o", tmp_path / "out", "--format", "tex")[0] == 0
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "appendix-standalone.tex"],
        cwd=tmp_path / "out", capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.skipif(shutil.which("chromium") is None, reason="opens the page in Chromium")
def test_the_page_is_opened_without_an_error(claims, capsys, tmp_path):
    assert run(capsys, claims, "-o", tmp_path / "out", "--format", "html")[0] == 0
    done = subprocess.run(
        [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
            f"--user-data-dir={tmp_path / 'profile'}", "--window-size=900,2000",
            f"--screenshot={tmp_path / 'page.png'}", f"file://{tmp_path / 'out' / 'appendix.html'}",
        ],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "CONSOLE" not in done.stderr
    assert (tmp_path / "page.png").stat().st_size > 10_000
