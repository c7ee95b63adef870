"""Mutated certificates: each is rejected, unless the claim that it states follows by other means."""

from __future__ import annotations

import copy
import json
import math
import resource
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import ROOT, certificate, every_kind, follows, interpolation, judge, to_bytes, to_records

from exactcap.checker.modular import totient
from exactcap.claims import Generic, Table

KINDS = every_kind()
RECORDS = {name: to_records(proof) for name, proof in KINDS.items()}


@pytest.mark.parametrize("name", KINDS)
def test_unchanged_certificates_are_verified(name, tmp_path):
    verdict = judge(b"".join(KINDS[name].lines()), tmp_path)
    assert verdict.finding == ("PROBABLE" if name == "rank, random" else "VERIFIED"), verdict.reason
    assert verdict.relies_on == KINDS[name].relies_on
    assert follows(RECORDS[name])


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths to the parts of a JSON value, the inner ones included; of a long array the first two and the last."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if not isinstance(value, list) or not path or key in (0, 1, len(value) - 1):
            yield from leaves(item, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy with the part at ``path`` replaced."""
    if not path:
        return new
    result = copy.copy(value)
    result[path[0]] = replaced(value[path[0]], path[1:], new)
    return result


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def variants(part: Any) -> list[Any]:
    """Other values in the place of a part of a certificate."""
    other: list[Any] = [None, True, False, 1.5, "", "x", "0x20000000000000", 10**14, -1, 0, 1, 2, [], {}, [[]], "1/2"]
    if type(part) is int:
        other += [part + 1, part - 1, -part, str(part), float(part)]
    if isinstance(part, str):
        other += [part + " ", part[::-1], part[:-1], part.upper(), "-" + part]
    if isinstance(part, list):
        other += [part[:-1], part + part[-1:], part[::-1], part[1:], [*part, 0]]
    if isinstance(part, dict):
        other += [{**part, "extra": 1}, {**part, "A": 0}]
        other += [{k: v for k, v in part.items() if k != key} for key in part]
    return [v for v in other if json.dumps(v) != json.dumps(part)]


def require_rejected_or_true(records: list[Any], tmp_path) -> bool:
    verdict = judge(to_bytes(records), tmp_path)
    if verdict.finding != "REJECTED":
        assert follows(records), f"a false claim was verified: {verdict.statement}"
    else:
        assert verdict.reason
    return verdict.finding != "REJECTED"


@pytest.mark.parametrize("name", KINDS)
def test_every_field_changed(name, tmp_path):
    records, accepted = RECORDS[name], []
    for path in (path for path in leaves(records) if path):
        for variant in variants(at(records, path)):
            if require_rejected_or_true(replaced(records, path, variant), tmp_path):
                accepted.append(path)
    # what may change without harm is part of the claim, or evidence that is as good: never the frame
    assert not [path for path in accepted if path[0] in (0, 2) or path[-1] in ("family", "evidence", "kind", "witness")]


@pytest.mark.parametrize("name", KINDS)
def test_lines_dropped_repeated_swapped_truncated(name, tmp_path):
    records = RECORDS[name]
    for k in range(len(records)):
        assert judge(to_bytes(records[:k] + records[k + 1 :]), tmp_path).finding == "REJECTED"
        assert judge(to_bytes(records[: k + 1] + records[k:]), tmp_path).finding == "REJECTED"
        if k:
            swapped = [*records[: k - 1], records[k], records[k - 1], *records[k + 1 :]]
            require_rejected_or_true(swapped, tmp_path)  # two rows of a right inverse may be as good the other way
    content = to_bytes(records)
    for length in {0, 1, len(content) // 2, len(content) - 2, len(content) - 1}:
        assert judge(content[:length], tmp_path).finding == "REJECTED"


@pytest.mark.parametrize(
    "edit",
    [
        lambda raw: raw.replace(b'"version":1', b'"version":1,"version":1'),
        lambda raw: raw.replace(b'"version":1', b'"version": 1'),
        lambda raw: raw.replace(b'"version":1', b'"version":1.0'),
        lambda raw: raw.replace(b'"version":1', b'"version":true'),
        lambda raw: raw.replace(b'"version":1', b'"version":2'),
        lambda raw: raw.replace(b'"width":4', b'"width":3,"width":4'),
        lambda raw: raw.replace(b'"width":4', b'"width":04'),
        lambda raw: raw.replace(b'"width":4', b'"width":4e0'),
        lambda raw: raw.replace(b'"width":4', b'"width":"0x4"'),
        lambda raw: raw.replace(b'"width":4', b'"width":NaN'),
        lambda raw: raw.replace(b'"label":"y"', b'"label":"\\u0079"'),
        lambda raw: raw.replace(b'"label":"y"', '"label":"ÿ"'.encode()),
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw.replace(b"}\n", b"} \n", 1),
    ],
)  # fmt: skip
def test_not_canonical(edit, tmp_path):
    import hashlib

    content = to_bytes(RECORDS["table, eliminate"])
    edited = edit(content)
    assert edited != content
    body = edited[: edited.rindex(b'{"sha256"')]
    end = b"\r\n" if b"\r\n" in edited else b"\n"
    repaired = body + b'{"sha256":"%s"}' % hashlib.sha256(body).hexdigest().encode() + end
    assert not judge(repaired, tmp_path).verified


def test_bytes_after_the_end_and_a_wrong_digest(tmp_path):
    content = to_bytes(RECORDS["table, eliminate"])
    assert judge(content, tmp_path).verified
    for tail in (b"\n", b"{}\n", b" ", content):
        assert "after the last line" in judge(content + tail, tmp_path).reason
    assert "digest" in judge(content.replace(b'"width":4', b'"width":5'), tmp_path).reason


@pytest.mark.parametrize("modulus", [1, 0, -1, -2097143, 2, 4, 2**31, 2**64])
@pytest.mark.parametrize("name", ["table, inverse", "generic, exponential", "generic, rational"])
def test_another_modulus_is_rejected(name, modulus, tmp_path):
    records = copy.deepcopy(RECORDS[name])
    records[3]["modulus"] = modulus if abs(modulus) < 2**53 else hex(modulus)
    assert not judge(to_bytes(records), tmp_path).verified


def test_the_width_may_grow_but_not_shrink(tmp_path):
    records = copy.deepcopy(RECORDS["table, inverse"])
    for width, verified in ((4, True), (5, True), (9, True), (3, False), (2, False), (1, False)):
        records[1]["claim"]["width"] = width
        assert judge(to_bytes(records), tmp_path).verified is verified, width


def test_a_larger_n_is_rejected(tmp_path):
    records = copy.deepcopy(RECORDS["generic, exponential"])
    records[1]["claim"]["inputs"]["n_samples"] = 9
    assert not judge(to_bytes(records), tmp_path).verified
    records[4]["points"].append([3, 5])
    assert not judge(to_bytes(records), tmp_path).verified
    records[6]["columns"].append(records[6]["columns"][-1] + 1)
    assert not judge(to_bytes(records), tmp_path).verified


def test_swapped_data_is_rejected_when_the_witness_is_an_inverse(tmp_path):
    records = copy.deepcopy(RECORDS["table, inverse"])
    values = records[1]["claim"]["inputs"]["values"]
    values[0], values[1] = values[1], values[0]
    assert not judge(to_bytes(records), tmp_path).verified
    values[0] = values[1]
    assert "equal" in judge(to_bytes(records), tmp_path).reason


def test_evidence_of_an_easier_claim(tmp_path):
    """The evidence of another certificate never fits, whichever pair is tried."""
    for name, records in RECORDS.items():
        for other, evidence in RECORDS.items():
            mixed = records[:3] + evidence[3:]
            if name != other and judge(to_bytes(mixed), tmp_path).finding != "REJECTED":
                assert follows(mixed), (name, other)


def test_a_zero_factor_and_a_fractional_scaling_are_rejected(tmp_path):
    for factor in ("0", "1/7"):
        records = copy.deepcopy(RECORDS["table, eliminate"])
        records[4]["factors"][0] = factor
        assert "factor" in judge(to_bytes(records), tmp_path).reason


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 10**7,
        b"[" * 10**7 + b"\n",
        b'{"a":' * 2 * 10**6 + b"\n",
        b"[" + b"[]," * 5 * 10**6 + b"[]]\n",
        b"[" + b"{}," * 5 * 10**6 + b"{}]\n",
        b"[" + b"-9," * 5 * 10**6 + b"-9]\n",
        b'{"format":"' + b"\\u0041" * 10**6 + b'"}\n',
        b"9" * 10**7 + b"\n",
        b"\x00" * 10**7,
        b"",
        b'[[[[[[[[["' + b'\\"' * 10**6 + b"\n",
    ],
    ids=[
        "brackets",
        "line",
        "objects",
        "arrays",
        "empty-objects",
        "numbers",
        "escapes",
        "digits",
        "nul",
        "empty",
        "open-string",
    ],
)
def test_hostile_files_are_rejected_within_a_gibibyte(content, tmp_path):
    path = tmp_path / "hostile.cert.jsonl"
    path.write_bytes(content)
    run = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "exactcap" / "checker"), str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30)),
    )
    assert (run.returncode, run.stderr) == (1, "")
    assert run.stdout.startswith("REJECTED")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_random_mutants(data, tmp_path):
    """Several random edits at once, of values or of raw bytes; never a traceback, never a false claim verified."""
    name = data.draw(st.sampled_from(sorted(RECORDS)))
    records = copy.deepcopy(RECORDS[name])
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from([path for path in leaves(records) if path]))
        part = at(records, path)
        records = replaced(records, path, data.draw(st.sampled_from(variants(part))))
    require_rejected_or_true(records, tmp_path)
    raw = bytearray(to_bytes(RECORDS[name]))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    verdict = judge(bytes(raw), tmp_path)
    assert verdict.finding == "REJECTED" or bytes(raw) == to_bytes(RECORDS[name])


def test_brackets_in_names_are_not_nesting(tmp_path):
    names = tuple(f'[{k}, {k + 1}) {{"\\' for k in range(12))
    inputs = Table(names, "y", (1, 2), (("0",) * 12, ("1",) * 12))
    verdict = judge(b"".join(certificate(interpolation("tanh", inputs, 2)).lines()), tmp_path)
    assert verdict.verified, verdict.reason


def test_the_totient_is_the_number_of_units():
    for modulus in [*range(2, 200), 2**12, 3**7, 509 * 17]:
        assert totient(modulus) == sum(math.gcd(k, modulus) == 1 for k in range(modulus))
    assert totient(2097143) == 2097142
    assert totient(2**31 - 1) == 2**31 - 2
    assert totient(46337**2) == 46337 * 46336  # the square of a prime just below 2^31


def test_a_composite_modulus_proves_too(tmp_path):
    """p need not be prime: elimination with unit pivots modulo 2097143 * 11 is as good."""
    records = copy.deepcopy(RECORDS["generic, rational"])
    proof = to_records(certificate(interpolation("x^3/3 + x", Generic(2, 6), 4)))
    proof[3]["modulus"] = 509 * 1021
    verdict = judge(to_bytes(proof), tmp_path)
    assert verdict.verified, verdict.reason
    proof[3]["modulus"] = 3 * 509  # 1/3 has no residue
    assert "not a unit" in judge(to_bytes(proof), tmp_path).reason
    assert records[3]["modulus"] == 2097143
