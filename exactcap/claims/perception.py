"""Lemmas about random features and random signs (SPEC-GAUSSIAN.md, G4)."""

from __future__ import annotations

import msgspec

from exactcap.claims.lemma_words import phi, tex, times


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

    def latex(self) -> str:
        """The statement in LaTeX."""
        main = rf"|\langle\Phi(x),\Phi(y)\rangle-\mathbb{{E}}|\le\sqrt{{{self.root}\,mp\ln N}}+{times(self.linear)}"
        rest = (
            rf"${main}\ln N$ with probability at least $1-2N^{{-5}}$, $p=\mathbb{{E}}\,\phi\,\phi$" if
            self.activation == "threshold" else
            rf"${main}\ln^2N+\sqrt{{24}}\,mN^{{-5}}$ with probability at least $1-2N^{{-5}}-mN^{{-10}}$, "
            r"$p=\mathbb{E}\,\phi^2\phi^2$, $b\ge 0$"
        )  # fmt: skip
        return rf"for all $m\ge 1$, $N\ge 2$, $|x|,|y|\le 2$: {rest}, {phi(self.activation)}"


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

    def latex(self) -> str:
        """The statement in LaTeX."""
        return (
            rf"for all $v_1,\dots,v_K$ with $|v_i|\ge\frac12$, $|\langle v_i,v_j\rangle|\le\eta$ and $K_1$ ones, "
            rf"$K_1\ln K\le {times(self.constant)}\eta^{{-2}}$: some $w=\sum_k\xi_ky_kv_k$ with signs $\xi$ has "
            rf"$|\langle w,v_k\rangle|\le {tex(self.noise)}$ if $y_k=0$ and $\ge\frac14-{tex(self.noise)}$ if $y_k=1$"
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

    def latex(self) -> str:
        """The statement in LaTeX."""
        r = "$r=1$" if self.outputs == "one" else r"every $r\ge 2$"
        return (
            rf"for {r} and all $v_1,\dots,v_K$ with $|v_i|\ge\frac12$, $|\langle v_i,v_j\rangle|\le\eta$ and $K_1$ "
            rf"ones, $(2K_1/r+1)\ln K\le {times(self.constant)}\eta^{{-2}}$: a threshold layer $P$ of width $r$ has "
            r"$P(v_k)=0$ iff $y_k=0$"
        )
