"""Points at which a lemma fails, decided in intervals (SPEC-GAUSSIAN.md, G4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from .elementary import exp, log
from .intervals import Interval, Undefined
from .lemmas import Lemma
from .normal import moment, scaled_moment
from .owen import correlation
from .reader import Rejected

BITS = (128, 512, 2048)
LARGEST = 10**15  # of a bias over a norm
MAX_SIZE = 10**12  # of the configuration against theorem-6.2

Sides = Callable[[Lemma, Sequence[Fraction], int], tuple[Interval, Interval]]


def require(condition: bool, words: str) -> None:
    """Raises Rejected unless the condition holds."""
    if not condition:
        raise Rejected(f"point: {words}")


def _bias(lemma: Lemma, b: Fraction, scale: Fraction = Fraction(1)) -> None:
    low = lemma["bias_from"]
    require(low is None or b >= low, "the bias is outside the statement's range")
    require(abs(b) <= LARGEST and abs(b) <= LARGEST * scale, "the bias is too large")
    require(Fraction(1, LARGEST) <= scale <= LARGEST, "the norm is too large or too small")


def _separated(lemma: Lemma, point: Sequence[Fraction], bits: int) -> tuple[Interval, Interval]:
    b, delta = point
    k, is_sharp = lemma.power, lemma["exponent"] == "sharp"
    _bias(lemma, b)
    require(0 <= delta <= 2 and not (is_sharp and delta == 2), "the distance is outside the statement's range")
    at = Interval.exact(b, bits)
    rate = delta**2 / (2 * (4 - delta**2)) if is_sharp else lemma["exponent"] * delta**2
    factor = lemma["constant"] * ((1 - delta**2 / 4) ** k if is_sharp else 1)
    left = correlation(k, at, at, 1 - delta**2 / 2)
    return Interval.exact(factor, bits) * exp(Interval.exact(-rate * b**2, bits)) * moment(2 * k, at), left


def _norm_change(lemma: Lemma, point: Sequence[Fraction], bits: int) -> tuple[Interval, Interval]:
    b, s = point
    k, epsilon = lemma.power, lemma["epsilon"]
    require(s > 0 and abs(s**2 - 1) <= epsilon, "the norm is outside the statement's range")
    _bias(lemma, b, s)
    rate = epsilon / (2 * (1 - epsilon)) if lemma["exponent"] == "sharp" else epsilon
    right = Interval.exact(lemma["constant"], bits) * exp(Interval.exact(-rate * b**2, bits))
    left = Interval.exact(s ** (2 * k), bits) * moment(2 * k, Interval.exact(b / s, bits))
    return left, right * moment(2 * k, Interval.exact(b, bits))


def _orthogonal(lemma: Lemma, point: Sequence[Fraction], bits: int) -> tuple[Interval, Interval]:
    b, s, inner = point
    k, epsilon = lemma.power, lemma["epsilon"]
    require(s > 0 and abs(s**2 - 1) <= epsilon, "the norm is outside the statement's range")
    require(abs(inner) <= epsilon and abs(inner) < s**2, "the inner product is outside the statement's range")
    _bias(lemma, b, s)
    rate = 2 * epsilon / (1 + 2 * epsilon) if lemma["exponent"] == "sharp" else 2 * epsilon
    at = Interval.exact(b / s, bits)
    left = Interval.exact(s ** (2 * k), bits) * correlation(k, at, at, inner / s**2)
    one = moment(k, Interval.exact(b, bits))
    return Interval.exact(lemma["constant"], bits) * exp(Interval.exact(rate * b**2, bits)) * one * one, left


def _decoupling(lemma: Lemma, point: Sequence[Fraction], bits: int) -> tuple[Interval, Interval]:
    (eta,) = point
    epsilon = lemma["epsilon"]
    require(0 < eta <= LARGEST, "the half width is not positive")
    shrink = exp(Interval.exact(-(eta**2) / (1 - 2 * epsilon), bits))
    # the ratio of the two sides for f = 1{|t| < eta} is at least this
    ratio = Interval.exact(1 + 2 * epsilon, bits) / Interval.exact(1 - 2 * epsilon, bits).sqrt() * shrink
    return Interval.exact(lemma["constant"], bits), ratio


def _one_output(lemma: Lemma, point: Sequence[Fraction], bits: int) -> tuple[Interval, Interval]:
    (s,) = point
    require(lemma["outputs"] == "one", "two outputs or more suffice by rule batches, if the constant is small")
    require(s.denominator == 1 and 2 <= s <= MAX_SIZE, "the size is not an integer of at least 2")
    return Interval.exact(2 * s + 3, bits) * log(Interval.exact(2 * s + 2, bits)), Interval.exact(
        lemma["constant"] * s**2, bits
    )


def _asymptotics(lemma: Lemma, point: Sequence[Fraction], bits: int) -> tuple[Interval, Interval]:
    (b,) = point
    n = lemma["order"]
    require(0 < b <= LARGEST, "the bias is not positive, or too large")
    bound = (1, 1, 2)[n] / b ** (n + 1) * (1 - lemma["constant"] / b**2)
    return scaled_moment(n, Interval.exact(b, bits)), Interval.exact(bound, bits)


def _stability(lemma: Lemma, point: Sequence[Fraction], bits: int) -> tuple[Interval, Interval]:
    b, s = point
    k, constant, top = lemma["order"], lemma["constant"], lemma["z_to"]
    require(constant is not None, "the exponential form has no counterexample")
    require(s > 0 and lemma["z_from"] <= s**2 - 1, "z is outside the statement's range")
    require(top is None or s**2 - 1 <= top, "z is outside the statement's range")
    _bias(lemma, b, s)
    upper = scaled_moment(k, Interval.exact(b / s, bits))
    theta = upper / (Interval.exact(s ** (k + 1), bits) * scaled_moment(k, Interval.exact(b, bits)))
    away = theta - 1 if (theta - 1).is_positive() else 1 - theta
    return Interval.exact(constant / b**2, bits), away


def _scale(lemma: Lemma, b: Fraction, sigma: Fraction, bits: int) -> Interval:
    """E psi(sigma gamma - b), psi an indicator."""
    if sigma > 0:
        return moment(0, Interval.exact(b / sigma, bits))
    is_one = b < 0 or (b == 0 and lemma["activation"] == "closed-threshold")
    return Interval.exact(int(is_one), bits)


def _monotonicity(lemma: Lemma, point: Sequence[Fraction], bits: int) -> tuple[Interval, Interval]:
    b, low, high = point
    require(lemma["of"] == "moment" and lemma["variable"] == "sigma", "only the scale can fail")
    # an indicator is such a psi if it is 0 at negative arguments and at 0; for `any` take 1{u > 0}
    require(lemma["activation"] != "relu", "the expectation of a convex function never decreases in the scale")
    require(0 <= low < high, "the scales do not increase")
    for sigma in (low, high):
        _bias(lemma, b, sigma if sigma else Fraction(1))
    return _scale(lemma, b, high, bits), _scale(lemma, b, low, bits)


def _second_moment(lemma: Lemma, point: Sequence[Fraction], bits: int) -> tuple[Interval, Interval]:
    (b,) = point
    _bias(lemma, b)
    at = Interval.exact(b, bits)
    return at * moment(2 * lemma.power, at), moment(lemma.power, at)


# for each lemma how many numbers a point has, and two sides (low, high): it fails when low < high (low <= high for "<")
SIDES: dict[str, tuple[int, Sides]] = {
    "prop-3.1": (2, _separated), "prop-3.2-i": (2, _norm_change), "prop-3.2-ii": (3, _orthogonal),
    "lemma-3.3": (1, _decoupling), "theorem-6.2": (1, _one_output), "lemma-A.1": (1, _asymptotics),
    "lemma-A.2": (2, _stability), "lemma-A.3": (3, _monotonicity), "second-moment": (1, _second_moment),
}  # fmt: skip


def require_counterexample(lemma: Lemma, point: Sequence[Fraction]) -> None:
    """Raises Rejected unless the lemma certainly fails at the point."""
    n_values, sides = SIDES.get(lemma.name, (-1, _second_moment))
    require(n_values == len(point), f"{n_values} numbers are expected" if n_values >= 0 else "no point can refute it")
    for bits in BITS:
        try:
            low, high = sides(lemma, point, bits)
        except Undefined:
            continue
        if low.certainly_below(high):
            return
        if high.certainly_below(low):
            break
    raise Rejected("point: the lemma does not certainly fail there")
