"""The symbols in the statements of scans, in words."""

from __future__ import annotations

import re

# Words for what a pattern matches; the second list is for the symbols in the statement and in words of the first.
SYMBOLS = (
    (r"\bF_0\b", "F_0(b) = P(X > b, Y > b)"),
    (r"\bF_1\b", "F_1(b) = E (X - b)_+ (Y - b)_+"),
    (r"\bF_|\bphi\(X", "X, Y standard normal with correlation rho = 1 - delta^2/2"),
    (r"\bE phi phi\b", "E phi phi = E phi(<g,u> - b) phi(<g,v> - b)"),
    (r"\bE phi\^2 phi\^2", "E phi^2 phi^2 = E phi(<g,x> - b)^2 phi(<g,y> - b)^2"),
    (r"\bphi\(<g,u> - b\)\^2", "| |u|^2 - 1 | <= eps"),
    (r"\bE phi phi\b|<g,v>", "| |u|^2 - 1 |, | |v|^2 - 1 | and |<u,v>| at most eps"),
    (r"\bM_0\b", "M_0(b) = P(gamma > b)"),
    (r"\bM_1\b", "M_1(b) = E (gamma - b)_+"),
    (r"\bM_2\b", "M_2(b) = E (gamma - b)_+^2"),
    (r"\bH_([0-9])\b", r"H_\1(b) = integral over t > 0 of t^\1 e^(-bt - t^2/2)"),
    (r"\btheta\b", "theta = E (sqrt(1 + z) gamma - b)_+^k / (E (gamma - b)_+^k (1 + z)^(k + 1/2) e^(z b^2/(2 + 2z)))"),
    (r"\bR\(x\)", "R = Q/g"),
    (r"\bP\(X", "X, Y normal with mean 0"),
    (r"D\(x\|\|p\)", "D(x||p) = x ln(x/p) + (1 - x) ln((1 - x)/(1 - p))"),
)
BASIC = (
    (r"\bphi", "phi(t) = 1{t > 0} (threshold) or max(t, 0) (relu)"),
    (r"<g,", "g a standard normal vector"),
    (r"\bgamma\b", "gamma a standard normal variable"),
    (r"\bg\(|\bQ/g", "g the standard normal density"),
    (r"\bQ\(|\bQ/g", "Q the standard normal upper tail"),
)


def notation(statement: str) -> str:
    """What the symbols of a statement stand for; empty where all are common or explained in it.

    >>> notation("M_1(b) <= b M_2(b) for b >= 1")
    'M_1(b) = E (gamma - b)_+; M_2(b) = E (gamma - b)_+^2; gamma a standard normal variable'
    """
    words = _found(SYMBOLS, statement)
    return "; ".join([*words, *_found(BASIC, " ".join([statement, *words]))])


def _found(table: tuple[tuple[str, str], ...], text: str) -> list[str]:
    return [match.expand(words) for pattern, words in table if (match := re.search(pattern, text))]
