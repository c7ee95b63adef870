"""The arguments of certificates about Gaussian quantities in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exactcap.claims import (
    Committee,
    Correlation,
    Enclosure,
    Gordon,
    Inequality,
    Memorization,
    Mills,
    OneUnit,
    Perceptron,
    SymmetryBreaking,
)
from exactcap.claims.inequality import Decoupling, Layer, point_words

Evidence = tuple[Mapping[str, Any], ...]

RULES = {
    "separated": (
        "Formula (1) of SPEC-GAUSSIAN.md, G1, writes the left side as an integral of a positive function.",
        "Put w^2 = v^2 + c^2; then v/w <= 1, and 1/(1 + c^2 + v^2) <= 1/(1 + v^2).",
        "What remains is that formula at distance 0, E phi(gamma - b)^2, times (1 + c^2)^(-k) e^(-b^2 c^2/2), which is "
        "the factor of the claim or less: c^2 = delta^2/(4 - delta^2) >= delta^2/4.",
    ),
    "profile": (
        "The ratio is a quotient of the integrals (1) at c and at 0, with the weight (1 + w^2)^(-k-1).",
        "The weight decreases and (1 - c^2/w^2)_+^k increases, so without it the quotient is larger: the curve P.",
        "From below: Jensen's inequality for the weight at c, where the mean of w^2 is at most c^2 + (2k + 2)/b^2; and "
        "the weight is at most 1 at 0.",
    ),
    "norm-change": (
        "For b >= 0 the second moment does not decrease in the length of u, so the shortest u is the worst case.",
        "There it is (1 - eps)^(2k + 1/2) e^(-eps b^2/(2(1 - eps))) theta E phi(gamma - b)^2.",
        "theta >= 1, since 1/theta is the mean of e^(-eps t^2/2) under a tilted law.",
    ),
    "corner": (
        "The left side does not decrease in the covariance (Plackett), nor in the variances (Jensen; Birnbaum).",
        "So variances 1 + eps and covariance eps are the worst case; their largest eigenvalue is 1 + 2 eps.",
        "There the exponent splits into two one-dimensional ones, which give the product of two moments.",
    ),
    "density": (
        "The covariance matrix has determinant at least 1 - 2 eps and is at most 1 + 2 eps times the identity.",
        "So the density of the pair is at most (1 + 2 eps)/sqrt(1 - 2 eps) times that of two independent variables.",
        "For units the moment at variance 1 + 2 eps is at most (1 + 2 eps)^(k + 1/2) e^(eps b^2/(1 + 2 eps)) times "
        "that at 1.",
    ),
    "bernstein": (
        "The inner product is a sum of m independent terms; Bernstein's inequality bounds its deviation.",
        "With L = 5 ln N the bound sqrt(2 V L) + (2/3) K L fails with probability at most 2 N^-5.",
        "Indicators have K = 1 and V <= m p; ReLU terms are cut off at 80 ln N, which costs the other summands.",
    ),
    "signs": (
        "For each point the sum over the other ones is a sum of random signs with coefficients at most eta.",
        "Hoeffding: it exceeds the noise with probability at most 2 e^(-noise^2/(2 K_1 eta^2)).",
        "With 4 C < noise^2 the union bound over K points stays below 1, so some signs do.",
    ),
    "batches": (
        "The ones are cut into floor(r/2) batches, two units for each.",
        "Hoeffding's bound for the signs of one batch, and the union bound over K points, stay below 1 when 384 C < 1.",
        "Then |<w,v>| is below 1/8 at the zeros and above 1/8 at the ones of the batch.",
    ),
    "alternating": (
        "1 - t^2/2 <= e^(-t^2/2) <= 1 for every t.",
        "Multiply by t^n e^(-bt) and integrate over t > 0.",
        "The constant (n + 1)(n + 2)/2 is what the second term gives.",
    ),
    "jensen": (
        "theta is the mean of e^(-z t^2/2) under the law proportional to t^k e^(-bt - t^2/2).",
        "Jensen's inequality, and E t^2 <= (k + 1)(k + 2)/b^2, since the Gaussian factor lowers the Gamma moment.",
        "For negative z the same holds for 1/theta and the tilted law.",
    ),
    "monotone": (
        "The derivative in the variable has a sign.",
        "Scale: sigma gamma - b is positive only where gamma is, if b >= 0; for ReLU the derivative is a density.",
        "Correlation: dF_k/drho = k^2 F_(k-1) >= 0 (Plackett); bias: phi(u - b) does not increase in b.",
    ),
    "indicator": (
        "An indicator equals its square.",
        "So the claim is Q(b) <= b Q(b).",
        "That holds exactly for b >= 1.",
    ),
}  # fmt: skip


def gaussian_argument(claim: Enclosure | Inequality | Memorization | Mills, evidence: Evidence) -> tuple[str, ...]:
    """The argument of a certificate in five sentences."""
    if isinstance(claim, Enclosure):
        return _enclosure(claim)
    if isinstance(claim, Mills):
        return _mills(claim, evidence[0])
    if isinstance(claim, Memorization):
        return _memorization(claim, evidence[0])
    return _inequality(claim, evidence[0])


def _enclosure(claim: Enclosure) -> tuple[str, ...]:
    if not isinstance(claim.quantity, OneUnit | Correlation):
        return _formula(claim.quantity, claim.mantissa, claim.exponent)
    one = isinstance(claim.quantity, OneUnit)
    how = (
        "a power series with a remainder bound, or the alternating asymptotic series" if one
        else "one-dimensional integrals of a positive function, by series with remainder bounds"
    )  # fmt: skip
    return (
        f"The claim is that the quantity differs from {claim.mantissa} * 10^{claim.exponent} by at most half a unit of "
        "the last digit.",
        "The file holds no intermediate results: the checker evaluates the closed forms of SPEC-GAUSSIAN.md, G1, anew.",
        f"It uses intervals with integer ends, rounded outwards, and {how}.",
        "It raises its precision until the comparison with the digits is decided.",
        "So every digit is proven, the last one rounded.",
    )


def _formula(of: Perceptron | Committee | SymmetryBreaking | Gordon, mantissa: int, exponent: int) -> tuple[str, ...]:
    """What a formula of storage capacity is, and that only its number is claimed."""
    if isinstance(of, Perceptron):
        what = "The integral is (1 + k^2) Phi(k) + k phi(k), Phi and phi the normal distribution and its density at "
        what += "the margin k."
    elif isinstance(of, Gordon):
        what = "dist(z, S) is the distance of a standard normal vector from the inputs that give the right answer; its "
        what += "mean square is a closed form or an integral, by the trapezoidal rule with a bound of its error."
    else:
        what = "Q(1), Q'(1) and the Hermite coefficients are Gaussian moments of the activation and its derivative: "
        what += "closed forms, or sums of the trapezoidal rule with a bound of its error."
    return (
        f"The claim is that the number given by the formula {of.text()} differs from {mantissa} * 10^{exponent} by at "
        "most half a unit of the last digit.",
        "It says nothing of networks: whether the formula is their storage capacity is no part of the claim.",
        what,
        "The file holds no intermediate results: the checker evaluates the formula of SPEC-CAPACITY.md, K2, anew, in "
        "intervals with integer ends, rounded outwards.",
        "It raises its precision until the comparison with the digits is decided; so every digit is proven, the last "
        "one rounded.",
    )


def _mills(claim: Mills, evidence: Mapping[str, Any]) -> tuple[str, ...]:
    if evidence["evidence"] == "value":
        return (
            f"The claim is about the one point x = {claim.low}.",
            "R(x) = Q(x)/g(x) is evaluated in intervals with integer ends, rounded outwards.",
            "So is the bound.",
            "The two intervals do not meet.",
            "This says nothing of other x.",
        )
    first = (
        "Let E = B' - xB + 1 and W = (B - R) e^(-x^2/2); then W' = E e^(-x^2/2), and W tends to 0 at infinity.",
        "With a square root in B, x = t - m/(4t) makes B and E rational functions of t."
        if claim.bound.root
        else "B and E are rational functions of x.",
    )
    if evidence["evidence"] == "coefficients":
        return (
            *first,
            "Its coefficients are polynomials in pi; pi is transcendental, so the checker knows which are zero, and "
            "finds the signs of the others by intervals.",
            "By Descartes' rule E changes its sign at most once for x > 0.",
            "W is 0 at infinity and has the right sign, or is 0, at x = 0; so it has that sign throughout.",
        )
    if evidence["evidence"] == "error":
        return (
            "(B/R)' has the sign of B - RU with U = xB - B' = 1 - E, E = B' - xB + 1, because R' = xR - 1.",
            "Sturm's theorem: B has neither zero nor pole in the range, and E no zero; so B stays on one side of R.",
            "C = B/U and E(C) = C' - xC + 1: by Sturm E(C) has no zero either, and its sign is opposite to that of E.",
            "So (C - R) e^(-x^2/2), which tends to 0 at infinity, has one sign where U > 0: C is on one side of R.",
            "That is the sign of (B/R)' for which |B/R - 1| decreases.",
        )
    k = len(evidence["intervals"])
    where = f"outside of {k} small interval{'s' if k > 1 else ''}" if k else "in the whole range"
    last = (
        "Where E changes its sign, or the range ends, W is evaluated in intervals; so W has one sign throughout."
        if k or claim.high is not None
        else "So W is strictly monotone and has one sign."
    )
    return (
        *first,
        f"Sturm's theorem: E has no zero {where}, and B has no pole in the range.",
        "Between zeros of E, W is monotone.",
        last,
    )


def _memorization(claim: Memorization, evidence: Mapping[str, Any]) -> tuple[str, ...]:
    n1, n2, n3 = evidence["used"]
    return (
        f"{n1} random units with bias {evidence['bias_1']} map the points to vectors with squared lengths within "
        f"{evidence['norm_epsilon']} of 1 and inner products below {evidence['inner_epsilon']}: Chernoff and a union "
        "bound.",
        f"{n2} random units with bias {evidence['bias_2']} make the points' patterns share at most {evidence['most']} "
        f"units, while each one keeps at least {evidence['least']}: the same bounds, with rule corner.",
        f"For batches of ones, {n3 // 2} in number, random signs tell the ones from the zeros: Hoeffding.",
        "Each of the three failure probabilities is below 1, so weights exist for every such data set and labelling.",
        f"One unit for each one, {claim.ones} in all, would do as well: 1{{<x_k,x> > 1 - delta^2/2}}.",
    )


def _inequality(claim: Inequality, evidence: Mapping[str, Any]) -> tuple[str, ...]:
    if evidence["evidence"] == "rule":
        return (
            f"This is proved by rule {evidence['rule']}, whose proof stands in SPEC-GAUSSIAN.md, G4.",
            *RULES[evidence["rule"]],
            "The checker verifies the side conditions on the constants in rational arithmetic.",
        )
    if evidence["evidence"] == "cover":
        cells = sum(len(cuts) - 1 for cuts in evidence["distances"])
        return (
            f"The region of negative biases is covered by {cells} cells, in {len(evidence['distances'])} strips.",
            "The left side does not increase in the bias and in the distance, so its largest value on a cell is at "
            "the lower left corner.",
            "The right side is at least the product of its factors' least values, at other corners.",
            "The checker compares the two in intervals with integer ends, cell by cell.",
            "For biases from 0 on it is rule separated.",
        )
    if evidence["evidence"] == "mills":
        return (
            "E phi(gamma - b) <= b E phi(gamma - b)^2 says (b^2 + 1)/(b^3 + 2b) <= R(b), R the Mills ratio.",
            "Let B = (x^2 + 1)/(x^3 + 2x) and E = B' - xB + 1 = (x^2 - 2)/(x^2 (x^2 + 2)^2).",
            "W = (B - R) e^(-x^2/2) has W' = E e^(-x^2/2) and tends to 0 at infinity.",
            "So W decreases up to sqrt 2, then increases to 0: it is negative from sqrt 2 on, and before that if so at "
            "the start.",
            "Where the least bias is below sqrt 2, the checker evaluates W there in intervals.",
        )
    point = point_words(claim.lemma, evidence["values"])
    if isinstance(claim.lemma, Layer):
        return (
            "K_1 = s + 1 ones are orthonormal vectors; K_1 zeros are the sums of all but one of them over s, completed "
            "to length 1 by the vertices of a simplex in other dimensions.",
            "All inner products are at most eta = 1/s.",
            "The mean of <w,v> over the ones equals the mean over the zeros, for every w.",
            "So no half-space contains the ones and none of the zeros.",
            f"The checker verifies the hypothesis at {point}: (2s + 3) ln(2s + 2) <= C s^2.",
        )
    if isinstance(claim.lemma, Decoupling):
        return (
            "Take variances 1 - eps, covariance eps, and for f the indicator of (-h, h) with "
            f"h = {evidence['values'][0]}.",
            "The density of the pair on the square is at least e^(-h^2/(1 - 2 eps))/(2 pi sqrt(1 - 2 eps)).",
            "The mean on the right is at most 2h/sqrt(2 pi (1 + 2 eps)).",
            "So the ratio of the two sides is at least (1 + 2 eps)/sqrt(1 - 2 eps) e^(-h^2/(1 - 2 eps)).",
            "The checker shows in intervals with integer ends that this exceeds the constant.",
        )
    return (
        f"The claim is refuted at one point: {point}.",
        "The point lies in the region that the statement is about.",
        "Both sides are evaluated there in intervals with integer ends, rounded outwards.",
        "The side that should be smaller is certainly larger.",
        "This refutes the statement with these constants, not a statement with other ones.",
    )
