"""Decide which rows a given network gives their class (SPEC-NETWORKS.md, N5)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from exactcap.certificates.format import Certificate
from exactcap.claims import Classifies
from exactcap.claims.classifies import PIECEWISE
from exactcap.provers.forward import Row, Whole, forward, scaled_inputs, whole_layers
from exactcap.provers.forward_cost import beyond_checker
from exactcap.provers.nearest_code import NearestCode, nearest_code
from exactcap.provers.outcome import Finding, Outcome, Progress, silent

LEVELS = (64, 128, 256, 512, 1000)  # bits
BLOCK = 64  # rows


def prove_classifies(claim: Classifies, progress: Progress = silent) -> Outcome:
    """PROVED when ``claim.wrong`` are exactly the rows of another class, REFUTED with the certificate of what is true.

    UNDECIDED where a row is too near to a tie, an activation is not defined, or the checker would take too long. Raises
    InputError for rationals whose common denominators are too long.

    >>> from exactcap.claims import Activation, Classes, Dense, Table
    >>> table = Table(("x",), "y", (1, 2), (("-3",), ("2",)))
    >>> labels = Classes(("no", "yes"), (("-1",), ("1",)), (0, 1))
    >>> layer = Dense(Activation("identity"), ("1",), (("1/2",),))
    >>> prove_classifies(Classifies(("1",), table, labels, (layer,), ("0",), ())).reason
    'evaluated at every row: 2 of 2 rows get their class, 100.00 %'
    """
    inputs, codes = scaled_inputs(claim.inputs.fractions(), claim.factors, claim.shifts), nearest_code(claim.labels)
    layers = whole_layers(claim.layers, inputs.denominators)
    if beyond := beyond_checker(inputs, layers, codes, LEVELS[0], [0] * len(layers)):
        return Outcome(Finding.UNDECIDED, beyond)
    found, bits, sizes = _decide(claim.labels.values, codes, layers, inputs.rows, progress)
    near = [claim.inputs.rows[i] for i, is_own in enumerate(found) if is_own is None]
    if near:
        others = f"of the other rows {found.count(True)} get their class, {found.count(False)} another one"
        return Outcome(
            Finding.UNDECIDED,
            f"row {near[0]}{f' and {len(near) - 1} more' if near[1:] else ''}: too near to a tie, or the values too "
            f"large or not defined, for {LEVELS[-1]} bits (an exact tie is never decided); {others}",
        )
    if beyond := beyond_checker(inputs, layers, codes, bits, sizes):
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
    classes: Sequence[int], codes: NearestCode, layers: Sequence[Whole], rows: Sequence[Row], progress: Progress
) -> tuple[list[bool | None], int, list[int]]:
    """Whether each row gets its class, None where no precision tells; the precision, and the sizes of the values."""
    guard = _guard(layers)
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
                found[i] = None if output is None else codes.is_own(classes[i], *output, bits - guard)
            pending = [i for i in pending if found[i] is None]
        progress("evaluate", min(start + BLOCK, len(rows)) / len(rows))
    return found, most, sizes


def _guard(layers: Sequence[Whole]) -> int:
    """More bits for the checker: its intervals of psi may be wider than balls by a factor, in each layer anew."""
    return 0 if all(layer.psi.name in PIECEWISE for layer in layers) else 8 + 3 * len(layers)
