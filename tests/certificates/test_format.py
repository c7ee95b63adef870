"""Writing and reading certificates: canonical, atomic, and large integers in hexadecimal."""

from __future__ import annotations

import base64
import json
import os

import pytest
from support import certificate, every_kind, interpolation, small_table

from exactcap.certificates import format
from exactcap.certificates.format import (
    HEADER,
    canonical_line,
    claim_id,
    encode_words,
    read_certificate,
    staged_certificate,
    write_certificate,
)
from exactcap.checker.main import check_file
from exactcap.checker.reader import words
from exactcap.claims import Generic
from exactcap.errors import InputError
from exactcap.reports.explain import explanation


def test_the_id_is_the_checkers(tmp_path):
    for k, proof in enumerate(every_kind().values()):
        path = tmp_path / f"{k}.cert.jsonl"
        write_certificate(proof, path)
        verdict = check_file(str(path))
        assert verdict.claim_id == claim_id(proof.claim)
        assert verdict.statement == proof.claim.statement()
        again = read_certificate(path)
        assert again.claim == proof.claim
        assert again.relies_on == proof.relies_on


@pytest.mark.parametrize("modulus", [2, 255, 256, 257, 2097143, 2**31 - 1])
def test_words_round_trip_through_the_checkers_decoder(modulus):
    residues = [0, 1, modulus - 1, modulus // 2]
    text = encode_words(residues, modulus)
    assert words(text, 4, modulus, "row") == residues
    assert len(base64.b64decode(text)) == 4 * -(-(modulus - 1).bit_length() // 8)


def test_large_integers_are_hexadecimal():
    assert json.loads(canonical_line([2**53 - 1, 2**53, -(2**70)])) == [2**53 - 1, hex(2**53), hex(-(2**70))]


def test_a_failure_while_writing_leaves_the_old_file(tmp_path):
    path = tmp_path / "proof.cert.jsonl"
    old = canonical_line(HEADER) + b"old"
    path.write_bytes(old)
    proof = certificate(interpolation("tanh", small_table(), 4))

    def interrupted():
        with staged_certificate(proof, path) as draft:
            assert draft.read_bytes() == b"".join(proof.lines())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]
    write_certificate(proof, path)
    assert check_file(str(path)).verified


def test_a_claim_too_long_for_the_format_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(format, "MAX_LINE", 200)
    with pytest.raises(InputError, match="take fewer rows"):
        write_certificate(certificate(interpolation("tanh", small_table(), 4)), tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_unwritable_places(tmp_path):
    proof = certificate(interpolation("tanh", Generic(1, 2), 2))
    for path in (tmp_path, tmp_path / "none" / "x", tmp_path / ("n" * 300)):
        with pytest.raises(InputError, match="output: "):
            write_certificate(proof, path)
    assert list(tmp_path.iterdir()) == []


def test_only_certificates_are_replaced(tmp_path):
    """Not the user's data, not a device; a symbolic link keeps pointing to its target."""
    proof = certificate(interpolation("tanh", Generic(1, 2), 2))
    data, fifo, link = tmp_path / "data.csv", tmp_path / "fifo", tmp_path / "link"
    data.write_text("a,y\n1,2\n")
    os.mkfifo(fifo)
    for path in (data, fifo):
        with pytest.raises(InputError, match="output: "):
            write_certificate(proof, path)
    assert data.read_text() == "a,y\n1,2\n"
    link.symlink_to(tmp_path / "target")
    write_certificate(proof, link)
    assert link.is_symlink()
    assert check_file(str(tmp_path / "target")).verified


WORDS = {  # what each argument about Gaussian quantities must speak of
    "enclosure": "differs from 13499 * 10^-7 by at most half a unit",
    "enclosure, correlation": "closed forms",
    "formula, perceptron": "1/E (gamma - 1/2)_+^2",
    "formula, tree": "says nothing of networks",
    "formula, full": "says nothing of networks",
    "formula, breaking": "(pi/4) Q(1)/a_2^2",
    "formula, gordon": "1/E dist^2(z, S)",
    "mills, root": "With a square root in B",
    "mills, interval": "Sturm's theorem: E has no zero outside of 1 small interval",
    "mills, pi": "Descartes' rule",
    "mills, error": "(B/R)' has the sign of B - RU",
    "mills, value": "the one point x = 2",
    "inequality, rule": "rule corner",
    "inequality, cover": "covered by 3 cells, in 2 strips",
    "inequality, mills": "(b^2 + 1)/(b^3 + 2b) <= R(b)",
    "inequality, point": "b = -3, delta = 2",
    "inequality, one output": "no half-space contains the ones",
    "memorizes, threshold": "the code of the class (no, yes)",
    "memorizes, relu": "on all 7 rows",
    "nearby": "all 3 labels are taken exactly",
    "nearby, two outputs": "15 parameters",
    "classifies": "whose code is nearest to the output: 'no' = 0, 'yes' = 1",
    "classifies, relu": "the largest output",
    "regular zero": "all 3 outputs are exactly 0 and the Jacobian has rank 3",
    "count, dichotomies": "labellings out of 2^70",
    "count, shattering": "the product is below 2^n",
    "kernel": "a lower triangular L with 28 integers",
    "kernel, parallel": "Rows 1 and 2 lie on one line through 0",
    "kernel, dependence": "each of 3 pairs",
    "tangent": "So 12 hidden units, in pairs",
    "tangent, dependent": "up to 0, unit by unit",
    "memorization": "Each of the three failure probabilities is below 1",
}


@pytest.mark.parametrize("name", every_kind())
def test_explanations_have_five_sentences_with_the_numbers(name):
    proof = every_kind()[name]
    told = explanation(proof)
    assert len(told.argument) == 5
    assert all(sentence.endswith(".") for sentence in told.argument)
    text = told.text("VERIFIED")
    number = getattr(proof.claim, "rank", getattr(proof.claim, "width", None))
    assert number is None or str(number) in text
    assert WORDS.get(name, "") in " ".join(told.argument)
    assert "VERIFIED" in text
    assert told.latex.count("$") % 2 == 0
    assert told.latex.count("{") == told.latex.count("}")


@pytest.mark.parametrize("content", [b"", b"{}\n", b"[1]\n[2]\n[3]\n", b"\xff\n", b'{"format":1}\n' * 4, b"[" * 10**5])
def test_files_that_are_no_certificates(content, tmp_path):
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(InputError, match="not an exactcap certificate"):
        read_certificate(path)
