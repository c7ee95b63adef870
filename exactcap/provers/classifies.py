"""Decide which rows a given network gives their class (SPEC-NETWORKS.md, N5)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from operator import mul

import msgspec

from exactcap.certificates.format import Certificate
from exactcap.claims import Classes, Classifies
from exactcap.claims.classifies import PIECEWISE
from exactcap.provers.forward import Row, Whole, forward, scaled_inputs, whole_layers
from exactcap.provers.outcome import Finding, Outcome, Progress, silent

LEVELS = (64, 128, 256, 512, 1000)  # bits
BLOCK = 64  # rows
MAX_WORK = 2**36  # steps of the checker
MAX_HELD = 2**31  # bits of the weights in its memory
STEPS, UNIT = 6_000, 1000


def prove_classifies(claim: Classifies, progress: Progress = silent) -> Outcome:
    """PROVED when ``claim.wrong`` are exactly the rows of another class, REFUTED with the certificate of what is true.

    UNDECIDED where a row is too near to a tie, an activation is not defined, or the checker would take too long.

    >>> from exactcap.claims import Activation, Dense, Table
    >>> table = Table(("x",), "y", (1, 2), (("-3",), ("2",)))
    >>> labels = Classes(("no", "yes"), (("-1",), ("1",)), (0, 1))
    >>> layer = Dense(Activation("identity"), ("1",), (("1/2",),))
    >>> prove_classifies(Classifies(("1",), table, labels, (layer,), ("0",), ())).reason
    'evaluated at every row: 2 of 2 rows get their class, 100.00 %'
    """
    inputs = scaled_inputs(claim.inputs.fractions(), claim.factors, claim.shifts)
    layers = whole_layers(claim.layers, inputs.denominators)
    longest = max(abs(x) for row in inputs.rows for x in row).bit_length()
    if beyond := _beyond(layers, inputs.rows, longest, LEVELS[0], [0] * len(layers)):
        return Outcome(Finding.UNDECIDED, beyond)
    found, bits, sizes = _decide(claim.labels, layers, inputs.rows, progress)
    near = [claim.inputs.rows[i] for i, is_own in enumerate(found) if is_own is None]
    if near:
        others = f"of the other rows {found.count(True)} get their class, {found.count(False)} another one"
        return Outcome(
            Finding.UNDECIDED,
            f"row {near[0]}{f' and {len(near) - 1} more' if near[1:] else ''}: too near to a tie, or the values too "
            f"large or not defined, for {LEVELS[-1]} bits (an exact tie is never decided); {others}",
        )
    if beyond := _beyond(layers, inputs.rows, longest, bits, sizes):
        return Outcome(Finding.UNDECIDED, beyond)
    wrong, n = tuple(i for i, is_own in enumerate(found) if not is_own), len(found)
    truth = msgspec.structs.replace(claim, wrong=wrong)
    percent = (n - len(wrong)) * 10_000 // n  # rounded down
    reason = (
        f"evaluated at every row: {n - len(wrong)} of {n} rows get their class, {percent // 100}.{percent % 100:02} %"
    )
    finding = Finding.PROVED if truth == claim else Finding.REFUTED
    return Outcome(finding, reason, Certificate(truth, (), ({"bits": bits, "evidence": "evaluation"},)))


def _decide(
    labels: Classes, layers: Sequence[Whole], rows: Sequence[Row], progress: Progress
) -> tuple[list[bool | None], int, list[int]]:
    """Whether each row gets its class, None where no precision tells; the precision, and the sizes of the values."""
    guard, codes = _guard(layers), _Codes(labels)
    levels = [bits for bits in LEVELS if bits - guard >= 32]
    found, sizes, most = list[bool | None]([None] * len(rows)), [0] * len(layers), levels[0]
    for start in range(0, len(rows), BLOCK):
        pending = list(range(start, min(start + BLOCK, len(rows))))
        for bits in levels:
            if not pending:
                break
            most = max(most, bits)
            outputs = forward(layers, [rows[i] for i in pending], bits - guard, sizes)
            for i, output in zip(pending, outputs, strict=True):
                found[i] = None if output is None else codes.is_own(labels.values[i], *output, bits - guard)
            pending = [i for i in pending if found[i] is None]
        progress("evaluate", min(start + BLOCK, len(rows)) / len(rows))
    return found, most, sizes


def _guard(layers: Sequence[Whole]) -> int:
    """More bits for the checker: its intervals of psi may be wider than balls by a factor, in each layer anew."""
    return 0 if all(layer.psi.name in PIECEWISE for layer in layers) else 8 + 3 * len(layers)


class _Codes:
    """Of the codes c_l = D_l/C the nearest to f is the one with the largest 2C<f, D_l> - |D_l|^2."""

    def __init__(self, labels: Classes) -> None:
        codes = [[Fraction(c) for c in code] for code in labels.codes]
        common = lcm(*(c.denominator for code in codes for c in code))
        whole = [[int(c * common) for c in code] for code in codes]
        self.codes = [[2 * common * c for c in code] for code in whole]
        self.squares = [sum(c * c for c in code) for code in whole]
        self.norms = [sum(map(abs, code)) for code in self.codes]

    def is_own(self, own: int, output: Row, error: int, bits: int) -> bool | None:
        """Whether the code of class ``own`` is nearest, strictly; None where neither that nor the opposite is sure."""
        scores = [
            sum(map(mul, c, output)) - (square << bits) for c, square in zip(self.codes, self.squares, strict=True)
        ]
        gaps = [
            (scores[own] - score, (self.norms[own] + norm) * error)
            for k, (score, norm) in enumerate(zip(scores, self.norms, strict=True)) if k != own
        ]  # fmt: skip
        if all(gap > doubt for gap, doubt in gaps):
            return True
        return False if any(-gap > doubt for gap, doubt in gaps) else None


def _beyond(layers: Sequence[Whole], rows: Sequence[Row], longest: int, bits: int, sizes: list[int]) -> str:
    """Why the checker would give up, or "": its steps, with the largest lengths of all rows, and its memory."""
    steps, held, value, power, weight_bits = 0, 0, longest, 0, 0
    for layer, size in zip(layers, sizes, strict=True):
        (units, inputs), (weight, other) = layer.shape, layer.bits
        total = max(weight + value + inputs.bit_length(), other + power) + bits
        steps += units * ((inputs + 1) * (8 + weight * value // 4096) + 4 * (8 + total * other // 4096))
        steps += units * (UNIT if layer.psi.name in PIECEWISE else STEPS + _psi_steps(layer, bits))
        held, weight_bits = held + units * (inputs + 3), max(weight_bits, weight + other)
        value, power = max(0, size) + bits + 1, bits
    if held * (weight_bits + inputs.bit_length() + 320) > MAX_HELD:
        return "the weights over a common denominator are too long for the checker's memory; round them"
    if steps * len(rows) > MAX_WORK:
        times = -(-steps * len(rows) // MAX_WORK)
        return (
            f"{len(rows)} rows are {times} times as much work as the independent checker does (2^36 steps, about ten "
            "minutes); give fewer rows or a smaller network"
        )
    return ""


def _psi_steps(layer: Whole, bits: int) -> int:
    if layer.psi.name == "rational":
        return 16_000 * (len(layer.psi.numerator) + len(layer.psi.denominator))
    return 60_000 + 4 * bits**2 if layer.psi.name in ("gelu", "erf") else 20_000 + bits**2 // 8
