"""A certificate in words: the claim, the argument in five sentences with its numbers, and what it relies on."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exactcap.certificates.format import Certificate, claim_id
from exactcap.claims import (
    Classifies,
    Correlation,
    Count,
    Deep,
    Enclosure,
    Hadamard,
    Identity,
    Inequality,
    Interpolation,
    Kernel,
    Memorization,
    Memorizes,
    Mills,
    Nearby,
    Obstruction,
    OneUnit,
    Rank,
    Table,
    Tangent,
    classifies,
    count,
    enclosure,
    formulas,
    identity,
    inequality,
    interpolation,
    kernel,
    memorization,
    memorizes,
    mills,
    nearby,
    obstruction,
    rank,
    tangent,
)
from exactcap.reports.capacity_words import capacity_words
from exactcap.reports.gaussian_words import gaussian_argument
from exactcap.reports.network_words import classifies_words, evaluation_words, nearby_words, regular_zero_words
from exactcap.reports.rules import THEOREMS, bound_words

ABOUT: dict[type, Any] = {  # the modules with the citation and the hypotheses of each kind of claim
    Classifies: classifies, Count: count, Enclosure: enclosure, Identity: identity, Inequality: inequality,
    Interpolation: interpolation, Kernel: kernel, Memorization: memorization, Memorizes: memorizes, Mills: mills,
    Nearby: nearby, Obstruction: obstruction, Rank: rank, Tangent: tangent,
}  # fmt: skip
TRANSCENDENTAL = {
    "tanh": "e^2", "sigmoid": "e", "silu": "e", "exp": "e", "softplus": "e", "sin": "e^i", "cos": "e^i",
    "gaussian": "e^(-1/2)", "erf": "e^(-1)",
}  # fmt: skip


@dataclass(frozen=True)
class Explanation:
    """The parts of an explanation; ``argument`` has five sentences."""

    identifier: str
    statement: str
    latex: str
    citation: str
    hypotheses: tuple[str, ...]
    argument: tuple[str, ...]
    relies_on: tuple[str, ...]

    def text(self, verdict: str) -> str:
        """The explanation for a terminal; ``verdict`` is the checker's, with its error bound if it is probable."""
        listing = "\n".join(f"  - {item}" for item in self.relies_on or ("nothing else",))
        hypotheses = "\n".join(f"  - {item}" for item in self.hypotheses)
        sentences = "\n".join(
            textwrap.fill(f"{k}. {sentence}", 100, initial_indent="  ", subsequent_indent="     ")
            for k, sentence in enumerate(self.argument, start=1)
        )
        return (
            f"Claim {self.identifier[:16]}\n{textwrap.indent(textwrap.fill(self.statement, 98), '  ')}\n"
            f"  ({self.citation})\n\nHypotheses\n{hypotheses}\n\nArgument\n{sentences}\n\nRelies on\n{listing}\n\n"
            f"{verdict} by the independent checker; exactcap-check FILE does it again with Python alone."
        )

    def record(self) -> dict[str, Any]:
        """The explanation as a JSON object."""
        return {
            "id": self.identifier,
            "statement": self.statement,
            "latex": self.latex,
            "citation": self.citation,
            "hypotheses": list(self.hypotheses),
            "argument": list(self.argument),
            "relies_on": list(self.relies_on),
        }


def explanation(certificate: Certificate) -> Explanation:
    """Put a verified certificate into words; the words of one that the checker rejects would mean nothing."""
    claim = certificate.claim
    about = ABOUT[type(claim)]
    is_formula = isinstance(claim, Enclosure) and not isinstance(claim.quantity, OneUnit | Correlation)
    if isinstance(claim, Interpolation):
        is_zero = certificate.evidence[0]["evidence"] == "regular-zero"
        argument = (regular_zero_words if is_zero else _paired_rank)(claim, certificate.evidence)
    elif isinstance(claim, Obstruction):
        argument = _obstruction(claim, certificate.evidence[0])
    elif isinstance(claim, Rank):
        argument = _rank(claim, certificate.evidence)
    elif isinstance(claim, Identity):
        argument = _identity(claim)
    elif isinstance(claim, Memorizes):
        argument = evaluation_words(claim)
    elif isinstance(claim, Nearby):
        argument = nearby_words(claim, certificate.evidence)
    elif isinstance(claim, Classifies):
        argument = classifies_words(claim, certificate.evidence)
    elif isinstance(claim, Count | Kernel | Tangent):
        argument = capacity_words(claim, certificate.evidence)
    else:
        argument = gaussian_argument(claim, certificate.evidence)
    relies_on = tuple(THEOREMS[name] for name in certificate.relies_on)
    return Explanation(
        claim_id(claim), claim.statement(), claim.latex(), formulas.CITATION if is_formula else about.CITATION,
        about.HYPOTHESES, argument, relies_on,
    )  # fmt: skip


