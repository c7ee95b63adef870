"""A certificate in words: the claim, the argument in five sentences with its numbers, and what it relies on."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exactcap.certificates.format import Certificate, claim_id
from exactcap.claims import Interpolation, Obstruction, Table
from exactcap.claims import interpolation as interpolation_claims
from exactcap.claims import obstruction as obstruction_claims

TRANSCENDENTAL = {
    "tanh": "e^2", "sigmoid": "e", "silu": "e", "exp": "e", "softplus": "e", "sin": "e^i", "cos": "e^i",
    "gaussian": "e^(-1/2)", "erf": "e^(-1)",
}  # fmt: skip

THEOREMS = {
    "paired-submersion": "a Jacobian of rank n for half the neurons makes the map onto R^n (SPEC.md, section 3)",
    "hermite-lindemann": "e^c is transcendental for algebraic c != 0 (Hermite-Lindemann)",
    "analytic-zeros": "the zeros of a nonzero analytic function have measure zero",
    "sard": "the critical values of a smooth map have measure zero (Sard)",
    "rule-U2": "U2: a rank is at most the number of columns",
    "rule-U3": "U3: the columns are values of polynomials of bounded degree",
    "rule-U4": "U4: products of affine forms satisfy antisymmetric relations",
    "rule-U9": "U9: a first-order differential equation makes outer-weight columns redundant",
    "rule-U12": "U12: nearly constant data columns add little beyond the biases",
}


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

    def text(self) -> str:
        """The explanation for a terminal."""
        listing = "\n".join(f"  - {item}" for item in self.relies_on)
        hypotheses = "\n".join(f"  - {item}" for item in self.hypotheses)
        sentences = "\n".join(
            textwrap.fill(f"{k}. {sentence}", 100, initial_indent="  ", subsequent_indent="     ")
            for k, sentence in enumerate(self.argument, start=1)
        )
        return (
            f"Claim {self.identifier[:16]}\n{textwrap.indent(textwrap.fill(self.statement, 98), '  ')}\n"
            f"  ({self.citation})\n\nHypotheses\n{hypotheses}\n\nArgument\n{sentences}\n\nRelies on\n{listing}\n\n"
            "VERIFIED by the independent checker; exactcap-check FILE does it again with Python alone."
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
    if isinstance(claim, Interpolation):
        citation, hypotheses = interpolation_claims.CITATION, interpolation_claims.HYPOTHESES
        argument = _paired_rank(claim, certificate.evidence)
    else:
        citation, hypotheses = obstruction_claims.CITATION, obstruction_claims.HYPOTHESES
        argument = _rank_bound(claim, certificate.evidence[0])
    relies_on = tuple(THEOREMS[name] for name in certificate.relies_on)
    return Explanation(claim_id(claim), claim.statement(), claim.latex(), citation, hypotheses, argument, relies_on)


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
    if "residue" in header:
        exact = (
            f"Every entry is a rational function of integers and {TRANSCENDENTAL[claim.activation.name]}, which is "
            f"transcendental, so that number may be replaced by the residue {header['residue']} modulo {p}: a minor "
            "that is not zero there is not zero over the reals"
        )
    else:
        exact = f"Every entry is a rational number whose denominator is a unit modulo {p}, so it has a residue"
    how = "elimination finds a unit pivot in every column" if witness["witness"] == "eliminate" else (
        f"the file holds the inverse, {n} x {n} residues, and the checker multiplies"
    )  # fmt: skip
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


def _rank_bound(claim: Obstruction, evidence: Mapping[str, Any]) -> tuple[str, ...]:
    n, d, m = claim.inputs.n_samples, claim.inputs.n_inputs, claim.width
    if "whole" in evidence:
        degree = claim.activation.polynomial_degree()
        inner = f"All columns are values of polynomials of degree at most {degree} in {d} variables (rule U3)"
        outer = "No other count is needed"
    else:
        inner, outer = _inner_words(claim, evidence["inner"]), _outer_words(claim, evidence["outer"])
    return (
        f"A two-layer network of width {m} on {d} inputs has {m * (d + 2)} parameters, and its Jacobian on {n} inputs "
        "as many columns.",
        f"{inner}.",
        f"{outer}.",
        f"So the Jacobian has rank at most {claim.at_most} for all parameters, on any of the inputs.",
        f"On more than {claim.at_most} inputs every value of the network map is therefore critical, and by Sard's "
        "theorem the label vectors that it takes there have measure zero; it does not say which ones are not taken.",
    )


def _inner_words(claim: Obstruction, rule: Mapping[str, Any]) -> str:
    d, m = claim.inputs.n_inputs, claim.width
    if rule["rule"] == "U12":
        return (
            f"Outside {rule['support']} rows the {len(rule['columns'])} sparsest data columns are constant, so that "
            f"there their W columns are multiples of b columns (rule U12), which leaves {rule['support']}; the other "
            f"{m * (d - len(rule['columns']))} W columns and {m} b columns are counted"
        )
    if rule["rule"] == "U4":
        return (
            f"psi' is affine, and products of {m} affine forms satisfy {m * (m - 1) // 2} antisymmetric relations (U4)"
        )
    return f"There are {m * (d + 1)} columns in W and b (rule U2)"


def _outer_words(claim: Obstruction, rule: Mapping[str, Any]) -> str:
    if rule["rule"] == "U9":
        left = f"({rule['alpha']} + {rule['beta']} z) psi' + ({rule['gamma']}) psi"
        degree = len(rule["remainder"]) - 1
        right = f"is a polynomial of degree {degree}" if rule["remainder"] else "is 0"
        rest = f"only polynomials of degree at most {degree} are added" if rule["remainder"] else "they add nothing"
        return f"Since {left} {right}, the v columns lie, up to that, in the span of the others (U9): {rest}"
    return f"The {claim.width} columns in v are counted (rule U2)"
