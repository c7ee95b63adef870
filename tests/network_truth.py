"""Are claims about explicit networks true? Fractions for the exact ones, Newton's method with 60 digits for others."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import sympy
from network_oracle import naive_output

from exactcap.claims import Memorizes, Nearby
from exactcap.constructions.network import ExactNetwork, Layer
from exactcap.provers.records import activation_model

DIGITS = 60


def memorizes(claim: Memorizes) -> bool:
    """The network, evaluated in fractions, takes every target."""
    layers = tuple(Layer(x.weights, x.biases, x.activation, x.denominator) for x in claim.layers)
    rows = zip(claim.inputs.fractions(), claim.labels.targets(), strict=True)
    return all(naive_output(ExactNetwork(layers), row) == target for row, target in rows)


def is_near(claim: Nearby) -> bool:
    """Newton's method from the given weights, in steps of least length, ends at a solution about as near as claimed.

    The nearest solution in the Euclidean norm may be farther in the maximum norm, by a factor of at most sqrt(p).
    """
    with mpmath.workdps(DIGITS):
        return _is_near(claim)


def _is_near(claim: Nearby) -> bool:
    x = sympy.Symbol("x")
    psi = activation_model(claim.activation).symbolic()
    value, slope = (sympy.lambdify(x, part, "mpmath") for part in (psi, sympy.diff(psi, x)))

    def real(text: str) -> mpmath.mpf:
        return mpmath.mpf(Fraction(text).numerator) / Fraction(text).denominator

    factors, shifts = list(map(Fraction, claim.factors)), list(map(Fraction, claim.shifts))
    rows = [
        [real(str(f * (a - s))) for a, f, s in zip(row, factors, shifts, strict=True)]
        for row in claim.inputs.fractions()
    ]
    goal = [real(str(t - Fraction(claim.offset))) for (t,) in claim.labels.targets()]
    m, d, n = len(claim.outer), len(factors), len(rows)
    start = [real(part) for j in range(m) for part in (*claim.weights[j], claim.biases[j], claim.outer[j])]
    theta = mpmath.matrix(start)
    for _ in range(30):
        residual, jacobian = mpmath.matrix(n, 1), mpmath.matrix(n, m * (d + 2))
        for i, row in enumerate(rows):
            residual[i] = -goal[i]
            for j in range(m):
                at = j * (d + 2)
                s = sum((theta[at + c] * row[c] for c in range(d)), theta[at + d])
                residual[i] += theta[at + d + 1] * value(s)
                for c in range(d + 1):
                    jacobian[i, at + c] = theta[at + d + 1] * slope(s) * (row[c] if c < d else 1)
                jacobian[i, at + d + 1] = value(s)
        if mpmath.norm(residual, mpmath.inf) < mpmath.mpf(10) ** (20 - DIGITS):
            moved = max(abs(a - b) for a, b in zip(theta, start, strict=True))
            mantissa, exponent = claim.distance
            return bool(moved <= mantissa * mpmath.mpf(10) ** exponent * mpmath.sqrt(len(start)))
        try:
            theta -= jacobian.T * mpmath.lu_solve(jacobian * jacobian.T, residual)
        except ZeroDivisionError:
            return False
    return False
