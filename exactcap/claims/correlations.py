"""Lemmas about two units at two vectors, and one unit at a vector of nearly unit length (SPEC-GAUSSIAN.md, G4)."""

from __future__ import annotations

import msgspec

from exactcap.claims.lemma_words import all_biases, biases, factor, phi, tex, times

POWERS = "max(u, 0)^k for every k = 0, 1, 2, ... (1{u > 0} for k = 0)"


class Separated(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name", tag="prop-3.1"):
    """Correlation of two units at separated unit vectors; ``exponent`` is "sharp" or a rational.

    ``activation`` may also be "powers": all max(u, 0)^k.
    """

    activation: str
    bias_from: str
    constant: str
    exponent: str

    def text(self) -> str:
        """The statement in plain text."""
        is_sharp = self.exponent == "sharp"
        square = {"relu": "(1 - delta^2/4) ", "powers": "(1 - delta^2/4)^k "}.get(self.activation, "")
        rate = f"{square}e^(-b^2 delta^2/(2(4 - delta^2)))" if is_sharp else f"e^(-{factor(self.exponent)}b^2 delta^2)"
        return (
            f"for all b >= {self.bias_from} and unit x, y at distance delta {'<' if is_sharp else '<='} 2: "
            f"E phi(<g,x> - b) phi(<g,y> - b) <= {factor(self.constant)}{rate} E phi(gamma - b)^2, "
            f"phi = {POWERS if self.activation == 'powers' else self.activation}"
        )

    def latex(self) -> str:
        """The statement in LaTeX."""
        square = r"\Bigl(1-\tfrac{\delta^2}{4}\Bigr)"
        power = {"relu": square, "powers": f"{square}^k"}.get(self.activation, "")
        rate = (
            rf"{power}e^{{-b^2\delta^2/(2(4-\delta^2))}}" if self.exponent == "sharp"
            else rf"e^{{-{times(self.exponent)}b^2\delta^2}}"
        )  # fmt: skip
        return (
            rf"for all $b\ge {tex(self.bias_from)}$ and unit $x,y$ at distance $\delta"
            rf"{'<' if self.exponent == 'sharp' else chr(92) + 'le '}2$: "
            rf"$\mathbb{{E}}\,\phi(\langle g,x\rangle-b)\,\phi(\langle g,y\rangle-b)\le {times(self.constant)}{rate}\,"
            rf"\mathbb{{E}}\,\phi(\gamma-b)^2$, {phi(self.activation)}"
        )


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name", tag="profile"):
    """The correlation of two units between two closed curves, at every distance."""

    activation: str

    def text(self) -> str:
        """The statement in plain text."""
        relu = self.activation == "relu"
        curve = "2((1 - b^2 c^2) Q(bc) + bc g(bc))/(1 + c^2)" if relu else "2 Q(bc)"
        power = "(1 + c^2 + 4/b^2)^2" if relu else "(1 + c^2 + 2/b^2)"
        return (
            "for all b > 0 and unit x, y at distance delta < 2, c^2 = delta^2/(4 - delta^2): P/"
            f"{power} <= E phi(<g,x> - b) phi(<g,y> - b)/E phi(gamma - b)^2 <= P, P = {curve}, phi = {self.activation}"
        )

    def latex(self) -> str:
        """The statement in LaTeX."""
        relu = self.activation == "relu"
        curve = r"2\bigl((1-b^2c^2)Q(bc)+bc\,g(bc)\bigr)/(1+c^2)" if relu else "2Q(bc)"
        power = "(1+c^2+4/b^2)^2" if relu else "(1+c^2+2/b^2)"
        return (
            r"for all $b>0$ and unit $x,y$ at distance $\delta<2$, $c^2=\delta^2/(4-\delta^2)$: "
            rf"$P/{power}\le\mathbb{{E}}\,\phi(\langle g,x\rangle-b)\,\phi(\langle g,y\rangle-b)"
            rf"/\mathbb{{E}}\,\phi(\gamma-b)^2\le P={curve}$, {phi(self.activation)}"
        )


class NormChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name", tag="prop-3.2-i"):
    """Second moment of one unit at a vector of nearly unit length; ``exponent`` is "sharp" or "plain"."""

    activation: str
    bias_from: str
    constant: str
    epsilon: str
    exponent: str

    def text(self) -> str:
        """The statement in plain text."""
        rate = "e^(-eps b^2/(2(1 - eps)))" if self.exponent == "sharp" else "e^(-eps b^2)"
        return (
            f"for all b >= {self.bias_from} and u with | |u|^2 - 1 | <= eps: E phi(<g,u> - b)^2 >= "
            f"{factor(self.constant)}{rate} E phi(gamma - b)^2, eps = {self.epsilon}, phi = {self.activation}"
        )

    def latex(self) -> str:
        """The statement in LaTeX."""
        rate = r"\varepsilon b^2/(2(1-\varepsilon))" if self.exponent == "sharp" else r"\varepsilon b^2"
        return (
            rf"for all $b\ge {tex(self.bias_from)}$, $\bigl||u|^2-1\bigr|\le\varepsilon={tex(self.epsilon)}$: "
            rf"$\mathbb{{E}}\,\phi(\langle g,u\rangle-b)^2\ge {times(self.constant)}e^{{-{rate}}}\,"
            rf"\mathbb{{E}}\,\phi(\gamma-b)^2$, {phi(self.activation)}"
        )


class Orthogonal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name", tag="prop-3.2-ii"):
    """Correlation of two units at nearly orthogonal vectors; ``exponent`` is "sharp" or "plain"."""

    activation: str
    bias_from: str | None
    constant: str
    epsilon: str
    exponent: str

    def text(self) -> str:
        """The statement in plain text."""
        rate = "e^(2 eps b^2/(1 + 2 eps))" if self.exponent == "sharp" else "e^(2 eps b^2)"
        return (
            f"{biases(self.bias_from)} and eps-orthogonal u, v: E phi(<g,u> - b) phi(<g,v> - b) <= "
            f"{factor(self.constant)}{rate} (E phi(gamma - b))^2, eps = {self.epsilon}, phi = {self.activation}"
        )

    def latex(self) -> str:
        """The statement in LaTeX."""
        rate = r"2\varepsilon b^2/(1+2\varepsilon)" if self.exponent == "sharp" else r"2\varepsilon b^2"
        return (
            rf"for {all_biases(self.bias_from)} and $\varepsilon$-orthogonal $u,v$, $\varepsilon={tex(self.epsilon)}$: "
            rf"$\mathbb{{E}}\,\phi(\langle g,u\rangle-b)\,\phi(\langle g,v\rangle-b)\le "
            rf"{times(self.constant)}e^{{{rate}}}\,(\mathbb{{E}}\,\phi(\gamma-b))^2$, {phi(self.activation)}"
        )


class Decoupling(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name", tag="lemma-3.3"):
    """Decoupling at nearly orthogonal vectors."""

    constant: str
    epsilon: str

    def text(self) -> str:
        """The statement in plain text."""
        return (
            f"for all eps-orthogonal u, v and measurable f >= 0: E f(<g,u>) f(<g,v>) <= {factor(self.constant)}"
            f"(E f(sqrt(1 + 2 eps) gamma))^2, eps = {self.epsilon}"
        )

    def latex(self) -> str:
        """The statement in LaTeX."""
        return (
            rf"for all $\varepsilon$-orthogonal $u,v$, $\varepsilon={tex(self.epsilon)}$, and measurable $f\ge 0$: "
            rf"$\mathbb{{E}}\,f(\langle g,u\rangle)f(\langle g,v\rangle)\le {times(self.constant)}"
            r"\bigl(\mathbb{E}\,f(\sqrt{1+2\varepsilon}\,\gamma)\bigr)^2$"
        )
