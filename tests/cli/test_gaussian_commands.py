"""``exactcap certify gaussian`` for the lemmas, as a user meets it."""

from __future__ import annotations

import json

import pytest

from exactcap.checker.main import check_file
from exactcap.cli.main import main


def run(capsys, *arguments: str) -> tuple[int, list[str], str]:
    status = main(("certify", "gaussian", *arguments))
    out, err = capsys.readouterr()
    return status, out.splitlines(), err


@pytest.mark.parametrize(
    ("arguments", "status", "last"),
    [
        (
            "correlation-separated --activation relu --constant 1 --exponent sharp --bias-from 0",
            0,
            "PROVED Proposition 3.1, sharp form: for all b",
        ),
        (
            "prop-3.1 --activation threshold --constant 2 --bias-from -1",
            0,
            "PROVED Proposition 3.1, reconstructed form: for all b >= -1",
        ),
        (
            "prop-3.1 --activation relu --constant 0.99 --bias-from 0",
            1,
            "REFUTED this variant of Proposition 3.1 is false: for all b >= 0",
        ),
        (
            "correlation-orthogonal --activation threshold --epsilon 1/8 --constant 2 --bias-from 1",
            0,
            "PROVED Proposition 3.2 (ii), rec",
        ),
        (
            "correlation-orthogonal --activation relu --epsilon 0.1 --constant 2 --bias-from any",
            0,
            "PROVED Proposition 3.2 (ii), rec",
        ),
        (
            "norm-change --activation relu --epsilon 1/5 --constant 1/2",
            0,
            "PROVED Proposition 3.2 (i), reconstructed form: for all b >= 0 and u",
        ),
        ("decoupling --epsilon 1/16 --best-constant", 0, "PROVED smallest constant 1203/1000 (refuted at 601/500)"),
        ("deviation --activation threshold", 0, "PROVED Lemma 4.1, explicit form: for all m >= 1"),
        ("deviation --activation relu --root 9", 3, "UNDECIDED no rule"),
        ("perception --constant 1/1025", 0, "PROVED Lemma 6.1, explicit form: for all K vectors"),
        ("perception-layer --constant 1/385", 0, "PROVED Theorem 6.2, explicit form: for every r >= 2"),
        (
            "theorem-6.2 --constant 1/1000 --outputs one",
            1,
            "REFUTED this variant of Theorem 6.2 is false: for r = 1",
        ),
        ("asymptotics --order 2 --best-constant", 0, "PROVED smallest constant 6 (refuted at 5999/1000)"),
        (
            "stability --order 1 --z-from -1/4 --z-to 1 --bias-from 2 --constant 4",
            0,
            "PROVED Lemma A.2, explicit form: for all b >= 2 and z",
        ),
        (
            "stability --order 1 --z-from 0 --z-to inf --constant none",
            0,
            "PROVED Lemma A.2, explicit form: for all b >= 1 and z from 0 to inf",
        ),
        ("stability --order 1 --z-from 0 --z-to inf --constant 4", 1, "REFUTED this variant of Lemma A."),
        (
            "monotonicity --variable sigma --activation threshold --bias-from 0",
            0,
            "PROVED Lemma A.3, explicit form: for all b >= 0: E psi",
        ),
        (
            "lemma-A.3 --variable sigma --activation closed-threshold --bias-from 0",
            1,
            "REFUTED this variant of Lemma A.",
        ),
        (
            "monotonicity --of correlation --variable rho --activation relu",
            0,
            "PROVED Monotonicity, explicit form: E phi(X - b) phi(Y - b) does",
        ),
        ("domination --activation relu --smallest-bias", 0, "PROVED smallest bias 581/500 (refuted at 1161/1000)"),
    ],
)
def test_the_issue_s_commands(arguments, status, last, capsys):
    code, out, err = run(capsys, *arguments.split())
    assert (code, err) == (status, "")
    assert out[-1].startswith(last)


