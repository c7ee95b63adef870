"""A certificate about another network than that of the file, or about other codes, is no evidence of a claim."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from exactcap.certificates.format import read_certificate
from exactcap.cli.main import main
from exactcap.sweeps.claims_file import read_claims
from exactcap.sweeps.evidence_networks import given_network_fault

FAULT = "it is about another network, table or codes than the files of the command"


@pytest.mark.parametrize("command", ["certify classification", "certify nearby"])
def test_the_network_is_that_of_the_file(command, tmp_path, capsys):
    """Also for the appendix, which reads a store where the digest of the command is right."""
    path, store, lock = tmp_path / "mine.toml", tmp_path / "mine.certificates", "claims.lock"
    weights = {"W": np.array([[1.0]]), "b": np.zeros(1), "v": np.ones(1), "activation": np.array("x")}
    np.savez(tmp_path / "net.npz", **weights)
    (tmp_path / "rows.csv").write_text("x,y\n-1,no\n1,yes\n")
    path.write_text(
        f'title = "t"\n[[claim]]\nid = "net"\ncommand = "{command}"\ndata = "rows.csv"\nlabel = "y"\n'
        'network = "net.npz"\ncodes = "no=-1,yes=1"\n'
    )
    assert main(("build", str(path), "--jobs", "1")) == 0
    claim = read_certificate(store / "net.cert.jsonl").claim
    (entry,) = read_claims(path)
    assert given_network_fault(entry, claim) is None
    other = replace(entry, arguments=tuple(word.replace("yes=1", "yes=2") for word in entry.arguments))
    assert given_network_fault(other, claim) == FAULT
    np.savez(tmp_path / "net.npz", **(weights | {"b": np.full(1, 2.0**-40)}))
    assert given_network_fault(entry, claim) == FAULT
    digest, (entry,) = entry.digest, read_claims(path)
    text = (store / lock).read_text()
    (store / lock).write_text(text.replace(digest, entry.digest))
    capsys.readouterr()
    assert main(("appendix", str(path), "-o", str(tmp_path / "out"), "--format", "tex")) != 0
    assert FAULT in "".join(capsys.readouterr())
    assert not (tmp_path / "out").exists()
