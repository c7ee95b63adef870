"""Text, code and formulas as LaTeX in plain ASCII, which means the same in every encoding of a paper."""

from __future__ import annotations

import re
import unicodedata

from exactcap.typeset.plain import plain_formula
from exactcap.typeset.prose import Code, Math, Span, Text, displayed, pieces, spans, typographic
from exactcap.typeset.symbols import COMMANDS
from exactcap.typeset.tex import (
    Accent,
    Binomial,
    Fenced,
    Fraction,
    Name,
    Node,
    Root,
    Row,
    Scripts,
    Sized,
    Space,
    Symbol,
    Words,
)

_ESCAPES = {
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#", "%": "\\%", "_": "\\_",
    "^": "\\textasciicircum{}", "~": "\\textasciitilde{}", "<": "\\textless{}", ">": "\\textgreater{}",
    "|": "\\textbar{}", '"': "{\\char34}", "'": "\\textquotesingle{}", "`": "\\textasciigrave{}", "-": "-{}",
    "\u00a0": "~", "–": "\\textendash{}", "—": "\\textemdash{}", "“": "\\textquotedblleft{}",
    "”": "\\textquotedblright{}", "‘": "\\textquoteleft{}", "’": "\\textquoteright{}", "…": "\\textellipsis{}",
    "·": "\\textperiodcentered{}", "§": "\\S{}", "¶": "\\P{}", "©": "\\textcopyright{}", "°": "\\textdegree{}",
    "¡": "\\textexclamdown{}", "¿": "\\textquestiondown{}", "ß": "\\ss{}", "æ": "\\ae{}", "Æ": "\\AE{}",
    "œ": "\\oe{}", "Œ": "\\OE{}", "ø": "\\o{}", "Ø": "\\O{}", "ł": "\\l{}", "Ł": "\\L{}", "ı": "\\i{}",
}  # fmt: skip
_ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0308": '"', "\u030a": "r", "\u0327": "c",
    "\u030c": "v", "\u0306": "u", "\u0304": "=", "\u0307": ".", "\u030b": "H",
}  # fmt: skip
_SYMBOLS = {text: name for name, (text, _) in reversed(COMMANDS.items()) if not text.isascii()} | {
    "−": "-",
    "¬": "\\neg",
    "•": "\\bullet",
}
LONGEST = 12  # characters of a word that is never broken
_REPLACED = {"\\lt": "<", "\\gt": ">"}


def latex_prose(prose: str) -> str:
    r"""Prose as LaTeX. Raises InputError where it cannot be read. Characters that LaTeX lacks become their number.

    >>> print(latex_prose("50% of $n$, `a_b`, é"))
    50\% of $n$, \exactcapcode{a\_\allowbreak{}b}, \'{e}
    """
    return "".join(_span(span) for span in typographic(spans(prose)))


def latex_heading(prose: str) -> str:
    r"""Prose as LaTeX for a heading, with words for its formulas in the bookmarks.

    >>> print(latex_heading("At $x\\le 1$"))
    At \texorpdfstring{$x \le 1$}{x le 1}
    """
    return "".join(
        _span(span) if isinstance(span, Text) else f"\\texorpdfstring{{{_span(span)}}}{{{_words(span)}}}"
        for span in typographic(spans(prose))
    )


def _words(span: Span) -> str:
    """The span for a bookmark: letters, digits and what is harmless among them."""
    text = plain_formula(span.tree) if isinstance(span, Math) else span.text
    named = "".join(_SYMBOLS.get(character, character).removeprefix("\\") for character in text)
    return escaped(re.sub(r"[^ -~]", "", named))


def latex_paragraph(prose: str) -> str:
    """Prose as a paragraph; one that is a formula only is set on display."""
    shown = displayed(prose)
    return latex_prose(prose) if shown is None else f"\\[{latex_formula(shown[0])}{shown[1]}\\]"


def escaped(text: str) -> str:
    r"""Text as LaTeX that prints just it.

    >>> print(escaped("100% of C:\\x_1 & Erdős"))
    100\% of C:\textbackslash{}x\_1 \& Erd\H{o}s
    """
    return "".join(_character(character) for character in unicodedata.normalize("NFC", text))


def escaped_code(text: str) -> str:
    """Code as LaTeX: a line may be broken between its pieces, and no space is lost."""
    return "\\allowbreak{}".join(escaped(piece).replace(" ", "\\ ") for piece in pieces(text))


def _span(span: Span) -> str:
    if isinstance(span, Math):
        return f"${latex_formula(span.tree)}$"
    return f"\\exactcapcode{{{escaped_code(span.text)}}}" if isinstance(span, Code) else _text(span.text)


def _text(text: str) -> str:
    """Text whose long words, such as references to arXiv and digests, may be broken where code may be."""
    words = re.split(r"(\s+)", text)
    return "".join(
        "\\allowbreak{}".join(map(escaped, pieces(word))) if len(word) > LONGEST and _has_inner(word) else escaped(word)
        for word in words
    )


def _has_inner(word: str) -> bool:
    """Whether a word is none of a language: digits in it, or marks between letters."""
    return bool(re.search(r"[0-9]|[A-Za-z][/_=,:.][A-Za-z]", word))


def _character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isascii():
        return character
    if character in _SYMBOLS:
        return f"\\ensuremath{{{_SYMBOLS[character]}}}"
    apart = unicodedata.normalize("NFD", character)
    if len(apart) == 2 and apart[0].isascii() and apart[1] in _ACCENTS:
        return f"\\{_ACCENTS[apart[1]]}{{{apart[0]}}}"
    return f"[U+{ord(character):04X}]"


def latex_formula(node: Node) -> str:
    r"""A formula as LaTeX, with the braces of its tree.

    >>> from exactcap.typeset.tex import formula
    >>> print(latex_formula(formula(r"\frac12 x_{ij}")))
    \frac{1}{2} x_{i j}
    """
    match node:
        case Symbol(source=source):
            return _REPLACED.get(source, source)
        case Space(source=source):
            return source
        case Sized(command=command, symbol=symbol):
            return f"\\{command}{_REPLACED.get(symbol.source, symbol.source)}"
        case Words(text=text):
            return f"\\text{{{escaped(text)}}}"
        case Name(alphabet=alphabet, text=text):
            return f"\\{alphabet}{{{text}}}"
        case Row(items=items):
            return " ".join(latex_formula(item) for item in items)
        case Fraction(top=top, bottom=bottom, command=command):
            return f"\\{command}{{{latex_formula(top)}}}{{{latex_formula(bottom)}}}"
        case Binomial(top=top, bottom=bottom):
            return f"\\binom{{{latex_formula(top)}}}{{{latex_formula(bottom)}}}"
        case Root(body=body):
            return f"\\sqrt{{{latex_formula(body)}}}"
        case Accent(command=command, body=body):
            return f"\\{command}{{{latex_formula(body)}}}"
        case Fenced(left=left, body=body, right=right):
            fences = (left.source if left else ".", right.source if right else ".")
            return f"\\left{fences[0]} {latex_formula(body)} \\right{fences[1]}"
        case Scripts(base=base, below=below, above=above, primes=primes):
            inside = latex_formula(base)
            raised = ["\\prime"] * primes + ([latex_formula(above)] if above is not None else [])
            return (
                (f"{{{inside}}}" if isinstance(base, Row) else inside)
                + (f"_{{{latex_formula(below)}}}" if below is not None else "")
                + (f"^{{{' '.join(raised)}}}" if raised else "")
            )
