"""Are claims about explicit networks true? Fractions for the exact ones, Newton's method with 60 digits for others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import mpmath
import sympy
from network_oracle import naive_output

from exactcap import claims
from exactcap.claims import Classifies, Interpolation, Memorizes, Nearby
from exactcap.constructions.network import ExactNetwork, Layer
from exactcap.models.activations import Activation
from exactcap.provers.records import activation_model

DIGITS = 60
DIGITS_LOST = mpmath.mpf(10) ** (30 - DIGITS)  # times the largest: J J^T of rank below n has no larger least eigenvalue


def memorizes(claim: Memorizes) -> bool:
    """The network, evaluated in fractions, takes every target."""
    layers = tuple(Layer(x.weights, x.biases, x.activation, x.denominator) for x in claim.layers)
    rows = zip(claim.inputs.fractions(), claim.labels.targets(), strict=True)
    return all(naive_output(ExactNetwork(layers), row) == target for row, target in rows)


def classifies(claim: Classifies) -> bool:
    """The rows that get another class are those that are listed, no row is a tie: by the definition of nearest."""
    codes = [tuple(map(Fraction, code)) for code in claim.labels.codes]
    with mpmath.workdps(DIGITS):
        found = []
        for output, k in zip(outputs_of(claim), claim.labels.values, strict=True):
            squares = [sum((f - _like(f, c)) ** 2 for f, c in zip(output, code, strict=True)) for code in codes]
            own = squares.pop(k)
            nearest = min(squares, default=own + 1)
            if abs(nearest - own) <= (0 if isinstance(own, Fraction) else mpmath.mpf(10) ** -40):
                return False  # a tie, or one for all that 60 digits tell
            found.append(nearest < own)
    return tuple(i for i, is_wrong in enumerate(found) if is_wrong) == claim.wrong


def outputs_of(claim: Classifies) -> list[list[Any]]:
    """The outputs at the rows: fractions where psi has only those, else with 60 digits."""
    functions = [unit_function(layer.activation) for layer in claim.layers]
    is_exact = all(layer.activation.name in ("relu", "threshold", "identity", "rational") for layer in claim.layers)
    number = Fraction if is_exact else lambda text: _real(Fraction(text))
    result = []
    for row in claim.inputs.fractions():
        scaled = zip(row, map(Fraction, claim.factors), map(Fraction, claim.shifts), strict=True)
        values = [number(f * (x - a)) for x, f, a in scaled]
        for layer, function in zip(claim.layers, functions, strict=True):
            rows = zip(layer.weights, layer.biases, strict=True)
            values = [
                function(sum((number(a) * h for a, h in zip(w, values, strict=True)), number(b))) for w, b in rows
            ]
        result.append(values)
    return result


def unit_function(psi: claims.Activation) -> Callable[[Any], Any]:
    """The activation by its definition, of fractions or numbers of mpmath."""
    simple = {"relu": lambda s: max(s, 0 * s), "threshold": lambda s: 0 * s + (s > 0), "identity": lambda s: s}
    if psi.name in simple:
        return simple[psi.name]
    if psi.name == "rational":
        parts = [list(map(Fraction, part)) for part in (psi.numerator, psi.denominator)]
        return lambda s: _at(parts[0], s) / _at(parts[1], s)
    x = sympy.Symbol("x")
    return sympy.lambdify(x, activation_model(psi).symbolic(), "mpmath")


def _at(polynomial: list[Fraction], s: Any) -> Any:
    return sum((_like(s, c) * s**k for k, c in enumerate(polynomial)), 0 * s)


def _like(value: Any, number: Fraction) -> Any:
    return number if isinstance(value, Fraction) else _real(number)


def is_near(claim: Nearby) -> bool:
    """Newton's method from the given weights, in steps of least length, ends at a solution about as near as claimed.

    The nearest solution in the Euclidean norm may be farther in the maximum norm, by a factor of at most sqrt(p).
    """
    with mpmath.workdps(DIGITS):
        return _is_near(claim)


def _is_near(claim: Nearby) -> bool:
    factors, shifts = list(map(Fraction, claim.factors)), list(map(Fraction, claim.shifts))
    rows = [
        [_real(f * (a - s)) for a, f, s in zip(row, factors, shifts, strict=True)] for row in claim.inputs.fractions()
    ]
    offsets = [Fraction(c) for c in ([claim.offset] if isinstance(claim.offset, str) else claim.offset)]
    goal = [_real(t - c) for target in claim.labels.targets() for t, c in zip(target, offsets, strict=True)]
    outer = [[v] if isinstance(v, str) else v for v in claim.outer]
    start = _parameters(claim.weights, claim.biases, outer)
    found = _newton(activation_model(claim.activation), rows, goal, start)
    if found is None:
        return False
    moved = max(abs(a - b) for a, b in zip(found[0], start, strict=True))
    mantissa, exponent = claim.distance
    return bool(moved <= mantissa * mpmath.mpf(10) ** exponent * mpmath.sqrt(len(start)))


def has_regular_zero(claim: Interpolation, evidence: list[Any]) -> bool:
    """From the weights in the evidence Newton's method ends at outputs 0 with a Jacobian of full row rank."""
    scaling, weights = evidence[0], evidence[1]
    factors, shifts = list(map(Fraction, scaling["factors"])), list(map(Fraction, scaling["shifts"]))
    with mpmath.workdps(DIGITS):
        rows = [
            [_real(f * (a - s)) for a, f, s in zip(row, factors, shifts, strict=True)]
            for row in claim.inputs.fractions()
        ]
        start = _parameters(weights["weights"], weights["biases"], [[v] for v in weights["outer"]])
        found = _newton(activation_model(claim.activation), rows, [mpmath.mpf(0)] * len(rows), start)
        if found is None:
            return False
        eigenvalues = mpmath.eigsy(found[1] * found[1].T, eigvals_only=True)
        return min(eigenvalues) > DIGITS_LOST * max(eigenvalues)


