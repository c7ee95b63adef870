"""The arguments of certificates about counts and tangent kernels in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exactcap.claims import Count, Dichotomies, Kernel, Tangent

Evidence = tuple[Mapping[str, Any], ...]


def capacity_words(claim: Count | Kernel | Tangent, evidence: Evidence) -> tuple[str, ...]:
    """The argument of a certificate in five sentences."""
    if isinstance(claim, Count):
        return _dichotomies(claim.of, claim.value) if isinstance(claim.of, Dichotomies) else _shattering(claim)
    return _kernel(claim, evidence) if isinstance(claim, Kernel) else _tangent(claim, evidence)


def _dichotomies(of: Dichotomies, value: int) -> tuple[str, ...]:
    terms = of.dimension + (1 if of.affine else 0)
    return (
        f"The claim is that the {of.points} points have exactly {value} separable labellings out of 2^{of.points}.",
        "Adding a point in general position splits those dichotomies whose hyperplane can pass through it: "
        "C(n, D) = C(n-1, D) + C(n-1, D-1).",
        f"So C(n, D) is twice the sum of the binomial coefficients (n-1 choose k), k < D, here D = {terms}.",
        "The file holds no intermediate results: the checker adds them up anew, in exact integers.",
        "The number is the same for all points in general position; others have fewer dichotomies.",
    )


def _shattering(claim: Count) -> tuple[str, ...]:
    return (
        "On n points a unit has at most C(n, d+1) dichotomies (Cover), in pairs of complements that serve alike.",
        "So at most (C(n, d+1)/2 + m - 1 choose m) hidden layers differ, the order of the m units being irrelevant.",
        "Given the codes of the points, the output unit has at most C(n, m+1) labellings.",
        f"For n = {claim.value} the product is below 2^n, so some labelling is never taken; for n - 1 it is not.",
        "A set that holds such a set is not shattered either, so the same is true of all larger n.",
    )


def _kernel(claim: Kernel, evidence: Evidence) -> tuple[str, ...]:
    raise NotImplementedError


def _tangent(claim: Tangent, evidence: Evidence) -> tuple[str, ...]:
    raise NotImplementedError
