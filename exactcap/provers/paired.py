"""The paired argument: a full-rank Jacobian of half the neurons at an integer point (SPEC.md, section 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exactcap.arithmetic.modular import inverse_mod, nonsingular_minor
from exactcap.arithmetic.modulus import DEFAULT_PRIME
from exactcap.certificates.format import Certificate, encode_words
from exactcap.claims import Inputs, Interpolation, Table
from exactcap.errors import InputError
from exactcap.models.activations import Activation
from exactcap.models.jacobian import jacobian_mod
from exactcap.models.scaling import scale_to_integers
from exactcap.provers.draws import draw_integers
from exactcap.provers.outcome import Progress, silent

ATTEMPTS = 3
MAX_ENTRIES = 10**8  # of the Jacobian; elimination and inverse take about 40 bytes an entry, 4 GB
MAX_POINTS = 2 * 10**6  # coordinates of generic points: one line of a certificate
MAX_ELIMINATION = 150  # up to here the checker eliminates by itself and the inverse is left out

Integers = Sequence[Sequence[int]]


@dataclass(frozen=True)
class PairedProblem:
    """Inputs as integers with the evidence line that says how, the activation, the Jacobian blocks, the seed."""

    activation: Activation
    inputs: Integers
    input_evidence: Mapping[str, Any]
    blocks: tuple[str, ...]
    seed: int

    @property
    def n_columns_per_neuron(self) -> int:
        """How many Jacobian columns one neuron brings."""
        return sum(len(self.inputs[0]) if name == "W" else 1 for name in self.blocks)


@dataclass(frozen=True)
class Minor:
    """An invertible minor modulo the prime at an integer point: positions of its rows, its columns, its entries."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    entries: NDArray[np.int64]
    weights: Integers
    biases: Sequence[int]
    residue: int

    @property
    def rank(self) -> int:
        return len(self.rows)


def paired_problem(activation: Activation, inputs: Inputs, blocks: tuple[str, ...], seed: int) -> PairedProblem:
    """The inputs made integer: a table by scaling its columns, generic inputs by a draw; raises InputError."""
    if any(c.denominator % DEFAULT_PRIME == 0 for c in (*activation.numerator, *activation.denominator)):
        raise InputError(
            f"activation: a coefficient's denominator is divisible by the modulus {DEFAULT_PRIME}; use other constants"
        )
    if isinstance(inputs, Table):
        scaled = scale_to_integers(inputs.fractions())
        evidence = {"factors": list(map(str, scaled.factors)), "shifts": list(map(str, scaled.shifts))}
        return PairedProblem(activation, scaled.integers, evidence, blocks, seed)
    d = inputs.n_inputs
    if inputs.n_samples * d > MAX_POINTS:
        raise InputError(f"inputs: {inputs.n_samples} points in R^{d} do not fit into a certificate; take fewer")
    drawn = draw_integers(seed, "points", inputs.n_samples * d)
    points = [drawn[i : i + d] for i in range(0, len(drawn), d)]
    return PairedProblem(activation, points, {"points": points}, blocks, seed)


def drawn_minor(problem: PairedProblem, neurons: int, attempt: int, progress: Progress) -> Minor:
    """The largest invertible minor of the Jacobian of ``neurons`` neurons at a point drawn from the seed.

    Its rank is a proved lower bound for the generic rank. The weights of fewer neurons are a prefix of those of more.
    """
    n, d = len(problem.inputs), len(problem.inputs[0])
    if n * neurons * (d + 2) > MAX_ENTRIES:
        raise InputError(
            f"data: a Jacobian of {n} x {neurons * (d + 2)} has more than {MAX_ENTRIES} entries, about 4 GB in work; "
            "take fewer rows"
        )
    drawn = draw_integers(problem.seed, f"neurons, attempt {attempt}", neurons * (d + 1))
    weights = [drawn[i : i + d] for i in range(0, len(drawn), d + 1)]
    biases = drawn[d :: d + 1]
    for root in draw_integers(problem.seed, f"residue, attempt {attempt}", 20, 2, DEFAULT_PRIME - 2):
        # a square has odd order modulo this prime, so E + 1 is a unit for every exponent
        residue = root * root % DEFAULT_PRIME
        try:
            matrix, numbers = jacobian_mod(
                problem.activation, problem.inputs, weights, biases, problem.blocks, DEFAULT_PRIME, residue
            )
            break
        except ZeroDivisionError:  # a pole modulo the prime, of a rational activation: take other biases
            biases = [bias + 1 for bias in biases]
    else:
        return Minor((), (), np.empty((0, 0), np.int64), weights, biases, 1)
    rows, chosen = nonsingular_minor(matrix, DEFAULT_PRIME, progress=lambda fraction: progress("rank", fraction))
    columns = tuple(int(numbers[k]) for k in chosen)
    return Minor(rows, columns, matrix[np.ix_(rows, chosen)], weights, biases, residue)


def largest_minor(problem: PairedProblem, neurons: int, target: int, progress: Progress = silent) -> Minor:
    """The largest minor in a few draws of weights; stops at rank ``target``.

    One draw misses the generic rank with a probability of about n/p, so more draws rarely help.
    """
    best: Minor | None = None
    for attempt in range(ATTEMPTS):
        minor = drawn_minor(problem, neurons, attempt, progress)
        best = minor if best is None or minor.rank > best.rank else best
        if best.rank >= target:
            break
    assert best is not None
    return best


def paired_certificate(
    claim: Interpolation, problem: PairedProblem, minor: Minor, progress: Progress = silent
) -> Certificate:
    """The certificate of a claim whose inputs are exactly the rows of the minor; idle neurons are left out."""
    n, per_neuron = claim.inputs.n_samples, claim.inputs.n_inputs + 2
    assert minor.rank == n
    used = sorted({column // per_neuron for column in minor.columns})
    place = {neuron: k for k, neuron in enumerate(used)}
    columns = [place[column // per_neuron] * per_neuron + column % per_neuron for column in minor.columns]
    header: dict[str, Any] = {"evidence": "paired-rank", "modulus": DEFAULT_PRIME, "seed": problem.seed}
    theorems = ["paired-submersion"]
    if problem.activation.is_exponential:
        header["residue"] = minor.residue
        theorems.append("hermite-lindemann")
    if not isinstance(claim.inputs, Table):
        theorems.append("analytic-zeros")
    evidence: list[Mapping[str, Any]] = [
        header,
        problem.input_evidence,
        {"biases": [minor.biases[j] for j in used], "weights": [minor.weights[j] for j in used]},
        {"columns": columns},
        {"witness": "eliminate" if n <= MAX_ELIMINATION else "inverse"},
    ]
    if n > MAX_ELIMINATION:
        inverse = inverse_mod(minor.entries, DEFAULT_PRIME, progress=lambda fraction: progress("inverse", fraction))
        evidence += [{"row": encode_words(row.tolist(), DEFAULT_PRIME)} for row in inverse]
    return Certificate(claim, tuple(theorems), tuple(evidence))