def test_a_search_writes_both_ends(capsys, tmp_path):
    path = tmp_path / "best.cert.jsonl"
    status, out, _ = run(capsys, "lemma-A.1", "--order", "1", "--best-constant", "-o", str(path), "--json")
    record = json.loads(out[-1])
    assert (status, record["verdict"]) == (0, "PROVED")
    assert record["best"] == {
        "name": "constant", "certified": "3", "refuted": "2999/1000", "is_smaller_better": True,
    }  # fmt: skip
    assert check_file(str(path)).statement == record["certificate"]["statement"]
    assert check_file(str(tmp_path / "best.refuted.cert.jsonl")).statement.startswith(
        "this variant of Lemma A.1 is false: "
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("prop-3.1 --activation relu --constant nan --bias-from 0", "constant: 'nan' is not a rational number"),
        ("prop-3.1 --activation relu --constant 1", "bias-from: give either --bias-from NUMBER or --smallest-bias"),
        ("prop-3.1 --activation relu --best-constant --smallest-bias", "best-constant: give one of"),
        ("prop-3.1 --activation relu --constant 1 --bias-from 0 --exponent=-1/8", "exponent: -1/8 is negative"),
        ("prop-3.2-ii --activation relu --epsilon 1/2 --constant 2 --bias-from 0", "epsilon: 1/2 is not in [0, 1/2)"),
        ("prop-3.2-i --activation relu --epsilon 1 --constant 1/2", "epsilon: 1 is not in [0, 1)"),
        ("lemma-A.1 --order 3 --constant 2", "order: 3 is not between 0 and 2"),
        ("lemma-A.2 --order 1 --z-from -1 --z-to 2 --constant 3", "z-from: the range from -1 to 2"),
        ("lemma-A.2 --order 1 --z-from 0 --z-to 2 --constant 3 --bias-from 0", "bias-from: 0 is not positive"),
        ("lemma-A.3 --variable rho --activation relu", "variable: a moment has no rho"),
        ("lemma-A.3 --of correlation --variable rho", "activation: 'any' does not go with"),
        ("lemma-6.1 --constant 1/2000 --noise 1/2", "noise: 1/2 is not between 0 and 1/8"),
        ("theorem-6.2 --constant 0", "constant: 0 is not positive"),
        ("lemma-3.3 --epsilon 1/16 --best-constant --tolerance 0", "tolerance: 0 is not between 1e-50 and 1"),
        ("theorem-7.1 --points 3", "theorem-7.1 (three layers memorize): not instantiable"),
        ("lemma-5.3", "use Theorem E"),
        ("lemma-3.3 --epsilon 1/16 --best-constant --tolerance 1e-300", "tolerance: 1e-300 is not between"),
        ("prop-3.1 --activation relu --constant 1e400 --bias-from 0", "constant: the number has more than 300 digits"),
        ("lemma-9.9", "See 'exactcap certify gaussian --help'"),
    ],
)
def test_bad_input_is_one_line(arguments, message, capsys):
    status, out, err = run(capsys, *arguments.split())
    assert (status, out) == (2, [])
    assert message in err
    assert err.count("\n") == 1


def test_explanations_have_five_sentences(capsys, tmp_path):
    for k, arguments in enumerate(
        ("prop-3.1 --activation relu --constant 1 --bias-from 0",
         "prop-3.1 --activation relu --constant 2 --bias-from=-1",
         "theorem-6.2 --constant 1/10 --outputs one", "domination --activation relu --bias-from 2",
         "lemma-3.3 --constant 1 --epsilon 1/16", "mills --bound birnbaum", "mills --bound pollak",
         "mills --bound laplace-2 --error-decreases")
    ):  # fmt: skip
        path = str(tmp_path / f"{k}.cert.jsonl")
        run(capsys, *arguments.split(), "-o", path)
        assert main(("explain", path)) == 0
        out = capsys.readouterr().out
        assert "\n  5. " in out
        assert "\n  6. " not in out
