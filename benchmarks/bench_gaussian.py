"""Seconds for 50 digits of Mills ratios and correlations: exactcap, with proven digits, against mpmath's quadrature.

    python benchmarks/bench_gaussian.py --digits 50 --repeats 5

Both compute the same number in one run, in turns, and the minimum of each counts, so that other load on the machine
touches both alike. mpmath integrates the normalised integrand of SPEC-GAUSSIAN.md, G0 and G1 (the exponential is taken
out, the variable scaled to the integrand's width, the range cut where it falls below the accuracy), the form that suits
its absolute tolerance best; its digits are not proven. exactcap is timed from rationals to correctly rounded digits.
Ratios are mpmath seconds / exactcap seconds: above 1, exactcap is faster.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial

import mpmath

from exactcap.claims import Correlation, OneUnit, Quantity
from exactcap.claims.enclosure import agreeing_digits
from exactcap.provers.enclosure import enclose

MILLS = [Fraction(1, 2), Fraction(3), Fraction(10), Fraction(1000)]
BIASES = [Fraction(1, 2), Fraction(5, 2), Fraction(5), Fraction(10), Fraction(1000)]
RHOS = [Fraction(-9, 10), Fraction(1, 2), Fraction(99, 100)]

Decimal = tuple[int, int]


def exactcap_digits(quantity: Quantity, digits: int) -> Decimal:
    outcome = enclose(quantity, digits)
    assert outcome.certificate is not None
    claim = outcome.certificate.claim
    return claim.mantissa, claim.exponent


def mills_quadrature(x: mpmath.mpf, digits: int) -> mpmath.mpf:
    """R(x), the integral over t > 0 of e^(-xt - t^2/2), t = u/(1 + x)."""
    end = _end(x / (1 + x), 1 / (1 + x) ** 2, digits)
    return mpmath.quad(lambda u: mpmath.exp(-x * u / (1 + x) - (u / (1 + x)) ** 2 / 2), [0, end]) / (1 + x)


def correlation_quadrature(k: int, b: mpmath.mpf, rho: mpmath.mpf, digits: int) -> mpmath.mpf:
    """(1) of G1, w = c + u/(b (1 + bc))."""
    c = mpmath.sqrt((1 - rho) / (1 + rho))
    scale, D = 1 / (b * (1 + b * c)), 1 + c * c
    peak = (1 if k == 0 else 2 / (b * b * D)) / D

    def f(u: mpmath.mpf) -> mpmath.mpf:
        x = scale * u * (2 * c + scale * u)
        return x**k * mpmath.exp(-b * b * x / 2) / (1 + c * c + x) ** (k + 1) / peak

    integral = peak * scale * mpmath.quad(f, [0, _end(b * b * c * scale, (b * scale) ** 2, digits)])
    return (2 / D if k else 1) / mpmath.pi * mpmath.exp(-b * b * D / 2) * integral


def _end(linear: mpmath.mpf, square: mpmath.mpf, digits: int) -> mpmath.mpf:
    """Where linear u + square u^2/2 is (digits + 5) ln 10."""
    fall = (digits + 5) * mpmath.ln(10)
    return 2 * fall / (linear + mpmath.sqrt(linear * linear + 2 * square * fall))


def decimal(value: mpmath.mpf, digits: int) -> Decimal:
    exponent = int(mpmath.floor(mpmath.log10(value))) + 1 - digits
    return int(mpmath.nint(value / mpmath.mpf(10) ** exponent)), exponent


def cases(digits: int) -> list[tuple[str, Quantity, Callable[[], mpmath.mpf]]]:
    """A name, the quantity, and mpmath's way to it."""
    found: list[tuple[str, Quantity, Callable[[], mpmath.mpf]]] = []
    for x in MILLS:
        found.append((f"R({x})", OneUnit("mills", str(x)), partial(mills_quadrature, _real(x), digits)))
    for k, activation in enumerate(("threshold", "relu")):
        for b in BIASES:
            for rho in RHOS:
                quantity = Correlation(activation, (str(b), str(b)), str(rho), ("1", "1"))
                way = partial(correlation_quadrature, k, _real(b), _real(rho), digits)
                found.append((f"{activation} b={b} rho={rho}", quantity, way))
    return found


def _real(q: Fraction) -> mpmath.mpf:
    return mpmath.mpf(q.numerator) / q.denominator


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def main() -> None:
    parser = argparse.ArgumentParser(description="Time proven digits of Gaussian quantities against mpmath.quad.")
    parser.add_argument("--digits", type=positive, default=50, help="significant digits, at least 10")
    parser.add_argument("--repeats", type=positive, default=5, help="runs of each tool, of which the minimum counts")
    parser.add_argument("--json", action="store_true", help="print one JSON object a quantity")
    options = parser.parse_args()
    digits, ratios = options.digits, []
    mpmath.mp.dps = digits + 10
    if not options.json:
        print(f"{'quantity':<28} {'exactcap ms':>12} {'mpmath ms':>10} {'ratio':>7} {'agree':>6}   {digits} digits")
    for name, quantity, way in cases(digits):
        ours, theirs = [], []
        for _ in range(options.repeats):
            start = time.perf_counter()
            found = exactcap_digits(quantity, digits)
            middle = time.perf_counter()
            other = decimal(way(), digits)
            ours.append(middle - start)
            theirs.append(time.perf_counter() - middle)
        agree = agreeing_digits(found, other)
        if agree < 10:
            raise SystemExit(f"{name}: the tools disagree: {found}, {other}")
        ratios.append(min(theirs) / min(ours))
        if options.json:
            record = {"quantity": name, "exactcap": min(ours), "mpmath": min(theirs), "agreeing_digits": agree}
            print(json.dumps(record), flush=True)
        else:
            print(
                f"{name:<28} {1e3 * min(ours):12.3f} {1e3 * min(theirs):10.2f} {ratios[-1]:7.1f} {agree:6}", flush=True
            )
    if not options.json:
        print(f"ratio: least {min(ratios):.1f}, median {sorted(ratios)[len(ratios) // 2]:.1f}")


if __name__ == "__main__":
    main()
