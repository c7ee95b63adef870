"""Lemmas about the moments of one unit, and what is monotone (SPEC-GAUSSIAN.md, G4)."""

from __future__ import annotations

import msgspec

from exactcap.claims.lemma_words import all_biases, biases, factor, phi, tex, times


class Asymptotics(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name", tag="lemma-A.1"):
    """The first term of the moments' asymptotic series, with an explicit error."""

    constant: str
    order: int

    def text(self) -> str:
        """The statement in plain text."""
        first = ("1/b", "1/b^2", "2/b^3")[self.order]
        return (
            f"for all b > 0: {first} (1 - {factor(self.constant)}b^-2) < E (gamma - b)_+^{self.order}/g(b) < {first}, "
            "g the standard normal density"
        )

    def latex(self) -> str:
        """The statement in LaTeX."""
        first = (r"\frac1b", r"\frac1{b^2}", r"\frac2{b^3}")[self.order]
        return (
            rf"for all $b>0$: ${first}\bigl(1-{times(self.constant)}b^{{-2}}\bigr)<"
            rf"\mathbb{{E}}\,(\gamma-b)_+^{self.order}/g(b)<{first}$"
        )


class Stability(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name", tag="lemma-A.2"):
    """How a moment changes with the variance; ``constant`` None is the two-sided exponential form.

    In that form ``bias_from`` None stands for all b > 0, and ``z_from`` None for all z > -1.
    """

    bias_from: str | None
    constant: str | None
    order: int
    z_from: str | None
    z_to: str | None

    def text(self) -> str:
        """The statement in plain text."""
        k, top = self.order, "infinity" if self.z_to is None else self.z_to
        bound = (
            f"|theta - 1| <= {factor(self.constant)}b^-2" if self.constant is not None
            else f"e^(-zD) <= theta <= 1 (z >= 0), 1 <= theta <= e^(-zD) (z <= 0), D = {(k + 1) * (k + 2) // 2}/b^2"
        )  # fmt: skip
        low = "> -1" if self.z_from is None else f"from {self.z_from}"
        every = "for all b > 0" if self.bias_from is None else biases(self.bias_from)
        return (
            f"{every} and z {low} to {top}: E (sqrt(1 + z) gamma - b)_+^{k} = theta "
            f"(1 + z)^({2 * k + 1}/2) e^(z b^2/(2(1 + z))) E (gamma - b)_+^{k} with {bound}"
        )

    def latex(self) -> str:
        """The statement in LaTeX."""
        k = self.order
        end = r"\infty" if self.z_to is None else tex(self.z_to)
        bound = (
            rf"|\theta-1|\le {times(self.constant)}b^{{-2}}" if self.constant is not None
            else rf"\theta\text{{ between }}1\text{{ and }}e^{{-{(k + 1) * (k + 2) // 2}z/b^2}}"
        )  # fmt: skip
        low = "-1<" if self.z_from is None else rf"{tex(self.z_from)}\le "
        every = "all $b>0$" if self.bias_from is None else all_biases(self.bias_from)
        return (
            rf"for {every}, ${low} z\le {end}$: "
            rf"$\mathbb{{E}}\,(\sqrt{{1+z}}\,\gamma-b)_+^{k}=\theta\,(1+z)^{{{2 * k + 1}/2}}e^{{zb^2/(2(1+z))}}\,"
            rf"\mathbb{{E}}\,(\gamma-b)_+^{k}$ with ${bound}$"
        )


class Monotonicity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name", tag="lemma-A.3"):
    """A moment or a correlation is monotone in one variable."""

    activation: str
    bias_from: str | None
    of: str
    variable: str

    def text(self) -> str:
        """The statement in plain text."""
        if self.of == "correlation":
            how = "does not decrease in rho" if self.variable == "rho" else f"does not increase in {self.variable}"
            return f"E phi(X - b) phi(Y - b) {how}, X and Y standard normal, phi = {self.activation}"
        if self.variable == "bias":
            return "E (gamma - b)_+^n does not increase in b, n = 0, 1, 2"
        psi = {
            "any": "each nondecreasing psi with psi(u) = 0 for u <= 0", "closed-threshold": "psi = 1{u >= 0}",
            "threshold": "psi = 1{u > 0}", "relu": "psi = max(u, 0)",
        }[self.activation]  # fmt: skip
        return f"{biases(self.bias_from)}: E psi(sigma gamma - b) does not decrease in sigma >= 0, {psi}"

    def latex(self) -> str:
        """The statement in LaTeX."""
        if self.of == "correlation":
            name = {"rho": r"\rho", "delta": r"\delta", "bias": "b"}[self.variable]
            how = "does not decrease" if self.variable == "rho" else "does not increase"
            return rf"$\mathbb{{E}}\,\phi(X-b)\,\phi(Y-b)$ {how} in ${name}$, {phi(self.activation)}"
        if self.variable == "bias":
            return r"$\mathbb{E}\,(\gamma-b)_+^n$ does not increase in $b$, $n=0,1,2$"
        psi = {
            "any": r"each nondecreasing $\psi$ with $\psi(u)=0$ for $u\le 0$",
            "closed-threshold": r"$\psi(u)=1\{u\ge 0\}$", "threshold": r"$\psi(u)=1\{u>0\}$",
            "relu": r"$\psi(u)=\max(u,0)$",
        }[self.activation]  # fmt: skip
        every = all_biases(self.bias_from)
        return rf"for {every}: $\mathbb{{E}}\,\psi(\sigma\gamma-b)$ does not decrease in $\sigma\ge 0$, {psi}"


class SecondMoment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name", tag="second-moment"):
    """The first moment is at most b times the second."""

    activation: str
    bias_from: str

    def text(self) -> str:
        """The statement in plain text."""
        return f"for all b >= {self.bias_from}: E phi(gamma - b) <= b E phi(gamma - b)^2, phi = {self.activation}"

    def latex(self) -> str:
        """The statement in LaTeX."""
        return (
            rf"for all $b\ge {tex(self.bias_from)}$: $\mathbb{{E}}\,\phi(\gamma-b)\le "
            rf"b\,\mathbb{{E}}\,\phi(\gamma-b)^2$, {phi(self.activation)}"
        )
