"""Find an exact network that memorizes a table, by one construction or the smallest among several."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from exactcap.certificates.format import Certificate
from exactcap.claims import Labels, Layer, Memorizes, Table
from exactcap.claims.memorizes import MAX_LAYERS, MAX_WEIGHT_BITS, MAX_WEIGHTS
from exactcap.constructions.catalogue import METHODS
from exactcap.constructions.network import ExactNetwork, on_table
from exactcap.constructions.problem import Construction, NotFoundError, Problem
from exactcap.constructions.weight_norm import weight_norm
from exactcap.errors import InputError
from exactcap.models.scaling import scale_to_integers
from exactcap.provers.outcome import Progress, silent


class _TimeUp(Exception):
    pass


@dataclass(frozen=True)
class Attempt:
    """What one method gave: a construction and its claim, or the reason why not; the time in seconds."""

    method: str
    seconds: float
    construction: Construction | None = None
    claim: Memorizes | None = None
    norm: tuple[int, int] | None = None
    reason: str = ""

    @property
    def units(self) -> int:
        """Hidden units."""
        assert self.construction is not None
        return self.construction.network.hidden_units


@dataclass(frozen=True)
class Memorized:
    """All attempts, the smallest network among them (None: there is none), and its certificate."""

    attempts: tuple[Attempt, ...]
    best: Attempt | None
    certificate: Certificate | None


def memorize(
    table: Table,
    labels: Labels,
    methods: Sequence[str],
    seed: int = 0,
    time_limit: float | None = None,
    progress: Progress = silent,
) -> Memorized:
    """Run the methods in turn, each on the columns scaled to integers; keep the network with the fewest hidden units.

    With a time limit (seconds for all methods together) a method that is not done by then is left out. Raises
    InputError when the only method does not apply.

    >>> from exactcap.claims import Classes
    >>> table = Table(("x",), "y", (1, 2, 3), (("1/2",), ("2",), ("7",)))
    >>> found = memorize(table, Classes(("a", "b"), (("0",), ("1",)), (0, 1, 0)), ["baum"])
    >>> found.best.units, found.certificate.claim.statement()[:45]
    (2, 'a given threshold network with 2 hidden units')
    """
    scaled = scale_to_integers(table.fractions())
    problem = Problem(scaled.integers, tuple(labels.targets()))
    deadline = None if time_limit is None else time.monotonic() + time_limit
    attempts: list[Attempt] = []
    for name in methods:
        start = time.monotonic()
        try:
            found = METHODS[name].construct(problem, seed, _until(deadline, name, progress))
            network = on_table(found.network, scaled.factors, scaled.shifts)
            claim = _claim(table, labels, network)
        except _TimeUp:
            attempts.append(Attempt(name, time.monotonic() - start, reason="not done within the time limit"))
        except NotFoundError as error:
            attempts.append(Attempt(name, time.monotonic() - start, reason=str(error)))
        except InputError as error:
            if len(methods) == 1:
                raise
            reason = str(error).removeprefix(f"method {name}: ")
            attempts.append(Attempt(name, time.monotonic() - start, reason=reason))
        else:
            attempts.append(Attempt(name, time.monotonic() - start, found, claim, weight_norm(network)))
    done = [attempt for attempt in attempts if attempt.claim is not None]
    best = min(done, key=lambda attempt: attempt.units, default=None)
    certificate = Certificate(best.claim, (), ({"evidence": "evaluation"},)) if best and best.claim else None
    return Memorized(tuple(attempts), best, certificate)


def _until(deadline: float | None, name: str, progress: Progress) -> Progress:
    def report(phase: str, fraction: float) -> None:
        if deadline is not None and time.monotonic() > deadline:
            raise _TimeUp
        progress(f"{name}: {phase}", fraction)

    report("start", 0.0)
    return report


def _claim(table: Table, labels: Labels, network: ExactNetwork) -> Memorizes:
    layers = tuple(Layer(layer.activation, layer.biases, layer.denominator, layer.weights) for layer in network.layers)
    claim = Memorizes(table, labels, layers)
    weights = sum(len(row) for layer in layers for row in layer.weights)
    if len(layers) > MAX_LAYERS or weights > MAX_WEIGHTS or claim.bits > MAX_WEIGHT_BITS:
        raise InputError(
            f"data: the network has {len(layers)} layers, {weights} weights and {claim.bits} bits; a certificate holds "
            f"{MAX_LAYERS}, {MAX_WEIGHTS} and {MAX_WEIGHT_BITS}; choose another method or fewer rows"
        )
    return claim
