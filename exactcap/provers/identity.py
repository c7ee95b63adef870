"""Prove by SymPy that the derivative of a network is its Khatri-Rao form; the checker differentiates by itself."""

from __future__ import annotations

from typing import Any

from exactcap.certificates.format import Certificate
from exactcap.claims import Identity
from exactcap.provers.outcome import Finding, Outcome, Progress, silent


def prove_jacobian_identity(claim: Identity, progress: Progress = silent) -> Outcome:
    """PROVED when every entry of the derivative equals the entry of the matrix form, as expressions in psi and psi'.

    >>> prove_jacobian_identity(Identity("jacobian", 2, 2, 2)).finding
    <Finding.PROVED: 'PROVED'>
    """
    import sympy

    class Slope(sympy.Function):  # type: ignore[misc]
        """psi'."""

    class Psi(sympy.Function):  # type: ignore[misc]
        """psi, any differentiable function."""

        def fdiff(self, argindex: int = 1) -> Any:
            return Slope(self.args[0])

    n, d, m = claim.n_samples, claim.n_inputs, claim.width
    X, W = sympy.Matrix(n, d, sympy.symbols(f"x:{n}:{d}")), sympy.Matrix(d, m, sympy.symbols(f"w:{d}:{m}"))
    b, v = (sympy.Matrix(sympy.symbols(f"{name}:{m}")) for name in "bv")
    Z = X * W + sympy.ones(n, 1) * b.T
    outputs = Z.applyfunc(Psi) * v
    parameters = [*(W[c, j] for j in range(m) for c in range(d)), *b, *v]
    slopes = Z.applyfunc(Slope) * sympy.diag(*v)
    for i in range(n):
        left = [sympy.expand(outputs[i].diff(parameter)) for parameter in parameters]
        right = [*sympy.kronecker_product(slopes[i, :], X[i, :]), *slopes[i, :], *Z[i, :].applyfunc(Psi)]
        if any(sympy.expand(a - c) != 0 for a, c in zip(left, right, strict=True)):
            return Outcome(Finding.UNDECIDED, f"the two sides differ in row {i + 1}")
        progress("differentiate", (i + 1) / n)
    reason = f"SymPy differentiates {n} outputs in {len(parameters)} parameters; all entries agree"
    return Outcome(Finding.PROVED, reason, Certificate(claim, (), ({"evidence": "symbolic"},)))
