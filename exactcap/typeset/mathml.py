"""Formulas as MathML, with TeX's spaces written out: browsers agree on attributes, not on operator dictionaries."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from exactcap.typeset.plain import plain_formula
from exactcap.typeset.symbols import SIZES, SPACES, Kind
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

MAX_UNBROKEN = 16
"""Letters on one line of text, about, before a formula may go on in the next line after a relation or comma."""

_ACCENTS = {
    "hat": "^", "widehat": "^", "tilde": "~", "widetilde": "~", "bar": "¯", "overline": "―", "vec": "→", "dot": "˙",
}  # fmt: skip
_STRETCHED = ("overline", "widehat", "widetilde")
_SPACES: dict[Kind, tuple[int, int]] = {"relation": (5, 5), "binary": (4, 4), "punctuation": (0, 3)}
_FIRST_LETTERS = {"mathbb": (0x1D538, 0x1D552, 0x1D7D8), "mathbf": (0x1D400, 0x1D41A, 0x1D7CE)}
_SCRIPT = (0x1D49C, 0, 0)
_EXCEPTIONS = {
    "mathbb": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
    "mathcal": dict(zip("BEFHILMR", "ℬℰℱℋℐℒℳℛ", strict=True)),
}


def mathml(tree: Row, display: bool = False, after: str = "") -> str:
    """A formula as a ``math`` element, with the punctuation ``after`` it.

    >>> from exactcap.typeset.tex import formula
    >>> mathml(formula("x_i"))
    '<math><msub><mi>x</mi><mi>i</mi></msub></math>'
    """
    start = '<math display="block">' if display else "<math>"
    return f"{start}{_row(tree, False)}{f'<mtext>{after}</mtext>' if after else ''}</math>"


def inline(tree: Row) -> str:
    """A formula within text. A long one is a row of ``math`` elements, because browsers break no line inside of one."""
    return "".join(mathml(Row(part)) for part in _parts(tree))


def _parts(tree: Row) -> Iterator[tuple[Node, ...]]:
    start = depth = 0
    for at, item in enumerate(tree.items):
        kind = _kind(item)
        depth += {"open": 1, "close": -1}.get(kind or "", 0)
        if kind in ("relation", "punctuation") and depth <= 0:
            before, after = Row(tree.items[start : at + 1]), Row(tree.items[at + 1 :])
            if len(plain_formula(before)) >= MAX_UNBROKEN // 2 and len(plain_formula(after)) >= MAX_UNBROKEN // 2:
                yield before.items
                start = at + 1
    yield tree.items[start:]


def _row(row: Row, script: bool) -> str:
    """The children of an mrow; in scripts, as in TeX, only named functions are spaced."""
    text = ""
    before: Kind | None = "open"
    for item in row.items:
        kind = _kind(item)
        if _thin(before, kind):
            text += _space(3 / 18)
        text += _node(item, script)
        if not isinstance(item, Space):
            before = kind
    return text


def _thin(before: Kind | None, kind: Kind | None) -> bool:
    """TeX's rule for operators such as sum and ln: thin space to letters and closed brackets, none to open ones."""
    if (before, kind) == ("dots", "punctuation"):
        return True
    operators = ("big", "limits", "function")
    silent = ("relation", "binary", "punctuation")
    if kind in operators:
        return before != "open" and before not in silent
    return before in operators and kind not in (*silent, "open", "close")


def _kind(node: Node) -> Kind | None:
    match node:
        case Symbol(kind=kind) | Sized(symbol=Symbol(kind=kind)):
            return kind
        case Scripts(base=base):
            return _kind(base)
        case Name(alphabet="operatorname"):
            return "function"
        case _:
            return None


