"""What a scan is, and how it runs: the two sides of a statement at random, boundary and just-outside points.

The statement is left <= right at every point inside. A ratio left/right above 1 inside refutes it, as far as mpmath can
be trusted; none above 1 proves nothing. Outside, one condition is broken by a little, and where the theory says that
the condition cannot be weakened the ratio has to exceed 1 somewhere: that shows that the scan can see a violation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

import mpmath
from mpmath import mpf

from exactcap.scans.quadrature import Real

GUARD = 12  # digits of the working precision beyond those asked for
Point = Mapping[str, Fraction]
Pairs = Sequence[tuple[Real, Real]]  # left <= right is claimed of each


@dataclass(frozen=True)
class Outside:
    """Points where a condition is broken, in words; ``is_false`` where theory says that some left exceeds its right."""

    what: str
    points: tuple[Point, ...]
    pairs: Callable[[Point], Pairs]
    is_false: bool = True


@dataclass(frozen=True)
class Scan:
    """One statement, how to draw points inside, which points lie on the boundary, and what to try outside.

    ``compares`` says what is evaluated, ``parameter`` is the coordinate against which ratios are drawn.
    """

    statement: str
    compares: str
    parameter: str
    draw: Callable[[Random], Point]
    edges: tuple[Point, ...]
    pairs: Callable[[Point], Pairs]
    outside: tuple[Outside, ...]


@dataclass(frozen=True)
class Sample:
    """A point and the largest ratio left/right there."""

    point: Point
    ratio: Real


@dataclass(frozen=True)
class Tried:
    """What came of one kind of outside points: all samples, and whether one of them violates."""

    outside: Outside
    samples: tuple[Sample, ...]
    violates: bool

    @property
    def worst(self) -> Sample:
        """The sample with the largest ratio."""
        return max(self.samples, key=lambda sample: sample.ratio)


@dataclass(frozen=True)
class Found:
    """The result: samples inside, ``violations`` those above the tolerance, ``equal`` within it; outside."""

    scan: Scan
    digits: int
    inside: tuple[Sample, ...]
    violations: tuple[Sample, ...]
    equal: tuple[Sample, ...]
    tried: tuple[Tried, ...]

    @property
    def worst(self) -> Sample:
        """The sample inside with the largest ratio, among those whose sides differ if there are any."""
        equal = {id(sample) for sample in self.equal}
        differing = [sample for sample in self.inside if id(sample) not in equal]
        return max(differing or self.inside, key=lambda sample: sample.ratio)


def run_scan(
    scan: Scan, n_points: int, digits: int, seed: int, progress: Callable[[str, float], None] = lambda *_: None
) -> Found:
    """Evaluate a scan at its edges and at random points, together ``n_points`` or a few more, and outside.

    Sides that agree to ``digits`` digits count as equal: they are computed with ``GUARD`` digits more, which conditions
    of exponents up to 1e9 and quadrature use up, so a ratio above 1 + 10^-digits is no rounding. A scan cannot tell
    < from <=.

    >>> def draw(random):
    ...     return {"x": Fraction(random.randrange(10), 10)}
    >>> def sides(point):
    ...     return [(mpf(point["x"].numerator) / point["x"].denominator, mpf(1))]
    >>> line = Scan("x <= 1", "x, 1", "x", draw, ({"x": Fraction(1)},), sides, ())
    >>> found = run_scan(line, 5, 15, 0)
    >>> len(found.inside), len(found.equal), mpmath.nstr(found.worst.ratio, 5), found.violations
    (5, 1, '0.6', ())
    """
    random = Random(seed)
    points = [*scan.edges, *(scan.draw(random) for _ in range(n_points - len(scan.edges)))]
    inside = []
    with mpmath.workdps(digits + GUARD):
        tolerance = mpf(10) ** -digits
        for done, point in enumerate(points):
            inside.append(Sample(point, largest_ratio(scan.pairs(point))))
            progress("scan", (done + 1) / len(points))
        tried = []
        for outside in scan.outside:
            samples = tuple(Sample(point, largest_ratio(outside.pairs(point))) for point in outside.points)
            tried.append(Tried(outside, samples, any(sample.ratio > 1 + tolerance for sample in samples)))
        violations = tuple(sample for sample in inside if sample.ratio > 1 + tolerance)
        equal = tuple(sample for sample in inside if abs(sample.ratio - 1) <= tolerance)
    return Found(scan, digits, tuple(inside), violations, equal, tuple(tried))


def largest_ratio(pairs: Pairs) -> Real:
    """The largest left/right; 0/0 counts as 1, and a right side that is not positive as 0 or infinity.

    >>> largest_ratio([(mpf(1), mpf(2)), (mpf(-3), mpf(-2)), (mpf(0), mpf(0))])
    mpf('1.0')
    """
    return max(_ratio(left, right) for left, right in pairs)


def _ratio(left: Real, right: Real) -> Real:
    if right > 0:
        return left / right
    if left == right:
        return mpf(1)
    return mpf("inf") if left > right else mpf(0)
