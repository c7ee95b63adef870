"""The theorems and rules that verdicts rely on, in words."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

THEOREMS = {
    "paired-submersion": "a Jacobian of rank n for half the neurons makes the map onto R^n (SPEC.md, section 3)",
    "hermite-lindemann": "e^c is transcendental for algebraic c != 0 (Hermite-Lindemann)",
    "analytic-zeros": "the zeros of a nonzero analytic function have measure zero",
    "sard": "the critical values of a smooth map have measure zero (Sard)",
    "schwartz-zippel": "a nonzero polynomial of degree D is zero at most at a share D/P of the points modulo P",
    "prime-count": "more than 2^53 primes lie between 2^60 and 2^61 (Rosser and Schoenfeld)",
    "rule-homogenise": "homogenise: with x_0 = 1 the columns are powers of linear forms times variables",
    "rule-e0": "e0: the columns lie among powers at the points w_1, ..., w_m and one point more",
    "rule-U1": "U1: a rank is at most the number of rows",
    "rule-U2": "U2: a rank is at most the number of columns, less the relations among the inputs",
    "rule-U3": "U3: the columns are polynomials of bounded degree, in a space of known dimension",
    "rule-U4": "U4: products of linear forms satisfy antisymmetric relations (Koszul)",
    "rule-U5": "U5: products of two quadrics through the points are singular there, so they annihilate all columns",
    "rule-U6": "U6: the secant cubic of the rational normal curve through seven points annihilates all columns",
    "rule-U8": "U8: rescaling a monomial neuron leaves the network as it is, one parameter less each",
    "rule-U9": "U9: a first-order differential equation makes outer-weight columns redundant",
    "rule-U10": "U10: a first-order differential equation makes one column a neuron redundant",
    "rule-U11": "U11: a composed network has at most the dimensions of its parts, less the rescalings between them",
    "rule-U12": "U12: nearly constant data columns add little beyond the biases",
    "rule-U13": "U13: outputs of a narrow last layer form a matrix of low rank",
    "mills-criterion": "the sign of B' - xB + 1 tells on which side of the Mills ratio B is (SPEC-GAUSSIAN.md, G3)",
    "sturm": "Sturm's theorem counts the real zeros of a polynomial with rational coefficients",
    "descartes": "Descartes: a polynomial has at most as many positive zeros as sign changes in its coefficients",
    "lindemann": "pi is transcendental (Lindemann)",
    "plackett": "Plackett's identity and the closed forms of bivariate normal expectations (SPEC-GAUSSIAN.md, G1)",
    "monotone-correlation": "E phi(X-b) phi(Y-b) does not decrease in the correlation, nor increase in b",
    "rule-separated": "separated: the integrals of formula (1) compare pointwise with those at distance 0",
    "rule-norm-change": "norm-change: the shortest vector is the worst case, and its tail is a tilted integral",
    "rule-corner": "corner: the largest variances and covariance are the worst case",
    "rule-density": "density: the density of the pair is at most a multiple of that of independent variables",
    "rule-bernstein": "bernstein: Bernstein's inequality, for ReLU after truncation",
    "rule-signs": "signs: Hoeffding's inequality for random signs, and the union bound",
    "rule-batches": "batches: random signs for one batch of ones at a time, two units a batch",
    "rule-one-output": "one-output: a symmetric configuration that no half-space separates",
    "rule-alternating": "alternating: partial sums of e^(-t^2/2) alternate around it",
    "rule-jensen": "jensen: Jensen's inequality for the tilted law",
    "rule-monotone": "monotone: signs of the derivatives in scale, bias and correlation",
    "rule-indicator": "indicator: an indicator equals its square",
    "rule-three-stage": "three-stage: two random layers, then random signs, with Chernoff's and Hoeffding's bounds",
    "rule-profile": "profile: the weight of formula (1) is monotone and convex, which bounds it from both sides",
    "newton-kantorovich": "a contraction near the weights has a fixed point: an exact solution (Newton-Kantorovich)",
    "regular-zero": "a zero with a Jacobian of rank n makes the map onto R^n, as outputs scale (SPEC-NETWORKS.md, N4)",
    "cover": "n points of R^D have at most C(n, D) dichotomies, all if in general position (Cover; SPEC-CAPACITY.md)",
    "sheppard": "P(u > 0, v > 0) = (pi - arccos rho)/(2 pi) and the other kernels of SPEC-CAPACITY.md, K3",
    "tangent-difference": "difference quotients of ReLU units are tangent features, exactly (SPEC-CAPACITY.md, K4)",
    "trapezoidal-rule": "the trapezoidal rule errs by at most 2M/(e^(2 pi a/h) - 1) (SPEC-CAPACITY.md, K2)",
}


def bound_words(evidence: Mapping[str, Any]) -> str:
    """The chain of an upper bound as one phrase.

    >>> bound_words({"evidence": "rank-bound", "whole": {"rule": "e0", "then": {"rule": "U5"}}})
    'e0 then U5 for all columns together'
    >>> bound_words({"cuts": [1], "evidence": "rank-bound", "segments": [{"rule": "U2"}, {"rule": "U3"}]})
    'U2 for layers up to 1, U3 for the layers after 1, glued by U11'
    """
    if "cuts" in evidence:
        return _segment_words(evidence["cuts"], evidence["segments"])
    places = {"whole": "all columns together", "inner": "the columns of W and b", "outer": "what those of v add"}
    return ", ".join(f"{_chain(evidence[key])} for {place}" for key, place in places.items() if key in evidence)


def _segment_words(cuts: list[int], segments: list[Mapping[str, Any]]) -> str:
    if not cuts:
        return f"{_chain(segments[0])} for all layers"
    names = [f"layers up to {cuts[0]}"]
    names += [f"layers {low + 1} to {high}" for low, high in pairwise(cuts)]
    names += [f"the layers after {cuts[-1]}"]
    parts = [f"{_chain(rule)} for {name}" for rule, name in zip(segments, names, strict=True)]
    return f"{', '.join(parts)}, glued by U11"


def _chain(rule: Mapping[str, Any]) -> str:
    if rule["rule"] == "two-layer":
        return " and ".join(_chain(rule[key]) for key in ("whole", "inner", "outer") if key in rule)
    if "then" in rule:
        return f"{rule['rule']} then {_chain(rule['then'])}"
    if "relations" in rule:
        return f"{rule['rule']} with {len(rule['relations'])} relations on the rows"
    if rule["rule"] == "U12":
        return f"U12 ({len(rule['columns'])} data columns constant outside {rule['support']} rows)"
    if rule["rule"] in ("U9", "U10"):
        rest = f"a polynomial of degree {len(rule['remainder']) - 1}" if rule["remainder"] else "0"
        return f"{rule['rule']} (({rule['alpha']} + {rule['beta']} z) psi' + ({rule['gamma']}) psi is {rest})"
    return str(rule["rule"])
