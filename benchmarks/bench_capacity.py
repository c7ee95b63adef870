"""Seconds for 20 digits of formulas of storage capacity: exactcap, with proven digits, against mpmath's quadrature.

    python benchmarks/bench_capacity.py --digits 20 --repeats 3

Both compute the same number in one run, in turns, and the minimum of each counts. mpmath integrates over [-12, 12] in
pieces, with ln B in closed form; its digits are not proven. Ratios are mpmath seconds / exactcap seconds: above 1,
exactcap is faster. The last column is the number of digits in which the two agree.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from fractions import Fraction

import mpmath
from flint import arb

from exactcap.arithmetic.balls import precision
from exactcap.models.one_step import capacity
from exactcap.models.overlap import overlap
from exactcap.models.replica import storage_capacity
from exactcap.models.units import parse_unit

UNITS: dict[str, Callable[[mpmath.mpf], mpmath.mpf]] = {
    "tanh": mpmath.tanh,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "x*tanh(x)": lambda x: x * mpmath.tanh(x),
    "exp(-x^2)*sin(2*x)": lambda x: mpmath.exp(-x * x) * mpmath.sin(2 * x),
}
POINTS = [("0.4", "3"), ("0.757144", "16.6347"), ("0.9", "40")]
PIECES = list(range(-12, 13, 3))


def mean(f: Callable[[mpmath.mpf], mpmath.mpf]) -> mpmath.mpf:
    return mpmath.quad(lambda z: f(z) * mpmath.npdf(z), PIECES)


def symmetric(g: Callable[[mpmath.mpf], mpmath.mpf]) -> mpmath.mpf:
    """2 E g'^2/Var g of a tree."""
    return 2 * mean(lambda z: mpmath.diff(g, z) ** 2) / (mean(lambda z: g(z) ** 2) - mean(g) ** 2)


def one_step(q0: str, r: str) -> mpmath.mpf:
    """F(q0, r) of a tree of relu units."""
    q, rate = mpmath.mpf(q0), mpmath.mpf(r)

    def overlap_at(q: mpmath.mpf) -> mpmath.mpf:
        return (mpmath.sqrt(1 - q * q) + q * (mpmath.pi - mpmath.acos(q)) - 1) / (2 * mpmath.pi)

    s, level = mpmath.sqrt(overlap_at(mpmath.mpf(1)) - overlap_at(q)), 2 * rate
    stretch = mpmath.sqrt(1 + level * s * s)

    def log_mean(z: mpmath.mpf) -> mpmath.mpf:
        a = z * mpmath.sqrt(overlap_at(q))
        tilted = mpmath.exp(-level * a * a / (2 * stretch**2)) / stretch
        return mpmath.log(mpmath.ncdf(a / s) + tilted * mpmath.ncdf(-a / (s * stretch)))

    u = 1 + rate * (1 - q)
    return (mpmath.log(u) + rate * q / u) / (-2 * mean(log_mean))


def balls(digits: int, compute: Callable[[], arb]) -> arb:
    with precision(10 * digits // 3 + 64):
        return compute()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--digits", type=int, default=20)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    mpmath.mp.dps = options.digits + 5
    relu = overlap(parse_unit("relu"), "tree", 10 * options.digits // 3 + 64)
    bits = 10 * options.digits // 3 + 64
    cases: list[tuple[str, Callable[[], arb], Callable[[], mpmath.mpf]]] = [
        (f"symmetric, {text}", lambda text=text: storage_capacity(overlap(parse_unit(text), "tree", bits), Fraction(0)),
         lambda g=g: symmetric(g))
        for text, g in UNITS.items()
    ]  # fmt: skip
    cases += [
        (f"one step, {q}, {r}", lambda q=q, r=r: capacity(relu, arb(q), arb(r), bits), lambda q=q, r=r: one_step(q, r))
        for q, r in POINTS
    ]
    print(f"{'formula':<32} {'exactcap':>9} {'mpmath':>9} {'ratio':>7}  agree   minimum of {options.repeats}")
    for name, ours, theirs in cases:
        seconds = [[], []]
        for _ in range(options.repeats):
            for k, compute in enumerate((lambda ours=ours: balls(options.digits, ours), theirs)):
                start = time.perf_counter()
                value = compute()
                seconds[k].append(time.perf_counter() - start)
                if k == 0:
                    found = mpmath.mpf(value.str(options.digits + 5, radius=False))
        agree = int(-mpmath.log10(abs(found / value - 1) + mpmath.mpf(10) ** (-options.digits - 4)))
        a, b = map(min, seconds)
        print(f"{name:<32} {a:9.4f} {b:9.4f} {b / a:7.1f}  {agree:5d}", flush=True)


if __name__ == "__main__":
    main()
