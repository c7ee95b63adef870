"""Results and verdicts in a notebook: what is claimed, what is proved, and by what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exactcap.claims.shown import card
from exactcap.provers.outcome import Finding

if TYPE_CHECKING:
    from exactcap.api.result import Result
    from exactcap.api.verdict import Verdict
    from exactcap.checker import verdict as checker


def result_prose(result: Result) -> str:
    """The claim; where something else is certified, that, too. Prose with formulas between dollars."""
    proved = result.certificate.claim.latex() if result.certificate else ""
    asked = result.claim.latex() if result.claim else proved
    if not proved or proved == asked:
        return asked
    return f"{asked} {'The opposite is proved' if result.finding is Finding.REFUTED else 'Certified is'}: {proved}"


def result_html(result: Result) -> str:
    """The finding, the claim typeset, the argument, and what the checker said."""
    notes = [result.reason]
    if result.finding is Finding.UNDECIDED:
        notes.append("Undecided does not mean that the claim is false.")
    return card(result.finding, result_prose(result), notes + (_relied(result.verdict) if result.verdict else []))


def verdict_html(verdict: Verdict) -> str:
    """The finding, the claim typeset, and what the verdict relies on; of a rejected file the reason."""
    if verdict.claim is None:
        return card(verdict.finding, "", [verdict.reason])
    return card(verdict.finding, verdict.claim.latex(), _relied(verdict))


def _relied(verdict: checker.Verdict) -> list[str]:
    notes = [f"certificate {verdict.claim_id[:16]}, relies on {', '.join(verdict.relies_on) or 'nothing else'}"]
    if verdict.error_bound:
        notes.append(f"a false claim would pass with a chance of at most {verdict.error_bound}: this is no proof")
    return notes + [note for note in (verdict.reason, verdict.data) if note]
