"""The symbols of the LaTeX subset: what a character or command looks like, and how it behaves in a formula."""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "letter",  # a variable: italic
    "number",
    "ordinary",  # any other symbol without space around it
    "dots",  # spaced from the comma after it
    "relation",
    "binary",
    "punctuation",
    "open",
    "close",
    "big",  # sum, product, integral
    "limits",  # a function whose subscript goes below it: max, lim
    "function",  # a function with a name: ln, det
]

_UPRIGHT_GREEK = {
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ",
    "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ", "eta":
    "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "pi": "π", "varpi": "ϖ", "rho": "ρ", "varrho": "ϱ", "sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ",
    "phi": "ϕ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip
_RELATIONS = {
    "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "lt": "<", "gt": ">", "ll": "≪", "gg": "≫",
    "approx": "≈", "sim": "∼", "simeq": "≃", "cong": "≅", "equiv": "≡", "propto": "∝", "in": "∈", "notin": "∉",
    "ni": "∋", "subset": "⊂", "subseteq": "⊆", "supset": "⊃", "supseteq": "⊇", "to": "→", "mapsto": "↦", "iff": "⟺",
    "implies": "⟹", "Rightarrow": "⇒", "Leftrightarrow": "⇔", "leftarrow": "←", "rightarrow": "→", "mid": "∣",
    "parallel": "∥", "perp": "⊥",
}  # fmt: skip
_BINARY = {
    "cdot": "⋅", "times": "×", "circ": "∘", "odot": "⊙", "otimes": "⊗", "oplus": "⊕", "bullet": "∙", "pm": "±",
    "mp": "∓", "cup": "∪", "cap": "∩", "setminus": "∖", "land": "∧", "lor": "∨", "ast": "∗", "star": "⋆",
}  # fmt: skip
_ORDINARY = {
    "infty": "∞", "partial": "∂", "nabla": "∇", "forall": "∀", "exists": "∃", "emptyset": "∅", "top": "⊤", "bot": "⊥",
    "neg": "¬", "prime": "′", "%": "%", "#": "#", "&": "&", "$": "$", "_": "_",
}  # fmt: skip
_DOTS = {"dots": "…", "ldots": "…", "cdots": "⋯"}
_OPEN = {"langle": "⟨", "lfloor": "⌊", "lceil": "⌈", "{": "{", "lbrace": "{", "lvert": "|", "lVert": "‖"}
_CLOSE = {"rangle": "⟩", "rfloor": "⌋", "rceil": "⌉", "}": "}", "rbrace": "}", "rvert": "|", "rVert": "‖"}
_BIG = {"sum": "∑", "prod": "∏", "int": "∫", "bigcup": "⋃", "bigcap": "⋂"}
_LIMITS = ("min", "max", "inf", "sup", "lim", "det", "Pr", "gcd", "limsup", "liminf")
_FUNCTIONS = (
    "ln", "log", "exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "dim", "deg", "arg",
    "ker",
)  # fmt: skip


def _named(kind: Kind, table: dict[str, str]) -> dict[str, tuple[str, Kind]]:
    return {f"\\{name}": (text, kind) for name, text in table.items()}


COMMANDS: dict[str, tuple[str, Kind]] = {
    **_named("letter", _GREEK | {"ell": "ℓ"}),
    **_named("ordinary", _UPRIGHT_GREEK | _ORDINARY),
    **_named("dots", _DOTS),
    **_named("relation", _RELATIONS),
    **_named("binary", _BINARY),
    **_named("open", _OPEN),
    **_named("close", _CLOSE),
    **_named("big", _BIG),
    **_named("limits", {name: {"limsup": "lim sup", "liminf": "lim inf"}.get(name, name) for name in _LIMITS}),
    **_named("function", {name: name for name in _FUNCTIONS}),
    **_named("ordinary", {"|": "‖", "Vert": "‖", "vert": "|"}),
    **_named("punctuation", {"colon": ":"}),
}

CHARACTERS: dict[str, tuple[str, Kind]] = {
    **{character: (character, "relation") for character in "=<>:"},
    **{character: (character, "punctuation") for character in ",;"},
    **{character: (character, "ordinary") for character in ".!/|"},
    **{character: (character, "open") for character in "(["},
    **{character: (character, "close") for character in ")]"},
    "+": ("+", "binary"),
    "-": ("−", "binary"),
    "*": ("∗", "binary"),
}

DELIMITERS = frozenset("()[]|/") | {f"\\{name}" for name in (*_OPEN, *_CLOSE, "|", "Vert", "vert")}
"""What may follow \\left, \\right and \\bigl, besides the empty delimiter "."."""

NEGATED = {
    "∈": "∉", "=": "≠", "≡": "≢", "⊂": "⊄", "⊆": "⊈", "∼": "≁", "≈": "≉", "<": "≮", ">": "≯", "≤": "≰", "≥": "≱",
    "∣": "∤", "∃": "∄",
}  # fmt: skip
SPACES = {"\\quad": 1.0, "\\qquad": 2.0, "\\,": 3 / 18, "\\:": 4 / 18, "\\;": 5 / 18, "\\!": -3 / 18, "\\ ": 4 / 18}
"""Widths in em."""
SIZES = {"\\big": 1.2, "\\Big": 1.8}
"""Heights in em of delimiters after \\bigl, \\bigr, \\big, \\Bigl ..."""
ACCENTS = ("\\tilde", "\\hat", "\\bar", "\\overline", "\\vec", "\\dot", "\\widehat", "\\widetilde")
ALPHABETS = ("\\mathrm", "\\mathbb", "\\mathbf", "\\mathcal", "\\operatorname")
