"""Exact solutions near weights: certificates against the checker, and the second opinion for those without witness."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import pytest
from newton_cases import ACTIVATIONS, Case, case, lipschitz

from exactcap.certificates.format import Certificate, read_certificate, write_certificate
from exactcap.checker.main import check_file
from exactcap.claims import Classes, Labels, Nearby, Numbers, Table
from exactcap.errors import InputError
from exactcap.provers import recheck, right_inverse
from exactcap.provers.nearby import prove_nearby, rounded_up
from exactcap.provers.outcome import Finding, Outcome
from exactcap.provers.recheck import recheck_nearby
from exactcap.provers.records import read_activation
from exactcap.training.weights import Weights

N, D, M = 12, 3, 6


@cache
def known(name: str, outputs: int = 1) -> Case:
    """Inputs whose third column is constant, and 0 once shifted."""
    rows = [[Fraction(k, 10), Fraction(5 * k % N, 8), Fraction(1, 2)] for k in range(N)]
    return case(name, N, D, M * outputs, rows, outputs)


def table(rows: list[list[Fraction]]) -> Table:
    return Table(("a", "b", "c"), "y", tuple(range(1, N + 1)), tuple(tuple(map(str, row)) for row in rows))


def labels(name: str = "tanh") -> Numbers:
    return Numbers(tuple(map(str, known(name).targets)))


def outcome(name: str = "tanh", weights: Weights | None = None, given: Labels | None = None) -> Outcome:
    return prove_nearby(
        read_activation(name), table(known(name).rows), given or labels(name), weights or known(name).weights
    )


def certificate(name: str = "tanh", outputs: int = 1) -> Certificate:
    given = known(name, outputs)
    found = outcome(name, given.weights, given.labels())
    assert found.finding is Finding.PROVED, found.reason
    assert found.certificate is not None
    return found.certificate


def finding(certificate: Certificate, tmp_path: Path) -> str:
    path = tmp_path / "nearby.cert.jsonl"
    write_certificate(certificate, path)
    return check_file(str(path)).finding


SEVERAL = [("tanh", 2), ("gelu", 3), ("exp", 2), ("x/(1+x^2)", 3)]


@pytest.mark.parametrize(("name", "outputs"), [*((name, 1) for name in ACTIVATIONS), *SEVERAL])
def test_the_checker_and_the_second_opinion_confirm(name: str, outputs: int, tmp_path: Path) -> None:
    found = certificate(name, outputs)
    assert finding(found, tmp_path) == "VERIFIED"
    assert recheck_nearby(found).finding is Finding.PROVED
    assert isinstance(found.claim, Nearby)
    assert 0 < found.claim.distance[0] * 10.0 ** found.claim.distance[1] < 1e-9


@pytest.mark.parametrize(("name", "outputs"), [("tanh", 1), ("exp", 1), ("tanh", 2)])
def test_beyond_the_checkers_rows_the_second_opinion_decides(
    name: str, outputs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_witness = certificate(name, outputs)
    monkeypatch.setattr(right_inverse, "MAX_WITNESS", N * outputs - 1)
    found = certificate(name, outputs)
    assert [sorted(line) for line in found.evidence[3:]] == [["witness"]]
    assert found.evidence[3] == {"witness": "none"}
    second = recheck_nearby(found)
    assert second.finding is Finding.PROVED, second.reason
    assert isinstance(found.claim, Nearby)
    assert isinstance(with_witness.claim, Nearby)
    a, b = (claim.distance[0] * 10.0 ** claim.distance[1] for claim in (found.claim, with_witness.claim))
    assert 0.2 < a / b < 5  # other columns, the same size
    assert finding(found, tmp_path) == "REJECTED"  # so few rows must have a witness
    path = tmp_path / "again.cert.jsonl"
    write_certificate(found, path)
    assert recheck_nearby(read_certificate(path)).finding is Finding.PROVED


def test_the_second_opinion_rejects_what_is_false() -> None:
    found = certificate()
    claim, (kind, centre, choice, *rest) = found.claim, found.evidence
    assert isinstance(claim, Nearby)

    def changed(claim: Nearby = claim, centre: object = centre, choice: object = choice) -> Certificate:
        return Certificate(claim, found.relies_on, (kind, centre, choice, *rest))  # type: ignore[arg-type]

    assert recheck_nearby(changed()).finding is Finding.PROVED
    m, e = claim.distance
    values = (*labels().values[:-1], str(known("tanh").targets[-1] + 1))
    for false in (
        changed(msgspec.structs.replace(claim, distance=(m, e - 1))),
        changed(msgspec.structs.replace(claim, labels=Numbers(values))),
        changed(msgspec.structs.replace(claim, offset=str(Fraction(claim.offset) + Fraction(1, 10**9)))),
        changed(msgspec.structs.replace(claim, outer=(str(Fraction(claim.outer[0]) + 1), *claim.outer[1:]))),
        changed(choice={**choice, "radius": str(Fraction(choice["radius"]) / 2)}),
        changed(choice={**choice, "radius": "1"}),
        changed(msgspec.structs.replace(claim, offset="1", distance=(1, 400))),
        changed(choice={**choice, "columns": choice["columns"][: N - 1]}),
        changed(centre={**centre, "biases": ["0"] * M}),
    ):
        assert recheck_nearby(false).finding is Finding.UNDECIDED


def test_the_second_opinion_rejects_what_is_false_of_several_outputs() -> None:
    found = certificate("tanh", 2)
    claim, (kind, centre, choice, *rest) = found.claim, found.evidence
    assert isinstance(claim, Nearby)
    assert isinstance(claim.labels, Classes)
    assert recheck_nearby(found).finding is Finding.PROVED
    assert isinstance(claim.offset, tuple)
    turned = tuple(code[::-1] for code in claim.labels.codes)
    for false in (
        msgspec.structs.replace(claim, labels=Classes(claim.labels.classes, turned, claim.labels.values)),
        msgspec.structs.replace(claim, offset=claim.offset[::-1]),
        msgspec.structs.replace(claim, outer=tuple(row[::-1] for row in claim.outer_rows())),
    ):
        second = recheck_nearby(Certificate(false, found.relies_on, found.evidence))
        assert second.finding is Finding.UNDECIDED
    others = [k for k in range(M * 2 * (D + 3)) if k % (D + 3) != D + 2]  # no weight of the second output
    fewer = {**choice, "columns": others[: len(choice["columns"])]}
    second = recheck_nearby(Certificate(claim, found.relies_on, (kind, centre, fewer, *rest)))
    assert second.finding is Finding.UNDECIDED
    for malformed in (
        msgspec.structs.replace(claim, offset="0"),
        msgspec.structs.replace(claim, outer=claim.outer[:-1]),
        msgspec.structs.replace(claim, outer=tuple(row[0] for row in claim.outer_rows())),
        msgspec.structs.replace(claim, labels=Numbers(tuple("1" for _ in range(N)))),
    ):
        with pytest.raises(InputError, match="malformed"):
            recheck_nearby(Certificate(malformed, found.relies_on, found.evidence))


@pytest.mark.parametrize("name", ["tanh", "exp"])
def test_the_second_opinion_takes_the_largest_output(name: str) -> None:
    """Its residual and L by definition, and J with psi and psi' off by all that the balls allow."""
    found, psi, radius = certificate(name, 3), read_activation(name), 0.125
    assert isinstance(found.claim, Nearby)
    rows = recheck._parameters(found.claim, found.evidence[1])
    for row in rows:
        row[-1] *= 16
    centre, _, _ = recheck._read(found.claim, rows, found.evidence[2])
    at = recheck._evaluate(psi, centre, lambda *part: None)
    residuals = np.abs(at.values @ centre.v - np.array(centre.targets, dtype=float))
    assert residuals[:, :-1].max() < 1e-9 < residuals.max() <= at.beta * (1 + 1e-9)
    rng, (m, outputs) = np.random.default_rng(1), centre.v.shape
    R = np.zeros((m, D + 1 + outputs))
    columns = np.delete(np.arange(R.size), np.s_[3::4])
    R.flat[columns] = rng.random(len(columns)) / 8
    first, second = np.ones((N, m)), np.full((N, m), 0.77)
    if name == "exp":
        first = second = at.values * np.exp(radius * np.abs(centre.ones) @ R[:, : D + 1].T)
    chosen = R.ravel()[columns]
    true = lipschitz(centre.ones, centre.v, R, first, second)
    L = recheck._curvature(psi, centre, at, columns, chosen, radius)
    assert true > 1.001 * lipschitz(centre.ones, centre.v, R * ([1] * (D + 1) + [0] * outputs), first, second)
    assert true <= L * (1 + 1e-12)
    assert true == pytest.approx(L)
    wide = replace(at, error=1e6)
    moved = replace(at, values=at.values + wide.error, slopes=at.slopes + wide.error)
    off = np.abs(recheck._jacobian(centre, moved, columns) - recheck._jacobian(centre, at, columns)) @ chosen
    assert off.argmax() % outputs == outputs - 1
    assert off.max() < recheck._uncertainty(centre, wide, columns, chosen) < 8 * off.max()


