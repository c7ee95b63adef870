"""Counts against enumeration: hyperplanes through integer points, and all small threshold networks."""

from __future__ import annotations

from fractions import Fraction

import pytest
from count_truth import (
    cover,
    general_points,
    labellings_bound,
    network_labellings,
    separated,
    threshold_functions,
)
from support import judge

from exactcap.claims import Count, Dichotomies
from exactcap.errors import InputError
from exactcap.models import counting
from exactcap.provers.count import counting_bound, dichotomies


@pytest.mark.parametrize(
    ("n", "d"), [(1, 1), (5, 1), (2, 2), (5, 2), (9, 2), (3, 3), (6, 3), (8, 3), (4, 4), (7, 4), (8, 4), (6, 5)]
)
def test_dichotomies_are_those_of_random_points(n, d):
    points = general_points(n, d, seed=100 * n + d)
    assert dichotomies(n, d).claim.value == len(separated(points))
    if n > d:
        lifted = [(*point, 1) for point in points]
        assert dichotomies(n, d, affine=True).claim.value == len(separated(lifted))


def test_values_of_the_theory():
    assert [dichotomies(n, d).claim.value for n, d in ((5, 2), (6, 3))] == [10, 32]
    for d in (1, 2, 7, 40, 600):
        assert dichotomies(2 * d, d).claim.value == 2 ** (2 * d - 1)
        assert all(dichotomies(n, d).claim.value == 2**n for n in (1, d // 2 + 1, d))
    assert round(float(Fraction(dichotomies(22, 10).claim.value, 2**22)), 3) == 0.332
    bound = counting_bound(10, 20)
    assert (bound.guaranteed, bound.excluded, bound.classical) == (200, 1826, 1924)


def test_other_points_have_fewer():
    """Three points of the plane on a line: the middle one is on the side of one of the ends."""
    assert len(separated([(1, 0), (1, 1), (1, 2)])) == 6  # through the origin they are in general position
    four = {tuple(int(x > t) ^ flip for x in (0, 1, 2)) for t in (-1, 0, 1, 2) for flip in (0, 1)}
    assert len(four) == 6 < dichotomies(3, 2, affine=True).claim.value


def test_threshold_functions_are_all_there():
    assert [len(threshold_functions(m)) for m in (1, 2, 3)] == [4, 14, 104]


@pytest.mark.parametrize(
    ("inputs", "width", "largest"), [(1, 1, 7), (1, 2, 7), (1, 3, 6), (2, 1, 7), (2, 2, 6), (3, 1, 7), (3, 2, 6)]
)
def test_the_bound_is_never_below_the_truth(inputs, width, largest):
    bound = counting_bound(inputs, width)
    points = general_points(largest, inputs, seed=5)
    for n in range(inputs + 1, largest + 1):
        taken = len(network_labellings(points[:n], width))
        assert taken <= labellings_bound(n, inputs, width)
        if n <= bound.guaranteed:
            assert taken == 2**n
        if n >= bound.excluded:
            assert taken < 2**n


def test_the_bound_is_the_least_number_and_its_certificate_is_verified(tmp_path):
    for inputs, width in ((1, 1), (1, 2), (2, 1), (4, 3), (3, 40), (40, 3)):
        bound = counting_bound(inputs, width)
        exact = next(n for n in range(1, 10**4) if labellings_bound(n, inputs, width) < 2**n)
        plain = next(n for n in range(1, 10**4) if cover(n, inputs + 1) ** width * cover(n, width + 1) < 2**n)
        assert (bound.excluded, bound.classical) == (exact, plain)
        assert bound.guaranteed < bound.excluded <= bound.classical
        verdict = judge(b"".join(bound.certificate.lines()), tmp_path)
        assert verdict.verified, verdict.reason


def test_exact_integers_decide_what_the_balls_do_not(monkeypatch):
    monkeypatch.setattr(counting, "BITS", 2)
    bound = counting_bound(4, 3)
    assert (bound.excluded, bound.classical) == (counting_bound(4, 3).excluded, counting_bound(4, 3).classical)
    monkeypatch.undo()
    assert counting_bound(4, 3) == bound


def test_certificates_of_dichotomies_are_verified(tmp_path):
    for n, d, affine in ((1, 1, False), (70, 20, True), (10000, 3333, False), (3, 2**53 - 1, True)):
        proof = dichotomies(n, d, affine)
        assert proof.claim == Count(Dichotomies(affine, d, n), cover(n, d + affine) if n < 100 else proof.claim.value)
        verdict = judge(b"".join(proof.lines()), tmp_path)
        assert verdict.verified, verdict.reason
        assert verdict.statement == proof.claim.statement()


@pytest.mark.parametrize("sizes", [(0, 1), (10001, 1), (1, 0), (1, 2**53), (-3, 2)])
def test_sizes_of_points(sizes):
    with pytest.raises(InputError, match=r"^(points|dimension): -?\d+ is not between 1 and \d+; choose one that is$"):
        dichotomies(*sizes)


@pytest.mark.parametrize("sizes", [(0, 1), (30001, 1), (1, 0), (1, 30001)])
def test_sizes_of_networks(sizes):
    with pytest.raises(InputError, match=r"^(inputs|width): \d+ is not between 1 and 30000; choose one that is$"):
        counting_bound(*sizes)
