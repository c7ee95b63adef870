"""Evidence of kind rank-bound: almost no label vector is taken (SPEC.md, section 4)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from .activations import Polynomial, derivative, polynomial
from .claims import Claim
from .reader import Reader, Rejected, fields, increasing, integer, rational

RULES = ("U2", "U3", "U4", "U9", "U12")


def _dimension(n_inputs: int, degree: int) -> int:
    """The dimension of the polynomials of degree at most `degree` in `n_inputs` variables."""
    return math.comb(n_inputs + degree, degree)


def _product(a: Polynomial, b: Polynomial) -> Polynomial:
    if not a or not b:
        return ()
    # denominators are cleared first: sums of fractions with different denominators would grow with every term
    (p, left), (q, right) = _integers(a), _integers(b)
    result = [0] * (len(a) + len(b) - 1)
    for i, x in enumerate(left):
        for j, y in enumerate(right):
            result[i + j] += x * y
    return tuple(Fraction(c, p * q) for c in result)


def _integers(a: Polynomial) -> tuple[int, list[int]]:
    """A common denominator, and the coefficients times it."""
    common = math.lcm(*(c.denominator for c in a))
    return common, [c.numerator * (common // c.denominator) for c in a]


def _sum(*terms: Polynomial) -> Polynomial:
    """The sum, without trailing zeros."""
    result = [sum((t[k] for t in terms if k < len(t)), Fraction(0)) for k in range(max(map(len, terms)))]
    while result and result[-1] == 0:
        result.pop()
    return tuple(result)


def _support(claim: Claim, rule: Any) -> int:
    """U12: modulo the b columns, the chosen columns' entries vanish outside few rows."""
    _, chosen, stated = fields(rule, ("rule", "columns", "support"), "rule U12")
    if not claim.inputs.is_table:
        raise Rejected("rule U12 needs a table")
    m, d, values = claim.width, claim.inputs.n_inputs, claim.inputs.values
    columns = increasing(chosen, 0, d - 1, "rule U12, columns")
    support: set[int] = set()
    for c in columns:
        cells = [str(row[c]) for row in values]  # strings, since the hash of a Fraction is easily made to collide
        constant = Counter(cells).most_common(1)[0][0]
        support.update(i for i, cell in enumerate(cells) if cell != constant)
    if integer(stated, "rule U12, support") != len(support):
        raise Rejected(f"rule U12: the support is {len(support)} rows")
    return len(support) + m * (d - len(columns)) + m


def _koszul(claim: Claim, rule: Any) -> int:
    """U4: antisymmetric relations between the products of affine forms."""
    fields(rule, ("rule",), "rule U4")
    m, d = claim.width, claim.inputs.n_inputs
    if claim.activation.degree() != 2 or m > d + 1:
        raise Rejected("rule U4 needs a polynomial of degree 2 and a width of at most d + 1")
    return m * (d + 1) - math.comb(m, 2)


def _inner(claim: Claim, rule: Any, name: Any) -> int:
    if name == "U2":
        fields(rule, ("rule",), "rule U2")
        return claim.width * (claim.inputs.n_inputs + 1)
    if name == "U4":
        return _koszul(claim, rule)
    if name == "U12":
        return _support(claim, rule)
    raise Rejected("evidence: the inner rule is none of U2, U4, U12")


def _first_order_equation(claim: Claim, rule: Any) -> int:
    """U9: (alpha + beta z) psi' + gamma psi = P(z), gamma nonzero."""
    keys = ("rule", "alpha", "beta", "gamma", "remainder")
    _, *numbers, rest = fields(rule, keys, "rule U9")
    alpha, beta, gamma = (rational(item, "rule U9") for item in numbers)
    remainder = polynomial(rest, "rule U9, remainder")
    psi = claim.activation
    if gamma == 0:
        raise Rejected("rule U9 needs gamma nonzero")
    if psi.name == "exp":
        holds = beta == 0 and alpha + gamma == 0 and not remainder
    elif psi.name == "rational":
        top, bottom = psi.numerator, psi.denominator
        wronskian = _sum(
            _product(derivative(top), bottom), _product((Fraction(-1),), _product(top, derivative(bottom)))
        )
        left = _sum(_product((alpha, beta), wronskian), _product((gamma,), _product(top, bottom)))
        holds = left == _product(remainder, _product(bottom, bottom))
    else:
        holds = False
    if not holds:
        raise Rejected("rule U9: the differential equation does not hold for this activation")
    return min(claim.width, _dimension(claim.inputs.n_inputs, len(remainder) - 1)) if remainder else 0


def _outer(claim: Claim, rule: Any, name: Any) -> int:
    if name == "U2":
        fields(rule, ("rule",), "rule U2")
        return claim.width
    if name == "U9":
        return _first_order_equation(claim, rule)
    raise Rejected("evidence: the outer rule is neither U2 nor U9")


def _whole(claim: Claim, rule: Any, name: Any) -> int:
    fields(rule, ("rule",), "rule U3")
    degree = claim.activation.degree()
    if name != "U3" or degree is None:
        raise Rejected("evidence: the rule for the whole is U3, and needs a polynomial")
    return _dimension(claim.inputs.n_inputs, degree)


def check(claim: Claim, reader: Reader, progress: Callable[[int, int], None]) -> list[str]:
    """Accepts the evidence or raises `Rejected`; returns the theorems that the verdict needs."""
    record, _ = reader.line()
    if type(record) is dict and "whole" in record:
        kind, *rules = fields(record, ("evidence", "whole"), "evidence")
        places = [_whole]
    else:
        kind, *rules = fields(record, ("evidence", "inner", "outer"), "evidence")
        places = [_inner, _outer]
    if kind != "rank-bound":
        raise Rejected("evidence: an obstruction needs the kind rank-bound")
    names = [rule.get("rule") if type(rule) is dict else None for rule in rules]
    bound = sum(place(claim, rule, name) for place, rule, name in zip(places, rules, names, strict=True))
    if claim.at_most is None or bound > claim.at_most:
        raise Rejected(f"the rules give a rank of at most {bound}, not {claim.at_most}")
    return ["sard", *(f"rule-{name}" for name in RULES if name in names)]
