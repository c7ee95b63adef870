"""Claims, certificates, results and verdicts in a notebook: typeset, and their encodings do not know of it."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import msgspec
import pytest
from support import ROOT, every_kind

import exactcap
from exactcap import claims
from exactcap.api.page import result_prose
from exactcap.certificates.format import read_certificate, write_certificate

SHIPPED = sorted((ROOT / "proofs" / "found").glob("wine-*.cert.jsonl"))


def parsed(html: str) -> ElementTree.Element:
    """The HTML as XML, so that each tag is closed; text in it is escaped."""
    return ElementTree.fromstring(html.replace("<wbr>", "").replace("<br>", "<br/>").replace("&nbsp;", "&#160;"))


@pytest.mark.parametrize("kind", every_kind())
def test_claims_and_certificates_are_typeset(kind):
    certificate = every_kind()[kind]
    claim = certificate.claim
    assert claim._repr_latex_() == certificate._repr_latex_() == claim.latex()
    shown = parsed(claim._repr_html_())
    assert shown.get("class") == "exactcap"
    assert shown.find("strong").text == f"Claim ({msgspec.to_builtins(claim)['family']})"
    assert "$" not in "".join(shown.itertext())
    assert "\\" not in "".join(shown.itertext())
    assert "not checked here" in "".join(parsed(certificate._repr_html_()).itertext())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_certificates_are_typeset(path):
    assert len(parsed(read_certificate(path)._repr_html_())) >= 2


@pytest.mark.parametrize("kind", every_kind())
def test_the_encoding_knows_nothing_of_it(kind, tmp_path):
    claim = every_kind()[kind].claim
    assert set(msgspec.to_builtins(claim)) == {"family", *claim.__struct_fields__}
    assert not hasattr(claim, "__dict__")
    path = tmp_path / "c.cert.jsonl"
    write_certificate(every_kind()[kind], path)
    assert exactcap.verify(path).finding in ("VERIFIED", "PROBABLE")


def words(shown: object) -> str:
    return " ".join("".join(parsed(shown._repr_html_()).itertext()).split())


def test_a_result_says_what_is_proved(tmp_path):
    matrix = claims.KhatriRao(claims.Generic(3, 40), 3, 5)
    path = tmp_path / "c.cert.jsonl"
    proved = exactcap.certify(claims.Rank(matrix, 14, "equals"), output=path)
    assert words(proved).startswith("PROVED")
    assert proved._repr_latex_() == f"PROVED: {proved.claim.latex()}"
    assert words(exactcap.verify(path)).startswith("VERIFIED")
    refuted = exactcap.certify(claims.Rank(matrix, 15, "equals"))
    assert result_prose(refuted).startswith(f"{refuted.claim.latex()} The opposite is proved: ")
    assert words(refuted).startswith("REFUTED")
    assert refuted._repr_latex_() == f"REFUTED: {result_prose(refuted)}"
    undecided = exactcap.certify(claims.Memorization("threshold", 10, 10, "1", (2, 2, 2)))
    assert result_prose(undecided) == undecided.claim.latex()
    assert "does not mean that the claim is false" in words(undecided)
    probable = exactcap.certify(every_kind()["rank, random"].claim)
    assert "this is no proof" in words(probable)
    assert "PROVED" not in words(probable)


def test_a_rejected_file_shows_no_claim(tmp_path):
    path = tmp_path / "c.cert.jsonl"
    path.write_text("<script>alert(1)</script>\n")
    verdict = exactcap.verify(path)
    assert words(verdict).startswith("REJECTED")
    assert verdict._repr_latex_() == f"REJECTED: {verdict.reason}"
    assert "<script>" not in verdict._repr_html_()


def test_the_room_of_claims_is_where_the_mixin_stands():
    source = (Path(claims.__file__).parent / "shown.py").read_text()
    assert source.count("def _repr_html_") == 1


def test_a_table_is_not_spelt_out():
    claim = every_kind()["table, eliminate"].claim
    assert "inputs=<Table: 7 distinct rows of 2 columns, copies merged: 2, label 'y'>" in repr(claim)


def test_a_refutation_says_all_that_makes_it_one():
    """True of 1000 points alone; false that the count does not exclude 999."""
    result = exactcap.certify(claims.Count(claims.Shattering(3, 4), 1000))
    assert result.refuted
    assert "the count does not exclude $999$. The opposite is proved: " in result._repr_latex_()
    assert "does not exclude $83$" in result_prose(result)