def _real(number: Fraction) -> mpmath.mpf:
    return mpmath.mpf(number.numerator) / number.denominator


def _parameters(
    weights: Sequence[Sequence[str]], biases: Sequence[str], outer: Sequence[Sequence[str]]
) -> list[mpmath.mpf]:
    units = zip(weights, biases, outer, strict=True)
    return [_real(Fraction(part)) for row, bias, scales in units for part in (*row, bias, *scales)]


def _newton(
    psi: Activation, rows: list[list[mpmath.mpf]], goal: list[mpmath.mpf], start: list[mpmath.mpf]
) -> tuple[mpmath.matrix, mpmath.matrix] | None:
    """The solution that steps of least length reach from the start, and the Jacobian there.

    The goal has the targets of all outputs at the first row, at the second, and so on.
    """
    x = sympy.Symbol("x")
    value, slope = (sympy.lambdify(x, part, "mpmath") for part in (psi.symbolic(), sympy.diff(psi.symbolic(), x)))
    d, outputs = len(rows[0]), len(goal) // len(rows)
    theta = mpmath.matrix(start)
    for _ in range(30):
        residual, jacobian = -mpmath.matrix(goal), mpmath.matrix(len(goal), len(start))
        for place in range(len(goal)):
            row, k = rows[place // outputs], place % outputs
            for at in range(0, len(start), d + 1 + outputs):
                s, v = sum((theta[at + c] * row[c] for c in range(d)), theta[at + d]), at + d + 1 + k
                residual[place] += theta[v] * value(s)
                for c in range(d + 1):
                    jacobian[place, at + c] = theta[v] * slope(s) * (row[c] if c < d else 1)
                jacobian[place, v] = value(s)
        if mpmath.norm(residual, mpmath.inf) < mpmath.mpf(10) ** (20 - DIGITS):
            return theta, jacobian
        try:
            theta -= jacobian.T * mpmath.lu_solve(jacobian * jacobian.T, residual)
        except ZeroDivisionError:
            return None
    return None
