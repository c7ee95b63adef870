"""The lemmas on Gaussian expectations in plain text (SPEC-GAUSSIAN.md, G4)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from .lemmas import Lemma

_HEADINGS = {
    "prop-3.1": "Proposition 3.1", "profile": "Proposition 3.1",
    "prop-3.2-i": "Proposition 3.2 (i)", "prop-3.2-ii": "Proposition 3.2 (ii)",
    "lemma-3.3": "Lemma 3.3", "lemma-4.1": "Lemma 4.1", "lemma-6.1": "Lemma 6.1", "theorem-6.2": "Theorem 6.2",
    "lemma-A.1": "Lemma A.1", "lemma-A.2": "Lemma A.2", "lemma-A.3": "Lemma A.3",
    "second-moment": "Moment comparison of Section 5",
}  # fmt: skip


def _title(lemma: Lemma) -> str:
    """The number in the paper."""
    is_own = lemma.name == "lemma-A.3" and (lemma["of"], lemma["variable"]) != ("moment", "sigma")
    return "Monotonicity" if is_own else _HEADINGS[lemma.name]


def _heading(lemma: Lemma) -> str:
    """The number in the paper, and which form: as reconstructed, with the proof's exponents (sharp), or another."""
    exponent = lemma.values.get("exponent")
    if exponent == "sharp":
        form = "sharp form"
    elif lemma.name == "profile":
        form = "profile"
    elif lemma.name == "prop-3.1" and exponent != Fraction(1, 8):
        form = "variant"
    elif lemma.name in ("lemma-4.1", "lemma-6.1", "lemma-A.1", "lemma-A.2"):
        form = "explicit form"
    elif lemma.name == "theorem-6.2":
        form = "variant with one output" if lemma["outputs"] == "one" else "explicit form"
    elif lemma.name == "lemma-A.3" and (_title(lemma) == "Monotonicity" or lemma["activation"] != "any"):
        form = "explicit form"
    else:
        form = "reconstructed form"
    return f"{_title(lemma)}, {form}"


def _factor(constant: Fraction) -> str:
    return "" if constant == 1 else f"{constant} "


def _biases(lemma: Lemma) -> str:
    return "for all b" if lemma["bias_from"] is None else f"for all b >= {lemma['bias_from']}"


def _separated(lemma: Lemma) -> str:
    is_sharp = lemma["exponent"] == "sharp"
    powers = lemma["activation"] == "powers"
    phi = "max(u, 0)^k for every k = 0, 1, 2, ... (1{u > 0} for k = 0)" if powers else lemma["activation"]
    factor = "(1 - delta^2/4)^k " if powers else "(1 - delta^2/4) " * lemma.power
    rate = (
        f"{factor}e^(-b^2 delta^2/(2(4 - delta^2)))" if is_sharp
        else f"e^(-{_factor(lemma['exponent'])}b^2 delta^2)"
    )  # fmt: skip
    return (
        f"{_biases(lemma)} and unit x, y at distance delta {'<' if is_sharp else '<='} 2: E phi(<g,x> - b) "
        f"phi(<g,y> - b) <= {_factor(lemma['constant'])}{rate} E phi(gamma - b)^2, phi = {phi}"
    )


def _profile(lemma: Lemma) -> str:
    k = lemma.power
    curve = ("2 Q(bc)", "2((1 - b^2 c^2) Q(bc) + bc g(bc))/(1 + c^2)")[k]
    power = ("(1 + c^2 + 2/b^2)", "(1 + c^2 + 4/b^2)^2")[k]
    return (
        "for all b > 0 and unit x, y at distance delta < 2, c^2 = delta^2/(4 - delta^2): P/"
        f"{power} <= E phi(<g,x> - b) phi(<g,y> - b)/E phi(gamma - b)^2 <= P, P = {curve}, phi = {lemma['activation']}"
    )


def _norm_change(lemma: Lemma) -> str:
    rate = "e^(-eps b^2/(2(1 - eps)))" if lemma["exponent"] == "sharp" else "e^(-eps b^2)"
    return (
        f"{_biases(lemma)} and u with | |u|^2 - 1 | <= eps: E phi(<g,u> - b)^2 >= {_factor(lemma['constant'])}{rate} "
        f"E phi(gamma - b)^2, eps = {lemma['epsilon']}, phi = {lemma['activation']}"
    )


def _orthogonal(lemma: Lemma) -> str:
    rate = "e^(2 eps b^2/(1 + 2 eps))" if lemma["exponent"] == "sharp" else "e^(2 eps b^2)"
    return (
        f"{_biases(lemma)} and eps-orthogonal u, v: E phi(<g,u> - b) phi(<g,v> - b) <= {_factor(lemma['constant'])}"
        f"{rate} (E phi(gamma - b))^2, eps = {lemma['epsilon']}, phi = {lemma['activation']}"
    )


