"""Phrases of the lemmas: numbers are rationals as text, None stands for no restriction."""

from __future__ import annotations


def factor(constant: str) -> str:
    """A factor in front: nothing for 1."""
    return "" if constant == "1" else f"{constant} "


def biases(bias_from: str | None) -> str:
    """The range of b."""
    return "for all b" if bias_from is None else f"for all b >= {bias_from}"


def tex(number: str) -> str:
    """A rational in LaTeX."""
    top, _, bottom = number.removeprefix("-").partition("/")
    sign = "-" if number.startswith("-") else ""
    return rf"{sign}\tfrac{{{top}}}{{{bottom}}}" if bottom else f"{sign}{top}"


def times(number: str) -> str:
    """A factor in LaTeX: nothing for 1."""
    return "" if number == "1" else rf"{tex(number)}\,"


def phi(activation: str) -> str:
    """The activation in LaTeX."""
    if activation == "powers":
        return r"$\phi(u)=\max(u,0)^k$ for every $k=0,1,2,\dots$"
    return r"$\phi(u)=\max(u,0)$" if activation == "relu" else r"$\phi(u)=1\{u>0\}$"


def all_biases(bias_from: str | None) -> str:
    """The range of b in LaTeX."""
    return "all $b$" if bias_from is None else rf"all $b\ge {tex(bias_from)}$"
