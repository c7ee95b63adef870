"""Formulas: golden trees, what is refused, and that a formula written anew is the same formula."""

import pytest
from support import every_kind

from exactcap.errors import InputError
from exactcap.typeset import symbols
from exactcap.typeset.latex_text import latex_formula
from exactcap.typeset.prose import Math, spans
from exactcap.typeset.tex import (
    Accent,
    Binomial,
    Fenced,
    Fraction,
    Name,
    Root,
    Row,
    Scripts,
    Sized,
    Space,
    Symbol,
    Words,
    formula,
)

x, y, i, n = (Symbol(letter, letter, "letter") for letter in "xyin")
one, two = (Symbol(digit, digit, "number") for digit in "12")
equals = Symbol("=", "=", "relation")


@pytest.mark.parametrize(
    ("source", "items"),
    [
        ("x_i", (Scripts(x, i, None, 0),)),
        ("x_i^{2n}", (Scripts(x, i, Row((two, n)), 0),)),
        ("x''_i", (Scripts(x, i, None, 2),)),
        ("x'^2", (Scripts(x, None, two, 1),)),
        (r"\frac12 x", (Fraction(one, two, "frac"), x)),
        (r"\tfrac{1}{n}", (Fraction(one, n, "tfrac"),)),
        (r"\binom n2", (Binomial(n, two),)),
        (r"\sqrt{x y}", (Root(Row((x, y))),)),
        (r"\hat x_i", (Scripts(Accent("hat", x), i, None, 0),)),
        (r"\mathbb{R}^n", (Scripts(Name("mathbb", "R"), None, n, 0),)),
        (r"\operatorname{rank} x", (Name("operatorname", "rank"), x)),
        (r"x\text{ if 5\% of }y", (x, Words(" if 5% of "), y)),
        (r"x\,\quad y", (x, Space("\\,"), Space("\\quad"), y)),
        (r"\sum_{i=1}^n", (Scripts(Symbol("\\sum", "∑", "big"), Row((i, equals, one)), n, 0),)),
        (
            r"\left\lceil x\right.",
            (Fenced(Symbol("\\lceil", "⌈", "open"), Row((x,)), None),),
        ),
        (r"\bigl( x", (Sized("bigl", Symbol("(", "(", "open")), x)),
        (r"x\not\in y", (x, Symbol("\\not\\in", "∉", "relation"), y)),
        ("12.5", (Symbol("12.5", "12.5", "number"),)),
        ("1.", (one, Symbol(".", ".", "ordinary"))),
        ("{}_i", (Scripts(Row(()), i, None, 0),)),
        (r"\{x\}", (Symbol("\\{", "{", "open"), x, Symbol("\\}", "}", "close"))),
    ],
)
def test_trees(source, items):
    assert formula(source).items == items


def kinds(source):
    return [item.kind for item in formula(source).items if isinstance(item, Symbol)]


def test_a_minus_joins_only_what_stands_on_both_sides():
    assert kinds("x-y") == ["letter", "binary", "letter"]
    assert kinds("-x") == ["ordinary", "letter"]
    assert kinds("x=-y") == ["letter", "relation", "ordinary", "letter"]
    assert kinds("(-1)+") == ["open", "ordinary", "number", "close", "ordinary"]
    assert kinds(r"x\cdot-y") == ["letter", "binary", "ordinary", "letter"]
    assert kinds(r"x{,}y") == ["letter", "ordinary", "letter"]
    assert formula("x_+").items == (Scripts(x, Symbol("+", "+", "ordinary"), None, 0),)


@pytest.mark.parametrize(
    ("source", "place", "reason"),
    [
        (r"x\input{y}", 2, r"the command \input is not in the subset"),
        (r"\def\x{}", 1, r"the command \def"),
        ("x & y", 3, "the character '&' cannot stand"),
        ("x # y", 3, "the character '#'"),
        ("xψ", 2, "the character 'ψ'"),
        ("{x", 2, "a { is never closed"),
        ("x}", 2, "} closes nothing"),
        (r"x\right)", 2, r"\right closes nothing"),
        (r"\left(x", 7, r"\left without its \right"),
        (r"{\left(x}", 9, r"\left without its \right"),
        (r"\left x", 7, r"\left needs a delimiter"),
        (r"\bigl.", 6, "not empty"),
        ("x_i_n", 4, "a second _"),
        ("x^2'", 4, "a second '"),
        ("^2", 1, "nothing stands before ^"),
        (r"\,_2", 3, "nothing stands before _"),
        ("x^", 2, "^ needs something after it"),
        (r"\frac1", 6, r"\frac needs something"),
        (r"\text x", 7, r"\text needs braces"),
        (r"\text{\input{x}}", 7, r"\input cannot stand in \text"),
        (r"\mathbb{x}", 1, "takes capitals only"),
        (r"\mathrm{a b}", 1, "letters and digits only"),
        (r"\sqrt[3]{x}", 6, "only square roots"),
        (r"\not x", 6, r"\not goes before one of"),
        ("{" * 60 + "}" * 60, 41, "nested deeper than 40"),
        ("\\", 1, "the command \\ is not"),
    ],
)
def test_what_is_not_a_formula_is_refused_at_its_place(source, place, reason):
    with pytest.raises(InputError) as caught:
        formula(source)
    assert f"the formula ${source}$, character {place}: " in str(caught.value)
    assert reason in str(caught.value)


def formulas_of_claims():
    for certificate in every_kind().values():
        yield from (span.tree for span in spans(certificate.claim.latex()) if isinstance(span, Math))


def test_a_formula_of_a_claim_written_anew_is_the_same():
    trees = list(formulas_of_claims())
    assert len(trees) > 100
    for tree in trees:
        written = latex_formula(tree)
        assert latex_formula(formula(written)) == written


def test_every_symbol_of_the_subset_is_read():
    for source, (text, kind) in (symbols.COMMANDS | symbols.CHARACTERS).items():
        (item,) = formula(source).items
        assert item == Symbol(source, text, "ordinary" if kind == "binary" else kind)