def _decoupling(lemma: Lemma) -> str:
    return (
        "for all eps-orthogonal u, v and measurable f >= 0: E f(<g,u>) f(<g,v>) <= "
        f"{_factor(lemma['constant'])}(E f(sqrt(1 + 2 eps) gamma))^2, eps = {lemma['epsilon']}"
    )


def _deviation(lemma: Lemma) -> str:
    sides = f"|<Phi(x),Phi(y)> - E| <= sqrt({lemma['root']} m p ln N) + {lemma['linear']}"
    rest = (
        f"{sides} ln N with probability >= 1 - 2 N^-5, p = E phi phi, every bias" if lemma.power == 0
        else f"{sides} ln(N)^2 + sqrt(24) m N^-5 with probability >= 1 - 2 N^-5 - m N^-10, p = E phi^2 phi^2, "
        "every bias >= 0"
    )  # fmt: skip
    return f"for all m >= 1, N >= 2 and |x|, |y| <= 2: {rest}, phi = {lemma['activation']}"


def _perception(lemma: Lemma) -> str:
    return (
        "for all K vectors with |v_i| >= 1/2, |<v_i,v_j>| <= eta and K_1 ones, K_1 ln K <= "
        f"{lemma['constant']} eta^-2: some signed sum w of the ones has |<w,v_k>| <= {lemma['noise']} for y_k = 0 and "
        f">= 1/4 - {lemma['noise']} for y_k = 1"
    )


def _layer(lemma: Lemma) -> str:
    r = "r = 1" if lemma["outputs"] == "one" else "every r >= 2"
    return (
        f"for {r} and all K vectors with |v_i| >= 1/2, |<v_i,v_j>| <= eta and K_1 ones, (2 K_1/r + 1) ln K <= "
        f"{lemma['constant']} eta^-2: a threshold layer P of width r has P(v_k) = 0 iff y_k = 0"
    )


def _asymptotics(lemma: Lemma) -> str:
    n = lemma["order"]
    first = ("1/b", "1/b^2", "2/b^3")[n]
    return (
        f"for all b > 0: {first} (1 - {_factor(lemma['constant'])}b^-2) < E (gamma - b)_+^{n}/g(b) < {first}, "
        "g the standard normal density"
    )


def _stability(lemma: Lemma) -> str:
    k, top = lemma["order"], "infinity" if lemma["z_to"] is None else lemma["z_to"]
    bound = (
        f"e^(-zD) <= theta <= 1 (z >= 0), 1 <= theta <= e^(-zD) (z <= 0), D = {(k + 1) * (k + 2) // 2}/b^2"
        if lemma["constant"] is None
        else f"|theta - 1| <= {_factor(lemma['constant'])}b^-2"
    )
    low = "> -1" if lemma["z_from"] is None else f"from {lemma['z_from']}"
    biases = "for all b > 0" if lemma["bias_from"] is None else _biases(lemma)
    return (
        f"{biases} and z {low} to {top}: E (sqrt(1 + z) gamma - b)_+^{k} = theta "
        f"(1 + z)^({2 * k + 1}/2) e^(z b^2/(2(1 + z))) E (gamma - b)_+^{k} with {bound}"
    )


_PSI = {
    "any": "each nondecreasing psi with psi(u) = 0 for u <= 0", "closed-threshold": "psi = 1{u >= 0}",
    "threshold": "psi = 1{u > 0}", "relu": "psi = max(u, 0)",
}  # fmt: skip


def _monotonicity(lemma: Lemma) -> str:
    variable, psi = lemma["variable"], lemma["activation"]
    if lemma["of"] == "correlation":
        how = "does not decrease in rho" if variable == "rho" else f"does not increase in {variable}"
        return f"E phi(X - b) phi(Y - b) {how}, X and Y standard normal, phi = {psi}"
    if variable == "bias":
        return "E (gamma - b)_+^n does not increase in b, n = 0, 1, 2"
    return f"{_biases(lemma)}: E psi(sigma gamma - b) does not decrease in sigma >= 0, {_PSI[psi]}"


def _second_moment(lemma: Lemma) -> str:
    return f"{_biases(lemma)}: E phi(gamma - b) <= b E phi(gamma - b)^2, phi = {lemma['activation']}"


TEXTS: dict[str, Callable[[Lemma], str]] = {
    "prop-3.1": _separated, "profile": _profile,
    "prop-3.2-i": _norm_change, "prop-3.2-ii": _orthogonal, "lemma-3.3": _decoupling,
    "lemma-4.1": _deviation, "lemma-6.1": _perception, "theorem-6.2": _layer, "lemma-A.1": _asymptotics,
    "lemma-A.2": _stability, "lemma-A.3": _monotonicity, "second-moment": _second_moment,
}  # fmt: skip


def text(lemma: Lemma, holds: bool) -> str:
    """The number in the paper, the form, and the statement; of a false one that this variant is false."""
    heading = _heading(lemma) if holds else f"this variant of {_title(lemma)} is false"
    return f"{heading}: {TEXTS[lemma.name](lemma)}"
