"""The arguments of certificates about counts and tangent kernels in words."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from exactcap.claims import Count, Dichotomies, Kernel, Tangent
from exactcap.claims.enclosure import decimal

EVEN = ("abs", "cos", "gaussian")  # their derivatives are odd

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
    header, n = evidence[0], claim.inputs.n_samples
    if claim.least is not None:
        bits = header["bits"]
        return (
            f"K is a symmetric {n} x {n} matrix; each entry is a closed form in the cosine of two rows (Sheppard's "
            "formula, or one like it).",
            f"The file holds a lower triangular L with {n * (n + 1) // 2} integers over 2^{bits}.",
            f"The checker computes K itself from exact inner products, in integers with an error of at most 2 units "
            f"2^-{2 * bits}, and then D = K - L L^T exactly.",
            "In each row of D the diagonal entry exceeds the sum of the others' absolute values and errors by at least "
            f"lambda = {decimal(*claim.least)}.",
            "So K - lambda I is L L^T plus a diagonally dominant matrix (Gershgorin), both positive semidefinite.",
        )
    if header["evidence"] == "parallel":
        i, j = (claim.inputs.rows[k] for k in header["rows"])
        first, second = ([*claim.inputs.fractions()[k], Fraction(claim.bias)] for k in header["rows"])
        which, why, sign = "equal", "so the rows of K are equal", "-"
        if sum(a * b for a, b in zip(first, second, strict=True)) < 0:
            which, why = "opposite", f"but {claim.activation} is even, so the rows of K are equal"
            if claim.activation not in EVEN:
                why, sign = f"and {claim.activation} is odd, so the rows of K are opposite", "+"
        return (
            f"Rows {i} and {j} lie on one line through 0: divided by their norms they are {which}.",
            "An entry of K depends on the two rows by their cosine alone.",
            f"The cosines of rows {i} and {j} with any third are {which}, {why}.",
            f"So e_{i} {sign} e_{j} is a null vector of K.",
            "The checker compares the directions as integer vectors, exactly.",
        )
    return (
        f"The rows of each of {len(header['pairs'])} pairs have opposite directions.",
        "For opposite directions x and -x and ReLU units, K(x, z) - K(-x, z) is half the cosine of x and z, as "
        "1{u > 0} + 1{-u > 0} = 1.",
        "The file holds coefficients, not all 0, with which the first rows of the pairs add up to 0.",
        "With these coefficients the differences of the rows of K, pair by pair, add up to 0: a null vector.",
        "The checker adds up the integer directions exactly.",
    )


def _tangent(claim: Tangent, evidence: Evidence) -> tuple[str, ...]:
    n, m, header = claim.inputs.n_samples, len(claim.weights), evidence[0]
    d = len(claim.weights[0])
    features = (
        f"{m} ReLU units with integer weights have {m * d} tangent features, 1{{<w, x> > 0}} x_c, on the {n} rows.",
        "The checker computes the signs of all <w, x> exactly; none is 0.",
    )
    if not claim.full:
        used = sum(1 for v in header["vector"] if v)
        return (
            *features,
            f"The file holds a vector of integers, {used} of them not 0, one for each row.",
            "With these multiples the features of the rows add up to 0, unit by unit, in exact integers.",
            f"So the rank of the features is below {n}; other units may do better.",
        )
    return (
        *features,
        f"{n} columns make a minor that is invertible modulo {header['modulus']}, so the rank is {n} and every y is a "
        "combination of features, with coefficients u.",
        "Where w + h u keeps the signs of w, (relu(<w + h u, x>) - relu(<w, x>))/h is 1{<w, x> > 0} <u, x>, exactly.",
        f"So {2 * m} hidden units, in pairs, take every label vector for some small h > 0.",
    )