def _node(node: Node, script: bool) -> str:
    match node:
        case Symbol():
            return _symbol(node, script)
        case Sized(command=command, symbol=symbol):
            size = round(100 * SIZES["\\" + command.rstrip("lr")])
            return _operator(symbol.text, stretchy="false", mathsize=f"{size}%")
        case Space(source=source):
            return _space(SPACES[source])
        case Words(text=text):
            return "<mtext>" + escape(text).replace(" ", "\u00a0") + "</mtext>"
        case Name(alphabet=alphabet, text=text):
            return _name(alphabet, text)
        case Row():
            return f"<mrow>{_row(node, script)}</mrow>"
        case Fraction(top=top, bottom=bottom, command=command):
            fraction = f"<mfrac>{_node(top, script)}{_node(bottom, script)}</mfrac>"
            return fraction if command == "frac" else f'<mstyle displaystyle="false">{fraction}</mstyle>'
        case Binomial(top=top, bottom=bottom):
            fraction = f'<mfrac linethickness="0">{_node(top, script)}{_node(bottom, script)}</mfrac>'
            return f"<mrow>{_operator('(', stretchy='true')}{fraction}{_operator(')', stretchy='true')}</mrow>"
        case Root(body=body):
            return f"<msqrt>{_node(body, script)}</msqrt>"
        case Accent(command=command, body=body):
            stretchy = "true" if command in _STRETCHED else "false"
            mark = f'<mo stretchy="{stretchy}">{_ACCENTS[command]}</mo>'
            return f'<mover accent="true">{_node(body, script)}{mark}</mover>'
        case Fenced(left=left, body=body, right=right):
            stretchy = "true" if _is_tall(body) else "false"  # browsers leave gaps beside what they stretch
            fences = [_operator(fence.text, stretchy=stretchy) if fence else "" for fence in (left, right)]
            return f"<mrow>{fences[0]}{_row(body, script)}{fences[1]}</mrow>"
        case Scripts():
            return _scripts(node, script)


def _is_tall(node: Node) -> bool:
    """Whether a formula is higher than a line of text."""
    match node:
        case Fraction() | Binomial():
            return True
        case Row(items=items):
            return any(_is_tall(item) for item in items)
        case Root(body=body) | Fenced(body=body):
            return _is_tall(body)
        case Scripts(base=base):
            return _is_tall(base)
        case _:
            return isinstance(node, Symbol) and node.kind == "big"


def _symbol(symbol: Symbol, script: bool) -> str:
    text, kind = escape(symbol.text), symbol.kind
    if kind == "letter" or kind == "function":
        return f"<mi>{text}</mi>"
    if kind == "number":
        return f"<mn>{text}</mn>"
    if kind == "dots" or (kind == "ordinary" and (symbol.text.isalpha() or symbol.text in "∞∂∇∅⊤⊥")):
        return f'<mi mathvariant="normal">{text}</mi>'
    if kind == "big":
        return _operator(text, largeop="true", movablelimits="true")
    if kind == "limits":
        return _operator(text, movablelimits="true")
    left, right = (0, 0) if script and kind != "punctuation" else _SPACES.get(kind, (0, 0))
    return _operator(text, left, right, stretchy="false")


def _operator(text: str, left: int = 0, right: int = 0, **attributes: str) -> str:
    """An ``mo``, its spaces in eighteenths of an em."""
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<mo lspace="{_em(left / 18)}" rspace="{_em(right / 18)}"{written}>{text}</mo>'


def _em(width: float) -> str:
    return f"{width:.4f}".rstrip("0").rstrip(".") + ("em" if width else "")


def _space(width: float) -> str:
    return f'<mspace width="{_em(width)}"></mspace>'


def _name(alphabet: str, text: str) -> str:
    if alphabet in ("mathrm", "operatorname"):
        return f'<mi mathvariant="normal">{text}</mi>' if len(text) == 1 else f"<mi>{text}</mi>"
    styled = "".join(_letter(alphabet, character) for character in text)
    return f"<mn>{styled}</mn>" if text.isdecimal() else f"<mi>{styled}</mi>"


def _letter(alphabet: str, character: str) -> str:
    upper, lower, digit = _FIRST_LETTERS.get(alphabet, _SCRIPT)
    if character in _EXCEPTIONS.get(alphabet, {}):
        return _EXCEPTIONS[alphabet][character]
    if character.isdecimal():
        return chr(digit + int(character))
    first, base = (upper, "A") if character.isupper() else (lower, "a")
    return chr(first + ord(character) - ord(base))


def _scripts(node: Scripts, script: bool) -> str:
    base = _node(node.base, script)
    below = None if node.below is None else _node(node.below, True)
    above = None if node.above is None else _node(node.above, True)
    if node.primes:  # a prime is raised by its font
        base = f"<mrow>{base}{_operator('′' * node.primes)}</mrow>"
    if below is None and above is None:
        return base
    stacked = isinstance(node.base, Symbol) and node.base.kind in ("big", "limits") and node.base.text != "∫"
    if below is not None and above is not None:
        name = "munderover" if stacked else "msubsup"
    elif below is not None:
        name = "munder" if stacked else "msub"
    else:
        name = "mover" if stacked else "msup"
    return f"<{name}>{base}{below or ''}{above or ''}</{name}>"
