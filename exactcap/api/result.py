"""What `exactcap.certify` returns: a finding that the independent checker agrees with, and its certificate."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from exactcap.api.check import Checked, write_and_check
from exactcap.certificates.format import Certificate
from exactcap.checker.verdict import Verdict
from exactcap.claims import Claim
from exactcap.errors import CheckerDisagreesError
from exactcap.provers.outcome import Finding, Outcome, Progress

ALONE = (
    "proved by exactcap alone, since the independent checker stops at 1800 rows times outputs (exactcap recheck gives "
    "a second opinion)"
)


@dataclass(frozen=True, repr=False)
class Result:
    """A finding with its certificate. It is no truth value: UNDECIDED is neither, so ask for ``proved`` or ``finding``.

    Attributes:
        claim: what was to be decided; None where a number was sought, as by ``exactcap certify rank`` without a claim.
        finding: PROVED, REFUTED (the opposite is proved), PROBABLE, UNDECIDED, or UNCHECKED.
        reason: the argument in a sentence, or what is missing.
        interval: what is known of a rank in question.
        certificate: of the claim (PROVED), of its opposite (REFUTED), of what is certified besides, or None.
        checked: the independent checker's verdict on it, its file, its size, and the time it took.
    """

    claim: Claim | None
    finding: Finding
    reason: str
    interval: tuple[int, int] | None = None
    certificate: Certificate | None = None
    checked: Checked | None = None

    @property
    def proved(self) -> bool:
        """Whether the claim is proved, and the checker has verified it."""
        return self.finding is Finding.PROVED

    @property
    def refuted(self) -> bool:
        """Whether the opposite is proved, and the checker has verified that."""
        return self.finding is Finding.REFUTED

    @property
    def verdict(self) -> Verdict | None:
        """What the independent checker said of the certificate."""
        return self.checked.verdict if self.checked else None

    @property
    def path(self) -> Path | None:
        """Where the certificate is kept."""
        return self.checked.path if self.checked else None

    @property
    def statement(self) -> str:
        """What the certificate states; without one, the claim."""
        if self.checked:
            return self.checked.verdict.statement
        return self.claim.statement() if self.claim else ""

    @property
    def said(self) -> str:
        """The finding in words, without its name."""
        if self.checked is None:
            return f"{self.reason}; no certificate"
        match self.finding:
            case Finding.UNCHECKED:
                return f"{ALONE}: {self.statement}"
            case Finding.PROBABLE:
                bound = self.checked.verdict.error_bound
                return f"{self.statement} (a false claim would pass with a chance of at most {bound})"
            case Finding.UNDECIDED:
                known = f"the rank is in [{self.interval[0]}, {self.interval[1]}]; " if self.interval else ""
                return f"{known}another rule may decide; certified is {self.statement}"
        return self.statement

    def __bool__(self) -> NoReturn:
        raise TypeError("a result is not a truth value, since UNDECIDED is no answer: ask for .proved, or .finding")

    def __repr__(self) -> str:
        return f"{self.finding} {self.said}"

    def _repr_latex_(self) -> str:
        from exactcap.api.page import result_prose

        return f"{self.finding}: {result_prose(self)}"

    def _repr_html_(self) -> str:
        from exactcap.api.page import result_html

        return result_html(self)


def decide(outcome: Outcome, output: Path | None, progress: Progress, claim: Claim | None = None) -> Result:
    """Have the prover's certificate written and checked; the finding is said only if the checker agrees with it.

    Raises CheckerDisagreesError when it does not, InputError when the certificate cannot be written.
    """
    if outcome.certificate is None:
        if outcome.finding is not Finding.UNDECIDED:
            raise CheckerDisagreesError(f"the prover says {outcome.finding} without a certificate")
        return Result(claim, outcome.finding, outcome.reason, outcome.interval)
    if claim is not None and outcome.finding in (Finding.PROVED, Finding.REFUTED):
        is_of_claim = outcome.certificate.claim == claim
        if is_of_claim is not (outcome.finding is Finding.PROVED):
            raise CheckerDisagreesError(f"the prover says {outcome.finding} with a certificate of another claim")
    checked = write_and_check(outcome.certificate, output, progress)
    finding, said = outcome.finding, checked.verdict.finding
    if said == "UNCHECKED" and finding is Finding.PROVED:
        finding = Finding.UNCHECKED
    elif said != ("PROBABLE" if finding is Finding.PROBABLE else "VERIFIED"):
        raise CheckerDisagreesError(f"the checker says {said}, the prover {finding}")
    return Result(claim, finding, outcome.reason, outcome.interval, outcome.certificate, checked)
