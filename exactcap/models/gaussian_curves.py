"""Curves for pictures: bounds of the Mills ratio and of correlations beside the exact functions, from balls to floats.

Every value is computed in balls first, so what is drawn is right to the width of a line; nothing here is proved. Where
a bound is proved, and by what, stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from exactcap.arithmetic.balls import ball, precision
from exactcap.errors import InputError
from exactcap.models.gaussian import common_correlation, density, mills, moment, tail
from exactcap.models.mills_bounds import BoundData, named_bound, value

BITS = 128
N_POINTS = 300


class Curve(NamedTuple):
    """A function in floats: its name, "exact", "upper" or "lower", and points (x, value, value/exact - 1)."""

    name: str
    side: str
    points: tuple[tuple[float, float, float], ...]


def mills_curves(names: Sequence[str], low: Fraction, high: Fraction) -> list[Curve]:
    """The named bounds of R on the part of [low, high] where they are proved (SPEC-GAUSSIAN.md, G3).

    Raises InputError for an unknown name or a bound that is proved nowhere on the interval.

    >>> curve = mills_curves(["birnbaum"], Fraction(0), Fraction(8))[0]
    >>> curve.side, len(curve.points), [round(number, 4) for number in curve.points[0]]
    ('lower', 301, [0.0, 1.0, -0.2021])
    """
    curves = []
    for name in names:
        bound = named_bound(name)
        points = bound_points(bound.data, bound.low, None, low, high)
        if not points:
            raise InputError(f"bounds: {name} is proved for x > {bound.low} only; raise --to, or leave it out")
        curves.append(Curve(name, bound.side, points))
    return curves


def bound_points(
    data: BoundData, above: Fraction | None, most: Fraction | None, low: Fraction, high: Fraction
) -> tuple[tuple[float, float, float], ...]:
    """(x, B(x), B(x)/R(x) - 1) on a grid of [low, high], where x > above and x <= most; None stands for infinity.

    >>> len(bound_points(named_bound("birnbaum").data, Fraction(4), None, Fraction(0), Fraction(8)))
    150
    """
    grid = [low + (high - low) * Fraction(k, N_POINTS) for k in range(N_POINTS + 1)]
    points = []
    with precision(BITS):
        for x in grid:
            if (above is None or x > above) and (most is None or x <= most):
                exact, other = mills(x), value(data, ball(x))
                points.append((float(x), float(other), float(other / exact - 1)))
    return tuple(points)


def separation_curves(power: int, bias: Fraction) -> list[Curve]:
    """F_k/M_2k over the distance delta, bias b > 0, with the bounds of prop-3.1 and two profiles, tau = bc.

    The bounds e^(-b^2 delta^2/8) and the sharp form are rule `separated`. The profiles, with w^2 = v and formula (1):
    F_k/M_2k is (1 + c^2)^(-k) times the quotient of the integrals of (w^2 - c^2)^k e^(-b^2 w^2/2)/(1 + w^2)^(k+1) over
    w > c and of the same at c = 0. Without the decreasing weight (1 + w^2)^(-k-1) the quotient is P_k, with
    P_0 = 2 Q(tau), P_1 = 2((1 - tau^2) Q(tau) + tau g(tau)); the weight favours small w, and (1 - c^2/w^2)_+^k does not
    decrease, so F_k/M_2k <= P_k (1 + c^2)^(-k). From below, by Jensen for the convex (1 + v)^(-k-1) above, and 1 below:
    F_k/M_2k >= P_k (1 + c^2)^(-k) (1 + mean of v)^(-k-1), where v = c^2 + s/b^2, and s has the density s^k e^(-s/2)
    times the decreasing (s + tau^2)^(-1/2), so a mean of at most 2k + 2.
    """
    widest = 55 / (bias * bias)  # c^2 where the sharp form has fallen to e^(-55/2), below 10^-11
    squares = [widest * Fraction(k, N_POINTS) ** 2 for k in range(1, N_POINTS + 1)]
    exact, plain, sharp, above, below = (list[tuple[float, float, float]]() for _ in range(5))
    with precision(BITS):
        for square in squares:
            rho = (1 - square) / (1 + square)
            scale, norm = ball(1 + square), moment(2 * power, bias)
            delta_squared = ball(4 * square / (1 + square))
            x, exactly = float(delta_squared.sqrt()), common_correlation(power, bias, rho) / norm
            tau, half = ball(bias) * ball(square).sqrt(), ball(bias * bias / 2)
            profile = 2 * tail(tau) if power == 0 else 2 * ((1 - tau * tau) * tail(tau) + tau * density(tau))
            profile /= scale**power
            spread = ball(1 + square + (2 * power + 2) / (bias * bias))
            exact.append((x, float(exactly), 0.0))
            for points, bound in (
                (plain, (-half * delta_squared / 4).exp()),
                (sharp, (-half * ball(square)).exp() / scale**power),
                (above, profile),
                (below, profile / spread ** (power + 1)),
            ):
                points.append((x, float(bound), float(bound / exactly - 1)))
    factor = "" if power == 0 else "(1 \u2212 \u03b4\u00b2/4) "
    return [
        Curve("exact E \u03c6\u03c6 / E \u03c6\u00b2", "exact", tuple(exact)),
        Curve("exp(\u2212b\u00b2\u03b4\u00b2/8), prop-3.1", "upper", tuple(plain)),
        Curve(f"{factor}exp(\u2212b\u00b2\u03b4\u00b2/(2(4 \u2212 \u03b4\u00b2))), sharp", "upper", tuple(sharp)),
        Curve("upper profile", "upper", tuple(above)),
        Curve("lower profile", "lower", tuple(below)),
    ]


def orthogonality_curves(power: int, bias: Fraction, epsilon: Fraction) -> list[Curve]:
    """E phi phi/M_k^2 at |u|^2 = |v|^2 = 1 + eps, <u,v> = eps, 0 < eps <= epsilon < 1/2, and prop-3.2-ii's bounds.

    Rule `corner` for the threshold only where b (1 - 2 eps) >= eps sqrt(1 + eps), rule `density` everywhere.
    """
    exact, corner, generous = (list[tuple[float, float, float]]() for _ in range(3))
    with precision(BITS):
        square = moment(power, bias) ** 2
        for eps in (epsilon * Fraction(k, N_POINTS) for k in range(1, N_POINTS + 1)):
            norm = ball(1 + eps).sqrt()
            exactly = ball(1 + eps) ** power * common_correlation(power, ball(bias) / norm, eps / (1 + eps)) / square
            spread = ball(1 + 2 * eps)
            grown = ball(2 * eps * bias * bias / (1 + 2 * eps)).exp()
            exact.append((float(eps), float(exactly), 0.0))
            if power or bias**2 * (1 - 2 * eps) ** 2 >= eps**2 * (1 + eps):
                best = spread ** (2 * power + 1) * spread.sqrt() * grown
                corner.append((float(eps), float(best), float(best / exactly - 1)))
            bound = spread ** (2 * power + 2) / ball(1 - 2 * eps).sqrt() * grown
            generous.append((float(eps), float(bound), float(bound / exactly - 1)))
    return [
        Curve("exact E \u03c6\u03c6 / (E \u03c6)\u00b2", "exact", tuple(exact)),
        Curve("rule corner", "upper", tuple(corner)),
        Curve("rule density", "upper", tuple(generous)),
    ]
