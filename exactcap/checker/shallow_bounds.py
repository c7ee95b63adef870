"""Upper bounds for the rank of two-layer Jacobians by the named rules (SPEC.md, section 4)."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from typing import Any

from .activations import Polynomial, derivative, polynomial
from .matrices import Shallow
from .polynomials import dimension_on_points, of_degrees, product, total
from .reader import Rejected, fields, increasing, integer, rational

Bound = tuple[int, list[str]]  # rank <= the number, by these rules


def shallow_bound(matrix: Shallow, parts: dict[str, Any]) -> Bound:
    """The bound of `whole`, or the sum of `inner` (blocks W, b) and `outer` (block v, modulo the inner columns)."""
    if set(parts) == {"whole"}:
        return _whole(matrix, parts["whole"])
    needed = [name for name, blocks in (("inner", "Wb"), ("outer", "v")) if set(blocks) & set(matrix.blocks)]
    if set(parts) != set(needed):
        raise Rejected(f"evidence: expected whole, or {' and '.join(needed)}")
    bounds = [(_inner if name == "inner" else _outer)(matrix, parts[name]) for name in needed]
    return sum(value for value, _ in bounds), [rule for _, rules in bounds for rule in rules]


def rule_name(rule: Any) -> Any:
    """The name of a rule, or None."""
    return rule.get("rule") if type(rule) is dict else None


def powers(dimension: int, k: int, points: int, rule: Any) -> Bound:
    """Span of l_j^k y_c, c <= dimension, for forms l_j at general points of R^dimension: the forms of degree k + 1.

    Terracini: the forms F of degree k + 1 that annihilate them are those singular at all points.
    """
    name = rule_name(rule)
    fields(rule, ("rule",), "rule after homogenise or e0")
    everything = math.comb(dimension + k, k + 1)
    if name == "U2":
        return points * dimension, ["U2"]
    if name == "U3":
        return everything, ["U3"]
    if name == "U4" and k == 1 and points <= dimension:
        return points * dimension - math.comb(points, 2), ["U4"]
    through = math.comb(dimension + 1, 2) - points  # at least so many independent quadrics pass through the points
    if name == "U5" and k == 3 and through >= 1:
        return everything - (2 * through - 1), ["U5"]
    if name == "U6" and (dimension, k, points) == (5, 2, 7):
        return everything - 1, ["U6"]
    raise Rejected("evidence: no rule of this name for powers of linear forms, or its hypothesis fails")


def shifted_power(psi: Polynomial) -> Polynomial | None:
    """psi - a (z + s)^D, of degree D = deg psi, with the s that removes the term of degree D - 1; None if D < 1."""
    degree = len(psi) - 1
    if degree < 1:
        return None
    a, shift = psi[-1], psi[-2] / (degree * psi[-1])
    power = tuple(a * math.comb(degree, i) * shift ** (degree - i) for i in range(degree + 1))
    return total(psi, tuple(-c for c in power))


def _polynomial(matrix: Shallow, what: str) -> Polynomial:
    if matrix.psi.degree() is None:
        raise Rejected(f"{what} needs a polynomial")
    return tuple(c / matrix.psi.denominator[0] for c in matrix.psi.numerator)


def _degrees(matrix: Shallow) -> set[int]:
    """The degrees of the terms that the columns may have, as polynomials in x."""
    psi = _polynomial(matrix, "rule U3")
    if matrix.has_bias:
        top = len(psi) - 1 if "v" in matrix.blocks or "W" in matrix.blocks else max(len(psi) - 2, 0)
        # every column of block W has a factor x_c
        return set(range(1 if matrix.blocks == ("W",) else 0, top + 1))
    slope = {i for i, c in enumerate(derivative(psi)) if c}
    degrees = {i + 1 for i in slope} if "W" in matrix.blocks else set()
    return degrees | ({i for i, c in enumerate(psi) if c} if "v" in matrix.blocks else set())


def _whole(matrix: Shallow, rule: Any) -> Bound:
    name, d = rule_name(rule), matrix.inputs.n_inputs
    if name == "U1":
        fields(rule, ("rule",), "rule U1")
        if matrix.inputs.n_samples == 0:
            raise Rejected("rule U1 needs points, not functions")
        return matrix.inputs.n_samples, ["U1"]
    if name == "U3":
        degrees = _degrees(matrix)
        dimension = of_degrees(d, degrees)
        if set(rule) == {"rule", "relations"}:
            return dimension_on_points(matrix.inputs, degrees, dimension, rule["relations"]), ["U3"]
        fields(rule, ("rule",), "rule U3")
        return dimension, ["U3"]
    if name == "e0":
        _, then = fields(rule, ("rule", "then"), "rule e0")
        rest = shifted_power(_polynomial(matrix, "rule e0"))
        if rest is None or len(rest) > 2 or not matrix.has_bias:
            raise Rejected("rule e0 needs biases and psi = a(z + s)^(K+1) + c z + e")
        value, rules = powers(d + 1, len(matrix.psi.numerator) - 2, matrix.width + 1, then)
        return value, ["e0", *rules]
    raise Rejected("evidence: the rule for the whole is none of U1, U3, e0")


def _inner(matrix: Shallow, rule: Any) -> Bound:
    name, m, d = rule_name(rule), matrix.width, matrix.inputs.n_inputs
    n_columns = m * sum(d if block == "W" else 1 for block in matrix.blocks if block != "v")
    if name == "U2":
        if type(rule) is dict and set(rule) == {"rule", "relations"}:
            # a relation among the inputs, with the constant 1 if b is trained, is one of each neuron's columns
            degrees = {degree for degree, block in ((0, "b"), (1, "W")) if block in matrix.blocks}
            return m * dimension_on_points(matrix.inputs, degrees, n_columns // m, rule["relations"]), ["U2"]
        fields(rule, ("rule",), "rule U2")
        return n_columns, ["U2"]
    if "W" not in matrix.blocks:
        raise Rejected("evidence: without block W the inner rule is U2")
    if name == "U4":
        fields(rule, ("rule",), "rule U4")
        return n_columns - _antisymmetric(matrix), ["U4"]
    if name == "U10":
        equation, added = _first_order_equation(matrix, rule, "U10")
        if equation != 0:
            raise Rejected("rule U10 needs gamma zero")
        return n_columns - m + added, ["U10"]
    if name == "U12":
        return _support(matrix, rule), ["U12"]
    if name == "homogenise":
        _, then = fields(rule, ("rule", "then"), "rule homogenise")
        slope = derivative(_polynomial(matrix, "rule homogenise"))
        k = len(slope) - 1
        pure = not any(slope[:-1]) if not matrix.has_bias else k >= 1 and not shifted_power(slope)
        if k < 0 or not pure:
            raise Rejected("rule homogenise needs psi' = c z^k, or with biases psi' = c (z + s)^k")
        value, rules = powers(d + int(matrix.has_bias), k, m, then)
        return value, ["homogenise", *rules]
    raise Rejected("evidence: no inner rule of this name")


def _antisymmetric(matrix: Shallow) -> int:
    """U4: the number of independent relations sum_jk A_jk l_j l_k = 0."""
    m, d = matrix.width, matrix.inputs.n_inputs
    psi = _polynomial(matrix, "rule U4")
    if len(psi) != 3:
        raise Rejected("rule U4 needs a polynomial of degree 2")
    if "b" in matrix.blocks and m <= d + 1:
        return math.comb(m, 2)
    if not matrix.has_bias and psi[1] == 0 and m <= d:
        return math.comb(m, 2)
    if "b" not in matrix.blocks and m <= d + 1:
        return math.comb(m - 1, 2)  # A must also annihilate the constant terms of the l_j
    raise Rejected("rule U4 needs a width of at most the number of inputs, or one more where forms have constant terms")


def _support(matrix: Shallow, rule: Any) -> int:
    """U12: the chosen columns' entries vanish outside few rows; where b is trained, up to a constant a column."""
    _, chosen, stated = fields(rule, ("rule", "columns", "support"), "rule U12")
    if not matrix.inputs.is_table:
        raise Rejected("rule U12 needs a table")
    m, d, values = matrix.width, matrix.inputs.n_inputs, matrix.inputs.values
    columns = increasing(chosen, 0, d - 1, "rule U12, columns")
    support: set[int] = set()
    for c in columns:
        cells = [str(row[c]) for row in values]  # strings, since the hash of a Fraction is easily made to collide
        constant = Counter(cells).most_common(1)[0][0] if "b" in matrix.blocks else "0"
        support.update(i for i, cell in enumerate(cells) if cell != constant)
    if integer(stated, "rule U12, support") != len(support):
        raise Rejected(f"rule U12: the support is {len(support)} rows")
    return len(support) + m * (d - len(columns)) + (m if "b" in matrix.blocks else 0)


