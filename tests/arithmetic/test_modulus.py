import pytest

from exactcap.arithmetic.modulus import DEFAULT_PRIME, MAX_MODULUS, require_modulus, require_prime
from exactcap.errors import InputError


def test_primes_are_those_of_a_sieve() -> None:
    limit = 3000
    sieve = [n >= 2 for n in range(limit)]
    for n in range(2, limit):
        for multiple in range(2 * n, limit, n):
            sieve[multiple] = False
    for n in range(limit):
        if sieve[n]:
            assert require_prime(n) == n
        else:
            with pytest.raises(InputError, match="modulus"):
                require_prime(n)


def test_default_prime_is_safe() -> None:
    assert require_prime(DEFAULT_PRIME) == 2 * require_prime((DEFAULT_PRIME - 1) // 2) + 1


def test_minus_one_is_no_power_of_a_square() -> None:
    order = (DEFAULT_PRIME - 1) // 2
    assert pow(9, order, DEFAULT_PRIME) == 1
    assert order % 2 == 1


@pytest.mark.parametrize("bad", [True, 7.0, "7", None, 0, 1, -7, MAX_MODULUS, 2097169, 2**64 + 13])
def test_what_is_no_modulus_is_refused(bad: object) -> None:
    for require in (require_modulus, require_prime):
        with pytest.raises(InputError, match=r"^modulus: must .*got"):
            require(bad)  # type: ignore[arg-type]


def test_composites_are_refused_with_a_factor() -> None:
    assert require_modulus(1447 * 1447) == 1447 * 1447
    with pytest.raises(InputError, match=r"2093809 = 1447 \* 1447"):
        require_prime(1447 * 1447)
    with pytest.raises(InputError, match=r"2097151 = 7 \* "):
        require_prime(MAX_MODULUS - 1)
