"""The Gaussian lemmas and quantities as columns: for each kind what is common to all, and what differs."""

from __future__ import annotations

from exactcap.claims import Committee, Correlation, Gordon, OneUnit, Perceptron, Quantity, Statement, SymmetryBreaking
from exactcap.claims.correlations import Decoupling, NormChange, Orthogonal, Separated
from exactcap.claims.lemma_words import tex
from exactcap.claims.moments import Asymptotics, SecondMoment

Cells = tuple[tuple[str, str], ...]

PRODUCT = r"\mathbb{E}\,\phi(\langle g,%s\rangle-b)\,\phi(\langle g,%s\rangle-b)"
SECOND = r"\mathbb{E}\,\phi(\gamma-b)^2"


def lemma_shape(lemma: Statement) -> tuple[str, Cells] | None:
    """What lemmas of this kind say, with letters for what the columns hold; None for those that are told in words.

    >>> lemma_shape(Decoupling("6/5", "1/16"))[1]
    (('$\\\\varepsilon$', '$1/16$'), ('$C$', '$6/5$'))
    """
    cells: Cells
    match lemma:
        case Separated():
            kind = rf"${PRODUCT % ('x', 'y')}\le C\,r\,{SECOND}$ for all $b\ge b_0$ and unit $x,y$ at distance $\delta$"
            cells = (
                (r"$\phi$", lemma.activation), ("$b_0$", _number(lemma.bias_from)), ("$r$", _separated_rate(lemma)),
                ("$C$", _number(lemma.constant)),
            )  # fmt: skip
        case NormChange():
            kind = (
                rf"$\mathbb{{E}}\,\phi(\langle g,u\rangle-b)^2\ge C\,r\,{SECOND}$ for all $b\ge b_0$ and $u$ with "
                r"$||u|^2-1|\le\varepsilon$"
            )
            power = r"\varepsilon b^2/(2(1-\varepsilon))" if lemma.exponent == "sharp" else r"\varepsilon b^2"
            cells = (
                (r"$\phi$", lemma.activation), ("$b_0$", _number(lemma.bias_from)),
                (r"$\varepsilon$", _number(lemma.epsilon)), ("$r$", f"$e^{{-{power}}}$"),
                ("$C$", _number(lemma.constant)),
            )  # fmt: skip
        case Orthogonal():
            kind = (
                rf"${PRODUCT % ('u', 'v')}\le C\,r\,(\mathbb{{E}}\,\phi(\gamma-b))^2$ for all $b\ge b_0$ and "
                r"$\varepsilon$-orthogonal $u,v$"
            )
            power = r"2\varepsilon b^2/(1+2\varepsilon)" if lemma.exponent == "sharp" else r"2\varepsilon b^2"
            cells = (
                (r"$\phi$", lemma.activation),
                ("$b_0$", r"$-\infty$" if lemma.bias_from is None else _number(lemma.bias_from)),
                (r"$\varepsilon$", _number(lemma.epsilon)), ("$r$", f"$e^{{{power}}}$"),
                ("$C$", _number(lemma.constant)),
            )  # fmt: skip
        case Decoupling():
            kind = (
                r"$\mathbb{E}\,f(\langle g,u\rangle)f(\langle g,v\rangle)\le C\,(\mathbb{E}\,f(\sqrt{1+2\varepsilon}\,"
                r"\gamma))^2$ for all $\varepsilon$-orthogonal $u,v$ and measurable $f\ge 0$"
            )
            cells = ((r"$\varepsilon$", _number(lemma.epsilon)), ("$C$", _number(lemma.constant)))
        case Asymptotics():
            kind = (
                r"$a_k(1-C\,b^{-2})<\mathbb{E}\,(\gamma-b)_+^k/g(b)<a_k$ for all $b>0$, with $a_0=1/b$, $a_1=1/b^2$, "
                "$a_2=2/b^3$"
            )
            cells = (("$k$", str(lemma.order)), ("$C$", _number(lemma.constant)))
        case SecondMoment():
            kind = rf"$\mathbb{{E}}\,\phi(\gamma-b)\le b\,{SECOND}$ for all $b\ge b_0$"
            cells = ((r"$\phi$", lemma.activation), ("$b_0$", _number(lemma.bias_from)))
        case _:
            return None
    return kind, cells


