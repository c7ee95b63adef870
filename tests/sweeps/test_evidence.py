"""What a lock says beyond the certificates of a claim is found; of the proof book nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from support import ROOT

from exactcap.certificates.format import read_certificate
from exactcap.claims import Activation, Committee, Count, Dichotomies, Enclosure, Gordon, Perceptron
from exactcap.sweeps.book import Instance, read_book
from exactcap.sweeps.evidence import disagreement, family_fault


@cache
def book() -> dict[str, Instance]:
    chapters = read_book(ROOT / "proofs")
    return {f"{chapter.key}/{one.entry.identifier}": one for chapter in chapters for one in chapter.instances}


def one(name: str) -> Instance:
    return next(instance for key, instance in book().items() if key.endswith(name if "/" in name else f"/{name}"))


def claims_of(instance: Instance, finding: str = "VERIFIED") -> dict[str, Any]:
    return {file.name: (finding, read_certificate(file).claim) for file in instance.files}


def said(name: str, **changes: Any) -> str | None:
    instance = one(name)
    best = instance.best | changes.pop("best") if "best" in changes and instance.best else instance.best
    return disagreement(instance.entry, replace(instance.known, best=best, **changes), claims_of(instance))


def test_the_proof_book_says_no_more_than_its_certificates():
    assert len(book()) > 500
    assert {key: words for key, i in book().items() if (words := disagreement(i.entry, i.known, claims_of(i)))} == {}


def test_of_the_proof_book_nothing_stands_without_its_certificates():
    for instance in book().values():
        if instance.files and instance.verdict not in ("UNDECIDED", "PREDICTION"):
            assert disagreement(instance.entry, replace(instance.known, files={}), {}) is not None
            assert "PROBABLE" in str(disagreement(instance.entry, instance.known, claims_of(instance, "PROBABLE")))
            rejected = disagreement(instance.entry, instance.known, claims_of(instance, "REJECTED"))
            assert "the checker says" in str(rejected)


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("wine-width-10", {"verdict": "PROVED"}, "PROVED, but the interpolation is of 75 of 178 rows"),
        ("wine-width-12", {"verdict": "REFUTED"}, "none of its certificates states"),
        ("wine-classes", {"verdict": "REFUTED"}, "REFUTED, but the certificate is of the opposite"),
        ("wine-classes-permuted", {"verdict": "PROVED"}, "PROVED, but the certificate is of the opposite"),
        ("wine-width-24", {"best": {"certified": "170"}}, "the certificate is of the number of rows 178"),
        ("wine-width-24", {"best": {"is_smaller_better": True}}, "the certificate is of the number of rows 178"),
        (
            "madden-thrampoulidis-2023/wine",
            {"best": {"certified": "22"}},
            "the width 22, but the certificate is of the width 24",
        ),
        ("madden-thrampoulidis-2023/wine", {"best": {"refuted": "22"}}, "the width 24, but"),
        ("lemma-3.3", {"best": {"certified": "1/2"}}, "the constant 1/2, but the certificate is of 300669/250000"),
        ("lemma-3.3", {"best": {"refuted": "1/2"}}, "the constant 1/2 refuted, but this variant of Lemma 3.3 is false"),
        ("lemma-3.3", {"best": {"refuted": None}}, "a refutation beside it"),
        ("lemma-3.3", {"best": {"is_smaller_better": False}}, "the better number on the wrong side"),
        ("lemma-3.3", {"best": {"name": "bias"}}, "the bias 300669/250000, which its certificate does not carry"),
        ("mills-crossing-lower", {"best": {"refuted": "2"}}, "the from 2 refuted, but"),
        ("theorem-e-smallest-1-3", {"best": {"certified": "9"}}, "the units 9, but the certificate is of 235411"),
        ("value-tail-1", {"value": "0.5"}, "the value 0.5 is not that of its certificate"),
        ("value-tail-1", {"value": None}, "the value None is not"),
        ("value-tail-1", {"verdict": "REFUTED"}, "but the certificate is of the opposite"),
        ("value-tail-1", {"statement": "P = 0.5"}, "none of its certificates states what the lock does"),
        ("lemma-3.3-variant", {"verdict": "PROVED"}, "but the certificate is of the opposite"),
        ("naive-3-3-5", {"verdict": "PROVED"}, "but the certificate is of the opposite"),
        ("relu-full", {"verdict": "THEOREM"}, "THEOREM, but the first item is a PREDICTION"),
        ("perceptron-0", {"value": "2.1"}, "the value 2.1 is not that of its first item"),
    ],
)
def test_more_than_the_certificates_carry(name, changes, words):
    assert words in str(said(name, **changes))


@pytest.mark.parametrize(
    ("quantity", "statuses"),
    [
        (Perceptron("0"), {"THEOREM"}),
        (Perceptron("-1/2"), {"UPPER BOUND (theorem, Gordon)"}),
        (Gordon("sign", 3), {"UPPER BOUND (theorem, Gordon)"}),
        (Committee(Activation("relu"), "tree", "0"), {"UPPER BOUND (theorem, Gordon)"}),
        (Committee(Activation("relu"), "full", "0"), set()),
    ],
)
def test_the_formula_says_what_its_number_is(quantity, statuses):
    """A prediction may always be one."""
    instance = one("perceptron-0")
    entry, claim = replace(instance.entry, arguments=("predict", "x"), theorem=""), Enclosure(-2, 254, quantity)
    for status in ("THEOREM", "UPPER BOUND (theorem, Gordon)", "PREDICTION (non-rigorous)"):
        known = replace(
            instance.known, verdict=status.partition(" (")[0], value="2.54", statement=claim.statement(),
            items=({"status": status, "value": "2.54"},),
        )  # fmt: skip
        found = disagreement(entry, known, {"x.cert.jsonl": ("VERIFIED", claim)})
        assert (found is None) is (status in statuses or status.startswith("PREDICTION"))
        other = replace(known, items=(*known.items, {"status": "THEOREM", "value": "0.833"}))
        assert disagreement(entry, other, {"x.cert.jsonl": ("VERIFIED", claim)}) is not None


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("dichotomies-6-1", "dichotomies-6-2"), ("quadrics-4-1", "quadrics-4-2"), ("value-tail-1", "value-mills-3"),
        ("generic-4-8-24-tanh", "generic-4-8-24-sigmoid"), ("perceptron-0", "perceptron-1"), ("naive-3-3-5", "wine"),
        ("lemma-a.1-0", "lemma-a.1-1"), ("filling-2-2-1", "filling-2-2-2-1"), ("wine-width-24", "wine-width-26"),
    ],
)  # fmt: skip
def test_the_certificate_of_another_claim_is_found_whatever_the_lock_says(name, other):
    mine, its = one(name), one(other)
    names = [file.name.replace(other, name) for file in its.files]
    claims = dict(zip(names, claims_of(its).values(), strict=True))
    assert disagreement(mine.entry, replace(its.known, digest=""), claims) is not None


def test_a_count_is_exact():
    instance = one("dichotomies-6-1")
    claim = Count(Dichotomies(False, 1, 6), 3)
    assert "3" in str(disagreement(instance.entry, instance.known, {"x.cert.jsonl": ("VERIFIED", claim)}))


def test_theorems_and_families():
    entry = replace(one("value-tail-1").entry, theorem="tree-capacity")
    assert family_fault(entry, ["enclosure"]) is None
    assert family_fault(entry, []) is None
    assert "is instantiated by certificates of the family enclosure" in str(family_fault(entry, ["rank"]))
    jump = replace(entry, theorem="symmetry-breaking-jump")
    assert family_fault(jump, []) is None
    assert "is instantiated without certificates" in str(family_fault(jump, ["enclosure"]))
    assert "is instantiated by" in str(family_fault(replace(entry, theorem="cover-count"), []))
