"""The rules that prove a lemma for all its parameters: their side conditions (SPEC-GAUSSIAN.md, G4, with the proofs).

A rule without a function of that lemma does not apply; each function says whether the side conditions hold, in exact
rational arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from .lemmas import Lemma

Condition = Callable[[Lemma], bool]


def separated(lemma: Lemma) -> bool:
    rate = lemma["exponent"]
    if lemma["constant"] < 1 or not (rate == "sharp" or rate <= Fraction(1, 8)):
        return False
    return bool(lemma["bias_from"] >= 0 or rate == 0)  # without an exponent it is the inequality of Cauchy and Schwarz


def always(lemma: Lemma) -> bool:
    return True


def norm_change(lemma: Lemma) -> bool:
    epsilon, constant = lemma["epsilon"], lemma["constant"]
    is_small = constant <= 0 or constant**2 <= (1 - epsilon) ** (4 * lemma.power + 1)
    return bool(is_small and lemma["bias_from"] >= 0 and (lemma["exponent"] == "sharp" or epsilon <= Fraction(1, 2)))


def corner(lemma: Lemma) -> bool:
    epsilon, constant, low = lemma["epsilon"], lemma["constant"], lemma["bias_from"]
    if constant <= 0 or (1 + 2 * epsilon) ** (4 * lemma.power + 3) > constant**2:
        return False
    if lemma.power == 1:
        return True
    # b >= eps sqrt(1 + eps)/(1 - 2 eps): then the variances may be raised
    return low is not None and low >= 0 and bool((low * (1 - 2 * epsilon)) ** 2 >= epsilon**2 * (1 + epsilon))


def density_of_a_pair(lemma: Lemma) -> bool:
    epsilon, constant = lemma["epsilon"], lemma["constant"]
    return bool(constant > 0 and (1 + 2 * epsilon) ** 2 <= constant**2 * (1 - 2 * epsilon))


def density_of_two_units(lemma: Lemma) -> bool:
    epsilon, constant = lemma["epsilon"], lemma["constant"]
    return bool(constant > 0 and (1 + 2 * epsilon) ** (4 * lemma.power + 4) <= constant**2 * (1 - 2 * epsilon))


def bernstein(lemma: Lemma) -> bool:
    return bool(lemma["root"] >= 10 and lemma["linear"] >= (Fraction(10, 3), Fraction(800, 3))[lemma.power])


def signs(lemma: Lemma) -> bool:
    return 0 < lemma["noise"] < Fraction(1, 8) and bool(4 * lemma["constant"] < lemma["noise"] ** 2)


def batches(lemma: Lemma) -> bool:
    return lemma["outputs"] == "two-or-more" and bool(384 * lemma["constant"] < 1)


def alternating(lemma: Lemma) -> bool:
    n = lemma["order"]
    return bool(lemma["constant"] >= Fraction((n + 1) * (n + 2), 2))


def jensen(lemma: Lemma) -> bool:
    if lemma["constant"] is None:
        return True
    if lemma["z_to"] is None:
        return False
    half = Fraction((lemma["order"] + 1) * (lemma["order"] + 2), 2)
    # 1 - theta <= 1 - e^(-zD) <= zD for z >= 0
    if lemma["constant"] < lemma["z_to"] * half:
        return False
    # theta - 1 <= e^y - 1 <= y/(1 - y) with y = |z| D < 1 for z < 0, largest at b0
    q, squared = max(-lemma["z_from"], Fraction(0)) * half, lemma["bias_from"] ** 2
    return bool(q < squared and lemma["constant"] * (1 - q / squared) >= q)


def monotone(lemma: Lemma) -> bool:
    if (lemma["of"], lemma["variable"]) != ("moment", "sigma") or lemma["activation"] == "relu":
        return True
    low = lemma["bias_from"]
    return low is not None and (low > 0 or (low == 0 and lemma["activation"] != "closed-threshold"))


def indicator(lemma: Lemma) -> bool:
    return lemma["activation"] == "threshold" and bool(lemma["bias_from"] >= 1)


CONDITIONS: dict[tuple[str, str], Condition] = {
    ("separated", "prop-3.1"): separated,
    ("profile", "profile"): always,
    ("norm-change", "prop-3.2-i"): norm_change,
    ("corner", "prop-3.2-ii"): corner,
    ("density", "lemma-3.3"): density_of_a_pair,
    ("density", "prop-3.2-ii"): density_of_two_units,
    ("bernstein", "lemma-4.1"): bernstein,
    ("signs", "lemma-6.1"): signs,
    ("batches", "theorem-6.2"): batches,
    ("alternating", "lemma-A.1"): alternating,
    ("jensen", "lemma-A.2"): jensen,
    ("monotone", "lemma-A.3"): monotone,
    ("indicator", "second-moment"): indicator,
}
