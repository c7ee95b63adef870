"""A theorem of the registry, and the paper that it stands in."""

from __future__ import annotations

from dataclasses import dataclass

FORMS = {
    "as stated": "the theorem as it stands in the literature, its number or constant included",
    "reconstructed": "rebuilt from the paper's proof; the printed constants were not compared",
    "explicit": "with explicit constants where the paper has unspecified ones",
    "sharp": "with the best constant, or the exact range, certified from both sides",
    "own": "proved in this project, in the specification of the certificates or with the construction",
    "variant refuted": "a stronger or carelessly quoted form is false, with a counterexample",
    "prediction": "statistical physics, not a theorem; only the digits of the formula are proved",
    "not instantiable": "no instance can be stated or checked; the reason is given",
}


@dataclass(frozen=True)
class Paper:
    """A paper, or a group of them with one claims file: proofs/claims/KEY.toml."""

    key: str
    short: str  # a heading, such as "Cover (1965): how many labellings hyperplanes separate"
    authors: str
    title: str
    reference: str  # "arXiv:2308.02001", or the journal
    about: str  # prose


@dataclass(frozen=True)
class Theorem:
    """One entry: prose fields have formulas between dollars and code between backquotes (exactcap.typeset).

    ``direction`` says what is proved: a bound from below or above, an equality, a refutation, digits. ``evidence`` says
    why what the checker checks suffices. ``example`` is a command without -o, or exactcap-check on a shipped
    certificate, ``answer`` the last line that it prints (predict: a line). A theorem that cannot be instantiated has
    ``why_not`` and neither families, evidence, example nor answer; a prediction may have no family.
    """

    identifier: str
    paper: Paper
    number: str  # "Proposition 3.1", or "" where the paper's number is not known to us
    title: str
    form: str
    direction: str
    families: tuple[str, ...]
    needs: tuple[str, ...]  # theorems or rules on which the certificate of an instance relies
    hypotheses: tuple[str, ...]
    conclusion: str
    idea: str
    evidence: str
    example: str
    answer: str
    why_not: str
