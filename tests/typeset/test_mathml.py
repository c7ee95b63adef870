"""MathML: golden elements, well-formed, and the symbols of a formula in their order."""

import re
from xml.etree import ElementTree

import pytest
from support import every_kind

from exactcap.typeset.mathml import inline, mathml
from exactcap.typeset.plain import plain_formula
from exactcap.typeset.prose import Math, spans
from exactcap.typeset.tex import formula


def bare(text):
    """Elements without attributes, spaces left out."""
    return re.sub(r"<mspace></mspace>", "", re.sub(r"<(\w+)[^>]*>", r"<\1>", text))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x_i^2", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"),
        (r"\frac{a}{b+1}", "<mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mn>1</mn></mrow></mfrac>"),
        (r"\sqrt{n}", "<msqrt><mi>n</mi></msqrt>"),
        (r"\binom nk", "<mrow><mo>(</mo><mfrac><mi>n</mi><mi>k</mi></mfrac><mo>)</mo></mrow>"),
        (
            r"\sum_{k<d}^n k",
            "<munderover><mo>∑</mo><mrow><mi>k</mi><mo>&lt;</mo><mi>d</mi></mrow><mi>n</mi></munderover><mi>k</mi>",
        ),
        (r"\int_0^1", "<msubsup><mo>∫</mo><mn>0</mn><mn>1</mn></msubsup>"),
        (r"\lim_n a_n", "<munder><mo>lim</mo><mi>n</mi></munder><msub><mi>a</mi><mi>n</mi></msub>"),
        (r"\ln n", "<mi>ln</mi><mi>n</mi>"),
        (r"\mathbb{R}^d", "<msup><mi>ℝ</mi><mi>d</mi></msup>"),
        (r"\mathbf{1}\mathbf{w}\mathcal{N}", "<mn>𝟏</mn><mi>𝐰</mi><mi>𝒩</mi>"),
        (r"\hat x", "<mover><mi>x</mi><mo>^</mo></mover>"),
        ("f'(x)", "<mrow><mi>f</mi><mo>′</mo></mrow><mo>(</mo><mi>x</mi><mo>)</mo>"),
        (
            r"\left\lceil\frac n2\right\rceil",
            "<mrow><mo>⌈</mo><mfrac><mi>n</mi><mn>2</mn></mfrac><mo>⌉</mo></mrow>",
        ),
        (r"x\text{ if }y", "<mi>x</mi><mtext>\u00a0if\u00a0</mtext><mi>y</mi>"),
        (r"a\,b", "<mi>a</mi><mi>b</mi>"),
    ],
)
def test_elements(source, expected):
    assert bare(mathml(formula(source))) == f"<math>{expected}</math>"


def test_spaces_are_those_of_tex():
    assert 'lspace="0.2778em" rspace="0.2778em"' in mathml(formula("a=b"))
    assert 'lspace="0.2222em" rspace="0.2222em"' in mathml(formula("a-b"))
    assert 'lspace="0" rspace="0"' in mathml(formula("-b"))
    assert 'lspace="0" rspace="0"' in mathml(formula("x_{a=b}"))
    assert '<mspace width="0.1667em">' in mathml(formula(r"2\ln n"))
    assert "mspace" not in mathml(formula(r"\ln(n)"))


def test_fences_stretch_around_what_is_tall_only():
    assert mathml(formula(r"\left(\frac ab\right)")).count('stretchy="true"') == 2
    assert 'stretchy="true"' not in mathml(formula(r"\left(x\right)(\frac ab)"))


def test_long_formulas_may_break_after_relations_but_not_inside_brackets():
    long = inline(formula(r"\sum_{j=1}^{m} v_j\,\psi(\langle w_j,x_i\rangle+b_j)=y_i+z_i+u_i+v_i"))
    assert long.count("<math>") == 2
    assert inline(formula("a=b")).count("<math>") == 1


def test_every_claim_is_well_formed_and_keeps_its_letters():
    for name, certificate in every_kind().items():
        for span in spans(certificate.claim.latex()):
            if isinstance(span, Math):
                texts = "".join(ElementTree.fromstring(mathml(span.tree)).itertext())
                letters = [c for c in plain_formula(span.tree) if "α" <= c <= "ω"]
                assert [c for c in texts if "α" <= c <= "ω"] == letters, name
                assert bare("".join(re.findall(r"<m[ion].*?</m[ion]>", inline(span.tree)))) == bare(
                    "".join(re.findall(r"<m[ion].*?</m[ion]>", mathml(span.tree)))
                ), name
