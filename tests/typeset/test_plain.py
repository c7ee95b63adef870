"""Formulas on a terminal: golden lines."""

import pytest
from support import every_kind

from exactcap.typeset.plain import plain


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\lfloor md/2\rfloor", "⌊md/2⌋"),
        (r"x_i\in\mathbb{R}^d", "x_i ∈ R^d"),
        (r"\frac{a+b}{c}", "(a+b)/c"),
        (r"\frac{1}{3}x^{3}+x", "(1/3) x^3 + x"),
        (r"\frac{1}{2}\,\le\frac{Q'(1)}{Q(1)}/E", "1/2 ≤ (Q'(1)/Q(1))/E"),
        (r"\frac{x^2y}{x_i^2}+\frac{-1}{2x+1}", "(x^2 y)/x_i^2 + (-1)/(2x+1)"),
        (r"\frac{2}{x+\sqrt{x^2+4}}", "2/(x+sqrt(x^2+4))"),
        (r"\sqrt{x^2+4}", "sqrt(x^2 + 4)"),
        (r"\sum_{i=1}^n v_i\,\psi(x_i)", "sum_{i=1}^n v_i ψ(x_i)"),
        (r"\binom{n-1}{k}", "binom(n-1, k)"),
        (r"-1\le x'_i-2<-y", "-1 ≤ x'_i - 2 < -y"),
        (r"2\ln n+\ln(k)", "2 ln n + ln(k)"),
        (r"\max_{i\le n}|x_i|^2", "max_{i≤n}|x_i|^2"),
        (r"x^2y^{2k}z_{ij}", "x^2 y^{2k} z_ij"),
        (r"\hat x_i+\bar\theta+\overline{ab}", "x̂_i + θ̄ + overline(ab)"),
        (r"125\cdot 10^{-4}", "125 · 10^-4"),
        (r"\left\lceil\frac nd\right\rceil", "⌈n/d⌉"),
        (r"\psi'(Z)\operatorname{diag}v", "ψ'(Z) diag v"),
        (r"x=y\quad\text{for all }y", "x = y for all y"),
        (r"(a,b)\bullet\{0,1\}^n", "(a, b) • {0, 1}^n"),
        (r"n!", "n!"),
        (r"\frac{a}{b}^2", "(a/b)^2"),
    ],
)
def test_lines(source, expected):
    assert plain(f"${source}$") == expected


def test_text_and_code_stay():
    assert plain(r"at most \$5, `a $b$` of $n$") == "at most $5, `a $b$` of n"


def test_every_claim_is_readable_on_a_terminal():
    for name, certificate in every_kind().items():
        line = plain(certificate.claim.latex())
        assert not set("\\$\n") & set(line), name
