"""Statements about Gaussian expectations, for all parameters of a region, and that they hold or fail.

Each statement stands in SPEC-GAUSSIAN.md, G4, with its rules and proofs. Numbers are rationals "p/q"; ``None`` stands
for no restriction. "Prop", "Lemma" and "Theorem" number those of Vershynin, arXiv:2001.06938, as reconstructed from its
proofs, with the constants given here.
"""

from __future__ import annotations

import msgspec

CITATION = "Vershynin, arXiv:2001.06938, in the explicit form of SPEC-GAUSSIAN.md, G4"
HYPOTHESES: tuple[str, ...] = ("normal variables are exact; constants are those of the statement, not of the paper",)


class Separated(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name", tag="prop-3.1"):
    """Correlation of two units at separated unit vectors; ``exponent`` is "sharp" or a rational."""

    activation: str
    bias_from: str
    constant: str
    exponent: str

    def text(self) -> str:
        """The statement in plain text."""
        k = _power(self.activation)
        power = "(1 - delta^2/4)" if k else ""
        rate, end = {True: (f"{power} e^(-b^2 delta^2/(2(4 - delta^2)))", "<"), False: (
            f"e^(-{_factor(self.exponent)}b^2 delta^2)", "<=")}[self.exponent == "sharp"]  # fmt: skip
        return (
            f"for all b >= {self.bias_from} and unit x, y at distance delta {end} 2: E phi(<g,x> - b) phi(<g,y> - b) "
            f"<= {_factor(self.constant)}{rate.strip()} E phi(gamma - b)^2, phi = {self.activation}"
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
            f"{_factor(self.constant)}{rate} E phi(gamma - b)^2, eps = {self.epsilon}, phi = {self.activation}"
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
            f"{_biases(self.bias_from)} and eps-orthogonal u, v: E phi(<g,u> - b) phi(<g,v> - b) <= "
            f"{_factor(self.constant)}{rate} (E phi(gamma - b))^2, eps = {self.epsilon}, phi = {self.activation}"
        )


class Decoupling(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name", tag="lemma-3.3"):
    """Decoupling at nearly orthogonal vectors."""

    constant: str
    epsilon: str

    def text(self) -> str:
        """The statement in plain text."""
        return (
            f"for all eps-orthogonal u, v and measurable f >= 0: E f(<g,u>) f(<g,v>) <= {_factor(self.constant)}"
            f"(E f(sqrt(1 + 2 eps) gamma))^2, eps = {self.epsilon}"
        )


class Deviation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name", tag="lemma-4.1"):
    """Deviation of the inner product of two random feature vectors from its mean."""

    activation: str
    linear: str
    root: str

    def text(self) -> str:
        """The statement in plain text."""
        main = f"|<Phi(x),Phi(y)> - E| <= sqrt({self.root} m p ln N)"
        if self.activation == "threshold":
            rest = f"{main} + {self.linear} ln N with probability >= 1 - 2 N^-5, p = E phi phi, every bias"
        else:
            rest = (
                f"{main} + {self.linear} ln(N)^2 + sqrt(24) m N^-5 with probability >= 1 - 2 N^-5 - m N^-10, "
                "p = E phi^2 phi^2, every bias >= 0"
            )
        return f"for all m >= 1, N >= 2 and |x|, |y| <= 2: {rest}, phi = {self.activation}"


class Perception(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name", tag="lemma-6.1"):
    """A signed sum of the vectors with label 1 tells them from the others."""

    constant: str
    noise: str

    def text(self) -> str:
        """The statement in plain text."""
        return (
            f"for all K vectors with |v_i| >= 1/2, |<v_i,v_j>| <= eta and K_1 ones, K_1 ln K <= {self.constant} eta^-2:"
            f" some signed sum w of the ones has |<w,v_k>| <= {self.noise} for y_k = 0 and >= 1/4 - {self.noise} for "
            "y_k = 1"
        )


class Layer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name", tag="theorem-6.2"):
    """One threshold layer tells the zeros from the ones; ``outputs`` is "two-or-more" or "one"."""

    constant: str
    outputs: str

    def text(self) -> str:
        """The statement in plain text."""
        r = "every r >= 2" if self.outputs == "two-or-more" else "r = 1"
        return (
            f"for {r} and all K vectors with |v_i| >= 1/2, |<v_i,v_j>| <= eta and K_1 ones, (2 K_1/r + 1) ln K <= "
            f"{self.constant} eta^-2: a threshold layer P of width r has P(v_k) = 0 iff y_k = 0"
        )


class Asymptotics(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name", tag="lemma-A.1"):
    """The first term of the moments' asymptotic series, with an explicit error."""

    constant: str
    order: int

    def text(self) -> str:
        """The statement in plain text."""
        first = ("1/b", "1/b^2", "2/b^3")[self.order]
        return (
            f"for all b > 0: {first} (1 - {self.constant}/b^2) < E (gamma - b)_+^{self.order}/g(b) < {first}, "
            "g the standard normal density"
        )


class Stability(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name", tag="lemma-A.2"):
    """How a moment changes with the variance; ``constant`` None is the two-sided exponential form."""

    bias_from: str
    constant: str | None
    order: int
    z_from: str
    z_to: str | None

    def text(self) -> str:
        """The statement in plain text."""
        k, top = self.order, "infinity" if self.z_to is None else self.z_to
        ratio = f"(1 + z)^{2 * k + 1}/2 e^(z b^2/(2(1 + z))) E (gamma - b)_+^{k}".replace(
            f"^{2 * k + 1}/2", f"^({2 * k + 1}/2)"
        )
        bound = (
            f"|theta - 1| <= {self.constant}/b^2" if self.constant is not None
            else f"e^(-zD) <= theta <= 1 (z >= 0), 1 <= theta <= e^(-zD) (z <= 0), D = {(k + 1) * (k + 2) // 2}/b^2"
        )  # fmt: skip
        return (
            f"for all b >= {self.bias_from} and z from {self.z_from} to {top}: E (sqrt(1 + z) gamma - b)_+^{k} = theta "
            f"{ratio} with {bound}"
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
        return f"{_biases(self.bias_from)}: E psi(sigma gamma - b) does not decrease in sigma >= 0, {psi}"


class SecondMoment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name", tag="second-moment"):
    """The first moment is at most b times the second."""

    activation: str
    bias_from: str

    def text(self) -> str:
        """The statement in plain text."""
        return f"for all b >= {self.bias_from}: E phi(gamma - b) <= b E phi(gamma - b)^2, phi = {self.activation}"


Statement = (
    Separated | NormChange | Orthogonal | Decoupling | Deviation | Perception | Layer | Asymptotics | Stability
    | Monotonicity | SecondMoment
)  # fmt: skip


class Inequality(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="family", tag="inequality"):
    """The statement holds, or (``holds`` false) it does not.

    >>> Inequality(True, SecondMoment("threshold", "1")).statement()
    'for all b >= 1: E phi(gamma - b) <= b E phi(gamma - b)^2, phi = threshold'
    >>> Inequality(False, Decoupling("6/5", "1/16")).statement()
    'it is false that for all eps-orthogonal u, v and measurable f >= 0: E f(<g,u>) f(<g,v>) <= 6/5 (E f(sqrt(1 + 2 eps)
    gamma))^2, eps = 1/16'
    """

    holds: bool
    lemma: Statement

    def statement(self) -> str:
        """One sentence of plain text."""
        return self.lemma.text() if self.holds else f"it is false that {self.lemma.text()}"

    def latex(self) -> str:
        """One sentence of LaTeX."""
        return rf"\text{{{self.statement().replace('^', chr(92) + '^{}').replace('_', chr(92) + '_')}}}"


def _power(activation: str) -> int:
    return 1 if activation == "relu" else 0


def _factor(constant: str) -> str:
    return "" if constant == "1" else f"{constant} "


def _biases(bias_from: str | None) -> str:
    return "for all b" if bias_from is None else f"for all b >= {bias_from}"
