"""Lower bounds for ranks: a minor of a named matrix that is invertible modulo the prime at an integer point."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exactcap.arithmetic.modular import column_rank_profile, inverse_mod, nonsingular_minor, rank_mod
from exactcap.arithmetic.modulus import DEFAULT_PRIME
from exactcap.certificates.format import encode_words
from exactcap.claims import Deep, Hadamard, Table
from exactcap.errors import InputError
from exactcap.models.activations import Activation
from exactcap.models.deep import deep_jacobian_mod
from exactcap.models.jacobian import jacobian_mod
from exactcap.models.scaling import scale_to_integers
from exactcap.provers.bounds import Shallow
from exactcap.provers.draws import draw_integers
from exactcap.provers.network_bounds import has_bias
from exactcap.provers.outcome import Progress, silent
from exactcap.provers.paired import MAX_ELIMINATION, MAX_ENTRIES
from exactcap.provers.records import activation_model

Integers = Sequence[Sequence[int]]


@dataclass(frozen=True)
class RankMinor:
    """An invertible minor: its entries modulo the prime, and the evidence lines between the header and the witness."""

    entries: NDArray[np.int64]
    lines: tuple[Mapping[str, Any], ...]
    residue: int | None
    seed: int

    @property
    def rank(self) -> int:
        return len(self.entries)

    def evidence(self, progress: Progress = silent) -> list[Mapping[str, Any]]:
        """The lines of kind minor; raises ZeroDivisionError when the minor is singular and needs an inverse."""
        header: dict[str, Any] = {"evidence": "minor", "modulus": DEFAULT_PRIME, "seed": self.seed}
        if self.residue is not None:
            header["residue"] = self.residue
        if self.rank <= MAX_ELIMINATION:
            return [header, *self.lines, {"witness": "eliminate"}]
        inverse = inverse_mod(self.entries, DEFAULT_PRIME, progress=lambda fraction: progress("inverse", fraction))
        rows = [{"row": encode_words(row.tolist(), DEFAULT_PRIME)} for row in inverse]
        return [header, *self.lines, {"witness": "inverse"}, *rows]


def hadamard_minor(matrix: Hadamard, size: int, seed: int) -> RankMinor:
    """The leading minor of ``size`` rows at drawn factors, smaller if it is singular there."""
    psi = activation_model(matrix.entrywise)
    _require_values(psi)
    _require_size(size, max(size, 2 * matrix.inner))
    drawn = draw_integers(seed, "factors", 2 * size * matrix.inner)
    left, right = (_table(part, matrix.inner) for part in (drawn[::2], drawn[1::2]))
    biases = [0] * size
    (entries, _), residue = _regular(
        psi, seed, lambda q: jacobian_mod(psi, left, right, biases, ("v",), DEFAULT_PRIME, q)
    )
    rows, columns = _largest_minor(entries, size)
    line = {"left": [left[i] for i in rows], "right": [right[j] for j in columns]}
    return RankMinor(entries[np.ix_(rows, columns)], (line,), residue, seed)


@dataclass(frozen=True)
class ShallowPoint:
    """The two-layer Jacobian of the widest network at drawn parameters and all its points, with a column basis.

    The columns of fewer neurons are a prefix, and so are the rows of fewer points: one elimination answers for all.
    """

    matrix: Shallow
    points: Integers
    input_line: Mapping[str, Any]
    weights: Integers
    biases: Sequence[int]
    entries: NDArray[np.int64]
    columns: NDArray[np.int64]
    profile: tuple[int, ...]
    residue: int | None
    seed: int

    def minor(self, width: int, size: int) -> RankMinor:
        """An invertible minor of at most ``size`` rows, of the first neurons and (unless there is a table) points."""
        basis = [k for k in self.profile if k < width * self.matrix.n_columns_per_neuron]
        rank = min(len(basis), size)
        # any independent functions are independent at as many generic points
        rows, picked = tuple(range(rank)), basis[:rank]
        is_table = isinstance(self.matrix.inputs, Table)
        if is_table or rank_mod(self.entries[np.ix_(rows, picked)], DEFAULT_PRIME) < rank:
            rows, chosen = _largest_minor(self.entries[: None if is_table else size, basis], size)
            picked = [basis[k] for k in chosen]
        return self._minor(rows, picked)

    def _minor(self, rows: Sequence[int], picked: Sequence[int]) -> RankMinor:
        per_neuron = len(self.points[0]) + 2
        numbers = [int(self.columns[k]) for k in picked]
        used = sorted({number // per_neuron for number in numbers})
        place = {neuron: k for k, neuron in enumerate(used)}
        parameters: dict[str, Any] = {"weights": [self.weights[j] for j in used]}
        if self.matrix.has_bias:
            parameters["biases"] = [self.biases[j] for j in used]
        is_table = isinstance(self.matrix.inputs, Table)
        inputs = self.input_line if is_table else {"points": [self.points[i] for i in rows]}
        chosen = {
            "columns": [place[number // per_neuron] * per_neuron + number % per_neuron for number in numbers],
            "rows": list(rows) if is_table else list(range(len(rows))),
        }
        entries = self.entries[np.ix_(rows, picked)]
        return RankMinor(entries, (inputs, parameters, chosen), self.residue, self.seed)


def shallow_point(
    matrix: Shallow, n_points: int, width: int, seed: int, attempt: int, progress: Progress
) -> ShallowPoint:
    """Draw parameters (and points unless there is a table) and eliminate once."""
    d = matrix.inputs.n_inputs
    n_points = matrix.inputs.n_samples if isinstance(matrix.inputs, Table) else n_points
    _require_size(n_points, width * (d + 2))
    if isinstance(matrix.inputs, Table):
        scaled = scale_to_integers(matrix.inputs.fractions(), shift="b" in matrix.blocks)
        points: Integers = scaled.integers
        line = {"factors": list(map(str, scaled.factors)), "shifts": list(map(str, scaled.shifts))}
    else:
        points, line = _table(draw_integers(seed, "points", n_points * d), d), {}
    drawn = draw_integers(seed, f"neurons, attempt {attempt}", width * (d + 1))
    weights, biases = [drawn[i : i + d] for i in range(0, len(drawn), d + 1)], drawn[d :: d + 1]
    if not matrix.has_bias:
        biases = [0] * width
    psi = matrix.activation
    (entries, columns), residue = _regular(
        psi, seed + attempt, lambda q: jacobian_mod(psi, points, weights, biases, matrix.blocks, DEFAULT_PRIME, q)
    )
    profile = column_rank_profile(entries, DEFAULT_PRIME, progress=lambda fraction: progress("rank", fraction))
    return ShallowPoint(matrix, points, line, weights, biases, entries, columns, profile, residue, seed)


def deep_minor(matrix: Deep, n_points: int, size: int, seed: int, attempt: int, progress: Progress) -> RankMinor:
    """An invertible minor of at most ``size`` rows of the Jacobian of a deep network at drawn parameters."""
    widths, psi = matrix.all_widths, [activation_model(record) for record in matrix.activations]
    for activation in psi:
        _require_values(activation)
    n_points = matrix.inputs.n_samples if isinstance(matrix.inputs, Table) else n_points
    _require_size(n_points * widths[-1], matrix.n_columns)
    line: Mapping[str, Any]
    if isinstance(matrix.inputs, Table):
        scaled = scale_to_integers(matrix.inputs.fractions(), shift=has_bias(matrix, 1))
        points: Integers = scaled.integers
        line = {"factors": list(map(str, scaled.factors)), "shifts": list(map(str, scaled.shifts))}
    else:
        points = _table(draw_integers(seed, "points", n_points * widths[0]), widths[0])
        line = {"points": points}
    weights, biases = [], []
    for i in range(1, len(widths)):
        drawn = draw_integers(seed, f"layer {i}, attempt {attempt}", widths[i] * (widths[i - 1] + 1))
        table = _table(drawn, widths[i - 1] + 1)
        weights.append([row[:-1] for row in table])
        biases.append([row[-1] for row in table] if has_bias(matrix, i) else None)
    entries, residue = _regular(
        psi[0] if psi else None, seed + attempt,
        lambda q: deep_jacobian_mod(psi, points, weights, biases, DEFAULT_PRIME, q),
    )  # fmt: skip
    rows, columns = _largest_minor(entries, size, progress)
    layers = [
        {"weights": w} if b is None else {"biases": b, "weights": w} for w, b in zip(weights, biases, strict=True)
    ]
    chosen = {"columns": list(columns), "rows": list(rows)}
    return RankMinor(entries[np.ix_(rows, columns)], (line, {"layers": layers}, chosen), residue, seed)


def _table(numbers: Sequence[int], columns: int) -> list[list[int]]:
    return [list(numbers[i : i + columns]) for i in range(0, len(numbers), columns)]


def _largest_minor(
    entries: NDArray[np.int64], size: int, progress: Progress = silent
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Rows and columns of an invertible minor, of at most ``size`` rows."""
    rows, columns = nonsingular_minor(entries, DEFAULT_PRIME, progress=lambda fraction: progress("rank", fraction))
    if len(rows) <= size:
        return rows, columns
    kept = nonsingular_minor(entries[np.ix_(rows[:size], columns)], DEFAULT_PRIME)[1]
    return rows[:size], tuple(columns[k] for k in kept)


def _require_size(rows: int, columns: int) -> None:
    if rows * columns > MAX_ENTRIES:
        raise InputError(
            f"matrix: {rows} x {columns} has more than {MAX_ENTRIES} entries; take fewer samples, neurons or inputs"
        )


def _require_values(psi: Activation) -> None:
    if "v" not in psi.blocks:
        raise InputError(f"activation: the values of {psi.name} are not available modulo a prime; choose another")


def _regular(psi: Activation | None, seed: int, build: Callable[[int], Any]) -> tuple[Any, int | None]:
    """What ``build`` makes of a residue, and that residue; raises ZeroDivisionError at a pole modulo the prime."""
    if psi is not None and any(c.denominator % DEFAULT_PRIME == 0 for c in (*psi.numerator, *psi.denominator)):
        raise InputError(
            f"activation: a coefficient's denominator is divisible by the modulus {DEFAULT_PRIME}; use other constants"
        )
    # a square has odd order modulo this prime, so E + 1 is a unit for every exponent
    residue = draw_integers(seed, "residue", 1, 2, DEFAULT_PRIME - 2)[0] ** 2 % DEFAULT_PRIME
    return build(residue), residue if psi is not None and psi.is_exponential else None