def test_the_second_opinion_raises_for_what_it_cannot_read() -> None:
    found = certificate()
    kind, centre, choice, *rest = found.evidence
    for wrong in (
        {**choice, "columns": [0, 0, *choice["columns"][2:]]},
        {**choice, "columns": [*choice["columns"][:-1], M * (D + 2)]},
        {"bits": 30},
    ):
        with pytest.raises(InputError, match="malformed"):
            recheck_nearby(Certificate(found.claim, found.relies_on, (kind, centre, wrong, *rest)))
    third = {**centre, "outer": ["1/3", *centre["outer"][1:]]}
    with pytest.raises(InputError, match="1/3 is not a float64 number"):
        recheck_nearby(Certificate(found.claim, found.relies_on, (kind, third, choice, *rest)))
    far = {**choice, "radius": "1" + 400 * "0"}
    with pytest.raises(InputError, match="radius is beyond the range"):
        recheck_nearby(Certificate(found.claim, found.relies_on, (kind, centre, far, *rest)))
    with pytest.raises(InputError, match="family nearby"):
        recheck_nearby(Certificate(found.claim, found.relies_on, (kind,)))


def test_single_precision_and_classes(tmp_path: Path) -> None:
    """Each output a class of its own, with the output as its code."""
    codes = tuple((value,) for value in labels().values)
    classes = Classes(tuple(f"class {k}" for k in range(N)), codes, tuple(range(N)))
    weights = known("tanh").weights
    W, b, v = (a.astype(np.float32).astype(float) for a in (weights.W, weights.b, weights.v))
    found = outcome("tanh", replace(weights, W=W, b=b, v=v), classes)
    assert found.finding is Finding.PROVED, found.reason
    assert found.certificate is not None
    assert isinstance(found.certificate.claim, Nearby)
    assert found.certificate.claim.distance[0] * 10.0 ** found.certificate.claim.distance[1] > 1e-9
    assert finding(found.certificate, tmp_path) == "VERIFIED"