def quantity_shape(quantity: Quantity) -> tuple[str, Cells]:
    """What quantities of this kind are, and their parameters.

    >>> quantity_shape(OneUnit("mills", "3"))[1]
    (('quantity', '$R(3)$'),)
    """
    cells: Cells
    match quantity:
        case OneUnit():
            kind = r"Values for one standard normal $\gamma$, $R$ being the Mills ratio"
            return kind, (("quantity", _one_unit(quantity)),)
        case Correlation(activation=name, biases=(h, k), inner=inner, norms=(s, t)):
            kind = r"Values of $\mathbb{E}\,\varphi(\langle g,u\rangle-h)\,\varphi(\langle g,v\rangle-k)$"
            cells = (
                (r"$\varphi$", name), ("$h$", _number(h)), ("$k$", _number(k)), ("$|u|$", _number(s)),
                ("$|v|$", _number(t)), (r"$\langle u,v\rangle$", _number(inner)),
            )  # fmt: skip
            return kind, cells
        case Perceptron(margin=margin):
            kind = r"Values of Gardner's formula $1/\mathbb{E}\,(\gamma+\kappa)_+^2$ of the perceptron"
            return kind, ((r"margin $\kappa$", _number(margin)),)
        case Committee(activation=psi, architecture=architecture, margin=margin):
            kind = (
                r"Values of the replica-symmetric formula "
                r"$(Q'(1)/Q(1))/\mathbb{E}\,(\gamma+\kappa/\sqrt{Q(1)})_+^2$ of committees with many units"
            )
            name = psi.name if psi.name != "rational" else f"${psi.latex()}$"
            return kind, (("units", name), ("committee", architecture), (r"margin $\kappa$", _number(margin)))
        case SymmetryBreaking(activation=psi):
            kind = r"Values of the formula $(\pi/4)\,Q(1)/a_2^2$ of continuous symmetry breaking, full committees"
            return kind, (("units", psi.name if psi.name != "rational" else f"${psi.latex()}$"),)
        case Gordon(activation=name, units=units):
            kind = r"Values of Gordon's bound $1/\mathbb{E}\,\mathrm{dist}^2(z,S)$ of trees with few units"
            return kind, (("units", f"{units} {name}"),)


def _one_unit(of: OneUnit) -> str:
    at = of.at if len(of.at) <= 20 else f"10^{{{len(of.at) - 1}}}" if of.at.rstrip("0") == "1" else of.at
    minus = "" if at == "0" else f"+{at[1:]}" if at.startswith("-") else f"-{at}"
    return {
        "mills": f"$R({at})$",
        "tail": rf"$\Pr(\gamma>{at})$",
        "relu-moment": rf"$\mathbb{{E}}\,(\gamma{minus})_+$",
        "relu-second-moment": rf"$\mathbb{{E}}\,(\gamma{minus})_+^2$",
    }[of.function]


def _number(number: str) -> str:
    return f"${number}$" if "/" in number or number.startswith("-") else number


def _separated_rate(lemma: Separated) -> str:
    if lemma.exponent != "sharp":
        factor = "" if lemma.exponent == "1" else rf"{tex(lemma.exponent)}\,"
        return rf"$e^{{-{factor}b^2\delta^2}}$"
    square = {"relu": r"(1-\tfrac{\delta^2}{4})", "powers": r"(1-\tfrac{\delta^2}{4})^k"}.get(lemma.activation, "")
    return rf"${square}e^{{-b^2\delta^2/(2(4-\delta^2))}}$"
