"""The naive count of a matrix: what counting rows, parameters and polynomials alone would give for its rank.

It is an upper bound for every rank that the claims speak of; a certified rank below it is a *defect*. Nothing here
looks at a matrix entry: the counts are arithmetic of the integers of the claim.
"""

from __future__ import annotations

from math import comb, prod

from exactcap.claims import Activation, Deep, Hadamard, Jacobian, KhatriRao, Matrix


def naive_count(matrix: Matrix) -> int:
    """min(number of rows, number of independent parameters, dimension of the ambient space), of those that exist.

    >>> from exactcap.claims import Generic
    >>> naive_count(KhatriRao(Generic(3, 20), 3, 5))  # min(20, 5*3, C(6, 4)); the rank is 14
    15
    """
    rows = [] if matrix.n_rows is None else [matrix.n_rows]
    return min([*rows, naive_dimension(matrix)])


def naive_dimension(matrix: Matrix) -> int:
    """The naive count without the rows: min(independent parameters, ambient dimension).

    >>> from exactcap.claims import Functions
    >>> cube = Activation("rational", ("0", "0", "0", "1"), ("1",))
    >>> naive_dimension(Jacobian(cube, "generic", ("W", "b", "v"), Functions(2), 3))  # min(3*4, C(5, 2))
    10
    >>> naive_dimension(Jacobian(Activation("tanh"), "generic", ("W", "b", "v"), Functions(2), 3))
    12
    """
    space = ambient_dimension(matrix)
    parameters = independent_parameters(matrix)
    return parameters if space is None else min(parameters, space)


def independent_parameters(matrix: Matrix) -> int:
    """The number of columns, less one for each hidden neuron of a deep network whose activation is a power.

    Such a neuron may be rescaled, c in front and c^-r behind, without changing the network.

    >>> from exactcap.claims import Functions
    >>> square = Activation("rational", ("0", "0", "1"), ("1",))
    >>> independent_parameters(Deep((square, square), "none", Functions(3), (4, 3, 1)))  # 12 + 12 + 3 - 4 - 3
    20
    """
    if not isinstance(matrix, Deep):
        return matrix.n_columns
    hidden = zip(matrix.widths, matrix.activations, strict=False)  # the last width has no activation
    return matrix.n_columns - sum(width for width, psi in hidden if len(_exponents(psi) or ()) == 1)


def ambient_dimension(matrix: Matrix) -> int | None:
    """The dimension of the space of polynomials in which all columns lie; None when they are not polynomials.

    Written with H(e) = C(d+e-1, e), the number of monomials of degree e in d variables, and S, the exponents of psi:

    * Hadamard: the sum of H(k), k in S, in ``inner`` variables.
    * KhatriRao: H(k+1), that is C(d+k, k+1).
    * Jacobian without bias: the sum of H(e) over the e in S that the trained blocks reach (W needs e >= 1).
    * Jacobian with bias, D = deg psi: C(d+D, d); C(d+D, d) - 1 for W alone, whose columns vanish at 0;
      C(d+D-1, d) for b alone.
    * Deep: d_h times the number of monomials whose degrees can occur; with biases all up to the largest.

    >>> from exactcap.claims import Functions
    >>> square = Activation("rational", ("0", "0", "1"), ("1",))
    >>> ambient_dimension(Deep((square, square), "none", Functions(3), (4, 3, 1)))  # C(6, 4) quartics
    15
    >>> ambient_dimension(Deep((square, square), "all", Functions(3), (4, 3, 2)))  # 2 C(7, 3)
    70
    """
    match matrix:
        case KhatriRao():
            return _forms(matrix.inputs.n_inputs, matrix.power + 1)
        case Hadamard():
            exponents = _exponents(matrix.entrywise)
            return None if exponents is None else sum(_forms(matrix.inner, e) for e in exponents)
        case Jacobian():
            return _shallow(matrix)
        case Deep():
            return _deep(matrix)


def _shallow(matrix: Jacobian) -> int | None:
    exponents, d = _exponents(matrix.activation), matrix.inputs.n_inputs
    if exponents is None:
        return None
    if matrix.bias == "none":
        return sum(_forms(d, e) for e in exponents if e > 0 or "v" in matrix.blocks)
    degree = max(exponents)
    if matrix.blocks == ("b",):
        return comb(d + degree - 1, d)
    return comb(d + degree, d) - (1 if matrix.blocks == ("W",) else 0)


def _deep(matrix: Deep) -> int | None:
    exponents = [found for psi in matrix.activations if (found := _exponents(psi)) is not None]
    if len(exponents) < len(matrix.activations):
        return None
    d, outputs = matrix.all_widths[0], matrix.widths[-1]
    if matrix.bias != "none":
        return outputs * comb(d + prod(max(found) for found in exponents), d)
    degrees = {1}
    for found in exponents:
        sums, power = {0}, 0  # of ``power`` degrees
        reached = set[int]()
        for exponent in found:
            while power < exponent:
                sums, power = {a + b for a in sums for b in degrees}, power + 1
            reached |= sums
        degrees = reached
    return outputs * sum(_forms(d, degree) for degree in degrees)


def _exponents(psi: Activation) -> list[int] | None:
    """The exponents that occur in a polynomial; None when psi is not one."""
    if psi.polynomial_degree() is None:
        return None
    return [e for e, coefficient in enumerate(psi.numerator) if coefficient != "0"]


def _forms(variables: int, degree: int) -> int:
    """The dimension of the forms of this degree."""
    return comb(variables + degree - 1, degree)
