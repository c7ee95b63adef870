"""Prove the digits of a Gaussian quantity or a formula: in balls, at a precision raised until they are certain."""

from __future__ import annotations

from fractions import Fraction

from exactcap.certificates.format import Certificate
from exactcap.claims import Committee, Correlation, Enclosure, OneUnit, Perceptron, Quantity
from exactcap.claims.enclosure import MAX_DIGITS
from exactcap.errors import InputError
from exactcap.models.digits import correlation_digits, lost_bits, one_unit_digits
from exactcap.provers.formulas import (
    MAX_FORMULA_DIGITS,
    Formula,
    formula_digits,
    formula_lost_bits,
    formula_theorems,
    require_formula,
)
from exactcap.provers.outcome import Finding, Outcome, Progress, silent

MAX_AT = 10**15
MAX_PAIR_DIGITS = 300  # of a correlation
LEAST_VARIANCE = Fraction(1, 10**200)
MAX_MILLS_AT = 10**100
MAX_RATIONAL_DIGITS = 2000  # the checker reads no longer ones
MAX_EXPONENT_BITS = 4000  # a certificate holds no longer integers
LEAST_TOP_PRECISION = 2**13
"""Bits at which a search ends at the earliest; it goes on to four times what the digits take."""


def enclose(quantity: Quantity, digits: int, progress: Progress = silent) -> Outcome:
    """PROVED with the digits and their certificate, UNDECIDED when the highest precision does not tell them.

    That happens where the value lies on a boundary of rounding, and for exact zeros. Raises InputError for a quantity
    that neither SPEC-GAUSSIAN.md, G2, nor SPEC-CAPACITY.md, K2, defines.

    >>> enclose(OneUnit("mills", "3"), 10).certificate.claim.statement()
    'R(3) = 0.3045902987, correctly rounded'
    >>> enclose(Correlation("threshold", ("0", "0"), "1/2", ("1", "1")), 5).certificate.claim.statement()[:52]
    'E phi(<g,u>) phi(<g,v>) = 0.33333, correctly rounded'
    """
    most = most_digits(quantity)
    if not 2 <= digits <= most:
        raise InputError(f"digits: {digits} is not between 2 and {most}; choose one that is")
    require_quantity(quantity)
    lost = _lost(quantity)
    if lost > MAX_EXPONENT_BITS:  # the exponent of the value may be as long
        return Outcome(
            Finding.UNDECIDED, f"rho is too near to 1 or -1 for numbers of {MAX_EXPONENT_BITS} bits; take another"
        )
    needed = 10 * digits // 3 + lost + 32
    top, bits = max(LEAST_TOP_PRECISION, 4 * needed), needed
    while bits <= top:
        progress(f"{bits} bits", needed / top)
        found = _digits(quantity, digits, bits)
        if found is not None:
            claim = Enclosure(found[1], found[0], quantity)
            theorems = _theorems(quantity)
            reason = f"ball arithmetic with {bits} bits proves {digits} digits"
            return Outcome(Finding.PROVED, reason, Certificate(claim, theorems, ({"evidence": "evaluate"},)))
        bits *= 2
    return Outcome(
        Finding.UNDECIDED,
        f"{digits} digits are not certain with {bits // 2} bits: the value is midway between decimals, or zero; "
        "take another number of digits",
    )


def most_digits(quantity: Quantity) -> int:
    """How many digits of the quantity are proved at most."""
    if isinstance(quantity, OneUnit | Perceptron):
        return MAX_DIGITS
    return MAX_FORMULA_DIGITS if isinstance(quantity, Formula) else MAX_PAIR_DIGITS


def require_quantity(quantity: Quantity) -> None:
    """Raise InputError, in the words of the command line, unless G2 or K2 defines the quantity."""
    if isinstance(quantity, Perceptron | Committee) and len(quantity.margin) > MAX_RATIONAL_DIGITS:
        raise InputError(f"margin: it has more than {MAX_RATIONAL_DIGITS} characters; take a simpler number")
    if isinstance(quantity, Formula):
        require_formula(quantity)
        return
    fields = (quantity.at,) if isinstance(quantity, OneUnit) else (*quantity.biases, quantity.inner, *quantity.norms)
    if max(len(part) for text in fields for part in text.split("/")) > MAX_RATIONAL_DIGITS:
        raise InputError(
            f"the arguments have fractions of more than {MAX_RATIONAL_DIGITS} digits; take simpler numbers"
        )
    if isinstance(quantity, OneUnit):
        limit = MAX_MILLS_AT if quantity.function == "mills" else MAX_AT
        if abs(Fraction(quantity.at)) > limit:
            raise InputError(
                f"at: |{_short(quantity.at)}| is above 10^{len(str(limit)) - 1}, the limit for {quantity.function}; "
                "take a smaller one"
            )
        return
    s, t = (Fraction(norm) for norm in quantity.norms)
    if s <= 0 or t <= 0:
        raise InputError(f"norms: {_short(','.join(quantity.norms))} are not both positive; change them")
    for bias, norm in zip(quantity.biases, (s, t), strict=True):
        if abs(Fraction(bias)) > MAX_AT * norm:
            raise InputError(f"bias: |{_short(bias)}|/norm is above 10^15; take a smaller bias or a larger norm")
    rho = Fraction(quantity.inner) / (s * t)
    if not -1 < rho <= 1:
        what = "rho" if s == t == 1 else "inner: rho = inner/(norm norm)"
        raise InputError(f"{what} = {_short(str(rho))} is not in (-1, 1]; take one that is")
    if rho != 1 and 1 - rho**2 < LEAST_VARIANCE:
        raise InputError("rho: 1 - rho^2 is below 10^-200 but not 0; take rho = 1, or one farther from it")


def _theorems(quantity: Quantity) -> tuple[str, ...]:
    if isinstance(quantity, Formula):
        return formula_theorems(quantity)
    return ("plackett",) if isinstance(quantity, Correlation) else ()


def _digits(quantity: Quantity, digits: int, bits: int) -> tuple[int, int] | None:
    if isinstance(quantity, Formula):
        return formula_digits(quantity, digits, bits)
    if isinstance(quantity, OneUnit):
        return one_unit_digits(quantity.function, Fraction(quantity.at), digits, bits)
    biases, norms = _pair(quantity.biases), _pair(quantity.norms)
    return correlation_digits(quantity.activation, biases, norms, Fraction(quantity.inner), digits, bits)


def _lost(quantity: Quantity) -> int:
    if isinstance(quantity, Formula):
        return formula_lost_bits(quantity)
    if isinstance(quantity, OneUnit):
        return lost_bits((Fraction(quantity.at),))
    (h, k), (s, t) = _pair(quantity.biases), _pair(quantity.norms)
    return lost_bits((h / s, k / t), Fraction(quantity.inner) / (s * t))


def _pair(texts: tuple[str, str]) -> tuple[Fraction, Fraction]:
    return Fraction(texts[0]), Fraction(texts[1])


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:30]}..."
