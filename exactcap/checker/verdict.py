"""What a family's check returns, and what the checker says about one file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Proof:
    """The theorems that the verdict needs; with k > 0 it is probable only: error at most 2^-k.

    `unchecked` says why the evidence is beyond the checker's reach: then the claim is neither proved nor rejected.
    """

    theorems: tuple[str, ...]
    error_bits: int = 0
    unchecked: str = ""


@dataclass(frozen=True)
class Verdict:
    """`claim_id`, `statement` and `relies_on` are empty when it is REJECTED, `error_bound` unless it is PROBABLE.

    `reason` is there exactly when it is REJECTED or UNCHECKED.
    """

    path: str
    finding: str
    reason: str = ""
    claim_id: str = ""
    statement: str = ""
    relies_on: tuple[str, ...] = ()
    data: str = ""
    error_bound: str = ""

    @property
    def verified(self) -> bool:
        """Whether the claim is proved: never for a PROBABLE or an UNCHECKED one."""
        return self.finding == "VERIFIED"

    def line(self) -> str:
        if self.reason:  # REJECTED or UNCHECKED
            return f"{self.finding} {plain(self.path)} {self.reason}"
        rules = [name.removeprefix("rule-") for name in self.relies_on if name.startswith("rule-")]
        theorems = [name for name in self.relies_on if not name.startswith("rule-")]
        parts = [f"error at most {self.error_bound}"] if self.error_bound else []
        parts += [f"by rule {', '.join(rules)}"] if rules else []
        parts += [f"relies on {', '.join(theorems)}"] if theorems else []
        parts += [self.data] if self.data else []
        return f"{self.finding} {self.claim_id[:16]} {self.statement}" + (f" [{'; '.join(parts)}]" if parts else "")

    def record(self) -> dict[str, object]:
        """The verdict as a JSON object."""
        return {
            "verdict": self.finding,
            "path": self.path,
            "reason": self.reason,
            "id": self.claim_id,
            "statement": self.statement,
            "relies_on": list(self.relies_on),
            "data": self.data,
            "error_bound": self.error_bound,
        }


def plain(text: str) -> str:
    """ASCII on one line."""
    return text.encode("unicode_escape").decode("ascii")
