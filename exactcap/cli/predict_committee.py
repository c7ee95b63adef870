"""The answers of ``exactcap predict`` for committees: formulas evaluated, with a certificate where there can be one."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from exactcap.arithmetic.balls import precision, rounded
from exactcap.claims import Activation, Committee, Gordon, SymmetryBreaking
from exactcap.claims.enclosure import decimal
from exactcap.cli import options
from exactcap.cli.predict import Known, by_balls, certified, show
from exactcap.cli.progress import progress_bar
from exactcap.errors import InputError
from exactcap.models.committee_tree import lifted, lifting
from exactcap.models.digits import breaking_digits, committee_digits
from exactcap.models.overlap import overlap
from exactcap.models.transitions import Load, Unlocated, transitions
from exactcap.models.units import Unit, parse_unit
from exactcap.provers.formulas import MAX_FORMULA_DIGITS, activation_record, require_margin
from exactcap.provers.one_step import MAX_DIGITS as MAX_ONE_STEP_DIGITS
from exactcap.provers.one_step import one_step, zero_column
from exactcap.reports import predict_words as words
from exactcap.reports.items import Item

NO_CERTIFICATE = "output: there is no certificate for this activation or ansatz"
SCAN_DIGITS = 20  # of a jump before a continuous transition


def replica_symmetric(
    activation: str, architecture: str, margin: Fraction, digits: int, output: Path | None, as_json: bool
) -> int:
    """Print the replica-symmetric value; of trees it is a bound, too, and the lifted value is sought."""
    require_margin(margin)
    unit = parse_unit(activation)
    record = activation_record(unit)
    quantity = Committee(record or Activation(unit.text), architecture, str(margin))
    if record is not None:
        known = certified(quantity, digits, output)
    else:
        known = without_certificate(
            lambda bits: committee_digits(unit, architecture, margin, digits, bits), digits, output
        )
    if architecture == "full":
        return show([words.full_item(quantity, unit.text, known.value, known.how)], known.record, as_json)
    bound, prediction = words.tree_items(quantity, unit.text, known.value, known.how)
    smaller = [_lifted(unit, digits)] if margin == 0 else []
    return show([bound, prediction, *smaller], known.record, as_json)


def finite_tree(activation: str, units: int, digits: int, output: Path | None, as_json: bool) -> int:
    """Print Gordon's bound for an odd number of sign units, or two of relu."""
    if activation.strip() not in ("sign", "relu"):
        raise InputError(
            f"activation: {activation.strip()[:40]!r} has no formula for finitely many units; choose sign with an odd "
            "--units K, or relu with --units 2, or leave out --units"
        )
    quantity = Gordon(activation.strip(), units)
    known = certified(quantity, digits, output)
    bound, prediction = words.finite_items(quantity, known.value, known.how)
    has_smaller = quantity.activation == "sign" and units > 1  # one unit is the perceptron, whose bound is its capacity
    smaller = [_finite_lifted(units, digits)] if has_smaller else []
    return show([bound, prediction, *smaller], known.record, as_json)


def one_step_breaking(activation: str, architecture: str, digits: int, output: Path | None, as_json: bool) -> int:
    """Print the one-step value, its order parameters, and whether it is known to be the minimum."""
    _no_certificate(output)
    options.between("digits", digits, 2, MAX_ONE_STEP_DIGITS)
    unit = parse_unit(activation)
    with progress_bar() as progress:
        found = one_step(overlap(unit, architecture, _bits(digits)), digits, progress)
    value = decimal(found.mantissa, found.exponent)
    item = words.one_step_item(architecture, unit.text, value, found.q0, found.r, found.proved, found.lower)
    return show([item], None, as_json)


def breaking(activation: str, digits: int, output: Path | None, as_json: bool) -> int:
    """Print where the units of a full committee specialise: by a jump if a scan finds one, and continuously."""
    unit = parse_unit(activation)
    if unit.is_odd_but_for_a_constant:
        _no_certificate(output)
    options.between("digits", digits, 2, MAX_FORMULA_DIGITS)
    sought = digits if unit.is_odd_but_for_a_constant else min(digits, SCAN_DIGITS)
    found = transitions(overlap(unit, "full", _bits(sought)), sought)
    at_most = f"here at most {SCAN_DIGITS}, " if sought < digits else ""
    loads = (("spinodal", found.spinodal), ("thermodynamic", found.thermodynamic))
    jumps = [
        words.jump_item(name, unit.text, decimal(*load.digits), load.q0, at_most)
        for name, load in loads
        if isinstance(load, Load)
    ]
    missed = [f"did not locate the {name} point: {load.value}" for name, load in loads if isinstance(load, Unlocated)]
    if found.continuous is None:
        if not jumps:
            raise InputError(f"activation: {unit.text[:60]!r}: a scan {'; '.join(missed)}; choose another")
        if not unit.is_odd_but_for_a_constant:
            missed.append("did not see whether a_2 is 0: if it is not, q = 0 loses its stability somewhere, too")
        return show([*jumps, *([words.scan_item(unit.text, "; ".join(missed))] if missed else [])], None, as_json)
    record = activation_record(unit)
    if record is not None:
        known = certified(SymmetryBreaking(record), digits, output)
    else:
        known = without_certificate(lambda bits: breaking_digits(unit, digits, bits), digits, output)
    scan = [*(["found a jump before it, above"] if jumps else []), *missed] or ["found no jump before it"]
    last = words.continuous_item(unit.text, known.value, known.how, "; ".join(scan))
    return show([*jumps, last], known.record, as_json)


def without_certificate(digits_at: Callable[[int], tuple[int, int] | None], digits: int, output: Path | None) -> Known:
    """The digits by balls alone; raises InputError when a certificate was asked for."""
    _no_certificate(output)
    options.between("digits", digits, 2, MAX_FORMULA_DIGITS)
    return by_balls(digits_at, digits)


def _no_certificate(output: Path | None) -> None:
    if output is not None:
        raise InputError(f"{NO_CERTIFICATE}, its digits are known by ball arithmetic alone; leave out --output")


def _lifted(unit: Unit, digits: int) -> Item:
    sought = min(digits, MAX_ONE_STEP_DIGITS)
    found = zero_column(overlap(unit, "tree", _bits(sought)), sought)
    return words.lifted_item(decimal(found.mantissa, found.exponent), found.r, found.proved)


def _finite_lifted(units: int, digits: int) -> Item:
    r = f"{float(lifting(units)):.6g}"  # the formula has a value at any r

    def digits_at(bits: int) -> tuple[int, int] | None:
        with precision(bits):
            return rounded(lifted(units, Fraction(r)), digits)

    return words.finite_lifted_item(by_balls(digits_at, digits).value, r)


def _bits(digits: int) -> int:
    return 10 * digits // 3 + 128