def _paired_rank(claim: Interpolation, evidence: tuple[Mapping[str, Any], ...]) -> tuple[str, ...]:
    header, _, neurons, columns, witness = evidence[:5]
    n, d, M = claim.inputs.n_samples, claim.inputs.n_inputs, len(neurons["biases"])
    p, name = header["modulus"], claim.activation.text()
    if isinstance(claim.inputs, Table):
        integers = f"The {d} data columns are scaled to integers by invertible affine maps that the first layer absorbs"
    else:
        integers = f"{n} integer points in R^{d} stand for the generic inputs"
    blocks = [
        f"{count} from {block}"
        for block, count in (
            ("W", sum(c % (d + 2) < d for c in columns["columns"])),
            ("b", sum(c % (d + 2) == d for c in columns["columns"])),
            ("v", sum(c % (d + 2) == d + 1 for c in columns["columns"])),
        )
        if count
    ]
    exact, how = _exact_words(header, claim.activation.name), _witness_words(witness, n)
    last = (
        "this holds for these inputs" if isinstance(claim.inputs, Table)
        else "the minor is an analytic function of the inputs, so this holds for almost all of them"
    )  # fmt: skip
    return (
        f"{integers}, and {M} {name} neurons get integer weights and biases.",
        f"The Jacobian of these {M} neurons has {M * (d + 2)} columns in W, b and v, of which "
        f"{len(columns['columns'])} are chosen ({', '.join(blocks)}).",
        f"{exact}.",
        f"The chosen {n} x {n} minor is invertible modulo {p} ({how}), so the real Jacobian has rank {n}.",
        f"Using each neuron twice with opposite outer weights ({2 * M} of {claim.width} neurons) gives output 0 and a "
        f"submersion there, and outputs scale with the outer weights, so every y in R^{n} is reached; {last}.",
    )


def _exact_words(header: Mapping[str, Any], name: str) -> str:
    p = header["modulus"]
    if "residue" not in header:
        return f"Every entry is a rational number whose denominator is a unit modulo {p}, so it has a residue"
    return (
        f"Every entry is a rational function of integers and {TRANSCENDENTAL[name]}, which is transcendental, so that "
        f"number may be replaced by the residue {header['residue']} modulo {p}: a minor that is not zero there is not "
        "zero over the reals"
    )


def _witness_words(witness: Mapping[str, Any], size: int) -> str:
    if witness["witness"] == "eliminate":
        return "elimination finds a unit pivot in every column"
    return f"the file holds the inverse, {size} x {size} residues, and the checker multiplies"


def _obstruction(claim: Obstruction, evidence: Mapping[str, Any]) -> tuple[str, ...]:
    n, d, m = claim.inputs.n_samples, claim.inputs.n_inputs, claim.width
    return (
        f"A two-layer network of width {m} on {d} inputs has {m * (d + 2)} parameters, and its Jacobian on {n} inputs "
        "as many columns.",
        f"The rules bound its rank: {bound_words(evidence)}.",
        f"So the Jacobian has rank at most {claim.at_most} for all parameters, on any of the inputs.",
        f"On more than {claim.at_most} inputs every value of the network map is therefore critical.",
        "By Sard's theorem the label vectors that it takes there have measure zero; it does not say which ones are not "
        "taken.",
    )


def _rank(claim: Rank, evidence: tuple[Mapping[str, Any], ...]) -> tuple[str, ...]:
    matrix, r = claim.matrix, claim.rank
    rows = "as many rows as one likes" if matrix.n_rows is None else f"{matrix.n_rows} rows"
    lower = ("No lower bound is claimed.", "The rank may be smaller.")
    if claim.relation != "at-most":
        header = evidence[0]
        witness = next(record for record in evidence if "witness" in record)
        psi = matrix.entrywise.name if isinstance(matrix, Hadamard) else getattr(matrix, "activation", None)
        first = matrix.activations[0].name if isinstance(matrix, Deep) and matrix.activations else "rational"
        name = psi if isinstance(psi, str) else psi.name if psi is not None else first
        lower = (
            f"From below: {r} rows and {r} columns at an integer point are chosen. {_exact_words(header, name)}.",
            f"That minor is invertible modulo {header['modulus']} ({_witness_words(witness, r)}), so the rank there, "
            f"and outside a set of measure zero, is at least {r}.",
        )
    last = evidence[-1]
    if claim.relation == "at-least":
        upper = "No upper bound is claimed: the rank may be larger."
    elif last["evidence"] == "random-rank":
        upper = (
            f"From above: modulo a prime of 61 bits, at points that the checker draws itself, the rank is {r}; were it "
            "larger in general, that would happen with at most the stated chance."
        )
    else:
        upper = f"From above, for all parameters: {bound_words(last)}; together at most {r}."
    how = {"at-least": "at least ", "at-most": "at most ", "equals": ""}[claim.relation]
    return (
        f"The matrix has {matrix.n_columns} columns and {rows}.",
        *lower,
        upper,
        f"So the generic rank is {how}{r}"
        + (", but for that chance." if last.get("evidence") == "random-rank" else "."),
    )


def _identity(claim: Identity) -> tuple[str, ...]:
    n, d, m = claim.n_samples, claim.n_inputs, claim.width
    return (
        f"The network has {n} outputs and {m * (d + 2)} parameters, all of them formal symbols.",
        "Each output is a polynomial in the symbols and in psi at its pre-activations.",
        "The checker differentiates by the product rule, and by the chain rule at psi.",
        f"All {n * m * (d + 2)} derivatives equal the entries of the Khatri-Rao and Hadamard form as polynomials.",
        "Nothing is assumed of psi but that it has a derivative.",
    )