def _outer(matrix: Shallow, rule: Any) -> Bound:
    name = rule_name(rule)
    if name == "U2":
        fields(rule, ("rule",), "rule U2")
        return matrix.width, ["U2"]
    if name == "U9":
        gamma, added = _first_order_equation(matrix, rule, "U9")
        if gamma == 0:
            raise Rejected("rule U9 needs gamma nonzero")
        return added, ["U9"]
    raise Rejected("evidence: the outer rule is neither U2 nor U9")


def _first_order_equation(matrix: Shallow, rule: Any, name: str) -> tuple[Fraction, int]:
    """U9, U10: (alpha + beta z) psi' + gamma psi = P; gamma, and a bound for the dimension of span P(z_j)."""
    keys = ("rule", "alpha", "beta", "gamma", "remainder")
    _, *numbers, rest = fields(rule, keys, f"rule {name}")
    alpha, beta, gamma = (rational(item, f"rule {name}") for item in numbers)
    remainder = polynomial(rest, f"rule {name}, remainder")
    # z psi' is a combination of the neuron's columns of W, and of b if there is a bias; psi' is its column of b
    if (alpha and "b" not in matrix.blocks) or (beta and "W" not in matrix.blocks):
        raise Rejected(f"rule {name} needs the block b trained for alpha, W for beta")
    if (beta and matrix.has_bias and "b" not in matrix.blocks) or not (alpha or beta):
        raise Rejected(f"rule {name} needs alpha or beta, and with biases the block b trained")
    if not _holds(matrix, alpha, beta, gamma, remainder):
        raise Rejected(f"rule {name}: the differential equation does not hold for this activation")
    if not remainder:
        return gamma, 0
    d = matrix.inputs.n_inputs
    degrees = range(len(remainder)) if matrix.has_bias else [i for i, c in enumerate(remainder) if c]
    return gamma, min(matrix.width, of_degrees(d, degrees))


def _holds(matrix: Shallow, alpha: Fraction, beta: Fraction, gamma: Fraction, remainder: Polynomial) -> bool:
    psi = matrix.psi
    if psi.name == "exp":
        return beta == 0 and alpha + gamma == 0 and not remainder
    if psi.name == "log":
        return alpha == 0 and gamma == 0 and remainder == (beta,)
    if psi.name != "rational":
        return False
    top, bottom = psi.numerator, psi.denominator
    wronskian = total(product(derivative(top), bottom), product((Fraction(-1),), product(top, derivative(bottom))))
    left = total(product((alpha, beta), wronskian), product((gamma,), product(top, bottom)))
    return left == total(product(remainder, product(bottom, bottom)))