def test_what_is_far_from_a_solution_stays_undecided() -> None:
    weights, rng = known("tanh").weights, np.random.default_rng(0)
    noisy = replace(weights, W=weights.W + 0.3 * rng.standard_normal(weights.W.shape), v=weights.v + 0.3)
    wrong = Numbers((*labels().values[:-1], str(known("tanh").targets[-1] + 2)))
    for found in (outcome("tanh", noisy), outcome("tanh", weights, wrong)):
        assert found.finding is Finding.UNDECIDED
        assert found.certificate is None
        assert "train longer" in found.reason


@pytest.mark.parametrize("change", [0, 1])
def test_equal_rows_that_bypass_the_front_end_stay_undecided(change: int) -> None:
    """With equal labels, too: then a solution exists, but the Jacobian is singular."""
    rows = [known("tanh").rows[1], *known("tanh").rows[1:]]
    values = (str(known("tanh").targets[1] + change), *labels().values[1:])
    found = prove_nearby(read_activation("tanh"), table(rows), Numbers(values), known("tanh").weights)
    assert found.finding is Finding.UNDECIDED
    assert "merge equal rows" in found.reason or "train longer" in found.reason


def test_what_cannot_be_asked_raises() -> None:
    two = Classes(("no", "yes"), (("1", "0"), ("0", "1")), tuple(k % 2 for k in range(N)))
    with pytest.raises(InputError, match=r"codes of length 2, but the weights have 1 output; give codes of length 1"):
        outcome("tanh", given=two)
    with pytest.raises(InputError, match="numbers, but the weights have 3 outputs"):
        outcome("tanh", known("tanh", 3).weights)
    weights = known("tanh").weights
    narrow = replace(weights, W=weights.W[:, :2], factors=np.ones(2), shifts=np.zeros(2))
    with pytest.raises(InputError, match="W has 2 columns, the table 3"):
        outcome("tanh", narrow)
    with pytest.raises(InputError, match="log has no proof"):
        prove_nearby(read_activation("log"), table(known("tanh").rows), labels(), weights)
    with pytest.raises(InputError, match="nan"):
        replace(weights, v=np.full(M, np.nan))


def test_distances_are_rounded_up() -> None:
    for x in (Fraction(1, 3), Fraction(10), Fraction(999999, 10**9), Fraction(7, 10**30), Fraction(1001)):
        m, e = rounded_up(x, 3)
        assert 100 <= m < 1000
        assert x <= m * Fraction(10) ** e < x * Fraction(102, 100)
