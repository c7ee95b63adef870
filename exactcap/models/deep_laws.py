"""Closed formulas and bounds for deep networks, each with its status (theory/ranks.md, sections 8, 10 and 11).

A polynomial network has widths d_0, ..., d_h and powers r_1, ..., r_{h-1}: x -> W_h rho_{h-1} W_{h-1} ... rho_1 W_1 x,
where rho_i takes the r_i-th power of each entry. Its outputs are d_h forms of degree r_1 ... r_{h-1} in d_0 variables.
Its dimension is that of the closure V(d_0, ..., d_h) of the set of these maps, its neurovariety, and equals the rank of
the Jacobian in all weights, as functions, or at C(d_0 - 1 + r_1 ... r_{h-1}, d_0 - 1) generic points.

With one output the rank at n generic points is the smaller of n and the dimension; with several it can be less than
n d_h and less than the dimension: widths (3, 1, 3) with r = 2 have dimension 5 and rank 4 at two points.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import comb, prod

from exactcap.models.rank_laws import khatri_rao_rank

Widths = tuple[int, ...]


def three_layer_rank(width_1: int, width_2: int) -> int:
    """The dimension of the middle Jacobian's columns psi'(z_k) psi(y_j), biases in both hidden layers (section 10).

    y_j are the width_1 first, z_k the width_2 second pre-activations; psi is no polynomial. Status: own, checked on a
    grid; for d = 1 too.

    >>> three_layer_rank(3, 4)
    12
    """
    return width_1 * width_2


def ambient_dimension(widths: Sequence[int], powers: Sequence[int]) -> int:
    """All d_h-tuples of forms of the network's degree in d_0 variables (U3); with equality the network is filling.

    >>> ambient_dimension((2, 3, 4, 5), (2, 2))
    25
    """
    degree = prod(powers)
    return widths[-1] * comb(widths[0] - 1 + degree, degree)


def naive_dimension(widths: Sequence[int], powers: Sequence[int]) -> int:
    """The smaller of the ambient dimension and the number of weights less one for each hidden neuron (U3, U8).

    Status: theorem, an upper bound (J. Kileel, M. Trager, J. Bruna, arXiv:1905.12207). Networks below it are defective.

    >>> naive_dimension((5, 5, 3, 1), (2, 2)), dimension_bound((5, 5, 3, 1), (2, 2))
    (35, 32)
    """
    return min(ambient_dimension(widths, powers), sum(a * b for a, b in pairwise(widths)) - sum(widths[1:-1]))


def determinantal_bound(widths: Sequence[int], powers: Sequence[int]) -> int:
    """The outputs form a d_h x A matrix of rank at most s = d_{h-1}, A the ambient dimension of one output (U13).

    Status: own, proved. Where s is no restriction, this is the ambient dimension.

    >>> determinantal_bound((2, 3, 4, 5), (2, 2))
    24
    """
    outputs, one_output = widths[-1], ambient_dimension((*widths[:-1], 1), powers)
    rank = min(widths[-2], outputs, one_output)
    return rank * (outputs + one_output - rank)


def two_layer_bound(widths: Sequence[int], power: int) -> int:
    """Upper bound for widths (d_0, d_1, d_2): exact for one output, sharper than naive in some Segre-Veronese cases.

    With several outputs the network is the d_1-th secant variety of P^(d_2 - 1) x P^(d_0 - 1), embedded by O(1, r).
    Status: own, proved; these exceptions are classical, and further ones are not excluded.

    * r = 2, d_2 = 3, d_0 even, d_1 < 3 d_0 / 2: one less than the ambient dimension. Quadrics A_1, A_2, A_3 give the
      skew-symmetric matrix [[0, A_3, -A_2], [-A_3, 0, A_1], [A_2, -A_1, 0]] of size 3 d_0. A neuron gives one of rank
      2, so d_1 neurons have rank at most 2 d_1 < 3 d_0, and the Pfaffian vanishes; it is not zero everywhere, by direct
      sums of the case d_0 = 2.
    * (3, 5, 2), r = 3: one less than 20. Let q be the conic through w_1, ..., w_5. Linear forms L_1, L_2 with
      v_j1 L_1(w_j) + v_j2 L_2(w_j) = 0 for all j exist, 5 conditions on 6 unknowns, and (q L_1, q L_2) annihilates all
      columns.
    * (4, 6, 5), r = 2: three less than 50. Through 6 general points of P^4 x P^3 goes a curve t -> (l_t^4, l_t^3), l_t
      a linear form in two variables, P^4 and P^3 the forms of degree 4 and 3. With H the Hessian of a cubic and any
      quadratic form m, F(v, w) = <v, m H(w)> is singular along it, since H(l^3) = 0, the derivative of H at l^3 is
      divisible by l, and <l^4, g> = 0 for such g; so F annihilates all columns.

    >>> two_layer_bound((5, 3, 1), 2), two_layer_bound((4, 5, 3), 2), two_layer_bound((3, 5, 2), 3)
    (12, 29, 19)
    """
    d_0, d_1, d_2 = widths
    if d_2 == 1:
        return khatri_rao_rank(d_0, power - 1, d_1)
    ambient = ambient_dimension(widths, (power,))
    lost = {((3, 5, 2), 3): 1, ((4, 6, 5), 2): 3}.get(((d_0, d_1, d_2), power), 0)
    if (power, d_2, d_0 % 2) == (2, 3, 0) and 2 * d_1 < 3 * d_0:
        lost = 1
    return min(naive_dimension(widths, (power,)), ambient - lost, determinantal_bound(widths, (power,)))


def dimension_bound(widths: Sequence[int], powers: Sequence[int]) -> int:
    """Upper bound for the dimension: the least that naive counts, determinants, two layers and gluing give together.

    Gluing at the hidden layer i (U11): the composites p rho_i q of q in V(d_0..d_i) and p in V(d_i..d_h) are all of V,
    and the torus diag(c) acts on the pairs with the same composite, so d_i is lost:

        dim V(d_0..d_h) <= dim V(d_0..d_i) + dim V(d_i..d_h) - d_i.

    Let p instead contain rho_i, with a d_i x d_i matrix M before it: p in V(d_i, d_i, d_{i+1}, ..., d_h). Then p q is
    in V, M = I gives all of V, and GL(d_i) acts on the pairs by (p g^-1, g q). If the d_i forms of q span s_i
    dimensions, the orbit of q has dimension d_i s_i:

        dim V(d_0..d_h) <= dim V(d_0..d_i) + dim V(d_i, d_i, d_{i+1}, ..., d_h) - d_i s_i.

    Here s_1 = min(d_0, d_1) and s_i >= min(d_i, d_{i-1}, r_{i-1} (s_{i-1} - 1) + 1): the r-th powers of the elements of
    a space of s forms span at least as many dimensions as there are products of r of its s leading monomials.

    Status: the bound is own, proved. It is the dimension for all widths up to 6, 5, 4 with h = 2, 3, 4, powers 2 and
    ambient dimension at most 250, and on grids with powers 3, 4: checked. Some larger networks stay below it: (2, 3, 7,
    4) with powers 3, 3 has dimension 39, not 40.

    >>> dimension_bound((3, 5, 6, 4, 3, 1), (2, 2, 2, 2)), dimension_bound((3, 4, 2, 1), (2, 2))
    (58, 11)
    """
    return _dimension_bound(tuple(widths), tuple(powers))


@lru_cache(maxsize=2**16)  # the splits of a network share their parts
def _dimension_bound(d: Widths, r: Widths) -> int:
    least = naive_dimension(d, r)
    if len(r) == 0:
        return least
    if len(r) == 1:
        least = two_layer_bound(d, r[0])
    least = min(least, determinantal_bound(d, r))
    span = d[0]
    for i in range(1, len(d) - 1):
        span = min(d[i], d[i - 1], span if i == 1 else r[i - 2] * (span - 1) + 1)
        before = _dimension_bound(d[: i + 1], r[: i - 1])
        least = min(least, before + _dimension_bound(d[i:], r[i:]) - d[i])
        if i > 1 or d[0] != d[1]:  # else the second network is the given one
            least = min(least, before + _dimension_bound((d[i], *d[i:]), r[i - 1 :]) - d[i] * span)
    return least


def certainly_identifiable(widths: Sequence[int], powers: Sequence[int], with_bias: bool = False) -> bool:
    """Is the dimension surely the number of parameters less one for each hidden neuron, by localisation (section 11).

    With t_l = min(d_0, ..., d_l), for each hidden layer l: t_l >= 2 and r_l (t_l - 1) >= 2 d_l - min(d_l, d_{l+1}); or
    r_l t_l >= 2 (d_l + 1) - min(d_l + 1, d_{l+1}) with a bias in every layer. Status: theorem, for finite
    identifiability (Usevich, Borsoi, Derand, Clausel, "Identifiability of deep polynomial neural networks"); their
    conditions for widths that do not increase, and r_l >= 2 d_l - 1, follow from this one.

    >>> certainly_identifiable((3, 3, 2, 1), (2, 3)), certainly_identifiable((3, 3, 2, 1), (2, 2))
    (True, False)
    """
    extra = 1 if with_bias else 0
    for layer, power in enumerate(powers, start=1):
        width, narrowest = widths[layer] + extra, min(widths[: layer + 1]) + extra
        if narrowest < 2 or power * (narrowest - 1) < 2 * width - min(width, widths[layer + 1]):
            return False
    return True
