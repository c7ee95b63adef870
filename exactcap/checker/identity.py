"""Claims of identities: the checker differentiates by itself, formally (SPEC.md, section 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .minors import Progress
from .reader import Reader, Rejected, fields, integer_between
from .verdict import Proof

MAX_SIZE = 10

Symbol = tuple[Any, ...]  # ("x", i, c), ("w", c, j), ("b", j), ("v", j), ("psi", k, i, j): the k-th derivative at z_ij
Polynomial = dict[tuple[Symbol, ...], int]  # sorted products of symbols, with integer coefficients that are not zero


@dataclass(frozen=True)
class IdentityClaim:
    """The derivative of the two-layer network is its Khatri-Rao form, for all differentiable psi."""

    n_samples: int
    n_inputs: int
    width: int

    inputs = None

    def statement(self) -> str:
        return (
            "for every differentiable psi the derivative of sum_j v_j psi(<w_j,x_i> + b_j) in (W, b, v) is "
            "[(psi'(Z) diag v) * X, psi'(Z) diag v, psi(Z)], * the row-wise Khatri-Rao product, for "
            f"{self.n_samples} inputs in R^{self.n_inputs} and width {self.width}"
        )


def parse(value: Any) -> IdentityClaim:
    """The claim of a claim line's object of family "identity"."""
    _, formula, *sizes = fields(value, ("family", "formula", "n_samples", "n_inputs", "width"), "claim")
    if formula != "jacobian":
        raise Rejected("claim: the only formula is jacobian")
    return IdentityClaim(*(integer_between(size, 1, MAX_SIZE, "claim, sizes") for size in sizes))


def times(a: Polynomial, b: Polynomial) -> Polynomial:
    """The product."""
    result: Polynomial = {}
    for left, p in a.items():
        for right, q in b.items():
            key = tuple(sorted((*left, *right)))
            result[key] = result.get(key, 0) + p * q
    return {key: c for key, c in result.items() if c}


def plus(a: Polynomial, b: Polynomial) -> Polynomial:
    """The sum."""
    result = dict(a)
    for key, c in b.items():
        result[key] = result.get(key, 0) + c
    return {key: c for key, c in result.items() if c}


def symbol(*name: Any) -> Polynomial:
    """One symbol as a polynomial."""
    return {(name,): 1}


def derivative(claim: IdentityClaim, a: Polynomial, variable: Symbol) -> Polynomial:
    """The formal partial derivative: the product rule, and the chain rule for psi^(k)(z_ij)."""
    result: Polynomial = {}
    for product, c in a.items():
        for place, factor in enumerate(product):
            rest: Polynomial = {product[:place] + product[place + 1 :]: c}
            if factor == variable:
                result = plus(result, rest)
            elif factor[0] == "psi":
                _, k, i, j = factor
                inner = derivative(claim, pre_activation(claim, i, j), variable)
                result = plus(result, times(rest, times(symbol("psi", k + 1, i, j), inner)))
    return result


def pre_activation(claim: IdentityClaim, i: int, j: int) -> Polynomial:
    """z_ij = sum_c x_ic w_cj + b_j."""
    z = symbol("b", j)
    for c in range(claim.n_inputs):
        z = plus(z, times(symbol("x", i, c), symbol("w", c, j)))
    return z


def left_side(claim: IdentityClaim, i: int) -> list[Polynomial]:
    """Row i of the Jacobian, differentiated: the columns of W neuron by neuron, then b, then v."""
    output: Polynomial = {}
    for j in range(claim.width):
        output = plus(output, times(symbol("v", j), symbol("psi", 0, i, j)))
    variables: list[Symbol] = [("w", c, j) for j in range(claim.width) for c in range(claim.n_inputs)]
    variables += [(name, j) for name in ("b", "v") for j in range(claim.width)]
    return [derivative(claim, output, variable) for variable in variables]


def right_side(claim: IdentityClaim, i: int) -> Iterator[Polynomial]:
    """Row i of [(psi'(Z) diag v) * X, psi'(Z) diag v, psi(Z)]."""
    scaled = [times(symbol("psi", 1, i, j), symbol("v", j)) for j in range(claim.width)]
    for a in scaled:
        for c in range(claim.n_inputs):
            yield times(a, symbol("x", i, c))
    yield from scaled
    for j in range(claim.width):
        yield symbol("psi", 0, i, j)


def check(claim: IdentityClaim, reader: Reader, progress: Progress) -> Proof:
    """Accepts when both sides agree in every entry."""
    (kind,) = reader.record("evidence")
    if kind != "symbolic":
        raise Rejected("evidence: an identity needs the kind symbolic")
    for i in range(claim.n_samples):
        if left_side(claim, i) != list(right_side(claim, i)):
            raise Rejected(f"the two sides differ in row {i + 1}")
        progress(i + 1, claim.n_samples)
    return Proof(())
