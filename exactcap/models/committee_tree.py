"""Trees of finitely many units in balls: Gordon's bound, and the lifted value (theory of capacity, 1.5 and 1.6).

z is standard normal in R^K, and S the set of z where the committee answers correctly. For K = 2n + 1 sign units the
distance to S flips the j = k - n smallest of the k > n negative coordinates. So coordinate i is flipped if it is
negative and at least n others are below it, and with t = |z_i|

    E dist^2 = K times the integral over t > 0 of t^2 g(t) P(Bin(2n, Q(t)) >= n),   g the density, Q its upper tail.

Given the (j+1)-th smallest of k half-normal variables, the j smaller ones are independent, so that for n >= 1

    E e^(-r dist^2/2) = 2^-K ( sum over k <= n of (K choose k) + sum over k > n of (K choose k) E_k ),
    E_k = k (k-1 choose j) times the integral over t > 0 of 2 g(t) (2 Q(t))^(n-1) G(t)^j,
    G(t) = E e^(-r y^2/2) 1{y < t} = erf(t sqrt((1+r)/2))/sqrt(1+r),  y half-normal.

For n = 0 it is (1 + (1+r)^(-1/2))/2. The integrands are entire, so `acb.integral` needs no test of analyticity.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import comb, isqrt

from flint import acb, arb, ctx

from exactcap.arithmetic.balls import precision, rational
from exactcap.errors import InputError
from exactcap.models.gaussian import density, tail

MAX_UNITS = 15
_SEARCH_BITS, _STEPS = 40, 24


def gordon(activation: str, units: int) -> arb:
    """1/E dist^2 for an odd number of sign units, or for two relu units with outer weights 1 and -1, ties correct.

    More patterns per weight are not stored, in the limit of many inputs, with probability tending to 1.

    >>> gordon("sign", 3).str(12, radius=False), gordon("relu", 2).str(12, radius=False)
    ('4.02519188064', '3.81009771213')
    """
    require_tree(activation, units)
    if activation == "relu":
        return 1 / (rational(Fraction(3, 8)) - arb(2).sqrt() / (4 * arb.pi()))
    n = units // 2
    with precision(ctx.prec + 2 * units + 16):
        reach = _reach()

        def integrand(t: acb) -> acb:
            upper = (t / arb(2).sqrt()).erfc() / 2
            chance = sum((comb(2 * n, i) * upper**i * (1 - upper) ** (2 * n - i) for i in range(n, 2 * n + 1)), acb(0))
            return t * t * _density(t) * chance

        mean = units * (_integral(integrand, reach) + _square_beyond(reach) * arb("0.5", "0.5"))
        return +(1 / mean)


def lifted(units: int, r: Fraction) -> arb:
    """ln(1 + r)/(-2 ln E e^(-r dist^2/2)) for an odd number of sign units, r > 0.

    It is the one-step functional at q0 = 0, after the partially lifted comparison (Stojnic, arXiv:2312.08257); Gordon's
    bound is its limit for r -> 0.

    >>> lifted(3, Fraction(27, 5)).str(6, radius=False)
    '3.45457'
    """
    require_tree("sign", units)
    if r <= 0:
        raise InputError(f"r: {r} is not positive; choose one that is")
    n = units // 2
    with precision(ctx.prec + 2 * units + 16):
        s = rational(1 + r)
        if n == 0:
            mean = (1 + s.rsqrt()) / 2
        else:
            reach = _reach()
            weights = [comb(units, n + j) * (n + j) * comb(n + j - 1, j) for j in range(1, n + 2)]

            def integrand(t: acb) -> acb:
                below, total = (t * (s / 2).sqrt()).erf() * s.rsqrt(), acb(0)
                for weight in reversed(weights):
                    total = (total + weight) * below
                return 2 * _density(t) * (t / arb(2).sqrt()).erfc() ** (n - 1) * total

            rest = 2 * sum(weights) * tail(reach)
            correct = sum(comb(units, k) for k in range(n + 1))
            mean = (correct + _integral(integrand, reach) + rest * arb("0.5", "0.5")) / arb(2) ** units
        return +(s.log() / (-2 * mean.log()))


def lifting(units: int) -> Fraction:
    """An r within about a hundredth of where `lifted` is least: sought in low precision.

    >>> lifted(3, lifting(3)).str(5, radius=False)
    '3.4546'
    """
    grid = [Fraction(5 * 5**k, 10 * 4**k) for k in range(_STEPS)]  # 1/2, and a quarter more from one to the next
    with precision(_SEARCH_BITS):
        for step in (Fraction(1, 20), Fraction(1, 100)):
            best = min(grid, key=lambda r: float(lifted(units, r).mid()))
            grid = [best * (1 + k * step) for k in range(-5, 6)]
        return min(grid, key=lambda r: float(lifted(units, r).mid()))


def require_tree(activation: str, units: int) -> None:
    """Raise InputError for a tree without a formula here."""
    if activation == "relu" and units != 2:
        raise InputError(f"units: Gordon's bound is known for 2 relu units, not {units}; take 2, or sign units")
    if activation == "sign" and (units % 2 == 0 or not 1 <= units <= MAX_UNITS):
        raise InputError(f"units: {units} is not an odd number from 1 to {MAX_UNITS}; choose one that is")
    if activation not in ("sign", "relu"):
        raise InputError(f"activation: Gordon's bound is known for sign and relu units, not {activation!r}")


def _density(t: acb) -> acb:
    return (-t * t / 2).exp() / (2 * arb.pi()).sqrt()


def _square_beyond(reach: int) -> arb:
    """The integral over t > R of t^2 g(t)."""
    return reach * density(reach) + tail(reach)


def _reach() -> int:
    """R with e^(-R^2/2) below the precision."""
    return isqrt(2 * ctx.prec) + 1  # e^(-R^2/2) < 2^-prec


def _integral(f: Callable[[acb], acb], reach: int) -> arb:
    total = acb(0)
    for k in range(reach):
        total += acb.integral(lambda t, _: f(t), k, k + 1)
    return total.real
